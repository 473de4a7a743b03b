"""Meetings that a matter calls: when and where, rooms and bridge points (điểm cầu), guests, what each of them is told.

An invitation is a mail with a calendar file (RFC 5545): REQUEST when the leader has approved it, again with the next
SEQUENCE when it changes, CANCEL when it is called off. Conflicts are shown before anything goes out: a room or bridge
point that another meeting has, and a guest or chair who sits in another at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar
from sqlalchemy import ColumnElement, and_, or_, select, update

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, notices, officials, settings, words
from procedures.actor import Actor, acting
from procedures.documents.queries import locked
from procedures.dossiers import log
from procedures.rights import documents as rights
from procedures.store.documents import document
from procedures.store.matters import meeting, meeting_booking, meeting_guest, meeting_resource
from procedures.store.people import official
from procedures.vocabulary.documents import DROPPED

ROOM, BRIDGE = "room", "bridge"
LOG = "administration/meeting_resources"
LONGEST = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited. username: an official of this system; else name and address are said."""

    name: str
    email: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is arranged for a meeting. online: guests may join by video. resources: ids of rooms and bridge points."""

    starts: datetime
    ends: datetime
    chair: str = ""
    place: str = ""
    online: bool = False
    resources: Sequence[str] = ()
    guests: Sequence[Guest] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A room, or a point from which a unit joins by video. seats: None where nobody has counted them."""

    id: str
    agency: str
    kind: str
    name: str
    seats: int | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as pages show it. sequence: of what guests were told; -1 before the first invitation."""

    root_id: str
    code: str
    subject: str
    starts: datetime
    ends: datetime
    chair: str | None
    place: str
    link: str
    sequence: int
    called_off: bool
    resources: tuple[Resource, ...]
    guests: tuple[Guest, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another meeting has at that time: the name of the room, bridge point or person; that meeting's subject where
    this person may see it; from when to when."""

    name: str
    subject: str
    starts: datetime
    ends: datetime


@command
def add_resource(tx: Tx, agency: str, kind: str, name: str, seats: int | None, by: Actor) -> str:
    """A room or bridge point of an agency; its id. Its registry keeps the list."""
    log.act(tx, by)
    rights.require_registry(tx, agency, by)
    name = name.strip()
    if kind not in (ROOM, BRIDGE):
        raise Refusal("Chọn loại: phòng họp hoặc điểm cầu.", "Choose room or bridge point.", "kind")
    if not name or len(name) > 200:
        raise Refusal("Nhập tên, không quá 200 ký tự.", "Give a name of at most 200 letters.", "name")
    taken = select(meeting_resource.c.id).where(
        meeting_resource.c.agency == agency,
        meeting_resource.c.name == name,
        meeting_resource.c.closed_on.is_(None),
    )
    if tx.execute(taken).first() is not None:
        raise Refusal("Đã có phòng họp hoặc điểm cầu tên này.", "There is one of that name.", "name")
    id = tx.database.new_id()
    tx.execute(
        meeting_resource.insert().values(
            id=id, agency=agency, kind=kind, name=name, seats=seats or None, closed_on=None, shared=False
        )
    )
    audit.append(tx, LOG, "resource_added", by.who, {"id": id, "agency": agency, "kind": kind, "name": name})
    return id


@command
def close_resource(tx: Tx, id: str, by: Actor) -> None:
    """It is no longer booked from today on; meetings that have it keep it."""
    log.act(tx, by)
    row = tx.execute(select(meeting_resource).where(meeting_resource.c.id == id)).first()
    if row is None:
        raise rights.unseen()
    rights.require_registry(tx, row.agency, by)
    tx.execute(update(meeting_resource).where(meeting_resource.c.id == id).values(closed_on=agencies.today(tx)))
    audit.append(tx, LOG, "resource_closed", by.who, {"id": id})


@query
def resources(tx: Tx, agency: str) -> list[Resource]:
    """What an agency may book: its own and those of the agencies above it and below it, rooms first."""
    known = {agency, *agencies.subtree(tx, agency), *_above(tx, agency)}
    rows = tx.read(
        select(meeting_resource)
        .where(meeting_resource.c.agency.in_(known), meeting_resource.c.closed_on.is_(None))
        .order_by(meeting_resource.c.kind.desc(), meeting_resource.c.name)
    )
    return [_resource(row) for row in rows]


def _above(tx: Tx, agency: str) -> list[str]:
    found: list[str] = []
    place = agencies.last_known(tx, agency)
    while place is not None and place.parent and place.parent not in found:
        found.append(place.parent)
        place = agencies.last_known(tx, place.parent)
    return found


