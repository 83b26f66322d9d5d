"""Each invariant of the store, broken on purpose by a bare statement, is found."""

import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from store_contract import faults, passing, sqlite

import casework
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases
from evenhand.app.keeping import erase_account, seal_history
from evenhand.app.reports import add_report
from evenhand.app.staff import add_staff, put_setting
from evenhand.errors import VerificationError
from evenhand.store import Store, check
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Verdict

CHECKED = (
    "cases",
    "decisions",
    "event_groups",
    "events",
    "journal",
    "ledger_pending",
    "notices",
    "outbox",
    "policy_versions",
    "recommendations",
    "reports",
    "segments",
    "settings",
    "staff",
    "streams",
)
"""Tables of which every column is committed to, in one way or another, or held to a form."""
GARBAGE = ("'x'", "x'00ff'", "CAST(x'ff' AS TEXT)", "-1", "1.5", "'{}'", "'[1]'")


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in it: history, journal, open and decided cases, reports, notices."""
    folder = tmp_path_factory.mktemp("lived-in")
    policy = casework.a_policy_folder(folder / "policy")
    app = casework.an_app(folder)
    add_staff(app, "ana")
    put_setting(app, "complaints-to", "complaints@example.org")
    texts = ["hello", "what a zorble", "a quimble you will not forget", "zorble", "good morning"]
    casework.scanned(app, casework.posts(*texts), policy)
    seal_history(app)
    casework.scanned(app, [{"id": "later", "text": "good night", "author": "a9"}])
    add_report(
        app,
        casework.a_subject("p1"),
        reporter_class=ReporterClass.USER,
        reporter="rea",
        clause=None,
        text="rude",
    )
    first, second, *_ = list_cases(app, state=None, queue=None, limit=10)
    removed = Verdict(clause=ClauseId("T2"), action=Action.REMOVE, reason="This is a threat.")
    decide_case(app, first.status.id, removed, by="ana")
    left_up = Verdict(clause=None, action=Action.NO_ACTION, reason="No rule is broken.")
    decide_case(app, second.status.id, left_up, by="ana")
    app.store.close()
    return folder


@pytest.fixture
def store(lived_in: Path, tmp_path: Path) -> Store:
    """A copy to break."""
    shutil.copytree(lived_in, tmp_path, dirs_exist_ok=True)
    return sqlite(tmp_path)


def test_a_store_that_was_lived_in_has_no_fault(store: Store) -> None:
    assert faults(store) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE item_keys SET seq = 99 WHERE id = 'p1'", "a key row has arrival number 99"),
        ("UPDATE item_keys SET seq = 2 WHERE id = 'p1'", "1 key rows share an arrival number"),
        ("UPDATE segments SET last_seq = 4", "arrival numbers 6 to 6 stand where 5 should follow"),
        ("UPDATE journal SET first_seq = 7, last_seq = 7", "7 to 7 stand where 6 should follow"),
        ("DELETE FROM segments", "arrival numbers 6 to 6 stand where 1 should follow"),
        ("UPDATE segments SET segment = 2", "folder segment-00000002 is gone"),
        (
            "INSERT INTO journal SELECT 7, 7, accepted_at, rows FROM journal",
            "1 items stand twice in the history",
        ),
        ("DELETE FROM events WHERE type = 'case.claimed' OR seq = 2", "is missing"),
        ("UPDATE events SET leaf = CAST(replace(leaf, 'case.', 'caze.') AS BLOB)", "does not hash to"),
        ("UPDATE events SET prev = 'ab' WHERE seq = 2", "differ in number or link"),
        ("UPDATE events SET type = 'case.released' WHERE type = 'case.decided'", "not what its leaf says"),
        ("UPDATE events SET at = '2001-01-01T00:00:00.000000+00:00'", "not what its leaf says"),
        ("UPDATE streams SET stream = zeroblob(16) WHERE name = 'staff'", "not what its leaf says"),
        ("UPDATE streams SET head = 'ab' WHERE name = 'staff'", "its head is not its last event"),
        ("DELETE FROM events WHERE stream = 'staff'", "its head is not its last event"),
        ("DELETE FROM streams WHERE name = 'staff'", "1 events belong to no stream"),
        ("DELETE FROM ledger_pending WHERE position = 1", "1 events have no pending ledger entry"),
        (
            "INSERT INTO ledger_pending (leaf_hash) VALUES ('ab')",
            "1 pending ledger entries have no event",
        ),
        ("UPDATE event_groups SET salt = zeroblob(32) WHERE name = 'facts'", "a payload commits to"),
        (
            "UPDATE event_groups SET payload = CAST('{}' AS BLOB) WHERE stream = 'staff'",
            "a payload commits to",
        ),
        (
            "UPDATE event_groups SET payload = CAST('no JSON' AS BLOB) WHERE name = 'facts'",
            "a payload commits",
        ),
        ("UPDATE event_groups SET salt = NULL WHERE stream = 'staff'", "a salt has 0 bytes"),
        ("DELETE FROM event_groups WHERE stream = 'staff'", "its field groups are not those of its leaf"),
        ("DELETE FROM event_groups WHERE name = 'facts'", "an event is no case.opened"),
        ("UPDATE cases SET priority = 5", "is not what its events fold to"),
        ("UPDATE cases SET state = 'open' WHERE state = 'decided'", "decided cases and decisions differ"),
        ("UPDATE cases SET version = version + 1", "is not what its events fold to"),
        ("DELETE FROM reports", "there are 0 reports of case c_"),
        ("DELETE FROM recommendations", "there are 0 recommendations of case c_"),
        ("UPDATE reports SET case_id = 'c_none'", "belong to no case: c_none"),
        ("DELETE FROM decisions", "decided cases and decisions differ"),
        ("UPDATE decisions SET action = 'label' WHERE action = 'remove'", "is not what its event says"),
        ("UPDATE decisions SET clause = 'T1' WHERE clause = 'T2'", "is not what its event says"),
        ("DELETE FROM notices", "has 0 notices, expected 1"),
        ("UPDATE notices SET record = record || ' '", "the record of notice n_"),
        ("UPDATE notices SET sha256 = 'ab', record = ''", "is not the one that its event names"),
        ("DELETE FROM outbox WHERE kind = 'notice'", "is 0 times in the outbox"),
        ("DELETE FROM outbox WHERE kind = 'effect'", "the outbox has 0 effects of it"),
        ("DELETE FROM items", "recommendations are about items without a full row"),
        # The words and the fate of a notice.
        ("UPDATE notices SET text = text || ' '", "the text of notice n_"),
        ("UPDATE notices SET text = ''", "the text of notice n_"),
        ("UPDATE notices SET text = '', record = ''", "the record of notice n_"),
        ("UPDATE notices SET sent = 1 - sent", "is not the one that its event names: sent"),
        ("UPDATE notices SET language = 'xx'", "is not what its record says"),
        (
            (
                "INSERT INTO notices SELECT 'n_2', decision_id, recipient, language, text, record, sha256,"
                " sent FROM notices LIMIT 1"
            ),
            "has 2 notices, expected 1",
        ),
        ("UPDATE notices SET decision_id = 'd_none'", "is of no decision"),
        # The outbox.
        (
            (
                "INSERT INTO outbox (kind, ref, payload, state, not_before)"
                " SELECT kind, 'e_2', replace(payload, ref, 'e_2'), state, not_before FROM outbox"
                " WHERE kind = 'effect'"
            ),
            "the outbox has 2 effects of it",
        ),
        (
            (
                "INSERT INTO outbox (kind, ref, payload, state, not_before)"
                " SELECT 'notice', id, json_object('notice', id), 'queued',"
                " '2026-11-22T12:00:00.000000+00:00' FROM notices WHERE NOT sent"
            ),
            "is 1 times in the outbox, expected 0",
        ),
        ("UPDATE outbox SET payload = replace(payload, 'remove', 'label')", "is not what decision d_"),
        ("UPDATE outbox SET payload = replace(payload, '2026', '2027')", "is not what decision d_"),
        ("UPDATE outbox SET payload = replace(payload, '\"p', '\"q')", "is not what decision d_"),
        ("UPDATE outbox SET payload = replace(payload, 'd_', 'x_')", "an effect is of no decision: x_"),
        ("UPDATE outbox SET payload = json_object('notice', 'n_2')", "names another notice"),
        ("UPDATE outbox SET state = 'lost'", "in a state 'lost'"),
        ("UPDATE outbox SET not_before = '2001-01-01T00:00:00.000000+00:00'", "may leave before"),
        # Every column of a decision.
        *(
            (f"UPDATE decisions SET {column} = {value}", f"is not what its event says: {column}")  # noqa: S608 - the values are ours
            for column, value in {
                "subject_id": "'p9'",
                "reason": "'another'",
                "policy": "'other'",
                "first_opinion": "'T9'",
                "blind": "1 - blind",
                "decided_by": "'bo'",
                "decided_at": "'2026-11-21T12:00:00.000000+00:00'",
                "automated": "1 - automated",
            }.items()
        ),
        # The ledger.
        ("UPDATE ledger_pending SET position = position + 1000", "expected 1 to"),
        ("UPDATE cases SET id = 'c_none' WHERE reports", "has events and no row"),
        ("UPDATE cases SET id = 'c_none' WHERE reports", "cases belong to no case: c_none"),
        # What joined a case.
        *(
            (f"UPDATE recommendations SET {column} = {value}", f"is not what its event says: {column}")  # noqa: S608 - the values are ours
            for column, value in {
                "policy": "'other'",
                "content_hash": "'ab'",
                "clause": "'T9'",
                "rule": "'T9.words'",
                "queue": "'other'",
                "severity": "1",
            }.items()
        ),
        *(
            (f"UPDATE reports SET {column} = {value}", f"is not what its event says: {column}")  # noqa: S608 - the values are ours
            for column, value in {
                "subject_id": "'p9'",
                "reporter_class": "'authority'",
                "reporter": "'bo'",
                "clause": "'T1'",
                "text": "'kind'",
            }.items()
        ),
        ("UPDATE reports SET id = 'r_none'", "1 are told by no event, 0 had their reporter erased"),
        ("UPDATE recommendations SET seq = 1", "is about another item than its case"),
        ("UPDATE items SET content_hash = 'ab'", "is not the item that its key row names"),
        ("UPDATE items SET content_hash = 'ab'", "with content that no full row has"),
        ("UPDATE items SET text = 'kind'", "is not the item that segment-00000001"),
        ("UPDATE items SET author = NULL", "is not the item that segment-00000001"),
        ("UPDATE items SET id = 'p0'", "has no key row"),
        (
            (
                "INSERT INTO findings SELECT NULL, 77, detector, version, signal, score, threshold, spans"
                " FROM findings LIMIT 1"
            ),
            "1 findings are about items without a full row",
        ),
        # The history.
        ("UPDATE item_keys SET content_hash = zeroblob(16)", "is not what its key row commits to"),
        ("UPDATE item_keys SET account_hash = 7", "is not what its key row commits to"),
        ("UPDATE item_keys SET id = 'p0' WHERE id = 'p1'", "item 1 has no key row of its own"),
        ("UPDATE item_keys SET seq = 0 WHERE id = 'p1'", "a key row has arrival number 0"),
        ("UPDATE segments SET expired_at = sealed_at", "1 segments expired at"),
        # The registers.
        ("UPDATE settings SET value = 'elsewhere'", "setting complaints-to is not what the events say"),
        ("DELETE FROM settings", "setting complaints-to is in the events and has no row"),
        ("INSERT INTO settings VALUES ('history-days', '1')", "setting history-days is not what"),
        ("UPDATE staff SET pseudonym = 'Reviewer X'", "staff member ana is not what the events say"),
        ("INSERT INTO staff SELECT 'bo', 'x', added_at FROM staff", "staff member bo is not what"),
        ("UPDATE policy_versions SET version = '9'", "the versions of policy conduct are not those"),
        ("DELETE FROM policy_versions", "the versions of policy conduct are not those"),
        ("UPDATE policy_versions SET files = x'80'", "its files are not those that it is named by"),
        # What may be gone, and what may not.
        ("UPDATE event_groups SET salt = NULL, payload = NULL WHERE name = 'facts'", "no erasure takes it"),
        ("UPDATE event_groups SET salt = NULL, payload = NULL WHERE stream = 'staff'", "no erasure takes it"),
        ("UPDATE event_groups SET salt = NULL, payload = NULL WHERE name = 'person'", "no erasure followed"),
        ("UPDATE event_groups SET payload = NULL WHERE name = 'person'", "only one of payload and salt"),
        ("DELETE FROM events WHERE stream = 'staff'", "1 field groups belong to no event"),
        ("UPDATE events SET at = '2001-01-01T00:00:00.000000+00:00' WHERE seq = 3", "is older than event 2"),
        # Damage.
        ("UPDATE journal SET rows = x'00ff'", "journal 6 to 6 cannot be read"),
        ("UPDATE journal SET rows = '/etc/hostname'", "journal 6: rows is of type str, expected bytes"),
        ("UPDATE cases SET opened_at = 'yesterday'", "opened_at is 'yesterday', expected a moment in UTC"),
        ("UPDATE cases SET opened_at = '2026-11-21'", "opened_at is '2026-11-21', expected a moment in UTC"),
        ("UPDATE cases SET flagged = 'maybe'", "flagged is neither 0 nor 1"),
        ("UPDATE cases SET state = 'lost'", "is not what its events fold to: state"),
        ("UPDATE decisions SET action = 'flog'", "is not what its event says: action"),
        ("UPDATE reports SET reporter_class = 'king'", "is not what its event says: reporter_class"),
        ("UPDATE outbox SET payload = 'x'", "outbox 1: its payload is none"),
        ("UPDATE outbox SET payload = '{}'", "outbox 1: its payload is none"),
        ("UPDATE event_groups SET payload = CAST('[1]' AS BLOB)", "group facts: a payload commits to"),
        ("UPDATE events SET leaf = CAST('{}' AS BLOB)", "of staff cannot be read: ValidationError"),
        ("UPDATE events SET leaf = CAST('[]' AS BLOB)", "of staff cannot be read: ValidationError"),
        (
            "UPDATE events SET leaf = CAST(json_remove(CAST(leaf AS TEXT), '$.stream') AS BLOB)",
            "missing required field `stream`",
        ),
        ("UPDATE events SET type = 'case.lost'", "there are no events of type 'case.lost'"),
        ("UPDATE staff SET pseudonym = CAST(x'ff' AS TEXT)", "staff ana: pseudonym"),
        ("UPDATE policy_versions SET files = x'c1'", "policy conduct 1.0 cannot be read"),
        ("UPDATE policy_versions SET signals = '{'", "policy conduct 1.0 cannot be read"),
        ("UPDATE streams SET stream = x'00' WHERE name = 'staff'", "stream has 1 bytes, expected 16"),
        ("UPDATE segments SET newest = 7", "segments 1: newest is '7', expected a moment"),
    ],
)
def test_a_broken_invariant_is_found(store: Store, statement: str, told: str) -> None:
    with store.transaction() as tx:
        tx.exec_driver_sql(statement)

    found = faults(store)

    assert any(told in fault for fault in found), found


def test_entries_out_of_order_are_found(store: Store) -> None:
    """The ledger takes events in the order in which they were committed."""
    with store.transaction() as tx:
        tx.exec_driver_sql("UPDATE ledger_pending SET position = -position")
        tx.exec_driver_sql(
            "UPDATE ledger_pending SET position = position + 1 + (SELECT count(*) FROM ledger_pending)"
        )

    found = faults(store)

    assert found
    assert all("stands in the pending ledger after event" in fault for fault in found)


def test_an_erasure_breaks_no_rule(store: Store) -> None:
    """What it takes may be gone: rows, words of a decision and its notice, who reported."""
    app = App(store, casework.Clock(casework.NOW + timedelta(hours=1)), casework.chance(8))
    add_report(
        app,
        casework.a_subject("p2"),
        reporter_class=ReporterClass.USER,
        reporter="a9",
        clause=None,
        text="rude",
    )
    gone = [erase_account(app, name, source="test", by="ana") for name in ("a2", "a3", "a9")]

    assert [one.history_rows for one in gone] == [1, 1, 1]
    assert sum(one.notices for one in gone) == 2
    assert faults(store) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE notices SET text = 'back'", "has words that were erased"),
        ("UPDATE decisions SET reason = 'back'", "is not what its event says: reason"),
        ("DELETE FROM events WHERE stream = 'erasures'", "no erasure followed"),
        ("UPDATE items SET text = 'back'", "was erased, and no full row of its subject was"),
    ],
)
def test_what_was_erased_stays_so(store: Store, statement: str, told: str) -> None:
    app = App(store, casework.Clock(casework.NOW + timedelta(hours=1)), casework.chance(8))
    for name in ("a2", "a3"):
        erase_account(app, name, source="test", by="ana")
    with store.transaction() as tx:
        tx.exec_driver_sql(statement)

    found = faults(store)

    assert any(told in fault for fault in found), found


def test_rows_taken_out_of_the_history_are_found(store: Store) -> None:
    """A file that lacks items is read without an error; the numbers say what should be there."""
    path = next(store.history.rglob("*.parquet"))
    path.unlink()

    assert any("missing from the history, 0 erasures took 0" in fault for fault in faults(store))


@pytest.mark.parametrize("column", ["text", "url", "edited_at", "author"])
def test_a_changed_item_of_the_history_is_found(store: Store, column: str) -> None:
    """Its content is hashed again and laid beside its key row."""
    path = next(store.history.rglob("*.parquet"))
    table = pq.read_table(path)
    place = table.schema.get_field_index(column)
    values = {"edited_at": [casework.NOW]}.get(column, ["other"]) * table.num_rows
    pq.write_table(
        table.set_column(place, table.field(column), pa.array(values, table.field(column).type)), path
    )

    assert any("is not what its key row commits to" in fault for fault in faults(store))


def test_a_file_that_lacks_a_column_is_found(store: Store) -> None:
    path = next(store.history.rglob("*.parquet"))
    pq.write_table(pq.read_table(path).drop_columns(["text"]), path)

    assert any(f"{path.name} cannot be read: KeyError" in fault for fault in faults(store))


def test_a_column_of_which_only_the_pages_are_damaged_is_found(store: Store) -> None:
    """All columns are read, not the arrival numbers alone."""
    path = next(store.history.rglob("*.parquet"))
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    start = column.dictionary_page_offset or column.data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + column.total_compressed_size] = bytes(column.total_compressed_size)
    path.write_bytes(bytes(data))

    assert any(f"{path.name} cannot be read" in fault for fault in faults(store))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_stops_the_check(store: Store, data: st.DataObject) -> None:
    """Whatever stands in whichever column, the check ends, and tells of it in words."""
    with store.transaction() as tx:
        tables = {name: tx.exec_driver_sql(f"PRAGMA table_info({name})").all() for name in sorted(CHECKED)}
    table = data.draw(st.sampled_from(sorted(tables)))
    column = data.draw(
        st.sampled_from([row[1] for row in tables[table] if row[2] != "INTEGER" or not row[5]])
    )
    garbage = data.draw(st.sampled_from(GARBAGE))
    with passing(store) as tx:
        changed = (
            f"UPDATE OR IGNORE {table} SET {column} = {garbage}"  # noqa: S608 - names and values are ours
            f" WHERE rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS NOT {garbage})"
        )
        assume(tx.exec_driver_sql(changed).rowcount)

        found = check.faults(tx, store.history)

        assert all(isinstance(fault, str) for fault in found)


def test_a_damaged_file_of_the_history_is_found(store: Store) -> None:
    path = next(store.history.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:40])

    assert [path.name in fault for fault in faults(store)] == [True]


def test_what_is_found_is_raised_with_the_number_of_faults(store: Store) -> None:
    with store.transaction() as tx:
        check.refuse(check.faults(tx, store.history))
        tx.exec_driver_sql("DELETE FROM notices")
        with pytest.raises(VerificationError, match=r"^3 faults; the first: decision d_") as refused:
            check.refuse(check.faults(tx, store.history))

    assert "restore a backup" in refused.value.mend
