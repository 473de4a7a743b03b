"""The counter: intake with its checks, the fee and its receipt, a correction, the result and who signed for it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update

from engine.store import Database
from procedures import bundles, dossiers, drafts, fees, letters
from procedures.actor import Actor
from procedures.store.dossier import dossier_state, handover
from procedures.store.papers import letter
from procedures.store.people import draft, sign_in_session
from tests.web.conftest import post, sign_in, token_of
from tests.web.filling import form_of
from tests.web.test_work import EXTRACT, SCAN, claimed, to_leader

CERTIFIED = "chung_thuc_ban_sao"
BIRTH = "dang_ky_khai_sinh"
People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
        "0005fe02fea70000000049454e44ae426082"
    )
).decode()


def code_of(database: Database, process: str) -> str:
    return next(one.code for one in bundles.published(database) if one.process == process)


def filled(database: Database, process: str, **more: Any) -> dict[str, Any]:
    """What a clerk posts for a certified copy: applicant, form and every paper that is asked for."""
    procedure = bundles.procedure(database, code_of(database, process))
    form = bundles.form(database, procedure.version, procedure.form_key)
    values: dict[str, Any] = {
        field.key: {"number": "2", "datetime": "1990-05-20"}.get(field.kind, "Bằng tốt nghiệp")
        for field in (form.inputs() if form else ())
    }
    values |= {key: "2026-11-09" for key in values if key == "ngay_sinh_tre"}
    values |= {field.key: field.options[0][0] for field in (form.inputs() if form else ()) if field.options}
    values |= {f"co_{one['code']}": "1" for one in procedure.components()}
    return {
        **values,
        "ho_ten": "Đặng Thị Thử",
        "so_dinh_danh": "033190009876",
        "dien_thoai": "0987654321",
        "lam": "tiep-nhan",
        **more,
    }


def intake(browser: FlaskClient, database: Database, process: str, **more: Any) -> Any:
    address = f"/mot-cua/tiep-nhan/{code_of(database, process)}"
    return post(browser, address, filled(database, process, **more), page=address)


@pytest.mark.parametrize("letters_typed", ["chung thuc", "CHỨNG THỰC", "chu"])
def test_a_procedure_is_found_by_a_few_letters(signed_in: People, database: Database, letters_typed: str) -> None:
    page = signed_in("motcua").get("/mot-cua/tiep-nhan", query_string={"tim": letters_typed}).text
    assert f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}" in page


def test_a_name_that_begins_so_comes_first_and_papers_only_where_no_name_fits(
    signed_in: People, database: Database
) -> None:
    def found(text: str) -> list[str]:
        page = signed_in("motcua").get("/mot-cua/tiep-nhan", query_string={"tim": text}).text
        return re.findall(r'href="/mot-cua/tiep-nhan/([^"]+)"', page)

    birth, extract = code_of(database, BIRTH), code_of(database, EXTRACT)
    assert birth in found("kha") and extract in found("kha") and code_of(database, CERTIFIED) not in found("kha")
    assert found("to khai")  # no name has it: the papers do


def test_a_number_that_the_form_asks_for_is_asked_once_and_counts_for_the_fee(
    signed_in: People, database: Database
) -> None:
    clerk = signed_in("motcua")
    page = clerk.get(f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}").text
    assert [page.count(f'name="{name}"') for name in ("so_ban", "so_trang")] == [1, 1]
    quoted = intake(clerk, database, CERTIFIED, lam="tinh-phi", so_ban="3", so_trang="1").text
    received = intake(clerk, database, CERTIFIED, so_ban="3", so_trang="1")
    assert received.status_code == 302
    code = received.location.rsplit("/", 1)[-1]
    (fee,) = fees.assessed(database, dossiers.by_code(database, code).id) or (None,)
    if fee is not None:  # computed at intake, or by the model's decision after the copies were compared
        assert f"{fee.amount:,}".replace(",", ".") in quoted


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    page = intake(clerk, database, CERTIFIED, ho_ten="", dien_thoai="", so_dinh_danh="", dia_chi="Số 1, Phố Hiến").text
    assert 'href="#ho_ten"' in page and 'href="#dien_thoai"' in page
    assert 'value="Số 1, Phố Hiến"' in page
    assert len(re.findall(r'name="co_[^"]+" value="1" checked', page)) == len(
        bundles.procedure(database, code_of(database, CERTIFIED)).components()
    )
    assert dossiers.find(database, actor_of_clerk(), "Đặng Thị Thử").total == 0


def test_a_scan_outlives_a_page_with_errors_and_is_good_for_its_clerk_only(
    signed_in: People, database: Database
) -> None:
    clerk = signed_in("motcua")
    procedure = bundles.procedure(database, code_of(database, CERTIFIED))
    paper = procedure.components()[0]["code"]
    address = f"/mot-cua/tiep-nhan/{procedure.code}"
    data = {**filled(database, CERTIFIED, ho_ten=""), "csrf_token": token_of(clerk.get(address).text)}
    back = clerk.post(
        address,
        data={**data, f"tep_{paper}": (io.BytesIO(SCAN), "bang-tot-nghiep.pdf")},
        content_type="multipart/form-data",
    ).text
    assert "Đã tải lên: bang-tot-nghiep.pdf" in back
    seal = re.search(rf'name="da_tai_{paper}" value="([^"]+)"', back)
    assert seal is not None
    again = {f"da_tai_{paper}": seal[1], "khong_trung": "1"}
    stranger = intake(signed_in("motcua.yenmy"), database, CERTIFIED, **again)
    mine = intake(clerk, database, CERTIFIED, **again)
    kept = []
    for answer in (stranger, mine):
        found = dossiers.by_code(database, answer.location.rsplit("/", 1)[-1])
        kept.append([f["name"] for c in dossiers.components(database, found.id) for f in c["files"]])
    assert kept[0] == [] and len(kept[1]) == 1


def test_a_likely_double_is_warned_of_and_may_still_be_received(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    first = intake(clerk, database, CERTIFIED).location.rsplit("/", 1)[-1]
    warned = intake(clerk, database, CERTIFIED)
    assert warned.status_code == 200
    assert "Có thể hồ sơ này đã được nộp" in warned.text and first in warned.text
    assert intake(clerk, database, CERTIFIED, khong_trung="1").status_code == 302


def test_an_applicant_is_found_again_by_number(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    intake(clerk, database, CERTIFIED, dia_chi="Số 9, đường Lê Lợi")
    again = intake(clerk, database, BIRTH, lam="tim-nguoi", ho_ten="", dien_thoai="", so_dinh_danh="033190009876").text
    assert 'value="Đặng Thị Thử"' in again and 'value="Số 9, đường Lê Lợi"' in again
    unknown = intake(clerk, database, BIRTH, lam="tim-nguoi", so_dinh_danh="000000000000", dien_thoai="").text
    assert "Chưa có hồ sơ nào mang số này" in unknown
    elsewhere = intake(
        signed_in("motcua.yenmy"),
        database,
        BIRTH,
        lam="tim-nguoi",
        so_dinh_danh="033190009876",
        ho_ten="",
        dien_thoai="",
    ).text
    assert "Đặng Thị Thử" not in elsewhere


def test_unticked_papers_make_a_slip_and_no_dossier(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    paper = bundles.procedure(database, code_of(database, CERTIFIED)).components()[0]
    lacking = {f"co_{paper['code']}": ""}
    assert str(paper["name"]) in intake(clerk, database, CERTIFIED, **lacking).text, "not received without it"
    assert "Ghi rõ lý do" in intake(clerk, database, CERTIFIED, lam="bo-sung", **lacking).text
    made = intake(clerk, database, CERTIFIED, lam="bo-sung", ly_do="Chưa mang bản chính", **lacking)
    assert clerk.get(f"{made.location}/tep").data.startswith(b"%PDF")
    assert signed_in("motcua.yenmy").get(f"{made.location}/tep").status_code == 404
    assert dossiers.find(database, actor_of_clerk(), "Đặng Thị Thử").total == 0


def test_a_slip_does_not_wait_for_the_whole_form_and_names_only_what_lacks(
    signed_in: People, database: Database
) -> None:
    clerk = signed_in("motcua")
    address = f"/mot-cua/tiep-nhan/{code_of(database, BIRTH)}"
    papers = bundles.procedure(database, code_of(database, BIRTH)).components()
    typed = {"ho_ten": "Đặng Thị Thử", "lam": "bo-sung", "ly_do": "Chưa có"}
    required = [one["name"] for one in papers if one.get("required")]
    other = next(one for one in papers if not one.get("required"))
    for more, names in (({}, required), ({"can_them": other["code"]}, [other["name"]])):
        made = post(clerk, address, {**typed, **more}, page=address)
        assert made.status_code == 302, made.text
        said = letters.letter(database, made.location.rsplit("/", 1)[-1])
        assert said is not None
        with database.begin() as tx:
            data = tx.read(select(letter.c.data).where(letter.c.token == said.token)).scalar_one()
        assert [one["ten"] for one in data["thieu"]] == names
    everything = {f"co_{one['code']}": "1" for one in papers}
    made = post(clerk, address, {**typed, **everything}, page=address)
    assert made.status_code == 302, "then what is empty in the form lacks"
    refused = post(clerk, address, {**typed, "lam": "tu-choi", "chac_chan": "1"}, page=address)
    assert refused.status_code == 302


def test_a_refusal_is_asked_for_twice(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    asked = intake(clerk, database, CERTIFIED, lam="tu-choi", ly_do="Không thuộc thẩm quyền")
    assert asked.status_code == 200
    assert "Việc này không hoàn tác được" in asked.text and "Không thuộc thẩm quyền" in asked.text
    back = intake(clerk, database, CERTIFIED, lam="tu-choi", ly_do="Không thuộc thẩm quyền", quay_lai="1").text
    assert 'value="Đặng Thị Thử"' in back and "Không thuộc thẩm quyền</textarea>" in back
    made = intake(clerk, database, CERTIFIED, lam="tu-choi", ly_do="Không thuộc thẩm quyền", chac_chan="1")
    token = made.location.rsplit("/", 1)[-1]
    found = letters.letter(database, token)
    assert found is not None and found.template == "mau-03" and found.dossier_id is None


def test_a_mistaken_intake_is_corrected_with_a_reason_and_a_new_receipt(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    clerk = signed_in("motcua")
    address = f"/mot-cua/ho-so/{made.code}/sua"
    page = clerk.get(address).text
    shown = dict(re.findall(r'<input[^>]*\sname="([^"]+)" type="(?:text|tel|email)" value="([^"]*)"', page))
    dossier = dossiers.get(database, made.id)
    values = {
        **{k: v for k, v in dossier.form.items() if v is not None},
        **shown,
        "ho_ten": "Nguyễn Thị Đúng",
        "truong_hop": dossier.case or "",
        "kenh": dossier.channel,
    }
    assert "Ghi lý do sửa" in post(clerk, address, values, page=address).text
    done = post(clerk, address, {**values, "ly_do": "Gõ nhầm tên"}, page=address)
    assert done.status_code == 302, done.text
    assert dossiers.get(database, made.id).applicant.name == "Nguyễn Thị Đúng"
    receipts = [one for one in letters.issued(database, made.id) if one.template == "mau-01"]
    assert len(receipts) == 2 and [one.replaced_by is None for one in receipts].count(True) == 1


def test_a_fee_is_taken_once_and_has_its_receipt(signed_in: People, receive: Receive, database: Database) -> None:
    made = receive(EXTRACT)
    clerk = signed_in("motcua")
    page = f"/mot-cua/ho-so/{made.code}"
    assert "in biên lai" in clerk.get(page).text
    post(clerk, f"{page}/thu-phi", {"hinh_thuc": "tien_mat"}, page=page)
    assert all(fee.paid_at for fee in fees.assessed(database, made.id))
    again = post(clerk, f"{page}/thu-phi", {"hinh_thuc": "tien_mat"}, page=page)
    assert again.status_code == 200 and 'role="alert"' in again.text
    assert clerk.get(page).text.count("Biên lai thu phí, lệ phí</a>") == 1


def test_a_withdrawal_wants_a_reason_and_is_asked_for_twice(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(BIRTH)
    clerk = signed_in("motcua")
    page = f"/mot-cua/ho-so/{made.code}"
    assert 'href="#ly_do_rut"' in post(clerk, f"{page}/rut", {"ly_do_rut": ""}, page=page).text
    asked = post(clerk, f"{page}/rut", {"ly_do_rut": "Đổi ý"}, page=page)
    assert "Việc này không hoàn tác được" in asked.text
    assert dossiers.get(database, made.id).status != 7
    post(clerk, f"{page}/rut", {"ly_do_rut": "Đổi ý", "chac_chan": "1"}, page=page)
    assert dossiers.get(database, made.id).status == 7


def test_a_result_is_returned_against_a_signature_and_once(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    official, leader, clerk = signed_in("chuyenvien"), signed_in("lanhdao"), signed_in("motcua")
    page = f"/mot-cua/ho-so/{made.code}"
    early = post(clerk, f"{page}/tra-ket-qua", {"nguoi_nhan": "Ai đó"}, page=page)
    assert "chưa có kết quả để trả" in early.text
    to_leader(official, database, made, claimed(official, database, made.id))
    address = claimed(leader, database, made.id)
    assert post(leader, f"{address}/hoan-thanh", {"hanh_dong": "ky"}, page=address).status_code == 302
    given = {
        "nguoi_nhan": "Trần Văn Nhận",
        "quan_he": "Con",
        "giay_to_nhan": "033190001234",
        "ghi_chu": "Nhận tại quầy",
    }
    given |= {"chu_ky": f"data:image/png;base64,{PIXEL}"}
    assert "phí, lệ phí chưa thu" in post(clerk, f"{page}/tra-ket-qua", given, page=page).text
    post(clerk, f"{page}/thu-phi", {"hinh_thuc": "tien_mat"}, page=page)
    shown = clerk.get(page).text
    assert 'name="chu_ky"' in shown and "In và giao cho người nhận" in shown
    nameless = post(clerk, f"{page}/tra-ket-qua", {"nguoi_nhan": "", "ghi_chu": "Nhận thay"}, page=page).text
    assert 'href="#nguoi_nhan"' in nameless and 'value="Nhận thay"' in nameless
    assert post(clerk, f"{page}/tra-ket-qua", given, page=page).status_code == 302
    assert dossiers.get(database, made.id).status == 10
    with database.begin() as tx:
        row = tx.read(select(handover).where(handover.c.dossier_id == made.id)).one()
    assert (row.recipient, row.relation) == ("Trần Văn Nhận", "Con") and row.signature
    for text in (clerk.get(page).text, official.get(f"/ho-so/{made.code}").text):
        assert "Người nhận: Trần Văn Nhận (Con)" in text  # in the history
        assert "Quan hệ với người nộp" in text and "033190001234" in text and "Nhận tại quầy" in text
    assert "đã trả kết quả rồi" in post(clerk, f"{page}/tra-ket-qua", given, page="/mot-cua").text


@pytest.mark.parametrize(("status", "shown"), [(9, "Kết quả chờ trả"), (1, "trực tuyến chờ"), (5, "chờ công dân")])
def test_what_waits_at_the_desk_leads_to_the_whole_list(
    signed_in: People, receive: Receive, database: Database, status: int, shown: str
) -> None:
    made = [receive(CERTIFIED) for _ in range(10)]
    with database.begin() as tx:
        for one in made:
            state = update(dossier_state).where(dossier_state.c.dossier_id == one.id)
            tx.execute(state.values(status=status, closed_at=None))
    clerk = signed_in("motcua")
    page = clerk.get("/mot-cua").text
    box = page[page.index(f"<h2>{shown}" if status == 9 else shown) :]
    (count,) = re.findall(r'mc-count">(\d+)<', box)[:1]
    address, said = re.findall(r'<a href="(/ho-so\?[^"]+)">Xem tất cả (\d+) hồ sơ', box)[0]
    assert address == f"/ho-so?tinh-trang={status}" and said == count == "10"
    assert clerk.get(address).text.count('data-label="Mã hồ sơ"') == 10


@pytest.mark.parametrize("action", ["", "/sua", "/thu-phi", "/bo-sung", "/rut", "/tra-ket-qua"])
def test_the_counter_of_another_commune_does_not_find_the_dossier(
    signed_in: People, receive: Receive, action: str
) -> None:
    made = receive(EXTRACT)
    stranger = signed_in("motcua.yenmy")
    address = f"/mot-cua/ho-so/{made.code}{action}"
    if action in ("", "/sua"):
        assert stranger.get(address).status_code == 404
        found = stranger.get("/mot-cua", query_string={"tim": made.code}).text
        assert "Không tìm thấy hồ sơ nào" in found and f"/ho-so/{made.code}" not in found
    if action:
        sent = {"ly_do_rut": "?", "chac_chan": "1", "so_gia_han": "1", "ly_do_gia_han": "?", "nguoi_nhan": "Ai"}
        assert post(stranger, address, sent, page="/mot-cua/tiep-nhan").status_code in (404, 403)


def actor_of_clerk() -> dossiers.Actor:
    return dossiers.Actor("motcua", agency="H31.11", agencies=frozenset({"H31.11", "H31.11.1"}))


def test_fewer_than_no_copies_are_refused_and_what_was_typed_stays(signed_in: People, database: Database) -> None:
    answer = intake(signed_in("motcua"), database, CERTIFIED, chinh_ban_chinh="-5", so_ban="3")
    assert answer.status_code == 200 and "của “" in answer.text and "là số nguyên từ 0 đến 999" in answer.text
    assert 'value="-5"' in answer.text
    assert "<title>Lỗi: Tiếp nhận hồ sơ" in answer.text


def test_a_name_that_no_paper_can_carry_is_refused(signed_in: People, database: Database) -> None:
    answer = intake(signed_in("motcua"), database, CERTIFIED, ho_ten="Nguyễn " * 60)
    assert "Không quá 150 ký tự" in answer.text


def test_enter_receives_nothing(signed_in: People, database: Database) -> None:
    page = signed_in("motcua").get(f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}").text
    form = page[page.index('enctype="multipart/form-data"') :]
    first = form[form.index("<button") :].split(">")[0]
    assert " disabled" in first


def ended(database: Database) -> None:
    """Every session has ended on the server, as after a night."""
    with database.begin() as tx:
        tx.execute(update(sign_in_session).values(ended_at=tx.now))


def test_what_was_typed_outlives_the_session(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    address = f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}"
    data = {"csrf_token": token_of(clerk.get(address).text), **filled(database, CERTIFIED, noi_dung="Bằng đại học")}
    ended(database)
    answer = clerk.post(address, data=data)
    assert answer.status_code == 302 and "/dang-nhap" in answer.headers["Location"]
    page = clerk.get(answer.headers["Location"]).text
    assert "nội dung vừa nhập được giữ lại" in page
    sign_in(clerk, "motcua")
    again = clerk.get(address).text
    assert "Bằng đại học" in again and 'value="Đặng Thị Thử"' in again
    assert "Bằng đại học" not in clerk.get(address).text  # once: the next applicant finds an empty page


def test_what_was_typed_is_for_the_one_who_typed_it_and_for_a_week(database: Database) -> None:
    assert drafts.keep(database, "motcua", "/trang", {"ho_ten": "A"})
    assert drafts.open_again(database, "chuyenvien", "/trang") == {}
    assert drafts.open_again(database, "motcua", "/khac") == {}
    assert not drafts.keep(database, "motcua", "/trang", {"ho_ten": "A" * 300_000})
    with database.begin() as tx:
        tx.execute(update(draft).values(at=tx.now - timedelta(days=8)))
    assert drafts.open_again(database, "motcua", "/trang") == {}


def test_after_a_slip_the_intake_goes_on_from_what_was_typed(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    made = intake(clerk, database, CERTIFIED, lam="bo-sung", ly_do="Thiếu bản chính", co_ban_chinh="")
    page = clerk.get(made.headers["Location"]).text
    onward = f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}?phieu={made.headers['Location'].rsplit('/', 1)[-1]}"
    assert onward in page
    again = clerk.get(onward).text
    assert 'value="Đặng Thị Thử"' in again and "Thiếu bản chính" not in again
    assert clerk.get(onward.replace("phieu=", "phieu=X")).status_code == 404


@pytest.mark.parametrize(
    "foreign", [{"co_quan": "H31.12"}, {"co_quan": "zzz"}, {"kenh": "zzz"}, {"kenh": ""}, {"kenh": "truc_tuyen"}]
)
def test_what_the_intake_did_not_offer_is_refused(
    signed_in: Callable[[str], FlaskClient], database: Database, foreign: dict[str, str]
) -> None:
    answer = intake(signed_in("motcua"), database, CERTIFIED, **foreign)
    assert answer.status_code == 200 and next(iter(foreign)) in answer.text, "no dossier, the page again"
    assert "chọn lại" in answer.text


def test_the_ways_of_handing_in_that_are_offered_are_those_that_are_taken(
    signed_in: People, database: Database
) -> None:
    """Of every procedure: each way on the page is taken, and online is none of the desk's."""
    clerk, town = signed_in("motcua"), [one for one in bundles.published(database) if "xa" in (one.agencies or ["xa"])]
    assert len(town) > 3
    for procedure in town:
        address = f"/mot-cua/tiep-nhan/{procedure.code}"
        offered = form_of(clerk.get(address).text, "kenh").fields["kenh"].options
        assert offered == [one for one in procedure.channels if one != "truc_tuyen"]
        for way in offered:
            sent = {"kenh": way, "su_co": "Cổng gặp sự cố", "lam": "tiep-nhan"}
            answer = post(clerk, address, sent).text
            assert form_of(answer, "kenh").fields["kenh"].shown == [way] and 'id="kenh-error"' not in answer


