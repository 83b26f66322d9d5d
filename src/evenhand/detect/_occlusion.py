"""Which words carried a score: those without which it falls most.

Occlusion (Zeiler and Fergus 2014, arXiv 1311.2901, section 3): a piece of the text is hidden and the text
read again. Hiding every word in turn costs as many readings as there are words; the heads read the mean over
the tokens, so what each token brings to a label is known from one reading, and only the words that bring most
are hidden.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, Protocol
from unicodedata import category

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from evenhand.errors import VerificationError
from evenhand.intake import fold_with_offsets
from evenhand.vocabulary import Span

from ._reading import Reader
from ._windows import Window, windows

__all__ = ["mask_of", "strongest"]

_TRIED: Final = 6
"""Words that are hidden in turn."""

_NEAR: Final = 2  # words that stand no further apart belong to one span
_SHARE: Final = 0.5  # of the strongest word's drop: from there a word is named too
_LONGEST: Final = 6  # words of a span

_MASKS: Final = ("[MASK]", "<mask>")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Readings(Protocol):
    """What is asked of a network; see `_encoder_artefact.Network`."""

    def logits(self, tokens: Ints) -> Floats: ...
    def parts(self, tokens: Ints) -> Floats: ...


def strongest(
    text: str,
    labels: Sequence[tuple[int, str]],
    *,
    reader: Reader,
    tokenizer: Tokenizer,
    network: Readings,
    size: int,
    stride: int,
) -> tuple[Span, ...]:
    """Per label the words that carried it, as one span of the original text.

    Args:
        text: As posted.
        labels: The number of each output of the network, and the signal it fills.
        reader: Of the model.
        tokenizer: Of the model.
        network: Of the model.
        size: Tokens of a window.
        stride: How many tokens further the next window begins.
    """
    folded = fold_with_offsets(text)
    located = reader.located(folded.text)
    encoded = tokenizer.encode(located.text)
    hidden = mask_of(tokenizer)
    telling = _telling(located.text, encoded)
    read = [_Read(window, network, hidden, telling) for window in windows(encoded, size=size, stride=stride)]
    logits = np.array([each.logits for each in read])
    spans = []
    for number, signal in labels:
        words = read[int(logits[:, number].argmax())].words(number)
        first, last = (encoded.word_to_chars(word) for word in words) if words else (None, None)
        if first and last:
            start, end = folded.span(*located.span(first[0], last[1]))
            spans.append(Span(start=start, end=end, signal=signal))
    return tuple(spans)


def mask_of(tokenizer: Tokenizer) -> int:
    """The token that stands where a word is hidden.

    Raises:
        VerificationError: The tokenizer has none.
    """
    for name in _MASKS:
        token = tokenizer.token_to_id(name)
        if token is not None:
            return int(token)
    raise VerificationError(
        f"the tokenizer has no {' and no '.join(_MASKS)}, so no word of a text can be hidden",
        mend="take the tokenizer that the model was trained with",
    )


def _telling(text: str, encoded: Encoding) -> Ints:
    """The words that a reader can be shown as a reason: those that are more than punctuation."""
    words = sorted({word for word in encoded.word_ids if word is not None})
    places = [(word, encoded.word_to_chars(word)) for word in words]
    told = [word for word, at in places if at and not all(map(_is_punctuation, text[at[0] : at[1]]))]
    return np.array(told, np.int64)


def _is_punctuation(character: str) -> bool:
    return category(character).startswith("P")


class _Read:
    """One window, read whole and with some of its words hidden; every reading serves all labels."""

    def __init__(self, window: Window, network: Readings, hidden: int, telling: Ints) -> None:
        self._window = window
        self._network = network
        self._hidden = hidden
        self._telling = telling
        self._without: dict[int, Floats] = {}
        self.logits = network.logits(window.tokens)

    def words(self, label: int) -> tuple[int, int] | None:
        """First and last word of the span: the one whose hiding costs most, those near that cost half."""
        of_word = self._window.words
        present = np.unique(of_word[of_word >= 0])
        if not len(present):
            return None
        told = np.intersect1d(present, self._telling)
        present = told if len(told) else present
        brought = self._parts[:, label]
        sums = np.array([brought[of_word == word].sum() for word in present])
        tried = present[np.argsort(-sums, kind="stable")[:_TRIED]]
        return _span({word: self._drop(word, label) for word in tried.tolist()})

    @cached_property
    def _parts(self) -> Floats:
        return self._network.parts(self._window.tokens)

    def _drop(self, word: int, label: int) -> float:
        """By how much the label falls when the word is hidden."""
        if word not in self._without:
            tokens = np.where(self._window.words == word, self._hidden, self._window.tokens)
            self._without[word] = self._network.logits(tokens)
        return float(self.logits[label] - self._without[word][label])


def _span(drops: Mapping[int, float]) -> tuple[int, int]:
    best = max(drops, key=lambda word: (drops[word], -word))
    words = [best]
    for word in sorted(drops, key=lambda each: abs(each - best)):
        near = min(abs(word - each) for each in words) <= _NEAR
        fits = max(*words, word) - min(*words, word) < _LONGEST
        if word != best and near and fits and drops[word] >= _SHARE * drops[best] > 0:
            words.append(word)
    return min(words), max(words)
