"""Terms of steps against the legal term: the longest way from receipt to the result, each step once.

Branches that run side by side count by the longest of them. Where the legal clock stands still (`mc:pause`, by the
policy of the procedure) a step takes nothing of the legal term, and after a pause with the effect *restart* the term
counts anew. A way on which the term is extended (`mc:extension`) is given the extension of the procedure; it is not
judged where that is not said. Neither is a term that is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.model.definition import Node, Process, Scope
from procedures.bundle_check.files import Files

#: Working hours: of a working day, of a day of the calendar (five of seven are worked), of a month.
HOURS = {"WORKING_HOUR": 1.0, "WORKING_DAY": 8.0, "DAY": 8.0 * 5 / 7, "MONTH": 8.0 * 21}
#: Kinds of pauses → where the description says what they do to the clock.
POLICIES = {"supplement": "supplement", "fee": "fee_wait", "legal": "suspension"}


class Way(NamedTuple):
    """Steps one after another: the working hours that they take of the legal term, less what extends it."""

    hours: float = 0.0
    steps: tuple[Node, ...] = ()


def check(files: Files, description: Mapping[str, Any] | None) -> None:
    """Reports the way whose step terms are longer together than the law gives."""
    legal = _legal(description or {})
    if legal is None or description is None:
        return
    for path, model in files.bundle.models.items():
        process = model.processes.get(str(description.get("process")))
        if process is None:
            continue
        clock = _Clock(description)
        found = [clock.longest(process.scope, _ends(process)), *clock.forgotten]
        hours, way = max(found, key=lambda one: one.hours)
        if hours > legal:
            report = files.report(path)
            told = [(node.name or node.id, *clock.said(node)) for node in way]
            facts = {
                "hours": _said(hours), "legal": _said(legal),
                "way": " → ".join(f"{name} ({vi})" for name, vi, _ in told),
                "way_en": " → ".join(f"{name} ({en})" for name, _, en in told),
            }  # fmt: skip
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


def _attributes(node: Node, name: str) -> Mapping[str, str] | None:
    return next((one.attributes for one in node.extensions if one.name == name), None)


def _ends(process: Process) -> set[str]:
    """The nodes with which a dossier is handled."""
    return {node.id for node in process.scope.walk() if _attributes(node, "finish") is not None}


@dataclass
class _Clock:
    """What steps do to the legal clock, by a description. forgotten: the longest ways that end at a restart of it, each
    counted to there."""

    description: Mapping[str, Any]
    forgotten: list[Way] = field(default_factory=list)

    def effect(self, node: Node) -> str:
        """What the clock does while a step is open: ``none``, ``pause`` or ``restart``."""
        said = _attributes(node, "pause")
        if said is None:
            return "none"
        policy = self.description.get(POLICIES.get(said.get("kind", "legal"), "")) or {}
        return str(policy.get("effect") or "pause")

    def extension(self, node: Node) -> float | None:
        """By how many hours a step extends the term, 0 where it does not, None where that is not known."""
        if _attributes(node, "extension") is None:
            return 0.0
        said = self.description.get("extension")
        return _amount(str(said["value"]), said["unit"]) if said else None

    def own(self, node: Node) -> float:
        """What the step's own term takes of the legal one."""
        term = _attributes(node, "term")
        if term is None or self.effect(node) != "none":
            return 0.0
        return _amount(term.get("value", ""), term.get("unit", "")) or 0.0

    def said(self, node: Node) -> tuple[str, str]:
        """What a step does to the clock, in words of both languages."""
        effect, more, hours = self.effect(node), self.extension(node), _said(self.own(node))
        if effect != "none":
            return ("tính lại từ đầu", "counts anew") if effect == "restart" else ("tạm dừng", "pause")
        if more:
            return f"{hours} giờ, gia hạn {_said(more)} giờ", f"{hours} h, extended by {_said(more)} h"
        return f"{hours} giờ", f"{hours} h"

    def longest(self, scope: Scope, ends: set[str]) -> Way:
        """The longest way of a scope that leads to one of `ends`, or to its end where there are none in it. A flow that
        leads back is not gone again."""
        wanted = ends & scope.nodes.keys()
        best: dict[str, Way] = {}
        for id in _order(scope):  # those behind a node come before it
            node = scope.nodes[id]
            extended = self.extension(node)
            onward = [best[target] for target in _next(scope, node) if target in best] if id not in wanted else []
            if extended is None or (not onward and wanted and id not in wanted):
                continue
            after = max(onward, key=lambda one: one.hours, default=Way())
            if self.effect(node) == "restart":
                self.forgotten.append(after)
                after = Way()
            best[id] = self._through(node, after, extended)
        starts = [node.id for node in scope.nodes.values() if node.kind == "startEvent" and node.id in best]
        return max((best[id] for id in starts), key=lambda one: one.hours, default=Way())

    def _through(self, node: Node, after: Way, extended: float) -> Way:
        own, inner = self.own(node), Way()
        if node.scope is not None and not own and self.effect(node) == "none":
            inner = self.longest(node.scope, set())
        told = own or extended or self.effect(node) != "none"
        here = inner.steps or ((node,) if told else ())
        return Way(own + inner.hours - extended + after.hours, (*here, *after.steps))


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
