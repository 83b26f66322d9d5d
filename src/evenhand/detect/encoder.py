"""The encoder: a small transformer that reads a whole post, for English.

    detector = EncoderDetector(open_encoder(files))
    detector.examine(batch)["text.hateful"].values     # calibrated probabilities in steps of 0.001

It reads what `Reader` makes of the folded text, one text a call and unpadded, in windows of a stated number
of tokens; of a longer text every label is its highest over the windows. `models/text-encoder/CARD.md` says
what it was trained on and how often it is wrong on which texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from evenhand.errors import VerificationError
from evenhand.intake import EXAMINED_CHARACTERS
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, SignalType, Span

from ._base import Shelf
from ._encoder_artefact import Artefact, LabelRecord, open_encoder
from ._occlusion import strongest
from ._reading import Reader
from ._windows import Window, windows
from .languages import english

__all__ = ["EncoderDetector", "load"]

NAME: Final = "text-encoder"
STEPS: Final = 1000

_UNKNOWN: Final = "; unknown where the text is in a language that the model does not cover, or has no words."
_MEANINGS: Final = MappingProxyType(
    {
        "text.hateful": "How likely the text attacks people for a protected characteristic" + _UNKNOWN,
        "text.threat": "How likely the text threatens somebody with harm or hopes for it" + _UNKNOWN,
        "text.abusive": "How likely the text is abusive or insulting, hate included" + _UNKNOWN,
        "text.kind": "What an abusive text most likely does: derogation, threat, insult and so on" + _UNKNOWN,
        "text.target": "Which protected group the text is most likely about" + _UNKNOWN,
        "text.context": "Why a text that looks bad may be none: quotation, counter-speech" + _UNKNOWN,
    }
)

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the encoder says of the N texts that it read.

    Attributes:
        labels: Calibrated probabilities, shape (labels, N).
        choices: The category each choosing head prefers, shape (heads, N).
    """

    labels: npt.NDArray[np.float64]
    choices: npt.NDArray[np.int32]


