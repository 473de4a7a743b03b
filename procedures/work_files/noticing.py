"""Thirty days before a file goes to the archive, who keeps it is told (NĐ 30/2020/NĐ-CP, Phụ lục VI)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.store import Tx
from procedures import notices, settings
from procedures.store.people import official
from procedures.store.work_files import LOG, work_file
from procedures.vocabulary.retention import CLOSED, NOTICE_DAYS

_DUE = "work_file.archive_due"
HOUR = time(8)


def plan(tx: Tx, id: str, archive_by: date) -> None:
    """The notice is sent on the morning of its day, at once where that has passed."""
    at = datetime.combine(archive_by - timedelta(days=NOTICE_DAYS), HOUR, VIETNAM)
    jobs.add(tx, LOG, _DUE, max(at, tx.now), {"file": id, "archive_by": archive_by.isoformat()})


def _due(tx: Tx, job: Job) -> None:
    said = job.payload
    row = tx.execute(select(work_file).where(work_file.c.id == said["file"])).first()
    if row is None or row.state != CLOSED or row.archive_by is None or row.archive_by.isoformat() != said["archive_by"]:
        return  # handed over, or opened again
    address = tx.execute(select(official.c.email).where(official.c.username == row.keeper)).scalar()
    if address:
        url = f"{settings.current(tx).public_url}/ho-so-cong-viec/{row.id}"
        body = (
            f"Hồ sơ công việc {row.notation} “{row.title}” phải nộp lưu trữ trước ngày {row.archive_by:%d/%m/%Y}.\n\n"
            f"Mở hồ sơ: {url}\n"
        )
        notices.mail(tx, LOG, address, f"[{row.notation}] Hồ sơ sắp đến hạn nộp lưu trữ", body)


HANDLERS = {_DUE: Handler(inside=_due)}
