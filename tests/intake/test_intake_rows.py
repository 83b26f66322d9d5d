"""Rows that do not fit are set aside, each with its line, its reason and its mend; the others come in."""

import io
import tracemalloc
from datetime import datetime
from itertools import repeat

import pyarrow as pa
import pytest
from intake_samples import NOW, an_item, csv_bytes, jsonl, parquet, read

from evenhand.errors import BadInput
from evenhand.intake import Format, read_items

TOO_LONG = (1 << 20) + 1


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"id": None}, "id is empty or null"),
        ({"id": ""}, "id is empty or null"),
        ({"id": " \t"}, "id is blank"),
        ({"id": 1.5}, "id is a number (1.5), expected a string"),
        ({"id": True}, "id is true or false (True), expected a string"),
        ({"text": None}, "text is empty or null"),
        ({"text": ["a"]}, "text is a list (['a']), expected a string"),
        ({"text": {"a": 1}}, "text is an object ({'a': 1}), expected a string"),
        ({"text": "a\0b"}, "text holds a NUL character, which no text needs"),
        ({"author": "a\0b"}, "author holds a NUL character, which no text needs"),
        ({"kind": "tweet"}, "kind is 'tweet', expected one of post, reply, message"),
        ({"reach": True}, "reach is True, expected a whole number"),
        ({"reach": -1}, "reach is -1, expected a number from 0 to 9223372036854775807"),
        ({"reach": 1 << 63}, "reach is 9223372036854775808, expected a number from 0"),
        ({"reach": 1.5}, "reach is 1.5, expected a whole number"),
        ({"reach": "many"}, "reach is 'many', expected a whole number"),
        ({"reach": "0x10"}, "reach is '0x10', expected a whole number"),
        ({"reach": [1]}, "reach is [1], expected a whole number"),
        ({"author_verified": 2}, "author_verified is 2, expected true or false"),
        ({"author_verified": "maybe"}, "author_verified is 'maybe', expected true or false"),
        ({"mentions": {"a": 1}}, "mentions is an object ({'a': 1}), expected a list of strings"),
        ({"mentions": ["a", None]}, "mentions is a list that holds null, expected strings"),
        ({"mentions": ["a", ["b"]]}, "mentions is a list (['b']), expected a string"),
        ({"mentions": ["a\0"]}, "mentions holds a NUL character"),
        ({"mentions": "[1"}, "mentions is '[1', which is no JSON array"),
        ({"mentions": 5}, "mentions is a number (5), expected a list of strings"),
        ({"created_at": "yesterday"}, "created_at is 'yesterday', expected a time as in RFC 3339"),
        (
            {"created_at": "2026-05-01T12:00:00"},
            "created_at is '2026-05-01T12:00:00', which has no time zone",
        ),
        ({"created_at": "2026-02-30T12:00:00Z"}, "created_at is '2026-02-30T12:00:00Z', which is no time"),
        (
            {"created_at": "2026-05-01T12:00:00+25:00"},
            "created_at is '2026-05-01T12:00:00+25:00', which is no",
        ),
        ({"created_at": "0000-01-01T12:00:00Z"}, "created_at is '0000-01-01T12:00:00Z', which is no time"),
        ({"created_at": 0}, "created_at is 0, which is before 1990"),
        ({"created_at": -1e300}, "created_at is -1e+300, expected a finite number"),
        ({"created_at": 10**400}, "created_at is 1000"),
        (
            {"created_at": "1989-12-31T23:59:59Z"},
            "created_at is '1989-12-31T23:59:59Z', which is before 1990",
        ),
        (
            {"created_at": "2026-11-22T12:00:01Z"},
            "created_at is '2026-11-22T12:00:01Z', which is more than 24",
        ),
        (
            {"created_at": 1777646400000},
            "created_at is 1777646400000, which looks like milliseconds, expected",
        ),
        ({"created_at": "1777646400000"}, "created_at is '1777646400000', which looks like milliseconds"),
        ({"created_at": 1777646400000000}, "created_at is 1777646400000000, which looks like microseconds"),
        (
            {"created_at": 1777646400000000000},
            "created_at is 1777646400000000000, which looks like nanoseconds",
        ),
        ({"created_at": True}, "created_at is true or false (True), expected a time"),
        ({"created_at": ["2026"]}, "created_at is a list (['2026']), expected a time"),
        (
            {"created_at": "2026-05-01T12:00:00Z", "edited_at": "2026-05-01T11:59:59Z"},
            "edited_at is 2026-05-01 11:59:59+00:00, before created_at, 2026-05-01 12:00:00+00:00",
        ),
        (
            {"created_at": 1777646400, "deleted_at": 1777646399},
            "deleted_at is 2026-05-01 14:39:59+00:00, before",
        ),
        ({"extra": "{"}, "extra is '{', which is no JSON object"),
        ({"text": "x" * 1_100_000}, "the line is over 1048576 bytes long"),
    ],
)
def test_a_value_that_does_not_fit_rejects_its_row_alone(member: dict[str, object], reason: str) -> None:
    """With the line it stands in, the reason, the mend and its own words; the rows around it come in."""
    found = read(jsonl(an_item(id="before"), an_item(**member), an_item(id="after")))

    assert found.column("id") == ["before", "after"]
    assert found.lines == [1, 3]
    rejected = found.only_reject
    assert (rejected.where, rejected.line) == ("file", 2)
    assert rejected.reason.startswith(reason)
    assert rejected.mend
    assert 0 < len(rejected.raw) <= 500
    assert rejected.raw in jsonl(an_item(**member)).decode()


