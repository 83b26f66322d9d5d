"""Opening a store: a new one is whole, what is not ours is left as it is, and no error is a riddle."""

import hashlib
import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_contract import Opener, faults, sqlite
from test_store_history import AUTHORS, accept, seal

import evenhand.store
from casework import NOW
from evenhand.errors import BadInput, EvenhandError, Outside
from evenhand.store import Store, history, items, registers
from evenhand.store._engine import HEAD, VERSIONS
from evenhand.store._schema import metadata


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_migrations_lead_to_the_schema(store: Store) -> None:
    with store.reading() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_the_tables_are_made_as_the_schema_makes_them(tmp_path: Path) -> None:
    """Columns, keys, indexes and SQLite's own flags, which a comparison by Alembic passes over."""
    sqlite(tmp_path).close()
    other = sa.create_engine(f"sqlite:///{tmp_path}/other.db")
    metadata.create_all(other)
    other.dispose()

    assert _drawn(tmp_path / "evenhand.db") == _drawn(tmp_path / "other.db")


def _drawn(path: Path) -> dict[str, object]:
    """Per table its columns, and whether it has row numbers and gives them once; per index its words."""
    connection = sqlite3.connect(path)
    kinds = connection.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
        " WHERE tbl_name != 'alembic_version'"
    ).fetchall()
    drawn: dict[str, object] = {}
    for kind, name, table, words in kinds:
        if kind == "table":
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            flags = ["WITHOUT ROWID" in words, "AUTOINCREMENT" in words]
            drawn[name] = [sorted(column[1:] for column in columns), flags]
        elif not name.startswith("sqlite_autoindex"):
            drawn[name] = " ".join(words.split())
    connection.close()
    return drawn


