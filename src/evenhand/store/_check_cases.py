"""Cases: every row about one is what its events say, field by field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice

import sqlalchemy as sa

from evenhand.cases import (
    CaseEvent,
    CaseOpened,
    CaseStatus,
    RecommendationJoined,
    ReportJoined,
    Revised,
    fold,
    from_groups,
)
from evenhand.vocabulary import Subject

from ._check_cells import Faults, Record, grouped, guarded
from ._check_events import CASE, ERASED_WITH_ACCOUNT, Happened, histories
from ._schema import cases, decisions, findings, items, recommendations, reports, streams

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A case as its events tell it.

    Attributes:
        status: What they fold to.
        events: What happened.
        erased: The groups of its last event that were erased.
        forgotten: Whether groups of any of them were erased with the subject's account.
    """

    status: CaseStatus
    events: Sequence[CaseEvent]
    erased: frozenset[str]
    forgotten: bool


def followed(tx: sa.Connection) -> Iterator[list[tuple[str, Callable[[], Followed]]]]:
    """Batches of cases by name; asking what a case's events tell raises where they tell nothing."""
    known = histories(tx, CASE)
    while batch := list(islice(known, _BATCH)):
        yield [
            (name.removeprefix(CASE), partial(_follow, name.removeprefix(CASE), happened))
            for name, happened in batch
        ]


def projections(tx: sa.Connection) -> Faults:
    """Every stream of a case has its case, reports and recommendations, and no such row is without one."""
    for batch in followed(tx):
        names = [name for name, _ in batch]
        rows = grouped(tx, cases, cases.c.id, names)
        joined = grouped(tx, recommendations, recommendations.c.case_id, names)
        reported = grouped(tx, reports, reports.c.case_id, names)
        for name, follow in batch:
            found = partial(_case, follow, rows[name], joined[name], reported[name])
            yield from guarded(f"case {name}", found)
    for table, column in (
        (cases, cases.c.id),
        (recommendations, recommendations.c.case_id),
        (reports, reports.c.case_id),
        (decisions, decisions.c.case_id),
    ):
        case_id = sa.func.substr(streams.c.name, len(CASE) + 1)
        told = sa.select(case_id).where(streams.c.name.startswith(CASE))
        lone = sa.select(column).where(column.not_in(told)).distinct().limit(5)
        orphans = tx.execute(lone).scalars().all()
        if orphans:
            yield f"{table.name} belong to no case: {', '.join(map(str, orphans))}"


def surfaced(tx: sa.Connection) -> Faults:
    """Whatever was surfaced has its full row, of the case's subject; findings are about full rows."""
    for table in (recommendations, findings):
        lone = table.c.seq.not_in(sa.select(items.c.seq))
        if number := tx.execute(sa.select(sa.func.count()).select_from(table).where(lone)).scalar_one():
            yield f"{number} {table.name} are about items without a full row"
    others = (
        sa.select(recommendations.c.id)
        .join(cases, cases.c.id == recommendations.c.case_id)
        .join(items, items.c.seq == recommendations.c.seq)
        .where(sa.or_(items.c.source != cases.c.subject_source, items.c.id != cases.c.subject_id))
    )
    for name in tx.execute(others.limit(5)).scalars():
        yield f"recommendation {name} is about another item than its case"
    for batch in followed(tx):
        yield from _subjects(tx, batch)


def subject_columns(subject: Subject) -> Mapping[str, str]:
    """A subject as the three columns of a row."""
    return {"subject_kind": subject.kind, "subject_source": subject.source, "subject_id": subject.id}


def differences(record: Record, expected: Mapping[str, object]) -> list[str]:
    """The columns in which a row is not what is expected."""
    return [name for name, value in expected.items() if getattr(record, name) != value]


def _follow(case_id: str, happened: Sequence[Happened]) -> Followed:
    told = [from_groups(one.row.type, one.row.at, one.groups) for one in happened]
    status = fold(case_id, told)  # type: ignore[arg-type]  # a name read from a stream's
    forgotten = any(one.erased & ERASED_WITH_ACCOUNT for one in happened)
    return Followed(status=status, events=told, erased=happened[-1].erased, forgotten=forgotten)


