"""Strategies for every record that the store keeps. Texts hold all of Unicode that intake lets in."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from evenhand.cases import (
    CaseEvent,
    CaseOpened,
    CaseState,
    CaseStatus,
    Claimed,
    Decided,
    FirstOpinionGiven,
    RecommendationJoined,
    Released,
    ReportJoined,
    Revised,
)
from evenhand.store.registers import StoredPolicy
from evenhand.vocabulary import (
    Action,
    Decision,
    Effect,
    Embedding,
    Finding,
    Notice,
    PolicyRef,
    PostedItem,
    Reading,
    Recipient,
    Recommendation,
    Report,
    ReporterClass,
    Signal,
    SignalType,
    Span,
    StaffMember,
    Subject,
    SubjectKind,
    Term,
    Verdict,
)

_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")  # intake refuses both
TEXTS = st.text(_LETTERS, max_size=40)
NAMES = st.text(_LETTERS, min_size=1, max_size=12)
MAYBE = st.none() | TEXTS
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
COUNTS = st.integers(0, 2**62)
SCORES = st.floats(allow_nan=False, allow_infinity=False)
PRIORITIES = st.integers(1, 5)
CLASSES = st.sampled_from(ReporterClass)
ACTIONS = st.sampled_from(Action)

SUBJECTS = st.builds(Subject, kind=st.sampled_from(SubjectKind), source=NAMES, id=NAMES)
POLICIES = st.builds(PolicyRef, policy=NAMES, version=NAMES, content_hash=HASHES)
STATUSES = st.builds(
    CaseStatus,
    id=NAMES,
    subject=SUBJECTS,
    opened_at=MOMENTS,
    previous=MAYBE,
    reach=COUNTS,
    state=st.sampled_from(CaseState),
    version=st.integers(1, 10**6),
    queue=TEXTS,
    priority=PRIORITIES,
    severity=st.integers(0, 5),
    flagged=st.booleans(),
    reports=st.integers(0, 10**6),
    claimed_by=MAYBE,
    claimed_until=st.none() | MOMENTS,
    decided_at=st.none() | MOMENTS,
    decided_by=MAYBE,
    decision_id=MAYBE,
)
VALUES = st.none() | st.booleans() | SCORES | TEXTS
TERMS = st.builds(Term, text=TEXTS, value=VALUES, holds=st.none() | st.booleans())
RECOMMENDATIONS = st.builds(
    Recommendation,
    policy=POLICIES,
    clause=NAMES,
    rule=TEXTS,
    queue=TEXTS,
    priority=PRIORITIES,
    severity=PRIORITIES,
    terms=st.lists(TERMS, max_size=3).map(tuple),
    unknown=st.booleans(),
)
REPORTS = st.builds(
    Report,
    id=NAMES,
    subject=SUBJECTS,
    reporter_class=CLASSES,
    reporter=MAYBE,
    clause=MAYBE,
    text=TEXTS,
    received_at=MOMENTS,
)
VERDICTS = st.builds(Verdict, clause=MAYBE, action=ACTIONS, reason=TEXTS)
DECISIONS = st.builds(
    Decision,
    id=NAMES,
    case_id=NAMES,
    subject=SUBJECTS,
    verdict=VERDICTS,
    policy=st.none() | POLICIES,
    first_opinion=MAYBE,
    blind=st.booleans(),
    by=NAMES,
    at=MOMENTS,
    automated=st.booleans(),
)
NOTICES = st.builds(
    Notice,
    id=NAMES,
    decision_id=NAMES,
    recipient=st.sampled_from(Recipient),
    language=NAMES,
    text=TEXTS,
    record=TEXTS,
    sha256=HASHES,
    sent=st.booleans(),
)
EFFECTS = st.builds(
    Effect,
    id=NAMES,
    action=ACTIONS,
    subject=SUBJECTS,
    starts_at=MOMENTS,
    ends_at=st.none() | MOMENTS,
    decision_id=NAMES,
    reverses=MAYBE,
)
STAFF = st.builds(StaffMember, name=NAMES, pseudonym=NAMES, added_at=MOMENTS)
STORED_POLICIES = st.builds(
    StoredPolicy,
    ref=POLICIES,
    in_force_from=MOMENTS,
    files=st.dictionaries(NAMES, st.binary(max_size=30), max_size=3),
    signals=st.lists(
        st.builds(Signal, name=NAMES, type=st.sampled_from(SignalType), unit=NAMES, meaning=NAMES), max_size=3
    ).map(tuple),
)
ITEMS = st.builds(
    PostedItem,
    seq=st.integers(1, 2**62),
    source=NAMES,
    id=NAMES,
    kind=NAMES,
    author=MAYBE,
    text=MAYBE,
    created_at=st.none() | MOMENTS,
    received_at=MOMENTS,
    scanned_at=MOMENTS,
    content_hash=HASHES,
    reach=st.none() | COUNTS,
    url=MAYBE,
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A finding whose spans speak for its own signal."""
    signal = draw(NAMES)
    edges = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99)), max_size=3))
    return Finding(
        detector=draw(NAMES),
        version=draw(NAMES),
        signal=signal,
        score=draw(SCORES),
        threshold=draw(SCORES),
        spans=tuple(Span(start=start, end=end, signal=signal) for start, end in edges),
    )


