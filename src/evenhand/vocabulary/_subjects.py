"""What a case is about, who reports, and what a decision orders."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evenhand.errors import BadInput

from ._findings import PolicyRef
from ._ids import CaseId, ClauseId, DecisionId, EffectId, NoticeId, ReportId, Sequence, StaffName

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)  # RFC 3986, 3.1, with an authority


class SubjectKind(StrEnum):
    """What a case can be about. Stored by value: a renamed member needs a migration."""

    ITEM = "item"
    ACCOUNT = "account"
    AD = "ad"
    PAGE = "page"
    NETWORK = "network"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """What a case is about; at most one case is open per subject.

    Attributes:
        kind: An item, an account, ...
        source: Where its id is unique: the `source` column of the item. Holds no slash, see `check_source`.
        id: Its id there; may hold anything.
    """

    kind: SubjectKind
    source: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.source}/{self.id}"

    @classmethod
    def parse(cls, text: str, *, default_source: str = "default") -> "Subject":
        """Read `item:SOURCE/ID`, or an item's bare `SOURCE/ID` or `ID`.

        An address (`https://...`, `at://...`) is an id as a whole. Another id that holds a slash needs its
        source before it.

        Raises:
            BadInput: The kind before the colon is none of ours, or there is no id.
        """
        head, colon, rest = text.partition(":")
        whole = bool(colon) and head in SubjectKind.__members__.values()
        kind, rest = (SubjectKind(head), rest) if whole else (SubjectKind.ITEM, text)
        source, slash, name = rest.partition("/")
        if not slash or (not whole and _ADDRESS.match(text)):
            source, name = default_source, rest
        if not name:
            raise BadInput(
                f"{text!r} names no subject", mend="write item:SOURCE/ID, as `cases list` prints it"
            )
        return cls(kind=kind, source=source, id=name)

    @classmethod
    def of_item(cls, *, item_kind: str, source: str, id: str) -> "Subject":  # noqa: A002 - the contract's word
        """The subject that a posted item is: ads and pages are subjects of their own kind."""
        kind = SubjectKind(item_kind) if item_kind in {"ad", "page"} else SubjectKind.ITEM
        return cls(kind=kind, source=source, id=id)


def check_source(source: str) -> None:
    """Check that a source can be told from the id behind it in `item:SOURCE/ID`.

    Raises:
        BadInput: It is blank, or holds a slash.
    """
    if not source.strip():
        raise BadInput("the source is blank, expected a name", mend="leave it out, or say where ids are from")
    if "/" in source:
        raise BadInput(
            f"the source {source[:60]!r} holds a slash, which parts a source from an id",
            mend=f"write it with another character, such as {source[:60].replace('/', '.')!r}",
        )


class ReporterClass(StrEnum):
    """Who a report comes from. The class orders a queue; the person never does."""

    USER = "user"
    NO_ACCOUNT = "no_account"
    PERSON_AIMED_AT = "person_aimed_at"
    TRUSTED_FLAGGER = "trusted_flagger"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Somebody's word that a subject breaks a rule (DSA Art. 16). Confidential: never shown to the author.

    Attributes:
        id: The receipt that the reporter is given.
        subject: What it is about.
        reporter_class: Who it comes from, by class.
        reporter: The reporter's own handle or address; None where they gave none.
        clause: The clause alleged; None where they named none.
        text: What they wrote.
        received_at: When it came in.
    """

    id: ReportId
    subject: Subject
    reporter_class: ReporterClass
    reporter: str | None
    clause: ClauseId | None
    text: str
    received_at: datetime


class Action(StrEnum):
    """What a decision orders. Stored by value: a renamed member needs a migration."""

    NO_ACTION = "no_action"
    LABEL = "label"
    LIMIT = "limit"
    AGE_GATE = "age_gate"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reviewer chose.

    Attributes:
        clause: The clause broken; None means that nothing is.
        action: What is ordered; NO_ACTION where nothing is broken.
        reason: In the reviewer's words, for the person concerned.
    """

    clause: ClauseId | None
    action: Action
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who chose what, when, under which version of which policy.

    Attributes:
        id: Its name.
        case_id: The case it closes.
        subject: What it is about.
        verdict: What was chosen.
        policy: The version it was judged by; None where no clause is broken and no rule had spoken.
        first_opinion: The first judgement of whoever decided: a clause, or None for "no violation".
        blind: Whether that first judgement was given before history and contacts were shown.
        by: Who decided: a name in the staff register.
        at: When.
        automated: Whether it was taken without a person.
    """

    id: DecisionId
    case_id: CaseId
    subject: Subject
    verdict: Verdict
    policy: PolicyRef | None
    first_opinion: ClauseId | None
    blind: bool
    by: StaffName
    at: datetime
    automated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The delivery of an action to the platform.

    Attributes:
        id: Also the idempotency key.
        action: What to do.
        subject: To what.
        starts_at: From when.
        ends_at: Until when; None means without end.
        decision_id: The decision that ordered it.
        reverses: The effect that this one undoes.
    """

    id: EffectId
    action: Action
    subject: Subject
    starts_at: datetime
    ends_at: datetime | None
    decision_id: DecisionId
    reverses: EffectId | None = None


class Recipient(StrEnum):
    """Whom a notice speaks to."""

    AUTHOR = "author"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The statement of reasons (DSA Art. 17), as sent.

    Attributes:
        id: Its name; also the `sor_id` of the record.
        decision_id: The decision it tells.
        recipient: Whom it speaks to.
        language: BCP 47 tag of its text.
        text: What the person reads.
        record: The same as canonical JSON (RFC 8785), field by field.
        sha256: Of `record`, in hex.
        sent: Whether it goes out; a decision that restricts nothing is told to those who knew of the case.
    """

    id: NoticeId
    decision_id: DecisionId
    recipient: Recipient
    language: str
    text: str
    record: str
    sha256: str
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One name in the staff register.

    Attributes:
        name: How `--as` names them.
        pseudonym: How a notice names them.
        added_at: Since when.
    """

    name: StaffName
    pseudonym: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedItem:
    """One surfaced or reported item, as a full row.

    Attributes:
        seq: Its arrival number.
        source: Where its id is unique.
        id: Its id there.
        kind: post, reply, message, profile, ad, page, image or video.
        author: The account; None where unknown.
        text: As posted; None after an erasure.
        created_at: When it was posted; None where unknown.
        received_at: When it came in, by its file's word or, without one, by our clock.
        scanned_at: When the scan that evaluated it began, by our clock.
        content_hash: Of its content, in hex.
        reach: People it reached; None where unknown.
        url: Its address; None where unknown.
    """

    seq: Sequence
    source: str
    id: str
    kind: str
    author: str | None
    text: str | None
    created_at: datetime | None
    received_at: datetime
    scanned_at: datetime
    content_hash: str
    reach: int | None
    url: str | None

    @property
    def subject(self) -> Subject:
        """The subject that a case about this item has."""
        return Subject.of_item(item_kind=self.kind, source=self.source, id=self.id)
