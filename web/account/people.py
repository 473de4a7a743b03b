"""The officials' accounts as the pages need them: one place that speaks to `procedures.accounts`."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from flask import current_app, g
from flask_babel import gettext as _
from flask_login import current_user

from engine.refusal import Refusal
from procedures import accounts, agencies, officials
from procedures.actor import Actor
from procedures.vocabulary.roles import ROLES, WATCHING
from web.house import database, house
from web.i18n import pick
from web.logs import log
from web.permissions import SignedIn
from web.refusals import sentence

LEADING = ("truong_don_vi", "lanh_dao")
EVERYTHING = ("quan_tri",)


def sign_in(username: str, password: str, address: str, program: str, device: str) -> tuple[accounts.SignIn, str]:
    """What became of a try, and the sentence for the person where it was refused: the same for a wrong password
    and a name that is not there. The log names the account, where it is one, and the address."""
    done = accounts.sign_in(database(), username, password, address=address, program=program, device=device)
    if done.ok:
        return done, ""
    known = accounts.get(database(), done.username) is not None
    log.warning("sign-in failed", why=done.refusal, account=done.username if known else None, address=address)
    if done.wait is not None:
        return done, sentence(done.wait)
    return done, _("Tên đăng nhập hoặc mật khẩu không đúng")


def find(username: str, ticket: str) -> SignedIn | None:
    """The person whose session the ticket is, or None where it has ended."""
    idle = timedelta(minutes=house().config.session_minutes)
    with database().begin() as tx:
        if accounts.session(tx, ticket, idle=idle) != username:
            return None
        official, account = officials.get(tx, username), accounts.get(tx, username)
        if official is None or account is None:
            return None
        return SignedIn(
            username,
            official.name,
            officials.roles_of(tx, username),
            title=official.title,
            agency=official.agency,
            must_change_password=account.must_change,
        )


def actor() -> Actor:
    """The signed-in official as the rooms below know those who act; once for each request."""
    if "actor" not in g:
        g.actor = actor_of(current_user)
    found: Actor = g.actor
    return found


def actor_of(person: SignedIn) -> Actor:
    """Any official as an actor: heads and leaders see what is below their agencies, administrators all; who only
    watches over others sees no dossier."""
    working = {role for role, _agency in person.roles} - WATCHING
    watches = bool(person.roles) and not working
    with database().begin() as tx:
        seen = set(person.agencies(*working)) if working else set()
        for code in person.agencies(*LEADING):
            seen |= agencies.subtree(tx, code)
    return Actor(
        username=person.username,
        name=person.name,
        title=person.title,
        agency="" if watches else person.agency,
        roles=frozenset(role for role, _agency in person.roles),
        agencies=frozenset(seen),
        everything=person.has(*EVERYTHING),
    )


def load(username: str) -> SignedIn | None:
    """An official without a session, as programs act for one; None where he has left or never was."""
    with database().begin() as tx:
        official = officials.get(tx, username)
        if official is None or (official.valid_to is not None and official.valid_to <= agencies.today(tx)):
            return None
        return SignedIn(
            username, official.name, officials.roles_of(tx, username), title=official.title, agency=official.agency
        )


def change_password(username: str, present: str, new: str) -> tuple[accounts.SignIn | None, dict[str, str]]:
    """Change one's own password; the new sign-in, or what is wrong by field."""
    try:
        done = accounts.change_password(database(), username, present, new)
    except Refusal as refused:
        return None, {"mat_khau_moi": sentence(refused)}
    if done.wait is not None:
        return None, {"mat_khau_cu": sentence(done.wait)}
    if not done.ok:
        return None, {"mat_khau_cu": _("Mật khẩu đang dùng không đúng")}
    return done, {}


def nobody_yet() -> bool:
    """Whether no administrator exists: then the sign-in page says how to make the first."""
    return accounts.administrators(database()) == 0


def positions(person: SignedIn) -> list[tuple[str, list[str]]]:
    """Agency → the roles held there, in words."""
    by_agency: dict[str, list[str]] = defaultdict(list)
    for role, code in sorted(person.roles):
        by_agency[code].append(pick(*ROLES[role]))
    names = agencies.names(database(), by_agency)
    return sorted((names.get(code, code), roles) for code, roles in by_agency.items())


def navigation() -> list[Any]:
    """What the rooms put into the bar."""
    items: list[Any] = current_app.extensions["motcua_navigation"]
    return items
