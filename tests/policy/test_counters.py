"""Counters: columns over many items, with the range of what is unknown."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from counter_oracle import Posted, told
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.policy import Snapshot
from evenhand.policy._counter_reader import CounterReader
from evenhand.policy._counters import LATENESS, UNITS, Counter, Measure, Tally, duration, written_counter
from evenhand.policy._keys import MOST, Key
from evenhand.policy._syntax import Compare, Name, Number
from evenhand.vocabulary import Batch, Column, Signal, SignalRegistry, SignalType

HOUR = UNITS["h"]
Range = tuple[float, float] | None
RUDE = Signal(name="text.rude", type=SignalType.PROBABILITY, meaning="Made for tests.")
WHERE = Compare(">=", Name("text.rude"), Number(0.5))
PILE_ON = Counter(
    name="pile_on",
    measure=Measure.DISTINCT,
    of=Key.AUTHOR,
    where=WHERE,
    by=Key.TARGET,
    window=HOUR,
)
FLOOD = Counter(name="flood", measure=Measure.RATE, per="min", by=Key.AUTHOR, window=HOUR // 6)


def batch_of(items: Sequence[Posted]) -> Batch:
    """Items as intake and a detector of rudeness would give them."""
    lists: dict[str, list[str]] = {name: [] for name in ("mentions", "urls", "media", "recipients")}
    rows = [
        {
            "source": "s",
            "id": str(place),
            "kind": "post",
            **lists,
            "text": next(iter(one.keys.get(Key.TEXT, ())), ""),
            "author": next(iter(one.keys.get(Key.AUTHOR, ())), None),
            "thread": next(iter(one.keys.get(Key.THREAD, ())), None),
            "mentions": list(one.keys.get(Key.TARGET, ())),
            "urls": list(one.keys.get(Key.LINK, ())),
            "created_at": one.at,
        }
        for place, one in enumerate(items)
    ]
    batch = to_batch(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA))
    known = np.array([one.counted is not None for one in items], np.bool_)
    values = np.array([1.0 if one.counted else 0.0 for one in items])
    return batch.with_signals({"text.rude": Column(values, known)})


def columns(counter: Counter, items: Sequence[Posted], cuts: Sequence[int] = ()) -> list[Range]:
    """What the compiled counter says, with the items cut into batches."""
    reader, tally = CounterReader([counter], SignalRegistry([RUDE])), Tally([counter])
    edges = [0, *sorted(min(cut, len(items)) for cut in cuts), len(items)]
    found: list[Range] = []
    for start, end in pairwise(edges):
        part = items[start:end]
        found += ranges(counter, tally.advance(reader.read(batch_of(part))), len(part))
    return found


def ranges(counter: Counter, snapshot: Snapshot, size: int) -> list[Range]:
    """A snapshot's column, item by item."""
    name = counter.signal.name
    column = snapshot.columns[name]
    most = snapshot.most.get(name, column.values)
    known = np.ones(size, np.bool_) if column.known is None else column.known
    return [(float(column.values[row]), float(most[row])) if known[row] else None for row in range(size)]


def a_post(minute: int, author: str, *targets: str, counted: bool | None = True) -> Posted:
    """A post of somebody at some people."""
    return Posted(minute * UNITS["min"], {Key.AUTHOR: [author], Key.TARGET: targets}, counted)


def test_a_pile_on_counts_the_people_in_it() -> None:
    """Rude posts at mayor by three people, one of them twice; a friendly one adds nobody."""
    posts = [
        a_post(0, "ana", "mayor"),
        a_post(10, "bob", "mayor"),
        a_post(20, "bob", "mayor", "clerk"),
        a_post(30, "cid", "mayor", counted=False),
        a_post(40, "dan", "mayor"),
        a_post(65, "eve", "clerk"),
    ]

    assert [low for low, _ in filter(None, columns(PILE_ON, posts))] == [1, 2, 2, 2, 3, 2]


def test_what_cannot_be_told_makes_a_range() -> None:
    """A post in a language that nothing reads may be one of the pile-on: then it is two or three."""
    posts = [a_post(0, "ana", "mayor"), a_post(1, "bob", "mayor", counted=None), a_post(2, "cid", "mayor")]

    assert columns(PILE_ON, posts) == [(1, 1), (1, 2), (2, 3)]


def test_a_rate_is_per_unit_of_time() -> None:
    """Five posts within ten minutes are half a post a minute."""
    posts = [a_post(minute, "ana") for minute in range(5)]

    assert columns(FLOOD, posts)[-1] == (0.5, 0.5)


