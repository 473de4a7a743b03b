"""Models and migrations agree, and there is one head."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select

from engine import commands, migration, store
from engine.store import Database, migrations
from procedures.store.dossier import dossier
from tests.engine.commands.models import TWO
from tests.engine.commands.test_commands import deploy, only


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, open_database: Callable[..., Database]) -> Database:
    """A database without any table."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path}/empty.db")
    server = request.getfixturevalue("postgresql")
    name = f"empty_{tmp_path.name}".replace("-", "_")[:60].lower()
    server.sql(f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: server.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    return open_database(server.url(name))


def test_migrations_give_what_the_models_say(empty: Database) -> None:
    store.upgrade(empty)
    with empty.pool.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, store.metadata) == []


def test_a_database_of_the_first_release_goes_on_after_its_upgrade(empty: Database) -> None:
    store.upgrade(empty, "0001")
    deploy(empty, TWO)
    root = commands.start(empty, "p", {"x": 1}, "H1")
    commands.claim(empty, only(empty, root), "lan")
    text = dict.fromkeys(
        (
            "code",
            "procedure",
            "procedure_version",
            "procedure_name",
            "field",
            "agency",
            "channel",
            "applicant_name",
            "applicant_id_number",
            "applicant_phone",
            "applicant_email",
            "applicant_address",
            "folded",
            "request",
            "return_place",
        ),
        "'x'",
    )
    row = text | {"id": f"'{root}'", "form": "'{}'", "amounts": "'{}'", "sets": "1", "registered_at": "'2026-03-02'"}
    with empty.begin() as tx:
        tx.connection.exec_driver_sql(f"INSERT INTO dossier ({', '.join(row)}) VALUES ({', '.join(row.values())})")
    store.upgrade(empty)
    with empty.begin() as tx:
        found = tx.read(select(dossier)).one()
        assert (found.procedure_version, found.term_version) == ("x", None)
    old = migration.versions(empty)[0].id
    deploy(empty, TWO.replace(b'id="b"', b'id="b" startQuantity="1"'))
    plan = migration.save(empty, old, migration.versions(empty)[0].id)
    assert migration.migrate(empty, plan.id, root, "luật mới").fits
    migration.undo(empty, plan.id, root, "nhầm")
    for _ in range(2):
        commands.complete(empty, only(empty, root))
    assert commands.find(empty, root_id=root)[0].status == "ended"


def test_an_upgrade_can_be_repeated_and_says_where_it_stands(empty: Database) -> None:
    assert store.current(empty)[0] is None
    store.upgrade(empty)
    store.upgrade(empty)
    at, head = store.current(empty)
    assert at == head is not None


def test_a_downgrade_leaves_no_table(empty: Database) -> None:
    from alembic import command

    store.upgrade(empty)
    command.downgrade(migrations._config(empty), "base")
    left = MetaData()
    left.reflect(empty.pool)
    assert set(left.tables) <= {"alembic_version"}


def test_migrations_have_one_head_and_files_named_by_their_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.location()))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