def _resource(row: Any) -> Resource:
    return Resource(row.id, row.agency, row.kind, row.name, row.seats)


def check(tx: Tx, agency: str, plan: Plan) -> None:
    """Refuses times that cannot be, guests who cannot be reached, and what the agency cannot book."""
    if plan.ends <= plan.starts:
        raise Refusal("Giờ kết thúc phải sau giờ bắt đầu.", "It ends before it begins.", "ends")
    if plan.ends - plan.starts > LONGEST:
        raise Refusal("Cuộc họp dài quá 5 ngày: kiểm tra ngày kết thúc.", "It lasts longer than 5 days.", "ends")
    if plan.starts <= tx.now:
        raise Refusal("Cuộc họp phải bắt đầu sau lúc này.", "It begins in the past.", "starts")
    known = {one.id for one in resources(tx, agency)}
    if not set(plan.resources) <= known:
        raise Refusal("Chọn phòng họp, điểm cầu trong danh sách.", "Choose from the list.", "resources")
    if not plan.resources and not plan.place.strip() and not plan.online:
        raise Refusal(
            "Chọn phòng họp, ghi địa điểm, hoặc đánh dấu họp trực tuyến.",
            "Choose a room, say where it is, or that it is online.",
            "place",
        )
    for one in plan.guests:
        if not one.username and ("@" not in one.email or " " in one.email):
            raise Refusal(
                f"Khách mời “{one.name}” chưa có địa chỉ thư: ghi theo dạng Tên <địa chỉ thư>.",
                f"Guest '{one.name}' has no address: write Name <address>.",
                "guests",
            )
    if not plan.guests:
        raise Refusal("Chọn ít nhất một khách mời.", "Nobody is invited.", "guests")


def put(tx: Tx, root_id: str, agency: str, plan: Plan) -> None:
    """Writes what is arranged, in place of what was."""
    check(tx, agency, plan)
    old = tx.execute(select(meeting).where(meeting.c.root_id == root_id)).first()
    link = (old.link if old is not None else None) or _link(tx, root_id)
    values = {
        "agency": agency,
        "starts": plan.starts,
        "ends": plan.ends,
        "chair": plan.chair or None,
        "place": plan.place.strip()[:500],
        "link": link if plan.online else None,
    }
    if old is None:
        tx.execute(meeting.insert().values(root_id=root_id, sequence=-1, called_off_at=None, **values))
    else:
        tx.execute(update(meeting).where(meeting.c.root_id == root_id).values(**values))
    for table in (meeting_booking, meeting_guest):
        tx.execute(table.delete().where(table.c.root_id == root_id))
    for id in dict.fromkeys(plan.resources):
        tx.execute(meeting_booking.insert().values(root_id=root_id, resource=id))
    for position, one in enumerate(plan.guests, 1):
        said = {"name": one.name[:200], "email": one.email[:255] or None, "username": one.username or None}
        tx.execute(meeting_guest.insert().values(root_id=root_id, position=position, **said))


def _link(tx: Tx, root_id: str) -> str:
    server = settings.current(tx).meeting_server if settings.installation(tx).settings is not None else ""
    return f"{server}/{root_id.replace('-', '')}" if server else ""


@command
def arrange(tx: Tx, code: str, plan: Plan, by: Actor, *, accepted: bool = False) -> list[Conflict]:
    """Arranges the meeting of a matter, or changes it; guests who were invited are told of the change. Where something
    is in conflict and that is not accepted, nothing is written: the conflicts."""
    log.act(tx, by)
    row = locked(tx, code, by, "meet")
    if row.ended_at is not None:
        raise Refusal("Cuộc họp đã kết thúc hoặc đã hủy.", "It is over, or called off.")
    check(tx, row.agency, plan)
    tx.execute(select(meeting_resource.c.id).where(meeting_resource.c.id.in_(plan.resources)).with_for_update())
    found = conflicts(tx, plan, by, besides=row.id)
    if found and not accepted:
        return found
    before = get(tx, row.id)
    gone = [one for one in (before.guests if before is not None else ()) if one not in plan.guests]
    put(tx, row.id, row.agency, plan)
    tx.execute(update(document).where(document.c.id == row.id).values(due=plan.starts.astimezone(VIETNAM).date()))
    audit.append(tx, row.id, "document.meeting", by.who, {"starts": plan.starts.isoformat()})
    if before is not None and before.sequence >= 0:
        _tell(tx, row.id, "REQUEST")
        _tell(tx, row.id, "CANCEL", gone)
    return []


