"""What a policy does with its examples: an example holds for the reason it gives, or says why not."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_oracle import Item, holds, speaks
from policy_samples import REGISTRY, a_document, a_rule, parsed
from policy_strategies import as_batch, conditions, items

from build import a_batch
from evenhand.policy import OnUnknown, Policy, Trial, gaps, try_examples, with_settings
from evenhand.policy._syntax import Expression
from evenhand.policy._written import written

HATEFUL = "text.hateful >= 0.9"
SHOWN = (  # a clause whose examples show all there is
    "catch (text.hateful = 1): a",
    "leave (text.hateful = 1, item.is_reply = true): a",
)


def a_clause(name: str, *rules: str, examples: Sequence[str] = (), block: str = "") -> str:
    """A clause with rules NAME.r0, NAME.r1, ... and one block of examples."""
    parts = [f'## {name} More\n\nWords.\n\n```clause\nseverity = 1\nactions = ["label"]\n{block}```']
    parts += [f"```rule {name}.r{number}\n{rule}\n```" for number, rule in enumerate(rules)]
    parts += ["\n".join(["```examples", *examples, "```"])] if examples else []
    return "\n\n".join(parts)


def a_policy(*rules: str, examples: Sequence[str] = (), more: str = "") -> Policy:
    """A policy of the clause T1 with such rules and examples, and more clauses."""
    return parsed(a_document(*rules, tail="\n".join(["```examples", *examples, "```", "", more])))


def tried(policy: Policy) -> tuple[Trial, ...]:
    """The examples tried with no detector at work: they are what they say of themselves."""
    batch = a_batch([example.text for example in policy.examples])
    return try_examples(policy, with_settings(policy, batch, REGISTRY), REGISTRY)


def only(policy: Policy) -> Trial:
    (trial,) = tried(policy)
    return trial


@pytest.mark.parametrize(
    ("example", "as_expected"),
    [
        ("catch (text.hateful = 0.95): a", True),
        ("catch (text.hateful = 0.8): a", False),
        ("leave (text.hateful = 0.95): a", False),
        ("leave (text.hateful = 0.8): a", True),
    ],
)
def test_an_example_holds_if_the_rules_do_what_it_says(example: str, as_expected: bool) -> None:  # noqa: FBT001
    assert only(a_policy(a_rule(HATEFUL), examples=[example])).holds == as_expected


def test_what_another_clause_catches_is_not_caught_for_this_one() -> None:
    """A post about which the wrong clause speaks would be decided under the wrong words."""
    trial = only(
        a_policy(
            a_rule(HATEFUL),
            examples=["catch (item.is_reply = true): a"],
            more=a_clause("T2", a_rule("item.is_reply")),
        )
    )

    assert not trial.holds
    assert [said.rule for said in trial.spoke] == ["T2.r0"]
    assert [said.rule for said in trial.missed] == ["T1.r0"]


def test_what_is_left_alone_is_left_alone_by_every_clause() -> None:
    trial = only(
        a_policy(
            a_rule(HATEFUL),
            examples=["leave (item.is_reply = true): a"],
            more=a_clause("T2", a_rule("item.is_reply")),
        )
    )

    assert not trial.holds
    assert [(said.rule, said.terms[0].text) for said in trial.spoke] == [("T2.r0", "item.is_reply")]
    assert trial.missed == ()


def test_a_catch_that_was_missed_shows_what_would_have_had_to_be_different() -> None:
    """Every rule of its clause, each term with the value that it met; one rule that speaks is enough."""
    rules = (a_rule(HATEFUL, unless="item.is_reply"), a_rule("item.reach > 100"))
    examples = [
        "catch (text.hateful = 0.8, item.reach = 3): a",
        "catch (text.hateful = 0.8, item.reach = 101): a",
    ]
    missed, caught = tried(a_policy(*rules, examples=examples))

    assert [[(term.text, term.value, term.holds) for term in said.terms] for said in missed.missed] == [
        [(HATEFUL, 0.8, False), ("item.is_reply", False, False)],
        [("item.reach > 100", 3.0, False)],
    ]
    assert (caught.holds, caught.missed) == (True, ())


def test_a_rule_that_is_silenced_is_named() -> None:
    """Its `when` and its `unless` both hold; where `when` does not hold there is nothing to silence."""
    rules = (a_rule(HATEFUL, unless="item.is_reply"), a_rule("item.reach > 100", unless="item.is_reply"))
    trial = only(
        a_policy(*rules, examples=["leave (text.hateful = 1, item.is_reply = true, item.reach = 3): a"])
    )

    assert (trial.holds, trial.silenced) == (True, ("T1.r0",))


@pytest.mark.parametrize(("on_unknown", "caught"), [("review", True), ("ignore", False)])
def test_what_cannot_be_decided_comes_to_review_where_the_rule_says_so(
    on_unknown: str,
    caught: bool,  # noqa: FBT001
) -> None:
    """An example is told what a scan would do, not what would be best."""
    examples = ["catch (text.hateful = unknown): a", "leave (text.hateful = unknown): a"]
    catch, leave = tried(a_policy(a_rule(HATEFUL, on_unknown=on_unknown), examples=examples))

    assert (catch.holds, leave.holds) == (caught, not caught)
    assert [said.unknown for said in catch.spoke] == [True] * caught


def test_what_would_stop_a_scan_holds_for_no_example() -> None:
    """Other examples are tried all the same, though a scan of all of them would be refused."""
    examples = [
        "catch (text.hateful = unknown, item.is_reply = true): a",
        "leave (text.hateful = unknown): a",
        "catch (text.hateful = 1): a",
    ]
    rules = (a_rule(HATEFUL, on_unknown="fail"), a_rule("item.is_reply"))
    trials = tried(a_policy(*rules, examples=examples))

    assert [trial.holds for trial in trials] == [False, False, True]
    assert [[said.rule for said in trial.stopped] for trial in trials] == [["T1.r0"], ["T1.r0"], []]


def test_a_clause_without_rules_catches_nothing() -> None:
    trial = only(a_policy(examples=["catch: a"]))

    assert (trial.holds, trial.missed) == (False, ())


def test_what_is_set_stands_in_the_place_of_what_the_batch_has() -> None:
    """And nowhere else: the neighbours keep their own."""
    policy = a_policy(
        a_rule(HATEFUL),
        examples=[
            'leave (item.kind = "ad", item.reach = 7, text.hateful = 0.5): a',
            "leave (item.kind = unknown): b",
            "leave: c",
        ],
    )
    batch = with_settings(policy, a_batch(["a", "b", "c"], reach=[1, 2, None]), REGISTRY)

    def values(signal: str) -> list[object]:
        return [batch.signals[signal].at(row) for row in range(3)]

    assert values("item.kind") == ["ad", None, "post"]
    assert values("item.reach") == [7.0, 2.0, None]
    assert values("text.hateful") == [0.5, None, None]
    assert values("item.mentions") == [0.0, 0.0, 0.0]


def test_a_batch_is_not_changed_by_what_is_set() -> None:
    before = a_batch(["a"], reach=[1])
    with_settings(a_policy(a_rule(HATEFUL), examples=["leave (item.reach = 7): a"]), before, REGISTRY)

    assert before.signals["item.reach"].at(0) == 1.0


def test_flags_and_categories_that_nobody_gives_can_be_set() -> None:
    """A detector that is not there for an example's language, say."""
    policy = a_policy(
        a_rule(HATEFUL), examples=['leave (item.is_reply = true, item.language = "it"): a', "leave: b"]
    )
    bare = a_batch(["a", "b"])
    batch = with_settings(policy, type(bare)(items=bare.items, folded=bare.folded), REGISTRY)

    assert [batch.signals["item.is_reply"].at(row) for row in (0, 1)] == [True, None]
    assert [batch.signals["item.language"].at(row) for row in (0, 1)] == ["it", None]
    assert batch.signals["item.is_reply"].values.dtype == np.bool_
    assert batch.signals["item.language"].values.dtype == np.int32


