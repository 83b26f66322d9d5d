"""One chunk on its way into the store: named, screened, and laid out as the store's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from evenhand.intake import (
    CONTENT_COLUMNS,
    ITEM_SCHEMA,
    NEVER_EDITED,
    Admission,
    Chunk,
    Conflict,
    Key,
    KnownItem,
    Owner,
    Reject,
    account_hashes,
    content_hashes,
    owners,
)
from evenhand.store import history
from evenhand.store.items import Accepted
from evenhand.vocabulary import Column, Columns, PostedItem

_FULL = ("source", "id", "kind", "author", "text", "created_at", "received_at", "scanned_at", "reach", "url")
_SHOWN = 200  # characters of each of two contents under one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Items on their way in, with what names them.

    Attributes:
        items: N rows of `ITEM_SCHEMA`, `received_at` filled.
        keys: Source and id of each.
        hashes: 16-byte content hash of each.
        edited: `edited_at` of each in microseconds, or `NEVER_EDITED`.
        accounts: Account hash of each.
        owned: Owner of each: what no edit changes.
        lines: Where each stood in its file.
        name: The file.
        read: Rows read for this chunk, rejected ones included.
        duplicates: Rows left out already because they, or newer revisions, were accepted before.
        rejects: Rows that were malformed.
        position: Bytes read of all inputs up to here.
    """

    items: pa.Table
    keys: Sequence[Key]
    hashes: Sequence[bytes]
    edited: Sequence[int]
    accounts: npt.NDArray[np.uint64]
    owned: Sequence[Owner]
    lines: npt.NDArray[np.int64]
    name: str
    read: int
    duplicates: int
    rejects: tuple[Reject, ...]
    position: int


def prepare(chunk: Chunk, now: datetime, *, name: str, position: int) -> Prepared:
    """Name the items of a chunk; those that do not say when they were received were received now."""
    table = chunk.items
    received = table.column("received_at").fill_null(pa.scalar(now, pa.timestamp("us", "UTC")))
    table = table.set_column(table.schema.get_field_index("received_at"), "received_at", received)
    accounts = account_hashes(table)
    edited = table.column("edited_at").cast(pa.int64()).fill_null(pa.scalar(NEVER_EDITED, pa.int64()))
    return Prepared(
        items=table,
        keys=[(str(source), str(name)) for source, name in zip(*_names(table), strict=True)],
        hashes=content_hashes(table),
        edited=np.asarray(edited).tolist(),
        accounts=accounts,
        owned=owners(table, accounts),
        lines=chunk.lines,
        name=name,
        read=table.num_rows + len(chunk.rejects),
        duplicates=0,
        rejects=chunk.rejects,
        position=position,
    )


def _names(table: pa.Table) -> tuple[list[Any], list[Any]]:
    return table.column("source").to_pylist(), table.column("id").to_pylist()


def without_duplicates(chunk: Prepared, known: Mapping[Key, KnownItem]) -> Prepared:
    """The chunk without items that bring nothing new to what was accepted before."""
    if not known:
        return chunk
    keep = [
        row
        for row, key in enumerate(chunk.keys)
        if key not in known
        or not known[key].is_met_by(chunk.hashes[row], chunk.edited[row], chunk.owned[row])
    ]
    rows = np.array(keep, np.intp)
    return replace(
        chunk,
        items=chunk.items.take(rows),
        keys=[chunk.keys[row] for row in keep],
        hashes=[chunk.hashes[row] for row in keep],
        edited=[chunk.edited[row] for row in keep],
        accounts=chunk.accounts[rows],
        owned=[chunk.owned[row] for row in keep],
        lines=chunk.lines[rows],
        duplicates=len(chunk.keys) - len(keep),
    )


def history_rows(chunk: Prepared, signals: Columns, admission: Admission, scanned_at: datetime) -> Accepted:
    """The accepted items as the history keeps them: the item, its account hash, the detectors' signals."""
    table = chunk.items.append_column("account_hash", pa.array(chunk.accounts))
    moment = pa.scalar(scanned_at, pa.timestamp("us", "UTC"))
    table = table.append_column("scanned_at", pa.repeat(moment, table.num_rows))
    for name, column in signals.items():
        table = table.append_column(name, _arrow(column))
    rows = admission.accepted
    if len(rows) < table.num_rows:
        table = table.take(rows)
    return Accepted(
        rows=table,
        keys=[(*chunk.keys[row], chunk.hashes[row], chunk.edited[row]) for row in rows],
        account_hashes=chunk.accounts[rows],
        subjects=[chunk.owned[row][1] for row in rows],
    )


