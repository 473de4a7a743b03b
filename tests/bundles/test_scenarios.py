"""Every shipped scenario passes, and together they walk every line of every model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.scenario import bundle_files, load, run_files
from procedures import scenario_setting
from tests.bundles.shipped import BPMN, BUNDLES, flows, named, nodes

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
def played(bundle: Path, name: str, reload: bool = False) -> Mapping[str, Any]:
    scenario = load(bundle / "scenarios.yaml")[name]
    return run_files(bundle_files(bundle), scenario, reload=reload, setting=scenario_setting.for_bundle(bundle))


def walked(bundle: Path, trace: list[Mapping[str, Any]]) -> set[str]:
    """The sequence flows that a trace went along. A trace names nodes only: from a split of which one way is taken,
    the way is the one whose target was entered next; from any other node all whose targets were entered after it."""
    taken: set[str] = set()
    for path in bundle.glob("*.bpmn"):
        out: dict[str, dict[str, str]] = {}
        for flow, (source, target) in flows(path).items():
            out.setdefault(source, {})[target] = flow
        for i, step in enumerate(trace):
            if step["event"] != "completed" or step["element"] not in out:
                continue
            targets = out[step["element"]]
            after = [s["element"] for s in trace[i + 1 :] if s["event"] == "entered" and s["element"] in targets]
            if nodes(path)[step["element"]].tag == f"{BPMN}exclusiveGateway":
                after = after[:1]
            taken |= {targets[element] for element in after}
    return taken


@every_scenario
def test_the_scenario_passes(bundle: Path, name: str) -> None:
    answer = played(bundle, name)
    assert answer["failures"] == []
    assert answer["incidents"] == []
    assert answer["errors"] == []


@every_bundle
def test_a_scenario_stored_and_loaded_after_every_step_tells_the_same(bundle: Path) -> None:
    name = next(iter(load(bundle / "scenarios.yaml")))
    kept, loaded = played(bundle, name), played(bundle, name, reload=True)
    assert loaded["failures"] == []
    assert [(s["element"], s["event"], s["at"]) for s in loaded["trace"]] == [
        (s["element"], s["event"], s["at"]) for s in kept["trace"]
    ]


@every_bundle
def test_the_scenarios_together_walk_every_line(bundle: Path) -> None:
    taken: set[str] = set()
    for name in load(bundle / "scenarios.yaml"):
        taken |= walked(bundle, played(bundle, name)["trace"])
    every = {flow for path in bundle.glob("*.bpmn") for flow in flows(path)}
    assert every - taken == set()
