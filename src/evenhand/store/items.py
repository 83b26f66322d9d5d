"""Accepting items: narrow key rows, the journal that holds them until they are sealed, and full rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from evenhand.intake import Key, KnownItem
from evenhand.vocabulary import Finding, PostedItem, Span, SubjectKind
from evenhand.vocabulary import Sequence as Seq

from ._schema import cases, findings, item_keys, items, journal, segments

# Bulk paths, raw: SQLAlchemy's own row handling costs more than SQLite's.
_KNOWN = """
SELECT wanted.value, item_keys.content_hash, item_keys.edited_at, item_keys.seq,
    item_keys.account_hash, item_keys.subject
FROM json_each(?) AS wanted CROSS JOIN item_keys  -- CROSS: look each name up, never walk the table
WHERE item_keys.source = ? AND item_keys.id = wanted.value
"""
_PUT_KEY = """
INSERT INTO item_keys (source, id, content_hash, edited_at, seq, account_hash, subject)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, id) DO UPDATE SET content_hash = excluded.content_hash, edited_at = excluded.edited_at,
seq = excluded.seq, account_hash = excluded.account_hash, subject = excluded.subject
"""


def known(tx: sa.Connection, source: str, ids: Sequence[str]) -> dict[Key, KnownItem]:
    """Those of `ids` that were accepted before."""
    wanted = msgspec.json.encode(list(ids)).decode()
    rows = tx.exec_driver_sql(_KNOWN, (wanted, source))
    return {(source, row[0]): KnownItem(row[1], row[2], row[3], row[4], SubjectKind(row[5])) for row in rows}


def known_by_source(tx: sa.Connection, keys: Sequence[Key]) -> dict[Key, KnownItem]:
    """Those of `keys` that were accepted before."""
    ids: dict[str, list[str]] = {}
    for source, name in keys:
        ids.setdefault(source, []).append(name)
    found: dict[Key, KnownItem] = {}
    for source, names in ids.items():
        found.update(known(tx, source, names))
    return found


def last_seq(tx: sa.Connection) -> Seq:
    """The arrival number of the newest item; 0 in an empty store."""
    newest = [
        tx.execute(sa.select(sa.func.max(table.c.last_seq))).scalar_one_or_none()
        for table in (journal, segments)
    ]
    return Seq(max(number or 0 for number in newest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """N items to accept, as columns.

    Attributes:
        rows: N rows: the items (`ITEM_SCHEMA`), `account_hash`, `scanned_at`, and a column for each
            detector signal.
        keys: Per item source, id, content hash and edited_at in microseconds.
        account_hashes: Per item the hash that its history bucket is chosen by.
        subjects: What a case about each is about.
    """

    rows: pa.Table
    keys: Sequence[tuple[str, str, bytes, int]]
    account_hashes: npt.NDArray[np.uint64]
    subjects: Sequence[SubjectKind]


def accept(tx: sa.Connection, accepted: Accepted, at: datetime) -> Seq:
    """Give the items their arrival numbers, write key rows and the journal; gives the first number.

    Args:
        tx: A transaction.
        accepted: The items.
        at: Now: what retention counts from, whatever the items say about when they were received.
    """
    first = last_seq(tx) + 1
    count = accepted.rows.num_rows
    if count == 0:
        return Seq(first)
    hashes = accepted.account_hashes.view(np.int64).tolist()
    tx.exec_driver_sql(
        _PUT_KEY,
        [
            (source, name, content, edited, first + row, account, subject)
            for row, ((source, name, content, edited), account, subject) in enumerate(
                zip(accepted.keys, hashes, accepted.subjects, strict=True)
            )
        ],
    )
    numbered = accepted.rows.add_column(0, "seq", pa.array(range(first, first + count), pa.int64()))
    blob = to_ipc(numbered)
    last = first + count - 1
    tx.execute(journal.insert().values(first_seq=first, last_seq=last, accepted_at=at, rows=blob))
    return Seq(first)


def to_ipc(table: pa.Table, *, compress: bool = True) -> bytes:
    """A table as Arrow IPC."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4" if compress else None)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def from_ipc(blob: bytes) -> pa.Table:
    """The table that `to_ipc` wrote."""
    return pa.ipc.open_stream(pa.BufferReader(blob)).read_all()  # bytes alone: a text would name a file


