"""The compiled program says what the rules mean, for any rules and any items."""

import pickle
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from policy_oracle import Item, holds, speaks
from policy_samples import REGISTRY, a_document, a_rule, parsed
from policy_strategies import as_batch, conditions, item_lists, items

from evenhand.errors import BadInput, Refused
from evenhand.policy import Outcome, Program, Snapshot, evaluate
from evenhand.policy._evaluate import BLOCK
from evenhand.policy._syntax import Compare, Contains, Expression, Name, Number, OneOf, Or, Text
from evenhand.policy._written import written
from evenhand.vocabulary import Batch, Column, Signal, SignalRegistry, SignalType

# The machine that runs this may be busy: how long one example takes says nothing.
thorough = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def _program(*rules: str) -> Program:
    return Program.compile([parsed(a_document(*rules))], REGISTRY)


def _run(program: Program, batch: Batch) -> Outcome:
    return evaluate(batch, program, Snapshot())


def _spoken(outcome: Outcome) -> list[tuple[int, int, bool]]:
    columns = (outcome.rows.tolist(), outcome.rules.tolist(), outcome.undecided.tolist())
    return list(zip(*columns, strict=True))


def _column(*values: float | None) -> Column:
    known = np.array([value is not None for value in values])
    return Column(np.array([0.0 if value is None else float(value) for value in values]), known)


def _texts(*texts: str, **signals: Column) -> Batch:
    rows: list[Item] = [{"text.original": text, "text.folded": text.casefold()} for text in texts]
    batch = as_batch(rows, frozenset(REGISTRY))
    return batch.with_signals({name.replace("__", "."): column for name, column in signals.items()})


@thorough
@given(
    rules=st.lists(
        st.tuples(conditions, st.none() | conditions, st.sampled_from(("ignore", "review"))),
        min_size=1,
        max_size=4,
    ),
    drawn=item_lists(),
)
def test_program_says_what_the_oracle_says(
    rules: list[tuple[Expression, Expression | None, str]], drawn: tuple[list[Item], frozenset[str]]
) -> None:
    """Rule by rule and item by item: speaks, does not, or cannot be decided."""
    rows, missing = drawn
    program = _program(
        *(
            a_rule(written(when), unless=written(unless) if unless else "", on_unknown=on_unknown)
            for when, unless, on_unknown in rules
        )
    )
    outcome = _run(program, as_batch(rows, missing))
    truths = [[speaks(rule, item) for rule in program.rules] for item in rows]

    assert _spoken(outcome) == [
        (row, number, truth is None)
        for row, of_item in enumerate(truths)
        for number, truth in enumerate(of_item)
        if truth or (truth is None and rules[number][2] == "review")
    ]
    assert outcome.unknown.tolist() == [
        sum(of_item[number] is None for of_item in truths) for number in range(len(rules))
    ]


@thorough
@given(
    when=st.lists(conditions, min_size=1, max_size=3),
    drawn=item_lists(),
    order=st.randoms(use_true_random=False),
)
def test_batches_and_neighbours_change_nothing(
    when: list[Expression], drawn: tuple[list[Item], frozenset[str]], order: Random
) -> None:
    """Whole, item by item, and in another order, the same is said of each item."""
    rows, missing = drawn
    program = _program(*(a_rule(written(each), on_unknown="review") for each in when))
    batch = as_batch(rows, missing)
    whole = _run(program, batch)
    shuffled = list(range(len(rows)))
    order.shuffle(shuffled)
    again = _run(program, batch.take(np.array(shuffled, dtype=np.intp)))
    singly = [
        (row, rule, asked)
        for row, one in enumerate(batch.rows())
        for _, rule, asked in _spoken(_run(program, one))
    ]

    assert _spoken(whole) == singly
    assert sorted((shuffled[row], rule, asked) for row, rule, asked in _spoken(again)) == sorted(
        _spoken(whole)
    )
    assert whole.unknown.tolist() == again.unknown.tolist()


@settings(deadline=None, max_examples=25)
@given(when=st.lists(conditions, min_size=1, max_size=3), drawn=item_lists())
def test_blocks_change_nothing(when: list[Expression], drawn: tuple[list[Item], frozenset[str]]) -> None:
    """More items than fit in a block are judged as each of them alone."""
    rows, missing = drawn
    assume(rows)
    program = _program(*(a_rule(written(each), on_unknown="review") for each in when))
    batch = as_batch(rows, missing)
    few = _run(program, batch)
    repeated = np.resize(np.arange(len(rows)), BLOCK + 3)
    many = _run(program, batch.take(repeated))

    assert _spoken(many) == [
        (row, rule, asked)
        for row, original in enumerate(repeated.tolist())
        for _, rule, asked in (each for each in _spoken(few) if each[0] == original)
    ]
    assert many.unknown.tolist() == [
        sum(
            int(_run(program, one).unknown[number]) * int((repeated == row).sum())
            for row, one in enumerate(batch.rows())
        )
        for number in range(len(when))
    ]


