"""Local accounts of officials, and of programs that call the API: passwords, lock-out, sessions, secrets.

Failures are counted in the database, so that every web process sees them. Whether a person exists is never told.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, officials, passwords
from procedures.store.people import account, password_token, role_grant, sign_in_session

LOG = "administration/accounts"
FAILURES = 5  # wrong passwords in a row before the account locks
LOCK = timedelta(minutes=15)
RESET = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it. `locked_until` is None when it is not locked."""

    username: str
    active: bool
    must_change: bool
    locked_until: datetime | None
    epoch: str
    signed_in_at: datetime | None
    has_password: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """What became of a try to sign in. `refusal` is None when it went well; `token` names the session then."""

    username: str
    refusal: Literal["wrong", "locked"] | None
    token: str = ""
    epoch: str = ""
    must_change: bool = False
    locked_until: datetime | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that is still alive, or was."""

    username: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    address: str | None
    program: str | None


# -- accounts and passwords ------------------------------------------------------------------------------------------


@command
def create(
    tx: Tx,
    username: str,
    password: str | None = None,
    *,
    must_change: bool = True,
    check: bool = True,
    by: str,
) -> None:
    """An account for an official. Without a password it is opened by a reset link. `check=False`: a given demo
    password is taken as it is."""
    if officials.get(tx, username) is None:
        raise Refusal(f"Không có cán bộ {username}.", f"There is no official {username}.")
    if _row(tx, username) is not None:
        raise Refusal(f"Tài khoản {username} đã có.", f"The account {username} exists.")
    if password is not None and check:
        passwords.refuse_weak(password, username)
    hashed = None if password is None else passwords.hashed(password) if check else passwords.sample(password)
    tx.execute(
        account.insert().values(
            username=username,
            password=hashed,
            must_change=must_change,
            active=True,
            failures=0,
            epoch=tx.database.new_id(),
            created_at=tx.now,
        )
    )
    audit.append(tx, LOG, "account_created", by, {"username": username})


@command
def create_admin(
    tx: Tx,
    username: str,
    password: str,
    *,
    name: str = "Quản trị hệ thống",
    province: Mapping[str, str] | None = None,
    must_change: bool = False,
) -> str:
    """The first administrator, as `motcua admin create` makes one: with the province's own agency where there is
    none yet. `province` is {"code", "name"}. Raises Refusal for a weak password or a name that is taken."""
    passwords.refuse_weak(password, username)
    top = agencies.children(tx, None)
    if not top:
        place = dict(province or {"code": "H31", "name": "tỉnh Hưng Yên"})
        agencies.add(tx, place["code"], f"Ủy ban nhân dân {place['name']}", level="tinh", by=username)
        top = agencies.children(tx, None)
    username = officials.add(tx, username, name, agency=top[0].code, title="Quản trị viên", by=username)
    officials.grant(tx, username, "quan_tri", top[0].code, by=username, reason="motcua admin create")
    create(tx, username, password, must_change=must_change, by=username)
    return username


@command
def sign_in(tx: Tx, username: str, password: str, *, address: str = "", program: str = "") -> SignIn:
    """Tries a password. Wrong ones are counted, and lock the account for a while; a locked account is not tried."""
    username = username.strip().lower()[:100]
    found = _row(tx, username)
    if found is not None and found.locked_until is not None and found.locked_until > tx.now:
        return SignIn(username, "locked", locked_until=found.locked_until)
    if (
        not passwords.right(found.password if found is not None else None, password)
        or found is None
        or not found.active
    ):
        return SignIn(username, *_count_failure(tx, username)) if found is not None else SignIn(username, "wrong")
    values: dict[str, Any] = {"failures": 0, "locked_until": None, "signed_in_at": tx.now}
    if passwords.outdated(found.password):
        values["password"] = passwords.hashed(password)
    tx.execute(update(account).where(account.c.username == username).values(values))
    token = secrets.token_urlsafe(32)
    tx.execute(
        sign_in_session.insert().values(
            hash=_hash(token),
            username=username,
            epoch=found.epoch,
            created_at=tx.now,
            seen_at=tx.now,
            address=address[:64],
            program=program[:255],
        )
    )
    return SignIn(username, None, token, found.epoch, found.must_change)


@command
def change_password(tx: Tx, username: str, present: str, new: str) -> SignIn:
    """The person's own change: the present password is tried like a sign-in, wrong ones counted. Other sessions end;
    the answer carries the new epoch."""
    found = _row(tx, username)
    if found is None:
        return SignIn(username, "wrong")
    if found.locked_until is not None and found.locked_until > tx.now:
        return SignIn(username, "locked", locked_until=found.locked_until)
    if not passwords.right(found.password, present):
        return SignIn(username, *_count_failure(tx, username))
    if present == new:
        raise Refusal("Mật khẩu mới phải khác mật khẩu đang dùng.", "The new password must differ from the present.")
    return SignIn(username, None, epoch=set_password(tx, username, new, must_change=False, by=username))


@command
def set_password(tx: Tx, username: str, new: str, *, must_change: bool = True, by: str) -> str:
    """Sets a password and ends all sessions; the new epoch. Raises Refusal where it is weak."""
    passwords.refuse_weak(new, username)
    _known(tx, username)
    epoch = tx.database.new_id()
    tx.execute(
        update(account)
        .where(account.c.username == username)
        .values(password=passwords.hashed(new), must_change=must_change, failures=0, locked_until=None, epoch=epoch)
    )
    revoke_sessions(tx, username)
    audit.append(tx, LOG, "password_set", by, {"username": username, "must_change": must_change})
    return epoch


@command
def begin_reset(tx: Tx, username: str, *, by: str, lasts: timedelta = RESET) -> str:
    """A one-time token with which the person sets a new password; older ones lose their force."""
    _known(tx, username)
    tx.execute(
        update(password_token)
        .where(password_token.c.username == username, password_token.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    token = secrets.token_urlsafe(32)
    tx.execute(password_token.insert().values(hash=_hash(token), username=username, expires_at=tx.now + lasts, by=by))
    audit.append(tx, LOG, "password_reset_begun", by, {"username": username})
    return token


@query
def owner_of_reset(tx: Tx, token: str) -> str | None:
    """Whose password a token may set; None where it is unknown, used or too old."""
    found = tx.read(select(password_token).where(password_token.c.hash == _hash(token))).first()
    return found.username if found and found.used_at is None and found.expires_at > tx.now else None


@command
def finish_reset(tx: Tx, token: str, new: str) -> str:
    """Sets the password that a token allows; the username. Raises Refusal where the token or the password is bad."""
    username = owner_of_reset(tx, token)
    if username is None:
        raise Refusal("Liên kết đặt lại mật khẩu không còn hiệu lực.", "The reset link is no longer valid.")
    passwords.refuse_weak(new, username)
    taken = tx.execute(
        update(password_token)
        .where(password_token.c.hash == _hash(token), password_token.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    if taken.rowcount != 1:
        raise Refusal("Liên kết đặt lại mật khẩu đã được dùng.", "The reset link has been used.")
    set_password(tx, username, new, must_change=False, by=username)
    return username


@command
def unlock(tx: Tx, username: str, *, by: str) -> None:
    """Forgets the failures."""
    _known(tx, username)
    tx.execute(update(account).where(account.c.username == username).values(failures=0, locked_until=None))
    audit.append(tx, LOG, "account_unlocked", by, {"username": username})


@command
def set_active(tx: Tx, username: str, active: bool, *, by: str, reason: str = "") -> None:
    """Shuts an account (its sessions end) or opens it again."""
    _known(tx, username)
    tx.execute(update(account).where(account.c.username == username).values(active=active, epoch=tx.database.new_id()))
    revoke_sessions(tx, username)
    audit.append(
        tx, LOG, "account_activated" if active else "account_shut", by, {"username": username, "reason": reason}
    )


@query
def get(tx: Tx, username: str) -> Account | None:
    """The account of an official; None where there is none."""
    found = _row(tx, username)
    if found is None:
        return None
    locked = found.locked_until if found.locked_until is not None and found.locked_until > tx.now else None
    return Account(
        found.username,
        found.active,
        found.must_change,
        locked,
        found.epoch,
        found.signed_in_at,
        found.password is not None,
    )


@query
def administrators(tx: Tx) -> int:
    """How many active accounts can administer: none means that the first one is still to be made."""
    today = agencies.today(tx)
    return int(
        tx.read(
            select(func.count(func.distinct(account.c.username)))
            .select_from(account)
            .join(role_grant, role_grant.c.official == account.c.username)
            .where(
                role_grant.c.role == "quan_tri",
                account.c.active,
                role_grant.c.valid_from <= today,
                role_grant.c.valid_to.is_(None) | (role_grant.c.valid_to > today),
            )
        ).scalar()
        or 0
    )


# -- sessions --------------------------------------------------------------------------------------------------------


@command
def session(
    tx: Tx, token: str, *, idle: timedelta = timedelta(minutes=30), longest: timedelta = timedelta(hours=12)
) -> str | None:
    """Whose session a token is, and notes that it is in use; None where it has ended or timed out."""
    found = tx.read(
        select(sign_in_session, account.c.epoch.label("now_epoch"), account.c.active)
        .join(account, account.c.username == sign_in_session.c.username)
        .where(sign_in_session.c.hash == _hash(token))
    ).first()
    if (
        found is None
        or found.ended_at is not None
        or not found.active
        or found.epoch != found.now_epoch
        or tx.now - found.seen_at > idle
        or tx.now - found.created_at > longest
    ):
        return None
    if tx.now - found.seen_at > timedelta(minutes=1):  # noted once a minute: a page must not cost a write each
        tx.execute(update(sign_in_session).where(sign_in_session.c.hash == _hash(token)).values(seen_at=tx.now))
    return str(found.username)


@command
def sign_out(tx: Tx, token: str) -> None:
    """Ends a session."""
    tx.execute(
        update(sign_in_session)
        .where(sign_in_session.c.hash == _hash(token), sign_in_session.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )


@command
def revoke_sessions(tx: Tx, username: str) -> int:
    """Ends all sessions of a person; how many."""
    done = tx.execute(
        update(sign_in_session)
        .where(sign_in_session.c.username == username, sign_in_session.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
    return int(done.rowcount)


@query
def sessions(tx: Tx, username: str) -> list[Session]:
    """The person's sessions, latest first."""
    rows = tx.read(
        select(sign_in_session)
        .where(sign_in_session.c.username == username)
        .order_by(sign_in_session.c.created_at.desc())
        .limit(50)
    )
    return [Session(row.username, row.created_at, row.seen_at, row.ended_at, row.address, row.program) for row in rows]


def _row(tx: Tx, username: str) -> Any:
    return tx.read(select(account).where(account.c.username == username)).first()


def _known(tx: Tx, username: str) -> None:
    if _row(tx, username) is None:
        raise Refusal(f"Không có tài khoản {username}.", f"There is no account {username}.")


def _count_failure(tx: Tx, username: str) -> tuple[Literal["wrong", "locked"], str, str, bool, datetime | None]:
    """Counts in the database, not in this process; the last allowed failure locks."""
    tx.execute(update(account).where(account.c.username == username).values(failures=account.c.failures + 1))
    failures = tx.execute(select(account.c.failures).where(account.c.username == username)).scalar() or 0
    if failures < FAILURES:
        return "wrong", "", "", False, None
    until = tx.now + LOCK
    tx.execute(update(account).where(account.c.username == username).values(failures=0, locked_until=until))
    audit.append(tx, LOG, "account_locked", None, {"username": username, "until": until.isoformat()})
    return "locked", "", "", False, until


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
