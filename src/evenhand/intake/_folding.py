"""Folding: the text behind the disguises, for everything that reads texts.

    fold(["K1ll them", "k i l l them"])        # ["kill them", "kill them"]
    original_span("so k.i.l.l him", 3, 7)      # (3, 10)

Undone are compatibility forms (NFKC), case, diacritics and stacked marks, invisible characters, lookalikes
of Latin letters, leetspeak, words spaced out letter by letter, stretched letters, runs of spaces, masked and
missing letters, and words and texts written from their end. What each means, and what is left alone, stands
with the function that does it: `_characters`, `_lookalikes`, `_evasion`, `_masks`, `_backwards`. Links and
names (`_page`) keep their characters: of them only case and forms are folded.

Folding a folded text changes nothing, and a text's neighbours in the batch change nothing either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ._backwards import OVERRIDE, as_shown, otherwise_spelt
from ._characters import DROPPED, EDGE, Codes, tables
from ._evasion import extra_spaces, leetspeak, spaced_words, stretched_letters
from ._lookalikes import accents, compositions, flags, lookalikes
from ._masks import masked_letters
from ._page import Edits, Positions, read_page

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
    masked_letters,
    otherwise_spelt,  # last: where a text is turned round, what else was found in it waits for the next round
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where its characters came from.

    Attributes:
        text: What `fold` makes of the original.
        starts: Per folded character, where in the original the piece starts that it stands for.
        ends: One past that piece's end. The pieces cover the original without gaps: what was dropped belongs
            to the character before it, or to the first. They follow one another, from right to left where
            the original is written so.
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
            return int(self.starts[first : last + 1].min()), int(self.ends[first : last + 1].max())
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
    shown = as_shown(text)
    places = np.array([0, *(place + 1 for place in shown), len(text) + 1], dtype=np.intp)
    codes, source = _images(_codes(["".join(text[place] for place in shown)]))
    source = places[source]
    while found := _found(codes):
        source = source[_order(len(codes), found)]
        codes, inner = _spread(_edited(codes, found))
        source = source[inner]
        codes, inner = _images(codes)
        source = source[inner]
    origins = source[1:-1] - 1  # without the edges
    starts = origins.astype(np.int64)
    if len(starts):
        starts[origins == origins.min()] = 0
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
    marks, or makes a word that is not completed again, or turns a text that then reads forwards; and images
    add nothing that an edit would act on anew.
    """
    folded = ["".join(text[at] for at in as_shown(text)) if OVERRIDE in text else text for text in texts]
    rows = list(range(len(texts)))
    while rows:
        codes, _ = _images(_codes([folded[row] for row in rows]))
        found = _found(codes)
        edited = _edited(codes, found)
        plain = edited[edited != DROPPED]
        for row, text in zip(
            rows, _split(_spread(plain)[0] if plain.max() > DROPPED else plain), strict=True
        ):
            folded[row] = text
        edges = np.flatnonzero(codes == EDGE)
        touched = [np.searchsorted(edges, edits.positions) for edits in found]
        rows = [rows[place - 1] for place in np.unique(np.concatenate(touched)).tolist()] if found else []
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
    return _spread(tables().images[codes])


def _spread(images: Codes) -> tuple[Codes, Positions]:
    """The images with each code that stands for none or for several characters replaced by them."""
    known = tables()
    special = np.flatnonzero(images >= DROPPED)
    if not len(special):
        return images, np.arange(len(images))
    which = images[special] - DROPPED
    counts = np.ones(len(images), dtype=np.intp)
    counts[special] = known.lengths[which]
    source = np.repeat(np.arange(len(images)), counts)
    out = images[source]
    several = special[known.lengths[which] > 0]
    if len(several):
        longer = images[several] - DROPPED
        lengths = known.lengths[longer]
        firsts = (np.cumsum(counts) - counts)[several]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        out[np.repeat(firsts, lengths) + steps] = known.pool[np.repeat(known.starts[longer], lengths) + steps]
    return out, source


def _found(codes: Codes) -> list[Edits]:
    """What the searches find to edit, in their order."""
    page = read_page(codes)
    return [edits for search in _SEARCHES if len((edits := search(page)).positions)]


def _edited(codes: Codes, found: Sequence[Edits]) -> Codes:
    """The codes after the edits, with those of none or several characters in them."""
    edited = codes.copy()
    for edits in found:
        edited[edits.positions] = edits.codes
    return edited


def _order(length: int, found: Sequence[Edits]) -> Positions:
    """Which of `length` characters each comes from after the edits."""
    order = np.arange(length)
    for edits in found:
        order[edits.positions] = edits.sources
    return order
