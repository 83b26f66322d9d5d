"""Scores alone: one record per item, in input order, without a store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from evenhand.detect import Detector, examine, findings
from evenhand.intake import Reject, read_items, to_batch
from evenhand.vocabulary import Batch, Column, Signal, SignalType

from ._app import utc_now
from ._detectors import load_detectors
from ._inputs import Input
from ._tools import CHUNK_ITEMS
from .policies import read_policies

_HATEFUL, _TARGET = "hateful", "target"  # as the signals `text.hateful` and `text.target` are called here
_NO_GROUP = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a detector says about one item.

    Attributes:
        id: The item's id.
        scores: Label -> calibrated probability, 0 to 1; a label without a known score is left out.
        unknown: The labels left out.
        labels: Those at or over their published thresholds.
        target_groups: Groups that a hateful text is aimed at; empty where it is not labelled so, or where the
            detector does not tell.
        spans: Start, end and label of what carried a label; offsets into the original text.
        detector: Its name.
        version: Its version.
        categories: Of a detector that has such signals, each with the category it prefers; None where that is
            unknown. Left out of the record of a detector that has none.
    """

    id: str
    scores: Mapping[str, float]
    unknown: Sequence[str]
    labels: Sequence[str]
    target_groups: Sequence[str]
    spans: Sequence[tuple[int, int, str]]
    detector: str
    version: str
    categories: Mapping[str, str | None] | msgspec.UnsetType = msgspec.UNSET


def detect(
    detector: Detector,
    inputs: Sequence[Input],
    *,
    columns: Mapping[str, str],
    now: datetime,
    on_rejects: Callable[[Sequence[Reject]], None],
) -> Iterator[Scores]:
    """Score every item of some files, in order.

    Raises:
        BadInput: A file cannot be read as items at all.
    """
    for one in inputs:
        chunks = read_items(one.stream, one.format, name=one.name, columns=columns, now=now, rows=CHUNK_ITEMS)
        for chunk in chunks:
            on_rejects(chunk.rejects)
            yield from _scores(detector, examine(to_batch(chunk.items), [detector]))


def _scores(detector: Detector, batch: Batch) -> Iterator[Scores]:
    signals = [signal for signal in detector.signals if signal.type is SignalType.PROBABILITY]
    choices = [signal.name for signal in detector.signals if signal.type is SignalType.CATEGORY]
    labelled = _labelled(detector, batch, signals)
    seen = dict(zip(labelled, findings(batch.take(np.array(labelled, np.intp)), [detector]), strict=True))
    for row, name in enumerate(map(str, batch.items.column("id").to_pylist())):
        values = {_label(signal.name): batch.signals[signal.name].at(row) for signal in signals}
        found = seen.get(row, ())
        labels = [_label(one.signal) for one in found]
        chosen = {_label(signal): _category(batch.signals[signal], row) for signal in choices}
        yield Scores(
            id=name,
            scores={label: round(float(value), 6) for label, value in values.items() if value is not None},
            unknown=[label for label, value in values.items() if value is None],
            labels=labels,
            target_groups=_target_groups(labels, chosen),
            spans=[(span.start, span.end, _label(span.signal)) for one in found for span in one.spans],
            detector=detector.name,
            version=detector.version,
            categories=chosen or msgspec.UNSET,
        )


def _category(column: Column, row: int) -> str | None:
    value = column.at(row)
    return value if isinstance(value, str) else None


def _target_groups(labels: Sequence[str], categories: Mapping[str, str | None]) -> list[str]:
    target = categories.get(_TARGET) or _NO_GROUP
    return [target] if _HATEFUL in labels and target != _NO_GROUP else []


def _labelled(detector: Detector, batch: Batch, signals: Sequence[Signal]) -> list[int]:
    """Rows at or over any published threshold."""
    over = np.zeros(len(batch), bool)
    published = [signal.name for signal in signals if signal.name in detector.thresholds]
    for name in published:
        column = batch.signals[name]
        reached = column.values >= detector.thresholds[name]
        over |= reached if column.known is None else reached & column.known
    return np.flatnonzero(over).tolist()


def _label(signal: str) -> str:
    return signal.removeprefix("text.")


def text_detector(name: str) -> Detector:
    """A detector by its name.

    Raises:
        BadInput: There is none of that name.
    """
    policies = read_policies([], utc_now())
    return load_detectors([name], {policy.where: policy.files for policy in policies})[0]
