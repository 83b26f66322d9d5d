"""Surfaced items become cases: a new one, or a part of the one that is open about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from evenhand.cases import (
    CaseEvent,
    CaseOpened,
    CaseState,
    CaseStatus,
    RecommendationJoined,
    advance,
    opened,
    to_groups,
    type_of,
)
from evenhand.ledger import LARGEST
from evenhand.store import cases, events
from evenhand.vocabulary import CaseId, PostedItem, Recommendation, Subject

from ._app import App


@dataclass(slots=True)
class _Draft:
    """A case under way in one transaction."""

    status: CaseStatus
    seen: int | None  # the version it was read at; None for a new case


class Docket:
    """The cases that one transaction opens or adds to; written once, at its end."""

    def __init__(self, app: App, tx: sa.Connection, now: datetime, subjects: Sequence[Subject]) -> None:
        self._app = app
        self._tx = tx
        self._now = now
        self._current = cases.about(tx, subjects)
        self._drafts: dict[Subject, _Draft] = {}
        self._events: list[events.Event] = []
        self.opened = 0
        self.joined = 0

    def case_about(self, item: PostedItem) -> CaseId:
        """The open case about an item; a new one, which links to the last decided one, where none is open."""
        subject = item.subject
        draft = self._drafts.get(subject)
        if draft is None:
            draft = self._drafts[subject] = self._found(subject) or self._opened(subject, item)
        return draft.status.id

    def add(self, subject: Subject, event: CaseEvent) -> None:
        """Append an event to the case about a subject."""
        draft = self._drafts[subject]
        draft.status = advance(draft.status, event)
        self._append(draft.status.id, event)

    def write(self) -> None:
        """Write events, their pending ledger entries and the cases."""
        events.append(self._tx, self._events, self._app.entropy)
        cases.insert(self._tx, [draft.status for draft in self._drafts.values() if draft.seen is None])
        for draft in self._drafts.values():
            if draft.seen is not None:
                cases.swap(self._tx, draft.status, seen=draft.seen)

    def _found(self, subject: Subject) -> _Draft | None:
        status = self._current.get(subject)
        if status is None or status.state is CaseState.DECIDED:
            return None
        self.joined += 1
        return _Draft(status, seen=status.version)

    def _opened(self, subject: Subject, item: PostedItem) -> _Draft:
        before = self._current.get(subject)
        event = CaseOpened(
            at=self._now,
            subject=subject,
            content_hash=item.content_hash,
            previous=before.id if before else None,
            reach=min(item.reach or 0, LARGEST),
        )
        status = opened(CaseId(self._app.new_id("c")), event)
        self._append(status.id, event)
        self.opened += 1
        return _Draft(status, seen=None)

    def _append(self, case_id: CaseId, event: CaseEvent) -> None:
        self._events.append(stream_event(case_id, event))


def stream_event(case_id: CaseId, event: CaseEvent) -> events.Event:
    """A case's event as the store appends it."""
    return events.Event(stream=f"case:{case_id}", type=type_of(event), at=event.at, groups=to_groups(event))


def join_recommendations(
    docket: Docket, spoken: Sequence[tuple[PostedItem, Sequence[Recommendation]]], now: datetime
) -> list[tuple[CaseId, int, Recommendation]]:
    """Bring what the rules said into cases; gives case, arrival number of the item and recommendation."""
    rows: list[tuple[CaseId, int, Recommendation]] = []
    for item, recommendations in spoken:
        case_id = docket.case_about(item)
        for recommendation in recommendations:
            docket.add(item.subject, RecommendationJoined.of(recommendation, now))
            rows.append((case_id, item.seq, recommendation))
    return rows
