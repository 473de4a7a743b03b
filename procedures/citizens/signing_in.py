"""Signing in by a code that is sent to a phone or a mailbox, and the sessions that come of it.

A code has six digits, lives ten minutes and bears five tries; who guesses or has codes sent in rows waits ever longer
(`procedures.attempts`). The database keeps no code, only its hash under a key outside it, so that a row put in by hand
opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import attempts, notices, settings
from procedures.citizens import people
from procedures.dossiers.values import Applicant
from procedures.store.citizens import citizen_code, citizen_session
from procedures.vocabulary.assurance import CONTACT

PHONE, MAIL = "phone", "mail"
LASTS = timedelta(minutes=10)
TRIES = 5
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
TYPING = timedelta(hours=12)  # how long after its last use an old session's owner is still believed to be typing
SENT, ENTERED = "code", "code-entered"  # what is counted


class Refused(Refusal):
    """A code is not sent, or not taken; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A code is on its way. shown: where to, as a page may say it. code: for a demonstration, which sends nothing."""

    id: str
    kind: str
    shown: str
    code: str


@dataclass(frozen=True, slots=True)
class Session:
    """Whose session a token is, and how surely. alive: False for one that has only grown old: it opens nothing, and
    what its owner was typing may still be kept for them."""

    citizen: str
    level: int
    alive: bool = True


def contact_of(text: str) -> tuple[str, str]:
    """What kind of contact was typed, and as what it is known: a mobile phone with its ten digits, an address in small
    letters. Raises Refused for neither."""
    typed = text.strip()
    if "@" in typed:
        if re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", typed) and len(typed) <= 120:
            return MAIL, typed.lower()
        raise Refused(
            "Địa chỉ thư điện tử không đúng, ví dụ: ten@vidu.vn.", "This is no mail address; for example ten@vidu.vn."
        )
    digits = re.sub(r"[\s.\-()]", "", typed)
    digits = "0" + digits[3:] if digits.startswith("+84") else digits
    if re.fullmatch(r"0[35789]\d{8}", digits):
        return PHONE, digits
    raise Refused(
        "Nhập số điện thoại di động 10 chữ số, ví dụ 0912 345 678, hoặc địa chỉ thư điện tử.",
        "Enter a mobile number of 10 digits, for example 0912 345 678, or a mail address.",
    )


def ask_code(where: Database | Tx, contact: str, origin: str = "") -> Asked:
    """Sends a code. Raises Refused where the contact is none, or has been sent many. The count stands either way."""
    kind, value = contact_of(contact)
    asked, wait = _ask(where, kind, value, origin)
    if asked is None:
        raise wait or Refused("Chưa gửi được mã.", "The code cannot be sent.")
    return asked


@command
def _ask(tx: Tx, kind: str, value: str, origin: str) -> tuple[Asked | None, Refusal | None]:
    until = attempts.begin(tx, attempts.Try(SENT, value, origin))
    if until is not None:
        return None, _too_often(attempts.TooOften(until, tx.now))
    tx.execute(delete(citizen_code).where(citizen_code.c.sent_at < tx.now - LASTS))
    id, code = tx.database.new_id(), f"{secrets.randbelow(10**6):06d}"
    tx.execute(
        citizen_code.insert().values(
            id=id, kind=kind, contact=value, mark=_mark(tx, id, value, code), tries=0, sent_at=tx.now
        )
    )
    notices.code(tx, id, kind, value, code)
    return Asked(id, kind, masked(kind, value), code), None


def _too_often(wait: attempts.TooOften) -> Refused:
    how_long = wait.vi.rpartition("sau ")[2], wait.en.rpartition("in ")[2]
    return Refused(
        f"Mã đã được gửi nhiều lần. Xem lại tin nhắn đã nhận, hoặc lấy mã mới sau {how_long[0]}",
        f"Codes were sent several times. Look at the messages you have, or ask again in {how_long[1]}",
    )


def masked(kind: str, value: str) -> str:
    """A contact as a page shows it before one is signed in."""
    if kind == MAIL:
        name, _, host = value.partition("@")
        return f"{name[:2]}…@{host}"
    return f"{value[:4]} ··· {value[-3:]}"


@query
def shown(tx: Tx, code_id: str) -> str:
    """Where a code was sent to; empty where it is used or too old."""
    row = tx.read(select(citizen_code).where(citizen_code.c.id == code_id)).first()
    return masked(row.kind, row.contact) if row is not None and tx.now - row.sent_at <= LASTS else ""


def enter_code(where: Database | Tx, code_id: str, code: str, origin: str = "") -> tuple[str, Session]:
    """Signs in: the session's token, and the session. Raises Refused for a wrong, used or old code."""
    token, found, why = _enter(where, code_id, re.sub(r"\D", "", code), origin)
    if found is None or why is not None:
        raise why or Refused(*OLD)
    return token, found


