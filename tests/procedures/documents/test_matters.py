"""Routes that officials begin from a page, from their beginning to their end, on the office."""

from __future__ import annotations

import email
from collections import defaultdict
from datetime import timedelta
from email.policy import default
from typing import Any

import icalendar
import pytest

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.worker import drain
from procedures import files, forms, officials, tasks
from procedures.documents import copies, matters, meetings, numbers, queries
from procedures.documents.meetings import Guest, Plan
from procedures.documents.values import Document
from procedures.letters.rendering import text_of
from procedures.rights import NotAllowed, Unseen
from tests.procedures.documents.office import UNIT, do, letter, registered, task
from tests.procedures.documents.test_outgoing import dispatched
from tests.procedures.town import AGENCY, Town


def directive(town: Town, who: str = "dung", about: str = "", **more: Any) -> Document:
    said: dict[str, Any] = {
        "trich_yeu": "Rà soát giếng khoan trái phép",
        "chi_dao": "Rà soát, báo cáo trong tháng",
        "don_vi_chu_tri": UNIT,
        "han_xu_ly": "2026-08-20",
        "do_khan": "1",
    }
    return matters.begin(town.database, "giao-viec", AGENCY, {**said, **more}, None, town[who], about=about)


def test_a_task_from_a_directive_is_extended_twice_at_most_and_accepted_in_two_levels(either_office: Town) -> None:
    town = either_office
    came = registered(town)
    made = directive(town, about=came.code)
    assert (made.register, made.state, made.due and made.due.isoformat()) == ("viec", "dang_xu_ly", "2026-08-20")
    about, _ = matters.linked(town.database, made.id, town["dung"])
    assert [one.code for one in about] == [came.code]
    do(town, "hung", made.id, "phan_cong", "phan_cong", nguoi_thuc_hien="khanh")
    for _ in range(2):
        do(town, "khanh", made.id, "thuc_hien", "xin_gia_han", "Chờ số liệu")
        do(town, "dung", made.id, "duyet_gia_han", "dong_y", han_moi="2026-08-30")
    item = task(town, made.id, "thuc_hien")
    assert item.due is not None and item.due.astimezone(VIETNAM).isoformat() == "2026-08-30T17:00:00+07:00"
    shown = tasks.find(town.database, item.id, town["khanh"])
    assert [one.id for one in shown.outcomes] == ["bao_cao", "tien_do"]
    with pytest.raises(Refusal, match="không có cách kết thúc"):
        do(town, "khanh", made.id, "thuc_hien", "xin_gia_han", "Lần thứ ba")
    do(town, "khanh", made.id, "thuc_hien", "tien_do", ket_qua_thuc_hien="Đã rà soát ba thôn")
    do(town, "khanh", made.id, "thuc_hien", "bao_cao", ket_qua_thuc_hien="Đã rà soát xong")
    do(town, "khanh", made.id, "bao_cao_ket_qua", "trinh", bao_cao="Không còn giếng trái phép")
    do(town, "hung", made.id, "nghiem_thu_don_vi", "dat")
    do(town, "dung", made.id, "nghiem_thu_lanh_dao", "dat", chat_luong="tot")
    done = queries.find(town.database, made.code, town["khanh"])
    assert (done.state, done.ended_at is not None) == ("hoan_thanh", True)
    said = [line.note for line in queries.history(town.database, made.id)]
    assert any("Đã rà soát ba thôn" in one for one in said)


def test_only_who_the_route_names_begins_it_and_only_at_their_agency(office: Town) -> None:
    with pytest.raises(NotAllowed):
        directive(office, "chi")
    with pytest.raises(NotAllowed):
        directive(office, "minh")  # leader elsewhere
    with pytest.raises(NotAllowed):
        directive(office, "quan")
    with pytest.raises(forms.Invalid) as wrong:
        directive(office, han_xu_ly="", don_vi_chu_tri="T.9")
    assert set(wrong.value.errors) == {"han_xu_ly", "don_vi_chu_tri"}
    made = directive(office)
    with pytest.raises(Unseen):
        queries.find(office.database, made.code, office["lien"])
    assert {route.code for route, _ in matters.offered(office.database, office["chi"])} == {
        "to-trinh",
        "de-nghi-chung-thu",
        "thu-cong-vu",
        "lay-y-kien",
        "giay-moi",
        "thu-hoi-van-ban",
        "sao-van-ban",
    }


