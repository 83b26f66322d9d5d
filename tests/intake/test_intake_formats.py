"""What a file's name says, and what becomes of its columns."""

import gzip
import io
import json
import random
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from intake_samples import NOW, an_item, csv_bytes, jsonl, parquet, read

from evenhand.errors import BadInput, Outside
from evenhand.intake import Format, guess_format, read_items


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.jsonl", Format.JSONL),
        ("a.ndjson", Format.JSONL),
        ("dir.csv/a.JSONL.gz", Format.JSONL),
        ("a.csv", Format.CSV),
        ("a.b.csv.gz", Format.CSV),
        ("a.parquet", Format.PARQUET),
        ("a.pq", Format.PARQUET),
        ("-", Format.JSONL),
    ],
)
def test_a_name_says_its_format(name: str, form: Format) -> None:
    assert guess_format(name) is form


@pytest.mark.parametrize("name", ["a", "a.gz", "a.txt", "a.xlsx", ""])
def test_an_unknown_ending_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(BadInput, match=r"expected one of \.jsonl") as caught:
        guess_format(name)

    assert "state the format" in caught.value.mend


def test_the_least_item_gets_its_defaults() -> None:
    """An item of id and text is a post of the file's source, and all else about it is unknown."""
    (row,) = read(jsonl(an_item()), source="forum").items.to_pylist()

    assert row.pop("source") == "forum"
    assert row.pop("kind") == "post"
    assert row.pop("id") == "1"
    assert row.pop("text") == "hello"
    assert [name for name in ("mentions", "urls", "media", "recipients") if row.pop(name) != []] == []
    assert set(row.values()) == {None}


def test_every_known_column_is_read() -> None:
    item = {
        "source": "forum",
        "id": "7",
        "kind": "reply",
        "text": "hi",
        "author": "ana",
        "created_at": "2026-05-01T12:00:00Z",
        "edited_at": "2026-05-01T14:00:00.25+01:00",
        "deleted_at": 1777646400,
        "received_at": 1777646400.5,
        "language": "en",
        "reply_to": "6",
        "reply_to_author": "bo",
        "thread": "1",
        "quote_of": "2",
        "quote_author": "cy",
        "repost_of": "3",
        "url": "https://forum.example/7",
        "visibility": "public",
        "mentions": ["bo"],
        "urls": ["https://a.example"],
        "media": ["m1", "m2"],
        "recipients": [],
        "reach": 12,
        "author_created_at": 946684800,
        "author_followers": 5,
        "author_following": 6,
        "author_verified": True,
        "mood": "fine",
    }

    (row,) = read(jsonl(item)).items.to_pylist()

    assert row == {
        **{name: value for name, value in item.items() if name != "mood"},
        "created_at": datetime(2026, 5, 1, 12, tzinfo=UTC),
        "edited_at": datetime(2026, 5, 1, 13, 0, 0, 250_000, tzinfo=UTC),
        "deleted_at": datetime(2026, 5, 1, 14, 40, tzinfo=UTC),
        "received_at": datetime(2026, 5, 1, 14, 40, 0, 500_000, tzinfo=UTC),
        "author_created_at": datetime(2000, 1, 1, tzinfo=UTC),
        "extra": '{"mood":"fine"}',
    }


def test_columns_are_mapped() -> None:
    """A mapped column is read under the item's name, and under no other."""
    data = csv_bytes(["content_id", "body", "source"], ["7", "hi", "ana"])
    columns = {"id": "content_id", "text": "body", "author": "source"}

    (row,) = read(data, Format.CSV, columns=columns).items.to_pylist()

    assert (row["id"], row["text"], row["author"], row["source"]) == ("7", "hi", "ana", "default")
    assert row["extra"] is None


def test_a_column_that_another_replaces_is_kept_as_unknown() -> None:
    (row,) = read(jsonl({"id": "a", "post_id": "b", "text": ""}), columns={"id": "post_id"}).items.to_pylist()

    assert (row["id"], row["extra"]) == ("b", '{"id":"a"}')


def test_unknown_columns_are_written_alike_from_every_format() -> None:
    """What JSON Lines, CSV and Parquet say alike is kept alike: sorted, compact, without nulls."""
    rows: list[dict[str, str | None]] = [
        {"id": "1", "text": "a", "zeta": 'é\n"', "alpha": "x"},
        {"id": "2", "text": "b", "zeta": None, "alpha": "x"},
        {"id": "3", "text": "c", "zeta": None, "alpha": None},
    ]
    expected = ['{"alpha":"x","zeta":"é\\n\\""}', '{"alpha":"x"}', None]

    assert read(jsonl(*rows)).column("extra") == expected
    assert read(parquet(pa.Table.from_pylist(rows)), Format.PARQUET).column("extra") == expected
    cells = [["id", "text", "zeta", "alpha"], *([value or "" for value in row.values()] for row in rows)]
    assert read(csv_bytes(*cells), Format.CSV).column("extra") == expected


