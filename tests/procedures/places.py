"""A small province for tests, on SQLite in memory, under a clock that the test sets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import procedures.store
from engine.store import Database
from procedures import agencies, officials
from procedures.installation import rehearsal

procedures.store.every()

SINCE = date(2025, 7, 1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday 09:00 in Vietnam

    def __call__(self) -> datetime:
        return self.now

    def move(self, span: timedelta) -> None:
        self.now += span


def empty() -> tuple[Database, Clock]:
    """A database with all tables and no rows, and its clock."""
    clock = Clock()
    database = rehearsal().open("sqlite://", clock=clock)
    database.create(every_table=True)
    return database, clock


def province() -> tuple[Database, Clock]:
    """The same with a province, a department, a commune and its desk, and five officials."""
    database, clock = empty()
    agencies.add(database, "T", "Ủy ban nhân dân tỉnh", level="tinh", since=SINCE, by="thu")
    agencies.add(database, "T.1", "Sở Xây dựng", level="tinh", kind="so", parent="T", since=SINCE, by="thu")
    agencies.add(
        database,
        "T.2",
        "Ủy ban nhân dân xã Đông Hưng",
        level="xa",
        parent="T",
        since=SINCE,
        old_code="000.00.02.T",
        by="thu",
    )
    agencies.add(
        database, "T.2.1", "Trung tâm Phục vụ hành chính công xã", level="xa", parent="T.2", since=SINCE, by="thu"
    )
    for username, name, agency, role in (
        ("an", "Nguyễn Văn An", "T.2", "chuyen_vien"),
        ("binh", "Trần Thị Bình", "T.2", "truong_don_vi"),
        ("chi", "Lê Thị Chi", "T.2", "lanh_dao"),
        ("dung", "Phạm Văn Dũng", "T", "lanh_dao"),
        ("em", "Đỗ Thị Em", "T.2.1", "mot_cua"),
    ):
        officials.add(database, username, name, agency=agency, since=SINCE, by="thu")
        officials.grant(database, username, role, agency, since=SINCE, by="thu", reason="Bổ nhiệm")
    return database, clock
