"""Terms of steps against the legal term: the longest way from receipt to the result, each step once.

Branches that run side by side count by the longest of them. A way on which the legal clock stands still (`mc:pause`) or
is given more (`mc:extension`) is not judged, and neither is a term that is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.definition import Node, Process, Scope
from procedures.bundle_check.files import Files

#: Working hours: of a working day, of a day of the calendar (five of seven are worked), of a month.
HOURS = {"WORKING_HOUR": 1.0, "WORKING_DAY": 8.0, "DAY": 8.0 * 5 / 7, "MONTH": 8.0 * 21}


def check(files: Files, description: Mapping[str, Any] | None) -> None:
    """Reports the way whose step terms are longer together than the law gives."""
    legal = _legal(description or {})
    if legal is None or description is None:
        return
    for path, model in files.bundle.models.items():
        process = model.processes.get(str(description.get("process")))
        if process is None:
            continue
        hours, way = _longest(process.scope, _ends(process))
        if hours > legal:
            report = files.report(path)
            names = " → ".join(f"{node.name or node.id} ({_said(_hours(node))} giờ)" for node in way)
            names_en = " → ".join(f"{node.name or node.id} ({_said(_hours(node))} h)" for node in way)
            facts = {"hours": _said(hours), "legal": _said(legal), "way": names, "way_en": names_en}
            report.put("terms-exceed", process.line, process.id, **facts)
            files.told(report)


def _said(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")


def _legal(description: Mapping[str, Any]) -> float | None:
    """The longest term that the law gives a case, in working hours; zero days are the day of receipt."""
    found = [description.get("term"), *(case.get("term") for case in description.get("cases") or ())]
    hours = [_amount(str(one["value"]), one["unit"]) for one in found if one and one.get("value") and one.get("unit")]
    known = [one for one in hours if one is not None]
    return max(max(known), 8.0) if known else None


def _amount(value: str, unit: str) -> float | None:
    try:
        return float(value) * HOURS[unit]
    except (ValueError, KeyError):
        return None


def _hours(node: Node) -> float:
    """What the step's own term takes of the legal one."""
    term = next((one.attributes for one in node.extensions if one.name == "term"), None)
    return (_amount(term.get("value", ""), term.get("unit", "")) or 0.0) if term is not None else 0.0


def _ends(process: Process) -> set[str]:
    """The nodes with which a dossier is handled."""
    return {node.id for node in process.scope.walk() if any(one.name == "finish" for one in node.extensions)}


def _longest(scope: Scope, ends: set[str]) -> tuple[float, list[Node]]:
    """The longest way of a scope that leads to one of `ends`, or to its end where there are none in it, and the steps
    with a term on it. A flow that leads back is not gone again."""
    wanted = ends & scope.nodes.keys()
    order, best = _order(scope), dict[str, tuple[float, list[Node]]]()
    for id in order:  # those behind a node come before it
        node = scope.nodes[id]
        if any(one.name in ("pause", "extension") for one in node.extensions):
            continue
        onward = [best[target] for target in _next(scope, node) if target in best] if id not in wanted else []
        if not onward and wanted and id not in wanted:
            continue
        hours, way = max(onward, key=lambda one: one[0], default=(0.0, []))
        own, inner = _hours(node), list[Node]()
        if node.scope is not None and not own:
            own, inner = _longest(node.scope, set())
        here = inner or ([node] if own else [])
        best[id] = own + hours, [*here, *way]
    starts = [node.id for node in scope.nodes.values() if node.kind == "startEvent" and node.id in best]
    return max((best[id] for id in starts), key=lambda one: one[0], default=(0.0, []))


def _next(scope: Scope, node: Node) -> Iterator[str]:
    for id in (node.id, *node.boundaries):
        yield from (scope.flows[flow].target for flow in scope.nodes[id].outgoing)


def _order(scope: Scope) -> list[str]:
    """The nodes that can be reached from the starts, each after those that it leads to; a flow back into the way that
    led there is left out by that."""
    seen: set[str] = set()
    order: list[str] = []
    for start in (node.id for node in scope.nodes.values() if node.kind == "startEvent"):
        waiting = [(start, iter(list(_next(scope, scope.nodes[start]))))] if start not in seen else []
        seen.add(start)
        while waiting:
            id, onward = waiting[-1]
            target = next((one for one in onward if one not in seen), None)
            if target is None:
                order.append(id)
                waiting.pop()
            else:
                seen.add(target)
                waiting.append((target, iter(list(_next(scope, scope.nodes[target])))))
    return order