def full_rows(chunk: Prepared, numbered: Sequence[tuple[int, int]], scanned_at: datetime) -> list[PostedItem]:
    """Full rows for some items of a chunk: row and arrival number of each."""
    table = chunk.items.take(np.array([row for row, _ in numbered], np.intp))
    return [
        posted_item({**values, "scanned_at": scanned_at}, seq, chunk.hashes[row].hex())
        for values, (row, seq) in zip(table.to_pylist(), numbered, strict=True)
    ]


def item_rows(item: PostedItem, kept: pa.Table | None) -> pa.Table:
    """An item as one row of `ITEM_SCHEMA`: as the history kept it; else with what its full row holds."""
    if kept is not None:
        return kept.select(ITEM_SCHEMA.names).cast(ITEM_SCHEMA)
    row = {
        column.name: getattr(item, column.name, [] if pa.types.is_list(column.type) else None)
        for column in ITEM_SCHEMA
    }
    return pa.Table.from_pylist([row], schema=ITEM_SCHEMA)


def posted_item(values: Mapping[str, object], seq: int, content_hash: str) -> PostedItem:
    """A row of `ITEM_SCHEMA`, received and scanned, as a full row."""
    row = {name: values[name] for name in _FULL}
    return msgspec.convert({**row, "seq": seq, "content_hash": content_hash}, type=PostedItem)


def conflicts(tx: sa.Connection, folder: Path, chunk: Prepared, found: Sequence[Conflict]) -> list[Reject]:
    """Rejects for items whose name is taken, with both contents shown."""
    if not found:
        return []
    wanted = [(one.taken_by.seq, one.taken_by.account_hash) for one in found if one.taken_by.seq]
    table = history.read(tx, folder, wanted)
    kept = {(row["source"], row["id"]): row for row in table.to_pylist()} if table is not None else {}
    rejects = []
    for one in found:
        before = kept.get(chunk.keys[one.row]) if one.taken_in is None else _row(chunk, one.taken_in)
        rejects.append(_conflict(chunk, one, before))
    return rejects


def _row(chunk: Prepared, row: int) -> Mapping[str, object]:
    values: Mapping[str, object] = chunk.items.slice(row, 1).to_pylist()[0]
    return values


def _conflict(chunk: Prepared, one: Conflict, before: Mapping[str, object] | None) -> Reject:
    """Both contents, column by column where they differ."""
    source, name = chunk.keys[one.row]
    here = _row(chunk, one.row)
    if before is None:
        differs = f"here {json_shown(here['text'])}, before something that was erased or has expired"
    else:
        columns = [column for column in CONTENT_COLUMNS if here[column] != before[column]]
        differs = "; ".join(
            f"{column} is {json_shown(here[column])}, was {json_shown(before[column])}" for column in columns
        )
    mend = "give the item its own id, or a later edited_at if it was edited"
    if one.changed:
        mend = f"give the item its own id: no edit changes its {' or its '.join(one.changed)}"
    return Reject(
        where=chunk.name,
        line=int(chunk.lines[one.row]),
        reason=f"{source}/{name} was accepted with other content: {differs}",
        mend=mend,
        raw=str(here["text"])[:_SHOWN],
    )


def json_shown(text: object) -> str:
    """The beginning of a value, in quotes, on one line."""
    words = "" if text is None else str(text)
    return repr(words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…")


def _arrow(column: Column) -> "pa.Array[Any]":
    """A signal as the history keeps it: null where it is unknown, a category by its string."""
    mask = None if column.known is None else ~column.known
    if column.categories:
        codes = pa.array(column.values, pa.int32(), mask=mask)
        return pa.DictionaryArray.from_arrays(codes, list(column.categories)).cast(pa.string())
    return pa.array(column.values, mask=mask)
