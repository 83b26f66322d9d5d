"""A small detector that does all that one may: probabilities, categories, spans, places. For tests."""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType, Span

WIDTH = 64


class Alike:
    """Looks for zorbles. Texts that share words lie close together; without a letter nothing can be read."""

    name = "alike"
    version = "1+0123456789abcdef"
    signals: Sequence[Signal] = (
        Signal(name="text.hateful", type=SignalType.PROBABILITY, meaning="Made for tests."),
        Signal(name="text.threat", type=SignalType.PROBABILITY, meaning="Made for tests."),
        Signal(name="text.kind", type=SignalType.CATEGORY, meaning="Made for tests."),
        Signal(name="text.target", type=SignalType.CATEGORY, meaning="Made for tests."),
    )
    thresholds: Mapping[str, float] = {"text.hateful": 0.5}

    def examine(self, batch: Batch) -> Columns:
        """Hateful and derogation of zorbles where the word stands, of nobody where it does not."""
        known = self._readable(batch)
        seen = np.array(["zorble" in text for text in batch.folded], np.bool_)
        return {
            "text.hateful": Column(np.where(seen, 0.97, 0.125), known),
            "text.threat": Column(np.zeros(len(batch)), known),
            "text.kind": Column(seen.astype(np.int32), known, ("none", "derogation")),
            "text.target": Column(seen.astype(np.int32), known, ("none", "zorbles")),
        }

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Nowhere: this is not about spans."""
        return [() for _ in range(len(batch))]

    @property
    def place_version(self) -> str:
        """As its values."""
        return self.version

    def vectors(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Counts of words by their hash, of length 1."""
        places = np.zeros((len(batch), WIDTH), np.float32)
        for row in np.flatnonzero(self._readable(batch)).tolist():
            for word in batch.folded[row].split():
                places[row, zlib.crc32(word.encode()) % WIDTH] += 1
            places[row] /= np.linalg.norm(places[row]) or 1
        return places

    @staticmethod
    def _readable(batch: Batch) -> npt.NDArray[np.bool_]:
        return np.array([any(map(str.isalpha, text)) for text in batch.folded], np.bool_)


def load(_: object) -> Alike:
    """For the entry point."""
    return Alike()


def install(folder: Path) -> None:
    """Make the detector `alike` known to whatever has a folder, and this file's, on its path."""
    metadata = folder / "alike-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: alike\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[evenhand.detectors]\nalike = alike:load\n", encoding="utf-8")
