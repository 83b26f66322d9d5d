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


def test_leaning_is_found_wherever_it_hides() -> None:
    """Late in the file, mapped to another name, or inside `extra`."""
    rows = [an_item(id=str(number)) for number in range(5000)]

    assert "leaning" in refused(jsonl(*rows, an_item(author_leaning="left")), Format.JSONL).message
    assert (
        "leaning"
        in refused(jsonl(an_item(author_leaning="a")), Format.JSONL, {"author": "author_leaning"}).message
    )
    assert "leaning" in refused(jsonl(an_item(extra={"author_leaning": 1})), Format.JSONL).message
    cells = csv_bytes(["id", "text", "extra"], ["1", "a", '{"author_leaning":"left"}'])
    assert "leaning" in refused(cells, Format.CSV).message


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
