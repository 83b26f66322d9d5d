"""The cascade: a first stage lets clear cases pass at the speed of the stream, the encoder reads the rest.

    detector = CascadeDetector(first, encoder, bounds)
    detector.examine(batch)["text.hateful"]     # of a clear post the first stage's value, else the encoder's

The first stage is the linear detector, trained to foresee what the encoder will say. A post is clear if every
label lies below its `pass_below`, or some label at or over its `flag_from`. What that loses is measured; the
figures stand in the manifest beside the bounds, in the model card, and as a curve in
`benchmarks/results/cascade.json`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput, VerificationError
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, Span

from ._artefact import HEADS
from ._base import Shelf
from ._sealing import open_sealed, seal
from .encoder import EncoderDetector
from .encoder import load as load_encoder
from .linear import LinearTextDetector, load_model

__all__ = ["Bounds", "BoundsRecord", "CascadeDetector", "CascadeManifest", "load", "parse_bounds"]

NAME: Final = "text-cascade"
FIRST_STAGE: Final = "text-first"
MANIFEST_FILE: Final = "manifest.json"

_NEVER: Final = 1.01
_AGAIN: Final = "install Evenhand again, or measure the bounds anew as training/encoder/README.md says"

Probability = Annotated[float, msgspec.Meta(ge=0, le=_NEVER)]


class BoundsRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The published bounds of one label, and what they were measured to lose.

    Attributes:
        signal: The label.
        pass_below: Of the first stage: below it the label is taken to be absent.
        flag_from: The same: from it the label is taken to be present; 1.01 says never.
        recall_encoder: Of the texts with the label, the share at or over the threshold of any label where
            the encoder reads all.
        recall_cascade: The same when it reads what the first stage leaves.
    """

    signal: str
    pass_below: Probability
    flag_from: Probability
    recall_encoder: float
    recall_cascade: float


class CascadeManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The cascade's own artefact: bounds that belong to two sealed models.

    Attributes:
        name: `text-cascade`.
        version: Of the recipe.
        first: Version of the first stage that the bounds were measured with.
        encoder: Version of the encoder.
        bounds: One record per label.
        forwarded: Share of ordinary posts that the encoder then reads.
        seal: SHA-256 of this manifest with an empty seal, in hex.
    """

    name: str
    version: str
    first: str
    encoder: str
    bounds: Annotated[tuple[BoundsRecord, ...], msgspec.Meta(min_length=1)]
    forwarded: float
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """When the first stage's word is enough.

    Attributes:
        pass_below: Per label.
        flag_from: Per label; over 1 says never.
    """

    pass_below: Mapping[str, float]
    flag_from: Mapping[str, float] = field(default_factory=dict)

    def clear(self, columns: Columns) -> Bools:
        """Which items the first stage is sure about: it knows their labels, all low or one high enough."""
        known = np.logical_and.reduce([_known(columns[label]) for label in self.pass_below])
        low = np.logical_and.reduce(
            [columns[label].values < bound for label, bound in self.pass_below.items()]
        )
        high = np.zeros(len(known), np.bool_)
        for label, bound in self.flag_from.items():
            high |= columns[label].values >= bound
        return np.asarray(known & (low | high), np.bool_)

    def spelt(self) -> str:
        """One spelling, exact, for the version: `text.hateful<0.02 text.hateful>=0.99`; off is empty."""
        passes = [f"{label}<{bound}" for label, bound in sorted(self.pass_below.items())]
        flags = [f"{label}>={bound}" for label, bound in sorted(self.flag_from.items()) if bound <= 1]
        return " ".join(passes + flags)


class CascadeDetector:
    """Implements `Detector` and `Embedder`: the encoder's signals.

    Kind, target and context are known where the encoder read, and its vectors stand for every readable item.
    """

    def __init__(self, first: LinearTextDetector, encoder: EncoderDetector, bounds: Bounds) -> None:
        self._first = first
        self._encoder = encoder
        self._bounds = bounds
        between = f"{first.version} {bounds.spelt() or 'off'}"
        self._version = f"{encoder.version}/{hashlib.sha256(between.encode()).hexdigest()[:8]}"

    @property
    def name(self) -> str:
        """`text-cascade`."""
        return NAME

    @property
    def version(self) -> str:
        """The encoder's, and a hash of the first stage's and the bounds: any of them moves a value."""
        return self._version

    @property
    def place_version(self) -> str:
        """The encoder's: other bounds leave every post in its place."""
        return self._encoder.version

    @property
    def signals(self) -> Sequence[Signal]:
        """Those of the encoder."""
        return self._encoder.signals

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Those of the encoder."""
        return self._encoder.thresholds

    @property
    def stages(self) -> tuple[LinearTextDetector, EncoderDetector]:
        """The first stage and the encoder."""
        return self._first, self._encoder

    @property
    def bounds(self) -> Bounds:
        """Those in use."""
        return self._bounds

    def examine(self, batch: Batch) -> Columns:
        """The first stage's values for clear items, the encoder's for the others."""
        readable = self._encoder.readable(batch)
        early = {
            head: Column(values) for head, values in zip(HEADS, self._first.read(batch.folded), strict=True)
        }
        clear = self.clear(early) & readable
        columns = dict(self._encoder.columns(batch, readable & ~clear))
        for label in self._bounds.pass_below:
            late = columns[label]
            columns[label] = Column(np.where(clear, early[label].values, late.values), readable)
        return columns

    def clear(self, early: Columns) -> Bools:
        """Which items need no second reading, by the first stage's columns."""
        if not self._bounds.pass_below:
            return np.zeros(len(next(iter(early.values()))), np.bool_)
        return self._bounds.clear(early)

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """The encoder's, for labels at or over their thresholds by the values of the cascade."""
        return self._encoder.spans_of(batch, self.examine(batch))

    def vectors(self, batch: Batch) -> npt.NDArray[np.float32]:
        """The encoder's."""
        return self._encoder.vectors(batch)


