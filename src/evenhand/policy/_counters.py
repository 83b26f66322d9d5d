"""Counters: what no single item shows, as a column that rules read like any other.

    distinct author where text.abusive >= 0.7 by target within 1 h

How many different authors wrote abusive items at the same person within the hour before, this item included.
An item is counted where the condition certainly holds; where that is unknown for some item, the column is a
range, and a rule is unknown only where the range says not enough. Of an item with several keys, as one that
is aimed at several people, the highest counts. An item without a target, link or text has none of its kind:
0; one without an author or thread has some that we do not know: unknown, as is one that came too late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools, Column, Signal, SignalType

from ._counting import Counting, Entries, Ints
from ._inputs import Floats, Snapshot
from ._keys import Key, Occurrences
from ._syntax import Expression
from ._written import written

PREFIX: Final = "counters."
SECOND: Final = 1_000_000
UNITS: Final[Mapping[str, int]] = {"s": SECOND, "min": 60 * SECOND, "h": 3_600 * SECOND, "d": 86_400 * SECOND}
LATENESS: Final = UNITS["d"]
"""Microseconds that an item may lie behind the newest of its key and still be told its count."""


class Measure(StrEnum):
    """What is counted."""

    COUNT = "count"  # items
    DISTINCT = "distinct"  # different authors, targets, ... of items
    RATE = "rate"  # items per unit of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counter of a policy.

    Attributes:
        name: Rules read `counters.NAME`.
        measure: What is counted.
        of: Of a distinct count: what is told apart.
        per: Of a rate: its unit of time, of `UNITS`.
        where: Which items are counted; None for all.
        by: What items are put together by.
        window: How far back, in microseconds.
    """

    name: str
    measure: Measure
    of: Key | None = None
    per: str | None = None
    where: Expression | None = None
    by: Key
    window: int

    @property
    def signal(self) -> Signal:
        """The column."""
        rate = self.measure is Measure.RATE
        return Signal(
            name=PREFIX + self.name,
            type=SignalType.NUMBER if rate else SignalType.COUNT,
            unit=f"items per {self.per}" if rate else f"{self.of}s" if self.of else "items",
            meaning=f"Counted over items: {written_counter(self)}.",
        )


def signal_of(name: str, counter: Counter | None) -> Signal:
    """The column of a counter; of one that cannot be read, a count that stands for it."""
    if counter is not None:
        return counter.signal
    return Signal(name=PREFIX + name, type=SignalType.COUNT, meaning="A counter that cannot be read.")


def written_counter(counter: Counter) -> str:
    """The counter as a policy writes it, on one line."""
    what = {Measure.DISTINCT: f" {counter.of}", Measure.RATE: f" per {counter.per}"}
    words = [f"{counter.measure}{what.get(counter.measure, '')}"]
    if counter.where is not None:
        words.append(f"where {written(counter.where)}")
    return " ".join([*words, f"by {counter.by}", f"within {duration(counter.window)}"])


def duration(window: int) -> str:
    """A window as a policy writes it: `90 min`."""
    for unit, size in reversed(list(UNITS.items())):
        if window % size == 0:
            return f"{window // size} {unit}"
    return f"{window / SECOND:.6f}".rstrip("0") + " s"


@dataclass(frozen=True, slots=True)
class Counted:
    """What counters read of N items, in the order in which those came.

    Attributes:
        times: Shape (N,), microseconds since 1970: when they were posted, but not after they were received.
        keys: The kinds of keys that some counter reads.
        true: Shape (counters, N): which are counted.
        undecided: The same: of which it is unknown.
    """

    times: Ints
    keys: Mapping[Key, Occurrences]
    true: Bools
    undecided: Bools


