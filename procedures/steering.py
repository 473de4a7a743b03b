"""Steering what runs by hand: who may, why, and that a dossier agrees with its process afterwards.

This is the one place that says who may steer (`docs/reference/steering.md`). Administrators and process analysts act
on the process; analysts do not see or change the data of a dossier, which are somebody's personal data. The leader
of the agency whose dossier it is may hold it, let it go on, and stop it for good, which is a decision with a letter
(Mẫu 05) and no technical act. Nobody else steers; a reason is always given and stands in the log.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from engine import commands, migration
from engine.commands import Instance, OpenIncident
from engine.model.definition import Process, Scope
from engine.projections import LoggedEvent
from engine.refusal import Refusal
from engine.run.changes import Timer
from engine.store import Database, Tx
from engine.store.joining import command, query
from engine.store.tables import event, incident, instance, job
from procedures import declared, officials
from procedures.actor import Actor
from procedures.dossiers import endings, ends, log
from procedures.dossiers import status as statuses
from procedures.dossiers.nodes import processes_of
from procedures.rights import NotAllowed
from procedures.rights import dossiers as rights
from procedures.store.dossier import dossier_state
from procedures.vocabulary.statuses import STATUSES, STILL

TECHNICAL = ("quan_tri", "phan_tich")
LEADER = "lanh_dao"
#: What can be done to a running instance → who may do it where no dossier stands behind it, and where one does.
#: `LEADER` means the leader of that dossier's own agency.
ACTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "suspend": (TECHNICAL, (*TECHNICAL, LEADER)),
    "resume": (TECHNICAL, (*TECHNICAL, LEADER)),
    "cancel": (TECHNICAL, (LEADER,)),
    "terminate": (TECHNICAL, TECHNICAL),
    "move": (TECHNICAL, TECHNICAL),
    "set_timer": (TECHNICAL, TECHNICAL),
    "set_variables": (TECHNICAL, ("quan_tri",)),
    "retry": (TECHNICAL, TECHNICAL),
    "throw_error": (TECHNICAL, TECHNICAL),
    "migrate": (TECHNICAL, TECHNICAL),
}
#: Acts on an instance that has been suspended; the others wait until it is resumed.
WHILE_SUSPENDED = ("resume", "cancel")
CASES = {
    "look": ("xem phiên chạy này", "see this instance"),
    "suspend": ("tạm ngừng phiên chạy này", "suspend this instance"),
    "resume": ("cho phiên chạy này đi tiếp", "resume this instance"),
    "cancel": ("kết thúc phiên chạy này", "end this instance"),
    "terminate": ("kết thúc một nhánh của phiên chạy này", "end a branch of this instance"),
    "move": ("chuyển bước của phiên chạy này", "move a step of this instance"),
    "set_timer": ("đổi hẹn giờ của phiên chạy này", "change a timer of this instance"),
    "set_variables": ("sửa dữ liệu của phiên chạy này", "change the data of this instance"),
    "retry": ("cho chạy lại sự cố này", "try this incident again"),
    "throw_error": ("báo lỗi cho mô hình tại sự cố này", "report an error at this incident"),
    "migrate": ("chuyển phiên chạy này sang phiên bản khác", "take this instance to another version"),
}


@query
def acts(tx: Tx, root_id: str, by: Actor) -> frozenset[str]:
    """What this person may do to an instance, whatever its state."""
    roles = set(officials.roles_of(tx, by.username))
    held = {role for role, _ in roles}
    home = log.home(tx, root_id)
    found = set()
    for act, (plain, of_dossier) in ACTS.items():
        who = of_dossier if home is not None and home.dossier else plain
        if held & (set(who) - {LEADER}) or (LEADER in who and home is not None and (LEADER, home.agency) in roles):
            found.add(act)
    return frozenset(found)


@query
def may_look(tx: Tx, root_id: str, by: Actor) -> bool:
    """Whether this person may see the page of an instance: who may act on it in any way."""
    return bool(acts(tx, root_id, by))


@query
def sees_data(tx: Tx, root_id: str, by: Actor) -> bool:
    """Whether this person may read the variables of an instance: those of a dossier are personal data."""
    home = log.home(tx, root_id)
    if home is None or not home.dossier:
        return may_look(tx, root_id, by)
    held = {role for role, _ in officials.roles_of(tx, by.username)}
    return bool(held & {"quan_tri", LEADER}) and rights.may_see(tx, root_id, by)


@query
def require(tx: Tx, act: str, root_id: str, by: Actor) -> None:
    """Raises NotAllowed where this person may not do that ("look": see it) to that instance."""
    allowed = acts(tx, root_id, by)
    if act in allowed or (act == "look" and allowed):
        return
    vi, en = CASES[act]
    raise NotAllowed(f"Vai trò của bạn không được {vi}.", f"Your roles do not allow you to {en}.")


@query
def find(
    tx: Tx, text: str = "", *, status: str = "", incidents: bool = False, page: int = 1, per_page: int = 50
) -> list[Instance]:
    """Instances by a part of their code (or their whole id), the latest first. incidents: only where one is open."""
    asked = select(*(instance.c[name] for name in Instance.__slots__)).order_by(instance.c.root_id.desc())
    text = text.strip()
    if text:
        part = text.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        asked = asked.where(or_(instance.c.business_key.ilike(f"%{part}%", escape="\\"), instance.c.root_id == text))
    if status:
        asked = asked.where(instance.c.status == status)
    if incidents:
        asked = asked.where(instance.c.root_id.in_(select(incident.c.root_id)))
    return [Instance(*tuple(row)) for row in tx.read(asked.limit(per_page).offset((page - 1) * per_page))]


@query
def of_root(tx: Tx, root_id: str) -> Instance | None:
    """The instance of a root, None while no process has started."""
    return next(iter(commands.find(tx, root_id=root_id)), None)


@query
def incidents_of(tx: Tx, root_id: str) -> list[OpenIncident]:
    """What has stopped in an instance."""
    return list(commands.incidents(tx, root_id=root_id))


# -- acts -------------------------------------------------------------------------------------------------------------


@command
def suspend(tx: Tx, root_id: str, reason: str, by: Actor) -> None:
    """Nothing moves in the instance until it is resumed. The legal clock of a dossier goes on: a fault or a pause of
    the platform never stops it."""
    _begin(tx, "suspend", root_id, reason, by)
    commands.suspend(tx, root_id, by.username, reason.strip())


@command
def resume(tx: Tx, root_id: str, reason: str, by: Actor) -> None:
    """A suspended instance goes on; timers that became due meanwhile fire."""
    _begin(tx, "resume", root_id, reason, by)
    commands.resume(tx, root_id, by.username, reason.strip())


@command
def cancel(tx: Tx, root_id: str, reason: str, by: Actor) -> None:
    """Ends an instance for good. A dossier is stopped by its own rules: status 8, Mẫu 05, the clock ends."""
    _begin(tx, "cancel", root_id, reason, by)
    if log.known(tx, root_id):
        ends.stop(tx, root_id, reason.strip(), "cơ quan giải quyết hồ sơ", by)
        return
    commands.cancel_instance(tx, root_id, by.username, reason.strip())


@command
def terminate(tx: Tx, root_id: str, token: str, reason: str, by: Actor) -> None:
    """Ends one branch; the rest goes on. Refuses the last branch of a dossier that is not done with."""
    with _technical(tx, "terminate", root_id, reason, by):
        commands.terminate(tx, root_id, token, by.username, reason.strip())


@command
def move(tx: Tx, root_id: str, token: str, element: str, reason: str, by: Actor) -> None:
    """Takes a token to another step of its process."""
    with _technical(tx, "move", root_id, reason, by):
        commands.move(tx, root_id, token, element, by.username, reason.strip())


@command
def set_timer(tx: Tx, root_id: str, timer: str, due: datetime, reason: str, by: Actor) -> None:
    """Gives a waiting timer another date (aware)."""
    with _technical(tx, "set_timer", root_id, reason, by):
        commands.set_timer(tx, root_id, timer, due, by.username, reason.strip())


@command
def set_variables(
    tx: Tx, root_id: str, variables: Mapping[str, Any], reason: str, by: Actor, token: str | None = None
) -> None:
    """Writes data of the process, or as seen from a token; conditional events look again."""
    with _technical(tx, "set_variables", root_id, reason, by):
        if not variables:
            raise Refusal("Chưa có dữ liệu nào thay đổi.", "No data has changed.")
        declared.check(tx, root_id, variables)
        commands.set_variables(tx, root_id, variables, by.username, reason.strip(), token)


@command
def retry(tx: Tx, incident_id: str, reason: str, by: Actor) -> bool:
    """Tries an incident again; whether it went on. That is what the model itself was about to do, whatever it leads
    to."""
    root_id = root_of_incident(tx, incident_id)
    _begin(tx, "retry", root_id, reason, by)
    went = commands.retry_incident(tx, incident_id, by.username, reason.strip())
    _agree(tx, root_id, reason, by)
    return went


def retry_many(database: Database, incident_ids: list[str], reason: str, by: Actor) -> dict[str, Refusal | None]:
    """Tries many again, each in its own transaction: id → None where it went on, else why not."""
    answers: dict[str, Refusal | None] = {}
    for id in dict.fromkeys(incident_ids):
        try:
            answers[id] = None if retry(database, id, reason, by) else commands.stopped_again(database, id)
        except Refusal as refusal:
            answers[id] = refusal
    return answers


@command
def throw_error(tx: Tx, incident_id: str, code: str, reason: str, by: Actor) -> None:
    """Lets what stopped end in a BPMN error that an event of the model catches."""
    root_id = root_of_incident(tx, incident_id)
    with _technical(tx, "throw_error", root_id, reason, by):
        commands.throw_error_at_incident(tx, incident_id, code, None, by.username, reason.strip())


@query
def root_of_incident(tx: Tx, incident_id: str) -> str:
    """The instance (or other root) that an open incident belongs to. Refuses one that is not open."""
    found: str | None = tx.read(select(incident.c.root_id).where(incident.c.id == incident_id)).scalar()
    if found is None:
        raise Refusal(
            "Sự cố này không còn mở: đã chạy tiếp, hoặc nhánh của nó đã kết thúc.",
            "This incident is not open any more: it went on, or its branch has ended.",
        )
    return found


# -- inside -----------------------------------------------------------------------------------------------------------


def _begin(tx: Tx, act: str, root_id: str, reason: str, by: Actor) -> None:
    require(tx, act, root_id, by)
    if not reason.strip():
        raise Refusal("Phải ghi lý do; lý do được lưu trong nhật ký.", "A reason must be given; it is kept in the log.")
    log.act(tx, by)
    log.hold(tx, root_id)


@contextmanager
def _technical(tx: Tx, act: str, root_id: str, reason: str, by: Actor) -> Iterator[None]:
    """An act on the process of an instance, after which its dossier still tells the truth, and has not been ended by
    who may not end it (`ACTS`, "cancel"): neither at once nor by a timer that is hastened."""
    _begin(tx, act, root_id, reason, by)
    guarded = log.known(tx, root_id) and "cancel" not in acts(tx, root_id, by)
    before = (endings.standing(tx, root_id), _timers(tx, root_id)) if guarded else None
    yield
    if before is not None:
        standing, timers = before
        if endings.standing(tx, root_id).ended_since(standing) or _hastens(tx, root_id, timers):
            raise NotAllowed(
                "Thao tác này sẽ kết thúc hồ sơ hoặc phát hành phiếu kết thúc hồ sơ. Việc đó chỉ lãnh đạo cơ quan giải "
                "quyết hồ sơ được quyết định.",
                "This would end the dossier, or issue the letter that ends it. Only the leader of its agency decides "
                "that.",
            )
    _agree(tx, root_id, reason, by)


def _timers(tx: Tx, root_id: str) -> dict[str, Timer]:
    """The timers that wait in an instance, by id."""
    with commands.run_of(tx, root_id) as run:
        return {one.id: one for one in run.timers}


def _hastens(tx: Tx, root_id: str, before: Mapping[str, Timer]) -> bool:
    """Whether a timer that may end the dossier by itself became earlier, or is new and due at once."""
    version: str = tx.execute(select(instance.c.deployment).where(instance.c.root_id == root_id)).scalar_one()
    for id, one in _timers(tx, root_id).items():
        limit = before[id].due if id in before else tx.now + timedelta(microseconds=1)
        if one.due < limit and endings.leads_to_end(tx, version, one.element):
            return True
    return False


def _agree(tx: Tx, root_id: str, reason: str, by: Actor) -> None:
    """After a technical act a dossier must not lie: its process may not end while the dossier is open, and it does not
    say that it waits for the citizen where nothing waits any more."""
    if not log.known(tx, root_id):
        return
    tx.flush()
    state = tx.execute(select(dossier_state).where(dossier_state.c.dossier_id == root_id)).one()
    if state.closed_at is not None:
        return
    running = tx.execute(select(instance.c.status).where(instance.c.root_id == root_id)).scalar()
    name = STATUSES[state.status]
    if running not in ("active", "suspended"):
        raise Refusal(
            f"Thao tác này sẽ kết thúc quy trình trong khi hồ sơ còn ở trạng thái “{name['vi']}”. Để kết thúc hồ sơ, "
            "lãnh đạo cơ quan ra quyết định dừng giải quyết, hoặc chuyển hồ sơ đến bước trả kết quả.",
            f"This would end the process while the dossier is still '{name['en']}'. To end a dossier its agency's "
            "leader stops it, or it is moved to the step that returns the result.",
        )
    if state.status in STILL and not state.paused:
        statuses.set_status(tx, root_id, 4, reason.strip())


# -- what a person who steers looks at ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call of a service that is not answered yet: how often it was tried, when next, what went wrong last."""

    attempts: int
    due_at: datetime
    last_error: str


