"""Plays weeks of a province's work: dossiers come in, officials take their time, citizens answer or do not."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from engine import worklist
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.worker import drain
from engine.worklist import WorkItem
from procedures import (
    agencies,
    bundles,
    deadlines,
    dossiers,
    drawings,
    fees,
    forms,
    officials,
    sample_province,
    tasks,
    working_time,
)
from procedures.actor import CITIZEN, Actor
from procedures.demo import many, people, registry
from procedures.dossiers.values import Intake, Lack, Recipient, Tick
from procedures.vocabulary import outcomes
from procedures.vocabulary.agencies import TIERS
from procedures.vocabulary.channels import DESK, ONLINE

WEEKS = 6
STAFF = ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao")  # an agency with fewer receives nothing here
SEED = 20261122
PLAYED = 100  # dossiers that others are copied from


@dataclass(frozen=True, slots=True)
class Made:
    """What `make` made: the accounts to show, the API clients, how many dossiers and what could not be played."""

    accounts: tuple[Mapping[str, str], ...]
    clients: tuple[Mapping[str, Any], ...]
    dossiers: int
    refused: tuple[str, ...]


def make(
    database: Database,
    folder: Path,
    *,
    password: str,
    count: int = 200,
    fast: bool = False,
    now: datetime | None = None,
    client_secret: str | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Made:
    """Fills an empty database: the sample province, every bundle in `folder`, and `count` dossiers.

    fast: only the first `PLAYED` are played, the others are copies of them, spread over two years (`many`).

    The database's clock is moved while it plays and put back at the end; side effects (mail, letters) that fall due
    on the way are done as a worker would.
    """
    end = now or datetime.now(UTC)
    real, clock = database.clock, Clock(end - timedelta(weeks=WEEKS + 1))
    database.clock = clock
    try:
        province = sample_province.make(database, password=password, client_secret=client_secret)
        bundles.deploy_all(database, folder, by=Actor("phantich"))
        tell("province")
        play = Play(database, clock, end, tell)
        play.run(min(count, PLAYED) if fast else count)
    finally:
        database.clock = real
    copied = many.multiply(database, count, tell) if fast else 0
    return Made(province.accounts, province.clients, play.received + copied, tuple(play.refused))


@dataclass(slots=True)
class Clock:
    """The time of the play."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Play:
    database: Database
    clock: Clock
    end: datetime
    tell: Callable[[str], None]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    scheduled: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    received: int = 0
    weeks: int = WEEKS
    drained: datetime = field(init=False)
    order: int = 0

    def __post_init__(self) -> None:
        self.drained = self.clock.at

    def run(self, count: int) -> None:
        """Everything that happens until now, in the order of its time."""
        with self.database.begin() as tx:
            published = bundles.published(tx)
            places = {
                level: [
                    a.code
                    for a in agencies.find(tx, level=level)
                    if all(officials.officials_in(tx, f"{role}@{a.code}") for role in STAFF)
                ]
                for level in TIERS
            }
        for index in range(count):
            procedure = published[index % len(published)]
            open_at = [code for level in procedure.agencies or ("xa",) for code in places.get(level, [])]
            # One commune gets half of all, so that the accounts of the demo have much to look at.
            agency = open_at[0] if len(open_at) > 1 and self.chance.random() < 0.5 else self.chance.choice(open_at)
            span = timedelta(weeks=self.weeks).total_seconds()
            self.at(
                self._working(agency, self.end - timedelta(seconds=span * self.chance.random() ** 1.8)),
                partial(self._receive, procedure, agency),
            )
        for moment, act in registry.agenda(self.database, self.end, self._official):
            self.at(moment, act)
        while self.agenda:
            moment, _, act = heapq.heappop(self.agenda)
            self._until(moment)
            try:
                act()
            except (Refusal, forms.Invalid) as refusal:
                self.refused.append(str(refusal))
        self._until(self.end)
        drain(self.database)

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Puts something on the agenda, unless it lies beyond now: that has not happened yet."""
        if moment < self.end:
            self.order += 1
            heapq.heappush(self.agenda, (moment, self.order, act))

    def _until(self, moment: datetime) -> None:
        """Moves the clock; what falls due on the way is done at least once a day."""
        while moment - self.drained > timedelta(hours=8):
            step = max(self.clock.at, min(moment, self.drained + timedelta(hours=8)))
            self.clock.at, self.drained = step, step
            drain(self.database)
        self.clock.at = max(self.clock.at, moment)

    def _working(self, agency: str, moment: datetime, minutes: int = 0) -> datetime:
        """The first working moment at or after `moment`, plus working minutes."""
        with self.database.begin() as tx:
            calendar = working_time.calendar_for(tx, agency)
        start = calendar.open_from(moment.astimezone(VIETNAM))
        return calendar.add_minutes(start, minutes).astimezone(UTC) if minutes else start.astimezone(UTC)

    # -- what people do -----------------------------------------------------------------------------------------------

    def _receive(self, procedure: bundles.Procedure, agency: str) -> None:
        with self.database.begin() as tx:
            clerk = self._actor(tx, self._people(tx, f"mot_cua@{agency}")[0], agency)
            place = agencies.names(tx, [agency]).get(agency, "")
            form = bundles.form(tx, procedure.version, procedure.form_key)
            pickers = self._pickers(tx, form, agency)
        at_desk = [one for one in procedure.usual_channels if one != ONLINE]
        online = ONLINE in procedure.channels and (self.chance.random() < 0.25 or not at_desk)
        channel = ONLINE if online else DESK if DESK in at_desk else at_desk[0]
        case = self.chance.choice(procedure.cases)["code"] if procedure.cases else None
        day = self.clock.at.astimezone(VIETNAM).date()
        ticks = tuple(
            Tick(c["code"], int(c.get("originals") or 0), int(c.get("copies") or 0) or (0 if c.get("originals") else 1))
            for c in procedure.components(case)
            if c.get("required", True) or self.chance.random() < 0.5
        )
        person = people.applicant(self.chance, place.removeprefix("Ủy ban nhân dân "))
        intake = Intake(
            procedure.code,
            agency,
            person,
            channel,
            case,
            people.filled(form, self.chance, day, pickers, person),
            ticks,
            amounts={"so_ban": self.chance.randint(1, 4), "so_trang": self.chance.randint(1, 6)},
        )
        if channel == ONLINE:
            known = dossiers.register_online(self.database, intake, CITIZEN)
            self.received += 1
            refuses = self.chance.random() < 0.15
            self.at(
                self._working(agency, self.clock.at, self.chance.randint(20, 470)),
                lambda: self._refuse(known.id, clerk) if refuses else self._accept(known.id, clerk, agency),
            )
            return
        made = dossiers.receive(self.database, intake, clerk)
        self.received += 1
        if self.received % 20 == 0:
            self.tell(f"{self.received}")
        with self.database.begin() as tx:
            owes = fees.owed(tx, made.id)
        if owes:
            fees.take(self.database, made.id, clerk)
        if self.chance.random() < 0.12:
            self.at(
                self._working(agency, self.clock.at, self.chance.randint(60, 900)),
                lambda: self._change_of_mind(made.id, clerk),
            )
        self._look(made.id, agency)

    def _accept(self, id: str, clerk: Actor, agency: str) -> None:
        dossiers.accept_online(self.database, id, clerk)
        self._look(id, agency)

    def _refuse(self, id: str, clerk: Actor) -> None:
        dossiers.refuse_online(
            self.database,
            id,
            "Nơi cư trú của người nộp không thuộc địa bàn tiếp nhận.",
            "Điều 5 Luật Hộ tịch năm 2014",
            clerk,
            "Nộp tại Ủy ban nhân dân cấp xã nơi cư trú.",
        )

    def _change_of_mind(self, id: str, clerk: Actor) -> None:
        """Now and then an applicant takes the dossier back, or the agency asks for more time."""
        with self.database.begin() as tx:
            found = dossiers.get(tx, id)
        if found is None or found.closed_at is not None or found.due is None:
            return
        if self.chance.random() < 0.5:
            dossiers.withdraw(self.database, id, "Người nộp chưa có nhu cầu giải quyết.", clerk)
        elif found.due > self.clock.at and not found.paused:
            self._extend(id, found.agency, clerk)

    def _extend(self, id: str, agency: str, clerk: Actor) -> None:
        """The desk proposes, the leader decides."""
        with self.database.begin() as tx:
            leaders = [self._actor(tx, name, agency) for name in self._people(tx, f"lanh_dao@{agency}")]
        why = "Cần xác minh thêm tại nơi cư trú trước đây."
        dossiers.propose_extension(self.database, id, "1", "WORKING_DAY", why, clerk)
        if leaders:
            dossiers.decide_extension(self.database, id, True, "", leaders[0])

    def _look(self, id: str, agency: str) -> None:
        """Puts what is now open of a dossier on the agenda: tasks of officials, and what the citizen must do."""
        with self.database.begin() as tx:
            tasks = [t for t in worklist.of_instance(tx, id) if t.id not in self.scheduled]
            steps = dossiers.next_steps(tx, id)
            found = dossiers.get(tx, id)
            left = deadlines.remaining_minutes(tx, agency, found.due) if found is not None and found.due else 0
        for task in tasks:
            self.scheduled.add(task.id)
            slow = self.chance.random() < 0.08
            pace = max(40, min(600, left / 7))
            minutes = self.chance.randint(2000, 9000) if slow else int(pace * self.chance.uniform(0.3, 1.4))
            self.at(self._working(agency, self.clock.at, minutes), partial(self._do, task, agency))
        for step in steps:
            key = f"{id}:{step.message}:{len(self.scheduled)}"
            if key not in self.scheduled and self.chance.random() < 0.8:
                self.scheduled.add(key)
                self.at(
                    self._working(agency, self.clock.at, self.chance.randint(200, 2400)),
                    partial(self._citizen, id, step.action, step.message, agency),
                )

    def _do(self, task: WorkItem, agency: str) -> None:
        """Somebody who may take the task ends it by one of its outcomes, the affirmative one mostly."""
        with self.database.begin() as tx:
            found = worklist.task(tx, task.id, everything=True)
            if found is None:
                return
            node = dossiers.node_of(tx, found.root_id, found.element)
            who = found.assignee or self.chance.choice(
                [name for g in found.groups for name in self._people(tx, g)] or [""]
            )
            if not who:
                self.refused.append(f"{found.name}: nobody may do it ({', '.join(found.groups)})")
                return
            actor = self._actor(tx, who, agency)
            dossier = dossiers.get(tx, found.root_id)
            form = bundles.form(tx, dossier.version, found.form) if found.form else None
            pickers = self._pickers(tx, form, agency)
            components = dossiers.components(tx, found.root_id)
        choices = drawings.outcomes(node)
        likely = outcomes.affirmative(node) or choices[0]
        outcome = likely if self.chance.random() < 0.84 else self.chance.choice(list(choices))
        values = people.filled(form, self.chance, self.clock.at.astimezone(VIETNAM).date(), pickers)
        values |= {key: dossier.form[key] for key in values.keys() & dossier.form.keys()}  # as declared
        self._results(node, found.id, actor)
        takes = any(e.name == "fee" for e in (node.extensions if node else ()))
        if takes and fees.owed(self.database, found.root_id):
            fees.take(self.database, found.root_id, actor)
        if outcomes.asks_supplement(node, outcome.id) and components:
            lacking = self.chance.choice(components)
            lack = Lack(
                lacking["code"],
                lacking["name"],
                "Bản chụp mờ, không đọc được số và ngày cấp.",
                "Nộp lại bản rõ hoặc mang bản chính để đối chiếu.",
            )
            tasks.complete(self.database, found.id, outcome.id, {}, actor, reason="Giấy tờ chưa đọc được", lacks=[lack])
        elif any(e.name == "return" for e in (node.extensions if node else ())):
            if fees.owed(self.database, found.root_id):
                fees.take(self.database, found.root_id, actor)
            dossiers.return_result(
                self.database, found.root_id, Recipient(dossier.applicant.name, dossier.applicant.id_number), actor
            )
        else:
            reason = _why(node, outcome) if outcome.reason else ""
            tasks.complete(self.database, found.id, outcome.id or None, values, actor, reason=reason)
        self._look(found.root_id, agency)

    def _results(self, node: Any, task: str, actor: Actor) -> None:
        """Makes the result papers that the task at hand is for."""
        for extension in node.extensions if node is not None else ():
            if extension.name == "result":
                tasks.produce_result(self.database, task, actor, extension.attributes.get("code", ""))

    def _citizen(self, id: str, action: str, message: str, agency: str) -> None:
        with self.database.begin() as tx:
            steps = [s for s in dossiers.next_steps(tx, id) if s.message == message]
        if not steps:
            return
        if action == "supplement":
            brought = tuple(Tick(lack.code, 1) for lack in steps[0].lacks if lack.kind == "component")
            dossiers.bring_supplement(self.database, id, brought, by=CITIZEN)
        else:
            dossiers.confirm(self.database, id, message, by=CITIZEN)
        self._look(id, agency)

    # -- who they are -------------------------------------------------------------------------------------------------

    def _people(self, tx: Tx, group: str) -> list[str]:
        return [o.username for o in officials.officials_in(tx, group)]

    def _actor(self, tx: Tx, username: str, agency: str) -> Actor:
        person = officials.get(tx, username)
        roles = officials.roles_of(tx, username)
        return Actor(
            username,
            person.name if person else username,
            person.title if person else "",
            agency,
            frozenset(role for role, _ in roles),
            frozenset(code for _, code in roles) | {agency},
        )

    def _official(self, username: str) -> Actor:
        """An official at the home agency."""
        with self.database.begin() as tx:
            person = officials.get(tx, username)
            return self._actor(tx, username, person.agency if person is not None else "")

    def _pickers(self, tx: Tx, form: forms.Form | None, agency: str) -> dict[str, list[str]]:
        """What the form's pickers offer; of agencies, those where somebody can answer."""
        offered = forms.offered(tx, form, agency)
        found = {key: [value for value, _ in said] for key, said in offered.items()}
        for entry in form.inputs() if form is not None else ():
            if entry.properties.get("mc") == "agency":
                found[entry.key] = [one for one in found[entry.key] if officials.officials_in(tx, f"chuyen_vien@{one}")]
        return found


def _why(node: Any, outcome: Any) -> str:
    """A reason that fits what is decided: more time, a way back, or a refusal."""
    if any(one.name == "extension" for one in (node.extensions if node else ())):
        return "Cần thêm thời gian để xác minh thông tin với cơ quan liên quan."
    if "tra_lai" in outcome.id:
        return "Nội dung trình ký còn chỗ chưa thống nhất, đề nghị kiểm tra lại."
    if "keo_dai" in outcome.id:
        return "Hồ sơ có nhiều trang, đã thỏa thuận với người yêu cầu."
    return "Hồ sơ không đủ điều kiện theo quy định."
