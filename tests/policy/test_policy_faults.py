"""How a fault is shown: at its place, in a width that fits, without what would harm a terminal."""

import pickle
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_samples import REGISTRY, a_document, a_rule, parsed

from evenhand.errors import BadInput, RuleError
from evenhand.policy import parse_policy
from evenhand.policy._patterns import Patterns
from evenhand.policy._source import Faults, Place, Source, nearest


def _shown(text: str, at: int) -> list[str]:
    faults = Faults(Source.of("policy.md", text))
    faults.add(Place(at, at + 1), "a fault", "the mend")
    with pytest.raises(RuleError) as refused:
        faults.raise_if_any()
    return refused.value.message.split("\n")


def _cells(text: str) -> int:
    """The cells that a terminal takes, for letters, wide letters and stacked marks."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.category(each) in {"Mn", "Me"} for each in text)


@settings(deadline=None)
@given(st.text("a投é\u0301 \t\u200b\x1b🐒", max_size=300), st.text("bん", min_size=1, max_size=200))
def test_caret_stands_under_its_character(before: str, after: str) -> None:
    """Whatever stands before it on the line, and however long that is."""
    title, where, line, caret = _shown(f"first\n{before}X{after}", 6 + len(before))

    assert (title, where) == ("error: a fault", f" --> policy.md:2:{len(before) + 1}")
    assert caret.endswith("^ the mend")
    assert _cells(line[: line.index("X")]) == caret.index("^")
    assert _cells(line) <= 115


@given(st.text(min_size=1, max_size=50))
def test_shown_lines_hold_nothing_that_moves_a_terminal(text: str) -> None:
    for line in _shown(text, 0):
        assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in line)


def test_quoted_names_hold_nothing_that_moves_a_terminal() -> None:
    document = a_document(a_rule("item.is_reply")).replace("T1.r0", "T1.r0\x1b[2J")

    with pytest.raises(RuleError) as refused:
        parsed(document)
    assert "\x1b" not in refused.value.message


def test_faults_come_in_the_order_of_the_document() -> None:
    document = a_document(a_rule("text.hatful > 0.5"), a_rule("item.reech > 1")).replace(
        "severity = 3", "sev = 3"
    )

    with pytest.raises(RuleError) as refused:
        parsed(document)
    lines = [int(line.split(":")[1]) for line in refused.value.message.split("\n") if line.startswith(" -->")]
    assert lines == sorted(lines)
    assert len(lines) == 4


def test_rule_error_survives_the_way_back_from_a_worker() -> None:
    with pytest.raises(RuleError) as refused:
        parse_policy({}, registry=REGISTRY, where="none")
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301  # our own bytes

    assert (again.message, again.mend) == (refused.value.message, refused.value.mend)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("text.hatful", "text.hateful"),
        ("item.is_replay", "item.is_reply"),
        ("txet.threat", "text.threat"),
        ("hateful", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_nearest_name_is_the_one_that_was_meant(word: str, meant: str | None) -> None:
    assert nearest(word, tuple(REGISTRY)) == meant


def test_patterns_that_are_too_large_together_are_refused() -> None:
    """RE2 would find nothing with them, and say nothing."""
    with pytest.raises(BadInput, match="2 patterns together need more memory"):
        Patterns(["a.{900}b", "b.{900}c"], memory=1 << 16)


def test_patterns_read_texts_that_are_no_unicode() -> None:
    """A lone surrogate cannot arrive from intake; a caller's own text may hold one."""
    out = np.zeros((1, 2), dtype=np.bool_)
    Patterns(["back"]).present(["go \ud800 back", "\udfff"], out)

    assert out.tolist() == [[True, False]]
