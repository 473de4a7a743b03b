"""Dossiers copied for trying the system with very many: as whole as those that were lived, and as alive."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import audit
from engine.audit import export, verifier
from engine.calendar import VIETNAM
from engine.store.tables import instance
from procedures import dossiers, fees
from procedures.demo import many, people, registry
from procedures.dossiers import Recipient
from procedures.forms import reading
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import letter
from tests.procedures.town import Town


def played(town: Town) -> tuple[str, str]:
    """A dossier that has ended and one that is open; their ids."""
    ended = town.receive()
    town.to_leader(ended.id)
    town.do("dung", ended.id, "ky")
    fees.take(town.database, ended.id, town["an"])
    dossiers.return_result(town.database, ended.id, Recipient("Hoàng Thị Hoa", "033190001234"), town["an"])
    town.move(days=1)
    running = town.receive(name="Đỗ Văn Lâm")
    return ended.id, running.id


def test_copies_are_whole(either_town: Town, tmp_path: Path) -> None:
    town = either_town
    played(town)
    assert many.multiply(town.database, 60) == 58
    report = audit.verify(town.database)
    assert report["faults"] == 0, report["broken"][:5]
    with town.database.snapshot() as tx:
        export.write(tx, tmp_path / "log.jsonl")
        codes = tx.read(select(dossier.c.code)).scalars().all()
        names = tx.read(select(dossier.c.applicant_name)).scalars().all()
        running = tx.read(select(func.count()).select_from(instance).where(instance.c.ended_at.is_(None))).scalar_one()
        numbers = tx.read(select(letter.c.template, letter.c.number, letter.c.issued_at)).all()
    assert verifier.main([str(tmp_path / "log.jsonl")]) == 0
    assert len(set(codes)) == 60 and len(set(names)) > 30
    assert 1 < running < 12
    given = [(row.template, row.number, row.issued_at.year) for row in numbers if row.number]
    assert len(given) == len(set(given)), "each number of a letter is given once a year"


def test_a_copy_is_another_persons(either_town: Town) -> None:
    town = either_town
    ended, _running = played(town)
    many.multiply(town.database, 20)
    with town.database.begin() as tx:
        row = tx.read(select(dossier).where(dossier.c.id != ended, dossier.c.applicant_name != "Đỗ Văn Lâm")).first()
        assert row is not None
        assert row.applicant_name != "Hoàng Thị Hoa" and row.applicant_id_number in row.folded
        assert (found := dossiers.find(tx, town["an"], row.code)).total == 1 and found.rows[0].id == row.id
        told = tx.read(select(letter.c.data).where(letter.c.root_id == row.id)).scalars().all()
    assert told and all(row.code in str(one) and "Hoàng Thị Hoa" not in str(one["ho_ten"]) for one in told)


def test_numbers_and_work_go_on(either_town: Town) -> None:
    town = either_town
    _ended, running = played(town)
    many.multiply(town.database, 80)
    with town.database.begin() as tx:
        copies = tx.read(
            select(dossier.c.id)
            .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
            .where(dossier_state.c.closed_at.is_(None), dossier.c.id != running)
        )
        copy = copies.scalars().first()
    assert copy is not None
    town.to_leader(copy)
    town.do("dung", copy, "ky")
    assert town.status(copy) == 9
    code = town.receive().code
    with town.database.begin() as tx:
        todays = tx.read(select(dossier.c.code).where(dossier.c.code.like(code[:-4] + "%"))).scalars().all()
    assert max(int(re.findall(r"\d+$", one)[0]) for one in todays) == len(todays)
    assert audit.verify(town.database)["faults"] == 0


def test_invented_names_agree_with_sex_and_family() -> None:
    keys = ("ho_ten_tre", "ho_ten_me", "ho_ten_cha")
    inputs = [{"type": "textfield", "key": key, "label": "Họ, chữ đệm, tên"} for key in keys]
    sexes = [{"value": "nam", "label": "Nam"}, {"value": "nu", "label": "Nữ"}]
    components = [{"type": "radio", "key": "gioi_tinh", "label": "Giới tính", "values": sexes}, *inputs]
    form = reading.read({"type": "default", "id": "to-khai", "components": components})
    for seed in range(20):
        found = people.filled(form, random.Random(seed), date(2026, 11, 20))
        mother, father, child = (found[key].split() for key in ("ho_ten_me", "ho_ten_cha", "ho_ten_tre"))
        assert mother[2] in people.GIVEN["nu"] and father[2] in people.GIVEN["nam"]
        assert child[0] == father[0] and child[2] in people.GIVEN[found["gioi_tinh"]]


@pytest.mark.parametrize(("hour", "day"), [(0, 30), (4, 30), (9, 30), (11, 1), (23, 1)])
def test_a_registry_has_done_its_mornings_work_whatever_the_hour(hour: int, day: int) -> None:
    end = datetime(2026, 12, 1, hour, 13, tzinfo=VIETNAM)
    morning = registry.last_morning(end)
    assert morning + registry.MORNING <= end and morning.day == day
    last = timedelta(minutes=max(7 * len(registry.CAME), 60 + 9 * len(registry.SENT)))
    assert last <= registry.MORNING
