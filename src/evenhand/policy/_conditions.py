"""Conditions that read columns, gathered by what they read so that each group is one NumPy call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from evenhand.vocabulary import Bools

from ._leaves import Flags, Group, KnownSignals, Literals, Pair, PatternSet, Sets, Thresholds
from ._patterns import Patterns
from ._plan import Filler
from ._words import Words

_Key = TypeVar("_Key")
_Detail = TypeVar("_Detail")
_Store = dict[_Key, dict[tuple[_Detail, bool], int]]  # what is read -> (what is asked, negated) -> condition


@dataclass(slots=True)
class Conditions:
    """Gives equal conditions one number each, counting from 0 in the order in which they are first met."""

    count: int = 0
    _thresholds: _Store[tuple[int, str], float] = field(default_factory=dict)
    _pairs: _Store[tuple[int, str, int], None] = field(default_factory=dict)
    _flags: _Store[str, None] = field(default_factory=dict)
    _sets: _Store[str, frozenset[str]] = field(default_factory=dict)
    _known: _Store[None, str] = field(default_factory=dict)
    _literals: _Store[str, tuple[str, ...]] = field(default_factory=dict)
    _patterns: _Store[str, str] = field(default_factory=dict)

    def threshold(self, number: int, operator: str, constant: float) -> int:
        """A number step compared with a constant."""
        return self._one(self._thresholds, (number, operator), constant, negated=False)

    def pair(self, left: int, operator: str, right: int) -> int:
        """Two number steps compared."""
        return self._one(self._pairs, (left, operator, right), None, negated=False)

    def flag(self, signal: str, *, negated: bool) -> int:
        """A flag."""
        return self._one(self._flags, signal, None, negated=negated)

    def one_of(self, signal: str, values: frozenset[str], *, negated: bool) -> int:
        """A category among some strings."""
        return self._one(self._sets, signal, values, negated=negated)

    def known(self, signal: str, *, negated: bool) -> int:
        """A signal that has a value."""
        return self._one(self._known, None, signal, negated=negated)

    def literals(self, signal: str, literals: tuple[str, ...], *, negated: bool) -> int:
        """A text with one of some literals."""
        return self._one(self._literals, signal, literals, negated=negated)

    def pattern(self, signal: str, pattern: str, *, negated: bool) -> int:
        """A text that a pattern matches."""
        return self._one(self._patterns, signal, pattern, negated=negated)

    def finish(self) -> tuple[tuple[Filler, ...], list[int]]:
        """The groups with their rows, and the row of each condition by its number."""
        fillers: list[Filler] = []
        rows = [0] * self.count
        at = 0
        for group, numbers in self._groups():
            fillers.append(Filler(at, at + len(numbers), group))
            for row, number in enumerate(numbers, at):
                rows[number] = row
            at += len(numbers)
        return tuple(fillers), rows

    def _groups(self) -> Iterator[tuple[Group, list[int]]]:
        """Each group with the numbers of its conditions."""
        for (number, operator), constants in self._thresholds.items():
            column = np.array([[constant] for constant, _ in constants])
            yield Thresholds(number, operator, column), list(constants.values())
        for (left, operator, right), only in self._pairs.items():
            yield Pair(left, operator, right), list(only.values())
        for signal, flags in self._flags.items():
            yield Flags(signal, _negated(flags)), list(flags.values())
        for signal, sets in self._sets.items():
            yield Sets(signal, tuple(values for values, _ in sets), _negated(sets)), list(sets.values())
        for known in self._known.values():
            signals, turned = zip(*known, strict=True)
            yield KnownSignals(signals, turned), list(known.values())
        for signal, literals in self._literals.items():
            words = Words([texts for texts, _ in literals])
            yield Literals(signal, words, _negated(literals)), list(literals.values())
        for signal, patterns in self._patterns.items():
            matcher = Patterns([pattern for pattern, _ in patterns])
            yield PatternSet(signal, matcher, _negated(patterns)), list(patterns.values())

    def _one(self, store: _Store[_Key, _Detail], key: _Key, detail: _Detail, *, negated: bool) -> int:
        asked = store.setdefault(key, {})
        if (detail, negated) not in asked:
            asked[detail, negated] = self.count
            self.count += 1
        return asked[detail, negated]


def _negated(asked: Iterable[tuple[object, bool]]) -> Bools:
    return np.array([[negated] for _, negated in asked], dtype=np.bool_)
