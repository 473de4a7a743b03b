"""The token game for who plays it many times over: every state's moves are worked out once, and ways through a model
are looked for by what they should touch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from engine.model.definition import Process
from engine.model.soundness.floor import House, Tokens
from engine.model.soundness.game import Game, State, Step
from engine.model.soundness.knowledge import Chooser, shared

#: States that a search looks at.
MOST_STATES = 3_000


class Board:
    """The game of one process; what it calls is played where it is deployed together. Raises Unknown for a model that
    the game does not play."""

    def __init__(self, processes: Mapping[str, Process], process: str) -> None:
        self.processes = processes
        self._game = Game(House(processes), process, Chooser(shared(processes.values())))
        self._known: dict[State, tuple[Step, ...]] = {}
        self.begin = tuple(self._game.begin())

    def moves(self, state: State) -> tuple[Step, ...]:
        """What may come next."""
        found = self._known.get(state)
        if found is None:
            found = self._known[state] = tuple(self._game.moves(state))
        return found

    def ways(self, touches: Callable[[Step], bool], may: Callable[[Step], bool]) -> Iterator[tuple[Step, ...]]:
        """Ways from a plain start that touch what is wanted and go on to an end, the shortest first; they take only
        steps that may be taken. On to the end nothing at an edge happens, where there is such a way."""
        came: dict[State, tuple[State | None, Step]] = {}
        left: deque[State] = deque()
        for step in self.begin:
            state = State(step.tokens, step.known)
            if step.act is None and state not in came:
                came[state] = (None, step)
                left.append(state)
                if touches(step):
                    yield self._to_the_end(self._way(came, state), may)
        while left and len(came) < MOST_STATES:
            state = left.popleft()
            for step in filter(may, self.moves(state)):
                after = State(step.tokens, step.known)
                if touches(step):
                    yield self._to_the_end((*self._way(came, state), step), may)
                if after not in came:
                    came[after] = (state, step)
                    left.append(after)

    @staticmethod
    def _way(came: Mapping[State, tuple[State | None, Step]], state: State) -> tuple[Step, ...]:
        steps: list[Step] = []
        at: State | None = state
        while at is not None:
            at, step = came[at]
            steps.append(step)
        return tuple(reversed(steps))

    def _to_the_end(self, way: tuple[Step, ...], may: Callable[[Step], bool]) -> tuple[Step, ...]:
        """The way, and the shortest one on from it to an end where one is found."""
        for taken in (lambda step: may(step) and not self._at_an_edge(step), may):
            first = State(way[-1].tokens, way[-1].known)
            came: dict[State, tuple[State | None, Step]] = {first: (None, way[-1])}
            left = deque([first])
            while left and len(came) < MOST_STATES:
                state = left.popleft()
                if not state.tokens:
                    return (*way, *self._way(came, state)[1:])
                for step in filter(taken, self.moves(state)):
                    after = State(step.tokens, step.known)
                    if after not in came:
                        came[after] = (state, step)
                        left.append(after)
        return way

    def _at_an_edge(self, step: Step) -> bool:
        """Whether an event happens beside or instead of what is under way."""
        node = self.processes[step.act.process].node(step.act.node) if step.act is not None else None
        return node is not None and node.kind in ("boundaryEvent", "startEvent")


def at(tokens: Tokens) -> Iterator[str]:
    """The nodes at which tokens wait, in subprocesses too."""
    for token in tokens:
        if token.kind == "at":
            yield token.id
        yield from at(token.inside)
