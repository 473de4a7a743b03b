"""Where alembic meets the project: all its tables, and the database it is given.

The database is the one in ``config.attributes["database"]`` (`engine.store.upgrade`), else MOTCUA_DATABASE.
"""

import os

import procedures.store
from alembic import context
from engine.store import Database, metadata
from engine.store.migrations import alone

procedures.store.every()

given = context.config.attributes.get("database")
database = given or Database(os.environ["MOTCUA_DATABASE"])


def render_item(kind, item, autogen):
    """The project's own column types by the names that migrations use."""
    if kind == "type" and type(item).__module__ == "engine.store.types":
        autogen.imports.add("from engine.store import types")
        return f"types.{type(item).__name__}()"
    return False


with database.connect() as connection, alone(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        transactional_ddl=False,
        render_as_batch=database.sqlite,
    )
    context.run_migrations()
if given is None:
    database.close()
