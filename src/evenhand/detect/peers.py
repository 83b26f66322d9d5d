"""Two packages that many platforms use instead, as detectors, so that anybody can compare.

    pip install "evenhand[peers]"
    evenhand detect posts.jsonl --detector peer-better-profanity

Both look for profanity in English. A value of 0 says that they saw none, not that a text in another language
has none: they answer for every text, as they do for whoever uses them directly. So they are here to be
measured, and no policy that is shipped reads them.

They read the text as it was posted, up to `EXAMINED_CHARACTERS` as every detector does; it is not folded.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType, ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.intake import EXAMINED_CHARACTERS
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType, Span

from ._base import Shelf

__all__ = ["PEER_SIGNALS", "PeerDetector", "load_alt_profanity_check", "load_better_profanity"]

Judge = Callable[[Sequence[str]], npt.NDArray[np.float64]]
"""Gives each of one or more texts its probability."""

_REVISION: Final = 1  # to be raised when the same version of a peer would be given or give other values
_THRESHOLD: Final = 0.5  # both packages' own
_WORDS_KEPT: Final = 1 << 16  # answers about single words that are remembered

_ALT_PROFANITY_CHECK: Final = Signal(
    name="peer.alt_profanity_check",
    type=SignalType.PROBABILITY,
    meaning="How likely the text is profane or offensive, by the package alt-profanity-check; English only.",
)
_BETTER_PROFANITY: Final = Signal(
    name="peer.better_profanity",
    type=SignalType.PROBABILITY,
    meaning="1 if a word of the package better-profanity's list stands in the text, 0 if not; English only.",
)
PEER_SIGNALS: Final = MappingProxyType(
    {
        "peer-alt-profanity-check": _ALT_PROFANITY_CHECK,
        "peer-better-profanity": _BETTER_PROFANITY,
    }
)
"""Name of a peer -> the one signal that it adds; no package needs to be installed to know."""


class PeerDetector:
    """Implements `Detector` for a package that gives a text one probability.

    Args:
        name: One of `PEER_SIGNALS`.
        version: Of the package.
        judge: Gives texts, never none, their probabilities; each by itself, whatever the others are.
    """

    def __init__(self, name: str, version: str, judge: Judge) -> None:
        self._name = name
        self._version = version
        self._judge = judge

    @property
    def name(self) -> str:
        """`peer-` and the package's name."""
        return self._name

    @property
    def version(self) -> str:
        """The package's, and that of how it is asked."""
        return f"{self._version}+{_REVISION}"

    @property
    def signals(self) -> Sequence[Signal]:
        """One probability."""
        return (PEER_SIGNALS[self._name],)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """From where on the package itself says yes."""
        return {signal.name: _THRESHOLD for signal in self.signals}

    def examine(self, batch: Batch) -> Columns:
        """What the package says of each text as it was posted."""
        texts = [text[:EXAMINED_CHARACTERS] for text in batch.texts()]
        values = self._judge(texts) if texts else np.zeros(0)
        return {PEER_SIGNALS[self._name].name: Column(np.asarray(values, np.float64))}

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Neither package says where in a text it saw something."""
        return [() for _ in range(len(batch))]


def load_alt_profanity_check(_: Shelf) -> PeerDetector:
    """A linear support vector machine over single words: the entry point `peer-alt-profanity-check`.

    Importing the package unpickles its model: who loads this detector runs code that the package ships.

    Raises:
        BadInput: The package is not installed.
    """
    package = _imported("alt-profanity-check", "profanity_check")

    def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.asarray(package.predict_prob(list(texts)), np.float64)

    return PeerDetector("peer-alt-profanity-check", version("alt-profanity-check"), judge)


def load_better_profanity(_: Shelf) -> PeerDetector:
    """A list of words with their spellings in leetspeak: the entry point `peer-better-profanity`.

    Raises:
        BadInput: The package is not installed.
    """
    package = _imported("better-profanity", "better_profanity")
    profanity = package.Profanity()
    profanity.CENSOR_WORDSET = _Remembering(profanity.CENSOR_WORDSET)

    def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.array([profanity.contains_profanity(text) for text in texts], np.float64)

    return PeerDetector("peer-better-profanity", version("better-profanity"), judge)


class _Remembering(list[object]):
    """A list that knows what it was asked before.

    The package compares each word of a text with every word of its list, two milliseconds a word. The answer
    depends on the word alone.
    """

    def __init__(self, words: Sequence[object]) -> None:
        super().__init__(words)
        self._holds = lru_cache(maxsize=_WORDS_KEPT)(super().__contains__)

    def __contains__(self, word: object) -> bool:
        return self._holds(word)


def _imported(package: str, module: str) -> ModuleType:
    """A peer's module.

    Raises:
        BadInput: It is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise BadInput(
            f"the package {package} is not installed", mend='pip install "evenhand[peers]"'
        ) from error
