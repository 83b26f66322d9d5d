"""`evenhand terms`: what is in force, and which terms only catch the innocent, at a terminal."""

from pathlib import Path

import pytest

from casework import BANKS, a_policy_folder, posts, scanned
from commands import Run
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases
from evenhand.vocabulary import Action, Verdict


@pytest.fixture
def decided(app: App, tmp_path: Path) -> None:
    """Four innocent posts with one term in the store of this folder, each decided to break nothing."""
    banks = {**BANKS, "degrading": f"{BANKS['degrading']}frimp* | needs: [red]them\n"}
    scanned(app, posts(*["a zorble"] * 4), a_policy_folder(tmp_path / "conduct", banks=banks))
    nothing = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks nothing.")
    for case in list_cases(app, state=None, queue=None, limit=9):
        decide_case(app, case.status.id, nothing, by="ana")


@pytest.mark.usefixtures("decided")
def test_banks_and_their_terms_are_listed(run: Run) -> None:
    listed = run("terms", "list").out.splitlines()
    terms = run("terms", "list", "--bank", "degrading").out.splitlines()
    (bank,) = run("terms", "list", "--bank", "threats", "--json").json()

    assert listed[0].split() == ["bank", "language", "terms", "surfaces", "policies", "meaning"]
    assert listed[1].split()[:5] == ["degrading", "en", "2", "yes", "conduct"]
    assert terms[2].split() == ["6", "frimp*", "[red]them"]  # no markup
    assert (bank["bank"], bank["language"], bank["only"], bank["surfaces"]) == ("threats", "en", False, True)
    assert bank["terms"] == [{"line": 5, "term": "quimble you", "needs": []}]


@pytest.mark.usefixtures("decided")
def test_a_term_that_only_catches_the_innocent_is_said_so(run: Run) -> None:
    """Where enough was decided, which is more than four by default."""
    told = run("terms", "statistics", "--least", "4").out.splitlines()

    assert told[1].split()[:6] == ["degrading", "zorble", "4", "0", "4", "0"]
    assert told[1].endswith("0.00 (0.00-0.49)  catches mostly the innocent")
    assert told[-1] == "3 terms in 4 cases: 1 catch mostly the innocent, 2 never matched"
    assert ": 0 catch mostly the innocent" in run("terms", "statistics").out


@pytest.mark.usefixtures("decided")
def test_programs_are_told_the_same(run: Run) -> None:
    """As many terms as were asked for, and of how many."""
    found = run("terms", "statistics", "--least", "4", "--limit", "1", "--json").json()

    assert (found["cases"], found["erased"], found["of_terms"]) == (4, 0, 3)
    (worst,) = found["terms"]
    assert (worst["term"], worst["mostly_innocent"], worst["share"]["value"]) == ("zorble", True, 0.0)
    assert run("terms", "statistics", "--limit", "2").out.endswith("; 2 are shown, see --limit\n")
