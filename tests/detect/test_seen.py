"""All that detectors say of an item, and which places lie closest."""

from collections.abc import Mapping, Sequence

import numpy as np
from detector import EmbedderContract
from hypothesis import given, settings
from hypothesis import strategies as st

from alike import WIDTH, Alike
from build import a_batch
from evenhand.detect import Detector, Embedder, examine, nearest, seen
from evenhand.vocabulary import Batch, Column, Columns, Reading, Signal, SignalType, Span


class TestAlike(EmbedderContract):
    """The detector that tests of reasons use is one."""

    detector = Alike()
    examples = a_batch(["what a zorble", "a zorble, what", "good morning", "", "42", "nothing here"])


class Counting:
    """A detector that gives no places."""

    name = "counting"
    version = "2"
    signals: Sequence[Signal] = (
        Signal(name="counting.words", type=SignalType.COUNT, meaning="Made for a test."),
    )
    thresholds: Mapping[str, float] = {"counting.words": 3.0}

    def examine(self, batch: Batch) -> Columns:
        return {"counting.words": Column(np.array([float(len(text.split())) for text in batch.texts()]))}

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        return [() for _ in range(len(batch))]


def test_every_value_of_every_detector_is_read_whatever_the_threshold() -> None:
    """A category is read by its name, and what is unknown is said to be."""
    detectors: list[Detector] = [Alike(), Counting()]
    batch = examine(a_batch(["good morning", "??"]), detectors)

    first, second = seen(batch, detectors)

    known: dict[str, float | bool | str | None] = {
        "text.hateful": 0.125,
        "text.threat": 0.0,
        "text.kind": "none",
        "text.target": "none",
    }
    assert first.readings == (
        Reading(detector="alike", version=Alike.version, values=known),
        Reading(detector="counting", version="2", values={"counting.words": 2.0}),
    )
    assert second.readings[0].values == dict.fromkeys(known)


def test_only_an_embedder_gives_places_and_only_of_what_it_can_read() -> None:
    detectors: list[Detector] = [Counting(), Alike()]
    batch = examine(a_batch(["good morning", "??"]), detectors)

    first, second = seen(batch, detectors)

    (place,) = first.embeddings
    assert (place.detector, place.version, len(place.vector)) == ("alike", Alike.version, 2 * WIDTH)
    assert abs(np.linalg.norm(np.frombuffer(place.vector, "<f2").astype(np.float64)) - 1) < 1e-3
    assert second.embeddings == ()
    assert isinstance(Alike(), Embedder)
    assert not isinstance(Counting(), Embedder)


def test_of_equals_the_greatest_name_comes_first_and_what_is_too_far_not_at_all() -> None:
    place = np.array([1, 0], np.float32)
    places = np.array([[1, 0], [0, 1], [0.75, 0.5], [1, 0]], np.float16)

    found = nearest(
        place, [([("a",), ("b",)], places[:2]), ([("c",), ("d",)], places[2:])], least=0.75, most=3
    )

    assert found == [(1.0, ("d",)), (1.0, ("a",)), (0.75, ("c",))]


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    number=st.integers(0, 40),
    block=st.integers(1, 50),
    most=st.integers(1, 5),
    least=st.floats(-1, 1),
)
def test_blocks_change_nothing(seed: int, number: int, block: int, most: int, least: float) -> None:
    """The nearest are those that sorting all of them gives, in the same order. Sixteenths are exact."""
    place, *others = np.random.default_rng(seed).integers(-2, 3, (number + 1, 4)).astype(np.float16) / 4
    names = [(f"{row:03}",) for row in range(number)]
    blocks = [
        (names[at : at + block], np.array(others[at : at + block], np.float16))
        for at in range(0, number, block)
    ]

    found = nearest(place, blocks, least=least, most=most)

    cosines = [float(other.astype(np.float64) @ place.astype(np.float64)) for other in others]
    ranked = sorted(zip(cosines, names, strict=True), reverse=True)
    assert found == [one for one in ranked if one[0] >= least][:most]
