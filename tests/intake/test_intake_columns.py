"""Files whose columns do not fit are refused as a whole, with the mend to type."""

from typing import Any

import pyarrow as pa
import pytest
from intake_samples import an_item, csv_bytes, jsonl, parquet, read

from evenhand.errors import BadInput
from evenhand.intake import Format


def refused(data: bytes, form: Format, columns: dict[str, str] | None = None) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read(data, form, columns=columns)
    return caught.value


def as_each(row: dict[str, str]) -> list[tuple[bytes, Format]]:
    return [
        (jsonl(row), Format.JSONL),
        (csv_bytes(list(row), list(row.values())), Format.CSV),
        (parquet(pa.Table.from_pylist([row])), Format.PARQUET),
    ]


@pytest.mark.parametrize(
    ("row", "message", "mend"),
    [
        ({"id": "1", "body": "a"}, "no column 'text'; found body, id", "`--column text=body`"),
        ({"tweet_id": "1", "text": "a"}, "no column 'id'; found text, tweet_id", "`--column id=tweet_id`"),
        (
            {"uid": "1", "txt": "a"},
            "no column 'id' and no column 'text'",
            "`--column id=uid --column text=txt`",
        ),
        ({"ID": "1", "Text": "a"}, "found ID, Text", "`--column id=ID --column text=Text`"),
        ({"foo": "1", "id": "a"}, "found foo, id", "`--column text=NAME`"),
    ],
)
def test_a_missing_column_is_named_with_a_guess(row: dict[str, str], message: str, mend: str) -> None:
    for data, form in as_each(row):
        error = refused(data, form)

        assert message in error.message
        assert mend in error.mend.replace("` `", " ")


def test_a_mapped_column_that_is_not_there_is_refused() -> None:
    for data, form in as_each({"id": "1", "text": "a", "account": "ana"}):
        error = refused(data, form, {"author": "acount"})

        assert error.message.startswith("file has no column 'acount', mapped to 'author'")
        assert error.mend == "write `--column author=account`"


def test_a_mapped_column_may_come_late_in_json_lines() -> None:
    """JSON has no header, so a mapped column is missed only when no row had it."""
    rows = [an_item(id=str(number)) for number in range(5000)]

    found = read(jsonl(*rows, an_item(gone=1777646400)), columns={"deleted_at": "gone"})

    assert sum(value is not None for value in found.column("deleted_at")) == 1


def test_a_mapping_to_no_known_column_is_refused() -> None:
    error = refused(jsonl(an_item()), Format.JSONL, {"txt": "body"})

    assert error.message.startswith("an item has no column 'txt'; the known ones are source, id, kind, text")
    assert error.mend == "write `--column text=body`"
    assert "no column 'extra'" in refused(b"", Format.JSONL, {"extra": "body"}).message


def test_one_column_is_not_mapped_twice() -> None:
    assert "mapped to more than one" in refused(b"", Format.JSONL, {"id": "a", "text": "a"}).message


def test_a_doubled_header_is_refused() -> None:
    table = pa.table([["1"], ["a"], ["b"]], names=["id", "text", "text"])

    for data, form in ((b"id,text,text\n1,a,b\n", Format.CSV), (parquet(table), Format.PARQUET)):
        assert refused(data, form).message == "file has the column 'text' more than once"


@pytest.mark.parametrize("name", ["author_leaning", "Author_Leaning"])
def test_leaning_never_travels_with_items(name: str) -> None:
    """A column of leaning refuses the file, and the mend says where it belongs."""
    for data, form in as_each({"id": "1", "text": "a", name: "left"}):
        error = refused(data, form)

        assert "leaning is an audit attribute, it never travels with items" in error.message
        assert "evenhand accounts attributes FILE" in error.mend


def test_leaning_as_a_mapped_column_refuses_the_file() -> None:
    data = jsonl(an_item(author_leaning="a"), an_item())

    assert "leaning" in refused(data, Format.JSONL, {"author": "author_leaning"}).message


@pytest.mark.parametrize("place", [0, 1, 4999])
def test_one_line_with_leaning_ends_no_stream(place: int) -> None:
    """It is rejected with the mend that a file with such a column gets; all others come in."""
    rows = [an_item(id=str(number)) for number in range(5000)]
    rows[place] = an_item(id="bad", Author_Leaning="left")

    found = read(jsonl(*rows))

    assert found.items.num_rows == 4999
    assert [(one.line, "evenhand accounts attributes FILE" in one.mend) for one in found.rejects] == [
        (place + 1, True)
    ]
    assert "leaning is an audit attribute" in found.rejects[0].reason


def test_leaning_inside_extra_is_rejected_with_its_row() -> None:
    cells = ["1", "a", '{"author_leaning":"left"}']
    files = [
        (jsonl(an_item(extra={"author_leaning": 1})), Format.JSONL),
        (csv_bytes(["id", "text", "extra"], cells), Format.CSV),
        (parquet(pa.table({"id": ["1"], "text": ["a"], "extra": [cells[2]]})), Format.PARQUET),
    ]
    for data, form in files:
        found = read(data, form)

        assert found.items.num_rows == 0
        assert "leaning is an audit attribute" in found.rejects[0].reason


