"""Officials' accounts: sign-in and out, the profile, passwords, and how long a session lasts."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, logout_user

from web.account import absence, people
from web.account.typed import keep_typed
from web.account.views import blueprint
from web.permissions import SignedIn

#: What one may do while one's password must be changed first.
BEFORE_CHANGE = {"account.change_password", "account.sign_out", "language.switch"}
WITHOUT_SESSION = {"static", "health.alive", "health.ready", "health.metrics"}


def setup(app: Flask) -> None:
    """Put sign-in in force: who the session means, its time-out, the forced change of a first password."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    @manager.user_loader
    def person(username: str) -> SignedIn | None:
        if g.get("away"):  # the page that says so is for everybody
            return None
        return people.find(username, session.get("ticket", ""))

    @app.before_request
    def still_here() -> Any:
        if request.endpoint in WITHOUT_SESSION or request.path.startswith("/api/") or "_user_id" not in session:
            return None
        if not current_user.is_authenticated:
            username = str(session["_user_id"])
            logout_user()
            session.pop("ticket", None)
            back = request.full_path.rstrip("?") if request.method == "GET" else keep_typed(username)
            kept = back and request.method == "POST"
            return redirect(url_for("account.sign_in", tiep=back, phien="giu" if kept else "het"))
        if current_user.must_change_password and request.endpoint not in BEFORE_CHANGE:
            return redirect(url_for("account.change_password"))
        return None

    app.register_blueprint(blueprint)


__all__ = ["absence", "blueprint", "setup"]
