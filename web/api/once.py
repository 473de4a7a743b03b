"""Idempotency: for 24 hours the same key of a client on a path gives the first answer again, and happens once.

The key's row is written in the same transaction as what the call does. A second call with the key waits for the first
one's commit at the primary key, then finds its answer; two servers are no different from one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema

from engine import audit
from engine.refusal import Refusal
from engine.store import Busy, Tx
from procedures import dossiers, idempotency
from procedures.forms import Invalid
from web.api.access import actor, client
from web.api.problems import problem
from web.house import database
from web.refusals import status_of


class Stop(Exception):
    """The call ends with this problem, and changes nothing."""

    def __init__(self, status: int, detail: str, errors: Any = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


Work = Callable[[Tx], tuple[str, Mapping[str, Any]]]


def once(key: str, schema: Schema, status: int, work: Work, *, refused: int = 409) -> Response:
    """Do `work` under the key. It returns the root it worked on (for the log) and the answer for `schema`.
    A refusal of the rooms below is a problem with the status `refused` (where it is for what the person may not do or
    see, with 403 or 404); it is kept as the first answer, too."""
    call = idempotency.Call(client().id, request.path[:200], key, _hash())

    def attempt(tx: Tx) -> Response:
        earlier = idempotency.reserve(tx, call)
        if earlier is not None:
            return _again(tx, earlier)
        root, answer = work(tx)
        body = orjson.dumps(schema.dump(answer)).decode()
        audit.append(tx, root, "api.call", actor().username, {"client": client().id, "path": request.path})
        idempotency.keep(tx, call, status, body)
        return _answer(status, body)

    try:
        return database().run(attempt)
    except Busy:
        return problem(503, "The dossier is busy; try again.", headers={"Retry-After": "1"})
    except Stop as stop:
        found = problem(stop.status, stop.detail, errors=stop.errors)
    except Invalid as invalid:
        found = problem(422, "Dữ liệu chưa đúng.", errors=invalid.errors)
    except Refusal as refusal:
        status = status_of(refusal)
        found = problem(refused if status == 409 else status, refusal.vi)
    return _keep_problem(call, found)


def _hash() -> str:
    body = json.dumps([request.get_json(silent=True), request.query_string.decode("latin-1")], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _again(tx: Tx, earlier: idempotency.Answer) -> Response:
    """The first answer once more. It shows a dossier: that is a reading like any other, and only for who may still see
    it."""
    if not earlier.fits:
        return problem(422, "This Idempotency-Key was used with another body.")
    said = orjson.loads(earlier.body) if earlier.status < 400 else {}
    if code := said.get("dossier") or said.get("code"):  # every answer names its dossier; a result has a code, too
        try:
            dossiers.by_code(tx, code, actor())
        except Refusal as refusal:
            return problem(404, refusal.vi)
    return _answer(earlier.status, earlier.body, again=True)


def _keep_problem(call: idempotency.Call, found: Response) -> Response:
    """A refusal undid its transaction; its answer is kept in one of its own."""

    def attempt(tx: Tx) -> Response:
        earlier = idempotency.reserve(tx, call)
        if earlier is not None:
            return _again(tx, earlier)
        idempotency.keep(tx, call, found.status_code, found.get_data(as_text=True))
        return found

    return database().run(attempt)


def _answer(status: int, body: str, *, again: bool = False) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"
    headers = {"Idempotency-Replayed": "true"} if again else None
    return Response(body, status=status, content_type=kind, headers=headers)