@query
def conflicts(tx: Tx, plan: Plan, by: Actor, besides: str = "") -> list[Conflict]:
    """What other meetings have at that time of what this one wants."""
    overlap = and_(
        meeting.c.starts < plan.ends,
        meeting.c.ends > plan.starts,
        meeting.c.called_off_at.is_(None),
        meeting.c.root_id != besides,
    )
    booked = (
        select(meeting, meeting_resource.c.name)
        .join(meeting_booking, meeting_booking.c.root_id == meeting.c.root_id)
        .join(meeting_resource, meeting_resource.c.id == meeting_booking.c.resource)
        .where(overlap, meeting_booking.c.resource.in_(plan.resources), meeting_resource.c.shared.is_(False))
    )
    people = sorted({one.username for one in plan.guests if one.username} | ({plan.chair} - {""}))
    sitting = (
        select(meeting, official.c.name)
        .join(meeting_guest, meeting_guest.c.root_id == meeting.c.root_id, isouter=True)
        .join(official, official.c.username.in_(people))
        .where(overlap, or_(meeting_guest.c.username == official.c.username, meeting.c.chair == official.c.username))
        .distinct()
    )
    rows = [*tx.read(booked).all(), *(tx.read(sitting).all() if people else ())]
    subjects = _subjects(tx, [row.root_id for row in rows], by)
    found = [Conflict(row.name, subjects.get(row.root_id, ""), row.starts, row.ends) for row in rows]
    return sorted(dict.fromkeys(found), key=lambda one: (one.starts, one.name))


def _subjects(tx: Tx, ids: Sequence[str], by: Actor) -> dict[str, str]:
    """The subjects of meetings, as far as this person may see their documents."""
    seen: ColumnElement[bool] = document.c.id.is_not(None) if by.everything else rights.seen(tx, by)
    rows = tx.read(select(document.c.id, document.c.subject).where(document.c.id.in_(ids), seen))
    return {str(row.id): str(row.subject) for row in rows}


@query
def get(tx: Tx, root_id: str) -> Meeting | None:
    """The meeting of a matter; None where it calls none."""
    row = tx.read(
        select(meeting, document.c.code, document.c.subject)
        .join(document, document.c.id == meeting.c.root_id)
        .where(meeting.c.root_id == root_id)
    ).first()
    return None if row is None else _meetings(tx, [row])[0]


def _meetings(tx: Tx, rows: Sequence[Any]) -> list[Meeting]:
    ids = [row.root_id for row in rows]
    guests: dict[str, list[Guest]] = {}
    asked = select(meeting_guest).where(meeting_guest.c.root_id.in_(ids))
    for one in tx.read(asked.order_by(meeting_guest.c.root_id, meeting_guest.c.position)):
        guests.setdefault(one.root_id, []).append(Guest(one.name, one.email or "", one.username or ""))
    booked: dict[str, list[Resource]] = {}
    for one in tx.read(
        select(meeting_booking.c.root_id, meeting_resource)
        .join(meeting_resource, meeting_resource.c.id == meeting_booking.c.resource)
        .where(meeting_booking.c.root_id.in_(ids))
        .order_by(meeting_resource.c.kind.desc(), meeting_resource.c.name)
    ):
        booked.setdefault(one.root_id, []).append(_resource(one))
    return [
        Meeting(
            row.root_id,
            row.code,
            row.subject,
            row.starts,
            row.ends,
            row.chair,
            row.place,
            row.link or "",
            row.sequence,
            row.called_off_at is not None,
            tuple(booked.get(row.root_id, ())),
            tuple(guests.get(row.root_id, ())),
        )
        for row in rows
    ]


@query
def of_person(tx: Tx, username: str, first: date, last: date) -> list[Meeting]:
    """The meetings that somebody presides over, is invited to or prepares, in a range of days (both included)."""
    invited = select(meeting_guest.c.root_id).where(meeting_guest.c.username == username)
    begin, end = (datetime.combine(day, time(), VIETNAM) for day in (first, last + timedelta(days=1)))
    rows = tx.read(
        select(meeting, document.c.code, document.c.subject)
        .join(document, document.c.id == meeting.c.root_id)
        .where(
            meeting.c.starts < end,
            meeting.c.ends >= begin,
            meeting.c.called_off_at.is_(None),
            or_(
                meeting.c.chair == username,
                document.c.received_by == username,
                and_(meeting.c.sequence >= 0, meeting.c.root_id.in_(invited)),
            ),
        )
        .order_by(meeting.c.starts)
    ).all()
    return _meetings(tx, rows)


# -- what the steps of the route do -----------------------------------------------------------------------------------


