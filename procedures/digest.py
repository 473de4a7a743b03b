"""The mail that officials have before a working day: what they hold that is overdue, near or new, and what their unit
has that nobody has taken. Who has nothing, has none; who is away, has none, and their substitute sees theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.store.tables import work_item
from procedures import absences, agencies, notices, officials, settings, words, working_time
from procedures import worklist as work
from procedures.dossiers import pace
from procedures.store.people import account, client, official

JOB = "digest"
#: So many tasks are named; the page has the others.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Day:
    """What somebody has before them. offered: tasks of their groups that nobody has taken, as far as counted."""

    held: int
    over: int
    near: int
    fresh: int
    offered: str
    first: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.held) or self.offered != "0"


def plan(database: Database) -> None:
    """The next mail is planned, once, whichever worker comes first. A worker calls it when it starts and every hour."""
    at = settings.current(database).daily_mail
    if at is not None:
        database.run(lambda tx: _plan(tx, at))


def _plan(tx: Tx, at: time) -> None:
    now = tx.now.astimezone(VIETNAM)
    moment = datetime.combine(now.date(), at, VIETNAM)
    moment += timedelta(days=1) if moment <= now else timedelta()
    jobs.add(tx, officials.LOG, JOB, moment, dedupe_key=f"{JOB}:{moment:%Y-%m-%d}")


def _send(tx: Tx, job: Job) -> None:
    today = agencies.today(tx)
    wanted = select(official).join(account, account.c.username == official.c.username)
    people = tx.execute(
        wanted.where(
            account.c.active,
            official.c.email.is_not(None),
            official.c.valid_from <= today,
            or_(official.c.valid_to.is_(None), official.c.valid_to > today),
            official.c.username.not_in(select(client.c.official)),
        ).order_by(official.c.username)
    ).all()
    away = absences.away(tx, [one.username for one in people])
    for one in people:
        works = working_time.calendar_for(tx, one.agency).is_working_day(today)
        day = of(tx, one.username) if works and one.username not in away and one.email else None
        if day:
            notices.mail(tx, officials.LOG, one.email, subject(day), body(tx, one.name, day))


def of(tx: Tx, username: str) -> Day:
    """What this person has before them at this moment."""
    clock = pace.clock(tx)
    mine = work_item.c.assignee == username

    def count(*more: Any) -> int:
        return int(tx.read(select(func.count()).select_from(work_item).where(mine, *more)).scalar_one())

    groups = officials.groups_of(tx, username)
    groups += sorted({group.partition("@")[0] for group in groups})
    offered = work.counts(tx, username, groups)["unit"]
    urgent = (
        select(work_item)
        .where(mine)
        .order_by(work_item.c.due.asc().nulls_last(), work_item.c.opened_at, work_item.c.id)
        .limit(NAMED)
    )
    return Day(
        count(),
        count(work_item.c.due < tx.now),
        count(work_item.c.due >= tx.now, work_item.c.due <= clock.near),
        count(work.unseen(username)),
        f"{offered.n}+" if offered.more else str(offered.n),
        tuple(tx.read(urgent).all()),
    )


def subject(day: Day) -> str:
    """The most pressing first."""
    said = [f"{day.over} việc quá hạn"] if day.over else []
    said += [f"{day.near} việc sắp đến hạn"] if day.near else []
    return ", ".join(said or [f"{day.held} việc đang giữ" if day.held else f"{day.offered} việc chờ nhận"])


def body(tx: Tx, name: str, day: Day) -> str:
    """The mail: counts, then the most pressing tasks with their dates, and where the list is."""
    lines = [f"Kính gửi {name},", ""]
    if day.held:
        lines += [f"Đang giữ: {day.held} việc (quá hạn {day.over}, sắp đến hạn {day.near}, chưa mở {day.fresh})."]
    if day.offered != "0":
        lines += [f"Đơn vị còn {day.offered} việc chưa ai nhận."]
    if day.first:
        lines += ["", "Cần làm trước:"]
    for one in day.first:
        due = f"hạn {words.short(one.due)}" if one.due is not None else "không có hạn"
        lines += [f"- {' · '.join(filter(None, (one.business_key, one.name)))}, {due}"]
    if day.held > len(day.first):
        lines += [f"… và {day.held - len(day.first)} việc khác."]
    return "\n".join([*lines, "", f"Danh sách công việc: {settings.current(tx).public_url}/cong-viec", ""])


HANDLERS = {JOB: Handler(inside=_send)}
