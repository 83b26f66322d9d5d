"""The history: every number has its row unless it was erased or expired, and rows hash to their keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from evenhand.intake import ITEM_SCHEMA, account_hashes, content_hashes

from . import history
from ._check_cells import Faults, Record, guarded, records
from ._check_events import ERASURES, histories
from ._schema import item_keys, items, journal, segments
from .items import from_ipc, known_by_source

_COPIED = ("source", "id", "kind", "author", "text", "created_at", "url")  # content that a full row has too
_FORGOTTEN = frozenset({"author", "text", "url"})  # what an erasure takes out of a full row


@dataclass(slots=True)
class _Seen:
    """What the history was found to hold.

    Attributes:
        numbers: Arrival numbers, one array for each part.
        accounts: Account hashes of the same, signed.
        newest: How many rows are the newest revision of their item.
        unread: Whether a part is gone or cannot be read, so that nothing can be counted.
    """

    numbers: list[npt.NDArray[np.int64]] = field(default_factory=list)
    accounts: list[npt.NDArray[np.int64]] = field(default_factory=list)
    newest: int = 0
    unread: bool = False


def sequence(tx: sa.Connection) -> Faults:
    """Arrival numbers have no gap, and each stands in the journal or in one segment."""
    spans = [(row.first_seq, row.last_seq) for table in (segments, journal) for row in _by_number(tx, table)]
    expected = 1
    for first, last in spans:
        if first != expected or last < first:
            yield f"arrival numbers {first} to {last} stand where {expected} should follow"
        expected = last + 1
    seq = item_keys.c.seq
    low, top, total, distinct = tx.execute(
        sa.select(sa.func.min(seq), sa.func.max(seq), sa.func.count(seq), sa.func.count(sa.distinct(seq)))
    ).one()
    if total and (low < 1 or top >= expected):
        wrong = low if low < 1 else top
        yield f"a key row has arrival number {wrong}, the journal and segments end at {expected - 1}"
    if total != distinct:
        yield f"{total - distinct} key rows share an arrival number"


def rows(tx: sa.Connection, folder: Path) -> Faults:
    """Every part of the history is there, can be read, and holds what key rows and full rows say."""
    seen = _Seen()
    gone = history.lost(tx, folder)
    yield from (f"the history's folder {path.name} is gone" for path in gone)
    seen.unread = bool(gone)
    for row in _by_number(tx, journal):
        what = f"journal {row.first_seq} to {row.last_seq}"
        yield from _read(tx, what, partial(from_ipc, row.rows), (row.first_seq, row.last_seq), seen)
    spans = {row.segment: (row.first_seq, row.last_seq) for row in _by_number(tx, segments)}
    for path in history.files(tx, folder):
        number = int(path.parent.name.removeprefix("segment-"))
        what = f"{path.parent.name}/{path.name}"
        yield from _read(tx, what, partial(history.rows_in, path), spans.get(number, (0, 0)), seen)
    yield from _counted(tx, seen)


def _by_number(tx: sa.Connection, table: sa.Table) -> Iterator[Record]:
    return records(tx, table, order=(table.c.first_seq,))


def _read(tx: sa.Connection, what: str, read: Any, span: tuple[int, int], seen: _Seen) -> Faults:
    before = len(seen.numbers)
    yield from guarded(what, partial(_part, tx, what, read, span, seen))
    seen.unread = seen.unread or len(seen.numbers) == before


def _part(tx: sa.Connection, what: str, read: Any, span: tuple[int, int], seen: _Seen) -> Faults:
    table: pa.Table = read()
    numbers = np.asarray(table.column("seq")).astype(np.int64, casting="safe")
    for column in table.columns:
        column.validate(full=True)
    first, last = span
    if len(numbers) and (numbers.min() < first or numbers.max() > last):
        yield f"{what}: it holds items {numbers.min()} to {numbers.max()}, expected {first} to {last}"
    wanted = table.select(ITEM_SCHEMA.names).cast(ITEM_SCHEMA)
    hashes, accounts = content_hashes(wanted), account_hashes(wanted)
    if not np.array_equal(accounts, np.asarray(table.column("account_hash"))):
        yield f"{what}: an item stands under another account than its author's"
    names = list(zip(*(wanted.column(name).to_pylist() for name in ("source", "id")), strict=True))
    known = known_by_source(tx, names)
    signed = accounts.view(np.int64)
    for seq, name, content, account in zip(numbers.tolist(), names, hashes, signed.tolist(), strict=True):
        key = known.get(name)
        if key is None or key.seq < seq:
            yield f"{what}: item {seq} has no key row of its own"
        elif key.seq == seq:
            seen.newest += 1
            if (key.content_hash, key.account_hash) != (content, account):
                yield f"{what}: item {seq} is not what its key row commits to"
    yield from _copies(tx, what, wanted, numbers, hashes)
    seen.accounts.append(signed)
    seen.numbers.append(numbers)


def _copies(
    tx: sa.Connection, what: str, table: pa.Table, numbers: npt.NDArray[np.int64], hashes: Sequence[bytes]
) -> Faults:
    """Full rows are copies of the history's."""
    if not len(numbers):
        return
    places = {seq: place for place, seq in enumerate(numbers.tolist())}
    between = items.c.seq.between(int(numbers.min()), int(numbers.max()))
    for row in records(tx, items, between):
        place = places.get(row.seq)
        if place is None:
            continue  # of another bucket, or erased from here
        kept = table.slice(place, 1).to_pylist()[0]
        wrong = [name for name in _COPIED if getattr(row, name) != kept[name]]
        wrong += ["content_hash"] if row.content_hash != hashes[place].hex() else []
        if wrong:
            yield f"items {row.seq} is not the item that {what} holds: {', '.join(wrong)}"


