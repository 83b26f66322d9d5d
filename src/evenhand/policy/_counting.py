"""Counting over a moving window: how many items of the same key, and how many different values among them.

    counting = Counting(window=HOUR, lateness=DAY)
    counting.advance(Entries(keys, times, counted, values))   # per entry how many others are in its window

Order is the order in which entries come; windows are on the entries' own time. At entry i counted are the
entries j that came before it or are i itself, have its key, and for which t_i - window < t_j <= t_i. An entry
that is later than `lateness` behind the newest of its key so far has no count. How entries are cut into
batches changes nothing: what a later batch can still see is kept, and no more.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools

Ints = npt.NDArray[np.int64]

_MERGED_FROM = 0.25  # share of the kept entries that may lie beside the others, batch by batch
_PARTS = 64  # batches that may


class Entries(NamedTuple):
    """N entries in the order in which they came.

    Attributes:
        keys: Shape (N,).
        times: Shape (N,), microseconds since 1970.
        counted: Shape (N,): whether others count it. It is given its own count all the same.
        values: Shape (N,): what is told apart; all 0 where nothing is.
    """

    keys: Ints
    times: Ints
    counted: Bools
    values: Ints

    def take(self, places: npt.NDArray[np.intp] | Bools | slice) -> "Entries":
        """Some of them."""
        return Entries(self.keys[places], self.times[places], self.counted[places], self.values[places])

    @classmethod
    def none(cls) -> "Entries":
        """No entry."""
        whole, flags = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        return cls(whole, whole, flags, whole)

    @classmethod
    def joined(cls, parts: "list[Entries]") -> "Entries":
        """Some entries behind others."""
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.counted for part in parts]),
            np.concatenate([part.values for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted for N entries.

    Attributes:
        values: Shape (N,).
        late: Shape (N,): where it came too late to be told.
    """

    values: Ints
    late: Bools


class Counting:
    """One counter over all keys.

    Args:
        window: Microseconds, more than 0.
        lateness: Microseconds that an entry may lie behind the newest of its key.
        distinct: Count different values, not entries.
    """

    def __init__(self, window: int, lateness: int, *, distinct: bool = False) -> None:
        self._window = window
        self._lateness = lateness
        self._distinct = distinct
        self._kept = Entries.none()  # by key, and within a key in the order in which they came
        self._fresh: list[Entries] = []  # the same, batch by batch

    def advance(self, entries: Entries) -> Counts:
        """Count for the next entries."""
        order = np.argsort(entries.keys, kind="stable")
        new = entries.take(order)
        parts = [_of_keys(part, new.keys) for part in (self._kept, *self._fresh)]
        before = Entries.joined(parts)
        whole = Entries.joined([before, new])
        grouped = np.argsort(whole.keys, kind="stable")
        found = counts(whole.take(grouped), self._window, self._lateness, distinct=self._distinct)
        mine = grouped >= len(before.keys)
        places = order[grouped[mine] - len(before.keys)]
        values, late = np.zeros(len(order), np.int64), np.zeros(len(order), np.bool_)
        values[places], late[places] = found.values[mine], found.late[mine]
        self._keep(new)
        return Counts(values, late)

    @property
    def held(self) -> int:
        """How many entries are kept for later ones."""
        return len(self._kept.keys) + sum(len(part.keys) for part in self._fresh)

    def _keep(self, new: Entries) -> None:
        if not len(new.keys):
            return
        self._fresh.append(new)
        beside = sum(len(part.keys) for part in self._fresh)
        if beside > _MERGED_FROM * len(self._kept.keys) or len(self._fresh) > _PARTS:
            whole = Entries.joined([self._kept, *self._fresh])
            whole = whole.take(np.argsort(whole.keys, kind="stable"))
            self._kept = whole.take(self._reachable(whole))
            self._fresh = []

    def _reachable(self, kept: Entries) -> Bools:
        """What a later entry that is not too late can still count, and the newest of each key."""
        runs = _Runs.of(kept)
        newest = runs.newest_of_all()
        seen = np.asarray(kept.counted & (kept.times > newest - self._lateness - self._window), np.bool_)
        last = np.flatnonzero(kept.times == newest)
        _, one_of_each = np.unique(runs.of_entry[last], return_index=True)
        seen[last[one_of_each]] = True
        return seen


def counts(entries: Entries, window: int, lateness: int, *, distinct: bool) -> Counts:
    """Count for entries that stand by key, and within a key in the order in which they came."""
    runs = _Runs.of(entries)
    newest = runs.newest()
    found = (_different if distinct else _all)(entries, runs, window)
    for run in runs.disordered():
        found[run] = _wandered(entries.take(run), window, distinct=distinct)
    return Counts(found, np.asarray(entries.times < newest - lateness, np.bool_))


