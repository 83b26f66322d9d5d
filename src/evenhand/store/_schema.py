"""The tables, once, for both engines. `migrations/` brings a store here; a test holds the two equal.

Rows of three kinds:

* narrow key rows and the journal: what makes an item accepted (`item_keys`, `journal`, `segments`);
* events, with their field groups and pending ledger entries: what happened, appended and never changed, save
  that a group's payload and salt can be erased;
* projections: what the events fold to, so that a list is one query (`cases`, `decisions`, ...).
"""

from datetime import UTC, datetime

import sqlalchemy as sa


class Utc(sa.types.TypeDecorator[datetime]):
    """A moment as ISO 8601 text in UTC to the microsecond: sorts as it reads, the same on both engines."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Write; a moment without a time zone is a bug of ours, and fails here."""
        del dialect
        return None if value is None else utc_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        """Read, with its time zone."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """The text that a moment is stored as."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("pseudonym", sa.Text, nullable=False, unique=True),
    sa.Column("added_at", Utc, nullable=False),
)

policy_versions = sa.Table(
    "policy_versions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("in_force_from", Utc, nullable=False),
    sa.Column("files", sa.LargeBinary, nullable=False),  # what it was compiled from, so that it can be again
    sa.Column(
        "signals", sa.Text, nullable=False
    ),  # JSON: what it was checked against, whatever is installed later
    sa.Index("ix_policy_versions_policy_in_force_from", "policy", "in_force_from"),  # the version at a time
)

item_keys = sa.Table(
    "item_keys",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("content_hash", sa.LargeBinary(16), nullable=False),
    sa.Column(
        "edited_at", sa.BigInteger, nullable=False
    ),  # microseconds; the least number where never edited
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("account_hash", sa.BigInteger, nullable=False),  # unsigned 64 bits, held as signed
    sa.Column("subject", sa.Text, nullable=False),  # item, ad or page: with the account what no edit changes
    sqlite_with_rowid=False,  # the key is the row: half the size, one lookup
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("first_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("accepted_at", Utc, nullable=False),  # by our clock: what retention counts from
    sa.Column("rows", sa.LargeBinary, nullable=False),  # Arrow IPC of items and signals
)

segments = sa.Table(
    "segments",
    metadata,
    sa.Column("segment", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False, unique=True),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("sealed_at", Utc, nullable=False),
    sa.Column("newest", Utc, nullable=False),  # when its newest item was accepted: what retention counts from
    sa.Column("expired_at", Utc),  # its files are gone since then
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("author", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("created_at", Utc),
    sa.Column("received_at", Utc, nullable=False),
    sa.Column("scanned_at", Utc, nullable=False),  # what an item without a date is judged by
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("reach", sa.BigInteger),
    sa.Column("url", sa.Text),
    sa.Column("account_hash", sa.BigInteger, nullable=False),
    sa.Index("ix_items_source_id", "source", "id"),  # the item a case or a report is about, newest first
    sa.Index("ix_items_account_hash", "account_hash"),  # all of one account, to erase them
)

findings = sa.Table(
    "findings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("detector", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("signal", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("threshold", sa.Float, nullable=False),
    sa.Column("spans", sa.Text, nullable=False),  # JSON: [[start, end], ...] into the original text
    sa.Index("ix_findings_seq", "seq"),  # what was seen in one item
)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("detector", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("signals", sa.Text, nullable=False),  # JSON: each signal with its value, null where unknown
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("detector", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # 16-bit floats, little-endian, of length 1
)

recommendations = sa.Table(
    "recommendations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("scan", sa.Integer, nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("unknown", sa.Boolean, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),  # JSON: each condition with its value
    sa.Index("ix_recommendations_case_id", "case_id"),  # why a case is here
    sa.Index("ix_recommendations_scan_seq", "scan", "seq"),  # what a scan surfaced, in order of arrival
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_source", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("reach", sa.BigInteger, nullable=False),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.Text),
    sa.Column("claimed_until", Utc),
    sa.Column("decided_at", Utc),
    sa.Column("decided_by", sa.Text),
    sa.Column("decision_id", sa.Text),
    sa.Column("previous", sa.Text),
)
sa.Index(  # at most one case is open per subject, whoever writes
    "uq_cases_open_subject",
    cases.c.subject_kind,
    cases.c.subject_source,
    cases.c.subject_id,
    unique=True,
    sqlite_where=cases.c.state != "decided",
    postgresql_where=cases.c.state != "decided",
)
sa.Index(  # a queue in its order; the declared inputs and nothing else
    "ix_cases_queue_order",
    cases.c.state,
    cases.c.priority,
    cases.c.severity.desc(),
    cases.c.flagged.desc(),
    cases.c.reach.desc(),
    cases.c.opened_at,
)
sa.Index(  # all cases about one subject: its open one, its last decided one
    "ix_cases_subject", cases.c.subject_source, cases.c.subject_id, cases.c.subject_kind
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_source", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("reporter_class", sa.Text, nullable=False),
    sa.Column("reporter", sa.Text),
    sa.Column("clause", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("received_at", Utc, nullable=False),
    sa.Index("ix_reports_case_id", "case_id"),  # what was reported about a case
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False, unique=True),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_source", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("clause", sa.Text),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("policy", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("content_hash", sa.Text),
    sa.Column("first_opinion", sa.Text),
    sa.Column("blind", sa.Boolean, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Utc, nullable=False),
    sa.Column("automated", sa.Boolean, nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # empty once erased, as is the record; the hash stays
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("sent", sa.Boolean, nullable=False),
    sa.Index("ix_notices_decision_id", "decision_id"),  # what was told about a decision
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # effect or notice
    sa.Column("ref", sa.Text, nullable=False, unique=True),  # the effect's or notice's id: sent once
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # queued, delivered, applied, failed
    sa.Column("not_before", Utc, nullable=False),
    sa.Index("ix_outbox_state_not_before", "state", "not_before"),  # what is due
)

streams = sa.Table(
    "streams",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),  # case:c_1234; never in a leaf
    sa.Column("stream", sa.LargeBinary(16), nullable=False, unique=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("prev", sa.Text, nullable=False),
    sa.Column("leaf_hash", sa.Text, nullable=False, unique=True),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
)

event_groups = sa.Table(
    "event_groups",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("salt", sa.LargeBinary(32)),  # both are null once the group was erased
    sa.Column("payload", sa.LargeBinary),
)

ledger_pending = sa.Table(
    "ledger_pending",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("leaf_hash", sa.Text, nullable=False, unique=True),
    sqlite_autoincrement=True,  # a position is never given twice, so order of the log is order of commit
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("inputs", sa.Text, nullable=False),  # names and sizes of what it reads: an equal scan goes on
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("finished_at", Utc),
)
