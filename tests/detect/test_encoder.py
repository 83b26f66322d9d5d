"""The encoder: one text at a time, honest unknowns, every window, spans in the original text."""

# ruff: noqa: RUF001 - letters of many languages
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pytest
from detector import EmbedderContract, values
from hypothesis import given
from hypothesis import strategies as st

from build import a_batch
from encoder_samples import (
    CHOICES,
    GHASTLY,
    LABELS,
    OUTPUTS,
    STRIDE,
    THRESHOLD,
    WINDOW,
    a_manifest,
    counting,
    knowing_files,
    knowing_weights,
    random_files,
    the_files,
)
from evenhand.detect._encoder_artefact import ChoiceRecord, LabelRecord, open_encoder, seal_encoder
from evenhand.detect._reading import LONGEST
from evenhand.detect.encoder import EncoderDetector, calibrated, load
from evenhand.errors import VerificationError
from evenhand.intake import EXAMINED_CHARACTERS
from evenhand.vocabulary import Batch

KNOWING = EncoderDetector(open_encoder(knowing_files()))
RANDOM = EncoderDetector(open_encoder(random_files(3)))
ROOM = WINDOW - 2

POSTS = [
    "what a lovely morning by the sea",
    "a ghastly, GHASTLY person",
    "beware @someone: https://example.org/ghastly",
    "nothing to see",
    "gh4stly and b e w a r e",
    "ужасный человек",
    "",
    "12:30",
    "\N{PIG FACE}\N{PIG FACE} look",
    "a calm walk " * 40 + "ghastly",
]

GREETINGS = {
    "am": "እንደምን አደሩ ሰዎች", "ar": "صباح الخير يا جماعة", "az": "sabahınız xeyir dostlar",
    "be": "добрай раніцы", "bg": "добро утро на всички", "bn": "সুপ্রভাত সবাইকে",
    "bs": "dobro jutro svima", "ca": "bon dia a tothom", "cs": "dobré ráno všem",
    "cy": "bore da i bawb", "da": "godmorgen til alle", "de": "guten Morgen zusammen",
    "el": "καλημέρα σε όλους", "es": "buenos días a todos", "et": "tere hommikust kõigile",
    "eu": "egun on denoi", "fa": "صبح بخیر دوستان", "fi": "hyvää huomenta kaikille",
    "fr": "bonjour tout le monde", "ga": "maidin mhaith", "gu": "સુપ્રભાત બધાને",
    "he": "בוקר טוב לכולם", "hi": "सुप्रभात दोस्तों", "hr": "dobro jutro svima",
    "hu": "jó reggelt mindenkinek", "hy": "բարի լույս բոլորին", "id": "selamat pagi semuanya",
    "is": "góðan daginn öllsömul", "it": "buongiorno a tutti", "ja": "おはようございます",
    "ka": "დილა მშვიდობისა", "kk": "қайырлы таң достар", "km": "អរុណសួស្តី", "ko": "좋은 아침입니다",
    "lt": "labas rytas visiems", "lv": "labrīt visiem", "mk": "добро утро на сите", "ml": "സുപ്രഭാതം",
    "mn": "өглөөний мэнд", "mr": "शुभ सकाळ", "nl": "goedemorgen allemaal",
    "no": "god morgen alle sammen", "pl": "dzień dobry wszystkim", "pt": "bom dia a todos",
    "ro": "bună dimineața tuturor", "ru": "доброе утро всем", "sr": "добро јутро свима",
    "sv": "god morgon allihopa", "sw": "habari za asubuhi", "ta": "காலை வணக்கம்", "th": "สวัสดีตอนเช้า",
    "tr": "herkese günaydın", "uk": "доброго ранку всім", "ur": "صبح بخیر دوستو",
    "vi": "chào buổi sáng mọi người", "zh": "大家早上好",
}  # fmt: skip
LATIN = (
    *("az", "bs", "ca", "cs", "cy", "da", "de", "es", "et", "eu", "fi", "fr", "ga", "hr", "hu", "id", "is"),
    *("it", "lt", "lv", "nl", "no", "pl", "pt", "ro", "sv", "sw", "tr", "vi"),
)


