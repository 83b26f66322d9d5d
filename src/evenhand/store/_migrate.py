"""Bringing a store up to date: numbered migrations, all in the caller's transaction."""

from importlib import resources

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def migrate(connection: sa.Connection) -> None:
    """Run the migrations that the store has not seen."""
    with resources.as_file(resources.files(__package__).joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
