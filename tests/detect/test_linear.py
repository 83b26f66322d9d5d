"""The linear detector: exact sums, honest unknowns, spans in the original text."""

from pathlib import Path

import numpy as np
import pytest
from detector import DetectorContract, values
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_samples import THRESHOLDS, a_model, a_random_model, an_artefact

from build import a_batch
from evenhand.detect._artefact import HEADS, STEPS, LinearModel, folding_version, open_model
from evenhand.detect._features import read_grams
from evenhand.detect.linear import LinearTextDetector, load
from evenhand.errors import VerificationError
from evenhand.intake import EXAMINED_CHARACTERS
from evenhand.vocabulary import Batch

SHIPPED = Path(__file__).parents[2] / "models" / "text-linear"
WORDS = {"ghastly": (90, 0, 60), "beware": (0, 80, 40), "lovely": (-128, -128, -128)}

POSTS = [
    "what a lovely morning by the sea",
    "a ghastly, GHASTLY person",
    "beware @someone: https://example.org/ghastly",
    "nothing to see",
    "gh4stly and b e w a r e",
    "ужасный человек",
    "",
    "12:30",
    "don't don't don't",
    "\U0001f437\U0001f437 look",
    "long " * 3000 + "ghastly",
]


class TestKnownWeights(DetectorContract):
    """A model whose few weights are known."""

    detector = LinearTextDetector(a_model(WORDS))
    examples = a_batch(POSTS)


class TestEveryWeight(DetectorContract):
    """A model in which every gram weighs something, the extremes included."""

    detector = LinearTextDetector(a_random_model(3))
    examples = a_batch(POSTS)


class TestShipped(DetectorContract):
    """The model that is in the wheel."""

    detector = LinearTextDetector.from_bytes(
        (SHIPPED / "manifest.json").read_bytes(), (SHIPPED / "weights.bin").read_bytes()
    )
    examples = a_batch(POSTS)


def slow_score(model: LinearModel, folded: str) -> list[float]:
    """The scores of one folded text, with Python's own whole numbers."""
    grams = read_grams([folded])
    rows = [int(row) for row in [*grams.chars.ravel(), *grams.words.ravel()] if row]
    scores = []
    for weights, steps in zip(model.weights, model.steps, strict=True):
        evidence = sum(int(weights[row]) for row in rows) / np.sqrt(max(int(grams.counts[0]), 1))
        scores.append(sum(step <= evidence for step in steps) / STEPS)
    return scores


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*WORDS, "plain", "!", "@me"]), max_size=12).map(" ".join),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=50)
@given(TEXTS, st.sampled_from([a_model(WORDS), a_random_model(1)]))
def test_scores_are_exact_sums(texts: list[str], model: LinearModel) -> None:
    """Every known score equals, to the last bit, the sum that whole numbers of any size give."""
    batch = a_batch(texts)

    columns = LinearTextDetector(model).examine(batch)

    for row, folded in enumerate(batch.folded):
        found = [columns[head].at(row) for head in HEADS]
        assert found in ([None] * len(HEADS), slow_score(model, folded))


@pytest.mark.parametrize("weight", [127, -128])
def test_no_text_is_too_long_for_the_sum(weight: int) -> None:
    """Thousands of grams of the greatest weight do not run from one head into the next."""
    model = a_random_model(1)
    extreme = LinearModel(
        manifest=model.manifest,
        weights=np.array([[weight], [-1 - weight], [weight]], dtype=np.int8) * np.ones_like(model.weights),
        steps=model.steps * 100,
    )
    batch = a_batch(["abcdefghij" * 5000, "a b " * 20_000, "ab"])

    columns = LinearTextDetector(extreme).examine(batch)

    for row, folded in enumerate(batch.folded):
        assert [columns[head].at(row) for head in HEADS] == slow_score(extreme, folded)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_any_batching_gives_the_same_scores(size: int) -> None:
    """Posts together longer than is read at once score as they do in batches of any size."""
    detector = LinearTextDetector(a_random_model(2))
    batch = a_batch([f"{post} {number}" for number in range(12) for post in POSTS])
    whole = values(detector.examine(batch))

    parts = [
        values(detector.examine(batch.take(np.arange(start, min(start + size, len(batch))))))
        for start in range(0, len(batch), size)
    ]

    assert {name: [value for part in parts for value in part[name]] for name in whole} == whole


