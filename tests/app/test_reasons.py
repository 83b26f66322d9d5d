"""What whoever decides is shown of why an item is here: all values, and the nearest decided cases."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

import alike
from casework import a_subject, an_app, posts, scanned
from evenhand.app import App
from evenhand.app.cases import LEAST_SIMILARITY, CaseFile, decide_case, list_cases, public_file, show_case
from evenhand.app.keeping import check_store, erase_account, expire_history, seal_history
from evenhand.app.notices import show_notice
from evenhand.app.reports import Filed, add_report
from evenhand.app.scan import Progress
from evenhand.app.staff import put_setting
from evenhand.store import Store
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Verdict

REMOVE = Verdict(clause=ClauseId("T1"), action=Action.REMOVE, reason="The neighbour is called a zorble.")
LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
EDIT = "2026-11-21T11:30:00+00:00"


@pytest.fixture(autouse=True)
def _alike(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector `alike` is installed and at work."""
    alike.install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    put_setting(app, "detectors", "alike,terms")


def filed(app: App, name: str) -> Filed:
    """What became of a report about an item."""
    user = ReporterClass.USER
    return add_report(app, a_subject(name), reporter_class=user, reporter=None, clause=None, text="look")


def report(app: App, name: str) -> CaseFile:
    """The case that a report about an item joins."""
    return show_case(app, filed(app, name).case_id)


def at_work(app: App, detectors: str) -> None:
    """Name the detectors as an earlier command left them: what they are made from may be damaged since."""
    with app.store.transaction() as tx:
        tx.exec_driver_sql("UPDATE settings SET value = ? WHERE name = 'detectors'", (detectors,))


def case_about(app: App, name: str) -> CaseFile:
    """The newest case about an item, open or decided."""
    found = rows(app, "SELECT id FROM cases WHERE subject_id = ? ORDER BY opened_at DESC", name)
    return show_case(app, str(found[0][0]))


def decided(app: App, name: str, verdict: Verdict) -> str:
    """Decide the case about an item; gives the case."""
    file = case_about(app, name)
    decide_case(app, file.status.id, verdict, by="ana")
    return file.status.id


def rows(app: App, query: str, *given: object) -> list[tuple[Any, ...]]:
    """What a bare statement finds."""
    with app.store.reading() as tx:
        return [tuple(row) for row in tx.exec_driver_sql(query, given)]


def count(app: App, table: Literal["readings", "vectors"]) -> int:
    """How many rows there are of what detectors said, or of places."""
    return len(rows(app, "SELECT 1 FROM readings" if table == "readings" else "SELECT 1 FROM vectors"))


def values(file: CaseFile) -> dict[str, object]:
    """All values of all detectors."""
    return {name: value for reading in file.readings for name, value in reading.values.items()}


def test_a_surfaced_item_keeps_all_that_detectors_said(app: App, policy: Path) -> None:
    """Also what lies below every threshold, the categories, and the detector's version."""
    scanned(app, posts("what a zorble"), policy)

    file = case_about(app, "p1")

    assert values(file) == {
        "text.hateful": 0.97,
        "text.threat": 0.0,
        "text.kind": "derogation",
        "text.target": "zorbles",
        "terms.degrading": 1.0,
        "terms.threats": 0.0,
    }
    assert [one.detector for one in file.readings] == ["alike", "terms"]
    assert file.readings[0].version == alike.Alike.version
    assert public_file(file)["readings"] == file.readings
    assert check_store(app) == []


def test_what_another_detector_surfaced_is_read_too(app: App, policy: Path) -> None:
    scanned(app, posts("a quimble you will not forget"), policy)

    file = case_about(app, "p1")

    assert [one.signal for one in file.findings] == ["terms.threats"]
    assert values(file)["text.hateful"] == 0.125