def test_all_that_is_wrong_with_an_intake_is_told_at_once(signed_in: People, database: Database) -> None:
    papers = bundles.procedure(database, code_of(database, BIRTH)).components()
    more = {f"co_{one['code']}": "" for one in papers} | {"ngay_sinh_tre": "9.11", "dien_thoai": "1"}
    text = intake(signed_in("motcua"), database, BIRTH, **more).text
    assert "Còn thiếu: " in text and "Số điện thoại gồm 8" in text and 'href="#ngay_sinh_tre"' in text


def test_what_may_stay_empty_is_folded_until_something_stands_in_it(signed_in: People, database: Database) -> None:
    clerk, address = signed_in("motcua"), f"/mot-cua/tiep-nhan/{code_of(database, BIRTH)}"

    def opened(page: str) -> dict[str, bool]:
        found = re.findall(
            r'<details class="govuk-details mc-fold[^"]*"( open)?>\s*<summary[^>]*><span[^>]*>([^<(]+)', page
        )
        return {name.strip(): bool(mark) for mark, name in found}

    request, father, more = "Nội dung yêu cầu, nơi trả kết quả khác thường lệ", "Người cha", "Yêu cầu khác"
    fresh = clerk.get(address).text
    assert opened(fresh) == {request: False, father: False, more: False}
    assert 'name="ho_ten_cha"' in fresh, "folded or not, it is posted"
    wrong = post(clerk, address, {"lam": "tiep-nhan", "so_dinh_danh_cha": "12"}).text
    assert opened(wrong) == {request: False, father: True, more: False}
    held = post(clerk, address, {"lam": "tinh-phi", "noi_tra": "Tại nhà"}).text
    assert opened(held) == {request: True, father: False, more: False}


