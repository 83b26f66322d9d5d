"""What was decided about which words: the last decision of each subject, and the revision that it judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from evenhand.vocabulary import CaseId, ClauseId, DecisionId, PolicyId, PolicyRef, PostedItem, Subject

from ._schema import cases, decisions, event_groups, events, findings, items, recommendations, reports
from .cases import subject_of
from .events import as_bytes
from .items import posted

_AT_ONCE: Final = 500
_SAYS_CONTENT: Final = ("case.opened", "case.revised")
_TAKEN: Final = ("id", "case_id", "clause", "action", "policy", "version", "content_hash", "decided_at")
_DECISIONS: Final = (
    sa.select(
        cases.c.subject_kind,
        cases.c.subject_source,
        cases.c.subject_id,
        *(decisions.c[name] for name in _TAKEN),
    )
    .join_from(cases, decisions, decisions.c.case_id == cases.c.id)
    .order_by(cases.c.subject_source, cases.c.subject_id, cases.c.subject_kind)
    .execution_options(yield_per=_AT_ONCE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """The decision that holds about a subject. Who took it is not in here.

    Attributes:
        case_id: The case it closed.
        decision_id: Its name.
        subject: What it is about.
        clause: The clause that is broken; None where nothing is.
        action: What it orders.
        policy: The policy version it rests on; None where nothing is broken and no rule had spoken.
        at: When it was taken.
        decisions: How many were taken about the subject, this one included.
    """

    case_id: CaseId
    decision_id: DecisionId
    subject: Subject
    clause: ClauseId | None
    action: str
    policy: PolicyRef | None
    at: datetime
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The revision that a decision judged, and how it had come to review.

    Attributes:
        item: Its full row.
        account_hash: Of its account, signed, as rows hold it.
        detectors: Name and version of each detector that had a finding in it, in order.
        surfaced: Whether a rule had brought the case to review.
        reported: Whether somebody had reported it.
    """

    item: PostedItem
    account_hash: int
    detectors: tuple[tuple[str, str], ...]
    surfaced: bool
    reported: bool


def last_decisions(tx: sa.Connection) -> Iterator[list[LastDecision]]:
    """The last decision about each subject, in the order of source and id, some hundreds at a time.

    Reads along an index and holds no more than it gives.
    """
    some: list[LastDecision] = []
    for _, rows in groupby(tx.execute(_DECISIONS), key=subject_of):
        some.append(_last(list(rows)))
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def judged_by(tx: sa.Connection, taken: Sequence[LastDecision]) -> dict[CaseId, Judged]:
    """What each decision judged; one whose content was erased is left out.

    Which revision that was is what the case's events say: the content that it was opened on, or the last one
    that joined it.
    """
    ids = [one.case_id for one in taken]
    contents = _contents(tx, ids)
    rows = _rows(tx, [one.subject for one in taken])
    found = {
        one.case_id: row
        for one in taken
        if (row := rows.get((one.subject.source, one.subject.id, contents.get(one.case_id, "")))) is not None
    }
    seen = _detectors(tx, [row.seq for row in found.values()])
    surfaced, reported = (_having(tx, table, ids) for table in (recommendations, reports))
    return {
        case_id: Judged(
            item=posted(row),
            account_hash=row.account_hash,
            detectors=tuple(sorted(seen.get(row.seq, ()))),
            surfaced=case_id in surfaced,
            reported=case_id in reported,
        )
        for case_id, row in found.items()
    }


def _last(rows: Sequence[sa.Row[Any]]) -> LastDecision:
    """The newest of the decisions about one subject."""
    row = max(rows, key=lambda one: (one.decided_at, one.id))
    policy = row.policy and PolicyRef(
        policy=PolicyId(row.policy), version=row.version, content_hash=row.content_hash
    )
    return LastDecision(
        case_id=CaseId(row.case_id),
        decision_id=DecisionId(row.id),
        subject=subject_of(row),
        clause=None if row.clause is None else ClauseId(row.clause),
        action=row.action,
        policy=policy or None,
        at=row.decided_at,
        decisions=len(rows),
    )


def _contents(tx: sa.Connection, case_ids: Sequence[str]) -> dict[str, str]:
    """Per case the hash of the content that it is about at its end; none where that was erased."""
    query = (
        sa.select(events.c.stream, event_groups.c.payload)
        .join(
            event_groups,
            sa.and_(event_groups.c.stream == events.c.stream, event_groups.c.seq == events.c.seq),
        )
        .where(events.c.stream.in_([f"case:{case_id}" for case_id in case_ids]))
        .where(events.c.type.in_(_SAYS_CONTENT), event_groups.c.name == "content")
        .order_by(events.c.stream, events.c.seq)
    )
    found: dict[str, str] = {}
    for stream, payload in tx.execute(query):
        fields = msgspec.json.decode(as_bytes(payload) or b"{}", type=dict[str, str])
        found[stream.removeprefix("case:")] = fields.get("content_hash", "")
    return found


def _rows(tx: sa.Connection, subjects: Sequence[Subject]) -> dict[tuple[str, str, str], sa.Row[Any]]:
    """Full rows with a text by source, id and content hash; of two with the same content the later one."""
    names = [(one.source, one.id) for one in subjects]
    query = sa.select(items).where(sa.tuple_(items.c.source, items.c.id).in_(names))
    query = query.where(items.c.text.is_not(None)).order_by(items.c.seq)
    return {(row.source, row.id, row.content_hash): row for row in tx.execute(query)}


def _detectors(tx: sa.Connection, seqs: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    query = sa.select(findings.c.seq, findings.c.detector, findings.c.version)
    found: dict[int, set[tuple[str, str]]] = {}
    for seq, detector, version in tx.execute(query.where(findings.c.seq.in_(seqs)).distinct()):
        found.setdefault(seq, set()).add((detector, version))
    return found


def _having(tx: sa.Connection, table: sa.Table, case_ids: Sequence[str]) -> set[str]:
    """Those of some cases that have a row in a table."""
    query = sa.select(table.c.case_id).where(table.c.case_id.in_(case_ids)).distinct()
    return set(tx.execute(query).scalars())
