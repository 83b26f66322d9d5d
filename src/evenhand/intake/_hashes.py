"""Naming by content: the same item has the same name, whatever file it came in and whenever."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ._arrow import Array, filled, joined, kernel, known, sizes, where, whole
from ._schema import ITEM_SCHEMA

_SIZE: Final = 16
_CIRCUMSTANCES: Final = frozenset(
    {
        "author_created_at",
        "author_followers",
        "author_following",
        "author_verified",
        "deleted_at",
        "extra",  # likes, shares: a platform's own counters change from export to export
        "reach",
        "received_at",
    }
)

CONTENT_COLUMNS: Final = tuple(sorted(set(ITEM_SCHEMA.names) - _CIRCUMSTANCES))
"""The columns that an item is named by, in the order of its canonical form."""


def content_hashes(items: pa.Table) -> list[bytes]:
    """The first 16 bytes of SHA-256 over each item's canonical content.

    The content is what was posted, not what became of it: neither its reach, nor who follows its author, nor
    when it came in or was deleted, nor a platform's own columns, all of which differ between two exports of
    the same post. The canonical content is one field after another, for every other column of `ITEM_SCHEMA`,
    in the order of their names, and only for those that have a value (a null or an empty list has none, so a
    column that is added later changes no name). A field is:

        name, 0x00, length of the value in bytes (4 bytes, little-endian), value

    The value of a string is its UTF-8; of a time, microseconds since 1970, and of a count, itself, both as 8
    bytes, little-endian, two's complement; of a flag one byte, 0 or 1; of a list, each string with its own
    length before it (4 bytes, little-endian).
    """
    fields: list[Array] = []
    for name in CONTENT_COLUMNS:
        values = _bytes(whole(items.column(name)))
        there = known(values)
        if there.any():
            heads = np.repeat(np.frombuffer(name.encode() + b"\0", np.uint8)[np.newaxis], len(values), axis=0)
            fields += [_fixed(heads, there), _fixed(_lengths(values), there), values]
    if not fields:
        return [sha256(b"").digest()[:_SIZE]] * items.num_rows
    return [sha256(content).digest()[:_SIZE] for content in _each(joined(fields))]


def account_hashes(items: pa.Table) -> npt.NDArray[np.uint64]:
    """A number for the account (source, author) of each item; 0 where there is no author. Shape (N,).

    It is the first 8 bytes, little-endian, of SHA-256 over the source and the author, each as its UTF-8 with
    its length before it (4 bytes, little-endian); 1 where that is 0. The bucket of a history is `hash % 16`.
    """
    parts: list[Array] = []
    for name in ("source", "author"):
        values = _bytes(whole(items.column(name)))
        parts += [_fixed(_lengths(values), np.ones(len(values), np.bool_)), values]
    accounts = joined(parts).dictionary_encode()
    digests = b"".join(sha256(account).digest()[:8] for account in _each(accounts.dictionary))
    hashes = np.maximum(np.frombuffer(digests, "<u8").astype(np.uint64), 1)[np.asarray(accounts.indices)]
    return np.where(known(whole(items.column("author"))), hashes, np.uint64(0))


def _bytes(array: Array) -> Array:
    """The canonical value of each row; null where it has none."""
    kind = array.type
    if pa.types.is_string(kind):
        return array.cast(pa.binary())
    if isinstance(array, pa.ListArray):
        return _lists(array)
    there = known(array)
    if pa.types.is_boolean(kind):
        numbers = np.asarray(filled(array, value=False)).astype(np.uint8)
    else:
        numbers = np.asarray(filled(array.cast(pa.int64()), 0)).astype("<i8")
    return where(there, _fixed(numbers, there))


def _lists(array: "pa.ListArray[Any]") -> Array:
    parts = array.flatten().cast(pa.binary())
    together = joined([_fixed(_lengths(parts), np.ones(len(parts), np.bool_)), parts])
    counts = np.asarray(filled(kernel("list_value_length", array), 0))
    ends = np.concatenate([[0], np.cumsum(counts)])
    return where(counts > 0, _variable(_offsets(together)[ends], together.buffers()[2]))


def _lengths(values: Array) -> npt.NDArray[np.uint32]:
    return sizes(values).astype("<u4")


def _fixed(values: npt.NDArray[Any], there: npt.NDArray[np.bool_]) -> Array:
    """The bytes of each row of `values`, of one width, and none where a row is not there."""
    width = values.itemsize * (values.shape[1] if values.ndim == 2 else 1)
    offsets = np.concatenate([[0], np.cumsum(there)]) * width
    kept = values if there.all() else values[there]
    return _variable(offsets, pa.py_buffer(kept.tobytes()))


def _variable(offsets: npt.NDArray[np.int64], data: pa.Buffer | None) -> Array:
    bounds = pa.py_buffer(offsets.astype(np.int32).tobytes())
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, bounds, data or pa.py_buffer(b"")])


def _offsets(array: Array) -> npt.NDArray[np.int32]:
    """Where each value of a binary array starts in its data, and where the last one ends."""
    bounds = array.buffers()[1]
    if bounds is None or not len(array):
        return np.zeros(1, np.int32)
    offsets: npt.NDArray[np.int32] = np.frombuffer(bounds.to_pybytes(), np.int32)
    return offsets[array.offset : array.offset + len(array) + 1]


def _each(array: Array) -> Iterator[memoryview]:
    """The values without a copy of each."""
    offsets = _offsets(array).tolist()
    data = memoryview(array.buffers()[2] or b"") if len(array) else memoryview(b"")
    return (data[start:stop] for start, stop in pairwise(offsets))
