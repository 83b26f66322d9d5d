"""Mutations: each does what its name says, to what a person would do it to, the same for the same seed."""

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from mutate import EVASIONS, LONGEST_PADDING, NOISES, mutate

KINDS = (*EVASIONS, *NOISES)
POST = "@ana I will kill you, you stupid traitors! See https://t.co/aBc1 #now"
ADDRESSES = ("@ana", "https://t.co/aBc1", "#now")
SEEDS = range(40)


def mutated(kind: str, text: str = POST) -> list[str]:
    """The text by forty generators."""
    return [mutate(text, kind, random.Random(seed)) for seed in SEEDS]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_a_post(kind: str) -> None:
    """A post with words in it is nearly always another one afterwards."""
    assert sum(text != POST for text in mutated(kind)) >= len(SEEDS) * 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_same_generator_same_text(kind: str) -> None:
    """Nothing but the generator decides."""
    assert mutated(kind) == mutated(kind)


@pytest.mark.parametrize("kind", EVASIONS)
def test_evasions_leave_addresses(kind: str) -> None:
    """Links, names and tags stay as they are, so that the post still reaches whom it is meant for."""
    for text in mutated(kind):
        assert all(address in text for address in ADDRESSES)


@pytest.mark.parametrize("kind", [kind for kind in EVASIONS if kind not in {"reversed", "joined_words"}])
def test_evasions_touch_one_to_three_content_words(kind: str) -> None:
    """Small words are not disguised where there are others."""
    for text in mutated(kind):
        kept = [word for word in ("kill", "stupid", "traitors", "See") if word in text.split(" ", 1)[1]]
        assert " I will " in text
        assert " you, you " in text
        assert len(kept) >= 1


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80), st.sampled_from(KINDS), st.integers(0, 2**32))
def test_any_text_can_be_mutated(text: str, kind: str, seed: int) -> None:
    """A text with no place for a mutation is left alone, never a reason to stop."""
    mutate(text, kind, random.Random(seed))


@pytest.mark.parametrize("kind", [kind for kind in EVASIONS if kind not in {"reversed", "joined_words"}])
@pytest.mark.parametrize("text", ["", "\N{SKULL}", "https://t.co/aBc1", "@ana", "42", "привет"])
def test_evasions_need_a_word(kind: str, text: str) -> None:
    """Without a Latin word there is nothing to disguise."""
    assert set(mutated(kind, text)) == {text}


def test_padding_is_around_the_post_and_bounded() -> None:
    """The post stays whole amid at most 2,000 innocent characters."""
    for text in mutated("padding"):
        assert POST in text
        assert 50 < len(text) - len(POST) <= LONGEST_PADDING


@pytest.mark.parametrize("kind", ["emoji_added", "whitespace", "punctuation"])
def test_harmless_noise_keeps_the_words(kind: str) -> None:
    """What is read aloud stays the same."""
    for text in mutated(kind):
        letters = [letter for letter in text if letter.isascii() and letter.isalnum()]
        assert letters == [letter for letter in POST if letter.isalnum()]


def test_casing_changes_case_alone() -> None:
    """Whatever the capitals, the small letters are the same."""
    assert {text.casefold() for text in mutated("casing")} == {POST.casefold()}


def test_unknown_kind() -> None:
    """A kind that there is not is refused by name."""
    with pytest.raises(KeyError, match="rot13"):
        mutate(POST, "rot13", random.Random(0))
