"""Which version judges which item: the one in force when it was posted, else the one at the scan."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import NOW
from evenhand.errors import BadInput
from evenhand.policy import InForce, Policy, Timeline
from evenhand.vocabulary import PolicyId, PolicyRef

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def a_version(policy: str, version: int, days: float) -> InForce:
    """A version that came into force so many days before `NOW`."""
    ref = PolicyRef(policy=PolicyId(policy), version=str(version), content_hash=f"{policy}-{version}")
    made = Policy(ref=ref, title=policy, language="en", clauses=(), rules=(), document="")
    return InForce(policy=made, since=NOW - timedelta(days=days))


def names(versions: tuple[InForce, ...]) -> list[str]:
    return [version.policy.ref.content_hash for version in versions]


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


TWO = Timeline([a_version("a", 2, 5), a_version("a", 1, 10)])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (9, "a-1"),
        (10, "a-1"),
        (5, "a-2"),
        (1, "a-2"),
        (-1, "a-2"),
        (11, "a-2"),
        (None, "a-2"),
    ],
    ids=["first", "its first moment", "second's first moment", "second", "future", "before any", "undated"],
)
def test_the_version_in_force_when_it_was_posted_judges(days: float | None, expected: str) -> None:
    posted = None if days is None else NOW - timedelta(days=days)

    assert names(TWO.at(posted, now=NOW)) == [expected]


def test_a_version_is_in_force_from_its_very_microsecond() -> None:
    change = NOW - timedelta(days=5)

    assert names(TWO.at(change, now=NOW)) == ["a-2"]
    assert names(TWO.at(change - MICROSECOND, now=NOW)) == ["a-1"]


def test_without_a_date_the_version_at_the_scan_judges() -> None:
    """Not the newest there is: an old scan, evaluated again as of then, gives what it gave."""
    assert names(TWO.at(None, now=NOW - timedelta(days=7))) == ["a-1"]


def test_before_any_version_came_into_force_the_first_judges() -> None:
    """A version may be recorded for the future; until then nothing else is there."""
    assert names(TWO.at(None, now=NOW - timedelta(days=30))) == ["a-1"]


def test_each_policy_has_one_version_in_order_of_their_names() -> None:
    timeline = Timeline([a_version("b", 1, 3), a_version("a", 1, 10), a_version("a", 2, 5)])

    assert names(timeline.at(NOW - timedelta(days=6), now=NOW)) == ["a-1", "b-1"]
    assert names(timeline.at(NOW - timedelta(days=4), now=NOW)) == ["a-2", "b-1"]


def test_a_version_that_came_back_judges_again() -> None:
    timeline = Timeline([a_version("a", 1, 10), a_version("a", 2, 5), a_version("a", 1, 2)])

    assert [names(timeline.at(NOW - timedelta(days=days), now=NOW)) for days in (7, 3, 1)] == [
        ["a-1"],
        ["a-2"],
        ["a-1"],
    ]


def test_without_a_policy_nothing_is_judged() -> None:
    with pytest.raises(BadInput, match="no policy is in force") as refused:
        Timeline([]).judge(np.array([0]), np.array([True]), now=NOW)

    assert "--policy" in refused.value.mend


DAYS = st.integers(-3, 30)
VERSIONS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4), DAYS), min_size=1, max_size=6)
POSTED = st.lists(st.none() | st.tuples(DAYS, st.integers(-1, 1)), max_size=20)


@given(VERSIONS, POSTED, DAYS)
def test_a_batch_is_judged_as_its_items_one_by_one(
    drawn: list[tuple[str, int, int]], posted: list[tuple[int, int] | None], scan: int
) -> None:
    """Each row once, ascending, and by the versions that `at` names for it."""
    timeline = Timeline([a_version(*one) for one in drawn])
    now = NOW - timedelta(days=scan)
    moments = [None if one is None else NOW - timedelta(days=one[0]) + one[1] * MICROSECOND for one in posted]
    times = np.array([0 if moment is None else microseconds(moment) for moment in moments], np.int64)
    dated = np.array([moment is not None for moment in moments], np.bool_)

    found: dict[int, list[str]] = {}
    for judged in timeline.judge(times, dated, now=now):
        assert judged.rows.tolist() == sorted(judged.rows.tolist())
        for row in judged.rows.tolist():
            assert row not in found
            found[row] = names(judged.versions)

    assert [found[row] for row in range(len(moments))] == [
        names(timeline.at(moment, now=now)) for moment in moments
    ]


@given(VERSIONS, POSTED)
def test_equal_versions_are_judged_together(
    drawn: list[tuple[str, int, int]], posted: list[tuple[int, int] | None]
) -> None:
    """One pass over the rules for all items that the same documents judge."""
    timeline = Timeline([a_version(*one) for one in drawn])
    times = np.array([0 if one is None else microseconds(NOW - timedelta(days=one[0])) for one in posted])
    dated = np.array([one is not None for one in posted], np.bool_)

    groups = [names(judged.versions) for judged in timeline.judge(times.astype(np.int64), dated, now=NOW)]

    assert len(groups) == len({tuple(group) for group in groups})