def test_an_item_aimed_at_nobody_is_in_no_pile_on() -> None:
    assert columns(PILE_ON, [a_post(0, "ana")]) == [(0, 0)]


def test_an_item_without_an_author_has_no_count_by_author() -> None:
    """It has one; we do not know who."""
    assert columns(FLOOD, [Posted(0, {})]) == [None]


def test_accounts_of_two_sources_are_two_accounts() -> None:
    """`ana` here and `ana` there may be two people."""
    batch = batch_of([a_post(0, "ana"), a_post(1, "ana")])
    items = batch.items.set_column(
        batch.items.schema.get_field_index("source"), ITEM_SCHEMA.field("source"), pa.array(["s", "t"])
    )
    moved = to_batch(items)
    tally = Tally([FLOOD])

    found = ranges(FLOOD, tally.advance(CounterReader([FLOOD], SignalRegistry()).read(moved)), 2)

    assert found == [(0.1, 0.1), (0.1, 0.1)]


def test_everybody_without_a_name_may_be_another_one() -> None:
    """Four posts of which three say nobody's name are one to four people's."""
    nameless = [Posted(minute, {Key.TARGET: ["mayor"]}) for minute in range(1, 4)]

    assert columns(PILE_ON, [a_post(0, "ana", "mayor"), *nameless])[-1] == (1, 4)


def test_an_item_with_more_keys_than_anybody_reads_is_in_no_count() -> None:
    """A post that mentions a hundred and one accounts costs little, and its own count is unknown."""
    crowd = [f"u{number}" for number in range(MOST + 1)]

    found = columns(
        PILE_ON, [a_post(0, "ana", *crowd), a_post(1, "bob", "u7"), a_post(2, "cid", *crowd[:-1])]
    )

    assert found == [None, (1, 1), (2, 2)]


def test_a_rate_of_one_is_one() -> None:
    """49 posts within 49 seconds, exactly."""
    counter = Counter(name="any", measure=Measure.RATE, per="s", by=Key.AUTHOR, window=49 * UNITS["s"])
    posts = [Posted(second * UNITS["s"], {Key.AUTHOR: ["ana"]}) for second in range(49)]

    assert columns(counter, posts)[-1] == (1.0, 1.0)


def test_a_window_is_written_in_its_largest_whole_unit() -> None:
    assert [duration(window) for window in (HOUR, 90 * 60_000_000, 2 * LATENESS, 1_500_000)] == [
        "1 h",
        "90 min",
        "2 d",
        "1.5 s",
    ]


def test_a_counter_is_written_as_a_policy_has_it() -> None:
    assert written_counter(PILE_ON) == "distinct author where text.rude >= 0.5 by target within 1 h"
    assert written_counter(FLOOD) == "rate per min by author within 10 min"


_NAMES = st.sampled_from(["a", "b", "c"])
_POSTS = st.lists(
    st.builds(
        lambda at, author, targets, links, text, thread, counted: Posted(
            at,
            {
                Key.AUTHOR: author,
                Key.TARGET: [target for target in targets if target not in author],
                Key.LINK: links,
                Key.TEXT: text,
                Key.THREAD: thread,
            },
            counted,
        ),
        at=st.integers(0, 3 * LATENESS) | st.integers(0, 3 * HOUR),
        author=st.lists(_NAMES, max_size=1),
        targets=st.lists(_NAMES, unique=True, max_size=3),
        links=st.lists(_NAMES, unique=True, max_size=2),
        text=st.lists(_NAMES, max_size=1),
        thread=st.lists(_NAMES, max_size=1),
        counted=st.sampled_from([True, False, None]),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(
    posts=_POSTS,
    by=st.sampled_from(Key),
    of=st.none() | st.sampled_from(Key),
    rated=st.booleans(),
    window=st.sampled_from([HOUR, 2 * LATENESS]),
    cuts=st.lists(st.integers(0, 25), max_size=3),
)
def test_columns_say_what_the_twin_says(
    *, posts: list[Posted], by: Key, of: Key | None, rated: bool, window: int, cuts: list[int]
) -> None:
    """For every key, however the items are batched, unknown or late ones among them."""
    measure = Measure.DISTINCT if of else Measure.RATE if rated else Measure.COUNT
    counter = Counter(
        name="any",
        measure=measure,
        of=of,
        per="h" if measure is Measure.RATE else None,
        where=WHERE,
        by=by,
        window=window,
    )

    assert columns(counter, posts, cuts) == told(counter, posts)
