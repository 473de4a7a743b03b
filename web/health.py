"""For those who keep the system running: alive, ready, and figures for Prometheus."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response

from engine.store.migrations import current
from procedures.documents import looking
from procedures.exchange.connectors import lines
from web.house import database, house
from web.logs import log
from web.permissions import public

blueprint = Blueprint("health", __name__)
_HANDED_ON = frozenset(
    ("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip",
     "fastly-client-ip", "x-original-forwarded-for", "x-envoy-external-address", "x-proxyuser-ip")
)  # fmt: skip


@blueprint.get("/healthz")
@public
def alive() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Any:
    """The database is reached and its migrations are current; else 503 and why, without addresses."""
    try:
        at, head = current(database())
        wrong = "" if at == head else f"database at revision {at}, code at {head}"
    except Exception as error:  # whatever the driver raises, the answer is: not ready
        log.warning("not ready", error=type(error).__name__)
        wrong = "database unreachable"
    return (jsonify(status="unready", reason=wrong), 503) if wrong else jsonify(status="ready")


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text format, for who has the token of the configuration; without one, for this host alone."""
    if not _may_measure(house().config.metrics_token):
        abort(404)
    return Response(generate_latest(current_app.extensions["motcua_metrics"]), content_type=CONTENT_TYPE_LATEST)


def _may_measure(token: str) -> bool:
    if token:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    told = house().config.proxies and "X-Forwarded-For" in request.headers  # `remote_addr` is then who asked the proxy
    if not told and any(_hands_on(name) for name, _value in request.headers):
        return False  # somebody else's request, handed on by a proxy of this host
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _hands_on(header: str) -> bool:
    """Whether a header is one by which a proxy says that it hands on somebody's request."""
    name = header.lower()
    return name.startswith("x-forwarded") or name in _HANDED_ON


class _Trays(Collector):
    """Whether each mailbox and scan folder can be read, from the database when it is asked for."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[Metric]:
        """Nothing beforehand: which there are is known when they are asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("motcua_tray_up", "1: the last look could be finished", labels=["agency", "source"])
        try:
            found = looking.health(self.app.extensions["motcua"].database)
        except Exception as error:  # as above
            log.warning("the state of the trays is not to be had", error=type(error).__name__)
            found = []
        for one in found:
            up.add_metric([one.agency, one.source], float(one.fault is None))
        yield up


class _Lines(Collector):
    """Whether each line to a system of others works, read from the database when it is asked for."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[Metric]:
        """Nothing beforehand: which lines there are is known when they are asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("motcua_connector_up", "1: the last call worked, or none was tried", labels=["name"])
        work = GaugeMetricFamily("motcua_connector_waiting", "Jobs that wait for the line", labels=["name"])
        try:
            found = lines.listing(self.app.extensions["motcua"].database)
        except Exception as error:  # whatever the driver raises: the other figures are answered all the same
            log.warning("the state of connected systems is not to be had", error=type(error).__name__)
            found = []
        for one in found:
            up.add_metric([one.connector.name], float(one.stands in (lines.WELL, lines.UNTRIED)))
            work.add_metric([one.connector.name], one.waiting + one.stuck)
        yield from (up, work)


def measure(app: Flask) -> None:
    """Count requests and their time, by route, method and status; a registry for each application."""
    registry = CollectorRegistry()
    registry.register(_Lines(app))
    registry.register(_Trays(app))
    app.extensions["motcua_metrics"] = registry
    requests = Counter("motcua_http_requests", "Requests answered", ["route", "method", "status"], registry=registry)
    seconds = Histogram("motcua_http_seconds", "Time to answer", ["route"], registry=registry)
    Gauge("motcua_started_seconds", "When this process started", registry=registry).set_to_current_time()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        requests.labels(route, request.method, str(response.status_code)).inc()
        if "started" in g:
            seconds.labels(route).observe(time.perf_counter() - g.started)
        return response
