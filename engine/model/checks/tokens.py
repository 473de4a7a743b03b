"""Where tokens come to a standstill, or meet without a join: every way through a scope is walked, within a bound.

Conditions may go any way, so what is found *may* happen; that a join never opens is certain only where all ways were
walked. Steps that do not bear on each other are walked in one order: nodes of one flow first, then joins, then nodes
where several flows meet (in every order), last what ends the scope.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.model.checks.endless import has_trap
from engine.model.checks.net import Effort, Net, Way
from engine.model.checks.soundness import scopes
from engine.model.definition import Process, Scope
from engine.model.findings.report import Report

#: States of one scope that are looked at, and nodes and flows of a scope that is looked at at all.
MOST_STATES = 3_000
MOST_NODES, MOST_FLOWS = 600, 1_200
#: Tokens on one flow; a way that heaps more of them is not gone on with.
MOST_ALIKE = 3
#: Tokens that are put somewhere, over all scopes of a file.
MOST_EFFORT = 400_000

State = tuple[str, ...]  # places with a token, sorted; a place with several stands as often


@dataclass
class Walk:
    """What the ways through a scope showed: the joins that opened, those that stood with the choices that led there,
    and the nodes that two tokens came to at once."""

    opened: set[str] = field(default_factory=set)
    stood: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    met: dict[str, tuple[str, ...]] = field(default_factory=dict)
    whole: bool = True
    orders: bool = True


def check(report: Report, processes: Iterable[Process]) -> None:
    effort = Effort(MOST_EFFORT)
    for process in processes:
        ended = _ended_from_outside(process.scope)
        for owner, scope, kind in scopes(process):
            if kind == "adHocSubProcess" or len(scope.nodes) > MOST_NODES or len(scope.flows) > MOST_FLOWS:
                continue
            if not _may_fork(scope):
                continue
            net = Net(scope, effort)
            if net.known and effort.left > 0:
                _standing(report, net, owner in ended)
                _meeting(report, Net(scope, effort, beside=False))


def _ended_from_outside(scope: Scope, ended: bool = False) -> set[str]:
    """The subprocesses that an interrupting boundary event, of their own or around them, may end at any moment: what
    stands still in them may be meant to."""
    found: set[str] = set()
    for node in scope.nodes.values():
        if node.scope is not None:
            cut = ended or any(scope.nodes[id].interrupting for id in node.boundaries)
            found |= _ended_from_outside(node.scope, cut) | ({node.id} if cut else set())
    return found


def _may_fork(scope: Scope) -> bool:
    """Whether there can be more than one token, or a join that waits for one."""
    return any(len(node.outgoing) > 1 and node.kind != "exclusiveGateway" for node in scope.nodes.values()) or any(
        node.kind == "parallelGateway" and len(node.incoming) > 1 for node in scope.nodes.values()
    )


def _standing(report: Report, net: Net, ended: bool) -> None:
    walk = _walk(net, orders=False)
    accused = {(problem.rule, problem.element) for problem in report.problems}
    for id, way in walk.stood.items():
        if ("exclusive-into-parallel", id) in accused:
            continue
        node = net.scope.nodes[id]
        never = walk.whole and id not in walk.opened and not has_trap(net.scope)
        facts = {"join": node.name or id, "missing": walk.missing[id]}
        if never:
            report.put("join-never-opens", node.line, id, **facts)
        elif not ended:
            said = _told(net, way)
            report.put("join-may-stand", node.line, id, way=said or "mọi đường", way_en=said or "any way", **facts)


def _meeting(report: Report, net: Net) -> None:
    for id, flows in _walk(net, orders=True).met.items():
        node = net.scope.nodes[id]
        ends = ", ".join(dict.fromkeys(_origin(net, place) for place in flows))
        report.put("runs-twice", node.line, id, name=node.name or id, sources=ends)


def _origin(net: Net, place: str) -> str:
    flow = net.scope.flows.get(place)
    source = net.scope.nodes.get(flow.source) if flow is not None else None
    return place if source is None else source.name or source.id


def _told(net: Net, way: tuple[Way, ...]) -> str:
    """The choices of a way, the last ones first where there are many."""
    said = list(dict.fromkeys(" + ".join(step.names) for step in way if step.names))
    return " → ".join(said[-5:])


def _walk(net: Net, *, orders: bool) -> Walk:
    """`orders`: where several flows meet, each token may come first; joins do not mind one order."""
    walk = Walk(whole=net.whole, orders=orders)
    for start in net.starts():
        _from(net, walk, tuple(sorted(start)))
    return walk


def _from(net: Net, walk: Walk, first: State) -> None:
    came: dict[State, tuple[State | None, Way | None]] = {first: (None, None)}
    open_ = deque([first])
    while open_:  # the shortest ways first
        state = open_.popleft()
        following = list(_steps(net, walk, state))
        if not following:
            _still(net, walk, state, came)
        for after, way in following:
            net.effort.left -= len(after) + 1
            if any(count > MOST_ALIKE for count in Counter(after).values()):
                walk.whole = False  # a loop that makes tokens without end
            elif after not in came:
                came[after] = (state, way)
                open_.append(after)
        if len(came) > MOST_STATES or net.effort.left < 0:
            walk.whole = False
            return


def _steps(net: Net, walk: Walk, state: State) -> Iterator[tuple[State, Way | None]]:
    """What may come next; one token's steps where the others do not bear on them."""
    meeting: list[str] = []
    for place in dict.fromkeys(state):
        node = net.target(place)
        if net.joins(node, "parallel") or net.joins(node, "inclusive") or net.ends_all(node):
            continue
        if walk.orders and len(net.arrivals[node]) > 1:
            meeting.append(place)
            continue
        yield from _on(net, state, (place,), node)
        return
    for kind in ("parallel", "inclusive"):
        for node in dict.fromkeys(map(net.target, state)):
            taken = _ready(net, state, node, kind)
            if taken:
                walk.opened.add(node)
                yield from _on(net, state, taken, node)
                return
    _meet(net, walk, state, meeting)
    for place in meeting:
        yield from _on(net, state, (place,), net.target(place))
    if not meeting and any(net.ends_all(net.target(place)) for place in state):
        yield (), None


