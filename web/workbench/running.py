"""What runs: found by code, and one instance with all that a person who steers it has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import commands
from engine import worklist as open_work
from engine.refusal import Refusal
from engine.run.standing import Place
from engine.store import Tx
from procedures import bundles, dossiers, drawings, reading, steering
from procedures.dossiers.values import Dossier
from procedures.vocabulary.messages import AWAITED
from web.account.people import actor
from web.house import database
from web.i18n import pick
from web.paging import number_of, row_number, within
from web.people import group_names, names_of
from web.permissions import allowed
from web.present import Tag, moment
from web.workbench import STEERERS, blueprint
from web.workbench.hints import hint_of
from web.workbench.logged import Line, lines
from web.workbench.typed import KINDS, kind_of, shown
from web.workbench.words import labels

PER_PAGE = 50
LINES = 40  # of the log on a page
MOST = 200  # branches that are shown one by one
STATES = {
    "active": (_l("Đang chạy"), "info", "play"),
    "suspended": (_l("Tạm ngừng"), "paused", "pause"),
    "ended": (_l("Đã kết thúc"), "kept", "check"),
    "cancelled": (_l("Đã hủy"), "paused", "stop"),
}
STANDING = {
    "task": (_l("Chờ người xử lý"), "info", "user"),
    "call": (_l("Chờ dịch vụ trả lời"), "info", "clock"),
    "incident": (_l("Gặp sự cố"), "late", "alert"),
    "scope": (_l("Nhóm bước đang chạy"), "paused", "play"),
    "gathering": (_l("Chờ các nhánh khác"), "paused", "clock"),
    "waiting": (_l("Chờ sự kiện"), "info", "clock"),
}


def state_tag(status: str) -> Tag:
    """The state of an instance."""
    text, tone, icon = STATES.get(status, (status, "info", "play"))
    return Tag(str(text), tone, icon)


def standing_tag(state: str) -> Tag:
    """The state of a token."""
    text, tone, icon = STANDING[state]
    return Tag(str(text), tone, icon)


@dataclass(frozen=True)
class Awaited:
    """Something that a token waits for: a date, a message, a signal. timer: its id where it is a date."""

    what: str
    text: str
    timer: str = ""


@dataclass(frozen=True)
class Branch:
    """A token with what it waits for. token "" and place None: the process as a whole."""

    place: Place | None
    name: str
    about: str = ""
    awaited: list[Awaited] = field(default_factory=list)
    incident: commands.OpenIncident | None = None
    catchers: int = 0

    @property
    def token(self) -> str:
        return self.place.token if self.place is not None else ""


@dataclass(frozen=True)
class Variable:
    """A variable as it reads."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class View:
    """One instance as its page shows it. acts: what the person may do to it in the state it is in."""

    found: commands.Instance
    name: str
    procedure: bundles.Procedure | None
    dossier: Dossier | None
    acts: frozenset[str]
    data: bool
    branches: list[Branch]
    variables: list[Variable]
    incidents: list[commands.OpenIncident]
    steps: Mapping[str, str]
    log: list[Line]
    older: int | None = None  # number of the log's last line shown, where there are older ones
    seq: int = 0  # number of the log's last line
    latest: Line | None = None

    def step(self, element: str) -> str:
        """What people call an element."""
        return self.steps.get(element) or element

    @property
    def code(self) -> str:
        return self.found.business_key or _("không có mã")

    @property
    def open(self) -> bool:
        return self.found.status in ("active", "suspended")


def view_of(tx: Tx, root: str, *, log: bool = False, before: int | None = None) -> View:
    """What the person may see of an instance: 404 for one that is not there, NotAllowed for one not to be seen.
    log: with the latest lines of its log; before: with older ones than that."""
    found = next(iter(commands.find(tx, root_id=root)), None)
    if found is None:
        abort(404)
    me = actor()
    steering.require(tx, "look", root, me)
    reading.shown(root)
    steps, data = labels(steering.step_places(tx, found.deployment)), steering.sees_data(tx, root, me)
    incidents = commands.incidents(tx, root_id=root)
    procedure = _procedure(tx, found.deployment)
    with commands.run_of(tx, root) as run:
        branches = _branches(tx, run, root, incidents, steps) if found.ended_at is None else []
        variables = [
            Variable(name, str(KINDS[kind_of(value)]), shown(value) if data else "")
            for name, value in sorted(run.variables.items())
        ]
        name = run.process.name or run.process.id
    last = steering.events(tx, root, size=1)
    events = steering.events(tx, root, before=before, size=LINES + 1) if log else []
    return View(
        found,
        name,
        procedure,
        _dossier(tx, root),
        _now_possible(found.status, steering.acts(tx, root, me)),
        data,
        branches,
        variables,
        incidents,
        steps,
        lines(tx, events[:LINES], steps, data=data),
        events[LINES - 1].seq if len(events) > LINES else None,
        last[0].seq if last else 0,
        next(iter(lines(tx, last, steps, data=False)), None),
    )


def _now_possible(status: str, acts: frozenset[str]) -> frozenset[str]:
    if status == "active":
        return acts - {"resume"}
    return acts & set(steering.WHILE_SUSPENDED) if status == "suspended" else frozenset()


def _procedure(tx: Tx, version: str) -> bundles.Procedure | None:
    try:
        return bundles.any_version(tx, version)
    except LookupError:  # its deployment has no process any more
        return None


def _dossier(tx: Tx, root: str) -> Dossier | None:
    try:
        return dossiers.get(tx, root)
    except Refusal:
        return None


