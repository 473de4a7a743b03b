"""Phrases to begin a reason or a remark from: chosen where one writes, kept on a page of their own."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, phrases, views
from web.house import database
from web.model_form import posted_values
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint
from web.work.views import units_led

#: Stands after the name of a text's field: the phrase that was chosen for it.
CHOSEN = "_mau"


def known_phrases(tx: Tx) -> list[tuple[str, str]]:
    """(text, whose) of what the person at the screen can choose; whose is empty for their own."""
    found = phrases.of(tx, current_user.username, current_user.agencies())
    names = agencies.names(tx, {one.owner for one in found if one.scope == "unit"})
    return [(one.text, names.get(one.owner, one.owner) if one.scope == "unit" else "") for one in found]


def said_reason(name: str) -> str:
    """What was written in a text with phrases; the chosen phrase where nothing was."""
    return request.form.get(name, "").strip() or request.form.get(name + CHOSEN, "").strip()


@blueprint.get("/cong-viec/cau-mau")
@allowed(*OFFICIALS)
def phrases_list() -> str:
    return _page()


def _page(typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    """The page, fresh or with what was typed and what is wrong with it."""
    me = current_user.username
    with database().begin() as tx:
        found = phrases.of(tx, me, current_user.agencies())
        names = agencies.names(tx, {one.owner for one in found if one.scope == "unit"})
        led = units_led(tx)
    shown = [
        (
            one,
            names.get(one.owner, one.owner) if one.scope == "unit" else _("tôi"),
            views.may_set(one.scope, one.owner, me, current_user.roles),
        )
        for one in found
    ]
    return render_template("work/phrases.html", phrases=shown, units_led=led, typed=typed or {}, errors=errors or {})


@blueprint.post("/cong-viec/cau-mau")
@allowed(*OFFICIALS)
@once
def phrase_keep() -> str | Response:
    """Keeps a phrase for oneself or one's unit."""
    scope, _at, agency = request.form.get("cho", "own").partition("@")
    try:
        phrases.keep(
            database(),
            request.form.get("cau", ""),
            current_user.username,
            current_user.roles,
            scope=scope,
            agency=agency,
        )
    except Refusal as refusal:
        return _page(posted_values(), {"cau": sentence(refusal)})
    flash(_("Đã thêm câu mẫu."), "success")
    return redirect(url_for("work.phrases_list"))


@blueprint.post("/cong-viec/cau-mau/<id>/xoa")
@allowed(*OFFICIALS)
@once
def phrase_remove(id: str) -> Response:
    """Takes a phrase away."""
    phrases.remove(database(), id, current_user.username, current_user.roles)
    flash(_("Đã xóa câu mẫu."), "success")
    return redirect(url_for("work.phrases_list"))
