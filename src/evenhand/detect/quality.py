"""How good a detector is on labelled rows: by label and by group, each figure with its interval.

    truths = read_truths(rows)          # what the data set's own columns say
    groups = {"source": sources}
    quality = evaluate(columns, truths, groups, thresholds=detector.thresholds, seed=7)
    quality.of("text.hateful").f1_macro                    # Measured(value=0.71, low=0.69, high=0.73)
    quality.of("text.hateful", "source", "forum").accuracy

Intervals are percentile bootstrap intervals (Efron and Tibshirani 1993, An Introduction to the Bootstrap,
chapter 13) of 95 %, from 1,000 resamples of the rows. A row counts where its truth is known and the detector
gave a value; rows without a value are counted as `unknown` and stand in no figure.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from evenhand.errors import BadInput
from evenhand.vocabulary import Bools, Column, Columns

__all__ = ["GroupQuality", "Measured", "Quality", "TruthRow", "evaluate", "read_truths"]

ALL: Final = "all"
RESAMPLES: Final = 1000
_PERCENTILES: Final = (2.5, 97.5)

# Kinds that say neither that a row is a threat nor that it is none.
_NO_WORD_ON_THREATS: Final = frozenset({"incitement", "hate_explicit", "hate_unspecified", ""})

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, 0 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuality:
    """The figures of one label in one group; a figure is None where the group cannot have it.

    Attributes:
        label: The signal judged: `text.hateful`.
        column: What the rows are grouped by: `functionality`; `all` for all rows.
        group: The value they share: `negate_neg_nh`; `all` for all rows.
        rows: How many count.
        positives: How many of them have the label.
        unknown: How many more have a truth, but no value.
        accuracy: Share judged rightly at the threshold.
        precision: Of those at or over the threshold, the share that has the label.
        recall: Of those that have the label, the share at or over the threshold.
        f1_macro: Mean of the F1 scores of having the label and of not having it; needs rows of both.
        auc: How likely a row with the label scores above one without it, ties half; needs rows of both.
        false_positive_rate: Of those without the label, the share at or over the threshold.
    """

    label: str
    column: str
    group: str
    rows: int
    positives: int
    unknown: int
    accuracy: Measured | None
    precision: Measured | None
    recall: Measured | None
    f1_macro: Measured | None
    auc: Measured | None
    false_positive_rate: Measured | None


@dataclass(frozen=True, slots=True)
class Quality:
    """An evaluation.

    Attributes:
        groups: Per label first all rows, then each column's groups in the order of their names.
        thresholds: Per label what was judged by.
        seed: Of the intervals.
    """

    groups: tuple[GroupQuality, ...]
    thresholds: Mapping[str, float]
    seed: int

    def of(self, label: str, column: str = ALL, group: str = ALL) -> GroupQuality:
        """One group.

        Raises:
            BadInput: There is none of that name.
        """
        for each in self.groups:
            if (each.label, each.column, each.group) == (label, column, group):
                return each
        raise BadInput(
            f"the evaluation has no group {column} = {group} for {label}",
            mend="take one of those in `groups`",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """What a data set says about one text.

    Attributes:
        source: Which data set.
        hateful: `1`, `0`, or empty where it does not say.
        abusive: The same.
        kind: Of the violation: `threat`, `derogation`, ..., `none`; empty where it does not say.
    """

    source: str
    hateful: str
    abusive: str
    kind: str


def read_truths(rows: Sequence[TruthRow]) -> Columns:
    """The truth of each label as a flag per row, known only where the data set says it.

    What is hateful is abusive too. Threats are known only in the sources that name any, and there not in rows
    whose kind is left open (`hate_unspecified`, `hate_explicit`) or is `incitement`, which some would call a
    threat.

    Raises:
        BadInput: A label is neither 1, 0 nor empty.
    """
    telling = {row.source for row in rows if row.kind == "threat"}
    abusive = ["1" if row.hateful == "1" else row.abusive for row in rows]
    threat = [
        "" if row.source not in telling or row.kind in _NO_WORD_ON_THREATS else str(int(row.kind == "threat"))
        for row in rows
    ]
    return {
        "text.hateful": _flag("hateful", [row.hateful for row in rows]),
        "text.threat": _flag("threat", threat),
        "text.abusive": _flag("abusive", abusive),
    }


def evaluate(
    scores: Columns,
    truths: Columns,
    groups: Mapping[str, Sequence[str]],
    *,
    thresholds: Mapping[str, float],
    seed: int,
) -> Quality:
    """Judge the scores of N rows.

    Args:
        scores: Per signal the values of a detector; see `Detector.examine`.
        truths: Per signal flags of the same length, unknown where nobody says; see `read_truths`.
        groups: Per grouping column one value per row; a row with an empty one is in no group of that column.
        thresholds: Per signal the value from which a row counts as having the label.
        seed: Of the resampling. A group's intervals do not depend on which other groups there are.

    Raises:
        BadInput: Columns differ in length, or a signal that has a truth has no scores or threshold.
    """
    _check(scores, truths, groups, thresholds)
    found: list[GroupQuality] = []
    for label, truth in truths.items():
        places = [(ALL, ALL, np.ones(len(truth), dtype=np.bool_))]
        for column, values in groups.items():
            of_row = np.array(values, dtype=np.str_)
            places += [(column, str(group), of_row == group) for group in np.unique(of_row) if group]
        for column, group, here in places:
            told = here & _known(truth)
            if told.any():
                kept = told & _known(scores[label])
                # A stable number for the group's name, so that other groups do not shift its resamples.
                chance = np.random.default_rng([seed, zlib.crc32(f"{label}/{column}/{group}".encode())])
                cells = _cells(scores[label], truth, kept, thresholds[label])
                unknown = int(told.sum() - kept.sum())
                found.append(_judge(label, column, group, unknown, cells, chance))
    return Quality(tuple(found), dict(thresholds), seed)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Rows counted by what the figures can see of them: truth, and score.

    Attributes:
        counts: Shape (2, L): rows without the label, and with it, at each of L scores in rising order.
        over: Shape (L,): whether the score is at or over the threshold.
    """

    counts: Counts
    over: Bools


