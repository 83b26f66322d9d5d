"""Which terms are worth it: what came of the cases in whose texts they stand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect.quality import wilson
from evenhand.detect.term_statistics import Reviewed, TermRecord, TermStatistics, count_terms
from evenhand.detect.terms import TermDetector, parse_bank

BANK = "bank: animals\nmeaning: M.\nlanguage: en\nrat*\nape | needs: them\nbig rat\nwolf\n"
HELD = "bank: quoting\nmeaning: M.\nlanguage: en\nreported\n"
ONLY = "bank: bees\nmeaning: M.\nlanguage: it only\nape\n"
WORDS = ("rat", "rats", "ape", "them", "big rat", "wolf", "reported", "nothing")


def reviewed(*texts: str | None, upheld: bool | None = None, seen: Sequence[str] = ()) -> list[Reviewed]:
    return [Reviewed(text=text, upheld=upheld, seen=frozenset(seen)) for text in texts]


def counted(
    *chunks: Sequence[Reviewed],
    banks: Sequence[str] = (BANK, HELD),
    surfacing: Sequence[str] = ("terms.animals",),
    least: int = 10,
    below: float = 0.5,
) -> TermStatistics:
    detector = TermDetector([parse_bank(bank, "a.txt") for bank in banks])
    return count_terms(detector, chunks, surfacing=surfacing, least=least, below=below)


def record(found: TermStatistics, term: str) -> TermRecord:
    (one,) = [one for one in found.terms if one.term == term]
    return one


def test_a_case_counts_once_for_each_of_its_terms_by_its_outcome() -> None:
    """Open, under a clause, or nothing broken; share and interval are of the decided alone."""
    found = counted(
        reviewed("a rat, a rat and a wolf", "rats"),
        reviewed("rats!", "one rat", "an ape like them", upheld=True),
        reviewed("the rat race", "an ape in a zoo", upheld=False),
    )

    rat, ape, wolf = (record(found, term) for term in ("rat*", "ape", "wolf"))
    assert (rat.matched, rat.open, rat.decided, rat.upheld) == (5, 2, 3, 2)
    assert rat.share == wilson(2, 3)
    assert (ape.matched, ape.decided, ape.upheld, ape.needs) == (1, 1, 1, ("them",))
    assert (wolf.matched, wolf.open, wolf.decided, wolf.share) == (1, 1, 0, None)
    assert (found.cases, found.erased) == (7, 0)


def test_a_term_inside_a_longer_one_is_not_blamed() -> None:
    """As in the signal: where `big rat` counts, `rat` did not bring the post in."""
    found = counted(reviewed("a big rat", upheld=False))

    assert record(found, "big rat").decided == 1
    assert record(found, "rat*").matched == 0


def test_erased_texts_are_counted_as_such() -> None:
    """Nothing is found in them any more, and the reader is told how many there are."""
    found = counted(reviewed(None, "rat", None, upheld=True))

    assert (found.cases, found.erased) == (3, 2)
    assert record(found, "rat*").decided == 1


@pytest.mark.parametrize(
    ("upheld", "cleared", "least", "below", "marked"),
    [
        (0, 10, 10, 0.5, True),
        (0, 9, 10, 0.5, False),
        (0, 9, 9, 0.5, True),
        (2, 8, 10, 0.5, False),
        (2, 8, 10, 0.6, True),
        (20, 40, 10, 0.5, True),
        (10, 0, 10, 0.5, False),
    ],
)
def test_mostly_innocent_is_said_only_where_it_is_sure(
    upheld: int, cleared: int, *, least: int, below: float, marked: bool
) -> None:
    """Enough was decided, and the upper end of the interval, not the share itself, is below the bar."""
    found = counted(
        reviewed(*["rat"] * upheld, upheld=True),
        reviewed(*["rat"] * cleared, upheld=False),
        least=least,
        below=below,
    )

    assert record(found, "rat*").mostly_innocent is marked


def test_a_bank_that_surfaces_nothing_is_never_blamed() -> None:
    """Marks of quoting stand in innocent texts: that is what they are for."""
    found = counted(reviewed(*["reported to us"] * 30, upheld=False))

    assert record(found, "reported").decided == 30
    assert not record(found, "reported").surfaces
    assert not record(found, "reported").mostly_innocent


def test_the_worst_stand_first() -> None:
    """The mostly innocent, then by the upper end, then the undecided, never matched, and other banks."""
    found = counted(
        reviewed(*["wolf"] * 20, *["reported"] * 30, *["rats"] * 2, upheld=False),
        reviewed("wolf", "an ape like them", upheld=True),
        reviewed("wolf"),
    )

    assert [one.term for one in found.terms] == ["wolf", "rat*", "ape", "big rat", "reported"]
    assert [one.mostly_innocent for one in found.terms] == [True, False, False, False, False]


def test_a_bank_of_one_language_answers_only_for_what_it_caught() -> None:
    """The text does not tell its language any more; the findings of its scan do."""
    found = counted(
        reviewed("come un ape", upheld=False, seen=["terms.bees"]),
        reviewed("like an ape", upheld=False, seen=["text.hateful"]),
        banks=[ONLY],
        surfacing=["terms.bees"],
    )

    assert record(found, "ape").decided == 1


def test_without_cases_every_term_is_there() -> None:
    """So that nobody takes a term that never matched for one that works."""
    found = counted()

    assert [(one.bank, one.line) for one in found.terms] == [
        ("animals", 4),
        ("animals", 5),
        ("animals", 6),
        ("animals", 7),
        ("quoting", 4),
    ]
    assert {one.matched for one in found.terms} == {0}


@given(
    texts=st.lists(st.tuples(st.lists(st.sampled_from(WORDS)).map(" ".join), st.none() | st.booleans())),
    cut=st.integers(0, 20),
)
def test_chunks_change_nothing(texts: list[tuple[str, bool | None]], cut: int) -> None:
    """However the cases are cut into chunks, the figures are the same, and they add up."""
    cases = [one for text, upheld in texts for one in reviewed(text, upheld=upheld)]

    whole = counted(cases)

    assert counted(cases[:cut], cases[cut:]) == whole
    assert all(one.matched == one.open + one.decided for one in whole.terms)
    assert all(one.upheld <= one.decided for one in whole.terms)
