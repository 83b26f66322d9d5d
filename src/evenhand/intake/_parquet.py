"""Parquet: read row group by row group, typed by the file's own schema."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evenhand.errors import BadInput, Outside

from ._arrow import Array, is_stringlike
from ._extra import from_columns
from ._naming import check_header, resolve
from ._rows import CHUNK_BYTES, Frame, RawRows
from ._schema import KNOWN, Holds


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
    except pa.ArrowException as wrong:
        raise _broken(frame.file, wrong) from wrong


def _broken(file: str, wrong: Exception) -> BadInput:
    first = (str(wrong).splitlines() or [type(wrong).__name__])[0]
    return BadInput(
        f"{file} cannot be read as Parquet: {first}",
        mend="write or fetch the file again, unpacked if it ends in .gz; rows before the break were read",
    )


def _read(stream: BinaryIO, frame: Frame) -> Iterator[RawRows]:
    with pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20) as parquet:
        schema = parquet.schema_arrow
        check_header(schema.names, frame.columns, frame.file)
        wanted = {known: name for known, name in resolve(frame.columns).items() if name in schema.names}
        for known, name in wanted.items():
            if known in KNOWN:
                _check_type(known, name, schema.field(name).type, frame.file)
        unknown = sorted(set(schema.names) - set(wanted.values()))
        meta = parquet.metadata
        packed = sum(_packed(meta.row_group(group)) for group in range(meta.num_row_groups))
        row = 0
        for batch in _in_parts(parquet.iter_batches(batch_size=frame.rows, use_threads=False)):
            known_columns = {known: _decoded(batch.column(name)) for known, name in wanted.items()}
            first, row = row + 1, row + batch.num_rows
            yield RawRows(
                extra=from_columns(
                    {name: _decoded(batch.column(name)) for name in unknown},
                    known_columns.pop("extra", None),
                    batch.num_rows,
                    frame.file,
                ),
                known=known_columns,
                lines=np.arange(first, row + 1, dtype=np.int64),
                raw=partial(_shown, batch),
                rejects=(),
                position=packed * row // max(meta.num_rows, 1),
            )


def _in_parts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, cut smaller where their rows are large."""
    for batch in batches:
        rows = max(batch.num_rows // (batch.nbytes // CHUNK_BYTES + 1), 1)
        yield from (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))


def _packed(group: pq.RowGroupMetaData) -> int:
    return sum(group.column(column).total_compressed_size for column in range(group.num_columns))


def _shown(batch: pa.RecordBatch, row: int) -> str:
    return str(batch.slice(row, 1).to_pylist()[0])


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


_EXPECTED: Mapping[Holds, str] = {
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
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    match holds:
        case Holds.WORDS | Holds.NAME:
            return pa.types.is_integer(kind)
        case Holds.TIME:
            return number or pa.types.is_timestamp(kind)
        case Holds.COUNT:
            return number
        case Holds.FLAG:
            return pa.types.is_boolean(kind) or pa.types.is_integer(kind)
        case Holds.NAMES:
            return isinstance(kind, pa.ListType | pa.LargeListType) and (
                is_stringlike(kind.value_type) or pa.types.is_integer(kind.value_type)
            )
