"""Counters over the items of a store, in the order of their arrival numbers.

A scan counts in the transaction that gives items their numbers, after whatever other scans accepted before:
so two scans at once, or one after the other, count the same. What a store holds when a scan begins is counted
again from its history, before that: by the signals that were kept, and by the policy version's own terms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from evenhand.detect import Detector, examine
from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.policy import CounterReader, Snapshot, Tally
from evenhand.store import arrivals
from evenhand.vocabulary import Batch, Columns

from ._detectors import TERMS
from ._shadow import from_arrow
from ._tools import Examined, Surfaced, Tools, foremost

LATEST: Final = (1 << 63) - 1
"""No arrival number is larger."""


@dataclass(frozen=True, slots=True)
class _Version:
    """The counters of one policy version, and what they have counted."""

    content_hash: str
    reader: CounterReader
    tally: Tally
    terms: Detector  # of its own banks


class Counters:
    """The counters of the policy versions in use.

    Attributes:
        any: Whether there are some.
    """

    def __init__(self, tools: Tools, folder: Path) -> None:
        """Take them.

        Args:
            tools: The detectors and policies in use.
            folder: Of the history.
        """
        self._tools = tools
        self._folder = folder
        self._versions = [
            _Version(
                policy.ref.content_hash,
                CounterReader(policy.counters, tools.registry),
                Tally(policy.counters),
                terms,
            )
            for policy, terms in tools.counting()
        ]
        self.any = bool(self._versions)
        self._seen = 0  # the arrival number up to which all is counted

    def catch_up(self, tx: sa.Connection, before: int = LATEST) -> None:
        """Count what others accepted, up to an arrival number, or all of it."""
        for rows in arrivals.after(tx, self._folder, self._seen, before):
            self._advance(self._kept(rows))
            self._seen = int(rows.column("seq")[-1].as_py() or 0) if rows.num_rows else self._seen

    def surface(
        self,
        tx: sa.Connection,
        examined: Examined,
        items: pa.Table,
        accepted: npt.NDArray[np.intp],
        first: int,
        now: datetime,
    ) -> Examined:
        """What was examined, with what the rules that count say of the items that were accepted.

        Args:
            tx: The transaction that gave them their numbers.
            examined: The items of a chunk.
            items: The same, `ITEM_SCHEMA`.
            accepted: Which of them were accepted, in order.
            first: The arrival number of the first of these.
            now: When they are evaluated.
        """
        self.catch_up(tx, first)
        columns = {name: column.take(accepted) for name, column in examined.signals.items()}
        batch = to_batch(items.take(accepted)).with_signals(columns)
        counted = self._advance(batch)
        self._seen = first + len(accepted) - 1
        said = self._tools.count(batch, now, counted)
        return _with(examined, said, accepted)

    def _advance(self, batch: Batch) -> Mapping[str, Snapshot]:
        return {
            one.content_hash: one.tally.advance(one.reader.read(examine(batch, [one.terms])))
            for one in self._versions
        }

    def _kept(self, rows: pa.Table) -> Batch:
        """Items of the history with the signals that were kept of them."""
        items = rows.select(ITEM_SCHEMA.names).cast(ITEM_SCHEMA).combine_chunks()
        signals: Columns = {
            signal.name: from_arrow(rows.column(signal.name), signal)
            for detector in self._tools.detectors
            for signal in detector.signals
            if detector.name != TERMS and signal.name in rows.column_names
        }
        return to_batch(items).with_signals(signals)


def _with(examined: Examined, said: Examined, accepted: npt.NDArray[np.intp]) -> Examined:
    """Both together, an item that both speak about once."""
    found: dict[int, Surfaced] = {one.row: one for one in examined.surfaced}
    for one in said.surfaced:
        row = int(accepted[one.row])
        before = found.get(row)
        if before is None:
            found[row] = replace(one, row=row)
        else:
            both = sorted((*before.recommendations, *one.recommendations), key=foremost)
            found[row] = replace(before, recommendations=tuple(both))
    surfaced = tuple(found[row] for row in sorted(found))
    return replace(examined, surfaced=surfaced, unknown={**examined.unknown, **said.unknown})
