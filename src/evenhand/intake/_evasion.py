"""Ways of writing a word so that a filter does not see it: digits for letters, gaps, stretched letters.

Each function looks at a whole page and says what to replace; none changes it. NumPy finds the few words that
could be meant, Python judges those.
"""

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ._characters import DROPPED, EDGE, Kind
from ._page import NO_EDITS, WORD_AFTER_AT, Edits, Page, Positions, edits
from ._words import CENSORED, CHARGED

__all__ = ["extra_spaces", "leetspeak", "spaced_words", "stretched_letters"]

_SHAPES = {
    **dict(zip("01345679", "oieasgtg", strict=True)),
    **dict(zip("@$!|", "asii", strict=True)),
    "\N{EURO SIGN}": "e",
    "\N{POUND SIGN}": "l",
    "\N{YEN SIGN}": "y",
    "\N{CENT SIGN}": "c",
    "\N{COPYRIGHT SIGN}": "c",
    "\N{REGISTERED SIGN}": "r",
    "\N{AUSTRAL SIGN}": "a",
    "\N{CEDI SIGN}": "c",
    "\N{KIP SIGN}": "k",
    "\N{NAIRA SIGN}": "n",
    "\N{TUGRIK SIGN}": "t",
    "\N{WON SIGN}": "w",
}
_ALL_SHAPES = tuple(str.maketrans({**_SHAPES, "8": "b", **dict.fromkeys("1!|", letter)}) for letter in "il")
_HARMFUL = CENSORED | CHARGED
_LONGEST_WORD = 64  # so that a text of one endless word costs no more than others
_SEPARATORS = frozenset({"!", "|", "4", "11", "@", "\N{COPYRIGHT SIGN}", "\N{REGISTERED SIGN}"})
_VOWELS = frozenset("aeiou")
_RUN = re.compile(r"[^a-z]+")
_ES, _ER = ord("\N{CYRILLIC SMALL LETTER ES}"), ord("\N{CYRILLIC SMALL LETTER ER}")
_UNITS_OF_TIME = frozenset("dhmswy")
_WORDS_AFTER_DOLLAR = re.compile(r"hits?|hitty|luts?|lutty|uck(?:s|er|ers)?|cum|lag|laves?|nitch|uicide")
_LETTERS_THAT_ARE_WORDS = frozenset(
    "aiur"
    "\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER I}\N{CYRILLIC SMALL LETTER VE}"
    "\N{CYRILLIC SMALL LETTER ES}\N{CYRILLIC SMALL LETTER U}\N{CYRILLIC SMALL LETTER KA}"
    "\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER YA}"
)


def extra_spaces(page: Page) -> Edits:
    """Every space after a space."""
    space = page.kinds & Kind.SPACE
    twice = np.flatnonzero(space[1:] & space[:-1]) + 1
    return edits(twice, DROPPED) if len(twice) else NO_EDITS


def stretched_letters(page: Page) -> Edits:
    """Every letter after two of the same: `soooo` is `soo`.

    Just three stay where they are the whole word (`kkk`, `xxx`), the end of a Roman numeral (`viii`), or the
    beginning of the Russian for USSR, the one common word with three.
    """
    codes = page.codes
    same = codes[1:] == codes[:-1]
    thirds = np.flatnonzero(same[1:] & same[:-1]) + 2
    thirds = thirds[(page.kinds[thirds] & Kind.LETTER) != 0]
    if not len(thirds):
        return NO_EDITS
    before = thirds - 3
    just_three = (codes[before] != codes[thirds]) & ((page.kinds[thirds + 1] & Kind.WORD) == 0)
    numeral = np.isin(codes[before], [ord("v"), ord("x")]) & (codes[thirds] == ord("i"))
    whole_word = (page.kinds[before] & Kind.WORD) == 0
    ussr = (codes[thirds] == _ES) & (codes[thirds + 1] == _ER) & whole_word
    thirds = thirds[~((just_three & (numeral | whole_word)) | ussr)]
    return edits(thirds, DROPPED) if len(thirds) else NO_EDITS


def leetspeak(page: Page) -> Edits:
    """Digits and signs that are read as letters, by the rules of `read_leet`."""
    inside = (page.kinds & (Kind.LATIN | Kind.DIGIT | Kind.SYMBOL)) != 0
    words = _leet_candidates(page)
    if not len(words):
        return NO_EDITS
    outside = np.flatnonzero(~inside)
    after = np.unique(np.searchsorted(outside, words))
    positions: list[int] = []
    codes: list[int] = []
    for start, end in zip((outside[after - 1] + 1).tolist(), outside[after].tolist(), strict=True):
        word = page.text(start, end)
        for at, (old, new) in enumerate(zip(word, read_leet(word), strict=True), start=start):
            if old != new:
                positions.append(at)
                codes.append(ord(new))
    if not positions:
        return NO_EDITS
    return edits(np.array(positions, dtype=np.intp), np.array(codes, dtype=np.uint32))


