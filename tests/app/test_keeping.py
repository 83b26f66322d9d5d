"""Keeping and forgetting: what goes, what stays, and that every proof holds over what stays."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework import Clock, a_subject, posts, scanned
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases, show_case
from evenhand.app.keeping import (
    Erased,
    check_store,
    erase_account,
    expire_history,
    list_segments,
    retention_ends,
    seal_history,
)
from evenhand.app.notices import show_notice
from evenhand.app.reports import add_report, list_reports
from evenhand.app.staff import add_staff, all_settings, detector_names, list_staff, put_setting
from evenhand.errors import BadInput, Outside, Refused
from evenhand.store import Store, events
from evenhand.store.history import Expired
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Verdict

POSTED = "what a zorble my neighbour is"
REMOVE = Verdict(clause=ClauseId("T1"), action=Action.REMOVE, reason="The neighbour is called a zorble.")


@pytest.fixture
def decided(app: App, policy: Path) -> str:
    """A decided case about a post of a1, who also has an ordinary post; half of all is sealed."""
    scanned(app, posts(POSTED, "hello"), policy)
    seal_history(app)
    scanned(app, [{**posts("good night")[0], "id": "p3"}])
    (case,) = list_cases(app, state=None, queue=None, limit=10)
    decide_case(app, case.status.id, REMOVE, by="ana")
    return case.status.id


def everything(app: App) -> bytes:
    """All bytes that the installation has on disk."""
    kinds = {".db", ".db-wal", ".parquet"}
    return b"".join(path.read_bytes() for path in app.store.history.parent.rglob("*") if path.suffix in kinds)


def test_an_erased_account_leaves_proofs_and_no_words(app: App, decided: str) -> None:
    """Contents and names go from journal, history, full rows, events and notices; decisions stay proven."""
    sha = show_notice(app, decided).sha256

    erased = erase_account(app, "a1", source="test", by="bo")

    assert erased == Erased(history_rows=2, full_rows=1, event_groups=2, notices=1, reports=0)
    file = show_case(app, decided)
    assert (file.item.text, file.item.author, file.item.url) == (None, None, None)
    assert file.decision is not None
    assert (file.decision.verdict.action, file.decision.verdict.reason) == (Action.REMOVE, "")
    assert file.notice is not None
    assert (file.notice.text, file.notice.record, file.notice.sha256) == ("", "", sha)
    with app.store.reading() as tx:
        happened = events.load(tx, f"case:{decided}")
        (erasure,) = events.load(tx, "erasures")
    assert all(not {"content", "person"} & event.groups.keys() for event in happened)
    assert erasure.groups["facts"] == {
        "basis": "request",
        "counted": "this run",
        "history_rows": 2,
        "full_rows": 1,
        "reports": 0,
    }
    assert check_store(app) == []


def test_nothing_of_an_erased_account_is_left_on_the_disk(app: App, decided: str) -> None:
    """Not in free pages of the database either, nor in its write-ahead log."""
    erase_account(app, "a1", source="test", by="bo")

    left = everything(app)

    assert decided.encode() in left
    assert POSTED.encode() not in left
    assert REMOVE.reason.encode() not in left


def test_other_accounts_are_left_as_they_are(app: App, decided: str) -> None:
    erase_account(app, "a1", source="test", by="bo")

    filed = add_report(
        app, a_subject("p2"), reporter_class=ReporterClass.USER, reporter=None, clause=None, text="x"
    )
    assert show_case(app, filed.case_id).item.text == "hello"
    assert show_case(app, decided).status.id == decided


def test_an_erased_item_cannot_be_decided_about(app: App, policy: Path) -> None:
    scanned(app, posts(POSTED), policy)
    (case,) = list_cases(app, state=None, queue=None, limit=10)
    erase_account(app, "a1", source="test", by="bo")

    with pytest.raises(Refused, match="the item was erased"):
        decide_case(app, case.status.id, REMOVE, by="ana")

    assert check_store(app) == []


class _Stopped(Exception):
    """Whatever stops a process at the worst moment."""


def _stopping(app: App) -> App:
    """The same installation, stopped at the last thing before an erasure's commit: its event's randomness."""

    def stop(_: int) -> bytes:
        raise _Stopped

    return replace(app, entropy=stop)


def test_an_erasure_that_was_interrupted_before_its_commit_is_finished_by_the_next(app: App) -> None:
    """Its files are rewritten by then, and nothing else says that there is more to do than the key row."""
    scanned(app, posts("hello"))
    seal_history(app)
    (path,) = app.store.history.rglob("*.parquet")
    assert b"hello" in path.read_bytes()
    with pytest.raises(_Stopped):
        erase_account(_stopping(app), "a1", source="test", by="bo")
    assert b"hello" not in path.read_bytes()

    erased = erase_account(app, "a1", source="test", by="bo")

    assert erased == Erased(history_rows=0, full_rows=0, event_groups=0, notices=0, reports=0)
    with app.store.reading() as tx:
        (erasure,) = events.load(tx, "erasures")
    assert (erasure.groups["facts"]["counted"], erasure.groups["facts"]["history_rows"]) == ("this run", 0)
    assert check_store(app) == []


def test_an_erasure_whose_log_somebody_reads_is_said_and_finished_by_the_next(app: App, decided: str) -> None:
    """It is committed by then: the same command again empties the log, and is recorded as well."""
    with app.store.reading() as tx:
        tx.exec_driver_sql("PRAGMA busy_timeout=10")  # of this connection, which is used again
    with Store.open(app.store.url) as other, other.reading() as tx:
        assert events.load(tx, f"case:{decided}")
        with pytest.raises(Outside, match=r"somebody is reading .* write-ahead log") as refused:
            erase_account(app, "a1", source="test", by="bo")
        assert "run the same command again" in refused.value.mend
        assert POSTED.encode() in everything(app)

    erase_account(app, "a1", source="test", by="bo")

    assert POSTED.encode() not in everything(app)
    with app.store.reading() as tx:
        assert len(events.load(tx, "erasures")) == 2
    assert check_store(app) == []


def test_what_expired_unsealed_is_not_left_on_the_disk(app: App) -> None:
    clock = Clock(app.clock())
    app = replace(app, clock=clock)
    scanned(app, posts("a word of its own"))
    clock.now += timedelta(days=181)

    assert expire_history(app, by="ana") == Expired(segments=0, journal_items=1)
    assert not (log := Path(f"{app.store.history.parent}/evenhand.db-wal")).exists() or not log.stat().st_size
    assert check_store(app) == []


@pytest.mark.usefixtures("decided")
def test_reports_of_an_erased_account_stand_without_its_name(app: App) -> None:
    """In the list and in the events; what others reported is left as it is."""
    for reporter, subject in (("a1", "p2"), ("rea", "p2"), ("a1", "p1")):
        add_report(
            app,
            a_subject(subject),
            reporter_class=ReporterClass.USER,
            reporter=reporter,
            clause=None,
            text=f"{reporter} on {subject}",
        )

    erased = erase_account(app, "a1", source="test", by="bo")

    assert erased.reports == 2
    filed = [(report.reporter, report.text) for _, report in list_reports(app)]
    assert sorted(filed, key=str) == [("rea", "rea on p2"), (None, "a1 on p1"), (None, "a1 on p2")]
    with app.store.reading() as tx:
        happened = [
            event.groups.get("reporter", {}).get("reporter")
            for case_id in {case_id for case_id, _ in list_reports(app)}
            for event in events.load(tx, f"case:{case_id}")
            if event.type == "case.report_joined"
        ]
    assert sorted(happened, key=str) == [None, None, "rea"]
    assert check_store(app) == []


@pytest.mark.usefixtures("decided")
def test_an_account_that_only_reported_is_forgotten_and_its_namesake_elsewhere_is_not(app: App) -> None:
    add_report(
        app, a_subject("p2"), reporter_class=ReporterClass.USER, reporter="rea", clause=None, text="rude"
    )

    with pytest.raises(BadInput, match="nothing is kept of an account 'rea' of the source 'elsewhere'"):
        erase_account(app, "rea", source="elsewhere", by="bo")
    assert erase_account(app, "rea", source="test", by="bo").reports == 1
    assert check_store(app) == []


@pytest.mark.usefixtures("decided")
def test_a_reporter_whose_name_is_still_in_the_log_goes_from_there_with_the_next_run(app: App) -> None:
    """Nothing is kept of who only reported: the next run finds nobody, and empties the log all the same."""
    name = "rea-of-the-mill"
    add_report(
        app, a_subject("p2"), reporter_class=ReporterClass.USER, reporter=name, clause=None, text="rude"
    )
    with app.store.reading() as tx:
        tx.exec_driver_sql("PRAGMA busy_timeout=10")
    with Store.open(app.store.url) as other, other.reading() as tx:
        assert events.load(tx, "staff")
        with pytest.raises(Outside, match="somebody is reading"):
            erase_account(app, name, source="test", by="bo")
    assert name.encode() in everything(app)

    with pytest.raises(BadInput, match="nothing is kept"):
        erase_account(app, name, source="test", by="bo")

    assert name.encode() not in everything(app)


@pytest.mark.parametrize(("account", "source"), [("a9", "test"), ("a1", "elsewhere")])
def test_an_account_that_is_not_known_is_said(app: App, decided: str, account: str, source: str) -> None:
    with pytest.raises(BadInput, match=f"nothing is kept of an account '{account}'"):
        erase_account(app, account, source=source, by="bo")

    assert show_case(app, decided).item.text == POSTED


def test_the_history_expires_by_its_setting(app: App, decided: str) -> None:
    clock = Clock(app.clock())
    app = replace(app, clock=clock)
    put_setting(app, "history-days", "30")
    newest = list_segments(app)[0].newest
    assert newest is not None
    assert retention_ends(app, newest) == newest + timedelta(days=30)

    clock.now = newest + timedelta(days=29)
    assert expire_history(app, by="ana") == Expired(segments=0, journal_items=0)
    clock.now = newest + timedelta(days=31)
    assert expire_history(app, by="ana") == Expired(segments=1, journal_items=1)

    assert [row.expired_at is not None for row in list_segments(app)] == [True, True]
    assert show_case(app, decided).item.text == POSTED  # what was surfaced is kept with its case
    with app.store.reading() as tx:
        (event,) = events.load(tx, "history")
    assert event.groups["facts"] == {"segments": 1, "journal_items": 1, "days": 30}
    assert check_store(app) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("colour", "blue", "there is no setting 'colour'"),
        ("complaints-to", " ", "needs a value on one line"),
        ("complaints-to", "a\nb", "needs a value on one line"),
        ("history-days", "0", "expected a whole number of days"),
        ("history-days", "1.5", "expected a whole number of days"),
        ("history-days", "soon", "expected a whole number of days"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(app: App, name: str, value: str, told: str) -> None:
    before = all_settings(app)

    with pytest.raises(BadInput, match=told):
        put_setting(app, name, value)

    assert all_settings(app) == before


def test_settings_have_defaults(app: App) -> None:
    assert all_settings(app) == {
        "complaints-to": "complaints@example.org",
        "detectors": "text-cascade,terms",
        "history-days": "180",
    }


def test_a_scan_runs_the_detectors_of_the_setting(app: App) -> None:
    put_setting(app, "detectors", "terms, text-linear")
    assert detector_names(app) == ("terms", "text-linear")

    with pytest.raises(BadInput, match="crystal-ball"):
        put_setting(app, "detectors", "terms,crystal-ball")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\n"])
def test_a_name_that_no_command_line_could_say_is_refused(app: App, name: str) -> None:
    with pytest.raises(BadInput, match="is no name for the register"):
        add_staff(app, name)

    assert [member.name for member in list_staff(app)] == ["ana", "bo"]


@pytest.mark.parametrize(
    "act", [expire_history, lambda app, by: erase_account(app, "a1", source="test", by=by)]
)
def test_whoever_is_not_on_the_staff_can_make_nothing_go(app: App, act: object) -> None:
    with pytest.raises(BadInput, match="'eve' is not in the staff register"):
        act(app, by="eve")  # type: ignore[operator]  # one of the two above
