"""What the encoder reads of a folded text: names and links as one word each, emoji as what they show.

    read = Reader({"🐷": "pig face"})
    read.text("@ana 🐷🐷 see https://a.example/b")        # "@user pig face see http"
    read.located("@ana 🐷").span(7, 15)                   # (5, 6): where in the folded text

A model's vocabulary knows words; most emoji are unknown to it, and account names and addresses say nothing
about what is meant. The table of emoji is a part of the model, so that a score does not depend on which
Unicode the machine knows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["LONGEST", "Located", "Reader"]

LONGEST: Final = 1 << 16
"""Characters of what is read: an emoji stands for many words, and a post of nothing else for many windows."""
NAME_READ_AS: Final = "@user"
LINK_READ_AS: Final = "http"

_SHOWN: Final = "a"  # a letter, in place of an emoji
_GAP: Final = 64
_WORDY: Final = re.compile(r"[a-z]+ ")  # no name, no link
_NAME: Final = r"(?<!\w)@\w[\w.@-]*\w|(?<!\w)@\w"
_LINK: Final = r"(?:https?://|(?<!\w)www\.)\S+"
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Located:
    """A text as the model reads it, and where its characters stand in the folded text.

    Attributes:
        text: As `Reader.text` gives it.
        starts: Per character of it, where the piece of the folded text starts that it stands for.
        ends: One past that piece's end.
    """

    text: str
    starts: Offsets
    ends: Offsets

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the folded text the characters from `start` to `end` stand; `start < end`."""
        return int(self.starts[start]), int(self.ends[end - 1])


class Reader:
    """Turns folded texts into what the model reads: the first `LONGEST` characters of it.

    Args:
        emoji: Character -> what it shows, in lower case words.
    """

    def __init__(self, emoji: Mapping[str, str]) -> None:
        pieces = [f"(?P<link>{_LINK})", f"(?P<name>{_NAME})"]
        if emoji:
            pieces.append(f"(?P<emoji>[{_ranges(emoji)}])(?P=emoji)*")
        self._emoji = dict(emoji)
        self._pattern = re.compile("|".join(pieces))

    def text(self, folded: str) -> str:
        """What the model reads."""
        return self._pattern.sub(self._read, folded)[:LONGEST]

    def has_words(self, folded: str) -> bool:
        """Whether there is a letter or an emoji outside links and account names."""
        if _WORDY.match(folded):  # most posts begin with one
            return True
        read = self._pattern.sub(lambda match: _SHOWN if self._shows(match) else " ", folded)
        return any(map(str.isalpha, read))

    def located(self, folded: str) -> Located:
        """The same, with the way back."""
        parts: list[str] = []
        starts: list[Offsets] = []
        ends: list[Offsets] = []

        def take(piece: str, begin: int, end: int, *, whole: bool) -> None:
            parts.append(piece)
            if whole:
                starts.append(np.full(len(piece), begin))
                ends.append(np.full(len(piece), end))
            else:
                starts.append(np.arange(begin, end))
                ends.append(np.arange(begin + 1, end + 1))

        at = 0
        for match in self._pattern.finditer(folded):
            take(folded[at : match.start()], at, match.start(), whole=False)
            take(self._read(match), match.start(), match.end(), whole=True)
            at = match.end()
        take(folded[at:], at, len(folded), whole=False)
        text = "".join(parts)[:LONGEST]
        return Located(text, np.concatenate(starts)[:LONGEST], np.concatenate(ends)[:LONGEST])

    def _read(self, match: re.Match[str]) -> str:
        if match.lastgroup == "link":
            return LINK_READ_AS
        if match.lastgroup == "name":
            return NAME_READ_AS
        shown = self._emoji.get(match["emoji"])
        return match[0] if shown is None else f" {shown} "

    def _shows(self, match: re.Match[str]) -> bool:
        """Whether it is a sign that stands for a word, or one between them that is a letter itself."""
        return match.lastgroup == "emoji" and (match["emoji"] in self._emoji or match["emoji"].isalpha())


def _ranges(signs: Iterable[str]) -> str:
    """A class of characters that holds the signs, and some between them: one of many ranges is slow."""
    codes = sorted(map(ord, signs))
    starts = [codes[0], *(after for before, after in pairwise(codes) if after - before > _GAP)]
    ends = [*(before for before, after in pairwise(codes) if after - before > _GAP), codes[-1]]
    return "".join(f"\\U{start:08x}-\\U{end:08x}" for start, end in zip(starts, ends, strict=True))