@query
def waiting_calls(tx: Tx, root_id: str) -> dict[str, WaitingCall]:
    """The open calls of an instance, by id."""
    rows = tx.read(
        select(job.c.id, job.c.attempts, job.c.due_at, job.c.last_error).where(
            job.c.root_id == root_id, job.c.kind == "call"
        )
    )
    return {row.id: WaitingCall(row.attempts, row.due_at, row.last_error or "") for row in rows}


@query
def events(tx: Tx, root_id: str, *, before: int | None = None, size: int = 40) -> list[LoggedEvent]:
    """The latest events of an instance, the last first; before: only older ones than that number in its log."""
    asked = select(event).where(event.c.root_id == root_id).order_by(event.c.seq.desc()).limit(size)
    rows = tx.read(asked if before is None else asked.where(event.c.seq < before))
    return [
        LoggedEvent(row.root_id, row.seq, row.at, row.who, row.kind, row.element, json.loads(row.data)) for row in rows
    ]


@dataclass(frozen=True, slots=True)
class StepPlace:
    """What a node is called and, for one without a name or with the name of another, what stands around it: the name of
    the nearest named node before it, else of one after it."""

    name: str
    kind: str
    twin: bool = False
    after: str = ""
    before: str = ""


@query
def step_places(tx: Tx, version: str) -> dict[str, StepPlace]:
    """Element → how people tell it from others, of a deployment and the processes that it calls."""
    return places_in(process for _, process in processes_of(tx, version))