OLD = (
    "Mã này đã dùng, đã quá 10 phút hoặc đã nhập sai 5 lần. Lấy mã mới.",
    "This code has been used, is older than 10 minutes or was entered wrongly 5 times. Ask for a new one.",
)
WRONG = ("Mã không đúng. Xem lại tin nhắn rồi nhập 6 chữ số.", "The code is wrong. Look at the message again.")


@command
def _enter(tx: Tx, code_id: str, code: str, origin: str) -> tuple[str, Session | None, Refused | None]:
    row = tx.execute(select(citizen_code).where(citizen_code.c.id == code_id).with_for_update()).first()
    if row is None or tx.now - row.sent_at > LASTS or row.tries >= TRIES:
        return "", None, Refused(*OLD)
    what = attempts.Try(ENTERED, row.contact, origin)
    until = attempts.begin(tx, what)
    if until is not None:
        wait = attempts.TooOften(until, tx.now)
        return "", None, Refused(wait.vi, wait.en)
    if not hmac.compare_digest(_mark(tx, code_id, row.contact, code), row.mark):
        tx.execute(update(citizen_code).where(citizen_code.c.id == code_id).values(tries=row.tries + 1))
        return "", None, Refused(*(WRONG if row.tries + 1 < TRIES else OLD))
    attempts.succeeded(tx, what)
    attempts.forget(tx, SENT, row.contact)
    tx.execute(delete(citizen_code).where(citizen_code.c.id == code_id))
    citizen_id = people.by_key(tx, row.kind, row.contact)
    if citizen_id is None:
        phone, email = (row.contact, "") if row.kind == PHONE else ("", row.contact)
        citizen_id = people.add(tx, Applicant("", phone=phone, email=email))
        people.add_key(tx, citizen_id, row.kind, row.contact)
    return begin(tx, citizen_id, CONTACT), Session(citizen_id, CONTACT), None


def _mark(tx: Tx, id: str, contact: str, code: str) -> str:
    key = hashlib.sha256(f"codes\0{settings.current(tx).secret()}".encode()).digest()
    return hmac.new(key, f"{id}\0{contact}\0{code}".encode(), hashlib.sha256).hexdigest()


# -- sessions --------------------------------------------------------------------------------------------------------


def begin(tx: Tx, citizen_id: str, level: int) -> str:
    """A session of that level of assurance; its token."""
    token = secrets.token_urlsafe(32)
    tx.execute(
        citizen_session.insert().values(
            hash=_hash(token), citizen=citizen_id, level=level, created_at=tx.now, seen_at=tx.now, ended_at=None
        )
    )
    return token


@command
def session(tx: Tx, token: str) -> Session | None:
    """Whose session a token is, noted as in use; None where it was ended, never was, or lay unused too long."""
    row = tx.read(select(citizen_session).where(citizen_session.c.hash == _hash(token))).first()
    if row is None or row.ended_at is not None or tx.now - row.seen_at > TYPING:
        return None
    if tx.now - row.seen_at > IDLE or tx.now - row.created_at > LONGEST:
        return Session(row.citizen, row.level, alive=False)
    if tx.now - row.seen_at > timedelta(minutes=1):  # noted once a minute: a page must not cost a write each
        tx.execute(update(citizen_session).where(citizen_session.c.hash == row.hash).values(seen_at=tx.now))
    return Session(row.citizen, row.level)


@command
def sign_out(tx: Tx, token: str) -> None:
    """Ends a session, for every copy of its token."""
    tx.execute(
        update(citizen_session)
        .where(citizen_session.c.hash == _hash(token), citizen_session.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
