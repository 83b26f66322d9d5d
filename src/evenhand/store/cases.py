"""Cases as rows: the projection of their events, written by compare and swap."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from evenhand.cases import CaseState, CaseStatus
from evenhand.errors import CaseChanged
from evenhand.vocabulary import (
    CaseId,
    ClauseId,
    DecisionId,
    PolicyId,
    PolicyRef,
    Recommendation,
    Report,
    ReporterClass,
    ReportId,
    StaffName,
    Subject,
    SubjectKind,
    Term,
)

from ._schema import cases, items, recommendations, reports

_QUEUE_ORDER = (  # the same as `evenhand.cases.queue_key`; a test holds the two equal
    cases.c.priority,
    cases.c.severity.desc(),
    cases.c.flagged.desc(),
    cases.c.reach.desc(),
    cases.c.opened_at,
    cases.c.id,
)

_OPEN = """
SELECT wanted.value
FROM json_each(?) AS wanted CROSS JOIN cases  -- CROSS: look each name up, never walk the table
WHERE cases.subject_source = ? AND cases.subject_id = wanted.value AND cases.state != ?
"""


def load(tx: sa.Connection, case_id: str) -> CaseStatus | None:
    """A case as it is now; None where there is none of that name."""
    row = tx.execute(sa.select(cases).where(cases.c.id == case_id)).one_or_none()
    return None if row is None else _status(row)


def about(tx: sa.Connection, subjects: Iterable[Subject]) -> dict[Subject, CaseStatus]:
    """The newest case about each of `subjects`: its open one, else its last decided one."""
    wanted = list(subjects)
    found: dict[Subject, CaseStatus] = {}
    for start in range(0, len(wanted), 500):
        some = [(subject.source, subject.id) for subject in wanted[start : start + 500]]
        query = sa.select(cases).where(sa.tuple_(cases.c.subject_source, cases.c.subject_id).in_(some))
        # Decided ones first and open ones last, so that an open one is what remains.
        for row in tx.execute(query.order_by(cases.c.state != CaseState.DECIDED, cases.c.opened_at)):
            status = _status(row)
            found[status.subject] = status
    return {subject: found[subject] for subject in wanted if subject in found}


def open_about(tx: sa.Connection, source: str, ids: Iterable[str]) -> set[str]:
    """Those of `ids` of one source that a case is open about."""
    wanted = msgspec.json.encode(list(ids)).decode()
    return {row[0] for row in tx.exec_driver_sql(_OPEN, (wanted, source, CaseState.DECIDED))}


def queue(
    tx: sa.Connection, *, state: CaseState | None = None, name: str | None = None, limit: int = 50
) -> list[CaseStatus]:
    """Cases in the order of the queue; those not decided where no state is named."""
    query = sa.select(cases).order_by(*_QUEUE_ORDER).limit(limit)
    query = query.where(cases.c.state == state if state else cases.c.state != CaseState.DECIDED)
    if name:
        query = query.where(cases.c.queue == name)
    return [_status(row) for row in tx.execute(query)]


def count(tx: sa.Connection) -> dict[str, int]:
    """How many cases stand in each state."""
    query = sa.select(cases.c.state, sa.func.count()).group_by(cases.c.state)
    return {row[0]: row[1] for row in tx.execute(query)}


def insert(tx: sa.Connection, statuses: Sequence[CaseStatus]) -> None:
    """Write new cases."""
    if statuses:
        tx.execute(cases.insert(), [_row(status) for status in statuses])


def swap(tx: sa.Connection, status: CaseStatus, *, seen: int) -> None:
    """Write a case over the version it was read at.

    Raises:
        CaseChanged: Somebody else was faster; nothing is written.
    """
    done = tx.execute(
        cases.update().where(cases.c.id == status.id, cases.c.version == seen).values(**_row(status))
    )
    if done.rowcount == 0:
        raise CaseChanged(
            f"{status.id} changed since it was read",
            mend=f"see `evenhand cases show {status.id}` and try again",
        )


def put_recommendations(
    tx: sa.Connection, scan: int, rows: Iterable[tuple[CaseId, int, Recommendation]]
) -> None:
    """Write what the rules said in a scan: case, arrival number of the item, recommendation."""
    written = [
        {
            "case_id": case_id,
            "seq": seq,
            "scan": scan,
            "policy": recommendation.policy.policy,
            "version": recommendation.policy.version,
            "content_hash": recommendation.policy.content_hash,
            "clause": recommendation.clause,
            "rule": recommendation.rule,
            "queue": recommendation.queue,
            "priority": recommendation.priority,
            "severity": recommendation.severity,
            "unknown": recommendation.unknown,
            "terms": msgspec.json.encode(recommendation.terms).decode(),
        }
        for case_id, seq, recommendation in rows
    ]
    if written:
        tx.execute(recommendations.insert(), written)


def recommendations_of(tx: sa.Connection, case_id: str) -> list[tuple[int, Recommendation]]:
    """Why a case is here: arrival number of the item and what a rule said, the foremost first."""
    query = sa.select(recommendations).where(recommendations.c.case_id == case_id)
    query = query.order_by(
        recommendations.c.priority, recommendations.c.severity.desc(), recommendations.c.id
    )
    return [(row.seq, _recommendation(row)) for row in tx.execute(query)]


def foremost_clauses(tx: sa.Connection, case_ids: Sequence[str]) -> dict[str, str]:
    """Per case the clause of its foremost recommendation; a case that was only reported has none."""
    found: dict[str, str] = {}
    for start in range(0, len(case_ids), 500):
        query = sa.select(recommendations).where(recommendations.c.case_id.in_(case_ids[start : start + 500]))
        query = query.order_by(
            recommendations.c.priority.desc(), recommendations.c.severity, recommendations.c.id.desc()
        )
        found.update({row.case_id: row.clause for row in tx.execute(query)})
    return found


def recommended(tx: sa.Connection, scan: int) -> Iterator[tuple[str, str, CaseId, Recommendation]]:
    """What the rules said in a scan, in order of arrival: source and id of the item, case, recommendation."""
    query = (
        sa.select(recommendations, items.c.source, items.c.id.label("item"))
        .join(items, items.c.seq == recommendations.c.seq)
        .where(recommendations.c.scan == scan)
        .order_by(recommendations.c.seq, recommendations.c.id)
    )
    for row in tx.execute(query):
        yield row.source, row.item, CaseId(row.case_id), _recommendation(row)


def surfaced_ids(tx: sa.Connection, source: str) -> list[str]:
    """Ids of the items of one source that a rule ever brought to review."""
    query = (
        sa.select(items.c.id)
        .join(recommendations, recommendations.c.seq == items.c.seq)
        .where(items.c.source == source)
        .distinct()
    )
    return list(tx.execute(query).scalars())


def by_clause(tx: sa.Connection, scan: int) -> list[tuple[str, str, int, int]]:
    """Per policy and clause how many items a scan surfaced, in how many cases."""
    query = (
        sa.select(
            recommendations.c.policy,
            recommendations.c.clause,
            sa.func.count(sa.distinct(recommendations.c.seq)),
            sa.func.count(sa.distinct(recommendations.c.case_id)),
        )
        .where(recommendations.c.scan == scan)
        .group_by(recommendations.c.policy, recommendations.c.clause)
        .order_by(recommendations.c.policy, recommendations.c.clause)
    )
    return [(row[0], row[1], row[2], row[3]) for row in tx.execute(query)]


def put_report(tx: sa.Connection, case_id: CaseId, report: Report) -> None:
    """Write a report beside the case it joined."""
    tx.execute(
        reports.insert().values(
            id=report.id,
            case_id=case_id,
            **_subject(report.subject),
            reporter_class=report.reporter_class,
            reporter=report.reporter,
            clause=report.clause,
            text=report.text,
            received_at=report.received_at,
        )
    )


def reports_of(
    tx: sa.Connection, case_id: str | None = None, *, limit: int = 200
) -> list[tuple[CaseId, Report]]:
    """Reports, the newest first: those of one case, or all."""
    query = sa.select(reports).order_by(reports.c.received_at.desc(), reports.c.id).limit(limit)
    if case_id is not None:
        query = query.where(reports.c.case_id == case_id)
    return [(CaseId(row.case_id), _report(row)) for row in tx.execute(query)]


def same_report(tx: sa.Connection, case_id: str, reporter: str) -> ReportId | None:
    """The report that the same reporter filed about the same case before."""
    query = sa.select(reports.c.id).where(reports.c.case_id == case_id, reports.c.reporter == reporter)
    found = tx.execute(query).scalars().first()
    return None if found is None else ReportId(found)


def _subject(subject: Subject) -> Mapping[str, str]:
    return {"subject_kind": subject.kind, "subject_source": subject.source, "subject_id": subject.id}


def subject_of(row: sa.Row[Any]) -> Subject:
    """The subject that a row's three columns name."""
    return Subject(kind=SubjectKind(row.subject_kind), source=row.subject_source, id=row.subject_id)


