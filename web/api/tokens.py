"""OAuth2 client credentials (RFC 6749, 4.4) by Authlib. A token is signed, lives an hour and is worth nothing once its
client is shut or has another secret."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import unquote

from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from flask import current_app, jsonify, request
from flask_smorest import Blueprint
from itsdangerous import BadSignature, URLSafeTimedSerializer

from procedures import clients
from web import guard
from web.api.problems import problem
from web.api.schemas import TokenInSchema, TokenSchema
from web.house import database
from web.logs import log
from web.permissions import public

SECONDS = 3600
blueprint = Blueprint("api_tokens", __name__, url_prefix="/api/v1", description="Thẻ truy cập")


class _Client(ClientMixin):
    """A client as Authlib asks for it; that there is none is told only with the secret."""

    def __init__(self, id: str) -> None:
        self.client_id = id
        self.known: clients.Client | None = None

    def check_client_secret(self, secret: str) -> bool:
        self.known = clients.check(database(), self.client_id, secret)
        return self.known is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(endpoint == "token")

    def check_grant_type(self, kind: str) -> bool:
        return bool(kind == ClientCredentialsGrant.GRANT_TYPE)


class _Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def validate_requested_scope(self) -> None:
        """Asking for more than one has is an error, not a token for less."""
        asked = set((self.request.payload.scope or "").split())
        if not asked <= self.request.client.known.scopes:
            raise InvalidScopeError("The client does not have these scopes.")


class _Server(AuthorizationServer):
    """The token endpoint, with our form of errors."""

    def __init__(self) -> None:
        super().__init__()
        self.register_grant(_Grant)
        self.register_token_generator("default", _token)

    def query_client(self, client_id: str) -> _Client:
        return _Client(client_id)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Nothing is kept: a token says itself what it is for."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: dict[str, Any]) -> OAuth2Request:
        return _Asked(request)

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Any:
        answer = jsonify(body)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def handle_error_response(self, request: OAuth2Request | None, error: OAuth2Error) -> Any:
        wrong_client = error.error == "invalid_client"
        if wrong_client:
            _log_failure()
        said = "Unknown client or wrong secret." if wrong_client else error.description or "The request is not valid."
        return problem(
            401 if wrong_client else 400,
            said,
            more={"error": error.error, "error_description": said},
            headers={"WWW-Authenticate": "Basic"} if wrong_client else None,
        )


class _Asked(OAuth2Request):
    """The request as Authlib reads it. TLS ends where the installation ends it: before this process."""

    def __init__(self, form: dict[str, Any]) -> None:
        super().__init__("POST", "https://api/v1/oauth/token", headers=request.headers)
        self.payload, self._form = BasicOAuth2Payload(form), form

    @property
    def form(self) -> dict[str, Any]:
        return self._form


def signer() -> URLSafeTimedSerializer:
    """Signs and reads tokens, with the key that all hosts share."""
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="api-token")


def _token(grant_type: str, client: _Client, scope: str | None = None, **_more: Any) -> dict[str, Any]:
    known = client.known
    if known is None:
        raise LookupError("a token for a client that was not checked")
    words = " ".join(sorted(set((scope or "").split()) or known.scopes))
    signed = signer().dumps({"c": known.id, "s": words, "m": known.mark})
    return {"access_token": signed, "token_type": "Bearer", "expires_in": SECONDS, "scope": words}


_SERVER = _Server()


@blueprint.post("/oauth/token")
@public
@blueprint.arguments(TokenInSchema, location="form", error_status_code=400)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(400, schema=None, description="invalid_request, invalid_scope, unsupported_grant_type")
@blueprint.alt_response(401, schema=None, description="invalid_client")
def token(asked: dict[str, Any]) -> Any:
    """A token for client credentials."""
    if not _readable(request.headers.get("Authorization", "")):
        return _SERVER.handle_error_response(None, InvalidClientError())
    return _SERVER.create_token_response(asked)


def _log_failure() -> None:
    """A line for who watches: the address, and the client where it is one; what was typed in its place may be a
    secret."""
    basic = request.authorization if _readable(request.headers.get("Authorization", "")) else None
    id = request.form.get("client_id") or (basic.username if basic is not None else None) or ""
    known = guard.storable(id) and clients.get(database(), id[:100]) is not None
    log.warning("client sign-in failed", client=id if known else None, address=request.remote_addr)


def _readable(header: str) -> bool:
    """Whether the credentials of RFC 7617 in a header are base64 of text that can be kept, as Authlib takes for
    granted. One of another kind, or without credentials, is for Authlib to refuse."""
    kind, *rest = header.split(None, 1) or ("",)
    if not rest:
        return not header
    if kind.lower() != "basic":
        return True
    try:
        return guard.storable(unquote(b64decode(rest[0].strip(), validate=True).decode()))
    except ValueError:  # base64, ASCII and UTF-8 alike
        return False


def read(text: str) -> tuple[clients.Client, frozenset[str]] | None:
    """The client of a token and its scopes; None where the token is bad, too old, of another secret, or its client
    shut."""
    try:
        said = signer().loads(text, max_age=SECONDS)
        client = clients.get(database(), str(said["c"]))
    except (BadSignature, KeyError, TypeError):
        return None
    if client is None or said.get("m") != client.mark:
        return None
    return client, frozenset(said["s"].split()) & client.scopes
