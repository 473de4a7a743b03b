"""REST for other programs, under /api/v1: OpenAPI 3.1 at /api/openapi.json, OAuth2 client credentials, one answer for
each Idempotency-Key, problem+json for whatever goes wrong. Reference: docs/reference/api.md."""

from __future__ import annotations

from functools import cache
from typing import Any

import flask_smorest
from flask import Flask, jsonify

from web.api import data, dossiers, procedures, tasks, tokens
from web.api.access import SCHEME
from web.api.problems import MEDIA_TYPE
from web.api.schemas import ProblemSchema
from web.permissions import public
from web.security import csrf


class Api(flask_smorest.Api):
    """flask-smorest with our own form of errors: the application's handlers answer, not the library's."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """None of its own."""


def setup(app: Flask) -> None:
    """Register the calls and their description."""
    app.config.update(API_TITLE="Một Cửa", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    api = Api(app, spec_kwargs={"info": {"description": "Hồ sơ, công việc và thủ tục của hệ thống Một Cửa."}})
    api.spec.components.security_scheme("oauth2", SCHEME)
    for room in (tokens, procedures, dossiers, tasks, data):
        api.register_blueprint(room.blueprint)
        csrf.exempt(room.blueprint)

    @cache
    def described() -> dict[str, Any]:
        return _described(api.spec.to_dict())

    @app.get("/api/openapi.json", endpoint="api.openapi")
    @public
    def openapi() -> Any:
        return jsonify(described())


def _described(spec: dict[str, Any]) -> dict[str, Any]:
    """The description with errors as what they are: application/problem+json."""
    for response in spec.get("components", {}).get("responses", {}).values():
        _as_problem(response)
    for path in spec["paths"].values():
        for call in path.values():
            if isinstance(call, dict):
                for status, response in call.get("responses", {}).items():
                    if str(status)[0] not in "23":
                        _as_problem(response)
    return spec


def _as_problem(response: dict[str, Any]) -> None:
    content = response.get("content")
    if content and "application/json" in content:
        content[MEDIA_TYPE] = content.pop("application/json")
