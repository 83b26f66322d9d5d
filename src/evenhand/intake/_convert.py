"""Whole columns at a time: raw values in, a typed Arrow column out.

The fast way takes a column whose values are all of one plain type and all fit. Anything else goes value by
value through `_values`, which is where the rules stand; the fast way accepts only what they accept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.errors import BadInput

from ._arrow import (
    Array,
    anywhere,
    filled,
    is_stringlike,
    kernel,
    longest,
    nulls,
    rows_where,
    where,
    without_blanks,
)
from ._schema import ITEM_SCHEMA, KNOWN, VALUE_LIMIT, Holds
from ._values import EARLIEST, INT64_MAX, believed, limit_of, reader

Raw: TypeAlias = Sequence[object] | Array
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

    array: Array
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
        if holds is not Holds.WORDS and _is_blank(found):
            return Converted(empty(name, len(found)), {})
        if holds is Holds.TIME and isinstance(found.type, pa.TimestampType):
            return _timestamps(name, found, found.type.unit, latest)
        quick = _quick(found, name, latest)
        if quick is not None:
            return Converted(quick, {})
    return _one_by_one(name, values, latest)


def empty(name: str, length: int) -> Array:
    """A known column without a value: nulls, or empty lists."""
    kind = ITEM_SCHEMA.field(name).type
    return pa.array([[]] * length, NAMES) if KNOWN[name] is Holds.NAMES else nulls(length, kind)


def plain(values: Sequence[object], kind: pa.DataType) -> Array | None:
    """Python values of one plain type as an Arrow array; of the type `kind` if all are None; else None.

    The types are looked at first, because Arrow would read true as 1, 5.5 as 5, and a
    string as a list of letters.
    """
    types = set(map(type, values)) - {type(None)}
    if not types:
        return nulls(len(values), kind)
    wanted = _PLAIN.get(types.pop())
    if types or wanted is None:
        return None
    try:
        return pa.array(values, wanted)
    except (pa.lib.ArrowException, OverflowError, UnicodeEncodeError):
        return None  # not dropped: the values are read one by one, and the one that does not fit is named


_PLAIN: Final[Mapping[type, pa.DataType]] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    list: pa.list_(pa.string()),
}


def _one_by_one(name: str, values: Raw, latest: int) -> Converted:
    read = reader(name, latest)
    problems: dict[int, BadInput] = {}
    converted: list[object] = []
    for row, value in enumerate(values.to_pylist() if isinstance(values, pa.Array) else values):
        try:
            converted.append(read(value))
        except BadInput as problem:
            problems[row] = BadInput(f"{name} {problem.message}", mend=problem.mend)
            converted.append(None)
    return Converted(pa.array(converted, ITEM_SCHEMA.field(name).type), problems)


def _quick(array: Array, name: str, latest: int) -> Array | None:
    """The column, or None if any value needs a closer look."""
    match KNOWN[name]:
        case Holds.WORDS:
            return _strings(array, limit_of(name))
        case Holds.NAME:
            strings = _strings(array, limit_of(name))
            return None if strings is None else without_blanks(strings)
        case Holds.TIME:
            return _times(array, latest)
        case Holds.COUNT:
            return _counts(array)
        case Holds.FLAG:
            return array if pa.types.is_boolean(array.type) else None
        case Holds.NAMES:
            return _names(array)


def _strings(array: Array, limit: int) -> Array | None:
    if pa.types.is_integer(array.type):
        return array.cast(pa.string())
    if not is_stringlike(array.type):
        return None
    strings = _cast(array, pa.string())
    if strings is None:  # more than two gigabytes in one column
        return None
    holds_nul = anywhere(kernel("match_substring", strings, options=pc.MatchSubstringOptions("\0")))
    return None if holds_nul or longest(strings) > limit else strings


def _times(array: Array, latest: int) -> Array | None:
    if is_stringlike(array.type):
        strings = without_blanks(array.cast(pa.string()))
        if not _all_digits(strings):
            return _written_times(strings, latest)
        numbers = _cast(strings, pa.int64())
        return None if numbers is None else _times(numbers, latest)
    if pa.types.is_integer(array.type):
        seconds = _cast(array, pa.int64())
        # The bounds are looked at first, so that the multiplication cannot run over.
        if seconds is not None and _within(seconds, EARLIEST // 10**6, latest // 10**6):
            return kernel("multiply", seconds, 10**6).cast(TIME)
    if pa.types.is_float64(array.type):
        options = pc.RoundOptions(round_mode="half_to_even")  # as `round` does
        moments = kernel("round", kernel("multiply", array, 1e6), options=options)
        if _within(moments, EARLIEST, latest):
            return moments.cast(pa.int64()).cast(TIME)
    return None


def _written_times(strings: Array, latest: int) -> Array | None:
    moments = _cast(strings, TIME)
    return moments if moments is not None and _within(moments.cast(pa.int64()), EARLIEST, latest) else None


def _timestamps(name: str, array: Array, unit: str, latest: int) -> Converted:
    """Arrow's own timestamps, of any unit and with a time zone."""
    per_second = _PER_SECOND[unit]
    ticks = array.cast(pa.int64())
    early = kernel("less", ticks, EARLIEST * per_second // 10**6)
    late = kernel("greater", ticks, latest * per_second // 10**6)
    problems: dict[int, BadInput] = {}
    for row in rows_where(kernel("or", early, late)):
        seconds = int(ticks[row].as_py()) / per_second
        try:
            believed(round(seconds * 10**6), f"{seconds} seconds since 1970", latest)
        except BadInput as problem:
            problems[row] = BadInput(f"{name} {problem.message}", mend=problem.mend)
    fits = np.ones(len(array), np.bool_)
    fits[list(problems)] = False
    return Converted(where(fits, array).cast(TIME, safe=False), problems)


def _counts(array: Array) -> Array | None:
    if is_stringlike(array.type):
        array = without_blanks(array.cast(pa.string()))
        if not _all_digits(array):
            return None
    elif not pa.types.is_integer(array.type):
        return None
    counts = _cast(array, pa.int64())
    return counts if counts is not None and _within(counts, 0, INT64_MAX) else None


def _names(array: Array) -> Array | None:
    if not isinstance(array, pa.ListArray | pa.LargeListArray) or not is_stringlike(array.type.value_type):
        return None
    lists = filled(array.cast(NAMES), [])
    parts = array.flatten().cast(pa.string())
    return None if parts.null_count or _strings(parts, VALUE_LIMIT) is None else lists


def _is_blank(array: Array) -> bool:
    """Whether there is nothing in a column but nulls and empty strings."""
    return array.null_count == len(array) or (is_stringlike(array.type) and longest(array) == 0)


def _cast(array: Array, kind: pa.DataType) -> Array | None:
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        return None  # not dropped: the values are read one by one, and the one that does not fit is named


def _all_digits(strings: Array) -> bool:
    return not anywhere(kernel("invert", kernel("ascii_is_decimal", strings)))


def _within(numbers: Array, low: int, high: int) -> bool:
    """Whether every known value lies from low to high; a NaN does not."""
    values = np.asarray(numbers.drop_null())
    return bool(((values >= low) & (values <= high)).all())
