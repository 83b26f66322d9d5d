"""The store's invariants: one function that ends every test, and `evenhand store check`."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import sqlalchemy as sa

from evenhand.cases import CaseState, fold, from_groups
from evenhand.errors import EvenhandError, VerificationError
from evenhand.ledger import verify_chain, verify_payload

from . import cases, events, history
from ._schema import (
    cases as case_table,
)
from ._schema import (
    decisions,
    event_groups,
    item_keys,
    items,
    journal,
    ledger_pending,
    notices,
    outbox,
    recommendations,
    segments,
    streams,
)
from ._schema import (
    events as event_table,
)
from .items import from_ipc

Faults = Iterator[str]


def faults(tx: sa.Connection, folder: Path) -> list[str]:
    """Everything in the store that breaks a rule, in words; empty where all holds."""
    checks: tuple[Callable[[], Faults], ...] = (
        lambda: _sequence(tx),
        lambda: _history_rows(tx, folder),
        lambda: _chains(tx),
        lambda: _projections(tx),
        lambda: _decided(tx),
        lambda: _surfaced(tx),
    )
    return [fault for check in checks for fault in check()]


def verify(tx: sa.Connection, folder: Path) -> None:
    """Check every invariant.

    Raises:
        VerificationError: Names how many do not hold, and the first.
    """
    found = faults(tx, folder)
    if found:
        raise VerificationError(
            f"{len(found)} faults; the first: {found[0]}",
            mend="restore a backup made before; `evenhand store check --json` lists them all",
        )


def _sequence(tx: sa.Connection) -> Faults:
    """Arrival numbers have no gap, and each stands in the journal or in one segment."""
    spans = [
        (row.first_seq, row.last_seq)
        for table in (segments, journal)
        for row in tx.execute(sa.select(table.c.first_seq, table.c.last_seq).order_by(table.c.first_seq))
    ]
    expected = 1
    for first, last in spans:
        if first != expected or last < first:
            yield f"arrival numbers {first} to {last} stand where {expected} should follow"
        expected = last + 1
    top = tx.execute(sa.select(sa.func.max(item_keys.c.seq))).scalar_one_or_none() or 0
    if top >= expected:
        yield f"a key row has arrival number {top}, the journal and segments end at {expected - 1}"
    total, distinct = tx.execute(
        sa.select(sa.func.count(item_keys.c.seq), sa.func.count(sa.distinct(item_keys.c.seq)))
    ).one()
    if total != distinct:
        yield f"{total - distinct} key rows share an arrival number"


def _history_rows(tx: sa.Connection, folder: Path) -> Faults:
    """No arrival number stands twice in journal and segments together."""
    seen: set[int] = set()
    tables = [from_ipc(blob).column("seq") for blob in tx.execute(sa.select(journal.c.rows)).scalars()]
    tables += [pq.read_table(path, columns=["seq"]).column("seq") for path in history.files(tx, folder)]
    rows = 0
    for column in tables:
        numbers = np.asarray(column).tolist()
        rows += len(numbers)
        seen.update(numbers)
    if rows != len(seen):
        yield f"{rows - len(seen)} items stand twice in the history"


def _chains(tx: sa.Connection) -> Faults:
    """Leaves follow each other; every payload kept is what was committed to; all are pending entries."""
    for name, seq, head in tx.execute(sa.select(streams.c.name, streams.c.seq, streams.c.head)).tuples():
        leaves = events.leaves(tx, name)
        try:
            verify_chain(leaves)
        except EvenhandError as error:
            yield f"stream {name}: {error.message}"
            continue
        if not leaves or (leaves[-1].seq, leaves[-1].hash) != (seq, head):
            yield f"stream {name}: its head is not its last event"
        for leaf in leaves:
            yield from _payloads(tx, name, leaf.seq, json.loads(leaf.data)["groups"])
    unlisted = (
        sa.select(sa.func.count())
        .select_from(event_table)
        .where(event_table.c.leaf_hash.not_in(sa.select(ledger_pending.c.leaf_hash)))
    )
    if missing := tx.execute(unlisted).scalar_one():
        yield f"{missing} events have no pending ledger entry"


def _payloads(tx: sa.Connection, stream: str, seq: int, committed: dict[str, str]) -> Faults:
    query = sa.select(event_groups).where(event_groups.c.stream == stream, event_groups.c.seq == seq)
    rows = tx.execute(query).all()
    if {row.name for row in rows} != committed.keys():
        yield f"event {seq} of {stream}: its field groups are not those of its leaf"
        return
    for row in rows:
        if row.payload is not None:
            try:
                verify_payload(row.salt, row.payload, committed[row.name])
            except EvenhandError as error:
                yield f"event {seq} of {stream}, group {row.name}: {error.message}"


def _projections(tx: sa.Connection) -> Faults:
    """Every case row is what its events fold to."""
    for case_id in tx.execute(sa.select(case_table.c.id)).scalars().all():
        stored = events.load(tx, f"case:{case_id}")
        folded = fold(case_id, (from_groups(event.type, event.at, event.groups) for event in stored))
        if folded != cases.load(tx, case_id):
            yield f"case {case_id} is not what its events fold to"


def _decided(tx: sa.Connection) -> Faults:
    """A decided case has its decision, notice and outbox rows, and no other has."""
    decided = set(
        tx.execute(sa.select(case_table.c.id).where(case_table.c.state == CaseState.DECIDED)).scalars()
    )
    rows = tx.execute(sa.select(decisions)).all()
    if {row.case_id for row in rows} != decided:
        yield "decided cases and decisions differ"
    queued = set(tx.execute(sa.select(outbox.c.ref)).scalars())
    for row in rows:
        told = tx.execute(sa.select(notices).where(notices.c.decision_id == row.id)).all()
        if not told:
            yield f"decision {row.id} has no notice"
        for notice in told:
            if notice.record and hashlib.sha256(notice.record.encode()).hexdigest() != notice.sha256:
                yield f"notice {notice.id} is not what its hash says"
            if notice.sent and notice.id not in queued:
                yield f"notice {notice.id} is not in the outbox"


def _surfaced(tx: sa.Connection) -> Faults:
    """Whatever was surfaced has its full row and its case."""
    for table, column in ((items, recommendations.c.seq),):
        lost = (
            sa.select(sa.func.count())
            .select_from(recommendations)
            .where(column.not_in(sa.select(table.c.seq)))
        )
        if number := tx.execute(lost).scalar_one():
            yield f"{number} recommendations are about items without a full row"
    orphans = (
        sa.select(sa.func.count())
        .select_from(recommendations)
        .where(recommendations.c.case_id.not_in(sa.select(case_table.c.id)))
    )
    if number := tx.execute(orphans).scalar_one():
        yield f"{number} recommendations belong to no case"
