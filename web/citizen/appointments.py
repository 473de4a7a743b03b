"""Appointments of a citizen: made, moved and cancelled, without scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from procedures import agencies, bundles
from procedures.queue import appointments
from web.citizen.room import blueprint, citizen_only, me
from web.house import database
from web.once import once
from web.refusals import sentence


@blueprint.get("/cong-dan/lich-hen")
@citizen_only
def appointments_page() -> Any:
    """What is booked."""
    with database().begin() as tx:
        mine = appointments.coming(tx, me().citizen)
        names = agencies.names(tx, [one.agency for one in mine])
        units = {one.agency: agencies.get(tx, one.agency) for one in mine}
        procedures = {one.code: one.name for one in bundles.published(tx)}
    return render_template("citizen/appointments.html", mine=mine, names=names, units=units, procedures=procedures)


@blueprint.route("/cong-dan/lich-hen/moi", methods=["GET", "POST"])
@citizen_only
@once
def appointment_new() -> Any:
    """First where, then when."""
    agency = request.values.get("co-quan", "")[:64]
    procedure = request.values.get("thu-tuc", "")[:64]
    errors: dict[str, str] = {}
    if request.method == "POST":
        at = _moment(request.form.get("gio", ""))
        if at is None:
            errors = {"gio": _("Chọn một giờ")}
        else:
            try:
                appointments.book(database(), me().citizen, agency, at, _known(procedure))
            except Refusal as refused:
                errors = {refused.about: sentence(refused)}
            else:
                flash(_("Đã đặt lịch hẹn."), "success")
                return redirect(url_for("citizen.appointments_page"))
    return _times_page(agency, errors, procedure=procedure)


@blueprint.route("/cong-dan/lich-hen/<id>", methods=["GET", "POST"])
@citizen_only
@once
def appointment_change(id: str) -> Any:
    """Another time, or none."""
    found = appointments.get(database(), me().citizen, id)
    if found is None or found.state != appointments.BOOKED:
        abort(404)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            if request.form.get("lam") == "huy":
                appointments.cancel(database(), me().citizen, id)
                flash(_("Đã hủy lịch hẹn."), "success")
                return redirect(url_for("citizen.appointments_page"))
            at = _moment(request.form.get("gio", ""))
            if at is None:
                errors = {"gio": _("Chọn một giờ")}
            else:
                appointments.move(database(), me().citizen, id, at)
                flash(_("Đã đổi giờ hẹn."), "success")
                return redirect(url_for("citizen.appointments_page"))
        except Refusal as refused:
            errors = {refused.about: sentence(refused)}
    return _times_page(found.agency, errors, moved=found)


def _times_page(agency: str, errors: dict[str, str], *, procedure: str = "", moved: Any = None) -> Any:
    with database().begin() as tx:
        places = appointments.places(tx)
        known = agency in {one.code for one in places}
        free = appointments.free(tx, agency) if known else []
        name = agencies.names(tx, [agency]).get(agency, "") if known else ""
    page = render_template(
        "citizen/appointment.html",
        places=[(one.code, one.name) for one in places],
        agency=agency if known else "",
        name=name,
        free=free,
        procedure=procedure,
        moved=moved,
        values={"gio": request.form.get("gio", "")},
        errors=errors,
    )
    return (page, 422) if errors else page


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(VIETNAM) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _known(procedure: str) -> str:
    with database().begin() as tx:
        return procedure if procedure in {one.code for one in bundles.published(tx)} else ""
