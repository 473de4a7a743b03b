"""A form that is sent twice as it stands (a double click, a slow answer) does its work once: the second leads to what
the first led to.

Each form carries a token of its own (`security.ONCE`, beside the one against forgery). Token and content together are
the key; whoever types something else into the same form, as after going back, sends another one. The key is written
before the work begins, and taken away again where the work came to nothing."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import flash, make_response, redirect, request, session
from flask_babel import gettext as _
from flask_login import current_user

from engine.store import Busy
from procedures import idempotency
from web.house import database
from web.security import FORM_MARKS, ONCE, PIN

View = Callable[..., Any]
LOST = timedelta(minutes=1)  # a first one that has not answered by then never will: its server has stopped
PATIENCE = 20.0  # seconds that a second one waits for the first


def fresh() -> str:
    """A token for a form."""
    return secrets.token_urlsafe(16)


def once(view: View) -> View:
    """Does what is posted once, where it leads elsewhere: what shows a page again, or tells an error, changed nothing
    and may be sent again."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        call = _call() if request.method == "POST" and request.form.get(ONCE) else None
        if call is None:
            return view(*args, **kwargs)
        earlier = _wait(call)
        if earlier is not None:
            flash(_("Bạn đã gửi biểu mẫu này rồi; đây là kết quả của lần gửi trước."), "success")
            return redirect(earlier)
        done = None
        try:
            answer = make_response(view(*args, **kwargs))
            if 300 <= answer.status_code < 400 and not _told_error():
                done = answer.headers["Location"]
            return answer
        finally:
            with database().begin() as tx:
                if done is not None:
                    idempotency.keep(tx, call, 303, done)
                else:
                    idempotency.release(tx, call)

    guarded.once = True  # type: ignore[attr-defined]
    return guarded


def _call() -> idempotency.Call:
    who = current_user.username if current_user.is_authenticated else ""
    token = request.form[ONCE][:64]
    return idempotency.Call(f"page:{who}", request.path[:200], f"{token} {_content()}", "")


def _content() -> str:
    """What a form says, files included, as a hash."""
    hashed = hashlib.sha256()
    for name, value in sorted(request.form.items(multi=True)):
        if name not in (*FORM_MARKS, PIN):
            hashed.update(f"{len(name)} {name} {len(value)} {value}\n".encode())
    for name, upload in sorted(request.files.items(multi=True), key=lambda one: one[0]):
        hashed.update(f"{name} {upload.filename} ".encode())
        while chunk := upload.stream.read(1024 * 1024):
            hashed.update(chunk)
        upload.stream.seek(0)
    return hashed.hexdigest()


def _wait(call: idempotency.Call) -> str | None:
    """Where the first one led, once it has; None where this is the first. Raises Busy for one that takes too long."""
    until = time.monotonic() + PATIENCE
    while True:
        earlier = database().run(lambda tx: idempotency.reserve(tx, call, lost=LOST))
        if earlier is None:
            return None
        if earlier.body:
            return earlier.body
        if time.monotonic() > until:
            raise Busy("the same form is still being worked on")
        time.sleep(0.2)


def _told_error() -> bool:
    return any(category != "success" for category, _text in session.get("_flashes", ()))
