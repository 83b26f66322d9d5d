"""Keys: what items are put together by, or told apart by, as numbers that are the same in every batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.vocabulary import Batch, Bools

from ._counting import Ints

Strings: TypeAlias = "pa.Array[Any]"


class Key(StrEnum):
    """What items are put together by, or told apart by."""

    AUTHOR = "author"
    TARGET = "target"  # each account replied to, quoted, mentioned or addressed, but not the author
    LINK = "link"
    TEXT = "text"  # the folded one
    THREAD = "thread"


_COLUMNS: Final[Mapping[Key, tuple[str, ...]]] = {
    Key.AUTHOR: ("author",),
    Key.TARGET: ("reply_to_author", "quote_author", "mentions", "recipients"),
    Key.LINK: ("urls",),
    Key.THREAD: ("thread",),
}
MOST: Final = 100
"""Keys of one kind that an item is read with: one with more is in no count, and its own is unknown."""
_SEVERAL: Final = frozenset({Key.TARGET, Key.LINK})  # of these an item may name one twice
_SOME: Final = frozenset({Key.AUTHOR, Key.THREAD})  # an item that names none has one all the same


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The keys of one kind of N items.

    Attributes:
        rows: Ascending: an item of several keys stands there several times, one of none not at all.
        codes: Aligned with `rows`: the key, as a number that is the same in every batch.
        known: Shape (N,): where the item's keys are known.
        crowded: Shape (N,): where there are more than `MOST`, and none of them stands here.
    """

    rows: npt.NDArray[np.intp]
    codes: Ints
    known: Bools
    crowded: Bools


def occurrences(batch: Batch, kind: Key) -> Occurrences:
    """The keys of one kind of a batch's items, each once; accounts and threads are of their source."""
    rows, keys = _named(batch, kind)
    known = _known(batch, kind, rows)
    if kind in {Key.AUTHOR, Key.TARGET, Key.THREAD}:
        keys = _of_source(batch.items, rows, keys)
    codes = _codes(keys)
    if kind is Key.TARGET:
        authors = occurrences(batch, Key.AUTHOR)
        own = np.zeros(len(batch), np.int64)
        own[authors.rows] = authors.codes
        other = ~authors.known[rows] | (codes != own[rows])
        rows, codes = rows[other], codes[other]
    pairs = np.unique(np.stack([rows, codes]), axis=1) if kind in _SEVERAL else np.stack([rows, codes])
    crowded = np.bincount(pairs[0], minlength=len(batch)) > MOST
    pairs = pairs[:, ~crowded[pairs[0]]]
    return Occurrences(pairs[0].astype(np.intp), pairs[1], known & ~crowded, crowded)


def _known(batch: Batch, kind: Key, rows: Ints) -> Bools:
    """Where an item says all of its keys."""
    known = np.ones(len(batch), np.bool_)
    if kind in _SOME:
        known[:] = False
        known[rows] = True
    if kind is Key.TARGET:
        for of, author in (("reply_to", "reply_to_author"), ("quote_of", "quote_author")):
            answered = np.asarray(batch.items.column(of).is_valid())
            known &= ~answered | np.asarray(batch.items.column(author).is_valid())
    return known


def _named(batch: Batch, kind: Key) -> tuple[Ints, Strings]:
    """The keys as they are written, and the row of each."""
    if kind is Key.TEXT:
        texts = pa.array(batch.folded, pa.string())
        rows = np.flatnonzero(np.asarray(_kernel("not_equal", texts, "")))
        return rows.astype(np.int64), texts.take(rows)
    parts = [_of_column(_array(batch.items.column(name))) for name in _COLUMNS[kind]]
    named = pa.concat_arrays([keys for _, keys in parts])
    rows = np.concatenate([rows for rows, _ in parts])
    order = np.argsort(rows, kind="stable")
    return rows[order], named.take(order)


def _of_column(column: Strings) -> tuple[Ints, Strings]:
    """The keys of one column, of strings or of lists of them; nothing where it is null or empty."""
    rows, keys = np.arange(len(column)), column
    if pa.types.is_list(column.type):
        rows, keys = np.asarray(_kernel("list_parent_indices", column)), _kernel("list_flatten", column)
    there = np.flatnonzero(np.asarray(_kernel("not_equal", keys, "").fill_null(False)))  # noqa: FBT003
    return rows[there].astype(np.int64), keys.take(there)


def _kernel(name: str, *arguments: object) -> Strings:
    """One of Arrow's functions of whole columns, of which its stubs know less than it takes."""
    found: Strings = pc.call_function(name, list(arguments))
    return found


def _array(column: "pa.ChunkedArray[Any]") -> Strings:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def _of_source(items: pa.Table, rows: Ints, keys: Strings) -> Strings:
    sources = _array(items.column("source")).take(rows)
    return _kernel("binary_join_element_wise", sources, keys, "\0")


def _codes(keys: Strings) -> Ints:
    """A number for each key: the first 8 bytes of BLAKE2b, the same in every batch."""
    encoded = keys.dictionary_encode()
    names = (str(key).encode() for key in encoded.dictionary.to_pylist())
    digests = b"".join(blake2b(name, digest_size=8).digest() for name in names)
    return np.asarray(np.frombuffer(digests, "<i8").astype(np.int64)[np.asarray(encoded.indices)], np.int64)
