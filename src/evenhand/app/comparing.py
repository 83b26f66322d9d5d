"""What would change if a detector in shadow took over: counted by group, with intervals."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from evenhand.detect.quality import Measured, wilson
from evenhand.vocabulary import Column, PolicyRef, Recommendation

BANDS: Final = 10
"""Bands that a probability is sorted into, each as wide as the others."""


_FIRST: Final = ("all", "clause", "queue", "language", "source", "target group")


class Surfaced(StrEnum):
    """Who would bring an item to review."""

    BOTH = "both"
    ACTIVE = "only_active"
    SHADOW = "only_shadow"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How many items of one group each would bring to review.

    Attributes:
        by: What the items are grouped by: `language`.
        group: The value they share: `en`; `none` where they state none.
        items: How many there are.
        both: Surfaced by those at work, and by the shadow in their place.
        only_active: Surfaced by those at work alone: these would no longer be seen.
        only_shadow: Surfaced by the shadow alone: these would be new.
        active: The share that those at work surface, with Wilson's interval.
        shadow: The same of the shadow.
    """

    by: str
    group: str
    items: int
    both: int
    only_active: int
    only_shadow: int
    active: Measured | None
    shadow: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A detector by name and version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """What would change.

    Attributes:
        shadow: The detector that would take over.
        replaced: Those at work whose place it would take.
        policies: The policy versions in force now. An item is judged by the version of its time.
        recorded: Items that a scan ran both on.
        replayed: Items that both were run on for this report.
        left_out: Items of the history that neither holds for.
        changes: All items first, then by clause, queue, language, source, target group and score.
        decided: Of the decided items those upheld (a clause is broken) and those not upheld.
        gone: Decided items whose text was erased or has expired.
    """

    shadow: Named
    replaced: tuple[Named, ...]
    policies: tuple[PolicyRef, ...]
    recorded: int
    replayed: int
    left_out: int
    changes: tuple[Change, ...]
    decided: tuple[Change, ...]
    gone: int

    @property
    def items(self) -> int:
        """Items that were compared."""
        return self.recorded + self.replayed


@dataclass(frozen=True, slots=True)
class Compared:
    """One item, and what the rules say with those at work and with the shadow.

    Attributes:
        seq: Its arrival number.
        groups: What it is grouped by -> its group.
        active: What the rules say now; empty where it is not surfaced.
        shadow: What they would say.
    """

    seq: int
    groups: Mapping[str, str]
    active: Sequence[Recommendation]
    shadow: Sequence[Recommendation]

    @property
    def surfaced(self) -> Surfaced:
        """Who would bring it to review."""
        return _who(bool(self.active), bool(self.shadow))


class Tally:
    """Items counted by group; holds one number for each group and outcome."""

    def __init__(self) -> None:
        self.items = 0
        self._found: Counter[tuple[str, str, Surfaced]] = Counter()

    def add(self, one: Compared) -> None:
        """Count an item, in all of its groups and under every clause and queue that either names."""
        self.items += 1
        self._found["all", "all", one.surfaced] += 1
        for by, group in one.groups.items():
            self._found[by, group, one.surfaced] += 1
        for by, active, shadow in (
            ("clause", _clauses(one.active), _clauses(one.shadow)),
            ("queue", _queues(one.active), _queues(one.shadow)),
        ):
            for group in active | shadow:
                self._found[by, group, _who(group in active, group in shadow)] += 1

    def changes(self) -> Iterator[Change]:
        """Every group: all items, by what the rules say, by what the items state, by score; then by name.

        Of a clause or a queue every item might have been: their shares are of all items.
        """
        groups = {(by, group) for by, group, _ in self._found}
        for by, group in sorted(groups, key=lambda one: (_place(one[0]), *one)):
            counts = {who: self._found[by, group, who] for who in Surfaced}
            total = self.items if by in {"clause", "queue"} else sum(counts.values())
            yield change(by, group, total, counts)


def change(by: str, group: str, items: int, counts: Mapping[Surfaced, int]) -> Change:
    """The counts of a group, with shares."""
    both = counts[Surfaced.BOTH]
    return Change(
        by=by,
        group=group,
        items=items,
        both=both,
        only_active=counts[Surfaced.ACTIVE],
        only_shadow=counts[Surfaced.SHADOW],
        active=wilson(both + counts[Surfaced.ACTIVE], items),
        shadow=wilson(both + counts[Surfaced.SHADOW], items),
    )


def _place(by: str) -> int:
    return _FIRST.index(by) if by in _FIRST else len(_FIRST)


def bands(column: Column) -> list[str]:
    """Per item the band of its probability: `0.8 to 0.9`; `unknown` where it is."""
    edges = [number / BANDS for number in range(BANDS + 1)]
    names = [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    values = (column.at(row) for row in range(len(column)))
    return [
        "unknown" if value is None else names[min(int(float(value) * BANDS), BANDS - 1)] for value in values
    ]


def _clauses(said: Sequence[Recommendation]) -> set[str]:
    return {f"{one.policy.policy} {one.clause}" for one in said}


def _queues(said: Sequence[Recommendation]) -> set[str]:
    return {one.queue for one in said}


def _who(active: bool, shadow: bool) -> Surfaced:  # noqa: FBT001 - two answers to one question
    if active and shadow:
        return Surfaced.BOTH
    if active:
        return Surfaced.ACTIVE
    return Surfaced.SHADOW if shadow else Surfaced.NEITHER
