"""A play by hand: a draft runs step by step on a stage in memory, under a virtual clock. What is kept is the scenario
that the steps make; each look plays it again from the start, so that a step can be taken back and nothing can differ
from what a scenario does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, TypeVar

from sqlalchemy import select

from engine import audit, commands, model, scenario
from engine.calendar import VIETNAM
from engine.projections import LoggedEvent
from engine.refusal import Lang, Refusal
from engine.scenario import Touched, World
from engine.scenario.reading import read
from engine.store import Tx
from engine.store.tables import subscription
from procedures import agencies, authoring, bundles, drawings, forms, tasks
from procedures.dossiers import log, supplements
from procedures.dossiers.nodes import processes_of
from procedures.dossiers.values import FIELD_MARK, Lack
from procedures.forms.values import Choices
from procedures.proving.folder import laid_out
from procedures.proving.stage import Made, Stage
from procedures.scenario_setting import VERSION
from procedures.settings import Settings
from procedures.tasks import Task
from procedures.vocabulary.roles import role_of

MOST_STEPS = 200
#: In which a play may begin.
YEARS = range(2000, 2101)
SECONDS = 20.0
#: How far the clock is looked ahead for what comes next.
_AHEAD = timedelta(days=3700)
#: Agencies that a play knows beside its own.
_PLACES = 100
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task. roles: to whom it is offered. more: how many others wait at the same step. lackable: what the
    citizen can be asked for, by the mark that a page posts."""

    task: Task
    values: Mapping[str, Any]
    pickers: Choices
    roles: tuple[str, ...]
    more: int
    lackable: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message or signal that the process waits for. action: what the citizen does by it, empty for none of theirs."""

    kind: str
    name: str
    key: str | None
    label: Mapping[str, str]
    action: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a play stands. following: when the next clock goes off. events: the log of what it is about."""

    now: datetime
    status: int | None
    due: datetime | None
    waiting: tuple[Waiting, ...]
    awaited: tuple[Awaited, ...]
    following: datetime | None
    made: tuple[Made, ...]
    events: tuple[LoggedEvent, ...]
    names: Mapping[str, str]
    marks: Mapping[str, str]
    variables: Mapping[str, Any]
    ended: bool
    failures: tuple[tuple[int, str], ...]
    incidents: tuple[str, ...]
    touched: Touched


@dataclass(frozen=True, slots=True)
class House:
    """What a play takes from the house: its agencies (the first has the dossier) and its settings."""

    places: tuple[agencies.Agency, ...]
    settings: Settings | None


def house(tx: Tx, files: Mapping[str, str], settings: Settings | None) -> House:
    """The agencies of a play: first one that would receive the procedure, then others for the pickers. Raises Refusal
    where there is no agency yet, or no description."""
    tiers = authoring.bundle_of(files).description.get("agencies") or ()
    units = agencies.listing(tx)
    if not units:
        raise Refusal(
            "Chưa có cơ quan nào: lập cơ quan trước khi chơi thử.", "There is no agency yet: add one before you play."
        )
    first = next((one for one in units if one.level in tiers), units[0])
    others = [one for one in units if one.code != first.code]
    return House((first, *others[:_PLACES]), settings)


def played(
    files: Mapping[str, str], said: Mapping[str, Any], house: House, lang: Lang, look: Callable[[Theatre], Answer]
) -> Answer:
    """Plays a scenario, and looks at where it ends. Raises Refusal where it cannot be begun, and what `look` raises."""
    return _played(files, said, house, lang, look)[0]


def watched(files: Mapping[str, str], said: Mapping[str, Any], house: House, lang: Lang) -> Scene:
    """Plays a scenario: where it stands, and which of its steps failed. Raises Refusal where it cannot be begun."""
    scene, failures = _played(files, said, house, lang, Theatre.scene)
    return replace(scene, failures=failures)


def _played(
    files: Mapping[str, str], said: Mapping[str, Any], house: House, lang: Lang, look: Callable[[Theatre], Answer]
) -> tuple[Answer, tuple[tuple[int, str], ...]]:
    stage = Stage(authoring.bundle_of(files), house.places, house.settings)
    last = len(said.get("steps") or ()) - 1
    answers: list[Answer] = []

    def at_end(world: World, index: int) -> None:
        if index == last:
            answers.append(look(Theatre(world, stage)))

    touched = Touched()
    with laid_out(files) as folder:
        try:
            answer = scenario.run_files(
                scenario.bundle_files(folder), said, setting=stage, lang=lang, touched=touched, seconds=SECONDS,
                look=at_end,
            )  # fmt: skip
        except scenario.ScenarioError as error:
            raise Refusal(error.vi, error.en) from error
    if not answers:
        why = "; ".join(str(one["message"]) for one in answer["failures"])
        raise Refusal(f"Chưa chơi được: {why}", f"It cannot be played yet: {why}")
    return answers[0], tuple((one["step"], str(one["message"])) for one in answer["failures"])


