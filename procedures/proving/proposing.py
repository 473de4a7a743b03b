"""Scenarios for what none touches yet: a way that the token game finds, with the data of a scenario that is there, kept
only if it plays and touches what it was made for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from engine.calendar import VIETNAM
from engine.model import soundness
from engine.model.definition import Process
from engine.model.soundness import Board, Problem, Step
from engine.refusal import Lang
from engine.scenario import Part
from procedures.proving import answers, scenarios, working
from procedures.proving.simulating import Plan, exactly
from procedures.vocabulary.outcomes import asks_supplement
from procedures.vocabulary.words import Word

#: Ways that are tried for one part, and seconds for all of it.
_WAYS, _SECONDS = 6, 12.0
_CODE = "HS-0001"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scenario that plays and touches a part; or why none was found."""

    said: dict[str, Any] | None = None
    why: Word | None = None


_NO_WAY = Word(
    "không có đường nào đi tới đó chỉ bằng kết quả của bước, dữ liệu và mốc thời gian cố định",
    "no way leads there by outcomes, data and fixed spans of time alone",
)
_NO_DATA = Word(
    "không tìm được dữ liệu nào để dòng này được chọn: có thể các dòng trước đã nhận hết, hoặc điều kiện đọc kết quả "
    "của bảng khác hay hàm mà máy không tính ngược được",
    "no data were found with which this row is taken: the rows before it may take all, or its tests read another "
    "decision or a function that cannot be turned round",
)
_NOT_ASKED = Word("không bước nào của quy trình hỏi bảng này", "no step of the process asks for this table")
_NO_TIME = Word("hết thời gian tìm", "there was no time left")
_NOT_PLAYED = Word(
    "dựng được kịch bản nhưng chơi không đạt: {said}", "a scenario was made, but it does not pass: {said}"
)
_PASSES_BY = Word("kịch bản dựng được đi qua chỗ khác", "the scenario that was made goes another way")


def proposed(files: Mapping[str, str], part: Part, lang: Lang) -> Proposal:
    """A scenario that plays and touches that part, or why there is none. Raises Refusal and ScenarioError where the
    bundle cannot be read."""
    plan, ends = working.plan_of(files), time.monotonic() + _SECONDS
    written = [one for one in scenarios.written(files).values() if isinstance(one, dict)]
    bases = [one for one in written if one.get("process") == plan.process][:2] or [{}]
    why = _NO_WAY
    try:
        board = Board(plan.processes, plan.process)
        for touches, given in _aims(files, plan, part, bases, ends):
            if given is None:
                why = touches if isinstance(touches, Word) else _NO_DATA
                continue
            assert not isinstance(touches, Word)
            for way in islice(board.ways(touches, lambda step: _sayable(plan, step)), _WAYS):
                said = soundness.scenario(plan.processes, Problem("dead", plan.process, part.element, way))
                for base in bases:
                    if said is None:
                        break
                    if time.monotonic() > ends:
                        return Proposal(why=_NO_TIME)
                    made = _brought(files, plan, _dressed(plan, said, base, written), given)
                    played = scenarios.play_one(files, made, lang)
                    if played.ok and part in played.touched:
                        return Proposal(made)
                    why = _fate(played)
    except soundness.Unknown:
        return Proposal(why=_NO_WAY)
    return Proposal(why=why)


def _fate(played: scenarios.Played) -> Word:
    """What became of a scenario that was tried."""
    if not played.failures:
        return _PASSES_BY
    said = played.failures[0][1]
    return Word(_NOT_PLAYED.vi.format(said=said), _NOT_PLAYED.en.format(said=said))


Touches = Callable[[Step], bool]


def _aims(
    files: Mapping[str, str], plan: Plan, part: Part, bases: Sequence[Mapping[str, Any]], ends: float
) -> Iterator[tuple[Touches | Word, Mapping[str, Any] | None]]:
    """What a way has to touch, with the data that are brought on it; or, with None, why there is nothing to aim at."""
    if part.kind != "rule":
        yield _touches(plan.processes, part), {}
        return
    table = answers.table_of(files, part)
    steps = answers.asking(plan, table) if table is not None else []
    if table is None or not steps:
        yield _NOT_ASKED, None
        return
    now = str(bases[0].get("now") or "")
    today = date.fromisoformat(now[:10]) if now else datetime.now(VIETNAM).date()
    for node in steps:
        found = answers.answer(plan, files, node, table, int(part.said), today, ends)
        yield (_NO_DATA, None) if found is None else (_enters(node.id), found.values)


def _enters(element: str) -> Touches:
    return lambda step: any(id == element for _, id in step.entered)


def _brought(files: Mapping[str, str], plan: Plan, made: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario with these data: what a step's form asks for there, and what a step brought already, at that step;
    all else from the start."""
    if not values:
        return made
    asked = {key: {one.key for one in fields} for key, fields in answers.fields_of(files).items()}
    start, steps = dict(values), []
    for step in made["steps"]:
        node = plan.nodes.get(str(step.get("complete", "")))
        own = asked.get(node.form or "", set()) if node is not None else set()
        here = {
            path: value
            for path, value in values.items()
            if path.split(".")[0] in own or path.split(".")[0] in (step.get("variables") or {})
        }
        for path in here:
            start.pop(path, None)
        data = _merged(step.get("variables") or {}, answers.nested(here))
        steps.append({**step, "variables": data} if here else step)
    return {**made, "variables": _merged(made.get("variables") or {}, answers.nested(start)), "steps": steps}


def _touches(processes: Mapping[str, Process], part: Part) -> Touches:
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
