"""Measuring detectors on files: which rows, which labels, by which columns, and what is refused."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from types import MappingProxyType

import numpy as np
import pytest

from evenhand.app import Input
from evenhand.app.evaluate import EvaluateOptions, Evaluation, evaluate_files, judged_by
from evenhand.errors import BadInput
from evenhand.intake import Format
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType, Span

NOW = datetime(2026, 11, 27, tzinfo=UTC)


class Counting:
    """Scores a text by how many of its letters are `x`, a tenth each; a text of digits is unknown to it."""

    def __init__(
        self,
        name: str,
        signals: Sequence[str],
        kind: SignalType = SignalType.PROBABILITY,
        thresholds: Mapping[str, float] | None = None,
    ) -> None:
        self.name = name
        self.version = "1"
        self.signals = tuple(Signal(name=one, type=kind, meaning="Share of x.") for one in signals)
        self.thresholds = MappingProxyType(dict.fromkeys(signals, 0.5) if thresholds is None else thresholds)

    def examine(self, batch: Batch) -> Columns:
        texts = batch.texts()
        values = np.array([min(text.count("x") / 10, 1.0) for text in texts], np.float64)
        known = np.array([not text.isdigit() for text in texts], np.bool_)
        return {signal.name: Column(values, known) for signal in self.signals}

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        return [() for _ in range(len(batch))]


FULL = Counting("full", ["text.hateful", "text.threat", "text.abusive"])
PEER = Counting("peer", ["peer.profanity"])
ROWS: list[dict[str, object]] = [
    {"text": "xxxxxxxxx", "label_hateful": 1, "source": "a", "dialect": "north", "language": "en"},
    {"text": "xxxxxx", "label_hateful": 0, "source": "a", "dialect": "south", "language": "en"},
    {"text": "x", "label_hateful": 0, "source": "b", "dialect": "north", "language": "de", "term": "t1"},
    {"text": "12345", "label_hateful": 1, "source": "b", "split": "test", "term": "t2"},
]


def evaluated(
    rows: Sequence[dict[str, object]],
    detector: Counting = FULL,
    against: Counting | None = None,
    *,
    by: Sequence[str] = (),
    split: str | None = None,
) -> Evaluation:
    data = b"".join(json.dumps({"id": str(at), **row}).encode() + b"\n" for at, row in enumerate(rows))
    one = Input(name="rows.jsonl", stream=BytesIO(data), format=Format.JSONL, size=len(data))
    options = EvaluateOptions(by=by, split=split, seed=7)
    return evaluate_files(detector, [one], options, against=against, now=NOW)


def groups(done: Evaluation, label: str = "text.hateful") -> list[tuple[str, str, int, int]]:
    return [
        (one.column, one.group, one.rows, one.unknown) for one in done.quality.groups if one.label == label
    ]


def test_rows_are_judged_by_the_columns_that_they_have() -> None:
    """Source and language are columns of items, dialect is one of the data set; nobody has functionality."""
    assert groups(evaluated(ROWS)) == [
        ("all", "all", 3, 1),
        ("source", "a", 2, 0),
        ("source", "b", 1, 1),
        ("dialect", "north", 2, 0),
        ("dialect", "south", 1, 0),
        ("language", "de", 1, 0),
        ("language", "en", 2, 0),
    ]


def test_another_column_is_judged_by_if_it_is_asked_for() -> None:
    done = evaluated(ROWS, by=["term"])

    assert groups(done)[-2:] == [("term", "t1", 1, 0), ("term", "t2", 0, 1)]


def test_a_column_of_items_can_be_asked_for_and_a_known_one_twice_over() -> None:
    """`--by source` asks for what is there anyway."""
    found = groups(
        evaluated([{**row, "author": f"w{at % 2}"} for at, row in enumerate(ROWS)], by=["author", "source"])
    )

    assert [one[:2] for one in found].count(("source", "a")) == 1
    assert ("author", "w0", 2, 0) in found


def test_a_column_that_no_row_has_is_refused() -> None:
    with pytest.raises(BadInput, match="no row has a value in a column 'dialetc'") as refused:
        evaluated(ROWS, by=["dialetc"])

    assert "--by" in refused.value.mend


def test_a_column_asked_for_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="--by gives term twice"):
        evaluated(ROWS, by=["term", "term"])


def test_label_threat_is_read_and_labels_that_no_row_tells_are_left_out() -> None:
    done = evaluated([{"text": "xxxxxxxx", "label_threat": 1}, {"text": "x", "label_threat": "0"}])

    assert list(done.quality.thresholds) == ["text.threat"]
    assert groups(done, "text.threat")[0] == ("all", "all", 2, 0)


def test_a_detector_of_one_probability_is_judged_by_it_on_every_label() -> None:
    """And the evaluation says by what."""
    rows = [{**row, "label_threat": "0", "label_abusive": "1"} for row in ROWS]

    done = evaluated(rows, PEER)

    assert done.signals == dict.fromkeys(("text.hateful", "text.threat", "text.abusive"), "peer.profanity")
    assert groups(done) == groups(evaluated(rows))


def test_a_detector_of_several_probabilities_is_judged_by_those_of_the_labels() -> None:
    found = judged_by(Counting("two", ["text.abusive", "text.shouting"]))

    assert found.signals == {"text.abusive": "text.abusive"}


@pytest.mark.parametrize(
    "detector",
    [
        Counting("counts", ["terms.slurs"], SignalType.COUNT),
        Counting("other", ["a.one", "a.two"]),
        Counting("none", []),
    ],
    ids=lambda one: one.name,
)
def test_a_detector_with_nothing_to_judge_is_refused(detector: Counting) -> None:
    with pytest.raises(BadInput, match=f"{detector.name} can be judged on no label"):
        judged_by(detector)


def test_a_detector_that_publishes_no_threshold_is_refused() -> None:
    with pytest.raises(BadInput, match=r"silent publishes no threshold for text\.x"):
        judged_by(Counting("silent", ["text.x"], thresholds={}))


def test_two_detectors_are_compared_on_the_same_rows() -> None:
    """The peer's one score is held against the label; rows that either does not know are counted."""
    done = evaluated(ROWS, FULL, PEER)

    assert done.against is not None
    assert done.against.second.signals["text.hateful"] == "peer.profanity"
    whole = done.against.comparisons[0]
    assert (whole.label, whole.rows, whole.unknown) == ("text.hateful", 3, 1)
    assert (whole.only_first, whole.only_second, whole.p_value) == (0, 0, 1.0)
    assert {one.column for one in done.against.comparisons} == {"all", "source", "dialect", "language"}


