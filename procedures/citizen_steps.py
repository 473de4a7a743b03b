"""What becomes of a dossier, as its owner meets it: who does what, where they must do something themselves, and what
silence means. Read from the model, so that the words are true of what runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.commands import definitions
from engine.model.definition import Flow, Node, Process, Scope
from engine.store import Tx
from engine.store.joining import query
from procedures import bundles
from procedures.dossiers.nodes import timers_beside
from procedures.vocabulary.units import UNITS
from procedures.vocabulary.words import Word

WORK = ("userTask", "manualTask", "task", "callActivity", "subProcess")


@dataclass(frozen=True, slots=True)
class Step:
    """by: the office does it, or you do. name: what is done. who: which part of the office. term: its own term.
    silence: what it means when nothing is done within the term that the model gives. always: every dossier comes here.
    """

    by: Literal["office", "you"]
    name: Word
    who: str = ""
    term: Word | None = None
    silence: str = ""
    always: bool = True


@dataclass(frozen=True, slots=True)
class Path:
    """usual: the steps of a dossier with which all is well, in order; besides: what a citizen may be asked on the way;
    withdrawn: whether it can be taken back while it runs."""

    usual: tuple[Step, ...]
    besides: tuple[Step, ...]
    withdrawn: bool


@query
def path(tx: Tx, procedure: bundles.Procedure) -> Path | None:
    """The path of a deployed procedure; None where its deployment has no such process."""
    kept = tx.database.definitions
    key = f"citizen_steps:{procedure.version}"
    if key not in kept:
        process = definitions.deployed(tx, procedure.version).processes.get(procedure.process)
        refusals = {one["code"] for one in procedure.results if one.get("refusal")}
        kept[key] = of_process(process, refusals) if process is not None else None
    return kept[key]  # type: ignore[no-any-return]


def of_process(process: Process, refusals: set[str]) -> Path:
    """The path through a process; refusals: codes of results by which nothing is granted."""
    scope = process.scope
    usual, besides = [], []
    for node in _in_order(scope, refusals):
        step = _step(process, node)
        if step is not None:
            usual.append(replace(step, always=not _ends_without(scope, node, refusals)))
    for node in scope.walk():
        if _asks(node) == "supplement":
            step = _step(process, node)
            if step is not None and step not in besides:
                besides.append(step)
    return Path(tuple(usual), tuple(besides), any(_withdraws(node) for node in scope.nodes.values()))


def _step(process: Process, node: Node) -> Step | None:
    if _asks(node):
        said = _attributes(node, "citizen")
        return Step("you", _label(said), silence=_silence(process, node))
    if node.kind not in WORK or node.triggered_by_event:
        return None
    said = _attributes(node, "step")
    name = _label(said) if said.get("label") else Word(node.name, node.name)
    if not name.vi:
        return None
    return Step("office", name, who=node.lane, term=_term(node), silence=_silence(process, node))


def _in_order(scope: Scope, refusals: set[str]) -> Iterator[Node]:
    """The nodes from the start on, each after those that lead to it, loops back left out; not past a refusal, nor past
    what is asked only of dossiers that lack something."""
    seen: set[str] = set()
    order: list[Node] = []

    def onward(node: Node) -> Iterator[Flow]:
        """Its flows: first those that lead on to the end, then those that only lead back; of the same, the last drawn
        first. What is visited last stands first."""
        flows = [scope.flows[id] for id in reversed(node.outgoing) if id in scope.flows]
        ending = _ending(scope, node.id, refusals) if len(flows) > 1 else set()
        return iter(sorted(flows, key=lambda flow: flow.target not in ending))

    def visit(node: Node) -> None:
        stack: list[tuple[Node, Iterator[Flow]]] = [(node, onward(node))]
        seen.add(node.id)
        while stack:
            here, flows = stack[-1]
            for flow in flows:
                there = scope.nodes.get(flow.target)
                if there is not None and there.id not in seen and not _aside(there, refusals):
                    seen.add(there.id)
                    stack.append((there, onward(there)))
                    break
            else:
                order.append(here)
                stack.pop()

    for node in scope.nodes.values():
        if node.kind == "startEvent" and node.id not in seen:
            visit(node)
    yield from reversed(order)


def _ends_without(scope: Scope, node: Node, refusals: set[str]) -> bool:
    """Whether a dossier can come to its end without this node."""
    ending = _ending(scope, node.id, refusals)
    return any(one.id in ending for one in scope.nodes.values() if one.kind == "startEvent")


def _ending(scope: Scope, without: str, refusals: set[str]) -> set[str]:
    """The nodes from which the end can be reached without one: by each flow of a split into branches that are all
    gone, by one of any other."""
    left = [one for one in scope.nodes.values() if one.id != without and not _aside(one, refusals)]
    found = {one.id for one in left if not one.outgoing and one.attached_to is None}
    grown = True
    while grown:
        grown = False
        for node in left:
            if node.id in found or not node.outgoing:
                continue
            every = all if node.kind in ("parallelGateway", "inclusiveGateway") else any
            if every(scope.flows[id].target in found for id in node.outgoing if id in scope.flows):
                found.add(node.id)
                grown = True
    return found


def _aside(node: Node, refusals: set[str]) -> bool:
    return _asks(node) == "supplement" or _attributes(node, "result").get("code") in refusals


def _asks(node: Node) -> str:
    """What a citizen is asked for here: confirm, supplement, pay; nothing elsewhere."""
    return _attributes(node, "citizen").get("action", "")


def _withdraws(node: Node) -> bool:
    if node.scope is None or not node.triggered_by_event:
        return False
    return any(_attributes(one, "status").get("code") == "7" for one in node.scope.nodes.values())


def _silence(process: Process, node: Node) -> str:
    beside = timers_beside(process, node)
    said = (extension.text.strip() for one in beside for extension in one.extensions if extension.name == "silence")
    return next(said, "")


def _term(node: Node) -> Word | None:
    said = _attributes(node, "term")
    number, unit = said.get("value", ""), UNITS.get(said.get("unit", ""))
    if not number.replace(".", "").isdigit() or unit is None:
        return None
    return Word(f"{number.replace('.', ',')} {unit.vi}", f"{number} {unit.en}")


def _label(said: Mapping[str, str]) -> Word:
    return Word(said.get("label", ""), said.get("labelEn") or said.get("label", ""))


def _attributes(node: Node, name: str) -> Mapping[str, str]:
    return next((one.attributes for one in node.extensions if one.name == name), {})
