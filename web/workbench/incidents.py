"""Incidents: branches that stopped on an error, retried one or many at a time after the cause is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from engine import commands
from engine.store import Tx
from procedures import dossiers, reading, steering
from web.account.people import actor
from web.house import database
from web.paging import number_of, shown_at, within
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.hints import kind_of

PER_PAGE = 50
MOST = 500  # in one request


@dataclass(frozen=True)
class Result:
    """What became of one incident that was tried again; said: why it did not go on."""

    incident: commands.OpenIncident | None
    said: str


def _steps(tx: Tx, found: list[commands.OpenIncident]) -> dict[str, str]:
    """Incident → the name of its step, as the model has it; whose it is, is shown beside it."""
    reading.shown(*(one.root_id for one in found))
    return {
        one.id: node.name if (node := dossiers.node_of(tx, one.root_id, one.element)) and node.name else one.element
        for one in found
    }


def _page(error: str = "", chosen: list[str] | None = None, reason: str = "") -> str:
    shown_at("workbench.incidents")
    page = number_of(request.args.get("trang"))
    with database().begin() as tx:
        found = commands.incidents(tx, page=page, per_page=PER_PAGE)
        within(page, page if found else 1)
        more = bool(commands.incidents(tx, page=page * PER_PAGE + 1, per_page=1))
        steps = _steps(tx, found)
    return render_template(
        "workbench/incidents.html",
        incidents=found,
        more=more,
        page=page,
        kind_of=kind_of,
        steps=steps,
        errors=_errors(error, chosen),
        chosen=chosen or (),
        reason=reason,
    )


def _errors(error: str, chosen: list[str] | None) -> dict[str, str]:
    return {} if not error else {"ly_do" if chosen else "su_co": error}


@blueprint.get("/su-co")
@allowed(*KEEPERS)
def incidents() -> str:
    """What stands still, the oldest first, with the step's own name."""
    return _page()


@blueprint.post("/su-co/chay-lai")
@allowed(*KEEPERS)
def incidents_retry() -> Any:
    """Each in its own transaction; what stops again says why."""
    chosen, reason = request.form.getlist("su_co")[:MOST], request.form.get("ly_do", "").strip()
    if not chosen:
        return _page(_("Hãy đánh dấu ít nhất một sự cố."), reason=reason)
    if not reason:
        return _page(_("Ghi lý do; lý do được lưu trong nhật ký cùng tên bạn."), chosen)
    with database().begin() as tx:
        known = {one.id: one for id in chosen for one in commands.incidents(tx, id=id)}
        steps = _steps(tx, list(known.values()))
    answers = steering.retry_many(database(), chosen, reason, actor())
    results = [Result(known.get(id), sentence(said) if said is not None else "") for id, said in answers.items()]
    return render_template(
        "workbench/retried.html", results=results, steps=steps, went=sum(1 for one in results if not one.said)
    )
