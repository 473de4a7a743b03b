"""Logs of other systems (XES, CSV) laid over a version: brought in, told which activity is which step, seen on the
drawing, taken out again."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, drawings, steering
from procedures.mining import foreign, heat, passages
from procedures.mining.foreign import ForeignLog
from procedures.search import fold
from web.account.people import actor
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work.confirming import ask, went_back
from web.workbench import KEEPERS, blueprint
from web.workbench.heat_page import MEASURES, span, spread
from web.workbench.words import labels

#: What a choice says where an activity is no step; empty: its name decides.
NO_STEP = "-"
#: What such a log tells of a step: who holds it and by when, it does not.
SHOWN = ("count", "median", "p90")
#: So many cases outside the usual are listed.
MOST_UNUSUAL = 50


def _version(tx: Tx, version: str) -> bundles.Procedure:
    try:
        return bundles.any_version(tx, version)
    except LookupError:
        abort(404)


def _log(tx: Tx, version: str, id: str) -> ForeignLog:
    try:
        return foreign.get(tx, version, id)
    except LookupError:
        abort(404)


@blueprint.get("/quy-trinh/<version>/nhat-ky")
@allowed(*KEEPERS)
def log_list(version: str) -> str:
    """The logs of other systems that lie over a version, and where another one is brought in."""
    return _list(version)


def _list(version: str, errors: dict[str, str] | None = None) -> str:
    with database().begin() as tx:
        return render_template(
            "workbench/logs.html",
            version=_version(tx, version),
            logs=foreign.of(tx, version),
            errors=errors or {},
            most=foreign.MOST_EVENTS,
        )


@blueprint.post("/quy-trinh/<version>/nhat-ky")
@allowed(*KEEPERS)
@once
def log_add(version: str) -> Any:
    """Brings a log in; then it is asked which activity is which step."""
    upload = request.files.get("tep")
    with database().begin() as tx:
        _version(tx, version)
    try:
        if upload is None or not upload.filename:
            raise Refusal("Chọn tệp nhật ký XES hoặc CSV.", "Choose a log, XES or CSV.", about="tep")
        events = foreign.read(upload.filename, upload.read())
        id = foreign.add(database(), version, upload.filename, events, by=actor())
    except Refusal as refusal:
        return _list(version, {"tep": sentence(refusal)})
    flash(_("Đã nhận nhật ký. Kiểm lại việc nào là bước nào."), "success")
    return redirect(url_for("workbench.log_map", version=version, log=id))


@blueprint.route("/quy-trinh/<version>/nhat-ky/<log>/buoc", methods=["GET", "POST"])
@allowed(*KEEPERS)
def log_map(version: str, log: str) -> Any:
    """Which activity of the log is which step of the model: by its name, or by hand."""
    with database().begin() as tx:
        one, found = _log(tx, version, log), _version(tx, version)
        nodes = passages.nodes_of(tx, version)
        steps = labels(steering.step_places(tx, version))
    by_name = {fold(node.name): id for id, node in reversed(list(nodes.items())) if node.name}
    by_name |= {fold(id): id for id in nodes}
    if request.method == "POST":
        chosen = dict(zip(request.form.getlist("viec"), request.form.getlist("buoc"), strict=False))
        elements = {name: foreign.NONE if said == NO_STEP else said for name, said in chosen.items() if said}
        try:
            foreign.settle(database(), one, elements)
        except Refusal as refusal:
            flash(sentence(refusal), "warning")
        else:
            flash(_("Đã lưu."), "success")
            return redirect(url_for("workbench.log_heat", version=version, log=log))
    shown = [
        (name, count, _chosen(one, name), steps.get(by_name.get(fold(name), ""), ""))
        for name, count in sorted(one.activities.items(), key=lambda row: (-row[1], row[0]))
    ]
    choices = sorted(((id, steps.get(id) or node.name or id) for id, node in nodes.items()), key=lambda row: row[1])
    return render_template(
        "workbench/log_map.html", version=found, log=one, rows=shown, choices=choices, no_step=NO_STEP
    )


def _chosen(log: ForeignLog, activity: str) -> str:
    said = log.elements.get(activity)
    return NO_STEP if said == foreign.NONE else said or ""


@blueprint.get("/quy-trinh/<version>/nhat-ky/<log>")
@allowed(*KEEPERS)
def log_heat(version: str, log: str) -> str:
    """The log on the drawing: how often each step, how long; and what no step is called."""
    chosen = request.args.get("do", "")
    measure = next((one for one in heat.MEASURES if one == chosen and one in SHOWN), heat.MEASURES[0])
    with database().begin() as tx:
        one, found = _log(tx, version, log), _version(tx, version)
        laid = foreign.laid(tx, one)
        steps = labels(steering.step_places(tx, version))
        last = max((row.left for row in laid.passages if row.left is not None), default=None)
        warm = heat.warmth(laid.passages, last) if last is not None else {}
        unusual = heat.outliers(laid.passages, last) if last is not None else []
        marks = {element: f"heat-{grade}" for element, grade in heat.grades(warm, measure).items()}
        drawing = drawings.of_version(tx, version, found.process, marks)
    return render_template(
        "workbench/log_heat.html",
        version=found,
        log=one,
        laid=laid,
        steps=steps,
        rows=sorted(warm.values(), key=lambda row: (-row.measured(measure), steps.get(row.element, ""))),
        drawing=drawing,
        measure=measure,
        measures={key: MEASURES[key] for key in SHOWN},
        spread=spread,
        span=span,
        unusual=unusual[:MOST_UNUSUAL],
        more=max(0, len(unusual) - MOST_UNUSUAL),
    )


@blueprint.post("/quy-trinh/<version>/nhat-ky/<log>/go")
@allowed(*KEEPERS)
def log_remove(version: str, log: str) -> Any:
    """Takes the log out, with all that it holds."""
    with database().begin() as tx:
        one = _log(tx, version, log)
    if went_back():
        return redirect(url_for("workbench.log_heat", version=version, log=log))
    asked = ask(
        _("Gỡ nhật ký “%(name)s”?", name=one.name),
        [_("Mọi sự kiện của nhật ký này bị xóa khỏi hệ thống; tệp của bạn không bị ảnh hưởng.")],
        _("Gỡ nhật ký"),
    )
    if asked is not None:
        return asked
    foreign.remove(database(), one, by=actor())
    flash(_("Đã gỡ nhật ký."), "success")
    return redirect(url_for("workbench.log_list", version=version))
