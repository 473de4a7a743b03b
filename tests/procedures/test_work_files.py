"""Work files from the yearly list to the certificate of their disposal, on the office."""

from __future__ import annotations

import email
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.refusal import Refusal
from engine.worker import drain
from procedures import files, officials
from procedures.actor import Actor
from procedures.documents import matters, queries
from procedures.letters.rendering import text_of
from procedures.rights import NotAllowed, Unseen
from procedures.rights import work_files as rights
from procedures.store.work_files import work_file
from procedures.vocabulary.retention import ARCHIVED, CLOSED, DESTROYED, DONE, OFFERED
from procedures.work_files import disposing, keeping, lending, packaging
from procedures.work_files.values import Heading, WorkFile
from tests.procedures.documents.office import do, furnish, registered
from tests.procedures.documents.test_outgoing import dispatched
from tests.procedures.town import AGENCY, Town
from web.cli import root


@pytest.fixture
def office(town: Town) -> Iterator[Town]:
    furnish(town)
    for username, role, place in (("oanh", "lanh_dao", AGENCY), ("phuc", "van_thu", AGENCY)):
        officials.add(town.database, username, username.title(), agency=place, title=role, by="thu")
        officials.grant(town.database, username, role, place, by="thu")
        town.actors[username] = Actor(username, username.title(), role, place, frozenset({role}), frozenset({place}))
    yield town


def opened(town: Town, notation: str = "01.TH", retention: str = "2") -> WorkFile:
    heading = Heading(notation, "Kiện toàn Ban Chỉ đạo", retention, "chi")
    return keeping.open_file(town.database, AGENCY, heading, town["chi"])


def closed(town: Town, retention: str = "2") -> WorkFile:
    found = opened(town, retention=retention)
    out = dispatched(town, recipients=())
    keeping.put(town.database, found.id, out.code, town["chi"])
    assert keeping.close(town.database, found.id, town["chi"]) == []
    return keeping.find(town.database, found.id, town["chi"])


def archived(town: Town, retention: str = "2") -> WorkFile:
    found = closed(town, retention)
    keeping.offer(town.database, found.id, town["chi"])
    keeping.accept(town.database, found.id, town["phuc"])
    return keeping.find(town.database, found.id, town["chi"])


def test_the_yearly_list_is_drawn_up_by_the_registry_and_approved_by_the_leader(office: Town) -> None:
    heading = Heading("01.TH", "Kiện toàn Ban Chỉ đạo", "10", "chi")
    with pytest.raises(NotAllowed):
        keeping.plan(office.database, AGENCY, 2026, heading, office["chi"])
    keeping.plan(office.database, AGENCY, 2026, heading, office["giang"])
    with pytest.raises(Refusal, match="đã có ký hiệu"):
        keeping.plan(office.database, AGENCY, 2026, heading, office["giang"])
    with pytest.raises(NotAllowed):
        keeping.approve_list(office.database, AGENCY, 2026, office["giang"])
    keeping.approve_list(office.database, AGENCY, 2026, office["dung"])
    with pytest.raises(Refusal, match="đã được phê duyệt"):
        keeping.plan(office.database, AGENCY, 2026, Heading("02.TH", "Khác", "10", "chi"), office["giang"])
    found = opened(office, retention="10")
    assert [one.file for one in keeping.headings(office.database, AGENCY, 2026)] == [found.id]


def test_what_belongs_together_comes_into_the_file_by_itself_and_may_lie_in_several(office: Town) -> None:
    found, other = opened(office), opened(office, "02.TH")
    came = registered(office)
    keeping.put(office.database, found.id, came.code, office["giang"])
    out = dispatched(office)
    keeping.put(office.database, found.id, out.code, office["chi"])
    keeping.put(office.database, other.id, out.code, office["chi"])
    do(office, "giang", out.id, "luu_ho_so", "da_luu", ho_so_cong_viec="02.TH", thoi_han_luu="10")
    assert {one.notation for one in keeping.files_of(office.database, out.id, office["chi"])} == {"01.TH", "02.TH"}
    said = {"trich_yeu": "Sai", "cach_xu_ly": "dinh_chinh", "ly_do_xu_ly": "sai số", "do_khan": "0"}
    fixing = matters.begin(office.database, "thu-hoi-van-ban", AGENCY, said, None, office["chi"], about=out.code)
    lying = {one.code: one.by_itself for one in keeping.items(office.database, other.id, office["chi"])}
    assert lying == {out.code: False, fixing.code: True}


