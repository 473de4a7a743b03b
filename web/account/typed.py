"""Pages whose fields outlive a session: what was sent after its end waits until the same person has signed in again."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from procedures import drafts
from web.house import database
from web.model_form import posted_values

#: Where a form goes → the page it stands on.
PAGES = {"desk.intake_post": "desk.intake_new", "work.task_complete": "work.task_page"}
#: Fields that are no content: the token, and what a button says.
LEFT_OUT = ("csrf_token", "lam")


def keep_typed(username: str) -> str | None:
    """Keeps what was posted, where the page is one of these; the page to come back to. The name comes from the signed
    session that has just ended."""
    page = PAGES.get(request.endpoint or "")
    if page is None:
        return None
    place = url_for(page, **(request.view_args or {}))
    typed = {name: value for name, value in posted_values().items() if name not in LEFT_OUT}
    return place if drafts.keep(database(), username, place, typed) else None


def typed_before() -> dict[str, Any]:
    """What the person at the screen had typed on this page when the session ended, said in a notice; empty else."""
    if request.method != "GET":
        return {}
    typed = drafts.open_again(database(), current_user.username, request.path)
    if typed:
        flash(
            _("Nội dung bạn nhập trước khi phiên kết thúc đã có lại dưới đây. Tệp đã chọn thì phải chọn lại."),
            "success",
        )
    return typed