@dataclass(frozen=True, slots=True)
class Theatre:
    """A stage with the world that plays on it."""

    world: World
    stage: Stage

    @property
    def root(self) -> str | None:
        return self.stage.root or next(iter(self.world.roots), None)

    def scene(self) -> Scene:
        """What there is to see."""
        world, root = self.world, self.root
        status = self.stage.status(world.database, root) if root else None
        upcoming = world.next_due(world.now + _AHEAD)
        with world.database.begin() as tx:
            nodes = self._nodes(tx)
            return Scene(
                world.now.astimezone(VIETNAM),
                int(status) if status is not None else None,
                self.stage.due(world.database, root) if root else None,
                tuple(self._waiting(tx)),
                tuple(self._awaited(tx, nodes)),
                upcoming.astimezone(VIETNAM) if upcoming else None,
                tuple(self.stage.made),
                tuple(audit.history(tx, root)) if root else (),
                {id: node.name or "" for id, node in nodes.items()},
                self._marks(tx),
                commands.variables_of(tx, root) if root else {},
                world.ended(),
                (),
                tuple(one["message"] for one in world.incidents("vi")),
                world.touched,
            )

    def _nodes(self, tx: Tx) -> dict[str, Any]:
        return {node.id: node for _, process in self._processes(tx) for node in process.scope.walk()}

    def _processes(self, tx: Tx) -> list[Any]:
        running = commands.find(tx, root_id=self.root) if self.root else []
        return list(processes_of(tx, running[0].deployment)) if running else []

    def _marks(self, tx: Tx) -> dict[str, str]:
        found: dict[str, str] = {}
        for root in self.world.roots:
            for element, mark in commands.marks(tx, root).items():
                if mark in drawings.CLASSES and found.get(element) != "now":
                    found[element] = drawings.CLASSES[mark]
        return found

    def waiting(self) -> list[Waiting]:
        """The open tasks, of each step the oldest."""
        with self.world.database.begin() as tx:
            return list(self._waiting(tx))

    def _waiting(self, tx: Tx) -> list[Waiting]:
        open_tasks = self.world.open_tasks()
        found: dict[str, Waiting] = {}
        for item in open_tasks:
            if item.element in found:
                one = found[item.element]
                found[item.element] = replace(one, more=one.more + 1)
                continue
            task = self._task(tx, item)
            groups = tuple(dict.fromkeys(filter(None, map(role_of, item.groups))))
            form = task.form
            pickers = forms.offered(tx, form, task.agency, task.unit) if form is not None else {}
            known = {**self.stage.form, **tasks.variables(tx, task)}
            found[item.element] = Waiting(task, known, pickers, groups, 0, _lackable(tx, task))
        return list(found.values())

    def _task(self, tx: Tx, item: Any) -> Task:
        node = self._nodes(tx).get(item.element)
        form = bundles.form(tx, VERSION, item.form)
        return Task(item, VERSION, node, form, log.home(tx, item.root_id), False, frozenset())

    def _awaited(self, tx: Tx, nodes: Mapping[str, Any]) -> list[Awaited]:
        found = []
        for row in tx.read(select(subscription).order_by(subscription.c.opened_at, subscription.c.id)):
            node = nodes.get(row.element)
            extensions = node.extensions if node is not None else ()
            said: Mapping[str, str] = next((e.attributes for e in extensions if e.name == "citizen"), {})
            name = (node.name if node is not None else "") or row.name
            label = {"vi": said.get("label") or name, "en": said.get("labelEn") or said.get("label") or name}
            found.append(Awaited(row.kind, row.name, row.key, label, str(said.get("action") or "")))
        return list({(one.kind, one.name, one.key): one for one in found}.values())

    def completed(
        self,
        element: str,
        outcome: str | None,
        posted: Mapping[str, Any],
        reason: str,
        lacks: Sequence[Lack] | None,
        until: date | None,
    ) -> dict[str, Any]:
        """The step of the scenario by which a task is completed as its page would. Raises `forms.Invalid` and
        Refusal."""
        with self.world.database.begin() as tx:
            one = next((one for one in self._waiting(tx) if one.task.item.element == element), None)
            if one is None:
                raise Refusal("Việc này không còn mở.", "This task is open no more.")
            chosen = tasks.outcome_of(one.task, outcome)
            said = tasks.brought(tx, one.task, chosen, posted, reason, lacks, until)
        step: dict[str, Any] = {"complete": element}
        if chosen is not None:
            step["action"] = chosen.id
        said = {name: value for name, value in said.items() if value is not None or name in one.values}
        return {**step, **({"variables": said} if said else {})}


