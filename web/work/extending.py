"""An extension is proposed and decided on the page of its dossier; what was typed outlives a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import dossiers
from procedures.actor import Actor
from procedures.rights import Unseen
from web.account.people import actor
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint
from web.work.dossier import dossier_view
from web.work.extension import propose


def _act(code: str, done: str, work: Callable[[Tx, str, Actor], Any]) -> str | Response:
    """One act on the dossier of that code, and its result in a sentence on the page that it came from."""
    try:
        with database().begin() as tx:
            work(tx, dossiers.by_code(tx, code, actor()).id, actor())
    except Unseen:
        raise
    except Refusal as refusal:
        return dossier_view(code, {"gia-han": sentence(refusal)})
    flash(done, "success")
    return redirect(url_for("work.dossier_page", code=code) + "#gia-han")


@blueprint.post("/ho-so/<code>/de-nghi-gia-han")
@allowed(*OFFICIALS)
@once
def extension_propose(code: str) -> str | Response:
    """Ask the leader for more time; the reason will stand in the letter."""
    return _act(code, _("Đã gửi đề nghị gia hạn; lãnh đạo cơ quan quyết định."), propose)


@blueprint.post("/ho-so/<code>/quyet-dinh-gia-han")
@allowed(*OFFICIALS)
@once
def extension_decide(code: str) -> str | Response:
    """The leader's decision; approving issues Mẫu 04 in his name."""
    approve, answer = request.form.get("quyet_dinh") == "dong_y", request.form.get("ly_do_quyet_dinh", "")
    done = _("Đã gia hạn và lập văn bản xin lỗi (Mẫu 04).") if approve else _("Đã trả lời: không đồng ý gia hạn.")
    return _act(code, done, lambda tx, id, me: dossiers.decide_extension(tx, id, approve, answer, me))
