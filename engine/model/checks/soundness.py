"""What the drawing as a whole does: branches that can never meet, nodes that nothing reaches, flows without a
condition. Reads the definition, not the XML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from engine.model.definition import Expression, Flow, Node, Process, Scope
from engine.model.findings.report import Report
from engine.model.names import ACTIVITIES, SUBPROCESSES

#: A scope with more nodes is not searched for branches that never meet: the search grows with the square.
LARGEST = 2_000


def check(report: Report, processes: Iterable[Process], conditioned: frozenset[str], published: bool = False) -> None:
    """`conditioned`: ids of the flows that have a condition in the XML, whether or not it could be read."""
    marked = False
    processes = list(processes)
    for process in processes:
        marked = marked or process.executable
        for owner, scope, kind in scopes(process):
            _scope(report, scope, kind, conditioned)
            if not scope.nodes and kind == "process":
                report.put("empty-process", process.line, owner)
        for node in process.scope.walk():
            _node(report, node, published)
    if processes and not marked:
        report.put("nothing-executable", processes[0].line, processes[0].id)
    if not processes:
        report.put("no-process", 1, "")


def scopes(process: Process) -> Iterator[tuple[str, Scope, str]]:
    """Each scope with the id and kind of what owns it (an event subprocess is of the kind ``event``)."""
    yield process.id, process.scope, "process"
    for node in process.scope.walk():
        if node.scope is not None:
            yield node.id, node.scope, "event" if node.triggered_by_event else node.kind


class Graph:
    """One scope as nodes and edges: flows, links, and the way from an activity to its boundary events."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.next: dict[str, list[str]] = defaultdict(list)
        self.entered: dict[str, int] = defaultdict(int)
        for flow in scope.flows.values():
            self._edge(flow.source, flow.target)
        caught: dict[str, list[str]] = defaultdict(list)
        for node in scope.nodes.values():
            link = node.event("link")
            if link is not None and node.kind == "intermediateCatchEvent":
                caught[link.name].append(node.id)
        for node in scope.nodes.values():
            for boundary in node.boundaries:
                self._edge(node.id, boundary)
            link = node.event("link")
            if link is not None and node.kind != "intermediateCatchEvent":
                for twin in caught[link.name][:1]:
                    self._edge(node.id, twin)

        nodes = scope.nodes
        self.place = {id: index for index, id in enumerate(nodes)}
        self.joins = [n for n in nodes.values() if n.kind == "parallelGateway" and len(n.incoming) > 1]
        self.forks = [n.id for n in nodes.values() if self._forks(n)]
        self._masks: dict[str, int] = {}

    def _forks(self, node: Node) -> bool:
        """Whether it may send out more than one token."""
        if any(not self.scope.nodes[b].interrupting for b in node.boundaries):
            return True
        if node.takes_one:
            return False
        return len(node.outgoing) > 1

    def mask(self, origin: str) -> int:
        """What can be reached from a node, as bits by `place`."""
        if origin not in self._masks:
            self._masks[origin] = sum(1 << self.place[id] for id in self.reach([origin]))
        return self._masks[origin]

    def _edge(self, start: str, end: str) -> None:
        self.next[start].append(end)
        self.entered[end] += 1

    def starts(self) -> list[str]:
        """Where tokens come from: start events, what instantiates; without any, all that nothing enters."""
        nodes = self.scope.nodes.values()
        starts = [n.id for n in nodes if n.kind == "startEvent" or n.instantiate]
        if not starts:
            starts = [n.id for n in nodes if not self.entered[n.id] and n.kind != "boundaryEvent" and _in_flow(n)]
        return starts

    def reach(self, origins: Iterable[str], without: frozenset[str] = frozenset()) -> set[str]:
        """What can be reached, the origins included, on paths that avoid `without`."""
        found = {o for o in origins if o not in without}
        open_ = list(found)
        while open_:
            for target in self.next[open_.pop()]:
                if target not in found and target not in without:
                    found.add(target)
                    open_.append(target)
        return found


def _in_flow(node: Node) -> bool:
    return not node.for_compensation and not node.triggered_by_event


def _scope(report: Report, scope: Scope, kind: str, conditioned: frozenset[str]) -> None:
    graph = Graph(scope)
    reached = scope.nodes.keys() if kind == "adHocSubProcess" else graph.reach(graph.starts())
    ends = any(n.kind == "endEvent" for n in scope.nodes.values())
    for node in scope.nodes.values():
        if node.id not in reached and _in_flow(node) and _link_kind(node) != "catch":
            report.put("unreachable", node.line, node.id, name=node.name or node.id)
        _way_out(report, node, ends, kind)
        if node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
            _conditions(report, scope, node, conditioned)
        if node.kind == "parallelGateway" and len(node.outgoing) > 1 and len(scope.nodes) <= LARGEST:
            _double_end(report, graph, node)
    for node in scope.nodes.values() if len(scope.nodes) <= LARGEST else ():
        if node.takes_one and len(node.outgoing) > 1:
            _dead_join(report, graph, node)


