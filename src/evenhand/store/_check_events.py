"""Streams: leaves follow each other, rows say what leaves say, payloads are what was committed to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa

from evenhand.errors import EvenhandError
from evenhand.ledger import Leaf, minute, verify_chain, verify_payload

from ._check_cells import Faults, Record, grouped, guarded, records
from ._schema import event_groups, ledger_pending, streams
from ._schema import events as event_table

CASE = "case:"
ERASURES = "erasures"
ERASED_WITH_ACCOUNT = frozenset({"content", "person"})
"""The groups that go with the author's account, all of a case at once; a reporter's takes only `reporter`."""
_ERASABLE = ERASED_WITH_ACCOUNT | {"reporter"}
_BATCH = 500
_SKEW = timedelta(minutes=5)
"""How far a clock may be set back between two events: a machine's clock is corrected now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of a stream, as far as its rows can be read.

    Attributes:
        row: Its row.
        groups: Field group -> JSON object; without those that were erased.
        erased: The groups that were erased.
    """

    row: Record
    groups: Mapping[str, Mapping[str, Any]]
    erased: frozenset[str]


class _Said(msgspec.Struct):
    """What a leaf says beside number and link, which `verify_chain` reads."""

    stream: str
    type: str
    at: str
    groups: dict[str, str]


def histories(tx: sa.Connection, prefix: str) -> Iterator[tuple[str, list[Happened]]]:
    """The streams whose names begin so, by name, with their events; one that cannot be read has none."""
    for stream, rows, groups in _walk(tx, prefix):
        try:
            yield stream.name, [_happened(row, groups.get(row.seq, [])) for row in rows]
        except msgspec.MsgspecError:
            yield stream.name, []  # `chains` names the payload


def chains(tx: sa.Connection) -> Faults:
    """Every stream is whole; every event belongs to one."""
    last = max((row.at for row in records(tx, event_table, event_table.c.stream == ERASURES)), default=None)
    for stream, rows, groups in _walk(tx, ""):
        yield from guarded(f"stream {stream.name}", partial(_chain, stream, rows))
        for row in rows:
            of_event = groups.get(row.seq, [])
            what = f"event {row.seq} of {stream.name}"
            yield from guarded(what, partial(_event, what, stream, row, of_event))
        yield from _erased(stream.name, rows, groups, last)
    of_none = event_table.c.stream.not_in(sa.select(streams.c.name))
    if number := _number(tx, event_table, of_none):
        yield f"{number} events belong to no stream"
    known = sa.exists().where(
        event_table.c.stream == event_groups.c.stream, event_table.c.seq == event_groups.c.seq
    )
    if number := _number(tx, event_groups, ~known):
        yield f"{number} field groups belong to no event"


def pending(tx: sa.Connection) -> Faults:
    """Every event is a pending ledger entry, every entry is of an event, in the order they were committed."""
    unlisted = event_table.c.leaf_hash.not_in(sa.select(ledger_pending.c.leaf_hash))
    if number := _number(tx, event_table, unlisted):
        yield f"{number} events have no pending ledger entry"
    empty = ledger_pending.c.leaf_hash.not_in(sa.select(event_table.c.leaf_hash))
    if number := _number(tx, ledger_pending, empty):
        yield f"{number} pending ledger entries have no event"
    position = ledger_pending.c.position
    total, first, last = tx.execute(
        sa.select(sa.func.count(), sa.func.min(position), sa.func.max(position)).select_from(ledger_pending)
    ).one()
    if total and (first, last) != (1, total):
        yield f"{total} pending ledger entries stand at {first} to {last}, expected 1 to {total}"
    before = sa.func.lag(event_table.c.seq).over(partition_by=event_table.c.stream, order_by=position)
    order = (
        sa.select(event_table.c.stream, event_table.c.seq, before.label("before"))
        .join(ledger_pending, ledger_pending.c.leaf_hash == event_table.c.leaf_hash)
        .subquery()
    )
    for name, seq, other in tx.execute(sa.select(order).where(order.c.before >= order.c.seq)):
        yield f"event {seq} of {name} stands in the pending ledger after event {other}"


def _walk(
    tx: sa.Connection, prefix: str
) -> Iterator[tuple[Record, list[Record], Mapping[int, list[Record]]]]:
    """Each stream with its events and their groups by number, a batch of streams at a time."""
    known = [row for row in records(tx, streams) if row.name.startswith(prefix)]
    for start in range(0, len(known), _BATCH):
        some = known[start : start + _BATCH]
        names = [row.name for row in some]
        rows = grouped(tx, event_table, event_table.c.stream, names)
        groups = grouped(tx, event_groups, event_groups.c.stream, names)
        for stream in some:
            by_event: dict[int, list[Record]] = {}
            for group in groups[stream.name]:
                by_event.setdefault(group.seq, []).append(group)
            yield stream, rows[stream.name], by_event


def _happened(row: Record, groups: Sequence[Record]) -> Happened:
    return Happened(
        row=row,
        groups={
            group.name: msgspec.json.decode(group.payload, type=dict[str, Any])
            for group in groups
            if group.payload is not None
        },
        erased=frozenset(group.name for group in groups if group.payload is None),
    )


def _chain(stream: Record, rows: Sequence[Record]) -> Faults:
    leaves = [Leaf(data=row.leaf, hash=row.leaf_hash, seq=row.seq, prev=row.prev) for row in rows]
    try:
        verify_chain(leaves)
    except EvenhandError as error:
        yield f"stream {stream.name}: {error.message}"
    if not leaves or (leaves[-1].seq, leaves[-1].hash) != (stream.seq, stream.head):
        yield f"stream {stream.name}: its head is not its last event"
    for before, after in pairwise(rows):
        if after.at < before.at - _SKEW:
            yield f"stream {stream.name}: event {after.seq} is older than event {before.seq}"


def _event(what: str, stream: Record, row: Record, groups: Sequence[Record]) -> Faults:
    leaf = msgspec.json.decode(row.leaf, type=_Said)
    if (leaf.stream, leaf.type, leaf.at) != (stream.stream.hex(), row.type, minute(row.at)):
        yield f"{what}: its row is not what its leaf says"
    if {group.name for group in groups} != leaf.groups.keys():
        yield f"{what}: its field groups are not those of its leaf"
        return
    for group in groups:
        if group.payload is None:
            continue  # `_erased` says whether it may be
        try:
            verify_payload(group.salt or b"", group.payload, leaf.groups[group.name])
            msgspec.json.decode(group.payload, type=dict[str, Any])
        except (EvenhandError, msgspec.MsgspecError) as error:
            said = error.message if isinstance(error, EvenhandError) else str(error)
            yield f"{what}, group {group.name}: {said}"


def _erased(
    name: str, rows: Sequence[Record], groups: Mapping[int, Sequence[Record]], last: datetime | None
) -> Faults:
    """A payload is gone only where an erasure took it: with its salt, and with all that came before it."""
    kept = False
    for row in rows:
        what = f"event {row.seq} of {name}"
        of_event = groups.get(row.seq, [])
        for group in of_event:
            if (group.payload is None) != (group.salt is None):
                yield f"{what}, group {group.name}: only one of payload and salt is there"
            elif group.payload is None and not (group.name in _ERASABLE and name.startswith(CASE)):
                yield f"{what}, group {group.name}: its payload is gone, and no erasure takes it"
            elif group.payload is None and (last is None or row.at > last):
                yield f"{what}, group {group.name}: its payload is gone, and no erasure followed"
        erasable = [group.payload for group in of_event if group.name in ERASED_WITH_ACCOUNT]
        if kept and None in erasable:
            yield f"{what}: its payload is gone, and that of an earlier event is not"
        kept = kept or any(payload is not None for payload in erasable)


def _number(tx: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one())
