"""Lines to systems of others: how each stands, its journal, and a button that tries it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine.refusal import Refusal
from procedures.dossiers import codes
from procedures.exchange.connectors import lines
from web.admin.room import blueprint
from web.house import database
from web.paging import number_of
from web.permissions import allowed
from web.refusals import sentence


@blueprint.get("/quan-tri/ket-noi")
@allowed("quan_tri")
def connectors_list() -> Any:
    """Every line."""
    return render_template("admin/connectors.html", lines=lines.listing(database()), stands=lines.STANDS)


@blueprint.get("/quan-tri/ket-noi/<name>")
@allowed("quan_tri")
def connector_journal(name: str) -> Any:
    """One line and its journal."""
    line = next((one for one in lines.listing(database()) if one.connector.name == name), None) or abort(404)
    failed, page = request.args.get("loi") == "1", number_of(request.args.get("trang"))
    calls, more = lines.journal(database(), name, failed=failed, page=page)
    return render_template(
        "admin/connector.html",
        line=line,
        stands=lines.STANDS,
        calls=calls,
        codes=codes(database(), {one.about for one in calls if one.about}),
        more=more,
        page=page,
        failed=failed,
    )


@blueprint.post("/quan-tri/ket-noi/<name>/thu")
@allowed("quan_tri")
def connector_try(name: str) -> Any:
    """Calls a line now, and says how it went."""
    try:
        lines.try_out(database(), name, current_user.username)
    except LookupError:
        abort(404)
    except Refusal as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("Kết nối hoạt động: đã gọi thử và nhận được trả lời."), "success")
    return redirect(url_for("admin.connector_journal", name=name))
