"""The rows that the linear detector is trained and tuned on, each with what its source says, no more."""

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from evenhand.intake import fold

Floats = npt.NDArray[np.float64]

HEADS: Final = ("hateful", "threat", "abusive")

_PLACEHOLDER: Final = re.compile(r"\bhttp\b(?!:)")
"""What the data sets put for a link; made a link again, which the detector skips."""

TRAIN_SPLITS: Final = ("train", "unsampled")
SOURCES: Final = (
    "convabuse",
    "davidson2017",
    "dynahate",
    "edos",
    "hatemoji_build",
    "implicit_hate",
    "measuring_hate_speech",
    "online_misogyny",
    "stormfront",
    "surge_toxicity",
    "toxigen_demo",
    "wiki_toxicity",
)
"""What may be trained on. OLID and the suites are absent on purpose: they are for testing alone."""

KINDS_GIVEN: Final = ("edos", "hatemoji_build", "implicit_hate", "online_misogyny")
"""The sources whose annotators told threats from other hate."""


@dataclass(frozen=True, slots=True)
class Rows:
    """N rows.

    Attributes:
        texts: Folded.
        sources: The data set of each.
        labels: Shape (3, N), in the order of `HEADS`: 1, 0, or NaN where the source does not say.
    """

    texts: list[str]
    sources: list[str]
    labels: Floats

    def __len__(self) -> int:
        return len(self.texts)

    def joined(self, more: "Rows") -> "Rows":
        """These rows, then `more`."""
        return Rows(
            self.texts + more.texts, self.sources + more.sources, np.hstack([self.labels, more.labels])
        )


def read_rows(directory: Path, splits: tuple[str, ...], sources: tuple[str, ...] = SOURCES) -> Rows:
    """The rows of some splits of some sources, in the order of the files."""
    texts: list[str] = []
    names: list[str] = []
    labels: list[tuple[float, float, float]] = []
    for source in sources:
        for row in _read(directory / f"{source}.csv.gz"):
            if row["split"] in splits:
                texts.append(_PLACEHOLDER.sub("http://link", row["text"]))
                names.append(source)
                labels.append(said(source, row))
    return Rows(fold(texts), names, np.array(labels).reshape(len(labels), len(HEADS)).T)


def said(source: str, row: dict[str, str]) -> tuple[float, float, float]:
    """What a source says about a row: hateful, threat, abusive; NaN where it says nothing.

    A threat is a row of that kind. Where annotators gave kinds, a row of another kind is none, except
    incitement, which others would call a threat, and hate whose kind is not given.
    """
    hateful = float(row["label_hateful"] or "nan")
    abusive = 1.0 if hateful == 1 else float(row["label_abusive"] or "nan")
    kind = row["label_type"]
    if source not in KINDS_GIVEN or kind in ("incitement", "hate_explicit", "hate_unspecified"):
        return hateful, float("nan"), abusive
    return hateful, float(kind == "threat"), abusive


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