def _lackable(tx: Tx, task: Task) -> dict[str, str]:
    if not task.of_dossier:
        return {}
    papers, fields = supplements.parts(tx, task.item.root_id)
    return {**papers, **{f"{FIELD_MARK}{key}": label for key, label in fields.items()}}


# -- the steps --------------------------------------------------------------------------------------------------------


def begun(
    files: Mapping[str, str], house: House, now: datetime, person: Mapping[str, Any], form: Mapping[str, Any],
    channel: str, case: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The scenario of a dossier that is received now."""
    data = authoring.bundle_of(files).description
    dossier = {
        "ma": "HS-0001",
        "kenh": channel,
        "co_quan": house.places[0].code,
        "nguoi_nop": dict(person),
        **({"truong_hop": case} if case else {}),
    }
    return {
        "process": data["process"],
        "now": now.astimezone(VIETNAM).isoformat(timespec="minutes"),
        "variables": {"ho_so": dossier, "to_khai": dict(form)},
        "steps": [],
    }


def begun_alone(process: str, now: datetime, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario of a process behind which no dossier stands."""
    moment = now.astimezone(VIETNAM).isoformat(timespec="minutes")
    return {"process": process, "now": moment, "variables": dict(variables), "steps": []}


def added(said: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario with one step more. Raises Refusal where it has too many."""
    steps = list(said.get("steps") or ())
    if len(steps) >= MOST_STEPS:
        raise Refusal(
            f"Lượt chơi đã có {MOST_STEPS} bước: lưu thành kịch bản rồi chơi lượt mới.",
            f"The play has {MOST_STEPS} steps: save it as a scenario and begin another.",
        )
    return {**said, "steps": [*steps, dict(step)]}


def waited(span: timedelta) -> dict[str, Any]:
    """The step by which the clock moves on."""
    seconds = max(1, ceil(span.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n)
    return {"advance": "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")}


def recorded(files: Mapping[str, str], said: Mapping[str, Any], house: House, lang: Lang) -> dict[str, Any]:
    """The play as a scenario that expects what was seen: after each step the open tasks and a new status, at the start
    the due date, at the end that it has ended."""
    stage = Stage(authoring.bundle_of(files), house.places, house.settings)
    seen: dict[int, tuple[list[str], str | None, str | None, bool]] = {}

    def look(world: World, index: int) -> None:
        root = stage.root
        due = stage.due(world.database, root) if root else None
        seen[index] = (
            [task.element for task in world.open_tasks()],
            stage.status(world.database, root) if root else None,
            due.isoformat() if due else None,
            world.ended(),
        )

    with laid_out(files) as folder:
        scenario.run_files(scenario.bundle_files(folder), said, setting=stage, lang=lang, seconds=SECONDS, look=look)
    steps: list[dict[str, Any]] = []
    before: tuple[list[str], str | None, str | None, bool] = ([], None, None, False)
    for index in range(-1, len(said.get("steps") or ())):
        if index >= 0:
            steps.append(dict(said["steps"][index]))
        now = seen.get(index, before)
        if now[1] is not None and now[1] != before[1]:
            steps.append({"expect_status": now[1]})
        if index == -1 and now[2] is not None:
            steps.append({"expect_due": now[2]})
        if now[0] != before[0] and not now[3]:
            steps.append({"expect_open": now[0]})
        before = now
    if before[3]:
        steps.append({"expect_ended": True})
    return {**said, "steps": steps}


def only_acts(said: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario without what it expects, to be played on from where it ends. Raises Refusal where it cannot
    be read."""
    try:
        read(said)
    except scenario.ScenarioError as error:
        raise Refusal(error.vi, error.en, about="kich_ban") from error
    steps = [one for one in said.get("steps") or () if not any(str(key).startswith("expect_") for key in one)]
    return {**said, "steps": steps}


def drawn(files: Mapping[str, str], marks: Mapping[str, str]) -> list[tuple[str, str]]:
    """The drawings of the models with the tokens: those that the play has come to, first of all the main one."""
    made = []
    for name, body in files.items():
        if name.endswith(".bpmn"):
            try:
                known = {node.id for one in model.read(body.encode(), name, bundled=True).processes.values()
                         for node in one.scope.walk()}  # fmt: skip
                if known & marks.keys():
                    made.append((name, model.draw(body.encode(), marks)))
            except model.ModelError:
                continue
    return made
