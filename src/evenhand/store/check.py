"""The store's invariants: one function that ends every test, and `evenhand store check`."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from evenhand.cases import CaseState, RecommendationJoined, ReportJoined, fold, from_groups
from evenhand.enforcement import RESTRICTING
from evenhand.errors import EvenhandError, VerificationError
from evenhand.ledger import minute, verify_chain, verify_payload

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
    reports,
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
        lambda: _pending(tx),
        lambda: _projections(tx),
        lambda: _decided(tx),
        lambda: _surfaced(tx),
    )
    return [fault for check in checks for fault in check()]


def leftovers(tx: sa.Connection, folder: Path) -> list[str]:
    """What interrupted runs left in the history's folder, in words; it may hold what was erased since.

    Args:
        tx: A transaction that writes: to others, a sealing under way looks the same.
        folder: The history's folder.
    """
    return [
        f"{path.relative_to(folder)} was left in the history by an interrupted run;"
        " `evenhand history seal` takes it away"
        for path in history.leftovers(tx, folder)
    ]


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
    """Every segment is there and can be read; no arrival number stands twice in journal and segments."""
    yield from (f"the history's folder {path.name} is gone" for path in history.lost(tx, folder))
    columns: list[npt.NDArray[np.int64]] = [
        np.asarray(from_ipc(blob).column("seq")) for blob in tx.execute(sa.select(journal.c.rows)).scalars()
    ]
    for path in history.files(tx, folder):
        try:
            columns.append(history.numbers_in(path))
        except EvenhandError as error:
            yield f"{path.parent.name}/{path.name}: {error.message}"
    rows = sum(len(column) for column in columns)
    distinct = len(np.unique(np.concatenate(columns))) if columns else 0
    if rows != distinct:
        yield f"{rows - distinct} items stand twice in the history"


def _chains(tx: sa.Connection) -> Faults:
    """Leaves follow each other, rows say what leaves say, every payload kept is what was committed to."""
    known = tx.execute(sa.select(streams)).all()
    for stream in known:
        leaves = events.leaves(tx, stream.name)
        try:
            verify_chain(leaves)
        except EvenhandError as error:
            yield f"stream {stream.name}: {error.message}"
            continue
        if not leaves or (leaves[-1].seq, leaves[-1].hash) != (stream.seq, stream.head):
            yield f"stream {stream.name}: its head is not its last event"
        rows = tx.execute(
            sa.select(event_table).where(event_table.c.stream == stream.name).order_by(event_table.c.seq)
        )
        for row in rows:
            leaf = json.loads(events.as_bytes(row.leaf))
            said = (leaf["stream"], leaf["type"], leaf["at"])
            if said != (stream.stream.hex(), row.type, minute(row.at)):
                yield f"event {row.seq} of {stream.name}: its row is not what its leaf says"
            yield from _payloads(tx, stream.name, row.seq, leaf["groups"])
    of_none = event_table.c.stream.not_in(sa.select(streams.c.name))
    if number := _number(tx, event_table, of_none):
        yield f"{number} events belong to no stream"


def _pending(tx: sa.Connection) -> Faults:
    """Every event is a pending ledger entry, and every entry is of an event."""
    unlisted = event_table.c.leaf_hash.not_in(sa.select(ledger_pending.c.leaf_hash))
    if number := _number(tx, event_table, unlisted):
        yield f"{number} events have no pending ledger entry"
    empty = ledger_pending.c.leaf_hash.not_in(sa.select(event_table.c.leaf_hash))
    if number := _number(tx, ledger_pending, empty):
        yield f"{number} pending ledger entries have no event"


def _number(tx: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one())


def _payloads(tx: sa.Connection, stream: str, seq: int, committed: dict[str, str]) -> Faults:
    query = sa.select(event_groups).where(event_groups.c.stream == stream, event_groups.c.seq == seq)
    rows = tx.execute(query).all()
    if {row.name for row in rows} != committed.keys():
        yield f"event {seq} of {stream}: its field groups are not those of its leaf"
        return
    for row in rows:
        salt, payload = events.as_bytes(row.salt), events.as_bytes(row.payload)
        if row.payload is not None:
            try:
                verify_payload(salt, payload, committed[row.name])
            except EvenhandError as error:
                yield f"event {seq} of {stream}, group {row.name}: {error.message}"


def _projections(tx: sa.Connection) -> Faults:
    """Every case row is what its events fold to, with a row for each report and rule that joined."""
    reported = _rows_by_case(tx, reports)
    recommended = _rows_by_case(tx, recommendations)
    for case_id in tx.execute(sa.select(case_table.c.id)).scalars().all():
        try:
            stored = events.load(tx, f"case:{case_id}")
            happened = [from_groups(event.type, event.at, event.groups) for event in stored]
            folded = fold(case_id, happened)
        except EvenhandError as error:
            yield f"case {case_id} cannot be folded: {error.message}"
            continue
        if folded != cases.load(tx, case_id):
            yield f"case {case_id} is not what its events fold to"
        for rows, kind in ((reported, ReportJoined), (recommended, RecommendationJoined)):
            joined = sum(isinstance(event, kind) for event in happened)
            if rows.pop(case_id, 0) != joined:
                yield f"case {case_id} has not one row for each of {joined} {kind.__name__}"
    orphans = sorted({*reported, *recommended})
    if orphans:
        yield f"reports or recommendations belong to no case: {', '.join(orphans[:5])}"


def _rows_by_case(tx: sa.Connection, table: sa.Table) -> dict[str, int]:
    query = sa.select(table.c.case_id, sa.func.count()).group_by(table.c.case_id)
    return {row[0]: row[1] for row in tx.execute(query)}


def _decided(tx: sa.Connection) -> Faults:
    """A decided case has its decision, notice and outbox rows, as its last event says; no other case has."""
    decided = set(
        tx.execute(sa.select(case_table.c.id).where(case_table.c.state == CaseState.DECIDED)).scalars()
    )
    rows = tx.execute(sa.select(decisions)).all()
    if {row.case_id for row in rows} != decided:
        yield "decided cases and decisions differ"
    queued = {row.ref: row for row in tx.execute(sa.select(outbox))}
    ordered = {
        msgspec.json.decode(row.payload)["decision_id"] for row in queued.values() if row.kind == "effect"
    }
    for row in rows:
        if (row.action in RESTRICTING) != (row.id in ordered):
            yield f"decision {row.id} orders {row.action}, and the outbox has another effect or none"
        told = tx.execute(sa.select(notices).where(notices.c.decision_id == row.id)).all()
        if not told:
            yield f"decision {row.id} has no notice"
        yield from _recorded(tx, row, told)
        for notice in told:
            if notice.record and hashlib.sha256(notice.record.encode()).hexdigest() != notice.sha256:
                yield f"notice {notice.id} is not what its hash says"
            if notice.sent and notice.id not in queued:
                yield f"notice {notice.id} is not in the outbox"


def _recorded(tx: sa.Connection, row: sa.Row[Any], told: Sequence[sa.Row[Any]]) -> Faults:
    """A decision and its notices are those that the case's event commits to."""
    try:
        last = events.load(tx, f"case:{row.case_id}")[-1:]
    except EvenhandError:
        return  # told by `_projections`
    facts = last[0].groups.get("facts", {}) if last else {}
    names = {"decision": row.id, "clause": row.clause, "action": row.action, "policy": row.policy}
    names |= {"version": row.version, "policy_hash": row.content_hash, "automated": row.automated}
    if any(facts.get(name) != value for name, value in names.items()):
        yield f"decision {row.id} is not what its event says"
    if any((facts.get("notice"), facts.get("notice_sha256")) != (one.id, one.sha256) for one in told):
        yield f"the notice of decision {row.id} is not the one that its event names"


def _surfaced(tx: sa.Connection) -> Faults:
    """Whatever was surfaced has its full row."""
    if number := _number(tx, recommendations, recommendations.c.seq.not_in(sa.select(items.c.seq))):
        yield f"{number} recommendations are about items without a full row"
