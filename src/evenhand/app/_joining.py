"""Surfaced items become cases: a new one, or a part of the one that is open about them.

A revision of an item that a case is open about joins it too, whether or not a rule speaks about it: what the
reviewer sees, decides on and tells is the newest text.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa

from evenhand.cases import (
    CaseEvent,
    CaseOpened,
    CaseState,
    CaseStatus,
    RecommendationJoined,
    Revised,
    advance,
    opened,
    to_groups,
    type_of,
)
from evenhand.detect import Seen
from evenhand.intake import Key
from evenhand.ledger import LARGEST
from evenhand.store import cases, events
from evenhand.vocabulary import CaseId, Finding, PostedItem, Recommendation, Subject

from ._app import App
from ._chunks import Prepared, full_rows
from ._tools import Examined, Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An accepted item that a case may be about.

    Attributes:
        item: What came in.
        account_hash: Of its account, signed, as rows hold it.
        findings: What detectors saw in it; empty where no rule spoke.
        recommendations: What the rules say; empty for a revision that no rule speaks about.
        seen: All that detectors say of it.
    """

    item: PostedItem
    account_hash: int
    seen: Seen
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What was brought into cases.

    Attributes:
        arrived: The items that a case is about now, in order of arrival.
        recommendations: Case, arrival number of the item, and what a rule said.
        seen: Case, arrival number of the item that it is about now, and what detectors say of that.
    """

    arrived: Sequence[Arrived]
    recommendations: Sequence[tuple[CaseId, int, Recommendation]]
    seen: Sequence[tuple[CaseId, int, Seen]]


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

    def has_open(self, subject: Subject) -> bool:
        """Whether a case about a subject is open, one of this transaction included."""
        status = self._current.get(subject)
        return subject in self._drafts or (status is not None and status.state is not CaseState.DECIDED)

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


def arrivals(
    chunk: Prepared,
    examined: Examined,
    numbers: Mapping[int, int],
    watched: Collection[Key],
    tools: Tools,
    scanned_at: datetime,
) -> list[Arrived]:
    """The accepted items of a chunk that a case may be about, in order of arrival.

    Args:
        chunk: The items.
        examined: What detectors and rules say about them.
        numbers: Accepted row -> arrival number.
        watched: Names of items that a case is open about, or will be within the chunk.
        tools: The detectors, for those among them that no rule speaks about.
        scanned_at: When the scan began.
    """
    surfaced = {one.row: one for one in examined.surfaced if one.row in numbers}
    rows = sorted({*surfaced, *(row for row in numbers if watched and chunk.keys[row] in watched)})
    posted = full_rows(chunk, [(row, numbers[row]) for row in rows], scanned_at)
    signed = chunk.accounts.view(np.int64)
    seen = {row: one.seen for row, one in surfaced.items()}
    others = [row for row in rows if row not in surfaced]
    if others:
        seen |= zip(others, tools.see(chunk.items.take(others)), strict=True)
    return [
        Arrived(
            item=item,
            account_hash=int(signed[row]),
            seen=seen[row],
            findings=surfaced[row].findings if row in surfaced else (),
            recommendations=surfaced[row].recommendations if row in surfaced else (),
        )
        for row, item in zip(rows, posted, strict=True)
    ]


def join(docket: Docket, arrived: Sequence[Arrived], now: datetime) -> Joined:
    """Bring items into cases: a new one where a rule speaks and none is open, else the open one."""
    kept: list[Arrived] = []
    rows: list[tuple[CaseId, int, Recommendation]] = []
    seen: list[tuple[CaseId, int, Seen]] = []
    for one in arrived:
        item, revised = one.item, docket.has_open(one.item.subject)
        if not (one.recommendations or revised):
            continue  # the row that opens the case comes later in the chunk
        kept.append(one)
        case_id = docket.case_about(item)
        seen.append((case_id, item.seq, one.seen))
        if revised:
            docket.add(item.subject, Revised(at=now, content_hash=item.content_hash))
        for recommendation in one.recommendations:
            docket.add(item.subject, RecommendationJoined.of(recommendation, now))
            rows.append((case_id, item.seq, recommendation))
    return Joined(arrived=kept, recommendations=rows, seen=seen)
