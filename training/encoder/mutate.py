"""Mutations of a text: what people do so that a filter does not see it, and what they do for no reason.

    mutate("I will kill you", "leet", random.Random(7))       # "I will k1ll you"
    mutate("I will kill you", "padding", random.Random(7))    # the same amid innocent sentences

For training, for the robustness benchmark and for tests: pure, the same for the same state of the generator,
nothing imported but the standard library. An evasion (`EVASIONS`) touches one to three words, content words
where there are any, never links, names or tags; a noise (`NOISES`) touches the whole text, its surroundings,
or a letter here and there. What a text has no place for leaves it as it is.
"""

import random
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from prose import FOREIGN_SENTENCES, FUNCTION_WORDS, SENTENCES

Mutation = Callable[[str, random.Random], str]

LONGEST_PADDING: Final = 2000
"""Characters that `padding` adds at most."""

_TOKEN: Final = re.compile(r"\S+")
_GAP: Final = re.compile(r"(\s+)")
_ADDRESS: Final = ("@", "#", "http", "www.")
_WORD: Final = re.compile(r"[^\w@#/]*([A-Za-z]{3,})[^\w@/]*", re.ASCII)
_VOWELS: Final = "aeiou"
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEET: Final = {"a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7"}
_TWINS: Final = (
    dict(zip("aceopxyisj", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0455\u0458", strict=True)),
    dict(zip("aoviukpt", "\u03b1\u03bf\u03bd\u03b9\u03c5\u03ba\u03c1\u03c4", strict=True)),
    dict(zip("ounhg", "\u0585\u057d\u0578\u0570\u0581", strict=True)),
)
_HIDDEN: Final = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_GAPS: Final = (" ", " ", ".", "-", "_", "*", "  ")
_MASKS: Final = "****__#.-"
_FIRSTS: Final = (  # the first small letter of an alphabet of 26 in a row, the first capital of another
    *("\U0001d41a", "\U0001d482", "\U0001d4ea", "\U0001d51e", "\U0001d552", "\U0001d5ba", "\U0001d5ee"),
    *("\U0001d622", "\U0001d68a", "\uff41", "\u24d0", "\u249c", "\U0001f130", "\U0001f150", "\U0001f170"),
)
_SMALL_CAPITALS: Final = dict(
    zip(
        "abcdefghijklmnoprtuvwyz",
        "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18"
        "\u0280\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22",
        strict=True,
    )
)
_TURNED: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "\u0250q\u0254p\u01dd\u025f\u0183\u0265\u1d09\u027e\u029el\u026fuodb\u0279s\u0287n\u028c\u028dx\u028ez",
        strict=True,
    )
)
_EMOJI_LETTERS: Final = {
    "a": "\U0001f170\ufe0f",
    "b": "\U0001f171\ufe0f",
    "c": "\N{COPYRIGHT SIGN}\ufe0f",
    "e": "3\ufe0f\u20e3",
    "i": "1\ufe0f\u20e3",
    "m": "\u24c2\ufe0f",
    "o": "\U0001f17e\ufe0f",
    "p": "\U0001f17f\ufe0f",
    "r": "\N{REGISTERED SIGN}\ufe0f",
    "s": "5\ufe0f\u20e3",
    "x": "\N{CROSS MARK}",
}
_EMOJI: Final = (
    *("\N{FACE WITH TEARS OF JOY}", "\N{SKULL}", "\N{FIRE}", "\N{LOUDLY CRYING FACE}", "\N{THUMBS UP SIGN}"),
    *("\N{EYES}", "\N{PERSON WITH FOLDED HANDS}", "\N{HEAVY BLACK HEART}\ufe0f", "\N{PARTY POPPER}"),
    *("\N{THINKING FACE}", "\N{FACE WITH ROLLING EYES}", "\N{HUNDRED POINTS SYMBOL}"),
)


def mutate(text: str, kind: str, chance: random.Random) -> str:
    """The text, changed in one way.

    Raises:
        KeyError: There is no mutation of that kind; `EVASIONS` and `NOISES` name them all.
    """
    return _MUTATIONS[kind](text, chance)


# --- evasions of one word -------------------------------------------------------------------------------


def _homoglyph(word: str, chance: random.Random) -> str:
    """One or more letters from one other alphabet."""
    fitting = [twins for twins in _TWINS if set(twins) & set(word.lower())]
    return _letters(word, chance, chance.choice(fitting)) if fitting else word


def _leet(word: str, chance: random.Random) -> str:
    return _letters(word, chance, {letter: chance.choice(signs) for letter, signs in _LEET.items()})


def _spaced(word: str, chance: random.Random) -> str:
    return chance.choice(_GAPS).join(word)


def _dropped_letter(word: str, chance: random.Random) -> str:
    at = _inner(word, chance)
    return word[:at] + word[at + 1 :]


