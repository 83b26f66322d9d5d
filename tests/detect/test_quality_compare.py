"""Two detectors on the same rows: what is counted, what is tested, and what the interval is of."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect.quality import Comparison, Difference, compare, evaluate, mcnemar
from evenhand.errors import BadInput
from evenhand.vocabulary import Column

LABEL = "text.hateful"


def column(scores: list[float | None]) -> Column:
    return Column(
        np.array([score or 0.0 for score in scores], np.float64),
        np.array([score is not None for score in scores], np.bool_),
    )


def compared(
    first: list[float | None],
    second: list[float | None],
    truths: list[bool],
    groups: dict[str, list[str]] | None = None,
    *,
    seed: int = 7,
) -> tuple[Comparison, ...]:
    """The first judged from 0.5, the second from 0.8."""
    return compare(
        ({LABEL: column(first)}, {LABEL: column(second)}),
        {LABEL: Column(np.array(truths, np.bool_))},
        groups or {},
        thresholds=({LABEL: 0.5}, {LABEL: 0.8}),
        seed=seed,
    )


def figure(found: Difference | None) -> Difference:
    assert found is not None
    return found


def test_each_is_judged_at_its_own_threshold() -> None:
    """A score of 0.6 surfaces a row for the first detector, and not for the second."""
    (whole,) = compared([0.6, 0.1, 0.6, 0.1], [0.6, 0.1, 0.6, 0.9], [True, False, False, True])

    accuracy = figure(whole.accuracy)
    assert (accuracy.first, accuracy.second, accuracy.difference.value) == (0.5, 0.75, -0.25)
    assert figure(whole.recall).second == 0.5
    assert figure(whole.false_positive_rate).first == 0.5


def test_rows_that_one_alone_judges_rightly_are_counted() -> None:
    (whole,) = compared([0.6, 0.6, 0.1, 0.6], [0.1, 0.1, 0.1, 0.1], [True, True, True, False])

    assert (whole.only_first, whole.only_second) == (2, 1)
    assert whole.p_value == mcnemar(2, 1)


def test_a_row_counts_only_where_both_gave_a_score() -> None:
    """What either does not know is counted as unknown, and stands in no figure of either."""
    (whole,) = compared([0.9, None, 0.9, 0.1], [0.9, 0.9, None, 0.1], [True, True, True, False])

    assert (whole.rows, whole.positives, whole.unknown) == (2, 1, 2)
    assert figure(whole.accuracy).first == figure(whole.accuracy).second == 1.0


def test_without_a_common_row_there_is_no_figure() -> None:
    (whole,) = compared([0.9, None], [None, 0.9], [True, False])

    assert (whole.rows, whole.unknown, whole.accuracy, whole.auc) == (0, 2, None, None)
    assert whole.p_value == 1.0


def test_groups_are_compared_apart() -> None:
    found = compared([0.9, 0.1], [0.1, 0.1], [True, False], {"dialect": ["a", ""]})

    assert [(one.column, one.group, one.rows) for one in found] == [("all", "all", 2), ("dialect", "a", 1)]
    assert figure(found[1].accuracy).difference.value == 1.0
    assert found[1].auc is None


def test_figures_are_those_of_each_alone() -> None:
    """A comparison gives each detector the figures that an evaluation of the same rows gives it."""
    chance = np.random.default_rng(1)
    truths = chance.random(500) < 0.3
    first, second = (list(np.clip(chance.normal(0.4 + 0.3 * truths, 0.2), 0, 1)) for _ in range(2))

    (whole,) = compared(first, second, list(truths))
    alone = evaluate({LABEL: column(first)}, {LABEL: Column(truths)}, {}, thresholds={LABEL: 0.5}, seed=7).of(
        LABEL
    )

    for name in ("accuracy", "f1_macro", "auc", "recall", "false_positive_rate"):
        assert math.isclose(getattr(whole, name).first, getattr(alone, name).value), name
        apart = getattr(whole, name)
        assert math.isclose(apart.difference.value, apart.first - apart.second, abs_tol=1e-12), name
        assert apart.difference.low <= apart.difference.value <= apart.difference.high, name


def test_what_both_share_does_not_widen_a_difference() -> None:
    """Two detectors that agree but for a few rows differ by little: their rows are drawn together."""
    chance = np.random.default_rng(2)
    truths = chance.random(400) < 0.5
    first = np.where(chance.random(400) < 0.7, truths, ~truths) * 0.9
    second = first.copy()
    second[:4] = 0.9 - second[:4]

    (whole,) = compared(list(first), list(second), list(truths))
    alone = evaluate(
        {LABEL: column(list(first))}, {LABEL: Column(truths)}, {}, thresholds={LABEL: 0.5}, seed=7
    ).of(LABEL)

    assert alone.f1_macro is not None
    paired = figure(whole.f1_macro).difference
    assert paired.high - paired.low < (alone.f1_macro.high - alone.f1_macro.low) / 3


def test_the_seed_makes_the_intervals() -> None:
    chance = np.random.default_rng(3)
    truths = list(chance.random(200) < 0.4)
    first, second = list(chance.random(200)), list(chance.random(200))

    (one,), (again,), (other,) = (compared(first, second, truths, seed=seed) for seed in (1, 1, 2))

    assert one == again
    assert figure(one.auc).difference != figure(other.auc).difference


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_p_value_is_that_of_fair_coins(only_first: int, only_second: int) -> None:
    """The chance that fair coins fall at least so unevenly, counted in whole numbers."""
    total = only_first + only_second
    uneven = sum(
        math.comb(total, heads)
        for heads in range(total + 1)
        if abs(2 * heads - total) >= abs(only_first - only_second)
    )

    assert math.isclose(mcnemar(only_first, only_second), Fraction(uneven, 2**total), rel_tol=1e-9)


def test_the_p_value_holds_for_many_rows() -> None:
    """A hundred thousand rows apart neither overflow nor lose the sum: the normal approximation agrees."""
    approximate = math.erfc((50_500 - 49_500 - 1) / math.sqrt(100_000) / math.sqrt(2))

    assert mcnemar(50_500, 49_500) == pytest.approx(approximate, rel=1e-3)
    assert mcnemar(100_000, 0) == 0.0
    assert mcnemar(0, 0) == 1.0


def test_a_label_that_one_cannot_be_judged_on_is_refused() -> None:
    truths = {LABEL: Column(np.array([True]))}

    with pytest.raises(BadInput, match="no threshold"):
        compare(
            ({LABEL: column([0.5])}, {LABEL: column([0.5])}),
            truths,
            {},
            thresholds=({LABEL: 0.5}, {}),
            seed=1,
        )
