"""A way through a model as a scenario (contracts.md §3), so that what was found can be seen with one's own eyes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from engine import feel
from engine.model.checks.conditions import data_for
from engine.model.definition import EventDefinition, Node, Process
from engine.model.soundness.game import Act, Step
from engine.model.soundness.knowledge import names
from engine.model.soundness.walk import Problem

#: Sets of values that are tried for the conditions of one step.
MOST_TRIED = 2_000
_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LITERAL = re.compile(r'"([^"\\]*)"|\b(\d+(?:\.\d+)?)\b')


def scenario(processes: Mapping[str, Process], problem: Problem) -> dict[str, Any] | None:
    """The steps that lead to a problem; None where they cannot be said in a scenario (data that no values were found
    for, dates that are evaluated)."""
    held = sorted(
        node.id for process in processes.values() for node in process.scope.walk()
        if node.kind in ("serviceTask", "sendTask")
    )  # fmt: skip
    said: dict[str, Any] = {"process": problem.process, "variables": {}, "hold": held, "steps": []}
    for index, step in enumerate(problem.way):
        values = _values(step.supposed)
        if values is None:
            return None
        if step.act is None:
            said["variables"].update(values)
            continue
        node = processes[step.act.process].node(step.act.node)
        made = _step(step.act, node) if node is not None else None
        if node is None or made is None:
            return None
        if "message" in made:
            made |= _key(said["variables"], node)
        if index == 0 and step.act.kind == "event":
            said["process"] = None
        if values and "advance" not in made and "escalate" not in made and "variables" not in made:
            made["variables"] = values
        elif values:
            said["steps"].append({"variables": values})
        said["steps"].append(made)
    if said["process"] is None:
        del said["process"]
    return said


def _step(act: Act, node: Node) -> dict[str, Any] | None:
    if act.kind == "complete":
        return {"complete": node.id, **({"action": act.said} if act.said is not None else {})}
    if act.kind == "fail":
        return {"fail": node.id, "error": act.said or "LOI"}
    if act.kind == "escalate":
        return {"escalate": node.id, "code": act.said or "LEN_CAP"}
    if node.kind == "receiveTask":
        return {"message": node.message.name} if node.message is not None else None
    return _happening(node.events)


def _key(variables: dict[str, Any], node: Node) -> dict[str, str]:
    """The key with which a message comes to who waits for it; the data that the key reads are made to hold it."""
    messages = (node.message, *(event.message for event in node.events))
    key = next((one.correlation_key for one in messages if one is not None and one.correlation_key is not None), None)
    if key is None or not _PATH.fullmatch(key.text.strip()):
        return {}
    *owners, last = key.text.strip().split(".")
    at = variables
    for owner in owners:
        at = at.setdefault(owner, {})
    return {"correlation": str(at.setdefault(last, "1"))}


def _happening(events: Iterable[EventDefinition]) -> dict[str, Any] | None:
    for event in events:
        if event.kind in ("message", "signal"):
            return {event.kind: event.name}
        if event.kind == "timer" and isinstance(event.value, str) and event.timer != "date":
            return {"advance": event.value.split("/")[-1]}
        if event.kind == "conditional" and event.condition is not None:
            values = _values([(event.condition.text, True)])
            return {"variables": values} if values else None
    return None


def _values(supposed: Iterable[tuple[str, bool]]) -> dict[str, Any] | None:
    """Values of the data under which these conditions are answered so; None where none were found."""
    wanted = dict(supposed)
    found = data_for(wanted)
    if found is not None:
        return found
    read = sorted({path for text in wanted for name in names(text) or () for path in _paths(text, name)})
    tried = {name: list(_candidates(wanted)) for name in read}
    for count, values in enumerate(product(*tried.values())):
        if count > MOST_TRIED:
            return None
        data = _nested(zip(read, values, strict=True))
        if all(_is(text, data, held) for text, held in wanted.items()):
            return data
    return None


def _paths(text: str, name: str) -> set[str]:
    """What an expression reads of a variable: itself, or members of it (``ho_so.kenh``)."""
    return set(re.findall(rf"(?<![\w.]){re.escape(name)}(?:\.\w+)*", text)) or {name}


def _nested(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values by their paths as the data they are members of."""
    data: dict[str, Any] = {}
    for path, value in values:
        *above, last = path.split(".")
        at = data
        for name in above:
            inner = at.setdefault(name, {})
            if not isinstance(inner, dict):
                inner = at[name] = {}
            at = inner
        at[last] = value
    return data


def _is(text: str, data: Mapping[str, Any], held: bool) -> bool:
    try:
        return feel.evaluate(text, data) is held
    except feel.FeelError:
        return False


def _candidates(texts: Iterable[str]) -> Iterator[Any]:
    """What a variable might be: the literals that it may be compared with, and their neighbours."""
    yield from (True, False)
    for text in texts:
        for word, number in _LITERAL.findall(text):
            if number:
                value = Decimal(number)
                yield from (value, value + 1, value - 1)
            else:
                yield word
    yield from ("khac", Decimal(0))


def told(processes: Mapping[str, Process], steps: Iterable[Step]) -> list[str]:
    """The nodes of a way by their names, a node that is passed at once again only once."""
    said: list[str] = []
    for step in steps:
        for process, id in step.entered:
            node = processes[process].node(id)
            name = (node.name or id) if node is not None else id
            if not said or said[-1] != name:
                said.append(name)
    return said