def _cells(scores: Column, truths: Column, kept: Bools, threshold: float) -> _Cells:
    levels, level = np.unique(np.asarray(scores.values[kept], dtype=np.float64), return_inverse=True)
    truth = np.asarray(truths.values[kept], dtype=np.bool_)
    counts = np.stack(
        [np.bincount(level[truth == having], minlength=len(levels)) for having in (False, True)]
    )
    return _Cells(counts.astype(np.int64), levels >= threshold)


def _figures(cells: _Cells, counts: Counts) -> dict[str, Floats]:
    """Each figure for R countings of the cells, shape (R, 2, L): shape (R,), NaN where undefined."""
    without, having = counts[:, 0], counts[:, 1]
    false_alarms, hits = without[:, cells.over].sum(axis=1), having[:, cells.over].sum(axis=1)
    negatives, positives = without.sum(axis=1), having.sum(axis=1)
    misses, rightly_left = positives - hits, negatives - false_alarms
    below = np.cumsum(without, axis=1) - without / 2
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that says undefined
        f1_having = 2 * hits / (2 * hits + misses + false_alarms)
        f1_without = 2 * rightly_left / (2 * rightly_left + misses + false_alarms)
        both = np.where((positives > 0) & (negatives > 0), 1.0, np.nan)
        return {
            "accuracy": (hits + rightly_left) / (positives + negatives),
            "precision": hits / (hits + false_alarms),
            "recall": hits / positives,
            "f1_macro": (f1_having + f1_without) / 2 * both,
            "auc": (having * below).sum(axis=1) / (positives * negatives),
            "false_positive_rate": false_alarms / negatives,
        }


def _judge(
    label: str, column: str, group: str, unknown: int, cells: _Cells, chance: Generator
) -> GroupQuality:
    """The figures of one group; resampling N rows is drawing N times from their cells."""
    rows = int(cells.counts.sum())
    draws = np.zeros((RESAMPLES, cells.counts.size), dtype=np.int64)
    if rows:
        draws = chance.multinomial(rows, cells.counts.ravel() / rows, size=RESAMPLES)
    observed = _figures(cells, cells.counts[None])
    drawn = _figures(cells, draws.reshape(RESAMPLES, *cells.counts.shape))
    measured = {name: _measured(float(observed[name][0]), drawn[name]) for name in observed}
    return GroupQuality(
        label=label,
        column=column,
        group=group,
        rows=rows,
        positives=int(cells.counts[1].sum()),
        unknown=unknown,
        **measured,
    )


def _measured(value: float, drawn: Floats) -> Measured | None:
    """A figure with its interval, from the resamples in which it is defined; None if it is not itself."""
    if np.isnan(value):
        return None
    low, high = np.percentile(drawn[~np.isnan(drawn)], _PERCENTILES)
    return Measured(value, float(low), float(high))


def _known(column: Column) -> Bools:
    return np.ones(len(column), dtype=np.bool_) if column.known is None else column.known


def _flag(name: str, answers: Sequence[str]) -> Column:
    wrong = sorted(set(answers) - {"0", "1", ""})
    if wrong:
        raise BadInput(
            f"the label {name} says {wrong[0]!r}, expected 1, 0 or nothing",
            mend="write 1 where a text has the label, 0 where it has not, and nothing where nobody said",
        )
    values = np.array(answers, dtype=np.str_)
    return Column(values == "1", values != "")


def _check(
    scores: Columns, truths: Columns, groups: Mapping[str, Sequence[str]], thresholds: Mapping[str, float]
) -> None:
    for label, truth in truths.items():
        if label not in scores or label not in thresholds:
            raise BadInput(
                f"{label} has a truth, but no {'scores' if label not in scores else 'threshold'}",
                mend="leave it out, or take a detector that gives it",
            )
        sizes = {len(truth), len(scores[label]), *(len(values) for values in groups.values())}
        if len(sizes) > 1:
            raise BadInput(
                f"the columns of {label} have {', '.join(map(str, sorted(sizes)))} rows, expected one number",
                mend="give scores, truths and groups of the same rows, in the same order",
            )
