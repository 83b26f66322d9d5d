"""Measuring a detector on labelled data, by the columns that the data sets themselves have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, examine
from evenhand.detect.quality import Quality, TruthRow, evaluate, read_truths
from evenhand.errors import BadInput
from evenhand.intake import Chunk, read_items, to_batch
from evenhand.vocabulary import Column, Columns

from ._inputs import Input
from ._tools import CHUNK_ITEMS

GROUPS = ("source", "functionality", "target_group")
TRUTHS = ("label_hateful", "label_abusive", "label_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How good a detector is on some data sets.

    Attributes:
        detector: Its name.
        version: Its version.
        rows: Rows judged.
        rejected: Rows that could not be read.
        quality: The figures.
    """

    detector: str
    version: str
    rows: int
    rejected: int
    quality: Quality


def evaluate_files(
    detector: Detector,
    inputs: Sequence[Input],
    *,
    columns: Mapping[str, str],
    split: str | None,
    seed: int,
    now: datetime,
) -> Evaluation:
    """Judge a detector on labelled files.

    Args:
        detector: Which.
        inputs: Items with at least one of the columns `label_hateful`, `label_abusive`, `label_type`.
        columns: Known column -> what it is called in the files.
        split: Only rows whose column `split` says so; None for all.
        seed: Of the bootstrap intervals.
        now: The time, to judge the items' own times by.

    Raises:
        BadInput: There are no labels, or no rows of that split.
    """
    truths: list[TruthRow] = []
    groups: dict[str, list[str]] = {name: [] for name in GROUPS}
    scores: dict[str, list[Column]] = {signal.name: [] for signal in detector.signals}
    rejected = 0
    for chunk in _chunks(inputs, columns, now):
        rejected += len(chunk.rejects)
        items, labels = _of_split(chunk.items, split)
        batch = examine(to_batch(items), [detector])
        for source, row in zip(map(str, items.column("source").to_pylist()), labels, strict=True):
            truths.append(_truth(row, source))
            for name, values in groups.items():
                values.append(source if name == "source" else row.get(name, ""))
        for name, parts in scores.items():
            parts.append(batch.signals[name])
    _check(truths, split)
    told = {name: column for name, column in read_truths(truths).items() if name in scores}
    quality = evaluate(_joined(scores), told, groups, thresholds=detector.thresholds, seed=seed)
    return Evaluation(
        detector=detector.name, version=detector.version, rows=len(truths), rejected=rejected, quality=quality
    )


def _chunks(inputs: Sequence[Input], columns: Mapping[str, str], now: datetime) -> Iterator[Chunk]:
    for one in inputs:
        yield from read_items(
            one.stream, one.format, name=one.name, columns=columns, now=now, rows=CHUNK_ITEMS
        )


def _of_split(items: pa.Table, split: str | None) -> tuple[pa.Table, list[Mapping[str, str]]]:
    """The items of a split, with their labels."""
    labels = [_labels(extra) for extra in items.column("extra").to_pylist()]
    kept = [row for row, said in enumerate(labels) if split in {None, said.get("split")}]
    return items.take(np.array(kept, np.intp)), [labels[row] for row in kept]


def _labels(extra: str | None) -> Mapping[str, str]:
    """The columns that are not of the item contract, as text."""
    row = msgspec.json.decode(extra) if extra else {}
    return {name: str(value) for name, value in row.items()}


def _truth(labels: Mapping[str, str], source: str) -> TruthRow:
    hateful, abusive, kind = (labels.get(name, "") for name in TRUTHS)
    return TruthRow(source=source, hateful=hateful, abusive=abusive, kind=kind)


def _check(truths: Sequence[TruthRow], split: str | None) -> None:
    if not truths:
        wanted = f"no row's column split says {split!r}" if split else "there are no rows"
        raise BadInput(wanted, mend="name a split that the files have, or leave --split out")
    if not any(row.hateful or row.abusive or row.kind for row in truths):
        raise BadInput("no row says what it is", mend=f"a labelled file has one of {', '.join(TRUTHS)}")


def _joined(scores: Mapping[str, Sequence[Column]]) -> Columns:
    """Each signal of all chunks as one column."""
    return {
        name: Column(
            np.concatenate([column.values for column in columns]),
            np.concatenate(
                [np.ones(len(column), bool) if column.known is None else column.known for column in columns]
            ),
        )
        for name, columns in scores.items()
    }
