"""Characters that stand for others: lookalikes of Latin letters, halves of flags, stacked and loose marks.

Each function looks at a whole page and says what to replace; none changes it.
"""

import unicodedata
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ._characters import DROPPED, EDGE, Codes, Kind, tables
from ._page import NO_EDITS, Edits, Page, Positions, edits
from ._words import CENSORED, CHARGED

__all__ = ["accents", "compositions", "flags", "lookalikes"]

# ISO 3166-1 alpha-2, with the exceptional reservations that have a flag.
_SECOND_LETTERS = {
    "a": "cdefgilmoqrstuwxz",
    "b": "abdefghijlmnoqrstvwyz",
    "c": "acdfghiklmnopruvwxyz",
    "d": "egjkmoz",
    "e": "aceghrstu",
    "f": "ijkmor",
    "g": "abdefghilmnpqrstuwy",
    "h": "kmnrtu",
    "i": "cdelmnoqrst",
    "j": "emop",
    "k": "eghimnprwyz",
    "l": "abcikrstuvy",
    "m": "acdefghklmnopqrstuvwxyz",
    "n": "acefgilopruz",
    "o": "m",
    "p": "aefghklmnrstwy",
    "q": "a",
    "r": "eosuw",
    "s": "abcdeghijklmnorstvxyz",
    "t": "acdfghjklmnortvwz",
    "u": "agmnsyz",
    "v": "aceginu",
    "w": "fs",
    "x": "k",
    "y": "et",
    "z": "amw",
}
_REGIONS = frozenset(first + second for first, seconds in _SECOND_LETTERS.items() for second in seconds)
_SPELT_IN_FLAGS = CENSORED | CHARGED
_FIRST_REGIONAL = 0x1F1E6
_SCRIPT_BITS = 0xFFFFFFFF & ~(Kind.FIRST_SCRIPT - 1)


def lookalikes(page: Page) -> Edits:
    """Letters of other scripts that are meant as Latin ones.

    A word is a run of letters, marks and numbers outside links and names. Its foreign letters are read as
    Latin ones in two cases, and only if every one of them looks like or resembles a Latin letter:

    * the word mixes scripts. Letters that merely resemble Latin ones need more: three scripts, or twice as
      many Latin letters in the word as foreign ones.
    * the word has two or more letters, all of them the very shape of Latin ones, in a text with more Latin
      letters than foreign ones and no foreign letter of any other shape.

    So a sentence in Russian or Greek stays as it is, brand names and Latin abbreviations in it included.
    """
    kinds = page.kinds
    if not np.any(kinds & (Kind.TWIN | Kind.COUSIN)):
        return NO_EDITS
    inside = (kinds & Kind.WORD) != 0
    # Starts and ends of words in turn, since a page begins and ends with an edge.
    bounds = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if not len(bounds):
        return NO_EDITS
    starts, ends = bounds[::2], bounds[1::2]
    has = np.bitwise_or.reduceat(kinds, bounds)[::2]
    open_words = np.flatnonzero(
        ((has & (Kind.TWIN | Kind.COUSIN)) != 0) & ((has & Kind.STRANGE) == 0) & ((has & Kind.FOREIGN) != 0)
    )
    scripts = has[open_words] & np.uint32(_SCRIPT_BITS)
    mixed = (scripts & (scripts - np.uint32(1))) != 0
    chosen = [word for word in open_words[mixed].tolist() if _is_disguise(page, starts[word], ends[word])]
    twins_only = (has[open_words] & (Kind.COUSIN | Kind.LATIN)) == 0
    alone = open_words[twins_only & ~mixed & (ends[open_words] - starts[open_words] >= 2)]
    chosen.extend(_amid_latin(page, alone, starts))
    return _as_latin(page, [(int(starts[word]), int(ends[word])) for word in chosen])


def _is_disguise(page: Page, start: int, end: int) -> bool:
    """Whether a word of mixed scripts is a Latin one in disguise."""
    kinds = page.kinds[start:end]
    if not np.any(kinds & Kind.COUSIN):
        return True
    scripts = int(np.bitwise_or.reduce(kinds)) & _SCRIPT_BITS
    latin, foreign = np.count_nonzero(kinds & Kind.LATIN), np.count_nonzero(kinds & Kind.FOREIGN)
    return scripts.bit_count() >= 3 or bool(latin >= 2 * foreign)


