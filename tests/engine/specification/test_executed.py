"""Every case runs through the scenario door, straight and with the state stored and loaded after every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.scenario import run_files
from tests.engine.specification.tables import CASES
from tests.engine.specification.writing import Case


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.element}: {case.says}") for case in CASES])
def test_the_model_does_what_the_clause_says(case: Case, reload: bool, tmp_path: Path) -> None:
    file = tmp_path / "m.bpmn"
    file.write_text(case.model)
    answer = run_files([file], {**case.scenario, "steps": list(case.steps)}, reload, lang="en")
    assert answer["ok"], answer["failures"]
    if case.done is not None:
        done = sorted(one["element"] for one in answer["trace"]
                      if one["event"] == "completed" and one["type"] == "scriptTask")  # fmt: skip
        assert done == list(case.done), answer
    assert sorted(one["code"] for one in answer["errors"]) == sorted(case.errors), answer
    assert sorted(one["kind"] for one in answer["incidents"]) == sorted(case.incidents), answer
    assert answer["ended"] == case.ended, answer
