"""Parquet: read row group by row group, typed by the file's own schema."""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from evenhand.errors import BadInput, Outside

from ._arrow import Array, is_stringlike
from ._extra import from_columns
from ._naming import check_header, resolve
from ._rows import CHUNK_BYTES, Frame, RawRows, reject
from ._schema import KNOWN, RAW_SHOWN, Holds


def read(stream: BinaryIO, frame: Frame) -> Iterator[RawRows]:
    """The rows of a file, which must be one that can be sought in.

    Raises:
        BadInput: No Parquet; a missing, doubled or wrongly typed column.
        Outside: The stream cannot be read.
    """
    if not stream.seekable():
        raise BadInput(
            f"{frame.file} is a stream, and Parquet is read from its end", mend="write it to a file first"
        )
    try:
        yield from _read(stream, frame)
    except OSError as wrong:
        if wrong.errno is not None:
            raise Outside(
                f"{frame.file} cannot be read: {wrong.strerror}",
                mend="check the disk, and start again: what came in is not doubled",
            ) from wrong
        raise _broken(frame.file, wrong) from wrong
    except (pa.ArrowException, UnicodeDecodeError) as wrong:  # the latter from the names of columns
        raise _broken(frame.file, wrong) from wrong


def _broken(file: str, wrong: Exception) -> BadInput:
    first = (str(wrong).splitlines() or [type(wrong).__name__])[0]
    return BadInput(
        f"{file} cannot be read as Parquet: {first}",
        mend="write or fetch the file again, unpacked if it ends in .gz; rows before the break were read",
    )


def _read(stream: BinaryIO, frame: Frame) -> Iterator[RawRows]:
    # Not from the metadata of its columns: asking a damaged file for those ends the process.
    size = stream.seek(0, io.SEEK_END)
    with pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20) as parquet:
        schema = parquet.schema_arrow
        check_header(schema.names, frame.columns, frame.file)
        wanted = {known: name for known, name in resolve(frame.columns).items() if name in schema.names}
        for known, name in wanted.items():
            if known in KNOWN:
                _check_type(known, name, schema.field(name).type, frame.file)
        row, rows = 0, parquet.metadata.num_rows
        for batch in _in_parts(parquet.iter_batches(batch_size=frame.rows, use_threads=False)):
            first, row = row + 1, row + batch.num_rows
            lines = np.arange(first, row + 1, dtype=np.int64)
            yield _raw_rows(batch, lines, wanted, frame.file, min(size * row // max(rows, 1), size))
        if row != rows:
            raise _broken(frame.file, ValueError(f"it says that it has {rows} rows, and has {row}"))


def _raw_rows(
    batch: pa.RecordBatch,
    lines: npt.NDArray[np.int64],
    wanted: Mapping[str, str],
    file: str,
    position: int,
) -> RawRows:
    """The columns of a batch; rows that Arrow itself finds broken are set aside."""
    fits = _sound(batch)
    rejects = [
        reject(file, int(lines[row]), _NOT_UTF8, _shown(batch, int(row))) for row in np.flatnonzero(~fits)
    ]
    if rejects:
        batch, lines = batch.filter(pa.array(fits)), lines[fits]
    columns = {name: _decoded(batch.column(name)) for name in batch.schema.names}
    known = {known: columns.pop(name) for known, name in wanted.items()}
    given = known.pop("extra", None)
    return RawRows(
        extra=from_columns(columns, given, batch.num_rows),
        known=known,
        lines=lines,
        raw=partial(_shown, batch),
        rejects=rejects,
        position=position,
    )


_NOT_UTF8: Final = BadInput("the row holds bytes that are not UTF-8", mend="write its strings in UTF-8")


def _sound(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Which rows hold what their types say: Parquet's strings are only said to be UTF-8."""
    if _is_sound(batch):
        return np.ones(batch.num_rows, np.bool_)
    return np.array([_is_sound(batch.take(pa.array([row]))) for row in range(batch.num_rows)], np.bool_)


def _is_sound(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _in_parts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, cut smaller where their rows are large."""
    for batch in batches:
        rows = max(batch.num_rows // (batch.nbytes // CHUNK_BYTES + 1), 1)
        yield from (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))


def _shown(batch: pa.RecordBatch, row: int) -> str:
    return ", ".join(f"{name}: {_cell(batch.column(name), row)}" for name in batch.schema.names)


def _cell(column: Array, row: int) -> str:
    try:
        return repr(column[row].as_py())[:RAW_SHOWN]
    except (ValueError, OverflowError):  # broken UTF-8, or a time that Python cannot hold
        return "(cannot be shown)"


def _decoded(column: Array) -> Array:
    """The column without Arrow's dictionary encoding."""
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _check_type(known: str, name: str, kind: pa.DataType, file: str) -> None:
    """Refuse a column whose type none of its values could be right in, before any row is read."""
    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
    if KNOWN[known] is Holds.TIME and isinstance(kind, pa.TimestampType) and kind.tz is None:
        raise BadInput(
            f"{file} has times without a time zone in {name}: its type is {kind}",
            mend="write the column with a time zone, such as UTC, or as whole seconds since 1970",
        )
    if not (pa.types.is_null(kind) or _reads(KNOWN[known], kind)):
        raise BadInput(
            f"{file} has the type {kind} in {name}, expected {_EXPECTED[KNOWN[known]]}",
            mend=f"write the column in that type, or take another by `--column {known}=NAME`",
        )


_EXPECTED: Final[Mapping[Holds, str]] = {
    Holds.WORDS: "string",
    Holds.NAME: "string or a whole number",
    Holds.TIME: "timestamp with a time zone, string, or seconds as a number",
    Holds.COUNT: "a whole number",
    Holds.FLAG: "bool",
    Holds.NAMES: "list of string",
}


def _reads(holds: Holds, kind: pa.DataType) -> bool:
    """Whether a column of that type can hold such values."""
    if is_stringlike(kind):
        return True
    match holds:
        case Holds.WORDS | Holds.NAME:
            return pa.types.is_integer(kind)
        case Holds.TIME:  # of a smaller float, the seconds of today would be minutes off
            return pa.types.is_integer(kind) or pa.types.is_float64(kind) or pa.types.is_timestamp(kind)
        case Holds.COUNT:
            return pa.types.is_integer(kind) or pa.types.is_floating(kind)
        case Holds.FLAG:
            return pa.types.is_boolean(kind) or pa.types.is_integer(kind)
        case Holds.NAMES:
            return isinstance(kind, pa.ListType | pa.LargeListType) and (
                is_stringlike(kind.value_type) or pa.types.is_integer(kind.value_type)
            )
