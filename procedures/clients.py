"""Programs that call the API: client credentials with scopes, each acting as a service official of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import audit
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import agencies, officials
from procedures.actor import Actor
from procedures.store.connectors import client_quota, client_use
from procedures.store.people import account, client, client_acts_for

LOG = "administration/clients"
SCOPES = {
    "dossiers": ("Nộp và xem hồ sơ", "Hand in and read dossiers"),
    "tasks": ("Xem và xử lý công việc", "Read and complete tasks"),
    "procedures": ("Xem danh mục thủ tục", "Read the catalogue"),
    "status": ("Xem tình trạng hồ sơ, không có dữ liệu cá nhân", "Read how dossiers stand, without anybody's data"),
    "statistics": ("Xem số liệu tổng hợp", "Read figures"),
    "act_for": ("Làm thay cán bộ được nêu tên", "Act for an official that is named"),
}


@dataclass(frozen=True, slots=True)
class Client:
    """A program. `official` is the username it acts as; `acts_for` those as whom it may act besides (scope act_for).
    `mark` changes with the secret: a token that carries another one is worth nothing. hourly: calls that it may make
    in an hour; None: as many as it likes."""

    id: str
    name: str
    scopes: frozenset[str]
    official: str
    active: bool
    created_at: datetime
    acts_for: frozenset[str]
    mark: str
    hourly: int | None = None


@command
def create(
    tx: Tx,
    id: str,
    name: str,
    *,
    scopes: Iterable[str],
    official: str,
    acts_for: Iterable[str] = (),
    secret: str | None = None,
    by: str,
) -> str:
    """A new client; its secret, which is shown this once. Raises Refusal for unknown scopes or officials, and for
    officials as whom no program may act."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise Refusal(f"Không có phạm vi {', '.join(unknown)}.", f"There is no scope {', '.join(unknown)}.", "scopes")
    if officials.get(tx, official) is None:
        raise Refusal(f"Không có cán bộ {official}.", f"There is no official {official}.", "official")
    if tx.execute(select(client.c.id).where(client.c.id == id)).first():
        raise Refusal(f"Ứng dụng {id} đã có.", f"The client {id} exists.", "id")
    secret = secret or secrets.token_urlsafe(32)
    tx.execute(
        client.insert().values(
            id=id, secret=_hash(secret), name=name, scopes=wanted, official=official, active=True, created_at=tx.now
        )
    )
    audit.append(tx, LOG, "client_created", by, {"id": id, "scopes": wanted, "official": official})
    set_acts_for(tx, id, acts_for, by=by)
    return secret


@command
def set_acts_for(tx: Tx, id: str, usernames: Iterable[str], *, by: str) -> None:
    """The officials as whom a client may act, in place of those before. Raises Refusal for an unknown client, an
    unknown official, an administrator, and an account that is shut."""
    if tx.execute(select(client.c.id).where(client.c.id == id)).first() is None:
        raise Refusal(f"Không có ứng dụng {id}.", f"There is no client {id}.")
    wanted = sorted({name.strip().lower() for name in usernames if name.strip()})
    for username in wanted:
        why = _never(tx, username)
        if why is not None:
            raise why
    before = sorted(tx.execute(select(client_acts_for.c.official).where(client_acts_for.c.client == id)).scalars())
    if before == wanted:
        return
    tx.execute(delete(client_acts_for).where(client_acts_for.c.client == id))
    for username in wanted:
        tx.execute(client_acts_for.insert().values(client=id, official=username))
    audit.append(tx, LOG, "client_acts_for", by, {"id": id, "before": before, "after": wanted})


def _never(tx: Tx, username: str) -> Refusal | None:
    """Why no program may ever act as this person; None where one may."""
    person = officials.get(tx, username)
    if person is None or (person.valid_to is not None and person.valid_to <= agencies.today(tx)):
        return Refusal(
            f"Không có cán bộ {username} đang công tác.", f"There is no official {username} in office.", "acts_for"
        )
    shut = tx.read(select(account.c.active).where(account.c.username == username)).scalar() is False
    if shut:
        return Refusal(f"Tài khoản {username} đã ngừng.", f"The account {username} is shut.", "acts_for")
    if any(role == "quan_tri" for role, _ in officials.roles_of(tx, username)):
        return Refusal(
            f"{username} là quản trị hệ thống: không ứng dụng nào được làm thay.",
            f"{username} is an administrator: no program acts as one.",
            "acts_for",
        )
    return None


