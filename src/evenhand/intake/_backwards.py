"""Words and texts written from their end, and words with letters left out: `uoy llik`, `fck`.

NumPy finds the few words that could be meant by their first letters, Python judges those.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from ._characters import EDGE, Kind, tables
from ._page import NO_EDITS, Edits, Page, Positions, edits, joined, moved
from ._words import BACKWARDS, CENSORED, CHARGED, KNOWN, SMALL, SMALL_BACKWARDS, VOWELLESS, completed

__all__ = ["OVERRIDE", "as_shown", "otherwise_spelt"]

OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"

_OVERRIDDEN = re.compile(f"{OVERRIDE}([^\N{POP DIRECTIONAL FORMATTING}\n\r\N{PARAGRAPH SEPARATOR}]+)")
_LONGEST_WORD = 16
_HEAD = 4  # letters by which a word is looked up, five bits each
_WORD = re.compile(r"[a-z]+")
_PIECES = re.compile(r"[^ ]+| +")
_ADDRESS = ("@", "#", "http", "www.")
_NOUNS = "i you he she it we they this that who there someone somebody everyone everybody nobody people"
_SUBJECTS = frozenset(_NOUNS.split())
_VERBAL = (
    "will would shall should can could may might must am are is was were have has had do does did need want"
    " don't know think hate love im"
)
_VERBS = frozenset(_VERBAL.split())
_ARTICLES = frozenset({"the", "a", "an", "my", "your", "his", "its", "our", "their"})
_LEADERS = "to of in for with from by will would should can must could this that these those all"
_LEADING = _ARTICLES | frozenset(_LEADERS.split())
_STOPS = ".!?"


def as_shown(text: str) -> Sequence[int]:
    """The places of a text's characters in the order in which they are shown.

    Behind a right-to-left override (U+202E), up to the end of the line or to where it is taken back, a text
    with letters that run from left to right is shown from its end.
    """
    if OVERRIDE not in text:
        return range(len(text))
    places = list(range(len(text)))
    for run in _OVERRIDDEN.finditer(text):
        if any(unicodedata.bidirectional(character) == "L" for character in run[1]):
            start, end = run.span(1)
            clusters: list[list[int]] = []
            for at in range(start, end):
                if clusters and unicodedata.category(text[at]) in {"Mn", "Me"}:
                    clusters[-1].append(at)
                else:
                    clusters.append([at])
            places[start:end] = [at for cluster in reversed(clusters) for at in cluster]
    return places


def otherwise_spelt(page: Page) -> Edits:
    """Words with letters left out and words written from their end, by lists; texts written from their end.

    A text is read from its end if

    * at least two different words are words from their end and none forwards: small, censored or charged ones
      of three letters, or any of four (`SMALL_BACKWARDS` or `BACKWARDS` has one of them);
    * what is known from its end is a fifth of the words, and three times as much as is known forwards.

    Then either all of it runs backwards or only each word: what reads more like English, the former when in
    doubt. Links, names and tags are left as they are and only change places.
    """
    words = list(_rare_words(page))
    if not words:
        return NO_EDITS
    edges = np.flatnonzero(page.codes == EDGE)
    found: list[Edits] = []
    turned = -1
    for start, word in words:
        row = int(np.searchsorted(edges, start))
        if row == turned:
            continue
        opening, closing = int(edges[row - 1]) + 1, int(edges[row])
        if word not in VOWELLESS and _runs_backwards(text := page.text(opening, closing)):
            found = [each for each in found if each.positions[0] < opening]
            found.append(moved(page, opening, _reading_order(text) + opening))
            turned = row
        elif word in VOWELLESS:
            found.append(_completed(page, start, word))
        elif word in BACKWARDS:
            found.append(moved(page, start, np.arange(start + len(word) - 1, start - 1, -1)))
    return joined(found)


def _rare_words(page: Page) -> Iterator[tuple[int, str]]:
    """Words that are in one of the lists, with where they start."""
    latin = (page.kinds & Kind.LATIN) != 0
    starts = np.flatnonzero(latin[1:] & ((page.kinds[:-1] & Kind.WORD) == 0)) + 1
    letters = np.zeros(len(latin) + _HEAD, dtype=np.uint8)  # 1 to 26, 0 for all others
    np.multiply(page.codes.astype(np.uint8) & 31, latin, out=letters[: len(latin)])
    pairs = letters[:-1].astype(np.uint16) << np.uint16(5) | letters[1:]
    heads = pairs[starts].astype(np.uint32) << np.uint32(10) | pairs[starts + 2]
    lists = _lists()
    for start in starts[np.flatnonzero(_heads()[heads])].tolist():
        written = _WORD.match(page.text(start, start + _LONGEST_WORD))
        if written and written[0] in lists and not page.kinds[start + len(written[0])] & Kind.WORD:
            yield start, written[0]


@cache
def _lists() -> frozenset[str]:
    return BACKWARDS | frozenset(VOWELLESS) | SMALL_BACKWARDS


@cache
def _heads() -> npt.NDArray[np.bool_]:
    """Which first four letters begin a word of the lists; of words of three letters the fourth is none."""
    heads = np.zeros(1 << 5 * _HEAD, dtype=np.bool_)
    for word in _lists():
        key = 0
        for letter in word[:_HEAD].ljust(_HEAD, "`"):
            key = key << 5 | ord(letter) & 31
        heads[key] = True
    return heads


def _completed(page: Page, start: int, word: str) -> Edits:
    """Edits that put the missing letters before the one they are missing before."""
    inserted = tables().inserted
    codes = [inserted[piece] if len(piece) > 1 else ord(piece) for piece in completed(word)]
    places = np.arange(start, start + len(word))
    new = np.array(codes, dtype=np.uint32)
    changed = new != page.codes[places]
    return edits(places[changed], new[changed])


def _runs_backwards(text: str) -> bool:
    words = [
        word for piece in text.split(" ") if not piece.startswith(_ADDRESS) for word in _WORD.findall(piece)
    ]
    forwards = sum(word in KNOWN and word != word[::-1] for word in words)
    backwards = sum(word not in KNOWN and word[::-1] in KNOWN for word in words)
    telling = {word for word in words if word in _telling()}
    return len(telling) >= 2 and backwards >= 3 * forwards and backwards * 5 >= len(words)


@cache
def _telling() -> frozenset[str]:
    """Words from their end that no language is known to write."""
    short = frozenset(word[::-1] for word in CENSORED | CHARGED if len(word) == 3)
    longer = frozenset(word[::-1] for word in KNOWN if len(word) > 3)
    return (SMALL_BACKWARDS | short | longer) - KNOWN


def _reading_order(text: str) -> Positions:
    """The places of the characters in the order in which they are read."""
    pieces = [(match.start(), match.end()) for match in _PIECES.finditer(text)]
    words = [text[start:end][::-1] for start, end in pieces if text[start] != " "]
    by_word = _likeness(words) + 2 * words[-1].endswith(tuple(_STOPS))
    from_end = _likeness(words[::-1]) + 2 * words[0].endswith(tuple(_STOPS))
    order: list[int] = []
    for start, end in pieces if by_word > from_end else reversed(pieces):
        places = range(start, end)
        order.extend(places if text.startswith(_ADDRESS, start) else reversed(places))
    return np.array(order, dtype=np.intp)


def _likeness(words: Sequence[str]) -> int:
    """How much this order is like English: subjects before verbs, articles and the like before others."""
    plain = [word.strip(".,;:!?\"'()") for word in words]
    score = 0
    for word, after in zip(plain, [*plain[1:], ""], strict=True):
        score += word in _SUBJECTS and after in _VERBS
        if word in _LEADING:
            leads = bool(after) and after not in SMALL
            score += 1 if leads else -(word in _ARTICLES or not after)
    return score
