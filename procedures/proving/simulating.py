"""A draft under load: dossiers come in, officials of each role work through them in working hours, citizens take their
time, and the law's clock runs over each. The game of tokens moves, so that every shape of drawing is played; nothing is
run for real."""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import mean, quantiles
from typing import Any

import simpy

from engine import calendar as clock
from engine import durations
from engine.calendar.working import parse_time
from engine.model import soundness
from engine.model.definition import Node, Process
from engine.model.soundness import Board, State, Step
from engine.refusal import Refusal
from procedures import bundles
from procedures.vocabulary.outcomes import affirmative, affirms
from procedures.vocabulary.roles import role_of

MOST_DOSSIERS = 5_000
#: Moves of one dossier before it is taken for one that goes round for ever.
MOST_MOVES = 300
#: Seconds of one simulation, and days after the last arrival for which it is watched.
SECONDS, WATCHED = 120.0, 365
#: What is assumed where neither the log nor the analyst says: minutes of work, days that a citizen takes, days of a
#: date that is evaluated, and the share of affirmative outcomes.
MINUTES, CITIZEN_DAYS, DATE_DAYS, AFFIRMED = 30.0, 2.0, 30.0, 0.8
OTHERS = "khac"
_DAY = 1_440.0
_PEOPLE = ("userTask", "manualTask", "task")
#: What may happen beside what is under way: events at the edge of a step, beginnings of event subprocesses.
EDGES = ("boundaryEvent", "startEvent")
Keep = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a simulation is asked for. a_day: dossiers that come in on a working day. staff: role → people. minutes:
    step → minutes of work. waits: event → days until it happens. shares: (step, outcome) → weight."""

    dossiers: int
    a_day: float
    staff: Mapping[str, int]
    minutes: Mapping[str, float] = field(default_factory=dict)
    waits: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[tuple[str, str], float] = field(default_factory=dict)
    start: date = date(2026, 1, 5)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a bundle is simulated: its processes by id, the one that a dossier starts, and its description."""

    processes: Mapping[str, Process]
    process: str
    procedure: bundles.Procedure
    nodes: Mapping[str, Node]

    def people(self) -> dict[str, str]:
        """Step → role, of the steps that officials do."""
        return {id: role(node) for id, node in self.nodes.items() if node.kind in _PEOPLE}

    def outside(self) -> list[Node]:
        """The events that somebody outside or an evaluated date brings, which may take time."""
        inner = {node.id for one in self.nodes.values() if one.scope is not None for node in one.scope.nodes.values()}
        return [
            node
            for node in self.nodes.values()
            if _waits(node) and exactly(node) is None and (node.kind != "startEvent" or node.id in inner)
        ]


def role(node: Node) -> str:
    """Whose work a step is, as far as the drawing says."""
    groups = node.assignment.candidate_groups
    text = groups if isinstance(groups, str) else groups.text if groups is not None else ""
    quoted = text.split('"')[1] if '"' in text else text
    return role_of(quoted.split(",")[0]) or OTHERS


def _waits(node: Node) -> bool:
    outside = any(one.kind in ("message", "signal", "timer", "conditional") for one in node.events)
    return node.kind == "receiveTask" or (outside and node.kind in (*EDGES, "intermediateCatchEvent"))


def exactly(node: Node) -> float | None:
    """The minutes of a timer that is written as a duration."""
    event = node.event("timer")
    if event is None or not isinstance(event.value, str) or event.timer == "date":
        return None
    try:
        return durations.length(event.value.split("/")[-1]).total_seconds() / 60
    except ValueError:
        return None


class Hours:
    """Working time as a line of minutes from a first day on."""

    def __init__(self, calendar: clock.Calendar, start: date, days: int) -> None:
        self.start = datetime(start.year, start.month, start.day, tzinfo=clock.VIETNAM)
        self.opens: list[float] = []
        self.before: list[float] = []  # working minutes before each session
        self.length: list[float] = []
        total = 0.0
        for n in range(days):
            for opens, closes in calendar.sessions(start + timedelta(days=n)):
                self.opens.append(n * _DAY + opens)
                self.before.append(total)
                self.length.append(closes - opens)
                total += closes - opens
        self.total, self.end = total, days * _DAY

    def worked(self, at: float) -> float:
        """Working minutes from the first day to a moment."""
        i = bisect_right(self.opens, at) - 1
        return 0.0 if i < 0 else self.before[i] + min(at - self.opens[i], self.length[i])

    def moment(self, worked: float) -> float:
        """The moment by which so many minutes were worked; the end of the line where it has no more."""
        if worked >= self.total:
            return self.end
        i = bisect_right(self.before, worked) - 1
        return self.opens[i] + worked - self.before[i]

    def after(self, at: float, minutes: float) -> float:
        """When work that is begun now is done."""
        return max(at, self.moment(self.worked(at) + minutes))

    def real(self, at: float) -> datetime:
        return self.start + timedelta(minutes=at)


@dataclass(slots=True)
class _Step:
    waits: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)


