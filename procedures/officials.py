"""Officials and their roles at agencies, by date; the candidate groups that tasks name; who stands above whom.

A group is `role@agency`; a bare `role` in a model means the role at the dossier's own agency. A grant carries
whose role it is (`on_behalf_of`) and a scope, so that delegation is a grant like any other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import not_, or_, select, update

from engine import audit
from engine.audit import told
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import event
from procedures import agencies, handing_over
from procedures.search import fold, fold_all
from procedures.store.people import account, client, official, role_grant
from procedures.vocabulary.roles import ABOVE, ROLES

LOG = "administration/officials"

#: Roles that nobody holds together: who watches over the administrators is none of them.
APART = frozenset(("kiem_tra", "quan_tri"))


@dataclass(frozen=True, slots=True)
class Official:
    """A person in office. `agency` is the home agency; `valid_to` the first day out of office."""

    username: str
    name: str
    title: str
    agency: str
    email: str | None
    phone: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at an agency from a day on, `valid_to` the first day without it."""

    id: str
    official: str
    role: str
    agency: str
    valid_from: date
    valid_to: date | None
    on_behalf_of: str | None
    reason: str | None
    by: str | None

    @property
    def group(self) -> str:
        return f"{self.role}@{self.agency}"


@command
def add(
    tx: Tx,
    username: str,
    name: str,
    *,
    agency: str,
    title: str = "",
    email: str | None = None,
    phone: str | None = None,
    since: date | None = None,
    by: str,
) -> str:
    """A new official. Usernames are folded: lower case letters, digits, dot, dash."""
    username, name = username.strip().lower(), name.strip()
    since = since or agencies.today(tx)
    for refusal in faults(tx, username, name, agency=agency, since=since).values():
        raise refusal
    tx.execute(
        official.insert().values(
            username=username,
            name=name,
            title=title,
            agency=agency,
            email=email,
            phone=phone,
            valid_from=since,
            folded=fold_all((name, username, title)),
        )
    )
    audit.append(tx, LOG, "official_added", by, {"username": username, "name": name, "title": title, "agency": agency})
    return username


@query
def faults(tx: Tx, username: str, name: str, *, agency: str, since: date | None = None) -> dict[str, Refusal]:
    """All that hinders a new official, by what it is about: ``username``, ``name``, ``agency``."""
    found: dict[str, Refusal] = {}
    username = username.strip().lower()
    if not username or not set(username) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-"):
        found["username"] = Refusal(
            "Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch.",
            "A username has letters, digits, dots and dashes.",
            "username",
        )
    elif len(username) > 100:
        found["username"] = Refusal("Tên đăng nhập quá dài.", "The username is too long.", "username")
    elif tx.read(select(official.c.username).where(official.c.username == username)).first():
        found["username"] = Refusal(
            f"Tên đăng nhập {username} đã có.", f"The username {username} is taken.", "username"
        )
    if not name.strip():
        found["name"] = Refusal("Họ tên không được trống.", "The name must not be empty.", "name")
    today = agencies.today(tx)
    if agencies.get(tx, agency, max(since or today, today)) is None:
        found["agency"] = Refusal(f"Không có cơ quan {agency}.", f"There is no agency {agency}.", "agency")
    return found


@command
def change(tx: Tx, /, username: str, *, by: str, **changed: Any) -> None:
    """Another name, title, home agency, email or phone."""
    if changed.keys() - {"name", "title", "agency", "email", "phone"}:
        raise TypeError(f"no such property of an official: {sorted(changed)}")
    before = _person(tx, username)
    if "agency" in changed and agencies.get(tx, changed["agency"]) is None:
        raise Refusal(f"Không có cơ quan {changed['agency']}.", f"There is no agency {changed['agency']}.", "agency")
    name, title = changed.get("name", before.name), changed.get("title", before.title)
    tx.execute(
        update(official)
        .where(official.c.username == username)
        .values(folded=fold_all((name, username, title)), **changed)
    )
    audit.append(
        tx,
        LOG,
        "official_changed",
        by,
        {"username": username, "after": changed, "before": {key: getattr(before, key) for key in changed}},
    )


@query
def administrators(tx: Tx, on: date | None = None) -> list[str]:
    """Usernames of those who can administer on a day (default: today): in office, with an open account and the role."""
    day = on or agencies.today(tx)
    rows = tx.read(
        select(role_grant.c.official)
        .distinct()
        .join(account, account.c.username == role_grant.c.official)
        .where(
            role_grant.c.role == "quan_tri",
            account.c.active,
            *_holds(day),
        )
    )
    return sorted(row.official for row in rows)


