"""Versions of procedures and routes: what is in force, what runs on each, where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import commands, model
from engine.commands import definitions
from engine.model.definition import Finding
from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring, bundles, checked, dossiers, drawings, reading, steering, unmanned
from procedures import worklist as work
from procedures.dossiers.values import Dossier
from web.account.people import actor
from web.files import disposition, file_name
from web.forms import posted_day
from web.house import database, now, shipped_bundles
from web.i18n import language, pick
from web.paging import number_of, shown_at, within
from web.permissions import allowed
from web.refusals import sentence
from web.work.confirming import ask, went_back
from web.workbench import KEEPERS, blueprint
from web.workbench.words import labels

PER_PAGE = 50  # running dossiers on one page
SOON = timedelta(days=90)  # before an act ends its procedures are told of


@blueprint.get("/quy-trinh")
@allowed(*KEEPERS)
def versions() -> str:
    with database().begin() as tx:
        described, loose, running = bundles.versions(tx), bundles.loose(tx), work.running(tx)
        every = [*described, *loose]
        in_force = {p.version for p in bundles.published(tx, kind=None)}
        in_force |= {one.version for one in every if definitions.current(tx, one.process) == one.version}
        waiting = bundles.undeployed(tx, shipped_bundles())
        ending = bundles.ended_by_law(tx, SOON)

    today = now().date()

    def standing(one: bundles.Procedure) -> tuple[str, bool, bool, int, int]:
        """What is in force stands first among the versions of one code, what was stopped last."""
        stopped = one.retired_on is not None and one.retired_on <= today
        return one.code, one.version not in in_force, stopped, -one.effective_from.toordinal(), -one.number

    every = [*sorted(described, key=standing), *sorted(loose, key=standing)]
    return render_template(
        "workbench/versions.html",
        versions=every,
        running=running,
        in_force=in_force,
        undeployed=waiting,
        ending=ending,
        today=today,
    )


def _version(tx: Tx, version: str) -> bundles.Procedure:
    try:
        return bundles.any_version(tx, version)
    except LookupError:
        abort(404)


@dataclass(frozen=True)
class Running:
    """A process under way: its code, and its dossier where it is one."""

    root: str
    code: str
    started_at: Any
    dossier: Dossier | None


@blueprint.get("/quy-trinh/<version>")
@allowed(*KEEPERS)
def version_page(version: str) -> str:
    """One version: its drawing with the steps where dossiers wait, what it says in words, what changed from the one
    before, what runs on it."""
    return _page(version)


def _page(version: str, wrong: str = "") -> str:
    """The page; `wrong` is said of the day typed for its end, which stays as it was typed."""
    shown_at("workbench.version_page")
    page = number_of(request.args.get("trang"))
    with database().begin() as tx:
        procedure = _version(tx, version)
        waiting, running = work.standing(tx, version), work.running(tx).get(version, 0)
        pages = max(1, -(-running // PER_PAGE))
        within(page, pages)
        marks = {element: "now" for element, _name, _n in waiting}
        drawing = drawings.of_version(tx, version, procedure.process, marks)
        earlier, models = _earlier(tx, procedure), _models(tx, procedure)
        return render_template(
            "workbench/version.html",
            procedure=procedure,
            drawing=drawing,
            waiting=waiting,
            running=running,
            dossiers=[
                _running(tx, one)
                for one in commands.find(tx, deployment=version, status="active", page=page, per_page=PER_PAGE)
            ],
            page=page,
            pages=pages,
            earlier=earlier,
            words=[line for one in models for line in model.describe(replace(one, translated=()), language())],
            translated=[row for one in models for row in one.translated],
            findings=_findings(tx, version),
            steps=labels(steering.step_places(tx, version)),
            changes=_changes(tx, earlier, procedure) if earlier is not None else (),
            in_force=any(p.version == version for p in bundles.published(tx, kind=None)),
            errors={"tu_ngay": wrong} if wrong else {},
            typed_end=request.form.get("tu_ngay", ""),
            today=now().date(),
        )


def _findings(tx: Tx, version: str) -> list[Finding]:
    """What the check says of a version, and the steps whose roles nobody holds today."""
    found = checked.findings(tx, version, language())
    try:
        files = authoring.texts(bundles.files_of(tx, version))
    except Refusal:  # models that were deployed by themselves, under any names
        return found
    return [*found, *unmanned.findings(tx, files, language())]


def _running(tx: Tx, one: commands.Instance) -> Running:
    reading.shown(one.root_id)
    try:
        return Running(one.root_id, one.business_key or "", one.started_at, dossiers.get(tx, one.root_id))
    except Refusal:  # a process without a dossier
        return Running(one.root_id, one.business_key or "", one.started_at, None)


def _earlier(tx: Tx, procedure: bundles.Procedure) -> bundles.Procedure | None:
    """The version right before this one."""
    every = [*bundles.versions(tx, procedure.code), *bundles.loose(tx, code=procedure.code)]
    older = [one for one in every if one.number < procedure.number]
    return max(older, key=lambda one: one.number, default=None)


def _models(tx: Tx, procedure: bundles.Procedure) -> list[model.Model]:
    """The models of a version, each file once."""
    found = definitions.deployed(tx, procedure.version)
    files = dict.fromkeys(process.file for process in found.processes.values())
    return [model.read(definitions.file(tx, found.files[file]), file=file) for file in files]


def _changes(tx: Tx, before: bundles.Procedure, after: bundles.Procedure) -> list[dict[str, str]]:
    """What changed in the models, in sentences."""
    old, new = ({one.file: one for one in _models(tx, version)} for version in (before, after))
    both = sorted(old.keys() & new.keys())
    return [change for file in both for change in model.diff(old[file], new[file], language())]


@blueprint.get("/quy-trinh/<version>/mo-hinh")
@allowed(*KEEPERS)
def version_model(version: str) -> Response:
    """The BPMN file as it was deployed."""
    with database().begin() as tx:
        procedure = _version(tx, version)
        drawing = drawings.of_version(tx, version, procedure.process)
        body = bundles.file_of(tx, version, drawing.file) if drawing is not None else None
    if body is None or drawing is None:
        abort(404)
    response = Response(body, content_type="application/xml; charset=utf-8")
    if request.args.get("tai-ve"):
        name = file_name(drawing.file.rsplit("/", 1)[-1], "application/xml")
        response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


@blueprint.post("/quy-trinh/<version>/ngung")
@allowed(*KEEPERS)
def version_retire(version: str) -> Any:
    """No new dossiers from that day on; those that run go on to their end."""
    day = posted_day(request.form.get("tu_ngay"))
    with database().begin() as tx:
        procedure = _version(tx, version)
    if day is None or went_back():
        return _page(version, _("Nhập ngày ngừng áp dụng, ví dụ 01/01/2027.") if day is None else "")
    asked = ask(
        _("Ngừng áp dụng “%(name)s”?", name=pick(procedure.name)),
        [
            _("Từ ngày %(day)s không tiếp nhận hồ sơ mới theo quy trình này.", day=day.strftime("%d/%m/%Y")),
            _("Hồ sơ đang chạy vẫn đi đến hết quy trình của mình."),
        ],
        _("Ngừng áp dụng quy trình"),
    )
    if asked is not None:
        return asked
    try:
        bundles.retire(database(), procedure.code, day, by=actor())
    except Refusal as refusal:
        return _page(version, sentence(refusal))
    flash(_("Từ ngày %(day)s không tiếp nhận hồ sơ mới theo quy trình này.", day=day.strftime("%d/%m/%Y")), "success")
    return redirect(url_for("workbench.version_page", version=version))
