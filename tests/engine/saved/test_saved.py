"""What any release has saved goes on: its states are loaded, its databases brought to today's tables, and each
instance gets to the end that it got to then, by the same steps."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import audit, commands, projections, store, values
from engine.installation import alone
from engine.model import read
from engine.model.definition import Process
from engine.run import Run
from engine.run.codec import FORMAT
from engine.store import Database, tables
from tests.conftest import Server
from tests.engine.replay.memory import Host, Memory
from tests.engine.replay.system import PROJECTED
from tests.engine.saved import release
from tests.engine.saved.make import Kept
from tests.engine.saved.story import finish, opened

saved = cache(release.read)
CASES = [
    pytest.param(path, case, id=f"{path.name.removesuffix('.json.gz')}-{case}")
    for path in release.releases()
    for case in saved(path)["cases"]
]


def test_the_state_format_of_today_is_saved() -> None:
    assert FORMAT in {saved(path)["state_format"] for path in release.releases()}


class VersionedHost(Host):
    """Of processes that were deployed apart the state says the version."""

    @cache  # noqa: B019  a process is known by its identity
    def deployed(self, id: str, version: str) -> Process:
        return replace(self.world.processes[id], version=version)


@pytest.mark.parametrize(("path", "case"), CASES)
def test_a_saved_state_is_loaded_and_goes_to_its_end(path: Path, case: str) -> None:
    then, rows = saved(path)["cases"][case], saved(path)["tables"]
    (row,) = (row for row in rows["instance"] if row["root_id"] == then["root"])
    state = base64.b64decode(row["state"]["$b"])
    models = [read(base64.b64decode(each["body"]["$b"]), "mo-hinh.bpmn") for each in rows["content"]]
    side = Memory({id: process for model in models for id, process in model.processes.items()}, lambda *_: None)
    side.now = datetime.fromisoformat(then["now"])
    side.made += 1 << 40  # after all ids of then
    side.runs[then["root"]] = Run.load(state, VersionedHost(side, then["root"]))
    side.status[then["root"]] = then["status"]
    if saved(path)["state_format"] == FORMAT:
        assert side.state(then["root"]) == state
    assert opened(side, then["root"]) == then["open"]
    assert finish(side, then["root"]) == then["then"]
    assert side.runs[then["root"]].ended
    assert values.pack(dict(side.runs[then["root"]].variables)) == then["variables"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def brought(kind: str, request: pytest.FixtureRequest, name: str, path: Path, folder: Path) -> Iterator[Database]:
    """The database of a release, brought to today's tables, its rows taken over by the log as an upgrade does it."""
    server: Server | None = request.getfixturevalue("postgresql") if kind == "postgresql" else None
    url = f"sqlite:///{folder}/{name}.db"
    if server is not None:
        server.sql(f"CREATE DATABASE {name}")
        url = server.url(name)
    then = min(datetime.fromisoformat(case["now"]) for case in saved(path)["cases"].values())
    database = alone().open(url, clock=lambda: then)  # the stories go on in their own time
    release.restore(database, saved(path))
    audit.adopt(database)
    yield database
    database.close()
    if server is not None:
        server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def restored(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Database]]:
    """The database of each release; all its instances stand aside."""
    folder, found = tmp_path_factory.mktemp("saved"), {}
    with ExitStack() as stack:
        for number, path in enumerate(release.releases()):
            found[path] = stack.enter_context(brought(kind, request, f"saved_{number}", path, folder))
            with found[path].begin() as tx:
                tx.execute(
                    update(tables.instance).where(tables.instance.c.status == "active").values(status="suspended")
                )
                tx.execute(update(tables.job).values(held=True))
        yield found


@pytest.mark.parametrize("path", release.releases(), ids=lambda path: path.name.removesuffix(".json.gz"))
def test_a_database_of_a_release_is_brought_to_today_and_its_log_is_whole(
    path: Path, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with brought(kind, request, "brought", path, tmp_path) as database:
        whole(database, saved(path))


def whole(database: Database, then: dict[str, Any]) -> None:
    at, head = store.current(database)
    assert at == head
    with database.begin() as tx:
        kinds = Counter(tx.read(select(tables.event.c.kind)).scalars())
    assert kinds.total() - kinds["rows"] - kinds["log.adopted"] == len(then["tables"]["event"])
    assert audit.verify(database)["broken"] == []

    def projected() -> dict[str, Any]:
        with database.begin() as tx:
            return {
                name: sorted(
                    map(
                        tuple,
                        tx.read(
                            select(*(column for column in tables.metadata.tables[name].c if column.name != "held"))
                        ),
                    ),
                    key=repr,
                )
                for name in PROJECTED
            }

    before = projected()
    projections.rebuild(database, ["engine"])
    assert projected() == before


@pytest.mark.parametrize(("path", "case"), CASES)
def test_an_instance_in_a_database_of_a_release_goes_to_its_end(
    path: Path, case: str, restored: dict[Path, Database]
) -> None:
    then, database = saved(path)["cases"][case], restored[path]
    root = then["root"]
    side = Kept(database, {root: then["status"]})
    side.now = datetime.fromisoformat(then["now"])
    side.made += 1 << 40
    with database.begin() as tx:
        tx.execute(update(tables.instance).where(tables.instance.c.root_id == root).values(status=then["status"]))
        tx.execute(update(tables.job).where(tables.job.c.root_id == root).values(held=then["status"] == "suspended"))
    assert opened(side, root) == then["open"]
    assert finish(side, root) == then["then"]
    assert values.pack(commands.variables_of(database, root)) == then["variables"]
    with database.begin() as tx:
        for name in PROJECTED:
            table = tables.metadata.tables[name]
            assert not tx.read(select(table).where(table.c.root_id == root)).all(), name
    assert not [each for each in audit.verify(database)["broken"] if each["root_id"] == root]