def keep_an_administrator(tx: Tx, on: date | None = None, *, without: str = "", without_grant: str = "") -> None:
    """Raises Refusal where an act that takes effect on a day (default: today) would take an administrator away (the
    person `without`, or the grant `without_grant`) and nobody stayed who administers on that day and on every later
    one. Only he counts who holds the role for good: begun by that day and without an end, in an office without an end,
    with an account that is open and whose password is set. A role that ends next year, or an official who has not set
    a password yet, is no one to leave the house to."""
    day = on or agencies.today(tx)
    # two who leave at the same moment, each counting on the other, go one after the other
    tx.execute(
        select(role_grant.c.id).where(role_grant.c.role == "quan_tri").order_by(role_grant.c.id).with_for_update()
    )
    able = (
        select(role_grant.c.id)
        .join(account, account.c.username == role_grant.c.official)
        .join(official, official.c.username == role_grant.c.official)
        .where(role_grant.c.role == "quan_tri", account.c.active, account.c.password.is_not(None))
    )
    whose = role_grant.c.id == without_grant if without_grant else role_grant.c.official == without
    taken = able.where(whose, or_(role_grant.c.valid_to.is_(None), role_grant.c.valid_to > day))
    stays = able.where(
        not_(whose),
        role_grant.c.valid_from <= day,
        role_grant.c.valid_to.is_(None),
        official.c.valid_from <= day,
        official.c.valid_to.is_(None),
    )
    if tx.execute(taken).first() is not None and tx.execute(stays).first() is None:
        raise Refusal(
            "Đây là quản trị viên cuối cùng còn hoạt động lâu dài. Giao vai trò quản trị không thời hạn cho người "
            "khác, chờ người đó đặt mật khẩu, rồi làm lại.",
            "This is the last active administrator for good. Give the role without an end to somebody else, wait until "
            "they have set a password, then do this again.",
        )


def _not_past(tx: Tx, on: date, since: date, what: tuple[str, str]) -> None:
    """Refuses an end before today, which would rewrite who held what, and one before the beginning."""
    today = agencies.today(tx)
    if on < max(today, since):
        vi, en = what
        earliest = max(today, since)
        raise Refusal(
            f"{vi} sớm nhất là {earliest:%d/%m/%Y}; ngày đã nhập là {on:%d/%m/%Y}.",
            f"{en} is {earliest:%d/%m/%Y} at the earliest; the day given is {on:%d/%m/%Y}.",
            "on",
        )


@command
def leave(tx: Tx, username: str, on: date, *, by: str, reason: str = "") -> None:
    """Out of office from a day on, today or later: every role ends with it. Refuses the last administrator."""
    person = _person(tx, username)
    if person.valid_to is not None and person.valid_to <= agencies.today(tx):
        raise Refusal(
            f"{person.name} đã thôi công tác từ {person.valid_to:%d/%m/%Y}.",
            f"{person.name} left on {person.valid_to:%d/%m/%Y}.",
        )
    _not_past(tx, on, person.valid_from, ("Ngày thôi công tác", "The day of leaving"))
    keep_an_administrator(tx, on, without=username)
    tx.execute(update(official).where(official.c.username == username).values(valid_to=on))
    ended: dict[str, str | None] = {}
    for one in all_grants(tx, username):
        if one.valid_to is None or one.valid_to > on:  # what was to begin later never begins
            ended[one.id] = one.valid_to.isoformat() if one.valid_to else None
            until = max(on, one.valid_from)
            tx.execute(update(role_grant).where(role_grant.c.id == one.id).values(valid_to=until))
    data = {"username": username, "on": on.isoformat(), "reason": reason, "roles": ended}
    audit.append(tx, LOG, "official_left", by, data)
    handing_over.plan(tx, username, on, f"{person.name} thôi công tác từ {on:%d/%m/%Y}")


@command
def stay(tx: Tx, username: str, *, by: str, reason: str) -> None:
    """The way back from `leave`: in office again, and every role that ended with it is held until its own end, as
    before. Refuses whoever has not left."""
    person = _person(tx, username)
    if person.valid_to is None:
        raise Refusal(f"{person.name} đang công tác.", f"{person.name} is in office.")
    left = select(event.c.data).where(event.c.root_id == LOG, event.c.kind == "official_left")
    told = [json.loads(row.data) for row in tx.read(left.order_by(event.c.seq.desc()))]
    last: dict[str, Any] = next((one for one in told if one["username"] == username), {})
    tx.execute(update(official).where(official.c.username == username).values(valid_to=None))
    for grant_id, until in dict(last.get("roles") or {}).items():
        ends = date.fromisoformat(until) if until else None
        tx.execute(update(role_grant).where(role_grant.c.id == grant_id).values(valid_to=ends))
    audit.append(tx, LOG, "official_stayed", by, {"username": username, "reason": reason})


