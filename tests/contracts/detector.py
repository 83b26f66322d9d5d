"""What every detector must pass. Yours inherits its tests and brings examples.

class TestShouting(DetectorContract):
    detector = Shouting()
    examples = a_batch(["HELLO", "hello", ""])
"""

import random
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import a_batch
from evenhand.detect import Detector, Embedder
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType

_DTYPES = {
    SignalType.PROBABILITY: np.float64,
    SignalType.COUNT: np.float64,
    SignalType.NUMBER: np.float64,
    SignalType.FLAG: np.bool_,
    SignalType.CATEGORY: np.int32,
}
# All of Unicode that text can hold: a lone surrogate cannot be encoded, and intake refuses it.
_TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=6)


def values(columns: Columns) -> dict[str, list[float | bool | str | None]]:
    """Every value as Python says it, None where unknown: equal only if all are exactly equal."""
    return {name: [column.at(row) for row in range(len(column))] for name, column in columns.items()}


class DetectorContract:
    """The tests that every detector inherits.

    Attributes:
        detector: The one under test.
        examples: Items it has something to say about, and items it has not; five or more.
    """

    detector: ClassVar[Detector]
    examples: ClassVar[Batch]

    def test_says_who_it_is(self) -> None:
        """A finding can be traced: name and version are there, the name in lower case with hyphens."""
        assert self.detector.version
        assert self.detector.name
        assert set(self.detector.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")

    def test_declares_its_signals(self) -> None:
        """Signals have dotted lower-case names of their own, and say what they mean."""
        names = [signal.name for signal in self.detector.signals]

        assert names
        assert len(set(names)) == len(names)
        assert all(name == name.lower() and "." in name for name in names)
        assert all(signal.meaning for signal in self.detector.signals)
        assert all(signal.type in _DTYPES for signal in self.detector.signals)

    def test_thresholds_are_of_its_signals(self) -> None:
        """A published threshold speaks of a declared signal, and is finite."""
        assert set(self.detector.thresholds) <= {signal.name for signal in self.detector.signals}
        assert np.isfinite(list(self.detector.thresholds.values())).all()

    def test_the_examples_say_something(self) -> None:
        """The examples are enough to see a difference: some values in them are not alike."""
        seen = values(self.detector.examine(self.examples))

        assert len(self.examples) >= 5
        assert any(len(set(column)) > 1 for column in seen.values())

    def test_delivers_what_it_declares(self) -> None:
        """One column for each signal, of its type and the length of the batch, all values in range."""
        self.check_columns(self.examples)

    def test_batching_changes_nothing(self) -> None:
        """One item at a time gives what the whole batch gives, exactly."""
        whole = values(self.detector.examine(self.examples))
        single = [values(self.detector.examine(row)) for row in self.examples.rows()]

        assert {name: [row[name][0] for row in single] for name in whole} == whole

    @pytest.mark.parametrize("seed", range(3))
    def test_order_changes_nothing(self, seed: int) -> None:
        """An item's values are the same wherever in the batch it stands, and beside whatever else."""
        order = list(range(len(self.examples)))
        random.Random(seed).shuffle(order)
        some = order[: len(order) // 2 + 1]
        whole = values(self.detector.examine(self.examples))

        shuffled = values(self.detector.examine(self.examples.take(np.array(some))))

        assert shuffled == {name: [column[row] for row in some] for name, column in whole.items()}

    def test_answers_the_same_again(self) -> None:
        """Nothing is remembered from one batch to the next."""
        first = values(self.detector.examine(self.examples))
        self.detector.examine(a_batch(["something else", ""]))

        assert values(self.detector.examine(self.examples)) == first

    def test_leaves_the_batch_as_it_is(self) -> None:
        """The batch is read and not changed."""
        items, folded = self.examples.items, list(self.examples.folded)
        before = values(self.examples.signals)

        self.detector.examine(self.examples)
        self.detector.spans(self.examples)

        assert self.examples.items is items
        assert self.examples.folded == folded
        assert values(self.examples.signals) == before

    def test_an_empty_batch_has_empty_columns(self) -> None:
        """No items, no values, no error."""
        batch = a_batch([])

        self.check_columns(batch)
        assert self.detector.spans(batch) == []

    @pytest.mark.parametrize(
        "texts",
        [[""], [" "], ["", "a", ""], ["\n\t\u200b\u0301"], ["word " * 40_000], ["x" * 200_000], ["\0"]],
        ids=["empty", "blank", "empty beside others", "nothing seen", "long", "one long word", "control"],
    )
    def test_odd_texts_are_texts(self, texts: Sequence[str]) -> None:
        """Empty, blank, invisible and very long texts have values like any other."""
        batch = a_batch(texts)

        self.check_columns(batch)
        self.check_spans(batch)

    def test_a_text_of_many_copies_is_a_text(self) -> None:
        """The examples one after the other, many times over, are one text with values in range."""
        batch = a_batch([" ".join(self.examples.texts() * 50)])

        self.check_columns(batch)
        self.check_spans(batch)

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.differing_executors])
    @given(_TEXTS)
    def test_any_text_is_read_alone(self, texts: list[str]) -> None:
        """Any Unicode has values in range, and the same ones with neighbours as without."""
        batch = a_batch(texts)
        whole = values(self.detector.examine(batch))

        self.check_columns(batch)
        self.check_spans(batch)
        for row, single in enumerate(batch.rows()):
            alone = values(self.detector.examine(single))
            assert alone == {name: [column[row]] for name, column in whole.items()}

    def test_spans_stand_in_the_original(self) -> None:
        """A span is a piece of the item's own text, for one of the detector's signals."""
        self.check_spans(self.examples)

    def check_columns(self, batch: Batch) -> None:
        """Every signal has its column: type, length, range, and a mask where something is unknown."""
        columns = self.detector.examine(batch)
        assert set(columns) == {signal.name for signal in self.detector.signals}
        for signal in self.detector.signals:
            _check_column(signal, columns[signal.name], len(batch))

    def check_spans(self, batch: Batch) -> None:
        """Spans are in order of items, not empty, inside the text, and for declared signals."""
        names = {signal.name for signal in self.detector.signals}
        spans = self.detector.spans(batch)
        assert len(spans) == len(batch)
        for text, each in zip(batch.texts(), spans, strict=True):
            assert all(0 <= span.start < span.end <= len(text) for span in each)
            assert {span.signal for span in each} <= names


