"""The long works on a draft, each told how far it is and asked to stop by `keep`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine import model
from engine.model.definition import Process
from engine.refusal import Refusal
from engine.store import Database
from procedures import agencies, authoring, bundles, working_time
from procedures.proving import replaying, simulating
from procedures.proving.kept import Trial


def _simulated(database: Database, trial: Trial, keep: Callable[[int], bool]) -> dict[str, Any]:
    asked = trial.asked
    plan = plan_of(authoring.files_of(database, trial.draft, trial.save))
    with database.begin() as tx:
        place = next(
            (one for level in plan.procedure.agencies or (None,) for one in agencies.listing(tx, level=level)), None
        )
        calendar = working_time.calendar_for(tx, place.code if place is not None else "")
    told: list[dict[str, Any]] = []
    for said in asked["variants"]:
        before = len(told) * int(asked["dossiers"])
        setup = simulating.Setup(
            int(asked["dossiers"]),
            float(said["a_day"]),
            {name: int(count) for name, count in said["staff"].items()},
            {id: float(minutes) for id, minutes in said["minutes"].items()},
            {id: float(days) for id, days in said["waits"].items()},
            {_pair(key): float(weight) for key, weight in (asked.get("shares") or {}).items()},
            date.fromisoformat(asked["start"]),
        )
        told.append(simulating.simulate(plan, setup, calendar, lambda done, before=before: keep(before + done)))  # type: ignore[misc]
        if not told[-1]["whole"]:
            break
    return {"variants": told}


def _pair(key: str) -> tuple[str, str]:
    step, _bar, outcome = key.partition("|")
    return step, outcome


def _replayed(database: Database, trial: Trial, keep: Callable[[int], bool]) -> dict[str, Any]:
    files = authoring.files_of(database, trial.draft, trial.save)
    return replaying.replay(database, files, int(trial.asked["most"]), "vi", keep)


WORK: dict[str, Callable[[Database, Trial, Callable[[int], bool]], dict[str, Any]]] = {
    "simulation": _simulated,
    "replay": _replayed,
}


def plan_of(files: Mapping[str, str]) -> simulating.Plan:
    """What of a draft is simulated. Raises Refusal where its models or its description cannot be read."""
    bundle = authoring.bundle_of(files)
    processes: dict[str, Process] = {}
    for name, body in files.items():
        if name.endswith(".bpmn"):
            try:
                processes.update(model.read(body.encode(), name, bundled=True).processes)
            except model.ModelError as error:
                said = f"{name}: {error}"
                raise Refusal(f"Chưa đọc được mô hình {said}", f"The model cannot be read: {said}") from error
    process = str(bundle.description["process"])
    if process not in processes:
        raise Refusal(f"Gói không có quy trình “{process}” mà bản ghi nêu.", f"The bundle has no process '{process}'.")
    procedure = bundles.Procedure("", 0, bundle.description, date.min)
    return simulating.Plan(processes, process, procedure, simulating.nodes_of(processes))
