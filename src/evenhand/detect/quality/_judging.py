"""The whole evaluation of one detector."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.errors import BadInput
from evenhand.vocabulary import Column, Columns

from ._cells import coarse, counted
from ._curves import Calibration, Curve, calibration, curve
from ._gaps import Gap, gap
from ._groups import GroupQuality, measured
from ._places import ALL, Grouping, chance_of, check_scores, grouped, known


@dataclass(frozen=True, slots=True)
class Quality:
    """An evaluation.

    Attributes:
        groups: Per label first all rows, then each column's groups in the order of their names.
        thresholds: Per label what was judged by.
        seed: Of the intervals.
        calibrations: Per label, over all rows; none of a label without a single known score.
        curves: Per label, over all rows; none of a label that has not both answers.
        gaps: Per label and column, between its groups; none where fewer than two have the rows.
        left_off: Column -> how many groups are not judged, being the smallest of more than `MOST_GROUPS`.
    """

    groups: tuple[GroupQuality, ...]
    thresholds: Mapping[str, float]
    seed: int
    calibrations: tuple[Calibration, ...] = ()
    curves: tuple[Curve, ...] = ()
    gaps: tuple[Gap, ...] = ()
    left_off: Mapping[str, int] = field(default_factory=dict)

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
        scores: Per label the values of a detector; see `Detector.examine`.
        truths: Per label flags of the same length, unknown where nobody says; see `read_truths`.
        groups: Per grouping column one value per row; a row with an empty one is in no group of that column.
        thresholds: Per label the value from which a row counts as having the label.
        seed: Of the resampling. A group's intervals do not depend on which other groups there are.

    Raises:
        BadInput: Columns differ in length, or a label that has a truth has no scores or threshold.
    """
    grouping = grouped(check_scores(scores, truths, thresholds), groups)
    judged: list[GroupQuality] = []
    calibrations: list[Calibration] = []
    curves: list[Curve] = []
    gaps: list[Gap] = []
    for label, truth in truths.items():
        of_label = list(_groups(label, truth, scores[label], grouping, (thresholds[label], seed)))
        judged += of_label
        kept = known(truth) & known(scores[label])
        if kept.any():
            answers = truth.values[kept].astype(np.bool_)
            values = np.asarray(scores[label].values[kept], np.float64)
            cells, close = counted(answers, values), counted(answers, coarse(values, thresholds[label]))
            calibrations.append(calibration(label, cells, close, chance_of(seed, "calibration", label)))
            if answers.any() and not answers.all():
                curves.append(curve(label, cells, close, chance_of(seed, "curve", label)))
        for column in groups:
            parts = [one for one in of_label if one.column == column]
            found = gap(parts, chance_of(seed, "gap", label, column))
            gaps += [found] if found else []
    return Quality(
        groups=tuple(judged),
        thresholds={label: thresholds[label] for label in truths},
        seed=seed,
        calibrations=tuple(calibrations),
        curves=tuple(curves),
        gaps=tuple(gaps),
        left_off=grouping.left_off,
    )


def _groups(
    label: str, truth: Column, scores: Column, grouping: Grouping, by: tuple[float, int]
) -> Iterator[GroupQuality]:
    told, usable = known(truth), known(scores)
    values = np.asarray(scores.values, np.float64)
    threshold, seed = by
    for group in grouping.groups:
        of_truth = group.rows[told[group.rows]]
        kept = of_truth[usable[of_truth]]
        if not len(of_truth):
            continue
        answers = truth.values[kept].astype(np.bool_)
        chance = chance_of(seed, label, group.column, group.name)
        yield GroupQuality(
            label=label,
            column=group.column,
            group=group.name,
            rows=len(kept),
            positives=int(answers.sum()),
            unknown=len(of_truth) - len(kept),
            **measured(answers, values[kept], threshold, chance),
        )
