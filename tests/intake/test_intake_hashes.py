"""Names by content: the form is stated, so that a stranger can compute them again."""

import hashlib
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from intake_samples import an_item, csv_bytes, jsonl, parquet, read
from intake_strategies import tables

from evenhand.intake import ITEM_SCHEMA, Format, account_hashes, content_hashes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


CIRCUMSTANCES = {
    "author_created_at",
    "author_followers",
    "author_following",
    "author_verified",
    "deleted_at",
    "extra",
    "reach",
    "received_at",
}


def sized(value: bytes) -> bytes:
    return len(value).to_bytes(4, "little") + value


def canonical(row: dict[str, object]) -> bytes:
    """The canonical content as the docstring of `content_hashes` says it, one value at a time."""
    fields = []
    for name in sorted(set(row) - CIRCUMSTANCES):
        match row[name]:
            case None | []:
                continue
            case bool(flag):
                value = bytes([flag])
            case int(count):
                value = count.to_bytes(8, "little", signed=True)
            case datetime() as moment:
                passed = moment - EPOCH
                micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
                value = micros.to_bytes(8, "little", signed=True)
            case list(parts):
                value = b"".join(sized(str(part).encode()) for part in parts)
            case text:
                value = str(text).encode()
        fields.append(name.encode() + b"\0" + sized(value))
    return b"".join(fields)


@settings(deadline=None)
@given(tables)
def test_names_are_those_of_the_stated_form(table: pa.Table) -> None:
    expected = [hashlib.sha256(canonical(row)).digest()[:16] for row in table.to_pylist()]

    assert content_hashes(table) == expected
    if table.num_rows:
        chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
        assert content_hashes(chunked) == expected
        assert content_hashes(table.slice(table.num_rows - 1)) == expected[-1:]


def test_names_of_known_items_stay_what_they_are() -> None:
    """Stores hold these names: a change here makes every item of theirs look edited.

    The vectors were made with `canonical` above, which takes one value at a time and shares no code.
    """
    items = read(
        jsonl(
            an_item(),
            an_item(text="Straße 👍", author="ana", created_at="2026-05-01T12:00:00Z", reach=3, mood="fine"),
            an_item(kind="reply", mentions=["ana", "bo"], author_verified=False, language="German"),
        )
    ).items

    assert [name.hex() for name in content_hashes(items)] == [
        "df2f755ee69302894d4c4d01110e7e5f",
        "df34c8f4b3e606a060ee4f330f341509",
        "ae9707c62dc927299c1eac314c9f8849",
    ]
    assert account_hashes(items).tolist() == [0, 12454058907805333241, 0]


def test_the_same_item_has_one_name_whatever_its_file() -> None:
    cells = {"id": "1", "text": "a", "author": "ana", "reach": "5", "mentions": '["bo"]', "mood": "fine"}
    row = {**cells, "reach": 5, "mentions": ["bo"]}

    names = {
        *content_hashes(read(jsonl(row)).items),
        *content_hashes(read(jsonl(dict(reversed(row.items())))).items),
        *content_hashes(read(csv_bytes(list(cells), list(cells.values())), Format.CSV).items),
        *content_hashes(read(parquet(pa.Table.from_pylist([row])), Format.PARQUET).items),
    }

    assert len(names) == 1


@pytest.mark.parametrize("column", sorted(set(ITEM_SCHEMA.names) - {"extra", "id"}))
def test_what_was_posted_is_content_and_what_became_of_it_is_not(column: str) -> None:
    """Two exports of one post differ in reach and followers, and are the same post."""
    other = {
        "string": "reply",
        "timestamp[us, tz=UTC]": "2026-05-01T12:00:00Z",
        "int64": 5,
        "bool": False,
        "list<item: string>": ["bo"],
    }[str(ITEM_SCHEMA.field(column).type)]

    plain, changed = content_hashes(read(jsonl(an_item(), an_item(**{column: other}))).items)

    assert (plain == changed) == (column in CIRCUMSTANCES)


def test_a_platforms_own_columns_are_no_content() -> None:
    first, liked = content_hashes(read(jsonl(an_item(), an_item(likes=12))).items)

    assert first == liked


def test_values_do_not_run_into_each_other() -> None:
    """Moving a letter from one value to the next makes another name."""
    rows = jsonl(
        an_item(mentions=["ab", "c"]),
        an_item(mentions=["a", "bc"]),
        an_item(mentions=["abc"]),
        an_item(urls=["abc"]),
    )

    assert len(set(content_hashes(read(rows).items))) == 4


def test_no_items_have_no_names() -> None:
    empty = ITEM_SCHEMA.empty_table()

    assert content_hashes(empty) == []
    assert account_hashes(empty).shape == (0,)


@settings(deadline=None)
@given(tables)
def test_an_account_is_its_source_and_name(table: pa.Table) -> None:
    """One number per (source, author), the stated one; 0 for an item without an author."""
    found = account_hashes(table)

    assert found.dtype == np.uint64
    for number, row in zip(found.tolist(), table.to_pylist(), strict=True):
        account = sized(str(row["source"]).encode()) + sized(str(row["author"]).encode())
        expected = int.from_bytes(hashlib.sha256(account).digest()[:8], "little")
        assert number == (0 if row["author"] is None else expected)


def test_an_author_of_another_source_is_another_account() -> None:
    rows = jsonl(
        an_item(author="bc", source="a"), an_item(author="c", source="ab"), an_item(author="bc", source="a")
    )

    first, second, third = account_hashes(read(rows).items).tolist()

    assert first == third != second
