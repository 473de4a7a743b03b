"""A step's term is a due date, a reminder and an escalation; all move with the legal clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store.tables import job
from engine.worker import drain
from procedures import bundles, deadlines, dossiers, working_time
from procedures.actor import CITIZEN, SYSTEM
from procedures.dossiers import Tick
from tests.procedures.town import AGENCY, DESCRIPTION, MODEL, Town, bundle


def kinds(town: Town, id: str) -> list[str]:
    return [one.kind for one in audit.history(town.database, id)]


def mails(town: Town) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((town.folder / "home" / "mail").glob("*.eml"))]


def test_a_step_is_due_in_working_time(town: Town) -> None:
    town.move(hours=7, minutes=30)  # 16:30
    id = town.receive().id
    due = town.task(id).due
    assert due is not None and due.isoformat() == "2026-03-03T02:00:00+00:00"  # 09:00 the next day


def test_its_people_are_reminded_before_and_the_one_above_is_told_after(town: Town) -> None:
    id = town.receive().id
    drain(town.database)
    assert not {"step.reminder", "step.escalation"} & set(kinds(town, id))
    town.move(hours=1, minutes=31)  # due 11:00, the reminder at 10:30
    drain(town.database)
    assert kinds(town, id).count("step.reminder") == 1
    town.move(hours=1)
    drain(town.database)
    drain(town.database)
    assert kinds(town, id).count("step.escalation") == 1
    told = [mail for mail in mails(town) if "binh@xa.test" in mail]
    assert len(told) == 1 and "T.2-260302-0001" in told[0]
    sheet = dossiers.control_sheet(town.database, id)
    assert sheet.rows[0][6] == "Đã báo cấp trên"


@pytest.mark.parametrize(
    ("term", "reminder", "before"),
    [
        ('value="10" unit="WORKING_DAY"', "P1W", timedelta(days=7)),
        ('value="2" unit="WORKING_HOUR"', "PT90S", timedelta(seconds=90)),
        ('value="= count([1, 2]) + to_khai.so_nam" unit="WORKING_DAY"', "P1DT2H", timedelta(hours=26)),
    ],
)
def test_a_reminder_comes_as_long_before_as_its_duration_says(
    town: Town, term: str, reminder: str, before: timedelta
) -> None:
    said = f'<mc:term {term} reminder="{reminder}" />'
    model = MODEL.replace('<mc:term value="2" unit="WORKING_HOUR" />', said)
    assert said in model
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=model), SYSTEM)
    id = town.receive(form={"ho_ten": "An", "loai": "doc", "so_nam": 2}).id
    with town.database.begin() as tx:
        due = {row.kind: row.due_at for row in tx.read(select(job.c.kind, job.c.due_at).where(job.c.root_id == id))}
    assert due["step.escalation"] - due["step.reminder"] == before
    if "count" in term:  # 2 + 2 working days
        assert due["step.escalation"].astimezone(VIETNAM).date() == date(2026, 3, 6)


def test_a_term_that_gives_no_number_is_refused_with_its_step(town: Town) -> None:
    model = MODEL.replace('value="2" unit="WORKING_HOUR"', 'value="= to_khai.khong_co" unit="WORKING_HOUR"')
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=model), SYSTEM)
    with pytest.raises(Refusal, match="Xem xét"):
        town.receive()


def test_a_step_that_is_done_in_time_tells_nobody(town: Town) -> None:
    id = town.receive().id
    town.do("chi", id, "dat")
    with town.database.begin() as tx:
        left = tx.read(select(job.c.kind).where(job.c.root_id == id, job.c.kind.like("step.%"))).scalars().all()
    assert left == []


def test_a_pause_gives_the_open_steps_their_time_back(town: Town) -> None:
    other = MODEL.replace('<mc:status code="5" /><mc:pause kind="supplement" />', "").replace(
        '<mc:status code="4" />', '<mc:status code="4" /><mc:pause kind="legal" />'
    )
    bundle(town.folder / "bundle", DESCRIPTION, other)
    from procedures import bundles

    bundles.deploy(town.database, town.folder / "bundle", SYSTEM)
    id = town.receive().id
    before = town.task(id).due
    town.move(days=1)
    town.do("chi", id, "dat")
    assert before is not None
    changes = deadlines.of(town.database, id).changes
    assert [one.kind for one in changes] == ["received", "paused", "resumed"]


def test_an_extension_moves_the_open_step_and_its_jobs_and_the_log_says_so(town: Town) -> None:
    id = town.receive().id
    before = town.task(id).due
    dossiers.extend(town.database, id, "1", "WORKING_DAY", "Chờ phôi", town["dung"])
    after = town.task(id).due
    assert before is not None and after is not None and (after - before).days == 1
    (moved,) = [one for one in audit.history(town.database, id) if one.kind == "set_due"]
    assert moved.data["reason"] == "Gia hạn thời gian giải quyết" and moved.who == "dung"
    with town.database.begin() as tx:
        due = tx.read(select(job.c.due_at).where(job.c.root_id == id, job.c.kind == "step.escalation")).scalar()
    assert due == after


def test_a_day_made_off_moves_the_open_deadlines_in_the_same_transaction(town: Town) -> None:
    id = town.receive().id
    waiting = town.receive(name="Chờ").id
    town.ask(waiting)
    working_time.set_override(town.database, "T", date(2026, 3, 4), "off", basis="QĐ 12/QĐ-UBND", by="quantri")
    clock = deadlines.of(town.database, id)
    assert clock.due is not None and clock.due.day == 6
    assert clock.changes[-1].kind == "recomputed" and "QĐ 12/QĐ-UBND" in clock.changes[-1].reason
    assert deadlines.of(town.database, waiting).due is None
    dossiers.bring_supplement(town.database, waiting, [Tick("anh", 2)], by=CITIZEN)
    assert deadlines.of(town.database, waiting).due is not None
    assert deadlines.remaining_minutes(town.database, AGENCY, clock.due) == 390 + 3 * 480
