"""A recommendation says which rule of which version spoke, and what each of its conditions met."""

import numpy as np
import pyarrow as pa
import pytest
from policy_samples import REGISTRY, a_document, a_rule, parsed

from evenhand.policy import Program, Snapshot, evaluate
from evenhand.policy._evaluate import BLOCK
from evenhand.vocabulary import Batch, Column, Recommendation, Term

BATCH = Batch(
    items=pa.table({"text": ["Vermin, go back", "Hello", "vermin!"]}),
    folded=["vermin, go back", "hello", "vermin!"],
    signals={
        "text.hateful": Column(np.array([0.97, 0.2, 0.5]), np.array([True, True, False])),
        "item.reach": Column(np.array([30.0, 0.0, 10.0])),
        "terms.slurs": Column(np.array([3.0, 0.0, 0.0])),
        "item.is_reply": Column(np.array([False, True, True])),
        "item.kind": Column(np.array([1, 0, 9], np.int32), np.array([True, True, False]), ("post", "ad")),
    },
)


def _said(condition: str, row: int, unless: str = "") -> Recommendation:
    program = Program.compile([parsed(a_document(a_rule(condition, unless=unless)))], REGISTRY)
    return program.recommendation(BATCH, row, 0)


def _terms(condition: str, row: int = 0) -> list[tuple[str, float | bool | str | None, bool | None]]:
    return [(term.text, term.value, term.holds) for term in _said(condition, row).terms]


def test_recommendation_names_policy_clause_rule_and_route() -> None:
    policy = parsed(a_document(a_rule("text.hateful >= 0.9", queue="violence", priority=1)))
    program = Program.compile([policy], REGISTRY)
    (said,) = program.recommendations(BATCH, evaluate(BATCH, program, Snapshot()))

    assert said == Recommendation(
        policy=policy.ref,
        clause=policy.clauses[0].id,
        rule="T1.r0",
        queue="violence",
        priority=1,
        severity=3,
        terms=(Term(text="text.hateful >= 0.9", value=0.97, holds=True),),
    )


@pytest.mark.parametrize(
    ("condition", "row", "term"),
    [
        ("text.hateful >= 0.9", 1, ("text.hateful >= 0.9", 0.2, False)),
        ("text.hateful >= 0.9", 2, ("text.hateful >= 0.9", None, None)),
        ("0.9 <= text.hateful", 0, ("0.9 <= text.hateful", 0.97, True)),
        ("text.threat >= 0.9", 0, ("text.threat >= 0.9", None, None)),
        ("item.reach / terms.slurs >= 10", 0, ("item.reach / terms.slurs >= 10", 10.0, True)),
        ("item.reach / terms.slurs >= 10", 1, ("item.reach / terms.slurs >= 10", None, None)),
        ("item.reach > terms.slurs", 2, ("item.reach > terms.slurs", 10.0, True)),
        ("1 + 1 > item.reach", 1, ("1 + 1 > item.reach", 0.0, True)),
        ("item.is_reply", 1, ("item.is_reply", True, True)),
        ("author.verified", 0, ("author.verified", None, None)),
        ('item.kind == "ad"', 0, ('item.kind == "ad"', "ad", True)),
        ('"ad" != item.kind', 0, ('"ad" != item.kind', "ad", False)),
        ('item.kind in ("ad", "page")', 1, ('item.kind in ("ad", "page")', "post", False)),
        ('item.kind in ("ad", "page")', 2, ('item.kind in ("ad", "page")', None, None)),
        ("text.hateful is unknown", 0, ("text.hateful is unknown", 0.97, False)),
        ("text.hateful is unknown", 2, ("text.hateful is unknown", None, True)),
        ("text.folded is known", 2, ("text.folded is known", True, True)),
        ('text.folded contains "go back"', 0, ('text.folded contains "go back"', "go back", True)),
        ('text.folded matches "b.ck"', 0, ('text.folded matches "b.ck"', True, True)),
        ('text.original matches "[A-Z]"', 2, ('text.original matches "[A-Z]"', False, False)),
    ],
)
def test_term_is_the_condition_its_value_and_its_truth(
    condition: str, row: int, term: tuple[str, float | bool | str | None, bool | None]
) -> None:
    assert _terms(condition, row) == [term]


def test_term_of_contains_says_which_literals_stand_there() -> None:
    condition = 'text.folded contains any ("verm*", "hello", "go back")'

    assert [_terms(condition, row)[0][1:] for row in range(3)] == [
        ("verm*, go back", True),
        ("hello", True),
        ("verm*", True),
    ]
    assert _terms('text.folded contains "else"')[0][1:] == ("", False)


def test_terms_come_in_the_order_of_the_rule_without_its_nots() -> None:
    """A term is what was asked, not what the rule makes of the answer: `holds` is of the bare condition."""
    said = _said("not (item.is_reply or text.hateful < 0.5)", 0, unless='not item.kind == "ad"')

    assert [(term.text, term.holds) for term in said.terms] == [
        ("item.is_reply", False),
        ("text.hateful < 0.5", False),
        ('item.kind == "ad"', True),
    ]


def test_undecided_rule_says_so() -> None:
    assert _said("text.hateful >= 0.9", 2).unknown
    assert not _said("text.hateful >= 0.9", 0).unknown


def test_recommendations_stand_beside_the_outcome_however_many_there_are() -> None:
    program = Program.compile(
        [parsed(a_document(a_rule("item.reach >= 10"), a_rule("item.is_reply", priority=1)))], REGISTRY
    )
    batch = BATCH.take(np.resize(np.arange(3), BLOCK + 2))
    outcome = evaluate(batch, program, Snapshot())
    said = program.recommendations(batch, outcome)

    assert [each.rule for each in said] == [program.rules[number].name for number in outcome.rules]
    assert {(row % 3, each.rule): each.terms for row, each in zip(outcome.rows, said, strict=True)} == {
        (0, "T1.r0"): (Term(text="item.reach >= 10", value=30.0, holds=True),),
        (1, "T1.r1"): (Term(text="item.is_reply", value=True, holds=True),),
        (2, "T1.r0"): (Term(text="item.reach >= 10", value=10.0, holds=True),),
        (2, "T1.r1"): (Term(text="item.is_reply", value=True, holds=True),),
    }
