"""Quality: figures are what their definitions say, unknown rows are counted, intervals come from the seed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect.quality import Measured, Quality, TruthRow, evaluate, read_truths
from evenhand.errors import BadInput
from evenhand.vocabulary import Column

LABEL = "text.hateful"


def judged(
    scores: list[float | None],
    truths: list[bool | None],
    groups: dict[str, list[str]] | None = None,
    *,
    threshold: float = 0.5,
    seed: int = 7,
) -> Quality:
    """An evaluation of one label, None for what is unknown."""
    known = np.array([score is not None for score in scores], dtype=np.bool_)
    told = np.array([truth is not None for truth in truths], dtype=np.bool_)
    return evaluate(
        {LABEL: Column(np.array([score or 0.0 for score in scores], dtype=np.float64), known)},
        {LABEL: Column(np.array([bool(truth) for truth in truths], dtype=np.bool_), told)},
        groups or {},
        thresholds={LABEL: threshold},
        seed=seed,
    )


def value(measured: Measured | None) -> float:
    assert measured is not None
    return measured.value


def by_definition(pairs: list[tuple[float, bool]], threshold: float) -> dict[str, float | None]:
    """Every figure, slowly, from the words that define it."""
    over = [(score >= threshold, truth) for score, truth in pairs]
    hits, alarms = over.count((True, True)), over.count((True, False))
    misses, left = over.count((False, True)), over.count((False, False))
    wins = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high, having in pairs
        if having
        for low, other in pairs
        if not other
    ]
    f1 = [
        2 * right / (2 * right + misses + alarms) if right + misses + alarms else 0.0
        for right in (hits, left)
    ]
    return {
        "accuracy": (hits + left) / len(pairs),
        "precision": hits / (hits + alarms) if hits + alarms else None,
        "recall": hits / (hits + misses) if hits + misses else None,
        "f1_macro": sum(f1) / 2 if wins else None,
        "auc": sum(wins) / len(wins) if wins else None,
        "false_positive_rate": alarms / (alarms + left) if alarms + left else None,
    }


PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.501, 0.9, 1.0]), st.booleans()), min_size=1)


@given(PAIRS, st.sampled_from([0.1, 0.5, 0.95]))
def test_figures_are_what_their_definitions_say(pairs: list[tuple[float, bool]], threshold: float) -> None:
    """Accuracy, precision, recall, macro-F1, AUC and false-positive rate equal a slow count of pairs."""
    scores: list[float | None] = [score for score, _ in pairs]
    truths: list[bool | None] = [truth for _, truth in pairs]

    group = judged(scores, truths, threshold=threshold).of(LABEL)

    for name, expected in by_definition(pairs, threshold).items():
        found = getattr(group, name)
        assert (found is None) == (expected is None), name
        if expected is not None:
            assert math.isclose(found.value, expected), name
            assert found.low <= found.high


def test_a_perfect_and_a_useless_score() -> None:
    """Scores that part the rows have every figure at its best; one score for all is no better than chance."""
    best = judged([0.9, 0.8, 0.1], [True, True, False]).of(LABEL)
    none = judged([0.7, 0.7, 0.7, 0.7], [True, False, True, False]).of(LABEL)

    assert [value(best.accuracy), value(best.f1_macro), value(best.auc)] == [1.0, 1.0, 1.0]
    assert value(best.false_positive_rate) == 0.0
    assert value(none.auc) == 0.5
    assert value(none.false_positive_rate) == 1.0


def test_unknown_scores_are_counted_and_not_judged() -> None:
    """A row without a value stands in no figure; a row without a truth is not even counted."""
    group = judged([0.9, None, 0.1, 0.9], [True, True, False, None]).of(LABEL)

    assert (group.rows, group.positives, group.unknown) == (2, 1, 1)
    assert value(group.accuracy) == 1.0


def test_a_group_with_nothing_known_has_no_figures() -> None:
    group = judged([None, 0.9], [True, True], {"source": ["a", "b"]}).of(LABEL, "source", "a")

    assert (group.rows, group.unknown, group.accuracy, group.auc) == (0, 1, None, None)


def test_groups_are_judged_apart() -> None:
    """Each value of a grouping column has its own figures; an empty value is in no group."""
    quality = judged([0.9, 0.9, 0.1], [True, False, False], {"functionality": ["a", "b", ""]})

    assert [(group.column, group.group, group.rows) for group in quality.groups] == [
        ("all", "all", 3),
        ("functionality", "a", 1),
        ("functionality", "b", 1),
    ]
    assert value(quality.of(LABEL, "functionality", "a").accuracy) == 1.0
    assert value(quality.of(LABEL, "functionality", "b").accuracy) == 0.0


def test_figures_that_need_both_answers_are_absent_without() -> None:
    """A group of hateful rows alone has a recall, and no AUC, macro-F1 or false-positive rate."""
    group = judged([0.9, 0.1], [True, True]).of(LABEL)

    assert value(group.recall) == 0.5
    assert (group.auc, group.f1_macro, group.false_positive_rate) == (None, None, None)


def test_the_seed_makes_the_intervals() -> None:
    """The same seed gives the same intervals, another one others; the figures do not move."""
    chance = np.random.default_rng(1)
    scores: list[float | None] = list(chance.random(200))
    truths: list[bool | None] = [bool(answer) for answer in chance.random(200) < 0.4]

    first, again, other = (judged(scores, truths, seed=seed).of(LABEL) for seed in (1, 1, 2))

    assert first == again
    assert first.auc != other.auc
    assert value(first.auc) == value(other.auc)


def test_other_groups_do_not_move_an_interval() -> None:
    scores: list[float | None] = [0.9, 0.2, 0.7, 0.3] * 10
    truths: list[bool | None] = [True, True, False, False] * 10
    parts = {"source": ["a", "b"] * 20}

    alone = judged(scores, truths, parts).of(LABEL, "source", "b")
    beside = judged(scores, truths, {"before": ["x", "y"] * 20, **parts}).of(LABEL, "source", "b")

    assert alone == beside


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """Of 95 % intervals for the accuracy of a fair coin, 90 % or more hold 0.5."""
    chance = np.random.default_rng(3)
    held = 0
    for seed in range(100):
        accuracy = judged([1.0] * 150, list(chance.random(150) < 0.5), seed=seed).of(LABEL).accuracy
        assert accuracy is not None
        held += accuracy.low <= 0.5 <= accuracy.high

    assert held >= 90


def test_an_absent_group_is_refused() -> None:
    with pytest.raises(BadInput, match="no group source = nowhere"):
        judged([0.5], [True]).of(LABEL, "source", "nowhere")


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(BadInput, match="1 values for 2 rows"):
        judged([0.5, 0.5], [True, False], {"source": ["a"]})


def test_a_truth_without_scores_is_refused() -> None:
    truth = Column(np.array([True]))

    with pytest.raises(BadInput, match="no scores"):
        evaluate({}, {LABEL: truth}, {}, thresholds={LABEL: 0.5}, seed=1)


def truth(name: str, *rows: tuple[str, str, str]) -> list[float | bool | str | None]:
    """One label of rows of one source: hateful, abusive, kind."""
    column = read_truths([TruthRow(source="s", hateful=h, abusive=a, kind=k) for h, a, k in rows])[name]
    return [column.at(row) for row in range(len(rows))]


def test_hateful_is_abusive() -> None:
    """Hateful implies abusive; not hateful says nothing about it."""
    assert truth("text.abusive", ("1", "", ""), ("0", "", ""), ("0", "1", ""), ("", "0", "")) == [
        True,
        None,
        True,
        False,
    ]


def test_nothing_said_is_unknown() -> None:
    assert truth("text.hateful", ("1", "", ""), ("", "1", ""), ("0", "", "")) == [True, None, False]


def test_threats_are_known_only_where_the_source_names_them() -> None:
    """A source without threats says nothing of them; one with them leaves open kinds and incitement open."""
    kinds = [("1", "1", kind) for kind in ("derogation", "hate_unspecified", "incitement", "none", "")]

    assert truth("text.threat", *kinds) == [None] * 5
    assert truth("text.threat", *kinds, ("1", "1", "threat")) == [False, None, None, False, None, True]


def test_a_label_that_is_no_answer_is_refused() -> None:
    with pytest.raises(BadInput, match="label hateful says 'yes'"):
        truth("text.hateful", ("yes", "", ""))


def threats(*rows: tuple[str, str]) -> list[float | bool | str | None]:
    """The threat label of rows of one source: what label_threat says, and the kind."""
    given = [TruthRow(source="s", hateful="", abusive="", kind=kind, threat=said) for said, kind in rows]
    column = read_truths(given)["text.threat"]
    return [column.at(row) for row in range(len(rows))]


def test_the_label_threat_wins_over_the_kind() -> None:
    """Where somebody said whether it is a threat, the kind is not asked."""
    assert threats(("1", "none"), ("0", "threat"), ("1", "incitement"), ("0", "")) == [
        True,
        False,
        True,
        False,
    ]


def test_an_empty_label_threat_leaves_it_to_the_kind() -> None:
    assert threats(("", "threat"), ("", "insult"), ("", "incitement"), ("", "")) == [True, False, None, None]


def test_a_label_threat_does_not_make_a_source_name_threats() -> None:
    """Some rows of a source are told one by one: its other kinds say no more than before."""
    assert threats(("1", ""), ("", "insult")) == [True, None]


def test_a_label_threat_that_is_no_answer_is_refused() -> None:
    with pytest.raises(BadInput, match="label threat says 'maybe'"):
        threats(("maybe", ""))
