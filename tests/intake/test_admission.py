"""Admission: each item of a batch is new, a revision, seen before, or in conflict; exactly one of these."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.intake import NEVER_EDITED, Admission, Conflict, KnownItem, Owner, admit, owners
from evenhand.vocabulary import SubjectKind

KEYS = st.tuples(st.sampled_from(["s", "t"]), st.sampled_from(["1", "2", "3"]))
CONTENTS = st.sampled_from([b"a" * 16, b"b" * 16, b"c" * 16])
EDITS = st.sampled_from([NEVER_EDITED, -5, 0, 10, 20])
EVE, MALLORY, EVES_AD = (7, SubjectKind.ITEM), (8, SubjectKind.ITEM), (7, SubjectKind.AD)
OWNERS = st.sampled_from([EVE, EVE, EVE, MALLORY, EVES_AD])
# A content hash covers `edited_at`, author and kind: the same content has the same ones.
REVISIONS = st.tuples(st.sampled_from("ab"), EDITS, OWNERS).map(
    lambda drawn: (f"{drawn[0]}{drawn[1] % 1000}{drawn[2][0]}{drawn[2][1]}".rjust(16).encode(), *drawn[1:])
)
ROWS = st.lists(st.tuples(KEYS, REVISIONS).map(lambda drawn: (drawn[0], *drawn[1])), max_size=12)
KNOWN = st.dictionaries(
    KEYS,
    st.builds(lambda one, seq: KnownItem(one[0], one[1], seq, *one[2]), REVISIONS, st.integers(1, 99)),
    max_size=4,
)
Row = tuple[tuple[str, str], bytes, int, Owner]


def admitted(rows: Sequence[Row], known: dict[tuple[str, str], KnownItem]) -> Admission:
    keys, contents, edits, owned = zip(*rows, strict=True) if rows else ((), (), (), ())
    return admit(keys, contents, edits, owned, known)


def known_as(row: Row) -> KnownItem:
    """What is known of a row once it was accepted."""
    return KnownItem(row[1], row[2], 7, *row[3])


def one_by_one(rows: Sequence[Row], known: dict[tuple[str, str], KnownItem]) -> tuple[str, ...]:
    """The rule as the design words it, an item at a time: what becomes of each."""
    seen = {
        key: (item.content_hash, item.edited_at, (item.account_hash, item.subject))
        for key, item in known.items()
    }
    fates = []
    for key, content, edit, owner in rows:
        if key not in seen:
            fate = "new"
        elif seen[key][0] == content:
            fate = "duplicate"
        elif seen[key][2] != owner or edit == seen[key][1]:
            fate = "conflict"
        else:
            fate = "revision" if edit > seen[key][1] else "duplicate"
        if fate in {"new", "revision"}:
            seen[key] = (content, edit, owner)
        fates.append(fate)
    return tuple(fates)


@given(ROWS, KNOWN)
def test_a_batch_fares_as_its_items_one_by_one(
    rows: list[Row], known: dict[tuple[str, str], KnownItem]
) -> None:
    fates = one_by_one(rows, known)

    found = admitted(rows, known)

    wanted = [row for row, fate in enumerate(fates) if fate in {"new", "revision"}]
    assert found.accepted.tolist() == wanted
    assert found.revisions == fates.count("revision")
    assert found.duplicates == fates.count("duplicate")
    assert [one.row for one in found.conflicts] == [
        row for row, fate in enumerate(fates) if fate == "conflict"
    ]


@given(ROWS, KNOWN)
def test_every_item_is_counted_once(rows: list[Row], known: dict[tuple[str, str], KnownItem]) -> None:
    found = admitted(rows, known)

    assert len(found.accepted) + found.duplicates + len(found.conflicts) == len(rows)
    assert 0 <= found.revisions <= len(found.accepted)


@given(ROWS, KNOWN)
def test_what_was_accepted_is_not_accepted_again(
    rows: list[Row], known: dict[tuple[str, str], KnownItem]
) -> None:
    """The same batch again, once its items are known, brings nothing new."""
    first = admitted(rows, known)
    after = {**known, **{rows[row][0]: known_as(rows[row]) for row in first.accepted}}

    assert admitted(rows, after).accepted.size == 0


@given(ROWS, KNOWN, st.integers(0, 12))
def test_where_a_batch_is_cut_changes_nothing(
    rows: list[Row], known: dict[tuple[str, str], KnownItem], place: int
) -> None:
    whole = admitted(rows, known)
    first = admitted(rows[:place], known)
    between = {**known, **{rows[row][0]: known_as(rows[row]) for row in first.accepted}}
    second = admitted(rows[place:], between)

    assert [*first.accepted, *(second.accepted + place)] == whole.accepted.tolist()
    assert first.duplicates + second.duplicates == whole.duplicates
    assert len(first.conflicts) + len(second.conflicts) == len(whole.conflicts)


@given(KEYS, CONTENTS, EDITS)
def test_a_conflict_names_what_took_the_name(key: tuple[str, str], content: bytes, edit: int) -> None:
    before = KnownItem(b"x" * 16, edit, 5, *EVE)

    assert admitted([(key, content, edit, EVE)], {key: before}).conflicts == (Conflict(0, before),)


def test_a_conflict_within_a_batch_names_the_row_that_took_the_name() -> None:
    rows = [(("s", "1"), content * 16, NEVER_EDITED, EVE) for content in (b"a", b"b")]
    before = KnownItem(b"a" * 16, NEVER_EDITED, 0, *EVE)

    assert admitted(rows, {}).conflicts == (Conflict(1, before, taken_in=0),)


@pytest.mark.parametrize(
    ("edit", "fate"),
    [(NEVER_EDITED, "older"), (9, "older"), (10, "conflict"), (11, "revision")],
)
def test_only_a_later_edit_is_a_revision(edit: int, fate: str) -> None:
    """An older one is no conflict: every export from before the edit holds it."""
    known = {("s", "1"): KnownItem(b"a" * 16, 10, 5, *EVE)}

    found = admitted([(("s", "1"), b"b" * 16, edit, EVE)], known)

    assert (found.revisions, found.duplicates, len(found.conflicts)) == {
        "older": (0, 1, 0),
        "conflict": (0, 0, 1),
        "revision": (1, 0, 0),
    }[fate]


@pytest.mark.parametrize("edit", [9, 10, 11])
@pytest.mark.parametrize(
    ("owner", "changed"),
    [(MALLORY, ("author",)), (EVES_AD, ("kind",)), ((0, SubjectKind.PAGE), ("author", "kind"))],
)
def test_no_edit_changes_the_author_or_what_a_case_is_about(
    owner: Owner, changed: tuple[str, ...], edit: int
) -> None:
    """Whatever its time: what is told about one person is never told to another."""
    before = KnownItem(b"a" * 16, 10, 5, *EVE)

    found = admitted([(("s", "1"), b"b" * 16, edit, owner)], {("s", "1"): before})

    assert found.conflicts == (Conflict(0, before, changed=changed),)
    assert found.accepted.size == 0


def test_the_owner_of_an_item_is_its_account_and_its_subject() -> None:
    """A post may become a reply by an edit; it may not become an ad."""
    items = pa.table({"kind": ["post", "reply", "ad", "page"]})
    accounts = np.array([1, 2, 2**64 - 1, 0], np.uint64)

    assert owners(items, accounts) == [
        (1, SubjectKind.ITEM),
        (2, SubjectKind.ITEM),
        (-1, SubjectKind.AD),
        (0, SubjectKind.PAGE),
    ]


def test_an_item_that_was_never_edited_has_any_edit_as_a_revision() -> None:
    known = {("s", "1"): KnownItem(b"a" * 16, NEVER_EDITED, 5, *EVE)}

    assert admitted([(("s", "1"), b"b" * 16, -(2**62), EVE)], known).revisions == 1


def test_ids_are_unique_within_their_source_only() -> None:
    rows = [((source, "1"), b"a" * 16, NEVER_EDITED, EVE) for source in ("s", "t")]

    assert admitted(rows, {}).accepted.tolist() == [0, 1]


def test_nothing_comes_of_nothing() -> None:
    found = admitted([], {})

    assert (found.accepted.tolist(), found.revisions, found.duplicates, found.conflicts) == ([], 0, 0, ())
