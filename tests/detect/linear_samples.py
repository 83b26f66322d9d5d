"""A small linear model for tests: its weights are set by hand, word by word, so that every score is known."""

from collections.abc import Mapping

import numpy as np

from evenhand.detect._artefact import HEADS, STEPS, HeadRecord, LinearModel, Manifest, seal_model
from evenhand.detect._features import TABLE_ROWS, read_grams

THRESHOLDS = (0.5, 0.4, 0.6)


def a_model(words: Mapping[str, tuple[int, int, int]]) -> LinearModel:
    """A model in which only these words weigh, with one weight per head.

    The calibration is a straight line: evidence of -10 to 10 is a probability of 0 to 1.
    """
    weights = np.zeros((len(HEADS), TABLE_ROWS), dtype=np.int8)
    for word, values in words.items():
        weights[:, read_grams([word]).words[0, 0]] = values
    return LinearModel(manifest=a_manifest(), weights=weights, steps=_line())


def a_random_model(seed: int) -> LinearModel:
    """A model in which every gram weighs something, the extremes included."""
    chance = np.random.default_rng(seed)
    weights = chance.integers(-128, 128, (len(HEADS), TABLE_ROWS), dtype=np.int8)
    return LinearModel(manifest=a_manifest(), weights=weights, steps=_line() * 50)


def a_manifest() -> Manifest:
    """As a training would write it."""
    return Manifest(
        name="text-linear",
        version="1",
        folding_version="0123456789abcdef",
        languages=("en",),
        reference_share=0.3,
        heads=tuple(
            HeadRecord(signal=head, threshold=threshold, miss_cost=1.0, train_rows=(2, 3), dev_rows=(4, 5))
            for head, threshold in zip(HEADS, THRESHOLDS, strict=True)
        ),
        seed=7,
    )


def an_artefact() -> tuple[bytes, bytes]:
    """The manifest and weights of a model that knows a few words."""
    return seal_model(a_model({"ghastly": (90, 0, 60), "beware": (0, 80, 40)}))


def _line() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.tile((np.arange(STEPS) + 0.5) / STEPS * 20 - 10, (len(HEADS), 1))
