"""Alembic's entry: runs revisions on the connection that repository.migrate hands over, in its transaction."""

from alembic import context

from repository.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table_schema=SCHEMA
)
context.run_migrations()
