"""What intake itself knows of an item, as signals; and the batch that detectors and rules work on."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType

from ._folding import fold

_DAY: Final = 86_400_000_000  # microseconds

ITEM_SIGNALS: Final = (
    Signal(
        name="text.folded",
        type=SignalType.TEXT,
        meaning="The text with disguises undone: case, look-alike letters, digits for letters, spacing.",
    ),
    Signal(name="text.original", type=SignalType.TEXT, meaning="The text as it was posted."),
    Signal(
        name="item.kind",
        type=SignalType.CATEGORY,
        meaning="What it is: post, reply, message, profile, ad, page, image or video.",
    ),
    Signal(
        name="item.language",
        type=SignalType.CATEGORY,
        meaning="The language the platform states, as a tag such as en; unknown where it states none.",
    ),
    Signal(
        name="item.reach", type=SignalType.COUNT, unit="people", meaning="How many people saw it, as stated."
    ),
    Signal(
        name="item.length",
        type=SignalType.COUNT,
        unit="characters",
        meaning="Characters of the original text.",
    ),
    Signal(
        name="item.mentions", type=SignalType.COUNT, unit="accounts", meaning="How many accounts it mentions."
    ),
    Signal(name="item.urls", type=SignalType.COUNT, unit="links", meaning="How many links it carries."),
    Signal(name="item.is_reply", type=SignalType.FLAG, meaning="It answers another item or its author."),
    Signal(
        name="author.followers",
        type=SignalType.COUNT,
        unit="accounts",
        meaning="How many accounts follow the author.",
    ),
    Signal(
        name="author.following",
        type=SignalType.COUNT,
        unit="accounts",
        meaning="How many accounts the author follows.",
    ),
    Signal(name="author.verified", type=SignalType.FLAG, meaning="The platform has verified the author."),
    Signal(
        name="author.age",
        type=SignalType.NUMBER,
        unit="days",
        meaning="Age of the author's account when it posted; unknown without both times, or if it is below 0.",
    ),
)
"""The signals that every item has, known or not. The two texts have no column: rules read them from the batch."""


def to_batch(items: pa.Table) -> Batch:
    """Items as detectors and rules take them: folded once, with the columns of `ITEM_SIGNALS`."""
    texts: list[str] = items.column("text").to_pylist()
    return Batch(items=items, folded=fold(texts), signals=item_columns(items))


def item_columns(items: pa.Table) -> Columns:
    """The columns of `ITEM_SIGNALS`, by name; all but the two texts."""
    replies = pc.or_(items.column("reply_to").is_valid(), items.column("reply_to_author").is_valid())
    return {
        "item.kind": _category(items.column("kind")),
        "item.language": _category(items.column("language")),
        "item.reach": _number(items.column("reach")),
        "item.length": _number(pc.utf8_length(items.column("text"))),
        "item.mentions": _number(pc.list_value_length(items.column("mentions"))),
        "item.urls": _number(pc.list_value_length(items.column("urls"))),
        "item.is_reply": _flag(replies),
        "author.followers": _number(items.column("author_followers")),
        "author.following": _number(items.column("author_following")),
        "author.verified": _flag(items.column("author_verified")),
        "author.age": _age(items),
    }


def targets(items: pa.Table) -> list[tuple[str, ...]]:
    """Per item the accounts it is aimed at, each once: replied to, quoted, mentioned or addressed.

    In that order; the author is no target of their own item.
    """
    names = ("author", "reply_to_author", "quote_author", "mentions", "recipients")
    rows = zip(*(items.column(name).to_pylist() for name in names), strict=True)
    return [
        _targets(author, (replied, quoted, *mentions, *others))
        for author, replied, quoted, mentions, others in rows
    ]


def _targets(author: str | None, accounts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(account for account in accounts if account and account != author))


def _known(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    return np.asarray(column.is_valid()) if column.null_count else None


def _number(column: pa.ChunkedArray) -> Column:
    values = np.asarray(pc.fill_null(column, 0)).astype(np.float64)
    return Column(values=values, known=_known(column))


def _flag(column: pa.ChunkedArray) -> Column:
    values = np.asarray(pc.fill_null(column, False)).astype(np.bool_)  # noqa: FBT003  # Arrow takes the value by position
    return Column(values=values, known=_known(column))


def _category(column: pa.ChunkedArray) -> Column:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return Column(
        values=np.asarray(encoded.indices.fill_null(0)).astype(np.int32),
        known=_known(column),
        categories=tuple(encoded.dictionary.to_pylist()),
    )


def _age(items: pa.Table) -> Column:
    posted, born = (items.column(name).cast(pa.int64()) for name in ("created_at", "author_created_at"))
    age = pc.subtract(posted, born)
    return _number(pc.divide(pc.if_else(pc.greater_equal(age, 0), age, None).cast(pa.float64()), float(_DAY)))
