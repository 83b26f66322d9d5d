"""A policy held to its examples by an installation: as posts that came in, seen by its detectors."""

from pathlib import Path

import pytest

from casework import BANKS, DOCUMENT, NOW, a_policy_folder
from evenhand.app.testing import PolicyTested, run_examples
from evenhand.errors import BadInput, RuleError

EXAMPLES = {
    "T1": (
        "catch: there goes a zorble",
        "catch: there goes a Z0RBLE",
        "leave: zorbs are fine",
    ),
    "T2": ("catch: I will quimble you", "leave: we quimbled along the river"),
}


def run_with(folder: Path, *examples: str, banks: dict[str, str] = BANKS) -> PolicyTested:
    """The policy of two clauses, with these examples in its first."""
    block = "\n".join(["```examples", *examples, "```", "", "## T2"])
    return run_examples(a_policy_folder(folder, DOCUMENT.replace("## T2", block), banks), NOW)


def whole(folder: Path) -> PolicyTested:
    """The same with examples of both clauses."""
    document = DOCUMENT + "\n" + "\n".join(["```examples", *EXAMPLES["T2"], "```"])
    block = "\n".join(["```examples", *EXAMPLES["T1"], "```", "", "## T2"])
    return run_examples(a_policy_folder(folder, document.replace("## T2", block)), NOW)


def test_examples_are_seen_by_the_detectors_of_the_installation(tmp_path: Path) -> None:
    """With the term banks of the policy itself, and folded as any post is."""
    done = whole(tmp_path / "conduct")

    assert [trial.holds for trial in done.trials] == [True] * 5
    assert (done.failed, done.gaps) == ((), ())
    assert done.document == f"{tmp_path}/conduct/policy.md"


def test_a_policy_without_examples_has_nothing_that_fails(tmp_path: Path) -> None:
    """It shows nothing either, and that is said."""
    done = run_examples(a_policy_folder(tmp_path / "conduct"), NOW)

    assert (done.trials, done.failed) == ((), ())
    assert len(done.gaps) == 4


def test_what_is_set_goes_before_what_a_detector_says(tmp_path: Path) -> None:
    """So an example can stand for what no detector of this installation would see."""
    done = run_with(
        tmp_path,
        "catch (terms.degrading = 1): nothing to see",
        "leave (terms.degrading = 0): there goes a zorble",
        "leave (terms.degrading = unknown): there goes a zorble",
    )

    assert [trial.holds for trial in done.trials] == [True, True, True]


def test_detectors_see_the_language_that_an_example_states(tmp_path: Path) -> None:
    """A bank of Italian counts nothing in a post that says it is English."""
    italian = BANKS | {"degrading": BANKS["degrading"].replace("language: en", "language: it only")}
    done = run_with(
        tmp_path,
        'catch (item.language = "it"): sono tutti zorble',
        'leave (item.language = "en"): sono tutti zorble',
        banks=italian,
    )

    assert [trial.holds for trial in done.trials] == [True, True]


def test_a_line_break_in_an_example_is_one(tmp_path: Path) -> None:
    (trial,) = run_with(tmp_path, r"catch: there goes\na zorble").trials

    assert trial.example.text == "there goes\na zorble"
    assert trial.holds


@pytest.mark.parametrize(
    ("example", "why"),
    [
        ('leave (item.kind = "tweet"): a', "kind is 'tweet', expected one of post"),
        ("leave (item.reach = 1e30): a", "reach"),
    ],
)
def test_an_example_that_intake_would_reject_is_refused_at_its_line(
    tmp_path: Path, example: str, why: str
) -> None:
    """It could never come in, so it would show nothing."""
    with pytest.raises(BadInput, match=why) as refused:
        run_with(tmp_path, "catch: there goes a zorble", example)

    line = (tmp_path / "policy.md").read_text().splitlines().index(example) + 1
    assert f"{tmp_path}/policy.md:{line} is no post: " in refused.value.message


def test_a_policy_that_does_not_compile_is_not_run(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no signal"):
        run_with(tmp_path, "catch (terms.degrdaing = 1): a")


def test_many_examples_keep_their_order(tmp_path: Path) -> None:
    """Each is judged by what it says itself, however many there are."""
    lines = ["catch: a zorble" if number % 3 else "leave: a tree" for number in range(300)]
    done = run_with(tmp_path, *lines)

    assert [trial.example.catch for trial in done.trials] == [bool(number % 3) for number in range(300)]
    assert done.failed == ()
