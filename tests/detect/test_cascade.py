"""The cascade: what is clear passes by the first stage's word, the rest is read; bounds belong to models."""

from collections.abc import Mapping

import msgspec
import numpy as np
import pytest
from detector import EmbedderContract, values
from linear_samples import a_model, a_random_model

from build import a_batch
from encoder_samples import CHOICES, LABELS, counting, knowing_files, random_files
from evenhand.detect._artefact import LinearModel, seal_model
from evenhand.detect._encoder_artefact import open_encoder
from evenhand.detect.cascade import (
    Bounds,
    BoundsRecord,
    CascadeDetector,
    CascadeManifest,
    load,
    open_bounds,
    parse_bounds,
    seal_bounds,
)
from evenhand.detect.encoder import EncoderDetector
from evenhand.detect.linear import LinearTextDetector
from evenhand.errors import BadInput, VerificationError
from evenhand.vocabulary import Batch, Column

WORDS = {"lovely": (-128, -128, -128), "ghastly": (120, 0, 120)}
"""Of the first stage: a text without either scores one half on every label."""

LOW = dict.fromkeys(LABELS, 0.2)
PASSING = Bounds(LOW)
FLAGGING = Bounds(LOW, dict.fromkeys(LABELS, 0.9))
OFF = Bounds({})

CLEAR = "a lovely, lovely morning by the sea"
DOUBTFUL = "beware of the people here"
SURE = "ghastly ghastly ghastly"
UNREADABLE = ["", "https://a.example/lovely", "доброе утро всем, как дела"]
POSTS = [
    CLEAR,
    DOUBTFUL,
    SURE,
    *UNREADABLE,
    "\N{PIG FACE}",
    "a lovely day, ghastly",
    "we go to the sea " * 30 + "beware",
    "@ana 12:30",
]


def linear_files(model: LinearModel) -> dict[str, bytes]:
    """The sealed folder of a first stage."""
    named = msgspec.structs.replace(model.manifest, name="text-first")
    manifest, weights = seal_model(LinearModel(manifest=named, weights=model.weights, steps=model.steps))
    return {"manifest.json": manifest, "weights.bin": weights}


def first_stage(model: LinearModel) -> LinearTextDetector:
    """A first stage as it comes from its files."""
    return LinearTextDetector.from_bytes(*linear_files(model).values())


FIRST = first_stage(a_model(WORDS))
ENCODER = EncoderDetector(open_encoder(knowing_files()))


class TestPassing(EmbedderContract):
    """A cascade whose first stage lets clear cases pass."""

    detector = CascadeDetector(FIRST, ENCODER, PASSING)
    examples = a_batch(POSTS)


class TestFlagging(EmbedderContract):
    """A cascade whose first stage decides in both directions, over weights that all weigh something."""

    detector = CascadeDetector(
        first_stage(a_random_model(3)), EncoderDetector(open_encoder(random_files(3))), FLAGGING
    )
    examples = a_batch(POSTS)


def readings(bounds: Bounds, texts: list[str]) -> int:
    """How often the encoder reads for the values of these texts."""
    artefact, network = counting(knowing_files())
    CascadeDetector(FIRST, EncoderDetector(artefact), bounds).examine(a_batch(texts))
    return network.read


def test_the_encoder_does_not_read_what_is_clear() -> None:
    """That is what the first stage is for: a clear post costs no reading, a doubtful one its windows."""
    assert readings(PASSING, [CLEAR] * 5) == 0
    assert readings(PASSING, [CLEAR, DOUBTFUL, CLEAR]) == 1
    assert readings(PASSING, [SURE]) == 1
    assert readings(FLAGGING, [SURE, CLEAR]) == 0


def test_what_cannot_be_read_costs_nothing_and_stays_unknown() -> None:
    """Neither stage speaks about a text without words, or in a language that is not covered."""
    assert readings(OFF, UNREADABLE) == 0
    for bounds in (PASSING, FLAGGING, OFF):
        found = values(CascadeDetector(FIRST, ENCODER, bounds).examine(a_batch(UNREADABLE)))
        assert found == {name: [None] * len(UNREADABLE) for name in (*LABELS, *CHOICES)}


def test_a_clear_item_has_the_first_stages_values() -> None:
    """Its labels are known by the first stage; what only the encoder could say of it is unknown."""
    batch = a_batch([CLEAR])

    found = values(CascadeDetector(FIRST, ENCODER, PASSING).examine(batch))

    assert {label: found[label] for label in LABELS} == values(FIRST.examine(batch))
    assert all(found[choice] == [None] for choice in CHOICES)


