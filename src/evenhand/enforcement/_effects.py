"""From a decision to its effect."""

from datetime import timedelta

from evenhand.vocabulary import Action, Decision, Effect, EffectId

UNDO_WINDOW = timedelta(seconds=10)
"""How long an effect or a notice waits before it may leave, so that a slip can be undone."""

RESTRICTING = frozenset({Action.LABEL, Action.LIMIT, Action.AGE_GATE, Action.REMOVE})
"""Actions that restrict somebody: each owes them a statement of reasons (DSA Art. 17(1))."""


def effect_of(decision: Decision, effect_id: EffectId) -> Effect | None:
    """What the platform is to do; None where the decision orders nothing."""
    if decision.verdict.action not in RESTRICTING:
        return None
    return Effect(
        id=effect_id,
        action=decision.verdict.action,
        subject=decision.subject,
        starts_at=decision.at,
        ends_at=None,
        decision_id=decision.id,
    )
