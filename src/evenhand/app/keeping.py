"""Keeping and forgetting: retention of the history, erasure of an account, the store's own check."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from evenhand.errors import BadInput
from evenhand.intake import account_hashes
from evenhand.store import check, decisions, events, history, items, reasons, reporters
from evenhand.store.history import Expired, SegmentRow

from ._app import App
from .staff import all_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What one run of an erasure took away; what an interrupted run before it took is not counted again.

    Attributes:
        history_rows: Items taken out of journal and history.
        full_rows: Surfaced or reported items whose text and author went, and with them what detectors said of
            them: readings and vectors.
        event_groups: Field groups of events about its items whose payload and salt went; their commitments
            stay.
        notices: Notices whose text and record went; their hashes stay.
        reports: Reports that it filed, whose reporter went.
    """

    history_rows: int
    full_rows: int
    event_groups: int
    notices: int
    reports: int


def erase_account(app: App, account: str, *, source: str, by: str) -> Erased:
    """Forget what an account posted. Key rows, decisions and every proof stay; contents and names go.

    The files of the history change before the commit, and freed pages go after it. Whatever interrupts it in
    between, the same erasure again finishes what is left, and is recorded too.

    Raises:
        BadInput: The staff register does not know who asks, or nothing ever came in from the account.
        Outside: The disk is full, or somebody reads, so that freed pages cannot be emptied yet.
    """
    member, now = app.staff(by), app.clock()
    stored = _account_hash(source, account)
    with app.store.transaction() as tx:
        erased = _erase(app, tx, stored, source=source, account=account)
        known = any(astuple(erased)) or items.knows_account(tx, stored)
        if known:
            events.append(tx, [_erasure(erased, by=member.name, at=now)], app.entropy)
    if not known:
        app.store.empty_log()  # who only reported leaves no row that tells a second run of the first
        raise BadInput(
            f"nothing is kept of an account {account!r} of the source {source!r}",
            mend="give its name as the items' author column has it, and --source",
        )
    app.store.settle()
    return erased


def _erasure(erased: Erased, *, by: str, at: datetime) -> events.Event:
    """The event of one run of an erasure."""
    facts = {
        "basis": "request",
        "counted": "this run",
        "history_rows": erased.history_rows,
        "full_rows": erased.full_rows,
        "reports": erased.reports,
    }
    groups: events.Groups = {"facts": facts, "internal": {"by": by}}
    return events.Event(stream="erasures", type="payload.erased", at=at, groups=groups)


def _erase(app: App, tx: sa.Connection, stored: int, *, source: str, account: str) -> Erased:
    """Take away all there is of an account."""
    case_ids = items.cases_of_account(tx, stored)
    reasons.erase_account(tx, stored)
    return Erased(
        history_rows=history.erase_account(tx, app.store.history, stored),
        full_rows=items.erase_account(tx, stored),
        event_groups=events.erase_groups(tx, [f"case:{name}" for name in case_ids], ["content", "person"]),
        notices=decisions.erase_notices(tx, case_ids),
        reports=reporters.erase(tx, source, account),
    )


def expire_history(app: App, *, by: str) -> Expired:
    """Delete what was accepted more than the setting `history-days` ago, sealed or not.

    Raises:
        BadInput: The staff register does not know who asks.
        Outside: The history cannot be written, or somebody reads, so that freed pages cannot be emptied yet.
    """
    member, now = app.staff(by), app.clock()
    days = int(all_settings(app)["history-days"])
    with app.store.transaction() as tx:
        gone = history.expire(tx, app.store.history, before=now - timedelta(days=days), at=now)
        if gone.segments or gone.journal_items:
            groups: events.Groups = {
                "facts": {"segments": gone.segments, "journal_items": gone.journal_items, "days": days},
                "internal": {"by": member.name},
            }
            events.append(
                tx,
                [events.Event(stream="history", type="history.expired", at=now, groups=groups)],
                app.entropy,
            )
    app.store.empty_log()
    return gone


def seal_history(app: App) -> int:
    """Seal all that stands in the journal, full segment or not; gives how many items."""
    sealed = 0
    with app.store.transaction() as tx:
        while items_now := history.seal(tx, app.store.history, app.clock()):
            sealed += items_now
    return sealed


def list_segments(app: App) -> list[SegmentRow]:
    """The history's segments, the oldest first; the journal's open one last."""
    with app.store.reading() as tx:
        return history.segment_rows(tx)


def retention_ends(app: App, newest: datetime) -> datetime:
    """When what was accepted at `newest`, with all that is older in its segment, may be deleted."""
    return newest + timedelta(days=int(all_settings(app)["history-days"]))


def check_store(app: App) -> list[str]:
    """Everything in the store that breaks a rule; empty where all holds."""
    with app.store.transaction() as tx:  # nobody seals meanwhile; short, so that nobody waits for the rest
        left = check.leftovers(tx, app.store.history)
    with app.store.reading() as tx:
        return [*left, *check.faults(tx, app.store.history)]


def _account_hash(source: str, account: str) -> int:
    """The hash of one account, as key rows hold it: signed."""
    named = pa.table({"source": [source], "author": [account]})
    return int(account_hashes(named).view(np.int64)[0])