class Tally:
    """Counters with what they have counted so far."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self._kept = [_Kept(counter, _counting(counter)) for counter in counters]

    def advance(self, counted: Counted) -> Snapshot:
        """The columns of the next items."""
        columns, most = {}, {}
        for number, kept in enumerate(self._kept):
            counter, lines = kept.counter, _lines(kept.counter, counted)
            true, undecided = counted.true[number][lines.rows], counted.undecided[number][lines.rows]
            found = kept.sure.advance(lines.entries(true & lines.told))
            known = counted.keys[counter.by].known.copy()
            known[lines.rows[found.late]] = False
            if counter.of is not None:
                known &= ~counted.keys[counter.of].crowded
            least = _highest(lines.rows, found.values, len(known))
            name = PREFIX + counter.name
            columns[name] = Column(_scaled(counter, least), None if known.all() else known)
            above = kept.above(lines, undecided & lines.told, (true | undecided) & lines.unnamed)
            if above is not None:
                most[name] = _scaled(counter, _highest(lines.rows, found.values + above, len(known)))
        return Snapshot(columns, most)


@dataclass(slots=True)
class _Kept:
    """One counter with what it has counted: for certain, perhaps, and of those without a name."""

    counter: Counter
    sure: Counting
    unsure: Counting | None = None
    nameless: Counting | None = None

    def above(self, lines: "_Lines", undecided: Bools, unnamed: Bools) -> Ints | None:
        """How many more there may be for each line; None for none of any."""
        if self.unsure is None and undecided.any():
            self.unsure = _counting(self.counter)
        if self.nameless is None and unnamed.any():  # each may be another one
            self.nameless = Counting(self.counter.window, LATENESS)
        parts = [
            counting.advance(lines.entries(chosen)).values
            for counting, chosen in ((self.unsure, undecided), (self.nameless, unnamed))
            if counting is not None
        ]
        return np.sum(parts, axis=0) if parts else None


def kinds(counters: Sequence[Counter]) -> frozenset[Key]:
    """The kinds of keys that counters read."""
    return frozenset(key for counter in counters for key in (counter.by, counter.of) if key is not None)


def _counting(counter: Counter) -> Counting:
    return Counting(counter.window, LATENESS, distinct=counter.measure is Measure.DISTINCT)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The keys of items, and of a distinct count each with every value of its item.

    Attributes:
        rows: Which item, ascending.
        keys: Aligned with `rows`, as all below.
        times: When.
        values: What is told apart.
        told: Where there is such a value, or none is asked for.
        unnamed: Where there is one that we do not know.
    """

    rows: npt.NDArray[np.intp]
    keys: Ints
    times: Ints
    values: Ints
    told: Bools
    unnamed: Bools

    def entries(self, counted: Bools) -> Entries:
        """Of which these are counted."""
        return Entries(self.keys, self.times, counted, self.values)


def _lines(counter: Counter, counted: Counted) -> _Lines:
    by = counted.keys[counter.by]
    if counter.of is None:
        nothing = np.zeros(len(by.rows), np.int64)
        whole = np.ones(len(by.rows), np.bool_)
        return _Lines(by.rows, by.codes, counted.times[by.rows], nothing, whole, ~whole)
    of = counted.keys[counter.of]
    first = np.searchsorted(of.rows, by.rows)
    there = np.searchsorted(of.rows, by.rows, side="right") - first
    lengths = np.maximum(there, 1)
    at = np.repeat(np.arange(len(by.rows)), lengths)
    place = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(len(at))
    rows, told = by.rows[at], there[at] > 0
    values = np.zeros(len(at), np.int64)
    values[told] = of.codes[place[told]]
    return _Lines(rows, by.codes[at], counted.times[rows], values, told, ~of.known[rows])


def _highest(rows: npt.NDArray[np.intp], values: Ints, size: int) -> Ints:
    """Per item the highest of its entries; 0 without one."""
    found = np.zeros(size, np.int64)
    np.maximum.at(found, rows, values)
    return found


def _scaled(counter: Counter, counts: Ints) -> Floats:
    """Counts as the column has them."""
    if counter.per is None:
        return counts.astype(np.float64)
    return np.asarray(counts * UNITS[counter.per] / counter.window, np.float64)