def known(batch: Batch) -> list[bool]:
    """Which items have a score; all signals agree."""
    columns = LinearTextDetector(a_model(WORDS)).examine(batch)
    rows = [[column.at(row) is not None for column in columns.values()] for row in range(len(batch))]
    assert all(len(set(row)) == 1 for row in rows)
    return [row[0] for row in rows]


def test_another_language_is_unknown() -> None:
    """English by any of its tags is read, and so is an item without a language; another language is not."""
    languages = ["en", "en-GB", "EN_us", "eng", None, "de", "enm", "fr", "und-x"]

    assert known(a_batch(["some words"] * 9, language=languages)) == [True] * 5 + [False] * 4


@pytest.mark.parametrize("language", ["de", "fr", "xx", "mul"])
@pytest.mark.parametrize(
    "text",
    [
        "You subhuman vermin should all be killed, kill all of them",
        "They\u2019re vermin and they don\u2019t belong here",
        "Y0u are v3rmin and y o u should go",
    ],
)
def test_a_declared_language_alone_silences_nothing(text: str, language: str) -> None:
    """What reads as English is scored as if it had said no language."""
    said, silent = a_batch([text], language=[language]), a_batch([text], language=[None])
    detector = TestShipped.detector

    assert values(detector.examine(said)) == values(detector.examine(silent))
    assert known(said) == [True]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich war gestern in der Stadt, das ist so lange her, und will die alte Bank sehen", "de"),
        ("Ik heb dat gedaan of niet, we zijn in de war en was hier", "nl"),
        ("Eu do lado de casa, as coisas do dia, me parece que as do ano", "pt"),
        ("Vi har det godt, og jeg er en af dem, som er her for alle", "da"),
        ("Or on est bien ici, mais on a des as", "fr"),
        ("W domu do nocy, by my i wy, to do kina", "pl"),
        ("the", "de"),
    ],
)
def test_what_reads_as_another_language_stays_unknown(text: str, language: str) -> None:
    """Words that two languages share, and a single borrowed one, do not make a text English."""
    assert known(a_batch([text], language=[language])) == [False]


def test_a_very_long_text_is_read_up_to_its_limit() -> None:
    """What stands behind the first 65,536 characters moves no score and has no span."""
    head = "a lovely day " * 6000
    long, cut = a_batch([head + "ghastly " * 20_000]), a_batch([head[:EXAMINED_CHARACTERS]])
    detector = LinearTextDetector(a_model(WORDS))

    assert values(detector.examine(long)) == values(detector.examine(cut))
    assert len(long.folded[0]) <= EXAMINED_CHARACTERS
    assert long.signals["item.length"].at(0) == len(head) + 160_000


def test_spans_of_a_very_long_text_stand_within_the_limit() -> None:
    text = "ghastly " * 20_000

    spans = LinearTextDetector(a_model(WORDS)).spans(a_batch([text]))[0]

    assert spans
    assert max(span.end for span in spans) <= EXAMINED_CHARACTERS


def test_another_script_is_unknown() -> None:
    """Where at most half of the letters are Latin, nothing is known, whatever language is claimed."""
    texts = ["слово за слово", "東京 です", "ok ok слово", "word слово word", "naïve café"]

    assert known(a_batch(texts, language=["en"] * 5)) == [False, False, False, True, True]


@pytest.mark.parametrize(
    "text", ["", "  ", "1488 !!", "\U0001f437\U0001f595", "https://a.example/words", "@name"]
)
def test_a_text_without_letters_is_unknown(text: str) -> None:
    """Links, names, digits and emoji alone are never called harmless."""
    assert known(a_batch([text])) == [False]


