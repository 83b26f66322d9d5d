"""Naming by content: the same item has the same name, whatever file it came in and whenever."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ._schema import ITEM_SCHEMA

_SIZE: Final = 16
_NOT_CONTENT: Final = frozenset({"received_at"})


def content_hashes(items: pa.Table) -> list[bytes]:
    """The first 16 bytes of SHA-256 over each item's canonical content.

    The canonical content is one field after another, for every column of `ITEM_SCHEMA` but `received_at`, in
    the order of their names, and only for those that have a value (a null or an empty list has none, so a
    column that is added later changes no name). A field is:

        name, 0x00, length of the value in bytes (4 bytes, little-endian), value

    The value of a string is its UTF-8; of a time, microseconds since 1970, and of a count, itself, both as 8
    bytes, little-endian, two's complement; of a flag one byte, 0 or 1; of a list, each string with its own
    length before it (4 bytes, little-endian).
    """
    fields: list[pa.Array] = []
    for name in sorted(set(ITEM_SCHEMA.names) - _NOT_CONTENT):
        values = _bytes(_whole(items.column(name)))
        there = np.asarray(values.is_valid())
        if there.any():
            heads = np.repeat(np.frombuffer(name.encode() + b"\0", np.uint8)[np.newaxis], len(values), axis=0)
            sizes = np.asarray(pc.binary_length(values).fill_null(0)).astype("<u4")
            fields += [_fixed(heads, there), _fixed(sizes, there), values.fill_null(b"")]
    if not fields:
        return [sha256(b"").digest()[:_SIZE]] * items.num_rows
    return [sha256(content).digest()[:_SIZE] for content in _each(_joined(fields))]


def account_hashes(items: pa.Table) -> npt.NDArray[np.uint64]:
    """A number for the account (source, author) of each item; 0 where there is no author. Shape (N,).

    It is the first 8 bytes, little-endian, of SHA-256 over the source and the author, each as its UTF-8 with
    its length before it (4 bytes, little-endian); 1 where that is 0. The bucket of a history is `hash % 16`.
    """
    parts: list[pa.Array] = []
    for name in ("source", "author"):
        values = _bytes(_whole(items.column(name))).fill_null(b"")
        sizes = np.asarray(pc.binary_length(values)).astype("<u4")
        parts += [_fixed(sizes, np.ones(len(values), np.bool_)), values]
    accounts = _joined(parts).dictionary_encode()
    digests = b"".join(sha256(account).digest()[:8] for account in _each(accounts.dictionary))
    hashes = np.maximum(np.frombuffer(digests, "<u8").astype(np.uint64), 1)[np.asarray(accounts.indices)]
    hashes[np.asarray(_whole(items.column("author")).is_null())] = 0
    return hashes


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.array([], column.type)])
    )


def _bytes(array: pa.Array) -> pa.Array:
    """The canonical value of each row; null where it has none."""
    kind = array.type
    if pa.types.is_string(kind):
        return array.cast(pa.binary())
    if pa.types.is_list(kind):
        return _lists(array)
    there = np.asarray(array.is_valid())
    if pa.types.is_boolean(kind):
        numbers = np.asarray(array.cast(pa.uint8()).fill_null(0))
    else:
        numbers = np.asarray(array.cast(pa.int64()).fill_null(0)).astype("<i8")
    return pc.if_else(pa.array(there), _fixed(numbers, there), pa.scalar(None, pa.binary()))


def _lists(array: pa.ListArray) -> pa.Array:
    parts = array.flatten().cast(pa.binary())
    sizes = np.asarray(pc.binary_length(parts)).astype("<u4")
    joined = _joined([_fixed(sizes, np.ones(len(parts), np.bool_)), parts])
    counts = np.asarray(pc.list_value_length(array).fill_null(0))
    ends = np.concatenate([[0], np.cumsum(counts)])
    starts = _offsets(joined)[ends]
    values = _variable(starts, joined.buffers()[2])
    return pc.if_else(pa.array(counts > 0), values, pa.scalar(None, pa.binary()))


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.binary()))


def _fixed(values: npt.NDArray[Any], there: npt.NDArray[np.bool_]) -> pa.Array:
    """The bytes of each row of `values`, of one width, and none where a row is not there."""
    width = values.itemsize * (values.shape[1] if values.ndim == 2 else 1)
    offsets = np.concatenate([[0], np.cumsum(there)]) * width
    kept = values if there.all() else values[there]
    return _variable(offsets, pa.py_buffer(np.ascontiguousarray(kept)))


def _variable(offsets: npt.NDArray[np.int64], data: pa.Buffer | None) -> pa.Array:
    bounds = pa.py_buffer(offsets.astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, bounds, data or pa.py_buffer(b"")])


def _offsets(array: pa.Array) -> npt.NDArray[np.int32]:
    """Where each value of a binary array starts in its data, and where the last one ends."""
    if not len(array):
        return np.zeros(1, np.int32)
    return np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]


def _each(array: pa.Array) -> Iterator[memoryview]:
    """The values without a copy of each."""
    offsets = _offsets(array).tolist()
    data = memoryview(array.buffers()[2] or b"") if len(array) else memoryview(b"")
    return (data[start:stop] for start, stop in pairwise(offsets))
