"""Named views of the worklist: kept under a name for oneself or for the unit, and taken away again."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, views
from procedures.rights.tasks import HEADS
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint

#: What of an address belongs to a view: which page of the list is looked at does not.
KEPT = (
    *("muc", "tim", "thu-tuc", "linh-vuc", "co-quan", "hinh-thuc", "buoc", "tinh-trang", "tien-do", "chua-mo"),
    *("han-tu", "han-den", "den-tu", "den-den", "hen-tu", "hen-den", "nhan-tu", "nhan-den", "xep", "cot"),
)


def known_views(tx: Tx) -> list[tuple[views.View, str, bool]]:
    """The views that the person sees, each with whose it is and whether they may take it away."""
    mine = current_user.agencies()
    found = views.of(tx, current_user.username, mine)
    names = agencies.names(tx, {one.owner for one in found if one.scope == "unit"})
    said = {"own": _("của tôi"), "all": _("của hệ thống")}
    return [
        (
            one,
            said.get(one.scope) or names.get(one.owner, one.owner),
            views.may_set(one.scope, one.owner, current_user.username, current_user.roles),
        )
        for one in found
    ]


def units_led(tx: Tx) -> list[tuple[str, str]]:
    """(code, name) of the units for which the person sets views."""
    return sorted(agencies.names(tx, current_user.agencies(*HEADS)).items(), key=lambda pair: pair[1])


def start_of(username: str) -> str | None:
    """The address that this person's list begins with."""
    return views.beginning(database(), username, current_user.agencies())


def as_kept(pairs: list[tuple[str, str]]) -> str:
    """Parts of an address as a view keeps them; the tab always stands in it."""
    kept = [(name, value) for name, value in pairs if name in KEPT and value]
    return urlencode(kept if any(name == "muc" for name, _value in kept) else [("muc", "cua-toi"), *kept])


@blueprint.post("/cong-viec/cach-xem")
@allowed(*OFFICIALS)
@once
def view_save() -> str | Response:
    """Keeps the list as the address names it."""
    from web.work.worklist import list_view

    scope, _at, agency = request.form.get("cho", "own").partition("@")
    asked = as_kept([(name, value) for name, values in request.args.lists() for value in values])
    try:
        views.save(
            database(),
            request.form.get("ten", ""),
            asked,
            current_user.username,
            current_user.roles,
            scope=scope,
            agency=agency,
            begins=bool(request.form.get("bat_dau")),
        )
    except Refusal as refusal:
        return list_view(dict(request.form.items()), sentence(refusal))
    flash(_("Đã lưu cách xem “%(name)s”.", name=" ".join(request.form.get("ten", "").split())), "success")
    return redirect(f"{url_for('work.task_list')}?{asked}")


@blueprint.post("/cong-viec/cach-xem/<id>/xoa")
@allowed(*OFFICIALS)
@once
def view_remove(id: str) -> str | Response:
    """Takes a view away."""
    views.remove(database(), id, current_user.username, current_user.roles)
    flash(_("Đã xóa cách xem."), "success")
    return redirect(url_for("work.task_list", muc="cua-toi"))
