"""What a label's scores are worth apart from one threshold: calibration, and the curves of all thresholds."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from ._cells import Cells, by_level, resamples
from ._measured import Floats, Measured, bootstrapped, wilson

BINS: Final = 10
POINTS: Final = 100
RATES: Final = (0.01, 0.05, 0.08)
"""False alarm rates at which recall is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Rows of neighbouring scores.

    Attributes:
        lowest: The lowest score among them.
        highest: The highest.
        rows: How many they are.
        score: Their mean score: the share that ought to have the label.
        share: The share that has it.
    """

    lowest: float
    highest: float
    rows: int
    score: float
    share: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far the scores of a label can be read as probabilities.

    Attributes:
        label: Which.
        brier: Mean square of score minus truth, 0 best (G. W. Brier 1950, Verification of forecasts expressed
            in terms of probability, Mon. Weather Rev. 78, 1-3); bootstrap interval.
        expected_error: Mean distance, over rows, of their bin's mean score and its share (M. P. Naeini, G. F.
            Cooper and M. Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian binning,
            AAAI; in bins of equal mass). Chance alone keeps it above 0 on few rows.
        bins: Ten of about the same number of rows, rising; fewer where many rows share a score.
    """

    label: str
    brier: Measured
    expected_error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one threshold would give.

    Attributes:
        threshold: The score from which a row counts as having the label.
        recall: Of the rows with the label, the share found.
        precision: Of the rows found, the share that has the label.
        false_positive_rate: Of the rows without the label, the share found.
    """

    threshold: float
    recall: float
    precision: float
    false_positive_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAt:
    """The most recall that a stated rate of false alarms allows.

    Attributes:
        rate: False alarms allowed, as a share of the rows without the label.
        threshold: The lowest that keeps to it on these rows; None where none does.
        false_positive_rate: What it gives on them.
        recall: What it finds; in each resample the threshold is chosen anew.
    """

    rate: float
    threshold: float | None
    false_positive_rate: float
    recall: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """All thresholds of a label: the precision-recall curve and the ROC curve have the same points.

    Attributes:
        label: Which.
        points: From the highest threshold to the lowest; thinned to about a hundred, evenly along the ROC.
        recall_at: Recall at stated rates of false alarms.
    """

    label: str
    points: tuple[Point, ...]
    recall_at: tuple[RecallAt, ...]


def calibration(label: str, cells: Cells, close: Cells, chance: Generator) -> Calibration:
    """Judge scores as probabilities.

    Args:
        label: Whose.
        cells: At least one row.
        close: The same rows by `coarse` scores, to be resampled.
        chance: Of the resamples.
    """
    total = cells.counts.sum()
    value, made_alike = (float(one.counts @ _errors(one) / total) for one in (cells, close))
    drawn = np.concatenate([counts @ _errors(close) for (counts,) in resamples(chance, close)]) / total
    brier = bootstrapped(value, np.clip(drawn + (value - made_alike), 0, 1))
    if brier is None:
        raise AssertionError("a mean of one row or more is defined")
    bins = _bins(cells)
    error = sum(one.rows * abs(one.score - one.share.value) for one in bins) / float(total)
    return Calibration(label=label, brier=brier, expected_error=float(error), bins=bins)


def _errors(cells: Cells) -> Floats:
    return np.square(cells.scores - cells.truth)


def _bins(cells: Cells) -> tuple[Bin, ...]:
    """Equal in mass, but never parting rows of one score."""
    without, having = (side[0] for side in by_level(cells, cells.counts[None]))
    mass = without + having
    middle = np.cumsum(mass) - mass / 2
    of_level = np.minimum(middle / mass.sum() * BINS, BINS - 1).astype(np.intp)
    levels = cells.scores[cells.begins()]
    found: list[Bin] = []
    for number in np.unique(of_level):
        here = of_level == number
        rows, scores = float(mass[here].sum()), levels[here]
        share = wilson(float(having[here].sum()), rows)
        if share is not None:
            mean = float(mass[here] @ scores) / rows
            bounds = float(scores[0]), float(scores[-1])
            found.append(Bin(lowest=bounds[0], highest=bounds[1], rows=int(rows), score=mean, share=share))
    return tuple(found)


def curve(label: str, cells: Cells, close: Cells, chance: Generator) -> Curve:
    """The curve of all thresholds.

    Args:
        label: Whose.
        cells: Rows with the label and without.
        close: The same rows by `coarse` scores, to be resampled.
        chance: Of the resamples.
    """
    alarms, recall = _rates(cells, cells.counts[None])
    best = _best_recall(alarms, recall)
    shift = best - _best_recall(*_rates(close, close.counts[None]))
    parts = [_best_recall(*_rates(close, counts)) for (counts,) in resamples(chance, close)]
    drawn = np.clip(np.concatenate(parts, axis=1) + shift, 0, 1)
    return Curve(
        label=label,
        points=_points(cells, alarms[0], recall[0]),
        recall_at=tuple(
            _recall_at(rate, cells, alarms[0], bootstrapped(float(value), resampled))
            for rate, value, resampled in zip(RATES, best[:, 0], drawn, strict=True)
        ),
    )


def _rates(cells: Cells, counts: Floats) -> tuple[Floats, Floats]:
    """False alarms and recall from each level up, of countings (R, C): two of shape (R, L), falling."""
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that says undefined
        alarms, recall = (
            np.cumsum(side[:, ::-1], axis=1)[:, ::-1] / side.sum(axis=1, keepdims=True)
            for side in by_level(cells, counts)
        )
    return alarms, recall


def _best_recall(alarms: Floats, recall: Floats) -> Floats:
    """The most recall at each of `RATES`, of curves (R, L): shape (rates, R), 0 where no threshold keeps."""
    best = np.stack([np.where(alarms > rate, 0.0, recall).max(axis=1) for rate in RATES])
    return np.where(np.isnan(alarms[:, 0]), np.nan, best)


def _recall_at(rate: float, cells: Cells, alarms: Floats, recall: Measured | None) -> RecallAt:
    if recall is None:
        raise AssertionError("rows with the label and without have a curve")
    level = int(np.argmax(alarms <= rate))  # the first: false alarms fall as the threshold rises
    keeps = bool(alarms[level] <= rate)
    return RecallAt(
        rate=rate,
        threshold=float(cells.scores[cells.begins()[level]]) if keeps else None,
        false_positive_rate=float(alarms[level]) if keeps else 0.0,
        recall=recall,
    )


def _points(cells: Cells, alarms: Floats, recall: Floats) -> tuple[Point, ...]:
    without, having = (side[0] for side in by_level(cells, cells.counts[None]))
    precision = np.cumsum(having[::-1])[::-1] / np.cumsum((without + having)[::-1])[::-1]
    along = (alarms + recall)[::-1]  # rises from near 0 to 2 as the threshold falls
    wanted = np.searchsorted(along, np.linspace(0, 2, POINTS), side="left")
    kept = len(along) - 1 - np.unique(np.minimum(wanted, len(along) - 1))
    levels = cells.scores[cells.begins()]
    return tuple(
        Point(
            threshold=float(levels[level]),
            recall=float(recall[level]),
            precision=float(precision[level]),
            false_positive_rate=float(alarms[level]),
        )
        for level in np.sort(kept)[::-1]
    )
