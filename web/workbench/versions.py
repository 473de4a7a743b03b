"""Versions of procedures and routes: what is in force, what runs on each, where it stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine import commands, model, worklist
from engine.run.refusal import Refusal
from procedures import bundles, dossiers, drawings
from web.forms import posted_day
from web.house import database, now
from web.i18n import language
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint

SHOWN = 500  # running instances whose steps are counted on the drawing


@blueprint.get("/quy-trinh")
@allowed(*KEEPERS)
def versions() -> str:
    with database().begin() as tx:
        every = bundles.versions(tx)
        running = {p.version: len(commands.find(tx, deployment=p.version, status="active", per_page=1000))
                   for p in every}
        in_force = {p.version for p in bundles.published(tx, kind=None)}
    return render_template("workbench/versions.html", versions=every, running=running, in_force=in_force)


def _version(tx: Any, version: str) -> bundles.Procedure:
    try:
        return bundles.of_version(tx, version)
    except LookupError:
        abort(404)


@blueprint.get("/quy-trinh/<version>")
@allowed(*KEEPERS)
def version_page(version: str) -> str:
    """One version: its drawing with how many dossiers wait at each step, what it says in words, its dossiers."""
    with database().begin() as tx:
        procedure = _version(tx, version)
        instances = commands.find(tx, deployment=version, status="active", per_page=SHOWN)
        waiting: Counter[tuple[str, str]] = Counter()
        for one in instances:
            for item in worklist.of_instance(tx, one.root_id):
                waiting[item.element, item.name] += 1
        drawing = drawings.of_version(tx, version, procedure.process, {element: "now" for element, _name in waiting})
        body = bundles.file_of(tx, version, drawing.file) if drawing is not None else None
        words = model.describe(model.read(body, file=drawing.file), language()) if body and drawing else []
        found = [d for one in instances[:50] if (d := dossiers.get(tx, one.root_id)) is not None]
        in_force = any(p.version == version for p in bundles.published(tx, kind=None))
    return render_template("workbench/version.html", procedure=procedure, drawing=drawing, words=words,
                           waiting=waiting.most_common(), dossiers=found, running=len(instances), in_force=in_force,
                           today=now().date())


@blueprint.get("/quy-trinh/<version>/mo-hinh")
@allowed(*KEEPERS)
def version_model(version: str) -> Response:
    """The BPMN file as it was deployed."""
    with database().begin() as tx:
        procedure = _version(tx, version)
        drawing = drawings.of_version(tx, version, procedure.process)
        body = bundles.file_of(tx, version, drawing.file) if drawing is not None else None
    if body is None:
        abort(404)
    response = Response(body, content_type="application/xml; charset=utf-8")
    if request.args.get("tai-ve"):
        response.headers["Content-Disposition"] = f'attachment; filename="{drawing.file.rsplit("/", 1)[-1]}"'
    return response


@blueprint.post("/quy-trinh/<version>/ngung")
@allowed(*KEEPERS)
def version_retire(version: str) -> Any:
    """No new dossiers from that day on; those that run go on to their end."""
    day = posted_day(request.form.get("tu_ngay"))
    with database().begin() as tx:
        procedure = _version(tx, version)
    if day is None:
        flash(_("Nhập ngày ngừng áp dụng, ví dụ 01/01/2027."), "error")
    else:
        try:
            bundles.retire(database(), procedure.code, day, by=current_user.username)
            flash(_("Từ ngày %(day)s không tiếp nhận hồ sơ mới theo quy trình này.", day=day.strftime("%d/%m/%Y")),
                  "success")
        except Refusal as refusal:
            flash(sentence(refusal), "error")
    return redirect(url_for("workbench.version_page", version=version))