def test_a_counter_is_what_an_example_sets_it_to_and_else_unknown() -> None:
    """One post alone has nothing that could be counted over."""
    counter = "```counter pile_on\ncount by author within 1 h\n```"
    examples = ["catch (counters.pile_on = 10): a", "leave (counters.pile_on = 9): a", "leave: a"]
    trials = tried(a_policy(a_rule("counters.pile_on >= 10"), examples=examples, more=counter))

    assert [trial.holds for trial in trials] == [True, True, True]
    assert trials[0].spoke[0].terms[0].value == 10.0


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    when=conditions,
    unless=conditions,
    on_unknown=st.sampled_from(OnUnknown),
    drawn=st.lists(st.tuples(items(), st.booleans()), min_size=1, max_size=4),
)
def test_a_trial_says_what_the_oracle_says(
    when: Expression, unless: Expression, on_unknown: OnUnknown, drawn: list[tuple[Item, bool]]
) -> None:
    """Whatever the rule and the items: caught, stopped, missed and silenced are what the words mean."""
    lines = [f"{'catch' if catch else 'leave'}: a" for _, catch in drawn]
    body = a_rule(written(when), unless=written(unless), on_unknown=on_unknown.value)
    policy = a_policy(body, examples=lines)
    trials = try_examples(policy, as_batch([item for item, _ in drawn]), REGISTRY)

    for trial, (item, catch) in zip(trials, drawn, strict=True):
        said = speaks(policy.rules[0], item)
        caught = said is True or (said is None and on_unknown is OnUnknown.REVIEW)
        stopped = said is None and on_unknown is OnUnknown.FAIL
        silenced = holds(when, item) is True and holds(unless, item) is True
        assert trial.holds == (not stopped and caught == catch)
        assert (bool(trial.spoke), bool(trial.stopped)) == (caught, stopped)
        assert bool(trial.missed) == (catch and not caught)
        assert bool(trial.silenced) == silenced