def places_in(processes: Iterable[Process]) -> dict[str, StepPlace]:
    """The same of processes that are at hand."""
    found: dict[str, StepPlace] = {}
    for process in processes:
        names = Counter(node.name for node in process.scope.walk())
        for scope in (process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)):
            for node in scope.nodes.values():
                if node.name and names[node.name] == 1:
                    found.setdefault(node.id, StepPlace(node.name, node.kind))
                else:
                    found.setdefault(
                        node.id,
                        StepPlace(
                            node.name,
                            node.kind,
                            bool(node.name),
                            _neighbour(scope, node.id, back=True),
                            _neighbour(scope, node.id, back=False),
                        ),
                    )
    return found


def _neighbour(scope: Scope, element: str, *, back: bool) -> str:
    """The name of the nearest named node before or after an element, by the flows; empty where there is none."""
    seen, waiting = {element}, [element]
    while waiting:
        here = waiting.pop(0)
        node = scope.nodes[here]
        if here != element and node.name:
            return node.name
        near = [
            flow.source if back else flow.target
            for flow in scope.flows.values()
            if (flow.target if back else flow.source) == here
        ]
        if back and node.attached_to:
            near.append(node.attached_to)
        waiting += [id for id in near if id in scope.nodes and id not in seen]
        seen.update(near)
    return ""


