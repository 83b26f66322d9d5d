"""Deciding: what a reviewer may choose, and everything that is refused, with its mend."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from casework import NOW, POLICY, a_status
from evenhand.cases import CaseState, CaseStatus, check_claimable, decide
from evenhand.errors import BadInput, CaseChanged, EvenhandError, Refused
from evenhand.policy import Clause, Policy
from evenhand.vocabulary import Action, ClauseId, DecisionId, StaffName, Verdict
from records import STATUSES, VERDICTS

ANA, BO = StaffName("ana"), StaffName("bo")
CLAUSE = Clause(
    id=ClauseId("T1"),
    title="Degrading people",
    prose="",
    severity=3,
    actions=("label", "remove"),
    automation="review-only",
    text_hash="7e" * 32,
)
RULES = Policy(ref=POLICY, title="Conduct", language="en", clauses=(CLAUSE,), rules=(), document="")
REMOVE = Verdict(clause=CLAUSE.id, action=Action.REMOVE, reason="It calls people zorbles.")
LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
DECIDED = a_status(state=CaseState.DECIDED, decided_at=NOW, decided_by=BO)
CLAIMED = a_status(
    state=CaseState.IN_REVIEW, claimed_by=BO, claimed_until=NOW + timedelta(minutes=15, seconds=1)
)


def test_a_decision_says_who_chose_what_under_which_version() -> None:
    new = decide(a_status(), REMOVE, decision_id=DecisionId("d_1"), policy=RULES, by=ANA, now=NOW)

    assert new.clause == CLAUSE
    assert (new.decision.verdict, new.decision.policy, new.decision.by) == (REMOVE, POLICY, ANA)
    assert (new.decision.case_id, new.decision.at, new.decision.automated) == ("c_1", NOW, False)


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("verdict", [REMOVE, LEAVE])
def test_a_decision_records_its_first_opinion(verdict: Verdict, *, blind: bool) -> None:
    new = decide(
        a_status(), verdict, decision_id=DecisionId("d_1"), policy=RULES, by=ANA, now=NOW, blind=blind
    )

    assert (new.decision.first_opinion, new.decision.blind) == (verdict.clause, blind)
    assert (new.first_opinion.clause, new.first_opinion.blind) == (verdict.clause, blind)
    assert (new.first_opinion.by, new.first_opinion.at) == (ANA, NOW)


def test_no_violation_needs_no_policy() -> None:
    """A report about what no rule covers can be answered."""
    new = decide(a_status(), LEAVE, decision_id=DecisionId("d_1"), policy=None, by=ANA, now=NOW)

    assert (new.clause, new.decision.policy) == (None, None)


@pytest.mark.parametrize(
    ("status", "verdict", "policy", "error", "told", "mend"),
    [
        (
            DECIDED,
            REMOVE,
            RULES,
            CaseChanged,
            "c_1 was decided by bo on 2026-11-21 at 12:00 UTC",
            "see `evenhand cases show c_1`",
        ),
        (
            CLAIMED,
            REMOVE,
            RULES,
            Refused,
            "c_1 is claimed by bo until 12:15 UTC",
            "wait until the claim ends",
        ),
        (a_status(), replace(REMOVE, reason=" "), RULES, BadInput, "needs its reason", "--reason"),
        (a_status(), replace(LEAVE, reason=""), RULES, BadInput, "needs its reason", "--reason"),
        (a_status(), replace(REMOVE, clause=None), RULES, BadInput, "remove without a clause", "--clause"),
        (
            a_status(),
            REMOVE,
            None,
            BadInput,
            "no policy in force for this item has a clause T1",
            "policy list",
        ),
        (
            a_status(),
            replace(REMOVE, clause=ClauseId("T9")),
            RULES,
            BadInput,
            "policy conduct 1.0 has no clause 'T9'",
            "T1",
        ),
        (
            a_status(),
            replace(REMOVE, action=Action.LIMIT),
            RULES,
            BadInput,
            "clause T1 does not allow limit",
            "it allows label, remove",
        ),
        (
            a_status(),
            replace(REMOVE, action=Action.NO_ACTION),
            RULES,
            BadInput,
            "clause T1 does not allow no_action",
            "it allows label, remove",
        ),
    ],
)
def test_a_refusal_says_what_to_do(
    status: CaseStatus,
    verdict: Verdict,
    policy: Policy | None,
    error: type[EvenhandError],
    told: str,
    mend: str,
) -> None:
    with pytest.raises(error) as refused:
        decide(status, verdict, decision_id=DecisionId("d_1"), policy=policy, by=ANA, now=NOW)

    assert type(refused.value) is error
    assert told in refused.value.message
    assert mend in refused.value.mend


@given(STATUSES, VERDICTS)
def test_whatever_is_decided_is_allowed_by_the_clause(status: CaseStatus, verdict: Verdict) -> None:
    """No verdict gets through that orders what its clause does not allow, or comes without its reason."""
    try:
        new = decide(status, verdict, decision_id=DecisionId("d_1"), policy=RULES, by=ANA, now=NOW)
    except EvenhandError as refused:
        assert refused.mend  # noqa: PT017 - one of the two must come, and either is right
        return

    assert new.decision.verdict.reason.strip()
    allowed = {"no_action"} if new.clause is None else set(new.clause.actions)
    assert new.decision.verdict.action.value in allowed


@pytest.mark.parametrize(
    ("status", "by"),
    [
        (a_status(), ANA),
        (CLAIMED, BO),
        (replace(CLAIMED, claimed_until=NOW), ANA),
        (replace(CLAIMED, claimed_until=NOW - timedelta(days=1)), ANA),
    ],
    ids=["open", "their own claim", "a claim that ends now", "an old claim"],
)
def test_a_case_can_be_worked_on(status: CaseStatus, by: StaffName) -> None:
    check_claimable(status, by, NOW)
