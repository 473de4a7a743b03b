"""OAuth2 client credentials (RFC 6749, 4.4). A token is signed, lives an hour and is worth nothing once its client is
shut or has another secret."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from flask import current_app, jsonify, request
from flask_smorest import Blueprint
from itsdangerous import BadSignature, URLSafeTimedSerializer

from procedures import clients
from web.api.problems import problem
from web.api.schemas import TokenInSchema, TokenSchema
from web.house import database
from web.permissions import public

SECONDS = 3600
blueprint = Blueprint("api_tokens", __name__, url_prefix="/api/v1", description="Thẻ truy cập")


def signer() -> URLSafeTimedSerializer:
    """Signs and reads tokens, with the key that all hosts share."""
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="api-token")


@blueprint.post("/oauth/token")
@public
@blueprint.arguments(TokenInSchema, location="form", error_status_code=400)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(400, schema=None, description="invalid_request, invalid_scope, unsupported_grant_type")
@blueprint.alt_response(401, schema=None, description="invalid_client")
def token(asked: dict[str, Any]) -> Any:
    """A token for client credentials."""
    if asked["grant_type"] != "client_credentials":
        return _refuse(400, "unsupported_grant_type", "Only client_credentials is offered.")
    id, secret = _credentials(asked)
    client = clients.check(database(), id, secret) if id and secret else None
    if client is None:
        return _refuse(401, "invalid_client", "Unknown client or wrong secret.", {"WWW-Authenticate": "Basic"})
    scopes = set(asked["scope"].split()) if asked.get("scope", "").strip() else set(client.scopes)
    if not scopes <= client.scopes:
        return _refuse(400, "invalid_scope", "The client does not have these scopes.")
    words = " ".join(sorted(scopes))
    answer = jsonify(
        access_token=signer().dumps({"c": client.id, "s": words}), token_type="Bearer", expires_in=SECONDS, scope=words
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def read(text: str) -> tuple[Any, frozenset[str]] | None:
    """The client of a token and its scopes; None where the token is bad, too old, or its client shut."""
    try:
        said = signer().loads(text, max_age=SECONDS)
        client = clients.get(database(), str(said["c"]))
    except (BadSignature, KeyError, TypeError):
        return None
    return None if client is None else (client, frozenset(said["s"].split()) & client.scopes)


def _credentials(asked: dict[str, Any]) -> tuple[str, str]:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            id, _, secret = b64decode(rest, validate=True).decode().partition(":")
            return id, secret
        except (ValueError, UnicodeDecodeError):
            return "", ""
    return asked.get("client_id", ""), asked.get("client_secret", "")


def _refuse(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Any:
    return problem(status, description, more={"error": error, "error_description": description}, headers=headers)