def test_any_other_item_has_the_encoders_values() -> None:
    batch = a_batch([DOUBTFUL, SURE])

    assert values(CascadeDetector(FIRST, ENCODER, PASSING).examine(batch)) == values(ENCODER.examine(batch))


def test_what_the_first_stage_does_not_know_is_read() -> None:
    """Emoji are no words to the linear model: a post of nothing else is the encoder's."""
    batch = a_batch(["\N{PIG FACE}"])

    assert FIRST.examine(batch)["text.hateful"].at(0) is None
    assert values(CascadeDetector(FIRST, ENCODER, FLAGGING).examine(batch)) == values(ENCODER.examine(batch))


def test_switched_off_it_is_the_encoder() -> None:
    """Every value is the encoder's."""
    batch = a_batch(POSTS)
    detector = CascadeDetector(FIRST, ENCODER, OFF)

    assert values(detector.examine(batch)) == values(ENCODER.examine(batch))
    assert detector.spans(batch) == ENCODER.spans(batch)


def columns(known: list[bool] | None = None, **labels: list[float]) -> dict[str, Column]:
    """Columns of the first stage."""
    mask = None if known is None else np.array(known)
    return {f"text.{label}": Column(np.array(column), mask) for label, column in labels.items()}


def test_clear_is_low_on_every_label_or_high_on_one() -> None:
    """A bound is part of what it flags and not of what it passes; an unknown label is never clear."""
    bounds = Bounds({"text.hateful": 0.2, "text.threat": 0.1}, {"text.hateful": 0.9, "text.threat": 1.01})

    found = bounds.clear(
        columns(
            known=[True] * 7 + [False],
            hateful=[0.19, 0.2, 0.19, 0.89, 0.9, 0.5, 0.9, 0.0],
            threat=[0.09, 0.09, 0.1, 0.0, 0.5, 1.0, 1.0, 0.0],
        )
    )

    assert found.tolist() == [True, False, False, False, True, False, True, False]


def test_columns_without_a_mask_are_known() -> None:
    assert PASSING.clear(columns(hateful=[0.1], threat=[0.1], abusive=[0.1])).tolist() == [True]


def test_spans_are_for_the_values_of_the_cascade() -> None:
    """A label has spans where the cascade's value reaches the threshold, whichever stage gave it."""
    batch = a_batch([CLEAR, SURE, "beware of the lovely, lovely sea"])
    passing = CascadeDetector(FIRST, ENCODER, PASSING)

    found = [{span.signal for span in spans} for spans in passing.spans(batch)]
    read = [{span.signal for span in spans} for spans in ENCODER.spans(batch)]

    assert read == [set(), {"text.hateful", "text.abusive"}, {"text.threat", "text.abusive"}]
    assert found == [set(), {"text.hateful", "text.abusive"}, set()]


def test_it_speaks_as_the_encoder_does() -> None:
    """Signals and thresholds are the encoder's, so that a policy does not notice which one is at work."""
    detector = CascadeDetector(FIRST, ENCODER, PASSING)

    assert detector.name == "text-cascade"
    assert detector.signals == ENCODER.signals
    assert detector.thresholds == ENCODER.thresholds
    assert detector.stages == (FIRST, ENCODER)
    assert detector.bounds == PASSING
    assert np.array_equal(detector.vectors(a_batch(POSTS)), ENCODER.vectors(a_batch(POSTS)))


def test_the_version_changes_with_models_and_bounds() -> None:
    """Whatever could move a value moves the version, be it in the seventh digit."""
    other = EncoderDetector(open_encoder(random_files(3)))
    versions = [
        CascadeDetector(first, encoder, bounds).version
        for first, encoder, bounds in [
            (FIRST, ENCODER, PASSING),
            (FIRST, ENCODER, FLAGGING),
            (FIRST, ENCODER, OFF),
            (FIRST, ENCODER, Bounds({**LOW, "text.threat": 0.2000001})),
            (FIRST, other, PASSING),
            (first_stage(a_random_model(1)), ENCODER, PASSING),
        ]
    ]

    assert len(set(versions)) == len(versions)
    assert all(version.startswith(f"{ENCODER.version}/") for version in versions[:3])