@pytest.mark.parametrize("sealed", [False, True])
def test_a_reported_item_is_read_when_it_becomes_a_case(app: App, policy: Path, *, sealed: bool) -> None:
    """From the journal or from a sealed segment."""
    scanned(app, posts("good morning"), policy)
    if sealed:
        seal_history(app)
    assert count(app, "readings") == 0

    file = report(app, "p1")

    assert values(file)["text.hateful"] == 0.125
    assert count(app, "vectors") == 1
    assert check_store(app) == []


def test_an_item_that_the_history_lost_is_read_by_its_full_row(app: App, policy: Path) -> None:
    """A report after the decision opens a new case, which has a place of its own."""
    scanned(app, posts("what a zorble"), policy)
    first = decided(app, "p1", LEAVE)
    late = replace(app, clock=lambda: app.clock() + timedelta(days=400))
    expire_history(late, by="ana")

    file = report(late, "p1")

    assert values(file)["text.hateful"] == 0.97
    (near,) = file.nearest
    assert (near.case_id, round(near.similarity, 2)) == (first, 1.0)
    assert (count(app, "readings"), count(app, "vectors")) == (2, 2)


def test_another_report_about_an_open_case_reads_nothing_again(app: App, policy: Path) -> None:
    """A detector that cannot be loaded is not even asked."""
    scanned(app, posts("good morning"), policy)
    report(app, "p1")
    at_work(app, "gone")

    assert filed(app, "p1").unread == ""
    assert case_about(app, "p1").status.reports == 2


def test_a_damaged_model_refuses_nobodys_report(app: App, policy: Path, tmp_path: Path) -> None:
    """The case is there without readings, and why is said; once the model is mended the next report reads."""
    scanned(app, posts("good morning"), policy)
    model = tmp_path / "model"
    model.mkdir()
    (model / "manifest.json").write_bytes(b"{")
    (model / "weights.bin").write_bytes(b"")
    at_work(app, f"text-linear@{model}")

    taken = filed(app, "p1")

    assert taken.unread.startswith("the model's manifest cannot be read: ")
    assert "; install Evenhand again, or rebuild the model with " in taken.unread
    assert show_case(app, taken.case_id).status.reports == 1
    assert count(app, "readings") == 0
    at_work(app, "alike,terms")
    assert filed(app, "p1").unread == ""
    assert values(case_about(app, "p1"))["text.hateful"] == 0.125
    assert check_store(app) == []


def test_a_detector_that_breaks_refuses_nobodys_report(
    app: App, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A detector is anybody's code: whatever it raises, the report is taken."""
    folder = tmp_path / "elsewhere"
    metadata = folder / "broken-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[evenhand.detectors]\nbroken = no_such_module:load\n")
    monkeypatch.syspath_prepend(str(folder))
    scanned(app, posts("good morning"), policy)
    at_work(app, "broken")

    taken = filed(app, "p1")

    assert taken.unread == "a detector failed: ModuleNotFoundError: No module named 'no_such_module'"
    assert show_case(app, taken.case_id).status.reports == 1


def test_a_case_has_the_readings_and_the_place_of_its_newest_revision(app: App, policy: Path) -> None:
    """Whether or not a rule speaks about that one; one that cannot be read has no place."""
    scanned(app, posts("what a zorble"), policy)
    scanned(app, posts("good morning", edited_at=EDIT))

    assert values(case_about(app, "p1"))["text.hateful"] == 0.125
    assert rows(app, "SELECT seq FROM vectors") == [(2,)]

    scanned(app, posts("42", edited_at=EDIT.replace("30", "40")))

    assert values(case_about(app, "p1"))["text.hateful"] is None
    assert rows(app, "SELECT seq FROM vectors") == []
    assert count(app, "readings") == 6
    assert check_store(app) == []


class _Killed(Exception):
    """Whatever ends a process between two commits."""


