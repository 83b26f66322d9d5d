"""Terms of the banks in force, and what came of the cases in which they stand."""

from pathlib import Path

import pytest

from casework import BANKS, DOCUMENT, NOW, a_policy_folder, posts, scanned
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases
from evenhand.app.keeping import erase_account
from evenhand.app.reports import add_report
from evenhand.app.terms import list_banks, term_statistics
from evenhand.detect.term_statistics import TermRecord
from evenhand.errors import BadInput, Refused
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Subject, Verdict

REMOVE = Verdict(clause=ClauseId("T1"), action=Action.REMOVE, reason="It calls people zorbles.")
REMOVE_THREAT = Verdict(clause=ClauseId("T2"), action=Action.REMOVE, reason="It threatens.")
LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
WIDER = {**BANKS, "degrading": f"{BANKS['degrading']}frimp\n"}


def decide(app: App, name: str, verdict: Verdict) -> None:
    """Close the open case about an item."""
    (case,) = [
        one for one in list_cases(app, state=None, queue=None, limit=99) if one.status.subject.id == name
    ]
    decide_case(app, case.status.id, verdict, by="ana")


def figures(app: App, term: str) -> tuple[int, int, int, int]:
    """Matched, open, decided and upheld of one term."""
    one = record(app, term)
    return one.matched, one.open, one.decided, one.upheld


def record(app: App, term: str, *, least: int = 10) -> TermRecord:
    counted = term_statistics(app, bank=None, least=least, below=0.5)
    (one,) = [one for one in counted.terms if one.term == term]
    return one


def test_a_match_is_upheld_by_a_decision_under_a_clause(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble", "you zorble", "zorble zorble", "quimble you, zorble"), policy)
    decide(app, "p1", REMOVE)
    decide(app, "p2", LEAVE)

    assert figures(app, "zorble") == (4, 2, 2, 1)
    assert figures(app, "quimble you") == (1, 1, 0, 0)


def test_a_reported_post_counts_too(app: App, policy: Path) -> None:
    """No rule needs to have spoken: the words of the reviewed text count, whoever brought it to review."""
    held = DOCUMENT.replace("terms.degrading >= 1", "terms.degrading >= 2")
    scanned(app, posts("a zorble", "nothing"), a_policy_folder(policy, held))
    subject = Subject.parse("test/p1")
    add_report(
        app, subject, reporter_class=ReporterClass.USER, reporter=None, clause=None, text="See for yourself."
    )
    decide(app, "p1", REMOVE)

    assert figures(app, "zorble") == (1, 0, 1, 1)


def test_a_subject_counts_by_its_last_decision_and_the_words_it_was_about(app: App, policy: Path) -> None:
    """An edit after a decision opens a case of its own: once decided, only the newer decision counts."""
    (first,) = posts("a zorble")
    scanned(app, [first], policy)
    decide(app, "p1", LEAVE)
    scanned(app, [{**first, "text": "quimble you", "edited_at": NOW.isoformat()}])

    assert figures(app, "zorble") == (1, 0, 1, 0)
    assert figures(app, "quimble you") == (1, 1, 0, 0)
    decide(app, "p1", REMOVE_THREAT)
    assert figures(app, "zorble") == (0, 0, 0, 0)
    assert figures(app, "quimble you") == (1, 0, 1, 1)


def test_a_revision_that_no_case_was_about_does_not_count(app: App, policy: Path) -> None:
    """The decision was about the words that the reviewer saw."""
    (first,) = posts("a zorble")
    scanned(app, [first], policy)
    scanned(app, [{**first, "text": "a zorble, quimble you", "edited_at": NOW.isoformat()}])
    decide(app, "p1", REMOVE_THREAT)

    assert figures(app, "quimble you") == (1, 0, 1, 1)
    assert figures(app, "zorble") == (1, 0, 1, 1)


def test_erased_texts_are_told_of(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble", "zorbles? no: zorble"), policy)
    decide(app, "p1", REMOVE)
    erase_account(app, "a1", source="test", by="ana")

    counted = term_statistics(app, bank=None, least=1, below=0.5)
    assert (counted.cases, counted.erased) == (2, 1)
    assert figures(app, "zorble") == (1, 1, 0, 0)


def test_a_new_term_is_judged_by_what_was_decided_before(app: App, policy: Path) -> None:
    """The banks are those in force now, the texts and decisions those of all versions."""
    scanned(app, posts(*["zorble frimp"] * 4), policy)
    for name in ("p1", "p2", "p3", "p4"):
        decide(app, name, LEAVE)
    changed = DOCUMENT.replace('version = "1.0"', 'version = "1.1"')
    scanned(app, [], a_policy_folder(policy, changed, WIDER))

    assert figures(app, "frimp") == (4, 0, 4, 0)
    assert record(app, "frimp", least=4).mostly_innocent
    assert not record(app, "frimp", least=5).mostly_innocent


def test_a_bank_that_only_holds_back_surfaces_nothing(app: App, policy: Path) -> None:
    """The policy says which: a `when` reads it, or an `unless` alone."""
    held = DOCUMENT.replace("terms.degrading >= 1", "terms.degrading >= 1\nunless terms.quoting >= 1")
    quoting = "bank: quoting\nmeaning: Made for tests.\nlanguage: en only\n\nthey said\n"
    scanned(app, posts("a zorble"), a_policy_folder(policy, held, {**BANKS, "quoting": quoting}))

    banks = list_banks(app)
    assert [(one.bank.name, one.surfaces) for one in banks] == [
        ("degrading", True),
        ("quoting", False),
        ("threats", True),
    ]
    assert {one.policies for one in banks} == {("conduct",)}
    assert [one.bank.only for one in banks] == [False, True, False]


def test_a_bank_of_two_policies_is_one(app: App, policy: Path, tmp_path: Path) -> None:
    """It surfaces if it does in one of them."""
    other = DOCUMENT.replace('policy = "conduct"', 'policy = "another"')
    other = other.replace("terms.degrading >= 1", "terms.threats >= 2")
    scanned(app, posts("a zorble"), policy)
    scanned(app, [], a_policy_folder(tmp_path / "another", other))

    (degrading, _) = list_banks(app)
    assert sorted(degrading.policies) == ["another", "conduct"]
    assert degrading.surfaces
    assert figures(app, "zorble") == (1, 1, 0, 0)


def test_one_bank_alone(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble, quimble you"), policy)

    counted = term_statistics(app, bank="threats", least=10, below=0.5)

    assert [(one.bank, one.term, one.matched) for one in counted.terms] == [("threats", "quimble you", 1)]
    with pytest.raises(BadInput, match="has a term bank 'threat'") as refused:
        term_statistics(app, bank="threat", least=10, below=0.5)
    assert refused.value.mend == "banks are degrading, threats"


def test_a_store_without_a_policy_has_no_banks(app: App) -> None:
    with pytest.raises(Refused, match="no policy is in force"):
        list_banks(app)


def test_many_cases_are_all_counted(app: App, policy: Path) -> None:
    """More than the store hands over at once."""
    scanned(app, posts(*["a zorble"] * 1200), policy)

    assert figures(app, "zorble") == (1200, 1200, 0, 0)
