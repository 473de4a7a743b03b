"""What happens to dossiers is told to other systems by signed calls, which the configuration names: again and again
until they are taken, in no fixed order, each known by its id. Nothing that is told names a person.

    POST  X-Motcua-Delivery: <id>  X-Motcua-Event: dossier.status  X-Motcua-Timestamp: <seconds>
          X-Motcua-Signature: sha256=<HMAC-SHA256 of "<seconds>.<body>" under the shared secret>

A receiver that fails many times in a row is stopped, and administrators are told; what happens meanwhile waits until
they let it go on. Deliveries can be sent again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update

from engine import audit, jobs
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import notices, officials, settings
from procedures.exchange.connectors import calling
from procedures.exchange.connectors.calling import Answer, Asked, Away, Unreadable, call
from procedures.exchange.connectors.configured import WEBHOOK, Connector
from procedures.exchange.connectors.routes import LOG
from procedures.store.connectors import connector_state, webhook_delivery
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.words import Word

JOB = "webhook"
WAITING, SENT, FAILED = "waiting", "sent", "failed"
STATES: Mapping[str, Word] = {
    WAITING: Word("Chờ gửi", "Waiting"),
    SENT: Word("Đã gửi", "Sent"),
    FAILED: Word("Không gửi được", "Not sent"),
}
STOP_AFTER = 12  # failures in a row: with the rests between them, some hours


def happened(tx: Tx, dossier_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """A dossier's log has grown: who is to hear of such events is told."""
    for line in settings.current(tx).connectors.values():
        if line.kind == WEBHOOK and kind in line.told["events"].split(","):
            _order(tx, line, dossier_id, kind)