def _meet(net: Net, walk: Walk, state: State, meeting: list[str]) -> None:
    """Notes where two tokens come to one node that does not join them; an end takes as many as come."""
    waiting: dict[str, list[str]] = {}
    for place in state:
        if place in meeting:
            waiting.setdefault(net.target(place), []).append(place)
    for node, places in waiting.items():
        if len(places) > 1 and net.scope.nodes[node].kind != "endEvent":
            walk.met.setdefault(node, tuple(places))


def _on(net: Net, state: State, taken: tuple[str, ...], node: str) -> Iterator[tuple[State, Way]]:
    rest = Counter(state)
    rest.subtract(taken)
    for way in net.ways[node]:
        yield tuple(sorted([*rest.elements(), *way.places])), way


def _ready(net: Net, state: State, node: str, kind: str) -> tuple[str, ...]:
    """The tokens that a join takes now, none where it waits (13.4.1, 13.4.3)."""
    if not net.joins(node, kind):
        return ()
    into = net.arrivals[node]
    full = [place for place in into if place in state]
    if kind == "parallel":
        return tuple(into) if len(full) == len(into) else ()
    for place in state:
        if place not in into:
            reached = net.reach(node, place)
            if reached.difference(full) and not reached.intersection(full):
                return ()
    return tuple(full)


def _still(net: Net, walk: Walk, state: State, came: dict[State, tuple[State | None, Way | None]]) -> None:
    """A state from which nothing moves: the joins that still wait in it."""
    for node in dict.fromkeys(map(net.target, state)):
        if node in walk.stood:
            continue
        steps: list[Way] = []
        at: State | None = state
        while at is not None:
            at, way = came[at]
            if way is not None:
                steps.append(way)
        walk.stood[node] = tuple(reversed(steps))
        absent = [place for place in net.arrivals[node] if place not in state]
        walk.missing[node] = ", ".join(dict.fromkeys(_origin(net, place) for place in absent))
