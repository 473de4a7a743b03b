"""Two provinces exchange documents over the axis, and lose and double nothing, whatever it does to them."""

from __future__ import annotations

import filecmp
import itertools
import random
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from procedures import scanning
from procedures.documents import incoming, sending, words
from procedures.exchange import edxml
from procedures.exchange.axis import entering, protocol, receiving, tracked
from procedures.exchange.axis.client import Client
from procedures.rights import NotAllowed
from procedures.settings import Axis
from procedures.store.axis import axis_document, axis_inbox, axis_message, axis_receipt, axis_request
from procedures.store.documents import document
from procedures.vocabulary.documents import DISPATCHED, DONE, ON_ROUTE, RECALLED, WAITING
from tests.procedures.exchange.provinces import NORTH, PLAYED, SECRETS, SOUTH, Nation, Verifier, nation
from tests.serving import serving
from web.simulators import axis as simulator
from web.simulators.axis import FAULTS


@pytest.fixture
def start(
    sqlite_template: Path, open_database: Callable[..., Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Nation]]:
    monkeypatch.setattr(receiving, "Verifier", Verifier)
    ends = []

    def made(faults: tuple[str, ...] = ()) -> Nation:
        paths = [shutil.copy(sqlite_template, tmp_path / f"{name}.db") for name in ("bac", "nam")]
        first, second = (open_database(f"sqlite:///{path}") for path in paths)
        ends.append(nation(first, second, tmp_path, faults))
        return ends[-1].__enter__()

    yield made
    for one in ends:
        one.__exit__(None, None, None)


@pytest.fixture(params=[(), pytest.param(FAULTS, marks=pytest.mark.slow)], ids=["calm", "storm"])
def between(request: pytest.FixtureRequest, start: Callable[..., Nation]) -> Nation:
    return start(request.param)


def codes(one: Nation, id: str, organ: str = SOUTH) -> list[str]:
    """The receipts of a document of the north."""
    return sorted(each.code for each in tracked.receipts(one.north.database, id) if each.organ == organ)


def whole(one: Nation) -> None:
    """Nothing that was kept has been changed behind the log's back, and nothing is left over."""
    for each in (one.north, one.south):
        assert audit.verify(each.database)["broken"] == []
        assert tracked.health(each.database).given_up == 0


def test_what_goes_over_is_worked_returned_recalled_updated_and_replaced(between: Nation) -> None:
    north, south = between.north, between.south
    worked = north.send("Về việc cải cách hành chính", f"{SOUTH}\n{PLAYED} – Văn phòng Chính phủ\nĐảng ủy xã")
    returned, renewed, recalled = (north.send(f"Về việc {what}", SOUTH) for what in ("trả", "sửa", "thu"))
    replaced, refused = north.send("Về việc thay", SOUTH), north.send("Về việc giữ", SOUTH)
    between.settle()
    came = {one.notation: one for one in south.tray()}
    assert sorted(came) == sorted(one.notation for one in (worked, returned, renewed, recalled, replaced, refused))
    assert {one.state for one in came.values()} == {WAITING}
    first = came[worked.notation]
    assert (first.subject, first.issued_on, first.signer) == (worked.subject, worked.issued_on, worked.signer)
    assert (first.issuer, first.kind, first.position) == (f"Ủy ban nhân dân tỉnh {NORTH}", "QĐ", worked.position)
    assert codes(between, worked.id) == ["01"]
    assert codes(between, worked.id, PLAYED) == ["01", "03", "05", "06"]

    south.work_through(first)
    incoming.give_back(south.database, came[returned.notation].code, "Gửi nhầm nơi nhận", south["vanthu"])
    for one in (renewed, recalled, refused):
        south.register(came[one.notation])
    between.settle()
    assert codes(between, worked.id) == ["01", "03", "04", "05", "06"]
    assert south.document(first.code).state == DONE
    assert codes(between, returned.id) == ["01", "02"]
    last = next(one for one in tracked.readers(north.database, returned.id) if one.organ == SOUTH).last
    assert last is not None and (last.code, last.text) == ("02", "Gửi nhầm nơi nhận")

    sending.renew(north.database, renewed.code, "Sai trích yếu", north["vanthu"], subject="Về việc đã sửa")
    sending.recall(north.database, recalled.code, "Ban hành nhầm", north["vanthu"])
    sending.recall(north.database, refused.code, "Ban hành nhầm", north["vanthu"])
    new = north.send("Về việc đã thay", SOUTH, replaces=replaced.code)
    between.settle()
    assert north.document(replaced.code).state == RECALLED
    there = {one.notation: one for one in south.tray()}
    assert (there[replaced.notation].state, there[new.notation].state) == (RECALLED, WAITING)
    assert codes(between, replaced.id) == ["01", "15"]  # nothing had been done with it
    for one, agreed, reason in ((renewed, True, ""), (recalled, True, ""), (refused, False, "Đã thực hiện xong")):
        code = there[one.notation].code
        (asked,) = tracked.requests(south.database, there[one.notation].id)
        assert asked.answer is None and south.document(code).state == ON_ROUTE
        with pytest.raises(NotAllowed):
            entering.answer(south.database, code, asked.id, agreed, reason, south["lanhdao"])
        if not agreed:
            with pytest.raises(Refusal, match="lý do từ chối"):
                entering.answer(south.database, code, asked.id, False, " ", south["vanthu"])
        entering.answer(south.database, code, asked.id, agreed, reason, south["vanthu"])
        with pytest.raises(Refusal, match="đã được trả lời"):
            entering.answer(south.database, code, asked.id, True, "", south["vanthu"])
    south.step(there[recalled.notation].id, "xu_ly_thu_hoi", "vanthu", "da_thu_hoi")
    between.settle()
    assert south.document(there[renewed.notation].code).subject == "Về việc đã sửa"
    assert south.document(there[recalled.notation].code).state == RECALLED
    assert south.document(there[refused.notation].code).state == ON_ROUTE
    assert codes(between, renewed.id) == ["01", "03", "15"] and codes(between, recalled.id) == ["01", "03", "15"]
    assert codes(between, refused.id) == ["01", "03", "16"]
    assert north.document(refused.code).state == RECALLED and north.document(new.code).state == DISPATCHED
    whole(between)


