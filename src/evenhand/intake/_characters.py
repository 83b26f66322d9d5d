"""What folding knows about each single character: its image, and what kind of character the image is.

Two tables over all of Unicode, built once, at the first use (about a third of a second):

* the *image* of a character is what stands for it in folded text: NFKC, full case folding, no diacritics of
  the general blocks, no invisible characters, and Latin letters for the forms that are never anything else.
  The image of every character of an image is itself, so taking images twice changes nothing.
* its *kinds*, one bit each, which is how whole batches are searched at once.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ._confusables import ALWAYS, COUSINS, PUNCTUATION, SCRIPTS, TWINS
from ._words import INSERTED

__all__ = ["DROPPED", "EDGE", "Codes", "Kind", "Kinds", "Tables", "joining_characters", "tables"]

Codes = npt.NDArray[np.uint32]
Kinds = npt.NDArray[np.uint32]

EDGE = 0
"""The code point that stands before, between and after the texts of a page: no image is NUL but its own."""

DROPPED = 0x110000
"""Stands in place of a code point that goes away; the codes after it name images of several characters."""


class Kind:
    """What a folded character is, as bits that one NumPy expression can ask for.

    Plain integers: NumPy takes an enum's members for 64 bits wide.
    """

    EDGE = 1 << 0
    SPACE = 1 << 1
    LETTER = 1 << 2
    WORD = 1 << 3  # letters, marks and numbers: what has no word boundary inside
    LATIN = 1 << 4  # a to z
    DIGIT = 1 << 5  # 0 to 9
    SYMBOL = 1 << 6  # signs that are read as letters inside a word
    ACCENT = 1 << 7  # marks without width of their own, of any script
    UNSTABLE = 1 << 8  # may compose with, or change places with, the character before it
    REGIONAL = 1 << 9  # half a flag
    ALPHABETIC = 1 << 10  # letters of the scripts whose words are seen spaced out
    FOREIGN = 1 << 11  # a letter that is not a to z
    TWIN = 1 << 12  # a foreign letter that looks the same as a Latin one
    COUSIN = 1 << 13  # one that resembles a Latin letter
    STRANGE = 1 << 14  # one that does not
    MASK = 1 << 15  # signs that people put in place of a letter, emoji among them
    FIRST_SCRIPT = 1 << 16  # from here on one bit for each script: Latin, `SCRIPTS`, all others


LETTER_SYMBOLS = (
    "@$!|\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}\N{CENT SIGN}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}"
    "\N{AUSTRAL SIGN}\N{CEDI SIGN}\N{KIP SIGN}\N{NAIRA SIGN}\N{TUGRIK SIGN}\N{WON SIGN}"
)

_MASKS = frozenset("*_#.-%^~\N{MULTIPLICATION SIGN}\N{DAGGER}\N{BULLET}\N{MIDDLE DOT}")
_REGIONAL = range(0x1F1E6, 0x1F200)
_PLANES = 0x110000
_SCANNED = 0x20000  # beyond the first two planes only ideographs, tags and private use are left
_SAME = ((0x3400, 0xA000), (0xAC00, 0xD7A4))  # ideographs and Hangul syllables: letters, their own images
_COMPATIBILITY_IDEOGRAPHS = range(0x2F800, 0x2FA20)
_TAGS = slice(0xE0000, 0xE1000)  # tags, and the variation selectors beyond the first sixteen
_GENERAL_MARKS = (
    (0x0300, 0x0370),
    (0x0483, 0x048A),
    (0x1AB0, 0x1B00),
    (0x1DC0, 0x1E00),
    (0x20D0, 0x2100),
    (0xFE20, 0xFE30),
)
# Inherent vowels, free variation selectors and variation selectors: marks without a shape.
_SHAPELESS_MARKS = ((0x17B4, 0x17B6), (0x180B, 0x1810), (0xFE00, 0xFE10))
# Format characters that are seen: number signs and the like, which enclose the digits after them.
_SEEN_FORMATS = frozenset([*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD])

# Thai, Lao, Tibetan, Myanmar, Khmer, Kana, ideographs: scripts that put no space between words.
_UNSPACED = (
    (0x0E00, 0x10A0),
    (0x1780, 0x1800),
    (0x1A20, 0x1AB0),
    (0x2E80, 0x3130),
    (0x31C0, 0xA000),
    (0xAA60, 0xAA80),
    (0xF900, 0xFB00),
    (0x1AFF0, 0x1B170),
    (0x20000, 0x33480),
)

_LATIN_NAME = re.compile(
    r"LATIN (?:SMALL |CAPITAL )?(?:LETTER |LIGATURE )(?:SMALL CAPITAL )?"
    r"(?:(?:TURNED|REVERSED|INVERTED|SIDEWAYS|SCRIPT|BARRED|INSULAR|OPEN|CLOSED|STRETCHED|BLACKLETTER|LENIS|"
    r"LONG|TOP HALF|BOTTOM HALF|DOTLESS|SMALL) )*"
    r"([A-Z]|AA|AE|AO|AU|AV|AY|OE|OO|TZ|VY)(?: WITH .+| ROTUNDA)?"
)
_BOXED_NAME = re.compile(
    r"(?:CROSSED )?(?:NEGATIVE )?(?:PARENTHESIZED|CIRCLED|SQUARED) "
    r"(?:LATIN (?:CAPITAL|SMALL) LETTER )?(?:ITALIC )?"
    r"([A-Z]|AB|CL|COOL|FREE|ID|IC|NEW|NG|OK|PA|SA|SOS|VS|WC)(?: WITH EXCLAMATION MARK)?"
)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything known about single characters.

    Attributes:
        images: Shape (0x110000,): the image of each code point; from `DROPPED` on, `DROPPED` plus an index
            into `starts` and `lengths`.
        kinds: Shape (0x110000,): `Kind` bits of each code point, taken as a folded character.
        letters: Shape (0x110000,): the Latin letter a lookalike stands for, 0 where there is none.
        pool: All images of other than one character, one after the other.
        starts: Where each of them starts in `pool`.
        lengths: How long each of them is; the first is the empty image.
        inserted: The code that stands for a few letters at once, for edits that write more than they take.
    """

    images: Codes
    kinds: Kinds
    letters: Codes
    pool: Codes
    starts: npt.NDArray[np.intp]
    lengths: npt.NDArray[np.intp]
    inserted: Mapping[str, int]


