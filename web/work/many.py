"""Many tasks decided at once: each looked at, those of one step together, the same decision for all that stay ticked.

Each goes by itself, as it would from its own page, and has its own result; what is signed is what the page showed, by
its hash. A trial says what would become of each, and does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from engine.model.definition import Outcome
from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, dossiers, drawings, forms, tasks
from procedures.dossiers.values import Dossier
from procedures.rehearsal import rehearse
from procedures.tasks import Task
from web.account.people import actor
from web.house import database
from web.i18n import pick
from web.model_form import posted_values, shown_again
from web.once import once
from web.people import remaining_minutes
from web.permissions import allowed
from web.refusals import sentence
from web.security import PIN
from web.work import OFFICIALS, blueprint
from web.work.phrases import known_phrases, said_reason
from web.work.shown import affirmative_first, history_items, result_items, to_sign_items, with_loads
from web.work.worklist import list_view

#: So many are decided at once: each is shown whole.
MOST = 30


@dataclass
class Item:
    """One task on the page. shown: SHA-256 of what is signed by completing it. why_not: why it cannot be decided here.
    said, done: what became of it, or would."""

    task: Task
    dossier: Dossier | None
    papers: list[dict[str, Any]]
    shown: list[str]
    components: list[dict[str, Any]]
    last: list[dict[str, Any]]
    remaining: int | None
    why_not: str = ""
    said: str = ""
    done: bool = False


@dataclass
class Group:
    """The tasks of one step, decided together. key: stands before the names of its fields."""

    key: str
    name: str
    procedure: str
    outcomes: list[Outcome]
    form: forms.Form | None
    pickers: forms.Choices
    items: list[Item] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Token:
    """What unlocks the signing token for all of them: typed once. None: a trial, which signs nothing. refused: why it
    does not unlock; it is not tried again, as a token locks itself after a few wrong PINs."""

    pin: str | None
    refused: str = ""


def key_of(task: Task) -> str:
    """What stands before the names of a step's fields on the page."""
    return f"b{hashlib.sha256(f'{task.version} {task.item.element}'.encode()).hexdigest()[:8]}_"


@blueprint.post("/cong-viec/xu-ly-nhieu")
@allowed(*OFFICIALS)
@once
def task_many() -> str:
    """The tasks that were ticked on the list, to be looked at; then what was decided, tried (``thu``) or done
    (``lam``)."""
    what = request.form.get("lam", "")
    every = request.form.getlist("tat_ca") or request.form.getlist("viec")
    every = list(dict.fromkeys(every))
    if not every or len(every) > MOST:
        said = (
            _("Hãy đánh dấu ít nhất một việc rồi chọn cách xử lý.")
            if not every
            else _("Mỗi lần xử lý nhiều nhất %(most)d việc; bạn đã chọn %(n)d.", most=MOST, n=len(every))
        )
        return list_view(posted_values(), said)
    if what not in ("thu", "lam"):
        return _page(*_looked_at(every), ticked=set(every))
    chosen = set(request.form.getlist("viec"))
    groups, gone = _looked_at(every)
    token = Token(None if what == "thu" else request.form.get(PIN, ""))
    for group in groups:
        _decide(group, chosen, token)
    return _page(groups, gone, ticked=chosen, trial=what == "thu", over=what == "lam")


def _looked_at(ids: list[str]) -> tuple[list[Group], int]:
    """The tasks by their steps, and how many are open no more or not this person's to see."""
    groups: dict[str, Group] = {}
    gone = 0
    with database().begin() as tx:
        for id in ids:
            try:
                task = tasks.find(tx, id, actor())
            except Refusal:
                gone += 1
                continue
            key = key_of(task)
            if key not in groups:
                groups[key] = _group(tx, task, key)
            groups[key].items.append(_item(tx, task))
    return list(groups.values()), gone


def _group(tx: Tx, task: Task, key: str) -> Group:
    outcomes = [one for one in drawings.outcomes(task.node) if not task.hands_over_by(one.id)]
    offered = forms.offered(tx, task.form, task.agency, task.unit)
    procedure = pick(bundles.of_version(tx, task.version).name) if task.of_dossier else ""
    pickers = {name: with_loads(tx, many) for name, many in offered.items()}
    return Group(key, task.name, procedure, affirmative_first(outcomes), task.form, pickers)