def _case(
    follow: Callable[[], Followed],
    rows: Sequence[Record],
    joined: Sequence[Record],
    reported: Sequence[Record],
) -> Faults:
    case = follow()
    status = case.status
    expected = {one.name: getattr(status, one.name) for one in fields(status) if one.name != "subject"}
    if not rows:
        yield f"case {status.id} has events and no row"
    for row in rows:
        if wrong := differences(row, {**expected, **subject_columns(status.subject)}):
            yield f"case {status.id} is not what its events fold to: {', '.join(wrong)}"
    said = [_recommended(event) for event in case.events if isinstance(event, RecommendationJoined)]
    yield from _same(f"recommendations of case {status.id}", sorted(joined, key=lambda row: row.id), said)
    told = [event for event in case.events if isinstance(event, ReportJoined)]
    yield from _reports(f"reports of case {status.id}", reported, told, status)


def _reports(what: str, rows: Sequence[Record], told: Sequence[ReportJoined], status: CaseStatus) -> Faults:
    """Reports are as told; of one whose reporter was erased only the time is left to compare."""
    known = {event.report for event in told if event.report}
    named = [_reported(event, status) for event in told if event.report]
    named.sort(key=lambda values: str(values["id"]))
    yield from _same(what, [row for row in rows if row.id in known], named)
    erased = sorted(event.at for event in told if not event.report)
    others = sorted((row for row in rows if row.id not in known), key=lambda row: row.received_at)
    if [row.received_at for row in others] != erased:
        yield f"{what}: {len(others)} are told by no event, {len(erased)} had their reporter erased"
    for row in others:
        if row.reporter is not None or differences(row, subject_columns(status.subject)):
            yield f"{what}: {row.id} is not one whose reporter was erased"


def _same(what: str, rows: Sequence[Record], expected: Sequence[Mapping[str, object]]) -> Faults:
    if len(rows) != len(expected):
        yield f"there are {len(rows)} {what}, its events tell of {len(expected)}"
        return
    for row, values in zip(rows, expected, strict=True):
        if wrong := differences(row, values):
            yield f"{what}: {row.id} is not what its event says: {', '.join(wrong)}"


def _recommended(event: RecommendationJoined) -> Mapping[str, object]:
    same = ("policy", "version", "clause", "rule", "queue", "priority", "severity")
    return {**{name: getattr(event, name) for name in same}, "content_hash": event.policy_hash}


def _reported(event: ReportJoined, status: CaseStatus) -> Mapping[str, object]:
    return {
        "id": event.report,
        **subject_columns(status.subject),
        "reporter_class": event.reporter_class,
        "reporter": event.reporter,
        "clause": event.clause,
        "text": event.text,
        "received_at": event.at,
    }


def _subjects(tx: sa.Connection, batch: Sequence[tuple[str, Callable[[], Followed]]]) -> Faults:
    """What a case was opened and revised with stands in the full rows of its subject."""
    told: list[Followed] = []
    for name, follow in batch:
        read = guarded(f"case {name}", partial(_collect, follow, told))
        list(read)  # `projections` tells of one that cannot be read
    kept: dict[tuple[str, str], set[str]] = {}
    emptied: set[tuple[str, str]] = set()
    ids = {case.status.subject.id for case in told}
    for row in (row for rows in grouped(tx, items, items.c.id, ids).values() for row in rows):
        kept.setdefault((row.source, row.id), set()).add(row.content_hash)
        if row.text is None:
            emptied.add((row.source, row.id))
    for case in told:
        subject = case.status.subject
        hashes = {
            event.content_hash
            for event in case.events
            if isinstance(event, CaseOpened | Revised) and event.content_hash
        }
        if hashes - kept.get((subject.source, subject.id), set()):
            yield f"case {case.status.id} was opened or revised with content that no full row has"
        if case.forgotten and (subject.source, subject.id) not in emptied:
            yield f"case {case.status.id} was erased, and no full row of its subject was"


def _collect(follow: Callable[[], Followed], told: list[Followed]) -> Iterator[str]:
    told.append(follow())
    yield from ()