def test_a_column_that_only_some_rows_lack_rejects_those() -> None:
    found = read(jsonl(an_item(), {"id": "2"}, {"text": "c"}))

    assert found.column("id") == ["1"]
    assert [(rejected.line, rejected.reason) for rejected in found.rejects] == [
        (2, "text is empty or null"),
        (3, "id is empty or null"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nonsense", "the line is not JSON: invalid character (byte 4)"),
        (b'{"id": "1", "text": "a"', "the line is not JSON: Input data was truncated"),
        (b'{"id": "1", "text": "a"} {}', "the line is not JSON: trailing characters (byte 26)"),
        (b'{"id": "1", "text": "\xff"}', "the line holds bytes that are not UTF-8"),
        (b'{"id": "1", "text": "\xed\xa0\x80"}', "the line holds bytes that are not UTF-8"),
        (b'{"id": "1", "text": "\\ud800"}', "the line is not JSON: "),
        (b'{"id": "1", "text": "a\0"}', "the line holds a NUL byte"),
        (b'["1", "a"]', "the line is JSON, but no object"),
        (b'"1"', "the line is JSON, but no object"),
        (b"null", "the line is JSON, but no object"),
        (b'{"id": "1", "text": "a", "reach": NaN}', "NaN or Infinity stands where a number must"),
        (b'{"id": "1", "text": "a", "mood": NaN}', "NaN or Infinity stands where a number must"),
        (b'{"id": "1", "text": "a", "mood": [1, -Infinity]}', "NaN or Infinity stands where a number must"),
        (b'{"id": "1", "text": "a", "mood": 1e999}', "a number is too large"),
        (b'{"id": "1", "text": "a", "mood": ' + b"[" * 100_000, "the line is nested too deeply"),
    ],
)
def test_a_line_that_is_no_item_is_rejected_alone(line: bytes, reason: str) -> None:
    found = read(jsonl(an_item()) + line + b"\n\n" + jsonl(an_item(id="2")))

    assert found.column("id") == ["1", "2"]
    assert found.lines == [1, 4]
    assert found.only_reject.line == 2
    assert found.only_reject.reason.startswith(reason)


@pytest.mark.parametrize(
    ("column", "value", "read_as"),
    [
        ("id", 17, "17"),
        ("id", 1 << 70, str(1 << 70)),
        ("text", "", ""),
        ("text", 5, "5"),
        ("author", "", None),
        ("kind", "", "post"),
        ("kind", None, "post"),
        ("source", "", "default"),
        ("reach", 5.0, 5),
        ("reach", "5", 5),
        ("reach", "5.0", 5),
        ("reach", "", None),
        ("author_verified", "False", False),
        ("author_verified", 1, True),
        ("mentions", None, []),
        ("mentions", "ana, bo\tcy", ["ana", "bo", "cy"]),
        ("mentions", ' ["ana bo", 5]', ["ana bo", "5"]),
        ("mentions", [7, "bo"], ["7", "bo"]),
        ("mentions", "", []),
        ("language", "English", "en"),
        ("language", "RUSSIAN", "ru"),
        ("language", "Filipino", "fil"),
        ("language", "LANGUAGE UNDEFINED", None),
        ("language", "und", None),
        ("language", "", None),
        ("language", "pt-BR", "pt-BR"),
        ("language", "Klingon", "Klingon"),
    ],
)
def test_a_value_that_fits_loosely_is_made_to_fit(column: str, value: object, read_as: object) -> None:
    assert read(jsonl(an_item(**{column: value}))).column(column) == [read_as]


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01T12:00:00Z",
        "2026-05-01t12:00:00z",
        "2026-05-01 12:00:00+00:00",
        "2026-05-01T14:30:00+02:30",
        "2026-05-01T10:00:00-0200",
        "2026-05-01T12:00Z",
        "2026-05-01T14+02",
        "2026-05-01T12:00:00.0000009999999Z",
        1777636800,
        1777636800.0,
        "1777636800",
        "1777636800.0",
        "1.7776368e9",
    ],
)
def test_a_time_is_read_however_it_is_written(written: object) -> None:
    """Alone in its column, or with others written otherwise, a time is the same time."""
    alone = read(jsonl(an_item(created_at=written)))
    mixed = read(jsonl(an_item(created_at=written), an_item(created_at=1777636800), an_item(created_at="")))

    assert alone.column("created_at") == [datetime.fromisoformat("2026-05-01T12:00:00Z")]
    assert mixed.column("created_at") == [*alone.column("created_at") * 2, None]