def put_full_rows(tx: sa.Connection, posted: Iterable[PostedItem], account_hashes: Iterable[int]) -> None:
    """Write full rows for surfaced or reported items; one that is there already stays."""
    rows = [
        {
            "seq": item.seq,
            "source": item.source,
            "id": item.id,
            "kind": item.kind,
            "author": item.author,
            "text": item.text,
            "created_at": item.created_at,
            "received_at": item.received_at,
            "scanned_at": item.scanned_at,
            "content_hash": item.content_hash,
            "reach": item.reach,
            "url": item.url,
            "account_hash": account,
        }
        for item, account in zip(posted, account_hashes, strict=True)
    ]
    if rows:
        tx.execute(items.insert().prefix_with("OR IGNORE", dialect="sqlite"), rows)


def full_row(tx: sa.Connection, source: str, item_id: str) -> PostedItem | None:
    """The newest full row of an item; None where it has none."""
    query = sa.select(items).where(items.c.source == source, items.c.id == item_id)
    row = tx.execute(query.order_by(items.c.seq.desc())).first()
    return None if row is None else posted(row)


def full_rows(tx: sa.Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], PostedItem]:
    """The newest full rows of several items."""
    found: dict[tuple[str, str], PostedItem] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        query = sa.select(items).where(sa.tuple_(items.c.source, items.c.id).in_(some)).order_by(items.c.seq)
        found.update({(row.source, row.id): posted(row) for row in tx.execute(query)})
    return found


def cases_of_account(tx: sa.Connection, account_hash: int) -> list[str]:
    """Every case about an item of an account."""
    query = (
        sa.select(cases.c.id)
        .join(items, sa.and_(items.c.source == cases.c.subject_source, items.c.id == cases.c.subject_id))
        .where(items.c.account_hash == account_hash)
        .distinct()
    )
    return list(tx.execute(query).scalars())


def knows_account(tx: sa.Connection, account_hash: int) -> bool:
    """Whether an account is the author of any item that ever came in, erased or expired since."""
    known = [sa.exists().where(table.c.account_hash == account_hash) for table in (items, item_keys)]
    return bool(tx.execute(sa.select(sa.or_(*known))).scalar_one())


def erase_account(tx: sa.Connection, account_hash: int) -> int:
    """Take text, author and address out of an account's full rows; gives how many rows."""
    gone = {"text": None, "author": None, "url": None}
    query = items.update().where(items.c.account_hash == account_hash, items.c.text.is_not(None))
    return tx.execute(query.values(**gone)).rowcount


def put_findings(tx: sa.Connection, seen: Mapping[int, Sequence[Finding]]) -> None:
    """Write what detectors saw, by arrival number."""
    rows = [
        {
            "seq": seq,
            "detector": finding.detector,
            "version": finding.version,
            "signal": finding.signal,
            "score": finding.score,
            "threshold": finding.threshold,
            "spans": msgspec.json.encode([[span.start, span.end] for span in finding.spans]).decode(),
        }
        for seq, found in seen.items()
        for finding in found
    ]
    if rows:
        tx.execute(findings.insert(), rows)


def findings_of(tx: sa.Connection, seq: int) -> list[Finding]:
    """What detectors saw in one item."""
    query = sa.select(findings).where(findings.c.seq == seq).order_by(findings.c.id)
    return [_finding(row) for row in tx.execute(query)]


def _finding(row: sa.Row[Any]) -> Finding:
    spans = msgspec.json.decode(row.spans, type=list[tuple[int, int]])
    return Finding(
        detector=row.detector,
        version=row.version,
        signal=row.signal,
        score=row.score,
        threshold=row.threshold,
        spans=tuple(Span(start=start, end=end, signal=row.signal) for start, end in spans),
    )


def posted(row: sa.Row[Any]) -> PostedItem:
    """The item that a row of `items` holds."""
    return PostedItem(
        seq=Seq(row.seq),
        source=row.source,
        id=row.id,
        kind=row.kind,
        author=row.author,
        text=row.text,
        created_at=row.created_at,
        received_at=row.received_at,
        scanned_at=row.scanned_at,
        content_hash=row.content_hash,
        reach=row.reach,
        url=row.url,
    )
