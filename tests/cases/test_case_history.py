"""A case is what its events fold to: exactly, whatever they are, and though some fields were erased."""

from dataclasses import MISSING, fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import NOW, a_recommendation, a_report, a_status, a_subject
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
    advance,
    fold,
    from_groups,
    opened,
    queue_key,
    to_groups,
    type_of,
)
from evenhand.errors import VerificationError
from evenhand.ledger import canonical
from evenhand.vocabulary import CaseId, Recommendation, Report, ReporterClass, StaffName
from records import (
    CLAIMED,
    DECIDED,
    EVENTS,
    HISTORIES,
    LATER,
    OPENINGS,
    RECOMMENDED,
    REPORTED,
    STATUSES,
    UNDECIDED,
)

CASE = CaseId("c_1")
GROUPS = {"facts", "person", "reporter", "content", "contact", "internal"}
KINDS = (
    CaseOpened,
    Revised,
    RecommendationJoined,
    ReportJoined,
    Claimed,
    Released,
    FirstOpinionGiven,
    Decided,
)


@given(HISTORIES)
def test_any_history_folds_to_a_state(history: list[CaseEvent]) -> None:
    status = fold(CASE, history)

    assert status.version == len(history)
    assert status.state in CaseState
    assert 1 <= status.priority <= 5
    assert status.reports == sum(isinstance(event, ReportJoined) for event in history)
    assert (status.decision_id is None) == (not any(isinstance(event, Decided) for event in history))


@given(HISTORIES, st.integers(0, 12))
def test_a_replay_is_exact(history: list[CaseEvent], place: int) -> None:
    """From the start, or from any state on the way: the only clock is that of the events."""
    first, rest = history[: place + 1], history[place + 1 :]
    status = fold(CASE, first)
    for event in rest:
        status = advance(status, event)

    assert status == fold(CASE, history) == fold(CASE, list(history))


@given(HISTORIES)
def test_events_survive_their_groups(history: list[CaseEvent]) -> None:
    again = [from_groups(type_of(event), event.at, to_groups(event)) for event in history]

    assert again == history


