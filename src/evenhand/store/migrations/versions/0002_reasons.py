"""Reasons: what detectors said of an item that became a case, and which cases are like it.

Findings hold only what reached a threshold, so that whoever decides could not see that a detector was unsure,
or what kind of attack it took the text for: `readings` holds every value. `vectors` holds a place for each
case, so that the nearest decided ones can be shown. Both are about what was posted, and go with it when an
account is erased. Cases from before have neither; nothing is computed anew, as what was read then may have
expired since.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "readings",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "detector", "version", name=op.f("pk_readings")),
    )
    op.create_table(
        "vectors",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "detector", name=op.f("pk_vectors")),
    )
