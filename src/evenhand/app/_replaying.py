"""The rules over items of the history, once with the detectors at work and once with the one in shadow."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from evenhand.detect import Detector, examine
from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.vocabulary import Batch, Columns, SignalType

from ._shadow import Shadow
from ._tools import Tools
from .comparing import Compared, bands
from .decisions import target_group


class Replay:
    """Two sets of detectors under the same policies.

    Attributes:
        shadow: The pair that is compared.
        recorded: Items compared so far by what a scan kept of both.
        replayed: Items compared so far that both were run on here.
    """

    def __init__(self, active: Tools, candidate: Tools, shadow: Shadow) -> None:
        """Take both.

        Args:
            active: The policies with the detectors at work.
            candidate: The same with the shadow in its place.
            shadow: The pair.
        """
        self.shadow = shadow
        self.recorded = self.replayed = 0
        self._active = active
        self._candidate = candidate
        self._shared: Sequence[Detector] = [one for one in active.detectors if one not in shadow.replaced]

    def compare(self, rows: pa.Table, since: datetime | None) -> Iterator[Compared]:
        """Compare the rows of a part of the history.

        Rows where a scan ran both are compared by what it kept. Of the others those that were scanned at or
        after `since` are examined by both here; the rest is passed over, as are all of them without `since`.
        """
        ran = self.shadow.ran_in(rows)
        kept = rows.filter(ran)
        self.recorded += kept.num_rows
        yield from self._by_scan(kept, recorded=True)
        if since is not None:
            moment = pa.scalar(since, pa.timestamp("us", "UTC"))
            late = rows.filter(pc.invert(ran))
            late = late.filter(pc.greater_equal(late.column("scanned_at"), moment))
            self.replayed += late.num_rows
            yield from self._by_scan(late, recorded=False)

    def _by_scan(self, rows: pa.Table, *, recorded: bool) -> Iterator[Compared]:
        """Items without a date are judged by the policies of their scan, so each scan's are taken apart."""
        scanned = rows.column("scanned_at")
        moments: list[datetime] = scanned.unique().to_pylist()  # type: ignore[assignment]  # never null
        for moment in sorted(moments):
            part = rows.filter(pc.equal(scanned, pa.scalar(moment, scanned.type)))
            items = part.select(ITEM_SCHEMA.names).cast(ITEM_SCHEMA).combine_chunks()
            arrived = to_batch(items)
            active, shadow = self.shadow.kept(part) if recorded else self._run(arrived)
            batch = examine(arrived, self._shared)
            yield from self._compared(part, batch, active, shadow, moment)

    def _run(self, arrived: Batch) -> tuple[Columns, Columns]:
        active = examine(arrived, self.shadow.replaced).signals
        return active, examine(arrived, [self.shadow.detector]).signals

    def _compared(
        self, part: pa.Table, batch: Batch, active: Columns, shadow: Columns, now: datetime
    ) -> Iterator[Compared]:
        before = self._active.recommend(batch.with_signals(active), now)
        after = self._candidate.recommend(batch.with_signals(shadow), now)
        groups = _groups(batch.items) | _scores("at work", self.shadow.replaced, active)
        groups |= _scores("in shadow", [self.shadow.detector], shadow)
        seqs: list[int] = part.column("seq").to_pylist()  # type: ignore[assignment]  # never null
        for row, seq in enumerate(seqs):
            told = {by: values[row] for by, values in groups.items()}
            yield Compared(seq, told, before.get(row, ()), after.get(row, ()))


def _groups(items: pa.Table) -> dict[str, list[str]]:
    """What items are grouped by, besides what the rules and detectors say of them."""
    return {
        "language": [value or "none" for value in items.column("language").to_pylist()],
        "source": [str(value) for value in items.column("source").to_pylist()],
        "target group": [target_group(value) or "none" for value in items.column("extra").to_pylist()],
    }


def _scores(who: str, detectors: Sequence[Detector], columns: Columns) -> dict[str, list[str]]:
    """Per probability the band of each item."""
    return {
        f"{signal.name} {who}": bands(columns[signal.name])
        for one in detectors
        for signal in one.signals
        if signal.type is SignalType.PROBABILITY
    }
