"""Literals: all of them in all texts, at the right places, with the boundaries they ask for."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect._literals import Literal, Literals
from evenhand.errors import BadInput

TEXTS = st.lists(st.text("ab -é1", max_size=12), max_size=6)
LITERALS = st.lists(
    st.builds(Literal, st.text("ab -é1", min_size=1, max_size=4), st.booleans(), st.booleans()), max_size=6
)
Place = tuple[int, int, int, int]


def found(literals: list[Literal], texts: list[str]) -> list[Place]:
    """Every hit as text, start, end and literal."""
    hits = Literals(literals).find(texts)
    columns = (hits.rows, hits.starts, hits.ends, hits.literals)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def oracle(literals: list[Literal], texts: list[str]) -> list[Place]:
    """The same, by looking at every place of every text."""
    places: list[Place] = []
    for row, text in enumerate(texts):
        for number, literal in enumerate(literals):
            opens = literal.whole_word or literal.stem
            closes = literal.whole_word and not literal.stem
            before = r"(?<!\w)" if opens and literal.text[0].isalnum() else ""
            after = r"(?!\w)" if closes and literal.text[-1].isalnum() else ""
            pattern = re.compile(f"{before}(?={re.escape(literal.text)}{after})")
            places.extend(
                (row, match.start(), match.start() + len(literal.text), number)
                for match in pattern.finditer(text)
            )
    return sorted(places)


@given(LITERALS, TEXTS)
def test_finds_what_a_search_of_every_place_finds(literals: list[Literal], texts: list[str]) -> None:
    """Every literal at every place, overlapping ones included, in order."""
    assert found(literals, texts) == oracle(literals, texts)


@given(LITERALS, TEXTS)
def test_present_says_whether_anything_was_found(literals: list[Literal], texts: list[str]) -> None:
    """Presence is a hit in that text: shape (literals, texts)."""
    expected = np.zeros((len(literals), len(texts)), dtype=np.bool_)
    for row, _, _, literal in oracle(literals, texts):
        expected[literal, row] = True

    present = Literals(literals).present(texts)

    assert present.dtype == np.bool_
    assert np.array_equal(present, expected)


@pytest.mark.parametrize(
    ("text", "whole", "stem", "anywhere"),
    [
        ("kill", 1, 1, 1),
        ("to kill.", 1, 1, 1),
        ("#kill_all", 1, 1, 1),
        ("killing", 0, 1, 1),
        ("skill", 0, 0, 1),
        ("skilling", 0, 0, 1),
        ("1kill", 0, 0, 1),
        ("kill2", 0, 1, 1),
        ("ékill", 0, 0, 1),
        ("ни kill", 1, 1, 1),
        ("ниkill", 0, 0, 1),
        ("東kill京", 1, 1, 1),
        ("kil", 0, 0, 0),
    ],
)
def test_boundaries(text: str, whole: int, stem: int, anywhere: int) -> None:
    """A whole word has a boundary on both sides, a stem before it, anything else none."""
    kinds = [Literal("kill"), Literal("kill", stem=True), Literal("kill", whole_word=False)]

    assert Literals(kinds).present([text])[:, 0].tolist() == [bool(whole), bool(stem), bool(anywhere)]


def test_a_literal_that_ends_in_a_sign_needs_no_boundary_there() -> None:
    """A boundary is asked for beside letters, marks and numbers alone."""
    assert found([Literal("c++")], ["c++11"]) == [(0, 0, 3, 0)]
    assert found([Literal("#ban")], ["a#ban"]) == [(0, 1, 5, 0)]


def test_texts_do_not_run_into_each_other() -> None:
    """Nothing is found across two texts, and a text may hold the character that stands between them."""
    literals = [
        Literal("a b", whole_word=False),
        Literal("ab", whole_word=False),
        Literal("b", whole_word=False),
    ]

    assert found(literals, ["a", "b", "", "a\0b", "\0", "b"]) == [(1, 0, 1, 2), (3, 2, 3, 2), (5, 0, 1, 2)]


def test_positions_are_characters() -> None:
    """Offsets count code points, whatever their width in bytes."""
    assert found([Literal("x")], ["é東\U0001f600 x"]) == [(0, 4, 5, 0)]


def test_the_same_text_may_be_asked_for_twice() -> None:
    """Two literals of one text are two, with their own boundaries."""
    literals = [Literal("ab"), Literal("ab", whole_word=False), Literal("ab")]

    assert found(literals, ["ab abc"]) == [(0, 0, 2, 0), (0, 0, 2, 1), (0, 0, 2, 2), (0, 3, 5, 1)]


@pytest.mark.parametrize("text", ["", "a\0b", "\0"])
def test_a_literal_without_characters_is_refused(text: str) -> None:
    """It would be found everywhere, or between texts."""
    with pytest.raises(BadInput, match="literal 1 is"):
        Literals([Literal("a"), Literal(text)])


def test_nothing_to_find_and_nowhere_to_look() -> None:
    """No literals and no texts are both possible."""
    assert found([], ["a"]) == []
    assert found([Literal("a")], []) == []
    assert Literals([]).present(["a"]).shape == (0, 1)
    assert Literals([Literal("a")]).present([]).shape == (1, 0)
