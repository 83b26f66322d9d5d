"""Rows of a file into a chunk of items: read each column, check what spans columns, set aside what fails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evenhand.errors import BadInput
from evenhand.vocabulary import check_source

from ._arrow import Array, filled, kernel, rows_where
from ._convert import Raw, convert, empty
from ._extra import Extra
from ._languages import tag
from ._schema import ITEM_SCHEMA, KINDS, KNOWN, RAW_SHOWN, Chunk, Reject
from ._values import AHEAD, microseconds, shown

_KINDS: Final = pc.SetLookupOptions(value_set=pa.array(KINDS))
CHUNK_BYTES: Final = (
    8 << 20
)  # a chunk ends about here, so that rows of a megabyte each do not fill the memory


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for all rows of a file.

    Attributes:
        file: Its name, for errors.
        source: The source of an item that names none.
        latest: The last moment that is believed, in microseconds since 1970.
        columns: The file's names of the columns that the caller mapped.
        rows: Most rows of a chunk.
    """

    file: str
    source: str
    latest: int
    columns: Mapping[str, str]
    rows: int

    @classmethod
    def at(cls, now: datetime, *, file: str, source: str, columns: Mapping[str, str], rows: int) -> "Frame":
        """The frame of a file read at `now`."""
        return cls(file, source, microseconds(now + AHEAD), columns, rows)


@dataclass(frozen=True, slots=True)
class RawRows:
    """N rows as a format's reader found them.

    Attributes:
        known: The known columns that are there, by their name in an item.
        extra: What the other columns hold.
        lines: Shape (N,): where each row starts, as in `Reject.line`.
        raw: The text of a row, to show it.
        rejects: Rows that never became columns.
        position: As in `Chunk`.
    """

    known: Mapping[str, Raw]
    extra: Extra
    lines: npt.NDArray[np.int64]
    raw: Callable[[int], str | bytes]
    rejects: Sequence[Reject]
    position: int


def assemble(rows: RawRows, frame: Frame) -> Chunk:
    """Read the columns; a row with a problem in any of them becomes a reject with the first one."""
    length = len(rows.lines)
    problems: dict[int, BadInput] = {}
    columns: dict[str, Array] = {"extra": pa.array(rows.extra.objects, pa.string())}
    for name in KNOWN:
        if name in rows.known:
            converted = convert(name, rows.known[name], frame.latest)
            problems = {**converted.problems, **problems}
            columns[name] = converted.array
        else:
            columns[name] = empty(name, length)
    columns["source"] = filled(columns["source"], frame.source)
    columns["kind"] = filled(columns["kind"], "post")
    columns["language"] = _tagged(columns["language"])
    for row, problem in _across(columns, named=rows.known).items():
        problems.setdefault(row, problem)
    problems = {**rows.extra.problems, **problems}
    table = pa.Table.from_arrays([columns[name] for name in ITEM_SCHEMA.names], schema=ITEM_SCHEMA)
    return _split(table, rows, problems, frame.file)


def reject(file: str, line: int, problem: BadInput, raw: str | bytes) -> Reject:
    """A row set aside, with as much of it as is shown."""
    head = raw if isinstance(raw, bytes) else raw[:RAW_SHOWN].encode(errors="surrogateescape")
    text = head[: RAW_SHOWN * 4].decode(errors="replace")
    return Reject(where=file, line=line, reason=problem.message, mend=problem.mend, raw=text[:RAW_SHOWN])


def _split(table: pa.Table, rows: RawRows, problems: Mapping[int, BadInput], file: str) -> Chunk:
    if not problems and not rows.rejects:
        return Chunk(items=table, lines=rows.lines, rejects=(), position=rows.position)
    fits = np.ones(len(rows.lines), np.bool_)
    fits[list(problems)] = False
    rejects = [
        *rows.rejects,
        *(reject(file, int(rows.lines[row]), problem, rows.raw(row)) for row, problem in problems.items()),
    ]
    return Chunk(
        items=table.filter(pa.array(fits)),
        lines=rows.lines[fits],
        rejects=tuple(sorted(rejects, key=lambda rejected: rejected.line)),
        position=rows.position,
    )


def _across(columns: Mapping[str, Array], *, named: Mapping[str, Raw]) -> dict[int, BadInput]:
    """What is wrong with a row that no single column shows, or that a column must not lack."""
    problems: dict[int, BadInput] = {}
    for name in ("id", "text"):
        says = "is empty or null" if name in named else "is missing"
        for row in rows_where(columns[name].is_null()):
            problems.setdefault(row, BadInput(f"{name} {says}", mend=f"give every item its {name}"))
    for row in rows_where(kernel("equal", kernel("utf8_trim_whitespace", columns["id"]), "")):
        problems.setdefault(row, BadInput("id is blank", mend="give every item its id"))
    for row in rows_where(kernel("invert", kernel("is_in", columns["kind"], options=_KINDS))):
        kind = columns["kind"][row].as_py()
        problems.setdefault(
            row,
            BadInput(
                f"kind is {shown(kind)}, expected one of {', '.join(KINDS)}", mend="leave it out for a post"
            ),
        )
    if "source" in named:
        problems = {**_without_name(columns["source"]), **problems}
    for later in ("edited_at", "deleted_at"):
        for row in rows_where(kernel("less", columns[later], columns["created_at"])):
            found = f"{later} is {columns[later][row]}, before created_at, {columns['created_at'][row]}"
            problems.setdefault(row, BadInput(found, mend="correct the clock that wrote one of them"))
    return problems


def _without_name(sources: Array) -> dict[int, BadInput]:
    """Rows whose source is none, looked at one by one where a whole column's look finds any."""
    problems: dict[int, BadInput] = {}
    slashed = kernel("match_substring", sources, options=pc.MatchSubstringOptions("/"))
    for row in rows_where(kernel("or", slashed, kernel("utf8_is_space", sources))):
        try:
            check_source(str(sources[row]))
        except BadInput as problem:
            problems[row] = problem
    return problems


def _tagged(languages: Array) -> Array:
    """Languages with their English names made tags; each different one is looked at once."""
    encoded = languages.dictionary_encode()
    return pa.array([tag(str(name)) for name in encoded.dictionary.to_pylist()], pa.string()).take(
        encoded.indices
    )