def test_a_file_of_too_many_columns_is_refused() -> None:
    """4,096 columns are read, in time that grows with their number; one more is refused."""
    names = ["id", "text", *(f"c{number}" for number in range(4094))]

    assert read(csv_bytes(names, ["1"] * 4096), Format.CSV).items.num_rows == 1
    wide = csv_bytes([*names, "more"], ["1"] * 4097)
    assert refused(wide, Format.CSV).message == "file has 4097 columns, expected at most 4096"
    wide = parquet(pa.table({name: ["1"] for name in [*names, "more"]}))
    assert "4097 columns" in refused(wide, Format.PARQUET).message


def test_an_object_of_too_many_members_is_rejected_alone() -> None:
    found = read(jsonl(an_item(id="1"), an_item(id="2", **{f"c{number}": 1 for number in range(4097)})))

    assert found.items.num_rows == 1
    assert found.rejects[0].reason == "the object has 4097 unknown members, expected at most 4096"


@pytest.mark.parametrize(
    ("column", "limit", "mend"),
    [
        ("id", 1024, "stable name"),
        ("source", 1024, "stable name"),
        ("author", 1024, "stable name"),
        ("url", 8192, "cut the value"),
        ("language", 8192, "cut the value"),
        ("reply_to", 8192, "cut the value"),
    ],
)
def test_a_value_over_its_limit_is_rejected(column: str, limit: int, mend: str) -> None:
    """Counted in bytes; a value of just the limit comes in."""
    for length in (limit, limit + 2):
        row = {"id": "1", "text": "a", column: "\u00e9" * (length // 2)}
        for data, form in as_each(row):
            found = read(data, form)

            assert found.items.num_rows == (length == limit)
            reasons = [f"{column} is {length} bytes long, expected at most {limit}"] * (length > limit)
            assert [one.reason for one in found.rejects] == reasons
            assert all(mend in one.mend for one in found.rejects)


@pytest.mark.parametrize("column", ["urls", "mentions", "media", "recipients"])
def test_a_name_of_a_list_over_its_limit_is_rejected(column: str) -> None:
    for size, rows in ((8192, 1), (8193, 0)):
        assert read(jsonl(an_item(**{column: ["a", "b" * size]}))).items.num_rows == rows


def test_csv_without_a_header_is_refused() -> None:
    assert refused(b"", Format.CSV).message == "file is empty, expected a header"
    assert refused(b"\n\n", Format.CSV).message == "file is empty, expected a header"
    assert "file has no header: a quote opens here" in refused(b'id,"text\n1,a\n', Format.CSV).message
    assert (
        "a header that holds bytes that are not UTF-8"
        in refused(b"id,text,\xff\n1,a,b\n", Format.CSV).message
    )
    assert "file has no header" in refused(b"x" * (1 << 21) + b"\nid,text\n", Format.CSV).message


def test_an_empty_file_of_json_lines_has_no_items() -> None:
    assert read(b"").items.num_rows == 0
    assert read(b"\n \n\r\n").rejects == []


def test_what_is_no_parquet_is_refused() -> None:
    whole = parquet(pa.table({"id": ["1"], "text": ["a"]}))

    for data in (b"", b"PAR1", b"id,text\n1,a\n", whole[:-9], whole[:4] + b"\0" * len(whole) + whole[-8:]):
        assert refused(data, Format.PARQUET).message.startswith("file cannot be read as Parquet: ")


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("text", pa.array([["a"]]), "expected string"),
        ("text", pa.array([1.5]), "expected string"),
        ("id", pa.array([True]), "expected string or a whole number"),
        ("created_at", pa.array([1], pa.timestamp("ms")), "without a time zone in created_at"),
        ("created_at", pa.array([1], pa.date32()), "expected timestamp with a time zone"),
        ("created_at", pa.array([1.5], pa.float32()), "expected timestamp with a time zone"),
        ("reach", pa.array([True]), "expected a whole number"),
        ("author_verified", pa.array([1.5]), "expected bool"),
        ("mentions", pa.array([{"a": 1}]), "expected list of string"),
        ("mentions", pa.array([[1.5]]), "expected list of string"),
    ],
)
def test_a_parquet_column_of_the_wrong_type_refuses_the_file(
    column: str, values: "pa.Array[Any]", expected: str
) -> None:
    table = pa.table({"id": pa.array(["1"]), "text": pa.array(["a"]), column: values})

    assert expected in refused(parquet(table), Format.PARQUET).message


def test_naive_parquet_times_are_not_taken_as_utc() -> None:
    table = pa.table({"id": ["1"], "text": ["a"], "created_at": pa.array([1], pa.timestamp("us"))})

    assert "with a time zone, such as UTC" in refused(parquet(table), Format.PARQUET).mend
