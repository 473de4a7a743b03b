"""Models and migrations agree, and there is one head."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, make_url, select, text

from engine import commands, migration, store
from engine.store import Database, migrations
from procedures.store.dossier import dossier
from procedures.store.searching import INDEXES, ROWS, WORDS
from tests.conftest import Server
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
        opts = {"compare_type": True, "compare_server_default": False, "include_name": described}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, store.metadata) == []


def described(name: str | None, kind: str, _parents: Any) -> bool:
    """All but the indexes that only some databases can have, and what SQLite keeps of the words of documents."""
    own = (f"ix_{WORDS}", *INDEXES)
    return name not in own if kind == "index" else not str(name).startswith((WORDS, ROWS))


def test_the_search_has_its_index_where_the_database_has_trigrams(empty: Database) -> None:
    """Where it has none, or its role may not have them, the upgrade goes on without: a search finds the same."""
    store.upgrade(empty)
    with empty.pool.connect() as connection:
        tables = {table for table, _column in INDEXES.values()}
        made = {one["name"] for table in tables for one in inspect(connection).get_indexes(table)} & set(INDEXES)
    assert made == (set() if empty.sqlite else set(INDEXES))


def test_an_upgrade_by_a_role_that_may_not_add_extensions(empty: Database) -> None:
    if empty.sqlite:
        pytest.skip("SQLite has no extensions")
    with empty.pool.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE modest LOGIN")
        connection.exec_driver_sql("GRANT CREATE, USAGE ON SCHEMA public TO modest")
    url = make_url(empty.url).set(username="modest").render_as_string(hide_password=False)
    try:
        modest = Database(url)
        store.upgrade(modest)
        assert store.current(modest)[0] == store.current(modest)[1]
        modest.close()
    finally:
        with empty.pool.connect() as connection:
            connection.exec_driver_sql("DROP OWNED BY modest")
            connection.exec_driver_sql("DROP ROLE modest")


def test_a_database_of_the_first_release_goes_on_after_its_upgrade(empty: Database) -> None:
    store.upgrade(empty, "0001")
    deploy(empty, TWO)
    root = commands.start(empty, "p", {"x": 1}, "H1")
    commands.claim(empty, only(empty, root), "lan")
    words = dict.fromkeys(
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
    row = words | {"id": f"'{root}'", "form": "'{}'", "amounts": "'{}'", "sets": "1", "registered_at": "'2026-03-02'"}
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


def test_upgrades_at_once_wait_for_each_other(empty: Database, tmp_path: Path) -> None:
    """Real processes, as the servers of several hosts would start them."""
    program = (
        "import sys; from engine import store; from engine.store import Database;"
        " database = Database(sys.argv[1]); sys.stdin.readline(); store.upgrade(database)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty.url],
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    at, newest = store.current(empty)
    assert at == newest


def test_an_upgrade_does_not_wait_for_ever_for_a_table_in_use(
    postgresql: Server,
    open_database: Callable[..., Database],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    postgresql.sql("CREATE DATABASE in_use")
    request.addfinalizer(lambda: postgresql.sql("DROP DATABASE IF EXISTS in_use WITH (FORCE)"))
    database, other = (open_database(postgresql.url("in_use")) for _ in range(2))
    store.upgrade(database, "0001")
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 1)
    with other.begin() as tx:
        tx.execute(text("LOCK TABLE dossier, instance, alembic_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(store.UpgradeBlocked, match="Dừng máy chủ web"):
            store.upgrade(database)
    assert store.current(database)[0] == "0001", "nothing has changed"
    store.upgrade(database)
    at, newest = store.current(database)
    assert at == newest
