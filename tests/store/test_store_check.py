"""Each invariant of the store, broken on purpose by a bare statement, is found."""

import shutil
from pathlib import Path

import pytest
from store_contract import faults, sqlite

import casework
from evenhand.app.cases import decide_case, list_cases
from evenhand.app.keeping import seal_history
from evenhand.app.reports import add_report
from evenhand.app.staff import add_staff, put_setting
from evenhand.errors import VerificationError
from evenhand.store import Store, check
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Verdict


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
        ("UPDATE events SET leaf = replace(leaf, 'case.', 'caze.')", "does not hash to"),
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
        ("UPDATE event_groups SET payload = '{}' WHERE stream = 'staff'", "a payload commits to"),
        ("UPDATE event_groups SET payload = 'no JSON' WHERE name = 'facts'", "cannot be folded"),
        ("UPDATE event_groups SET salt = NULL WHERE stream = 'staff'", "a salt has 0 bytes"),
        ("DELETE FROM event_groups WHERE stream = 'staff'", "its field groups are not those of its leaf"),
        ("DELETE FROM event_groups WHERE name = 'facts'", "cannot be folded"),
        ("UPDATE cases SET priority = 5", "is not what its events fold to"),
        ("UPDATE cases SET state = 'open' WHERE state = 'decided'", "decided cases and decisions differ"),
        ("UPDATE cases SET version = version + 1", "is not what its events fold to"),
        ("DELETE FROM reports", "has not one row for each of 1 ReportJoined"),
        ("DELETE FROM recommendations", "has not one row for each of 1 RecommendationJoined"),
        ("UPDATE reports SET case_id = 'c_none'", "belong to no case: c_none"),
        ("DELETE FROM decisions", "decided cases and decisions differ"),
        ("UPDATE decisions SET action = 'label' WHERE action = 'remove'", "is not what its event says"),
        ("UPDATE decisions SET clause = 'T1' WHERE clause = 'T2'", "is not what its event says"),
        ("DELETE FROM notices", "has no notice"),
        ("UPDATE notices SET record = record || ' '", "is not what its hash says"),
        ("UPDATE notices SET sha256 = 'ab', record = ''", "is not the one that its event names"),
        ("DELETE FROM outbox WHERE kind = 'notice'", "is not in the outbox"),
        ("DELETE FROM outbox WHERE kind = 'effect'", "the outbox has another effect or none"),
        ("DELETE FROM items", "recommendations are about items without a full row"),
    ],
)
def test_a_broken_invariant_is_found(store: Store, statement: str, told: str) -> None:
    with store.transaction() as tx:
        tx.exec_driver_sql(statement)

    found = faults(store)

    assert any(told in fault for fault in found), found


def test_a_damaged_file_of_the_history_is_found(store: Store) -> None:
    path = next(store.history.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:40])

    assert [path.name in fault for fault in faults(store)] == [True]


def test_what_is_found_is_raised_with_the_number_of_faults(store: Store) -> None:
    with store.transaction() as tx:
        check.verify(tx, store.history)
        tx.exec_driver_sql("DELETE FROM notices")
        with pytest.raises(VerificationError, match=r"^2 faults; the first: decision d_") as refused:
            check.verify(tx, store.history)

    assert "restore a backup" in refused.value.mend