def test_bounds_are_spelt_in_one_way() -> None:
    """In the order of the labels, and without those that say never."""
    bounds = Bounds({"text.threat": 0.1, "text.hateful": 0.02}, {"text.threat": 1.01, "text.hateful": 0.99})

    assert bounds.spelt() == "text.hateful<0.02 text.threat<0.1 text.hateful>=0.99"


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        ("published", FLAGGING),
        ("off", OFF),
        ("pass-below=0.01", Bounds(dict.fromkeys(LABELS, 0.01), FLAGGING.flag_from)),
        ("flag-from=1", Bounds(LOW, dict.fromkeys(LABELS, 1.0))),
        (
            "pass-below=0  flag-from=0.99",
            Bounds(dict.fromkeys(LABELS, 0.0), dict.fromkeys(LABELS, 0.99)),
        ),
    ],
)
def test_an_operator_moves_the_bounds(spelt: str, expected: Bounds) -> None:
    """What is not named stays as published."""
    assert parse_bounds(spelt, FLAGGING, ENCODER.thresholds) == expected


@pytest.mark.parametrize(
    "spelt",
    [
        "on", "pass-below", "pass-below=", "pass-below=low", "pass-below=1.5", "pass-below=-0.1",
        "pass-below=nan", "flag-from=inf", "below=0.1", "pass-below=0.01 off", "pass-below = 0.1",
    ],
)  # fmt: skip
def test_bounds_that_are_none_are_refused(spelt: str) -> None:
    """With what was found and what to write."""
    with pytest.raises(BadInput, match="the cascade's bounds say '") as refusal:
        parse_bounds(spelt, FLAGGING, ENCODER.thresholds)

    assert "published, off, or pass-below=0.01" in refusal.value.mend


def test_bounds_over_a_threshold_are_refused() -> None:
    """A post that nobody read would carry a finding of the first stage alone."""
    lowest = min(ENCODER.thresholds.values())
    parse_bounds(f"pass-below={lowest}", FLAGGING, ENCODER.thresholds)

    with pytest.raises(BadInput, match="over a threshold of the encoder") as refusal:
        parse_bounds(f"pass-below={lowest + 0.01}", FLAGGING, ENCODER.thresholds)

    assert refusal.value.mend == f"write at most pass-below={lowest:g}"


def test_other_bounds_leave_every_post_in_its_place() -> None:
    """So that cases decided under other bounds are still found as the nearest ones."""
    versions = {CascadeDetector(FIRST, ENCODER, bounds).place_version for bounds in (PASSING, FLAGGING, OFF)}

    assert versions == {ENCODER.place_version}


def a_record(label: str, *, pass_below: float = 0.2, flag_from: float = 1.01) -> BoundsRecord:
    """The published bounds of one label."""
    return BoundsRecord(
        signal=label, pass_below=pass_below, flag_from=flag_from, recall_encoder=0.9, recall_cascade=0.89
    )


def a_cascade(first: str, encoder: str, *records: BoundsRecord) -> CascadeManifest:
    """As a training would write it."""
    return CascadeManifest(
        name="text-cascade",
        version="1",
        first=first,
        encoder=encoder,
        bounds=records or tuple(map(a_record, LABELS)),
        forwarded=0.2,
    )


def test_published_bounds_come_from_their_manifest() -> None:
    hateful, threat, abusive = LABELS
    records = (a_record(hateful), a_record(threat, pass_below=0.03, flag_from=0.98), a_record(abusive))

    bounds = open_bounds(seal_bounds(a_cascade("1+f", "1+e", *records)), first="1+f", encoder="1+e")

    assert bounds.pass_below == {hateful: 0.2, threat: 0.03, abusive: 0.2}
    assert bounds.flag_from == {hateful: 1.01, threat: 0.98, abusive: 1.01}


@pytest.mark.parametrize(
    "labels",
    [LABELS[:2], (*LABELS, LABELS[0]), (*LABELS[:2], "text.spam")],
    ids=["lacks one", "has one twice", "has another"],
)
def test_bounds_that_are_not_of_every_label_are_refused(labels: tuple[str, ...]) -> None:
    """A post may be clear on the labels that have a bound, and be passed unread for the one that has none."""
    stored = seal_bounds(a_cascade("1+f", "1+e", *map(a_record, labels)))

    with pytest.raises(VerificationError, match=r"are of .*, expected text\.hateful, text\.threat,"):
        open_bounds(stored, first="1+f", encoder="1+e")


