"""Scores alone: one record per item, in input order; what is unknown is said to be."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from alike import Alike
from casework import NOW, an_input
from evenhand.app import Input, opened_inputs
from evenhand.app.detect import Scores, detect, text_detector
from evenhand.detect import Detector
from evenhand.errors import BadInput, Outside
from evenhand.intake import Format, Reject
from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType, Span


class Shouting:
    """How much of a text is in capitals; of a text without letters that is unknown."""

    name = "shouting"
    version = "1"
    signals: Sequence[Signal] = (
        Signal(name="text.loud", type=SignalType.PROBABILITY, meaning="Made for a test."),
        Signal(name="text.long", type=SignalType.PROBABILITY, meaning="Made for a test."),
        Signal(name="shouting.words", type=SignalType.COUNT, meaning="Made for a test."),
    )
    thresholds: Mapping[str, float] = {"text.loud": 0.5}

    def examine(self, batch: Batch) -> Columns:
        letters = [[letter for letter in text if letter.isalpha()] for text in batch.texts()]
        known = np.array([bool(one) for one in letters], np.bool_)
        loud = np.array([sum(map(str.isupper, one)) / max(len(one), 1) for one in letters])
        return {
            "text.loud": Column(np.where(known, loud, 1.0), known),
            "text.long": Column(np.array([min(len(text), 10) / 10 for text in batch.texts()])),
            "shouting.words": Column(np.zeros(len(batch))),
        }

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        return [(Span(start=0, end=len(text), signal="text.loud"),) for text in batch.texts()]


def scored(
    rows: Sequence[Mapping[str, object]],
    rejects: list[Reject] | None = None,
    detector: Detector | None = None,
) -> list[Scores]:
    return list(
        detect(
            detector or Shouting(),
            [an_input(rows)],
            columns={},
            now=NOW,
            on_rejects=(rejects if rejects is not None else []).extend,
        )
    )


def test_one_record_per_item_in_input_order() -> None:
    one, two, three = scored(
        [{"id": "b", "text": "HELLO"}, {"id": "a", "text": "hello"}, {"id": "c", "text": "..."}]
    )

    assert one == Scores(
        id="b",
        scores={"loud": 1.0, "long": 0.5},
        unknown=[],
        labels=["loud"],
        target_groups=[],
        spans=[(0, 5, "loud")],
        detector="shouting",
        version="1",
    )
    assert (two.id, two.scores, two.labels, two.spans) == ("a", {"loud": 0.0, "long": 0.5}, [], [])
    assert (three.id, three.scores, three.unknown, three.labels) == ("c", {"long": 0.3}, ["loud"], [])


def test_a_score_without_a_published_threshold_labels_nothing() -> None:
    (one,) = scored([{"id": "1", "text": "a long text in small letters"}])

    assert (one.scores["long"], one.labels) == (1.0, [])


def test_categories_are_said_and_whom_a_hateful_text_is_aimed_at() -> None:
    """A group is named only where the text is labelled hateful; an unknown category is null, not left out."""
    hateful, decent, unread = scored(
        [{"id": "1", "text": "what a zorble"}, {"id": "2", "text": "hello"}, {"id": "3", "text": "42"}],
        detector=Alike(),
    )

    assert (hateful.labels, hateful.target_groups) == (["hateful"], ["zorbles"])
    assert hateful.categories == {"kind": "derogation", "target": "zorbles"}
    assert (decent.target_groups, decent.categories) == ([], {"kind": "none", "target": "none"})
    assert (unread.target_groups, unread.categories) == ([], {"kind": None, "target": None})


class Unsure(Alike):
    """Names a group, and thinks little of it."""

    thresholds: Mapping[str, float] = {"text.hateful": 0.99}


def test_nobody_is_named_as_the_target_of_a_text_that_is_not_hateful() -> None:
    (one,) = scored([{"id": "1", "text": "what a zorble"}], detector=Unsure())

    assert one.categories == {"kind": "derogation", "target": "zorbles"}
    assert (one.labels, one.target_groups) == ([], [])


def test_a_detector_without_categories_says_nothing_of_them() -> None:
    (one,) = scored([{"id": "1", "text": "HELLO"}])

    assert "categories" not in json.loads(msgspec.json.encode(one))


def test_what_cannot_be_read_is_handed_on_and_the_rest_is_scored() -> None:
    rejects: list[Reject] = []

    found = scored([{"id": "1"}, {"id": "2", "text": "x"}], rejects)

    assert [one.id for one in found] == ["2"]
    assert [one.line for one in rejects] == [1]


def test_files_follow_each_other() -> None:
    inputs = [an_input([{"id": name, "text": "x"}]) for name in ("1", "2")]

    found = detect(Shouting(), inputs, columns={}, now=NOW, on_rejects=lambda _: None)

    assert [one.id for one in found] == ["1", "2"]


@pytest.mark.parametrize("name", ["text-linear", "terms"])
def test_a_shipped_detector_is_found_by_its_name(name: str) -> None:
    assert text_detector(name).name == name


def test_a_detector_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(BadInput, match="there is no detector 'nosuch'") as refused:
        text_detector("nosuch")

    assert "terms" in refused.value.mend


class Short(Shouting):
    """Delivers less than it promised."""

    def examine(self, batch: Batch) -> Columns:
        return {"text.loud": Column(np.zeros(len(batch)))}


def test_a_detector_that_breaks_its_promise_is_named() -> None:
    with pytest.raises(BadInput, match="detector shouting 1 gave"):
        scored([{"id": "1", "text": "x"}], detector=Short())


def test_inputs_are_opened_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is standard input, as JSON Lines unless it is said to be something else."""

    class Stdin:
        buffer = io.BytesIO(b"")

    monkeypatch.setattr("sys.stdin", Stdin)
    (tmp_path / "posts.csv").write_bytes(b"id,text\n")

    with opened_inputs([f"{tmp_path}/posts.csv", "-"]) as (file, stdin):
        assert (file.format, file.size, file.stream.read()) == (Format.CSV, 8, b"id,text\n")
        assert stdin == Input(name="-", stream=Stdin.buffer, format=Format.JSONL, size=None)
    with opened_inputs(["-"], Format.CSV) as (stdin,):
        assert stdin.format is Format.CSV
    assert file.stream.closed


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        ("none.csv", BadInput, "there is no file"),
        (".", BadInput, "ending"),
        ("dir.csv", BadInput, "is a folder"),
    ],
)
def test_what_cannot_be_opened_is_said(
    tmp_path: Path, name: str, error: type[BadInput | Outside], told: str
) -> None:
    (tmp_path / "dir.csv").mkdir()

    with pytest.raises(error, match=told) as refused, opened_inputs([f"{tmp_path}/{name}"]):
        pass

    assert refused.value.mend


def test_now_is_what_the_caller_says() -> None:
    """Nothing reads a clock: a post from after `now` is judged by that `now`."""
    rejects: list[Reject] = []
    late = (NOW + timedelta(days=400)).isoformat()

    scored([{"id": "1", "text": "x", "created_at": late}], rejects)

    assert [one.line for one in rejects] == [1]
