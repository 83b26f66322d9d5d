"""Files in, chunks of items out."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, Final

from evenhand.errors import BadInput
from evenhand.vocabulary import check_source

from . import _csv, _jsonl, _parquet
from ._naming import resolve
from ._rows import Frame, assemble
from ._schema import Chunk, Format

_AS_NAMED: Final[Mapping[str, str]] = MappingProxyType({})
_READERS: Final = MappingProxyType(
    {Format.JSONL: _jsonl.read, Format.CSV: _csv.read, Format.PARQUET: _parquet.read}
)


def read_items(
    stream: BinaryIO,
    format: Format,  # noqa: A002  # the word that the command line and the reader use for it
    *,
    name: str,
    columns: Mapping[str, str] = _AS_NAMED,
    source: str = "default",
    now: datetime,
    rows: int = 4096,
) -> Iterator[Chunk]:
    """Read items in order, some at a time; memory does not grow with the file.

    Every row is in a chunk once: among its items, or among its rejects with the reason and the mend. Blank
    lines of JSON Lines and CSV are no rows. A gzip stream of either is unpacked on the way.

    Args:
        stream: The bytes. Parquet needs one that can be sought in.
        format: How they say their rows.
        name: The file's name, for errors and rejects.
        columns: The file's name of a known column, by the known name: `{"id": "content_id"}`.
        source: The source of an item that names none; no slash in it.
        now: The time of reading; an item of more than a day later is rejected. Has a time zone.
        rows: Most rows of a chunk.

    Raises:
        BadInput: The file as a whole is not what it is said to be: no header, missing columns, broken bytes.
            Raised on the way, too; chunks that came before it stand.
        Outside: The stream cannot be read.
    """
    if now.tzinfo is None:
        raise BadInput("the time of reading has no time zone", mend="pass a time with one, such as UTC")
    if rows < 1:
        raise BadInput(f"a chunk of {rows} rows was asked for, expected 1 or more", mend="ask for 4096")
    resolve(columns)
    check_source(source)
    frame = Frame.at(now, file=name, source=source, columns=columns, rows=rows)
    return (assemble(raw, frame) for raw in _READERS[format](stream, frame))