def test_an_interrupted_scan_and_one_more_double_nothing(app: App, policy: Path, tmp_path: Path) -> None:
    """What is kept is what one scan without an interruption keeps."""
    items = posts(*[f"what a zorble number {number} is" for number in range(6)])

    def kill(_: Progress) -> None:
        raise _Killed

    with pytest.raises(_Killed):
        scanned(app, items, policy, chunk_items=2, on_progress=kill)
    assert 0 < count(app, "vectors") < 6
    scanned(app, items, policy, chunk_items=2)
    scanned(app, items, policy)
    (tmp_path / "whole").mkdir()
    whole = an_app(tmp_path / "whole")
    put_setting(whole, "detectors", "alike,terms")
    scanned(whole, items, policy)

    for what in ("SELECT * FROM readings ORDER BY 1, 2", "SELECT seq, vector FROM vectors ORDER BY 1"):
        assert rows(app, what) == rows(whole, what) != []
    whole.store.close()


@pytest.fixture
def neighbours(app: App, policy: Path) -> dict[str, str]:
    """Cases about posts like each other: one removed, one left, one like neither, one open."""
    texts = (
        "what a zorble my neighbour is",
        "what a zorble my brother is",
        "zorble",
        "a zorble my aunt what",
    )
    scanned(app, posts(*texts), policy)
    return {
        "removed": decided(app, "p1", REMOVE),
        "left": decided(app, "p2", LEAVE),
        "unlike": decided(app, "p3", REMOVE),
        "open": case_about(app, "p4").status.id,
    }


def test_the_nearest_decided_cases_are_shown_both_those_upheld_and_those_not(
    app: App, neighbours: dict[str, str]
) -> None:
    """Not the case itself, none that is open, and none that is too far away."""
    scanned(app, [{**posts("what a zorble my brother is my neighbour is")[0], "id": "new", "author": "b"}])

    near = case_about(app, "new").nearest

    assert [(one.case_id, one.clause, one.text) for one in near] == [
        (neighbours["left"], None, "what a zorble my brother is"),
        (neighbours["removed"], "T1", "what a zorble my neighbour is"),
    ]
    assert [one.similarity for one in near] == sorted((one.similarity for one in near), reverse=True)
    assert all(one.similarity >= LEAST_SIMILARITY for one in near)


def test_decided_cases_see_each_other(app: App, neighbours: dict[str, str]) -> None:
    """The earlier one shows the later one, too."""
    first, second = (show_case(app, neighbours[name]).nearest for name in ("removed", "left"))

    assert [(one.case_id, one.clause, one.text) for one in first] == [
        (neighbours["left"], None, "what a zorble my brother is")
    ]
    assert [(one.case_id, one.clause) for one in second] == [(neighbours["removed"], "T1")]
    assert first[0].similarity == second[0].similarity == pytest.approx(5 / 6, abs=1e-3)


def test_at_most_three_are_shown_of_equals_the_last_decided_first(app: App, policy: Path) -> None:
    scanned(app, posts(*["what a zorble"] * 6), policy)
    names = [decided(app, f"p{number}", LEAVE) for number in range(1, 6)]

    near = case_about(app, "p6").nearest

    assert [one.case_id for one in near] == names[:1:-1]


def test_places_of_another_version_or_width_are_not_compared(app: App, neighbours: dict[str, str]) -> None:
    assert show_case(app, neighbours["removed"]).nearest
    with app.store.transaction() as tx:
        tx.exec_driver_sql("UPDATE vectors SET vector = x'003c' WHERE case_id = ?", (neighbours["left"],))
    assert show_case(app, neighbours["removed"]).nearest == ()
    with app.store.transaction() as tx:
        tx.exec_driver_sql(
            "UPDATE vectors SET version = '0', vector = (SELECT vector FROM vectors WHERE case_id = ?)",
            (neighbours["removed"],),
        )
        tx.exec_driver_sql("UPDATE vectors SET version = '1' WHERE case_id = ?", (neighbours["left"],))

    assert show_case(app, neighbours["removed"]).nearest != ()
    assert show_case(app, neighbours["left"]).nearest == ()


