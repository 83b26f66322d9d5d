"""Columns: N items side by side, which is what every hot path works on.

A `Batch` is N items: the item columns as they came in, their folded text, and the signals that detectors
added. Python objects per item appear only at the edges, for what was surfaced.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One signal of N items.

    Attributes:
        values: Shape (N,). float64 for probability, count and number; bool for a flag; int32 codes for a
            category. What stands where the value is unknown means nothing, but it is finite.
        known: Shape (N,), bool: where the value is known. None means everywhere.
        categories: Of a category: the string of each code.
    """

    values: npt.NDArray[np.float64] | npt.NDArray[np.bool_] | npt.NDArray[np.int32]
    known: Bools | None = None
    categories: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> "Column":
        """The same column for some rows, in the order given."""
        return replace(self, values=self.values[rows], known=None if self.known is None else self.known[rows])

    def at(self, row: int) -> float | bool | str | None:
        """One value as Python says it; None where it is unknown."""
        if self.known is not None and not self.known[row]:
            return None
        value = self.values[row]
        if self.categories:
            return self.categories[int(value)]
        return bool(value) if isinstance(value, np.bool_) else float(value)


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Batch:
    """N items as columns.

    Attributes:
        items: N rows of `ITEM_SCHEMA` (see `evenhand.intake`): what came in, validated.
        folded: The folded text of each item: what terms, patterns and models read.
        signals: What detectors and intake added, by signal name.
    """

    items: pa.Table
    folded: list[str]
    signals: Columns = field(default_factory=dict)

    def __len__(self) -> int:
        return self.items.num_rows

    def texts(self) -> list[str]:
        """The original texts, as posted."""
        return [str(text) for text in self.items.column("text").to_pylist()]

    def with_signals(self, columns: Columns) -> Self:
        """This batch with more signals; a signal that is there already is replaced."""
        return replace(self, signals={**self.signals, **columns})

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Some of the items, in the order given."""
        return replace(
            self,
            items=self.items.take(rows),
            folded=[self.folded[row] for row in rows],
            signals={name: column.take(rows) for name, column in self.signals.items()},
        )

    def rows(self) -> Iterator[Self]:
        """The items one at a time, as batches of one: for tests and single posts, not for a hot path."""
        for row in range(len(self)):
            yield self.take(np.array([row]))
