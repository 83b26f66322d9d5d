"""What an item is once it is in: the columns, their types, and what a reader hands on."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evenhand.errors import BadInput

LINE_LIMIT: Final = 1 << 20  # bytes: a longer line, record or text is rejected and never held whole
COLUMN_LIMIT: Final = 4096  # columns of a file, members of an object: beyond that it is no export of posts
NAME_LIMIT: Final = 1024  # bytes of an id, a source, an author: they stand in every key, list and notice
VALUE_LIMIT: Final = 8 << 10  # bytes of any other value than the text: a link, a tag, one name of a list
RAW_SHOWN: Final = 500  # characters of a rejected row that are kept to show
REQUIRED: Final = ("id", "text")
KINDS: Final = ("post", "reply", "message", "profile", "ad", "page", "image", "video")

_TIME = pa.timestamp("us", tz="UTC")
_NAMES = pa.list_(pa.string())

_FIELDS: Final[tuple["pa.Field[Any]", ...]] = (
    pa.field("source", pa.string(), nullable=False),
    pa.field("id", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("text", pa.string(), nullable=False),
    pa.field("author", pa.string()),
    pa.field("created_at", _TIME),
    pa.field("edited_at", _TIME),
    pa.field("deleted_at", _TIME),
    pa.field("received_at", _TIME),
    pa.field("language", pa.string()),
    pa.field("reply_to", pa.string()),
    pa.field("reply_to_author", pa.string()),
    pa.field("thread", pa.string()),
    pa.field("quote_of", pa.string()),
    pa.field("quote_author", pa.string()),
    pa.field("repost_of", pa.string()),
    pa.field("url", pa.string()),
    pa.field("visibility", pa.string()),
    pa.field("mentions", _NAMES, nullable=False),
    pa.field("urls", _NAMES, nullable=False),
    pa.field("media", _NAMES, nullable=False),
    pa.field("recipients", _NAMES, nullable=False),
    pa.field("reach", pa.int64()),
    pa.field("author_created_at", _TIME),
    pa.field("author_followers", pa.int64()),
    pa.field("author_following", pa.int64()),
    pa.field("author_verified", pa.bool_()),
    pa.field("extra", pa.string()),
)
ITEM_SCHEMA: Final = pa.schema(_FIELDS)
"""The columns of an item. A list is empty, never null. An empty string in a nullable column is read as null.

`extra` is a JSON object of every column not named here, without its nulls: compact, members sorted by name.
"""


class Holds(StrEnum):
    """What a known column holds, which decides how its values are read."""

    WORDS = "words"  # the text itself: kept to the letter, empty allowed
    NAME = "name"  # an id, an account, a word: empty means null, a whole number becomes its digits
    TIME = "time"
    COUNT = "count"
    FLAG = "flag"
    NAMES = "names"


def _holds(field: "pa.Field[Any]") -> Holds:
    if field.name == "text":
        return Holds.WORDS
    by_type = {_TIME: Holds.TIME, pa.int64(): Holds.COUNT, pa.bool_(): Holds.FLAG, _NAMES: Holds.NAMES}
    return by_type.get(field.type, Holds.NAME)


KNOWN: Final = MappingProxyType({field.name: _holds(field) for field in ITEM_SCHEMA if field.name != "extra"})
"""The known columns and what each holds; `extra` is apart, because it is made of the others."""

LIMITS: Final = MappingProxyType({"text": LINE_LIMIT} | dict.fromkeys(("id", "source", "author"), NAME_LIMIT))
"""Most bytes of a value of these columns; of every other column of strings, `VALUE_LIMIT`."""


class Format(StrEnum):
    """How a file says its rows."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_ENDINGS: Final = MappingProxyType(
    {
        ".jsonl": Format.JSONL,
        ".ndjson": Format.JSONL,
        ".csv": Format.CSV,
        ".parquet": Format.PARQUET,
        ".pq": Format.PARQUET,
    }
)


def guess_format(name: str) -> Format:
    """The format that a file's name says; `-`, which says nothing, is JSON Lines unless stated otherwise.

    Raises:
        BadInput: The ending is not known.
    """
    if name == "-":
        return Format.JSONL
    path = PurePath(name)
    if path.suffix.lower() == ".gz":
        path = path.with_suffix("")
    found = _ENDINGS.get(path.suffix.lower())
    if found is None:
        raise BadInput(
            f"{name} does not say its format: found the ending {path.suffix!r}, expected one of "
            f"{', '.join(_ENDINGS)} (each also with .gz)",
            mend="rename the file, or state the format: jsonl, csv or parquet",
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that did not come in, and why.

    Attributes:
        where: Name of the file.
        line: Physical line that the row starts in, from 1; of a Parquet file the number of the row.
        reason: What was found and what was expected.
        mend: What to do about it.
        raw: The first characters of the row, at most `RAW_SHOWN`.
    """

    where: str
    line: int
    reason: str
    mend: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of a file, read.

    Attributes:
        items: The accepted rows, of `ITEM_SCHEMA`, in file order.
        lines: Shape (items.num_rows,): the line of each, as in `Reject.line`.
        rejects: The rows that were not accepted, by line.
        position: Bytes of the file consumed so far, before decompression: for a progress bar.
    """

    items: pa.Table
    lines: npt.NDArray[np.int64]
    rejects: tuple[Reject, ...]
    position: int