def _swapped_letters(word: str, chance: random.Random) -> str:
    places = [at for at in range(1, len(word) - 1) if word[at] != word[at + 1]]
    at = chance.choice(places[:-1] or places or [0])
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _zero_width(word: str, chance: random.Random) -> str:
    hidden = chance.choice(_HIDDEN)
    if chance.random() < 0.5:
        return hidden.join(word)
    at = chance.randrange(1, len(word))
    return word[:at] + hidden + word[at:]


def _emoji_letters(word: str, chance: random.Random) -> str:
    """Letters that emoji keyboards offer, or the whole word in halves of flags."""
    if chance.random() < 0.25 or not set(word.lower()) & set(_EMOJI_LETTERS):
        between = chance.choice(("", " ", "\u200b"))
        return between.join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in word.lower())
    return _letters(word, chance, _EMOJI_LETTERS)


def _fancy(word: str, chance: random.Random) -> str:
    """Another alphabet of Unicode's; sometimes small capitals, letters upside down, or piled marks."""
    way = chance.random()
    small = word.lower()
    if way < 0.7:
        first = chance.choice(_FIRSTS)
        return "".join(chr(ord(first) + ord(letter) - ord("a")) for letter in small)
    if way < 0.8:
        return "".join(_SMALL_CAPITALS.get(letter, letter) for letter in small)
    if way < 0.9:
        return "".join(_TURNED[letter] for letter in reversed(small))
    return "".join(letter + chr(chance.randrange(0x0300, 0x0340)) for letter in word)


def _masked(word: str, chance: random.Random) -> str:
    """One inner letter under a sign, a vowel rather than another; of long words sometimes two."""
    mask = chance.choice(_MASKS)
    masked = list(word)
    for _ in range(1 + (len(word) >= 6 and chance.random() < 0.3)):
        masked[_inner(word, chance)] = mask
    return "".join(masked)


def _stretched(word: str, chance: random.Random) -> str:
    at = _inner(word, chance)
    return word[:at] + word[at] * chance.randint(3, 6) + word[at + 1 :]


def _letters(word: str, chance: random.Random, images: Mapping[str, str]) -> str:
    """The word with one or all of the letters that have an image replaced by it."""
    places = [at for at, letter in enumerate(word.lower()) if letter in images]
    if places and chance.random() < 0.5:
        places = [chance.choice(places)]
    chosen = set(places)
    return "".join(images[letter.lower()] if at in chosen else letter for at, letter in enumerate(word))


def _inner(word: str, chance: random.Random) -> int:
    """A place inside the word, in three of four cases a vowel's."""
    inner = range(1, len(word) - 1)
    vowels = [at for at in inner if word[at].lower() in _VOWELS]
    return chance.choice(vowels if vowels and chance.random() < 0.75 else inner)


# --- evasions of a text ---------------------------------------------------------------------------------


def _on_words(change: Mutation) -> Mutation:
    """One to three words of a text changed."""

    def changed(text: str, chance: random.Random) -> str:
        for start, end in reversed(_chosen(text, chance)):
            text = text[:start] + change(text[start:end], chance) + text[end:]
        return text

    return changed


def _is_address(token: str) -> bool:
    return token.startswith(_ADDRESS)


def _chosen(text: str, chance: random.Random) -> list[tuple[int, int]]:
    """Where the words stand that are to be changed: content words, or any if there are none."""
    found = [
        (token.start() + word.start(1), token.start() + word.end(1))
        for token in _TOKEN.finditer(text)
        if (word := _WORD.fullmatch(token[0]))
    ]
    content = [(start, end) for start, end in found if text[start:end].lower() not in FUNCTION_WORDS]
    offered = content or found
    return sorted(chance.sample(offered, min(len(offered), chance.randint(1, 3))))


def _reversed(text: str, chance: random.Random) -> str:
    """The whole text from its end, each word from its end, or some words behind a right-to-left override."""
    way = chance.randrange(3)
    if way < 2:
        pieces = [token if _is_address(token) else token[::-1] for token in _GAP.split(text)]
        return "".join(reversed(pieces) if way == 0 else pieces)
    return _on_words(lambda word, _: f"\u202e{word[::-1]}\u202c")(text, chance)


def _joined_words(text: str, chance: random.Random) -> str:
    """Words run together: one to three gaps beside the chosen words go."""
    for start, end in reversed(_chosen(text, chance)):
        if text[end : end + 1] == " " and not text.startswith(_ADDRESS, end + 1):
            text = text[:end] + text[end + 1 :]
        elif start > 1 and text[start - 1] == " " and _in_word(text, start - 2):
            text = text[: start - 1] + text[start:]
    return text


# --- noise ----------------------------------------------------------------------------------------------


