"""Conditions that read columns: each group fills several rows of truth in one NumPy call.

A group's `fill` writes what holds where the signal is known, and returns where that is: None for everywhere.
What it writes elsewhere means nothing. All groups see one block of items, so all they touch stays in cache.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools

from ._inputs import Floats, Inputs, Numbers
from ._patterns import Patterns
from ._words import Words

COMPARISONS: Mapping[str, np.ufunc] = {
    ">=": np.greater_equal,
    ">": np.greater,
    "<=": np.less_equal,
    "<": np.less,
    "==": np.equal,
    "!=": np.not_equal,
}
ARITHMETIC: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of the inputs, and the numbers worked out for them."""

    inputs: Inputs
    rows: slice
    numbers: Sequence[Numbers]


class Group(Protocol):
    """Conditions of one kind that read the same."""

    def fill(self, block: Block, out: Bools) -> Bools | None:
        """Write shape (conditions, rows); returns where it is known, shape (rows,) or (conditions, rows)."""
        ...


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One number compared with several constants in one way."""

    number: int
    operator: str
    thresholds: npt.NDArray[np.float64]  # shape (conditions, 1)

    def fill(self, block: Block, out: Bools) -> Bools | None:
        values, known, most = block.numbers[self.number]
        compare = COMPARISONS[self.operator]
        compare(values, self.thresholds, out=out)
        return known if most is None else both(known, self._told(values, most, out))

    def _told(self, least: Floats, most: Floats, out: Bools) -> Bools:
        """Where a range says enough, shape (conditions, rows); `out` holds what the least says."""
        if self.operator in {"==", "!="}:
            within: Bools = (least <= self.thresholds) & (self.thresholds <= most)
            return np.asarray(~within | (least == most), np.bool_)
        return np.asarray(COMPARISONS[self.operator](most, self.thresholds) == out, np.bool_)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers compared with one another."""

    left: int
    operator: str
    right: int

    def fill(self, block: Block, out: Bools) -> Bools | None:
        left, right = block.numbers[self.left].exact(), block.numbers[self.right].exact()
        COMPARISONS[self.operator](left.values, right.values, out=out)
        return both(left.known, right.known)


@dataclass(frozen=True, slots=True)
class Flags:
    """One flag, as it is and turned."""

    signal: str
    negated: Bools  # shape (conditions, 1)

    def fill(self, block: Block, out: Bools) -> Bools | None:
        column = block.inputs.columns[self.signal]
        values = column.values[block.rows] if column is not None else np.zeros(1, dtype=np.bool_)
        np.not_equal(values, self.negated, out=out)
        return block.inputs.known(self.signal, block.rows)


@dataclass(frozen=True, slots=True)
class Sets:
    """One category looked up in several sets of strings."""

    signal: str
    sets: tuple[frozenset[str], ...]
    negated: Bools  # shape (conditions, 1)

    def fill(self, block: Block, out: Bools) -> Bools | None:
        column = block.inputs.columns[self.signal]
        if column is None:
            out[:] = False
            return block.inputs.known(self.signal, block.rows)
        codes = {category: code for code, category in enumerate(column.categories)}
        table = np.zeros((len(self.sets), len(codes) + 1), dtype=np.bool_)
        for row, wanted in enumerate(self.sets):
            table[row, [codes[value] for value in wanted if value in codes]] = True
        # Codes where the category is unknown may be any number: clipped, they cannot leave the table.
        here = column.values[block.rows].astype(np.intp)
        np.take(table != self.negated, here, axis=1, out=out, mode="clip")
        return block.inputs.known(self.signal, block.rows)


@dataclass(frozen=True, slots=True)
class KnownSignals:
    """Whether signals have a value."""

    signals: tuple[str, ...]
    negated: tuple[bool, ...]

    def fill(self, block: Block, out: Bools) -> Bools | None:
        for row, (signal, negated) in enumerate(zip(self.signals, self.negated, strict=True)):
            known = block.inputs.known(signal, block.rows)
            out[row] = not negated if known is None else known != negated
        return None


@dataclass(frozen=True, slots=True)
class Literals:
    """All literals of one text in one pass."""

    signal: str
    words: Words
    negated: Bools  # shape (conditions, 1)

    def fill(self, block: Block, out: Bools) -> Bools | None:
        self.words.present(block.inputs.texts[self.signal][block.rows], out)
        np.not_equal(out, self.negated, out=out)
        return None


@dataclass(frozen=True, slots=True)
class PatternSet:
    """All patterns of one text in one pass."""

    signal: str
    patterns: Patterns
    negated: Bools  # shape (conditions, 1)

    def fill(self, block: Block, out: Bools) -> Bools | None:
        self.patterns.present(block.inputs.texts[self.signal][block.rows], out)
        np.not_equal(out, self.negated, out=out)
        return None


def both(left: Bools | None, right: Bools | None) -> Bools | None:
    """Where both are known."""
    if left is None or right is None:
        return right if left is None else left
    return left & right
