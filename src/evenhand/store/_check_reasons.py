"""Reasons: readings and vectors are about what is kept, and vectors can be compared."""

from functools import partial

import msgspec
import numpy as np
import sqlalchemy as sa

from ._check_cells import Faults, Record, guarded, records
from ._schema import cases, items, readings, vectors
from .reasons import Values

_OFF = 0.01  # how far from 1 a length may be: 16-bit coordinates round


def reasons(tx: sa.Connection) -> Faults:
    """Whatever was said of an item went with its text; a case's place is that of its own subject."""
    for table in (readings, vectors):
        kept = sa.select(items.c.seq).where(items.c.text.is_not(None))
        lone = sa.select(sa.func.count()).select_from(table).where(table.c.seq.not_in(kept))
        if number := tx.execute(lone).scalar_one():
            yield f"{number} {table.name} are about items without a full row, or whose text was erased"
    others = (
        sa.select(vectors.c.case_id)
        .outerjoin(cases, cases.c.id == vectors.c.case_id)
        .outerjoin(items, items.c.seq == vectors.c.seq)
        .where(
            sa.or_(
                cases.c.id.is_(None),
                items.c.source != cases.c.subject_source,
                items.c.id != cases.c.subject_id,
            )
        )
    )
    for name in tx.execute(others.limit(5)).scalars():
        yield f"a vector of case {name} is about another item than the case, or there is no such case"
    for row in records(tx, readings):
        yield from guarded(f"the reading of item {row.seq} by {row.detector}", partial(_values, row))
    yield from _places(tx)


def _values(row: Record) -> Faults:
    msgspec.json.decode(row.signals, type=Values)
    yield from ()


def _places(tx: sa.Connection) -> Faults:
    """Of one version of a detector all places have the same width, and each has length 1."""
    widths: dict[tuple[str, str], int] = {}
    for row in records(tx, vectors):
        what = f"the vector of case {row.case_id} by {row.detector}"
        if len(row.vector) % 2:
            yield f"{what} is no row of 16-bit floats"
            continue
        place = np.frombuffer(row.vector, "<f2").astype(np.float64)
        width = widths.setdefault((row.detector, row.version), len(place))
        if len(place) != width:
            yield f"{what} has {len(place)} coordinates, others of its version {width}"
        length = float(np.sqrt(place @ place))
        if not abs(length - 1) <= _OFF:
            yield f"{what} has the length {length:.3f}, expected 1"
