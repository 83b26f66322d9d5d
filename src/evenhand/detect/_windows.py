"""A text's tokens in windows that a network reads at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

__all__ = ["Window", "windows"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """One window.

    Attributes:
        tokens: With the marks of begin and end, shape (L,).
        words: Per token of it the number of its word in the text; -1 for the marks.
    """

    tokens: Ints
    words: Ints


def windows(encoded: Encoding, *, size: int, stride: int) -> list[Window]:
    """The windows of a text, at least one; together they hold all of it.

    Args:
        encoded: What the tokenizer made of the text, marks included.
        size: Tokens of a window, marks included.
        stride: How many tokens further the next one begins.
    """
    ids = np.array(encoded.ids, np.int64)
    of_word = np.array([-1 if word is None else word for word in encoded.word_ids], np.int64)
    room, last = size - 2, len(ids) - 1
    found = []
    for start in range(1, max(last - room + stride, 2), stride):
        end = min(start + room, last)
        tokens = np.concatenate([ids[:1], ids[start:end], ids[-1:]])
        found.append(Window(tokens, np.concatenate([[-1], of_word[start:end], [-1]])))
    return found
