"""A page: many texts as one array of characters, and the edits that undo evasions on it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._characters import EDGE, Codes, Kind, Kinds, tables

__all__ = ["NO_EDITS", "WORD_AFTER_AT", "Edits", "Page", "Positions", "edits", "joined", "moved", "read_page"]

Positions = npt.NDArray[np.intp]

_TEXTUAL = (
    *(Kind.LETTER, Kind.WORD, Kind.LATIN, Kind.DIGIT, Kind.SYMBOL, Kind.ALPHABETIC),
    *(Kind.FOREIGN, Kind.TWIN, Kind.COUSIN, Kind.STRANGE),
)
_APART = np.uint32(0xFFFFFFFF - sum(_TEXTUAL))

# A bare address is one whose last label is a top-level domain in common use; `end.next` is a missing space.
_DOMAINS = (
    "aero|ai|app|ar|at|au|be|bg|biz|blog|br|by|ca|cat|cc|ch|cl|club|cn|co|com|cz|de|dev|dk|edu|ee|es|eu|fi|fm|"
    "fr|gd|gg|gl|gov|gr|hk|hr|hu|ie|il|im|in|info|int|io|ir|it|jp|kr|kz|la|link|live|lt|lu|lv|ly|me|media|mil|"
    "mobi|ms|mx|name|net|news|nl|no|nz|online|org|page|pl|press|pt|ro|rs|ru|se|sh|shop|si|site|sk|social|"
    "space|su|tech|tk|to|top|tr|tv|tw|ua|uk|us|vip|vn|wiki|world|ws|xyz|za"
)
_ADDRESS_END = re.compile(
    rf"[a-z0-9_\-](?:\.(?:{_DOMAINS})){{1,3}}(?![\w\-@]|\.\w)(?:[/:?#][^ ]*)?", re.ASCII
)
_ADDRESS_START = re.compile(r"[^\w.+\-@]", re.ASCII)
# `@ss` and its compounds, and `@ll`, are words; every other name after an `@` is a name.
WORD_AFTER_AT = re.compile(r"(?:ss(?:es|h[o0]les?|hats?|wipes?|clowns?)?|ll)(?![a-z0-9_])")


@dataclass(frozen=True, slots=True)
class Page:
    """Texts side by side.

    Attributes:
        codes: `EDGE`, then each text followed by `EDGE`: folded characters.
        kinds: Their `Kind` bits. Characters of links and names have lost the bits that make them text, so
            that nothing reads words into them.
    """

    codes: Codes
    kinds: Kinds

    def text(self, start: int, end: int) -> str:
        """The characters from `start` to `end`."""
        return self.codes[start:end].tobytes().decode("utf-32-le")

    def where(self, kind: int) -> Positions:
        """The positions of the characters that have any bit of `kind`."""
        return np.flatnonzero((self.kinds & kind) != 0)  # of booleans: four times as fast as of numbers


@dataclass(frozen=True, slots=True)
class Edits:
    """Characters to replace.

    Attributes:
        positions: Where in the page, each at most once.
        codes: What to put there, one for one; `DROPPED` takes the character away, a code of
            `Tables.inserted` puts several letters there.
        sources: Which character of the page each stands for: itself, but where letters change places.
    """

    positions: Positions
    codes: Codes
    sources: Positions


def edits(positions: Positions, codes: Codes | int) -> Edits:
    """Edits at `positions`; one code stands for all of them."""
    return Edits(positions, np.broadcast_to(np.asarray(codes, dtype=np.uint32), positions.shape), positions)


def moved(page: Page, start: int, order: Positions) -> Edits:
    """Edits that put the characters of the page at `order` where those from `start` on stand."""
    return Edits(np.arange(start, start + len(order)), page.codes[order], order)


def joined(parts: Sequence[Edits]) -> Edits:
    """All of these edits, which have no position in common."""
    if not parts:
        return NO_EDITS
    return Edits(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.sources for part in parts]),
    )


NO_EDITS = edits(np.empty(0, dtype=np.intp), EDGE)


def read_page(codes: Codes) -> Page:
    """The page of `codes`, its links and names set apart.

    What nobody spells a word with, and what must stay findable: a link runs from its scheme (`https://`),
    from `www.`, or from the start of a bare address (`example.org/x`, `ana@example.org`) to the next space; a
    name from its `@` to its end.
    """
    page = Page(codes, tables().kinds[codes])
    dots = np.flatnonzero(codes == ord("."))
    heads = np.sort(np.concatenate([_schemes(codes), dots[_preceded(codes, dots, "www")] - 3]))
    _set_apart(page, *_names(page, np.flatnonzero(codes == ord("@"))))
    if len(heads) or len(dots):
        gaps = page.where(Kind.SPACE | Kind.EDGE)
        ends, foremost = np.unique(gaps[np.searchsorted(gaps, heads)], return_index=True)
        _set_apart(page, heads[foremost], ends)
        addresses = np.array(list(_addresses(page, dots, gaps)), dtype=np.intp).reshape(-1, 2)
        _set_apart(page, addresses[:, 0], addresses[:, 1])
    return page


def _set_apart(page: Page, starts: Positions, ends: Positions) -> None:
    """Take the bits that make them text from the characters between each start and its end."""
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        page.kinds[start:end] &= _APART


def _schemes(codes: Codes) -> Positions:
    """Where `scheme://` starts, at most five letters before the colon."""
    colons = np.flatnonzero(codes == ord(":"))
    last = len(codes) - 1
    slashes = (codes[np.minimum(colons + 1, last)] == ord("/")) & (
        codes[np.minimum(colons + 2, last)] == ord("/")
    )
    starts: Positions = colons[slashes]
    lettered = np.ones(len(starts), dtype=np.bool_)
    for _ in range(5):
        before = codes[np.maximum(starts - 1, 0)]
        lettered &= (before >= ord("a")) & (before <= ord("z"))
        starts = starts - lettered
    return starts


def _preceded(codes: Codes, positions: Positions, by: str) -> npt.NDArray[np.bool_]:
    """Which positions have the characters `by` right before them."""
    found = np.ones(len(positions), dtype=np.bool_)
    for distance, character in enumerate(reversed(by), start=1):
        found &= codes[positions - distance] == ord(character)  # before the first character: the last EDGE
    return found


def _addresses(page: Page, dots: Positions, gaps: Positions) -> Iterator[tuple[int, int]]:
    """Bare addresses: found at dots with a letter or number on their left and two letters on their right."""
    kinds, last = page.kinds, len(page.codes) - 1
    before, first, second = (
        kinds[dots - 1],
        kinds[np.minimum(dots + 1, last)],
        kinds[np.minimum(dots + 2, last)],
    )
    inner = ((before & Kind.WORD) != 0) & ((first & second & Kind.LATIN) != 0)
    after = np.unique(np.searchsorted(gaps, dots[inner]))
    for gap in after.tolist():
        opening = int(gaps[gap - 1]) + 1
        text = page.text(opening, int(gaps[gap]))
        breaks = [0, *(match.end() for match in _ADDRESS_START.finditer(text))]
        for end in _ADDRESS_END.finditer(text):
            yield opening + breaks[bisect_right(breaks, end.start()) - 1], opening + end.end()


def _names(page: Page, signs: Positions) -> tuple[Positions, Positions]:
    """`@name`: an `@` with no word before it, or just `RT`, and one after it."""
    codes, kinds, last = page.codes, page.kinds, len(page.codes) - 1
    led = (kinds[signs - 1] & Kind.WORD) == 0
    reposted = _preceded(codes, signs, "rt") & ((kinds[signs - 3] & Kind.WORD) == 0)  # `RT@name`
    after = np.minimum(signs + 1, last)
    follows = ((kinds[after] & Kind.WORD) != 0) | (codes[after] == ord("_"))
    signs = signs[(led | reposted) & follows]
    if not len(signs):
        return signs, signs
    outside = np.flatnonzero(((kinds & Kind.WORD) == 0) & (codes != ord("_")))
    ends = outside[np.searchsorted(outside, signs + 1)]
    first = codes[signs + 1]
    doubled = (first == codes[signs + 2]) & ((first == ord("s")) | (first == ord("l")))
    is_name = np.ones(len(signs), dtype=np.bool_)
    for place in np.flatnonzero(doubled).tolist():
        is_name[place] = not WORD_AFTER_AT.match(page.text(signs[place] + 1, ends[place]))
    return signs[is_name], ends[is_name]
