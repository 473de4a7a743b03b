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
from werkzeug.wrappers import Response

from engine.model.definition import Outcome
from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, dossiers, drawings, forms, tasks
from procedures.dossiers.values import Dossier
from procedures.rehearsal import rehearse
from procedures.tasks import Decision, Task, signing_runs
from procedures.tasks.signing import Became
from web.account.people import actor
from web.house import database
from web.i18n import pick
from web.model_form import posted_values, shown_again
from web.once import once
from web.people import remaining_minutes
from web.permissions import allowed
from web.refusals import beside, sentence
from web.security import PIN
from web.work import OFFICIALS, blueprint, signing
from web.work.phrases import known_phrases, said_reason
from web.work.shown import affirmative_first, history_items, result_items, to_sign_items, with_loads
from web.work.worklist import list_view

#: So many are decided at once: each is shown whole.
MOST = 200


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


Decided = list[tuple[Group, list[tuple[Item, Decision]]]]


def key_of(task: Task) -> str:
    """What stands before the names of a step's fields on the page."""
    return f"b{hashlib.sha256(f'{task.version} {task.item.element}'.encode()).hexdigest()[:8]}_"


@blueprint.post("/cong-viec/xu-ly-nhieu")
@allowed(*OFFICIALS)
@once
def task_many() -> str | Response:
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
    decided = [(group, _decided(group, chosen)) for group in groups]
    if any(group.errors for group in groups):
        return _page(groups, gone, ticked=chosen)
    if what == "lam" and _by_key(decided):
        try:
            return _begun(decided)
        except Refusal as refusal:
            return _page(groups, gone, ticked=chosen, errors=beside(refusal, {"pin": PIN}))
    for group, ones in decided:
        _do(group, ones, trial=what == "thu")
    return _page(groups, gone, ticked=chosen, trial=what == "thu", over=what == "lam")


def _looked_at(ids: list[str]) -> tuple[list[Group], int]:
    """The tasks by their steps, and how many are open no more or not this person's to see."""
    groups: dict[str, Group] = {}
    gone = 0
    for id in ids:
        with database().begin() as tx:  # each by itself: papers are rendered, and nobody waits for two hundred
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
    outcomes = [one for one in (task.outcomes or drawings.outcomes(None)) if not task.hands_over_by(one.id)]
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


def _decided(group: Group, chosen: set[str]) -> list[tuple[Item, Decision]]:
    """What was decided for the step's tasks that are ticked: what its fields leave empty is as each dossier has it."""
    outcome, reason = request.form.get(f"{group.key}hanh_dong", ""), said_reason(f"{group.key}ly_do")
    ticked = [item for item in group.items if item.task.item.id in chosen]
    if ticked and outcome not in {one.id for one in group.outcomes}:
        group.errors[f"{group.key}hanh_dong"] = _("Chọn cách xử lý cho bước “%(name)s”.", name=group.name)
        return []
    decided = []
    with database().begin() as tx:
        for item in ticked:
            id = item.task.item.id
            shown = tuple(request.form.getlist(f"da_xem_{id}"))
            fields = _fields(tx, group, item.task)
            decided.append((item, Decision(id, outcome or None, fields, shown, {"reason": reason})))
    return decided


def _by_key(decided: Decided) -> bool:
    """Whether anything among it is signed by this person's key."""
    with database().begin() as tx:
        return any(tasks.by_key(tx, item.task, one.outcome, actor()) for _group, ones in decided for item, one in ones)


def _begun(decided: Decided) -> Response:
    """All of it, in a run that signs by one unlock. Raises a Refusal where the key does not open."""
    items, of = [], {}
    for group, ones in decided:
        for item, one in ones:
            code = item.dossier.code if item.dossier is not None else item.task.item.business_key or ""
            items.append(signing_runs.Item(one.task, code, item.task.name))
            of[one.task] = (_outcome_of(group, one), group.form.labels() if group.form is not None else {})
    decisions = [one for _group, ones in decided for _item, one in ones]
    return signing.begin(decisions, items, partial(_told_of, of=of))


def _told_of(
    decision: Decision, became: Became, of: Mapping[str, tuple[Outcome | None, Mapping[str, str]]]
) -> tuple[str, str]:
    outcome, labels = of[decision.task]
    return signing.told(decision, became, outcome, labels)


def _outcome_of(group: Group, decision: Decision) -> Outcome | None:
    return next((one for one in group.outcomes if one.id == decision.outcome), None)


def _do(group: Group, decided: list[tuple[Item, Decision]], *, trial: bool) -> None:
    """Each completed as from its own page, or tried."""
    for item, one in decided:
        act = partial(_complete, one=one, trial=trial)
        try:
            if trial:
                rehearse(database(), act, lambda tx: None)
            else:
                database().run(act)
        except forms.Invalid as wrong:
            item.said = "; ".join(f"{_label(group, name)}{said}" for name, said in wrong.first.items())
        except Refusal as refusal:
            item.said = sentence(refusal)
        else:
            item.done = True
            item.said = pick(*signing.named(_outcome_of(group, one)))


def _label(group: Group, name: str) -> str:
    """The label of a field before what is wrong with it."""
    label = group.form.labels().get(name, "") if group.form is not None else ""
    return f"{label}: " if label else ""


def _complete(tx: Tx, one: Decision, trial: bool) -> None:
    tasks.complete(tx, one.task, one.outcome, one.fields, actor(), shown=one.shown, trial=trial, **one.more)


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


def _page(
    groups: list[Group],
    gone: int,
    *,
    ticked: set[str],
    trial: bool = False,
    over: bool = False,
    errors: Mapping[str, str] | None = None,
) -> str:
    """The page: to look at, after a trial, or with what became of each."""
    errors = {**(errors or {}), **{name: said for group in groups for name, said in group.errors.items()}}
    done = sum(item.done for group in groups for item in group.items)
    typed = posted_values()
    with database().begin() as tx:
        phrases = known_phrases(tx)
        signs = any(item.shown for group in groups for item in group.items)
        asked = signing.asked(tx, signs)
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
        **asked,
        me=current_user.username,
        query=request.query_string.decode("ascii", "replace"),
    )


def _typed_in(group: Group, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into a step's fields, by their own keys."""
    own = {name.removeprefix(group.key): value for name, value in typed.items() if name.startswith(group.key)}
    return shown_again(group.form, own) if own else {}
