"""Measuring detectors on labelled data, by the columns that the data sets themselves have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evenhand.detect import Detector
from evenhand.detect.quality import LABELS, Comparison, Quality, compare, evaluate
from evenhand.errors import BadInput
from evenhand.intake import read_items
from evenhand.vocabulary import Columns, SignalType

from ._inputs import Input
from ._labelled import EvaluateOptions, LabelledRows
from ._tools import CHUNK_ITEMS

__all__ = ["Against", "EvaluateOptions", "Evaluation", "Judged", "evaluate_files", "judged_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Which detector was judged, and by what.

    Attributes:
        detector: Its name.
        version: Its version.
        signals: Label -> the signal that was judged on it.
        thresholds: Label -> the value from which a row counts as having it.
    """

    detector: str
    version: str
    signals: Mapping[str, str]
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A second detector on the same rows.

    Attributes:
        second: Which.
        comparisons: Per label that both can be judged on, first over all rows, then by group.
    """

    second: Judged
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How good a detector is on some data sets.

    Attributes:
        detector: Its name.
        version: Its version.
        signals: Label -> the signal that was judged on it.
        rows: Rows judged.
        rejected: Rows that could not be read.
        quality: The figures.
        against: The comparison with a second detector; None where none was asked for.
    """

    detector: str
    version: str
    signals: Mapping[str, str]
    rows: int
    rejected: int
    quality: Quality
    against: Against | None


def evaluate_files(
    detector: Detector,
    inputs: Sequence[Input],
    options: EvaluateOptions,
    *,
    against: Detector | None = None,
    now: datetime,
) -> Evaluation:
    """Judge a detector on labelled files.

    Args:
        detector: Which.
        inputs: Items with at least one of the columns that say what a row is; see `TRUTHS`.
        options: How.
        against: A second detector, to compare it with on the same rows.
        now: The time, to judge the items' own times by.

    Raises:
        BadInput: There are no labels that the detector can be judged on, no rows of that split, no column
            to group by of that name, or nothing to judge one of the detectors by.
    """
    first = judged_by(detector)
    second = None if against is None else judged_by(against)
    if second is not None and second.detector == first.detector:
        raise BadInput(
            f"{first.detector} is to be compared with itself", mend="name another detector with --against"
        )
    rows = LabelledRows([detector] if against is None else [detector, against], options)
    for one in inputs:
        for chunk in read_items(
            one.stream, one.format, name=one.name, columns=options.columns, now=now, rows=CHUNK_ITEMS
        ):
            rows.add(chunk)
    told, groups = rows.told(), rows.groups()
    truths = _judgeable(told, first)
    quality = evaluate(
        _by_label(rows.scores(0), first), truths, groups, thresholds=first.thresholds, seed=options.seed
    )
    return Evaluation(
        detector=first.detector,
        version=first.version,
        signals={label: first.signals[label] for label in truths},
        rows=len(rows),
        rejected=rows.rejected,
        quality=quality,
        against=None if second is None else _compared(rows, (first, second), truths, groups, options.seed),
    )


def _compared(
    rows: LabelledRows,
    judged: tuple[Judged, Judged],
    truths: Columns,
    groups: Mapping[str, Sequence[str]],
    seed: int,
) -> Against:
    first, second = judged
    comparisons = compare(
        (_by_label(rows.scores(0), first), _by_label(rows.scores(1), second)),
        _judgeable(truths, second),
        groups,
        thresholds=(first.thresholds, second.thresholds),
        seed=seed,
    )
    return Against(second=second, comparisons=comparisons)


def judged_by(detector: Detector) -> Judged:
    """What a detector is judged by: its own signal of each label; its one probability on every label.

    A detector that knows one probability alone, such as a filter of profanity, says with it all that it has
    to say about a text, so that is held against every label.

    Raises:
        BadInput: It has none of the labels and not exactly one probability, or publishes no threshold.
    """
    names = [signal.name for signal in detector.signals if signal.type is SignalType.PROBABILITY]
    signals: dict[str, str] = {label: label for label in LABELS if label in names}
    if len(names) == 1:
        signals = dict.fromkeys(LABELS, names[0])
    if not signals:
        raise BadInput(
            f"{detector.name} can be judged on no label: it gives neither {', '.join(LABELS)} nor exactly one"
            " probability",
            mend="name a detector that does",
        )
    silent = sorted({signal for signal in signals.values() if signal not in detector.thresholds})
    if silent:
        raise BadInput(
            f"{detector.name} publishes no threshold for {silent[0]}, so nothing says what it would surface",
            mend="report it to whoever wrote the detector",
        )
    return Judged(
        detector=detector.name,
        version=detector.version,
        signals=signals,
        thresholds={label: detector.thresholds[signal] for label, signal in signals.items()},
    )


def _judgeable(told: Columns, judged: Judged) -> Columns:
    """The truths of those labels that a detector can be judged on.

    Raises:
        BadInput: There is none.
    """
    truths = {label: truth for label, truth in told.items() if label in judged.signals}
    if not truths:
        raise BadInput(
            f"the rows are labelled for {', '.join(told)}, and {judged.detector} gives none of these",
            mend="name a detector that does, or files with other labels",
        )
    return truths


def _by_label(scores: Columns, judged: Judged) -> Columns:
    return {label: scores[signal] for label, signal in judged.signals.items()}
