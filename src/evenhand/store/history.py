"""History: every accepted item with its signals, as Parquet.

    evenhand.db.history/
      segment-00000001/bucket-00.parquet ... bucket-15.parquet

Accepted items stand in the journal table until 100,000 of them are sealed into a segment. A segment is
written beside its final name, synced, renamed, and only then recorded, in the transaction that empties the
journal: a crash before leaves a folder that the store does not know, and never an item twice. Whoever seals,
erases or expires next takes such leftovers away first, so that no text outlives its erasure in one of them.
Buckets are chosen by account hash, so that one account can be erased by rewriting one file per segment.

Retention counts from when an item was accepted here, by our clock: what a file says of when it was received
is its author's word. A segment goes as a whole with its newest item, so it spans a week at most.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from evenhand.errors import Outside

from ._schema import journal, segments
from .items import from_ipc, to_ipc

SEGMENT_ITEMS = 100_000
SEGMENT_SPAN = timedelta(days=7)  # the oldest item of a segment waits so long at most for its newest one
BUCKETS = 16
_BUCKETS_PER_PASS = 2  # the journal is read so often, to hold only a part of a segment in memory
_SEGMENT = re.compile(r"segment-[0-9]{8,}(\.draft)?")
_BUCKET_DRAFTS = "bucket-[0-9][0-9].draft"


def due(tx: sa.Connection, *, size: int = SEGMENT_ITEMS) -> bool:
    """Whether the journal holds enough for a segment."""
    held = sa.select(sa.func.sum(journal.c.last_seq - journal.c.first_seq + 1))
    return (tx.execute(held).scalar_one_or_none() or 0) >= size


def seal(tx: sa.Connection, folder: Path, at: datetime, *, size: int = SEGMENT_ITEMS) -> int:
    """Move the journal's oldest items into a new segment; gives how many were sealed.

    They are about `size` at most, accepted within `SEGMENT_SPAN` of each other: there may be more to seal.

    Raises:
        Outside: The folder cannot be written, or the disk is full. The journal keeps everything.
    """
    _clear(tx, folder)
    taken = _oldest(tx, size)
    if not taken:
        return 0
    with _disk(folder):
        _write_segment(tx, folder / _name(_next(tx)), [row.first_seq for row in taken])
    return _record(tx, taken, at=at, expired_at=None)


def read(tx: sa.Connection, folder: Path, wanted: Sequence[tuple[int, int]]) -> pa.Table | None:
    """The rows of some items; None where retention or erasure left none of them.

    Args:
        tx: A transaction.
        folder: The history's folder.
        wanted: Arrival number and account hash (as stored, signed) of each.
    """
    places: dict[tuple[int, str], list[int]] = {}
    for seq, account_hash in wanted:
        places.setdefault(_place(tx, seq, account_hash), []).append(seq)
    tables = []
    for (number, name), seqs in places.items():
        if number < 0:
            table = from_ipc(
                tx.execute(sa.select(journal.c.rows).where(journal.c.first_seq == -number)).scalar_one()
            )
            tables.append(table.filter(pc.is_in(table.column("seq"), pa.array(seqs, pa.int64()))))
        elif number > 0 and (path := folder / _name(number) / name).exists():
            with _disk(folder):
                tables.append(pq.read_table(path, filters=[("seq", "in", seqs)]))
    found = [table for table in tables if table.num_rows]
    return pa.concat_tables(found, promote_options="default") if found else None


def lost(tx: sa.Connection, folder: Path) -> list[Path]:
    """The folders of segments that should be there and are not."""
    return [path for number in _kept(tx) if not (path := folder / _name(number)).is_dir()]


def leftovers(tx: sa.Connection, folder: Path) -> list[Path]:
    """Segments and drafts that interrupted runs left, and that the store does not know.

    Args:
        tx: A transaction that writes: to others, the draft of a sealing under way looks the same.
        folder: The history's folder.
    """
    kept = {_name(number) for number in _kept(tx)}
    with _disk(folder):
        if not folder.is_dir():
            return []
        ours = sorted(path for path in folder.iterdir() if _SEGMENT.fullmatch(path.name) and path.is_dir())
        drafts = [draft for path in ours if path.name in kept for draft in sorted(path.glob(_BUCKET_DRAFTS))]
    return [*(path for path in ours if path.name not in kept), *drafts]


def every(tx: sa.Connection, folder: Path) -> Iterator[pa.Table]:
    """All that is kept, part by part: each file of each segment, then each row of the journal.

    Parts differ in their columns, as the detectors did.

    Raises:
        Outside: A part cannot be read, or went meanwhile.
    """
    for path in files(tx, folder):
        yield rows_in(path)
    for held in _journal(tx):
        rows = sa.select(journal.c.rows).where(journal.c.first_seq == held.first_seq)
        yield from_ipc(tx.execute(rows).scalar_one())


def rows_in(path: Path) -> pa.Table:
    """All of one file of a segment.

    Raises:
        Outside: It cannot be read.
    """
    with _disk(path):
        return pq.read_table(path)


def files(tx: sa.Connection, folder: Path) -> list[Path]:
    """Every file of every segment that is kept, in order."""
    return [path for number in _kept(tx) for path in files_of(folder, number)]


def files_of(folder: Path, segment: int) -> list[Path]:
    """The files of one segment, by bucket."""
    return sorted((folder / _name(segment)).glob("*.parquet"))


def erase_account(tx: sa.Connection, folder: Path, account_hash: int) -> int:
    """Take every row of an account out of the journal and the segments; gives how many went."""
    _clear(tx, folder)
    erased = 0
    for row in tx.execute(sa.select(journal)).all():
        table = from_ipc(row.rows)
        kept = _without(table, account_hash)
        if kept.num_rows < table.num_rows:
            erased += table.num_rows - kept.num_rows
            tx.execute(journal.update().where(journal.c.first_seq == row.first_seq).values(rows=to_ipc(kept)))
    with _disk(folder):
        for path in files(tx, folder):
            if path.name == _bucket(_bucket_of(account_hash)):
                erased += _rewrite(path, account_hash)
    return erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What went because its time was over.

    Attributes:
        segments: Sealed segments.
        journal_items: Items that had not been sealed yet; those erased before are counted too.
    """

    segments: int
    journal_items: int


