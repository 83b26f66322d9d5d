"""The history: an item stands once, in the journal or in a segment, until it is erased or expires."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from store_contract import ENGINES, faults, passing

from casework import NOW
from evenhand.errors import Outside
from evenhand.intake import ITEM_SCHEMA, account_hashes, content_hashes
from evenhand.store import Store, events, history, items
from evenhand.store.history import BUCKETS, Expired, SegmentRow
from evenhand.store.items import Accepted
from evenhand.vocabulary import SubjectKind

LEFT = "segment-00000001 was left in the history by an interrupted run; `evenhand history seal` takes it away"
AUTHORS = ("ada", "bob", "cem", "dot")


def account(author: str) -> int:
    """The account hash, as the store holds it."""
    named = pa.table({"source": ["test"], "author": [author]})
    return int(account_hashes(named).view(np.int64)[0])


def accept(store: Store, authors: Sequence[str], *, at: datetime = NOW, received_at: datetime = NOW) -> int:
    """Accept one item of each author, in one transaction; gives the first number."""
    with store.transaction() as tx:
        first = items.last_seq(tx) + 1
        names = [f"i{first + place}" for place in range(len(authors))]
        values: dict[str, list[object]] = {
            column.name: [None if column.nullable else []] * len(names) for column in ITEM_SCHEMA
        }
        values["id"] = list(names)
        values["source"], values["kind"] = ["test"] * len(names), ["post"] * len(names)
        values["author"] = list(authors)
        values["text"] = [f"{name} by {by}" for name, by in zip(names, authors, strict=True)]
        values["received_at"] = [received_at] * len(names)
        rows = pa.table(values, schema=ITEM_SCHEMA)
        hashes = account_hashes(rows)
        keys = [("test", name, content, 0) for name, content in zip(names, content_hashes(rows), strict=True)]
        accepted = Accepted(
            rows=rows.append_column("account_hash", pa.array(hashes)),
            keys=keys,
            account_hashes=hashes,
            subjects=[SubjectKind.ITEM] * len(keys),
        )
        return items.accept(tx, accepted, at)


def seal(store: Store, size: int = 100, at: datetime = NOW) -> int:
    with store.transaction() as tx:
        return history.seal(tx, store.history, at, size=size)


def erase(store: Store, author: str) -> int:
    with store.transaction() as tx:
        gone = history.erase_account(tx, store.history, account(author))
        _recorded(tx, "erasures", "payload.erased", {"history_rows": gone})
    return gone


def _recorded(tx: sa.Connection, stream: str, what: str, facts: Mapping[str, int]) -> None:
    """Append the event that goes with what was done."""
    done = events.Event(stream=stream, type=what, at=NOW, groups={"facts": facts})
    events.append(tx, [done], os.urandom)


def on_disk(store: Store) -> bytes:
    """All that stands in the history's folder."""
    return b"".join(path.read_bytes() for path in store.history.rglob("*") if path.is_file())


def segments(store: Store) -> list[SegmentRow]:
    with store.reading() as tx:
        return history.segment_rows(tx)


def texts(store: Store, wanted: Sequence[tuple[int, str]]) -> dict[int, str]:
    """What `read` gives for numbers and authors: number -> text."""
    with store.reading() as tx:
        table = history.read(tx, store.history, [(seq, account(author)) for seq, author in wanted])
    if table is None:
        return {}
    return {row["seq"]: row["text"] for row in table.select(["seq", "text"]).to_pylist()}


def test_the_journal_is_sealed_in_whole_transactions_from_the_oldest_on(store: Store) -> None:
    for _ in range(3):
        accept(store, AUTHORS)
    with store.reading() as tx:
        assert not history.due(tx, size=13)
        assert history.due(tx, size=12)

    assert seal(store, size=6) == 8
    assert segments(store) == [
        SegmentRow(segment=1, first_seq=1, last_seq=8, sealed_at=NOW, newest=NOW),
        SegmentRow(segment=None, first_seq=9, last_seq=12, newest=NOW),
    ]
    assert seal(store) == 4
    assert [(row.segment, row.first_seq, row.last_seq) for row in segments(store)] == [(1, 1, 8), (2, 9, 12)]
    assert seal(store) == 0
    assert faults(store) == []


