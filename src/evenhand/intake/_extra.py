"""What stands in columns that nobody knows, kept as one JSON object per item.

Whichever file it came from, the object is written the same way: UTF-8, no white space, members sorted by
name at every level, numbers as they were, nulls of the top level left out. CSV knows strings alone, so there
every member is a string and an empty cell is a null. Of Parquet's types, times and decimals become strings,
and bytes Base64.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.errors import BadInput

from ._arrow import Array, filled, joined, kernel, nulls, without_blanks
from ._convert import Raw
from ._schema import COLUMN_LIMIT
from ._values import shown

_FORBIDDEN: Final = "author_leaning"
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_DECODER: Final = msgspec.json.Decoder(dict[str, object])


@dataclass(frozen=True, slots=True)
class Extra:
    """The unknown columns of N rows.

    Attributes:
        objects: N JSON objects as text; None where a row has nothing unknown.
        problems: What is wrong, by row.
    """

    objects: Sequence[str | bytes | None] | Array
    problems: Mapping[int, BadInput]


def forbid_leaning(names: Iterable[str], holder: str) -> None:
    """Raises `BadInput` where political leaning comes with the items, whatever the case of its letters.

    Args:
        names: The columns of a file, or the members of one object.
        holder: Whose they are, for the error.
    """
    for name in names:
        if name.lower() == _FORBIDDEN:
            raise BadInput(
                f"{holder} has a column {name}: leaning is an audit attribute, it never travels with items",
                mend="take the column out, and load it with `evenhand accounts attributes FILE`",
            )


def is_leaning_throughout(rows: Sequence[Mapping[str, object]]) -> bool:
    """Whether every one of these rows has leaning, as rows have that come from a table with such a column."""
    return bool(rows) and all(any(name.lower() == _FORBIDDEN for name in row) for row in rows)


def from_objects(rows: Sequence[dict[str, object]], given: Sequence[object] | None) -> Extra:
    """Write what is left of each row once its known members are taken out.

    Args:
        rows: The members left over, per row.
        given: What a column called `extra` held, per row; None where there is no such column.

    A row with leaning among its members, or with more of them than `COLUMN_LIMIT`, has that as its problem:
    one line ends no stream.
    """
    problems: dict[int, BadInput] = {}
    if given is not None:
        rows, problems = _joined(rows, given)
    problems = {**_unwelcome(rows), **problems}
    objects: list[str | bytes | None] = []
    encode = _ENCODER.encode
    for row, members in enumerate(rows):
        kept = members
        if None in members.values():
            kept = {name: value for name, value in members.items() if value is not None}
        try:
            objects.append(encode(kept) if kept else None)
        except (UnicodeEncodeError, OverflowError, RecursionError) as wrong:
            problems[row] = _unwritable(wrong)
            objects.append(None)
    return Extra(objects, problems)


def _unwelcome(rows: Sequence[Mapping[str, object]]) -> dict[int, BadInput]:
    """What is wrong with the names of the members, by row."""
    leaning = any(name.lower() == _FORBIDDEN for name in set[str]().union(*rows))
    problems: dict[int, BadInput] = {}
    for row, members in enumerate(rows):
        try:
            if len(members) > COLUMN_LIMIT:
                raise BadInput(  # noqa: TRY301  # the row's one way out
                    f"the object has {len(members)} unknown members, expected at most {COLUMN_LIMIT}",
                    mend="keep the members of an item, and of the others those that somebody will ask for",
                )
            if leaning:
                forbid_leaning(members, "the object")
        except BadInput as problem:
            problems[row] = problem
    return problems


def from_columns(columns: Mapping[str, Raw], given: Raw | None, length: int) -> Extra:
    """Write the unknown columns of a table, as `from_objects` would write its rows.

    Args:
        columns: The unknown columns: strings from CSV, where an empty one is a null, or Arrow arrays.
        given: What a column called `extra` held; None where there is no such column.
        length: Number of rows.

    Raises:
        BadInput: A column is of a type that JSON cannot say.
    """
    problems: dict[int, BadInput] = {}
    parts: list[Array] = []
    for name in sorted(columns):
        part, wrong = _members(name, columns[name])
        problems |= wrong
        parts.append(part)
    objects = nulls(length, pa.string())
    if parts:
        inner = kernel(
            "utf8_slice_codeunits", joined(parts), options=pc.SliceOptions(start=1)
        )  # no first comma
        objects = kernel("binary_join_element_wise", "{", without_blanks(inner), "}", "")
    if given is None or given_nothing(given):
        return Extra(objects, problems)
    rows = [_DECODER.decode(text) if text else {} for text in objects.to_pylist()]
    merged = from_objects(rows, given.to_pylist() if isinstance(given, pa.Array) else given)
    return Extra(merged.objects, {**merged.problems, **problems})


def given_nothing(given: Raw) -> bool:
    """Whether no row has anything in a column called `extra`."""
    return given.null_count == len(given) if isinstance(given, pa.Array) else not any(given)


def _members(name: str, column: Raw) -> tuple[Array, dict[int, BadInput]]:
    """`,"name":value` of each row, null where the value is. Each different value is written once."""
    array = _writable(name, column)
    if pa.types.is_nested(array.type):
        different, places = array, np.arange(len(array), dtype=np.int64)
    else:
        encoded = array.dictionary_encode()
        different = encoded.dictionary
        places = np.asarray(filled(encoded.indices, len(different))).astype(
            np.int64
        )  # a null is behind the last
    try:
        values = different.to_pylist()
    except (ValueError, OverflowError):  # times within a structure, finer or farther than Python's
        raise _unsayable(name, array.type) from None
    key = "," + _ENCODER.encode(name).decode() + ":"
    written: list[str | None] = []
    wrong: dict[int, BadInput] = {}
    for place, value in enumerate(values):
        fits = _finite(value)
        written.append(key + _ENCODER.encode(value).decode() if fits and value is not None else None)
        if not fits:
            wrong[place] = BadInput(
                f"{name} is {shown(value)}, expected finite numbers", mend="leave the value out, as a null"
            )
    problems = {int(row): wrong[int(places[row])] for row in np.flatnonzero(np.isin(places, list(wrong)))}
    return pa.array([*written, None], pa.string()).take(places), problems


def _writable(name: str, values: Raw) -> Array:
    """A column as an array whose Python values JSON can say."""
    if not isinstance(values, pa.Array):
        return without_blanks(pa.array(values, pa.string()))
    kind = values.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        values = values.cast(pa.timestamp(kind.unit, "UTC"))  # needs no table of time zones to be written
    if pa.types.is_temporal(kind) or pa.types.is_decimal(kind):
        return values.cast(pa.string())
    if isinstance(values, pa.ExtensionArray) or pa.types.is_union(kind):
        raise _unsayable(name, kind)
    return values


def _unsayable(name: str, kind: pa.DataType) -> BadInput:
    return BadInput(
        f"the column {name} is of type {kind}, which JSON cannot say",
        mend="drop the column, or write it as text",
    )


def _finite(value: object) -> bool:
    """Whether no number in it is a NaN or an infinity."""
    match value:
        case float():
            return math.isfinite(value)
        case dict():
            return all(_finite(part) for part in value.values())
        case list() | tuple():
            return all(_finite(part) for part in value)
        case _:
            return True


def _joined(
    rows: Sequence[dict[str, object]], given: Sequence[object]
) -> tuple[list[dict[str, object]], dict[int, BadInput]]:
    """The rows with the members of their `extra`."""
    merged: list[dict[str, object]] = []
    problems: dict[int, BadInput] = {}
    for row, (members, value) in enumerate(zip(rows, given, strict=True)):
        try:
            opened = _opened(value)
            twice = sorted(opened.keys() & members.keys())
            if twice:
                raise BadInput(f"{twice[0]} stands in `extra` and beside it", mend="say it once")  # noqa: TRY301  # the row's one way out
        except BadInput as problem:
            problems[row] = problem
            opened = {}
        merged.append({**members, **opened})
    return merged, problems


def _opened(value: object) -> dict[str, object]:
    """The members of an object, or of the text of one; anything else is itself an unknown column `extra`."""
    if value is None or value == "":
        return {}
    if isinstance(value, str) and value.startswith("{"):
        try:
            return _DECODER.decode(value)
        except (ValueError, RecursionError):
            raise BadInput(
                f"extra is {shown(value)}, which is no JSON object", mend="write it as JSON"
            ) from None
    if not _finite(value):
        raise BadInput("extra holds a NaN or an infinity", mend="leave the value out, as a null")
    return value if isinstance(value, dict) else {"extra": value}


def _unwritable(wrong: Exception) -> BadInput:
    if isinstance(wrong, UnicodeEncodeError):
        return BadInput("a value holds bytes that are not UTF-8", mend="write the file in UTF-8")
    if isinstance(wrong, OverflowError):
        return BadInput("a number is larger than 64 bits hold", mend="write it as a string")
    return BadInput("an object is nested too deeply", mend="write it flatter")
