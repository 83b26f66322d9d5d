"""What a program reads: the columns of a batch, of a snapshot, and the texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, SignalType

FOLDED, ORIGINAL = "text.folded", "text.original"
TEXT_SIGNALS = (FOLDED, ORIGINAL)
NUMERIC = frozenset({SignalType.PROBABILITY, SignalType.COUNT, SignalType.NUMBER})
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of the items beside what they bring themselves: account states and counters.

    Attributes:
        columns: By signal name, aligned with the batch. A signal of the batch goes before one of these.
        most: Of counters that could not be told exactly, by signal name: the most that each item's may be,
            shape (N,). The column then holds the least.
    """

    columns: Columns = field(default_factory=dict)
    most: Mapping[str, Floats] = field(default_factory=dict)

    def take(self, rows: npt.NDArray[np.intp]) -> "Snapshot":
        """The same for some items."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Snapshot(columns, {name: most[rows] for name, most in self.most.items()})


class Numbers(NamedTuple):
    """Numbers of some rows, or one number for all of them.

    Attributes:
        values: The numbers; the least that they may be where `most` is given.
        known: Where they are known; None for everywhere.
        most: The most that they may be; None where `values` says it exactly.
    """

    values: Floats
    known: Bools | None
    most: Floats | None = None

    def exact(self) -> "Numbers":
        """Unknown where only a range is known."""
        if self.most is None:
            return self
        told = self.most == self.values
        return Numbers(self.values, told if self.known is None else self.known & told)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns that a program reads, checked once for the whole batch.

    Attributes:
        rows: How many items there are.
        columns: By signal name; None where nobody gives the signal.
        texts: By text signal, those that the program searches.
        most: As in `Snapshot`.
    """

    rows: int
    columns: Mapping[str, Column | None]
    texts: Mapping[str, list[str]]
    most: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch, snapshot: Snapshot, signals: Mapping[str, Signal]) -> "Inputs":
        """Gather what the signals need.

        Raises:
            BadInput: A column does not hold what its signal promises.
        """
        columns: dict[str, Column | None] = {}
        texts: dict[str, list[str]] = {}
        for name, signal in signals.items():
            if name == FOLDED:
                texts[name] = batch.folded
            elif name == ORIGINAL:
                texts[name] = batch.texts()
            else:
                column = batch.signals.get(name) or snapshot.columns.get(name)
                columns[name] = None if column is None else _checked(column, signal, len(batch))
        return cls(len(batch), columns, texts, snapshot.most)

    def numbers(self, name: str, block: slice) -> Numbers:
        """A numeric signal in a block of rows."""
        column = self.columns[name]
        if column is None:
            return Numbers(np.zeros(1), np.zeros(block.stop - block.start, dtype=np.bool_))
        most = self.most.get(name)
        values = column.values[block].astype(np.float64, copy=False)
        return Numbers(values, self._given(name, block), None if most is None else most[block])

    def known(self, name: str, block: slice) -> Bools | None:
        """Where a signal is known in a block of rows, and is no range; None for everywhere."""
        return self.numbers(name, block).exact().known if name in self.most else self._given(name, block)

    def _given(self, name: str, block: slice) -> Bools | None:
        """Where a signal has a value or a range of them."""
        if name in self.texts:
            return None
        column = self.columns[name]
        if column is None:
            return np.zeros(block.stop - block.start, dtype=np.bool_)
        if column.known is None:
            return None
        known = column.known[block]
        return None if known.all() else known


def _checked(column: Column, signal: Signal, rows: int) -> Column:
    """The column, with values that are no finite number taken for unknown."""
    if signal.type is SignalType.FLAG:
        expected: type[np.generic] = np.bool_
    else:
        expected = np.int32 if signal.type is SignalType.CATEGORY else np.float64
    if column.values.dtype != expected or column.values.shape != (rows,):
        raise BadInput(
            f"signal {signal.name} has {column.values.dtype} values of shape {column.values.shape}, "
            f"expected {expected.__name__} of shape ({rows},)",
            mend="mend whatever gives this signal; `tests/contracts/detector.py` shows what is expected",
        )
    if signal.type is SignalType.CATEGORY:
        return column
    finite = np.isfinite(column.values)
    if finite.all():
        return column
    return Column(column.values, finite if column.known is None else finite & column.known)