# -- to another version ------------------------------------------------------------------------------------------------


@query
def require_migrating(tx: Tx, by: Actor) -> None:
    """Raises NotAllowed for who may not take instances to another version."""
    if not {role for role, _ in officials.roles_of(tx, by.username)} & set(ACTS["migrate"][1]):
        raise NotAllowed(
            "Vai trò của bạn không được chuyển phiên chạy sang phiên bản khác.",
            "Your roles do not allow you to take instances to another version.",
        )


@command
def save_plan(tx: Tx, /, source: str, target: str, by: Actor, **mapping: Any) -> migration.Plan:
    """Keeps a plan (`engine.migration.save`)."""
    require_migrating(tx, by)
    return migration.save(tx, source, target, by=by.username, **mapping)


@command
def change_plan(tx: Tx, /, plan_id: str, by: Actor, **mapping: Any) -> migration.Plan:
    """Another mapping for a plan by which nothing was migrated yet."""
    require_migrating(tx, by)
    return migration.change(tx, plan_id, by=by.username, **mapping)


@command
def rehearse_plan(tx: Tx, plan_id: str, by: Actor) -> int:
    """Has every open instance rehearsed in the background; how many they are."""
    require_migrating(tx, by)
    return migration.rehearse_all(tx, plan_id, by.username)


@command
def migrate(tx: Tx, plan_id: str, root_ids: list[str], reason: str, by: Actor) -> int:
    """Has these instances taken to the version after in the background; how many they are."""
    require_migrating(tx, by)
    return migration.migrate_many(tx, plan_id, root_ids, reason.strip(), by.username)


@command
def undo_migration(tx: Tx, plan_id: str, root_ids: list[str] | None, reason: str, by: Actor) -> int:
    """Has these instances (None: all that the plan took) taken back in the background; how many they are."""
    require_migrating(tx, by)
    return migration.undo_many(tx, plan_id, root_ids, reason.strip(), by.username)
