"""Officials who are away for some days, and who does their work meanwhile: the substitute is given their roles for
these days, on their behalf, and by choice what they hold. The log has both names; what is signed says in which
capacity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, handing_over, notices, officials
from procedures.actor import Actor
from procedures.rights import NotAllowed
from procedures.store.people import absence, official
from procedures.vocabulary.roles import ABOVE

LONGEST = 366  # days
#: In which capacity one signs for another: NĐ 30/2020, phụ lục I, II.7.
CAPACITIES = ("KT", "TL", "TUQ")
LEADER = "lanh_dao"
#: In the log of a dossier: a task was done for somebody who is away.
ON_BEHALF = "dossier.on_behalf"

Role = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """An absence as it is asked for. last: the last day away. roles: pairs of role and agency; all where empty.
    capacity, basis: where a leader's role is among them. hand_over: what is held goes to the substitute as well."""

    first: date
    last: date
    substitute: str
    reason: str
    roles: Sequence[Role] = ()
    capacity: str = ""
    basis: str = ""
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `first` to `last`, both included, and `substitute` does their work."""

    id: str
    official: str
    substitute: str
    first: date
    last: date
    roles: tuple[Role, ...]
    capacity: str
    basis: str
    reason: str
    by: str
    ended_on: date | None

    def state(self, today: date) -> str:
        """coming | now | over | called_off"""
        if self.ended_on is not None:
            return "called_off" if self.ended_on <= self.first else "over"
        return "coming" if today < self.first else "now" if today <= self.last else "over"


@command
def begin(tx: Tx, username: str, asked: Asked, by: Actor) -> str:
    """Says that somebody will be away; the id of the absence. Refuses who may not lend these roles (`lendable`), days
    that are past, upside down, too many or taken by another absence, a substitute who is away as well, and a leader's
    role without capacity and basis."""
    require(tx, username, by)
    person, substitute = officials.get(tx, username), asked.substitute
    if person is None:
        raise Refusal(f"Không có cán bộ {username}.", f"There is no official {username}.")
    _check_days(tx, username, asked)
    offered = lendable(tx, username, by, asked.first)
    roles = sorted(set(asked.roles) or set(offered))
    if not roles or not set(roles) <= set(offered):
        raise Refusal(
            f"{person.name} không có vai trò nào như vậy để người khác làm thay.",
            f"{person.name} has no such role that another could act in.",
            "roles",
        )
    _check_substitute(tx, username, substitute, asked)
    capacity, basis = _capacity(tx, asked, roles)
    until = asked.last + timedelta(days=1)
    grants = [
        officials.grant(
            tx,
            substitute,
            role,
            agency,
            since=asked.first,
            until=until,
            on_behalf_of=username,
            by=by.username,
            reason=f"Thay {person.name}: {asked.reason.strip()}",
        )
        for role, agency in roles
    ]
    id = tx.database.new_id()
    tx.execute(
        absence.insert().values(
            id=id,
            official=username,
            substitute=substitute,
            first=asked.first,
            last=asked.last,
            roles=[list(pair) for pair in roles],
            grants=grants,
            capacity=capacity,
            basis=basis,
            reason=asked.reason.strip(),
            by=by.username,
            at=tx.now,
        )
    )
    days = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    audit.append(
        tx, officials.LOG, "absence_begun", by.username, {"username": username, "substitute": substitute, **days}
    )
    if asked.hand_over:
        reason = f"{person.name} vắng mặt đến hết {asked.last:%d/%m/%Y}: {asked.reason.strip()}"
        handing_over.plan(tx, username, asked.first, reason, absence_id=id)
    _tell(tx, person, substitute, asked, by)
    return id


@command
def end(tx: Tx, id: str, by: Actor) -> None:
    """They are back, or do not go: the substitute's roles end today. What the substitute holds stays with them."""
    row = tx.execute(select(absence).where(absence.c.id == id).with_for_update()).first()
    if row is None:
        raise Refusal("Không có lần vắng mặt này.", "There is no such absence.")
    require(tx, row.official, by)
    today = agencies.today(tx)
    if row.ended_on is not None or row.last < today:
        raise Refusal("Lần vắng mặt này đã kết thúc.", "This absence is over.")
    on = max(today, row.first)
    for one in officials.all_grants(tx, row.substitute):
        if one.id in row.grants and one.valid_to is not None and one.valid_to > on:
            officials.revoke(tx, one.id, on=on, by=by.username, reason="Người được thay không còn vắng")
    tx.execute(update(absence).where(absence.c.id == id).values(ended_on=today, ended_by=by.username))
    data = {"username": row.official, "substitute": row.substitute, "on": today.isoformat()}
    audit.append(tx, officials.LOG, "absence_ended", by.username, data)


def require(tx: Tx, username: str, by: Actor) -> None:
    """Refuses who has no say in whether this person is away."""
    if not may(tx, username, by):
        raise NotAllowed(
            "Chỉ chính người vắng mặt, cấp trên của vị trí đó hoặc quản trị hệ thống báo vắng được.",
            "Only the person, who stands above that position, or an administrator says that they are away.",
        )


