"""Two detectors on the same rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenhand.vocabulary import Bools, Column, Columns

from ._cells import Cells, auc, coarse, counted, resamples, tally
from ._measured import Floats, Measured, bootstrapped
from ._places import Group, chance_of, check_scores, grouped, known


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two detectors.

    Attributes:
        first: Of the first.
        second: Of the second.
        difference: First minus second, with the interval of resamples in which both see the same rows.
    """

    first: float
    second: float
    difference: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two detectors on one label in one group; a figure is None where the group or a detector cannot have it.

    Attributes:
        label: What is judged: `text.hateful`.
        column: What the rows are grouped by; `all` for all rows.
        group: The value they share; `all` for all rows.
        rows: Rows that count: the truth and both scores are known.
        positives: How many of them have the label.
        unknown: How many more have a truth, but not both scores.
        accuracy: Share judged rightly, each at its own threshold.
        f1_macro: Mean of the F1 scores of having the label and of not having it; needs rows of both.
        auc: How likely a row with the label scores above one without it, ties half; needs rows of both.
        recall: Of those that have the label, the share found.
        false_positive_rate: Of those without the label, the share found.
        only_first: Rows that the first alone judges rightly.
        only_second: Rows that the second alone judges rightly.
        p_value: Of McNemar's exact test, see `mcnemar`.
    """

    label: str
    column: str
    group: str
    rows: int
    positives: int
    unknown: int
    accuracy: Difference | None
    f1_macro: Difference | None
    auc: Difference | None
    recall: Difference | None
    false_positive_rate: Difference | None
    only_first: int
    only_second: int
    p_value: float


def compare(
    scores: tuple[Columns, Columns],
    truths: Columns,
    groups: Mapping[str, Sequence[str]],
    *,
    thresholds: tuple[Mapping[str, float], Mapping[str, float]],
    seed: int,
) -> tuple[Comparison, ...]:
    """Compare two detectors on N rows, over all of them and by group.

    Args:
        scores: Per label the values of the first, and of the second.
        truths: Per label flags of the same length, unknown where nobody says; see `read_truths`.
        groups: Per grouping column one value per row; a row with an empty one is in no group of that column.
        thresholds: Per label the value from which a row counts as having the label; of each detector.
        seed: Of the resampling.

    Raises:
        BadInput: Columns differ in length, or a label that has a truth has no scores or threshold.
    """
    size = 0
    for given, judged_from in zip(scores, thresholds, strict=True):
        size = check_scores(given, truths, judged_from)
    grouping = grouped(size, groups)
    return tuple(
        comparison
        for label, truth in truths.items()
        for comparison in _of_label(
            label,
            truth,
            (scores[0][label], scores[1][label]),
            (thresholds[0][label], thresholds[1][label]),
            (grouping.groups, seed),
        )
    )


def _of_label(
    label: str,
    truth: Column,
    scores: tuple[Column, Column],
    thresholds: tuple[float, float],
    judged: tuple[Sequence[Group], int],
) -> Iterator[Comparison]:
    told, usable = known(truth), known(scores[0]) & known(scores[1])
    values = [np.asarray(column.values, np.float64) for column in scores]
    groups, seed = judged
    for group in groups:
        of_truth = group.rows[told[group.rows]]
        kept = of_truth[usable[of_truth]]
        if not len(of_truth):
            continue
        answers = truth.values[kept].astype(np.bool_)
        pair = _Pair(answers, (values[0][kept], values[1][kept]), thresholds)
        only_first, only_second = pair.apart()
        figures = pair.figures(chance_of(seed, "against", label, group.column, group.name))
        yield Comparison(
            label=label,
            column=group.column,
            group=group.name,
            rows=len(kept),
            positives=int(answers.sum()),
            unknown=len(of_truth) - len(kept),
            accuracy=figures.get("accuracy"),
            f1_macro=figures.get("f1_macro"),
            auc=figures.get("auc"),
            recall=figures.get("recall"),
            false_positive_rate=figures.get("false_positive_rate"),
            only_first=only_first,
            only_second=only_second,
            p_value=mcnemar(only_first, only_second),
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """N rows that two detectors scored.

    Attributes:
        truth: Shape (N,).
        scores: Of the first and of the second, each of shape (N,).
        thresholds: Of the first and of the second.
    """

    truth: Bools
    scores: tuple[Floats, Floats]
    thresholds: tuple[float, float]

    def apart(self) -> tuple[int, int]:
        """Rows that only the first, and only the second judges rightly."""
        first, second = (
            (scores >= threshold) == self.truth
            for scores, threshold in zip(self.scores, self.thresholds, strict=True)
        )
        return int((first & ~second).sum()), int((second & ~first).sum())

    def figures(self, chance: Generator) -> dict[str, Difference | None]:
        """Every figure of both."""
        if not len(self.truth):
            return {}
        both = list(zip(self.scores, self.thresholds, strict=True))
        exact = [counted(self.truth, scores) for scores, _ in both]
        close = [counted(self.truth, coarse(scores, threshold)) for scores, threshold in both]
        first, second = (_observed(cells, self.thresholds[at]) for at, cells in enumerate(exact))
        alike = [_observed(cells, self.thresholds[at]) for at, cells in enumerate(close)]
        drawn: dict[str, list[Floats]] = {name: [] for name in first}
        for countings in resamples(chance, *close):
            ours, theirs = (
                _values(cells, threshold, counts)
                for cells, threshold, counts in zip(close, self.thresholds, countings, strict=True)
            )
            for name, parts in drawn.items():
                parts.append(ours[name] - theirs[name])
        return {
            name: _difference(
                first[name],
                second[name],
                np.concatenate(parts) + (first[name] - second[name]) - (alike[0][name] - alike[1][name]),
            )
            for name, parts in drawn.items()
        }


def _observed(cells: Cells, threshold: float) -> dict[str, float]:
    return {name: float(value[0]) for name, value in _values(cells, threshold, cells.counts[None]).items()}


def _values(cells: Cells, threshold: float, counts: Floats) -> dict[str, Floats]:
    """Every figure of countings (R, C), NaN where undefined."""
    seen = tally(cells, threshold, counts)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that says undefined
        shares = {name: hits / of for name, (hits, of) in seen.shares().items()}
    return {**shares, "f1_macro": seen.f1_macro(), "auc": auc(cells, counts)}


def _difference(first: float, second: float, drawn: Floats) -> Difference | None:
    found = bootstrapped(first - second, drawn)
    return None if found is None else Difference(first, second, found)


def mcnemar(only_first: int, only_second: int) -> float:
    """How likely at least so uneven a split of the rows is that just one of two detectors judges rightly.

    The exact two-sided test that each of these rows falls to either by a fair coin: Q. McNemar 1947, Note on
    the sampling error of the difference between correlated proportions or percentages, Psychometrika 12,
    153-157, with the binomial distribution in place of its approximation. 1 where there is no such row.
    """
    total = only_first + only_second
    if only_first == only_second:
        return 1.0
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])  # of the factorials
    fewer = np.arange(min(only_first, only_second) + 1)
    terms = logs[total] - logs[fewer] - logs[total - fewer] - total * np.log(2)
    return float(min(2 * np.exp(terms).sum(), 1.0))
