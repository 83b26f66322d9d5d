"""Opening a store, and transactions over it.

SQLite runs with a write-ahead log and synchronous=FULL: a commit that returned is on the disk. A transaction
that writes takes the write lock at its start (BEGIN IMMEDIATE), so that two writers queue up and never fail
halfway. What the engine below raises is said in our own errors.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, ProgrammingError

from evenhand.errors import BadInput, Outside

VERSIONS = ("0001", "0002")
"""Every migration there is, in order."""

HEAD = VERSIONS[-1]

_WRITE_AHEAD = "PRAGMA journal_mode=WAL"  # stays in the file: not said to one that turns out not to be ours
_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=60000",  # a writer waits for its turn; a minute of waiting is a fault
    "PRAGMA cache_size=-4096",  # 4 MiB: bounded, so that memory does not grow with the store
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # what was erased is overwritten, in pages that nothing uses any more too
)

_DRIVERS = ("sqlite", "sqlite+pysqlite")

_FAILURES = (  # what SQLite says, what we say, the mend
    (
        "disk is full",
        "the disk is full",
        "free some space and run it again: all that was acknowledged is kept",
    ),
    (
        "disk I/O error",
        "the disk failed or is full",
        "free space or check it, then run it again: what was acknowledged is kept",
    ),
    (
        "readonly",
        "the store cannot be written to",
        "make the store's file and its folder writable, or name another with --store",
    ),
    (
        "unable to open",
        "the store cannot be opened",
        "check that its folder exists and is writable, or name another with --store",
    ),
    ("locked", "another process has held the store for a minute", "wait for it to finish, or stop it"),
    ("not a database", "this file is no Evenhand store", "name another file with --store"),
    (
        "malformed",
        "the store's file is damaged",
        "restore it from a backup; the history beside it is untouched",
    ),
)


class Store:
    """One installation's memory.

    Attributes:
        url: As in SQLAlchemy: `sqlite:///evenhand.db`.
        history: The folder of its Parquet history.
    """

    def __init__(self, url: str, engine: sa.Engine, history: Path) -> None:
        self.url = url
        self.history = history
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open a store; a new one is made, an older one is brought up to date.

        Raises:
            BadInput: No such kind of store, no such store (with `create=False`), one of a newer version, or a
                database that holds something else. Nothing in it was changed.
            Outside: Its file cannot be read or written.
        """
        path = _sqlite_path(url)
        if not create and not _exists(path):
            raise BadInput(
                f"there is no store at {url}",
                mend="name one with --store, or make one with `evenhand scan FILE --store URL`",
            )
        engine = sa.create_engine(url, isolation_level=None, connect_args={"check_same_thread": False})
        sa.event.listen(engine, "connect", _on_connect)
        store = cls(url, engine, path.with_name(path.name + ".history"))
        try:
            store._bring_up_to_date()
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Write: all of it or nothing."""
        with _said_in_our_words(self.url), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read: one consistent view, whatever others write meanwhile."""
        with _said_in_our_words(self.url), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    def settle(self) -> None:
        """Make what was erased unreadable: rewrite the file without freed pages, empty its write-ahead log.

        Takes as long as copying the store, and as much free space.

        Raises:
            Outside: The disk is full, or somebody has been reading for a minute.
        """
        with _said_in_our_words(self.url), self._engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Bring the write-ahead log home and cut it to nothing: older pages may still stand in it.

        Raises:
            Outside: Somebody has been reading or writing for a minute, so that the log is still needed.
        """
        with _said_in_our_words(self.url), self._engine.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:
            raise Outside(
                f"somebody is reading {self.url}: it is done and recorded, but what was taken away can still"
                " be read in the store's write-ahead log",
                mend="wait for the reader to finish, or stop it, and run the same command again",
            )

    def close(self) -> None:
        """Give back its file handles."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:  # one view: somebody else may be making the same store right now
            found = _version(connection)
            self._refuse_what_is_not_ours(connection, found)
        with _said_in_our_words(self.url), self._engine.connect() as connection:
            connection.exec_driver_sql(_WRITE_AHEAD)
        if found == HEAD:
            return
        from ._migrate import migrate  # noqa: PLC0415 - Alembic takes a third of a second to import

        with self.transaction() as connection:
            if _version(connection) != HEAD:
                migrate(connection)

    def _refuse_what_is_not_ours(self, connection: sa.Connection, found: str | None) -> None:
        if found is None and connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
            raise BadInput(
                f"{self.url} is a database of something else, not an Evenhand store",
                mend="name another file with --store; nothing was changed",
            )
        if found is not None and found not in VERSIONS:
            raise BadInput(
                f"the store {self.url} is of version {found}, this program knows up to {HEAD}",
                mend="install the newer Evenhand that wrote it; nothing was changed",
            )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise Outside(
            f"{path} cannot be looked at: {error.strerror}",
            mend="make its folder readable, or name another with --store",
        ) from error


def _sqlite_path(url: str) -> Path:
    mend = "write sqlite:///FILE, for example --store sqlite:///evenhand.db"
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput(f"{url!r} is no store URL", mend=mend) from error
    if parsed.get_backend_name() != "sqlite":
        raise BadInput(f"stores of the kind {parsed.get_backend_name()!r} are not supported yet", mend=mend)
    if parsed.drivername not in _DRIVERS:
        raise BadInput(
            f"{url!r} is no store URL: there is no {parsed.drivername.partition('+')[2]!r} for SQLite",
            mend=mend,
        )
    if parsed.query:
        raise BadInput(
            f"{url!r} asks for {', '.join(sorted(parsed.query))}, and a store takes no options in its URL",
            mend="leave away the question mark and what follows it",
        )
    if not parsed.database or parsed.database.startswith((":memory:", "file:")):
        raise BadInput("a store needs a file", mend=mend)
    return Path(parsed.database)


def _on_connect(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _roll_back(connection: sa.Connection) -> None:
    """Undo, where there is anything to undo: a full disk or an interrupt may have ended the transaction."""
    if (
        connection.invalidated
    ):  # an interrupt inside a statement: the connection is gone, and its work with it
        return
    if getattr(connection.connection.driver_connection, "in_transaction", True):
        connection.exec_driver_sql("ROLLBACK")


def _version(connection: sa.Connection) -> str | None:
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    ).scalar_one()
    if not found:
        return None
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


@contextmanager
def _said_in_our_words(url: str) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise  # a fault of ours, not of the world outside: nothing that a reader could mend
    except DatabaseError as error:
        said = str(error.orig)
        for pattern, message, mend in _FAILURES:
            if re.search(pattern, said):
                raise Outside(f"{message}: {url}", mend=mend) from error
        raise Outside(
            f"the store failed: {said}: {url}",
            mend="run it again; if it fails again, `evenhand store check` says what still holds",
        ) from error