def found(policy: Policy) -> list[str]:
    return [gap.found for gap in gaps(policy, tried(policy))]


def test_a_policy_that_shows_all_there_is_has_no_gaps() -> None:
    """Nor has one that says of a clause that it has no rule on purpose."""
    more = a_clause("T2", block="human_only = true\n")

    assert found(a_policy(a_rule(HATEFUL, unless="item.is_reply"), examples=SHOWN, more=more)) == []


def test_an_exception_that_no_example_shows_is_a_gap() -> None:
    """A `leave` about which the rule would not speak anyway shows nothing of it."""
    rule = a_rule(HATEFUL, unless="item.is_reply")
    shown_otherwise = (SHOWN[0], "leave (text.hateful = 0.1, item.is_reply = true): a")
    (gap,) = gaps(policy := a_policy(rule, examples=shown_otherwise), tried(policy))

    assert (gap.clause, gap.rule) == ("T1", "T1.r0")
    assert gap.found == "no example shows what the unless of rule T1.r0 leaves alone"


def test_a_catch_shows_no_exception() -> None:
    """That a rule is silenced where the post is wanted is no proof that the exception is meant."""
    rules = (a_rule(HATEFUL, unless="item.is_reply"), a_rule("item.reach > 1"))
    examples = ("catch (text.hateful = 1, item.is_reply = true, item.reach = 2): a", "leave: a")

    assert found(a_policy(*rules, examples=examples)) == [
        "no example shows what the unless of rule T1.r0 leaves alone"
    ]


def test_a_clause_without_rule_that_does_not_say_so_is_a_gap() -> None:
    policy = a_policy(
        a_rule(HATEFUL), examples=["catch (text.hateful = 1): a", "leave: a"], more=a_clause("T2")
    )
    (gap,) = gaps(policy, tried(policy))

    assert (gap.clause, gap.found) == ("T2", "clause T2 has no rule")
    assert "human_only = true" in gap.mend


@pytest.mark.parametrize(
    ("examples", "missing"),
    [(SHOWN[:1], ["leave"]), (["leave: a"], ["catch"]), ([], ["catch", "leave"])],
)
def test_a_clause_with_rules_needs_an_example_of_each_kind(
    examples: Sequence[str], missing: Sequence[str]
) -> None:
    """One of another clause does not do: its words are other words."""
    more = a_clause("T2", a_rule("item.reach > 1"), examples=["catch (item.reach = 2): a", "leave: a"])

    assert found(a_policy(a_rule(HATEFUL), examples=examples, more=more)) == [
        f"clause T1 has no example that begins with {name}" for name in missing
    ]
