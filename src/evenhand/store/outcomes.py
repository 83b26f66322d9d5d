"""What came of the items that cases were about."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from evenhand.cases import CaseState
from evenhand.detect.term_statistics import Reviewed

from ._schema import cases, decisions, findings, items

_AT_ONCE: Final = 1000


def reviewed(tx: sa.Connection) -> Iterator[list[Reviewed]]:
    """The texts that cases are and were about, in chunks, in order of arrival.

    A subject that was decided several times stands here once, with its last decision and the revision that
    was the newest then; if a case about it is open, it stands here once more, with its newest revision.
    """
    rows = iter(tx.execute(_REVIEWED).partitions(_AT_ONCE))
    for some in rows:
        seen = _seen(tx, [row.seq for row in some])
        yield [_reviewed(row, seen.get(row.seq, frozenset())) for row in some]


def _reviewed(row: sa.Row[Any], seen: frozenset[str]) -> Reviewed:
    upheld = None if row.state != CaseState.DECIDED else row.clause is not None
    return Reviewed(text=row.text, upheld=upheld, seen=seen)


def _seen(tx: sa.Connection, seqs: list[int]) -> dict[int, frozenset[str]]:
    """Per arrival number the signals that were findings."""
    query = sa.select(findings.c.seq, findings.c.signal).where(findings.c.seq.in_(seqs))
    found: dict[int, set[str]] = {}
    for seq, signal in tx.execute(query):
        found.setdefault(seq, set()).add(signal)
    return {seq: frozenset(signals) for seq, signals in found.items()}


def _last_cases() -> sa.Subquery:
    """Each case, ranked among the decided ones of its subject, or among the open ones; 1 is the last."""
    subject = (cases.c.subject_kind, cases.c.subject_source, cases.c.subject_id)
    decided = cases.c.state == CaseState.DECIDED
    rank = sa.func.row_number().over(
        partition_by=(*subject, decided), order_by=(cases.c.decided_at.desc(), cases.c.id)
    )
    return sa.select(cases, rank.label("rank")).subquery()


def _query() -> sa.Select[Any]:
    last = _last_cases()
    judged = (  # what the reviewer had before them: the newest revision, or the newest at the decision
        sa.select(sa.func.max(items.c.seq))
        .where(items.c.source == last.c.subject_source, items.c.id == last.c.subject_id)
        .where(sa.or_(last.c.decided_at.is_(None), items.c.scanned_at <= last.c.decided_at))
        .correlate(last)
        .scalar_subquery()
    )
    return (
        sa.select(items.c.seq, items.c.text, last.c.state, decisions.c.clause)
        .select_from(last)
        .join(items, items.c.seq == judged)
        .outerjoin(decisions, decisions.c.case_id == last.c.id)
        .where(last.c.rank == 1)
        .order_by(items.c.seq, last.c.state)
    )


_REVIEWED: Final = _query()