@pytest.mark.parametrize("many", [4, pytest.param(24, marks=pytest.mark.slow)])
def test_the_order_in_which_messages_come_and_how_often_makes_no_difference(
    start: Callable[..., Nation], many: int
) -> None:
    one = start()
    north, south = one.north, one.south
    sent = north.send("Về việc ban đầu", SOUTH)
    north.work()
    sending.renew(north.database, sent.code, "Sửa lần một", north["vanthu"], subject="Về việc sửa lần một")
    north.work()
    sending.renew(north.database, sent.code, "Sửa lần hai", north["vanthu"], subject="Về việc sửa lần hai")
    north.work()
    north.send("Về việc thay thế", SOUTH, replaces=sent.code)
    north.work()
    texts = [held.path for held in one.axis.held.values()]
    assert len(texts) == 4
    chance, states = random.Random(7), set()
    for order in chance.sample(list(itertools.permutations(range(4))), many):
        one.axis.held.clear()
        south.database.run(_forget)
        for n in (*order, *chance.sample(range(4), 2)):
            one.axis.play_document(texts[n], NORTH)
            if chance.random() < 0.5:
                south.work()
        south.work()
        south.work()
        states.add(south.database.run(_standing))
    assert len(states) == 1
    ((documents, *_rest),) = states
    assert [row[:2] for row in documents] == [("Về việc sửa lần hai", RECALLED), ("Về việc thay thế", WAITING)]


def _forget(tx: Any) -> None:
    for table in (document, axis_document, axis_inbox, axis_message, axis_receipt, axis_request):
        tx.execute(table.delete())


def _standing(tx: Any) -> tuple[Any, ...]:
    """What the messages have left behind, without what each run makes anew."""
    documents = tx.execute(
        select(document.c.subject, document.c.state, document.c.notation, axis_document.c.message)
        .join(axis_document, axis_document.c.root_id == document.c.id)
        .order_by(document.c.subject)
    )
    asked = tx.execute(
        select(axis_request.c.id, axis_request.c.kind, axis_request.c.answer).order_by(axis_request.c.id)
    )
    said = tx.execute(
        select(axis_message.c.code, func.count()).group_by(axis_message.c.code).order_by(axis_message.c.code)
    )
    return tuple(tuple(map(tuple, each)) for each in (documents, asked, said))


