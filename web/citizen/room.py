"""The room of signed-in citizens, and who may enter it. Their session is no official's: it has a token of its own, and
what it opens stands in `procedures.citizens`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procedures import citizens
from procedures.citizens import Session
from web.house import database
from web.navigation import Item
from web.permissions import Access, View

blueprint = Blueprint("citizen", __name__)
NAVIGATION = [Item(_l("Hồ sơ của tôi"), "citizen.mine", section="citizen.")]
TOKEN = "citizen"


def known() -> Session | None:
    """Whose browser this is, once for each request; None where nobody signed in, `alive` False where too long ago."""
    if "citizen" not in g:
        token = session.get(TOKEN)
        g.citizen = citizens.session(database(), token) if isinstance(token, str) else None
    found: Session | None = g.citizen
    return found


def me() -> Session:
    """The signed-in citizen, in a view of theirs."""
    found = known()
    if found is None or not found.alive:
        raise LookupError("nobody is signed in")
    return found


def begin(token: str) -> None:
    """From now on this browser is that citizen's."""
    session[TOKEN] = token
    g.pop("citizen", None)


def end() -> None:
    """And no more, wherever its cookie was copied to."""
    token = session.pop(TOKEN, None)
    if isinstance(token, str):
        citizens.sign_out(database(), token)
    g.pop("citizen", None)


def citizen_only(view: View) -> View:
    """A signed-in citizen may open it; others sign in first and come back."""
    return _guarded(view, None)


def citizen_keeping(keep: Callable[..., bool]) -> Callable[[View], View]:
    """The same, for a page on which much is typed: what comes from a session that has grown old meanwhile is kept by
    `keep(citizen, **arguments of the address)` for its owner, who finds it after signing in."""
    return lambda view: _guarded(view, keep)


def _guarded(view: View, keep: Callable[..., bool] | None) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        found = known()
        if found is not None and found.alive:
            return view(*args, **kwargs)
        kept = request.method == "POST" and keep is not None and found is not None and keep(found.citizen, **kwargs)
        if kept:
            flash(_("Phiên làm việc đã hết. Nội dung bạn vừa nhập đã được lưu; đăng nhập lại để tiếp tục."), "warning")
        onward = request.full_path.rstrip("?") if request.method == "GET" or kept else None
        return redirect(url_for("citizen.sign_in", tiep=onward))

    guarded.access = Access("citizen")  # type: ignore[attr-defined]
    return guarded
