"""Whole columns at a time: raw values in, a typed Arrow column out.

The fast way takes a column whose values are all of one plain type and all fit. Anything else goes value by
value through `_values`, which is where the rules stand; the fast way accepts only what they accept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.errors import BadInput

from ._schema import ITEM_SCHEMA, KNOWN, LINE_LIMIT, Holds
from ._values import EARLIEST, INT64_MAX, believed, reader

Raw = Sequence[object] | pa.Array
"""A column as a file has it: Python values from JSON and CSV, an Arrow array from Parquet."""

TIME: Final = ITEM_SCHEMA.field("created_at").type
NAMES: Final = ITEM_SCHEMA.field("mentions").type
_PER_SECOND: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True, slots=True)
class Converted:
    """A known column of N rows.

    Attributes:
        array: N values of the column's type in `ITEM_SCHEMA`; null where there is a problem.
        problems: What is wrong, by row.
    """

    array: pa.Array
    problems: Mapping[int, BadInput]


def convert(name: str, values: Raw, latest: int) -> Converted:
    """Read one known column.

    Args:
        name: The column, one of `KNOWN`.
        values: What the file has.
        latest: The last moment that is believed, in microseconds since 1970.
    """
    holds = KNOWN[name]
    found = values if isinstance(values, pa.Array) else plain(values, ITEM_SCHEMA.field(name).type)
    if found is not None:
        if holds is Holds.TIME and pa.types.is_timestamp(found.type):
            return _timestamps(name, found, latest)
        quick = _quick(found, holds, latest)
        if quick is not None:
            return Converted(quick, {})
    return _one_by_one(name, values, latest)


def plain(values: Sequence[object], empty: pa.DataType) -> pa.Array | None:
    """Python values of one plain type as an Arrow array; of the type `empty` if all are None; else None.

    The types are looked at first, because Arrow would read true as 1, 5.5 as 5 and a string as a list of letters.
    """
    types = set(map(type, values)) - {type(None)}
    if not types:
        return pa.nulls(len(values), empty)
    wanted = _PLAIN.get(types.pop())
    if types or wanted is None:
        return None
    try:
        return pa.array(values, wanted)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return None  # not dropped: the values are read one by one, and the one that does not fit is named


_PLAIN: Final[Mapping[type, pa.DataType]] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    list: pa.list_(pa.string()),
}


def _one_by_one(name: str, values: Raw, latest: int) -> Converted:
    read = reader(KNOWN[name], latest)
    problems: dict[int, BadInput] = {}
    converted: list[object] = []
    for row, value in enumerate(values.to_pylist() if isinstance(values, pa.Array) else values):
        try:
            converted.append(read(value))
        except BadInput as problem:
            problems[row] = BadInput(f"{name} {problem.message}", mend=problem.mend)
            converted.append(None)
    return Converted(pa.array(converted, ITEM_SCHEMA.field(name).type), problems)


def _quick(array: pa.Array, holds: Holds, latest: int) -> pa.Array | None:
    """The column, or None if any value needs a closer look."""
    match holds:
        case Holds.WORDS | Holds.NAME:
            return _strings(array, blank_is_null=holds is Holds.NAME)
        case Holds.TIME:
            return _times(array, latest)
        case Holds.COUNT:
            return _counts(array)
        case Holds.FLAG:
            return array if pa.types.is_boolean(array.type) else _all_blank(array, pa.bool_())
        case Holds.NAMES:
            return _names(array)


def is_stringlike(kind: pa.DataType) -> bool:
    """Whether Arrow holds UTF-8 strings in some way of its own."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _strings(array: pa.Array, *, blank_is_null: bool) -> pa.Array | None:
    if pa.types.is_integer(array.type):
        return array.cast(pa.string())
    if not is_stringlike(array.type):
        return None
    strings = array if pa.types.is_string(array.type) else array.cast(pa.string())
    if pc.any(pc.match_substring(strings, "\0")).as_py() or _longest(strings) > LINE_LIMIT:
        return None
    if blank_is_null and _shortest(strings) == 0:
        return _without_blanks(strings)
    return strings


