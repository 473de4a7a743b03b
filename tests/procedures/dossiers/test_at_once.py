"""Several people and workers on one dossier at once: one wins, the others get a sentence, nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine import audit
from engine.refusal import Refusal
from engine.worker import drain
from procedures import dossiers, fees, tasks
from procedures.actor import CITIZEN
from procedures.dossiers import Lack, Tick
from tests.procedures.town import Town


def outcomes(work: Callable[[int], Any], times: int = 6) -> tuple[int, int]:
    """How many did it and how many were refused; any other exception is a failure."""

    def one(number: int) -> bool:
        try:
            work(number)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(times) as threads:
        did = list(threads.map(one, range(times)))
    return did.count(True), did.count(False)


def test_a_dossier_is_extended_paid_supplemented_and_decided_once(either_town: Town) -> None:
    town, database = either_town, either_town.database
    id = town.receive(amounts={"so_ban": 1}).id
    assert outcomes(lambda _: dossiers.extend(database, id, "1", "WORKING_DAY", "Chờ", town["dung"])) == (1, 5)
    assert outcomes(lambda _: fees.take(database, id, town["an"])) == (1, 5)
    task = town.task(id).id
    lacks = [Lack("anh", "", "mờ")]
    assert outcomes(lambda _: tasks.complete(database, task, "bo_sung", {}, town["chi"], lacks=lacks)) == (1, 5)
    assert outcomes(lambda _: dossiers.bring_supplement(database, id, [Tick("anh", 2)], by=CITIZEN)) == (1, 5)
    task = town.task(id).id
    assert outcomes(lambda _: tasks.complete(database, task, "dat", {}, town["chi"])) == (1, 5)
    assert town.task(id).name == "Làm thẻ"
    assert audit.verify(database)["broken"] == []


def test_different_commands_and_a_worker_do_not_stand_in_each_others_way(either_town: Town) -> None:
    town, database = either_town, either_town.database
    id = town.receive(amounts={"so_ban": 1}).id
    task = town.task(id).id
    work: list[Callable[[], Any]] = [
        lambda: dossiers.extend(database, id, "1", "WORKING_DAY", "Chờ", town["dung"]),
        lambda: fees.take(database, id, town["an"]),
        lambda: drain(database),
        lambda: tasks.complete(database, task, "dat", {}, town["chi"]),
        lambda: dossiers.comment(database, id, "x", town["chi"]),
        lambda: dossiers.correct(
            database, id, town.intake(request="Cấp thẻ mới", amounts={"so_ban": 1}), "Sửa", town["an"]
        ),
    ]
    assert outcomes(lambda number: work[number]()) == (6, 0)
    assert dossiers.get(database, id).request == "Cấp thẻ mới" and town.task(id).name == "Làm thẻ"
    assert audit.verify(database)["broken"] == []
