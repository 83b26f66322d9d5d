"""The history in order of arrival: what counts over many items reads it so."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from . import history
from ._schema import journal
from .items import from_ipc


def after(tx: sa.Connection, folder: Path, seq: int, before: int) -> Iterator[pa.Table]:
    """The items whose arrival number lies between two others, in order, part by part.

    Args:
        tx: A transaction.
        folder: Of the history.
        seq: Items up to this one are left out.
        before: So is this one, and those that came later.

    Raises:
        Outside: A part cannot be read, or went meanwhile.
    """
    for row in history.segment_rows(tx):
        if (
            row.segment is None
            or row.expired_at is not None
            or row.last_seq <= seq
            or row.first_seq >= before
        ):
            continue
        tables = [history.rows_in(path) for path in history.files_of(folder, row.segment)]
        if tables:
            yield _between(pa.concat_tables(tables, promote_options="default"), seq, before)
    query = sa.select(journal.c.rows).where(journal.c.last_seq > seq, journal.c.first_seq < before)
    for blob in tx.execute(query.order_by(journal.c.first_seq)).scalars():
        yield _between(from_ipc(blob), seq, before)


def _between(table: pa.Table, seq: int, before: int) -> pa.Table:
    numbers = table.column("seq")
    inside = pc.and_(
        pc.greater(numbers, pa.scalar(seq, numbers.type)), pc.less(numbers, pa.scalar(before, numbers.type))
    )
    return table.filter(inside).sort_by("seq")
