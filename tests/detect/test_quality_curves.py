"""Calibration, curves and gaps: each is what its definition says, and is absent where it cannot be."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.detect.quality import GAP_ROWS, MOST_GROUPS, Calibration, Curve, Quality, evaluate
from evenhand.vocabulary import Column

LABEL = "text.hateful"
ROWS = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=80)


def judged(
    rows: list[tuple[float, bool]], groups: dict[str, list[str]] | None = None, *, threshold: float = 0.5
) -> Quality:
    scores, truths = (np.array(values) for values in zip(*rows, strict=True))
    return evaluate(
        {LABEL: Column(scores.astype(np.float64))},
        {LABEL: Column(truths.astype(np.bool_))},
        groups or {},
        thresholds={LABEL: threshold},
        seed=7,
    )


def calibration(rows: list[tuple[float, bool]]) -> Calibration:
    (found,) = judged(rows).calibrations
    return found


def curve(rows: list[tuple[float, bool]]) -> Curve:
    (found,) = judged(rows).curves
    return found


@settings(max_examples=30)
@given(ROWS)
def test_the_brier_score_is_the_mean_square_of_the_error(rows: list[tuple[float, bool]]) -> None:
    expected = sum((score - truth) ** 2 for score, truth in rows) / len(rows)

    found = calibration(rows).brier

    assert math.isclose(found.value, expected, abs_tol=1e-12)
    assert found.low <= found.high


@settings(max_examples=30)
@given(ROWS)
def test_bins_part_the_rows_and_never_those_of_one_score(rows: list[tuple[float, bool]]) -> None:
    """Every row is in one bin, bins rise, and there are ten at most."""
    bins = calibration(rows).bins

    assert sum(one.rows for one in bins) == len(rows)
    assert len(bins) <= 10
    assert all(one.lowest <= one.score + 1e-12 and one.score <= one.highest + 1e-12 for one in bins)
    assert all(below.highest < above.lowest for below, above in pairwise(bins))


@settings(max_examples=30)
@given(ROWS)
def test_the_calibration_error_is_the_mean_distance_of_score_and_share(
    rows: list[tuple[float, bool]],
) -> None:
    found = calibration(rows)
    expected = 0.0
    for one in found.bins:
        here = [(score, truth) for score, truth in rows if one.lowest <= score <= one.highest]
        share = sum(truth for _, truth in here) / len(here)
        mean = sum(score for score, _ in here) / len(here)
        assert math.isclose(one.share.value, share)
        expected += len(here) / len(rows) * abs(mean - share)

    assert math.isclose(found.expected_error, expected, abs_tol=1e-9)


def test_scores_that_are_the_shares_have_no_calibration_error() -> None:
    rows = [(0.2, number % 5 == 0) for number in range(100)] + [
        (0.8, number % 5 != 0) for number in range(100)
    ]

    found = calibration(rows)

    assert found.expected_error == pytest.approx(0.0)
    assert [(one.rows, one.share.value) for one in found.bins] == [(100, 0.2), (100, 0.8)]


def test_bins_of_distinct_scores_are_of_equal_mass() -> None:
    """A thousand rows, most of them with low scores: ten bins of a hundred each."""
    rows = [((number / 1000) ** 4, False) for number in range(1000)]

    assert [one.rows for one in calibration(rows).bins] == [100] * 10


@settings(max_examples=30)
@given(ROWS.filter(lambda rows: {truth for _, truth in rows} == {True, False}))
def test_each_point_is_what_its_threshold_gives(rows: list[tuple[float, bool]]) -> None:
    positives = sum(truth for _, truth in rows)

    points = curve(rows).points

    for point in points:
        found = [truth for score, truth in rows if score >= point.threshold]
        assert math.isclose(point.recall, sum(found) / positives)
        assert math.isclose(point.precision, sum(found) / len(found))
        assert math.isclose(point.false_positive_rate, found.count(False) / (len(rows) - positives))
    assert points[-1].recall == points[-1].false_positive_rate == 1.0
    assert [one.threshold for one in points] == sorted({one.threshold for one in points}, reverse=True)


def test_a_curve_of_many_scores_is_thinned() -> None:
    chance = np.random.default_rng(1)
    rows = [(float(score), bool(chance.random() < score)) for score in chance.random(5000)]

    points = curve(rows).points

    assert 60 < len(points) <= 100
    assert max(np.diff([point.recall + point.false_positive_rate for point in points])) < 0.05


@settings(max_examples=30)
@given(ROWS.filter(lambda rows: {truth for _, truth in rows} == {True, False}))
def test_recall_at_a_rate_is_the_most_that_keeps_to_it(rows: list[tuple[float, bool]]) -> None:
    """Of all thresholds whose false alarms stay within the rate, the best recall; 0 where none does."""
    negatives = [score for score, truth in rows if not truth]
    positives = [score for score, truth in rows if truth]

    for at in curve(rows).recall_at:
        kept = [
            (sum(score >= threshold for score in positives) / len(positives), threshold)
            for threshold in {score for score, _ in rows}
            if sum(score >= threshold for score in negatives) / len(negatives) <= at.rate
        ]
        best, threshold = min(kept, key=lambda one: one[1], default=(0.0, None))
        assert math.isclose(at.recall.value, best)
        assert at.threshold == threshold
        assert at.false_positive_rate <= at.rate


def test_recall_is_stated_at_one_five_and_eight_per_cent() -> None:
    """A threshold that gives just the rate keeps to it."""
    rows = [(number / 100, False) for number in range(100)] + [(0.92, True), (0.95, True), (0.5, True)]

    found = {at.rate: (at.threshold, at.recall.value) for at in curve(rows).recall_at}

    assert found == {
        0.01: (0.99, 0.0),
        0.05: (0.95, pytest.approx(1 / 3)),
        0.08: (0.92, pytest.approx(2 / 3)),
    }


def test_one_answer_alone_has_a_calibration_and_no_curve() -> None:
    """Ordinary posts alone measure false alarms; there is nothing to recall."""
    quality = judged([(0.1, False), (0.7, False)])

    assert [one.label for one in quality.calibrations] == [LABEL]
    assert quality.curves == ()


def alarms(counts: dict[str, tuple[int, int]]) -> tuple[list[tuple[float, bool]], dict[str, list[str]]]:
    """Rows without the label: group -> false alarms, of how many."""
    rows: list[tuple[float, bool]] = []
    names: list[str] = []
    for name, (over, size) in counts.items():
        rows += [(0.9, False)] * over + [(0.1, False)] * (size - over)
        names += [name] * size
    return rows, {"dialect": names}


def test_a_gap_is_the_distance_of_the_groups_furthest_apart() -> None:
    """Groups with too few rows without the label are left out of it, and counted."""
    rows, groups = alarms({"a": (10, 100), "b": (40, 100), "c": (20, 100), "few": (9, GAP_ROWS - 1)})

    (gap,) = judged(rows, groups).gaps

    assert (gap.column, gap.groups, gap.left_out, gap.most, gap.fewest) == ("dialect", 3, 1, "b", "a")
    assert gap.false_positive_rate.value == pytest.approx(0.3)
    assert gap.false_positive_rate.low > gap.by_chance > 0


def test_a_gap_that_chance_explains_is_seen_by_it() -> None:
    """Twenty groups drawn alike lie apart, but no further than groups that are alike do."""
    chance = np.random.default_rng(4)
    rows, groups = alarms({f"g{number}": (int(chance.binomial(60, 0.1)), 60) for number in range(20)})

    (gap,) = judged(rows, groups).gaps

    assert 0.05 < gap.false_positive_rate.value <= gap.by_chance


def test_one_large_group_has_no_gap() -> None:
    rows, groups = alarms({"a": (10, 100), "few": (1, 5)})

    assert judged(rows, groups).gaps == ()


def test_only_the_largest_groups_are_judged_and_the_rest_are_counted() -> None:
    """A column of free text cannot make an evaluation endless."""
    names = [f"n{number}" for number in range(MOST_GROUPS + 3)] + ["n7", "n501", "n502"]

    quality = judged([(0.4, True)] * len(names), {"wild": names})
    judged_apart = {group.group for group in quality.groups if group.column == "wild"}

    assert quality.left_off == {"wild": 3}
    assert len(judged_apart) == MOST_GROUPS
    assert {"n7", "n501", "n502"} <= judged_apart