@cache
def tables() -> Tables:
    """The tables, built at the first call."""
    images = np.arange(_PLANES, dtype=np.uint32)
    pool: list[int] = []
    starts, lengths = [0], [0]
    known = {"": DROPPED}
    wanted = [(code, _image(chr(code))) for code in _scanned()]
    for code, image in [*wanted, *((0, letters) for letters in sorted(INSERTED))]:
        if len(image) == 1:
            images[code] = ord(image)
            continue
        if image not in known:
            known[image] = DROPPED + len(starts)
            starts.append(len(pool))
            lengths.append(len(image))
            pool.extend(map(ord, image))
        images[code] = known[image]
    images[EDGE] = EDGE
    images[_TAGS] = DROPPED
    images[0xD800:0xE000] = ord(
        "\N{REPLACEMENT CHARACTER}"
    )  # half a pair says nothing, and cannot be written
    letters = np.zeros(_PLANES, dtype=np.uint32)
    for lookalike, letter in {**TWINS, **COUSINS}.items():
        letters[ord(lookalike)] = ord(letter)
    return Tables(
        images=images,
        kinds=_kinds(),
        letters=letters,
        pool=np.array(pool, dtype=np.uint32),
        starts=np.array(starts, dtype=np.intp),
        lengths=np.array(lengths, dtype=np.intp),
        inserted={letters: known[letters] for letters in INSERTED},
    )


@cache
def joining_characters() -> npt.NDArray[np.bool_]:
    """Which characters of folded text run on into a word beside them: shape (0x110000,).

    Letters, marks and numbers do, but for those of scripts that are written without spaces between words.
    """
    joining: npt.NDArray[np.bool_] = (tables().kinds & Kind.WORD) != 0
    for start, end in _UNSPACED:
        joining[start:end] = False
    joining.flags.writeable = False
    return joining