@command
def set_quota(tx: Tx, id: str, hourly: int | None, *, by: str) -> None:
    """How many calls a client may make in an hour; None: as many as it likes. Refuses an unknown client, and a number
    that is none from 1 to a million."""
    if tx.execute(select(client.c.id).where(client.c.id == id)).first() is None:
        raise Refusal(f"Không có ứng dụng {id}.", f"There is no client {id}.")
    if hourly is not None and not 1 <= hourly <= 1_000_000:
        raise Refusal("Giới hạn là số nguyên từ 1 đến 1.000.000.", "A quota is a number from 1 to 1,000,000.", "hourly")
    tx.execute(delete(client_quota).where(client_quota.c.client == id))
    if hourly is not None:
        tx.execute(client_quota.insert().values(client=id, hourly=hourly))
    audit.append(tx, LOG, "client_quota", by, {"id": id, "hourly": hourly})


def count_call(where: Database | Tx, one: Client) -> int:
    """Counts a call of a client that has a quota; the seconds until it may call again, 0 where it may now."""
    return 0 if one.hourly is None else _counted(where, one.id, one.hourly)


@command
def _counted(tx: Tx, id: str, most: int) -> int:
    hour = tx.now.replace(minute=0, second=0, microsecond=0)
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(client_use)
    calls = tx.execute(
        insert.values(client=id, hour=hour, calls=1)
        .on_conflict_do_update(index_elements=["client", "hour"], set_={"calls": client_use.c.calls + 1})
        .returning(client_use.c.calls)
    ).scalar_one()
    if calls == 1:
        tx.execute(delete(client_use).where(client_use.c.hour < hour - timedelta(days=1)))
    return 0 if calls <= most else int((hour + timedelta(hours=1) - tx.now).total_seconds()) + 1


@query
def calls_of(tx: Tx) -> dict[str, int]:
    """How often each client that has a quota has called in the last day."""
    since = tx.now - timedelta(days=1)
    rows = tx.read(
        select(client_use.c.client, func.sum(client_use.c.calls).label("calls"))
        .where(client_use.c.hour >= since)
        .group_by(client_use.c.client)
    )
    return {row.client: int(row.calls) for row in rows}


@query
def may_not_act_as(tx: Tx, one: Client, username: str) -> Refusal | None:
    """Why a client may not act as this official now; None where it may. Looked at for each call: the list, the account
    and the roles may have changed since the token was given."""
    if username != one.official and username not in one.acts_for:
        return Refusal(
            f"Ứng dụng {one.id} không được làm thay {username}.", f"Client {one.id} may not act for {username}."
        )
    return _never(tx, username)


@query
def is_own(tx: Tx, by: Actor) -> bool:
    """Whether a client acts as its own service official, and for nobody else."""
    return tx.read(select(client.c.official).where(client.c.id == by.client)).scalar() == by.username


@query
def check(tx: Tx, id: str, secret: str) -> Client | None:
    """The client with these credentials; None where they are wrong or it is shut."""
    found = tx.read(select(client).where(client.c.id == id[:100])).first()
    right = hmac.compare_digest(found.secret if found is not None else _hash(""), _hash(secret))
    return _client(tx, found) if found is not None and right and found.active else None


@query
def get(tx: Tx, id: str) -> Client | None:
    """The client by its id, without its secret; None where it is shut or unknown."""
    found = tx.read(select(client).where(client.c.id == id)).first()
    return _client(tx, found) if found is not None and found.active else None


@query
def listing(tx: Tx) -> list[Client]:
    """All clients, by id."""
    return [_client(tx, row) for row in tx.read(select(client).order_by(client.c.id)).all()]


@command
def new_secret(tx: Tx, id: str, *, by: str, reason: str = "") -> str:
    """Another secret in place of the old one; tokens that were given for that one end at once."""
    secret = secrets.token_urlsafe(32)
    done = tx.execute(update(client).where(client.c.id == id).values(secret=_hash(secret)))
    if done.rowcount != 1:
        raise Refusal(f"Không có ứng dụng {id}.", f"There is no client {id}.")
    audit.append(tx, LOG, "client_secret_changed", by, {"id": id, "reason": reason})
    return secret


@command
def set_active(tx: Tx, id: str, active: bool, *, by: str, reason: str = "") -> None:
    """Shuts a client or opens it again, with a reason."""
    if tx.execute(update(client).where(client.c.id == id).values(active=active)).rowcount != 1:
        raise Refusal(f"Không có ứng dụng {id}.", f"There is no client {id}.")
    audit.append(tx, LOG, "client_activated" if active else "client_shut", by, {"id": id, "reason": reason})


def _client(tx: Tx, row: Any) -> Client:
    listed = tx.read(select(client_acts_for.c.official).where(client_acts_for.c.client == row.id)).scalars()
    hourly = tx.read(select(client_quota.c.hourly).where(client_quota.c.client == row.id)).scalar()
    return Client(
        row.id,
        row.name,
        frozenset(row.scopes),
        row.official,
        row.active,
        row.created_at,
        frozenset(listed),
        row.secret[:16],
        hourly,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