@command
def grant(
    tx: Tx,
    username: str,
    role: str,
    agency: str,
    *,
    since: date | None = None,
    until: date | None = None,
    on_behalf_of: str | None = None,
    by: str,
    reason: str = "",
) -> str:
    """Gives a role at an agency; the id of the grant. A role that is held already on that day is not given twice. One
    that begins on a day that is past needs a reason, and a person who was in office then. Refuses to make one person
    auditor and administrator: who watches is not who is watched."""
    if role not in ROLES:
        raise Refusal(f"Không có vai trò {role}.", f"There is no role {role}.", "role")
    person = _person(tx, username)
    since = since or agencies.today(tx)
    _not_before(tx, person, since, reason)
    if until is not None and until <= since:
        raise Refusal(
            f"Vai trò phải hết hiệu lực sau ngày bắt đầu {since:%d/%m/%Y}; ngày kết thúc đã nhập là {until:%d/%m/%Y}.",
            f"A role ends after it begins on {since:%d/%m/%Y}; the end given is {until:%d/%m/%Y}.",
            "until",
        )
    if agencies.get(tx, agency, max(since, agencies.today(tx))) is None:
        raise Refusal(f"Không có cơ quan {agency}.", f"There is no agency {agency}.", "agency")
    _apart(tx, person, role, since, until)
    held = [
        one
        for one in grants(tx, username, since)
        if (one.role, one.agency, one.on_behalf_of) == (role, agency, on_behalf_of)
    ]
    if held:
        return held[0].id
    id = tx.database.new_id()
    tx.execute(
        role_grant.insert().values(
            id=id,
            official=username,
            role=role,
            agency=agency,
            valid_from=since,
            valid_to=until,
            on_behalf_of=on_behalf_of,
            reason=reason,
            by=by,
            at=tx.now,
        )
    )
    audit.append(
        tx,
        LOG,
        "role_granted",
        by,
        {"username": username, "role": role, "agency": agency, "since": since.isoformat(), "reason": reason},
    )
    return id


def _not_before(tx: Tx, person: Official, since: date, reason: str) -> None:
    """A role that begins on a day that is past says what somebody was allowed to do then: not without a reason."""
    if since >= agencies.today(tx):
        return
    if since < person.valid_from:
        raise Refusal(
            f"{person.name} công tác từ {person.valid_from:%d/%m/%Y}; vai trò không bắt đầu trước ngày đó.",
            f"{person.name} is in office since {person.valid_from:%d/%m/%Y}; no role begins before that day.",
            "since",
        )
    if not reason.strip():
        raise Refusal(
            f"Vai trò bắt đầu từ ngày đã qua ({since:%d/%m/%Y}): ghi rõ lý do, ví dụ số quyết định bổ nhiệm.",
            f"The role begins on a day that is past ({since:%d/%m/%Y}): give the reason, such as the decision.",
            "reason",
        )


def _apart(tx: Tx, person: Official, role: str, since: date, until: date | None) -> None:
    of_client = tx.read(select(client.c.name).where(client.c.official == person.username)).scalar()
    if role in APART and of_client is not None:
        raise Refusal(
            f"{person.name} là tài khoản của ứng dụng “{of_client}”, không được quản trị hay kiểm tra, giám sát.",
            f"{person.name} is the account of the client '{of_client}': a program is no administrator and no auditor.",
            "role",
        )
    for one in all_grants(tx, person.username) if role in APART else ():
        over = (one.valid_to is not None and one.valid_to <= since) or (until is not None and until <= one.valid_from)
        if one.role in APART and one.role != role and not over:
            name, other = ROLES[role], ROLES[one.role]
            raise Refusal(
                f"{person.name} đang có vai trò “{other['vi']}”, không giao thêm “{name['vi']}”: người kiểm tra, "
                "giám sát không đồng thời là người quản trị. Thu hồi vai trò kia trước.",
                f"{person.name} holds the role '{other['en']}' and is not given '{name['en']}' as well: the auditor is "
                "not an administrator at the same time. Take the other role away first.",
                "role",
            )