def _row(status: CaseStatus) -> dict[str, object]:
    return {
        "id": status.id,
        **_subject(status.subject),
        "state": status.state,
        "version": status.version,
        "opened_at": status.opened_at,
        "queue": status.queue,
        "priority": status.priority,
        "severity": status.severity,
        "flagged": status.flagged,
        "reach": status.reach,
        "reports": status.reports,
        "claimed_by": status.claimed_by,
        "claimed_until": status.claimed_until,
        "decided_at": status.decided_at,
        "decided_by": status.decided_by,
        "decision_id": status.decision_id,
        "previous": status.previous,
    }


def _status(row: sa.Row[Any]) -> CaseStatus:
    return CaseStatus(
        id=CaseId(row.id),
        subject=subject_of(row),
        opened_at=row.opened_at,
        previous=None if row.previous is None else CaseId(row.previous),
        reach=row.reach,
        state=CaseState(row.state),
        version=row.version,
        queue=row.queue,
        priority=row.priority,
        severity=row.severity,
        flagged=row.flagged,
        reports=row.reports,
        claimed_by=None if row.claimed_by is None else StaffName(row.claimed_by),
        claimed_until=row.claimed_until,
        decided_at=row.decided_at,
        decided_by=None if row.decided_by is None else StaffName(row.decided_by),
        decision_id=None if row.decision_id is None else DecisionId(row.decision_id),
    )


def _recommendation(row: sa.Row[Any]) -> Recommendation:
    return Recommendation(
        policy=PolicyRef(policy=PolicyId(row.policy), version=row.version, content_hash=row.content_hash),
        clause=ClauseId(row.clause),
        rule=row.rule,
        queue=row.queue,
        priority=row.priority,
        severity=row.severity,
        terms=msgspec.json.decode(row.terms, type=tuple[Term, ...]),
        unknown=row.unknown,
    )


def _report(row: sa.Row[Any]) -> Report:
    return Report(
        id=ReportId(row.id),
        subject=subject_of(row),
        reporter_class=ReporterClass(row.reporter_class),
        reporter=row.reporter,
        clause=None if row.clause is None else ClauseId(row.clause),
        text=row.text,
        received_at=row.received_at,
    )
