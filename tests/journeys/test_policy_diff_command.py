"""`evenhand policy diff`: versions from folders and from the store, compared at a terminal."""

from pathlib import Path

import pytest

from casework import BANKS, DOCUMENT, a_policy_folder
from commands import Run
from evenhand.app import App
from evenhand.app.policies import put_in_force, versions_in_force

STRICTER = DOCUMENT.replace('version = "1.0"', 'version = "1.1"').replace(">= 1\n", ">= 2\n", 1)


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """Version 1.1 of the policy, in a folder."""
    return a_policy_folder(tmp_path / "stricter", STRICTER)


@pytest.mark.usefixtures("policy", "stricter")
def test_two_folders_are_compared_in_words(run: Run) -> None:
    done = run("policy", "diff", "conduct", "stricter")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "conduct 1.0 becomes 1.1",
        "",
        "the policy",
        "  version: 1.0 becomes 1.1",
        "",
        "rule T1.words: looks at fewer posts",
        "  when: terms.degrading >= 1 becomes >= 2",
    ]


@pytest.mark.usefixtures("policy")
def test_nothing_changed_is_said_and_is_no_failure(run: Run) -> None:
    done = run("policy", "diff", "conduct", "conduct")

    assert (done.code, done.out, done.err) == (0, "nothing changed\n", "")


def test_a_shipped_policy_goes_by_its_name(run: Run) -> None:
    assert run("policy", "diff", "hateful-conduct", "hateful-conduct").out == "nothing changed\n"


def test_programs_are_told_the_same(run: Run, policy: Path, stricter: Path) -> None:
    found = run("policy", "diff", str(policy), str(stricter), "--json").json()

    assert (found["policy"], found["old"]["version"], found["new"]["version"]) == ("conduct", "1.0", "1.1")
    assert found["same"] is False
    assert found["changes"][1] == {
        "change": "condition",
        "part": "rule",
        "name": "T1.words",
        "where": "when",
        "step": "threshold",
        "old": "terms.degrading >= 1",
        "new": "terms.degrading >= 2",
        "reach": "fewer",
        "words": ["when: terms.degrading >= 1 becomes >= 2"],
    }


def test_terms_of_a_bank_have_a_kind_of_their_own(run: Run, policy: Path, tmp_path: Path) -> None:
    banks = {**BANKS, "degrading": f"{BANKS['degrading']}frimp\n"}
    more = a_policy_folder(tmp_path / "more", DOCUMENT.replace('"1.0"', '"1.1"'), banks)

    found = run("policy", "diff", str(policy), str(more), "--json").json()

    assert (found["changes"][1]["change"], found["changes"][1]["added"]) == ("bank_terms", ["frimp"])


@pytest.mark.parametrize("named", ["conduct@1.0", "conduct@{}"])
def test_a_version_of_the_store_goes_by_its_number_or_its_hash(
    run: Run, app: App, policy: Path, stricter: Path, named: str
) -> None:
    """As it was put in force, whatever has become of the folder since."""
    put_in_force(app, [policy])
    put_in_force(app, [stricter])
    first, _ = versions_in_force(app)
    (policy / "policy.md").unlink()

    done = run("policy", "diff", named.format(first.ref.content_hash[:8]), "conduct@1.1")

    assert done.code == 0
    assert done.out.startswith("conduct 1.0 becomes 1.1\n")


def test_a_version_that_was_put_in_force_twice_is_one(
    run: Run, app: App, policy: Path, stricter: Path
) -> None:
    for folder in (policy, stricter, policy):
        put_in_force(app, [folder])

    assert run("policy", "diff", "conduct@1.0", "conduct@1.0").out == "nothing changed\n"


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("conduct@7", "this store never had conduct@7 in force"),
        ("conduct@0", "this store never had conduct@0 in force"),  # too short for a hash
        ("conduct@", "this store never had conduct@ in force"),
    ],
)
def test_a_version_that_the_store_never_had_is_refused_with_those_it_had(
    run: Run, app: App, policy: Path, named: str, says: str
) -> None:
    put_in_force(app, [policy])

    done = run("policy", "diff", named, "conduct")

    assert done.code == 2
    assert done.err == f"Error: {says}\n  it had conduct@1.0\n"


@pytest.mark.usefixtures("app")
def test_a_policy_that_the_store_never_had_is_refused(run: Run) -> None:
    done = run("policy", "diff", "manners@1.0", "hateful-conduct")

    assert done.code == 2
    assert "evenhand policy list" in done.err


def test_a_damaged_folder_is_shown_where(run: Run, policy: Path, stricter: Path) -> None:
    document = (stricter / "policy.md").read_text()
    (stricter / "policy.md").write_text(document.replace("terms.threats >= 1", "terms.threads >= 1"))

    done = run("policy", "diff", str(policy), str(stricter))

    assert done.code == 2
    assert "stricter/policy.md:33:6\n" in done.err
    assert "did you mean terms.threats?" in done.err


def test_two_policies_are_refused(run: Run, policy: Path) -> None:
    done = run("policy", "diff", str(policy), "hateful-conduct")

    assert done.code == 2
    assert "conduct and hateful-conduct are two policies" in done.err


def test_other_words_under_the_same_version_are_warned_about(run: Run, policy: Path, tmp_path: Path) -> None:
    """On standard error, so that a program that reads the changes is not disturbed."""
    other = a_policy_folder(tmp_path / "other", DOCUMENT.replace("Do not call", "Never call"))

    done = run("policy", "diff", str(policy), str(other))

    assert done.code == 0
    assert "  put in: Never call people zorbles.\n" in done.out
    assert "both say that they are version 1.0" in done.err


def test_words_of_a_policy_cannot_repaint_the_terminal(run: Run, policy: Path, tmp_path: Path) -> None:
    evil = DOCUMENT.replace("Do not call", "Do \x1b[2J not \u202e [red]call")
    other = a_policy_folder(tmp_path / "other", evil.replace('"1.0"', '"1.1"'))

    done = run("policy", "diff", str(policy), str(other))

    assert "[red]call people" in done.out
    assert not {"\x1b", "\u202e"} & set(done.out)