def test_a_time_is_believed_from_1990_to_a_day_ahead() -> None:
    edges = ["1990-01-01T00:00:00Z", "2026-11-22T12:00:00Z"]

    assert read(jsonl(*(an_item(created_at=edge) for edge in edges))).rejects == []


def test_edges_of_belief_hold_in_every_unit_of_parquet() -> None:
    """A timestamp out of bounds rejects its row, also where it is beyond what Python can say."""
    zone = "America/New_York"
    for kind, factor, late in (
        (pa.timestamp("s", zone), 1, 1 << 32),
        (pa.timestamp("ms", zone), 10**3, 1 << 42),
        (pa.timestamp("us", zone), 10**6, 1 << 62),
        (pa.timestamp("ns", zone), 10**9, 1 << 62),
    ):
        times = pa.array([1777636800 * factor, 0, late, None], kind)
        table = pa.table({"id": ["1", "2", "3", "4"], "text": ["a"] * 4, "created_at": times})

        found = read(parquet(table), Format.PARQUET)

        assert found.lines == [1, 4]
        assert found.column("created_at") == [datetime.fromisoformat("2026-05-01T12:00:00Z"), None]
        assert "which is before 1990" in found.rejects[0].reason
        assert "more than 24 hours ahead" in found.rejects[1].reason


def test_parquet_rows_are_rejected_by_their_number() -> None:
    table = pa.table(
        {
            "id": ["1", None, "3", "4", "5"],
            "text": ["a", "b", None, "d", "e\0"],
            "reach": pa.array([1, 2, 3, -4, 5], pa.int32()),
        }
    )

    found = read(parquet(table), Format.PARQUET, rows=2)

    assert found.lines == [1]
    assert [(rejected.line, rejected.reason) for rejected in found.rejects] == [
        (2, "id is empty or null"),
        (3, "text is empty or null"),
        (4, "reach is -4, expected a number from 0 to 9223372036854775807"),
        (5, "text holds a NUL character, which no text needs"),
    ]
    assert found.rejects[0].raw == "id: None, text: 'b', reach: 2"


def test_parquet_strings_that_are_not_utf_8_reject_their_row() -> None:
    """Parquet files only say that their strings are UTF-8; nothing had checked it."""
    texts = pa.array([b"a", b"\xff", b"c"], pa.binary()).view(pa.string())
    others = pa.array([[b"x"], [], [b"\xfe"]], pa.list_(pa.binary())).view(pa.list_(pa.string()))
    table = pa.table({"id": ["1", "2", "3"], "text": texts, "tags": others})

    found = read(parquet(table), Format.PARQUET)

    assert found.lines == [1]
    assert [rejected.line for rejected in found.rejects] == [2, 3]
    assert found.rejects[0].reason == "the row holds bytes that are not UTF-8"
    assert found.rejects[0].raw == "id: '2', text: (cannot be shown), tags: []"


def test_nan_is_refused_wherever_parquet_has_it() -> None:
    nan = float("nan")
    table = pa.table(
        {
            "id": ["1", "2", "3", "4", "5"],
            "text": ["a"] * 5,
            "reach": [1.0, nan, None, 1.0, 1.0],
            "score": [0.5, 0.5, 0.5, nan, 0.5],
            "deep": [[{"a": 1.0}], [], None, [], [{"a": nan}]],
        }
    )

    found = read(parquet(table), Format.PARQUET)

    assert found.lines == [1, 3]
    assert [rejected.reason for rejected in found.rejects] == [
        "reach is nan, expected a whole number",
        "score is nan, expected finite numbers",
        "deep is [{'a': nan}], expected finite numbers",
    ]


def test_a_text_over_the_limit_is_rejected_in_parquet() -> None:
    table = pa.table({"id": ["1", "2"], "text": ["x" * TOO_LONG, "b"]})

    found = read(parquet(table), Format.PARQUET)

    assert found.lines == [2]
    assert found.only_reject.reason == f"text is {TOO_LONG} bytes long, expected at most 1048576"


