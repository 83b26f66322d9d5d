"""Reading what may be damaged: every cell is held to its column's type before anything is made of it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pyarrow as pa
import sqlalchemy as sa

from evenhand.errors import EvenhandError

from ._schema import Utc, metadata, utc_text

Faults = Iterator[str]
Record = SimpleNamespace
"""A row whose cells are of their columns' types: one attribute for each column."""

BROKEN = (  # all that reading damaged bytes is known to raise; a failing database itself is not among them
    EvenhandError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,  # a length that is garbage
    OSError,
    pa.ArrowException,
    msgspec.MsgspecError,
)


def guarded(what: str, found: Callable[[], Iterable[str]]) -> Faults:
    """The faults that a check finds; where damage stops the check itself, that is one more fault."""
    try:
        yield from found()
    except BROKEN as error:
        said = error.message if isinstance(error, EvenhandError) else f"{type(error).__name__}: {error}"
        yield f"{what} cannot be read: {said}"


@contextmanager
def any_text(tx: sa.Connection) -> Iterator[None]:
    """Read texts that are no UTF-8 as well, with half characters that `damaged` then tells of."""
    driver = tx.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield  # other engines refuse such a text when it is written
        return
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def records(
    tx: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool], order: tuple[Any, ...] = ()
) -> Iterator[Record]:
    """Rows whose every cell is of its column's type, by key or in an order; `damaged` tells of the others."""
    for values in _raw(tx, table, where, order):
        record, wrong = _record(table, values)
        if not wrong:
            yield record


def grouped(
    tx: sa.Connection, table: sa.Table, by: sa.Column[Any], names: Iterable[str]
) -> Mapping[str, list[Record]]:
    """The rows of a table whose column `by` is one of `names`, per name; empty lists where there are none."""
    found: dict[str, list[Record]] = {name: [] for name in names}
    for record in records(tx, table, by.in_(list(found))):
        found[getattr(record, by.name)].append(record)
    return found


def damaged(tx: sa.Connection) -> Faults:
    """Every cell is of its column's type."""
    for table in metadata.sorted_tables:
        for values in _raw(tx, table, (), ()):
            _, wrong = _record(table, values)
            if wrong:
                key = " ".join(str(values[column.name])[:60] for column in table.primary_key)
                yield f"{table.name} {_shown(key)}: {wrong}"


def _shown(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def _raw(
    tx: sa.Connection, table: sa.Table, where: tuple[sa.ColumnElement[bool], ...], order: tuple[Any, ...]
) -> Iterator[Mapping[str, Any]]:
    cells = [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in table.columns]
    query = sa.select(*cells).select_from(table).where(*where).order_by(*(order or tuple(table.primary_key)))
    names = table.columns.keys()
    for values in tx.execute(query):
        yield dict(zip(names, values, strict=True))


def _record(table: sa.Table, values: Mapping[str, Any]) -> tuple[Record, str]:
    """The row, and what is wrong with its first damaged cell."""
    cells: dict[str, Any] = {}
    for column in table.columns:
        value = values[column.name]
        try:
            cells[column.name] = _cell(column, value)
        except (ValueError, TypeError) as error:
            return Record(), f"{column.name} {error}"
    return Record(**cells), ""


def _cell(column: sa.Column[Any], value: Any) -> Any:
    """The value of a cell.

    Raises:
        ValueError: It is not what its column holds.
    """
    if value is None:
        if not column.nullable:
            raise ValueError("is empty")
        return None
    kind = column.type
    if isinstance(kind, Utc):
        return _moment(value)
    if isinstance(kind, sa.Boolean):
        if value not in (0, 1):
            raise ValueError("is neither 0 nor 1")
        return bool(value)
    _hold(value, kind.python_type)
    if isinstance(kind, sa.LargeBinary) and kind.length not in (None, len(value)):
        raise ValueError(f"has {len(value)} bytes, expected {kind.length}")
    if isinstance(value, str):
        value.encode()
    return value


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError(f"is of type {type(value).__name__}, expected a moment")
    try:
        moment = datetime.fromisoformat(value)
        told = utc_text(moment) == value
    except (ValueError, TypeError, OverflowError):
        told = False
    if not told:
        raise ValueError(f"is {_shown(value[:40])!r}, expected a moment in UTC to the microsecond")
    return moment


def _hold(value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"is of type {type(value).__name__}, expected {kind.__name__}")