def _scanned() -> Iterator[int]:
    """The code points whose image may differ from themselves."""
    for code in range(1, _SCANNED):
        if not _within(code, (*_SAME, (0xD800, 0xF900))):
            yield code
    yield from _COMPATIBILITY_IDEOGRAPHS


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= code < end for start, end in ranges)


def _image(character: str) -> str:
    """What stands for one character in folded text: single steps until nothing changes."""
    image = _step(character)
    if image == character:
        return image
    while (again := "".join(map(_step, image))) != image:
        image = again
    return image


def _step(character: str) -> str:
    given = _given(character)
    return _plain(character) if given is None else given


def _given(character: str) -> str | None:
    """The image where it is no matter of Unicode's foldings; None where it is."""
    code, category = ord(character), unicodedata.category(character)
    image = ALWAYS.get(character, PUNCTUATION.get(character))
    if image is None and category == "Cn":
        image = character
    elif image is None and character.isspace():
        image = " "
    elif image is None and category == "Pd":
        image = "-"
    elif image is None and _is_invisible(code, category):
        image = ""
    return image


def _plain(character: str) -> str:
    """The image by Unicode's foldings and, where they say nothing, by the character's name."""
    if boxed := _BOXED_NAME.fullmatch(unicodedata.name(character, "")):
        return boxed[1].lower()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).casefold())
    bare = "".join(mark for mark in plain if not _within(ord(mark), _GENERAL_MARKS))
    folded = unicodedata.normalize("NFC", bare)
    if folded == character and (latin := _LATIN_NAME.fullmatch(unicodedata.name(character, ""))):
        return latin[1].lower()
    return folded


def _is_invisible(code: int, category: str) -> bool:
    if category == "Cf":
        return code not in _SEEN_FORMATS
    return category == "Cc" or (category in {"Mn", "Mc"} and _within(code, _SHAPELESS_MARKS))


def _kinds() -> Kinds:
    kinds = np.zeros(_PLANES, dtype=np.uint32)
    other = Kind.FIRST_SCRIPT << (len(SCRIPTS) + 1)
    ideograph = Kind.LETTER | Kind.WORD | Kind.FOREIGN | Kind.STRANGE | other
    for start, end in (*_SAME, (_SCANNED, 0x33480)):
        kinds[start:end] = ideograph
    for code in range(1, _SCANNED):
        if not kinds[code]:
            kinds[code] = _kind(chr(code))
    kinds[EDGE] = Kind.EDGE
    for character in _second_halves():
        kinds[ord(character)] |= Kind.UNSTABLE
    kinds[_REGIONAL.start : _REGIONAL.stop] |= Kind.REGIONAL
    return kinds


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    kind = 0
    if category[0] in "LMN":
        kind |= Kind.WORD
    if category[0] == "L":
        kind |= Kind.LETTER | _script(character)
    if category in {"Mn", "Me"}:
        kind |= Kind.ACCENT
    if unicodedata.combining(character):
        kind |= Kind.UNSTABLE
    if character == " ":
        kind |= Kind.SPACE
    if character in "0123456789":
        kind |= Kind.DIGIT
    if character in _MASKS or (category == "So" and ord(character) not in _REGIONAL):
        kind |= Kind.MASK
    if character in LETTER_SYMBOLS:
        kind |= Kind.SYMBOL
    return kind


def _script(character: str) -> int:
    """What is known of a letter by its script and its shape."""
    if "a" <= character <= "z":
        return Kind.LATIN | Kind.ALPHABETIC | Kind.FIRST_SCRIPT
    name = unicodedata.name(character, "").partition(" ")[0]
    number = SCRIPTS.index(name) if name in SCRIPTS else len(SCRIPTS)
    kind = Kind.FOREIGN | (Kind.FIRST_SCRIPT << (number + 1))
    if name in {"CYRILLIC", "GREEK"}:
        kind |= Kind.ALPHABETIC
    if character in TWINS:
        return kind | Kind.TWIN
    return kind | (Kind.COUSIN if character in COUSINS else Kind.STRANGE)


def _second_halves() -> Iterator[str]:
    """Characters that can be the second of two which compose (UAX #15, quick check Maybe)."""
    yield from map(chr, range(0x1160, 0x1200))  # vowels and finals of Hangul
    for code in range(_SCANNED):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            yield chr(int(parts[1], 16))
