"""Decisions: each with its notice and what is to be delivered of both, as the case's last event says."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
import sqlalchemy as sa

from evenhand.cases import Decided, FirstOpinionGiven
from evenhand.enforcement import RESTRICTING, UNDO_WINDOW
from evenhand.vocabulary import Action, Effect, Recipient

from ._check_cases import Followed, differences, followed, subject_columns
from ._check_cells import BROKEN, Faults, Record, grouped, guarded, records
from ._schema import cases, decisions, notices, outbox

_STATES = ("queued", "delivered", "applied", "failed")


class _Queued(msgspec.Struct, forbid_unknown_fields=True):
    """What the outbox holds of a notice."""

    notice: str


class _Statement(msgspec.Struct):
    """What a notice's record says that its row says too."""

    sor_id: str
    language: str


def decided(tx: sa.Connection) -> Faults:
    """A decided case has its decision, notice and outbox rows, as its events say; nothing else has."""
    effects, mentioned = _effects(tx)
    for batch in followed(tx):
        names = [name for name, _ in batch]
        rows = grouped(tx, decisions, decisions.c.case_id, names)
        ids = [row.id for some in rows.values() for row in some]
        written = grouped(tx, notices, notices.c.decision_id, ids)
        refs = [one.id for some in written.values() for one in some]
        queued = grouped(tx, outbox, outbox.c.ref, refs)
        for name, follow in batch:
            yield from guarded(f"decision of case {name}", partial(_decision, name, follow, rows[name]))
            for row in rows[name]:
                what = f"decision {row.id}"
                found = partial(_notice, follow, row, written[row.id], queued)
                yield from guarded(f"notice of {what}", found)
                yield from guarded(f"effect of {what}", partial(_effect, row, effects.get(row.id, [])))
    yield from mentioned
    yield from _left_over(tx, effects)


def _effects(tx: sa.Connection) -> tuple[Mapping[str, list[tuple[Record, Effect]]], list[str]]:
    """The outbox's effects by the decision that ordered them, and faults of the outbox's rows."""
    effects: dict[str, list[tuple[Record, Effect]]] = {}
    faults: list[str] = []
    for row in records(tx, outbox):
        what = f"outbox {row.id}"
        if row.state not in _STATES or row.kind not in {"effect", "notice"}:
            faults.append(f"{what}: there is no kind {row.kind!r} in a state {row.state!r}")
        try:
            if row.kind == "effect":
                effect = msgspec.json.decode(row.payload, type=Effect)
                effects.setdefault(effect.decision_id, []).append((row, effect))
            elif msgspec.json.decode(row.payload, type=_Queued).notice != row.ref:
                faults.append(f"{what} names another notice than its payload")
        except BROKEN as error:
            faults.append(f"{what}: its payload is none: {error}")
    return effects, faults


def _left_over(tx: sa.Connection, effects: Mapping[str, Sequence[object]]) -> Faults:
    known = set(tx.execute(sa.select(decisions.c.id)).scalars())
    yield from (f"an effect is of no decision: {name}" for name in sorted(effects.keys() - known))
    lone = notices.c.decision_id.not_in(sa.select(decisions.c.id))
    for name in tx.execute(sa.select(notices.c.id).where(lone)).scalars():
        yield f"notice {name} is of no decision"
    queued = sa.select(outbox.c.ref).where(
        outbox.c.kind == "notice", outbox.c.ref.not_in(sa.select(notices.c.id))
    )
    for name in tx.execute(queued).scalars():
        yield f"the outbox has a notice that is not there: {name}"
    both = sa.select(cases.c.id).where(
        cases.c.id.in_(sa.select(decisions.c.case_id)) != (cases.c.state == "decided")
    )
    for name in tx.execute(both).scalars():
        yield f"decided cases and decisions differ: {name}"


def _last(follow: Callable[[], Followed]) -> Decided | None:
    last = follow().events[-1]
    return last if isinstance(last, Decided) else None


def _decision(name: str, follow: Callable[[], Followed], rows: Sequence[Record]) -> Faults:
    event = _last(follow)
    if len(rows) != (event is not None):
        yield f"case {name}: decided cases and decisions differ"
    for row in rows:
        if event is None:
            continue
        case = follow()
        first = [one for one in case.events if isinstance(one, FirstOpinionGiven)][-1]
        expected = {
            "id": event.decision,
            **subject_columns(case.status.subject),
            "clause": event.clause,
            "action": event.action,
            "reason": event.reason,
            "policy": event.policy,
            "version": event.version,
            "content_hash": event.policy_hash,
            "first_opinion": first.clause,
            "blind": first.blind,
            "decided_by": event.by,
            "decided_at": event.at,
            "automated": event.automated,
        }
        if wrong := differences(row, expected):
            yield f"decision {row.id} is not what its event says: {', '.join(wrong)}"


def _notice(
    follow: Callable[[], Followed],
    row: Record,
    told: Sequence[Record],
    queued: Mapping[str, Sequence[Record]],
) -> Faults:
    event = _last(follow)
    if event is None:
        return
    if len(told) != 1:
        yield f"decision {row.id} has {len(told)} notices, expected 1"
    for one in told:
        sent = event.action in RESTRICTING
        said = {"id": event.notice, "sha256": event.notice_sha256, "sent": sent}
        if wrong := differences(one, {**said, "recipient": Recipient.AUTHOR}):
            yield f"notice {one.id} is not the one that its event names: {', '.join(wrong)}"
        if "person" in follow().erased:
            if one.text or one.record:
                yield f"notice {one.id} has words that were erased"
        else:
            yield from _words(event, one)
        waiting = queued.get(one.id, [])
        if len(waiting) != sent:
            yield f"notice {one.id} is {len(waiting)} times in the outbox, expected {int(sent)}"
        yield from _too_soon(waiting, row)


def _words(event: Decided, one: Record) -> Faults:
    if hashlib.sha256(one.text.encode()).hexdigest() != event.notice_text_sha256:
        yield f"the text of notice {one.id} is not what its event commits to"
    if hashlib.sha256(one.record.encode()).hexdigest() != event.notice_sha256:
        yield f"the record of notice {one.id} is not what its event commits to"
        return
    said = msgspec.json.decode(one.record, type=_Statement)
    if (said.sor_id, said.language) != (one.id, one.language):
        yield f"notice {one.id} is not what its record says"


def _effect(row: Record, ordered: Sequence[tuple[Record, Effect]]) -> Faults:
    wanted = int(row.action in RESTRICTING)
    if len(ordered) != wanted:
        yield f"decision {row.id} orders {row.action}, and the outbox has {len(ordered)} effects of it"
    for queued, effect in ordered:
        said = (effect.id, effect.action, subject_columns(effect.subject), effect.starts_at)
        subject = {name: getattr(row, name) for name in subject_columns(effect.subject)}
        same = said == (queued.ref, Action(row.action), subject, row.decided_at)
        if not same or effect.ends_at is not None or effect.reverses is not None:
            yield f"effect {queued.ref} is not what decision {row.id} orders"
        yield from _too_soon([queued], row)


def _too_soon(queued: Sequence[Record], row: Record) -> Faults:
    for one in queued:
        if one.not_before < row.decided_at + UNDO_WINDOW:
            yield f"outbox {one.id} may leave before its decision can be undone"