class Long(io.BytesIO):
    """A stream that is made while it is read: a head, one piece many times, a tail."""

    def __init__(self, head: bytes, piece: bytes, times: int, tail: bytes) -> None:
        super().__init__()
        self._pieces = iter((head, *repeat(piece, times), tail))
        self._left = b""

    def read(self, size: int | None = -1, /) -> bytes:
        while len(self._left) < (size or 0) and (piece := next(self._pieces, b"")):
            self._left += piece
        found, self._left = self._left[:size], self._left[size:]
        return found


@pytest.mark.parametrize(
    ("form", "head", "tail"),
    [
        (Format.JSONL, jsonl(an_item()), b"\n" + jsonl(an_item(id="2"))),
        (Format.CSV, b"id,text\n1,a\n", b"\n2,b\n"),
        (Format.CSV, b'id,text\n1,a\n9,"', b'"\n2,b\n'),
    ],
)
def test_a_line_of_200_megabytes_costs_a_few(form: Format, head: bytes, tail: bytes) -> None:
    """A line over the limit is read past and rejected; memory stays far below its size."""
    stream = Long(head, b"x" * 1_000_000, 200, tail)
    tracemalloc.start()
    try:
        found = read(stream, form)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found.column("id") == ["1", "2"]
    assert "over 1048576 bytes long" in found.only_reject.reason
    assert found.lines[1] == found.only_reject.line + 1
    assert peak < 16 << 20


def test_a_line_at_the_limit_is_read_and_one_byte_more_is_not() -> None:
    frame = len(jsonl(an_item(text=""))) - 1  # without its line feed
    fits = "x" * ((1 << 20) - frame)

    found = read(jsonl(an_item(text=fits), an_item(id="2", text=fits + "x"), an_item(id="3")))

    assert found.lines == [1, 3]
    assert found.only_reject.line == 2


def test_memory_does_not_grow_with_the_file() -> None:
    """Ten times the items cost no more memory at the peak."""

    def peak(count: int) -> int:
        piece = jsonl(*(an_item(id=str(number), text="word " * 40) for number in range(1000)))
        stream = Long(b"", piece, count, b"")
        tracemalloc.start()
        try:
            chunks = read_items(stream, Format.JSONL, name="f", now=NOW)
            assert sum(chunk.items.num_rows for chunk in chunks) == 1000 * count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(200) < 1.1 * peak(20)


def test_csv_cells_follow_the_same_rules() -> None:
    header = ["id", "text", "reach", "created_at", "author_verified", "mentions", "author"]
    data = csv_bytes(
        header,
        ["1", "", "5", "1777636800", "true", "ana,bo", "x"],
        ["", "b", "", "", "", "", ""],
        ["3", "c", "-1", "", "", "", ""],
        ["4", "d", "", "2026-05-01", "", "", ""],
        ["5", "e", "", "2026-05-01T12:00:00Z", "False", '["a b"]', ""],
        ["6", "f\0", "", "", "", "", ""],
        ["7", "g", "nan", "", "", "", ""],
    )

    found = read(data, Format.CSV)

    assert found.lines == [2, 6]
    assert found.column("text") == ["", "e"]
    assert found.column("mentions") == [["ana", "bo"], ["a b"]]
    assert found.column("author") == ["x", None]
    assert found.column("created_at") == [datetime.fromisoformat("2026-05-01T12:00:00Z")] * 2
    assert [(rejected.line, rejected.reason.split(",")[0]) for rejected in found.rejects] == [
        (3, "id is empty or null"),
        (4, "reach is '-1'"),
        (5, "created_at is '2026-05-01'"),
        (7, "text holds a NUL character"),
        (8, "reach is 'nan'"),
    ]
    assert found.rejects[1].raw == "3,c,-1,,,,"


def test_a_parquet_file_that_counts_more_rows_than_it_has_is_refused() -> None:
    """Rows that are announced and missing are an error at the end, never a quiet loss."""
    data = parquet(pa.table({"id": ["1", "2"], "text": ["a", "b"]}))
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    place = data.index(b"\x16\x04", footer)  # Thrift's compact form of the file's first 64-bit field: 2 rows
    lying = data[:place] + b"\x16\x08" + data[place + 2 :]
    chunks = read_items(io.BytesIO(lying), Format.PARQUET, name="f", now=NOW)

    assert next(chunks).items.num_rows == 2
    with pytest.raises(BadInput, match="it says that it has 4 rows, and has 2"):
        list(chunks)
