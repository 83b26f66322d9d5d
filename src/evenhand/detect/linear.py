"""The linear text detector: hateful, threatening and abusive English, at the speed of the stream.

detector = LinearTextDetector.from_bytes(manifest, weights)
detector.examine(batch)["text.hateful"].values  # probabilities in steps of 0.001

A post's evidence for a label is the sum of the weights of its grams (see `_features`), divided by the square
root of how many it has. The sum is one of whole numbers, so it is exact: neither neighbours, nor order, nor
the machine move a score. The model knows words, not meaning: `models/text-linear/CARD.md` says what that
misses.
"""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from evenhand.errors import VerificationError
from evenhand.intake import EXAMINED_CHARACTERS, fold_with_offsets
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType, Span

from ._artefact import HEADS, STEPS, LinearModel, open_model
from ._base import Shelf
from ._features import Grams, Ints, read_grams
from .languages import identify

__all__ = ["LinearTextDetector", "load"]

NAME: Final = "text-linear"
MANIFEST_FILE: Final = "manifest.json"
WEIGHTS_FILE: Final = "weights.bin"

_UNKNOWN: Final = "; unknown where the text is in another language than English."
_MEANINGS: Final = (
    "How likely the text attacks people for a protected characteristic" + _UNKNOWN,
    "How likely the text threatens somebody with harm" + _UNKNOWN,
    "How likely the text is abusive or insulting, hate included" + _UNKNOWN,
)
_SIGNALS: Final = tuple(
    Signal(name=name, type=SignalType.PROBABILITY, meaning=meaning)
    for name, meaning in zip(HEADS, _MEANINGS, strict=True)
)

_CHARACTERS_AT_ONCE: Final = 1 << 15  # columns of this length stay in a processor's second-level cache
_FIELD: Final = 21  # bits per head: three heads fill one 64-bit word
_HALF: Final = 1 << (_FIELD - 1)
_POSITIONS_PER_SUM: Final = (
    1024  # at most 5 grams of weight 128 begin at each: the sum stays inside its field
)
_WINDOW: Final = 5  # tokens


