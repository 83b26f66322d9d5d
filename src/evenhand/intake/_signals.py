"""What intake itself knows of an item, as signals; and the batch that detectors and rules work on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from evenhand.vocabulary import Batch, Column, Columns, Signal, SignalType

from ._arrow import Array, Bools, filled, kernel, known, where, whole
from ._folding import fold

EXAMINED_CHARACTERS: Final = 1 << 16
"""Characters of an item's text that are folded, and so read by detectors and rules: the first so many.

One post of a megabyte must not cost what thousands of ordinary ones cost. `item.length` counts all of them,
so that a rule can bring longer items to a person.
"""

_DAY: Final = 86_400_000_000  # microseconds

ITEM_SIGNALS: Final = (
    Signal(
        name="text.folded",
        type=SignalType.TEXT,
        meaning=(
            "The text with disguises undone: case, look-alike letters, digits for letters, spacing. "
            f"Of a longer text its first {EXAMINED_CHARACTERS:,} characters: detectors read no more either."
        ),
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
        meaning="Age of the author's account when it posted; unknown without both times or below 0.",
    ),
)
"""The signals that every item has, known or not. The texts have no column: rules take them from the batch."""


def to_batch(items: pa.Table) -> Batch:
    """Items as detectors and rules take them: folded once, with the columns of `ITEM_SIGNALS`.

    Of each text the first `EXAMINED_CHARACTERS` are folded.
    """
    batch = Batch(items=items, folded=[], signals=item_columns(items))
    return replace(batch, folded=fold([text[:EXAMINED_CHARACTERS] for text in batch.texts()]))


def item_columns(items: pa.Table) -> Columns:
    """The columns of `ITEM_SIGNALS`, by name; all but the two texts."""
    column = {name: whole(items.column(name)) for name in items.schema.names}
    return {
        "item.kind": _category(column["kind"]),
        "item.language": _category(column["language"]),
        "item.reach": _number(column["reach"]),
        "item.length": _number(kernel("utf8_length", column["text"])),
        "item.mentions": _number(kernel("list_value_length", column["mentions"])),
        "item.urls": _number(kernel("list_value_length", column["urls"])),
        "item.is_reply": Column(values=known(column["reply_to"]) | known(column["reply_to_author"])),
        "author.followers": _number(column["author_followers"]),
        "author.following": _number(column["author_following"]),
        "author.verified": _flag(column["author_verified"]),
        "author.age": _age(column["author_created_at"], column["created_at"]),
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


def _known(array: Array) -> Bools | None:
    return known(array) if array.null_count else None


def _number(array: Array) -> Column:
    values = np.asarray(filled(array, 0)).astype(np.float64)
    return Column(values=values, known=_known(array))


def _flag(array: Array) -> Column:
    return Column(values=np.asarray(filled(array, value=False)).astype(np.bool_), known=_known(array))


def _category(array: Array) -> Column:
    encoded = array.dictionary_encode()
    return Column(
        values=np.asarray(filled(encoded.indices, 0)).astype(np.int32),
        known=_known(array),
        categories=tuple(str(value) for value in encoded.dictionary.to_pylist()),
    )


def _age(born: Array, posted: Array) -> Column:
    age = kernel("subtract", posted.cast(pa.int64()), born.cast(pa.int64()))
    days = kernel("divide", age.cast(pa.float64()), float(_DAY))
    return _number(where(kernel("greater_equal", age, 0), days))