def test_an_item_reads_the_same_in_the_journal_and_in_a_segment(store: Store) -> None:
    accept(store, AUTHORS)
    accept(store, AUTHORS[::-1])
    wanted = list(enumerate([*AUTHORS, *AUTHORS[::-1]], start=1))
    expected = {seq: f"i{seq} by {author}" for seq, author in wanted}

    assert texts(store, wanted) == expected
    seal(store, size=1)
    assert texts(store, wanted) == expected
    seal(store)
    assert texts(store, wanted) == expected
    assert texts(store, [(99, "ada")]) == {}
    assert texts(store, []) == {}


def test_an_item_stands_in_the_bucket_of_its_account(store: Store) -> None:
    accept(store, [f"author {number}" for number in range(60)])
    seal(store)

    with store.reading() as tx:
        files = history.files(tx, store.history)
    assert len(files) > BUCKETS // 2
    for path in files:
        hashes = np.asarray(pq.read_table(path).column("account_hash"))
        assert set((hashes % BUCKETS).tolist()) == {int(path.stem.removeprefix("bucket-"))}


def test_a_crash_before_the_segment_is_recorded_loses_and_doubles_nothing(store: Store) -> None:
    """The files were there, the record was not: the journal still holds all, the next sealing clears up."""
    accept(store, AUTHORS)
    with passing(store) as tx:
        history.seal(tx, store.history, NOW)
    assert list(store.history.iterdir()) == [store.history / "segment-00000001"]
    assert texts(store, [(1, "ada")]) == {1: "i1 by ada"}
    assert faults(store) == [LEFT]

    accept(store, ["eve"])
    assert seal(store) == 5
    assert texts(store, [(1, "ada"), (5, "eve")]) == {1: "i1 by ada", 5: "i5 by eve"}
    assert faults(store) == []


def test_a_crash_while_a_segment_is_written_leaves_nothing_behind(store: Store) -> None:
    """What an interrupted writing left is cleared away by the next."""
    draft = store.history / "segment-00000001.draft"
    draft.mkdir(parents=True)
    (draft / "bucket-03.parquet").write_bytes(b"half")
    accept(store, AUTHORS)

    assert seal(store) == 4
    assert not draft.exists()
    assert faults(store) == []


def test_an_account_is_erased_from_journal_and_segments(store: Store) -> None:
    accept(store, AUTHORS)
    seal(store)
    accept(store, AUTHORS)

    assert erase(store, "bob") == 2
    assert texts(store, [(2, "bob"), (6, "bob")]) == {}
    assert texts(store, [(1, "ada"), (5, "ada")]) == {1: "i1 by ada", 5: "i5 by ada"}
    assert b"by bob" not in on_disk(store)
    assert not list(store.history.rglob("*.draft"))
    assert erase(store, "bob") == 0
    assert erase(store, "never seen") == 0
    assert faults(store) == []


def test_a_journal_that_was_erased_whole_is_sealed_all_the_same(store: Store) -> None:
    """Its numbers stay taken."""
    accept(store, ["bob", "bob"])
    erase(store, "bob")

    assert seal(store) == 2
    assert accept(store, ["ada"]) == 3
    assert faults(store) == []


def expire(store: Store, days: float) -> Expired:
    """Let go what is older than so many days."""
    with store.transaction() as tx:
        gone = history.expire(tx, store.history, before=NOW - timedelta(days=days), at=NOW)
        facts = {"segments": gone.segments, "journal_items": gone.journal_items}
        _recorded(tx, "history", "history.expired", facts)
    return gone


