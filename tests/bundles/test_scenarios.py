"""Every shipped scenario passes, and together they touch all that scenarios can touch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.scenario import Touched, bundle_files, load, parts, run_files
from procedures import scenario_setting
from tests.bundles.shipped import BUNDLES, named

every_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=named)
every_scenario = pytest.mark.parametrize(
    ("bundle", "name"),
    [
        pytest.param(bundle, name, id=f"{bundle.name}: {name}")
        for bundle in BUNDLES
        for name in load(bundle / "scenarios.yaml")
    ],
)


@cache
def played(bundle: Path, name: str, reload: bool = False) -> tuple[Mapping[str, Any], Touched]:
    scenario, touched = load(bundle / "scenarios.yaml")[name], Touched()
    setting = scenario_setting.for_bundle(bundle)
    answer = run_files(bundle_files(bundle), scenario, reload=reload, setting=setting, touched=touched)
    return answer, touched


@every_scenario
def test_the_scenario_passes(bundle: Path, name: str) -> None:
    answer, _touched = played(bundle, name)
    assert answer["failures"] == []
    assert answer["incidents"] == []
    assert answer["errors"] == []


@every_bundle
def test_a_scenario_stored_and_loaded_after_every_step_tells_the_same(bundle: Path) -> None:
    name = next(iter(load(bundle / "scenarios.yaml")))
    kept, loaded = played(bundle, name)[0], played(bundle, name, reload=True)[0]
    assert loaded["failures"] == []
    assert [(s["element"], s["event"], s["at"]) for s in loaded["trace"]] == [
        (s["element"], s["event"], s["at"]) for s in kept["trace"]
    ]


@every_bundle
def test_the_scenarios_together_touch_every_flow_outcome_and_decision_row(bundle: Path) -> None:
    touched = Touched()
    for name in load(bundle / "scenarios.yaml"):
        touched.add(played(bundle, name)[1])
    every = parts({file.name: file.read_bytes() for file in bundle_files(bundle)})
    assert {part.kind for part in every} >= {"flow", "outcome"}
    assert [part.sentence() for part in every if part not in touched] == []