def test_unknown_values_keep_their_types() -> None:
    odd = {"n": 9007199254740993, "f": 1.0, "flag": False, "deep": {"b": [1, None], "a": {}}, "empty": ""}

    (extra,) = read(jsonl(an_item(**odd))).column("extra")

    assert extra == '{"deep":{"a":{},"b":[1,null]},"empty":"","f":1.0,"flag":false,"n":9007199254740993}'


def test_parquet_types_that_json_lacks_are_written_as_strings() -> None:
    table = pa.table(
        {
            "id": ["1"],
            "text": ["a"],
            "at": pa.array([0], pa.timestamp("ns", "Europe/Vienna")),
            "day": pa.array([1], pa.date32()),
            "raw": pa.array([b"\xff"], pa.binary()),
            "tags": pa.array([[{"a": 1.5}]]),
            "word": pa.array(["x"]).dictionary_encode(),
        }
    )

    (extra,) = read(parquet(table), Format.PARQUET).column("extra")

    assert json.loads(str(extra)) == {
        "at": "1970-01-01 00:00:00.000000000Z",
        "day": "1970-01-02",
        "raw": "/w==",
        "tags": [{"a": 1.5}],
        "word": "x",
    }


def test_extra_is_opened_and_joined() -> None:
    """A column `extra` holds unknown columns, as an object or its text; other words in it are one itself."""
    data = jsonl(
        an_item(extra={"b": 1}, a=2), an_item(extra='{"b": 1}'), an_item(extra="words"), an_item(extra=None)
    )

    assert read(data).column("extra") == ['{"a":2,"b":1}', '{"b":1}', '{"extra":"words"}', None]


def test_a_column_in_extra_and_beside_it_is_rejected() -> None:
    found = read(jsonl(an_item(), an_item(extra={"a": 1}, a=2)))

    assert found.only_reject.reason == "a stands in `extra` and beside it"


def test_gzip_is_unpacked_whatever_the_name() -> None:
    packed = gzip.compress(jsonl(an_item())) + gzip.compress(jsonl(an_item(id="2")))

    found = read(packed)

    assert found.column("id") == ["1", "2"]
    assert found.position == len(packed)


def test_position_grows_to_the_size_of_the_file() -> None:
    rows = [an_item(id=str(number), text="word " * 50) for number in range(5000)]
    for data, form in (
        (jsonl(*rows), Format.JSONL),
        (gzip.compress(jsonl(*rows)), Format.JSONL),
        (csv_bytes(["id", "text"], *([str(row["id"]), str(row["text"])] for row in rows)), Format.CSV),
    ):
        chunks = list(read_items(io.BytesIO(data), form, name="f", now=NOW, rows=500))
        positions = [chunk.position for chunk in chunks]

        assert len(positions) == 10
        assert positions == sorted(positions)
        assert positions[-1] == len(data)


def test_parquet_position_ends_within_the_file() -> None:
    data = parquet(pa.table({"id": ["1", "2"], "text": ["a", "b"]}))

    first, second = read_items(io.BytesIO(data), Format.PARQUET, name="f", now=NOW, rows=1)

    assert 0 < first.position < second.position <= len(data)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    bom = b"\xef\xbb\xbf"

    assert read(bom + jsonl(an_item()).replace(b"\n", b"\r\n")).column("id") == ["1"]
    assert read(bom + b"id,text\r\n1,a\r\n", Format.CSV).column("id") == ["1"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("form", [Format.JSONL, Format.CSV])
def test_utf_16_is_refused_with_the_way_to_convert_it(encoding: str, form: Format) -> None:
    with pytest.raises(BadInput, match="is UTF-16 or UTF-32, expected UTF-8") as caught:
        read("id,text\n1,a\n".encode(encoding), form)

    assert "iconv" in caught.value.mend


def test_broken_gzip_is_refused_after_what_could_be_read() -> None:
    """Rows before the break stand; the break is an error, never a quiet end."""
    chance = random.Random(1)
    rows = [an_item(id=str(number), text=chance.randbytes(20).hex()) for number in range(20_000)]
    packed = gzip.compress(jsonl(*rows))
    chunks = read_items(io.BytesIO(packed[:-2000]), Format.JSONL, name="f", now=NOW)

    assert next(chunks).items.num_rows == 4096
    with pytest.raises(BadInput, match="f is broken gzip"):
        list(chunks)


@pytest.mark.parametrize("form", Format)
def test_a_failing_disk_is_outside(form: Format) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002  # fails however much is asked for
            raise OSError(5, "Input/output error")

    with pytest.raises(Outside, match="Input/output error"):
        read(Failing(parquet(pa.table({"id": ["1"], "text": ["a"]}))), form)


def test_parquet_from_a_pipe_is_refused() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(BadInput, match="Parquet is read from its end"):
        read(Pipe(b""), Format.PARQUET)


def test_a_reader_wants_a_time_with_a_zone_and_whole_rows() -> None:
    with pytest.raises(BadInput, match="no time zone"):
        read_items(io.BytesIO(), Format.JSONL, name="f", now=datetime(2026, 1, 1))  # noqa: DTZ001  # what is refused
    with pytest.raises(BadInput, match="expected 1 or more"):
        read_items(io.BytesIO(), Format.JSONL, name="f", now=NOW, rows=0)
