"""Long trials of a draft: simulated under load, two variants side by side; and past dossiers played again on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import model
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring
from procedures.proving import background, kept, past, replaying, simulating, working
from procedures.vocabulary.roles import ROLES
from web.account.people import actor
from web.house import database, now
from web.i18n import pick
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import draft_of

_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")
#: The two variants, by what their fields begin with.
VARIANTS = ("a", "b")


def role_words(role: str) -> str:
    """A role on the page; what no role names has a word of its own."""
    return pick(ROLES[role]) if role in ROLES else _("Người khác")


@blueprint.get("/soan-thao/<draft>/mo-phong")
@allowed(*KEEPERS)
def draft_simulation(draft: str) -> str:
    """What a simulation is asked for, and those that were made."""
    return _asking(draft)


def _asking(draft: str, errors: Mapping[str, str] | None = None) -> str:
    with database().begin() as tx:
        found = draft_of(tx, draft)
        plan, wrong = _plan(tx, draft)
        measured: tuple[Mapping[str, float], Mapping[str, float], int] = ({}, {}, 0)
        if plan is not None and request.args.get("nhat-ky"):
            measured = past.measured(tx, plan.procedure.code)
        trials = kept.of(tx, draft, "simulation")
    people = plan.people() if plan is not None else {}
    return render_template(
        "workbench/draft/simulation.html",
        draft=found,
        wrong=wrong,
        roles=[(role, role_words(role)) for role in dict.fromkeys(people.values())],
        steps=[(id, _name(plan, id), role_words(role)) for id, role in people.items()] if plan else [],
        events=[(node.id, _name(plan, node.id), _assumed(node)) for node in plan.outside()] if plan else [],
        minutes={id: round(one) for id, one in measured[0].items()},
        dossiers=measured[2],
        measured=bool(request.args.get("nhat-ky")),
        default_minutes=round(simulating.MINUTES),
        trials=trials,
        errors=errors or {},
        typed=request.form,
        most=simulating.MOST_DOSSIERS,
        variants=VARIANTS,
    )


def _plan(tx: Tx, draft: str) -> tuple[simulating.Plan | None, str]:
    try:
        return working.plan_of(authoring.files_of(tx, draft)), ""
    except Refusal as refusal:
        return None, sentence(refusal)


def _name(plan: simulating.Plan | None, id: str) -> str:
    node = plan.nodes.get(id) if plan is not None else None
    return " ".join(node.name.split()) if node is not None and node.name else id


def _assumed(node: Any) -> str:
    """What is assumed of an event that nothing is said of; at an edge, that it does not happen."""
    if node.kind in simulating.EDGES:
        return ""
    return f"{simulating.DATE_DAYS if node.event('timer') else simulating.CITIZEN_DAYS:g}"


@blueprint.post("/soan-thao/<draft>/mo-phong")
@allowed(*KEEPERS)
@once
def draft_simulate(draft: str) -> Any:
    """Orders a simulation; the worker does it."""
    with database().begin() as tx:
        found = draft_of(tx, draft)
        plan, wrong = _plan(tx, draft)
        if plan is None:
            return _asking(draft, {"": wrong})
        errors: dict[str, str] = {}
        count = _number("so_ho_so", errors, 1, simulating.MOST_DOSSIERS)
        names = VARIANTS if request.form.get("hai_phuong_an") else VARIANTS[:1]
        variants = [_variant(plan, one, errors) for one in names]
        shares = past.measured(tx, plan.procedure.code)[1] if request.form.get("ket_qua_tu_nhat_ky") else {}
    if errors:
        return _asking(draft, errors)
    start = now().astimezone(VIETNAM).date() + timedelta(days=1)
    asked = {"dossiers": int(count), "variants": variants, "shares": shares, "start": start.isoformat()}
    id = background.order(database(), draft, "simulation", found.head, asked, actor(), int(count) * len(variants))
    return redirect(url_for("workbench.draft_trial", draft=draft, trial=id))


def _variant(plan: simulating.Plan, which: str, errors: dict[str, str]) -> dict[str, Any]:
    people = plan.people()
    return {
        "a_day": _number(f"{which}_moi_ngay", errors, 0.1, 5_000),
        "staff": {
            role: int(_number(f"{which}_nguoi_{role}", errors, 1, 1_000)) for role in dict.fromkeys(people.values())
        },
        "minutes": {id: _number(f"{which}_phut_{id}", errors, 1, 100_000) for id in people},
        "waits": {
            node.id: _number(f"{which}_cho_{node.id}", errors, 0.01, 3_650)
            for node in plan.outside()
            if request.form.get(f"{which}_cho_{node.id}", "").strip()
        },
    }


def _number(name: str, errors: dict[str, str], least: float, most: float) -> float:
    text = request.form.get(name, "").strip().replace(" ", "")
    value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else -1.0
    if not least <= value <= most:
        errors[name] = _("Nhập một số từ %(a)s đến %(b)s.", a=f"{least:g}".replace(".", ","), b=f"{most:g}")
    return value


@blueprint.get("/soan-thao/<draft>/ho-so-cu")
@allowed(*KEEPERS)
def draft_past(draft: str) -> str:
    """How many past dossiers are played again, and what came of it before."""
    with database().begin() as tx:
        found = draft_of(tx, draft)
        plan, wrong = _plan(tx, draft)
        there = len(past.finished(tx, plan.procedure.code, replaying.MOST)) if plan is not None else 0
        return render_template(
            "workbench/draft/past.html",
            draft=found,
            wrong=wrong,
            there=there,
            most=replaying.MOST,
            trials=kept.of(tx, draft, "replay"),
        )


@blueprint.post("/soan-thao/<draft>/ho-so-cu")
@allowed(*KEEPERS)
@once
def draft_replay(draft: str) -> Any:
    """Orders that past dossiers are played again on the draft."""
    with database().begin() as tx:
        found = draft_of(tx, draft)
        plan, wrong = _plan(tx, draft)
        total = len(past.finished(tx, plan.procedure.code, replaying.MOST)) if plan is not None else 0
    if plan is None or not total:
        flash(wrong or _("Chưa có hồ sơ nào của thủ tục này đã kết thúc."), "warning")
        return redirect(url_for("workbench.draft_past", draft=draft))
    id = background.order(database(), draft, "replay", found.head, {"most": total}, actor(), total)
    return redirect(url_for("workbench.draft_trial", draft=draft, trial=id))


def _trial(tx: Tx, draft: str, id: str) -> kept.Trial:
    try:
        found = kept.get(tx, id)
    except LookupError:
        abort(404)
    if found.draft != draft or found.kind not in ("simulation", "replay"):
        abort(404)
    return found


@blueprint.get("/soan-thao/<draft>/luot-thu/<trial>")
@allowed(*KEEPERS)
def draft_trial(draft: str, trial: str) -> str:
    """A trial: how far it is, or what came of it."""
    with database().begin() as tx:
        found = draft_of(tx, draft)
        one = _trial(tx, draft, trial)
        files = authoring.files_of(tx, draft, one.save)
        plan, _wrong = _plan(tx, draft)
    return render_template(
        f"workbench/draft/{one.kind}_told.html",
        draft=found,
        trial=one,
        said=pick(one.result) if one.state == "failed" else "",
        part=round(100 * one.done / one.total) if one.total else 0,
        names={id: _name(plan, id) for id in plan.nodes} if plan is not None else {},
        role_words=role_words,
        drawings=_drawings(files, one) if one.kind == "simulation" else [],
    )


def _drawings(files: Mapping[str, str], one: kept.Trial) -> list[tuple[str, str]]:
    """The models with the steps before which work lies longest, of the first variant."""
    variants = one.result.get("variants") or []
    marks = dict.fromkeys(variants[0]["narrow"], "late") if variants else {}
    made = []
    for name, body in files.items():
        if name.endswith(".bpmn") and marks:
            try:
                made.append((name, model.draw(body.encode(), marks)))
            except model.ModelError:
                continue
    return made


@blueprint.post("/soan-thao/<draft>/luot-thu/<trial>/dung")
@allowed(*KEEPERS)
@once
def draft_trial_stop(draft: str, trial: str) -> Any:
    """Asks a trial to stop; what was found so far is kept."""
    with database().begin() as tx:
        _trial(tx, draft, trial)
    try:
        kept.stop(database(), trial)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("Đã yêu cầu dừng."), "success")
    return redirect(url_for("workbench.draft_trial", draft=draft, trial=trial))
