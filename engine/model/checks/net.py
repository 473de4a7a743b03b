"""One scope as tokens on places: what each node takes and gives (13.2 to 13.4), without data.

A place is a sequence flow on which a token waits to enter its target; a link's catch, an instantiating node or a node
that begins without a flow has a place of its own. Conditions are choices that may go any way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from engine.model.definition import Node, Scope

#: Branches of an inclusive split of which all combinations are tried; of more only each alone, and all.
MOST_BRANCHES = 6
#: Ends that take every other token of the scope with them.
_FINAL = ("terminate", "error", "cancel")


class Way(NamedTuple):
    """One way on from a node: the places that get a token, and by what it is chosen."""

    places: tuple[str, ...]
    names: tuple[str, ...] = ()


class Effort:
    """How much of a file may still be walked: tokens that are put somewhere, over all its scopes."""

    def __init__(self, left: int) -> None:
        self.left = left


class Net:
    """The places and nodes of a scope. `known` is False where it has what this picture does not show; `whole` where not
    every combination of branches is tried."""

    def __init__(self, scope: Scope, effort: Effort, *, beside: bool = True) -> None:
        """`beside`: non-interrupting boundary events fire, too."""
        self.scope, self.effort, self.beside, self.whole = scope, effort, beside, True
        self.known = all(_is_plain(node) for node in scope.nodes.values())
        caught: dict[str, str] = {}
        for node in scope.nodes.values():
            link = node.event("link")
            if link is not None and node.kind == "intermediateCatchEvent":
                caught.setdefault(link.name, node.id)
        self._caught = caught
        self.ways = {node.id: list(self._ways(node)) for node in scope.nodes.values()}
        self.arrivals: dict[str, list[str]] = defaultdict(list)  # node → the places before it
        for id, flow in scope.flows.items():
            self.arrivals[flow.target].append(id)
        self._reach: dict[str, dict[str, frozenset[str]]] = {}

    def starts(self) -> list[tuple[str, ...]]:
        """The places that have a token at the beginning, for each way to begin."""
        nodes = self.scope.nodes.values()
        found: list[tuple[str, ...]] = [
            (own(node.id),) for node in nodes if node.kind == "startEvent" or node.instantiate
        ]
        if not found:
            first = tuple(own(node.id) for node in nodes if _begins(node, self.arrivals))
            found = [first] if first else []
        return found

    def target(self, place: str) -> str:
        """The node that a token on a place enters."""
        return place[1:] if place.startswith("@") else self.scope.flows[place].target

    def joins(self, node: str, kind: str) -> bool:
        """Whether a node is a gateway of that kind that waits for several flows."""
        return self.scope.nodes[node].kind == f"{kind}Gateway" and len(self.arrivals[node]) > 1

    def ends_all(self, node: str) -> bool:
        found = self.scope.nodes[node]
        return found.kind == "endEvent" and any(event.kind in _FINAL for event in found.events)

    def reach(self, gateway: str, place: str) -> frozenset[str]:
        """The incoming flows of a gateway that a token on a place can come to without passing the gateway."""
        known = self._reach.setdefault(gateway, {})
        if place not in known:
            seen, open_ = {place}, [place]
            while open_:
                node = self.target(open_.pop())
                for way in self.ways[node] if node != gateway else ():
                    for following in way.places:
                        if following not in seen:
                            seen.add(following)
                            open_.append(following)
            self.effort.left -= len(seen)
            known[place] = frozenset(seen) & frozenset(self.arrivals[gateway])
        return known[place]

    def _ways(self, node: Node) -> Iterator[Way]:
        link = node.event("link")
        if link is not None and node.kind != "intermediateCatchEvent":
            twin = self._caught.get(link.name)
            yield Way((own(twin),) if twin is not None else ())
            return
        beside: list[str] = []
        for id in node.boundaries:
            boundary = self.scope.nodes[id]
            if boundary.event("compensate") is not None:
                continue
            if boundary.interrupting:
                yield Way(boundary.outgoing, (boundary.name or id,))
            elif self.beside:
                beside += boundary.outgoing
        for way in self._onward(node):
            yield way
            if beside:
                yield Way((*way.places, *beside), way.names)

    def _onward(self, node: Node) -> Iterator[Way]:
        out = node.outgoing
        if node.takes_one:
            for id in out:
                yield Way((id,), self._names((id,)) if len(out) > 1 else ())
            if not out:
                yield Way(())
            return
        free = [id for id in out if self._chosen(node, id)]
        certain = tuple(id for id in out if id not in free and id != node.default)
        if not free:
            yield Way(out)
            return
        for some in self._some(free):
            yield Way((*certain, *some), self._names(some))
        if node.default is not None:
            yield Way((*certain, node.default), self._names((node.default,)))
        elif certain:
            yield Way(certain)

    def _chosen(self, node: Node, flow: str) -> bool:
        """Whether a flow is taken or not by its condition."""
        if node.kind == "inclusiveGateway":
            return flow != node.default and len(node.outgoing) > 1
        conditional = self.scope.flows[flow].condition is not None and node.kind != "parallelGateway"
        return conditional and flow != node.default and len(node.outgoing) > 1

    def _some(self, flows: list[str]) -> Iterator[tuple[str, ...]]:
        if len(flows) <= MOST_BRANCHES:
            for size in range(1, len(flows) + 1):
                yield from combinations(flows, size)
            return
        self.whole = False
        for size in (1, len(flows)):
            yield from combinations(flows, size)

    def _names(self, flows: tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for id in flows:
            flow = self.scope.flows[id]
            found.append(flow.name or self.scope.nodes[flow.target].name or flow.target)
        return tuple(found)


def own(node: str) -> str:
    """The place of a token that enters a node by no flow."""
    return f"@{node}"


def _begins(node: Node, arrivals: dict[str, list[str]]) -> bool:
    link = node.kind == "intermediateCatchEvent" and node.event("link") is not None
    beside = node.kind == "boundaryEvent" or node.for_compensation or node.triggered_by_event
    return not arrivals.get(node.id) and not link and not beside


def _is_plain(node: Node) -> bool:
    """Whether a node takes and gives one token as the picture shows it."""
    if node.kind == "complexGateway" and len(node.incoming) > 1:
        return False
    return node.start_quantity == 1 and node.completion_quantity == 1