@query
def may(tx: Tx, username: str, by: Actor) -> bool:
    """Whether this person has a say in whether that one is away."""
    return _all_of(tx, username, by) or bool(lendable(tx, username, by))


def _all_of(tx: Tx, username: str, by: Actor) -> bool:
    """Whether they may lend every role of that person: their own, or as an administrator."""
    if not by.has_account or by.client:
        return False
    return by.username == username or any(one.role == "quan_tri" for one in _own(tx, by.username))


def _own(tx: Tx, username: str, at: date | None = None) -> list[officials.Grant]:
    return [one for one in officials.grants(tx, username, at) if not one.on_behalf_of]


@query
def lendable(tx: Tx, username: str, by: Actor, at: date | None = None) -> list[Role]:
    """The roles of that person that this one may give to a substitute: all for themselves and as an administrator, else
    those above which they stand at the same agency by a role of their own. Nobody lends a role to whom they answer."""
    found = delegable(tx, username, at)
    if _all_of(tx, username, by):
        return found
    if not by.has_account or by.client:
        return []
    held = {(one.role, one.agency) for one in _own(tx, by.username)}
    return [(role, agency) for role, agency in found if any((above, agency) in held for above in ABOVE[role])]


def _check_days(tx: Tx, username: str, asked: Asked) -> None:
    today = agencies.today(tx)
    if asked.first < today:
        raise Refusal(
            f"Ngày bắt đầu vắng sớm nhất là hôm nay, {today:%d/%m/%Y}.",
            "The first day away is today at the earliest.",
            "first",
        )
    if asked.last < asked.first:
        raise Refusal("Ngày cuối đứng trước ngày bắt đầu.", "The last day is before the first.", "last")
    if (asked.last - asked.first).days >= LONGEST:
        raise Refusal(
            "Vắng quá một năm: ghi thôi công tác hoặc báo lại từng năm.",
            "More than a year: record that they have left, or say so year by year.",
            "last",
        )
    if not asked.reason.strip():
        raise Refusal(
            "Ghi lý do, ví dụ: nghỉ phép, đi công tác.", "Give the reason, such as leave or a journey.", "reason"
        )
    other = _over(tx, absence.c.official == username, asked.first, asked.last)
    if other:
        raise Refusal(
            f"Đã báo vắng từ {other[0].first:%d/%m/%Y} đến {other[0].last:%d/%m/%Y}: kết thúc lần đó trước.",
            f"An absence from {other[0].first:%d/%m/%Y} to {other[0].last:%d/%m/%Y} is there already: end it first.",
            "first",
        )


def _check_substitute(tx: Tx, username: str, substitute: str, asked: Asked) -> None:
    if substitute not in dict(choices(tx, username)):
        raise Refusal("Chọn người làm thay trong danh sách.", "Choose the substitute from the list.", "substitute")
    away = _over(tx, absence.c.official == substitute, asked.first, asked.last)
    if away:
        raise Refusal(
            f"Người này cũng vắng từ {away[0].first:%d/%m/%Y} đến {away[0].last:%d/%m/%Y}: chọn người khác.",
            f"They are away from {away[0].first:%d/%m/%Y} to {away[0].last:%d/%m/%Y} as well: choose somebody else.",
            "substitute",
        )


def _capacity(tx: Tx, asked: Asked, roles: Collection[Role]) -> tuple[str, str]:
    if not any(role == LEADER for role, _ in roles):
        return "", ""
    if asked.capacity not in CAPACITIES:
        raise Refusal(
            "Chọn thẩm quyền ký thay lãnh đạo: KT., TL. hoặc TUQ.", "Choose in which capacity they sign.", "capacity"
        )
    substitute = officials.get(tx, asked.substitute)
    if asked.capacity == "KT" and (substitute is None or not substitute.title.lower().startswith("phó ")):
        raise Refusal(
            "KT. chỉ dành cho cấp phó: người làm thay không có chức vụ “Phó …”. Chọn TL. hoặc TUQ.",
            "KT. is for a deputy, which the substitute is not by their title. Choose TL. or TUQ.",
            "capacity",
        )
    if not asked.basis.strip():
        raise Refusal(
            "Ghi văn bản phân công hoặc ủy quyền, ví dụ: Quyết định số 12/QĐ-UBND.",
            "Name the paper that assigns or authorises it.",
            "basis",
        )
    return asked.capacity, asked.basis.strip()