def test_a_label_that_the_second_lacks_is_not_compared() -> None:
    second = Counting("second", ["text.hateful", "text.shouting"])

    done = evaluated([{**row, "label_abusive": 1} for row in ROWS], FULL, second)

    assert done.against is not None
    assert {one.label for one in done.quality.groups} == {"text.hateful", "text.abusive"}
    assert {one.label for one in done.against.comparisons} == {"text.hateful"}


def test_without_a_label_in_common_the_comparison_is_refused() -> None:
    second = Counting("second", ["text.abusive", "text.shouting"])

    with pytest.raises(BadInput, match=r"labelled for text\.hateful, .*second gives none"):
        evaluated([{"text": "x", "label_hateful": 0}], FULL, second)


def test_a_detector_is_not_compared_with_itself() -> None:
    with pytest.raises(BadInput, match="full is to be compared with itself"):
        evaluated(ROWS, FULL, FULL)


def test_one_split_alone_can_be_judged() -> None:
    assert evaluated(ROWS, split="test").rows == 1


@pytest.mark.parametrize(
    ("rows", "split", "says"),
    [
        ([], None, "there are no rows"),
        (ROWS, "dev", "no row's column split says 'dev'"),
        ([{"text": "x"}], None, "no row says what it is"),
        ([{"text": "x", "label_type": "insult"}], None, "no row says what it is"),
        ([{"text": "x", "label_threat": "2"}], None, "the label threat says '2'"),
    ],
)
def test_files_without_what_is_needed_are_refused(
    rows: Sequence[dict[str, object]], split: str | None, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        evaluated(rows, split=split)


def test_a_row_that_cannot_be_read_is_counted() -> None:
    done = evaluated([*ROWS, {"label_hateful": 1}])

    assert (done.rows, done.rejected) == (4, 1)
