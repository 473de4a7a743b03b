"""What is near its due date is so everywhere: by the settings' working hours, weekends and nights not counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from procedures import dossiers, settings, worklist
from procedures.actor import Actor
from procedures.narrowing import Narrow
from tests.procedures.town import Town

ALL = Actor("kiemtra", everything=True)


def near(town: Town, id: str) -> tuple[bool, ...]:
    """Whether the list, the worklist, the dossier itself and the board take it for near."""
    groups = ("chuyen_vien@T.2",)
    lines = {
        tab: worklist.listing(town.database, "chi", groups, tab, narrow=Narrow(progress="near")).rows
        for tab in ("unit", "mine")
    }
    return (
        id in {row.id for row in dossiers.listing(town.database, ALL, progress="near").rows},
        id in {row.dossier for rows in lines.values() for row in rows if row.progress == "near"},
        dossiers.get(town.database, id).progress == "near",
        dossiers.board(town.database, ALL, date(2026, 3, 1), date(2026, 3, 31)).total.near == 1,
    )


def test_a_dossier_is_near_when_few_working_hours_are_left(either_town: Town) -> None:
    town = either_town
    town.move(days=2)  # a Wednesday; due on Monday 9 March at 17:00
    id = town.receive().id
    town.move(days=2, hours=7)  # Friday 16:00: nine working hours are left
    assert near(town, id) == (False,) * 4
    town.move(hours=2)  # Friday 18:00: eight, though Monday is almost three days away
    assert near(town, id) == (True,) * 4
    around = settings.installation(town.database)
    around.settings = replace(settings.current(town.database), near=4)
    assert near(town, id) == (False,) * 4
    town.move(days=2, hours=19, minutes=1)  # Monday 13:01
    assert near(town, id) == (True,) * 4
    town.move(hours=4)
    assert near(town, id) == (False,) * 4
