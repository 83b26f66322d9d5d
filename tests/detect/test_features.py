"""Grams: what the columns hold is what a slow reading of each text alone gives."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect import _features
from evenhand.detect._features import TABLE_BITS, read_grams

_WORD_MASK = 0xFFFFFFFF
_STEP, _LEFT, _MIX, _PAIR = map(int, (_features._STEP, _features._LEFT, _features._MIX, _features._PAIR))
_SALTS = [int(salt) for salt in _features._SALTS]

# Texts in which everything that cutting looks at is frequent.
PIECES = st.sampled_from(
    [
        *"abZ9 \n'@_-.:/!\0\u2019\u200d\u0416\u6771\u00e9\U0001f437\U00020000\U0010ffff\ud800",
        *("word", "  ", "@user", "://", "s://", "http://x.y/z?q=1", "https://x"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.text(max_size=20))


def kind(char: str) -> str:
    """`edge`, `word`, `symbol` or `apostrophe`."""
    code = int(_features._KINDS[min(ord(char), len(_features._KINDS) - 1)]) & 3
    return ["edge", "word", "symbol", "apostrophe"][code]


def without_links_and_names(text: str) -> str:
    """The text with spaces for what stands in a link after its scheme, or in a name after its @."""
    chars = list(text)
    for at, char in enumerate(text):
        if text[at : at + 3] == "://":
            end = at
            while end < len(text) and kind(text[end]) != "edge":
                end += 1
            start = at
            while start and at - start < 5 and kind(text[start - 1]) == "word":
                start -= 1
            chars[start:end] = " " * (end - start)
        if char == "@" and (at == 0 or kind(text[at - 1]) != "word"):
            end = at + 1
            while end < len(text) and (kind(text[end]) == "word" or text[end] in "@_.-"):
                # An @ after an @ or a mark begins a name itself, and stays.
                if text[end] == "@" and kind(text[end - 1]) != "word":
                    break
                chars[end] = " "
                end += 1
    return "".join(chars)


def tokens(text: str) -> list[tuple[int, int]]:
    """Where each token stands."""
    text = without_links_and_names(text)
    found: list[tuple[int, int]] = []
    in_word = False
    for at, char in enumerate(text):
        inside = kind(char) == "apostrophe" and is_word(text, at - 1) and is_word(text, at + 1)
        if (inside or is_word(text, at)) and in_word:
            found[-1] = (found[-1][0], at + 1)
        elif kind(char) != "edge":
            found.append((at, at + 1))
        in_word = inside or is_word(text, at)
    return found


def is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and kind(text[at]) == "word"


def mixed(value: int) -> int:
    value &= _WORD_MASK
    return (value ^ (value >> 15)) * _MIX & _WORD_MASK


def row(value: int) -> int:
    return value >> (32 - TABLE_BITS)


def pieces(token: str, size: int) -> list[int]:
    """The mixed hash of each gram that has `size` characters of a token between its ends."""
    codes = [0x27 if char == "\u2019" else ord(char) for char in token]
    found = []
    for at in range(len(codes) - size + 1):
        value = 0
        for code in codes[at : at + size]:
            value = value * _STEP + code
        after = codes[at + size] if at + size < len(codes) else 0
        before = codes[at - 1] if at else 0
        found.append(mixed(value * _STEP + after + before * _LEFT + _SALTS[size - 1]))
    return found


def grams_of(text: str) -> tuple[list[int], int]:
    """All table rows of a text, sorted, 0 left out; and how many grams it has."""
    parts = [text[start:end] for start, end in tokens(text)]
    chars = [piece for part in parts for size in (1, 2, 3) for piece in pieces(part, size)]
    hashes = [sum(pieces(part, 1)) & _WORD_MASK for part in parts]
    words = [mixed(value + _SALTS[3]) for value in hashes]
    pairs = [mixed(one * _PAIR + other + _SALTS[4]) for one, other in pairwise(hashes)]
    every = [row(value) for value in chars + words + pairs]
    return sorted(found for found in every if found), len(every)


def columns_of(texts: list[str]) -> list[tuple[list[int], int]]:
    """The same from the columns, per text."""
    grams = read_grams(texts)
    found = []
    for item, start in enumerate(grams.item_starts):
        chars = grams.chars[:, start : start + len(texts[item]) + 1]
        words = grams.words[:, grams.token_items == item]
        rows = np.concatenate([chars.ravel(), words.ravel()])
        found.append((sorted(rows[rows > 0].tolist()), int(grams.counts[item])))
    return found


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_columns_hold_what_a_slow_reading_gives(texts: list[str]) -> None:
    """Grams and their number are, per text, those of the text read alone, one character at a time."""
    assert columns_of(texts) == [grams_of(text) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_tokens_stand_where_a_slow_reading_finds_them(texts: list[str]) -> None:
    grams = read_grams(texts)
    starts = grams.item_starts[grams.token_items]

    found = zip(grams.token_items, grams.token_starts - starts, grams.token_ends - starts, strict=True)

    assert [tuple(map(int, each)) for each in found] == [
        (item, start, end) for item, text in enumerate(texts) for start, end in tokens(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't stop", ["don't", "stop"]),
        ("don\u2019t", ["don\u2019t"]),
        ("'quoted' words", ["'", "quoted", "'", "words"]),
        ("what?! \U0001f437\U0001f437", ["what", "?", "!", "\U0001f437", "\U0001f437"]),
        ("see https://example.org/a-b?c=d now", ["see", "now"]),
        ("see http://example.org.", ["see"]),
        ("@some_name.x hi", ["@", "hi"]),
        ("@name@server.example: hi", ["@", ":", "hi"]),
        ("mail me@example.org", ["mail", "me", "@", "example", ".", "org"]),
        ("", []),
        (" \n\u200b", []),
    ],
)
def test_a_text_is_cut_into(text: str, expected: list[str]) -> None:
    """Words, single symbols, and neither the rest of a link nor a name."""
    grams = read_grams([text])

    found = [text[start:end] for start, end in zip(grams.token_starts, grams.token_ends, strict=True)]

    assert found == expected


@pytest.mark.parametrize("one", ["https://a.example/kill", "http://b.example", "https://c.example?x"])
def test_where_a_link_leads_changes_nothing(one: str) -> None:
    assert columns_of([f"look {one} here"]) == columns_of(["look http://other here"])


def test_an_account_name_is_no_evidence() -> None:
    assert columns_of(["hello @kill_them_all"]) == columns_of(["hello @ann"])


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("plain words", True),
        ("caf\u00e9 stra\u00dfe", True),
        ("\u0441\u043b\u043e\u0432\u043e ok", False),
        ("ok ok \u0441\u043b\u043e", True),
        ("\u6771\u4eac", False),
        ("12 34 !?", False),
        ("\U0001f437", False),
        ("https://example.org/words", False),
        ("@name", False),
        ("", False),
    ],
)
def test_mostly_latin(text: str, latin: bool) -> None:  # noqa: FBT001 - a table of cases
    """More than half of the letters; digits, symbols, links and names have no say."""
    assert bool(read_grams([text]).latin[0]) is latin
