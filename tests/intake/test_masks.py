"""Words with letters hidden or left out are read where one word is meant, and left alone where none is."""

import pytest

from evenhand.intake import fold
from evenhand.intake._words import BACKWARDS, KNOWN, PREFERRED, VOWELLESS, completed


def folded(text: str) -> str:
    """One text, folded."""
    return fold([text])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f*ck", "fuck"),
        ("k*ll y*u", "kill you"),
        ("F**K this s**t!", "fuck this shit!"),
        ("f***", "fuck"),
        ("f***ing", "fucking"),
        ("m*therf*cker", "motherfucker"),
        ("b*tch-ass", "bitch-ass"),
        ('"p*ssy"', '"pussy"'),
        ("fu**.", "fuck."),
        ("#bullsh*t", "#bullshit"),
        ("n_gger", "nigger"),
        ("k_ll", "kill"),
        ("f-ck", "fuck"),
        ("sh.t happens", "shit happens"),
        ("f#cking", "fucking"),
        ("f__k", "fuck"),
        ("sh\N{PILE OF POO}t", "shit"),
        ("k\N{SKULL}ll", "kill"),
        ("f\N{HEAVY EXCLAMATION MARK SYMBOL}ck", "fuck"),
        ("f\N{BULLET}ck", "fuck"),
        ("th*m", "them"),
        ("j*ws and mus*ims", "jews and muslims"),
    ],
)
def test_hidden_letters(text: str, expected: str) -> None:
    """A sign inside a word stands for the letter that makes it a known word."""
    assert folded(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "b*ll",  # ball, bell, bill, bull
        "wom*n",  # woman, women
        "n***r",  # never, or worse: too little is seen
        "k***s",
        "price* and hell**",  # footnotes
        "*very* **good** _day_",  # emphasis
        "a*b x*y*z 2*x",  # sums
        "w*rdless*ness",  # no word that is known
        "co-op re-do e-mail t-shirt x-ray u-turn no-one",
        "well-known end.start go.od",
        "is.am i.am as.is",  # missing spaces
        "kill-er kill.ed",  # the sign stands beside a whole word
        "snake_case foo_bar",
        "th_m y-u",  # common words are not looked for behind signs that also join
        "love\N{HEAVY BLACK HEART}you lol\N{FACE WITH TEARS OF JOY}you",
        "@f*ck https://f*ck.org/f*ck",
        "1f*ck f*ck2",
        "f" + "*" * 40 + "k",
    ],
)
def test_signs_that_hide_nothing(text: str) -> None:
    """Emphasis, sums, hyphens, missing spaces, and patterns of several words stay."""
    assert folded(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fck you", "fuck you"),
        ("FCKING", "fucking"),
        ("what the fkn sht", "what the fuckin shit"),
        ("kll them", "kill them"),
        ("btch!", "bitch!"),
        ("f*c*k", "fuck"),
        ("#fck", "#fuck"),
    ],
)
def test_missing_letters(text: str, expected: str) -> None:
    """A listed word without its vowels gets them back."""
    assert folded(text) == expected


@pytest.mark.parametrize("text", ["fckx", "afck", "fck1", "@fck", "sht.com/sht", "cnt slt whr ppl wtf"])
def test_other_letters_missing(text: str) -> None:
    """Parts of other words, names, links, and short forms of other words stay."""
    assert folded(text) == text


def test_the_lists_agree_with_one_another() -> None:
    """What is read as something else is no word itself, and leads to a word whose letters are in order."""
    assert not KNOWN & (VOWELLESS.keys() | BACKWARDS)
    for short, word in VOWELLESS.items():
        assert "".join(completed(short)) == word
    for pattern, word in PREFERRED.items():
        assert len(pattern) == len(word)
        assert all(sign in {"*", letter} for sign, letter in zip(pattern, word, strict=True))
        assert word in KNOWN
