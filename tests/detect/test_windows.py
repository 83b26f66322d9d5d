"""Windows: all of a text, each piece with its marks, none longer than the network reads."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from encoder_samples import a_tokenizer
from evenhand.detect._windows import windows

TOKENIZER: Tokenizer = a_tokenizer()
BEGIN, END = (TOKENIZER.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
WORDS = st.lists(st.sampled_from(["the", "sea", "ghastly", "walked", "zzz", "!"]), max_size=120)


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    """A window's size, and a stride that leaves no gap."""
    size = draw(st.integers(4, 40))
    return size, draw(st.integers(1, size - 2))


@given(WORDS, sizes())
def test_the_windows_hold_all_of_a_text_in_order(words: list[str], shape: tuple[int, int]) -> None:
    """Every token stands in a window at its place; each next window begins one stride further."""
    size, stride = shape
    encoded = TOKENIZER.encode(" ".join(words))
    inner = encoded.ids[1:-1]

    found = windows(encoded, size=size, stride=stride)

    covered = set()
    for number, window in enumerate(found):
        at = number * stride
        tokens = window.tokens[1:-1].tolist()
        assert tokens == inner[at : at + size - 2]
        covered |= set(range(at, at + len(tokens)))
    assert covered == set(range(len(inner)))


@given(WORDS, sizes())
def test_each_window_is_a_text_of_its_own(words: list[str], shape: tuple[int, int]) -> None:
    """It begins and ends with the marks, and is no longer than the network reads."""
    size, stride = shape

    for window in windows(TOKENIZER.encode(" ".join(words)), size=size, stride=stride):
        assert window.tokens[0] == BEGIN
        assert window.tokens[-1] == END
        assert 2 <= len(window.tokens) <= size
        assert window.tokens.dtype == window.words.dtype == np.int64


@given(WORDS, sizes())
def test_no_window_is_more_than_is_needed(words: list[str], shape: tuple[int, int]) -> None:
    """The last window but one does not reach the end."""
    size, stride = shape
    encoded = TOKENIZER.encode(" ".join(words))

    count = len(windows(encoded, size=size, stride=stride))

    assert count == 1 or (count - 2) * stride + size - 2 < len(encoded.ids) - 2


@given(WORDS)
def test_a_token_knows_its_word(words: list[str]) -> None:
    """Pieces of one word have its number, the marks have none."""
    encoded = TOKENIZER.encode(" ".join(words))

    for window in windows(encoded, size=16, stride=8):
        assert window.words[[0, -1]].tolist() == [-1, -1]
        for token, word in zip(window.tokens[1:-1].tolist(), window.words[1:-1].tolist(), strict=True):
            assert token in TOKENIZER.encode(words[word]).ids


def test_an_empty_text_is_one_window_of_marks() -> None:
    """There is always something to read."""
    (window,) = windows(TOKENIZER.encode(""), size=16, stride=8)

    assert window.tokens.tolist() == [BEGIN, END]
    assert window.words.tolist() == [-1, -1]
