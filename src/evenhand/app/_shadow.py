"""A detector in shadow: beside those at work, seen by no rule, its signals kept to be compared.

What one scan finds of both stands in the same row of the history, so it is there or not with the item itself:
nothing is doubled by a second scan, and it goes when the item expires or its account is erased.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, examine
from evenhand.errors import BadInput, Outside
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType


class Shadow:
    """A detector that would take the place of some of those at work.

    Attributes:
        detector: The one in shadow.
        replaced: Those at work that give a signal which it gives too.
    """

    def __init__(self, active: Sequence[Detector], detector: Detector) -> None:
        """Pair it with those at work.

        Raises:
            BadInput: It is at work already, or gives only some of the signals of one it would replace.
        """
        if (detector.name, detector.version) in {(one.name, one.version) for one in active}:
            raise BadInput(
                f"{detector.name} {detector.version} is at work already",
                mend="name another; `evenhand detectors stop` ends a shadow",
            )
        given = {signal.name for signal in detector.signals}
        self.detector = detector
        self.replaced = tuple(
            one for one in active if given.intersection(signal.name for signal in one.signals)
        )
        lost = sorted({signal.name for one in self.replaced for signal in one.signals} - given)
        if lost:
            raise BadInput(
                f"{detector.name} {detector.version} gives no {lost[0]}, which {self.replaced[0].name} gives",
                mend="a detector takes the place of another only if it gives all of its signals",
            )

    @property
    def marker(self) -> str:
        """The history's column that says where this pair ran: it hashes who ran, each with its version."""
        who = "\n".join(f"{one.name} {one.version}" for one in (self.detector, *self.replaced))
        return f"shadow.{sha256(who.encode()).hexdigest()[:16]}"

    def columns(self, batch: Batch) -> Columns:
        """What it sees in some items, as columns of the history.

        Raises:
            Outside: It failed. The items are not accepted, so the same scan goes on with them.
        """
        try:
            signals = examine(batch, [self.detector]).signals
        except Exception as error:
            raise Outside(
                f"{self.detector.name} {self.detector.version}, which runs in shadow, failed: {error}",
                mend="evenhand detectors stop ends the shadow; the same scan then goes on where it stopped",
            ) from error
        ran = Column(np.ones(len(batch), np.bool_))
        own = {self._column(signal): signals[signal.name] for signal in self.detector.signals}
        return {self.marker: ran, **own}

    def ran_in(self, rows: pa.Table) -> Any:
        """Per row of the history whether this pair saw it, as a mask of Arrow."""
        if self.marker not in rows.column_names:
            return pa.array(np.zeros(rows.num_rows, np.bool_))
        return rows.column(self.marker).fill_null(pa.scalar(value=False))

    def kept(self, rows: pa.Table) -> tuple[Columns, Columns]:
        """What those at work and the shadow saw in rows where this pair ran: signal -> column."""
        active = {
            signal.name: from_arrow(rows.column(signal.name), signal)
            for one in self.replaced
            for signal in one.signals
        }
        own = {
            signal.name: from_arrow(rows.column(self._column(signal)), signal)
            for signal in self.detector.signals
        }
        return active, own

    def _column(self, signal: Signal) -> str:
        return f"{self.marker}.{signal.name}"


def from_arrow(values: "pa.ChunkedArray[Any]", signal: Signal) -> Column:
    """A signal as the history keeps it: null where it is unknown, a category by its string."""
    known = ~np.asarray(values.is_null())
    if signal.type is SignalType.CATEGORY:
        words = [str(value or "") for value in values.to_pylist()]
        categories = tuple(sorted(set(words)))
        codes = {word: code for code, word in enumerate(categories)}
        return Column(np.array([codes[word] for word in words], np.int32), known, categories)
    kind = np.bool_ if signal.type is SignalType.FLAG else np.float64
    return Column(np.array([value or 0 for value in values.to_pylist()], kind), known)