@settings(deadline=None, max_examples=50)
@given(when=conditions, unless=conditions, drawn=st.lists(items(), min_size=1, max_size=5))
def test_terms_say_what_the_conditions_say(when: Expression, unless: Expression, drawn: list[Item]) -> None:
    """The terms of a recommendation are the rule's conditions, each with its truth for that item."""
    program = _program(a_rule(written(when), unless=written(unless), on_unknown="review"))
    batch = as_batch(drawn)
    for row, item in enumerate(drawn):
        said = program.recommendation(batch, row, 0)
        parsed_terms = [parsed(a_document(a_rule(term.text))).rules[0].when for term in said.terms]

        assert [term.holds for term in said.terms] == [holds(each, item) for each in parsed_terms]
        assert said.unknown == (speaks(program.rules[0], item) is None)


def test_unknown_is_counted_and_speaks_only_where_the_rule_asks() -> None:
    """Never silently false: what a rule cannot decide is counted, and surfaced `on unknown review`."""
    program = _program(
        a_rule("text.hateful >= 0.9"),
        a_rule("text.hateful >= 0.9", on_unknown="ignore"),
        a_rule("text.hateful >= 0.9", on_unknown="review"),
    )
    outcome = _run(program, _texts("a", "b", "c", text__hateful=_column(0.95, None, 0.1)))

    assert _spoken(outcome) == [(0, 0, False), (0, 1, False), (0, 2, False), (1, 2, True)]
    assert outcome.unknown.tolist() == [1, 1, 1]


def test_unknown_refuses_the_run_where_the_rule_says_so() -> None:
    program = _program(a_rule("text.hateful >= 0.9", on_unknown="fail"))

    assert _spoken(_run(program, _texts("a", text__hateful=_column(0.95)))) == [(0, 0, False)]
    with pytest.raises(Refused, match=r"rule T1\.r0 could not be decided for 1 of 2 items$"):
        _run(program, _texts("a", "b", text__hateful=_column(0.95, None)))
    with pytest.raises(Refused, match=r"for 1 of 1 items; nobody gives text\.hateful") as refused:
        _run(program, _texts("a"))
    assert "install the detectors" in refused.value.mend


def test_signal_that_nobody_gives_is_unknown_and_named() -> None:
    program = _program(a_rule("text.hateful >= 0.9 or item.reach > 5", on_unknown="review"))
    outcome = _run(program, _texts("a", "b", item__reach=_column(9.0, 1.0)))

    assert _spoken(outcome) == [(0, 0, False), (1, 0, True)]
    assert outcome.missing == ("text.hateful",)
    assert outcome.unknown.tolist() == [1]


def test_unless_that_is_unknown_leaves_the_rule_unknown() -> None:
    """A rule that an unknown exception might silence does not speak as if there were none."""
    rule = a_rule("text.hateful >= 0.9", unless="terms.slurs >= 1", on_unknown="review")
    batch = _texts("a", "b", "c", text__hateful=_column(1, 1, 0), terms__slurs=_column(0, None, None))

    assert _spoken(_run(_program(rule), batch)) == [(0, 0, False), (1, 0, True)]


@pytest.mark.parametrize("reach", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_no_finite_number_are_unknown(reach: float) -> None:
    program = _program(a_rule("item.reach >= 1", on_unknown="review"))

    assert _spoken(_run(program, _texts("a", item__reach=_column(reach)))) == [(0, 0, True)]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("item.reach / terms.slurs > 1", (1.0, 0.0)),
        ("item.reach / terms.slurs > 1", (0.0, 0.0)),
        ("item.reach * item.reach > terms.slurs", (1e200, 1.0)),
        ("1e308 * 10 > terms.slurs - item.reach", (1.0, 1.0)),
    ],
)
def test_calculation_without_a_finite_result_is_unknown(condition: str, values: tuple[float, float]) -> None:
    program = _program(a_rule(condition, on_unknown="review"))
    batch = _texts("a", item__reach=_column(values[0]), terms__slurs=_column(values[1]))

    assert _spoken(_run(program, batch)) == [(0, 0, True)]


def test_whole_words_and_stems() -> None:
    """A literal is a word or words; a star frees its end."""
    program = _program(a_rule('text.folded contains "verm*"'), a_rule('text.folded contains "go back"'))
    batch = _texts("vermin here", "a verm", "averm", "go back!", "go backwards", "ergo back")

    assert [(row, rule) for row, rule, _ in _spoken(_run(program, batch))] == [(0, 0), (1, 0), (3, 1)]


def test_original_text_is_searched_as_it_was_posted() -> None:
    program = _program(a_rule('text.original contains "GO"'), a_rule('text.original matches "[A-Z]{2}"'))

    assert [row for row, _, _ in _spoken(_run(program, _texts("GO on", "go on")))] == [0, 0]


def test_signals_of_the_batch_go_before_those_of_the_snapshot() -> None:
    program = _program(a_rule("item.reach >= 3"), a_rule("terms.slurs >= 3"))
    batch = _texts("a", item__reach=_column(5))
    snapshot = Snapshot({"item.reach": _column(1), "terms.slurs": _column(4)})

    outcome = evaluate(batch, program, snapshot)

    assert outcome.rules.tolist() == [0, 1]
    assert [each.terms[0].value for each in program.recommendations(batch, outcome, snapshot)] == [5.0, 4.0]