def _leet_candidates(page: Page) -> Positions:
    """Signs and digits that stand where they could be read as letters."""
    kinds, codes = page.kinds, page.codes
    signs = page.where(Kind.DIGIT | Kind.SYMBOL)
    if not len(signs):
        return signs
    after_letter = (kinds[signs - 1] & Kind.LATIN) != 0
    before_letter = (kinds[signs + 1] & Kind.LATIN) != 0
    digit = (kinds[signs] & Kind.DIGIT) != 0
    at = codes[signs] == ord("@")
    of_word = at | (codes[signs] == ord("$"))
    goes_on = (kinds[signs + 1] & (Kind.DIGIT | Kind.SYMBOL)) != 0
    between = after_letter & before_letter
    candidates = (
        between
        | (digit & after_letter & goes_on)
        | (of_word & (after_letter | before_letter))
        | (at & goes_on)
    )
    return signs[np.flatnonzero(candidates)]


@lru_cache(maxsize=8192)
def read_leet(word: str) -> str:
    """The word with its digits and signs read as letters, or as it is.

    `word` is a run of a to z, digits, `@ $ ! |`, and currency and trade signs. A run of digits or signs
    *reads* if it is one character, the same one twice, or two or three of `@` and `$`; any other run is a
    number.

    * Only a word with a run that reads between letters is leetspeak: `n1ce`, `l33t`, `sh!t`. `covid19`,
      `mp3`, `4pm`, `$20`, `h8` and `2024` have none.
    * A word with a 2 or an 8 is left alone (`b2b`, `h2o`, `k8s`), and so is one whose letters are fewer than
      its signs, one of two letters that ends in a digit (`h1n1`), and a duration (`1h5m`).
    * 6, 9 and `|` read only where there are three letters. `!` and `|` read only if the letters on one side
      hold no vowel and so are no word of their own (`sh!t`, but not `wow!look`); `4`, `11`, `@` and trade
      signs only if that is so or there are at most two letters on one side (`h4te`, `ki11ing`, but not
      `free4all`).
    * No word is longer than 64 characters.
    * At an end of such a word, digits and signs that read are letters too: `5h1t`, `b1tch3s`.
    * A word of four characters or more that spells a censored or charged one (`_words`) with all its digits
      and signs read is that word (`d3p0r73d`, `fa66ot`), whatever the other rules say.
    * Besides that `$` reads at the front of five letters or more, where it is no ticker (`$tupid`; not
      `$millions`), and of a short list (`$hit`); at the end as `$$`, or after three letters (`bitche$`); `@`
      at the front where it begins no name (`@ss`, `@$$`).
    """
    core = word.strip("!|")
    if len(word) > _LONGEST_WORD:
        return word
    if meant := _meant(core):
        return word.replace(core, meant, 1)
    if "2" in core or "8" in core:
        return word
    runs = list(_RUN.finditer(core))
    letters = sum(map(str.isalpha, core))
    inner = [run for run in runs if run.start() > 0 and run.end() < len(core) and _reads(core, run, letters)]
    signs = sum(len(run[0]) for run in inner)
    if inner and letters >= signs and not _is_code(core, letters):
        spelt = _RUN.sub(lambda run: _letters(run[0]) if _reads(core, run, letters) else run[0], core)
    else:
        spelt = _RUN.sub(lambda run: _letters(run[0]) if _reads_at_end(core, run) else run[0], core)
    return word.replace(core, spelt, 1) if core else word


def _meant(core: str) -> str | None:
    """The censored or charged word that the characters spell, if they do: 1, `!` and `|` are i or l."""
    if len(core) < 4 or not any(map(str.isalpha, core)):
        return None
    return next((word for shapes in _ALL_SHAPES if (word := core.translate(shapes)) in _HARMFUL), None)


def _reads(word: str, run: re.Match[str], letters: int) -> bool:
    """Whether a run of digits or signs has the shape of letters."""
    signs = run[0]
    if signs in _SEPARATORS and _parts_words(word, run, short=signs in "!|"):
        return False
    if letters < 3 and signs[0] in "69|":
        return False
    if signs[0] in "!|":
        return len(signs) == 1
    if set(signs) <= {"@", "$"}:
        return len(signs) <= 3
    return len(signs) <= 2 and len(set(signs)) == 1


