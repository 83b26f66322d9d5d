"""Counting over a moving window: as its definition says, however the entries are cut into batches."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy._counting import Counting, Counts, Entries

MINUTE = 60_000_000
HOUR = 60 * MINUTE

Row = tuple[int, int, bool, int]  # key, time, counted, value


def entries(rows: Sequence[Row]) -> Entries:
    """Rows as columns."""
    keys, times, counted, values = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Entries(
        np.array(keys, np.int64),
        np.array(times, np.int64),
        np.array(counted, np.bool_),
        np.array(values, np.int64),
    )


def counted(counting: Counting, rows: Sequence[Row]) -> list[int | None]:
    """What is counted for each row; None where it came too late."""
    return told(counting.advance(entries(rows)))


def told(found: Counts) -> list[int | None]:
    """The same, of what was found."""
    rows = zip(found.values.tolist(), found.late.tolist(), strict=True)
    return [None if late else value for value, late in rows]


def defined(rows: Sequence[Row], window: int, lateness: int, *, distinct: bool) -> list[int | None]:
    """What the definition says, row by row and over all rows before."""
    found: list[int | None] = []
    for at, (key, time, _, _) in enumerate(rows):
        mine = [row for row in rows[: at + 1] if row[0] == key]
        inside = [row for row in mine if row[2] and time - window < row[1] <= time]
        late = time < max(row[1] for row in mine) - lateness
        found.append(None if late else len({row[3] for row in inside}) if distinct else len(inside))
    return found


def test_messages_to_one_person_within_an_hour() -> None:
    """Four messages of three authors; at the fourth the first has left the window."""
    ana, bob, cid, target = 1, 2, 3, 100
    rows = [
        (target, 0, True, ana),
        (target, 20 * MINUTE, True, bob),
        (target, 40 * MINUTE, True, bob),
        (target, 60 * MINUTE, True, cid),
    ]

    assert counted(Counting(HOUR, 24 * HOUR), rows) == [1, 2, 3, 3]
    assert counted(Counting(HOUR, 24 * HOUR, distinct=True), rows) == [1, 2, 2, 2]


def test_an_entry_that_is_not_counted_is_told_how_many_are() -> None:
    """A polite message to somebody who is piled on: it adds nothing, and stands in the pile-on."""
    assert counted(Counting(HOUR, HOUR), [(1, 0, True, 0), (1, 1, False, 0), (1, 2, True, 0)]) == [1, 1, 2]


def test_order_is_that_of_arrival_and_windows_are_on_the_time_of_the_entry() -> None:
    """What comes late is counted by those after it, and not by those that were told before it came."""
    late = [(1, 50 * MINUTE, True, 0), (1, 10 * MINUTE, True, 0), (1, 55 * MINUTE, True, 0)]

    assert counted(Counting(HOUR, HOUR), late) == [1, 1, 3]


def test_what_is_later_than_the_lateness_is_unknown() -> None:
    """But counted by those after it, if their windows reach as far."""
    rows = [(1, 10 * HOUR, True, 0), (1, 7 * HOUR, True, 0), (1, 8 * HOUR, True, 0)]

    assert counted(Counting(2 * HOUR, 2 * HOUR), rows) == [1, None, 2]


def test_a_key_that_was_quiet_for_long_still_knows_its_newest_time() -> None:
    """Nothing else of it is kept."""
    counting = Counting(HOUR, HOUR)
    counted(counting, [(1, time * MINUTE, True, 0) for time in range(100)])
    counted(counting, [(2, (100 + time) * MINUTE, True, 0) for time in range(1000)])

    assert counted(counting, [(1, 0, True, 0)]) == [None]
    assert counting.held < 400


_ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 60), st.booleans(), st.integers(0, 3)))


@given(
    rows=_ROWS,
    ordered=st.booleans(),
    window=st.integers(1, 40),
    lateness=st.integers(0, 60),
    distinct=st.booleans(),
    cuts=st.lists(st.integers(0, 60), max_size=4),
)
def test_it_is_as_defined_however_it_is_cut(
    *, rows: list[Row], ordered: bool, window: int, lateness: int, distinct: bool, cuts: list[int]
) -> None:
    if ordered:
        rows = sorted(rows, key=lambda row: row[1])
    counting = Counting(window, lateness, distinct=distinct)
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]

    found = [one for start, end in pairwise(edges) for one in counted(counting, rows[start:end])]

    assert found == defined(rows, window, lateness, distinct=distinct)


@pytest.mark.parametrize("distinct", [False, True])
def test_extreme_times_and_keys_are_counted_like_others(*, distinct: bool) -> None:
    low, high = np.iinfo(np.int64).min // 4, np.iinfo(np.int64).max // 4
    rows = [(low, low, True, high), (high, high, True, low), (low, low, True, low), (high, high, True, high)]

    assert counted(Counting(1, 0, distinct=distinct), rows) == [1, 1, 2, 2]


def test_no_entries_are_counted_as_none() -> None:
    assert counted(Counting(HOUR, HOUR, distinct=True), []) == []