class TestKnowing(EmbedderContract):
    """An encoder that knows a few words."""

    detector = KNOWING
    examples = a_batch(POSTS)


class TestRandom(EmbedderContract):
    """An encoder of two layers in which everything weighs something."""

    detector = RANDOM
    examples = a_batch(POSTS)


def known(batch: Batch) -> list[bool]:
    """Which items have values; all signals agree."""
    columns = KNOWING.examine(batch)
    rows = [[column.at(row) is not None for column in columns.values()] for row in range(len(batch))]
    assert all(len(set(row)) == 1 for row in rows)
    return [row[0] for row in rows]


def scores(text: str, detector: EncoderDetector = KNOWING) -> dict[str, object]:
    """What is said of one text."""
    return {name: column[0] for name, column in values(detector.examine(a_batch([text]))).items()}


@pytest.mark.parametrize(
    "text",
    ["", "  ", "1488 !!", "https://a.example/ghastly", "www.a.example/\N{PIG FACE}", "@ghastly @pig", "...?"],
)
def test_where_there_is_nothing_to_read_nothing_is_known(text: str) -> None:
    """Links, names and digits alone are never called harmless, whatever their letters spell."""
    assert known(a_batch([text])) == [False]


def test_emoji_alone_are_read_as_what_they_show() -> None:
    """A post of nothing else has a value: that of the words."""
    assert known(a_batch(["\N{PIG FACE}"])) == [True]
    assert scores("\N{PIG FACE}\N{PIG FACE}", RANDOM) == scores("pig face", RANDOM)
    assert scores("\N{PIG FACE} @you", RANDOM) == scores("pig face @user", RANDOM)


@pytest.mark.parametrize("tag", sorted(GREETINGS))
def test_a_stated_language_that_is_not_covered_is_unknown(tag: str) -> None:
    """Fifty-odd languages are neither harmless nor harmful to a model of English."""
    assert known(a_batch([GREETINGS[tag]], language=[tag])) == [False]


@pytest.mark.parametrize("tag", sorted(GREETINGS))
def test_a_language_that_is_not_stated_has_a_defined_result(tag: str) -> None:
    """Another script is unknown, even where the item claims English or brings emoji; Latin may be read."""
    texts = [
        GREETINGS[tag],
        GREETINGS[tag] + " \N{PIG FACE}\N{FIRE}",
        GREETINGS[tag] + " @pig http://a.example/",
    ]
    batch = a_batch(texts * 2, language=[None] * 3 + ["en"] * 3)
    TestKnowing().check_columns(batch)

    if tag not in LATIN:
        assert known(batch) == [False] * 6


def test_only_what_can_be_read_is_read() -> None:
    """An unreadable item costs no reading, for its values, its spans or its place."""
    artefact, network = counting(random_files(3))
    detector = EncoderDetector(artefact)
    batch = a_batch(["", "слово", "@me", "hello", "guten Tag"], language=[None, None, None, None, "de"])

    detector.examine(batch)
    assert network.read == 1
    detector.vectors(batch)
    assert network.read == 2


def test_no_items_have_no_places() -> None:
    """An empty batch of places has the width of any other."""
    assert KNOWING.vectors(a_batch([])).shape == (0, 32)


def a_text_of(*windows: Sequence[str]) -> str:
    """Words, one token each."""
    return " ".join(word for window in windows for word in window)


