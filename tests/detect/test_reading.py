"""What the encoder reads of a text, and where that stands in the text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect._reading import LINK_READ_AS, LONGEST, NAME_READ_AS, Reader

PIG, TRAM, FLAG_A = "\N{PIG FACE}", "\N{TRAM}", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"
EMOJI = {PIG: "pig face", TRAM: "tram", FLAG_A: "a", "^": "up", "]": "end", "-": "dash"}
READER = Reader(EMOJI)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(
        st.sampled_from(
            [PIG, PIG * 3, TRAM, "@ana", "@", "https://a.example/b", "www.", "a", " ", "-", "word"]
        ),
        max_size=20,
    ).map("".join),
)


@pytest.mark.parametrize(
    ("folded", "read"),
    [
        ("@ana hello", "@user hello"),
        ("hello @ana.b-c@d.example!", "hello @user!"),
        ("a@b.example", "a@b.example"),
        ("@ ana", "@ ana"),
        ("see https://a.example/b?c=@d now", "see http now"),
        ("see www.a.example", "see http"),
        (f"{PIG}!", " pig face !"),
        (f"{PIG}{PIG}{PIG}{TRAM}", " pig face  tram "),
        (f"you{PIG}", "you pig face "),
        ("a^b]c", "a up b end c"),
        ("\N{FIRE}", "\N{FIRE}"),
    ],
)
def test_names_links_and_emoji_are_read_as_words(folded: str, read: str) -> None:
    """Names and links as one word each, a run of one emoji once, as what it shows; all else as it stands."""
    assert READER.text(folded) == read


def test_without_a_table_emoji_stay() -> None:
    assert Reader({}).text(f"@ana {PIG}") == f"@user {PIG}"


@given(TEXTS)
def test_the_way_back_starts_from_what_is_read(folded: str) -> None:
    """Both ways of reading give the same text, with one place for each of its characters."""
    located = READER.located(folded)

    assert located.text == READER.text(folded)
    assert len(located.starts) == len(located.ends) == len(located.text)


@given(TEXTS)
def test_every_character_stands_for_a_piece_of_the_text(folded: str) -> None:
    """Pieces lie in the text, are not empty, run forwards, and leave nothing out."""
    located = READER.located(folded)
    starts, ends = located.starts, located.ends

    assert (starts < ends).all()
    assert ((starts[1:] == starts[:-1]) | (starts[1:] == ends[:-1])).all()
    if folded:
        assert (starts[0], ends[-1]) == (0, len(folded))


@given(TEXTS, st.data())
def test_any_span_maps_into_the_text(folded: str, data: st.DataObject) -> None:
    """A span of what is read is a span of the text; where it was copied, it is the same piece."""
    located = READER.located(folded)
    if not located.text:
        return
    start = data.draw(st.integers(0, len(located.text) - 1))
    end = data.draw(st.integers(start + 1, len(located.text)))

    first, last = located.span(start, end)

    assert 0 <= first < last <= len(folded)
    copied = (np.diff(located.starts[start:end]) == 1).all() and last - first == end - start
    if (
        copied
        and located.ends[start] - located.starts[start] == 1
        and not set(EMOJI) & set(folded[first:last])
    ):
        assert folded[first:last] == located.text[start:end]


def test_a_run_of_emoji_is_one_piece() -> None:
    """Whatever word of its meaning is meant, the whole run stands for it."""
    located = READER.located(f"you {PIG}{PIG}{PIG} go")
    at = located.text.index("face")

    assert located.span(at, at + len("face")) == (4, 7)


def test_a_name_is_one_piece() -> None:
    located = READER.located("hi @ana-maria.b, go")
    at = located.text.index(NAME_READ_AS)

    assert located.span(at, at + 1) == (3, 15)
    assert located.span(at, at + len(NAME_READ_AS)) == (3, 15)


def test_a_link_is_one_piece() -> None:
    located = READER.located("see https://a.example/b now")

    assert located.span(located.text.index(LINK_READ_AS), located.text.index(" now")) == (4, 23)


@pytest.mark.parametrize(
    ("folded", "has"),
    [
        ("", False),
        ("12:30 !?", False),
        ("@ana https://a.example/b www.c.example", False),
        (f"https://a.example/{PIG}", False),
        (f"@ana{PIG}", True),
        (PIG, True),
        ("\N{FIRE}", False),
        ("user", True),
        ("http", True),
        ("слово", True),
        ("@ana a", True),
    ],
)
def test_words_are_letters_and_emoji_outside_names_and_links(folded: str, *, has: bool) -> None:
    """An emoji that the table does not know says nothing."""
    assert READER.has_words(folded) is has


@pytest.mark.parametrize("piece", [f"{PIG}{TRAM}", "a word", f"{PIG} @ana "])
def test_what_is_read_is_bounded(piece: str) -> None:
    """A post of emoji does not unfold to many times its length, and both ways of reading stop together."""
    folded = piece * (LONGEST // 6 + 1)

    located = READER.located(folded)

    assert len(located.text) == len(located.starts) == len(located.ends) == LONGEST
    assert located.text == READER.text(folded)
