"""A program as data: one straight line of steps.

After compiling, all that is left above the conditions that read columns is and-s and or-s. These are
monotone: run over what is certainly true they give what is certainly true, and run over what is possibly
true they give what is possibly true. An item for which a rule is possibly but not certainly true is one for
which it is unknown.

Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong tables.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools

from ._leaves import Group
from ._syntax import ArithmeticOperator, Expression


@dataclass(frozen=True, slots=True)
class Calculation:
    """Two numbers, worked out before, made one."""

    operator: ArithmeticOperator
    left: int
    right: int


NumberStep = str | float | Calculation
"""A signal's name, a constant, or a calculation."""


@dataclass(frozen=True, slots=True)
class Step:
    """Some rows of truth made one: `out` becomes all (or any) of `parts`, which stand before it."""

    every: bool
    parts: tuple[int, ...]
    out: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A condition as the policy writes it and the row that holds its truth, or its contrary's.

    Attributes:
        expression: The condition, without any `not`.
        row: Where its truth stands.
        negated: The row holds the contrary.
        number: Of a comparison of numbers: the number step of its left side, or of its right side where the
            left one is a constant.
    """

    expression: Expression
    row: int
    negated: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Filler:
    """A group and the rows [first, end) that it fills."""

    first: int
    end: int
    group: Group


@dataclass(frozen=True, slots=True)
class Plan:
    """The program.

    Attributes:
        numbers: Worked out first, in order.
        fillers: Fill the first `leaves` rows.
        leaves: How many rows read columns.
        steps: And-s and or-s, in order; step i fills row `leaves + i`.
        roots: Of each rule the row that says whether it speaks.
        readings: Of each rule its conditions, in the order in which it is written.
    """

    numbers: tuple[NumberStep, ...]
    fillers: tuple[Filler, ...]
    leaves: int
    steps: tuple[Step, ...]
    roots: npt.NDArray[np.intp]
    readings: tuple[tuple[Reading, ...], ...]

    @property
    def rows(self) -> int:
        """How many rows of truth there are."""
        return self.leaves + len(self.steps)

    def reach(self) -> Bools:
        """Which rows each filler can make unknown: shape (fillers, rows)."""
        reach = np.zeros((self.rows, len(self.fillers)), dtype=np.bool_)
        for number, filler in enumerate(self.fillers):
            reach[filler.first : filler.end, number] = True
        for step in self.steps:
            reach[step.out] = reach[list(step.parts)].any(axis=0)
        return np.ascontiguousarray(reach.T)
