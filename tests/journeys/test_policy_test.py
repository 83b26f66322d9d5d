"""`evenhand policy test` as an author of a policy reads it, and as a build that must stop relies on it."""

from pathlib import Path

import pytest

from casework import DOCUMENT, a_policy_folder
from commands import Run

HOLDS = ("catch: there goes a zorble", "leave: there goes a tree")
FAILS = "catch (item.reach = 3): there goes a zor\u202eb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy whose examples hold, and show all there is."""
    return with_examples(tmp_path, *HOLDS)


def with_examples(tmp_path: Path, *examples: str) -> Path:
    document = DOCUMENT.replace("## T2", "\n".join(["```examples", *examples, "```", "", "## T2"]))
    document += "\n```examples\ncatch: I will quimble you\nleave: I will call you\n```\n"
    return a_policy_folder(tmp_path / "conduct", document)


def test_examples_that_hold_are_one_line(run: Run, folder: Path) -> None:
    done = run("policy", "test", folder.name, "--strict")

    assert (done.out, done.err, done.code) == ("conduct 1.0: 4 examples, 4 hold, 0 fail; 0 warnings\n", "", 0)


def test_an_example_that_fails_says_where_and_why_and_stops_a_build(run: Run, tmp_path: Path) -> None:
    """First what fails, then what is not shown, then the totals; nothing of a text moves the terminal."""
    with_examples(tmp_path, FAILS)
    done = run("policy", "test", "conduct")

    assert done.out == (
        "conduct/policy.md:24: catch (item.reach = 3): there goes a zor b\n"
        "  expected a rule of T1 to bring it to review; none does\n"
        "  T1  rule T1.words of conduct 1.0\n"
        "      - terms.degrading >= 1  (is 0)\n"
        "warning: clause T1 has no example that begins with leave;"
        " add a line leave: with a post that comes near and is left alone\n"
        "conduct 1.0: 3 examples, 2 hold, 1 fail; 1 warnings\n"
    )
    assert done.err.startswith("Error: 1 of 3 examples fail\n  change the rule; or the example")
    assert done.code == 1


def test_a_leave_that_is_caught_says_by_which_rule(run: Run, tmp_path: Path) -> None:
    with_examples(tmp_path, HOLDS[0], "leave: I will quimble you")
    done = run("policy", "test", "conduct")

    assert (
        "  expected no rule to bring it to review; these do\n  T2  rule T2.words of conduct 1.0\n" in done.out
    )
    assert "      + terms.threats >= 1  (is 1)\n" in done.out
    assert done.code == 1


def test_a_catch_of_the_wrong_clause_says_who_spoke(run: Run, tmp_path: Path) -> None:
    with_examples(tmp_path, "catch: I will quimble you", HOLDS[1])

    assert "\n  rules of other clauses do: T2.words\n" in run("policy", "test", "conduct").out


def test_a_rule_that_would_stop_a_scan_is_told_with_what_it_could_not_decide(
    run: Run, tmp_path: Path
) -> None:
    """The other examples are told of as well, and a clause that has no rule is told to have none."""
    document = with_examples(tmp_path, "catch (terms.degrading = unknown): a", HOLDS[1]) / "policy.md"
    words = document.read_text().replace("terms.degrading >= 1\n", "terms.degrading >= 1\non unknown fail\n")
    pictures = '\n## T3 Pictures\n\n```clause\nseverity = 1\nactions = ["remove"]\nhuman_only = true\n```\n'
    document.write_text(f"{words}{pictures}\n```examples\ncatch: A picture.\n```\n")
    done = run("policy", "test", "conduct")

    assert (
        "  expected a rule that can be decided: these stop a scan with `on unknown fail`\n"
        "  T1  rule T1.words of conduct 1.0\n"
        "      ? terms.degrading >= 1  (is unknown)\n"
    ) in done.out
    assert ": catch: A picture.\n  expected a rule of T3 to bring it to review; T3 has no rule\n" in done.out
    assert "conduct 1.0: 5 examples, 3 hold, 2 fail; 0 warnings\n" in done.out


def test_what_is_not_shown_fails_only_where_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    with_examples(tmp_path, HOLDS[0])
    lenient, strict = run("policy", "test", "conduct"), run("policy", "test", "conduct", "--strict")

    assert lenient.out == strict.out
    assert "warning: clause T1 has no example that begins with leave" in lenient.out
    assert (lenient.code, lenient.err) == (0, "")
    assert (strict.code, strict.err.splitlines()[0]) == (1, "Error: 1 warnings, and --strict")


def test_json_says_the_same(run: Run, tmp_path: Path) -> None:
    with_examples(tmp_path, FAILS)
    done = run("policy", "test", "conduct", "--json")
    record = done.json()
    (failed,), (warning,) = record["failed"], record["warnings"]

    assert (record["policy"]["policy"], record["examples"], done.code) == ("conduct", 3, 1)
    assert {name: failed[name] for name in ("line", "clause", "expected", "text", "signals", "spoke")} == {
        "line": 24,
        "clause": "T1",
        "expected": "catch",
        "text": "there goes a zor\u202eb",
        "signals": {"item.reach": 3.0},
        "spoke": [],
    }
    assert failed["missed"][0]["terms"] == [{"text": "terms.degrading >= 1", "value": 0.0, "holds": False}]
    assert (warning["clause"], warning["rule"]) == ("T1", None)
    assert "\u202e" not in done.out


def test_a_policy_that_cannot_be_read_is_misuse(run: Run, tmp_path: Path) -> None:
    """Other than a failing example: the exit code tells the two apart."""
    with_examples(tmp_path, "cacth: there goes a zorble")
    done = run("policy", "test", "conduct")

    assert done.code == 2
    assert "did you mean catch?" in done.err