def _order(tx: Tx, line: Connector, dossier_id: str, kind: str) -> None:
    row = tx.read(
        select(dossier.c.code, dossier.c.procedure, dossier.c.agency, dossier_state.c.status, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).one()
    id = tx.database.new_id()
    body = {"id": id, "event": kind, "at": tx.now, "dossier": {str(key): value for key, value in row._mapping.items()}}
    tx.execute(
        webhook_delivery.insert().values(
            root_id=dossier_id,
            id=id,
            hook=line.name,
            event=kind,
            body=orjson.dumps(body).decode(),
            state=WAITING,
            tries=0,
            made_at=tx.now,
            sent_at=None,
            error="",
        )
    )
    _job(tx, dossier_id, id)


def _job(tx: Tx, root_id: str, id: str) -> None:
    jobs.add(tx, root_id, JOB, payload={"id": id}, dedupe_key=f"webhook:{id}", retries=8)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Under which a receiver believes a call."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def stopped(tx: Tx) -> dict[str, datetime]:
    """The receivers that are stopped, since when."""
    rows = tx.read(
        select(connector_state.c.connector, connector_state.c.stopped_at).where(
            connector_state.c.stopped_at.is_not(None)
        )
    )
    return {row.connector: row.stopped_at for row in rows}


def _deliver(job: Job, database: Database) -> str:
    """Sends one; what came of it."""
    mine = _one(job)
    with database.begin() as tx:
        row = tx.read(select(webhook_delivery).where(mine)).first()
        resting = row is not None and row.hook in stopped(tx)
    line = settings.current(database).connectors.get(row.hook) if row is not None else None
    if row is None or row.state == SENT or resting:
        return WAITING
    if line is None:
        return FAILED
    body, timestamp = row.body.encode(), str(int(database.clock().timestamp()))
    head = _head(line, row.id, row.event, timestamp, body)
    try:
        call(database, line, Asked(row.event, body=body, headers=head, about=row.id), _taken)
    except Away:
        database.run(lambda tx: _count(tx, line, mine))
        raise
    return SENT


def _head(line: Connector, id: str, event: str, timestamp: str, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Motcua-Delivery": id,
        "X-Motcua-Event": event,
        "X-Motcua-Timestamp": timestamp,
        "X-Motcua-Signature": f"sha256={signature(line.told['secret'], timestamp, body)}",
    }


def _one(job: Job) -> Any:
    return (webhook_delivery.c.root_id == job.root_id) & (webhook_delivery.c.id == job.payload["id"])


def _taken(answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        raise Unreadable(f"mã {answer.status}")


def _count(tx: Tx, line: Connector, mine: Any) -> None:
    """One more failure: the receiver is stopped where it was the last one that is borne."""
    tx.execute(update(webhook_delivery).where(mine).values(tries=webhook_delivery.c.tries + 1))
    done = tx.execute(
        update(connector_state)
        .where(
            connector_state.c.connector == line.name,
            connector_state.c.failures >= STOP_AFTER,
            connector_state.c.stopped_at.is_(None),
        )
        .values(stopped_at=tx.now)
    )
    if not done.rowcount:
        return
    audit.append(tx, LOG, "webhook_stopped", None, {"connector": line.name})
    for username in officials.administrators(tx):
        person = officials.get(tx, username)
        if person is not None and person.email:
            notices.mail(
                tx,
                LOG,
                person.email,
                f"Đã ngừng gửi đến {line.word.vi}",
                f"{line.word.vi} không nhận tin {STOP_AFTER} lần liên tiếp nên hệ thống đã ngừng gửi. Các tin chưa gửi "
                f"được giữ lại. Kiểm tra bên nhận, rồi cho gửi tiếp tại {settings.current(tx).public_url}"
                f"/quan-tri/ket-noi/{line.name}\n",
            )


def _delivered(tx: Tx, job: Job, state: str) -> None:
    if state == WAITING:
        return
    values: dict[str, Any] = {"state": state, "error": "" if state == SENT else "Không còn khai báo bên nhận"}
    if state == SENT:
        values |= {"sent_at": tx.now, "tries": webhook_delivery.c.tries + 1}
    tx.execute(update(webhook_delivery).where(_one(job)).values(**values))


def _given_up(tx: Tx, job: Job, message: str) -> None:
    tx.execute(update(webhook_delivery).where(_one(job)).values(state=FAILED, error=message[:500]))


HANDLERS = {JOB: Handler(outside=_deliver, done=_delivered, exhausted=_given_up, opens=True)}


# -- what an administrator does ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery."""

    id: str
    event: str
    state: str
    tries: int
    made_at: datetime
    sent_at: datetime | None
    error: str


def try_out(where: Database, line: Connector) -> None:
    """Sends a receiver an event that is none (`ping`), signed like any other."""
    body, timestamp = b'{"event":"ping"}', str(int(where.clock().timestamp()))
    call(where, line, Asked("ping", body=body, headers=_head(line, "ping", "ping", timestamp, body)), _taken)


@query
def counted(tx: Tx) -> dict[str, tuple[int, int]]:
    """Of each receiver, how many deliveries wait and how many were given up."""
    rows = tx.read(
        select(webhook_delivery.c.hook, webhook_delivery.c.state, func.count().label("many"))
        .where(webhook_delivery.c.state != SENT)
        .group_by(webhook_delivery.c.hook, webhook_delivery.c.state)
    )
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        waiting, failed = found.get(row.hook, (0, 0))
        found[row.hook] = (waiting + row.many, failed) if row.state == WAITING else (waiting, failed + row.many)
    return found


@query
def deliveries(tx: Tx, name: str, most: int = 50) -> list[Delivery]:
    """The latest deliveries to a receiver."""
    fields = [webhook_delivery.c[one] for one in Delivery.__slots__]
    rows = tx.read(
        select(*fields)
        .where(webhook_delivery.c.hook == name)
        .order_by(webhook_delivery.c.made_at.desc(), webhook_delivery.c.id.desc())
        .limit(most)
    ).mappings()
    return [Delivery(**row) for row in rows]


@command
def send_again(tx: Tx, name: str, by: str, id: str = "") -> int:
    """Sends one delivery again, whatever became of it, or all that were not sent; how many. The receiver knows a
    repeated one by its id."""
    wanted = webhook_delivery.c.id == id if id else webhook_delivery.c.state != SENT
    rows = tx.execute(
        select(webhook_delivery.c.root_id, webhook_delivery.c.id).where(webhook_delivery.c.hook == name, wanted)
    ).all()
    for row in rows:
        mine = (webhook_delivery.c.root_id == row.root_id) & (webhook_delivery.c.id == row.id)
        tx.execute(update(webhook_delivery).where(mine).values(state=WAITING, error=""))
        _job(tx, row.root_id, row.id)
    audit.append(tx, LOG, "webhook_sent_again", by, {"connector": name, "deliveries": len(rows)})
    return len(rows)


@command
def let_go_on(tx: Tx, name: str, by: str) -> int:
    """Lets a receiver that was stopped be told again, of all that waited; how many."""
    tx.execute(update(connector_state).where(connector_state.c.connector == name).values(stopped_at=None))
    calling.let_go_on(tx, name)
    audit.append(tx, LOG, "webhook_goes_on", by, {"connector": name})
    return send_again(tx, name, by)


@command
def forget(tx: Tx) -> int:
    """Throws away what was sent longer ago than the journal is kept; how many."""
    old = (webhook_delivery.c.state == SENT) & (webhook_delivery.c.sent_at < tx.now - calling.KEPT)
    return int(tx.execute(delete(webhook_delivery).where(old)).rowcount)
