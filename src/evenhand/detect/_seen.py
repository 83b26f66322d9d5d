"""All that detectors say of an item, for whoever decides about it: only for what becomes a case."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Batch, Embedding, Reading

from ._base import Detector, Embedder


@dataclass(frozen=True, slots=True)
class Seen:
    """What detectors say of one item.

    Attributes:
        readings: The values of each detector.
        embeddings: Its place by each detector that is an `Embedder` and can read it.
    """

    readings: tuple[Reading, ...] = ()
    embeddings: tuple[Embedding, ...] = ()


def seen(batch: Batch, detectors: Sequence[Detector]) -> list[Seen]:
    """Per item what each detector says of it.

    Args:
        batch: The items, with their signals.
        detectors: Those that examined them.
    """
    places = [
        _embeddings(detector.name, detector.place_version, detector.vectors(batch))
        for detector in detectors
        if isinstance(detector, Embedder)
    ]
    return [
        Seen(
            readings=tuple(_reading(batch, row, detector) for detector in detectors),
            embeddings=tuple(found for place in places if (found := place[row]) is not None),
        )
        for row in range(len(batch))
    ]


def _reading(batch: Batch, row: int, detector: Detector) -> Reading:
    values = {signal.name: batch.signals[signal.name].at(row) for signal in detector.signals}
    return Reading(detector=detector.name, version=detector.version, values=values)


def _embeddings(name: str, version: str, vectors: npt.NDArray[np.float32]) -> list[Embedding | None]:
    """Per item its place by one embedder; None where that could not read it."""
    return [
        Embedding(detector=name, version=version, vector=place.tobytes()) if place.any() else None
        for place in vectors.astype("<f2")
    ]
