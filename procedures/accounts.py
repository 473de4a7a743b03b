"""Local accounts of officials: passwords, how long one waits after wrong ones, sessions.

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
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import agencies, attempts, officials, passwords
from procedures.store.people import account, password_token, sign_in_session

LOG = "administration/accounts"
KIND = "sign-in"  # of the tries that are counted
RESET = timedelta(hours=24)
CROWDED = (
    "Đang có quá nhiều người đăng nhập cùng lúc. Chờ vài giây rồi đăng nhập lại.",
    "Too many people are signing in at once. Wait a few seconds, then sign in again.",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it. `locked_until`: somebody who tries has to wait until then."""

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
    refusal: Literal["wrong", "wait"] | None
    token: str = ""
    epoch: str = ""
    must_change: bool = False
    wait: Refusal | None = None

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
        passwords.refuse_weak(password, username, _about(tx, username))
    hashed = None if password is None else passwords.hashed(password) if check else passwords.sample(password)
    tx.execute(
        account.insert().values(
            username=username,
            password=hashed,
            must_change=must_change,
            active=True,
            epoch=tx.database.new_id(),
            created_at=tx.now,
        )
    )
    audit.append(tx, LOG, "account_created", by, {"username": username})


def _about(tx: Tx, username: str) -> tuple[str, ...]:
    """What everybody knows of an official, by which a password is guessed."""
    person = officials.get(tx, username)
    if person is None:
        return ()
    return person.name, person.title, *agencies.names(tx, [person.agency]).values()


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
    passwords.refuse_weak(password, username, (name, (province or {}).get("name", "")))
    top = agencies.children(tx, None)
    if not top:
        place = dict(province or {"code": "H31", "name": "tỉnh Hưng Yên"})
        agencies.add(tx, place["code"], f"Ủy ban nhân dân {place['name']}", level="tinh", by=username)
        top = agencies.children(tx, None)
    username = officials.add(tx, username, name, agency=top[0].code, title="Quản trị viên", by=username)
    officials.grant(tx, username, "quan_tri", top[0].code, by=username, reason="motcua admin create")
    create(tx, username, password, must_change=must_change, by=username)
    return username


def sign_in(
    where: Database | Tx, username: str, password: str, *, address: str = "", program: str = "", device: str = ""
) -> SignIn:
    """Tries a password. Whoever has failed often waits, longer each time (`procedures.attempts`); the wait is the same
    for names that do not exist, and so is the time of an answer. `device`: a token of somebody who has signed in
    before; his tries are counted apart from strangers'. The count stands whatever becomes of the try, and no
    transaction is open while the password is hashed. A flood of tries takes few threads: who gets no turn soon is told
    to come again, and his try does not count."""
    username = username.strip().lower()[:100]
    what = attempts.Try(KIND, username, address, device)
    with passwords.turn() as mine:
        if not mine:
            return SignIn(username, "wait", wait=Refusal(*CROWDED))
        stored, wait = _begin(where, what)
        if wait is not None:
            return SignIn(username, "wait", wait=wait)
        right = passwords.right(stored, password)
    if not right:
        _failed(where, what)
        return SignIn(username, "wrong")
    return _admit(where, what, password, address, program)


@command
def _begin(tx: Tx, what: attempts.Try) -> tuple[str | None, Refusal | None]:
    """Counts the try; the hash to compare with where the account is open."""
    until = attempts.begin(tx, what)
    found = _row(tx, what.about)
    stored = found.password if found is not None and found.active else None
    return stored, attempts.TooOften(until, tx.now) if until is not None else None


@command
def _failed(tx: Tx, what: attempts.Try) -> None:
    """The log tells when somebody begins to be kept waiting at an account that exists."""
    if attempts.failures(tx, what) == attempts.OWN.free and _row(tx, what.about) is not None:
        audit.append(tx, LOG, "sign_in_delayed", None, {"username": what.about, "address": what.origin})


@command
def _admit(tx: Tx, what: attempts.Try, password: str, address: str, program: str) -> SignIn:
    attempts.succeeded(tx, what)
    found = _row(tx, what.about)
    if found is None or not found.active:
        return SignIn(what.about, "wrong")
    values: dict[str, Any] = {"signed_in_at": tx.now}
    if passwords.outdated(found.password):
        values["password"] = passwords.hashed(password)
    tx.execute(update(account).where(account.c.username == what.about).values(values))
    token = secrets.token_urlsafe(32)
    tx.execute(
        sign_in_session.insert().values(
            hash=_hash(token),
            username=what.about,
            epoch=found.epoch,
            created_at=tx.now,
            seen_at=tx.now,
            address=address[:64],
            program=program[:255],
        )
    )
    return SignIn(what.about, None, token, found.epoch, found.must_change)


