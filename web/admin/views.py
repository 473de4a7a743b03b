"""What everybody's worklist begins with, set by an administrator: filters, order and columns under a name."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine.refusal import Refusal
from procedures import views
from web.admin.room import blueprint
from web.house import database
from web.model_form import posted_values
from web.permissions import allowed
from web.refusals import sentence
from web.work.columns import heads
from web.work.views import as_kept
from web.work.worklist import TABS, progress_names, tab_names


@blueprint.get("/quan-tri/cach-xem")
@allowed("quan_tri")
def views_list() -> str:
    return _page()


def _page(typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    """The page, fresh or with what was typed and what is wrong with it."""
    found = [one for one in views.of(database(), current_user.username, ()) if one.scope == "all"]
    tab = str((typed or {}).get("muc") or request.args.get("muc") or "cua-toi")
    return render_template(
        "admin/views.html",
        views=found,
        typed=typed or {},
        errors=errors or {},
        tab=tab if tab in TABS else "cua-toi",
        tabs=tab_names(),
        heads=heads(tab if tab in TABS else "cua-toi"),
        progress=progress_names(),
    )


@blueprint.post("/quan-tri/cach-xem")
@allowed("quan_tri")
def views_save() -> Any:
    """Keeps a view for everybody."""
    try:
        views.save(
            database(),
            request.form.get("ten", ""),
            as_kept(list(request.form.items(multi=True))),
            current_user.username,
            current_user.roles,
            scope="all",
            begins=bool(request.form.get("bat_dau")),
        )
    except Refusal as refusal:
        return _page(posted_values(), {"ten": sentence(refusal)})
    flash(_("Đã lưu cách xem “%(name)s”.", name=" ".join(request.form.get("ten", "").split())), "success")
    return redirect(url_for("admin.views_list"))


@blueprint.post("/quan-tri/cach-xem/<id>/xoa")
@allowed("quan_tri")
def views_remove(id: str) -> Any:
    """Takes a view of everybody's away."""
    views.remove(database(), id, current_user.username, current_user.roles)
    flash(_("Đã xóa cách xem."), "success")
    return redirect(url_for("admin.views_list"))
