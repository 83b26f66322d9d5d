"""Folding: each kind of disguise is undone, and what is none is left alone."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake import fold, fold_with_offsets, joining_characters, original_span
from evenhand.intake._characters import DROPPED, tables

CYRILLIC = str.maketrans(
    {
        "a": "\N{CYRILLIC SMALL LETTER A}",
        "c": "\N{CYRILLIC SMALL LETTER ES}",
        "e": "\N{CYRILLIC SMALL LETTER IE}",
        "i": "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}",
        "k": "\N{CYRILLIC SMALL LETTER KA}",
        "o": "\N{CYRILLIC SMALL LETTER O}",
        "p": "\N{CYRILLIC SMALL LETTER ER}",
        "x": "\N{CYRILLIC SMALL LETTER HA}",
        "y": "\N{CYRILLIC SMALL LETTER U}",
    }
)
GREEK = str.maketrans(
    {
        "a": "\N{GREEK SMALL LETTER ALPHA}",
        "i": "\N{GREEK SMALL LETTER IOTA}",
        "k": "\N{GREEK SMALL LETTER KAPPA}",
        "o": "\N{GREEK SMALL LETTER OMICRON}",
        "v": "\N{GREEK SMALL LETTER NU}",
    }
)


def folded(text: str) -> str:
    """One text, folded."""
    return fold([text])[0]


def shifted(text: str, first: str, *, capital: bool = False) -> str:
    """The letters of `text` in the alphabet of Unicode that starts with `first`."""
    base = ord("A" if capital else "a")
    return "".join(chr(ord(first) + ord(letter) - base) for letter in (text.upper() if capital else text))


def same(cases: list[str]) -> pytest.MarkDecorator:
    """Texts that only lose their case."""
    return pytest.mark.parametrize("text", cases)


def pairs(cases: dict[str, str]) -> pytest.MarkDecorator:
    """Texts and what they are folded to."""
    return pytest.mark.parametrize(("text", "expected"), cases.items(), ids=map(ascii, cases))


# --- forms, case, marks and invisible characters -------------------------------------------------------


@pairs(
    {
        "KILL": "kill",
        "Stra\N{LATIN SMALL LETTER SHARP S}e": "strasse",
        shifted("kill", "\N{FULLWIDTH LATIN SMALL LETTER A}"): "kill",
        shifted("kill", "\N{MATHEMATICAL BOLD SCRIPT SMALL A}"): "kill",
        shifted("kill", "\N{MATHEMATICAL DOUBLE-STRUCK SMALL A}"): "kill",
        shifted("kill", "\N{CIRCLED LATIN SMALL LETTER A}"): "kill",
        shifted("kill", "\N{PARENTHESIZED LATIN SMALL LETTER A}"): "kill",
        shifted("kill", "\N{SQUARED LATIN CAPITAL LETTER A}", capital=True): "kill",
        shifted("kill", "\N{NEGATIVE SQUARED LATIN CAPITAL LETTER A}", capital=True): "kill",
        shifted("kill", "\N{NEGATIVE CIRCLED LATIN CAPITAL LETTER A}", capital=True): "kill",
        "\N{SQUARED SOS} \N{SQUARED COOL}": "sos cool",
        "\N{LATIN SMALL LIGATURE FI}re": "fire",
        "x\N{SUPERSCRIPT TWO}": "x2",
        "brand\N{TRADE MARK SIGN}": "brand",
        "wait\N{HORIZONTAL ELLIPSIS}": "wait...",
    }
)
def test_forms_and_case(text: str, expected: str) -> None:
    """Compatibility forms and capital letters are the plain small letter."""
    assert folded(text) == expected


@pairs(
    {
        "caf\N{LATIN SMALL LETTER E WITH ACUTE}": "cafe",
        "cafe\N{COMBINING ACUTE ACCENT}": "cafe",
        "\N{LATIN SMALL LETTER K WITH CARON}\N{LATIN SMALL LETTER I WITH DIAERESIS}ll": "kill",
        "\N{LATIN SMALL LETTER L WITH STROKE}\N{LATIN SMALL LETTER O WITH STROKE}l": "lol",
        "k\u0336i\u0337\u0338\u0353l\u0300\u0301\u0302\u0303l\u0489": "kill",
        "\N{GREEK SMALL LETTER ALPHA WITH TONOS}\N{GREEK SMALL LETTER LAMDA}": "\u03b1\u03bb",
        "\N{CYRILLIC SMALL LETTER IO}\N{CYRILLIC SMALL LETTER ZHE}": "\u0435\u0436",
        "\N{CYRILLIC SMALL LETTER SHORT I}": "\N{CYRILLIC SMALL LETTER I}",
        "k\N{ARABIC FATHATAN}i\N{THAI CHARACTER SARA UU}ll": "kill",
    }
)
def test_marks(text: str, expected: str) -> None:
    """Diacritics go, stacked ones too; marks of other scripts go where they are piled on Latin letters."""
    assert folded(text) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "\N{ZERO WIDTH SPACE}",
        "\N{ZERO WIDTH JOINER}",
        "\N{ZERO WIDTH NON-JOINER}",
        "\N{WORD JOINER}",
        "\N{SOFT HYPHEN}",
        "\N{ZERO WIDTH NO-BREAK SPACE}",
        "\N{RIGHT-TO-LEFT OVERRIDE}",
        "\N{LEFT-TO-RIGHT ISOLATE}",
        "\N{VARIATION SELECTOR-16}",
        "\N{VARIATION SELECTOR-17}",
        "\N{TAG LATIN SMALL LETTER A}",
        "\N{COMBINING GRAPHEME JOINER}",
        "\N{MONGOLIAN VOWEL SEPARATOR}",
        "\N{HANGUL FILLER}",
        "\N{INVISIBLE SEPARATOR}",
        "\0",
        "\x07",
    ],
    ids=ascii,
)
def test_invisible_characters(hidden: str) -> None:
    """What is not seen is not there."""
    assert folded(hidden.join(["", *"kill", ""])) == "kill"


@pairs(
    {
        "a\t b\n\nc": "a b c",
        "a\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}b": "a b",
        "don\N{RIGHT SINGLE QUOTATION MARK}t": "don't",
        "\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}": '"a"',
        "a\N{EM DASH}b": "a-b",
    }
)
def test_spaces_and_punctuation(text: str, expected: str) -> None:
    """A run of any white space is one space; quotation marks and dashes are the plain ones."""
    assert folded(text) == expected


# --- lookalikes -----------------------------------------------------------------------------------------


@pairs(
    {
        "k" + "i".translate(CYRILLIC) + "ll": "kill",
        "kil".translate(CYRILLIC) + "l": "kill",
        "pay".translate(CYRILLIC) + "pal": "paypal",
        "k" + "i".translate(GREEK) + "ll": "kill",
        "l" + "ov".translate(GREEK) + "e": "love",
        "\N{LATIN LETTER SMALL CAPITAL K}\N{LATIN LETTER SMALL CAPITAL I}ll": "kill",
        "\N{LATIN SMALL LETTER TURNED K}\N{LATIN SMALL LETTER DOTLESS I}ll": "kill",
        "h\N{LATIN SMALL LETTER ALPHA}t\N{LATIN SMALL LETTER OPEN E}": "hate",
        "\N{ARMENIAN SMALL LETTER HO}ate": "hate",
        "d\N{CHEROKEE LETTER V}e": "die",
        "\N{CYRILLIC SMALL LETTER I}igge\N{CYRILLIC SMALL LETTER YA}s": "niggers",
        # a font of letters from three scripts
        "\N{THAI CHARACTER KHO KHWAI}\N{HEBREW LETTER FINAL NUN}\N{CYRILLIC SMALL LETTER EF}ne": "alone",
        "the k" + "i".translate(CYRILLIC) + "11ing": "the killing",
    }
)
def test_lookalikes_in_a_word(text: str, expected: str) -> None:
    """Letters of other scripts are Latin ones beside Latin letters, or in a word of three scripts."""
    assert folded(text) == expected


@pairs(
    {
        "we " + "kick".translate(CYRILLIC) + " you out": "we kick you out",
        "\u13e6\u13a5\u13de\u13de them all": "kill them all",
        "\u15e9\u14aa\u14aa of them": "all of them",
    }
)
def test_words_of_twins_amid_latin(text: str, expected: str) -> None:
    """A word wholly of twins of Latin letters is a Latin word in a text that is otherwise Latin."""
    assert folded(text) == expected


@same(
    [
        "Он сам сказал, как это было",  # a Russian sentence
        "сам",  # all twins, but no Latin around them
        "Он ест рис в NATO",  # Russian words beside a Latin one
        "SMSками завалили",  # noqa: RUF001  # a Latin stem with a Russian ending
        "Η γατα ειναι εδω, λεει ο NATO",  # noqa: RUF001  # Greek, on purpose
        "α-tocopherol and β blockers",  # noqa: RUF001  # names of substances
        "the word мир means peace",  # a quoted word that is not all twins
    ]
)
def test_other_alphabets_stay(text: str) -> None:
    """Sentences of other alphabets are no Latin soup, with Latin words in them or not."""
    assert folded(text) == text.casefold()


@same(
    [
        "مرحبا بالعالم",
        "שלום עולם",
        "नमस्ते दुनिया",
        "ภาษาไทยไม่มีช่องว่าง",
        "한국어 문장입니다",
        "我们在这里",
        "日本語のテキスト、が",
        "ქართული ენა",
        "தமிழ் மொழி",
        "አማርኛ",
        "\N{REGIONAL INDICATOR SYMBOL LETTER G}\N{REGIONAL INDICATOR SYMBOL LETTER B} flags",
        "\N{SKULL} \N{PILE OF POO} \N{WHITE HEAVY CHECK MARK}",
        "\N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}",
    ]
)
def test_scripts_and_emoji_keep_their_letters(text: str) -> None:
    """Scripts without lookalikes, flags of regions and emoji stay as they are."""
    assert folded(text) == text


@pairs(
    {
        unicodedata.normalize("NFD", "한국어"): "한국어",
        unicodedata.normalize("NFD", "が"): "が",
        "\N{HALFWIDTH KATAKANA LETTER HA}\N{HALFWIDTH KATAKANA VOICED SOUND MARK}": "バ",
        "ك\N{ARABIC TATWEEL}\N{ARABIC TATWEEL}تاب": "كتاب",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}": "\N{WOMAN}\N{GIRL}",
        "5\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}": "5",
    }
)
def test_one_spelling_for_one_letter(text: str, expected: str) -> None:
    """Decomposed and half-width letters compose; joiners, stretches and keycaps go."""
    assert folded(text) == expected


@pairs(
    {
        shifted("kill", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"): "kill",
        shifted("kil", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"): "kil",
        " ".join(shifted("kill", "\N{REGIONAL INDICATOR SYMBOL LETTER A}")): "kill",
        shifted("jews", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"): "jews",  # Jersey, Samoa
        shifted("usgb", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"): shifted(
            "usgb", "\N{REGIONAL INDICATOR SYMBOL LETTER A}"
        ),
    }
)
def test_flag_halves(text: str, expected: str) -> None:
    """Halves of flags that make no flags of regions are letters; so are those that spell a word of harm."""
    assert folded(text) == expected


# --- leetspeak ------------------------------------------------------------------------------------------


@pairs(
    {
        "n1ce": "nice",
        "l33t": "leet",
        "h4te": "hate",
        "h@te": "hate",
        "sh!t": "shit",
        "5h1t": "shit",
        "b1tch3s": "bitches",
        "@ss": "ass",
        "@sshole!": "asshole!",
        "@$$": "ass",
        "a$$hole": "asshole",
        "bitche$": "bitches",
        "$tupid": "stupid",
        "$hit": "shit",
        "$h1t": "shit",
        "f4gg0t": "faggot",
        "ni99er": "nigger",
        "ki11er": "killer",
        "k|ll": "kill",
        "d\N{EURO SIGN}ath": "death",
        "fu\N{COPYRIGHT SIGN}k": "fuck",
        "\N{COPYRIGHT SIGN}ont\N{REGISTERED SIGN}ol": "control",
        "d3p0r73d": "deported",
        "fa66ot": "faggot",
        "bl4ck5": "blacks",
        "#k1ll": "#kill",
        "k\N{CIRCLED DIGIT ONE}ll": "kill",
        "k1" + "l".translate(CYRILLIC) + "l": "kill",
    }
)
def test_leetspeak(text: str, expected: str) -> None:
    """Digits and signs between letters are letters."""
    assert folded(text) == expected


@same(
    [
        "2024",
        "covid19",
        "mp3",
        "h1n1",
        "m4a1",
        "4pm",
        "$20",
        "$5k",
        "$millions",
        "$tsla",
        "h8 m8 gr8 b4 u2",
        "1st 2nd 3rd 4th",
        "b2b p2p h2o k8s i18n",
        "iphone13pro",
        "1h5m",
        "x86",
        "9/11",
        "3.14",
        "2+2=4",
        "wow!look",
        "coke\N{REGISTERED SIGN}zero",
        "ford\N{REGISTERED SIGN} cars \N{COPYRIGHT SIGN}2024",
        "hello!!",
        "laugh@them",
        "free4all",
        "us$ 100$",
        "a|b",
        "who? me!",
    ]
)
def test_numbers_are_no_leetspeak(text: str) -> None:
    """Years, codes, prices, ordinals, tickers and missing spaces stay."""
    assert folded(text) == text


# --- spacing and stretching -----------------------------------------------------------------------------


@pairs(
    {
        "k i l l": "kill",
        "k.i.l.l them": "kill them",
        "k-i-l-l": "kill",
        "k_i_l_l": "kill",
        "k*i*l*l": "kill",
        "k/i/l/l": "kill",
        "K\N{PILE OF POO}I\N{PILE OF POO}L\N{PILE OF POO}L": "kill",
        "k i l l   a l l": "kill all",
        "k  i  l  l": "kill",
        "k\n\ni\n\nl\n\nl": "kill",
        "k 1 l l": "kill",
        "d i e": "die",
        "(d.i.e)": "(die)",
        "д р я н ь": "дрянь",  # noqa: RUF001  # Russian, on purpose
        "U.S.A.": "usa.",
    }
)
def test_spaced_words(text: str, expected: str) -> None:
    """Three or more single letters with the same sign between them are one word."""
    assert folded(text) == expected


@same(
    [
        "a b c",
        "x, y, z",
        "x/y/z",
        "a c e",
        "u r a fool",
        "i r u",
        "x x x",
        "k i",
        "e.g. this",
        "j. r. r. tolkien",
        "1 2 3 4",
        "a 1 b 2",
        "a+b",
        "k.i-l.l",
        "私 は 日 本",
        "in-s-a-ne",
    ]
)
def test_lists_and_initials_are_no_words(text: str) -> None:
    """Lists, initials, letters that are words, and mixed signs stay."""
    assert folded(text) == text


@pairs(
    {
        "soooo": "soo",
        "kiiiillll": "kiill",
        "яяяяя": "яя",
        "\N{HANGUL LETTER KHIEUKH}" * 4: "\N{HANGUL CHOSEONG KHIEUKH}" * 2,
        "aaah": "aah",
    }
)
def test_stretched_letters(text: str, expected: str) -> None:
    """Of three or more of the same letter two stay."""
    assert folded(text) == expected


@same(["kkk", "xxx", "world war iii", "louis xviii", "henry viii.", "1000", "!!!!", "...", "$$$"])
def test_three_that_are_no_stretch(text: str) -> None:
    """Words of three letters, Roman numerals, numbers and signs stay."""
    assert folded(text) == text


@pytest.mark.parametrize("text", ["ссср", "#ссср!"])  # noqa: RUF001  # Russian, on purpose
def test_the_russian_for_ussr_stays(text: str) -> None:
    """The one common word with three of a letter keeps them."""
    assert folded(text) == text


# --- links and names ------------------------------------------------------------------------------------


@same(
    [
        "https://t.co/ab1cd3efff",
        "see http://www.k1ll.com/l33t?x=k.i.l.l now",
        "www.k1ll.com/l33t",
        "t.co/a1bc",
        "k1ll.com",
        "an@k1ll.org",
        "@k1ll_er99 @l33t",
        "@an4@k1ll.social",
        "rt@k1ller: yes",
        ".@k1ller no",
        "@n4me.bsky.social",
        "xxxxl.com",
        "n4me.co.uk/l33t",
        "(k1ll.com/l33t)",
    ]
)
def test_links_and_names_stay(text: str) -> None:
    """Addresses and names of accounts keep their characters."""
    assert folded(text) == text


@pairs(
    {
        "HTTPS://T.co/AbC1d k1ll": "https://t.co/abc1d kill",
        "end.N1ce": "end.nice",
        "@name k1ll": "@name kill",
        "k1ll!": "kill!",
        "(k1ll)": "(kill)",
    }
)
def test_words_beside_links_are_words(text: str, expected: str) -> None:
    """A link ends at a space, a name at its last character; what stands beside it is read."""
    assert folded(text) == expected


# --- properties -----------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *"aeiklsxv1034!@$.- _|:/",
        *("www.", "http://", "a.com", "@ss", "k.i.l.l", "n1ce", " k i l l ", "RT@", "xxx", "\0", "\ud800"),
        *(
            "f*ck",
            "k_ll ",
            "sh\U0001f4a9t",
            " fck ",
            " kll ",
            "uoy ",
            "llik ",
            "lliw ",
            " reggin ",
            "\u202e",
            "*",
        ),
        *"\u0430\u043a\u043f\u03b1\u0301\u200d\u0e39\u064b\U0001f1f0\U0001f1ee\u1100\u1161\u11a8\ufdfa\u05e1",
    ]
)
ANY_TEXT = st.one_of(
    st.text(st.characters()),  # all of Unicode, half pairs included
    st.lists(st.one_of(_PIECES, st.characters()), max_size=30).map("".join),
    st.lists(_PIECES, max_size=30).map("".join),
)


@settings(deadline=None, max_examples=1000)
@given(ANY_TEXT)
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    """What rules, banks and models hold as folded text is what folding gives."""
    once = folded(text)

    assert folded(once) == once


@settings(deadline=None, max_examples=300)
@given(st.lists(ANY_TEXT, max_size=5))
def test_neighbours_change_nothing(texts: list[str]) -> None:
    """A batch is folded as its texts are one by one."""
    assert fold(texts) == [folded(text) for text in texts]


def test_pages_change_nothing() -> None:
    """More texts than are folded at a time come back in their order."""
    texts = [f"k1ll n{'o' * (number % 5)} {number}" for number in range(3000)]

    assert fold(texts) == [folded(text) for text in texts]


@settings(deadline=None, max_examples=1000)
@given(ANY_TEXT)
def test_offsets_lead_back(text: str) -> None:
    """The way back has the same text, and pieces in order that cover the original without gaps."""
    result = fold_with_offsets(text)
    starts, ends = result.starts, result.ends

    assert result.text == folded(text)
    assert len(starts) == len(ends) == len(result.text)
    if result.text:
        order = np.argsort(
            starts, kind="stable"
        )  # what is written backwards has its pieces from right to left
        starts, ends = starts[order], ends[order]
        assert starts[0] == 0
        assert ends[-1] == len(text)
        assert (starts < ends).all()
        follows = starts[1:] == ends[:-1]
        shares = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])  # one character folded to several
        assert (follows | shares).all()


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT, st.integers(-3, 40), st.integers(-3, 40))
def test_spans_stay_inside_the_original(text: str, start: int, end: int) -> None:
    """Any span of the folded text, sensible or not, is one of the original."""
    first, last = original_span(text, start, end)

    assert 0 <= first <= last <= len(text)


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("so k.i.l.l him", "kill", "k.i.l.l"),
        ("so K\u200bILL him", "kill", "K\u200bILL"),
        ("a Straße b", "strasse", "Straße"),
        ("they are n1ce ppl", "nice", "n1ce"),
        ("it's sooooo bad", "soo", "sooooo"),
        ("caf\u0065\u0301 x", "cafe", "cafe\u0301"),
        ("\ufdfa x", "x", "x"),
        ("I'll k*ll him", "kill", "k*ll"),
        ("you fck off", "fuck", "fck"),
        ("sh\U0001f4a9t!", "shit", "sh\U0001f4a9t"),
        ("@ana uoy llik lliw i", "kill", "llik"),
        ("@ana uoy llik lliw i", "@ana", "@ana"),
        ("@ana uoy llik lliw i", "will kill", "llik lliw"),
        ("a \u202ellik\u202c b", "kill", "llik\u202c"),  # what is dropped belongs to the piece before it
    ],
)
def test_span_of_a_disguised_word(text: str, word: str, original: str) -> None:
    """The span of a folded word is what was written in its place."""
    start = folded(text).index(word)
    first, last = original_span(text, start, start + len(word))

    assert text[first:last] == original


def test_images_are_their_own_images() -> None:
    """Taking the images of characters twice changes nothing: what idempotence rests on."""
    known = tables()
    images = known.images[known.images < DROPPED]

    assert np.array_equal(known.images[images], images)
    assert np.array_equal(known.images[known.pool], known.pool)


def test_ascii_only_loses_its_case() -> None:
    """No visible ASCII character stands for another by itself."""
    text = "".join(map(chr, range(0x20, 0x7F)))

    assert "".join(map(chr, tables().images[np.frombuffer(text.encode(), dtype=np.uint8)])) == text.lower()


@pytest.mark.parametrize(
    "piece",
    [
        *("a.aa", "a4", "co.", "a@", "@ss", "x.com.", "www.", "a://", "k i l l ", "k.i.l.l.", "a  ", "aaa"),
        *(
            "e\u0301",
            "\u05d0\u05b0",
            "\U0001f1f0",
            "\u0430b",
            "\u043a\u0456 l",
            "\ufdfa",
            "!a",
            "$a$",
            "\u1100\u1161",
        ),
    ],
    ids=ascii,
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    """A post made to be slow is folded like any other: this would take minutes if time grew as a square."""
    text = piece * (300_000 // len(piece))

    result = fold_with_offsets(text)

    assert folded(text) == result.text
    assert result.ends[-1] == len(text)


def test_no_text_and_empty_texts() -> None:
    """No texts, and texts of nothing, are texts."""
    assert fold([]) == []
    assert fold(["", "\u200b", " "]) == ["", "", " "]
    assert original_span("\u200b", 0, 3) == (0, 0)


def test_joining_characters() -> None:
    """Letters, marks and numbers join a word; spaces, signs and scripts without spaces do not."""
    joining = joining_characters()

    assert all(joining[ord(character)] for character in "aé9жא한ு")
    assert not any(joining[ord(character)] for character in " .#_-東あไ😀")
