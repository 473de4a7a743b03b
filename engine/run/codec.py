"""The state of a run as bytes: the live tree and its variables, nothing else.

One JSON document: ``{"v": format, "root": id, "process": id, "version": text, "count": n, "suspended": bool,
"tokens": [row]}``; of a family at its end ``"ended": true`` and only the root. A row is ``[id, parent's row or -1,
node, state, data, internal, waits]`` with what is empty cut off at its end; the node is its spec's name, of a called
process ``[id, version]``. Rows stand in the order in which the tokens were made, parents before children.

Format 1. A later format must still read this one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from engine.model.definition import Process
from engine.refusal import Refusal
from engine.run.changes import Host
from engine.run.compiled import compiled
from engine.run.family import Family
from engine.run.nodes import LEFT
from engine.run.token import COMPLETED, ERROR, STARTED, WAITING, Token
from engine.run.wait import Wait
from engine.values import pack, unpack

FORMAT = 1

#: What a node keeps that holds values of FEEL; the rest is plain JSON.
VALUES = frozenset({"result", "out", "items", "done", "plan", "called"})
#: Of these the lists of a multi-instance activity, as long as it is wide.
LONG = frozenset({"items", "out"})

_LETTER = {STARTED: "s", WAITING: "w", ERROR: "e", COMPLETED: "c"}
_STATE = {letter: state for state, letter in _LETTER.items()}
_KIND = {"message": "m", "signal": "s", "timer": "t", "conditional": "c"}
_KINDS = {letter: kind for kind, letter in _KIND.items()}


def dump(family: Family) -> bytes:
    root = family.root
    process: Process = root.task_spec.process.definition
    state: dict[str, Any] = {"v": FORMAT, "root": root.id, "process": process.id}
    if process.version:
        state["version"] = process.version
    if family.count:
        state["count"] = family.count
    if family.suspended:
        state["suspended"] = True
    if family.completed:
        state["ended"] = True
        state["tokens"] = [[root.id, -1, "", "c", packed(root)]]
        return orjson.dumps(state)
    rows: dict[str, int] = {}
    tokens = []
    for token in family.tasks.values():
        rows[token.id] = len(rows)
        above = -1 if token.above is None else rows[token.above.id]
        tokens.append(resting_row(token, above) if "task" in token.internal_data else row(token, above))
    state["tokens"] = tokens
    return orjson.dumps(state)


def resting_row(token: Token, above: int) -> Any:
    """The row of an open task, encoded once and kept: what can change of it is its variables and its place."""
    if token.waits or token._state != STARTED:
        return row(token, above)
    kept = token.row
    if kept is None or kept[0] != above or kept[1] is not token.packed or (token.packed is None and token.data):
        fragment = orjson.Fragment(orjson.dumps(row(token, above)))
        kept = token.row = (above, token.packed, fragment)
    return kept[2]


def row(token: Token, above: int) -> list[Any]:
    spec = token.task_spec
    name: Any = spec.name
    if spec.is_process:
        definition = spec.process.definition
        name = "" if above < 0 else [definition.id, definition.version]
    found = [token.id, above, name, _LETTER[token._state], packed(token), internals(token)]
    if token.waits:
        found.append([wait_row(wait) for wait in token.waits])
    else:
        while not found[-1]:
            found.pop()
    return found


def packed(token: Token) -> Any:
    """The variables of a scope, encoded once and kept until one of them is written."""
    if token.packed is None and token.data:
        token.packed = orjson.Fragment(orjson.dumps(pack(token.data)))
    return token.packed or 0


def internals(token: Token) -> Any:
    internal = token.internal_data
    if token._state == STARTED and len(internal) == 1 and "stage" in internal:
        return 0
    return {
        name: packed_value(token, name, value) if name in VALUES else value
        for name, value in sorted(internal.items())
        if not (name == "stage" and token._state == STARTED)
    } or 0


def packed_value(token: Token, name: str, value: Any) -> Any:
    """A value encoded; of a long list only the items that are others than they were."""
    if name not in LONG or not isinstance(value, list):
        return pack(value)
    lists = token.lists = token.lists or {}
    seen, made = lists.get(name, ((), []))
    if len(seen) != len(value):
        lists[name] = (list(value), pack(value))
        return lists[name][1]
    for at, item in enumerate(value):
        if item is not seen[at]:
            seen[at], made[at] = item, pack(item)
    return made


def wait_row(wait: Wait) -> list[Any]:
    found = [
        wait.id,
        _KIND[wait.kind],
        wait.element,
        wait.n,
        wait.index,
        wait.name,
        wait.key,
        wait.properties or 0,
        wait.due.isoformat() if wait.due else 0,
        wait.repeats,
        wait.opened.isoformat() if wait.opened else 0,
        wait.was,
        wait.cycle,
    ]
    while not found[-1]:
        found.pop()
    return found


def load(state: bytes, host: Host) -> Family:
    """The family of a state. The host gives the processes it was run with; without one of them it is refused."""
    data = orjson.loads(state)
    if data.get("v") != FORMAT:
        raise Refusal(
            f"Trạng thái có định dạng {data.get('v')}, chương trình này chỉ đọc được {FORMAT}.",
            f"The state has format {data.get('v')}; this program reads {FORMAT}.",
        )
    root_spec = compiled(deployed(host, data["process"], data.get("version", "")))
    family = Family(root_spec, host)
    family.count = data.get("count", 0)
    family.suspended = data.get("suspended", False)
    family.completed = data.get("ended", False)
    tokens: list[Token] = []
    specs = [root_spec]
    for each in data["tokens"]:
        load_row(family, each, tokens, specs)
    family.task_tree = tokens[0]
    opened = sorted(((wait.n, token, wait) for token in tokens for wait in token.waits), key=lambda item: item[0])
    for _, token, wait in opened:
        family.index(token, wait)
    return family


def load_row(family: Family, found: list[Any], tokens: list[Token], specs: list[Any]) -> None:
    found = found + [0] * (7 - len(found))
    id, above, name, letter, data, internal, waits = found
    if name == "":
        process = specs[0]
        spec: Any = process.scope
    elif isinstance(name, list):
        process = compiled(deployed(family.host, *name))
        spec = process.scope
    else:
        process = specs[above]
        spec = process.controller if name == process.controller.name else process.task_specs.get(name)
        if spec is None:
            raise Refusal(
                f"Quy trình «{process.name}» không còn nút «{name}» mà hồ sơ đang đứng.",
                f"The process '{process.name}' has no node '{name}', where a token stands.",
            )
    token = Token(family, spec, tokens[above] if above >= 0 else None, id)
    if tokens:
        specs.append(process)
    tokens.append(token)
    token._state = _STATE[letter]
    if data:
        token.data = unpack(data)
    if internal:
        token.internal_data = {name: unpack(value) if name in VALUES else value for name, value in internal.items()}
    restore_marks(family, token)
    for wait in waits or ():
        token.waits.append(load_wait(wait))


def restore_marks(family: Family, token: Token) -> None:
    """What is not in the row because the state says it."""
    internal, state, spec = token.internal_data, token._state, token.task_spec
    above = token.above
    if "in" in internal and above is not None:
        if state in (WAITING, ERROR):
            above.held[spec.name] = token
        if hasattr(spec, "settled") and state == WAITING:
            family.joins[token.id] = token
    is_node = bool(spec.type) and not spec.is_process and not internal.get("restored")
    if state == STARTED:
        token.entered = is_node and not silent(spec)
        if is_node:
            internal["stage"] = 2
    elif state == WAITING:
        token.entered = "reset" not in internal and hasattr(spec, "hold")
    else:
        token.entered = (
            is_node and not silent(spec) and ("stage" in internal or "in" in internal) and internal.get("stage") != LEFT
        )


def silent(spec: Any) -> bool:
    """A standard loop's body: the trace has only its rounds."""
    return bool(spec.is_body and spec.type != "multiInstanceLoopCharacteristics")


def load_wait(found: list[Any]) -> Wait:
    found = found + [0] * (13 - len(found))
    id, kind, element, n, index, name, key, properties, due, repeats, opened, was, cycle = found
    return Wait(
        id,
        _KINDS[kind],
        element,
        index or 0,
        name=name or "",
        key=key or None if key != "" else "",
        properties=properties or None,
        due=datetime.fromisoformat(due) if due else None,
        repeats=repeats or None,
        opened=datetime.fromisoformat(opened) if opened else None,
        was=bool(was),
        n=n,
        cycle=cycle or None,
    )


def deployed(host: Host, id: str, version: str) -> Process:
    """The process a state was run with. A host that keeps versions has `deployed(id, version)`."""
    keeps: Any = getattr(host, "deployed", None)
    found: Process | None = keeps(id, version) if keeps is not None else None
    found = found or host.process(id)
    if found is None:
        raise Refusal(
            f"Quy trình «{id}» của hồ sơ không được triển khai.", f"The process '{id}' of the instance is not deployed."
        )
    return found
