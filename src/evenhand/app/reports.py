"""Reports: somebody's word that an item breaks a rule joins the case about it, or opens one."""

from dataclasses import dataclass, fields

import sqlalchemy as sa

from evenhand.cases import CaseState, CaseStatus, ReportJoined
from evenhand.detect import Seen
from evenhand.errors import BadInput, EvenhandError
from evenhand.store import cases, history, items, reasons
from evenhand.vocabulary import (
    CaseId,
    ClauseId,
    PostedItem,
    Report,
    ReporterClass,
    ReportId,
    Subject,
    SubjectKind,
)

from ._app import App
from ._chunks import item_rows, posted_item
from ._clauses import clause_named
from ._joining import Docket
from .policies import in_force_at, tools_with
from .staff import detector_names

_ACCOUNTABLE = frozenset({ReporterClass.TRUSTED_FLAGGER, ReporterClass.AUTHORITY})
"""Classes that move a case forward: whoever claims one says who they are, and counts once for each case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of a report.

    Attributes:
        report_id: The receipt.
        case_id: The case it joined.
        repeated: The same reporter had filed about this case, which is still open; that receipt is given
            again, nothing is added.
        unread: Why the case lacks what detectors say of the item: one of them failed, and how to mend that;
            empty where none did.
    """

    report_id: ReportId
    case_id: CaseId
    repeated: bool
    unread: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """What detectors say of a reported item.

    Attributes:
        seq: Arrival number of the revision that they looked at.
        seen: What they say; None where the open case has it already, or one of them failed.
        unread: How it failed; see `Filed`.
    """

    seq: int
    seen: Seen | None = None
    unread: str = ""


def add_report(
    app: App,
    subject: Subject,
    *,
    reporter_class: ReporterClass,
    reporter: str | None,
    clause: str | None,
    text: str,
) -> Filed:
    """Record a report. What detectors say of the item is kept with its case, as of a surfaced one.

    No detector can refuse a person's word: where one fails, the report is taken and `Filed.unread` says why.

    Raises:
        BadInput: It says nothing, alleges a clause that no policy has or that several have, or is about an
            item that never came in.
    """
    _check_said(text, reporter_class, reporter)
    now = app.clock()
    item = _reported(app, subject)
    if clause is not None:
        clause_named(in_force_at(app, item.created_at, item.scanned_at), clause)
    look = _look(app, item)
    with app.store.transaction() as tx:
        item, account_hash = _item(app, tx, subject)
        open_case = _open_case(tx, item.subject)
        if reporter and open_case and (before := cases.same_report(tx, open_case.id, reporter)):
            return Filed(report_id=before, case_id=open_case.id, repeated=True)
        items.put_full_rows(tx, [item], [account_hash])
        docket = Docket(app, tx, now, [item.subject])
        case_id = docket.case_about(item)
        report = Report(
            id=ReportId(app.new_id("r")),
            subject=item.subject,
            reporter_class=reporter_class,
            reporter=reporter,
            clause=None if clause is None else ClauseId(clause),
            text=text.strip(),
            received_at=now,
        )
        docket.add(item.subject, ReportJoined.of(report))
        docket.write()
        cases.put_report(tx, case_id, report)
        if look.seen is not None and item.seq == look.seq:  # else a revision came in meanwhile
            reasons.put(tx, [(case_id, item.seq, look.seen)])
    return Filed(report_id=report.id, case_id=case_id, repeated=False, unread=look.unread)


def _check_said(text: str, reporter_class: ReporterClass, reporter: str | None) -> None:
    if not text.strip():
        raise BadInput("a report needs a reason", mend="say in --text what is wrong with the item")
    if reporter_class in _ACCOUNTABLE and not (reporter or "").strip():
        raise BadInput(
            f"a report from {reporter_class} needs to say which: their word moves a case forward",
            mend="name them with --reporter; the handle is kept confidential",
        )


def _open_case(tx: sa.Connection, subject: Subject) -> CaseStatus | None:
    case = cases.about(tx, [subject]).get(subject)
    return None if case is None or case.state is CaseState.DECIDED else case


def _reported(app: App, subject: Subject) -> PostedItem:
    """What is reported, as it is now.

    Raises:
        BadInput: The store does not have it, or under that name something of another kind.
    """
    with app.store.reading() as tx:
        item, _ = _item(app, tx, subject)
    if subject.kind not in {SubjectKind.ITEM, item.kind}:
        raise BadInput(
            f"{subject} is not in this store; a report is about an item, an ad or a page",
            mend=f"name the item, as {item.subject}",
        )
    return item


def _look(app: App, item: PostedItem) -> _Look:
    """Ask the detectors at work, unless the open case about the item has their word already."""
    with app.store.reading() as tx:
        if _open_case(tx, item.subject) and reasons.readings_of(tx, item.seq):
            return _Look(item.seq)
        key = items.known(tx, item.source, [item.id])[item.source, item.id]
        kept = history.read(tx, app.store.history, [(item.seq, key.account_hash)])
    detectors = detector_names(app)
    try:
        (seen,) = tools_with(app, detectors).see(item_rows(item, kept))
    except EvenhandError as error:  # a model is damaged, a detector is no longer installed
        return _Look(item.seq, unread=f"{error.message}; {error.mend}" if error.mend else error.message)
    except Exception as error:  # noqa: BLE001 - a detector is anybody's code, and the report is not its to stop
        return _Look(item.seq, unread=f"a detector failed: {type(error).__name__}: {error}")
    return _Look(item.seq, seen)


def list_reports(app: App, case_id: str | None = None) -> list[tuple[CaseId, Report]]:
    """Reports, the newest first."""
    with app.store.reading() as tx:
        return cases.reports_of(tx, case_id)


def _item(app: App, tx: sa.Connection, subject: Subject) -> tuple[PostedItem, int]:
    """What is reported, in its newest revision, and its account hash; from the history if never surfaced."""
    key = (subject.source, subject.id)
    known = items.known_by_source(tx, [key]).get(key)
    found = items.full_row(tx, subject.source, subject.id)
    if known is not None and found is not None and found.seq == known.seq and found.text is not None:
        return found, known.account_hash
    table = history.read(tx, app.store.history, [(known.seq, known.account_hash)]) if known else None
    if known is not None and table is None and found is not None and found.text is not None:
        return found, known.account_hash  # the newest revision has expired; an older one was surfaced
    if known is None or table is None:
        raise BadInput(
            f"{subject.source}/{subject.id} is not in this store, or was erased or has expired",
            mend="scan the file it stands in first, and name it as SOURCE/ID",
        )
    return posted_item(table.to_pylist()[0], known.seq, known.content_hash.hex()), known.account_hash


def without_reporter(report: Report) -> dict[str, object]:
    """A report as staff see it: who filed it is confidential, their class is not."""
    return {one.name: getattr(report, one.name) for one in fields(report) if one.name != "reporter"}
