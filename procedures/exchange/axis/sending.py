"""The worker sends what the outbox holds: each message is written to a file, signed by the agency's key, streamed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select, update

from engine import audit
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from procedures import settings
from procedures.exchange import edxml
from procedures.exchange.axis import protocol
from procedures.exchange.axis.client import Client
from procedures.exchange.axis.composing import compose
from procedures.exchange.axis.outbox import SEND, STATUS
from procedures.store.axis import axis_message


def _send(job: Job, database: Database) -> str | None:
    """The axis's id of the message; None for one that was sent before. Raises a Refusal where the axis does not take
    it now."""
    with database.begin() as tx:
        row = tx.read(select(axis_message).where(*_key(job))).one()
        if row.sent_at is not None:
            return None
        organ, message = compose(tx, row)
    with tempfile.TemporaryFile() as body:
        edxml.write(message, body, Path("/"))
        kind = protocol.STATUS if row.kind == STATUS else protocol.EDOC
        with _signed(database, organ, body, row.ordered_at) as signed:
            return Client(settings.current(database).axis).send(signed, kind, organ)


@contextmanager
def _signed(database: Database, organ: str, body: IO[bytes], at: datetime) -> Iterator[IO[bytes]]:
    """The message from its beginning, with the agency's signature in it, where it has a key. It is read by pieces,
    whatever its size."""
    known = settings.current(database)
    key = known.signing_keys.agencies.get(organ)
    if key is None:
        body.seek(0)
        yield body
        return
    from procedures.signatures import trust, xades

    with tempfile.TemporaryFile() as signed:
        xades.sign_large(body, signed, key, trust.load(known.signature_trust), at)
        signed.seek(0)
        yield signed


def _sent(tx: Tx, job: Job, axis_id: Any) -> None:
    if axis_id is None:
        return
    tx.execute(update(axis_message).where(*_key(job)).values(sent_at=tx.now, axis_id=axis_id, problem=None))
    audit.append(tx, job.root_id, "axis.sent", None, {"message": job.payload["id"], "axis_id": axis_id})


def _given_up(tx: Tx, job: Job, message: str) -> None:
    tx.execute(update(axis_message).where(*_key(job)).values(problem=message[:1000]))
    audit.append(tx, job.root_id, "axis.given_up", None, {"message": job.payload["id"]})


def _key(job: Job) -> tuple[Any, Any]:
    return axis_message.c.root_id == job.root_id, axis_message.c.id == job.payload["id"]


#: Seconds between tries: an axis that is busy for a moment keeps no urgent document for minutes.
BACK_OFF = (5, 15, 60, 300, 900, 3600, 7200)
HANDLERS = {SEND: Handler(outside=_send, done=_sent, exhausted=_given_up, back_off=BACK_OFF, opens=True)}
