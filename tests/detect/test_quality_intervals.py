"""Intervals: they keep their width where they should, and what is done for speed does not move them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect.quality import Measured, evaluate, wilson
from evenhand.detect.quality._cells import LEVELS, auc, coarse, counted, resamples, tally
from evenhand.vocabulary import Column

LABEL = "text.hateful"


def measured(hits: int, rows: int) -> Measured:
    found = wilson(hits, rows)
    assert found is not None
    return found


def test_all_of_few_rows_right_is_no_certainty() -> None:
    """Three of three rows judged rightly say little; a bootstrap would say 1 to 1."""
    (whole,) = evaluate(
        {LABEL: Column(np.array([0.9, 0.8, 0.1]))},
        {LABEL: Column(np.array([True, True, False]))},
        {},
        thresholds={LABEL: 0.5},
        seed=7,
    ).groups

    assert whole.accuracy is not None
    assert whole.accuracy.low == pytest.approx(0.4385, abs=1e-4)
    assert whole.accuracy.high == 1.0
    assert whole.recall is not None and whole.recall.low < 0.4  # noqa: PT018 - one fact: it is wide
    assert whole.false_positive_rate is not None
    assert whole.false_positive_rate.high > 0.7


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (1, 1, 0.2065, 1.0)],
)
def test_the_score_interval_has_known_values(hits: int, rows: int, low: float, high: float) -> None:
    """81 of 263 is the example of R. G. Newcombe 1998, Stat. Med. 17, 857-872; the rest follow by hand."""
    found = measured(hits, rows)

    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


def test_a_share_of_nothing_is_no_figure() -> None:
    assert wilson(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_the_score_interval_holds_the_share_and_stays_a_share(counts: tuple[int, int]) -> None:
    found = measured(*counts)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


def test_coarse_scores_keep_their_side_of_the_threshold_and_their_order() -> None:
    chance = np.random.default_rng(2)
    scores = chance.random(20_000)

    made = coarse(scores, 0.3)

    assert len(np.unique(made)) <= 2 * LEVELS
    assert np.array_equal(made >= 0.3, scores >= 0.3)
    assert np.all(np.diff(made[np.argsort(scores)]) >= 0)


def test_few_scores_are_not_made_coarse() -> None:
    scores = np.array([0.1, 0.5, 0.5, 0.9])

    assert coarse(scores, 0.5) is scores


def test_coarse_scores_move_an_area_by_less_than_they_may() -> None:
    """By less than half of what the largest class has of the rows without the label."""
    chance = np.random.default_rng(3)
    truth = chance.random(30_000) < 0.2
    scores = np.clip(chance.normal(0.4 + 0.2 * truth, 0.2), 0, 1)
    exact, close = (counted(truth, each) for each in (scores, coarse(scores, 0.5)))

    moved = abs(float(auc(exact, exact.counts[None])[0] - auc(close, close.counts[None])[0]))

    of_level = np.add.reduceat(np.where(close.truth, 0, close.counts), close.begins())
    assert 0 < moved <= of_level.max() / (~truth).sum() / 2


def test_drawing_cells_is_drawing_rows() -> None:
    """Both ways of drawing give the same spread of an AUC."""
    chance = np.random.default_rng(5)
    truth = chance.random(2000) < 0.3
    few = counted(truth, chance.integers(0, 8, 2000) / 10 + truth * 0.3)

    by_cell = np.concatenate([auc(few, drawn) for (drawn,) in resamples(np.random.default_rng(1), few)])
    by_row = np.concatenate([auc(few, drawn) for drawn, _ in resamples(np.random.default_rng(1), few, few)])

    assert by_cell.mean() == pytest.approx(by_row.mean(), abs=0.002)
    assert by_cell.std() == pytest.approx(by_row.std(), rel=0.1)


def test_every_resample_has_as_many_rows() -> None:
    chance = np.random.default_rng(5)
    truth = chance.random(700) < 0.3
    first, second = (counted(truth, chance.random(700)) for _ in range(2))

    drawn = list(resamples(chance, first, second))

    assert sum(len(one) for one, _ in drawn) == 1000
    assert all(np.all(side.sum(axis=1) == 700) for pair in drawn for side in pair)


def test_two_detectors_see_the_same_draws() -> None:
    """Where both give the same scores, every resample gives the same tally."""
    chance = np.random.default_rng(5)
    truth, scores = chance.random(300) < 0.3, chance.random(300)
    first, second = counted(truth, scores), counted(truth, scores)

    for ours, theirs in resamples(chance, first, second):
        assert np.array_equal(tally(first, 0.5, ours).hits, tally(second, 0.5, theirs).hits)
