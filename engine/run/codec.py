"""The state of a run as bytes: the live tree and its variables, nothing else.

One JSON document: ``{"v": format, "root": id, "process": id, "version": text, "count": n, "suspended": bool,
"tokens": [row]}``; of a family at its end ``"ended": true`` and only the root. A row is ``[id, parent's row or -1,
node, state, data, internal, waits]`` with what is empty cut off at its end; the node is its spec's name, of a called
process ``[id, version]``. Rows stand in the order in which the tokens were made, parents before children.

Format 1. A later format must still read this one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from engine.model.definition import Process
from engine.refusal import Refusal
from engine.run.changes import Host, deployed
from engine.run.compiled import compiled
from engine.run.machine import COMPLETED, ERROR, STARTED, WAITING, Machine, Token
from engine.run.nodes import open_offer
from engine.run.progress import (
    ARMED,
    FRESH,
    LEFT,
    Completed,
    ComplexProgress,
    Form,
    Offer,
    Progress,
    Stage,
    Stopped,
    shape_of,
)
from engine.run.wait import Wait
from engine.values import pack, unpack

FORMAT = 1

_LETTER = {STARTED: "s", WAITING: "w", ERROR: "e", COMPLETED: "c"}
_STATE = {letter: state for state, letter in _LETTER.items()}
_KIND = {"message": "m", "signal": "s", "timer": "t", "conditional": "c"}
_KINDS = {letter: kind for kind, letter in _KIND.items()}


def dump(machine: Machine) -> bytes:
    root = machine.root
    process: Process = root.task_spec.process.definition
    state: dict[str, Any] = {"v": FORMAT, "root": root.id, "process": process.id}
    if process.version:
        state["version"] = process.version
    if machine.count:
        state["count"] = machine.count
    if machine.suspended:
        state["suspended"] = True
    if machine.completed:
        state["ended"] = True
        state["tokens"] = [[root.id, -1, "", "c", packed(root)]]
        return orjson.dumps(state)
    rows: dict[str, int] = {}
    tokens = []
    for token in machine.tasks.values():
        rows[token.id] = len(rows)
        above = -1 if token.above is None else rows[token.above.id]
        tokens.append(resting_row(token, above) if open_offer(token) is not None else row(token, above))
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
    """The token's progress: of its declared fields those that are not as they begin. Where a token is STARTED its
    stage goes without saying."""
    return written_progress(token.progress, token.lists, stage=token._state != STARTED) or 0


def written_progress(
    progress: Progress, lists: dict[str, tuple[list[Any], list[Any]]], *, stage: bool = True
) -> dict[str, Any]:
    """The fields of a record by their keys; `lists` keeps what long ones were written as before."""
    shape = shape_of(progress)
    values = shape.values(progress)
    found: dict[str, Any] = {}
    if values != shape.defaults:
        for each, value, default in zip(shape.others, values, shape.defaults, strict=True):
            if value is not default and value != default:
                written = WRITTEN[each.form]
                found[each.key] = long(lists, each.key, value) if written is None else written(value)
    if stage and progress.stage != FRESH:
        found["stage"] = progress.stage
        return dict(sorted(found.items()))
    return found


def long(lists: dict[str, tuple[list[Any], list[Any]]], key: str, value: list[Any]) -> Any:
    """A list of values encoded: of a long one only the items that are others than they were."""
    seen, made = lists.get(key, ([], []))
    if len(seen) != len(value):
        lists[key] = (list(value), pack(value))
        return lists[key][1]
    for at, item in enumerate(value):
        if item is not seen[at]:
            seen[at], made[at] = item, pack(item)
    return made


def _as_it_is(value: Any) -> Any:
    return value


def _offer(offer: Offer) -> dict[str, Any]:
    found: dict[str, Any] = {"at": offer.at.isoformat()}
    for name in ("name", "form", "who", "groups", "users"):
        value = getattr(offer, name)
        if value is not None:
            found[name] = value
    if offer.due is not None:
        found["due"] = offer.due.isoformat()
    if offer.priority is not None:
        found["priority"] = offer.priority
    return found


def _read_offer(found: dict[str, Any]) -> Offer:
    offer = Offer(datetime.fromisoformat(found["at"]))
    for name in ("name", "form", "who", "groups", "users", "priority"):
        setattr(offer, name, found.get(name))
    if found.get("due"):
        offer.due = datetime.fromisoformat(found["due"])
    return offer


def _completed(record: Completed) -> dict[str, Any]:
    found: dict[str, Any] = {"a": record.activity} if record.activity else {}
    if record.many is not None:
        found["many"] = [_completed(each) for each in record.many]
    if record.id is not None:
        found["id"] = record.id
    if record.process is not None:
        found.update(process=record.process, version=record.version)
    if record.done is not None:
        found["done"] = [_completed(each) for each in record.done]
    if record.data is not None:
        found["data"] = pack(record.data)
    if record.activity:
        found["n"] = record.n
    return found


def _read_completed(found: dict[str, Any]) -> Completed:
    inside = {name: [_read_completed(each) for each in found[name]] for name in ("done", "many") if name in found}
    data = unpack(found["data"]) if "data" in found else None
    return Completed(
        found.get("a", ""),
        found.get("n", 0),
        found.get("id"),
        found.get("process"),
        found.get("version", ""),
        data,
        inside.get("done"),
        inside.get("many"),
    )


#: How the fields of a token's progress are written, and read again.
WRITTEN: dict[Form, Callable[[Any], Any] | None] = {
    "plain": _as_it_is,
    "stage": _as_it_is,
    "values": pack,
    "long": None,  # as before, but for the items that have changed
    "offer": _offer,
    "stopped": lambda why: [why.kind, why.vi, why.en],
    "completed": _completed,
    "completed_all": lambda records: [_completed(each) for each in records],
    "plan": lambda plan: [[scope, _completed(record)] for scope, record in plan],
}
READ: dict[Form, Callable[[Any], Any]] = {
    "plain": _as_it_is,
    "stage": Stage,
    "values": unpack,
    "long": unpack,
    "offer": _read_offer,
    "stopped": lambda why: Stopped(*why),
    "completed": _read_completed,
    "completed_all": lambda records: [_read_completed(each) for each in records],
    "plan": lambda plan: [(scope, _read_completed(record)) for scope, record in plan],
}


def read_progress(progress: Progress, found: dict[str, Any]) -> None:
    """Put what a row says into the record of its node. What this program does not know is refused, not dropped."""
    known = shape_of(progress).by_key
    for key, value in found.items():
        if key not in known:
            raise Refusal(
                f"Trạng thái có dữ liệu «{key}» mà chương trình này không đọc được ở bước ấy.",
                f"The state has '{key}' at a node where this program cannot read it.",
            )
        setattr(progress, known[key].name, READ[known[key].form](value))


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


def load(state: bytes, host: Host) -> Machine:
    """The family of a state. The host gives the processes it was run with; without one of them it is refused."""
    data = orjson.loads(state)
    if data.get("v") != FORMAT:
        raise Refusal(
            f"Trạng thái có định dạng {data.get('v')}, chương trình này chỉ đọc được {FORMAT}.",
            f"The state has format {data.get('v')}; this program reads {FORMAT}.",
        )
    root_spec = compiled(deployed(host, data["process"], data.get("version", "")))
    machine = Machine(root_spec, host)
    machine.count = data.get("count", 0)
    machine.suspended = data.get("suspended", False)
    machine.completed = data.get("ended", False)
    tokens: list[Token] = []
    specs = [root_spec]
    for each in data["tokens"]:
        load_row(machine, each, tokens, specs)
    machine.task_tree = tokens[0]
    opened = sorted(((wait.n, token, wait) for token in tokens for wait in token.waits), key=lambda item: item[0])
    for _, token, wait in opened:
        machine.index(token, wait)
    return machine


def load_row(machine: Machine, found: list[Any], tokens: list[Token], specs: list[Any]) -> None:
    found = found + [0] * (7 - len(found))
    id, above, name, letter, data, internal, waits = found
    if name == "":
        process = specs[0]
        spec: Any = process.scope
    elif isinstance(name, list):
        process = compiled(deployed(machine.host, *name))
        spec = process.scope
    else:
        process = specs[above]
        spec = process.controller if name == process.controller.name else process.task_specs.get(name)
        if spec is None:
            raise Refusal(
                f"Quy trình «{process.name}» không còn nút «{name}» mà phiên chạy đang đứng.",
                f"The process '{process.name}' has no node '{name}', where a token stands.",
            )
    token = Token(machine, spec, tokens[above] if above >= 0 else None, id)
    if tokens:
        specs.append(process)
    tokens.append(token)
    token._state = _STATE[letter]
    if data:
        token.data = unpack(data)
    if internal:
        read_progress(token.progress, internal)
    restore_marks(machine, token)
    for wait in waits or ():
        token.waits.append(load_wait(wait))


def restore_marks(machine: Machine, token: Token) -> None:
    """What is not in the row because the state says it."""
    progress: Progress = token.progress
    state, spec, above = token._state, token.task_spec, token.above
    if progress.came is not None and above is not None:
        if state in (WAITING, ERROR):
            above.held[spec.name] = token
        if spec.settles and state == WAITING:
            machine.joins[token.id] = token
    is_node = bool(spec.type) and not spec.is_process and not (spec.is_scope and token.progress.restored)
    if state == STARTED:
        token.entered = is_node and not spec.silent
        if is_node:
            progress.stage = ARMED
    elif state == WAITING:
        token.entered = spec.gathers and not (isinstance(progress, ComplexProgress) and progress.reset is not None)
    else:
        begun = progress.stage != FRESH or progress.came is not None
        token.entered = is_node and not spec.silent and begun and progress.stage != LEFT


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