def _branches(
    tx: Tx, run: Any, root: str, incidents: list[commands.OpenIncident], steps: Mapping[str, str]
) -> list[Branch]:
    tasks = {item.id: item for item in open_work.of_instance(tx, root)}
    names = names_of(tx, (item.assignee for item in tasks.values()))
    calls = steering.waiting_calls(tx, root)
    stopped = {one.id: one for one in incidents}
    awaited: dict[str, list[Awaited]] = {}
    for timer in run.timers:
        awaited.setdefault(_owner(run, timer.id), []).append(
            Awaited(_("Hẹn giờ “%(name)s”", name=steps.get(timer.element, timer.element)), moment(timer.due), timer.id)
        )
    for one in run.subscriptions:
        what = (
            pick(AWAITED[one.name])
            if one.name in AWAITED
            else _("Thông điệp “%(name)s”", name=one.name)
            if one.kind == "message"
            else _("Tín hiệu “%(name)s”", name=one.name)
        )
        key = one.key or ", ".join(str(value) for value in one.properties.values())
        awaited.setdefault(_owner(run, one.id), []).append(
            Awaited(what, _("chỉ khi đúng mã %(key)s", key=key) if key else "")
        )
    found = []
    for place in run.standing:
        about = ""
        if place.token in tasks:
            item = tasks[place.token]
            who = names.get(item.assignee or "", item.assignee or "")
            about = (
                _("người giữ: %(name)s", name=who)
                if who
                else _("chưa có người nhận (%(groups)s)", groups=", ".join(group_names(tx, item.groups)) or "–")
            )
            about += _(", từ %(at)s", at=moment(item.opened_at))
            about += _(", hạn %(at)s", at=moment(item.due)) if item.due else ""
        elif place.token in calls:
            call = calls[place.token]
            about = _("đã thử %(n)s lần, lần tới %(at)s", n=call.attempts, at=moment(call.due_at))
            about += f" – {call.last_error}" if call.last_error else ""
        catchers = len(run.error_catchers(place.token)) if place.token in stopped else 0
        found.append(
            Branch(place, _named(place, steps), about, awaited.pop(place.token, []), stopped.get(place.token), catchers)
        )
    if awaited:  # events that the process as a whole waits for
        found.append(Branch(None, _("Cả quy trình"), "", [one for many in awaited.values() for one in many]))
    return found


def _owner(run: Any, wait: str) -> str:
    place = run.place(wait)
    return place.token if place is not None else ""


def _named(place: Place, steps: Mapping[str, str]) -> str:
    name = steps.get(place.node.id) or place.node.name or place.node.id
    return f"{name} ({place.number})" if place.number is not None else name


@blueprint.get("/phien-chay")
@allowed("quan_tri", "phan_tich")
def running_list() -> str:
    """Instances by a part of their code, by state, or only those with an incident."""
    page = number_of(request.args.get("trang"))
    status = request.args.get("tinh-trang", "")
    with database().begin() as tx:
        find = partial(
            steering.find,
            tx,
            request.args.get("tim", ""),
            status=status if status in STATES else "",
            incidents=bool(request.args.get("su-co")),
        )
        found = find(page=page, per_page=PER_PAGE)
        within(page, page if found else 1)
        reading.shown(*(one.root_id for one in found))
        more = bool(find(page=page * PER_PAGE + 1, per_page=1))
        known = {one.deployment: _procedure(tx, one.deployment) for one in found}
        stopped = {
            one.root_id
            for root in {one.root_id for one in found}
            for one in commands.incidents(tx, root_id=root, per_page=1)
        }
    return render_template(
        "workbench/running.html",
        found=found,
        more=more,
        page=page,
        states=STATES,
        state_tag=state_tag,
        procedures=known,
        stopped=stopped,
        filtered=any(request.args.get(name) for name in ("tim", "tinh-trang", "su-co")),
    )


@blueprint.get("/phien-chay/<root>")
@allowed(*STEERERS)
def running_page(root: str) -> str:
    """One instance: where its tokens stand, what it waits for, its data, its incidents, its log, what can be done."""
    with database().begin() as tx:
        view = view_of(tx, root, log=True, before=row_number(request.args.get("nhat-ky")))
        drawing = drawings.of_dossier(tx, root)
        others = _called(tx, view, drawing)
    return render_template(
        "workbench/instance.html",
        view=view,
        drawing=drawing,
        others=others,
        hint_of=hint_of,
        state_tag=state_tag,
        standing_tag=standing_tag,
        most=MOST,
    )


@blueprint.get("/phien-chay/<root>/mo-hinh")
@allowed(*STEERERS)
def running_model(root: str) -> Response:
    """The BPMN file that it runs, for the movable drawing."""
    with database().begin() as tx:
        steering.require(tx, "look", root, actor())
        reading.shown(root)
        drawing = drawings.of_dossier(tx, root)
        body = bundles.file_of(tx, drawing.version, drawing.file) if drawing is not None else None
    if body is None:
        abort(404)
    return Response(body, content_type="application/xml; charset=utf-8")


def _called(tx: Tx, view: View, drawing: drawings.Drawing | None) -> list[tuple[str, drawings.Drawing]]:
    """Drawings of the processes that it has called and that are alive."""
    found = []
    own = drawing.process if drawing is not None else ""
    live = {branch.place.process: branch.place for branch in view.branches if branch.place is not None}
    for process, place in live.items():
        if process == own or drawing is None:
            continue
        other = drawings.of_process(tx, view.found.deployment, process, drawing.marks)
        if other is not None:
            found.append((place.process_name or process, other))
    return found
