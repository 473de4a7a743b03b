"""The same conformance cases through the scenario door: the product's own commands, codec and store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.scenario import run_files
from tests.engine.run.test_conformance import CASES, CHOICES, ROOT, of, translated


def files(case: dict[str, Any], folder: Path) -> list[Path]:
    names = case["file"] if isinstance(case["file"], list) else [case["file"]]
    made = []
    for name in names:
        made.append(folder / Path(name).name)
        made[-1].write_text(translated((ROOT / name).read_text()))
    return made


def steps(variant: dict[str, Any]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for step in variant["steps"]:
        what, value = next(iter(step.items()))
        made.append(
            {
                "open_tasks": {"expect_open": value},
                "open_task_count": {"expect_open_count": value},
                "complete": {"complete": value, "variables": step.get("vars") or {}},
                "complete_only_open": {"complete": "*"},
                "advance": {"advance": value},
                "message": {"message": value},
                "signal": {"signal": value},
                "ended": {"expect_ended": value},
            }[what]
        )
    return made


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", of("trace"))
def test_a_case_of_betsy_leaves_its_trace(case: dict[str, Any], reload: bool, tmp_path: Path) -> None:
    for variant in case["expected"]["cases"]:
        answer = run_files(
            files(case, tmp_path),
            {
                "process": case["process"],
                "also_start": variant["also_start"],
                "variables": variant["vars"],
                "steps": [{"advance": f"PT{variant['advance_ms'] / 1000:.3f}S"}],
            },
            reload,
        )
        done = [
            case["tokens"][step["element"]]
            for step in answer["trace"]
            if (step["event"], step["type"]) == ("completed", "scriptTask") and step["element"] in case["tokens"]
        ]
        done += ["ERROR_thrownErrorEvent" for _ in answer["errors"]]
        done += ["ERROR_runtime" for _ in answer["incidents"]]
        assert Counter(done) == Counter(variant["trace"]), answer


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", of("script"))
def test_a_case_of_flowable_goes_step_by_step(case: dict[str, Any], reload: bool, tmp_path: Path) -> None:
    for variant in case["expected"]["variants"]:
        answer = run_files(
            files(case, tmp_path),
            {"process": case["process"], "variables": variant["vars"], "steps": steps(variant)},
            reload,
        )
        assert answer["ok"], answer


@pytest.mark.parametrize("case", of("path"))
def test_a_case_of_bpmndt_takes_its_path(case: dict[str, Any], tmp_path: Path) -> None:
    happenings = {
        "userTaskMessage": [{"message": "userTaskMessage"}],
        "receiveTaskTimer": [{"advance": "P9D"}],
        "userTaskEscalation": [{"escalate": "userTask", "code": "userTaskEscalation"}],
    }
    name = case["id"].split("/")[1].split("#")[0]
    scenario = {
        "process": case["process"],
        "variables": CHOICES.get(case["id"], {}),
        "steps": [*happenings.get(name, [{"advance": "PT0S"}]), {"expect_path": case["expected"]["path"]}],
        "auto": name not in happenings,
    }
    answer = run_files(files(case, tmp_path), scenario)
    assert answer["ok"], answer


def test_all_runnable_cases_are_here() -> None:
    assert not CASES or Counter(case["kind"] for case in CASES)["trace"] >= 38