READINGS = st.builds(
    Reading, detector=NAMES, version=NAMES, values=st.dictionaries(NAMES, VALUES, max_size=4)
)
EMBEDDINGS = st.builds(Embedding, detector=NAMES, version=NAMES, vector=st.binary(max_size=30))
OPENINGS = st.builds(
    CaseOpened,
    at=MOMENTS,
    subject=SUBJECTS,
    content_hash=TEXTS,
    previous=MAYBE,
    reach=st.integers(0, 2**53 - 1),
)
RECOMMENDED = st.builds(
    RecommendationJoined,
    at=MOMENTS,
    policy=NAMES,
    version=NAMES,
    policy_hash=HASHES,
    clause=NAMES,
    rule=NAMES,
    queue=NAMES,
    priority=PRIORITIES,
    severity=PRIORITIES,
)
REPORTED = st.builds(
    ReportJoined,
    flagged=st.booleans(),
    at=MOMENTS,
    reporter_class=CLASSES.map(str),
    clause=MAYBE,
    report=TEXTS,
    reporter=MAYBE,
    text=TEXTS,
)
REVISED = st.builds(Revised, at=MOMENTS, content_hash=HASHES)
CLAIMED = st.builds(Claimed, at=MOMENTS, by=NAMES, until=MOMENTS)
RELEASED = st.builds(Released, at=MOMENTS, by=NAMES)
OPINIONS = st.builds(FirstOpinionGiven, at=MOMENTS, by=NAMES, clause=MAYBE, blind=st.booleans())
DECIDED = st.builds(
    Decided,
    at=MOMENTS,
    decision=NAMES,
    clause=MAYBE,
    action=ACTIONS,
    policy=MAYBE,
    version=MAYBE,
    policy_hash=MAYBE,
    automated=st.booleans(),
    notice=NAMES,
    notice_sha256=HASHES,
    notice_text_sha256=HASHES,
    by=NAMES,
    reason=TEXTS,
)
BEFORE_DECISION: st.SearchStrategy[CaseEvent] = st.one_of(
    REVISED, RECOMMENDED, REPORTED, CLAIMED, RELEASED, OPINIONS
)
LATER: st.SearchStrategy[CaseEvent] = BEFORE_DECISION | DECIDED
EVENTS: st.SearchStrategy[CaseEvent] = OPENINGS | LATER


@st.composite
def histories(draw: st.DrawFn) -> list[CaseEvent]:
    """A case's events, from its opening on; decided or not."""
    ends = draw(st.lists(DECIDED, max_size=1))
    return [draw(OPENINGS), *draw(st.lists(BEFORE_DECISION, max_size=12)), *ends]


HISTORIES = histories()
UNDECIDED = STATUSES.map(lambda status: replace(status, state=CaseState.OPEN))