class LinearTextDetector:
    """Implements `Detector`: the signals `text.hateful`, `text.threat` and `text.abusive`.

    A value is unknown where a model of English cannot read the text (see `languages.identify`), and where
    there are no letters at all outside links and account names: in neither can a model of English words tell
    a harmless post from one that it cannot read.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._table = _packed(model)
        manifest = model.manifest
        self._version = f"{manifest.version}+{manifest.seal[:12]}"
        self._thresholds = MappingProxyType({head.signal: head.threshold for head in manifest.heads})

    @classmethod
    def from_bytes(cls, manifest: bytes, weights: bytes) -> Self:
        """Open an artefact.

        Raises:
            VerificationError: It is not byte for byte as it was sealed, or made for another version.
        """
        return cls(open_model(manifest, weights))

    @property
    def name(self) -> str:
        """The model's name, which is its folder's under `models/`."""
        return self._model.manifest.name

    @property
    def version(self) -> str:
        """The recipe's version and the artefact's seal: another byte, another version."""
        return self._version

    @property
    def signals(self) -> Sequence[Signal]:
        """One probability per head."""
        return _SIGNALS

    @property
    def thresholds(self) -> MappingProxyType[str, float]:
        """As published in the manifest, with the costs that they were chosen by."""
        return self._thresholds

    def examine(self, batch: Batch) -> Columns:
        """One probability per head and item."""
        evidence = self._weigh(batch.folded)
        identified = identify(batch)
        known = identified.english & identified.worded
        columns = {}
        for head, values, steps in zip(HEADS, evidence, self._model.steps, strict=True):
            probability = np.searchsorted(steps, values, side="right") / STEPS
            columns[head] = Column(np.where(known, probability, 0.0), known)
        return columns

    def read(self, folded: Sequence[str]) -> npt.NDArray[np.float64]:
        """What the model says of some folded texts, in any language: probabilities, shape (heads, N)."""
        evidence = self._weigh(folded)
        steps = zip(evidence, self._model.steps, strict=True)
        return np.array([np.searchsorted(table, values, side="right") / STEPS for values, table in steps])

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Per item and signal at or over its threshold: the five words or fewer that weigh most for it."""
        columns = self.examine(batch)
        reached = np.array([columns[head].values >= self._thresholds[head] for head in HEADS])  # unknown is 0
        return [
            self._strongest(np.flatnonzero(reached[:, row]).tolist(), text[:EXAMINED_CHARACTERS])
            for row, text in enumerate(batch.texts())
        ]

    def _weigh(self, folded: Sequence[str]) -> npt.NDArray[np.float64]:
        """The evidence for each head, shape (heads, N)."""
        evidence = np.zeros((len(HEADS), len(folded)))
        for part in _parts(folded):
            grams = read_grams(folded[part])
            evidence[:, part] = self._sums(grams) / np.sqrt(np.maximum(grams.counts, 1))
        return evidence

    def _sums(self, grams: Grams) -> Ints:
        """The sum of weights per head and item, shape (heads, N); exact."""
        at = self._table[grams.chars[0]]
        at += self._table[grams.chars[1]]
        at += self._table[grams.chars[2]]
        at[grams.token_starts] += self._table[grams.words[0]] + self._table[grams.words[1]]
        bounds = np.union1d(grams.item_starts, np.arange(0, len(at), _POSITIONS_PER_SUM))
        packed = np.add.reduceat(at, bounds)
        sums = np.empty((len(HEADS), len(bounds)), dtype=np.int64)
        for head in range(len(HEADS)):
            sums[head] = ((packed + _HALF) & (2 * _HALF - 1)) - _HALF
            packed = (packed - sums[head]) >> _FIELD
        return np.add.reduceat(sums, np.searchsorted(bounds, grams.item_starts), axis=1)

    def _strongest(self, heads: Sequence[int], text: str) -> tuple[Span, ...]:
        """Per head its window of at most `_WINDOW` tokens that weighs most."""
        if not heads:
            return ()
        folded = fold_with_offsets(text)
        grams = read_grams([folded.text])
        spans = []
        for head in heads:
            first, last = self._window(head, grams)
            start, end = folded.span(int(grams.token_starts[first]), int(grams.token_ends[last]))
            spans.append(Span(start=start, end=end, signal=HEADS[head]))
        return tuple(spans)

    def _window(self, head: int, grams: Grams) -> tuple[int, int]:
        """First and last token of the window; of equals the shortest, then the first."""
        chars = self._weights_at(head, grams.chars).sum(axis=0)
        tokens = np.add.reduceat(chars, grams.token_starts) + self._weights_at(head, grams.words[0])
        pairs = self._weights_at(head, grams.words[1])
        sums = tokens.copy()
        best, first, last = int(sums.max()), int(sums.argmax()), int(sums.argmax())
        for size in range(2, min(_WINDOW, len(tokens)) + 1):
            sums = sums[:-1] + tokens[size - 1 :] + pairs[size - 2 : -1]
            if sums.max() > best:
                best, first = int(sums.max()), int(sums.argmax())
                last = first + size - 1
        return first, last

    def _weights_at(self, head: int, rows: npt.NDArray[np.integer]) -> Ints:
        """The weights that some rows have for one head. Row 0, no gram, weighs nothing."""
        return np.where(rows == 0, 0, self._model.weights[head][rows].astype(np.int64))


def load(shelf: Shelf) -> LinearTextDetector:
    """The shipped model, for the entry point.

    Raises:
        VerificationError: A file of the artefact is missing or damaged.
    """
    return load_model(shelf, NAME)


def load_model(shelf: Shelf, name: str) -> LinearTextDetector:
    """A shipped linear model by its folder's name.

    Raises:
        VerificationError: A file of the artefact is missing or damaged.
    """
    files = shelf.model(name)
    missing = [file for file in (MANIFEST_FILE, WEIGHTS_FILE) if file not in files]
    if missing:
        raise VerificationError(
            f"model {name} lacks {' and '.join(missing)}, it has {', '.join(sorted(files)) or 'no files'}",
            mend="install Evenhand again, or rebuild the model with training/linear/train.py",
        )
    return LinearTextDetector.from_bytes(files[MANIFEST_FILE], files[WEIGHTS_FILE])


def _packed(model: LinearModel) -> Ints:
    """The weights of all heads in one word per row: one look-up serves them all. Row 0, no gram, is 0."""
    table = np.zeros(model.weights.shape[1], dtype=np.int64)
    for head, weights in enumerate(model.weights):
        table += weights.astype(np.int64) << (_FIELD * head)
    table[0] = 0
    return table


def _parts(folded: Sequence[str]) -> Iterator[slice]:
    """Slices of items of together at most `_CHARACTERS_AT_ONCE` characters; a longer item stands alone."""
    start = characters = 0
    for row, text in enumerate(folded):
        if characters and characters + len(text) > _CHARACTERS_AT_ONCE:
            yield slice(start, row)
            start, characters = row, 0
        characters += len(text) + 1
    if folded:
        yield slice(start, len(folded))
