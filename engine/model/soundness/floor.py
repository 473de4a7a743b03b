"""A process or subprocess as the board of a token game: its nodes, what leads where, how it begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from engine.model.definition import EventDefinition, Node, Process, Scope


class Unknown(Exception):
    """The model has something that this game does not play."""


class Token(NamedTuple):
    """One token. `kind`: ``flow`` (on a sequence flow, before its target), ``at`` (a node that waits for somebody or
    something), ``in`` (a subprocess or call, with the tokens `inside`), ``stuck`` (a gateway with no flow to take).

    fired: its non-interrupting boundary events that have happened already; each happens once in this game.
    """

    kind: str
    id: str
    inside: tuple[Token, ...] = ()
    fired: tuple[str, ...] = ()


#: Tokens of one scope, sorted.
Tokens = tuple[Token, ...]


class Floor:
    """One scope. Its nodes are named in answers by the process and their id."""

    def __init__(self, scope: Scope, process: str) -> None:
        self.scope, self.process = scope, process
        self.nodes, self.flows = scope.nodes, scope.flows
        self.arrivals: dict[str, list[str]] = defaultdict(list)
        for id, flow in scope.flows.items():
            self.arrivals[flow.target].append(id)
        nodes = list(scope.nodes.values())
        self.links = {e.name: n.id for n in nodes if n.kind == "intermediateCatchEvent" and (e := n.event("link"))}
        #: event subprocesses with their start events
        self.handlers: list[tuple[Node, Node]] = []
        for node in nodes:
            if node.triggered_by_event and node.scope is not None:
                starts = [n for n in node.scope.nodes.values() if n.kind == "startEvent"]
                self.handlers += [(node, start) for start in starts[:1]]
        self._reach: dict[tuple[str, str], frozenset[str]] = {}

    def key(self, node: str) -> tuple[str, str]:
        return self.process, node

    def joins(self, node: Node) -> bool:
        """Whether a node waits for several flows."""
        return node.kind in ("parallelGateway", "inclusiveGateway") and len(self.arrivals[node.id]) > 1

    def starts(self) -> list[list[Node]]:
        """The nodes that are entered at the beginning, for each way to begin."""
        nodes = self.nodes.values()
        begins = [n for n in nodes if n.kind == "startEvent" or n.instantiate]
        plain = [n for n in begins if not n.events and not n.instantiate]
        if plain or begins:
            return [[node] for node in plain or begins]
        return [[n for n in nodes if self._begins(n)]]

    def _begins(self, node: Node) -> bool:
        link = node.kind == "intermediateCatchEvent" and node.event("link") is not None
        beside = node.kind == "boundaryEvent" or node.for_compensation or node.triggered_by_event
        return not self.arrivals.get(node.id) and not link and not beside

    def events(self, node: Node) -> list[Node]:
        """What a waiting node waits for: itself, or the events after an event gateway."""
        if node.kind == "eventBasedGateway":
            return [self.nodes[self.flows[id].target] for id in node.outgoing]
        return [node]

    def catcher(self, node: str, kind: str, code: str | None) -> Node | None:
        """The boundary event of an activity that catches an error, an escalation or a cancellation."""
        return self._best([self.nodes[id] for id in self.nodes[node].boundaries], kind, code)

    def handler(self, kind: str, code: str | None) -> tuple[Node, Node] | None:
        """The event subprocess of this scope that catches it, with its start."""
        found = self._best([start for _, start in self.handlers], kind, code)
        return next((pair for pair in self.handlers if pair[1] is found), None) if found is not None else None

    def _best(self, nodes: list[Node], kind: str, code: str | None) -> Node | None:
        """Who names the code goes before who takes every code."""
        fitting = [(event, node) for node in nodes if (event := _of(node, kind)) and event.code in (None, code)]
        fitting.sort(key=lambda pair: pair[0].code is None)
        return fitting[0][1] if fitting else None

    def reach(self, gateway: str, flow: str) -> frozenset[str]:
        """The incoming flows of a gateway to which a token on a flow, or behind a node, can come without passing it."""
        if (gateway, flow) not in self._reach:
            seen, open_ = set(), [flow]
            while open_:
                place = open_.pop()
                if place in seen:
                    continue
                seen.add(place)
                target = self.flows[place].target if place in self.flows else place
                if target != gateway:
                    open_ += self._onward(self.nodes[target])
            self._reach[gateway, flow] = frozenset(seen) & frozenset(self.arrivals[gateway])
        return self._reach[gateway, flow]

    def _onward(self, node: Node) -> list[str]:
        link = node.event("link")
        if link is not None and node.kind != "intermediateCatchEvent":
            return [self.links[link.name]] if link.name in self.links else []
        return [*node.outgoing, *(out for id in node.boundaries for out in self.nodes[id].outgoing)]


def _of(node: Node, kind: str) -> EventDefinition | None:
    return node.event(kind)


class House:
    """The floors of processes that are deployed together, made once each."""

    def __init__(self, processes: Mapping[str, Process]) -> None:
        self.processes = processes
        self._floors: dict[int, Floor] = {}
        calls = {id: set(_called(process)) & processes.keys() for id, process in processes.items()}
        self._again = {id for id in processes if id in _reached(calls, id)}

    def floor(self, scope: Scope, process: str) -> Floor:
        found = self._floors.get(id(scope))
        if found is None:
            found = self._floors[id(scope)] = Floor(scope, process)
        return found

    def ground(self, process: str) -> Floor:
        return self.floor(self.processes[process].scope, process)

    def inside(self, floor: Floor, node: Node) -> Floor | None:
        """The floor of a subprocess, or of a process that is called and is here. Raises Unknown for one that calls
        itself, at once or through others."""
        if node.kind in ("subProcess", "transaction") and node.scope is not None:
            return self.floor(node.scope, floor.process)
        called = node.called_element if node.kind == "callActivity" else None
        if isinstance(called, str) and called in self.processes:
            if called in self._again:
                raise Unknown
            return self.ground(called)
        return None


def _called(process: Process) -> list[str]:
    found = (node.called_element for node in process.scope.walk() if node.kind == "callActivity")
    return [called for called in found if isinstance(called, str)]


def _reached(calls: Mapping[str, set[str]], start: str) -> set[str]:
    """The processes that a run of one may come to by calls."""
    seen: set[str] = set()
    open_ = list(calls[start])
    while open_:
        called = open_.pop()
        if called not in seen:
            seen.add(called)
            open_ += calls[called]
    return seen
