"""Which scans ran, so that an interrupted one can go on and report as one."""

from datetime import datetime

import sqlalchemy as sa

from ._schema import scans


def begin(tx: sa.Connection, *, inputs: str, at: datetime) -> int:
    """Record that a scan began; gives its id, that of an equal scan which was interrupted if there is one."""
    query = sa.select(scans.c.id).where(scans.c.inputs == inputs, scans.c.finished_at.is_(None))
    found = tx.execute(query.order_by(scans.c.id.desc())).scalars().first()
    if found is not None:
        return int(found)
    new = tx.execute(scans.insert().values(inputs=inputs, started_at=at).returning(scans.c.id))
    return int(new.scalar_one())


def finish(tx: sa.Connection, scan_id: int, at: datetime) -> None:
    """Record that a scan read its inputs to the end."""
    tx.execute(scans.update().where(scans.c.id == scan_id).values(finished_at=at))