class Simulation:
    """One run."""

    def __init__(self, plan: Plan, setup: Setup, calendar: clock.Calendar) -> None:
        self.plan, self.setup, self.calendar = plan, setup, calendar
        self.chance = random.Random(setup.seed)
        self.board = Board(plan.processes, plan.process)
        if not any(step.act is None for step in self.board.begin):
            raise soundness.Unknown
        span = int(setup.dossiers / max(setup.a_day, 0.01) * 1.6) + 30
        self.hours = Hours(calendar, setup.start, span + WATCHED)
        self.world = simpy.Environment()
        self.roles = plan.people()
        self.staff = {
            name: simpy.Resource(self.world, max(1, setup.staff.get(name, 1))) for name in set(self.roles.values())
        }
        self.busy: dict[str, float] = defaultdict(float)
        self.steps: dict[str, _Step] = defaultdict(_Step)
        self.lead: list[float] = []
        self.late = self.begun = 0

    def run(self, keep: Keep) -> dict[str, Any]:
        """Runs to the end of all dossiers, of the time that is watched, or until `keep` (told how many are done) says
        no more."""
        began, events = time.monotonic(), 0
        self.world.process(self._arrive())
        whole = True
        while self.world.peek() < self.hours.end and len(self.lead) < self.setup.dossiers:
            self.world.step()
            events += 1
            if events % 500 == 0 and (not keep(len(self.lead)) or time.monotonic() - began > SECONDS):
                whole = False
                break
        return self._told(time.monotonic() - began, whole)

    def _arrive(self) -> Generator[simpy.Event]:
        at = 0.0
        gap = self.hours.total and 480.0 / max(self.setup.a_day, 0.01)
        for _ in range(self.setup.dossiers):
            at += self.chance.expovariate(1 / gap)
            moment = self.hours.moment(at)
            if moment >= self.hours.end:
                return
            yield self.world.timeout(max(0.0, moment - self.world.now))
            self.begun += 1
            self.world.process(self._dossier())

    def _dossier(self) -> Generator[simpy.Event]:
        """A dossier from its receipt to its end."""
        received, finished = self.world.now, None
        pauses: list[clock.Pause] = []
        paused: dict[str, float] = {}
        at_work: dict[tuple[str, str], simpy.Process] = {}
        step = self._pick([one for one in self.board.begin if one.act is None])
        for _ in range(MOST_MOVES):
            state = State(step.tokens, step.known)
            finished = self._finished(step, finished)
            self._pauses(state, paused, pauses)
            choices = self._choices(state)
            for key in [key for key in at_work if key not in choices]:
                gone = at_work.pop(key)
                if gone.is_alive:
                    gone.interrupt()
            if not choices:
                break
            for key in choices:
                if key not in at_work:
                    at_work[key] = self.world.process(self._work(key[1]))
            yield self.world.any_of(list(at_work.values()))
            key = next(key for key, one in at_work.items() if not one.is_alive)
            del at_work[key]
            step = self._pick(choices[key])
        self._close(received, self.world.now if finished is None else finished, pauses)

    def _choices(self, state: State) -> dict[tuple[str, str], list[Step]]:
        found: dict[tuple[str, str], list[Step]] = {}
        for step in self.board.moves(state):
            if step.act is not None and step.act.kind in ("complete", "event") and self._may(step.act.node):
                found.setdefault((step.act.process, step.act.node), []).append(step)
        return found

    def _may(self, id: str) -> bool:
        """Whether an event comes at all: an edge only where it is timed exactly, or is said to come."""
        node = self.plan.nodes[id]
        return node.kind not in EDGES or id in self.setup.waits or exactly(node) is not None

    def _pick(self, steps: Sequence[Step]) -> Step:
        """One of the ways on, by the weights of outcomes; what is supposed of data is even."""
        if len(steps) == 1:
            return steps[0]
        by: dict[str | None, list[Step]] = {}
        for step in steps:
            by.setdefault(step.act.said if step.act is not None else None, []).append(step)
        node = self.plan.nodes[steps[0].act.node] if steps[0].act is not None else None
        weights = [self._weight(node, said, len(by)) for said in by]
        chosen = self.chance.choices(list(by), weights)[0]
        return self.chance.choice(by[chosen])

    def _weight(self, node: Node | None, said: str | None, many: int) -> float:
        if node is None or said is None or many < 2:
            return 1.0
        known = {one.id: self.setup.shares.get((node.id, one.id)) for one in node.outcomes}
        if any(known.values()):
            return known.get(said) or 0.0
        first = affirmative(node)
        return AFFIRMED if first is not None and first.id == said else (1 - AFFIRMED) / (many - 1)

    def _work(self, id: str) -> Generator[simpy.Event]:
        """What happens at a node until it is done: somebody's work, or a wait."""
        node = self.plan.nodes[id]
        try:
            if id in self.roles:
                yield from self._task(id)
            elif _waits(node):
                yield self.world.timeout(self._wait(node))
            elif node.kind == "callActivity":
                yield self.world.timeout(_DAY)
            else:
                yield self.world.timeout(0)
        except simpy.Interrupt:
            return

    def _task(self, id: str) -> Generator[simpy.Event]:
        name, opened = self.roles[id], self.world.now
        with self.staff[name].request() as turn:
            yield turn
            begun = self.world.now
            minutes = self.chance.gammavariate(4, self.setup.minutes.get(id, MINUTES) / 4)
            done = self.hours.after(begun, minutes)
            yield self.world.timeout(done - begun)
            self.busy[name] += minutes
        told = self.steps[id]
        told.waits.append(self.hours.worked(begun) - self.hours.worked(opened))
        told.works.append(minutes)

    def _wait(self, node: Node) -> float:
        exact = exactly(node)
        if exact is not None:
            return exact
        assumed = DATE_DAYS if node.event("timer") else CITIZEN_DAYS
        days = self.setup.waits.get(node.id, assumed)
        return days * _DAY if node.event("timer") else self.chance.expovariate(1 / (max(days, 0.01) * _DAY))

    def _finished(self, step: Step, finished: float | None) -> float | None:
        """When the law's term is kept: where the model says that it is handled."""
        act = step.act
        node = self.plan.nodes.get(act.node) if act is not None else None
        if finished is None and node is not None and act is not None:
            ends = any(one.name in ("finish", "return") for one in node.extensions)
            return self.world.now if ends and affirms(node, act.said) else None
        return finished

    def _pauses(self, state: State, paused: dict[str, float], pauses: list[clock.Pause]) -> None:
        here = {
            id: next(e.attributes.get("kind", "legal") for e in self.plan.nodes[id].extensions if e.name == "pause")
            for id in soundness.at(state.tokens)
            if any(e.name == "pause" for e in self.plan.nodes[id].extensions)
        }
        for id in here:
            paused.setdefault(id, self.world.now)
        for id in [id for id in paused if id not in here]:
            kind = next(e.attributes.get("kind", "legal") for e in self.plan.nodes[id].extensions if e.name == "pause")
            effect = self.plan.procedure.policy(kind)["effect"]
            pauses.append(clock.Pause(self.hours.real(paused.pop(id)), self.hours.real(self.world.now), effect))

    def _close(self, received: float, finished: float, pauses: list[clock.Pause]) -> None:
        self.lead.append(self.hours.worked(finished) - self.hours.worked(received))
        term = self.plan.procedure.term()
        if term is None:
            return
        due = clock.compute(
            self.hours.real(received),
            clock.Term.of(term["value"], term["unit"]),
            calendar=self.calendar,
            start=term["start"],
            cutoff=None if term["cutoff"] is None else parse_time(term["cutoff"]),
            pauses=pauses,
        ).due
        end = self.hours.real(finished)
        self.late += clock.classify(due, end, end) == "late"

    def _told(self, seconds: float, whole: bool) -> dict[str, Any]:
        worked = self.hours.worked(min(self.world.now, self.hours.end)) or 1.0
        lead = [minutes / 480 for minutes in self.lead]
        rows: list[dict[str, Any]] = [
            {
                "element": id,
                "role": self.roles[id],
                "count": len(one.works),
                "wait": mean(one.waits) / 480,
                "work": mean(one.works),
            }
            for id, one in self.steps.items()
            if one.works
        ]
        rows.sort(key=lambda row: -row["wait"] * row["count"])
        return {
            "whole": whole,
            "seconds": round(seconds, 2),
            "begun": self.begun,
            "finished": len(lead),
            "late": self.late,
            "termed": self.plan.procedure.term() is not None,
            "lead": mean(lead) if lead else 0.0,
            "ninety": quantiles(lead, n=10)[-1] if len(lead) > 1 else (lead[0] if lead else 0.0),
            "roles": [
                {
                    "role": name,
                    "staff": self.staff[name].capacity,
                    "load": min(1.0, self.busy[name] / (worked * self.staff[name].capacity)),
                }
                for name in sorted(self.staff)
            ],
            "steps": rows,
            "narrow": [row["element"] for row in rows[:3] if row["wait"] >= 0.1],
        }


def simulate(plan: Plan, setup: Setup, calendar: clock.Calendar, keep: Keep = lambda _done: True) -> dict[str, Any]:
    """What would come of it: how long dossiers take (working days), how many are late, the load of each role, how long
    work lies before each step. Raises Refusal for a model that cannot be simulated."""
    try:
        return Simulation(plan, setup, calendar).run(keep)
    except soundness.Unknown as unknown:
        raise Refusal(
            "Chưa mô phỏng được quy trình này: nó bắt đầu bằng sự kiện, hoặc có cổng phức hợp.",
            "This process cannot be simulated: it starts by an event, or has complex gateways.",
        ) from unknown


def nodes_of(processes: Mapping[str, Process]) -> dict[str, Node]:
    """Every node, by id."""

    def every() -> Iterator[Node]:
        for process in processes.values():
            yield from process.scope.walk()

    return {node.id: node for node in every()}