def _typo(text: str, chance: random.Random) -> str:
    """A slip of the finger in about one word of eight, in one at least."""
    places = [
        at
        for at in range(1, len(text) - 1)
        if text[at].isalpha() and text[at].isascii() and _in_word(text, at)
    ]
    if not places:
        return text
    slips = max(1, round(len(text.split()) / 8))
    for at in sorted(chance.sample(places, min(slips, len(places))), reverse=True):
        text = text[:at] + _slip(text[at : at + 2], chance) + text[at + 2 :]
    return text


def _in_word(text: str, at: int) -> bool:
    """Whether the character stands in no link, name or tag."""
    start = max(text.rfind(blank, 0, at) for blank in " \n\t") + 1
    return not text.startswith(_ADDRESS, start)


def _slip(pair: str, chance: random.Random) -> str:
    """What comes of two keys: a neighbour, one too many, one too few, or both in the wrong order."""
    letter, after = pair[0], pair[1:]
    near = _neighbour(letter, chance)
    return chance.choice((near + after, letter + near + after, letter * 2 + after, after, after + letter))


def _neighbour(letter: str, chance: random.Random) -> str:
    for row in _ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            near = chance.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
            return near.upper() if letter.isupper() else near
    return letter


def _casing(text: str, chance: random.Random) -> str:
    """All capitals, capitals in turn, at random, or none."""
    way = chance.randrange(4)
    if way == 0:
        return text.upper()
    if way == 1:
        return text.lower()
    if way == 2:
        return "".join(letter.upper() if at % 2 else letter.lower() for at, letter in enumerate(text))
    return "".join(chance.choice((letter.upper(), letter.lower())) for letter in text)


def _emoji_added(text: str, chance: random.Random) -> str:
    """One to four emoji, at the end or between words."""
    words = text.split(" ")
    for _ in range(chance.randint(1, 4)):
        at = len(words) if chance.random() < 0.7 else chance.randint(0, len(words))
        words.insert(at, chance.choice(_EMOJI) * chance.choice((1, 1, 1, 3)))
    return " ".join(words)


def _padding(text: str, chance: random.Random) -> str:
    """Innocent sentences before, after, or on both sides: 100 to 2,000 characters."""
    length = chance.randint(100, LONGEST_PADDING)
    sentences: list[str] = []
    room = length
    while (sentence := chance.choice(SENTENCES)) and len(sentence) + 1 <= room:
        sentences.append(sentence)
        room -= len(sentence) + 1
    at = chance.choice((0, len(sentences), chance.randint(0, len(sentences))))
    return " ".join([*sentences[:at], text, *sentences[at:]])


def _other_script_added(text: str, chance: random.Random) -> str:
    return f"{text} {chance.choice(FOREIGN_SENTENCES)}"


def _punctuation(text: str, chance: random.Random) -> str:
    """None, more of it at the end, or commas where none belong."""
    way = chance.randrange(3)
    if way == 0:
        return " ".join(
            token if _is_address(token) else token.strip(".,;:!?\"'()") for token in text.split(" ")
        )
    if way == 1:
        return text.rstrip(".!?") + chance.choice(("!!!", "...", "?!", "!!!!!!", "??", " ."))
    return "".join(
        f",{gap}" if gap == " " and chance.random() < 0.2 else gap for gap in re.split(r"( )", text)
    )


def _whitespace(text: str, chance: random.Random) -> str:
    """Gaps of other widths, line breaks, and blanks around the text."""
    gaps = (" ", " ", " ", "  ", "   ", "\n", "\n\n", "\t", "\u00a0")
    inner = "".join(chance.choice(gaps) if character == " " else character for character in text)
    return chance.choice(("", " ", "\n")) + inner + chance.choice(("", " ", "\n\n"))


_WORD_EVASIONS: Final[Mapping[str, Mutation]] = {
    "homoglyph": _homoglyph,
    "leet": _leet,
    "spaced": _spaced,
    "dropped_letter": _dropped_letter,
    "swapped_letters": _swapped_letters,
    "zero_width": _zero_width,
    "emoji_letters": _emoji_letters,
    "fancy": _fancy,
    "masked": _masked,
    "stretched": _stretched,
}
_TEXT_EVASIONS: Final[Mapping[str, Mutation]] = {"reversed": _reversed, "joined_words": _joined_words}
_NOISES: Final[Mapping[str, Mutation]] = {
    "typo": _typo,
    "casing": _casing,
    "emoji_added": _emoji_added,
    "padding": _padding,
    "other_script_added": _other_script_added,
    "punctuation": _punctuation,
    "whitespace": _whitespace,
}
_MUTATIONS: Final[Mapping[str, Mutation]] = MappingProxyType(
    {**{kind: _on_words(change) for kind, change in _WORD_EVASIONS.items()}, **_TEXT_EVASIONS, **_NOISES}
)

EVASIONS: Final = (*_WORD_EVASIONS, *_TEXT_EVASIONS)
"""The kinds of evasion, by name."""

NOISES: Final = tuple(_NOISES)
"""The kinds of noise, by name."""