def calm(words: int) -> list[str]:
    """Words that say nothing."""
    return ["the", "calm"] * (words // 2)


def test_a_label_is_its_highest_over_the_windows() -> None:
    """A long text scores on each label what the window scores that says most of it."""
    first, last = ["beware", "the", *calm(ROOM - 2)], [*calm(ROOM - 2), "the", "ghastly"]
    text = a_text_of(first, calm(4 * STRIDE - ROOM), last)

    whole, early, late = scores(text), scores(a_text_of(first)), scores(a_text_of(last))

    assert whole["text.threat"] == early["text.threat"] != late["text.threat"]
    assert whole["text.hateful"] == late["text.hateful"] != early["text.hateful"]


def test_the_choices_are_of_the_window_that_says_most() -> None:
    """What is said about kind, target and context fits the label that was raised highest."""
    threat, insult, between = ["beware"] * 2, ["ghastly"] * 2, calm(2 * STRIDE + ROOM)

    assert scores(a_text_of(threat[1:], between, ["the"], insult))["text.kind"] == "insult"
    assert scores(a_text_of(threat, between, ["the"], insult[1:]))["text.kind"] == "threat"


@pytest.mark.parametrize("at", [0, 13, 14, 15, 22, 100, 500, 999])
def test_no_word_of_a_long_text_is_left_out(at: int) -> None:
    """Wherever among a thousand words it stands, one word is enough."""
    words = calm(1000)
    words[at] = "ghastly"

    columns = KNOWING.examine(a_batch([" ".join(words), " ".join(calm(1000))]))

    assert (columns["text.hateful"].values >= THRESHOLD).tolist() == [True, False]


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "ghastly ",
        "x",
        "! ? ",
        "\N{PIG FACE}\N{TRAM}",
        "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM} a b ",
    ],
    ids=["short words", "found words", "one word", "signs", "emoji", "letters that unfold"],
)
def test_a_megabyte_takes_a_bounded_number_of_readings(piece: str) -> None:
    """However long a post is, and whatever its characters unfold to: so many windows, and no more."""
    artefact, network = counting(knowing_files())
    detector = EncoderDetector(artefact)
    batch = a_batch(["a walk by the sea " + piece * (1_000_000 // len(piece))], language=["en"])

    columns = detector.examine(batch)
    assert network.read <= LONGEST // STRIDE + 1
    detector.spans_of(batch, columns)

    assert network.read <= 2 * (LONGEST // STRIDE + 1) + 7 * len(LABELS)


def test_what_stands_behind_the_limit_moves_nothing() -> None:
    """Of a very long text the first 65,536 characters are read, and spans stand among them."""
    text = "a lovely day " * 6000 + "ghastly " * 9000

    assert scores(text) == scores(text[:EXAMINED_CHARACTERS])
    assert KNOWING.spans(a_batch([text])) == [()]


A_LABEL = LabelRecord(
    signal="text.hateful",
    threshold=0.5,
    miss_cost=1.0,
    evidence=(-3.0, -1.0, 0.5, 4.0),
    probability=(0.01, 0.2, 0.2, 0.987),
    train_rows=(1, 1),
    dev_rows=(1, 1),
)


def test_calibration_is_straight_between_its_knots_and_flat_outside() -> None:
    logits = np.array([-90.0, -3.0, -2.0, -1.0, 0.0, 0.5, 2.0, 4.0, 90.0])

    assert calibrated(A_LABEL, logits).tolist() == [0.01, 0.01, 0.105, 0.2, 0.2, 0.2, 0.537, 0.987, 0.987]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_more_evidence_never_means_less_probability(logits: list[float]) -> None:
    """Probabilities rise with the logits, in whole thousandths."""
    found = calibrated(A_LABEL, np.array(sorted(logits)))

    assert (np.diff(found) >= 0).all()
    assert np.array_equal(found, np.round(found, 3))


def test_any_text_can_be_read_whatever_its_language() -> None:
    """`read` judges no language: it is for what somebody else found readable."""
    seen = RANDOM.read(["ужасный человек", "a ghastly person"])

    assert seen.labels.shape == (len(LABELS), 2)
    assert seen.choices.shape == (len(CHOICES), 2)
    assert ((seen.labels >= 0) & (seen.labels <= 1)).all()


def spans(detector: EncoderDetector, text: str) -> dict[str, str]:
    """Per signal the piece of the text that carried it."""
    return {span.signal: text[span.start : span.end] for span in detector.spans(a_batch([text]))[0]}


def test_a_label_has_the_words_that_carried_it() -> None:
    """Spans stand where the words stand in the original, disguises, names and emoji included."""
    text = "\N{PIG FACE} @ana, he is a GH4STLY one, no? b.e.w.a.r.e!"

    found = spans(KNOWING, text)

    assert found["text.hateful"] == "GH4STLY"
    assert found["text.threat"] == "b.e.w.a.r.e"


def test_a_span_is_found_in_the_window_that_says_most() -> None:
    text = "a calm walk " * 30 + "ghastly " + "by the sea " * 30

    assert spans(KNOWING, text)["text.hateful"] == "ghastly"


def test_only_what_is_over_its_threshold_has_spans() -> None:
    """A span is given for a label exactly where its value reaches the published threshold."""
    detector = KNOWING
    batch = a_batch(POSTS)
    columns = detector.examine(batch)

    found = [{span.signal for span in spans} for spans in detector.spans(batch)]

    assert detector.thresholds == dict.fromkeys(LABELS, THRESHOLD)
    assert found == [
        {
            label
            for label in LABELS
            if columns[label].at(row) is not None and columns[label].values[row] >= THRESHOLD
        }
        for row in range(len(batch))
    ]
    assert any(found)


def test_spans_are_of_the_values_that_are_given() -> None:
    """Who has the columns already, or other ones, has the spans of those."""
    batch = a_batch(["a ghastly person", "a calm day"])
    columns = KNOWING.examine(batch)
    other = {**columns, "text.threat": columns["text.hateful"]}

    first, second = (
        [{span.signal for span in each} for each in KNOWING.spans_of(batch, one)] for one in (columns, other)
    )

    assert first == [{"text.hateful", "text.abusive"}, set()]
    assert second == [set(LABELS), set()]


def test_the_version_changes_with_any_byte() -> None:
    """A finding names the artefact that made it: other weights, words or thresholds, another version."""
    manifest = a_manifest()
    label = msgspec.structs.replace(manifest.labels[0], threshold=0.25)
    moved = msgspec.structs.replace(manifest, labels=(label, *manifest.labels[1:]))
    files = the_files(knowing_weights(GHASTLY))
    made = [
        seal_encoder(manifest, files),
        seal_encoder(moved, files),
        seal_encoder(manifest, files | {"emoji.json": b"{}"}),
        random_files(3),
        random_files(4),
    ]

    versions = {EncoderDetector(open_encoder(one)).version for one in made}

    assert len(versions) == len(made)
    assert all(version.startswith("1+") for version in versions)


class ShelfOf:
    """The files of models, as the app would read them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def model(self, name: str) -> Mapping[str, bytes]:
        assert name == "text-encoder"
        return self.files

    def banks(self) -> Mapping[str, bytes]:
        raise AssertionError("a model needs no banks")

    def options(self) -> str:
        raise AssertionError("it reads no options")


def test_the_entry_point_loads_the_model_from_the_shelf() -> None:
    detector = load(ShelfOf(random_files(3) | {"CARD.md": b""}))

    assert detector.name == "text-encoder"
    assert [signal.name for signal in detector.signals] == [*LABELS, *CHOICES]
    assert len(detector.read(["a"]).labels) + sum(map(len, CHOICES.values())) == OUTPUTS


def test_a_signal_that_nobody_knows_is_refused() -> None:
    """A model cannot bring a column whose meaning this version cannot tell the author of a policy."""
    odd = (*a_manifest().choices[:-1], ChoiceRecord(signal="text.mood", categories=("calm", "cross")))
    files = seal_encoder(
        msgspec.structs.replace(a_manifest(), choices=odd), the_files(knowing_weights(GHASTLY))
    )

    with pytest.raises(VerificationError, match=r"fills the signal text\.mood") as refusal:
        load(ShelfOf(files))

    assert "take the model that came with this version" in refusal.value.mend