def change_password(where: Database | Tx, username: str, present: str, new: str) -> SignIn:
    """The person's own change: the present password is tried like a sign-in, wrong ones counted apart from those of
    strangers. Other sessions end; the answer carries the new epoch."""
    what = attempts.Try(KIND, username, device="own session")
    stored, wait = _begin(where, what)
    if wait is not None:
        return SignIn(username, "wait", wait=wait)
    if not passwords.right(stored, present):
        return SignIn(username, "wrong")
    if present == new:
        raise Refusal("Mật khẩu mới phải khác mật khẩu đang dùng.", "The new password must differ from the present.")
    return SignIn(username, None, epoch=set_password(where, username, new, must_change=False, by=username))


@command
def set_password(tx: Tx, username: str, new: str, *, must_change: bool = True, by: str) -> str:
    """Sets a password and ends all sessions; the new epoch. Raises Refusal where it is weak."""
    passwords.refuse_weak(new, username, _about(tx, username))
    _known(tx, username)
    epoch = tx.database.new_id()
    tx.execute(
        update(account)
        .where(account.c.username == username)
        .values(password=passwords.hashed(new), must_change=must_change, epoch=epoch)
    )
    attempts.forget(tx, KIND, username)
    revoke_sessions(tx, username)
    audit.append(tx, LOG, "password_set", by, {"username": username, "must_change": must_change})
    return epoch


@command
def begin_reset(tx: Tx, username: str, *, by: str, reason: str = "", lasts: timedelta = RESET) -> str:
    """A one-time token with which the person sets a new password; older ones lose their force."""
    _known(tx, username)
    tx.execute(
        update(password_token)
        .where(password_token.c.username == username, password_token.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    token = secrets.token_urlsafe(32)
    tx.execute(password_token.insert().values(hash=_hash(token), username=username, expires_at=tx.now + lasts, by=by))
    audit.append(tx, LOG, "password_reset_begun", by, {"username": username, "reason": reason})
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
    passwords.refuse_weak(new, username, _about(tx, username))
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
    """Forgets the wrong passwords, wherever they came from: nobody has to wait any more."""
    _known(tx, username)
    attempts.forget(tx, KIND, username)
    audit.append(tx, LOG, "account_unlocked", by, {"username": username})


@command
def set_active(tx: Tx, username: str, active: bool, *, by: str, reason: str = "") -> None:
    """Shuts an account (its sessions end) or opens it again, with a reason. Refuses to shut the last administrator."""
    _known(tx, username)
    if not active:
        officials.keep_an_administrator(tx, without=username)
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
    return Account(
        found.username,
        found.active,
        found.must_change,
        attempts.waiting(tx, KIND, username),
        found.epoch,
        found.signed_in_at,
        found.password is not None,
    )


@query
def administrators(tx: Tx) -> int:
    """How many active accounts can administer: none means that the first one is still to be made."""
    return len(officials.administrators(tx))


@query
def with_sample_password(tx: Tx) -> list[str]:
    """Accounts whose password came with the sample data and is printed by the demo; of an older release, those that
    share one hash, as no two people's passwords do."""
    shared = select(account.c.password).group_by(account.c.password).having(func.count() > 1)
    rows = tx.read(
        select(account.c.username)
        .where(
            account.c.active,
            account.c.password.like(f"%{passwords.sample_mark()}%") | account.c.password.in_(shared),
        )
        .order_by(account.c.username)
    )
    return [row.username for row in rows]


@command
def end_sample(tx: Tx, *, by: str) -> list[str]:
    """Takes the sample's passwords away: their accounts wait for a reset link; who they are. Refuses where nobody would
    be left who administers: an administrator is made first."""
    found = with_sample_password(tx)
    for username in found:
        officials.keep_an_administrator(tx, without=username)
        tx.execute(
            update(account).where(account.c.username == username).values(password=None, epoch=tx.database.new_id())
        )
        revoke_sessions(tx, username)
        audit.append(tx, LOG, "sample_password_ended", by, {"username": username})
    return found


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
