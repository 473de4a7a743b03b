"""What goes round for ever by itself: loops without a wait or a way out, processes that call themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.model.checks.meaning import constant, is_always
from engine.model.definition import Node, Process, Scope
from engine.model.findings.report import Report
from engine.model.names import SUBPROCESSES

#: What lets a token through in the same breath: no person, message, date or service is waited for.
_AUTOMATIC = frozenset(
    ("scriptTask", "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway",
     "intermediateThrowEvent", "businessRuleTask", "sendTask")
)  # fmt: skip


def check(report: Report, processes: Iterable[Process]) -> None:
    for process in processes:
        nodes = list(process.scope.walk())
        if any(node.event("conditional") is not None for node in nodes):
            continue  # it looks again after each step, and may end a loop from outside
        for scope in scopes(process.scope):
            for cycle in _cycles(scope):
                if not _is_left(scope, cycle) and all(_passes(scope.nodes[id]) for id in cycle):
                    first = next(node for node in scope.nodes.values() if node.id in cycle)
                    way = " → ".join(scope.nodes[id].name or id for id in cycle)
                    report.put("endless-loop", first.line, first.id, way=f"{way} → {first.name or first.id}")
        for node in nodes:
            loop = node.loop
            if loop is None or loop.kind != "standard" or loop.maximum is not None:
                continue
            if is_always(loop.condition, True) and _passes(replace(node, loop=None)):
                report.put("endless-repetition", node.line, node.id, name=node.name or node.id)


#: Calls on a way from a process back to itself; a longer one is stopped by the depth of calls when it runs.
_LONGEST = 12


def scopes(scope: Scope) -> Iterator[Scope]:
    """A scope and those inside it."""
    yield scope
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from scopes(node.scope)


def _passes(node: Node) -> bool:
    """Whether a token that enters the node leaves it by itself at once."""
    if node.loop is not None or node.boundaries:
        return False
    if node.kind in SUBPROCESSES:
        inside = node.scope.nodes.values() if node.scope is not None else ()
        return bool(inside) and all(_passes(each) or _only_begins_or_ends(each) for each in inside)
    if node.kind == "serviceTask":
        return node.connector is None
    return node.kind in _AUTOMATIC and node.connector is None


def _only_begins_or_ends(node: Node) -> bool:
    return node.kind in ("startEvent", "endEvent") and not node.events


def _steps(scope: Scope, node: Node) -> list[str]:
    """Where a token may go from a node by its flows; what a condition always forbids is no way."""
    flows = [scope.flows[id] for id in node.outgoing]
    certain = [flow.target for flow in flows if flow.condition is not None and constant(flow.condition.text)[0]]
    if node.kind == "exclusiveGateway" and certain:
        flows = [flow for flow in flows if not is_always(flow.condition, False)]
    return [flow.target for flow in flows]


def has_trap(scope: Scope) -> bool:
    """Whether a token can get into a cycle of flows that no flow leaves."""
    return any(not _is_left(scope, cycle) for cycle in _cycles(scope))


def _is_left(scope: Scope, cycle: list[str]) -> bool:
    inside = set(cycle)
    return any(target not in inside for id in cycle for target in _steps(scope, scope.nodes[id]))


def _cycles(scope: Scope) -> list[list[str]]:
    """The strongly connected parts of a scope that have a cycle, each in the order of a way round (Tarjan, without
    recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: list[list[str]] = []
    for root in scope.nodes:
        if root in order:
            continue
        work = [(root, iter(_steps(scope, scope.nodes[root])))]
        order[root] = low[root] = len(order)
        open_.append(root)
        while work:
            id, rest = work[-1]
            target = next((t for t in rest if t in scope.nodes), None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[id])
                if low[id] == order[id]:
                    at = open_.index(id)
                    part, open_[at:] = open_[at:], []
                    low.update(dict.fromkeys(part, len(scope.nodes) + 1))
                    if len(part) > 1 or id in _steps(scope, scope.nodes[id]):
                        found.append(part)
            elif target not in order:
                order[target] = low[target] = len(order)
                open_.append(target)
                work.append((target, iter(_steps(scope, scope.nodes[target]))))
            else:
                low[id] = min(low[id], low[target] if low[target] > len(scope.nodes) else order[target])
    return found


def calls(processes: Mapping[str, Process]) -> Iterator[tuple[str, Process, Node, str]]:
    """Processes that call themselves, at once or through others: the rule, the process, its call, and the way round.

    A call that every run comes to, before anything is waited for, never ends; any other may be meant.
    """
    for process in processes.values():
        for node in process.scope.walk():
            if node.kind != "callActivity":
                continue
            way = _round(processes, process.id, node)
            if way:
                certain = all(_always(processes[caller].scope, call) for caller, call in way)
                names = " → ".join([process.id, *(str(call.called_element) for _, call in way)])
                yield ("calls-itself-endlessly" if certain else "calls-itself"), process, node, names


def _round(processes: Mapping[str, Process], start: str, call: Node) -> list[tuple[str, Node]]:
    """The shortest way of calls from one of a process back to it, empty where there is none."""
    open_, seen = [[(start, call)]], {str(call.called_element)}
    while open_ and len(open_[0]) <= _LONGEST:
        way = open_.pop(0)
        called = way[-1][1].called_element
        if called == start:
            return way
        inside = processes.get(called) if isinstance(called, str) else None
        for node in inside.scope.walk() if inside is not None else ():
            if node.kind == "callActivity" and (node.called_element == start or node.called_element not in seen):
                seen.add(str(node.called_element))
                open_.append([*way, (str(called), node)])
    return []


def _always(scope: Scope, call: Node) -> bool:
    """Whether every run of a process comes to the call by itself: from its plain start over one flow at a time."""
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent" and not node.events]
    node = starts[0] if len(starts) == 1 else None
    seen: set[str] = set()
    while node is not None and node.id not in seen:
        if node.id == call.id:
            return call.loop is None and not call.boundaries
        seen.add(node.id)
        if (node.kind != "startEvent" and not _passes(node)) or len(node.outgoing) != 1:
            return False
        node = scope.nodes.get(scope.flows[node.outgoing[0]].target)
    return False