def test_neither_the_decision_nor_the_queue_nor_a_notice_reads_the_nearest(
    app: App, neighbours: dict[str, str]
) -> None:
    """Without any vector the queue has the same order and the notice the same words, but for its names."""
    order = [one.status.id for one in list_cases(app, state=None, queue=None, limit=10)]
    notice = show_notice(app, neighbours["left"])

    for told in (neighbours["removed"], "neighbour is", "similar", "alike", "derogation", "0.97"):
        assert told not in notice.text + notice.record
    with app.store.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM vectors")
    assert [one.status.id for one in list_cases(app, state=None, queue=None, limit=10)] == order
    decided(app, "p4", LEAVE)
    assert check_store(app) == []


def test_an_erasure_takes_readings_and_places(app: App, neighbours: dict[str, str]) -> None:
    """Nothing shows the erased item as a neighbour, and its place is nowhere on the disk."""
    ((place,),) = rows(app, "SELECT vector FROM vectors WHERE case_id = ?", neighbours["left"])
    erase_account(app, "a2", source="test", by="bo")

    assert show_case(app, neighbours["removed"]).nearest == ()
    assert show_case(app, neighbours["left"]).readings == ()
    assert (count(app, "readings"), count(app, "vectors")) == (6, 3)
    assert check_store(app) == []
    kept = b"".join(
        path.read_bytes() for path in app.store.history.parent.glob("evenhand.db*") if path.is_file()
    )
    assert place not in kept


def test_an_expiry_leaves_them_with_the_full_row(app: App, neighbours: dict[str, str]) -> None:
    """Cases outlive the history; so does what they are understood by."""
    late = replace(app, clock=lambda: app.clock() + timedelta(days=400))
    assert expire_history(late, by="ana").journal_items == 4

    assert show_case(app, neighbours["removed"]).nearest
    assert (count(app, "readings"), count(app, "vectors")) == (8, 4)
    assert check_store(app) == []


def test_a_store_from_before_gets_both_tables_and_keeps_its_cases(
    app: App, neighbours: dict[str, str]
) -> None:
    """Its cases show no reasons; a report opens the next one with them."""
    with app.store.transaction() as tx:
        tx.exec_driver_sql("DROP TABLE readings")
        tx.exec_driver_sql("DROP TABLE vectors")
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with Store.open(app.store.url) as store:
        again = replace(app, store=store)

        old = show_case(again, neighbours["removed"])

        assert (old.readings, old.nearest) == ((), ())
        assert old.decision is not None
        assert values(report(again, "p1"))["text.hateful"] == 0.97
        assert check_store(again) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE readings SET seq = 99 WHERE seq = 1", "2 readings are about items without a full row"),
        ("UPDATE vectors SET seq = 99 WHERE seq = 1", "1 vectors are about items without a full row"),
        ("UPDATE vectors SET seq = 2 WHERE seq = 1", "is about another item than the case"),
        ("UPDATE vectors SET case_id = 'c_0' WHERE seq = 1", "case c_0 is about another item"),
        ("UPDATE vectors SET vector = x'00' WHERE seq = 1", "is no row of 16-bit floats"),
        ("UPDATE vectors SET vector = x'003c' WHERE seq = 2", "has 1 coordinates, others of its version 64"),
        ("UPDATE vectors SET vector = zeroblob(128) WHERE seq = 1", "has the length 0.000, expected 1"),
        ("UPDATE items SET text = NULL WHERE seq = 1", "or whose text was erased"),
        ("UPDATE readings SET signals = x'00' WHERE seq = 1", "signals is of type bytes, expected str"),
        ("UPDATE readings SET signals = '[' WHERE seq = 1", "the reading of item 1 by alike cannot be read"),
    ],
)
def test_a_broken_reason_is_found(app: App, neighbours: dict[str, str], statement: str, told: str) -> None:
    del neighbours
    with app.store.transaction() as tx:
        tx.exec_driver_sql(statement)

    found = check_store(app)

    assert any(told in fault for fault in found), found
