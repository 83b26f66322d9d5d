"""The few things that intake asks of Arrow, typed: its kernels take more than its stubs know of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    # What an array holds is known at run time, from its file; the checker is told nothing about it.
    Array: TypeAlias = pa.Array[Any]
    ChunkedArray: TypeAlias = pa.ChunkedArray[Any]
else:
    Array = pa.Array
    ChunkedArray = pa.ChunkedArray
Bools: TypeAlias = npt.NDArray[np.bool_]


def kernel(name: str, *arguments: object, options: pc.FunctionOptions | None = None) -> Array:
    """One of Arrow's functions of whole columns, by its name there; plain values stand for every row."""
    result: Array = pc.call_function(name, list(arguments), options)
    return result


def whole(column: ChunkedArray) -> Array:
    """A column of a table as one array."""
    if column.num_chunks == 0:
        return nulls(0, column.type)
    return cast("Array", column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks))


def known(array: Array) -> Bools:
    """Where an array has a value."""
    return np.asarray(array.is_valid())


def where(mask: Array | Bools, values: Array) -> Array:
    """The values where the mask is true, and null elsewhere."""
    return kernel(
        "if_else", mask if isinstance(mask, pa.Array) else pa.array(mask), values, nothing(values.type)
    )


def nothing(kind: pa.DataType) -> object:
    """The null of a type."""
    return pa.scalar(None, kind)


def filled(array: Array, value: object) -> Array:
    """The array with `value` where it is null."""
    return array if not array.null_count else kernel("coalesce", array, pa.scalar(value, array.type))


def nulls(length: int, kind: pa.DataType) -> Array:
    """A column of that type without a value."""
    return pa.array([None] * length, kind)


def joined(parts: Sequence[Array]) -> Array:
    """Row by row, the strings of some columns as one; a null is the empty string."""
    # Not "skip": that leaves out the whole row where every part is null, and the rows behind it move up.
    options = pc.JoinOptions(null_handling="replace", null_replacement="")
    return kernel("binary_join_element_wise", *parts, pa.scalar("", parts[0].type), options=options)


def sizes(array: Array) -> npt.NDArray[np.int64]:
    """Bytes of each string, 0 for a null."""
    return np.asarray(filled(kernel("binary_length", array), 0)).astype(np.int64)


def longest(strings: Array) -> int:
    """Bytes of the longest string; 0 where there is none."""
    return int(sizes(strings).max(initial=0))


def anywhere(mask: Array) -> bool:
    """Whether a mask is true in any row."""
    return bool(np.asarray(filled(mask, value=False)).any())


def rows_where(mask: Array) -> list[int]:
    """The rows where a mask is true; null is not."""
    return [int(row) for row in np.flatnonzero(np.asarray(filled(mask, value=False)))]


def is_stringlike(kind: pa.DataType) -> bool:
    """Whether Arrow holds UTF-8 strings in some way of its own."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def without_blanks(strings: Array) -> Array:
    """The strings with null for the empty one."""
    return where(kernel("not_equal", strings, ""), strings)
