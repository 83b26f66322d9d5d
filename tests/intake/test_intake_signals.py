"""What rules can read of an item before any detector has looked."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from intake_samples import an_item, jsonl, read
from intake_strategies import tables

from evenhand.intake import ITEM_SIGNALS, fold, item_columns, targets, to_batch
from evenhand.vocabulary import SignalRegistry, SignalType

ITEMS = read(
    jsonl(
        an_item(
            text="héllo 👍",
            kind="reply",
            language="English",
            reach=7,
            mentions=["ana", "bo"],
            urls=["https://a.example"],
            reply_to="0",
            author_followers=5,
            author_following=0,
            author_verified=True,
            created_at="2026-05-02T12:00:00Z",
            author_created_at="2026-05-01T00:00:00Z",
        ),
        an_item(text=""),
        an_item(
            reply_to_author="ana", author_created_at="2026-05-03T00:00:00Z", created_at="2026-05-02T00:00:00Z"
        ),
    )
).items


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("item.kind", ["reply", "post", "post"]),
        ("item.language", ["en", None, None]),
        ("item.reach", [7.0, None, None]),
        ("item.length", [7.0, 0.0, 5.0]),
        ("item.mentions", [2.0, 0.0, 0.0]),
        ("item.urls", [1.0, 0.0, 0.0]),
        ("item.is_reply", [True, False, True]),
        ("author.followers", [5.0, None, None]),
        ("author.following", [0.0, None, None]),
        ("author.verified", [True, None, None]),
        ("author.age", [1.5, None, None]),
    ],
)
def test_an_item_is_known_by_its_signals(name: str, values: list[object]) -> None:
    """What is not stated is unknown, never 0 or false; an age below 0 is not believed."""
    column = item_columns(ITEMS)[name]

    assert [column.at(row) for row in range(3)] == values


def test_signals_and_columns_are_the_same_but_for_the_texts() -> None:
    registry = SignalRegistry(ITEM_SIGNALS)
    texts = {name for name, signal in registry.items() if signal.type is SignalType.TEXT}

    assert texts == {"text.folded", "text.original"}
    assert set(item_columns(ITEMS)) == set(registry) - texts


@settings(deadline=None)
@given(tables)
def test_columns_have_the_type_that_their_signal_says(table: pa.Table) -> None:
    """For any items: one finite value each, of the signal's type, on every chunking of the table."""
    registry = SignalRegistry(ITEM_SIGNALS)
    kinds = {SignalType.FLAG: np.bool_, SignalType.CATEGORY: np.int32}
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])

    whole, parts = item_columns(table), item_columns(chunked)

    for name, column in whole.items():
        assert column.values.dtype == kinds.get(registry[name].type, np.float64)
        assert len(column) == table.num_rows
        assert np.isfinite(column.values).all()
        assert [column.at(row) for row in range(len(column))] == [
            parts[name].at(row) for row in range(len(column))
        ]


def test_a_batch_is_folded_once_and_has_its_signals() -> None:
    batch = to_batch(ITEMS)

    assert batch.items is ITEMS
    assert batch.folded == fold(batch.texts())
    assert set(batch.signals) == set(item_columns(ITEMS))


def test_targets_are_those_aimed_at_once_each_without_the_author() -> None:
    """Replied to, quoted, mentioned, addressed: in that order."""
    items = read(
        jsonl(
            an_item(
                author="me",
                reply_to_author="ana",
                quote_author="bo",
                mentions=["cy", "ana", "me", ""],
                recipients=["di", "cy"],
            ),
            an_item(mentions=["me"]),
            an_item(author="me", reply_to_author="me"),
        )
    ).items

    assert targets(items) == [("ana", "bo", "cy", "di"), ("me",), ()]
