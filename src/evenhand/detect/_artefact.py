"""The linear detector's artefact: a manifest (JSON) and a table of weights (raw bytes), nothing that can run.

    model = open_model(manifest, weights)   # raises VerificationError where a byte is not as it was sealed
    manifest, weights = seal_model(model)   # the same bytes again

The weights are one signed byte per head and table row, head after head, then per head the 1,000 steps of
its calibration as little-endian float64: `steps[k]` is the least evidence whose probability is
`(k + 1) / 1000`. A table of steps, and no formula with an exponential, because that would differ in the last
digit between machines.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
import numpy as np
import numpy.typing as npt

from evenhand.errors import VerificationError
from evenhand.intake import fold

from ._features import FEATURE_VERSION, TABLE_ROWS
from ._sealing import open_sealed, seal

FORMAT: Final = 1
HEADS: Final = ("text.hateful", "text.threat", "text.abusive")
STEPS: Final = 1000

_TABLE_BYTES: Final = len(HEADS) * TABLE_ROWS
_SIZE: Final = _TABLE_BYTES + len(HEADS) * STEPS * 8
_AGAIN: Final = "install Evenhand again, or rebuild the model with training/linear/train.py"

_FOLDING_PROBES: Final = (
    "The QUICK brown fox, isn\u2019t it? 1999!",
    "n1ce @ss, $tupid w0rds",
    "k i l l and k.i.l.l but U.S.A.",
    "sooooo  many\u200bspaces\tand\nlines",
    "\uff57\uff49\uff44\uff45 \U0001d4fc\U0001d4ec\U0001d4fb cafe\u0301 \u0440\u0430y\u0440al",
    "@Some_Name https://Example.org/Path #Tag \N{PIG FACE}\N{ZERO WIDTH JOINER}",
)

Weights = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]


class HeadRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is published about one head.

    Attributes:
        signal: The column it fills: `text.hateful`.
        threshold: The probability from which it counts as a finding.
        miss_cost: How many false alarms one miss was taken to be worth when the threshold was chosen.
        train_rows: Rows that say something about this label: `(with it, without it)`.
        dev_rows: The same of the rows that the calibration and the threshold were chosen on.
    """

    signal: str
    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    miss_cost: Annotated[float, msgspec.Meta(gt=0)]
    train_rows: tuple[int, int]
    dev_rows: tuple[int, int]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The artefact's own description, stored as JSON in exactly one spelling.

    Attributes:
        format: Of the weights file.
        name: Of the model: `text-linear`.
        version: Of the training recipe; the weights' hash is added to it where a finding is recorded.
        feature_version: `evenhand.detect._features.FEATURE_VERSION` at training.
        folding_version: The folding that the training texts went through.
        languages: Primary language tags that it was trained on.
        reference_share: The share of texts with a label that the probabilities and thresholds suppose.
        heads: One record per head, in the order of the weights.
        seed: Of the training.
        weights_sha256: Of the weights file, in hex.
        seal: SHA-256 of this manifest with an empty seal, in hex: a damaged threshold is noticed too.
    """

    format: int = FORMAT
    name: str
    version: str
    feature_version: str = FEATURE_VERSION
    folding_version: str
    languages: tuple[str, ...]
    reference_share: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    heads: tuple[HeadRecord, ...]
    seed: int
    weights_sha256: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """An artefact, opened and checked.

    Attributes:
        manifest: As stored.
        weights: Shape (heads, TABLE_ROWS).
        steps: Shape (heads, STEPS), never falling.
    """

    manifest: Manifest
    weights: Weights = field(repr=False)
    steps: Floats = field(repr=False)


def folding_version() -> str:
    """A name for what folding does: the first 16 hex digits of SHA-256 over a few folded texts.

    Taken from what it does and not from a number somebody must remember to raise: a model reads what folding
    wrote, so where this differs from its manifest, it should be trained again.
    """
    return hashlib.sha256("\n".join(fold(_FOLDING_PROBES)).encode()).hexdigest()[:16]


def seal_model(model: LinearModel) -> tuple[bytes, bytes]:
    """The manifest and the weights as bytes, with their hashes filled in."""
    weights = model.weights.astype("<i1").tobytes() + model.steps.astype("<f8").tobytes()
    digest = hashlib.sha256(weights).hexdigest()
    return seal(msgspec.structs.replace(model.manifest, weights_sha256=digest)), weights


def open_model(manifest: bytes, weights: bytes) -> LinearModel:
    """Check an artefact byte for byte and read it.

    Raises:
        VerificationError: The manifest is damaged or made for another version; the weights are missing, cut
            short or changed.
    """
    record = _read_manifest(manifest)
    if len(weights) != _SIZE:
        raise VerificationError(
            f"the weights of model {record.name} have {len(weights)} bytes, expected {_SIZE}", mend=_AGAIN
        )
    digest = hashlib.sha256(weights).hexdigest()
    if digest != record.weights_sha256:
        raise VerificationError(
            f"the weights of model {record.name} have SHA-256 {digest},"
            f" its manifest says {record.weights_sha256}",
            mend=_AGAIN,
        )
    table = np.frombuffer(weights, dtype="<i1", count=_TABLE_BYTES).reshape(len(HEADS), TABLE_ROWS)
    steps = np.frombuffer(weights, dtype="<f8", offset=_TABLE_BYTES).reshape(len(HEADS), STEPS)
    if np.isnan(steps).any() or (np.diff(steps, axis=1) < 0).any():
        raise VerificationError(
            f"the calibration of model {record.name} falls, expected steps that rise", mend=_AGAIN
        )
    return LinearModel(manifest=record, weights=table, steps=steps.astype(np.float64))


def _read_manifest(manifest: bytes) -> Manifest:
    """The manifest, if it is whole, spelt as sealed, and made for this version.

    Raises:
        VerificationError: It is not.
    """
    record = open_sealed(manifest, Manifest, mend=_AGAIN)
    if (record.format, record.feature_version) != (FORMAT, FEATURE_VERSION):
        raise VerificationError(
            f"model {record.name} has format {record.format} and feature version {record.feature_version}, "
            f"this Evenhand reads format {FORMAT} and feature version {FEATURE_VERSION}",
            mend="take the model that came with this version, or rebuild it with training/linear/train.py",
        )
    if tuple(head.signal for head in record.heads) != HEADS:
        raise VerificationError(
            f"model {record.name} has the heads {', '.join(head.signal for head in record.heads)}, "
            f"expected {', '.join(HEADS)}",
            mend=_AGAIN,
        )
    return record