@dataclass(frozen=True, slots=True)
class _Runs:
    """The keys of entries that stand by key.

    Attributes:
        of_entry: Shape (N,): the number of the key, rising.
        starts: Shape (keys,): its first entry.
        ranks: Shape (N,): the place of an entry's time among all different times.
        times: All different times, rising.
    """

    of_entry: Ints
    starts: npt.NDArray[np.intp]
    ranks: Ints
    times: Ints

    @classmethod
    def of(cls, entries: Entries) -> "_Runs":
        first = np.ones(len(entries.keys), np.bool_)
        np.not_equal(entries.keys[1:], entries.keys[:-1], out=first[1:])
        times, ranks = np.unique(entries.times, return_inverse=True)
        return cls(np.cumsum(first) - 1, np.flatnonzero(first), ranks.astype(np.int64), times)

    def places(self) -> Ints:
        """Shape (N,): by key, then by time; rising where entries came in the order of their times."""
        return self.bases() + self.ranks

    def bases(self) -> Ints:
        """Shape (N,): where the places of an entry's key begin."""
        return np.asarray(self.of_entry * (len(self.times) + 1), np.int64)

    def newest(self) -> Ints:
        """Shape (N,): the newest time of the key up to each entry."""
        return self.times[np.maximum.accumulate(self.places()) - self.bases()]

    def newest_of_all(self) -> Ints:
        """Shape (N,): the newest time of the key."""
        return np.maximum.reduceat(self.times[self.ranks], self.starts)[self.of_entry]

    def first_within(self, window: int) -> npt.NDArray[np.intp]:
        """Shape (N,): the first entry of the key in each entry's window, where they came in order."""
        lowest = np.searchsorted(self.times, self.times - window, side="right")[self.ranks]
        return np.searchsorted(self.places(), self.bases() + lowest)

    def disordered(self) -> list[slice]:
        """The keys of which an entry came after one with a later time."""
        places = self.places()
        back = np.unique(self.of_entry[1:][places[1:] < places[:-1]])
        ends = np.append(self.starts[1:], len(places))
        return [slice(int(self.starts[key]), int(ends[key])) for key in back.tolist()]


def _all(entries: Entries, runs: _Runs, window: int) -> Ints:
    """How many are counted in each window, where they came in order."""
    before = np.concatenate([[0], np.cumsum(entries.counted)])
    return np.asarray(before[1:] - before[runs.first_within(window)], np.int64)


def _different(entries: Entries, runs: _Runs, window: int) -> Ints:
    """How many different values are counted in each window, where they came in order.

    All that are counted, less those of which the same value comes again within the window: a pair of one
    value's neighbours lies in the windows from the later one on, until the window has left the earlier one.
    """
    first = runs.first_within(window)
    chosen = np.flatnonzero(entries.counted)
    by_value = chosen[np.lexsort((chosen, entries.values[chosen], runs.of_entry[chosen]))]
    earlier, later = by_value[:-1], by_value[1:]
    same = (entries.values[earlier] == entries.values[later]) & (
        runs.of_entry[earlier] == runs.of_entry[later]
    )
    earlier, later = earlier[same], later[same]
    size = len(first)
    ends = np.searchsorted(first, earlier, side="right")  # the first entry whose window begins behind it
    inside = ends > later
    change = np.bincount(later[inside], minlength=size + 1) - np.bincount(ends[inside], minlength=size + 1)
    return np.asarray(_all(entries, runs, window) - np.cumsum(change)[:size], np.int64)


def _wandered(entries: Entries, window: int, *, distinct: bool) -> Ints:
    """Count for the entries of one key that did not come in the order of their times.

    What was counted so far lies by time, and the window moves over it, back and forth: an entry costs as much
    as lies between its window and the one before, or in its window, whichever is less.
    """
    times: list[int] = []
    values: list[int] = []
    held: Counter[int] = Counter()
    low = high = 0
    found = np.zeros(len(entries.keys), np.int64)
    rows = zip(entries.times.tolist(), entries.counted.tolist(), entries.values.tolist(), strict=True)
    for row, (time, counted, value) in enumerate(rows):
        if counted:
            at = bisect_right(times, time)
            times.insert(at, time)
            values.insert(at, value)
            if at < low:
                low, high = low + 1, high + 1
            elif at < high:
                high += 1
                held[value] += 1
        start, end = bisect_right(times, time - window), bisect_right(times, time)
        if distinct:
            held = _moved(held, values, (low, high), (start, end))
            low, high = start, end
            found[row] = len(held)
        else:
            found[row] = end - start
    return found


def _moved(held: Counter[int], values: list[int], old: tuple[int, int], new: tuple[int, int]) -> Counter[int]:
    """How often each value lies in a window, from how often it lay in another one."""
    (low, high), (start, end) = old, new
    if abs(start - low) + abs(end - high) >= end - start:
        return Counter(values[start:end])
    held.update(values[start:low])
    held.update(values[high:end])
    for value in (*values[low:start], *values[end:high]):
        held[value] -= 1
        if not held[value]:
            del held[value]
    return held


def _of_keys(kept: Entries, keys: Ints) -> Entries:
    """Those of some keys; both rise."""
    wanted = keys[np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))]
    starts = np.searchsorted(kept.keys, wanted)
    ends = np.searchsorted(kept.keys, wanted, side="right")
    lengths = ends - starts
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    return kept.take(places)
