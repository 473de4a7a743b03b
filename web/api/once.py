"""Idempotency: for 24 hours the same key of a client on a path gives the first answer again, and happens once.

The key's row is written in the same transaction as what the call does. A second call with the key waits for the first
one's commit at the primary key, then finds its answer; two servers are no different from one.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import audit
from engine.run.refusal import Refusal
from engine.store import Busy, Tx
from engine.store.tables import idempotency
from procedures.forms import Invalid
from web.api.access import actor, client
from web.api.problems import problem
from web.house import database

KEPT = timedelta(hours=24)
SWEEP = 0.01  # share of the calls that clear away everybody's old keys, not only their own


class Stop(Exception):
    """The call ends with this problem, and changes nothing."""

    def __init__(self, status: int, detail: str, errors: Any = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


Work = Callable[[Tx], tuple[str, Mapping[str, Any]]]


def once(key: str, schema: Schema, status: int, work: Work, *, refused: int = 409) -> Response:
    """Do `work` under the key. It returns the root it worked on (for the log) and the answer for `schema`.
    A refusal of the rooms below is a problem with the status `refused`; it is kept as the first answer, too."""
    said = _hash()

    def attempt(tx: Tx) -> Response:
        earlier = _reserve(tx, key, said)
        if earlier is not None:
            return earlier
        root, answer = work(tx)
        body = orjson.dumps(schema.dump(answer)).decode()
        audit.append(tx, root, "api.call", actor().username, {"client": client().id, "path": request.path})
        _keep(tx, key, status, body)
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
        found = problem(refused, refusal.vi)
    return _keep_problem(key, said, found)


def _hash() -> str:
    body = json.dumps([request.get_json(silent=True), request.query_string.decode("latin-1")], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _mine(key: str) -> Any:
    return ((idempotency.c.client == client().id) & (idempotency.c.path == request.path[:200])
            & (idempotency.c.key == key))


def _reserve(tx: Tx, key: str, said: str) -> Response | None:
    """Write the key, or give the answer of who was first. Raises Stop where the body was another."""
    old = idempotency.c.created_at < tx.now - KEPT
    tx.execute(delete(idempotency).where(old if random.random() < SWEEP else old & _mine(key)))
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(idempotency)
    done = tx.execute(insert.values(client=client().id, path=request.path[:200], key=key, body_hash=said,
                                    created_at=tx.now).on_conflict_do_nothing().returning(idempotency.c.key))
    if done.first() is not None:
        return None
    row = tx.execute(select(idempotency).where(_mine(key))).one()
    if row.body_hash != said:
        return problem(422, "This Idempotency-Key was used with another body.")
    return _answer(row.status, row.answer, again=True)


def _keep(tx: Tx, key: str, status: int, body: str) -> None:
    tx.execute(update(idempotency).where(_mine(key)).values(status=status, answer=body))


def _keep_problem(key: str, said: str, found: Response) -> Response:
    """A refusal undid its transaction; its answer is kept in one of its own."""

    def attempt(tx: Tx) -> Response:
        earlier = _reserve(tx, key, said)
        if earlier is None:
            _keep(tx, key, found.status_code, found.get_data(as_text=True))
        return earlier or found

    return database().run(attempt)


def _answer(status: int, body: str, *, again: bool = False) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"
    headers = {"Idempotency-Replayed": "true"} if again else None
    return Response(body, status=status, content_type=kind, headers=headers)
