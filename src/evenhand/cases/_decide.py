"""Taking a decision: what a reviewer may choose, and the events that record it."""

from dataclasses import dataclass
from datetime import datetime

from evenhand.errors import BadInput, CaseChanged, Refused
from evenhand.policy import Clause, Policy
from evenhand.vocabulary import Action, Decision, DecisionId, StaffName, Verdict

from ._events import FirstOpinionGiven
from ._status import CaseState, CaseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision with what stands behind it.

    Attributes:
        decision: Who chose what, when, under which version.
        first_opinion: The event that comes before it.
        clause: The clause broken, as the policy version words it; None where nothing is broken.
    """

    decision: Decision
    first_opinion: FirstOpinionGiven
    clause: Clause | None


def decide(
    status: CaseStatus,
    verdict: Verdict,
    *,
    decision_id: DecisionId,
    policy: Policy | None,
    by: StaffName,
    now: datetime,
    blind: bool = False,
) -> NewDecision:
    """Core of a decision: no I/O, no clock.

    Args:
        status: The case as it stands.
        verdict: What the reviewer chose.
        decision_id: The name the decision will have.
        policy: The version that the verdict's clause is read from, in force when the item was posted.
        by: Who decides.
        now: When.
        blind: Whether the first opinion was given before history was shown; a command line shows it before.

    Raises:
        CaseChanged: The case was decided before.
        Refused: Somebody else's claim on it holds.
        BadInput: The verdict fits no clause, or orders what the clause does not allow.
    """
    check_claimable(status, by, now)
    clause = _check_verdict(verdict, policy)
    decision = Decision(
        id=decision_id,
        case_id=status.id,
        subject=status.subject,
        verdict=verdict,
        policy=policy.ref if policy else None,
        first_opinion=verdict.clause,
        blind=blind,
        by=by,
        at=now,
    )
    opinion = FirstOpinionGiven(at=now, by=by, clause=verdict.clause, blind=blind)
    return NewDecision(decision=decision, first_opinion=opinion, clause=clause)


def check_claimable(status: CaseStatus, by: StaffName, now: datetime) -> None:
    """Whether somebody may work on a case now.

    Raises:
        CaseChanged: It is decided.
        Refused: Somebody else's claim holds.
    """
    if status.state is CaseState.DECIDED and status.decided_at is not None:
        raise CaseChanged(
            f"{status.id} was decided by {status.decided_by} on {status.decided_at:%Y-%m-%d at %H:%M} UTC",
            mend=f"see `evenhand cases show {status.id}`",
        )
    if status.claimed_until is not None and status.claimed_until > now and status.claimed_by != by:
        raise Refused(
            f"{status.id} is claimed by {status.claimed_by} until {status.claimed_until:%H:%M} UTC",
            mend="take another case, or wait until the claim ends",
        )


def _check_verdict(verdict: Verdict, policy: Policy | None) -> Clause | None:
    if not verdict.reason.strip():
        raise BadInput(
            "a decision needs its reason", mend="add --reason with a sentence for the person concerned"
        )
    if verdict.clause is None:
        if verdict.action is not Action.NO_ACTION:
            raise BadInput(
                f"{verdict.action} without a clause",
                mend="name the clause that is broken with --clause, or decide --no-violation",
            )
        return None
    if policy is None:
        raise BadInput(
            f"no policy in force for this item has a clause {verdict.clause}",
            mend="see `evenhand policy list`",
        )
    clause = policy.clause(verdict.clause)
    if verdict.action.value not in clause.actions:
        raise BadInput(
            f"clause {clause.id} does not allow {verdict.action}",
            mend=f"it allows {', '.join(clause.actions)}",
        )
    return clause
