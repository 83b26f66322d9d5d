"""Words with letters hidden behind signs: `f*ck`, `k_ll`, `b**ch`, `sh\N{PILE OF POO}t`.

NumPy finds the few words that could be meant, Python judges those by the words that `_words` knows.
"""

import re
from functools import cache, lru_cache

import numpy as np

from ._characters import Kind
from ._page import NO_EDITS, Edits, Page, Positions, edits
from ._words import CENSORED, CHARGED, COMMON, KNOWN, PREFERRED

__all__ = ["masked_letters", "read_mask"]

_LONGEST_HALF = 16  # letters and signs on each side of the first sign
_STAR = "*"
_HIDDEN = "?"
_LETTERS = re.compile(r"[a-z]+")


def masked_letters(page: Page) -> Edits:
    """Signs that stand for the letters of a word, by the rules of `read_mask`."""
    done = 0
    positions: list[int] = []
    codes: list[int] = []
    for at in _candidates(page).tolist():
        if at < done:
            continue
        start, done = _bounds(page, at)
        word = page.text(start, done)
        if (read := read_mask(word)) == word:
            continue
        for place, (old, new) in enumerate(zip(word, read, strict=True), start=start):
            if old != new:
                positions.append(place)
                codes.append(ord(new))
    if not positions:
        return NO_EDITS
    return edits(np.array(positions, dtype=np.intp), np.array(codes, dtype=np.uint32))


def _candidates(page: Page) -> Positions:
    """Stars behind a letter, and other signs between letters, one or two of the same."""
    signs = page.where(Kind.MASK)
    if not len(signs):
        return signs
    kinds, codes = page.kinds, page.codes
    signs = signs[np.flatnonzero(kinds[signs - 1] & Kind.LATIN)]
    between = (kinds[signs + 1] & Kind.LATIN) != 0
    twice = codes[signs + 1] == codes[signs]
    twice &= (kinds[np.minimum(signs + 2, len(kinds) - 1)] & Kind.LATIN) != 0
    return signs[np.flatnonzero(between | twice | (codes[signs] == ord(_STAR)))]


def _bounds(page: Page, at: int) -> tuple[int, int]:
    """The start and the end of the word around a sign; it is empty where a number or a mark is part of it."""
    first = max(at - _LONGEST_HALF, 0)
    kinds = page.kinds[first : at + _LONGEST_HALF].tolist()
    start = end = at - first
    while start > 0 and kinds[start - 1] & Kind.LATIN:
        start -= 1
    while end < len(kinds) and kinds[end] & (Kind.LATIN | Kind.MASK):
        end += 1
    if start == 0 or end == len(kinds) or (kinds[start - 1] | kinds[end]) & Kind.WORD:
        return first + end, first + end
    return first + start, first + end


@lru_cache(maxsize=8192)
def read_mask(word: str) -> str:
    """The word with its hidden letters, or as it is. One sign hides one letter.

    `word` is empty, or begins with a letter and holds letters and signs.

    * `*` hides letters of any word that is known: of a censored one, or else of a charged one, or else, a
      single letter, of a common one; the first of the three that has a word for the pattern has to have just
      one. At least half of the word and two letters are seen. Some patterns are nearly always one word, and
      are read as that (`PREFERRED`).
    * At the end of a word `*` hides letters of censored words only (`fu**`), and one that is none already
      stays (`hell*`, a footnote).
    * Other signs also join words and end sentences, so they hide letters of censored and charged words only,
      one in a word or two side by side, of which three letters are seen (but `f__k`), and no side of three
      letters is a word, nor are both (`k_ll`, but not `re-gain` or `is.am`).
    * A compound is read by its parts (`b*tch-ass`).
    """
    body = word.rstrip("".join(set(word) - set("abcdefghijklmnopqrstuvwxyz*")))
    signs = set(_LETTERS.sub("", body))
    if signs == {_STAR}:
        read = _behind_stars(body)
    elif _STAR in signs:
        parts = re.split(r"([^a-z*]+)", body)
        read = "".join(_behind_stars(part) if _STAR in part and part[0] != _STAR else part for part in parts)
    else:
        read = _behind_sign(body) if len(signs) == 1 else body
    return read + word[len(body) :]


def _behind_stars(word: str) -> str:
    if word in PREFERRED:
        return PREFERRED[word]
    stem = word.rstrip(_STAR)
    if len(stem) < len(word):
        known = stem in KNOWN or len(_LETTERS.sub("", stem)) or len(stem) < 2
        return word if known else _only(word.replace(_STAR, _HIDDEN), 1) or word
    hidden = word.count(_STAR)
    if hidden * 2 > len(word) or len(word) - hidden < 2:
        return word
    return _only(word.replace(_STAR, _HIDDEN), 3 if hidden == 1 else 2) or word


def _behind_sign(word: str) -> str:
    parts = _LETTERS.findall(word)
    left, right = parts[0], parts[-1]
    hidden = len(word) - len(left) - len(right)
    if hidden == 2 and (preferred := PREFERRED.get(f"{left}**{right}")):
        return preferred
    if len(parts) != 2 or hidden > 2 or len(left) + len(right) < 3 or _parts_words(left, right):
        return word
    return _only(left + _HIDDEN * hidden + right, 2) or word


def _parts_words(left: str, right: str) -> bool:
    """Whether both sides are words, or one is of three letters or more: then the sign parts words."""
    words = [side for side in (left, right) if side in KNOWN]
    return len(words) == 2 or any(len(word) >= 3 for word in words)


def _only(pattern: str, tiers: int) -> str | None:
    """The one word that fits, in the first tier that has any."""
    shape = re.compile(pattern.replace(_HIDDEN, "[a-z]"))
    for words in _by_length()[:tiers]:
        fitting = [word for word in words.get(len(pattern), ()) if shape.fullmatch(word)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


@cache
def _by_length() -> tuple[dict[int, list[str]], ...]:
    tiers: list[dict[int, list[str]]] = []
    for words in (CENSORED, CHARGED - CENSORED, COMMON - CENSORED - CHARGED):
        lengths: dict[int, list[str]] = {}
        for word in sorted(words):
            lengths.setdefault(len(word), []).append(word)
        tiers.append(lengths)
    return tuple(tiers)
