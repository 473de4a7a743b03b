"""Programs that call the API: client credentials with scopes, each acting as a service official of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import officials
from procedures.store.people import client

LOG = "administration/clients"
SCOPES = {
    "dossiers": ("Nộp và xem hồ sơ", "Hand in and read dossiers"),
    "tasks": ("Xem và xử lý công việc", "Read and complete tasks"),
    "procedures": ("Xem danh mục thủ tục", "Read the catalogue"),
    "act_for": ("Làm thay cán bộ được nêu tên", "Act for an official that is named"),
}


@dataclass(frozen=True, slots=True)
class Client:
    """A program. `official` is the username it acts as."""

    id: str
    name: str
    scopes: frozenset[str]
    official: str
    active: bool
    created_at: datetime


@command
def create(
    tx: Tx,
    id: str,
    name: str,
    *,
    scopes: Iterable[str],
    official: str,
    secret: str | None = None,
    by: str,
) -> str:
    """A new client; its secret, which is shown this once. Raises Refusal for unknown scopes or officials."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise Refusal(f"Không có phạm vi {', '.join(unknown)}.", f"There is no scope {', '.join(unknown)}.")
    if officials.get(tx, official) is None:
        raise Refusal(f"Không có cán bộ {official}.", f"There is no official {official}.")
    if tx.execute(select(client.c.id).where(client.c.id == id)).first():
        raise Refusal(f"Ứng dụng {id} đã có.", f"The client {id} exists.")
    secret = secret or secrets.token_urlsafe(32)
    tx.execute(
        client.insert().values(
            id=id, secret=_hash(secret), name=name, scopes=wanted, official=official, active=True, created_at=tx.now
        )
    )
    audit.append(tx, LOG, "client_created", by, {"id": id, "scopes": wanted, "official": official})
    return secret


@query
def check(tx: Tx, id: str, secret: str) -> Client | None:
    """The client with these credentials; None where they are wrong or it is shut."""
    found = tx.read(select(client).where(client.c.id == id[:100])).first()
    right = hmac.compare_digest(found.secret if found is not None else _hash(""), _hash(secret))
    return _client(found) if found is not None and right and found.active else None


@query
def get(tx: Tx, id: str) -> Client | None:
    """The client by its id, without its secret; None where it is shut or unknown."""
    found = tx.read(select(client).where(client.c.id == id)).first()
    return _client(found) if found is not None and found.active else None


@query
def listing(tx: Tx) -> list[Client]:
    """All clients, by id."""
    return [_client(row) for row in tx.read(select(client).order_by(client.c.id))]


@command
def new_secret(tx: Tx, id: str, *, by: str) -> str:
    """Another secret in place of the old one."""
    secret = secrets.token_urlsafe(32)
    done = tx.execute(update(client).where(client.c.id == id).values(secret=_hash(secret)))
    if done.rowcount != 1:
        raise Refusal(f"Không có ứng dụng {id}.", f"There is no client {id}.")
    audit.append(tx, LOG, "client_secret_changed", by, {"id": id})
    return secret


@command
def set_active(tx: Tx, id: str, active: bool, *, by: str) -> None:
    """Shuts a client or opens it again."""
    tx.execute(update(client).where(client.c.id == id).values(active=active))
    audit.append(tx, LOG, "client_activated" if active else "client_shut", by, {"id": id})


def _client(row: object) -> Client:
    return Client(row.id, row.name, frozenset(row.scopes), row.official, row.active, row.created_at)  # type: ignore[attr-defined]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
