"""How good a detector is on labelled rows: by label and by group, each figure with its interval.

    truths = read_truths(rows)          # what the data set's own columns say
    groups = {"source": sources}
    quality = evaluate(scores, truths, groups, thresholds=thresholds, seed=7)
    quality.of("text.hateful").f1_macro                    # Measured(value=0.71, low=0.69, high=0.73)
    quality.of("text.hateful", "source", "forum").accuracy

Intervals are of 95 %. A share of rows (accuracy, precision, recall, false alarms, the bins of a calibration)
has Wilson's score interval: a bootstrap of 3 rows that are all judged rightly draws nothing else, and would
say 1 to 1. Everything else (macro-F1, AUC, the Brier score, recall at a rate of false alarms, gaps between
groups, every difference of two detectors) has the percentile bootstrap interval of 1,000 resamples of the
rows. Both take the rows for independent; of many variants of one text they say too narrow an interval.

A row counts where its truth is known and the detector gave a value; rows without a value are counted as
`unknown` and stand in no figure.
"""

from ._compare import Comparison, Difference, compare, mcnemar
from ._curves import Bin, Calibration, Curve, Point, RecallAt
from ._gaps import GAP_ROWS, Gap
from ._groups import GroupQuality
from ._judging import Quality, evaluate
from ._measured import Measured, wilson
from ._places import ALL, MOST_GROUPS
from ._truths import LABELS, TruthRow, read_truths

__all__ = [
    "ALL",
    "GAP_ROWS",
    "LABELS",
    "MOST_GROUPS",
    "Bin",
    "Calibration",
    "Comparison",
    "Curve",
    "Difference",
    "Gap",
    "GroupQuality",
    "Measured",
    "Point",
    "Quality",
    "RecallAt",
    "TruthRow",
    "compare",
    "evaluate",
    "mcnemar",
    "read_truths",
    "wilson",
]
