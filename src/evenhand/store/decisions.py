"""Decisions, their notices and the outbox: written together, in the transaction that closes the case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from evenhand.vocabulary import (
    Action,
    CaseId,
    ClauseId,
    Decision,
    DecisionId,
    Effect,
    Notice,
    NoticeId,
    PolicyId,
    PolicyRef,
    Recipient,
    StaffName,
    Verdict,
)

from ._schema import decisions, notices, outbox
from .cases import subject_of


def put(
    tx: sa.Connection, decision: Decision, notice: Notice, effect: Effect | None, *, not_before: datetime
) -> None:
    """Write a decision, its notice, and what is to be delivered of both."""
    policy = decision.policy
    tx.execute(
        decisions.insert().values(
            id=decision.id,
            case_id=decision.case_id,
            subject_kind=decision.subject.kind,
            subject_source=decision.subject.source,
            subject_id=decision.subject.id,
            clause=decision.verdict.clause,
            action=decision.verdict.action,
            reason=decision.verdict.reason,
            policy=policy.policy if policy else None,
            version=policy.version if policy else None,
            content_hash=policy.content_hash if policy else None,
            first_opinion=decision.first_opinion,
            blind=decision.blind,
            decided_by=decision.by,
            decided_at=decision.at,
            automated=decision.automated,
        )
    )
    tx.execute(
        notices.insert().values(
            id=notice.id,
            decision_id=notice.decision_id,
            recipient=notice.recipient,
            language=notice.language,
            text=notice.text,
            record=notice.record,
            sha256=notice.sha256,
            sent=notice.sent,
        )
    )
    if effect is not None:
        _queue(tx, "effect", effect.id, msgspec.json.encode(effect).decode(), not_before)
    if notice.sent:
        _queue(tx, "notice", notice.id, msgspec.json.encode({"notice": notice.id}).decode(), not_before)


def _queue(tx: sa.Connection, kind: str, ref: str, payload: str, not_before: datetime) -> None:
    tx.execute(
        outbox.insert().values(kind=kind, ref=ref, payload=payload, state="queued", not_before=not_before)
    )


def of_case(tx: sa.Connection, case_id: str) -> Decision | None:
    """The decision that closed a case; None while it is open."""
    row = tx.execute(sa.select(decisions).where(decisions.c.case_id == case_id)).one_or_none()
    return None if row is None else _decision(row)


def notice(tx: sa.Connection, name: str) -> Notice | None:
    """The notice of that id, or of the decision or the case of that id."""
    query = (
        sa.select(notices)
        .join(decisions, decisions.c.id == notices.c.decision_id)
        .where(sa.or_(notices.c.id == name, decisions.c.id == name, decisions.c.case_id == name))
    )
    row = tx.execute(query).first()
    return None if row is None else _notice(row)


def all_notices(tx: sa.Connection, *, limit: int = 50) -> Sequence[Notice]:
    """Notices, the newest decision first."""
    query = (
        sa.select(notices)
        .join(decisions, decisions.c.id == notices.c.decision_id)
        .order_by(decisions.c.decided_at.desc(), notices.c.id)
        .limit(limit)
    )
    return [_notice(row) for row in tx.execute(query)]


def erase_notices(tx: sa.Connection, case_ids: Sequence[str]) -> int:
    """Empty text and record of the notices of some cases, and the reasons; hashes stay. Gives how many."""
    erased = 0
    for case_id in case_ids:
        query = sa.select(decisions.c.id).where(decisions.c.case_id == case_id)
        told = notices.update().where(notices.c.decision_id.in_(query), notices.c.record != "")
        erased += tx.execute(told.values(text="", record="")).rowcount
        tx.execute(decisions.update().where(decisions.c.case_id == case_id).values(reason=""))
    return erased


def _notice(row: sa.Row[Any]) -> Notice:
    return Notice(
        id=NoticeId(row.id),
        decision_id=DecisionId(row.decision_id),
        recipient=Recipient(row.recipient),
        language=row.language,
        text=row.text,
        record=row.record,
        sha256=row.sha256,
        sent=row.sent,
    )


def _decision(row: sa.Row[Any]) -> Decision:
    policy = row.policy and PolicyRef(
        policy=PolicyId(row.policy), version=row.version, content_hash=row.content_hash
    )
    clause = None if row.clause is None else ClauseId(row.clause)
    return Decision(
        id=DecisionId(row.id),
        case_id=CaseId(row.case_id),
        subject=subject_of(row),
        verdict=Verdict(clause=clause, action=Action(row.action), reason=row.reason),
        policy=policy or None,
        first_opinion=None if row.first_opinion is None else ClauseId(row.first_opinion),
        blind=row.blind,
        by=StaffName(row.decided_by),
        at=row.decided_at,
        automated=row.automated,
    )