class EmbedderContract(DetectorContract):
    """What a detector that also says which items are alike must pass besides."""

    def vectors(self, batch: Batch) -> npt.NDArray[np.float32]:
        """The places of some items."""
        assert isinstance(self.detector, Embedder)
        assert self.detector.place_version
        return self.detector.vectors(batch)

    def test_every_item_has_a_place_of_length_1_or_none(self) -> None:
        """One row for each item, all of one width; zeros where the item cannot be read."""
        places = self.vectors(self.examples)
        lengths = np.linalg.norm(places.astype(np.float64), axis=1)

        assert places.dtype == np.float32
        assert places.shape[0] == len(self.examples)
        assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-3))
        assert lengths.any()

    def test_a_place_is_of_the_item_alone(self) -> None:
        """One item at a time has the place that it has in the whole batch, exactly."""
        single = [self.vectors(row)[0] for row in self.examples.rows()]

        assert np.array_equal(self.vectors(self.examples), single)


def _check_column(signal: Signal, column: Column, size: int) -> None:
    assert len(column) == size
    assert column.values.dtype == _DTYPES[signal.type]
    assert np.isfinite(column.values.astype(np.float64)).all(), "unknown or not, every value is finite"
    if column.known is not None:
        assert column.known.dtype == np.bool_
        assert column.known.shape == (size,)
    match signal.type:
        case SignalType.PROBABILITY:
            assert ((column.values >= 0) & (column.values <= 1)).all()
        case SignalType.COUNT:
            assert ((column.values >= 0) & (column.values == np.floor(column.values))).all()
        case SignalType.CATEGORY:
            assert column.categories
            assert ((column.values >= 0) & (column.values < len(column.categories))).all()
        case SignalType.NUMBER | SignalType.FLAG | SignalType.TEXT:
            pass