def test_a_slip_asks_for_no_paper_that_the_dossier_does_not_have(signed_in: People, database: Database) -> None:
    clerk, address = signed_in("motcua"), f"/mot-cua/tiep-nhan/{code_of(database, BIRTH)}"
    sent = {"lam": "bo-sung", "ho_ten": "Trần Thị Hoa", "ly_do": "Thiếu giấy tờ", "can_them": "khong-co"}
    answer = post(clerk, address, sent)
    assert answer.status_code == 200 and "không thuộc thành phần của hồ sơ này" in answer.text


CARD = "033190009876||Đặng Thị Thẻ|20051990|Nữ|Phường Hồng Châu, Hưng Yên|01072021"


def test_a_card_fills_in_the_applicant_with_and_without_scripts(signed_in: People, database: Database) -> None:
    clerk, address = signed_in("motcua"), f"/mot-cua/tiep-nhan/{code_of(database, BIRTH)}"
    intake(clerk, database, CERTIFIED)
    asked = post(clerk, "/mot-cua/nguoi-nop", {"so": CARD}, page=address).json
    assert asked["fields"] == {
        "ho_ten": "Đặng Thị Thẻ",
        "so_dinh_danh": "033190009876",
        "dien_thoai": "0987654321",
        "thu_dien_tu": "",
        "dia_chi": "Phường Hồng Châu, Hưng Yên",
    }
    assert asked["card"]["gioi_tinh"] == "nu" and asked["card"]["ngay_sinh"] == "20/05/1990"
    elsewhere = signed_in("motcua.yenmy")
    known = post(elsewhere, "/mot-cua/nguoi-nop", {"so": "033190009876"}, page=address).json
    assert known == {"fields": {}, "card": {}}, "another agency's applicants are not told"
    again = post(clerk, address, {"lam": "tim-nguoi", "so_dinh_danh": CARD}).text
    assert 'value="Đặng Thị Thẻ"' in again and 'value="033190009876"' in again
    received = intake(clerk, database, CERTIFIED, so_dinh_danh=CARD, khong_trung="1")
    assert received.status_code == 302, "the line of a card that a scanner typed is taken for its number"


