"""Being away for some days, and who does the work meanwhile: said by the person, by who heads their agency, or by an
administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import absences, agencies, officials
from procedures.vocabulary.roles import ABOVE, ROLES
from web.account.people import actor
from web.account.views import blueprint
from web.forms import Form, day, read, text, ticked
from web.house import database
from web.i18n import pick
from web.model_form import posted_values
from web.once import once
from web.permissions import signed_in
from web.refusals import beside

#: What the command calls the fields of the form.
FIELDS = {
    "first": "tu_ngay",
    "last": "den_ngay",
    "substitute": "nguoi_thay",
    "roles": "vai_tro",
    "capacity": "tham_quyen",
    "basis": "can_cu",
    "reason": "ly_do",
}


class AbsenceForm(Form):
    """From when to when, who stands in, and why."""

    tu_ngay = day(_l("Nhập ngày bắt đầu vắng"))
    den_ngay = day(_l("Nhập ngày cuối vắng"))
    nguoi_thay = text(_l("Chọn người làm thay"), longest=100)
    tham_quyen = text(longest=8)
    can_cu = text(longest=300)
    ly_do = text(_l("Ghi lý do, ví dụ: nghỉ phép, đi công tác."), longest=300)
    ban_giao = ticked()


@blueprint.get("/vang-mat")
@signed_in
def own_absence() -> str:
    """One's own absences, and who of the people one heads is away."""
    return _page(current_user.username)


@blueprint.get("/vang-mat/<username>")
@signed_in
def absence(username: str) -> str:
    return _page(username)


@blueprint.post("/vang-mat/<username>")
@signed_in
@once
def absence_begin(username: str) -> Any:
    """Says that they will be away."""
    _has_a_say(username)
    values, errors = read(AbsenceForm, request.form)
    roles = [(role, agency) for one in request.form.getlist("vai_tro") for role, _at, agency in [one.partition("@")]]
    if not errors:
        asked = absences.Asked(
            values["tu_ngay"],
            values["den_ngay"],
            values["nguoi_thay"],
            values["ly_do"],
            roles,
            values["tham_quyen"],
            values["can_cu"],
            values["ban_giao"],
        )
        try:
            absences.begin(database(), username, asked, actor())
        except Refusal as refused:
            errors = beside(refused, FIELDS)
        else:
            flash(_("Đã báo vắng. Người làm thay nhận việc theo vị trí này trong các ngày đã ghi."), "success")
            return redirect(_address(username))
    return _page(username, posted_values(), errors), 422


@blueprint.post("/vang-mat/<username>/<id>/ket-thuc")
@signed_in
@once
def absence_end(username: str, id: str) -> Response:
    """They are back, or do not go."""
    _has_a_say(username)
    if id not in {one.id for one in absences.of(database(), username)}:
        abort(404)
    absences.end(database(), id, actor())
    flash(_("Đã kết thúc lần vắng mặt này."), "success")
    return redirect(_address(username))


def _has_a_say(username: str) -> None:
    with database().begin() as tx:
        if officials.get(tx, username) is None:
            abort(404)
        if not absences.may(tx, username, actor()):
            abort(403)


def _address(username: str) -> str:
    own = username == current_user.username
    return url_for("account.own_absence") if own else url_for("account.absence", username=username)


def _page(username: str, typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was typed and what is wrong with it."""
    _has_a_say(username)
    with database().begin() as tx:
        person = officials.get(tx, username) or abort(404)
        known, today = absences.of(tx, username), agencies.today(tx)
        offered = absences.lendable(tx, username, actor())
        team = _team(tx) if username == current_user.username else []
        standing_in = absences.stood_in_for(tx, username)
        people = {one.substitute for one in known} | {one.official for one in standing_in}
        people |= {one.substitute for _person, one in team if one is not None}
        return render_template(
            "account/absence.html",
            person=person,
            own=username == current_user.username,
            absences=[(one, one.state(today)) for one in known],
            roles=_named(tx, offered),
            choices=absences.choices(tx, username),
            leads=any(role == absences.LEADER for role, _at in offered),
            standing_in=standing_in,
            team=team,
            names=officials.names(tx, people),
            typed=typed or {},
            errors=errors or {},
        )


def _team(tx: Tx) -> list[tuple[officials.Official, absences.Absence | None]]:
    """The people of the agencies that the person at the screen heads, and the absence of each that is or comes next."""
    led = current_user.agencies("truong_don_vi", "lanh_dao")
    found: dict[str, absences.Absence] = {}
    for agency in led:
        for one in reversed(absences.at_agency(tx, agency)):
            found[one.official] = one
    groups = [f"{role}@{agency}" for agency in led for role in ABOVE]
    people = {one.username: one for group in groups for one in officials.officials_in(tx, group)}
    people.pop(current_user.username, None)
    return [(one, found.get(one.username)) for one in people.values()]


def _named(tx: Tx, roles: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(value, words) of these roles at these agencies."""
    names = agencies.names(tx, {agency for _role, agency in roles})
    return [(f"{role}@{agency}", f"{pick(*ROLES[role])}, {names.get(agency, agency)}") for role, agency in roles]
