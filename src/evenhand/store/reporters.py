"""Who reported: forgotten when their account is erased."""

import msgspec
import sqlalchemy as sa

from evenhand.errors import VerificationError

from ._schema import event_groups, reports


class _Reporter(msgspec.Struct):
    """What of a field group `reporter` tells which report it is about."""

    report: str = ""


def erase(tx: sa.Connection, source: str, account: str) -> int:
    """Forget that an account filed reports: its name goes, the reports stand. Gives how many reports.

    A report does not say where its reporter's account is. It is taken to be in the source of what was
    reported: the same name as the reporter of something elsewhere may be somebody else.

    Reports lose their reporter, and the events that commit to them the whole group `reporter`.

    Raises:
        VerificationError: An event's payload is damaged.
    """
    filed = sa.and_(reports.c.reporter == account, reports.c.subject_source == source)
    found = tx.execute(sa.select(reports.c.id, reports.c.case_id).where(filed)).all()
    ids = {row.id for row in found}
    for case_id in sorted({row.case_id for row in found}):
        _forget(tx, f"case:{case_id}", ids)
    tx.execute(reports.update().where(filed).values(reporter=None))
    return len(found)


def _forget(tx: sa.Connection, stream: str, ids: set[str]) -> None:
    """Forget payload and salt of the groups in a stream that commit to some reports."""
    group = sa.and_(event_groups.c.stream == stream, event_groups.c.name == "reporter")
    query = sa.select(event_groups.c.seq, event_groups.c.payload)
    for row in tx.execute(query.where(group, event_groups.c.payload.is_not(None))).all():
        try:
            report = msgspec.json.decode(row.payload, type=_Reporter).report
        except msgspec.DecodeError as error:
            raise VerificationError(
                f"event {row.seq} of {stream}, group reporter: {error}",
                mend="see `evenhand store check`; nothing was erased from the store",
            ) from error
        if report in ids:
            emptied = event_groups.update().where(group, event_groups.c.seq == row.seq)
            tx.execute(emptied.values(salt=None, payload=None))
