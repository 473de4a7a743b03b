"""Who calls: the client of the bearer token, and the official as whom it acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import abort, g, request

from procedures import clients
from procedures.actor import Actor, Kind
from web import guard
from web.account import people
from web.api import tokens
from web.api.problems import problem
from web.house import database
from web.permissions import Access, SignedIn

SCHEME = {
    "type": "oauth2",
    "flows": {
        "clientCredentials": {
            "tokenUrl": "/api/v1/oauth/token",
            "scopes": {key: words[1] for key, words in clients.SCOPES.items()},
        }
    },
}
View = Callable[..., Any]


def scoped(scope: str) -> Callable[[View], View]:
    """Only for clients with this scope. Afterwards `client()`, `official()` and `actor()` tell who acts."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            kind, _, text = request.headers.get("Authorization", "").partition(" ")
            found = tokens.read(text.strip()) if kind.lower() == "bearer" and text.isascii() else None
            if found is None:
                return problem(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})
            g.client, g.scopes = found
            if scope not in g.scopes:
                return problem(
                    403,
                    f"The token lacks the scope {scope}.",
                    headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
                )
            if request.method == "POST" and not request.is_json and (request.content_length or request.mimetype):
                return problem(415, "The body must be application/json.")
            seconds = clients.count_call(database(), g.client)
            if seconds:
                return problem(429, "More calls than agreed in this hour.", headers={"Retry-After": str(seconds)})
            wrong = guard.told()
            if wrong:
                return problem(422, errors=wrong)
            return view(*args, **kwargs)

        guarded.access = Access("client", (scope,))  # type: ignore[attr-defined]
        doc = dict(getattr(guarded, "_apidoc", {}))
        doc["manual_doc"] = {**doc.get("manual_doc", {}), "security": [{"oauth2": [scope]}]}
        guarded._apidoc = doc  # type: ignore[attr-defined]
        return guarded

    return decorate


def act_as(username: str | None) -> None:
    """From here on the call acts as that official (scope act_for), or as the client's own. Aborts with 403.
    A POST may name the official in its query, too."""
    username = username or request.args.get("on_behalf_of")
    if username and username != g.client.official and "act_for" not in g.scopes:
        abort(403, "on_behalf_of needs the scope act_for.")
    named = (username or g.client.official).strip().lower()
    why = clients.may_not_act_as(database(), g.client, named)
    person = people.load(named)
    if why is not None or person is None:
        abort(403, why.en if why is not None else "There is no such official.")
    g.official = person
    g.acting = replace(people.actor_of(person), kind=Kind.CLIENT, client=g.client.id)


def client() -> clients.Client:
    """The program that calls."""
    found: clients.Client = g.client
    return found


def official() -> SignedIn:
    """The official as whom it acts."""
    found: SignedIn = g.official
    return found


def actor() -> Actor:
    """The same, as the rooms below know those who act."""
    found: Actor = g.acting
    return found
