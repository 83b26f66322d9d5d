"""Effects: what the platform is to do, for every action that restricts somebody."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from evenhand.enforcement import RESTRICTING, UNDO_WINDOW, effect_of
from evenhand.vocabulary import Action, Decision, Effect, EffectId
from records import DECISIONS


@given(DECISIONS)
def test_an_effect_is_what_the_decision_orders(decision: Decision) -> None:
    effect = effect_of(decision, EffectId("e_1"))

    if decision.verdict.action is Action.NO_ACTION:
        assert effect is None
    else:
        assert effect == Effect(
            id=EffectId("e_1"),
            action=decision.verdict.action,
            subject=decision.subject,
            starts_at=decision.at,
            ends_at=None,
            decision_id=decision.id,
        )


@given(DECISIONS)
def test_the_same_decision_has_the_same_effect(decision: Decision) -> None:
    """The id is the idempotency key: delivered twice, it is one effect."""
    assert effect_of(decision, EffectId("e_1")) == effect_of(replace(decision), EffectId("e_1"))


def test_every_action_restricts_or_is_none() -> None:
    """A new action is one or the other: whether it owes a statement of reasons is never left open."""
    assert {*RESTRICTING, Action.NO_ACTION} == set(Action)


def test_a_slip_can_be_undone_before_anybody_is_told() -> None:
    assert timedelta(0) < UNDO_WINDOW <= timedelta(minutes=1)
