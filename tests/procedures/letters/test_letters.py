"""Letters: the same bytes each time, no code in data, archived by content, verified by token and by file."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest

from engine.worker import drain
from procedures import files, letters
from procedures.letters import rendering
from tests.procedures.town import Town

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DATA = {
    "co_quan": "Ủy ban nhân dân xã Đông Hưng",
    "bo_phan": "Bộ phận Một cửa",
    "dia_danh": "Đông Hưng",
    "ngay": "02",
    "thang": "03",
    "nam": "2026",
    "so": "01/X",
    "ho_ten": "Nguyễn Thị Tuyết Hường ẩ ữ ỵ",
    "noi_dung": "Việc",
    "tieu_de": "Giấy",
    "nguoi_ky": "Phạm Văn Dũng",
    "thanh_phan": [],
    "giay_to": [],
    "thieu": [],
    "dong": [],
    "khoan": [],
    "tong": "0",
    "ly_do": "Lý do",
    "lich_su": [],
}


@pytest.mark.parametrize("template", sorted(letters.NATIONAL))
def test_a_national_letter_is_the_same_bytes_each_time_and_its_words_can_be_read(template: str) -> None:
    first, second = (
        letters.render(rendering.national(template), DATA, at=AT, address="https://x.vn/xac-minh/A") for _ in range(2)
    )
    assert first == second
    said = letters.text_of(first)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said and "Độc lập - Tự do - Hạnh phúc" in said
    assert letters.png(first).startswith(b"\x89PNG")
    with pytest.raises(IndexError):
        letters.png(first, page=99)


def test_data_cannot_inject_code() -> None:
    evil = '#read("/etc/passwd") *b* $x$ #image("x")'
    said = letters.text_of(letters.render(rendering.national("mau-03"), {**DATA, "ho_ten": evil}, at=AT))
    assert '#read("/etc/passwd") *b* $x$' in " ".join(said.split())


@pytest.mark.parametrize(
    "source",
    [b'#read("/etc/passwd")', b'#read("../../dossiers/log.py")', b'#import "@preview/cetz:0.2.0"', b"#let x = ("],
)
def test_a_template_that_reaches_out_or_is_faulty_is_an_error(source: bytes) -> None:
    with pytest.raises(letters.LetterError):
        letters.render(source, {}, at=AT)


def test_the_archived_pdf_is_the_one_that_was_shown_before(town: Town) -> None:
    token = town.receive().letter or ""
    shown = letters.pdf(town.database, token)
    drain(town.database)
    (letter,) = letters.issued(town.database, letters.letter(town.database, token).dossier_id)  # type: ignore[union-attr]
    assert letter.pdf is not None and files.read(town.database, letter.pdf) == shown == letters.pdf(
        town.database, token
    )
    verified = letters.verify_file(town.database, shown)
    assert verified is not None and verified.valid and verified.number == "01/TNHS"
    assert letters.verify_file(town.database, shown + b" ") is None
    assert letters.verify(town.database, "KHONG-CO") is None
    assert letters.verify(town.database, f" {token.lower()} ") is not None


def test_what_anyone_may_verify_names_no_person_but_the_signer(town: Town) -> None:
    verified = letters.verify(town.database, town.receive().letter or "")
    assert verified is not None
    assert "Hoàng" not in str(verified) and "0912" not in str(verified) and verified.signer == "Nguyễn Văn An"


def test_punctuation_after_what_is_filled_in_stays() -> None:
    said = " ".join(letters.text_of(letters.render(rendering.national("mau-05"), DATA, at=AT)).split())
    assert "về việc: Việc; thời gian" in said and "- Bộ phận Một cửa;" in said
    said = " ".join(letters.text_of(letters.render(rendering.national("mau-03"), DATA, at=AT)).splitlines())
    assert "Tuyết Hường ẩ ữ ỵ Địa chỉ" in " ".join(said.split())


def test_a_word_without_end_breaks_the_line_and_not_the_sheet() -> None:
    data = {**DATA, "ho_ten": "N" * 150, "dia_chi": "Đ" * 100}
    pdf = rendering.render(rendering.national("mau-01"), data, at=AT, address="https://vidu.vn/x")
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    page = document[0]
    text = page.get_textpage()
    right = max(text.get_charbox(i)[2] for i in range(text.count_chars()))
    assert right < page.get_width() - 30  # points: inside the margin


def test_a_receipt_with_four_papers_stands_on_one_sheet_with_date_copy_and_notes() -> None:
    papers = [
        {
            "ten": "Giấy tờ có tên dài đến hai dòng trên giấy tiếp nhận " * 2,
            "ban_chinh": 1,
            "ban_sao": 2,
            "ghi_chu": "mờ",
        }
    ] * 4
    pdf = rendering.render(
        rendering.national("mau-01"), {**DATA, "thanh_phan": papers}, at=AT, address="https://vidu.vn/x"
    )
    document = pypdfium2.PdfDocument(pdf)
    said = document[0].get_textpage().get_text_bounded()
    assert len(document) == 1
    for words in ("ngày 02 tháng 03 năm 2026", "Liên 1", "Ghi chú", "Quét mã để theo dõi"):
        assert words in said.replace("\r\n", " "), words


def test_a_request_for_three_things_stands_on_one_sheet() -> None:
    lacks = [
        {
            "ten": "Giấy chứng sinh; không có thì văn bản của người làm chứng xác nhận việc sinh, " * 2,
            "ly_do": "Mờ " * 12,
        }
    ] * 3
    more = {"thieu": lacks, "han_bo_sung": "hết ngày 30 tháng 12 năm 2026", "ma_ho_so": "H1", "dia_chi": "Thôn Đông"}
    pdf = rendering.render(rendering.national("mau-02"), {**DATA, **more}, at=AT, address="https://vidu.vn/x")
    assert len(pypdfium2.PdfDocument(pdf)) == 1


@pytest.mark.parametrize(
    ("agency", "title", "said"),
    [
        ("Ủy ban nhân dân phường Phố Hiến", "Chủ tịch Ủy ban nhân dân phường", "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH ("),
        ("Ủy ban nhân dân xã Đông Hưng", "Phó Chủ tịch", "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH ("),
        ("Sở Xây dựng", "Phó Giám đốc Sở", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC ("),
        ("Sở Xây dựng", "Chánh Văn phòng", "CHÁNH VĂN PHÒNG ("),
    ],
)
def test_a_title_under_a_letter_does_not_repeat_the_agency(agency: str, title: str, said: str) -> None:
    data = {**DATA, "co_quan": agency, "chuc_vu": title}
    words = " ".join(letters.text_of(letters.render(rendering.national("mau-05"), data, at=AT)).split())
    assert said in words and "CHỦ TỊCH ỦY BAN" not in words


@pytest.mark.parametrize("size", [(14400.0, 14400.0), (0.01, 1e9), (595.0, 842.0)])
def test_the_picture_of_a_page_has_a_bound(size: tuple[float, float]) -> None:
    scale = rendering._fitting(*size, 1.6)
    assert max(size[0] * scale, 1) * max(size[1] * scale, 1) <= rendering.MOST_PIXELS * 1.001
    assert (scale == 1.6) is (size == (595.0, 842.0))
