"""Occlusion: the words without which a text would score least, found in few readings."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from encoder_samples import EMOJI, MARKS, WORDS, a_tokenizer
from evenhand.detect._occlusion import mask_of, strongest
from evenhand.detect._reading import Reader
from evenhand.errors import VerificationError
from evenhand.vocabulary import Span

TOKENIZER = a_tokenizer()
VOCABULARY = (*MARKS, *WORDS)
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class Sums:
    """A network whose logits are sums of what tokens weigh, one column a label; it counts its readings."""

    def __init__(self, *labels: Mapping[str, float]) -> None:
        self.read = 0
        self._table = np.array(
            [[weights.get(token, 0.0) for weights in labels] for token in VOCABULARY], np.float32
        )

    def logits(self, tokens: Ints) -> Floats:
        self.read += 1
        return np.asarray(self._table[tokens].sum(axis=0), np.float32)

    def parts(self, tokens: Ints) -> Floats:
        self.read += 1
        return np.asarray(self._table[tokens] * len(tokens), np.float32)


def spans(
    text: str, network: Sums, labels: tuple[str, ...] = ("text.hateful",), size: int = 16, stride: int = 8
) -> tuple[Span, ...]:
    """What carried the labels of a text."""
    return strongest(
        text,
        list(enumerate(labels)),
        reader=Reader(EMOJI),
        tokenizer=TOKENIZER,
        network=network,
        size=size,
        stride=stride,
    )


def pieces(text: str, network: Sums, labels: tuple[str, ...] = ("text.hateful",)) -> dict[str, str]:
    """The same, per signal as the piece of the text."""
    return {span.signal: text[span.start : span.end] for span in spans(text, network, labels)}


def test_the_word_that_costs_most_is_named() -> None:
    """The score falls most without it; what brings less than half as much is not named."""
    network = Sums({"ghastly": 4.0, "person": 1.0, "lovely": -3.0})

    assert pieces("a lovely person, a ghastly person", network) == {"text.hateful": "ghastly"}


def test_words_that_carry_as_much_and_stand_near_are_one_span() -> None:
    """From half of the strongest on, with at most one word between."""
    network = Sums({"ghastly": 4.0, "vermin": 3.0, "quiet": 2.0})

    assert pieces("we are ghastly little vermin here", network) == {"text.hateful": "ghastly little vermin"}
    assert pieces("ghastly a b c vermin", network) == {"text.hateful": "ghastly"}


def test_punctuation_is_no_reason() -> None:
    """Nobody learns from an exclamation mark; where there is nothing else, it stands all the same."""
    network = Sums({"!": 5.0, "ghastly": 4.0})

    assert pieces("a ghastly person !", network) == {"text.hateful": "ghastly"}
    assert pieces("? ? ? !", network) == {"text.hateful": "!"}


def test_a_span_is_of_six_words_at_most() -> None:
    network = Sums({"ghastly": 4.0})

    found = pieces("the sea " + "ghastly " * 9 + "sea", network)

    assert found == {"text.hateful": " ".join(["ghastly"] * 6)}


def test_each_label_has_its_own_words() -> None:
    """One text may threaten in one place and insult in another."""
    network = Sums({"ghastly": 4.0}, {"beware": 4.0})
    text = "Ghastly people: beware!"

    assert pieces(text, network, ("text.hateful", "text.threat")) == {
        "text.hateful": "Ghastly",
        "text.threat": "beware",
    }


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("oh, GH\N{CYRILLIC SMALL LETTER A}STLY one", "GH\N{CYRILLIC SMALL LETTER A}STLY"),
        ("so g\u200bhastly, no?", "g\u200bhastly"),
        ("so, g h a s t l y. Well", "g h a s t l y"),
        ("@ghastly is ghastly.", "ghastly"),
        ("\N{TRAM}\N{TRAM} ghastly", "ghastly"),
    ],
    ids=["another script", "nothing between", "blanks between", "after a name", "after emoji"],
)
def test_spans_stand_in_the_text_as_it_was_posted(text: str, piece: str) -> None:
    """Whatever folding and reading made of it."""
    (span,) = spans(text, Sums({"ghastly": 4.0}))

    assert text[span.start : span.end] == piece
    assert span.start == text.rindex(piece)


def test_an_emoji_can_be_what_carried_a_label() -> None:
    """The whole run of it is the span, though one word of its meaning weighed."""
    text = "you \N{PIG FACE}\N{PIG FACE}\N{PIG FACE}!"

    (span,) = spans(text, Sums({"pig": 4.0}))

    assert (span.start, span.end) == (4, 7)


def test_a_word_of_several_pieces_is_hidden_whole() -> None:
    """Half a word would be another word."""
    network = Sums({"walk": 1.0, "##ed": 2.0, "ghastly": 2.5})

    assert pieces("she walked by the quiet calm sea, ghastly", network) == {"text.hateful": "walked"}


def test_the_words_are_looked_for_in_the_window_that_scores_most() -> None:
    network = Sums({"ghastly": 4.0, "beware": 3.0})
    text = "beware " + "the sea " * 20 + "ghastly"

    assert pieces(text, network) == {"text.hateful": "ghastly"}


def test_a_text_without_words_has_no_span() -> None:
    assert spans("", Sums({"ghastly": 4.0})) == ()
    assert spans("a ghastly day", Sums({"ghastly": 4.0}), ()) == ()


def test_few_readings_are_enough() -> None:
    """A window costs one, a label one for what tokens bring and six for words, however long the text."""
    network = Sums({"ghastly": 4.0}, {"beware": 1.0})

    spans("the ghastly sea " * 200, network, ("text.hateful", "text.threat"), size=16, stride=14)

    assert network.read <= 600 // 14 + 1 + 2 * (1 + 6)


@given(
    st.lists(st.sampled_from([*WORDS[:40], "zzz", "\N{PIG FACE}", "@ana", "!"]), max_size=40).map(" ".join),
    st.dictionaries(st.sampled_from(WORDS), st.floats(-5, 5), max_size=8),
)
def test_spans_lie_in_the_text(text: str, weights: dict[str, float]) -> None:
    """Whatever weighs what, a span is a piece of the text, not empty, and there is one where words are."""
    found = spans(text, Sums(weights))

    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert len(found) == bool(text)


def test_the_mask_is_found_by_either_name() -> None:
    """BERT writes it one way, MPNet the other."""
    for name in ("[MASK]", "<mask>"):
        tokenizer = Tokenizer(models.WordLevel({"a": 0, name: 7}, unk_token="a"))  # noqa: S106 - of text
        assert mask_of(tokenizer) == 7


def test_a_tokenizer_that_can_hide_no_word_is_refused() -> None:
    with pytest.raises(VerificationError, match=r"has no \[MASK\] and no <mask>") as refusal:
        mask_of(Tokenizer(models.WordLevel({"a": 0}, unk_token="a")))  # noqa: S106 - a token of text

    assert "the model was trained with" in refusal.value.mend