def _parts_words(word: str, run: re.Match[str], *, short: bool) -> bool:
    """Whether the letters on both sides could be words: they hold a vowel and are, if not `short`, enough."""
    left, right = _RUN.split(word[: run.start()])[-1], _RUN.split(word[run.end() :])[0]
    vowels = bool(_VOWELS & set(left) and _VOWELS & set(right))
    return vowels and (short or min(len(left), len(right)) >= 3)


def _is_code(word: str, letters: int) -> bool:
    """`h1n1`, `m4a1`; `1h5m`."""
    return (letters < 3 and word[-1].isdigit()) or (
        word[0].isdigit() and _UNITS_OF_TIME.issuperset(_RUN.sub("", word))
    )


def _reads_at_end(word: str, run: re.Match[str]) -> bool:
    """Whether `$` or `@` at the front or the end of a word without other leetspeak is a letter."""
    signs = run[0]
    if run.start() == 0:
        rest = word[run.end() :]
        if signs == "$":
            front = _RUN.split(rest)[0]
            return (len(front) >= 5 and "illion" not in front) or bool(_WORDS_AFTER_DOLLAR.fullmatch(rest))
        return signs in {"@$", "@$$"} or (signs == "@" and bool(WORD_AFTER_AT.fullmatch(rest)))
    return run.end() == len(word) and (signs == "$$" or (signs == "$" and run.start() >= 3))


def _letters(signs: str) -> str:
    if signs == "11":
        return "ll"
    return "".join(_SHAPES[sign] for sign in signs)


def spaced_words(page: Page) -> Edits:
    """Separators inside words that were written letter by letter: `k i l l`, `k.i.l.l`, `k-i-l-l`.

    Three letters or more, each alone between the same single separator, are one word, unless

    * they are a list: in the order of the alphabet with steps of two at most (`a b c`, `x/y/z`, `a, c, e`),
      or all the same (`x x x`);
    * the separator is a space and more than half of them are words on their own (`u r a`, `i r u`).

    Digits may stand among them (`k 1 l l`) if letters are more than half of four or more. Initials lose their
    inner dots: `U.S.A.` is `usa.`, which is how they are looked up.
    """
    kinds, codes = page.kinds, page.codes
    word = (kinds & Kind.WORD) != 0
    single = np.zeros(len(codes) + 4, dtype=np.bool_)
    single[1 : len(codes) - 1] = (
        ((kinds[1:-1] & (Kind.ALPHABETIC | Kind.DIGIT)) != 0) & ~word[:-2] & ~word[2:]
    )
    lone = np.flatnonzero(single)
    lone = lone[single[lone + 2]]
    lone = lone[single[lone + 4]]
    lone = lone[
        (codes[lone + 1] == codes[lone + 3])
        & (codes[lone + 1] != EDGE)
        & ((kinds[lone] & Kind.ALPHABETIC) != 0)
    ]
    separators: list[Positions] = []
    done = 0
    for start in lone.tolist():
        if start < done or _runs_on(page, start, -1):
            continue
        end = start + 4
        while single[end + 2] and codes[end + 1] == codes[start + 1]:
            end += 2
        done = end
        while end > start and (not kinds[end] & Kind.ALPHABETIC or _runs_on(page, end, 1)):
            end -= 2
        if _is_spaced_word(page.text(start, end + 1)):
            separators.append(np.arange(start + 1, end, 2))
    return edits(np.concatenate(separators), DROPPED) if separators else NO_EDITS


def _runs_on(page: Page, letter: int, way: int) -> bool:
    """Whether a sign ties a letter at the end of the run to a word beyond, as in `f*cking` or `in-s-a-ne`."""
    sign = letter + way
    tied = not page.kinds[sign] & (Kind.SPACE | Kind.EDGE)
    return tied and bool(page.kinds[sign + way] & Kind.WORD)


def _is_spaced_word(spaced: str) -> bool:
    letters = [character for character in spaced[::2] if not character.isdigit()]
    total = len(spaced[::2])
    if total < 3 or (len(letters) < total and (total < 4 or len(letters) * 2 <= total)):
        return False
    steps = [ord(after) - ord(before) for before, after in pairwise(letters)]
    if len(letters) == total and all(0 <= step <= 2 for step in steps):
        return False
    words = sum(letter in _LETTERS_THAT_ARE_WORDS for letter in letters)
    return spaced[1] != " " or words * 2 <= total
