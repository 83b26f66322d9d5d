"""What a counter means, one item at a time, in plain Python: the twin that the columns are held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evenhand.policy._counters import LATENESS, UNITS, Counter, Measure
from evenhand.policy._keys import Key


@dataclass(frozen=True, slots=True)
class Posted:
    """One item, in the order of arrival.

    Attributes:
        at: Microseconds.
        keys: Its keys of each kind.
        counted: Whether it is counted; None where that is unknown.
    """

    at: int
    keys: Mapping[Key, Sequence[str]] = field(default_factory=dict)
    counted: bool | None = True


def told(counter: Counter, items: Sequence[Posted]) -> list[tuple[float, float] | None]:
    """The least and the most of each item's count; None where it is unknown.

    The most adds what may be counted: of a distinct count it is too high by the values that are counted too.
    """
    return [_told(counter, items[: place + 1]) for place in range(len(items))]


def _told(counter: Counter, items: Sequence[Posted]) -> tuple[float, float] | None:
    item = items[-1]
    mine = item.keys.get(counter.by, ())
    if not mine and counter.by in {Key.AUTHOR, Key.THREAD}:
        return None
    ranges = []
    for key in mine:
        alike = [one for one in items if key in one.keys.get(counter.by, ())]
        if _entries(counter, item) and item.at < max(one.at for one in alike) - LATENESS:
            return None
        inside = [one for one in alike if item.at - counter.window < one.at <= item.at]
        sure = _count(counter, [one for one in inside if one.counted is True])
        ranges.append((sure, sure + _undecided(counter, inside)))
    share = Fraction(UNITS[counter.per], counter.window) if counter.per else Fraction(1)
    return (
        float(max((low for low, _ in ranges), default=0) * share),
        float(max((high for _, high in ranges), default=0) * share),
    )


def _entries(counter: Counter, item: Posted) -> bool:
    return bool(item.keys.get(counter.by, ()))


def _undecided(counter: Counter, items: Sequence[Posted]) -> int:
    """Those that may be counted, and of a distinct count one more for each without a name."""
    unnamed = [one for one in items if one.counted is not False and not one.keys.get(counter.of or Key.TEXT)]
    more = len(unnamed) if counter.of in {Key.AUTHOR, Key.THREAD} else 0
    return _count(counter, [one for one in items if one.counted is None]) + more


def _count(counter: Counter, items: Sequence[Posted]) -> int:
    if counter.measure is not Measure.DISTINCT or counter.of is None:
        return len(items)
    return len({value for one in items for value in one.keys.get(counter.of, ())})
