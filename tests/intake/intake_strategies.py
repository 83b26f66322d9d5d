"""Hypothesis strategies: tables of items, and files made of anything."""

from datetime import UTC, datetime

import msgspec
import pyarrow as pa
from hypothesis import strategies as st
from intake_samples import NOW

from evenhand.intake import ITEM_SCHEMA, KINDS

letters = st.characters(codec="utf-8", exclude_characters="\0")
words = st.text(letters, max_size=12)
names = st.text(letters, min_size=1, max_size=8)
ids = names.filter(lambda name: name.strip() != "")
counts = st.integers(0, (1 << 63) - 1)
languages = st.sampled_from(["en", "de", "zh-Hant", "tlh"])
lists = st.lists(words, max_size=3)

# Created, then edited or deleted: in that order, as clocks have it.
_created = st.datetimes(datetime(1990, 1, 1), datetime(2020, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the strategy adds the zone
_later = st.datetimes(datetime(2020, 1, 1), NOW.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001  # the same

_json = st.recursive(
    st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
_unknown = words.filter(lambda name: name.lower() != "author_leaning" and name not in ITEM_SCHEMA.names)
extras = st.dictionaries(_unknown, _json, min_size=1, max_size=3).map(
    lambda members: msgspec.json.encode(members, order="sorted").decode()
)


def _maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


_COLUMNS: dict[str, st.SearchStrategy[object]] = {
    "source": names.filter(lambda name: "/" not in name and bool(name.strip())),
    "id": ids,
    "kind": st.sampled_from(KINDS),
    "text": words,
    "created_at": _maybe(_created),
    "edited_at": _maybe(_later),
    "deleted_at": _maybe(_later),
    "received_at": _maybe(_later),
    "author_created_at": _maybe(_created),
    "language": _maybe(languages),
    "mentions": lists,
    "urls": lists,
    "media": lists,
    "recipients": lists,
    "reach": _maybe(counts),
    "author_followers": _maybe(counts),
    "author_following": _maybe(counts),
    "author_verified": _maybe(st.booleans()),
    "extra": _maybe(extras),
}
rows = st.fixed_dictionaries({name: _COLUMNS.get(name, _maybe(names)) for name in ITEM_SCHEMA.names})
tables = st.lists(rows, max_size=5).map(lambda found: pa.Table.from_pylist(found, schema=ITEM_SCHEMA))

_values = (
    _json
    | st.none()
    | st.sampled_from(
        ["2026-05-01T12:00:00Z", "2026-05-01", 1777636800, "1777636800", 1e18, "[]", '["a"]', "[1", "\0"]
    )
    | st.sampled_from(
        ["true", "1", 5.0, "5.0", -1, 1 << 63, "0x10", "post", "English", {"author": "x"}, [1, None]]
    )
)
loose_rows = st.dictionaries(st.sampled_from(ITEM_SCHEMA.names) | _unknown, _values, max_size=6)
"""Objects with any value in any column, most of them wrong."""

pieces = st.sampled_from(
    [
        b'"',
        b",",
        b"\n",
        b"\r\n",
        b'""',
        b"1,a\n",
        b"id,text\n",
        b"{",
        b'{"id":"1","text":"a"}\n',
        b"\\",
        b"\0",
        b"[]",
    ]
)
raw_bytes = st.lists(pieces | st.binary(max_size=4), max_size=25).map(b"".join)
"""Bytes with what trips readers up in them."""
