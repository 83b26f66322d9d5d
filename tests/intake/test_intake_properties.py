"""What holds for any items and any bytes."""

import csv
import gzip
import io
import json
from contextlib import suppress
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import parquet, read
from intake_strategies import loose_rows, pieces, raw_bytes, tables

from evenhand.errors import BadInput
from evenhand.intake import Format, content_hashes


def as_jsonl(table: pa.Table) -> bytes:
    """Items as JSON Lines, `extra` opened into columns of its own where that is possible."""
    lines = []
    for row in table.to_pylist():
        said = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()
        }
        lines.append(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    return b"".join(lines)


def as_csv(table: pa.Table) -> bytes:
    """Items as CSV: lists as JSON arrays, nulls as empty cells."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.schema.names)
    for row in table.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return json.dumps(value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


@settings(deadline=None)
@given(tables)
def test_items_written_and_read_again_are_equal(table: pa.Table) -> None:
    """In every format; and so they keep the names that their content gives them."""
    for data, form in (
        (as_jsonl(table), Format.JSONL),
        (as_csv(table), Format.CSV),
        (parquet(table), Format.PARQUET),
    ):
        found = read(data, form, rows=2)

        assert found.rejects == []
        assert found.items == table
        assert content_hashes(found.items) == content_hashes(table)


@settings(deadline=None)
@given(raw_bytes)
def test_no_line_of_json_lines_is_lost(data: bytes) -> None:
    """Any bytes are refused as a whole, or every line that is not blank comes in or is rejected, once."""
    try:
        found = read(data, rows=2)
    except BadInput:
        return
    numbered = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)

    counted = [number for number, line in numbered if line.strip()]

    assert sorted([*found.lines, *(rejected.line for rejected in found.rejects)]) == counted


@settings(deadline=None)
@given(st.lists(pieces | st.binary(max_size=4).filter(lambda piece: b'"' not in piece), max_size=25))
def test_no_record_of_csv_without_quotes_is_lost(found_pieces: list[bytes]) -> None:
    """Without quotes a line is a record: each that is not empty comes in or is rejected, once."""
    data = b"id,text\n" + b"".join(found_pieces).replace(b'"', b"")

    found = read(data, Format.CSV, rows=2)

    lines = enumerate(data.split(b"\n"), start=1)
    counted = [number for number, line in lines if line.rstrip(b"\r") and number > 1]
    assert sorted([*found.lines, *(rejected.line for rejected in found.rejects)]) == counted


@settings(deadline=None)
@given(raw_bytes)
def test_no_line_of_csv_is_counted_twice(data: bytes) -> None:
    """With quotes a record may span lines; it is counted by the one it starts in."""
    try:
        found = read(b"id,text\n" + data, Format.CSV, rows=2)
    except BadInput:
        return

    lines = [*found.lines, *(rejected.line for rejected in found.rejects)]
    assert len(set(lines)) == len(lines)
    assert not lines or (min(lines) >= 2 and max(lines) <= data.count(b"\n") + 2)


@settings(deadline=None)
@given(data=raw_bytes, form=st.sampled_from(Format), packed=st.booleans())
def test_any_bytes_raise_bad_input_or_nothing(data: bytes, form: Format, *, packed: bool) -> None:
    with suppress(BadInput):
        read(gzip.compress(data) if packed else data, form)


@settings(deadline=None)
@given(tables, st.integers(0, 1 << 30), st.binary(min_size=1, max_size=3))
def test_damaged_parquet_raises_bad_input_or_nothing(table: pa.Table, place: int, damage: bytes) -> None:
    data = parquet(table)
    place %= len(data)

    with suppress(BadInput):
        read(data[:place] + damage + data[place + len(damage) :], Format.PARQUET)


@settings(max_examples=300, deadline=None)
@given(st.lists(loose_rows, min_size=2, max_size=6))
def test_a_row_is_read_alike_alone_and_among_others(rows: list[dict[str, object]]) -> None:
    """The fast way, which takes a whole column, and the way of one value at a time never differ."""
    first = {"id": "0", "text": "a"}
    data = [json.dumps({**first, **row}).encode() + b"\n" for row in rows]

    together = read(b"".join(data))
    alone = [read(line) for line in data]

    assert together.items == pa.concat_tables([found.items for found in alone])
    reasons = [rejected.reason for found in alone for rejected in found.rejects]
    assert [rejected.reason for rejected in together.rejects] == reasons


@pytest.mark.parametrize("form", [Format.JSONL, Format.CSV, Format.PARQUET])
@settings(deadline=None)
@given(st.data())
def test_chunks_change_nothing(form: Format, data: st.DataObject) -> None:
    table = data.draw(tables)
    written = {Format.JSONL: as_jsonl, Format.CSV: as_csv, Format.PARQUET: parquet}[form](table)

    one_by_one = read(written, form, rows=1)
    at_once = read(written, form)

    assert one_by_one.chunks == table.num_rows
    assert one_by_one.items == at_once.items
    assert one_by_one.lines == at_once.lines
