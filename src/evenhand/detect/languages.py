"""Which language a text is in, and so which models may speak about it.

    english(batch)  # which items a model of English can read

Pure, and by item: a text's neighbours change nothing.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.vocabulary import Batch, Bools

__all__ = ["english"]

_ENGLISH: Final = "^(?i:en|eng)([-_]|$)"
# Not among them are words that other languages in Latin script have too, and use as often: `in`, `is`, `was`,
# `will`, `so`, `of`, `on`, `to`, `for`, `he`, `we`, `as`, `do`, `by`, `my`, `or`.
_FUNCTION_WORDS: Final = (
    "the and you your youre yours they them their theyre theirs this that thats these those with without "
    "are were been being would should could cannot dont doesnt didnt isnt arent wont cant im ive its every "
    "because from what which who whose when where why how than then there into about all be she his him "
    "our ours it not if but have has does did get got just only"
)
_SAYS_FUNCTION: Final = rf"\b(?:{'|'.join(_FUNCTION_WORDS.split())})\b"
_SAYS_WORD: Final = r"\pL+"
_APOSTROPHE: Final = "['\u2019]"
_ENGLISH_SHARE: Final = 4  # one function word in so many words, and at least `_ENGLISH_LEAST` of them
_ENGLISH_LEAST: Final = 2


def english(batch: Batch) -> Bools:
    """Which items a model of English can read: shape (N,).

    Those that state English or no language, and those that state another one and read as English.
    """
    language = batch.items.column("language")
    says = pc.match_substring_regex(language, pattern=_ENGLISH).fill_null(True)  # noqa: FBT003 - the value
    readable = np.array(says.to_numpy(), dtype=np.bool_)
    others = np.flatnonzero(~readable)
    if len(others):
        readable[others] = _reads_as_english([batch.folded[row] for row in others.tolist()])
    return readable


def _reads_as_english(folded: Sequence[str]) -> Bools:
    """Which texts have the share of distinctive function words that English has."""
    texts = pc.replace_substring_regex(pa.array(folded, pa.string()), pattern=_APOSTROPHE, replacement="")
    words, found = (
        np.asarray(pc.count_substring_regex(texts, pattern=pattern))
        for pattern in (_SAYS_WORD, _SAYS_FUNCTION)
    )
    return np.asarray((found >= _ENGLISH_LEAST) & (found * _ENGLISH_SHARE >= words), dtype=np.bool_)