def invite(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The leader has approved it: every guest is invited."""
    found = get(tx, id)
    if found is None:
        raise Refusal(
            "Chưa đặt giờ, phòng và khách mời: trả lại người chuẩn bị để đặt lịch họp.",
            "Nothing is arranged yet: send it back to be arranged.",
        )
    _tell(tx, id, "REQUEST")
    audit.append(tx, id, "document.invited", acting(tx).who, {"guests": len(found.guests)})


def call_off(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It does not take place: who was invited is told."""
    reason = str(occurrence.variables.get("ly_do") or "")
    tx.execute(update(meeting).where(meeting.c.root_id == id).values(called_off_at=tx.now))
    tx.execute(
        update(document).where(document.c.id == id).values(state=DROPPED, ended_at=tx.now, reason=reason[:1000] or None)
    )
    audit.append(tx, id, "document.ended", acting(tx).who, {"state": DROPPED})
    found = get(tx, id)
    if found is not None and found.sequence >= 0:
        _tell(tx, id, "CANCEL")


def _tell(tx: Tx, id: str, method: str, only: Sequence[Guest] | None = None) -> None:
    """A mail with the calendar file to each guest (`only`: to those). The sequence grows with what all are told."""
    if only is None:
        tx.execute(update(meeting).where(meeting.c.root_id == id).values(sequence=meeting.c.sequence + 1))
    found = get(tx, id)
    assert found is not None
    guests = list(found.guests if only is None else only)
    mails = _addresses(tx, [one.username for one in guests if one.username])
    body, subject = _words(found, method)
    calendar = calendar_file(found, method, tx.now, _organizer(tx), mails).decode()
    for one in guests:
        address = one.email or mails.get(one.username, "")
        if address:
            notices.mail(tx, id, address, f"[{found.code}] {subject}", body, calendar=(method, calendar))


def _addresses(tx: Tx, usernames: Sequence[str]) -> dict[str, str]:
    rows = tx.read(select(official.c.username, official.c.email).where(official.c.username.in_(usernames)))
    return {row.username: row.email for row in rows if row.email}


def _organizer(tx: Tx) -> str:
    known = settings.installation(tx).settings
    return known.mail.sender if known is not None else "motcua@example.vn"


def where(found: Meeting) -> str:
    """Where it is held, in a line."""
    return "; ".join(filter(None, (*(one.name for one in found.resources), found.place)))


def _words(found: Meeting, method: str) -> tuple[str, str]:
    said = "Hủy họp" if method == "CANCEL" else "Thay đổi lịch họp" if found.sequence > 0 else "Mời họp"
    lines = [
        f"{said}: {found.subject}",
        f"Thời gian: {words.moment(found.starts)} đến {words.moment(found.ends)}",
        f"Địa điểm: {where(found)}" if where(found) else "",
        f"Họp trực tuyến: {found.link}" if found.link and method != "CANCEL" else "",
    ]
    return "\n\n".join(filter(None, lines)) + "\n", f"{said}: {found.subject}"


def calendar_file(found: Meeting, method: str, now: datetime, organizer: str, mails: dict[str, str]) -> bytes:
    """The meeting as an iCalendar file (RFC 5545, 5546)."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Một Cửa//motcua//VI")
    made.add("version", "2.0")
    made.add("method", method)
    event = icalendar.Event()
    event.add("uid", f"{found.root_id}@motcua")
    event.add("sequence", max(found.sequence, 0))
    event.add("dtstamp", now)
    event.add("dtstart", found.starts.astimezone(VIETNAM))
    event.add("dtend", found.ends.astimezone(VIETNAM))
    event.add("summary", found.subject)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", icalendar.vCalAddress(f"mailto:{organizer.rpartition('<')[2].rstrip('>')}"))
    if where(found):
        event.add("location", where(found))
    if found.link:
        event.add("url", found.link)
        event.add("description", f"Họp trực tuyến: {found.link}")
    for one in found.guests:
        address = one.email or mails.get(one.username, "")
        if address:
            guest = icalendar.vCalAddress(f"mailto:{address}")
            guest.params["CN"] = icalendar.vText(one.name)
            guest.params["RSVP"] = icalendar.vText("TRUE")
            event.add("attendee", guest)
    made.add_component(event)
    made.add_missing_timezones()
    body: bytes = made.to_ical()
    return body


@query
def names_of(tx: Tx, found: Meeting) -> dict[str, str]:
    """The names of the officials in a meeting."""
    return officials.names(tx, {one for one in (found.chair, *(g.username for g in found.guests)) if one})
