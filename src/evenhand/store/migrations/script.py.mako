"""${message}

Why, and which query each index serves.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring a store one version on."""
    ${upgrades if upgrades else "pass"}
