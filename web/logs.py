"""Structured logs: one JSON line (or a coloured one for a person) for each request and each event of note.
No personal data: a path's secret parts and every query string stay out."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

import structlog
from flask import Flask, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

log = structlog.get_logger("motcua.web")
QUIET = {"/healthz", "/readyz", "/metrics"}


def configure(form: str = "json", level: str = "INFO") -> None:
    """Set up structlog for this process."""
    render = (
        structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def follow(app: Flask) -> None:
    """Give every request an id (sent back as X-Request-Id) and write one line when it is answered."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.request_id = uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.path not in QUIET and request.endpoint != "static":
            rule = request.url_rule.rule if request.url_rule else "-"
            who = current_user.get_id() if current_user and current_user.is_authenticated else None
            spent = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
            log.info("request", method=request.method, route=rule, status=response.status_code, ms=spent, who=who)
        return response