def parse_bounds(spelt: str, published: Bounds, thresholds: Mapping[str, float]) -> Bounds:
    """What an operator set: `published`, `off`, or `pass-below=0.01` (`flag-from=0.99`) for all labels alike.

    Args:
        spelt: As written.
        published: The bounds of the artefact.
        thresholds: Per label, from which it is a finding: a post that passes is never one.

    Raises:
        BadInput: It is none of these, a bound is no probability, or a post could pass and be a finding.
    """
    if spelt == "published":
        return published
    if spelt == "off":
        return Bounds({})
    found: dict[str, float] = {}
    for part in spelt.split():
        name, _, number = part.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            found[name] = float("nan")
        if name not in {"pass-below", "flag-from"} or not 0 <= found[name] <= 1:
            raise BadInput(
                f"the cascade's bounds say {part!r}",
                mend="write published, off, or pass-below=0.01, with flag-from=0.99 behind it if you like",
            )
    labels, lowest = published.pass_below, min(thresholds.values())
    if found.get("pass-below", 0.0) > lowest:
        raise BadInput(
            f"the cascade's bounds say pass-below={found['pass-below']:g}, over a threshold of the encoder:"
            " the first stage alone would find what it passes unread",
            mend=f"write at most pass-below={lowest:g}",
        )
    return Bounds(
        dict.fromkeys(labels, found["pass-below"]) if "pass-below" in found else labels,
        dict.fromkeys(labels, found["flag-from"]) if "flag-from" in found else published.flag_from,
    )


def open_bounds(stored: bytes, *, first: str, encoder: str) -> Bounds:
    """The published bounds, if they were measured with these two models.

    Raises:
        VerificationError: The manifest is damaged, or speaks of others; a label lacks a bound, so that posts
            would pass that nobody had read for it.
    """
    manifest = open_sealed(stored, CascadeManifest, mend=_AGAIN)
    if (manifest.first, manifest.encoder) != (first, encoder):
        raise VerificationError(
            f"the bounds of {manifest.name} were measured with {manifest.first} and {manifest.encoder},"
            f" the models here are {first} and {encoder}",
            mend=_AGAIN,
        )
    bounded = tuple(one.signal for one in manifest.bounds)
    if bounded != HEADS:
        raise VerificationError(
            f"the bounds of {manifest.name} are of {', '.join(bounded)}, expected {', '.join(HEADS)}",
            mend=_AGAIN,
        )
    return Bounds(
        MappingProxyType({one.signal: one.pass_below for one in manifest.bounds}),
        MappingProxyType({one.signal: one.flag_from for one in manifest.bounds}),
    )


def load(shelf: Shelf) -> CascadeDetector:
    """The shipped models with the published bounds, or with those that the operator set.

    Raises:
        VerificationError: A file of an artefact is missing or damaged, or the bounds belong to other models.
        BadInput: What the operator wrote behind the name cannot be read.
    """
    first, encoder = load_model(shelf, FIRST_STAGE), load_encoder(shelf)
    files = shelf.model(NAME)
    if MANIFEST_FILE not in files:
        raise VerificationError(f"model {NAME} lacks {MANIFEST_FILE}", mend=_AGAIN)
    published = open_bounds(files[MANIFEST_FILE], first=first.version, encoder=encoder.version)
    return CascadeDetector(
        first, encoder, parse_bounds(shelf.options() or "published", published, encoder.thresholds)
    )


def seal_bounds(manifest: CascadeManifest) -> bytes:
    """The manifest as it is stored."""
    return seal(manifest)


def _known(column: Column) -> Bools:
    return np.ones(len(column), np.bool_) if column.known is None else column.known