def _item(tx: Tx, task: Task) -> Item:
    root = task.item.root_id
    dossier = dossiers.get(tx, root) if task.of_dossier else None
    why_not = task.refusal("complete")
    to_sign = tasks.to_sign(tx, task, actor()) if why_not is None else []
    papers = to_sign_items(task.item.id, to_sign) if to_sign else []
    if dossier is not None and not papers:
        papers = result_items(dossiers.results(tx, root), dossier.code)
    return Item(
        task,
        dossier,
        papers,
        [one.sha256 for one in to_sign],
        dossiers.components(tx, root) if dossier is not None else [],
        history_items(dossiers.history(tx, root))[:3] if dossier is not None else [],
        remaining_minutes(tx, task.agency, dossier.due) if dossier is not None and not dossier.paused else None,
        sentence(why_not) if why_not is not None else "",
    )


def _decide(group: Group, chosen: set[str], token: Token) -> None:
    """What was decided for the step's tasks, done for each that is ticked, or tried."""
    outcome = request.form.get(f"{group.key}hanh_dong", "")
    reason = said_reason(f"{group.key}ly_do")
    ticked = [item for item in group.items if item.task.item.id in chosen]
    if ticked and outcome not in {one.id for one in group.outcomes}:
        group.errors[f"{group.key}hanh_dong"] = _("Chọn cách xử lý cho bước “%(name)s”.", name=group.name)
        return
    for item in ticked:
        if token.refused and item.shown:
            item.said = token.refused
            continue
        act = partial(_complete, group=group, item=item, outcome=outcome, reason=reason, pin=token.pin)
        try:
            if token.pin is None:
                rehearse(database(), act, lambda tx: None)
            else:
                database().run(act)
        except forms.Invalid as wrong:
            item.said = "; ".join(f"{_label(group, name)}{said}" for name, said in wrong.first.items())
        except Refusal as refusal:
            item.said = sentence(refusal)
            token.refused = item.said if refusal.about == "pin" else ""
        else:
            item.done = True
            label = next((pick(one.label, one.label_en) for one in group.outcomes if one.id == outcome), "")
            item.said = label or _("Đã xử lý xong")


def _label(group: Group, name: str) -> str:
    """The label of a field before what is wrong with it."""
    label = group.form.labels().get(name, "") if group.form is not None else ""
    return f"{label}: " if label else ""


def _complete(tx: Tx, group: Group, item: Item, outcome: str, reason: str, pin: str | None) -> None:
    """One task completed as from its own page: what the group's fields leave empty is as the dossier has it."""
    shown = request.form.getlist(f"da_xem_{item.task.item.id}")
    task = item.task
    fields = _fields(tx, group, task)
    tasks.complete(tx, task.item.id, outcome or None, fields, actor(), reason=reason, shown=shown, pin=pin)


def _fields(tx: Tx, group: Group, task: Task) -> Mapping[str, Any]:
    if group.form is None:
        return {}
    known = tasks.variables(tx, task)
    filled: dict[str, Any] = {}
    for entry in group.form.inputs():
        typed = request.form.getlist(group.key + entry.key)
        if any(value.strip() for value in typed):
            filled[entry.key] = typed if entry.kind in ("checklist", "taglist") else typed[0]
        elif not entry.read_only and known.get(entry.key) is not None:
            filled[entry.key] = known[entry.key]
    return filled


def _page(groups: list[Group], gone: int, *, ticked: set[str], trial: bool = False, over: bool = False) -> str:
    """The page: to look at, after a trial, or with what became of each."""
    errors = {name: said for group in groups for name, said in group.errors.items()}
    done = sum(item.done for group in groups for item in group.items)
    typed = posted_values()
    with database().begin() as tx:
        phrases = known_phrases(tx)
        signs = any(item.shown for group in groups for item in group.items)
        asks_pin = signs and dossiers.asks_pin(tx, actor())
    return render_template(
        "work/many.html",
        groups=groups,
        gone=gone,
        ticked=ticked,
        trial=trial,
        over=over and not errors,
        done=done,
        left=sum(bool(item.said) and not item.done for group in groups for item in group.items),
        errors=errors,
        typed=typed,
        filled={group.key: _typed_in(group, typed) for group in groups},
        phrases=phrases,
        asks_pin=asks_pin,
        me=current_user.username,
        query=request.query_string.decode("ascii", "replace"),
    )


def _typed_in(group: Group, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into a step's fields, by their own keys."""
    own = {name.removeprefix(group.key): value for name, value in typed.items() if name.startswith(group.key)}
    return shown_again(group.form, own) if own else {}