def test_rules_of_one_item_come_by_priority() -> None:
    program = _program(*(a_rule("item.reach > 0", priority=priority) for priority in (3, 1, 3, 2)))
    outcome = _run(program, _texts("a", "b", item__reach=_column(1, 1)))

    assert outcome.rows.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert outcome.rules.tolist() == [1, 3, 0, 2] * 2


@pytest.mark.parametrize(
    "column",
    [
        Column(np.array([1, 2], dtype=np.int32)),
        Column(np.array([True, False])),
        Column(np.array([1.0])),
        Column(np.array([[1.0, 2.0]])),
    ],
    ids=["whole numbers", "flags", "too few", "two dimensions"],
)
def test_column_that_is_not_what_its_signal_promises_is_refused(column: Column) -> None:
    program = _program(a_rule("item.reach >= 1"))

    with pytest.raises(BadInput, match=r"signal item\.reach has .* expected float64 of shape"):
        _run(program, _texts("a", "b", item__reach=column))


def test_no_items_and_no_rules_say_nothing() -> None:
    nothing = _run(_program(a_rule("item.reach >= 1")), _texts())

    assert (nothing.rows.size, nothing.unknown.tolist(), nothing.missing) == (0, [0], ("item.reach",))
    assert _run(_program(), _texts("a")).rows.size == 0
    assert _run(Program.compile([], REGISTRY), _texts("a")).unknown.size == 0


def test_policies_compile_together_and_each_rule_knows_its_own() -> None:
    one = parsed(a_document(a_rule("item.reach >= 1"), policy="one"))
    two = parsed(a_document(a_rule("item.reach >= 2"), a_rule("item.is_reply"), policy="two"))
    program = Program.compile([one, two], REGISTRY)
    batch = _texts("a", item__reach=_column(2))
    outcome = _run(program, batch)

    assert [each.policy.policy for each in program.recommendations(batch, outcome)] == ["one", "two"]
    assert [program.policy_of(number).ref.policy for number in range(3)] == ["one", "two", "two"]
    assert program.signals == ("item.is_reply", "item.reach")


def test_two_versions_of_a_policy_do_not_compile_together() -> None:
    one = parsed(a_document(a_rule("item.reach >= 1")))
    two = parsed(a_document(a_rule("item.reach >= 2")))

    with pytest.raises(BadInput, match="policy conduct is given twice"):
        Program.compile([one, two], REGISTRY)


def test_rule_whose_signal_is_gone_does_not_compile() -> None:
    policy = parsed(a_document(a_rule("item.reach >= 1")))
    others = SignalRegistry([Signal(name="item.kind", type=SignalType.CATEGORY, meaning="Another.")])

    with pytest.raises(
        BadInput, match=r"the rules read 'item\.reach', which this installation does not know"
    ):
        Program.compile([policy], others)


@pytest.mark.parametrize(
    "when",
    [
        Number(1.0),
        Name("item.reach"),
        Compare(">", Name("item.reach"), Name("item.is_reply")),
        Compare(">", Text("a"), Name("item.kind")),
        Compare("==", Text("a"), Text("b")),
        Contains(Name("item.kind"), (Text("post"),)),
        OneOf(Name("item.reach"), (Text("post"),)),
    ],
    ids=written,
)
def test_rule_made_by_hand_that_means_nothing_does_not_compile(when: Expression) -> None:
    policy = parsed(a_document(a_rule("item.is_reply")))
    broken = replace(policy, rules=(replace(policy.rules[0], when=when),))

    with pytest.raises(BadInput, match="where it cannot stand"):
        Program.compile([broken], REGISTRY)


def test_rules_have_a_budget_together() -> None:
    policy = parsed(a_document(a_rule("item.is_reply")))
    parts = tuple(Compare(">", Name("item.reach"), Number(float(number))) for number in range(100_000))
    large = replace(policy, rules=(replace(policy.rules[0], when=Or(parts)),))

    with pytest.raises(BadInput, match="the rules have 100001 parts, more than 100000"):
        Program.compile([large], REGISTRY)


def test_program_travels_to_another_process() -> None:
    program = _program(a_rule('item.reach >= 1 and text.folded contains "vermin"'))
    batch = _texts("vermin", "vermin", item__reach=_column(1, 0))

    assert _spoken(_run(pickle.loads(pickle.dumps(program)), batch)) == _spoken(_run(program, batch))  # noqa: S301  # our own bytes


def test_equal_conditions_are_worked_out_once() -> None:
    """A hundred rules that ask the same have as many rows as one."""
    rule = a_rule("item.reach >= 1 and not (text.hateful < 0.5 or item.is_reply)", unless="item.is_reply")
    one, many = _program(rule), _program(*[rule] * 100)

    assert many.plan.rows == one.plan.rows
    assert len(many.rules) == 100