def expire(tx: sa.Connection, folder: Path, *, before: datetime, at: datetime) -> Expired:
    """Delete what was accepted before a moment: segments by their newest item, and the journal's oldest rows.

    The journal rows are recorded as a segment that has expired, so that their numbers stay taken.
    """
    _clear(tx, folder)
    query = sa.select(segments.c.segment).where(segments.c.newest < before, segments.c.expired_at.is_(None))
    numbers = list(tx.execute(query).scalars())
    with _disk(folder):
        for number in numbers:
            if (path := folder / _name(number)).exists():  # not if a deletion was interrupted after this one
                shutil.rmtree(path)
            tx.execute(segments.update().where(segments.c.segment == number).values(expired_at=at))
    old = list(takewhile(lambda row: row.accepted_at < before, _journal(tx)))
    return Expired(segments=len(numbers), journal_items=_record(tx, old, at=at, expired_at=at) if old else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One segment, or the journal where `segment` is None.

    Attributes:
        segment: Its number.
        first_seq: Its first item.
        last_seq: Its last.
        sealed_at: When it was written.
        newest: When its newest item was accepted: what retention counts from.
        expired_at: When its files were deleted.
    """

    segment: int | None
    first_seq: int
    last_seq: int
    sealed_at: datetime | None = None
    newest: datetime | None = None
    expired_at: datetime | None = None


def segment_rows(tx: sa.Connection) -> list[SegmentRow]:
    """The segments, the oldest first; the journal last, if it holds anything."""
    rows = [
        SegmentRow(**row) for row in tx.execute(sa.select(segments).order_by(segments.c.segment)).mappings()
    ]
    held = _journal(tx)
    if not held:
        return rows
    newest = max(row.accepted_at for row in held)
    first, last = held[0].first_seq, held[-1].last_seq
    return [*rows, SegmentRow(segment=None, first_seq=first, last_seq=last, newest=newest)]


def _kept(tx: sa.Connection) -> list[int]:
    """The numbers of the segments whose files are kept."""
    query = sa.select(segments.c.segment).where(segments.c.expired_at.is_(None)).order_by(segments.c.segment)
    return list(tx.execute(query).scalars())


def _clear(tx: sa.Connection, folder: Path) -> None:
    """Take away what interrupted runs left: it may hold what was erased or has expired since."""
    with _disk(folder):
        for path in (found := leftovers(tx, folder)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if found:
            _sync(folder)


def _journal(tx: sa.Connection) -> list[sa.Row[Any]]:
    """The journal's rows without their items, the oldest first."""
    query = sa.select(journal.c.first_seq, journal.c.last_seq, journal.c.accepted_at)
    return list(tx.execute(query.order_by(journal.c.first_seq)))


def _oldest(tx: sa.Connection, size: int) -> list[sa.Row[Any]]:
    """The journal's oldest rows, up to the size and the span of a segment."""
    taken: list[sa.Row[Any]] = []
    for row in _journal(tx):
        if taken and row.accepted_at - taken[0].accepted_at > SEGMENT_SPAN:
            break
        taken.append(row)
        if row.last_seq - taken[0].first_seq + 1 >= size:
            break
    return taken


def _next(tx: sa.Connection) -> int:
    """The number of the next segment."""
    return (tx.execute(sa.select(sa.func.max(segments.c.segment))).scalar_one_or_none() or 0) + 1


def _record(
    tx: sa.Connection,
    taken: Sequence[sa.Row[Any]],
    *,
    at: datetime,
    expired_at: datetime | None,
) -> int:
    """Record the journal's oldest rows as a segment and empty them out of it; gives how many items."""
    first, last = taken[0].first_seq, taken[-1].last_seq
    tx.execute(
        segments.insert().values(
            segment=_next(tx),
            first_seq=first,
            last_seq=last,
            sealed_at=at,
            newest=max(row.accepted_at for row in taken),
            expired_at=expired_at,
        )
    )
    tx.execute(journal.delete().where(journal.c.last_seq <= last))
    return int(last - first + 1)


def _write_segment(tx: sa.Connection, path: Path, firsts: Sequence[int]) -> None:
    """Write the files of a segment that holds the journal rows with these first numbers."""
    draft = path.with_name(path.name + ".draft")
    draft.mkdir(parents=True)
    try:
        for start in range(0, BUCKETS, _BUCKETS_PER_PASS):
            wanted = range(start, start + _BUCKETS_PER_PASS)
            for bucket, table in _buckets(tx, firsts, wanted):
                _write(draft / _bucket(bucket), table)
        _sync(draft)
        draft.rename(path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)  # what stays is cleared by whoever comes next
        raise
    _sync(path.parent)


def _buckets(tx: sa.Connection, firsts: Sequence[int], wanted: range) -> Iterator[tuple[int, pa.Table]]:
    parts: dict[int, list[pa.Table]] = {bucket: [] for bucket in wanted}
    for first in firsts:
        blob = tx.execute(sa.select(journal.c.rows).where(journal.c.first_seq == first)).scalar_one()
        table = from_ipc(blob)
        bucket_of = pc.bit_wise_and(table.column("account_hash"), pa.scalar(BUCKETS - 1, pa.uint64()))
        for bucket in wanted:
            rows = table.filter(pc.equal(bucket_of, pa.scalar(bucket, pa.uint64())))
            if rows.num_rows:
                parts[bucket].append(rows)
    for bucket, tables in parts.items():
        if tables:
            yield bucket, pa.concat_tables(tables, promote_options="default")


def _place(tx: sa.Connection, seq: int, account_hash: int) -> tuple[int, str]:
    """Where an item stands: minus the first number of its journal row, or segment and file; 0 if nowhere."""
    query = sa.select(journal.c.first_seq).where(journal.c.first_seq <= seq, journal.c.last_seq >= seq)
    first = tx.execute(query).scalar_one_or_none()
    if first is not None:
        return -int(first), ""
    query = sa.select(segments.c.segment).where(
        segments.c.first_seq <= seq, segments.c.last_seq >= seq, segments.c.expired_at.is_(None)
    )
    return tx.execute(query).scalar_one_or_none() or 0, _bucket(_bucket_of(account_hash))


def _without(table: pa.Table, account_hash: int) -> pa.Table:
    unsigned = pa.scalar(account_hash % 2**64, pa.uint64())
    return table.filter(pc.not_equal(table.column("account_hash"), unsigned))


def _rewrite(path: Path, account_hash: int) -> int:
    table = pq.read_table(path)
    kept = _without(table, account_hash)
    if kept.num_rows == table.num_rows:
        return 0
    draft = path.with_suffix(".draft")
    try:
        _write(draft, kept)
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return int(table.num_rows - kept.num_rows)


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bucket_of(account_hash: int) -> int:
    return account_hash % BUCKETS


def _name(number: int) -> str:
    return f"segment-{number:08d}"


def _bucket(number: int) -> str:
    return f"bucket-{number:02d}.parquet"


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Outside(
            f"the history in {folder} cannot be written or read: {why}",
            mend="free space there or make it writable, then run it again; the journal keeps everything",
        ) from error
