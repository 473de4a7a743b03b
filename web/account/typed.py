"""Pages whose fields outlive a session: what was sent after its end waits until the same person has signed in again.

Where the session still says whose it was, the draft is kept at once. Where it does not (signed out in another window,
the cookie gone, a page of yesterday), the answer carries what was typed, and it becomes a draft of who then signs in or
says that the page is theirs: a page of somebody else's site can thus put nothing anywhere unseen.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from procedures import drafts
from web.house import database
from web.model_form import posted_values
from web.security import FORM_MARKS, PIN

#: Where a form goes → the page it stands on.
PAGES = {
    "desk.intake_post": "desk.intake_new",
    "documents.draft_post": "documents.draft_page",
    "documents.register_post": "documents.register_page",
    "work.task_complete": "work.task_page",
    "work.task_claim": "work.task_page",  # buttons among the step's fields
    "work.task_result": "work.task_page",
}
#: Fields that are no content: the tokens, and what a button says.
LEFT_OUT = (*FORM_MARKS, PIN, "lam")


def keep_typed(username: str) -> str | None:
    """Keeps what was posted, where the page is one of these; the page to come back to. The name comes from the signed
    session that has just ended."""
    place = place_of_form()
    return place if place is not None and drafts.keep(database(), username, place, typed_now()) else None


def place_of_form() -> str | None:
    """The page on which the form stands that has just been posted, where its fields outlive a session."""
    page = PAGES.get(request.endpoint or "")
    return url_for(page, **(request.view_args or {})) if page is not None else None


def typed_now() -> dict[str, Any]:
    """The content of what was posted."""
    return {name: value for name, value in posted_values().items() if name not in LEFT_OUT}


def carried() -> str:
    """What was typed, as a page carries it in a hidden field until somebody says that it is theirs."""
    return orjson.dumps(typed_now()).decode()


def bring(username: str, place: str | None, text: str) -> str | None:
    """Keeps what a page carried as this person's draft of that page; the page, or None where there is nothing to keep.
    What no page of ours wrote is kept for none."""
    if not place or not text:
        return None
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(urlsplit(place).path, method="GET")
        typed = orjson.loads(text)
    except (NotFound, MethodNotAllowed, RequestRedirect, orjson.JSONDecodeError):
        return None
    plain = isinstance(typed, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        for value in typed.values()
    )
    if endpoint not in PAGES.values() or not plain:
        return None
    return place if drafts.keep(database(), username, place, typed) else None


def typed_before() -> dict[str, Any]:
    """What the person at the screen had typed on this page when the session ended or the tab was closed, said in
    a notice; empty else."""
    if request.method != "GET":
        return {}
    typed = drafts.open_again(database(), current_user.username, request.path)
    if typed:
        flash(
            _("Nội dung nhập dở trước đó đã được khôi phục dưới đây; riêng tệp phải chọn lại."),
            "success",
        )
    return typed
