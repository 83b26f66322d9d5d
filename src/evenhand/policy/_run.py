"""Running a plan over one block of items."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools

from ._inputs import Inputs, Numbers
from ._leaves import ARITHMETIC, Block, both
from ._plan import Calculation, NumberStep, Plan, Step


@dataclass(frozen=True, slots=True)
class Masks:
    """What holds of one block of items.

    Attributes:
        numbers: What each number step came to.
        true: Shape (rows of the plan, items): what certainly holds.
        possible: The same of what may hold. Only rows of which `open` is true are written.
        open: Shape (rows of the plan,): which of them may be unknown for some item; None if none is.
    """

    numbers: Sequence[Numbers]
    true: Bools
    possible: Bools
    open: Bools | None

    def unknown(self, rows: npt.NDArray[np.intp]) -> Bools | None:
        """Where some rows of the plan are unknown: shape (rows, items); None for nowhere."""
        if self.open is None or not (undecided := self.open[rows]).any():
            return None
        unknown = np.zeros((len(rows), self.true.shape[1]), dtype=np.bool_)
        chosen = rows[undecided]
        unknown[undecided] = self.possible[chosen] & ~self.true[chosen]
        return unknown


_Gate = tuple[np.ufunc, int, int, tuple[int, ...], int]  # operation, first, second and other parts, out


class Machine:
    """A plan made ready to run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._reach = plan.reach()
        self._gates: list[_Gate] = [
            (_operation(step), step.parts[0], step.parts[1], step.parts[2:], step.out) for step in plan.steps
        ]

    def workspace(self, size: int) -> tuple[Bools, Bools]:
        """Memory for blocks of up to `size` items, to be used again from block to block."""
        shape = (self._plan.rows, size)
        return np.empty(shape, dtype=np.bool_), np.empty(shape, dtype=np.bool_)

    def run(self, inputs: Inputs, rows: slice, workspace: tuple[Bools, Bools]) -> Masks:
        """Work out one block; what it returns stands in the workspace."""
        size = rows.stop - rows.start
        true, possible = workspace[0][:, :size], workspace[1][:, :size]
        with np.errstate(all="ignore"):  # what comes of it is no finite number, and so unknown
            block = Block(inputs, rows, _numbers(self._plan.numbers, inputs, rows))
            unsure = self._fill(block, true, possible)
        lines = list(true)
        _join(lines, self._gates)
        if not unsure:
            return Masks(block.numbers, true, possible, None)
        is_open: Bools = np.logical_or.reduce(self._reach[unsure], axis=0)
        for row in np.flatnonzero(is_open).tolist():
            lines[row] = possible[row]
        _join(lines, [gate for gate in self._gates if is_open[gate[-1]]])
        return Masks(block.numbers, true, possible, is_open)

    def _fill(self, block: Block, true: Bools, possible: Bools) -> list[int]:
        """Read the columns; returns the fillers that met unknown values."""
        unsure = []
        for number, filler in enumerate(self._plan.fillers):
            certain = true[filler.first : filler.end]
            known = filler.group.fill(block, certain)
            if known is not None:
                np.logical_or(certain, ~known, out=possible[filler.first : filler.end])
                np.logical_and(certain, known, out=certain)
                unsure.append(number)
        return unsure


def _operation(step: Step) -> np.ufunc:
    return np.bitwise_and if step.every else np.bitwise_or


def _join(lines: list[Bools], gates: list[_Gate]) -> None:
    for operation, first, second, others, out in gates:
        target = lines[out]
        operation(lines[first], lines[second], target)
        for other in others:
            operation(target, lines[other], target)


def _numbers(steps: Sequence[NumberStep], inputs: Inputs, rows: slice) -> list[Numbers]:
    done: list[Numbers] = []
    for step in steps:
        if isinstance(step, str):
            done.append(inputs.numbers(step, rows))
        elif isinstance(step, Calculation):
            done.append(_calculated(step, done[step.left], done[step.right]))
        else:
            done.append(Numbers(np.array([step]), None))
    return done


def _calculated(step: Calculation, left: Numbers, right: Numbers) -> Numbers:
    left, right = left.exact(), right.exact()
    values = ARITHMETIC[step.operator](left.values, right.values)
    known = both(left.known, right.known)
    finite = np.isfinite(values)
    return Numbers(values, known if finite.all() else both(known, finite))
