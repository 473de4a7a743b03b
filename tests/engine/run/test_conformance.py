"""The public conformance cases, run straight on `Run`; only their scripts and conditions are translated to FEEL."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from engine.model import read
from tests.engine.run.world import World, conformance

ROOT = conformance()
CASES: list[dict[str, Any]] = (
    json.loads((ROOT / "manifest.json").read_text())["cases"] if (ROOT / "manifest.json").exists() else []
)

EXPRESSIONS = [
    (r'!test\.contains\("(\w)"\)', r'not(contains(test, "\1"))'),
    (r'test\.contains\("(\w)"\)', r'contains(test, "\1")'),
    (r"\s+&amp;&amp;\s+", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"integerVariable&lt;3", "integerVariable &lt; 3"),
    (r"\$\{5-2\}", "= 5 - 2"),
    (r"<!\[CDATA\[dummyExpression\]\]>", "true"),
]
SCRIPTS = {"INCREMENT_INTEGER_VARIABLE_AND_LOG": "{integerVariable: integerVariable + 1}"}

#: What a tester chooses so that a path case takes its path.
CHOICES: dict[str, dict[str, Any]] = {
    "bpmndt/linkEvent#case1": {"forkA": True, "forkB": False},
    "bpmndt/linkEvent#case2": {"forkA": False, "forkB": True},
    "bpmndt/example#case2": {"branch": "b"},
    "bpmndt/simpleConditionalCatchEvent#case1": {"x": "y"},
}


def translated(text: str) -> str:
    for pattern, replacement in EXPRESSIONS:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r"(<(?:\w+:)?scriptTask\b)", r'\1 scriptFormat="feel"', text)
    return re.sub(r"(<(?:\w+:)?script>)([^<]*)", lambda found: found[1] + SCRIPTS.get(found[2].strip(), "null"), text)


def the_world(case: dict[str, Any], reload: bool) -> World:
    files = case["file"] if isinstance(case["file"], list) else [case["file"]]
    processes = {}
    for file in files:
        found = read(translated((ROOT / file).read_text()).encode(), file)
        processes.update(found.processes)
    return World(processes, reload=reload)


def of(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", of("trace"))
def test_a_case_of_betsy_leaves_its_trace(case: dict[str, Any], reload: bool) -> None:
    for variant in case["expected"]["cases"]:
        world = the_world(case, reload)
        for process in [*variant["also_start"], case["process"]]:
            world.start(process, variant["vars"])
        world.advance(timedelta(milliseconds=variant["advance_ms"]))
        tokens = case["tokens"]
        done = [
            tokens[step.element]
            for step in world.trace
            if step.event == "completed" and step.type == "scriptTask" and step.element in tokens
        ]
        done += ["ERROR_thrownErrorEvent" for _ in world.errors]
        done += ["ERROR_runtime" for _ in world.incidents]
        assert Counter(done) == Counter(variant["trace"]), variant


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", of("script"))
def test_a_case_of_flowable_goes_step_by_step(case: dict[str, Any], reload: bool) -> None:
    for variant in case["expected"]["variants"]:
        world = the_world(case, reload)
        world.start(case["process"], variant["vars"])
        for step in variant["steps"]:
            what, value = next(iter(step.items()))
            if what == "open_tasks":
                assert Counter(value) == Counter(called(world, value)), step
            elif what == "open_task_count":
                assert len(world.open) == value, step
            elif what == "complete":
                world.complete(value, step.get("vars"))
            elif what == "complete_only_open":
                world.complete("*")
            elif what == "advance":
                world.advance(value)
            elif what == "message":
                assert world.message(value)
            elif what == "signal":
                assert world.signal(value)
            else:
                assert what == "ended" and world.ended is value, step


def called(world: World, names: list[str]) -> list[str]:
    """The open tasks, each by its id where the case speaks of ids, else by its name."""
    tasks = [task for run in world.runs for task in run.open_tasks]
    return [task.element if task.element in names else task.name for task in tasks]


@pytest.mark.parametrize("reload", [False, True], ids=["straight", "reload"])
@pytest.mark.parametrize("case", of("path"))
def test_a_case_of_bpmndt_takes_its_path(case: dict[str, Any], reload: bool) -> None:
    world = the_world(case, reload)
    run = world.start(case["process"], CHOICES.get(case["id"], {}))
    path = case["expected"]["path"]
    for _ in range(20):
        left = rest(path, world.entered())
        if not left:
            break
        push(world, run.process.node(left[0]))
    assert not rest(path, world.entered())


def rest(path: list[str], entered: list[str]) -> list[str]:
    left = list(path)
    for element in entered:
        if left and left[0] == element:
            left.pop(0)
    return left


def push(world: World, node: Any) -> None:
    """Whatever makes the next node happen: its event, else the open task's completion."""
    kind = node.events[0].kind if node.events else ""
    if kind == "timer":
        world.advance("P10D")
    elif kind == "message":
        assert world.message(node.events[0].name)
    elif kind == "escalation":
        task = world.run.open_tasks[0]
        world.do(world.run, "escalate", task.id, node.events[0].code)
    elif world.open:
        world.complete("*")
