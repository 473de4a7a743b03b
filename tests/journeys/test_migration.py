"""The dossiers of the sample province go to another version of every shipped procedure, and back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, migration, projections
from engine.store import Database, metadata
from engine.store.tables import instance
from procedures import bundles
from procedures.actor import SYSTEM
from tests.journeys.system import ROOT, copied

#: Tables that tell what happened, or which versions there are: they grow.
TELLING = {
    "event",
    "instance",
    "seal",
    "migration",
    "migration_plan",
    "content",
    "deployment",
    "process_definition",
    "procedure_version",
    "chain",
    "start_event",
    "root_claim",
}


def contents(database: Database) -> dict[str, Any]:
    """Every row of all other tables, and the state of every instance."""
    with database.begin() as tx:
        found = {
            table.name: sorted(repr(tuple(row)) for row in tx.read(select(table)))
            for table in metadata.sorted_tables
            if table.name not in TELLING
        }
        found["state"] = sorted(
            (row.root_id, bytes(row.state), row.deployment, row.status) for row in tx.read(select(instance))
        )
    return found


@pytest.mark.slow
def test_every_open_dossier_of_the_sample_goes_over_and_comes_back(
    sqlite_sample: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    open_database: Callable[..., Database],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = copied(sqlite_sample[0], tmp_path / "home")
    monkeypatch.setenv("MOTCUA_HOME", str(home))
    monkeypatch.delenv("MOTCUA_DATABASE", raising=False)
    from web.bootstrap import installation
    from web.config import load

    settings = load()
    database = installation(settings).open(settings.database)
    went = 0
    for folder in bundles.folders(ROOT / "bpmn"):
        new = shutil.copytree(folder, tmp_path / "new" / folder.name)
        for model in new.glob("*.bpmn"):
            model.write_text(model.read_text("utf-8") + "<!-- bản mới -->\n", "utf-8")
        made = bundles.deploy(database, new, SYSTEM)
        old = next(one.id for one in migration.versions(database, made.code) if one.number == 1)
        before = contents(database)
        plan = migration.save(database, old, made.version)
        said = migration.rehearse_some(database, plan.id, None, None)
        assert contents(database) == before
        done = migration.migrate_some(database, plan.id, None, "Bản mới", "quan_tri")
        assert all(one.fits for one in [*said, *done]) and len(said) == len(done)
        went += len(done)
        over = contents(database)
        projections.rebuild(database)
        assert contents(database) == over
        assert set(migration.undo_some(database, plan.id, None, "Thôi", "quan_tri").values()) <= {None}
        assert contents(database) == before
    assert went
    assert audit.verify(database)["broken"] == []
