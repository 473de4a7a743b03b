"""The Flask application: the rooms it is made of, and what every request passes through."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request, session, url_for
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.store import Database
from web import (
    account,
    admin,
    api,
    board,
    citizen,
    desk,
    documents,
    errors,
    guard,
    health,
    i18n,
    logs,
    money,
    once,
    outages,
    paging,
    portal,
    present,
    reads,
    security,
    work,
    workbench,
)
from web.bootstrap import installation, settings
from web.config import Config, load
from web.files import upload_limits
from web.house import House
from web.navigation import Item, items_for

#: Rooms in the order of the navigation. A room is a package of `web` with `blueprint`, and `NAVIGATION` where it has
#: pages of its own in the bar; `setup(app)` is called where there is one.
ROOMS = (portal, citizen, desk, work, money, documents, board, workbench, admin, api)
STATIC = Path(__file__).parent / "static"


def _again() -> str:
    """Of a page that answers what was posted: its address, where one can also just open it. The browser keeps that in
    its history, so that going back there is no error."""
    rule = request.url_rule
    opens = rule is not None and "GET" in (rule.methods or ())
    return request.full_path.rstrip("?") if request.method == "POST" and opens else ""


def create_app(config: Config | None = None, database: Database | None = None) -> Flask:
    """The application for `config` (default: what the environment says), on `database` (default: opened by its URL,
    with what `web.bootstrap` puts in force)."""
    config = config or load()
    app = Flask("web", static_folder=str(STATIC), template_folder=str(Path(__file__).parent / "templates"))
    app.config.update(
        SECRET_KEY=settings(config).secret(),
        MAX_CONTENT_LENGTH=config.upload_megabytes * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),  # built files are asked for with their content's hash
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https://"),
        SESSION_COOKIE_NAME="motcua",
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session
    )
    database = database or installation(config).open(config.database)
    replica = database.installation.open(config.report_database) if config.report_database else database
    app.extensions["motcua"] = House(config, database, replica)
    app.url_map.merge_slashes = False  # its redirect would name whatever host the request names
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[config.proxies] * 4)  # type: ignore[method-assign]
    logs.configure(config.log_format, config.log_level)
    logs.follow(app)
    health.measure(app)
    security.protect(app)
    i18n.speak(app)
    guard.stand(app)
    present.register(app)
    account.setup(app)
    reads.record(app)
    errors.register(app)
    app.register_blueprint(health.blueprint)
    _register_rooms(app)
    _template_names(app, config)
    return app


def _register_rooms(app: Flask) -> None:
    navigation: list[Item] = []
    for room in ROOMS:
        if hasattr(room, "setup"):
            room.setup(app)
        if hasattr(room, "blueprint"):
            app.register_blueprint(room.blueprint)
        navigation += getattr(room, "NAVIGATION", [])
    app.extensions["motcua_navigation"] = navigation


def _template_names(app: Flask, config: Config) -> None:
    @cache
    def version(name: str) -> str:
        path = STATIC / "dist" / name
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"

    def asset(name: str) -> str:
        """A built file with its content's hash, so that a new one is fetched and an old one is not."""
        return url_for("static", filename=f"dist/{name}", v=version(name))

    app.jinja_env.globals.update(
        asset=asset,
        form_token=once.fresh,
        page_address=paging.address,
        page_link=paging.link,
        upload_limits=upload_limits,
        province={"vi": config.province, "en": config.province_en},
    )

    @app.context_processor
    def of_this_page() -> dict[str, Any]:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return {
            "here": here,
            "again": _again(),
            "demo": config.demo,
            "outages": outages.told,
            "citizen_here": isinstance(session.get(citizen.TOKEN), str),
            "navigation": lambda: items_for(current_user, app.extensions["motcua_navigation"]),
        }
