"""Rows counted by all that a figure can see of them, and the figures of many countings at once.

Rows that have the same truth and the same score are one cell. A resample of the rows is another counting of
the same cells, so a thousand resamples are a few arrays, and no figure is computed row by row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from evenhand.vocabulary import Bools

from ._measured import Floats

RESAMPLES: Final = 1000
LEVELS: Final = 2048
"""Distinct scores that are resampled apart, on each side of a threshold; see `coarse`."""

_AT_ONCE: Final = 1 << 19  # rows or cells of all resamples that are held at a time
_ROWS_PER_CELL: Final = 8  # from here on drawing the cells' counts is faster than drawing the rows

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cells:
    """N rows as C cells of one detector, in rising order of the score.

    Attributes:
        truth: Shape (C,): whether the rows of a cell have the label.
        scores: Shape (C,): their score.
        counts: Shape (C,): how many they are; whole.
        of_row: Shape (N,): the cell of each row.
    """

    truth: Bools
    scores: Floats
    counts: Floats
    of_row: Places

    def begins(self) -> Places:
        """Shape (L,): the first cell of each distinct score."""
        return np.flatnonzero(np.diff(self.scores, prepend=-np.inf) > 0)


def counted(truth: Bools, scores: Floats) -> Cells:
    """Count rows by their truth and their score, each of shape (N,)."""
    levels, level = np.unique(scores, return_inverse=True)
    keys, of_row, counts = np.unique(level * 2 + truth, return_inverse=True, return_counts=True)
    return Cells(keys % 2 == 1, levels[keys // 2], counts.astype(np.float64), of_row)


def coarse(scores: Floats, threshold: float) -> Floats:
    """Scores with close neighbours made alike, so that a thousand resamples of 100,000 rows take seconds.

    At most `LEVELS` classes of about the same number of rows, on each side of the threshold, have the lowest
    score among them. No row crosses the threshold, and only pairs of rows within a class become ties: an AUC
    moves by less than half the largest share that one class has of the rows without the label.
    """
    levels, level, counts = np.unique(scores, return_inverse=True, return_counts=True)
    if len(levels) <= LEVELS:
        return scores
    middle = (np.cumsum(counts) - counts / 2) / len(scores)
    classes = (middle * LEVELS).astype(np.intp) + LEVELS * (levels >= threshold)
    _, first, of_level = np.unique(classes, return_index=True, return_inverse=True)
    lowest: Floats = levels[first][of_level][level]
    return lowest


def resamples(chance: Generator, *detectors: Cells) -> Iterator[tuple[Floats, ...]]:
    """Draw as many rows as there are, with replacement, `RESAMPLES` times.

    Args:
        chance: What to draw by.
        detectors: Cells of the same rows, which every draw counts for each: several see the same draws.

    Yields:
        For each detector countings of its cells, of shape (R, C); their Rs add up to `RESAMPLES`.
    """
    rows, sizes = len(detectors[0].of_row), [len(cells.counts) for cells in detectors]
    by_cell = len(detectors) == 1 and sizes[0] * _ROWS_PER_CELL < rows
    at_once = max(_AT_ONCE // (sizes[0] if by_cell else rows), 1)
    for done in range(0, RESAMPLES, at_once):
        number = min(at_once, RESAMPLES - done)
        if by_cell:
            shares = detectors[0].counts / rows
            yield (chance.multinomial(rows, shares, size=number).astype(np.float64),)
        else:
            drawn = chance.integers(0, rows, size=(number, rows))
            yield tuple(_recounted(cells, drawn) for cells in detectors)


def _recounted(cells: Cells, drawn: Places) -> Floats:
    """Drawn rows of shape (R, N) as countings of shape (R, C)."""
    number, size = len(drawn), len(cells.counts)
    keys = cells.of_row[drawn] + np.arange(number)[:, None] * size
    return np.bincount(keys.ravel(), minlength=number * size).reshape(number, size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows by truth and judgement, of R countings: each of shape (R,)."""

    hits: Floats
    misses: Floats
    false_alarms: Floats
    rightly_left: Floats

    def shares(self) -> dict[str, tuple[Floats, Floats]]:
        """Each figure that is a share of rows: how many, out of how many."""
        judged_so = self.hits + self.false_alarms
        right = self.hits + self.rightly_left
        return {
            "accuracy": (right, right + self.misses + self.false_alarms),
            "precision": (self.hits, judged_so),
            "recall": (self.hits, self.hits + self.misses),
            "false_positive_rate": (self.false_alarms, self.false_alarms + self.rightly_left),
        }

    def f1_macro(self) -> Floats:
        """Mean F1 of having the label and of not having it; NaN without rows of both."""
        wrong = self.misses + self.false_alarms
        both = (self.hits + self.misses > 0) & (self.false_alarms + self.rightly_left > 0)
        with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that says undefined
            having = 2 * self.hits / (2 * self.hits + wrong)
            without = 2 * self.rightly_left / (2 * self.rightly_left + wrong)
            return np.where(both, (having + without) / 2, np.nan)


def tally(cells: Cells, threshold: float, counts: Floats) -> Tally:
    """Judge countings of shape (R, C) at a threshold."""
    over = cells.scores >= threshold
    kinds = np.stack(
        [cells.truth & over, cells.truth & ~over, ~cells.truth & over, ~cells.truth & ~over], axis=1
    )
    return Tally(*(counts @ kinds.astype(np.float64)).T)


def auc(cells: Cells, counts: Floats) -> Floats:
    """How likely a row with the label scores above one without, ties half, of each counting (R, C).

    The Mann-Whitney statistic: J. A. Hanley and B. J. McNeil 1982, The meaning and use of the area under a
    receiver operating characteristic (ROC) curve, Radiology 143, 29-36. NaN without rows of both.
    """
    truth, begins = cells.truth, cells.begins()
    below = np.zeros((len(counts), len(truth) + 1))
    np.cumsum(np.where(truth, 0.0, counts), axis=1, out=below[:, 1:])
    level = np.searchsorted(begins, np.flatnonzero(truth), side="right") - 1
    ends = np.append(begins[1:], len(truth))
    having = counts[:, truth]
    wins = np.einsum("rc,rc->r", having, (below[:, begins[level]] + below[:, ends[level]]) / 2)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that says undefined
        areas: Floats = wins / (having.sum(axis=1) * below[:, -1])
    return areas


def by_level(cells: Cells, counts: Floats) -> tuple[Floats, Floats]:
    """Rows without the label and with it at each distinct score, of countings (R, C): two of shape (R, L)."""
    without, having = (
        np.add.reduceat(np.where(kind, counts, 0.0), cells.begins(), axis=1)
        for kind in (~cells.truth, cells.truth)
    )
    return without, having
