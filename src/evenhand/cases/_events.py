"""The events of a case. Each says when, and into which field group each of its fields is committed.

The groups decide who may later see or erase what: `facts` can be told to anybody concerned, `person` and
`content` go when an account is erased, `reporter` is never shown to the author, `internal` is for staff.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec

from evenhand.errors import VerificationError
from evenhand.vocabulary import (
    Action,
    CaseId,
    ClauseId,
    DecisionId,
    NoticeId,
    Recommendation,
    Report,
    ReporterClass,
    StaffName,
    Subject,
)

_FLAGGERS = frozenset({ReporterClass.TRUSTED_FLAGGER, ReporterClass.AUTHORITY})

Group = Literal["facts", "person", "reporter", "content", "contact", "internal"]
Groups = Mapping[str, Mapping[str, Any]]
"""Field group -> JSON object. Scores are strings, so that the canonical form is the same everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A finding or a report opened the case.

    Attributes:
        subject: What it is about.
        previous: The subject's last decided case, where there is one.
        content_hash: Of the content it was opened on, in hex.
        reach: People the item had reached by then, at most `ledger.LARGEST`; 0 where unknown.
    """

    GROUPS: ClassVar[Mapping[str, Group]] = {
        "subject": "facts",
        "previous": "facts",
        "content_hash": "content",
        "reach": "facts",
    }

    at: datetime
    subject: Subject
    content_hash: str = ""
    previous: CaseId | None = None
    reach: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A later revision of the subject came in while the case was open; from now on the case is about it.

    Attributes:
        content_hash: Of the new content, in hex.
    """

    GROUPS: ClassVar[Mapping[str, Group]] = {"content_hash": "content"}

    at: datetime
    content_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationJoined:
    """A rule of a policy version spoke about the subject."""

    GROUPS: ClassVar[Mapping[str, Group]] = {
        "policy": "facts",
        "version": "facts",
        "policy_hash": "facts",
        "clause": "facts",
        "rule": "facts",
        "queue": "facts",
        "priority": "facts",
        "severity": "facts",
    }

    at: datetime
    policy: str
    version: str
    policy_hash: str
    clause: ClauseId
    rule: str
    queue: str
    priority: int
    severity: int

    @classmethod
    def of(cls, recommendation: Recommendation, at: datetime) -> "RecommendationJoined":
        """The event that records `recommendation`."""
        return cls(
            at=at,
            policy=recommendation.policy.policy,
            version=recommendation.policy.version,
            policy_hash=recommendation.policy.content_hash,
            clause=recommendation.clause,
            rule=recommendation.rule,
            queue=recommendation.queue,
            priority=recommendation.priority,
            severity=recommendation.severity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJoined:
    """Somebody reported the subject. Who, why and of which class only staff may know.

    Attributes:
        flagged: It came from a trusted flagger or an authority, which orders the queue.
    """

    GROUPS: ClassVar[Mapping[str, Group]] = {
        "report": "reporter",
        "reporter": "reporter",
        "reporter_class": "reporter",
        "clause": "reporter",
        "text": "reporter",
        "flagged": "facts",
    }

    at: datetime
    flagged: bool
    reporter_class: str = ""
    clause: ClauseId | None = None
    report: str = ""
    reporter: str | None = None
    text: str = ""

    @classmethod
    def of(cls, report: Report) -> "ReportJoined":
        """The event that records `report`."""
        return cls(
            at=report.received_at,
            flagged=report.reporter_class in _FLAGGERS,
            report=report.id,
            reporter_class=report.reporter_class.value,
            reporter=report.reporter,
            clause=report.clause,
            text=report.text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A reviewer took the case, until a stated time."""

    GROUPS: ClassVar[Mapping[str, Group]] = {"by": "internal", "until": "internal"}

    at: datetime
    by: StaffName
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The reviewer gave the case back."""

    GROUPS: ClassVar[Mapping[str, Group]] = {"by": "internal"}

    at: datetime
    by: StaffName


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOpinionGiven:
    """The first judgement of a reviewer: a clause, or None for "no violation"."""

    GROUPS: ClassVar[Mapping[str, Group]] = {"by": "internal", "clause": "internal", "blind": "facts"}

    at: datetime
    by: StaffName
    clause: ClauseId | None
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decision that closes the case. Its reasons are in the notice, whose hashes stand here.

    Attributes:
        notice_sha256: Of the notice's record, in hex.
        notice_text_sha256: Of the text that the person reads, in UTF-8, in hex.
    """

    GROUPS: ClassVar[Mapping[str, Group]] = {
        "decision": "facts",
        "clause": "facts",
        "action": "facts",
        "policy": "facts",
        "version": "facts",
        "policy_hash": "facts",
        "automated": "facts",
        "notice": "facts",
        "notice_sha256": "facts",
        "notice_text_sha256": "facts",
        "by": "internal",
        "reason": "person",
    }

    at: datetime
    decision: DecisionId
    clause: ClauseId | None
    action: Action
    policy: str | None
    version: str | None
    policy_hash: str | None
    automated: bool
    notice: NoticeId
    notice_sha256: str
    notice_text_sha256: str
    by: StaffName
    reason: str = ""


CaseEvent = (
    CaseOpened
    | Revised
    | RecommendationJoined
    | ReportJoined
    | Claimed
    | Released
    | FirstOpinionGiven
    | Decided
)

_TYPES: Mapping[str, type[CaseEvent]] = {
    "case.opened": CaseOpened,
    "case.revised": Revised,
    "case.recommendation_joined": RecommendationJoined,
    "case.report_joined": ReportJoined,
    "case.claimed": Claimed,
    "case.released": Released,
    "case.first_opinion_given": FirstOpinionGiven,
    "case.decided": Decided,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}


def type_of(event: CaseEvent) -> str:
    """The event's type as the log names it: `case.opened`."""
    return _NAMES[type(event)]


def to_groups(event: CaseEvent) -> Groups:
    """The event's fields, each in the group that it is committed in. `at` stands in the leaf and the row."""
    groups: dict[str, dict[str, Any]] = {}
    for field in fields(event):
        if field.name != "at":
            value = msgspec.to_builtins(getattr(event, field.name))
            groups.setdefault(event.GROUPS[field.name], {})[field.name] = value
    return groups


def from_groups(type_name: str, at: datetime, groups: Groups) -> CaseEvent:
    """The event again. A group that was erased is left out; its fields then hold their defaults.

    Raises:
        VerificationError: There is no such type of event, or its fields are not those of the type.
    """
    values = {name: value for group in groups.values() for name, value in group.items()}
    kind = _TYPES.get(type_name)
    if kind is None:
        raise VerificationError(f"there are no events of type {type_name!r}; expected {', '.join(_TYPES)}")
    try:
        return msgspec.convert({**values, "at": at}, type=kind)
    except msgspec.ValidationError as error:
        raise VerificationError(f"an event is no {type_name}: {error}") from error