def test_a_file_is_closed_with_what_it_lacks_told(office: Town) -> None:
    found = opened(office)
    assert keeping.close(office.database, found.id, office["chi"]) == ["Hồ sơ chưa có tài liệu nào."]
    came = registered(office)
    keeping.put(office.database, found.id, came.code, office["giang"])
    lacks = keeping.close(office.database, found.id, office["chi"])
    assert [one.partition(": ")[2] for one in lacks] == ["chưa giải quyết xong.", "không có tệp."]
    assert keeping.close(office.database, found.id, office["chi"], accepted=True) == []
    now = keeping.find(office.database, found.id, office["chi"])
    assert (now.state, now.missing) == (CLOSED, "\n".join(lacks))
    assert now.kept_until and (now.kept_until.isoformat(), now.archive_by and now.archive_by.isoformat()) == (
        "2028-12-31",
        "2027-07-27",
    )
    with pytest.raises(Refusal, match="đã đóng"):
        keeping.put(office.database, found.id, came.code, office["giang"])


def test_the_keeper_is_told_thirty_days_before_the_archive(office: Town) -> None:
    officials.change(office.database, "chi", email="chi@xa.test", by="thu")
    closed(office)
    drain(office.database)
    folder = office.folder / "home" / "mail"
    assert not list(folder.glob("*.eml"))
    office.move(days=336)
    drain(office.database)
    mails = [email.message_from_bytes(one.read_bytes(), policy=default) for one in folder.glob("*.eml")]
    (mail,) = [one for one in mails if "nộp lưu trữ" in one["Subject"]]
    assert (mail["To"], "27/07/2027" in mail.get_content()) == ("chi@xa.test", True)


def test_the_archive_takes_a_file_with_a_package_that_verifies_by_itself(office: Town) -> None:
    found = closed(office)
    keeping.offer(office.database, found.id, office["chi"])
    assert keeping.find(office.database, found.id, office["chi"]).state == OFFERED
    with pytest.raises(NotAllowed):
        keeping.accept(office.database, found.id, office["chi"])
    keeping.accept(office.database, found.id, office["phuc"])
    kept = keeping.find(office.database, found.id, office["chi"])
    assert kept.state == ARCHIVED and kept.package
    body = files.read(office.database, kept.package)
    read = packaging.verify(body)
    assert (read.notation, len(read.documents), read.faults) == ("01.TH", 1, ())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = text_of(members["ho-so.pdf"])
    assert "MỤC LỤC VĂN BẢN" in text and "QUYẾT ĐỊNH" in text
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content + (b" " if name.startswith("tai-lieu/") else b""))
        archive.writestr("la.txt", b"x")
    faults = packaging.verify(changed.getvalue()).faults
    assert any("nội dung khác mã băm" in one for one in faults) and any("la.txt" in one for one in faults)
    with pytest.raises(Refusal, match="không phải gói lưu trữ"):
        packaging.verify(b"no zip")
    original = next(name for name in members if name.startswith("tai-lieu/"))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        at = archive.getinfo(original).header_offset + 60 + len(original)
    broken = body[:at] + bytes(255 - one for one in body[at : at + 40]) + body[at + 40 :]
    assert f"{original}: không đọc được, đã hỏng." in packaging.verify(broken).faults
    for content, status in ((body, 0), (broken, 1)):
        (office.folder / "goi.zip").write_bytes(content)
        run = CliRunner().invoke(root, ["archive", "verify", str(office.folder / "goi.zip"), "--json"])
        assert (run.exit_code, json.loads(run.stdout)["notation"]) == (status, "01.TH"), run.stdout


