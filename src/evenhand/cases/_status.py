"""The present of a case, folded from its events. `event.at` is the only clock, so a replay is exact."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from evenhand.errors import VerificationError
from evenhand.vocabulary import CaseId, DecisionId, StaffName, Subject

from ._events import (
    CaseEvent,
    CaseOpened,
    Claimed,
    Decided,
    FirstOpinionGiven,
    RecommendationJoined,
    Released,
    ReportJoined,
    Revised,
)

REPORTED_QUEUE = "reports"
REPORTED_PRIORITY = 3
LAST_PRIORITY = 5


class CaseState(StrEnum):
    """Where a case stands. Stored by value: a renamed member needs a migration."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatus:
    """A case as it is now.

    Attributes:
        id: Its name.
        subject: What it is about.
        state: Open, in review, decided.
        version: How many events it has: what a write compares and swaps on.
        opened_at: When it was opened.
        queue: Where it waits: that of its first recommendation by priority, or `reports`.
        priority: 1 (first) to 5 (last): the foremost that any of its recommendations asks for.
        severity: 1 (least) to 5 (gravest) of the clauses recommended; 0 where no rule spoke.
        reach: People the item had reached when the case was opened.
        flagged: Whether a trusted flagger or an authority reported it.
        reports: How many reports joined.
        claimed_by: Who reviews it.
        claimed_until: Until when the claim holds.
        decided_at: When it was decided.
        decided_by: Who decided.
        decision_id: The decision.
        previous: The subject's last decided case.
    """

    id: CaseId
    subject: Subject
    opened_at: datetime
    previous: CaseId | None
    reach: int
    state: CaseState = CaseState.OPEN
    version: int = 1
    queue: str = REPORTED_QUEUE
    priority: int = LAST_PRIORITY
    severity: int = 0
    flagged: bool = False
    reports: int = 0
    claimed_by: StaffName | None = None
    claimed_until: datetime | None = None
    decided_at: datetime | None = None
    decided_by: StaffName | None = None
    decision_id: DecisionId | None = None


def queue_key(status: CaseStatus) -> tuple[int, int, bool, int, datetime]:
    """The order of a queue: its declared inputs and nothing else; never who asked.

    Priority as the policy states it, then severity, trusted-flagger class, reach, age.
    """
    return (status.priority, -status.severity, not status.flagged, -status.reach, status.opened_at)


def fold(case_id: CaseId, events: Iterable[CaseEvent]) -> CaseStatus:
    """The state that a case's events give.

    Raises:
        VerificationError: The first event does not open the case, or one follows that cannot.
    """
    status: CaseStatus | None = None
    for event in events:
        status = opened(case_id, event) if status is None else advance(status, event)
    if status is None:
        raise VerificationError(f"case {case_id} has no events")
    return status


def opened(case_id: CaseId, event: CaseEvent) -> CaseStatus:
    """The state after the event that opens a case."""
    if not isinstance(event, CaseOpened):
        raise VerificationError(f"case {case_id} begins with {type(event).__name__}, expected CaseOpened")
    return CaseStatus(
        id=case_id,
        subject=event.subject,
        opened_at=event.at,
        previous=event.previous,
        reach=event.reach,
    )


def advance(status: CaseStatus, event: CaseEvent) -> CaseStatus:
    """Fold one event into a case.

    Raises:
        VerificationError: The case is opened twice, or goes on after its decision.
    """
    if status.state is CaseState.DECIDED:
        raise VerificationError(f"case {status.id} was decided, and {type(event).__name__} follows")
    status = replace(status, version=status.version + 1)
    match event:
        case CaseOpened():
            raise VerificationError(f"case {status.id} is opened twice")
        case RecommendationJoined():
            return _recommended(status, event)
        case ReportJoined():
            return _reported(status, event)
        case Claimed(by=by, until=until):
            return replace(status, state=CaseState.IN_REVIEW, claimed_by=by, claimed_until=until)
        case Released():
            return replace(status, state=CaseState.OPEN, claimed_by=None, claimed_until=None)
        case Revised() | FirstOpinionGiven():
            return status
        case Decided(at=at, by=by, decision=decision):
            return replace(
                status,
                state=CaseState.DECIDED,
                decided_at=at,
                decided_by=by,
                decision_id=decision,
                claimed_by=None,
                claimed_until=None,
            )
        case _:
            assert_never(event)


def _recommended(status: CaseStatus, event: RecommendationJoined) -> CaseStatus:
    """The foremost priority decides the queue; among equals the one that came first keeps it."""
    foremost = status.severity == 0 or event.priority < status.priority
    return replace(
        status,
        queue=event.queue if foremost else status.queue,
        priority=min(status.priority, event.priority),
        severity=max(status.severity, event.severity),
    )


def _reported(status: CaseStatus, event: ReportJoined) -> CaseStatus:
    return replace(
        status,
        priority=min(status.priority, REPORTED_PRIORITY),
        flagged=status.flagged or event.flagged,
        reports=status.reports + 1,
    )
