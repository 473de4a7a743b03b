"""A procedure that no line of code knows goes from the counter to its result."""

from __future__ import annotations

from sqlalchemy import select

from engine import audit, projections
from engine.worker import drain
from procedures import deadlines, dossiers, fees, letters
from procedures.actor import CITIZEN
from procedures.dossiers import Lack, Recipient, Tick
from procedures.store.clock import clock_change, clock_pause
from procedures.store.dossier import dossier_state, dossier_status
from tests.procedures.town import PNG, Town


def test_it_goes_from_intake_over_a_supplement_to_the_result(either_town: Town) -> None:
    town, database = either_town, either_town.database
    received = town.receive(amounts={"so_ban": 2})
    assert received.code == "T.2-260302-0001"
    assert received.due is not None and received.due.isoformat() == "2026-03-05T17:00:00+07:00"
    assert town.status(received.id) == 4

    lack = Lack("anh", "", "Ảnh chụp quá sáu tháng", "Nộp ảnh mới")
    town.ask(received.id, lack)
    waiting = dossiers.get(database, received.id)
    assert (waiting.status, waiting.paused, waiting.due) == (5, True, None)
    tracking = dossiers.track(database, received.code, "0912345678")
    (step,) = tracking.next_steps
    assert (step.action, [one.name for one in step.lacks]) == ("supplement", ["Ảnh 3x4"])
    assert [one["title"] for one in tracking.letters] == [
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    ]

    town.move(days=1)
    photo = town.file(PNG, "anh.png")
    dossiers.bring_supplement(database, received.id, [Tick("anh", 2, files=(photo.sha256,))], by=CITIZEN)
    again = dossiers.get(database, received.id)
    assert (again.status, again.paused) == (4, False)
    assert again.due is not None and again.due.isoformat() == "2026-03-06T17:00:00+07:00"
    assert again.original_due == received.due

    town.to_leader(received.id)
    town.do("dung", received.id, "ky")
    assert town.status(received.id) == 9
    fees.take(database, received.id, town["an"])
    dossiers.return_result(
        database, received.id, Recipient("Hoàng Thị Hoa", signature=town.file(PNG).sha256), town["an"]
    )
    done = dossiers.get(database, received.id)
    assert (done.status, done.closed_at) == (10, done.closed_at) and done.returned_at is not None
    (result,) = dossiers.results(database, received.id)
    verified = letters.verify(database, result["token"])
    assert verified is not None and verified.valid and verified.signer == "Phạm Văn Dũng, Chủ tịch"
    assert letters.verify_file(database, letters.pdf(database, received.letter or "")) is None  # not archived yet

    drain(database)
    assert letters.verify_file(database, letters.pdf(database, received.letter or "")) is not None
    assert audit.verify(database)["broken"] == []
    assert len(list((town.folder / "home" / "mail").glob("*.eml"))) >= 4


def test_its_projections_are_the_same_when_they_are_rebuilt_from_the_log(either_town: Town) -> None:
    town, database = either_town, either_town.database
    first, second = town.receive(), town.receive(name="Lê Văn Khác")
    town.ask(first.id)
    dossiers.extend(database, second.id, "2", "WORKING_DAY", "Chờ phôi thẻ", town["dung"])
    town.move(hours=30)
    dossiers.bring_supplement(database, first.id, [Tick("anh", 2)], by=CITIZEN)
    dossiers.stop(database, second.id, "Người nộp đã chuyển đi", "người nộp hồ sơ", town["dung"])

    def rows() -> list[list[str]]:
        with database.begin() as tx:
            return [
                sorted(map(str, tx.read(select(table)).all()))
                for table in (dossier_state, dossier_status, clock_change, clock_pause)
            ]

    before = rows()
    assert all(before)
    projections.rebuild(database)
    assert rows() == before


def test_the_due_date_is_explained_and_every_change_has_its_reason(town: Town) -> None:
    id = town.receive().id
    dossiers.extend(town.database, id, "2", "WORKING_DAY", "Chờ phôi thẻ", town["dung"])
    clock = deadlines.of(town.database, id)
    assert [change.kind for change in clock.changes] == ["received", "extended"]
    assert clock.changes[1].reason == "Chờ phôi thẻ" and clock.changes[1].who == "dung"
    assert {one["rule"] for one in clock.explanation} >= {"received_in_hours", "extension"}
    assert all(one["text"]["vi"] and one["text"]["en"] and one["basis"] for one in clock.explanation)
