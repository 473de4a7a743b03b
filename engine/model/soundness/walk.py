"""Every state of a process within a bound, and what is wrong in them: each kind with the shortest way to it."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from engine.model.definition import Node, Process
from engine.model.names import ACTIVITIES
from engine.model.soundness.floor import Floor, House, Token, Tokens, Unknown
from engine.model.soundness.game import Game, Key, State, Step
from engine.model.soundness.knowledge import Chooser, shared

#: States of one process, and of all processes of a deployment, that are looked at.
MOST_STATES, MOST_ALTOGETHER = 2_000, 8_000
#: Seconds that one process may take.
MOST_SECONDS = 1.0
#: Tokens of one kind in one place; a way that heaps more of them is not gone on with.
MOST_ALIKE = 3

Kind = Literal["deadlock", "no-flow", "improper-end", "no-sync", "livelock", "dead", "unbounded"]


class Problem(NamedTuple):
    """What is wrong: its kind, the process and node it shows at, the way to it, and whether that way supposes nothing
    of the data. `also`: further nodes that belong to it (what the join misses; the steps of a loop)."""

    kind: Kind
    process: str
    node: str
    way: tuple[Step, ...] = ()
    certain: bool = True
    also: tuple[Key, ...] = ()

    def path(self) -> list[Key]:
        """The nodes that the way enters, in order."""
        return [key for step in self.way for key in step.entered]


@dataclass
class Verdict:
    """What was found in one process. `decided`: every state was looked at."""

    process: str
    decided: bool = True
    states: int = 0
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool | None:
        """None where nothing was found and not all could be looked at."""
        return False if self.problems else True if self.decided else None


def explore(processes: Mapping[str, Process], most: int = MOST_ALTOGETHER) -> list[Verdict]:
    """The verdict of each process; what they call of each other is played through."""
    house, chooser = House(processes), Chooser(shared(processes.values()))
    verdicts: list[Verdict] = []
    for id in processes:
        verdict = _Walk(house, id, chooser, min(MOST_STATES, most)).verdict()
        most -= verdict.states
        verdicts.append(verdict)
    for verdict in verdicts:  # what shows in a called process by itself is told there
        own = {(p.process, p.node) for other in verdicts for p in other.problems if p.process == other.process}
        verdict.problems = [
            p for p in verdict.problems if p.process == verdict.process or (p.process, p.node) not in own
        ]
    return verdicts


@dataclass
class _Walk:
    house: House
    process: str
    chooser: Chooser
    most: int
    came: dict[State, tuple[State | None, Step]] = field(default_factory=dict)
    onward: dict[State, list[State]] = field(default_factory=dict)
    found: dict[tuple[str, Key], Problem] = field(default_factory=dict)
    whole: bool = True

    def verdict(self) -> Verdict:
        began = time.monotonic()
        self.game = Game(self.house, self.process, self.chooser)
        try:
            self._all(began)
            for key in [key for kind, key in self.found if kind == "unbounded"]:
                self.found.pop(("no-sync", key), None)  # the graver of the two
            if self.whole:
                self._loops()
                self._dead()
        except (Unknown, RecursionError):
            self.whole = False
        return Verdict(self.process, self.whole, len(self.came), time.monotonic() - began, list(self.found.values()))

    def _all(self, began: float) -> None:
        open_: deque[State] = deque()
        for step in self.game.begin():
            self._reach(None, step, open_)
        while open_:
            if len(self.came) > self.most or time.monotonic() - began > MOST_SECONDS:
                self.whole = False
                return
            state = open_.popleft()
            after = self.onward[state] = []
            steps = list(self.game.moves(state))
            if state.tokens and all(step.handler for step in steps):
                self._standing(state)
            for step in steps:
                if step.beside and _alike(step.tokens) > 1:
                    continue  # what happens beside may happen again and again; once is enough to see
                after.append(self._reach(state, step, open_))
            for token, floor in _stuck(self.game, state.tokens):
                self._put("no-flow", floor.key(token.id), state)

    def _reach(self, before: State | None, step: Step, open_: deque[State]) -> State:
        state = State(step.tokens, step.known)
        if state in self.came:
            return state
        self.came[state] = (before, step)
        if _alike(state.tokens) > 1:
            self._together(state)
            if _alike(state.tokens) > MOST_ALIKE:
                self.whole = self._heaped(state) and self.whole
                return state
        open_.append(state)
        return state

    def _way(self, state: State) -> tuple[Step, ...]:
        steps: list[Step] = []
        at: State | None = state
        while at is not None:
            at, step = self.came[at]
            steps.append(step)
        return tuple(reversed(steps))

    def _put(self, kind: Kind, key: Key, state: State, also: Iterable[Key] = ()) -> None:
        """The first way to a problem is the shortest; one that supposes nothing is better than any that does."""
        known = self.found.get((kind, key))
        if known is not None and known.certain:
            return
        way = self._way(state)
        certain = not any(step.supposed for step in way)
        if known is None or certain:
            self.found[kind, key] = Problem(kind, *key, way, certain, tuple(dict.fromkeys(also)))

    def _standing(self, state: State) -> None:
        """Nothing can happen any more, and tokens are left."""
        entered = {key for step in self._way(state) for key in step.entered}
        for floor, node, missing in _waiting(self.game, state.tokens):
            ended = any(each.kind == "endEvent" and floor.key(id) in entered for id, each in floor.nodes.items())
            self._put("improper-end" if ended else "deadlock", floor.key(node.id), state, missing)

    def _together(self, state: State) -> None:
        """Two tokens are in one activity at once, without an event beside it that brought them."""
        way = self._way(state)
        if any(step.beside for step in way):
            return
        for floor, tokens in _floors(self.game, state.tokens):
            for token, count in Counter(_plain(tokens)).items():
                node = floor.nodes[token]
                if count > 1 and node.completion_quantity == 1 and node.kind in ACTIVITIES:
                    self._put("no-sync", floor.key(token), state)

    def _heaped(self, state: State) -> bool:
        """Whether a state holds all of an earlier one on its way and more: that repeats for ever (Karp and Miller)."""
        at, step = self.came[state]
        beside = step.beside
        while at is not None and not beside:
            if at.known == state.known and _covers(state.tokens, at.tokens):
                node = _heap(self.game, state.tokens)
                if node is not None:
                    self._put("unbounded", node, state)
                return True
            at, step = self.came[at]
            beside = step.beside
        return False

    def _loops(self) -> None:
        """States from which neither an end nor a standstill can be reached."""
        back: dict[State, list[State]] = {}
        for state, after in self.onward.items():
            for following in after:
                back.setdefault(following, []).append(state)
        leads = [state for state in self.came if not state.tokens or not self.onward.get(state)]
        good = set(leads)
        while leads:
            for state in back.get(leads.pop(), ()):
                if state not in good:
                    good.add(state)
                    leads.append(state)
        first = next((state for state in self.came if state not in good), None)
        if first is None:
            return
        steps = self._round(first)
        key = next((key for key in steps if self._node(key).kind in ACTIVITIES), steps[0] if steps else None)
        if key is not None:
            self._put("livelock", key, first, steps)

    def _round(self, first: State) -> list[Key]:
        """The nodes that are entered on the ways on from a state."""
        seen, open_ = {first}, [first]
        found = [floor.key(id) for floor, tokens in _floors(self.game, first.tokens) for id in _plain(tokens)]
        while open_:
            for following in self.onward.get(open_.pop(), ()):
                found += list(self.came[following][1].entered) if following not in seen else []
                if following not in seen:
                    seen.add(following)
                    open_.append(following)
        return list(dict.fromkeys(found))

    def _node(self, key: Key) -> Node:
        node = self.house.processes[key[0]].node(key[1])
        assert node is not None
        return node

    def _dead(self) -> None:
        """Activities and events that no run enters, though flows lead to them; of a row of them the first. Where a run
        comes to a standstill, what lies behind it is not told as well."""
        if any(kind in ("deadlock", "improper-end", "no-flow", "livelock") for kind, _ in self.found):
            return
        for floor in _all_floors(self.house, self.game.ground):
            for node in floor.nodes.values():
                if node.kind in ACTIVITIES and floor.key(node.id) not in self.game.touched:
                    causes = list(self._causes(floor, node.id, set()))
                    if causes:
                        self.found["dead", floor.key(node.id)] = Problem(
                            "dead", *floor.key(node.id), also=tuple(causes)
                        )

    def _causes(self, floor: Floor, id: str, seen: set[str]) -> Iterator[Key]:
        """The gateways that never choose a way to a node, and the boundary events that never happen, where a run does
        come to them. What a throw or an end of all cuts short is cut short on purpose."""
        seen.add(id)
        for flow in floor.arrivals[id]:
            before = floor.nodes[floor.flows[flow].source]
            at = before.attached_to or before.id
            if floor.key(at) in self.game.touched:
                thrown = any(event.kind in ("error", "escalation", "cancel") for event in before.events)
                if before.kind in ("exclusiveGateway", "inclusiveGateway") or (before.attached_to and thrown):
                    yield floor.key(before.id)
            elif before.kind not in ACTIVITIES and before.id not in seen:
                yield from self._causes(floor, before.id, seen)


def _plain(tokens: Tokens) -> list[str]:
    return [token.id for token in tokens if token.kind in ("at", "in")]


def _alike(tokens: Tokens) -> int:
    """The most tokens of one kind in one place."""
    counts = Counter((token.kind, token.id) for token in tokens)
    inner = [_alike(token.inside) for token in tokens if token.inside]
    return max([*counts.values(), *inner, 0])


def _covers(more: Tokens, less: Tokens) -> bool:
    """Whether a state holds every token of another, and others besides."""
    left, right = Counter(more), Counter(less)
    added, lacking = left - right, right - left
    if not lacking:
        return bool(added)
    if lacking.total() > 1:
        return False
    gone = next(iter(lacking))
    return any(
        token.kind == gone.kind and token.id == gone.id and _covers(token.inside, gone.inside) for token in added
    )


def _floors(game: Game, tokens: Tokens, floor: Floor | None = None) -> Iterator[tuple[Floor, Tokens]]:
    floor = floor or game.ground
    yield floor, tokens
    for token in dict.fromkeys(tokens):
        if token.kind == "in":
            yield from _floors(game, token.inside, game.inner(floor, floor.nodes[token.id]))


def _heap(game: Game, tokens: Tokens) -> Key | None:
    """The node where tokens heap up."""
    for floor, here in _floors(game, tokens):
        counts = Counter((token.kind, token.id) for token in here).most_common(1)
        if counts and counts[0][1] > MOST_ALIKE:
            (kind, id), _ = counts[0]
            return floor.key(floor.flows[id].target if kind == "flow" else id)
    return None


def _stuck(game: Game, tokens: Tokens) -> Iterator[tuple[Token, Floor]]:
    for floor, here in _floors(game, tokens):
        for token in dict.fromkeys(here):
            if token.kind == "stuck":
                yield token, floor


def _waiting(game: Game, tokens: Tokens) -> Iterator[tuple[Floor, Node, list[Key]]]:
    """The nodes that wait for more flows, each with the nodes from which none comes."""
    for floor, here in _floors(game, tokens):
        full = {token.id for token in here if token.kind == "flow"}
        for id in dict.fromkeys(floor.flows[flow].target for flow in full):
            missing = [floor.key(floor.flows[each].source) for each in floor.arrivals[id] if each not in full]
            yield floor, floor.nodes[id], missing


def _all_floors(house: House, floor: Floor) -> Iterator[Floor]:
    """A scope and the subprocesses in it; what is called is looked at by itself."""
    yield floor
    for node in floor.nodes.values():
        if node.kind in ("subProcess", "transaction") and node.scope is not None:
            yield from _all_floors(house, house.floor(node.scope, floor.process))