@command
def revoke(tx: Tx, grant_id: str, *, on: date | None = None, by: str, reason: str = "") -> None:
    """Ends a grant on a day (default: today), which is not past and not before its beginning. One that has ended is
    not ended again, and none is made longer. Refuses to take the role from the last administrator."""
    found = tx.execute(select(role_grant).where(role_grant.c.id == grant_id)).mappings().first()
    if found is None:
        raise Refusal("Không có lần giao vai trò này.", "There is no such grant.")
    on = on or agencies.today(tx)
    ends = found["valid_to"]
    if ends is not None and ends <= max(on, agencies.today(tx)):
        raise Refusal(
            f"Vai trò này đã có ngày hết hiệu lực {ends:%d/%m/%Y}; chỉ thu hồi được sớm hơn ngày đó.",
            f"This role ends on {ends:%d/%m/%Y} already; it can only be taken away before that day.",
        )
    _not_past(tx, on, found["valid_from"], ("Ngày thu hồi vai trò", "The day on which a role is taken away"))
    if found["role"] == "quan_tri":
        keep_an_administrator(tx, on, without_grant=grant_id)
    tx.execute(update(role_grant).where(role_grant.c.id == grant_id).values(valid_to=on))
    audit.append(
        tx,
        LOG,
        "role_revoked",
        by,
        {
            "username": found["official"],
            "role": found["role"],
            "agency": found["agency"],
            "on": on.isoformat(),
            "reason": reason,
        },
    )


@command
def give_back(tx: Tx, grant_id: str, *, by: str, reason: str = "") -> str:
    """The way back from `revoke`: the role is held again from today on, by a grant of its own; its id. Refuses one
    that is still held, and whoever has left."""
    row = tx.execute(select(role_grant).where(role_grant.c.id == grant_id)).mappings().first()
    if row is None:
        raise Refusal("Không có lần giao vai trò này.", "There is no such grant.")
    found = _grant(row)
    if found.valid_to is None or found.valid_to > agencies.today(tx):
        raise Refusal("Vai trò này vẫn đang được giữ.", "This role is still held.")
    person = _person(tx, found.official)
    if person.valid_to is not None and person.valid_to <= agencies.today(tx):
        raise Refusal(f"{person.name} đã thôi công tác.", f"{person.name} has left.")
    return grant(tx, found.official, found.role, found.agency, on_behalf_of=found.on_behalf_of, by=by, reason=reason)


@query
def get(tx: Tx, username: str) -> Official | None:
    """The official, also one who has left."""
    found = tx.read(select(official).where(official.c.username == username)).mappings().first()
    return _official(found) if found else None


@query
def names(tx: Tx, usernames: Iterable[str]) -> dict[str, str]:
    """Username → name."""
    wanted = set(usernames)
    found = tx.read(select(official.c.username, official.c.name).where(official.c.username.in_(wanted)))
    return {row.username: row.name for row in found}


@query
def find(
    tx: Tx,
    text: str = "",
    *,
    agency: str | None = None,
    role: str | None = None,
    at: date | None = None,
    also_left: bool = False,
) -> list[Official]:
    """Officials by words of name, username or title, by home agency (and below), by role; ordered by name."""
    day = at or agencies.today(tx)
    statement = select(official)
    for word in fold(text).split():
        statement = statement.where(official.c.folded.like(f"%{word}%"))
    if not also_left:
        statement = statement.where(or_(official.c.valid_to.is_(None), official.c.valid_to > day))
    if agency is not None:
        statement = statement.where(official.c.agency.in_(agencies.subtree(tx, agency, day)))
    if role is not None:
        statement = statement.where(
            official.c.username.in_(select(role_grant.c.official).where(role_grant.c.role == role, *_holds(day)))
        )
    people = [_official(row) for row in tx.read(statement).mappings()]
    return sorted(people, key=lambda one: (fold(one.name).split()[-1:], fold(one.name)))


@query
def grants(tx: Tx, username: str, at: date | datetime | None = None) -> list[Grant]:
    """The roles an official holds on a day. One that the log does not tell of, as it stands, is none: somebody put it
    into the database."""
    rows = tx.read(
        select(role_grant, told.end(LOG).label("last"))
        .where(role_grant.c.official == username, *_holds(_day(tx, at)))
        .order_by(role_grant.c.agency, role_grant.c.role)
    ).mappings()
    found = [dict(row) for row in rows]
    last = [row.pop("last") for row in found]
    return [_grant(row) for row in told.genuine(tx, role_grant, LOG, found, last[0] if last else None)]