def test_a_signal_has_the_words_that_carried_it() -> None:
    """Spans stand where the words stand in the original, disguises included."""
    text = "well, he is a GH4STLY one. B.E.W.A.R.E"
    detector = LinearTextDetector(a_model(WORDS))

    spans = detector.spans(a_batch([text]))[0]

    assert {text[span.start : span.end] for span in spans if span.signal == "text.hateful"} == {"GH4STLY"}
    assert {text[span.start : span.end] for span in spans if span.signal == "text.threat"} == {"B.E.W.A.R.E"}


def test_only_what_is_over_its_threshold_has_spans() -> None:
    """A span is given for a signal exactly where its value reaches the published threshold."""
    detector = LinearTextDetector(a_random_model(5))
    batch = a_batch(POSTS)
    columns = detector.examine(batch)

    found = [{span.signal for span in spans} for spans in detector.spans(batch)]

    assert detector.thresholds == dict(zip(HEADS, THRESHOLDS, strict=True))
    assert found == [
        {head for head in HEADS if columns[head].values[row] >= detector.thresholds[head]}
        for row in range(len(batch))
    ]
    assert any(found)


def test_a_span_is_the_window_that_weighs_most() -> None:
    """No window of five words or fewer, taken alone, has a greater sum of weights."""
    text = "calm ghastly calm calm ghastly ghastly calm calm calm lovely"
    detector = LinearTextDetector(a_model(WORDS))

    spans = [span for span in detector.spans(a_batch([text]))[0] if span.signal == "text.hateful"]

    assert [text[span.start : span.end] for span in spans] in ([], ["ghastly calm calm ghastly ghastly"])
    assert spans


def test_the_version_changes_with_any_weight() -> None:
    """A finding names the artefact that made it: other weights or thresholds, another version."""
    manifest, weights = an_artefact()
    detector = LinearTextDetector.from_bytes(manifest, weights)

    assert detector.version == f"1+{open_model(manifest, weights).manifest.seal[:12]}"
    assert detector.version != TestShipped.detector.version


class _Shelf:
    """The files of one model, as the app would read them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def model(self, name: str) -> dict[str, bytes]:
        assert name == "text-linear"
        return self.files

    def banks(self) -> dict[str, bytes]:
        raise AssertionError("a model needs no banks")

    def options(self) -> str:
        raise AssertionError("it reads no options")


def test_the_entry_point_loads_the_model_from_the_shelf() -> None:
    manifest, weights = an_artefact()

    detector = load(_Shelf({"manifest.json": manifest, "weights.bin": weights, "CARD.md": b""}))

    assert detector.name == "text-linear"


@pytest.mark.parametrize("name", ["manifest.json", "weights.bin"])
def test_a_missing_file_is_named(name: str) -> None:
    """What is missing is said, with what to do, before anything is read."""
    manifest, weights = an_artefact()
    files = {"manifest.json": manifest, "weights.bin": weights}
    del files[name]

    with pytest.raises(VerificationError, match=f"model text-linear lacks {name}") as refusal:
        load(_Shelf(files))

    assert "install Evenhand again" in refusal.value.mend


def test_the_shipped_model_was_trained_on_this_folding() -> None:
    """Folding changed what texts look like: train the model again (training/linear/README.md)."""
    manifest = open_model(
        (SHIPPED / "manifest.json").read_bytes(), (SHIPPED / "weights.bin").read_bytes()
    ).manifest

    assert manifest.folding_version == folding_version()


def test_the_shipped_model_tells_the_plainest_cases_apart() -> None:
    """A threat, an insult and a hateful sentence score above their thresholds, small talk below all."""
    detector = TestShipped.detector
    batch = a_batch(
        [
            "i will kill you tonight",
            "you are a pathetic idiot, shut up",
            "jews are vermin and should be wiped out",
            "thanks for the lovely dinner, see you on friday",
        ]
    )
    columns = detector.examine(batch)
    over = {head: columns[head].values >= detector.thresholds[head] for head in HEADS}

    assert over["text.threat"][0]
    assert over["text.abusive"][1]
    assert over["text.hateful"][2]
    assert not any(over[head][3] for head in HEADS)
