"""Folding: the text behind the disguises, for everything that reads texts.

    fold(["K1ll them", "k i l l them"])        # ["kill them", "kill them"]
    original_span("so k.i.l.l him", 3, 7)      # (3, 10)

Undone are compatibility forms (NFKC), case, diacritics and stacked marks, invisible characters, lookalikes
of Latin letters, leetspeak, words spaced out letter by letter, stretched letters and runs of spaces. What
each means, and what is left alone, stands with the function that does it: `_characters`, `_lookalikes`,
`_evasion`. Links and names (`_page`) keep their characters: of them only case and forms are folded.

Folding a folded text changes nothing, and a text's neighbours in the batch change nothing either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ._characters import DROPPED, EDGE, Codes, tables
from ._evasion import extra_spaces, leetspeak, spaced_words, stretched_letters
from ._lookalikes import accents, compositions, flags, lookalikes
from ._page import Positions, read_page

__all__ = ["Folded", "fold", "fold_with_offsets", "original_span"]

Offsets = npt.NDArray[np.int64]

_TEXTS_PER_PAGE = 1024  # pages of ordinary posts that stay in a processor's cache

_SEARCHES = (
    extra_spaces,
    stretched_letters,
    leetspeak,
    spaced_words,
    lookalikes,
    flags,
    accents,
    compositions,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where its characters came from.

    Attributes:
        text: What `fold` makes of the original.
        starts: Per folded character, where in the original the piece starts that it stands for.
        ends: One past that piece's end. Pieces follow one another without gaps and cover the original:
            what was dropped belongs to the character before it, or to the first.
    """

    text: str
    starts: Offsets
    ends: Offsets

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original the characters from `start` to `end` of the folded text stand.

        An empty span, or one that lies outside the folded text, is empty in the original too.
        """
        first, last = max(start, 0), min(end, len(self.text)) - 1
        if first <= last:
            return int(self.starts[first]), int(self.ends[last])
        if not len(self.starts):
            return 0, 0
        at = int(self.starts[first]) if first < len(self.starts) else int(self.ends[-1])
        return at, at


def fold(texts: Sequence[str]) -> list[str]:
    """The folded texts, in the same order."""
    folded: list[str] = []
    for start in range(0, len(texts), _TEXTS_PER_PAGE):
        folded.extend(_fold_page(texts[start : start + _TEXTS_PER_PAGE]))
    return folded


@lru_cache(maxsize=2048)  # several detectors ask for the same surfaced items in turn
def fold_with_offsets(text: str) -> Folded:
    """One folded text, with the way back to the original: for what is shown to people."""
    codes, source = _images(_codes([text]))
    while True:
        positions, edited = _edited(codes)
        if not len(positions):
            break
        kept = edited != DROPPED
        codes, inner = _images(edited[kept])
        source = source[kept][inner]
    origins = source[1:-1] - 1  # without the edges
    starts = origins.astype(np.int64)
    if len(starts):
        starts[origins == origins[0]] = 0
    distinct = np.append(np.unique(starts), len(text))
    ends = distinct[np.searchsorted(distinct, starts) + 1]
    starts.flags.writeable = ends.flags.writeable = False  # the same arrays are handed out again
    return Folded(_text(codes)[1:-1], starts, ends)


def original_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where in the original `text` the characters from `start` to `end` of its folded text stand."""
    return fold_with_offsets(text).span(start, end)


def _fold_page(texts: Sequence[str]) -> list[str]:
    """Fold the texts of one page; those that an edit touched are folded again, until none is.

    It ends: an edit takes characters away, or puts a Latin letter in place of something else, or orders
    marks, and images add nothing that an edit would act on anew.
    """
    folded = list(texts)
    rows = list(range(len(texts)))
    while rows:
        codes, _ = _images(_codes([folded[row] for row in rows]))
        positions, edited = _edited(codes)
        for row, text in zip(rows, _split(edited[edited != DROPPED]), strict=True):
            folded[row] = text
        edges = np.flatnonzero(codes == EDGE)
        rows = [rows[place - 1] for place in np.unique(np.searchsorted(edges, positions)).tolist()]
    return folded


def _codes(texts: Sequence[str]) -> Codes:
    """The texts as code points, `EDGE` before, between and after them."""
    joined = "\0".join(["", *texts, ""])
    if joined.count("\0") != len(texts) + 1:  # another control character has the same, empty image
        joined = "\0".join(["", *(text.replace("\0", "\1") for text in texts), ""])
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _split(codes: Codes) -> list[str]:
    return _text(codes).split("\0")[1:-1]


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


def _images(codes: Codes) -> tuple[Codes, Positions]:
    """The images of all characters, and for each character of them which one it is an image of."""
    known = tables()
    images = known.images[codes]
    special = np.flatnonzero(images >= DROPPED)
    if not len(special):
        return images, np.arange(len(codes))
    which = images[special] - DROPPED
    counts = np.ones(len(codes), dtype=np.intp)
    counts[special] = known.lengths[which]
    source = np.repeat(np.arange(len(codes)), counts)
    out = images[source]
    several = special[known.lengths[which] > 0]
    if len(several):
        longer = images[several] - DROPPED
        lengths = known.lengths[longer]
        firsts = (np.cumsum(counts) - counts)[several]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        out[np.repeat(firsts, lengths) + steps] = known.pool[np.repeat(known.starts[longer], lengths) + steps]
    return out, source


def _edited(codes: Codes) -> tuple[Positions, Codes]:
    """Which characters the searches edit, and the codes with `DROPPED` where one goes away."""
    page = read_page(codes)
    found = [edits for search in _SEARCHES if len((edits := search(page)).positions)]
    if not found:
        return np.empty(0, dtype=np.intp), codes
    edited = codes.copy()
    for edits in found:
        edited[edits.positions] = edits.codes
    return np.concatenate([edits.positions for edits in found]), edited