def _tell(tx: Tx, person: officials.Official, substitute: str, asked: Asked, by: Actor) -> None:
    """The substitute learns of it, and the person where another has said so."""
    other = officials.get(tx, substitute)
    name = other.name if other is not None else substitute
    days = f"từ {asked.first:%d/%m/%Y} đến hết {asked.last:%d/%m/%Y}"
    handed = " Việc đang giữ cũng được chuyển khi kỳ vắng mặt bắt đầu." if asked.hand_over else ""
    body = (
        f"{person.name} vắng mặt {days} ({asked.reason.strip()}), {name} làm thay.\n"
        f"Trong thời gian này, việc giao cho vị trí của người vắng hiện trong danh sách công việc của {name}.{handed}\n"
    )
    told = [other, *([person] if by.username != person.username else [])]
    for address in sorted({one.email for one in told if one is not None and one.email}):
        notices.mail(tx, officials.LOG, address, f"Vắng mặt {days}: {person.name}", body)


# -- what is known ---------------------------------------------------------------------------------------------------


@query
def delegable(tx: Tx, username: str, at: date | None = None) -> list[Role]:
    """The roles in which another could act for this person: those of the daily work that are their own. Who
    administers, draws models or watches over others is not stood in for."""
    return sorted(
        {
            (one.role, one.agency)
            for one in officials.grants(tx, username, at)
            if one.role in ABOVE and not one.on_behalf_of
        }
    )


@query
def choices(tx: Tx, username: str) -> list[tuple[str, str]]:
    """(username, name) of those who could stand in: the people of the agencies where they work."""
    places = {agency for _, agency in delegable(tx, username)}
    found = {
        one.username: one.name
        for agency in sorted(places)
        for role in ABOVE
        for one in officials.officials_in(tx, f"{role}@{agency}")
        if one.username != username
    }
    return sorted(found.items(), key=lambda pair: pair[1])


@query
def of(tx: Tx, username: str) -> list[Absence]:
    """All absences of a person, the latest first."""
    rows = tx.read(select(absence).where(absence.c.official == username).order_by(absence.c.first.desc(), absence.c.id))
    return [_absence(row) for row in rows]


@query
def stood_in_for(tx: Tx, username: str) -> list[Absence]:
    """Those of others in which this person stands in today."""
    today = agencies.today(tx)
    return _over(tx, absence.c.substitute == username, today, today)


@query
def away(tx: Tx, usernames: Collection[str], on: date | None = None) -> dict[str, Absence]:
    """Which of these are away on a day (default: today)."""
    day = on or agencies.today(tx)
    return {one.official: one for one in _over(tx, absence.c.official.in_(sorted(usernames)), day, day)}


@query
def at_agency(tx: Tx, agency: str) -> list[Absence]:
    """Who of an agency is or will be away."""
    people = select(official.c.username).where(official.c.agency == agency)
    today = agencies.today(tx)
    return _over(tx, absence.c.official.in_(people), today, today + timedelta(days=LONGEST))


@query
def behalf(tx: Tx, groups: Collection[str], users: Collection[str], by: Actor) -> Absence | None:
    """The absence by which alone this person may do a task of these groups and users; None where theirs anyway."""
    if by.username in users:
        return None
    held = [one for one in officials.grants(tx, by.username) if one.group in groups or one.role in groups]
    lent = [one for one in held if one.on_behalf_of]
    if len(lent) < len(held):
        return None
    known = {one.official: one for one in stood_in_for(tx, by.username)} if lent else {}
    return next((known[one.on_behalf_of] for one in lent if one.on_behalf_of in known), None)


@query
def title(tx: Tx, agency: str, by: Actor) -> str:
    """What stands above a signature as a leader of that agency: the title, and where they sign by order or authority of
    a leader who is away, a line before it that says so. A deputy's says for whom by itself."""
    found = behalf(tx, {f"{LEADER}@{agency}"}, (), by)
    person = officials.get(tx, found.official) if found is not None else None
    if found is None or person is None or found.capacity == "KT":
        return by.title
    return f"{found.capacity}. {person.title}\n{by.title}"


def told(tx: Tx, one: Absence) -> dict[str, str]:
    """What the log keeps of an absence in which somebody acted."""
    name = officials.names(tx, [one.official]).get(one.official, one.official)
    return {"for": one.official, "name": name, "capacity": one.capacity, "basis": one.basis}


def in_words(data: Mapping[str, str], lang: str) -> str:
    """The same for a history."""
    said = f"For {data['name']}" if lang == "en" else f"Thay {data['name']}"
    return f"{said}, {data['capacity']}., {data['basis']}" if data["capacity"] else said


def _over(tx: Tx, whose: object, first: date, last: date) -> list[Absence]:
    rows = tx.read(
        select(absence)
        .where(
            whose,  # type: ignore[arg-type]
            absence.c.first <= last,
            absence.c.last >= first,
            or_(absence.c.ended_on.is_(None), absence.c.ended_on > first),
        )
        .order_by(absence.c.first, absence.c.id)
    )
    return [_absence(row) for row in rows if row.ended_on is None]


def _absence(row: object) -> Absence:
    known = {key: getattr(row, key) for key in Absence.__dataclass_fields__}
    return Absence(**{**known, "roles": tuple((role, agency) for role, agency in known["roles"])})