def _link_kind(node: Node) -> str:
    if node.event("link") is None:
        return ""
    return "catch" if node.kind == "intermediateCatchEvent" else "throw"


def _way_out(report: Report, node: Node, ends: bool, scope_kind: str) -> None:
    if node.outgoing or node.kind in ("endEvent", "startEvent") or not _in_flow(node):
        return
    if scope_kind == "adHocSubProcess":
        return
    if _link_kind(node) == "throw" or (node.kind == "boundaryEvent" and node.event("compensate")):
        return
    if node.kind in ACTIVITIES and not ends:
        return  # without end events a branch ends where it has no flow left (13.2.1)
    report.put("no-way-out", node.line, node.id, name=node.name or node.id)


def _conditions(report: Report, scope: Scope, node: Node, conditioned: frozenset[str]) -> None:
    for id in node.outgoing:
        flow: Flow = scope.flows[id]
        if id == node.default or flow.condition is not None:
            continue
        if id in conditioned or f"{flow.source}→{flow.target}" in conditioned:
            continue
        report.put("missing-condition", flow.line, id, gateway=node.name or node.id)


def _double_end(report: Report, graph: Graph, node: Node) -> None:
    """Branches of a parallel split that end each by itself: right, if it is meant."""
    branches = [graph.reach([graph.scope.flows[f].target]) for f in node.outgoing]
    ending = [b for b in branches if any(graph.scope.nodes[n].kind == "endEvent" for n in b)]
    joins = {
        n.id
        for n in graph.scope.nodes.values()
        if len(n.incoming) > 1 and n.kind in ("parallelGateway", "inclusiveGateway", "complexGateway")
    }
    if len(ending) > 1 and not any(a & b & joins for i, a in enumerate(ending) for b in ending[i + 1 :]):
        report.put("double-end", node.line, node.id, name=node.name or node.id)


def _dead_join(report: Report, graph: Graph, split: Node) -> None:
    """Reports a parallel join that waits for two branches of an exclusive split, of which only one ever comes.

    Of the join's incoming flows those count that can be reached through the split only; if no single branch of the
    split reaches them all, the join waits for ever. Nothing is said where more than one token may pass the split.
    """
    scope = graph.scope
    if _many_tokens(graph, split):
        return
    avoid = frozenset((split.id,))
    around = graph.reach(graph.starts(), avoid)
    branches = [(f, graph.reach([scope.flows[f].target], avoid)) for f in split.outgoing]
    for join in graph.joins:
        sources = {id: scope.flows[id].source for id in join.incoming}
        through = {id for id, source in sources.items() if source == split.id or source not in around}
        hits = [{id for id in through if sources[id] in branch or id == own} for own, branch in branches]
        covered = set().union(*hits)
        if len(covered) > 1 and sum(map(bool, hits)) > 1 and all(len(hit) < len(covered) for hit in hits):
            report.put(
                "exclusive-into-parallel", join.line, join.id,
                split=split.name or split.id, join=join.name or join.id,
            )  # fmt: skip


def _many_tokens(graph: Graph, split: Node) -> bool:
    """Whether several tokens may come to the split: from a fork before it, or round a loop with a fork in it."""
    bit = 1 << graph.place[split.id]
    return any(sum(bool(graph.mask(target) & bit) for target in graph.next[fork]) > 1 for fork in graph.forks)


def _node(report: Report, node: Node, published: bool) -> None:
    if node.kind == "serviceTask" and node.connector is None and not node.outputs:
        rule = "no-connector-published" if published else "no-connector"
        report.put(rule, node.line, node.id, name=node.name or node.id)
    if node.kind == "sendTask" and node.connector is None and node.message is None:
        report.put("no-connector", node.line, node.id, name=node.name or node.id)
    if node.kind == "receiveTask" and (node.message is None or not node.message.id):
        report.put("receive-without-message", node.line, node.id, name=node.name or node.id)
    if node.kind == "businessRuleTask" and node.decision is None and node.connector is None:
        report.put("no-decision", node.line, node.id, name=node.name or node.id)
    if node.kind == "complexGateway" and len(node.incoming) > 1 and node.activation is None:
        report.put("no-activation", node.line, node.id)
    groups = node.assignment.candidate_groups
    text = groups.text if isinstance(groups, Expression) else groups
    if text is not None and (text.replace(",", "").strip() in ("", "[]", "null", '""')):
        report.put("empty-group", node.line, node.id, name=node.name or node.id)
    ids = [outcome.id for outcome in node.outcomes]
    for id in sorted({i for i in ids if ids.count(i) > 1}):
        report.put("outcome-twice", node.line, node.id, outcome=id)
    if node.scope is not None and node.kind in SUBPROCESSES and not node.scope.nodes:
        report.put("empty-process", node.line, node.id)
