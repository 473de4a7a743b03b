"""Scenarios for what none touches yet: a way that the token game finds, with the data of a scenario that is there, kept
only if it plays and touches what it was made for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any

from engine.model import soundness
from engine.model.definition import Process
from engine.model.soundness import Board, Problem, Step
from engine.refusal import Lang
from engine.scenario import Part
from procedures.proving import scenarios, working
from procedures.proving.simulating import Plan, exactly
from procedures.vocabulary.outcomes import asks_supplement

#: Ways that are tried for one part, and seconds for all of it.
_WAYS, _SECONDS = 6, 12.0
_CODE = "HS-0001"


def proposed(files: Mapping[str, str], part: Part, lang: Lang) -> dict[str, Any] | None:
    """A scenario that plays and touches that part; None where none was found. Raises Refusal and ScenarioError where
    the bundle cannot be read."""
    plan, ends = working.plan_of(files), time.monotonic() + _SECONDS
    written = [one for one in scenarios.written(files).values() if isinstance(one, dict)]
    try:
        board = Board(plan.processes, plan.process)
        for way in islice(board.ways(_touches(plan.processes, part), lambda step: _sayable(plan, step)), _WAYS):
            said = soundness.scenario(plan.processes, Problem("dead", plan.process, part.element, way))
            for base in [one for one in written if one.get("process") == plan.process][:2] or [{}]:
                if said is None or time.monotonic() > ends:
                    break
                made = _dressed(plan, said, base, written)
                played = scenarios.play_one(files, made, lang)
                if played.ok and part in played.touched:
                    return made
    except soundness.Unknown:
        return None
    return None


def _touches(processes: Mapping[str, Process], part: Part) -> Callable[[Step], bool]:
    """Whether a step of the game touches the part, as far as the game shows it."""
    if part.kind == "outcome":
        return lambda step: step.act is not None and (step.act.node, step.act.said) == (part.element, part.said)
    ends = next(
        (
            (flow.source, flow.target)
            for process in processes.values()
            for scope in [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]
            for flow in scope.flows.values()
            if flow.id == part.element
        ),
        ("", ""),
    )

    def walked(step: Step) -> bool:
        entered = [step.act.node] if step.act is not None else []
        entered += [id for _, id in step.entered]
        raced = bool(part.by) and step.act is not None and step.act.node == part.by
        return part.kind == "flow" and (raced or (ends[0] in entered and ends[1] in entered))

    return walked


def _sayable(plan: Plan, step: Step) -> bool:
    """Whether a scenario can say it: no date that is evaluated."""
    node = plan.nodes.get(step.act.node) if step.act is not None and step.act.kind == "event" else None
    return node is None or node.event("timer") is None or exactly(node) is not None


def _dressed(
    plan: Plan, said: Mapping[str, Any], base: Mapping[str, Any], written: list[dict[str, Any]]
) -> dict[str, Any]:
    """The way with the data of a scenario that is there, and of its tasks where they end alike; messages are addressed
    to the dossier."""
    known = {
        (step["complete"], step.get("action")): step.get("variables")
        for one in written
        for step in one.get("steps") or ()
        if isinstance(step, dict) and "complete" in step
    }
    code = ((base.get("variables") or {}).get("ho_so") or {}).get("ma", _CODE)
    variables = _merged(base.get("variables") or {}, said.get("variables") or {})
    steps = []
    for step in said["steps"]:
        made = dict(step)
        given = dict(made.get("variables") or {})
        for name in [name for name in given if isinstance(variables.get(name), dict)]:
            variables = _merged(variables, {name: given.pop(name)})  # what the dossier has from its start
        made = {key: value for key, value in {**made, "variables": given}.items() if key != "variables" or value}
        if not made:
            continue
        if "complete" in made:
            given = known.get((made["complete"], made.get("action"))) or _asked(plan, made, str(base.get("now") or ""))
            data = {**given, **(made.get("variables") or {})}
            made = {**made, **({"variables": data} if data else {})}
        elif "message" in made:
            made.setdefault("correlation", code)
        steps.append(made)
    found = {"process": said.get("process") or base.get("process"), "now": base.get("now"), "variables": variables}
    if not any("fail" in step for step in steps):
        hold: list[str] = []
        steps = [step for step in steps if step.get("complete") not in said.get("hold", ())]
    else:
        hold = list(said.get("hold", ()))
    return {**{key: one for key, one in found.items() if one}, **({"hold": hold} if hold else {}), "steps": steps}


def _asked(plan: Plan, step: Mapping[str, Any], now: str) -> dict[str, Any]:
    """What an outcome that asks the citizen for more says: the first paper, until a week from then."""
    if not asks_supplement(plan.nodes.get(step["complete"]), step.get("action")):
        return {}
    papers = plan.procedure.components()
    first = {"ma": papers[0]["code"], "ten": papers[0]["name"]} if papers else {"ma": "", "ten": "Nội dung hồ sơ"}
    day = date.fromisoformat(now[:10]) + timedelta(days=7) if now else None
    lack = {**first, "ly_do": "Cần làm rõ", "cach_khac_phuc": "Nộp lại"}
    return {"thieu": [lack], **({"han_bo_sung": day.isoformat()} if day else {})}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        before = found.get(key)
        found[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return found