class EncoderDetector:
    """Implements `Detector` and `Embedder`: one probability a label, and kind, target and context.

    A value is unknown where `languages.english` says that a model of English cannot read the text, and where
    there is nothing to read: no letter and no emoji outside links and account names.

    Raises:
        VerificationError: The artefact fills a signal that this version does not know.
    """

    def __init__(self, artefact: Artefact) -> None:
        manifest = artefact.manifest
        self._manifest = manifest
        self._network = artefact.network
        self._tokenizer = artefact.tokenizer
        self._reader = Reader(artefact.emoji)
        self._version = f"{manifest.version}+{manifest.seal[:12]}"
        self._thresholds = MappingProxyType({label.signal: label.threshold for label in manifest.labels})
        self._signals = tuple(_signals(artefact))

    @property
    def name(self) -> str:
        """The model's name, which is its folder's under `models/`."""
        return self._manifest.name

    @property
    def version(self) -> str:
        """The recipe's version and the artefact's seal: another byte, another version."""
        return self._version

    @property
    def place_version(self) -> str:
        """The version: the network gives the places too."""
        return self._version

    @property
    def signals(self) -> Sequence[Signal]:
        """One probability per label and one category per choosing head."""
        return self._signals

    @property
    def thresholds(self) -> Mapping[str, float]:
        """As published in the manifest, with the costs that they were chosen by."""
        return self._thresholds

    def examine(self, batch: Batch) -> Columns:
        """One column per head."""
        return self.columns(batch, self.readable(batch))

    def readable(self, batch: Batch) -> Bools:
        """Which items the model can judge."""
        wordy = np.array([self._reader.has_words(text) for text in batch.folded], np.bool_)
        return wordy & english(batch)

    def columns(self, batch: Batch, rows: Bools) -> Columns:
        """The columns, known only for some of the rows; only those are read."""
        chosen = np.flatnonzero(rows)
        seen = self.read([batch.folded[row] for row in chosen.tolist()])
        columns = {}
        for number, label in enumerate(self._manifest.labels):
            values = np.zeros(len(batch))
            values[chosen] = seen.labels[number]
            columns[label.signal] = Column(values, rows)
        for number, choice in enumerate(self._manifest.choices):
            codes = np.zeros(len(batch), np.int32)
            codes[chosen] = seen.choices[number]
            columns[choice.signal] = Column(codes, rows, choice.categories)
        return columns

    def vectors(self, batch: Batch) -> Floats:
        """What the heads read of each item, shape (N, hidden), of length 1; items alike lie close together.

        Of a longer text its first window. Of one that cannot be read, zeros.
        """
        found = np.zeros((len(batch), self._network.width), np.float32)
        rows = np.flatnonzero(self.readable(batch))
        pooled = self.pooled([batch.folded[row] for row in rows.tolist()])
        found[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return found

    def pooled(self, folded: Sequence[str]) -> Floats:
        """What the heads read of some folded texts, shape (N, hidden): of a longer text its first window."""
        found = np.zeros((len(folded), self._network.width), np.float32)
        for row, text in enumerate(folded):
            found[row] = self._network.pooled(self._windows(text)[0].tokens)
        return found

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Per item and label at or over its threshold: the words without which it would score least."""
        return self.spans_of(batch, self.examine(batch))

    def spans_of(self, batch: Batch, columns: Columns) -> list[tuple[Span, ...]]:
        """The same, for values that are known already."""
        found = []
        for row, text in enumerate(batch.texts()):
            reached = [
                number
                for number, label in enumerate(self._manifest.labels)
                if reaches(columns[label.signal], row, label.threshold)
            ]
            found.append(self._strongest(text[:EXAMINED_CHARACTERS], reached) if reached else ())
        return found

    def read(self, texts: Sequence[str]) -> Seen:
        """What the model says of some folded texts, whatever their language."""
        logits = [self._logits(text) for text in texts]
        outputs = np.array(logits, np.float64).reshape(len(texts), self._outputs)
        columns = enumerate(self._manifest.labels)
        labels = np.array([calibrated(label, outputs[:, number]) for number, label in columns])
        choices, at = [], len(self._manifest.labels)
        for choice in self._manifest.choices:
            choices.append(outputs[:, at : at + len(choice.categories)].argmax(axis=1))
            at += len(choice.categories)
        return Seen(labels, np.array(choices, np.int32).reshape(len(self._manifest.choices), len(texts)))

    @property
    def _outputs(self) -> int:
        return len(self._manifest.labels) + sum(len(each.categories) for each in self._manifest.choices)

    def _logits(self, folded: str) -> Floats:
        """Of several windows the highest of each label, and the choices of the one with the highest."""
        logits = np.array([self._network.logits(window.tokens) for window in self._windows(folded)])
        labels = len(self._manifest.labels)
        worst: Floats = logits[logits[:, :labels].max(axis=1).argmax()].copy()
        worst[:labels] = logits[:, :labels].max(axis=0)
        return worst

    def _windows(self, folded: str) -> list[Window]:
        encoded = self._tokenizer.encode(self._reader.text(folded))
        return windows(encoded, size=self._manifest.window, stride=self._manifest.stride)

    def _strongest(self, text: str, labels: Sequence[int]) -> tuple[Span, ...]:
        return strongest(
            text,
            [(number, self._manifest.labels[number].signal) for number in labels],
            reader=self._reader,
            tokenizer=self._tokenizer,
            network=self._network,
            size=self._manifest.window,
            stride=self._manifest.stride,
        )


def reaches(column: Column, row: int, threshold: float) -> bool:
    """Whether a probability is known and at or over its threshold."""
    known = column.known is None or bool(column.known[row])
    return known and bool(column.values[row] >= threshold)


def calibrated(label: LabelRecord, logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities in steps of 0.001, along the straight lines between the knots of the calibration."""
    found = np.interp(logits, label.evidence, label.probability)
    return np.asarray(np.rint(found * STEPS) / STEPS, np.float64)


def load(shelf: Shelf) -> EncoderDetector:
    """The shipped model, for the entry point.

    Raises:
        VerificationError: A file of the artefact is missing, damaged, or made for another.
    """
    return EncoderDetector(open_encoder(shelf.model(NAME)))


def _signals(artefact: Artefact) -> Iterator[Signal]:
    for label in artefact.manifest.labels:
        yield Signal(name=label.signal, type=SignalType.PROBABILITY, meaning=_meaning(artefact, label.signal))
    for choice in artefact.manifest.choices:
        yield Signal(name=choice.signal, type=SignalType.CATEGORY, meaning=_meaning(artefact, choice.signal))


def _meaning(artefact: Artefact, signal: str) -> str:
    if signal not in _MEANINGS:
        raise VerificationError(
            f"model {artefact.manifest.name} fills the signal {signal},"
            f" this Evenhand knows {', '.join(_MEANINGS)}",
            mend="take the model that came with this version",
        )
    return _MEANINGS[signal]
