"""Languages: told by script and small words, unknown where not, and never a way to silence a model."""

import numpy as np
import pytest
from detector import DetectorContract
from hypothesis import given, settings
from hypothesis import strategies as st
from language_samples import POSTS

from build import a_batch
from evenhand.detect._language_words import LETTERS, SCRIPTS, WORDS
from evenhand.detect.languages import LanguageDetector, english, identify, load
from evenhand.intake import ITEM_SIGNALS, fold
from evenhand.vocabulary import SignalRegistry

ENGLISH = [
    "I ain't goin nowhere wit dat fool lmao",
    "aye bruh she be trippin fr, tell her chill",
    "WHY ARE YOU ALL SO LOUD TODAY",
    "teh weahter is relly bad agian, im stying home",
    "y0u 4r3 s0 dumb l0l",
    "#MondayMotivation #gym #fitfam",
    "ur a joke smh",
    "Maria Gonzales and Jean-Pierre Dupont went to Berlin with me",
    "mi amigo is coming over for dinner tonight",
    "we had the best tacos al pastor, gracias to the chef",
    "don't tell me c'est la vie, it is not fine",
    "he said das ist gut and left",
    "f u c k you and your friends",
    "I'm me, don't @ me",
    "k i l l them all",
]
SHORT = ["Berlin", "lol", "Angela Merkel", "haha", "ok bro", "RIP Kobe", "xoxo"]
ATTACK = "you people are vermin and we will kill all of you"


class TestLanguage(DetectorContract):
    """Three languages, a short text, and texts that are in none."""

    detector = LanguageDetector()
    examples = a_batch([POSTS["de"][0], POSTS["ja"][0], ENGLISH[0], "hm", "", "\U0001f437", *POSTS["ru"]])


def language(text: str) -> object:
    return identify(a_batch([text])).language.at(0)


def readable(text: str, stated: str | None = None) -> bool:
    return bool(english(a_batch([text], language=[stated]))[0])


@pytest.mark.parametrize("tag", sorted(POSTS))
def test_a_post_has_its_language_or_none(tag: str) -> None:
    """Of three short posts at least two are told, and none is taken for another language than a sister."""
    sisters = {"ms": "id", "id": "ms", "da": "no", "no": "da"}
    found = [language(post) for post in POSTS[tag]]

    assert set(found) <= {tag, sisters.get(tag), None}
    assert found.count(tag) >= 2


@pytest.mark.parametrize("tag", sorted(POSTS))
@pytest.mark.parametrize("stated", [None, "en", "xx"])
def test_what_is_in_another_language_is_not_read_as_english(tag: str, stated: str | None) -> None:
    """Whatever the item states, a model of English does not guess at a text in another language."""
    assert not any(readable(post, stated) for post in POSTS[tag])


@pytest.mark.parametrize("text", ENGLISH)
@pytest.mark.parametrize("stated", [None, "en"])
def test_informal_english_is_english(text: str, stated: str | None) -> None:
    """Slang, dialect, typos, tags, names, capitals, disguises and a borrowed phrase silence nothing."""
    assert language(text) in {"en", None}
    assert readable(text, stated)


@pytest.mark.parametrize("text", SHORT)
def test_a_word_or_two_is_no_language(text: str) -> None:
    """What is too short to tell has no language, is read unless another one is stated."""
    assert language(text) in {"en", None}
    assert readable(text)
    assert not readable(text, "de") or language(text) == "en"


@pytest.mark.parametrize("tag", sorted(POSTS))
def test_a_foreign_sentence_beside_it_hides_no_attack(tag: str) -> None:
    """A text that holds a piece of English is read, in whatever it is wrapped and whatever it states."""
    padding = " ".join(POSTS[tag])

    for text in (f"{ATTACK}. {padding}", f"{padding} {ATTACK}", f"{padding * 9} {ATTACK} {padding * 9}"):
        assert readable(text, tag)
        assert readable(text)


@pytest.mark.parametrize("stated", ["de", "ar", "xx"])
@pytest.mark.parametrize(
    "text", [ATTACK, "why are you still here, nobody wants you", "kill the jews, kill them all"]
)
def test_stating_another_language_hides_no_attack(text: str, stated: str) -> None:
    """On many platforms the poster picks the language that an item states."""
    assert readable(text, stated)


@pytest.mark.parametrize("letters", ["ßßßßß", "ñññ", "ççç", "żółć"])
def test_foreign_letters_hide_no_attack(letters: str) -> None:
    """Letters count as one word at most: a handful of them is no language."""
    assert readable(f"kill all jews {letters}")


@pytest.mark.parametrize(
    "text", ["", "  ", "12:30", "\U0001f437", "https://a.example/der/die/das", "@und @nicht"]
)
def test_without_letters_there_is_no_language(text: str) -> None:
    """Links and account names have letters that say nothing; such a text has no words at all."""
    identified = identify(a_batch([text]))

    assert identified.language.at(0) is None
    assert not identified.worded[0]


def test_a_long_text_is_looked_at_to_the_end_of_what_is_examined() -> None:
    """An attack behind pages of another language is found; what lies beyond the limit costs nothing."""
    pages = " ".join(POSTS["nl"]) * 300

    assert readable(f"{pages} {ATTACK}")
    assert not readable(f"{pages * 3} {ATTACK}")


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from([*ENGLISH, *SHORT, *POSTS["es"], *POSTS["ru"], *POSTS["zh"], ""]), max_size=9)
)
def test_neighbours_change_nothing(texts: list[str]) -> None:
    """A text has the language that it has alone."""
    whole = identify(a_batch(texts))

    alone = [identify(a_batch([text])) for text in texts]

    assert [whole.language.at(row) for row in range(len(texts))] == [one.language.at(0) for one in alone]
    assert whole.english.tolist() == [bool(one.english[0]) for one in alone]


def test_a_batch_of_many_pages_is_read_like_its_items() -> None:
    """Texts together longer than is read at once have the languages that they have apart."""
    posts = [post for group in POSTS.values() for post in group] * 8
    order = np.random.default_rng(5).permutation(len(posts)).tolist()

    whole = identify(a_batch([posts[at] for at in order]))
    apart = identify(a_batch(posts))

    assert [whole.language.at(row) for row in range(len(posts))] == [apart.language.at(at) for at in order]


@pytest.mark.parametrize("tag", sorted(WORDS))
def test_words_are_words(tag: str) -> None:
    """No word stands twice in its language, and folding leaves each in one piece."""
    words = WORDS[tag].split()

    assert len(words) == len(set(words))
    assert all(fold([word])[0].strip() for word in words)


def test_letters_and_scripts_are_of_languages_there_are() -> None:
    """Letters belong to languages that have words; no two scripts share a code point."""
    assert set(LETTERS) <= set(WORDS)
    spans = [
        range(int(first, 16), int(last or first, 16) + 1)
        for ranges in SCRIPTS.values()
        for first, _, last in (piece.partition("-") for piece in ranges.split())
    ]
    points = [point for span in spans for point in span]
    assert len(points) == len(set(points))


def test_the_signal_joins_those_of_items() -> None:
    """A policy reads what the item states and what its text is in, under two names."""
    registry = SignalRegistry(ITEM_SIGNALS).joined(LanguageDetector().signals)

    assert {"item.language", "text.language"} <= set(registry)


def test_the_entry_point_needs_nothing_of_the_shelf() -> None:
    assert load(None).name == "language"  # type: ignore[arg-type]  # that is the rule