def test_segments_expire_by_their_newest_item(store: Store) -> None:
    """A segment goes when the newest thing in it is too old, never before."""
    accept(store, ["ada"], at=NOW - timedelta(days=9))
    accept(store, ["bob"], at=NOW - timedelta(days=3))
    seal(store)
    accept(store, ["ada"], at=NOW - timedelta(days=1))
    seal(store)

    assert expire(store, 4) == expire(store, 3) == Expired(segments=0, journal_items=0)
    assert expire(store, 2.9) == Expired(segments=1, journal_items=0)
    assert texts(store, [(1, "ada"), (2, "bob"), (3, "ada")]) == {3: "i3 by ada"}
    assert [row.expired_at for row in segments(store)] == [NOW, None]
    assert [path.name for path in store.history.iterdir()] == ["segment-00000002"]
    assert accept(store, ["cem"]) == 4
    assert faults(store) == []


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("received_at", [NOW - timedelta(days=9999), NOW + timedelta(days=9999)])
def test_retention_counts_from_acceptance_whatever_a_file_says(
    store: Store, received_at: datetime, *, sealed: bool
) -> None:
    """A file cannot keep its items for ever by a date to come, nor lose them early by one long past."""
    accept(store, ["ada"], at=NOW - timedelta(days=5), received_at=received_at)
    if sealed:
        seal(store)

    assert expire(store, 6) == Expired(segments=0, journal_items=0)
    assert expire(store, 4) == Expired(segments=int(sealed), journal_items=int(not sealed))
    assert texts(store, [(1, "ada")]) == {}


def test_what_was_never_sealed_expires_too(store: Store) -> None:
    """A service too small to fill a segment keeps its items no longer than others; their numbers stay."""
    for days in (9, 5, 1):
        accept(store, AUTHORS, at=NOW - timedelta(days=days))

    assert expire(store, 4) == Expired(segments=0, journal_items=8)
    assert texts(store, [(1, "ada"), (5, "ada"), (9, "ada")]) == {9: "i9 by ada"}
    assert segments(store) == [
        SegmentRow(
            segment=1,
            first_seq=1,
            last_seq=8,
            sealed_at=NOW,
            newest=NOW - timedelta(days=5),
            expired_at=NOW,
        ),
        SegmentRow(segment=None, first_seq=9, last_seq=12, newest=NOW - timedelta(days=1)),
    ]
    assert expire(store, 0) == Expired(segments=0, journal_items=4)
    assert accept(store, ["ada"]) == 13
    assert faults(store) == []


def test_a_segment_spans_a_week_at_most(store: Store) -> None:
    """So that its oldest item does not wait for its newest one for longer."""
    for days in (30, 23, 22.9, 1):
        accept(store, ["ada"], at=NOW - timedelta(days=days))

    assert [seal(store) for _ in range(4)] == [2, 1, 1, 0]
    assert faults(store) == []


@pytest.mark.parametrize(
    "act",
    [lambda store: erase(store, "bob"), lambda store: expire(store, 1), seal],
    ids=["erase", "expire", "seal"],
)
def test_what_an_interrupted_run_left_goes_first(store: Store, act: Callable[[Store], object]) -> None:
    """Whatever is done next to the history: a leftover would keep the text of who is erased after it."""
    accept(store, AUTHORS)
    seal(store)
    accept(store, AUTHORS)
    with passing(store) as tx:
        history.seal(tx, store.history, NOW)
    (store.history / "segment-00000007.draft").mkdir()
    (store.history / "segment-00000001" / "bucket-03.draft").write_bytes(b"half")
    for kept in ("segment-00000002.bak", "notes"):
        (store.history / kept).mkdir()
    left = [fault.partition(" ")[0] for fault in faults(store)]
    assert left == ["segment-00000002", "segment-00000007.draft", "segment-00000001/bucket-03.draft"]

    act(store)

    assert faults(store) == []
    names = {path.name for path in store.history.iterdir()}
    assert names - {"segment-00000002"} == {"segment-00000001", "segment-00000002.bak", "notes"}