@given(EVENTS)
def test_every_field_is_committed_in_one_group(event: CaseEvent) -> None:
    """All fields but the moment, which stands in the leaf; groups can be written as canonical JSON."""
    groups = to_groups(event)

    assert set(groups) <= GROUPS
    assert sorted(name for group in groups.values() for name in group) == sorted(
        field.name for field in fields(event) if field.name != "at"
    )
    assert all(canonical(group) for group in groups.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_that_can_be_erased_has_defaults(kind: type[CaseEvent]) -> None:
    """What goes with an account or a reporter must not be needed to read the event."""
    defaults = {field.name: field.default for field in fields(kind)}
    needed = [
        name
        for name, group in kind.GROUPS.items()
        if group in {"person", "content", "reporter", "contact"} and defaults[name] is MISSING
    ]

    assert needed == []
    assert set(kind.GROUPS.values()) <= GROUPS
    assert {*kind.GROUPS, "at"} == {field.name for field in fields(kind)}


@given(HISTORIES, st.sets(st.sampled_from(["person", "content", "reporter", "contact"])))
def test_an_erasure_does_not_change_what_a_case_is(history: list[CaseEvent], erased: set[str]) -> None:
    left = [
        from_groups(
            type_of(event),
            event.at,
            {name: group for name, group in to_groups(event).items() if name not in erased},
        )
        for event in history
    ]

    assert fold(CASE, left) == fold(CASE, history)


@given(EVENTS)
def test_who_reported_stands_in_a_group_of_its_own(event: CaseEvent) -> None:
    """What may be told to an author never holds a reporter's name, receipt or words."""
    told = to_groups(event).get("facts", {})

    assert not {"report", "reporter", "text", "by", "reason", "content_hash"} & told.keys()


@given(LATER)
def test_a_case_begins_by_being_opened(event: CaseEvent) -> None:
    with pytest.raises(VerificationError, match=f"case c_1 begins with {type(event).__name__}"):
        opened(CASE, event)
    with pytest.raises(VerificationError, match="begins with"):
        fold(CASE, [event])


@given(HISTORIES, DECIDED, LATER)
def test_nothing_follows_a_decision(history: list[CaseEvent], decision: Decided, event: CaseEvent) -> None:
    """What comes after it opens a case of its own, which links back."""
    undecided = [one for one in history if not isinstance(one, Decided)]

    with pytest.raises(VerificationError, match=f"was decided, and {type(event).__name__} follows"):
        fold(CASE, [*undecided, decision, event])


@given(HISTORIES, OPENINGS)
def test_a_case_is_opened_once(history: list[CaseEvent], again: CaseOpened) -> None:
    undecided = [one for one in history if not isinstance(one, Decided)]

    with pytest.raises(VerificationError, match="case c_1 is opened twice"):
        fold(CASE, [*undecided, again])


def test_a_case_has_events() -> None:
    with pytest.raises(VerificationError, match="case c_1 has no events"):
        fold(CASE, [])


@pytest.mark.parametrize(
    ("kind", "groups", "told"),
    [
        ("case.forgotten", {}, "there are no events of type 'case.forgotten'"),
        ("case.claimed", {}, "an event is no case.claimed"),
        ("case.claimed", {"internal": {"by": 1, "until": "soon"}}, "an event is no case.claimed"),
        ("case.opened", {"facts": {"subject": {"kind": "planet"}}}, "an event is no case.opened"),
    ],
)
def test_what_is_no_event_is_said(kind: str, groups: dict[str, dict[str, object]], told: str) -> None:
    with pytest.raises(VerificationError, match=told):
        from_groups(kind, NOW, groups)


@given(OPENINGS)
def test_a_new_case_is_open(event: CaseOpened) -> None:
    status = opened(CASE, event)

    assert (status.state, status.version, status.reports, status.severity) == (CaseState.OPEN, 1, 0, 0)
    assert (status.subject, status.opened_at, status.previous) == (event.subject, event.at, event.previous)
    assert (status.queue, status.priority, status.flagged) == ("reports", 5, False)


@given(UNDECIDED, CLAIMED)
def test_a_claim_puts_a_case_under_review(status: CaseStatus, event: Claimed) -> None:
    after = advance(status, event)

    assert after == replace(
        status,
        version=status.version + 1,
        state=CaseState.IN_REVIEW,
        claimed_by=event.by,
        claimed_until=event.until,
    )


@given(UNDECIDED)
def test_a_release_gives_it_back(status: CaseStatus) -> None:
    after = advance(status, Released(at=NOW, by=StaffName("ana")))

    assert (after.state, after.claimed_by, after.claimed_until) == (CaseState.OPEN, None, None)


@given(UNDECIDED, DECIDED)
def test_a_decision_closes_it(status: CaseStatus, event: Decided) -> None:
    after = advance(status, event)

    assert after == replace(
        status,
        version=status.version + 1,
        state=CaseState.DECIDED,
        decided_at=event.at,
        decided_by=event.by,
        decision_id=event.decision,
        claimed_by=None,
        claimed_until=None,
    )


@given(UNDECIDED, st.none() | st.just("T1"), st.booleans())
def test_an_opinion_changes_the_version_alone(status: CaseStatus, clause: str | None, blind: bool) -> None:  # noqa: FBT001 - drawn
    event = FirstOpinionGiven(at=NOW, by=StaffName("ana"), clause=clause, blind=blind)  # type: ignore[arg-type]  # drawn

    assert advance(status, event) == replace(status, version=status.version + 1)


@given(OPENINGS, st.lists(RECOMMENDED | REPORTED, max_size=8))
def test_the_foremost_rule_and_the_gravest_clause_place_a_case(
    first: CaseOpened, joined: list[RecommendationJoined | ReportJoined]
) -> None:
    """Among equals in priority the first keeps the queue; a report alone brings a case to the middle."""
    status = fold(CASE, [first, *joined])
    rules = [event for event in joined if isinstance(event, RecommendationJoined)]
    reports = [event for event in joined if isinstance(event, ReportJoined)]

    wanted = [event.priority for event in rules] + ([3] if reports else [])
    assert status.priority == min(wanted, default=5)
    assert status.severity == max((event.severity for event in rules), default=0)
    foremost = min(rules, key=lambda event: event.priority, default=None)
    if foremost is None:
        assert status.queue == "reports"
    elif foremost.priority < 3 or not reports:
        assert status.queue == foremost.queue
    assert status.flagged == any(event.flagged for event in reports)


@given(st.permutations([1, 2, 3, 4, 5]))
def test_the_order_of_joining_does_not_change_the_place(order: list[int]) -> None:
    status = a_status()
    for priority in order:
        said = a_recommendation(priority=priority, severity=6 - priority, queue=f"q{priority}")
        status = advance(status, RecommendationJoined.of(said, NOW))

    assert (status.queue, status.priority, status.severity) == ("q1", 1, 5)


DECLARED = ("priority", "severity", "flagged", "reach", "opened_at")


@given(STATUSES, STATUSES)
def test_a_queue_is_ordered_by_its_declared_inputs_alone(one: CaseStatus, other: CaseStatus) -> None:
    """Whatever else differs - who reported, how many, who claimed, which subject - the place is the same."""
    same = replace(other, **{name: getattr(one, name) for name in DECLARED})

    assert queue_key(one) == queue_key(same)


@given(UNDECIDED, REPORTED, REPORTED)
def test_who_asked_does_not_move_a_case(status: CaseStatus, one: ReportJoined, other: ReportJoined) -> None:
    """Two reporters of one class move it alike, whatever their names, words and clauses."""
    other = replace(other, flagged=one.flagged)

    assert queue_key(advance(status, one)) == queue_key(advance(status, other))


def test_a_queue_goes_from_urgent_to_late() -> None:
    """Priority, then severity, trusted flagger, reach, age: each only among equals of those before it."""
    order = [
        a_status("c_1", priority=1),
        a_status("c_2", priority=2, severity=5),
        a_status("c_3", priority=2, severity=1, flagged=True),
        a_status("c_4", priority=2, severity=1, reach=100),
        a_status("c_5", priority=2, severity=1, reach=5, opened_at=NOW - timedelta(days=1)),
        a_status("c_6", priority=2, severity=1, reach=5),
    ]

    late_first = order[::-1]
    assert sorted(late_first, key=queue_key) == order


def test_a_recommendation_is_recorded_as_it_was_said() -> None:
    said: Recommendation = a_recommendation()
    event = RecommendationJoined.of(said, NOW)

    assert (event.policy, event.version, event.policy_hash) == ("conduct", "1.0", "c0" * 32)
    assert (event.clause, event.rule, event.queue) == (said.clause, said.rule, said.queue)
    assert (event.priority, event.severity, event.at) == (3, 3, NOW)


def test_a_report_is_recorded_as_it_was_filed() -> None:
    filed: Report = a_report(subject=a_subject())
    event = ReportJoined.of(filed)

    assert event == ReportJoined(
        at=NOW,
        flagged=False,
        reporter_class="user",
        clause=None,
        report="r_1",
        reporter="somebody",
        text="this is aimed at me",
    )


@pytest.mark.parametrize("reporter_class", list(ReporterClass))
def test_what_others_may_know_of_a_report_is_only_whether_it_was_flagged(
    reporter_class: ReporterClass,
) -> None:
    """The class "person aimed at" would tell the author who reported them."""
    filed = replace(a_report(subject=a_subject()), reporter_class=reporter_class)

    groups = to_groups(ReportJoined.of(filed))

    flagging = reporter_class in {ReporterClass.TRUSTED_FLAGGER, ReporterClass.AUTHORITY}
    assert groups["facts"] == {"flagged": flagging}
