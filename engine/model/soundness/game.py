"""The token game of a model: what may happen next in a state, by the rules of clause 13, with data left open.

It knows nothing of the executor, which is why tests can hold one against the other: what this game says can happen is
replayed by `engine.scenario`. What runs by itself is run to rest first; then a person, a message, a date or a failing
call makes the next move. Every loop runs one round and every multi-instance activity one instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.model.definition import EventDefinition, Node
from engine.model.names import ACTIVITIES
from engine.model.soundness.floor import Floor, House, Token, Tokens, Unknown
from engine.model.soundness.knowledge import Chooser, Known, learn

#: Steps that run by themselves before a state comes to rest, over all ways to it.
MOST_STEPS = 2_000
#: What can fail or be escalated: somebody's or something's work.
_WORK = ACTIVITIES - {"scriptTask", "businessRuleTask", "receiveTask", "subProcess", "transaction"}
_OUTSIDE = ("message", "signal", "timer", "conditional")

Key = tuple[str, str]  # process and id of a node
Up = tuple[str, str | None]  # what leaves a scope: its kind, its code or name


class Act(NamedTuple):
    """What somebody outside does: ``complete`` (with an outcome), ``event``, ``fail`` or ``escalate`` (with a code)."""

    kind: str
    process: str
    node: str
    said: str | None = None


class Step(NamedTuple):
    """What comes of one step: the tokens of its scope, what is known, the nodes entered, what leaves the scope, what
    was done for it, what was supposed of the data, and what it is like.

    beside: a non-interrupting event happened. handler: the event subprocess of a process began by itself.
    """

    tokens: Tokens
    known: Known
    entered: tuple[Key, ...] = ()
    ups: tuple[Up, ...] = ()
    act: Act | None = None
    supposed: tuple[tuple[str, bool], ...] = ()
    beside: bool = False
    handler: bool = False


class State(NamedTuple):
    """Tokens at rest, and what is known."""

    tokens: Tokens
    known: Known = ()


def _sorted(*parts: Tokens) -> Tokens:
    return tuple(sorted(token for part in parts for token in part))


def _without(tokens: Tokens, *gone: Token) -> Tokens:
    left = list(tokens)
    for token in gone:
        left.remove(token)
    return tuple(left)


class Game:
    """The game of one process; what it calls is played in it where it is deployed together."""

    def __init__(self, house: House, process: str, chooser: Chooser) -> None:
        self.house, self.ground, self.chooser = house, house.ground(process), chooser
        #: nodes that were entered, or had a token before them, in any way that was looked at
        self.touched: set[Key] = set()

    # begin, move, rest -------------------------------------------------------------------------------------------

    def begin(self) -> Iterator[Step]:
        """The states at rest in which a run may begin."""
        for nodes in self.ground.starts():
            first = nodes[0] if nodes else None
            act = None
            if first is not None and first.events:
                act = Act("event", self.ground.process, first.id)
            entered = Step((), (), act=act)
            for step in self._start(self.ground, nodes, entered):
                yield from self._rest(step)

    def moves(self, state: State) -> Iterator[Step]:
        """What may come next from a state at rest, each again at rest."""
        for step in self._moves(self.ground, state.tokens, state.known, ()):
            yield from self._rest(step)

    def _rest(self, first: Step) -> Iterator[Step]:
        """Runs what runs by itself. A loop that comes back to where it was is not gone round again."""
        open_, seen, left = [self._root(first)], set(), MOST_STEPS
        while open_:
            step = open_.pop()
            if (step.tokens, step.known) in seen:
                continue
            seen.add((step.tokens, step.known))
            self.touched.update(step.entered)
            self._touch(self.ground, step.tokens)
            left -= 1
            if left < 0:
                raise Unknown
            following = self._auto(self.ground, step.tokens, step.known)
            if following is None:
                following = self._inclusive(self.ground, step.tokens, step.known)
            if following is None:
                yield step
                continue
            open_ += [self._root(_after(step, one)) for one in reversed(following)]

    def _root(self, step: Step) -> Step:
        """What has left the process: a throw goes to whoever waits, an error or an end of all ends it."""
        for kind, said in step.ups:
            if kind in ("error", "family"):
                step = step._replace(tokens=())
            elif kind in ("message", "signal"):
                tokens, entered = self._deliver(self.ground, step.tokens, kind, said)
                step = step._replace(tokens=tokens, entered=(*step.entered, *entered))
        return step._replace(ups=())

    def _touch(self, floor: Floor, tokens: Tokens) -> None:
        for token in tokens:
            if token.kind == "flow":
                self.touched.add(floor.key(floor.flows[token.id].target))
            elif token.kind == "in":
                self._touch(self.inner(floor, floor.nodes[token.id]), token.inside)

    # by itself ---------------------------------------------------------------------------------------------------

    def _auto(self, floor: Floor, tokens: Tokens, known: Known) -> list[Step] | None:
        """The next thing that happens by itself, in all its ways; None at rest."""
        for token in dict.fromkeys(tokens):
            rest = _without(tokens, token)
            if token.kind == "in":
                node = floor.nodes[token.id]
                if not token.inside:
                    return self._leave(floor, rest, node, known)
                steps = self._auto(self.inner(floor, node), token.inside, known)
                if steps is not None:
                    return [self._wrap(floor, rest, token, step) for step in steps]
            elif token.kind == "flow":
                steps = self._arrive(floor, tokens, token, known)
                if steps is not None:
                    return steps
        return None

    def inner(self, floor: Floor, node: Node) -> Floor:
        """The floor that a token of the kind ``in`` is played on."""
        if node.triggered_by_event and node.scope is not None:
            return self.house.floor(node.scope, floor.process)
        inner = self.house.inside(floor, node)
        if inner is None:
            raise Unknown
        return inner

    def _arrive(self, floor: Floor, tokens: Tokens, token: Token, known: Known) -> list[Step] | None:
        node = floor.nodes[floor.flows[token.id].target]
        arrivals = floor.arrivals[node.id]
        if len(arrivals) > 1:
            if node.kind == "complexGateway":
                raise Unknown
            if node.kind == "inclusiveGateway":
                return None
            if node.kind == "parallelGateway":
                waiting = [Token("flow", id) for id in arrivals]
                if not all(each in tokens for each in waiting):
                    return None
                return self._enter(floor, _without(tokens, *waiting), node, known)
        if node.start_quantity > 1:
            waiting = [each for each in tokens if each.kind == "flow" and each.id in arrivals]
            if len(waiting) < node.start_quantity:
                return None
            return self._enter(floor, _without(tokens, *waiting[: node.start_quantity]), node, known)
        return self._enter(floor, _without(tokens, token), node, known)

    def _inclusive(self, floor: Floor, tokens: Tokens, known: Known) -> list[Step] | None:
        """The first inclusive join that opens: every flow that could still bring a token has one (13.4.3)."""
        for token in dict.fromkeys(tokens):
            if token.kind == "in":
                steps = self._inclusive(self.inner(floor, floor.nodes[token.id]), token.inside, known)
                if steps is not None:
                    return [self._wrap(floor, _without(tokens, token), token, step) for step in steps]
            elif token.kind == "flow":
                node = floor.nodes[floor.flows[token.id].target]
                if node.kind == "inclusiveGateway" and len(floor.arrivals[node.id]) > 1:
                    taken = self._ready(floor, tokens, node)
                    if taken:
                        return self._enter(floor, _without(tokens, *taken), node, known)
        return None

    def _ready(self, floor: Floor, tokens: Tokens, node: Node) -> list[Token]:
        full = [id for id in floor.arrivals[node.id] if Token("flow", id) in tokens]
        for token in tokens:
            if token.kind == "stuck" or (token.kind == "flow" and token.id in floor.arrivals[node.id]):
                continue
            reached = floor.reach(node.id, token.id)
            if reached.difference(full) and not reached.intersection(full):
                return []
        return [Token("flow", id) for id in full]

    def _enter(self, floor: Floor, rest: Tokens, node: Node, known: Known) -> list[Step]:
        """A token enters a node; what was taken for it is gone from `rest` already."""
        here = (floor.key(node.id),)
        link = node.event("link")
        if link is not None and node.kind != "intermediateCatchEvent":
            twin = floor.links.get(link.name)
            if twin is None:
                return [Step(rest, known, here)]
            return self._leave(floor, rest, floor.nodes[twin], known, (*here, floor.key(twin)))
        if node.kind in ("endEvent", "intermediateThrowEvent"):
            return self._throw(floor, rest, node, known, here)
        if node.kind in ACTIVITIES:
            if node.kind in ("scriptTask", "businessRuleTask") and not node.boundaries:
                return self._done(floor, rest, node, known, here)
            inner = self.house.inside(floor, node)
            if inner is None:
                return [Step(_sorted(rest, (Token("at", node.id),)), known, here)]
            return self._go_in(floor, rest, node, inner, known, here)
        if node.kind == "eventBasedGateway" or (node.kind == "intermediateCatchEvent" and link is None):
            if node.parallel_multiple and len(node.events) > 1:
                raise Unknown
            return [Step(_sorted(rest, (Token("at", node.id),)), known, here)]
        return self._leave(floor, rest, node, known, here)

    def _go_in(
        self, floor: Floor, rest: Tokens, node: Node, inner: Floor, known: Known, entered: tuple[Key, ...]
    ) -> list[Step]:
        ways = inner.starts()
        if len(ways) != 1:
            raise Unknown
        steps = self._start(inner, ways[0], Step((), known, entered))
        return [self._wrap(floor, rest, Token("in", node.id), step) for step in steps]

    def _start(self, floor: Floor, nodes: list[Node], first: Step) -> list[Step]:
        """Tokens at the beginning of a scope."""
        steps = [first]
        for node in nodes:
            following: list[Step] = []
            for step in steps:
                for event in floor.events(node):
                    if event is node and node.kind not in ("startEvent", "receiveTask"):
                        made = self._enter(floor, step.tokens, node, step.known)
                    else:
                        entered = tuple(map(floor.key, dict.fromkeys((node.id, event.id))))
                        made = self._leave(floor, step.tokens, event, step.known, entered)
                    following += [_after(step, one) for one in made]
            steps = following
        return steps

    def _done(self, floor: Floor, rest: Tokens, node: Node, known: Known, entered: tuple[Key, ...] = (),
              outcome: str | None = None) -> list[Step]:  # fmt: skip
        """A task is done: what it writes, and on."""
        if node.outcome_variable and (outcome is not None or node.outcomes):
            hidden = bool(node.outputs) and not node.beside
            known = learn(known, node.outcome_variable, None if hidden else outcome)
        if node.result_variable:
            known = learn(known, node.result_variable, None)
        for each in node.outputs:
            same = outcome is not None and each.source.text.strip() == node.outcome_variable
            known = learn(known, each.target.split(".", 1)[0], outcome if same else None)
        return self._leave(floor, rest, node, known, entered)

    def _leave(self, floor: Floor, rest: Tokens, node: Node, known: Known, entered: tuple[Key, ...] = ()) -> list[Step]:
        """On from a node, along its flows, in every way that the data leave."""
        if not node.outgoing:
            return [Step(rest, known, entered)]
        choices = self.chooser.of(floor.scope, node, known)
        if not choices:
            return [Step(_sorted(rest, (Token("stuck", node.id),)), known, entered)]
        many = node.completion_quantity
        return [
            Step(
                _sorted(rest, tuple(Token("flow", id) for id in choice.flows for _ in range(many))),
                choice.known, entered, supposed=choice.supposed,
            )
            for choice in choices
        ]  # fmt: skip

    # throwing ----------------------------------------------------------------------------------------------------

    def _throw(self, floor: Floor, rest: Tokens, node: Node, known: Known, entered: tuple[Key, ...]) -> list[Step]:
        ends = node.kind == "endEvent"
        ups: list[Up] = []
        tokens = rest
        for event in node.events:
            if event.kind == "terminate":
                if event.reach == "family":
                    ups.append(("family", None))
                tokens = ()
            elif event.kind in ("message", "signal"):
                ups.append((event.kind, event.name))
            elif event.kind in ("error", "escalation", "cancel"):
                ups.append((event.kind, event.code))
        if ends:
            return [self._caught(floor, Step(tokens, known, entered, tuple(ups)))]
        steps = self._leave(floor, tokens, node, known, entered)
        return [self._caught(floor, step._replace(ups=tuple(ups))) for step in steps]

    def _caught(self, floor: Floor, step: Step) -> Step:
        """What the event subprocesses of a scope catch of what is thrown in it; an error takes the scope with it."""
        tokens, entered, ups = step.tokens, step.entered, []
        for kind, code in step.ups:
            if kind not in ("error", "escalation", "cancel"):
                ups.append((kind, code))
                continue
            found = floor.handler(kind, code)
            if found is not None and not _busy(tokens, found[0]):
                tokens, begun = self._handle(floor, tokens, *found)
                entered = (*entered, *begun)
                continue
            if kind != "escalation":
                tokens = ()
            ups.append((kind, code))
        return step._replace(tokens=tokens, entered=entered, ups=tuple(ups))

    def _handle(self, floor: Floor, tokens: Tokens, sub: Node, start: Node) -> tuple[Tokens, tuple[Key, ...]]:
        """An event subprocess begins, in place of all else or beside it."""
        inside = tuple(Token("flow", id) for id in start.outgoing)
        begun = Token("in", sub.id, _sorted(inside))
        left = () if start.interrupting else tokens
        return _sorted(left, (begun,)), (floor.key(sub.id), floor.key(start.id))

    def _wrap(self, floor: Floor, rest: Tokens, token: Token, step: Step) -> Step:
        """A step inside a subprocess or call, seen from outside it."""
        node = floor.nodes[token.id]
        alive = True
        tokens, entered = rest, step.entered
        here = Token("in", token.id, step.tokens, token.fired)
        ups: list[Up] = []
        for kind, code in step.ups:
            boundary = floor.catcher(node.id, kind, code) if kind in ("error", "escalation", "cancel") else None
            if boundary is not None and alive:
                tokens = _sorted(tokens, tuple(Token("flow", id) for id in boundary.outgoing))
                entered = (*entered, floor.key(boundary.id))
                alive = kind == "escalation" and not boundary.interrupting
                continue
            if kind in ("error", "cancel"):
                alive = False
            if kind == "cancel":  # nobody outside takes a cancellation: the transaction is over
                tokens = _sorted(tokens, tuple(Token("flow", id) for id in node.outgoing))
                continue
            ups.append((kind, code))
        if alive:
            tokens = _sorted(tokens, (here,))
        outside = step._replace(tokens=tokens, entered=entered, ups=tuple(ups))
        return self._caught(floor, outside) if ups else outside

    def _deliver(self, floor: Floor, tokens: Tokens, kind: str, name: str | None) -> tuple[Tokens, tuple[Key, ...]]:
        """A signal reaches all who wait for it, a message the first."""
        made: list[Token] = []
        entered: list[Key] = []
        for token in tokens:
            if token.kind not in ("at", "in") or (entered and kind == "message"):
                made.append(token)
                continue
            node = floor.nodes[token.id]
            waited = floor.events(node) if token.kind == "at" else []
            caught = next((each for each in waited if _waits(each, kind, name)), None)
            if caught is not None:
                entered.append(floor.key(caught.id))
                made += [Token("flow", id) for id in caught.outgoing]
                continue
            edge = next((floor.nodes[id] for id in node.boundaries if _waits(floor.nodes[id], kind, name)), None)
            if edge is not None and edge.id not in token.fired:
                entered.append(floor.key(edge.id))
                made += [Token("flow", id) for id in edge.outgoing]
                if edge.interrupting:
                    continue
                token = token._replace(fired=(*token.fired, edge.id))
            if token.kind == "in":
                inside, more = self._deliver(self.inner(floor, node), token.inside, kind, name)
                entered += more
                token = token._replace(inside=inside)
            made.append(token)
        left = _sorted(tuple(made))
        for sub, start in floor.handlers:
            if tokens and _waits(start, kind, name) and not _busy(left, sub) and not (entered and kind == "message"):
                left, begun = self._handle(floor, left, sub, start)
                entered += begun
        return left, tuple(entered)

    # from outside ------------------------------------------------------------------------------------------------

    def _moves(self, floor: Floor, tokens: Tokens, known: Known, catchers: tuple[Up, ...]) -> Iterator[Step]:
        """What somebody may do in a scope. `catchers`: errors and escalations that something around it catches."""
        own = tuple((e.kind, e.code) for _, start in floor.handlers for e in start.events)
        around = (*catchers, *(up for up in own if up[0] in ("error", "escalation")))
        for token in dict.fromkeys(tokens):
            if token.kind not in ("at", "in"):
                continue
            node, rest = floor.nodes[token.id], _without(tokens, token)
            if token.kind == "in":
                edges = [self._edge(floor, id) for id in node.boundaries]
                inner = self.inner(floor, node)
                found = (*around, *(up for edge in edges for up in edge if up[0] in ("error", "escalation")))
                for step in self._moves(inner, token.inside, known, found):
                    yield self._wrap(floor, rest, token, step._replace(handler=False))
            else:
                yield from self._work(floor, rest, token, node, known, around)
            yield from self._edges(floor, rest, token, node, known)
        if tokens:
            for sub, start in floor.handlers:
                if any(event.kind in _OUTSIDE for event in start.events) and not _busy(tokens, sub):
                    act = Act("event", floor.process, start.id)
                    left, entered = self._handle(floor, tokens, sub, start)
                    yield Step(left, known, entered, act=act, beside=not start.interrupting, handler=True)

    def _edge(self, floor: Floor, id: str) -> list[Up]:
        return [(event.kind, event.code) for event in floor.nodes[id].events]

    def _work(
        self, floor: Floor, rest: Tokens, token: Token, node: Node, known: Known, around: tuple[Up, ...]
    ) -> Iterator[Step]:
        """A node that waits goes on: done, or what it waits for has come, or it fails."""
        if node.kind in ("eventBasedGateway", "intermediateCatchEvent"):
            for event in floor.events(node):
                act = Act("event", floor.process, event.id)
                entered = () if event is node else (floor.key(event.id),)
                for step in self._done(floor, rest, event, known, entered):
                    yield step._replace(act=act)
            return
        outcomes: list[str | None] = [outcome.id for outcome in node.outcomes] or [None]
        for outcome in dict.fromkeys(outcomes):
            act = Act("event" if node.kind == "receiveTask" else "complete", floor.process, node.id, outcome)
            for step in self._done(floor, rest, node, known, (), outcome):
                yield step._replace(act=act)
        if node.kind not in _WORK:
            return
        for kind, code in dict.fromkeys(around):
            if floor.catcher(node.id, kind, code) is None:
                act = Act("fail" if kind == "error" else "escalate", floor.process, node.id, code)
                left = rest if kind == "error" else _sorted(rest, (token,))
                # who escalates keeps the work, and may do so again: once is enough to see
                yield self._caught(floor, Step(left, known, (), ((kind, code),), act=act, beside=kind == "escalation"))

    def _edges(self, floor: Floor, rest: Tokens, token: Token, node: Node, known: Known) -> Iterator[Step]:
        """The boundary events of an activity."""
        for id in node.boundaries:
            edge = floor.nodes[id]
            act = self._edge_act(floor, token, node, edge)
            if act is None or id in token.fired:
                continue
            left = _sorted(rest, tuple(Token("flow", out) for out in edge.outgoing))
            if not edge.interrupting and not edge.event("error"):
                left = _sorted(left, (token._replace(fired=tuple(sorted((*token.fired, id)))),))
            beside = not edge.interrupting and not edge.event("error")
            yield Step(left, known, (floor.key(id),), act=act, beside=beside)

    def _edge_act(self, floor: Floor, token: Token, node: Node, edge: Node) -> Act | None:
        event: EventDefinition | None = next((e for e in edge.events if e.kind in _OUTSIDE), None)
        if event is not None:
            return Act("event", floor.process, edge.id)
        if token.kind == "at":
            for kind, act in (("error", "fail"), ("escalation", "escalate")):
                event = edge.event(kind)
                if event is not None:
                    return Act(act, floor.process, node.id, event.code)
        return None


def _busy(tokens: Tokens, sub: Node) -> bool:
    """Whether an event subprocess of the scope is running already."""
    return any(token.kind == "in" and token.id == sub.id for token in tokens)


def _waits(node: Node, kind: str, name: str | None) -> bool:
    if kind == "message" and node.kind == "receiveTask":
        return node.message is not None and node.message.name == name
    event = node.event(kind)
    return event is not None and event.name == name


def _after(before: Step, after: Step) -> Step:
    """Two steps, one after the other, as one."""
    return after._replace(
        entered=(*before.entered, *after.entered),
        act=before.act,
        supposed=(*before.supposed, *after.supposed),
        beside=before.beside,
        handler=before.handler,
    )
