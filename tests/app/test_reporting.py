"""Reports: somebody's word joins the case about an item, or opens one; it is never counted twice."""

from datetime import timedelta

import pytest

from casework import NOW, posts, scanned
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases, show_case
from evenhand.app.keeping import check_store, erase_account, seal_history
from evenhand.app.reports import Filed, add_report, list_reports, without_reporter
from evenhand.cases import CaseState
from evenhand.errors import BadInput
from evenhand.vocabulary import Action, ReporterClass, Subject, SubjectKind, Verdict


def report(app: App, name: str = "p1", **fields: str | None) -> Filed:
    """A user's report about an item."""
    clause, reporter = fields.get("clause"), fields.get("reporter", "rea")
    return add_report(
        app,
        Subject.parse(name, default_source="test"),
        reporter_class=ReporterClass(fields.get("by") or "user"),
        reporter=reporter,
        clause=clause,
        text=fields.get("text") or "this is aimed at me",
    )


@pytest.fixture(autouse=True)
def _scanned(app: App, policy: object) -> None:
    scanned(app, posts("what a zorble", "hello"), policy)  # type: ignore[arg-type]  # the folder's fixture


def test_a_report_joins_the_open_case(app: App) -> None:
    (case,) = list_cases(app, state=None, queue=None, limit=10)

    filed = report(app, clause="T1")

    assert (filed.case_id, filed.repeated) == (case.status.id, False)
    file = show_case(app, filed.case_id)
    assert file.status.reports == 1
    assert [one.id for one in file.reports] == [filed.report_id]
    assert list_reports(app) == [(filed.case_id, file.reports[0])]
    assert check_store(app) == []


def test_a_report_about_what_no_rule_saw_opens_a_case(app: App) -> None:
    """The item is fetched from the journal, where all items stand."""
    filed = report(app, "p2")

    file = show_case(app, filed.case_id)
    assert (file.item.id, file.item.text, file.status.queue) == ("p2", "hello", "reports")
    assert check_store(app) == []


def test_an_item_is_fetched_from_the_history_too(app: App) -> None:
    seal_history(app)

    assert show_case(app, report(app, "p2").case_id).item.text == "hello"
    assert check_store(app) == []


def test_the_same_reporter_gets_the_same_receipt(app: App) -> None:
    """Filing again adds nothing; somebody else's report, and one without a name, count."""
    first = report(app)

    assert report(app) == Filed(report_id=first.report_id, case_id=first.case_id, repeated=True)
    assert not report(app, reporter="sam").repeated
    assert not report(app, reporter=None).repeated
    assert not report(app, reporter=None).repeated
    assert show_case(app, first.case_id).status.reports == 4
    assert check_store(app) == []


def test_a_report_after_the_decision_opens_a_case_that_links_back(app: App) -> None:
    first = report(app)
    left = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
    decide_case(app, first.case_id, left, by="ana")

    again = report(app)

    assert again.case_id != first.case_id
    assert show_case(app, again.case_id).status.previous == first.case_id
    assert check_store(app) == []


def test_a_report_is_about_the_newest_revision(app: App) -> None:
    """The older one was surfaced and has its full row; what the reporter saw is the newer one."""
    edited = (NOW - timedelta(minutes=1)).isoformat()
    scanned(app, posts("all is well", edited_at=edited))

    filed = report(app)

    assert show_case(app, filed.case_id).item.text == "all is well"
    assert check_store(app) == []


def test_who_reports_orders_the_queue_by_class_alone(app: App) -> None:
    plain, flagged = report(app, "p2"), report(app, "p1", by="trusted_flagger")

    order = [one.status.id for one in list_cases(app, state=CaseState.OPEN, queue=None, limit=10)]

    assert order == [flagged.case_id, plain.case_id]
    assert show_case(app, flagged.case_id).status.flagged
    assert not show_case(app, plain.case_id).status.flagged


@pytest.mark.parametrize(
    ("name", "fields", "told", "mend"),
    [
        ("p9", {}, "test/p9 is not in this store", "scan the file"),
        ("other/p1", {}, "other/p1 is not in this store", "SOURCE/ID"),
        ("p1", {"text": "  "}, "a report needs a reason", "--text"),
        ("p2", {"clause": "T9"}, "no policy in force for this item has a clause 'T9'", "clauses are T1, T2"),
        ("account:test/p1", {}, "account:test/p1 is not in this store", "item:test/p1"),
    ],
)
def test_a_report_that_cannot_be_taken_leaves_nothing(
    app: App, name: str, fields: dict[str, str], told: str, mend: str
) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        report(app, name, **fields)

    assert mend in refused.value.mend
    assert list_reports(app) == []
    with app.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT id FROM items").scalars().all() == ["p1"]
    assert check_store(app) == []


@pytest.mark.parametrize("by", ["trusted_flagger", "authority"])
@pytest.mark.parametrize("reporter", [None, "", " "])
def test_who_moves_a_case_forward_says_who_they_are(app: App, by: str, reporter: str | None) -> None:
    """Without a handle anybody could claim the class, and nobody would ever file twice."""
    with pytest.raises(BadInput, match=f"a report from {by} needs to say which") as refused:
        report(app, by=by, reporter=reporter)

    assert "--reporter" in refused.value.mend
    assert list_reports(app) == []
    first = report(app, by=by, reporter="the office")
    assert report(app, by=by, reporter="the office") == Filed(
        report_id=first.report_id, case_id=first.case_id, repeated=True
    )


def test_an_erased_item_cannot_be_reported(app: App) -> None:
    report(app)
    erase_account(app, "a1", source="test", by="ana")

    with pytest.raises(BadInput, match="or was erased"):
        report(app, reporter="sam")


def test_staff_see_the_class_and_never_the_name(app: App) -> None:
    report(app)
    ((_, filed),) = list_reports(app)

    assert "reporter" not in without_reporter(filed)
    assert without_reporter(filed)["reporter_class"] is ReporterClass.USER


def test_a_subject_is_read_as_it_is_printed() -> None:
    for kind in SubjectKind:
        subject = Subject(kind=kind, source="test", id="a/b:c")
        assert Subject.parse(str(subject)) == subject
