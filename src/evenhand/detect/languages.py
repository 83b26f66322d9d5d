"""Which language a text is in, and so which models may speak about it.

    english(batch)                   # which items a model of English can read
    identify(batch).language.at(0)   # "de", or None where it cannot be told

A text's language shows in its script and in its small words (`_language_words`), which everybody uses in
every post. Both are looked up in whole columns, and added up in whole numbers: a text's neighbours change
nothing.
`docs/design/languages.md` says what was compared, and how often it is wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from evenhand.intake import EXAMINED_CHARACTERS, fold
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, SignalType, Span

from ._base import Shelf
from ._features import left_out_of
from ._language_words import ENGLISH, LETTERS, SCRIPTS, SEVERAL, WORDS

__all__ = ["Identified", "LanguageDetector", "english", "identify", "load"]

LANGUAGE_SIGNAL: Final = Signal(
    name="text.language",
    type=SignalType.CATEGORY,
    meaning="The language that the text is in, as a tag such as en; unknown where it cannot be told.",
)

_STATES_ENGLISH: Final = "^(?i:en|eng)([-_]|$)"
_TAGS: Final = (*WORDS, *(script for script in SCRIPTS if script not in {"Latin", *SEVERAL}))
_SCRIPT_NAMES: Final = ("", *SCRIPTS)
_LATIN: Final = _SCRIPT_NAMES.index("Latin")
_ENGLISH_AT: Final = _TAGS.index(ENGLISH)

_WORTH: Final = 12  # of a word that one language has; of one that n have, an n-th
_LEAST: Final = 3 * _WORTH // 2  # evidence that tells a language in Latin script,
_LEAST_SHARE: Final = 5  # and in every so many words what one is worth
_LEAST_OTHER: Final = _WORTH  # in a script of few languages
_LEAD: Final = 4  # the lead over the next language is at least such a part of the least evidence
_PART_WORDS: Final = 8  # a piece of so many words is English
_PART_LEAST: Final = 4  # if it has so many more words of English alone than of others
_SILENT_WORDS: Final = 5  # so many words, none of them English, are of some other language,
_SILENT_ACCENTED: Final = 3  # with letters that English does not use, so many
_LEAST_HINT: Final = _WORTH // 2  # and at least so much evidence for it, or such a letter

_CHARACTERS_AT_ONCE: Final = 1 << 15
_TABLE_SIZE: Final = 0x20000  # above lie only ideographs
_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse among 64-bit numbers

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Scripts = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Identified:
    """What is known of the languages of N texts.

    Attributes:
        language: Shape (N,), a category: the tag of the language, unknown where it cannot be told.
        english: Shape (N,): which a model of English can read.
        worded: Shape (N,): which have letters at all outside links and account names.
    """

    language: Column
    english: Bools
    worded: Bools


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was seen in N texts.

    Attributes:
        scores: Shape (N, languages): what the words and letters found are worth.
        words: Shape (N,): how many words there are.
        script: Shape (N,): the script of most letters, as a place in `_SCRIPT_NAMES`; 0 without letters.
        part: Shape (N,): whether a piece of it is English.
    """

    scores: Ints
    words: Ints
    script: Ints
    part: Bools


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The words of all languages, ready to be looked up.

    Attributes:
        hashes: Shape (V,), ascending.
        worth: Shape (V, languages).
        leaning: Shape (V,): 1 for a word of English alone, -1 for one of others only, 0 for one of both.
        letters: Code point -> row of `letter_worth`; 0 for none.
        letter_worth: Shape (letters, languages); the first row is 0.
        scripts: Code point -> place in `_SCRIPT_NAMES`.
        possible: Shape (scripts, languages): which languages are written in which script.
    """

    hashes: Hashes
    worth: npt.NDArray[np.int16]
    leaning: npt.NDArray[np.int8]
    letters: npt.NDArray[np.uint8]
    letter_worth: npt.NDArray[np.int16]
    scripts: Scripts
    possible: Bools


class LanguageDetector:
    """Implements `Detector`: the signal `text.language`, so that a policy can queue by language."""

    name = "language"
    version = "1"
    signals = (LANGUAGE_SIGNAL,)
    thresholds: Mapping[str, float] = MappingProxyType({})  # a language is no finding

    def examine(self, batch: Batch) -> Columns:
        """The language of each item."""
        return {LANGUAGE_SIGNAL.name: identify(batch).language}

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """A language is in the whole text, so no piece of it is named."""
        return [() for _ in range(len(batch))]


def load(_: Shelf) -> LanguageDetector:
    """Made from nothing, for the entry point."""
    return LanguageDetector()


def english(batch: Batch) -> Bools:
    """Which items a model of English can read: shape (N,). See `identify`."""
    return identify(batch).english


def identify(batch: Batch) -> Identified:
    """The language of each item, and whether a model of English can read it.

    It can where the language is English; where a piece of the text is, whatever stands around it and
    whatever the item states; and where the language cannot be told (a word or two, only names), the item
    states English or nothing, and no more letters are of another script than Latin. Five words or more of
    which none is English and one of another language are not read, even if nobody can tell of which.

    On many platforms the poster picks the language that an item states, and can write anything beside what
    is meant: neither alone silences a model.
    """
    texts = [text[:EXAMINED_CHARACTERS] for text in batch.folded]
    parts = [_evidence(texts[part]) for part in _parts(texts)] or [_evidence([])]
    evidence = _Evidence(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _Evidence.__slots__)
    )
    accents = _accents([text[:EXAMINED_CHARACTERS] for text in batch.texts()])
    codes, known = _told(evidence, accents)
    stated = batch.items.column("language")
    says = pc.match_substring_regex(stated, pattern=_STATES_ENGLISH).fill_null(True)  # noqa: FBT003 - the value
    hint = accents[:, _lexicon().possible[_LATIN]].any(axis=1)
    enough = evidence.words >= np.where(hint, _SILENT_ACCENTED, _SILENT_WORDS)
    hint |= evidence.scores.max(axis=1) >= _LEAST_HINT
    foreign = enough & hint & (evidence.scores[:, _ENGLISH_AT] == 0)
    open_to = np.asarray(says.to_numpy(), dtype=np.bool_) & ~known & ~foreign & (evidence.script <= _LATIN)
    return Identified(
        language=Column(codes.astype(np.int32), known, _TAGS),
        english=(known & (codes == _ENGLISH_AT)) | evidence.part | open_to,
        worded=evidence.script > 0,
    )


def _told(evidence: _Evidence, accents: Ints) -> tuple[Ints, Bools]:
    """The language of each text as a place in `_TAGS`, and whether it can be told."""
    scores = np.where(_lexicon().possible[evidence.script], evidence.scores + accents, -1)
    rows = np.arange(len(scores))
    best = scores.argmax(axis=1)
    most = scores[rows, best]
    scores[rows, best] = -1
    alone = _lexicon().possible.sum(axis=1)[evidence.script] == 1
    least = np.where(evidence.script == _LATIN, _LEAST, _LEAST_OTHER)
    told = (most >= least) & ((most * _LEAST_SHARE >= evidence.words * _WORTH) | (evidence.script != _LATIN))
    told &= most - scores.max(axis=1, initial=-1) >= least // _LEAD
    return best, alone | told


def _evidence(texts: Sequence[str]) -> _Evidence:
    """What is seen in some folded texts."""
    lexicon = _lexicon()
    codes = np.frombuffer(
        "".join(text + "\n" for text in texts).encode("utf-32-le", "surrogatepass"), dtype="<u4"
    )
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    kinds = lexicon.scripts[np.minimum(codes, np.uint32(_TABLE_SIZE - 1))]
    kinds[left_out_of(codes)] = 0
    starts, stops = _words(kinds)
    spoken = codes[starts - 1] != ord("#")  # a hashtag names, it does not speak
    starts, stops = starts[spoken], stops[spoken]
    items = np.searchsorted(ends, starts, side="right")
    found = _lookup(lexicon.hashes, _hashes(codes, starts, stops))
    scores = np.zeros((len(texts), len(_TAGS)), dtype=np.int64)
    _add(scores, items[found >= 0], lexicon.worth[found[found >= 0]])
    return _Evidence(
        scores=scores,
        words=np.bincount(items, minlength=len(texts)).astype(np.int64),
        script=_scripts(kinds, ends),
        part=_english_part(np.where(found >= 0, lexicon.leaning[found], 0), items, len(texts)),
    )


def _accents(texts: Sequence[str]) -> Ints:
    """What the letters of some texts as posted are worth, shape (N, languages).

    For a language in Latin script together at most a word: letters are added to a text more easily than
    words.
    """
    scores = np.zeros((len(texts), len(_TAGS)), dtype=np.int64)
    for row, text in enumerate(texts):
        if not text.isascii():
            codes = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), dtype="<u4")
            rows = _lexicon().letters[np.minimum(codes, np.uint32(_TABLE_SIZE - 1))]
            if rows.any():
                scores[row] = _lexicon().letter_worth[rows].sum(axis=0)
    latin = _lexicon().possible[_LATIN]
    scores[:, latin] = np.minimum(scores[:, latin], _WORTH)
    return scores


def _words(kinds: Scripts) -> tuple[Ints, Ints]:
    """Where words begin, and one past where they end."""
    inside = np.zeros(len(kinds) + 2, dtype=np.int8)
    inside[1:-1] = kinds > 0
    turns = np.diff(inside)
    return np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)


def _scripts(kinds: Scripts, ends: Ints) -> Ints:
    """The script of most letters of each text; of equals, the one that is not Latin."""
    counts = np.zeros((len(ends), len(_SCRIPT_NAMES)), dtype=np.int64)
    latin = kinds == _LATIN
    if len(ends):
        counts[:, _LATIN] = np.add.reduceat(latin, np.append(0, ends[:-1]), dtype=np.int64)
    others = np.flatnonzero(kinds > _LATIN)
    np.add.at(counts, (np.searchsorted(ends, others, side="right"), kinds[others]), 1)
    total = counts.sum(axis=1)
    script: Ints = counts[:, 2:].argmax(axis=1) + 2
    script[counts[:, _LATIN] * 2 > total] = _LATIN
    script[total == 0] = 0
    return script


def _english_part(leaning: npt.NDArray[np.int8], items: Ints, size: int) -> Bools:
    """Which texts have a piece that is English."""
    part = np.zeros(size, dtype=np.bool_)
    sums = np.append(0, np.cumsum(leaning, dtype=np.int64))
    first = np.searchsorted(items, items)  # where each word's text begins
    begin = np.maximum(np.arange(len(items)) + 1 - _PART_WORDS, first)
    part[items[sums[1:] - sums[begin] >= _PART_LEAST]] = True
    return part


def _add(scores: Ints, items: Ints, worth: npt.NDArray[np.int16]) -> None:
    """Add what each found word is worth to its text; the words stand in the order of texts."""
    if len(items):
        rows, firsts = np.unique(items, return_index=True)
        scores[rows] += np.add.reduceat(worth, firsts, axis=0, dtype=np.int64)


def _lookup(known: Hashes, hashes: Hashes) -> Ints:
    """The place of each hash, or -1."""
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    found: Ints = np.where(known[at] == hashes, at, -1)
    return found


def _hashes(codes: npt.NDArray[np.uint32], starts: Ints, stops: Ints) -> Hashes:
    """A number per word: its letters as digits in base `_BASE`, among 64-bit numbers."""
    powers, inverses = _powers(1 << max(len(codes) + 1, _CHARACTERS_AT_ONCE).bit_length())
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(codes * powers[: len(codes)], out=sums[1:])
    return (sums[stops] - sums[starts]) * inverses[starts]


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    both = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, base, dtype=np.uint64)
        powers[0] = 1
        both.append(np.cumprod(powers, dtype=np.uint64))
    return both[0], both[1]


@cache
def _lexicon() -> _Lexicon:
    """All words, folded and hashed once."""
    owners: dict[str, set[int]] = {}
    for place, words in enumerate(WORDS.values()):
        for word in fold([" ".join(sorted(set(words.split())))])[0].split():
            owners.setdefault(word, set()).add(place)
    spelt = list(owners)
    codes = np.frombuffer("\n".join(spelt).encode("utf-32-le"), dtype="<u4")
    lengths = np.array([len(word) for word in spelt])
    starts = np.cumsum(lengths + 1) - lengths - 1
    hashes = _hashes(codes, starts, starts + lengths)
    worth = np.zeros((len(spelt), len(_TAGS)), dtype=np.int16)
    for row, word in enumerate(spelt):
        worth[row, sorted(owners[word])] = _WORTH // min(len(owners[word]), _WORTH)
    order = np.argsort(hashes)
    is_english = worth[:, _ENGLISH_AT] > 0
    alone = np.array([len(owners[word]) == 1 for word in spelt])
    leaning = np.where(is_english, alone.astype(np.int8), np.int8(-1))
    return _Lexicon(
        hashes[order], worth[order], leaning[order], *_letter_tables(), _script_table(), _possible()
    )


def _letter_tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """The row of each letter, and what the letters are worth."""
    letters = sorted({letter for group in LETTERS.values() for letter in group})
    rows = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    worth = np.zeros((len(letters) + 1, len(_TAGS)), dtype=np.int16)
    for row, letter in enumerate(letters, start=1):
        owners = [_TAGS.index(tag) for tag, group in LETTERS.items() if letter in group]
        rows[ord(letter)] = row
        worth[row, owners] = _WORTH // len(owners)
    return rows, worth


def _script_table() -> Scripts:
    table = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    for place, ranges in enumerate(SCRIPTS.values(), start=1):
        for piece in ranges.split():
            first, _, last = piece.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] = place
    table[-1] = _SCRIPT_NAMES.index("zh")
    return table


def _possible() -> Bools:
    """Which languages are written in which script: by their words, or as the script's only one."""
    table = _script_table()
    possible = np.zeros((len(_SCRIPT_NAMES), len(_TAGS)), dtype=np.bool_)
    for place, tag in enumerate(_TAGS):
        possible[_SCRIPT_NAMES.index(tag) if tag in SCRIPTS else table[ord(WORDS[tag][0])], place] = True
    return possible


def _parts(texts: Sequence[str]) -> Iterator[slice]:
    """Slices of texts of together at most `_CHARACTERS_AT_ONCE` characters; a longer one stands alone."""
    start = characters = 0
    for row, text in enumerate(texts):
        if characters and characters + len(text) > _CHARACTERS_AT_ONCE:
            yield slice(start, row)
            start, characters = row, 0
        characters += len(text) + 1
    if texts:
        yield slice(start, len(texts))