def test_a_loan_opens_the_file_and_its_documents_for_its_term_only(office: Town) -> None:
    found = archived(office)
    (item,) = keeping.items(office.database, found.id)
    with pytest.raises(Unseen):
        keeping.find(office.database, found.id, office["khanh"])
    until = office.now.date() + timedelta(days=5)
    lending.ask(office.database, AGENCY, "01.TH", 2026, "Đối chiếu", until, office["khanh"])
    (loan,) = lending.of_file(office.database, found.id)
    with pytest.raises(Unseen):
        queries.find(office.database, item.code, office["khanh"])
    lending.decide(office.database, found.id, loan.id, True, "", office["giang"])
    assert queries.find(office.database, item.code, office["khanh"]).code == item.code
    assert keeping.find(office.database, found.id, office["khanh"]).notation == "01.TH"
    office.move(days=6)
    with pytest.raises(Unseen):
        queries.find(office.database, item.code, office["khanh"])
    assert lending.of_file(office.database, found.id)[0].over
    lending.give_back(office.database, found.id, loan.id, office["khanh"])
    assert lending.of_person(office.database, office["khanh"]) == []


def test_disposal_wants_two_leaders_and_says_what_was_destroyed(office: Town) -> None:
    found = archived(office)
    (item,) = keeping.items(office.database, found.id)
    content = item.files[0][0]
    assert disposing.ripe(office.database, AGENCY) == []
    office.move(days=900)
    keeping.hold(office.database, found.id, "Đang có khiếu nại", office["dung"])
    assert disposing.ripe(office.database, AGENCY) == []
    keeping.hold(office.database, found.id, "Đã giải quyết", office["dung"], release=True)
    with pytest.raises(NotAllowed):
        disposing.propose(office.database, AGENCY, [found.id], "Hết hạn", office["chi"])
    id = disposing.propose(office.database, AGENCY, [found.id], "Hết thời hạn bảo quản", office["giang"])
    with pytest.raises(NotAllowed):
        disposing.approve(office.database, id, office["giang"])
    disposing.approve(office.database, id, office["dung"])
    with pytest.raises(Refusal, match="ba người khác nhau"):
        disposing.approve(office.database, id, office["dung"])
    assert files.whole(office.database, content)
    disposing.approve(office.database, id, office["oanh"])
    done = disposing.find(office.database, id, office["giang"])
    assert (done.state, done.files[0].state) == (DONE, DESTROYED)
    text = text_of(files.read(office.database, done.certificate))
    assert item.notation in text and content[:16] in text and "Oanh" in text
    assert not files.place(office.database, content).exists()
    assert queries.find(office.database, item.code, office["giang"]).notation == item.notation
    with office.database.snapshot() as tx:
        assert list(files.faults(tx)) == []


def test_what_was_opened_again_after_it_was_proposed_is_not_destroyed(office: Town) -> None:
    found = closed(office)
    office.move(days=1000)
    id = disposing.propose(office.database, AGENCY, [found.id], "Hết thời hạn bảo quản", office["giang"])
    keeping.reopen(office.database, found.id, "Có khiếu nại mới", office["giang"])
    assert keeping.close(office.database, found.id, office["chi"]) == []
    with pytest.raises(Refusal, match="đã đổi từ khi đề nghị"):
        disposing.approve(office.database, id, office["dung"])
    disposing.refuse(office.database, id, "Còn thời hạn bảo quản", office["dung"])


def test_a_notation_of_the_yearly_list_is_not_taken_for_another_file(office: Town) -> None:
    keeping.plan(office.database, AGENCY, 2026, Heading("01.TH", "Kiện toàn Ban Chỉ đạo", "10", "chi"), office["giang"])
    with pytest.raises(Refusal, match="thuộc danh mục năm"):
        keeping.open_file(office.database, AGENCY, Heading("01.TH", "Việc khác", "10", "chi"), office["chi"])


def test_every_act_is_allowed_to_those_of_the_table_and_to_nobody_else(office: Town) -> None:
    found = closed(office)
    stands = {
        "chi": {"look", "fill", "close", "offer", "package"},
        "giang": {"look", "fill", "close", "reopen", "accept", "lend", "hold", "package", "dispose"},
        "dung": {"look", "lend", "hold", "package", "approve_disposal"},
        "quan": {"look"},
        "khanh": set(),
        "binh": set(),
        "lien": set(),
        "minh": set(),
    }
    with office.database.begin() as tx:
        row = tx.read(select(work_file).where(work_file.c.id == found.id)).one()
        for who, wanted in stands.items():
            assert rights.acts(tx, row, office[who]) == wanted, who
            listed, _ = keeping.listing(tx, office[who])
            assert (found.id in {one.id for one in listed}) == ("look" in wanted), who