@query
def all_grants(tx: Tx, username: str) -> list[Grant]:
    """Every role an official was ever given, latest first."""
    rows = tx.read(
        select(role_grant)
        .where(role_grant.c.official == username)
        .order_by(role_grant.c.valid_from.desc(), role_grant.c.id.desc())
    )
    return [_grant(row) for row in rows.mappings()]


@query
def roles_of(tx: Tx, username: str, at: date | datetime | None = None) -> list[tuple[str, str]]:
    """Pairs (role, agency) held on a day."""
    return sorted({(one.role, one.agency) for one in grants(tx, username, at)})


@query
def groups_of(tx: Tx, username: str, at: date | datetime | None = None) -> list[str]:
    """The candidate groups an official is in: `role@agency`."""
    return sorted({one.group for one in grants(tx, username, at)})


@query
def officials_in(tx: Tx, group: str, at: date | datetime | None = None) -> list[Official]:
    """Who is in a group on a day, by name: people, not the service officials of programs, for whom nobody looks at a
    worklist. A bare role means the role at any agency."""
    role, _, code = group.partition("@")
    day = _day(tx, at)
    wanted = select(role_grant.c.official).where(role_grant.c.role == role, *_holds(day))
    if code:
        wanted = wanted.where(role_grant.c.agency == code)
    rows = tx.read(
        select(official).where(
            official.c.username.in_(wanted),
            official.c.valid_from <= day,
            official.c.username.not_in(select(client.c.official)),
            or_(official.c.valid_to.is_(None), official.c.valid_to > day),
        )
    )
    return sorted((_official(row) for row in rows.mappings()), key=lambda one: (fold(one.name), one.username))


@query
def manned(tx: Tx, at: date | datetime | None = None) -> frozenset[tuple[str, str]]:
    """Every (role, agency) that an official in office holds on a day."""
    day = _day(tx, at)
    asked = (
        select(role_grant.c.role, role_grant.c.agency)
        .join(official, official.c.username == role_grant.c.official)
        .where(
            *_holds(day),
            official.c.username.not_in(select(client.c.official)),
            or_(official.c.valid_to.is_(None), official.c.valid_to > day),
        )
    )
    return frozenset((row.role, row.agency) for row in tx.read(asked.distinct()))


@query
def among(tx: Tx, groups: Collection[str], users: Collection[str] = ()) -> list[tuple[str, str]]:
    """(username, name) of those to whom a task of these groups and users can be given, sorted by name."""
    found = {one.username: one.name for group in groups for one in officials_in(tx, group)}
    found |= names(tx, set(users))
    return sorted(found.items(), key=lambda pair: pair[1])


def resolve(groups: Iterable[str], agency: str) -> tuple[str, ...]:
    """Groups as a model names them, resolved for the dossier's agency: a bare role is that agency's."""
    return tuple(dict.fromkeys(group if "@" in group else f"{group}@{agency}" for group in groups if group))


@query
def superior(tx: Tx, who: str, at: date | datetime | None = None) -> str | None:
    """The nearest group above an official (username) or a group (`role@agency`) that has somebody in it on that day:
    head of unit, leader, then the same at the agency above. None at the top."""
    day = _day(tx, at)
    below = [who] if "@" in who else [group for group in groups_of(tx, who, day) if group.partition("@")[0] in ABOVE]
    for group in below:
        role, _, code = group.partition("@")
        above = ABOVE.get(role, ("truong_don_vi", "lanh_dao"))
        for unit in agencies.ancestors(tx, code, day):
            for higher in above:
                candidates = [one for one in officials_in(tx, f"{higher}@{unit.code}", day) if one.username != who]
                if candidates:
                    return f"{higher}@{unit.code}"
            above = ABOVE.get(role) or ("lanh_dao",)
    return None


def _holds(day: date) -> tuple[Any, ...]:
    return (role_grant.c.valid_from <= day, or_(role_grant.c.valid_to.is_(None), role_grant.c.valid_to > day))


def _day(tx: Tx, at: date | datetime | None) -> date:
    if isinstance(at, datetime):
        return at.astimezone(VIETNAM).date()
    return at or agencies.today(tx)


def _person(tx: Tx, username: str) -> Official:
    found = get(tx, username)
    if found is None:
        raise Refusal(f"Không có cán bộ {username}.", f"There is no official {username}.")
    return found


def _official(row: Any) -> Official:
    return Official(**{key: row[key] for key in Official.__dataclass_fields__})


def _grant(row: Any) -> Grant:
    return Grant(**{key: row[key] for key in Grant.__dataclass_fields__})