@pytest.mark.parametrize(("first", "encoder"), [("1+x", "1+e"), ("1+f", "1+x"), ("1+e", "1+f")])
def test_bounds_of_other_models_are_refused(first: str, encoder: str) -> None:
    """A bound says what is lost with two models; with others it says nothing."""
    stored = seal_bounds(a_cascade("1+f", "1+e"))

    with pytest.raises(VerificationError, match=r"were measured with 1\+f and 1\+e") as refusal:
        open_bounds(stored, first=first, encoder=encoder)

    assert "measure the bounds anew" in refusal.value.mend


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored[:-1],
        lambda stored: stored.replace(b"0.2", b"0.3", 1),
        lambda _: b"",
    ],
    ids=["cut short", "changed", "empty"],
)
def test_damaged_bounds_are_refused(damage: object) -> None:
    stored = seal_bounds(a_cascade("1+f", "1+e"))
    assert callable(damage)

    with pytest.raises(VerificationError, match="manifest") as refusal:
        open_bounds(damage(stored), first="1+f", encoder="1+e")

    assert refusal.value.mend


def test_bounds_of_no_label_are_refused() -> None:
    """That would be off, which only an operator may say."""
    empty = msgspec.structs.replace(a_cascade("1+f", "1+e"), bounds=())

    with pytest.raises(VerificationError, match="cannot be read: Expected `array` of length >= 1"):
        open_bounds(seal_bounds(empty), first="1+f", encoder="1+e")


class ShelfOf:
    """The files of three models and options, as the app would read them."""

    def __init__(self, wishes: str = "") -> None:
        bounds = seal_bounds(a_cascade(FIRST.version, ENCODER.version))
        self.models: dict[str, dict[str, bytes]] = {
            "text-first": linear_files(a_model(WORDS)),
            "text-encoder": knowing_files(),
            "text-cascade": {"manifest.json": bounds},
        }
        self._wishes = wishes

    def model(self, name: str) -> Mapping[str, bytes]:
        return self.models[name]

    def banks(self) -> Mapping[str, bytes]:
        raise AssertionError("a model needs no banks")

    def options(self) -> str:
        return self._wishes


@pytest.mark.parametrize(
    ("wishes", "ending"),
    [
        ("", "text.abusive<0.2 text.hateful<0.2 text.threat<0.2"),
        ("published", "text.abusive<0.2 text.hateful<0.2 text.threat<0.2"),
        ("off", "off"),
        ("pass-below=0.05", "text.abusive<0.05 text.hateful<0.05 text.threat<0.05"),
    ],
)
def test_the_entry_point_loads_both_stages_and_the_wishes(wishes: str, ending: str) -> None:
    """Three folders of the shelf; the operator's bounds, or the published ones."""
    detector = load(ShelfOf(wishes))

    assert (detector.bounds.spelt() or "off") == ending
    assert detector.stages[0].name == "text-first"


def test_options_that_are_none_are_refused_at_the_start() -> None:
    with pytest.raises(BadInput, match="the cascade's bounds say 'fast'"):
        load(ShelfOf("fast"))


@pytest.mark.parametrize(
    ("model", "file"),
    [("text-first", "weights.bin"), ("text-encoder", "encoder.onnx"), ("text-cascade", "manifest.json")],
)
def test_a_missing_file_is_named(model: str, file: str) -> None:
    """Of either stage or of the bounds between them."""
    shelf = ShelfOf()
    del shelf.models[model][file]

    with pytest.raises(VerificationError, match=f"model {model} lacks {file}") as refusal:
        load(shelf)

    assert "install Evenhand again" in refusal.value.mend


def test_a_new_encoder_needs_new_bounds() -> None:
    """Exchanged behind the cascade's back, it is refused, not run with bounds measured for another."""
    shelf = ShelfOf()
    shelf.models["text-encoder"] = random_files(3)

    with pytest.raises(VerificationError, match="the bounds of text-cascade were measured with"):
        load(shelf)


def test_examples_are_of_every_way_through() -> None:
    """The contract's examples pass, are read, and are unreadable."""
    batch: Batch = a_batch(POSTS)
    clear = PASSING.clear(FIRST.examine(batch))

    assert clear.any()
    assert (~clear & ENCODER.readable(batch)).any()
    assert not ENCODER.readable(batch).all()