def test_the_program_knows_its_newest_migration() -> None:
    """The names in the engine, which are read without loading Alembic, are those of the folder."""
    config = Config()
    folder = Path(evenhand.store.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)

    assert scripts.get_heads() == [HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == set(VERSIONS)


def test_a_store_opens_again_as_it_was(engine: Opener, tmp_path: Path) -> None:
    with engine(tmp_path) as store, store.transaction() as tx:
        registers.put_setting(tx, "complaints-to", "somewhere")

    with engine(tmp_path) as store, store.reading() as tx:
        assert registers.all_settings(tx) == {"complaints-to": "somewhere"}


def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    """A write-ahead log, synced at each commit."""
    with sqlite(tmp_path) as store, store.reading() as tx:
        pragmas = ("journal_mode", "synchronous", "secure_delete")
        assert [tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas] == ["wal", 2, 1]


@pytest.mark.parametrize("step", range(1, 9))
def test_two_may_make_the_same_store_at_once(tmp_path: Path, step: int) -> None:
    """Whichever statement of an opening another process comes before, both find the one store whole."""
    (tmp_path / "made").mkdir()
    with sqlite(tmp_path / "made") as made, made.reading() as tx:
        tables = tx.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    with closing(sqlite3.connect(tmp_path / "made" / "evenhand.db")) as source:
        script = "\n".join(source.iterdump())
    steps = 0

    def come_between(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            other = sqlite3.connect(tmp_path / "evenhand.db", timeout=0)
            with closing(other), suppress(sqlite3.OperationalError):  # kept out, or it is there already
                other.executescript(script)

    sa.event.listen(sa.Engine, "before_cursor_execute", come_between)
    try:
        store = sqlite(tmp_path)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", come_between)

    with store, store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == tables
    assert steps >= step


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with sqlite(tmp_path) as store, store.transaction() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = digest(tmp_path / "evenhand.db")

    with pytest.raises(BadInput, match=f"is of version 9999, this program knows up to {HEAD}") as refused:
        sqlite(tmp_path)

    assert "newer Evenhand" in refused.value.mend
    assert digest(tmp_path / "evenhand.db") == before


def test_a_database_of_something_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = digest(path)

    with pytest.raises(BadInput, match="is a database of something else, not an Evenhand store"):
        sqlite(tmp_path)

    assert digest(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db"
    path.write_text("id,text\n1,hello\n" * 100)

    with pytest.raises(Outside, match="this file is no Evenhand store") as refused:
        sqlite(tmp_path)

    assert "--store" in refused.value.mend
    assert path.read_text() == "id,text\n1,hello\n" * 100


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    with sqlite(tmp_path):
        pass
    path = tmp_path / "evenhand.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)

    with pytest.raises(Outside, match="the store's file is damaged") as refused, sqlite(tmp_path) as store:
        accept(store, AUTHORS)

    assert "backup" in refused.value.mend


@pytest.mark.parametrize(
    ("name", "told"),
    [("folder", "the store cannot be opened"), ("none/evenhand.db", "the store cannot be opened")],
)
def test_a_place_where_no_file_can_be_is_said(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(Outside, match=told) as refused:
        Store.open(f"sqlite:///{tmp_path}/{name}")

    assert "check that its folder exists" in refused.value.mend


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("evenhand.db", "'evenhand.db' is no store URL"),
        ("", "'' is no store URL"),
        ("sqlite://", "a store needs a file"),
        ("sqlite:///:memory:", "a store needs a file"),
        ("postgresql://localhost/evenhand", "stores of the kind 'postgresql' are not supported yet"),
        ("nosuch:///file", "stores of the kind 'nosuch' are not supported yet"),
        ("sqlite+nosuch:///file", "is no store URL"),
    ],
)
def test_what_is_no_store_url_is_said_with_one_that_is(url: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        Store.open(url)

    assert "sqlite:///" in refused.value.mend


def test_a_store_that_is_not_there_is_not_made_in_passing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no store at"):
        Store.open(f"sqlite:///{tmp_path}/evenhand.db", create=False)

    assert list(tmp_path.iterdir()) == []


# Below: what only a process of its own can show. A pool of one spawned process runs each.


def elsewhere(act: Callable[[Path], list[str]], folder: Path) -> list[str]:
    """Run a function of a folder in a process that it may spoil."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(act, folder).result()


def _told(act: Callable[[], object]) -> str:
    """The kind of error that came, and its message up to the first colon."""
    try:
        act()
    except EvenhandError as error:
        kind = type(error).__name__ if error.mend else "no mend"
        return f"{kind}: {error.message.partition(': ')[0]}"
    return "nothing"


def _as_nobody(folder: Path) -> list[str]:
    with sqlite(folder / "open"):  # all that is imported on the way is imported now
        pass
    os.setgid(65534)
    os.setuid(65534)

    def write(name: str) -> object:
        with sqlite(folder / name) as store:
            return accept(store, AUTHORS)

    return [
        _told(lambda: write("frozen")),  # a store in a folder that may only be read
        _told(lambda: write("empty")),  # no store yet, in such a folder
        _told(lambda: write("file")),  # a store that may only be read, in a folder that may be written
        _told(lambda: Store.open(f"sqlite:///{folder}/closed/evenhand.db", create=False)),
        _told(lambda: _seal_into_frozen(folder / "history")),
    ]


def _seal_into_frozen(folder: Path) -> None:
    with sqlite(folder) as store:
        accept(store, AUTHORS)
        seal(store)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody, whom permissions bind")
def test_what_may_not_be_written_is_said() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        for name in ("open", "frozen", "empty", "file", "closed", "history"):
            (folder / name).mkdir()
        for name in ("frozen", "file", "history"):
            sqlite(folder / name).close()
        (folder / "history" / "evenhand.db.history").mkdir()
        for path, mode in (("", 0o755), ("frozen", 0o755), ("empty", 0o755), ("file", 0o777)):
            (folder / path).chmod(mode)
        for path, mode in (("closed", 0o700), ("history", 0o777), ("history/evenhand.db", 0o666)):
            (folder / path).chmod(mode)

        assert elsewhere(_as_nobody, folder) == [
            "Outside: the store cannot be written to",
            "Outside: the store cannot be opened",
            "Outside: the store cannot be written to",
            f"Outside: {folder}/closed/evenhand.db cannot be looked at",
            f"Outside: the history in {folder}/history/evenhand.db.history cannot be written or read",
        ]
    finally:
        shutil.rmtree(folder)


def _limit(size: int) -> None:
    """No file may grow beyond so many bytes: to a program, a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _with_a_full_disk(folder: Path) -> list[str]:
    """Accept until the disk is full, then go on once there is space; the same for sealing."""
    told: list[str] = []
    with sqlite(folder) as store:
        _limit(400_000)
        acknowledged = 0
        while not told and acknowledged < 100_000:
            said = _told(lambda: accept(store, ["ada"] * 500))
            told += [] if said == "nothing" else [said]
            acknowledged += 500 if said == "nothing" else 0
        told += faults(store)
        with store.reading() as tx:
            told.append(f"{acknowledged - items.last_seq(tx)} lost")
        _limit(resource.RLIM_INFINITY)
        told.append(_told(lambda: accept(store, AUTHORS)))

        _limit(100)
        told.append(_told(lambda: seal(store, size=10**6)))
        told += faults(store)
        with store.reading() as tx:
            told.append(f"{len(history.files(tx, store.history))} files")
        _limit(resource.RLIM_INFINITY)
        told.append(f"{seal(store, size=10**6) - acknowledged} sealed besides")
        told += faults(store)
    return told


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """What was acknowledged is kept, what was not is not there, and with space it goes on."""
    assert elsewhere(_with_a_full_disk, tmp_path) == [
        "Outside: the disk failed or is full",
        "0 lost",
        "nothing",
        f"Outside: the history in {tmp_path}/evenhand.db.history cannot be written or read",
        "0 files",
        "4 sealed besides",
    ]


def _making_one_on_a_full_disk(folder: Path) -> list[str]:
    sqlite(folder / "first").close()  # imports Alembic
    _limit(20_000)
    told = [_told(lambda: sqlite(folder / "second"))]
    _limit(resource.RLIM_INFINITY)
    with sqlite(folder / "second") as store:
        return [*told, *faults(store), str(NOW.year)]


def test_a_store_that_found_no_space_is_made_whole_later(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()

    assert elsewhere(_making_one_on_a_full_disk, tmp_path) == [
        "Outside: the disk failed or is full",
        str(NOW.year),
    ]
