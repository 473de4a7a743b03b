"""The drawing of a dossier's model, with where it stands; and what the model lets happen to an open task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import commands, model
from engine.commands import definitions
from engine.model.definition import Node, Outcome
from engine.store import Tx
from engine.store.joining import query
from procedures.dossiers.nodes import processes_of

#: engine mark → class on the drawing
CLASSES = {"active": "now", "done": "done", "incident": "late"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """`svg` is made by the server and can be trusted; `file` is the model's path in its bundle."""

    svg: str
    marks: Mapping[str, str]
    version: str
    file: str
    process: str


@query
def of_version(tx: Tx, version: str, process: str, marks: Mapping[str, str] | None = None) -> Drawing | None:
    """The drawing of a deployed process, None where that version has no such process."""
    found = definitions.deployed(tx, version)
    if process not in found.processes:
        return None
    file = found.processes[process].file
    body = definitions.file(tx, found.files[file])
    shown = dict(marks or {})
    return Drawing(model.draw(body, shown), shown, version, file, process)


@query
def public(tx: Tx, version: str, process: str) -> bytes | None:
    """What anybody may see of a deployed process, as BPMN XML; None where that version has no such process."""
    found = definitions.deployed(tx, version)
    if process not in found.processes:
        return None
    return model.outline(definitions.file(tx, found.files[found.processes[process].file]))


@query
def of_dossier(tx: Tx, root: str) -> Drawing | None:
    """The drawing of a dossier's process with its tokens on it; None while no process has started."""
    running = commands.find(tx, root_id=root)
    if not running:
        return None
    marks = {element: CLASSES[mark] for element, mark in commands.marks(tx, root).items() if mark in CLASSES}
    return of_version(tx, running[0].deployment, running[0].process, marks)


@query
def of_process(tx: Tx, version: str, process: str, marks: Mapping[str, str]) -> Drawing | None:
    """The drawing of a process that an instance of that deployment has called, of the same deployment or another."""
    for deployment, found in processes_of(tx, version):
        if found.id == process:
            return of_version(tx, deployment, process, marks)
    return None


def outcomes(node: Node | None) -> tuple[Outcome, ...]:
    """The ways a task can end, each a button; a task without any has the one: done."""
    if node is not None and node.outcomes:
        return node.outcomes
    return (Outcome("", "Hoàn thành", "Complete", tone="primary", affirmative=True),)
