"""Past dossiers against a draft: each is played again by its own log, its choices and its durations, on the draft's
models and rules, and what came out otherwise is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from sqlalchemy import insert, select

from engine import scenario
from engine.refusal import Lang
from engine.scenario import World
from engine.store import Database
from procedures import authoring, bundles
from procedures.proving.folder import laid_out
from procedures.proving.past import Past, finished, past, path_of
from procedures.scenario_setting import BundleSetting
from procedures.store.places import agency, agency_hours, agency_state, day_override

MOST = 300
_SECONDS = 10.0
_CALENDAR = (agency, agency_state, agency_hours, day_override)


class _Again(BundleSetting):
    """The setting of a scenario with the house's calendars, so that terms are counted as they were."""

    def __init__(self, bundle: bundles.Bundle, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        super().__init__(bundle)
        self.rows = rows

    def prepare(self, database: Database) -> None:
        super().prepare(database)
        with database.begin() as tx:
            for table in _CALENDAR:
                if self.rows[table.name]:
                    tx.execute(insert(table), self.rows[table.name])


def replay(database: Database, files: Mapping[str, str], most: int, lang: Lang,
           keep: Callable[[int], bool]) -> dict[str, Any]:  # fmt: skip
    """The dossiers that ended last, at most so many: how many went the same way to the same day, and the others with
    what differs. keep: told how many are done, says whether to go on."""
    bundle = authoring.bundle_of(files)
    with database.begin() as tx:
        ids = finished(tx, bundle.code, min(most, MOST))
        rows = {table.name: [dict(row) for row in tx.read(select(table)).mappings()] for table in _CALENDAR}
    told: dict[str, Any] = {"same": 0, "untold": 0, "rows": [], "whole": True}
    with laid_out(files) as folder:
        models = scenario.bundle_files(folder)
        for done, id in enumerate(ids):
            if not keep(done):
                told["whole"] = False
                break
            with database.begin() as tx:
                one = past(tx, id)
            if one is None:
                told["untold"] += 1
                continue
            row = _one(models, one, _Again(bundle, rows), lang)
            if row is None:
                told["same"] += 1
            else:
                told["rows"].append(row)
    return told


def _one(models: Any, one: Past, setting: _Again, lang: Lang) -> dict[str, Any] | None:
    """What differs, None where nothing does."""
    due: list[Any] = []

    def look(world: World, _index: int) -> None:
        due[:] = [setting.due(world.database, setting.root) if setting.root is not None else None]

    answer = scenario.run_files(models, one.script, setting=setting, lang=lang, seconds=_SECONDS, look=look)
    new_path, new_due = path_of(answer["trace"]), due[0] if due else None
    row: dict[str, Any] = {"code": one.code}
    for before, after in zip_longest(one.path, new_path):
        if (before or ("",))[0] != (after or ("",))[0]:
            row["before"], row["after"] = (_name(before), _name(after))
            break
    if new_due != one.due:
        row["due_before"] = one.due.isoformat() if one.due else None
        row["due_after"] = new_due.isoformat() if new_due else None
    if answer["failures"] and "before" not in row:
        row["wrong"] = str(answer["failures"][0]["message"])
    return row if len(row) > 1 else None


def _name(step: tuple[str, str] | None) -> str:
    return "" if step is None else step[1] or step[0]