def test_all_required_papers_are_ticked_by_one_button(signed_in: People, database: Database) -> None:
    code = code_of(database, BIRTH)
    page = post(signed_in("motcua"), f"/mot-cua/tiep-nhan/{code}", {"lam": "du-giay-to", "ho_ten": "A"}).text
    ticked = set(re.findall(r'name="co_([^"]+)" value="1" checked data-required="1"', page))
    wanted = {one["code"] for one in bundles.procedure(database, code).components() if one["required"]}
    assert ticked == wanted and 'value="A"' in page


def test_a_receipt_goes_to_the_printer_once(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    page = intake(clerk, database, CERTIFIED).headers["Location"]
    shown = re.search(r'data-print-paper autofocus href="([^"]+)"', clerk.get(page).text)
    assert shown is not None and b"/OpenAction<</S/Named/N/Print>>" in clerk.get(shown[1]).data
    assert b"/OpenAction" not in clerk.get(shown[1].partition("?")[0]).data, "the paper itself is as it was issued"
    assert "data-print-paper" not in clerk.get(page).text, "not when the page is opened again"


def test_what_is_being_typed_outlives_the_tab_and_ends_with_the_dossier(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    address = f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}"
    kept = post(clerk, f"{address}/dang-nhap-do", {"ho_ten": "Người Đang Nhập"}, page=address)
    assert kept.status_code == 204
    page = clerk.get(address).text
    assert 'value="Người Đang Nhập"' in page and "moi=1" in page
    post(clerk, f"{address}/dang-nhap-do", {"ho_ten": "Người Đang Nhập"}, page=address)
    assert clerk.get(f"{address}?moi=1").status_code == 302
    assert "Người Đang Nhập" not in clerk.get(address).text
    post(clerk, f"{address}/dang-nhap-do", {"ho_ten": "Người Đang Nhập"}, page=address)
    assert intake(clerk, database, CERTIFIED).status_code == 302
    assert "Người Đang Nhập" not in clerk.get(address).text
    post(clerk, f"{address}/dang-nhap-do", {"ho_ten": "Người Đang Nhập"}, page=address)
    assert "Người Đang Nhập" not in signed_in("motcua.yenmy").get(address).text


def _list(template: bytes, *rows: dict[str, Any]) -> tuple[io.BytesIO, str]:
    """The template filled: a row for each, by the begin of the heads."""
    book = load_workbook(io.BytesIO(template))
    page = book.worksheets[0]
    heads = [str(cell.value) for cell in page[1]]
    for y, row in enumerate(rows, 2):
        for begin, value in row.items():
            (x,) = (n for n, head in enumerate(heads, 1) if head.startswith(begin))
            page.cell(y, x, value)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out, "danh-sach.xlsx"


def test_a_list_is_tried_and_then_its_right_rows_are_received(signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    address = f"/mot-cua/tiep-nhan/{code_of(database, EXTRACT)}/danh-sach"
    template = clerk.get(f"{address}?dang=xlsx").data
    person = {
        "Loại việc hộ tịch": "Khai sinh",
        "Họ, chữ đệm, tên người đã đăng ký": "Trần Thị Mai",
        "Nơi đã đăng ký": "UBND phường Phố Hiến",
        "Ngày, tháng, năm sinh": date(1990, 5, 20),
        "Quan hệ": "Bản thân",
        "Số bản": 3,
    }
    rows = [
        {"Họ tên người nộp": "Trần Thị Mai", "Số định danh": "033190004321", **person},
        {"Họ tên người nộp": "Lê Văn Không", **person},
        {"Họ tên người nộp": "Lê Văn Sai", "Số định danh": "033190001111", **person, "Loại việc hộ tịch": "Lạ"},
        {"Họ tên người nộp": "Trần Thị Mai", "Số định danh": "033190004321", **person},
    ]
    before = len(dossiers.listing(database, Actor("kiemtra", everything=True)).rows)
    tried = post(clerk, address, {"lam": "thu", "tep": _list(template, *rows)}, page=address).text
    assert "Đúng: 1 dòng. Có thể trùng hồ sơ đã có: 0 dòng. Cần sửa: 3 dòng." in tried
    assert "Nhập số điện thoại hoặc số định danh" in tried and "Giống hệt dòng 2." in tried
    assert "Loại việc hộ tịch" in tried
    assert len(dossiers.listing(database, Actor("kiemtra", everything=True)).rows) == before
    seal = unescape(re.search(r'name="hang" value="([^"]+)"', tried)[1])  # type: ignore[index]
    done = post(clerk, address, {"lam": "tiep-nhan", "hang": seal}, page=address).text
    (code,) = set(re.findall(r"/mot-cua/ho-so/([^\"?/]+)\"", done))
    made = dossiers.by_code(database, code, Actor("kiemtra", everything=True))
    assert made.applicant.name == "Trần Thị Mai" and made.form["so_ban"] == 3 and made.form["ngay_sinh"] == "1990-05-20"
    again = post(clerk, address, {"lam": "thu", "tep": _list(template, rows[0])}, page=address).text
    assert "Có thể trùng hồ sơ đã có: 1 dòng" in again
    for wrong, said in (
        ((io.BytesIO(b"PK none"), "a.xlsx"), "không đọc được như bảng tính"),
        (_list(template), "chưa có dòng nào"),
        ((io.BytesIO(), ""), "Chọn tệp bảng tính"),
    ):
        assert said in post(clerk, address, {"lam": "thu", "tep": wrong}, page=address).text
    assert "đã thử quá lâu" in post(clerk, address, {"lam": "tiep-nhan", "hang": "x"}, page=address).text