@pytest.mark.parametrize("many", [24, pytest.param(1000, marks=pytest.mark.slow)])
def test_what_cannot_be_understood_is_kept_told_and_answered(start: Callable[..., Nation], many: int) -> None:
    one = start()
    sent = one.north.send("Về việc thử", SOUTH)
    one.north.work()
    (held,) = one.axis.held.values()
    good = held.path.read_bytes()
    chance = random.Random(5)
    for n in range(many):
        body = bytearray(good)
        for _ in range(chance.randrange(1, 30)):
            body[chance.randrange(len(body) // 3)] = chance.randrange(256)
        held.path.with_name(f"hong-{n}").write_bytes(body)
        one.axis.hold(held.path.with_name(f"hong-{n}"), (SOUTH,))
    one.axis.hold(_written(held.path, b"<!DOCTYPE a><edXML/>"), (SOUTH,))
    one.settle()
    page = tracked.inbox(one.south.database, one.south["vanthu"], ())
    rows = page.rows
    assert page.total == many + 2 and "unreadable" in {row.state for row in rows}
    broken = [row for row in rows if row.state == "unreadable"]
    assert all(row.vi and row.sha256 and row.confirmed_at for row in broken)
    assert {held.statuses["S02"] for held in one.axis.held.values() if "S02" in held.statuses} == {"done", "fail"}
    with one.south.database.begin() as tx:
        messages = tx.read(select(axis_document.c.message)).scalars().all()
        assert len(set(messages)) == len(messages) == tx.read(select(func.count()).select_from(document)).scalar_one()
        assert tx.read(select(document.c.id).where(document.c.notation == sent.notation)).first() is not None


def test_what_breaks_here_or_waits_for_the_scanner_holds_up_no_other_message(
    start: Callable[..., Nation], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start()
    south = one.south
    one.north.send("Về việc lành", SOUTH)
    one.north.work()
    (held,) = one.axis.held.values()
    with held.path.open("rb") as body:
        said = edxml.read(body, held.path.parent).fields
    said["MessageHeader"]["Subject"], bad = "Về việc hỏng", held.path.with_name("hong")
    with bad.open("wb") as into:
        edxml.write(said, into, Path("/"))
    one.axis.hold(bad, (SOUTH,))

    def absent(*_given: Any) -> None:
        raise scanning.Absent("Chưa kiểm tra được.", "Not checked.", seconds=1)

    def breaks(tx: Any, message: entering.Message, came_at: Any) -> entering.Outcome:
        if "hỏng" in message.title:
            raise ValueError("5000 digits")
        return enter(tx, message, came_at)

    def standing() -> list[str]:
        return sorted(row.state for row in tracked.inbox(south.database, south["vanthu"], ()).rows)

    enter = entering.enter
    with monkeypatch.context() as away:
        away.setattr(scanning, "check", absent)
        south.work()
        assert standing() == ["trying", "trying"]
    monkeypatch.setattr(entering, "enter", breaks)
    south.work()
    assert standing() == ["taken", "trying"]
    south.database.run(lambda tx: tx.execute(axis_inbox.update().values(tries=receiving.TRIES)))
    south.work(4000)
    assert standing() == ["taken", "unreadable"]
    (row,) = tracked.inbox(south.database, south["vanthu"], ("unreadable",)).rows
    assert row.sha256 and row.confirmed_at and "ValueError" in row.vi and "digits" not in row.vi


def test_a_state_secret_leaves_nothing_here_and_one_content_under_two_names_is_taken(
    start: Callable[..., Nation], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start()
    south = one.south
    one.north.send("Về việc thử", SOUTH)
    one.north.work()
    (held,) = one.axis.held.values()
    with held.path.open("rb") as body:
        said = edxml.read(body, held.path.parent).fields
    entry = {"name": "mot.pdf", "file": said["attachments"][0]["file"]}
    twice = held.path.with_name("hai-ten")
    with twice.open("wb") as into:
        edxml.write({**said, "attachments": [entry, {**entry, "name": "hai.pdf"}]}, into, Path("/"))
    one.axis.hold(twice, (SOUTH,))
    one.axis.held.pop(next(iter(one.axis.held)))
    files_of = south.settings.home / "files"
    with monkeypatch.context() as stamped:
        stamped.setattr(words, "text_of", lambda *_given: "TUYỆT MẬT\n")
        one.settle()
    (row,) = tracked.inbox(south.database, south["vanthu"], ()).rows
    assert (row.state, row.sha256, row.title) == ("refused", None, "") and "độ mật" in row.vi
    assert not [path for path in files_of.rglob("*") if path.is_file()] and not south.tray()
    one.axis.hold(twice, (SOUTH,))
    one.settle()
    assert len(south.tray()) == 1


@pytest.mark.parametrize(
    ("typed", "number"), [("9" * 5000, None), ("0000000009", None), ("4", 4), ("5", None), ("²", None), ("", None)]
)
def test_numbers_and_moments_of_messages_are_what_can_be_kept(typed: str, number: int | None) -> None:
    assert entering._number(typed, 4) == number
    assert entering.moment_of("0001/01/01 00:00:00") is None and entering.day_of("0001-01-01") is None
    assert entering.day_of("02/09/1945") == date(1945, 9, 2)


def _written(beside: Path, body: bytes) -> Path:
    path = beside.with_name("khac")
    path.write_bytes(body)
    return path


@pytest.mark.slow
def test_a_hundred_megabytes_stream_by_both_ways(tmp_path: Path) -> None:
    paper, whole, back = (tmp_path / name for name in ("lon.bin", "gui", "nhan"))
    with paper.open("wb") as into:
        for _ in range(100):
            into.write(random.Random(3).randbytes(1 << 20))
    header = {"From": {"OrganId": NORTH}, "To": [{"OrganId": SOUTH}], "Subject": "Tệp lớn"}
    with whole.open("wb") as into:
        edxml.write(
            {"MessageHeader": header, "attachments": [{"name": "lon.bin", "file": str(paper)}]}, into, Path("/")
        )
    server, axis = simulator.serve(SECRETS)
    axis.systems.update({NORTH: "N01", SOUTH: "S02"})
    with serving(server) as address:
        tracemalloc.start()
        with whole.open("rb") as body:
            id = Client(Axis(address, "N01", SECRETS["N01"])).send(body, protocol.EDOC, NORTH)
        south = Client(Axis(address, "S02", SECRETS["S02"]))
        assert [one.id for one in south.received(protocol.EDOC)] == [id]
        with back.open("wb") as into:
            south.fetch(id, into)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert filecmp.cmp(whole, back, shallow=False)
    assert peak < 24 << 20, f"{peak >> 20} MB at once"
