"""Files made by hand, and one call to read them whole."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from evenhand.intake import ITEM_SCHEMA, Format, Reject, read_items

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """All chunks of one file, together."""

    items: pa.Table
    lines: list[int]
    rejects: list[Reject]
    position: int
    chunks: int

    def column(self, name: str) -> list[object]:
        return list(self.items.column(name).to_pylist())

    @property
    def only_reject(self) -> Reject:
        (rejected,) = self.rejects
        return rejected


def read(  # the reader's own arguments, with defaults
    data: bytes | BinaryIO,
    form: Format = Format.JSONL,
    *,
    columns: Mapping[str, str] | None = None,
    source: str = "default",
    rows: int = 4096,
) -> Read:
    """Read a whole file, and hold every chunk to what a chunk promises."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    chunks = list(
        read_items(stream, form, name="file", columns=columns or {}, source=source, now=NOW, rows=rows)
    )
    for chunk in chunks:
        assert chunk.items.schema == ITEM_SCHEMA
        chunk.items.validate(full=True)
        assert chunk.items.num_rows <= rows
        assert len(chunk.lines) == chunk.items.num_rows
        for field in ITEM_SCHEMA:
            assert field.nullable or not chunk.items.column(field.name).null_count
    return Read(
        items=pa.concat_tables([chunk.items for chunk in chunks] or [ITEM_SCHEMA.empty_table()]),
        lines=[int(line) for chunk in chunks for line in chunk.lines],
        rejects=[rejected for chunk in chunks for rejected in chunk.rejects],
        position=chunks[-1].position if chunks else 0,
        chunks=len(chunks),
    )


def jsonl(*rows: object) -> bytes:
    """Rows as JSON Lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def csv_bytes(*rows: Sequence[str]) -> bytes:
    """Rows, the header first, as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def parquet(table: pa.Table) -> bytes:
    """A table as Parquet."""
    data = io.BytesIO()
    pq.write_table(table, data)
    return data.getvalue()


def an_item(**members: object) -> dict[str, object]:
    """The least item, and what is said of it besides."""
    return {"id": "1", "text": "hello", **members}