def test_a_submission_carries_its_paper_through_opinions_to_the_leader(office: Town) -> None:
    said = {"trich_yeu": "Phê duyệt kế hoạch", "noi_dung": "Kính trình", "do_khan": "0"}
    made = matters.begin(office.database, "to-trinh", AGENCY, said, None, office["chi"])
    assert made.state == "du_thao"
    do(office, "chi", made.id, "soan_to_trinh", "trinh")
    with pytest.raises(Refusal, match="Tải dự thảo lên"):
        do(office, "binh", made.id, "y_kien_don_vi", "dong_y")
    matters.attach(office.database, made.code, letter(office, name="to-trinh.pdf"), "", office["chi"])
    do(office, "binh", made.id, "y_kien_don_vi", "dong_y", don_vi_y_kien=[UNIT])
    do(office, "hung", made.id, "y_kien", "gui", y_kien="Thống nhất")
    do(office, "dung", made.id, "phe_duyet", "khong_phe_duyet", "Chưa có kinh phí")
    over = queries.find(office.database, made.code, office["chi"])
    assert (over.state, over.reason) == ("bo_du_thao", "Chưa có kinh phí")
    with pytest.raises(Refusal, match="đã kết thúc"):
        matters.attach(office.database, made.code, letter(office, name="khac.pdf"), "", office["chi"])


def plan(town: Town, **more: Any) -> Plan:
    start = town.now + timedelta(days=2)
    said = {"starts": start, "ends": start + timedelta(hours=2), "guests": (Guest("Lê Khánh", "", "khanh"),)}
    return Plan(**{"place": "Hội trường", **said, **more})