def test_an_erased_account_is_in_no_leftover_either(store: Store) -> None:
    accept(store, AUTHORS)
    with passing(store) as tx:
        history.seal(tx, store.history, NOW)
    assert b"by bob" in on_disk(store)

    assert erase(store, "bob") == 1

    assert b"by bob" not in on_disk(store)
    assert texts(store, [(1, "ada"), (2, "bob")]) == {1: "i1 by ada"}


def test_an_expiry_that_was_interrupted_is_done_again(store: Store) -> None:
    """The files went, the record did not follow: the check says so, and the next expiry records it."""
    accept(store, AUTHORS, at=NOW - timedelta(days=9))
    seal(store)
    with passing(store) as tx:
        history.expire(tx, store.history, before=NOW, at=NOW)
    assert faults(store) == ["the history's folder segment-00000001 is gone"]

    assert expire(store, 0) == Expired(segments=1, journal_items=0)
    assert faults(store) == []


def test_a_history_that_cannot_be_written_keeps_the_journal(store: Store) -> None:
    accept(store, AUTHORS)
    store.history.write_text("a file stands where the folder should be")

    with pytest.raises(Outside, match=r"the history in .* cannot be written or read") as refused:
        seal(store)

    assert "the journal keeps everything" in refused.value.mend
    store.history.unlink()
    assert faults(store) == []
    assert seal(store) == 4


@dataclass(slots=True)
class Model:
    """What the history should hold."""

    kept: dict[int, str] = field(default_factory=dict)
    journal: list[int] = field(default_factory=list)
    sealed: list[list[int]] = field(default_factory=list)
    last: int = 0

    def accept(self, authors: Sequence[str]) -> None:
        numbers = list(range(self.last + 1, self.last + 1 + len(authors)))
        self.kept.update(zip(numbers, authors, strict=True))
        self.journal += numbers
        self.last += len(authors)

    def seal(self) -> None:
        if self.journal:
            self.sealed.append(self.journal)
            self.journal = []

    def erase(self, author: str) -> None:
        self.kept = {seq: by for seq, by in self.kept.items() if by != author}

    def expire(self) -> None:
        self.kept, self.journal, self.sealed = {}, [], []


STEPS = st.one_of(
    st.tuples(st.just("accept"), st.lists(st.sampled_from(AUTHORS), max_size=5)),
    st.tuples(st.just("seal"), st.none()),
    st.tuples(st.just("erase"), st.sampled_from(AUTHORS)),
    st.tuples(st.just("expire"), st.none()),
)


@pytest.mark.parametrize("engine_name", sorted(ENGINES))
@settings(max_examples=20, deadline=None)
@given(steps=st.lists(STEPS, max_size=8))
def test_whatever_happens_each_item_stands_once(engine_name: str, steps: list[tuple[str, object]]) -> None:
    """Any order of accepting, sealing, erasing and expiring leaves what should be left, to be read again."""
    model = Model()
    with TemporaryDirectory() as folder, ENGINES[engine_name](Path(folder)) as store:
        for name, argument in steps:
            _take(store, model, name, argument)
        everyone = [(seq, author) for seq in range(1, model.last + 1) for author in AUTHORS]
        found = texts(store, everyone)

        assert found == {seq: f"i{seq} by {author}" for seq, author in model.kept.items()}
        assert faults(store) == []
        shutil.rmtree(store.history, ignore_errors=True)


def _take(store: Store, model: Model, name: str, argument: object) -> None:
    if name == "accept":
        assert isinstance(argument, list)
        accept(store, argument)
        model.accept(argument)
    elif name == "seal":
        seal(store)
        model.seal()
    elif name == "erase":
        erase(store, str(argument))
        model.erase(str(argument))
    else:
        expire(store, -1)
        model.expire()
