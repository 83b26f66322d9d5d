"""Events: appended, chained, committed to, and never changed.

Each event's field groups are stored with a salt of their own; its leaf holds only commitments. The leaf is a
pending ledger entry from the same transaction on, so that the log can be built, or rebuilt, from here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from evenhand.errors import VerificationError
from evenhand.ledger import GENESIS, Leaf, canonical, commitment, next_leaf

from ._schema import event_groups, events, ledger_pending, streams

Entropy = Callable[[int], bytes]
"""Gives so many random bytes."""

Groups = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of one stream.

    Attributes:
        stream: The stream's name: `case:c_1`.
        type: `case.opened`.
        at: When.
        groups: Field group -> JSON object; a group that was erased is left out.
    """

    stream: str
    type: str
    at: datetime
    groups: Groups


@dataclass(slots=True)
class _Head:
    stream: bytes
    seq: int
    hash: str
    new: bool


def append(tx: sa.Connection, new: Sequence[Event], entropy: Entropy) -> dict[str, str]:
    """Append events, in order; gives the head (leaf hash) of every stream touched."""
    heads = _heads(tx, {event.stream for event in new}, entropy)
    rows, groups, pending = [], [], []
    for event in new:
        head = heads[event.stream]
        payloads = {name: (entropy(32), canonical(fields)) for name, fields in event.groups.items()}
        leaf = next_leaf(
            stream=head.stream,
            seq=head.seq + 1,
            prev=head.hash,
            type=event.type,
            at=event.at,
            groups={name: commitment(salt, data) for name, (salt, data) in payloads.items()},
        )
        head.seq, head.hash = leaf.seq, leaf.hash
        rows.append(_row(event, leaf))
        pending.append({"leaf_hash": leaf.hash})
        groups += [
            {"stream": event.stream, "seq": leaf.seq, "name": name, "salt": salt, "payload": data}
            for name, (salt, data) in payloads.items()
        ]
    if new:
        tx.execute(events.insert(), rows)
        tx.execute(event_groups.insert(), groups)
        tx.execute(ledger_pending.insert(), pending)
        _put_heads(tx, heads)
    return {name: head.hash for name, head in heads.items()}


def load(tx: sa.Connection, stream: str) -> list[Event]:
    """A stream's events, the first one first.

    Raises:
        VerificationError: A payload is no JSON any more.
    """
    groups: dict[int, dict[str, Any]] = {}
    query = sa.select(event_groups).where(
        event_groups.c.stream == stream, event_groups.c.payload.is_not(None)
    )
    for row in tx.execute(query):
        try:
            groups.setdefault(row.seq, {})[row.name] = msgspec.json.decode(row.payload)
        except msgspec.DecodeError as error:
            raise VerificationError(f"event {row.seq} of {stream}, group {row.name}: {error}") from error
    query = sa.select(events).where(events.c.stream == stream).order_by(events.c.seq)
    return [
        Event(stream=stream, type=row.type, at=row.at, groups=groups.get(row.seq, {}))
        for row in tx.execute(query)
    ]


def leaves(tx: sa.Connection, stream: str) -> list[Leaf]:
    """A stream's leaves, the first one first."""
    query = sa.select(events).where(events.c.stream == stream).order_by(events.c.seq)
    return [
        Leaf(data=as_bytes(row.leaf), hash=row.leaf_hash, seq=row.seq, prev=row.prev)
        for row in tx.execute(query)
    ]


def as_bytes(value: bytes | str | None) -> bytes:
    """A column of bytes; SQLite also keeps a text there if somebody wrote one by hand."""
    return value.encode() if isinstance(value, str) else value or b""


def head(tx: sa.Connection, stream: str) -> str:
    """The hash of a stream's last leaf; `GENESIS` where it has none."""
    found = tx.execute(sa.select(streams.c.head).where(streams.c.name == stream)).scalar_one_or_none()
    return GENESIS if found is None else str(found)


def erase_groups(tx: sa.Connection, names: Iterable[str], groups: Iterable[str]) -> int:
    """Forget payloads and salts of some groups of some streams; gives how many. Every proof holds."""
    wanted = sorted(groups)
    return sum(
        tx.execute(
            event_groups.update()
            .where(event_groups.c.stream == name, event_groups.c.name.in_(wanted))
            .where(event_groups.c.payload.is_not(None))
            .values(salt=None, payload=None)
        ).rowcount
        for name in names
    )


def _heads(tx: sa.Connection, names: set[str], entropy: Entropy) -> dict[str, _Head]:
    """The heads of `names`; a stream not seen before gets 16 random bytes to stand for it."""
    known = {
        row.name: _Head(row.stream, row.seq, row.head, new=False)
        for row in tx.execute(
            sa.select(streams).where(streams.c.name.in_(sa.bindparam("names", expanding=True))),
            {"names": sorted(names)},
        )
    }
    fresh = {name: _Head(entropy(16), 0, GENESIS, new=True) for name in sorted(names - known.keys())}
    return known | fresh


def _put_heads(tx: sa.Connection, heads: Mapping[str, _Head]) -> None:
    fresh = [
        {"name": name, "stream": head.stream, "seq": head.seq, "head": head.hash}
        for name, head in heads.items()
        if head.new
    ]
    grown = [
        {"b_name": name, "seq": head.seq, "head": head.hash} for name, head in heads.items() if not head.new
    ]
    if fresh:
        tx.execute(streams.insert(), fresh)
    if grown:
        tx.execute(streams.update().where(streams.c.name == sa.bindparam("b_name")), grown)


def _row(event: Event, leaf: Leaf) -> dict[str, object]:
    return {
        "stream": event.stream,
        "seq": leaf.seq,
        "type": event.type,
        "at": event.at,
        "prev": leaf.prev,
        "leaf_hash": leaf.hash,
        "leaf": leaf.data,
    }