def full_rows(tx: sa.Connection) -> Faults:
    """The full row of an item's newest revision has the hash and account of its key row."""
    query = (
        sa.select(items.c.seq)
        .join(item_keys, item_keys.c.seq == items.c.seq)
        .where(
            sa.or_(
                sa.func.lower(sa.func.hex(item_keys.c.content_hash)) != items.c.content_hash,
                item_keys.c.account_hash != items.c.account_hash,
                item_keys.c.source != items.c.source,
                item_keys.c.id != items.c.id,
            )
        )
    )
    for seq in tx.execute(query).scalars():
        yield f"items {seq} is not the item that its key row names"
    named = sa.exists().where(item_keys.c.source == items.c.source, item_keys.c.id == items.c.id)
    lone = sa.select(items.c.seq).where(~named)
    for seq in tx.execute(lone).scalars():
        yield f"items {seq} has no key row"


def _counted(tx: sa.Connection, seen: _Seen) -> Faults:
    """No row stands twice; what is missing is what erasures say they took."""
    numbers = np.concatenate([np.zeros(0, np.int64), *seen.numbers])
    distinct = np.unique(numbers)
    if len(numbers) != len(distinct):
        yield f"{len(numbers) - len(distinct)} items stand twice in the history"
    if seen.unread:
        return  # told already: nothing can be counted
    yield from _missing(tx, seen, np.sort(numbers))


def _missing(tx: sa.Connection, seen: _Seen, numbers: npt.NDArray[np.int64]) -> Faults:
    """A row is missing only where an account was erased, whole; each number kept is of its key row."""
    keys = np.array(tx.execute(sa.select(item_keys.c.seq, item_keys.c.account_hash)).all(), np.int64)
    seqs, accounts = keys.reshape(-1, 2).T
    there = np.isin(seqs, numbers)
    if (pointing := int(there.sum())) != seen.newest:
        yield f"{pointing} key rows have an item in the history, {seen.newest} of them their own"
    held = [row for table in (segments, journal) for row in _by_number(tx, table)]
    kept = [row for row in held if getattr(row, "expired_at", None) is None]
    within = np.zeros(len(seqs), np.bool_)
    for row in kept:
        within |= (seqs >= row.first_seq) & (seqs <= row.last_seq)
    erasures = _erasures(tx)
    missing, erased = sum(row.last_seq - row.first_seq + 1 for row in kept) - len(numbers), sum(erasures)
    gone = within & ~there
    lost = sorted(set(accounts[gone].tolist()))
    # An interrupted erasure took rows, and the one after it did not count them: more may be gone.
    if len(lost) > len(erasures) or 0 in lost or (missing and not erasures):
        yield f"{missing} items are missing from the history, {len(erasures)} erasures took {erased}"
    if missing < erased and len(kept) == len(held):
        yield f"{missing} items are missing from the history, and erasures took {erased}"
    yield from _halfway(seen, dict(zip(accounts[gone].tolist(), seqs[gone].tolist(), strict=True)))


def _halfway(seen: _Seen, lost: Mapping[int, int]) -> Faults:
    """Whoever was erased has no older row left."""
    if not lost:
        return
    empty = np.zeros(0, np.int64)
    numbers, accounts = np.concatenate([empty, *seen.numbers]), np.concatenate([empty, *seen.accounts])
    suspect = np.isin(accounts, np.array(list(lost), np.int64))
    for number, account in zip(numbers[suspect].tolist(), accounts[suspect].tolist(), strict=True):
        if number < lost[account]:
            yield f"item {lost[account]} is missing from the history, and item {number} of its account is not"


def _erasures(tx: sa.Connection) -> list[int]:
    """Of each erasure how many rows it says it took out of the history."""
    happened = [one for name, events in histories(tx, ERASURES) if name == ERASURES for one in events]
    return [int(one.groups.get("facts", {}).get("history_rows", 0)) for one in happened]


def expiries(tx: sa.Connection) -> Faults:
    """What has expired did so when an event says, and as much of it."""
    told = [one for name, events in histories(tx, "history") if name == "history" for one in events]
    moments: dict[object, int] = {}
    for one in told:
        facts = one.groups.get("facts", {})
        count = int(facts["segments"]) + bool(facts["journal_items"])
        moments[one.row.at] = moments.get(one.row.at, 0) + count
    found: dict[object, int] = {}
    for row in _by_number(tx, segments):
        if row.expired_at is not None:
            found[row.expired_at] = found.get(row.expired_at, 0) + 1
    for moment in sorted(moments.keys() | found.keys(), key=str):
        if moments.get(moment, 0) != found.get(moment, 0):
            yield (
                f"{found.get(moment, 0)} segments expired at {moment},"
                f" events tell of {moments.get(moment, 0)}"
            )
