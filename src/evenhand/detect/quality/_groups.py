"""The figures of one label in one group."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenhand.vocabulary import Bools

from ._cells import auc, coarse, counted, resamples, tally
from ._measured import Floats, Measured, bootstrapped, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuality:
    """The figures of one label in one group; a figure is None where the group cannot have it.

    Shares of rows have Wilson's score interval, macro-F1 and AUC a bootstrap interval.

    Attributes:
        label: What is judged: `text.hateful`.
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


def measured(truth: Bools, scores: Floats, threshold: float, chance: Generator) -> dict[str, Measured | None]:
    """Every figure of some rows, by its name."""
    if not len(truth):
        names = ("accuracy", "precision", "recall", "false_positive_rate", "f1_macro", "auc")
        return dict.fromkeys(names)
    cells = counted(truth, scores)
    seen = tally(cells, threshold, cells.counts[None])
    found = {name: wilson(float(hits[0]), float(of[0])) for name, (hits, of) in seen.shares().items()}
    if truth.all() or not truth.any():
        return {**found, "f1_macro": None, "auc": None}
    close = counted(truth, coarse(scores, threshold))
    draws = [
        (tally(close, threshold, counts).f1_macro(), auc(close, counts))
        for (counts,) in resamples(chance, close)
    ]
    f1_macro, areas = (np.concatenate(parts) for parts in zip(*draws, strict=True))
    area, made_alike = (float(auc(one, one.counts[None])[0]) for one in (cells, close))
    found["f1_macro"] = bootstrapped(float(seen.f1_macro()[0]), f1_macro)
    found["auc"] = bootstrapped(area, np.clip(areas + (area - made_alike), 0, 1))
    return found
