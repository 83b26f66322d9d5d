"""Labelled files as columns: what each row is said to be, its groups, and how detectors score it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, examine
from evenhand.detect.quality import TruthRow, read_truths
from evenhand.errors import BadInput
from evenhand.intake import ITEM_SCHEMA, Chunk, to_batch
from evenhand.vocabulary import Column, Columns

GROUPS: Final = ("source", "functionality", "target_group", "dialect", "language")
"""Columns that rows are judged apart by, where they have them."""

TRUTHS: Final = ("label_hateful", "label_abusive", "label_threat", "label_type")

_ITEM_COLUMNS: Final = frozenset(one.name for one in ITEM_SCHEMA if one.type == pa.string()) - {"extra"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOptions:
    """How to read and judge labelled files.

    Attributes:
        columns: Known column -> what it is called in the files.
        split: Only rows whose column `split` says so; None for all.
        by: Columns to judge apart by, besides `GROUPS`.
        seed: Of the bootstrap intervals.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    split: str | None = None
    by: Sequence[str] = ()
    seed: int


class LabelledRows:
    """What was read so far: truths, groups, and the scores of each detector.

    Attributes:
        rejected: Rows that could not be read.
    """

    def __init__(self, detectors: Sequence[Detector], options: EvaluateOptions) -> None:
        twice = [name for at, name in enumerate(options.by) if name in options.by[:at]]
        if twice:
            raise BadInput(f"--by gives {twice[0]} twice", mend="say it once")
        self._truths: list[TruthRow] = []
        self._scores: list[dict[str, list[Column]]] = [
            {signal.name: [] for signal in detector.signals} for detector in detectors
        ]
        self.rejected = 0
        self._detectors = detectors
        self._options = options
        self._groups: dict[str, list[str]] = {name: [] for name in (*GROUPS, *options.by)}

    def add(self, chunk: Chunk) -> None:
        """Read and examine some items."""
        self.rejected += len(chunk.rejects)
        items, labels = _of_split(chunk.items, self._options.split)
        if not labels:
            return
        sources = [str(source) for source in items.column("source").to_pylist()]
        self._truths += [_truth(row, source) for row, source in zip(labels, sources, strict=True)]
        for name, values in self._groups.items():
            if name in _ITEM_COLUMNS:
                values += ["" if value is None else str(value) for value in items.column(name).to_pylist()]
            else:
                values += [row.get(name, "") for row in labels]
        batch = to_batch(items)
        for detector, scores in zip(self._detectors, self._scores, strict=True):
            examined = examine(batch, [detector])
            for name, parts in scores.items():
                parts.append(examined.signals[name])

    def __len__(self) -> int:
        return len(self._truths)

    def told(self) -> Columns:
        """The truth of each label that any row tells.

        Raises:
            BadInput: There are no rows, or none tells anything.
        """
        split = self._options.split
        if not self._truths and split:
            raise BadInput(
                f"no row's column split says {split!r}",
                mend="name a split that the files have, or leave --split out",
            )
        if not self._truths:
            raise BadInput("there are no rows", mend="name files that have some")
        told = {name: truth for name, truth in read_truths(self._truths).items() if np.any(truth.known)}
        if not told:
            raise BadInput("no row says what it is", mend=f"a labelled file has one of {', '.join(TRUTHS)}")
        return told

    def groups(self) -> dict[str, list[str]]:
        """Per grouping column that any row has, one value per row.

        Raises:
            BadInput: One that was asked for is not among them.
        """
        found = {name: values for name, values in self._groups.items() if any(values)}
        missing = [name for name in self._options.by if name not in found]
        if missing:
            raise BadInput(
                f"no row has a value in a column {missing[0]!r} to group by",
                mend="name a column of the files with --by, as they spell it",
            )
        return found

    def scores(self, detector: int) -> Columns:
        """Every signal of one of the detectors."""
        return {name: _joined(parts) for name, parts in self._scores[detector].items()}


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
    hateful, abusive, threat, kind = (labels.get(name, "") for name in TRUTHS)
    return TruthRow(source=source, hateful=hateful, abusive=abusive, threat=threat, kind=kind)


def _joined(columns: Sequence[Column]) -> Column:
    """One signal of all chunks."""
    parts = [np.ones(len(one), bool) if one.known is None else one.known for one in columns]
    return Column(np.concatenate([one.values for one in columns]), np.concatenate(parts))