def test_a_meeting_shows_conflicts_and_tells_its_guests_of_every_change(office: Town) -> None:
    officials.change(office.database, "khanh", email="khanh@xa.test", by="thu")
    room = meetings.add_resource(office.database, AGENCY, meetings.ROOM, "Phòng họp số 1", 30, office["giang"])
    said = {"trich_yeu": "Họp giao ban tháng 8", "do_khan": "0"}
    first, second = (matters.begin(office.database, "giay-moi", AGENCY, said, None, office["chi"]) for _ in range(2))
    outsider = Guest("Ông Nam", "nam@ngoai.test")
    wanted = plan(office, resources=(room,), guests=(Guest("Lê Khánh", "", "khanh"), outsider))
    assert meetings.arrange(office.database, first.code, wanted, office["chi"]) == []
    found = meetings.arrange(office.database, second.code, wanted, office["chi"])
    assert [(one.name, one.subject) for one in found] == [
        ("Lê Khánh", "Họp giao ban tháng 8"),
        ("Phòng họp số 1", "Họp giao ban tháng 8"),
    ]
    assert meetings.get(office.database, second.id) is None
    do(office, "chi", first.id, "chuan_bi", "trinh")
    do(office, "dung", first.id, "duyet_moi", "gui")
    later = plan(office, starts=wanted.starts + timedelta(days=1), ends=wanted.ends + timedelta(days=1))
    assert meetings.arrange(office.database, first.code, later, office["chi"]) == []
    do(office, "chi", first.id, "to_chuc", "huy", "Bão")
    drain(office.database)
    told = defaultdict(list)
    for path in (office.folder / "home" / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        for part in mail.walk():
            if part.get_content_type() == "text/calendar" and not part.is_attachment():
                calendar = icalendar.Calendar.from_ical(part.get_content())
                (event,) = calendar.walk("VEVENT")
                told[mail["To"]].append((int(event["SEQUENCE"]), str(calendar["METHOD"]), str(event["UID"])))
    uid = f"{first.id}@motcua"
    assert sorted(told["khanh@xa.test"]) == [(0, "REQUEST", uid), (1, "REQUEST", uid), (2, "CANCEL", uid)]
    assert sorted(told["nam@ngoai.test"]) == [(0, "REQUEST", uid), (1, "CANCEL", uid)]


def test_a_recall_a_replacement_and_a_correction_are_decided_first(office: Town) -> None:
    out = dispatched(office)
    said = {"trich_yeu": "Sai căn cứ", "cach_xu_ly": "dinh_chinh", "ly_do_xu_ly": "sai thể thức số", "do_khan": "0"}
    code = "thu-hoi-van-ban"
    with pytest.raises(Refusal, match="Chọn văn bản"):
        matters.begin(office.database, code, AGENCY, said, None, office["chi"])
    fixed = matters.begin(office.database, code, AGENCY, said, None, office["chi"], about=out.code)
    do(office, "dung", fixed.id, "quyet_dinh", "dong_y")
    do(office, "chi", fixed.id, "lap_van_ban", "lap", ky_hieu_don_vi="VP")
    _, of_it = matters.linked(office.database, out.id, office["chi"])
    (draft,) = [one for one in of_it if one.register == "di"]
    assert draft.kind == "CV" and draft.subject.startswith(f"Đính chính văn bản {out.notation}")
    gone = matters.begin(
        office.database, code, AGENCY, {**said, "cach_xu_ly": "thu_hoi"}, None, office["chi"], about=out.code
    )
    do(office, "dung", gone.id, "quyet_dinh", "dong_y")
    do(office, "giang", gone.id, "thu_hoi", "thu_hoi")
    assert queries.find(office.database, out.code, office["chi"]).state == "thu_hoi"
    assert queries.find(office.database, gone.code, office["chi"]).state == "hoan_thanh"


def test_copies_share_a_series_and_bear_their_marks(office: Town) -> None:
    out = dispatched(office)
    said = {"hinh_thuc_sao": "SY", "trich_yeu": "Cấp cho Ban Quản lý", "so_ban_sao": "1"}
    said |= {"trang_trich": "", "noi_nhan_sao": "Ban"}
    one = matters.begin(office.database, "sao-van-ban", AGENCY, said, None, office["chi"], about=out.code)
    with pytest.raises(Refusal, match="chỉ dành cho cấp phó"):
        do(office, "dung", one.id, "duyet_sao", "dong_y", tham_quyen="KT")
    made = []
    for form, pages in (("SY", ""), ("TrS", "1")):
        said = {
            "hinh_thuc_sao": form,
            "trich_yeu": "Cấp cho Ban Quản lý",
            "trang_trich": pages,
            "so_ban_sao": "2",
            "noi_nhan_sao": "Ban Quản lý dự án",
        }
        one = matters.begin(office.database, "sao-van-ban", AGENCY, said, None, office["chi"], about=out.code)
        do(office, "dung", one.id, "duyet_sao", "dong_y", tham_quyen="TM")
        do(office, "giang", one.id, "cap_so_sao", "lap")
        made.append(queries.find(office.database, one.code, office["chi"]))
    assert [one.notation for one in made] == ["01/SY-UBND", "02/TrS-UBND"]
    assert [one.gaps for one in numbers.check(office.database, AGENCY, "sao", 2026)] == [()]
    text = text_of(files.read(office.database, made[0].sha256 or ""))
    assert "TM. ỦY BAN NHÂN DÂN" in text, "as on any document"
    assert "SAO Y; " in text and "Ban Quản lý dự án" in text and "01/SY-UBND" in text


def test_pages_of_an_extract() -> None:
    assert copies.chosen_pages("1, 3-4", 5) == [1, 3, 4]
    assert copies.chosen_pages("", 3, "SY") == [1, 2, 3]
    for wrong in ("", "0", "2-9", "a", "1-x", "9" * 5000):
        with pytest.raises(Refusal, match="1 đến 5"):
            copies.chosen_pages(wrong, 5)


def test_silence_is_told_and_not_taken_for_consent(office: Town) -> None:
    said = {
        "trich_yeu": "Góp ý dự thảo",
        "noi_dung_hoi": "Xin ý kiến",
        "co_quan_hoi": ["T.3"],
        "han_tra_loi": "2026-07-31",
        "do_khan": "0",
    }
    made = matters.begin(office.database, "lay-y-kien", AGENCY, said, None, office["chi"])
    assert queries.find(office.database, made.code, office["minh"]).subject == "Góp ý dự thảo"
    office.move(days=6)
    drain(office.database)
    known = tasks.variables(
        office.database, tasks.find(office.database, task(office, made.id, "tong_hop").id, office["chi"])
    )
    assert known["y_kien_cac_co_quan"] == "T.3: không trả lời trong thời hạn"