def _times(array: pa.Array, latest: int) -> pa.Array | None:
    if is_stringlike(array.type):
        strings = _without_blanks(array.cast(pa.string()))
        if not _all_digits(strings):
            return _written_times(strings, latest)
        cast = _cast(strings, pa.int64())
        return None if cast is None else _times(cast, latest)
    if pa.types.is_integer(array.type) and array.type != pa.uint64():
        seconds = array.cast(pa.int64())
        # From the second after, so that the multiplication cannot run over.
        if _within(seconds, EARLIEST // 10**6, latest // 10**6):
            return pc.multiply(seconds, 10**6).cast(TIME)
    if pa.types.is_float64(array.type):
        moments = pc.round(pc.multiply(array, 1e6), round_mode="half_to_even")
        if _within(moments, EARLIEST, latest):
            return moments.cast(pa.int64()).cast(TIME)
    return None


def _written_times(strings: pa.Array, latest: int) -> pa.Array | None:
    if strings.null_count == len(strings):
        return strings.cast(TIME)
    moments = _cast(strings, TIME)
    return moments if moments is not None and _within(moments.cast(pa.int64()), EARLIEST, latest) else None


def _timestamps(name: str, array: pa.TimestampArray, latest: int) -> Converted:
    """Arrow's own timestamps, of any unit and with a time zone."""
    unit = _PER_SECOND[array.type.unit]
    ticks = array.cast(pa.int64())
    low, high = EARLIEST * unit // 10**6, latest * unit // 10**6
    fits = pc.fill_null(pc.and_(pc.greater_equal(ticks, low), pc.less_equal(ticks, high)), True)  # noqa: FBT003  # Arrow takes the value by position
    problems: dict[int, BadInput] = {}
    for row in np.flatnonzero(~np.asarray(fits)).tolist():
        seconds = ticks[row].as_py() / unit
        try:
            believed(round(seconds * 10**6), f"{seconds} seconds since 1970", latest)
        except BadInput as problem:
            problems[row] = BadInput(f"{name} {problem.message}", mend=problem.mend)
    kept = pc.if_else(fits, array, pa.scalar(None, array.type))
    return Converted(kept.cast(TIME, safe=False), problems)


def _counts(array: pa.Array) -> pa.Array | None:
    if is_stringlike(array.type):
        strings = _without_blanks(array.cast(pa.string()))
        if not _all_digits(strings):
            return None
        array = strings
    elif not pa.types.is_integer(array.type):
        return None
    counts = _cast(array, pa.int64())
    return counts if counts is not None and _within(counts, 0, INT64_MAX) else None


def _names(array: pa.Array) -> pa.Array | None:
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return _all_blank(array, NAMES)
    if not is_stringlike(array.type.value_type):
        return None
    lists = array.cast(NAMES)
    if lists.null_count:
        lists = pc.if_else(lists.is_valid(), lists, pa.scalar([], NAMES))
    parts = lists.flatten()
    return None if parts.null_count or _strings(parts, blank_is_null=False) is None else lists


def _all_blank(array: pa.Array, kind: pa.DataType) -> pa.Array | None:
    """A column of nulls and empty strings, as a column of that type without a value; None if it is not."""
    if is_stringlike(array.type) and _longest(array) == 0:
        array = pa.nulls(len(array), pa.null())
    if array.null_count < len(array):
        return None
    return pa.array([[]] * len(array), NAMES) if kind == NAMES else pa.nulls(len(array), kind)


def _without_blanks(strings: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(strings, ""), pa.scalar(None, pa.string()), strings)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        return None  # not dropped: the values are read one by one, and the one that does not fit is named


def _all_digits(strings: pa.Array) -> bool:
    return bool(pc.all(pc.ascii_is_decimal(strings), min_count=1).as_py())


def _within(numbers: pa.Array, low: int, high: int) -> bool:
    """Whether every known value lies from low to high; a NaN does not."""
    extremes = pc.min_max(numbers).as_py()
    if extremes["min"] is None:
        return True
    if pa.types.is_floating(numbers.type) and pc.any(pc.is_nan(numbers)).as_py():
        return False
    return low <= extremes["min"] and extremes["max"] <= high


def _longest(strings: pa.Array) -> int:
    """Bytes of the longest string; 0 where there is none."""
    return pc.max(pc.binary_length(strings)).as_py() or 0


def _shortest(strings: pa.Array) -> int:
    """Bytes of the shortest string; 0 where there is none."""
    return pc.min(pc.binary_length(strings)).as_py() or 0
