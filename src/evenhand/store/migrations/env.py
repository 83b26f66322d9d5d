"""How Alembic runs here: on the connection, and in the transaction, that it is handed."""

from alembic import context

from evenhand.store._schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction is the one: begun by BEGIN IMMEDIATE
)
context.run_migrations()