def _amid_latin(page: Page, words: Positions, starts: Positions) -> Iterator[int]:
    """Which of the words, all of twins of Latin letters, stand in a text that is otherwise Latin."""
    if not len(words):
        return
    edges = np.flatnonzero(page.codes == EDGE)
    rows = np.searchsorted(edges, starts[words])
    has = np.bitwise_or.reduceat(page.kinds, edges)  # of each text, with the edge before it
    pure = ((has[rows - 1] & Kind.LATIN) != 0) & ((has[rows - 1] & (Kind.COUSIN | Kind.STRANGE)) == 0)
    words, rows = words[pure], rows[pure]
    latin_rows: dict[int, bool] = {}
    for word, row in zip(words.tolist(), rows.tolist(), strict=True):
        if row not in latin_rows:
            kinds = page.kinds[edges[row - 1] : edges[row]]
            latin, foreign = np.count_nonzero(kinds & Kind.LATIN), np.count_nonzero(kinds & Kind.FOREIGN)
            latin_rows[row] = bool(latin > foreign)
        if latin_rows[row]:
            yield word


def _as_latin(page: Page, words: list[tuple[int, int]]) -> Edits:
    """Edits that put Latin letters in place of the foreign ones of these words."""
    if not words:
        return NO_EDITS
    positions = np.concatenate([np.arange(start, end) for start, end in words])
    letters = tables().letters[page.codes[positions]]
    return edits(positions[letters != 0], letters[letters != 0])


def flags(page: Page) -> Edits:
    """Halves of flags used as letters.

    A run of them stays if it is made of flags of regions, two by two, and spells no word of harm; of any
    other run each is a letter.
    """
    halves = page.where(Kind.REGIONAL)
    if not len(halves):
        return NO_EDITS
    lettered: list[Positions] = []
    for run in np.split(halves, np.flatnonzero(np.diff(halves) != 1) + 1):
        word = "".join(chr(code) for code in (page.codes[run] - _FIRST_REGIONAL + ord("a")).tolist())
        pairs = [word[start : start + 2] for start in range(0, len(word), 2)]
        if not _REGIONS.issuperset(pairs) or (len(word) > 2 and word in _SPELT_IN_FLAGS):
            lettered.append(run)
    if not lettered:
        return NO_EDITS
    positions = np.concatenate(lettered)
    return edits(positions, page.codes[positions] - np.uint32(_FIRST_REGIONAL - ord("a")))


def accents(page: Page) -> Edits:
    """Marks of any script piled on a Latin letter, where they can only be decoration: dropped."""
    mark = (page.kinds & Kind.ACCENT) != 0
    if not np.any(mark[1:] & ((page.kinds[:-1] & Kind.LATIN) != 0)):
        return NO_EDITS
    base = np.maximum.accumulate(np.where(mark, 0, np.arange(len(mark))))
    return edits(np.flatnonzero(mark & ((page.kinds[base] & Kind.LATIN) != 0)), DROPPED)


def compositions(page: Page) -> Edits:
    """Characters that compose with one before them, or stand in another order than NFC has them.

    Normal form C of a text is that of its pieces, each a character and the unstable ones after it (UAX #15,
    stable code points); images hold nothing whose form C is longer than itself.
    """
    unstable = page.where(Kind.UNSTABLE)
    if not len(unstable):
        return NO_EDITS
    edges = np.flatnonzero(page.codes == EDGE)
    rows = np.unique(np.searchsorted(edges, unstable))
    loose = [
        row
        for row in rows.tolist()
        if not unicodedata.is_normalized("NFC", page.text(int(edges[row - 1]) + 1, int(edges[row])))
    ]
    changed: list[tuple[Positions, Codes]] = []
    for row in loose:
        inside = unstable[np.searchsorted(unstable, edges[row - 1]) : np.searchsorted(unstable, edges[row])]
        for run in np.split(inside, np.flatnonzero(np.diff(inside) != 1) + 1):
            changed.extend(_composed(page, int(run[0]), int(run[-1]) + 1))
    if not changed:
        return NO_EDITS
    return edits(np.concatenate([at for at, _ in changed]), np.concatenate([to for _, to in changed]))


def _composed(page: Page, start: int, end: int) -> Iterator[tuple[Positions, npt.NDArray[np.uint32]]]:
    """One piece in normal form C, in its first places; the others are dropped."""
    if page.codes[start - 1] != EDGE:
        start -= 1
    piece = page.text(start, end)
    composed = unicodedata.normalize("NFC", piece)
    if composed != piece:
        codes = np.full(end - start, DROPPED, dtype=np.uint32)
        codes[: len(composed)] = [ord(character) for character in composed]
        yield np.arange(start, end), codes
