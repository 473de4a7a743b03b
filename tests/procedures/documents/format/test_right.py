"""Right documents, of many kinds and made in many ways: no fault is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procedures.documents import format as formats
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format.drafts import Draft, Line, of_kind
from tests.procedures.documents.format.print import pdf
from tests.procedures.documents.format.word import Way, docx


def urgent() -> Draft:
    draft = drafts.official_letter()
    draft.left = [*draft.left, Line("HỎA TỐC", 14, bold=True, colour="FF0000")]
    return draft


def without_superior() -> Draft:
    draft = drafts.decision()
    draft.left = drafts.head("05/QĐ-UBND", superior="", issuer="ỦY BAN NHÂN DÂN TỈNH PHÚ AN")
    draft.left[0].text = "ỦY BAN NHÂN DÂN"
    draft.left[0].rule = None
    draft.left.insert(1, Line("TỈNH PHÚ AN", 13, bold=True, rule=0.5))
    draft.body[2].text = "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH PHÚ AN"
    draft.signer = drafts.signer("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    return draft


RIGHT: dict[str, Callable[[], Draft]] = {
    "quyết định": drafts.decision,
    "quyết định dài": lambda: drafts.decision(14),
    "quyết định của ủy ban": without_superior,
    "công văn": drafts.official_letter,
    "công văn hỏa tốc": urgent,
    "tờ trình": lambda: of_kind("TỜ TRÌNH", "TTr", "Về việc phê duyệt đề án", to="Ủy ban nhân dân tỉnh Phú An"),
    "thông báo": lambda: of_kind("THÔNG BÁO", "TB", "Lịch tiếp công dân quý I", "TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"),
    "báo cáo": lambda: of_kind("BÁO CÁO", "BC", "Kết quả cải cách hành chính năm 2026"),
    "giấy mời": lambda: of_kind("GIẤY MỜI", "GM", "Họp giao ban tháng 01", to="Các phòng, đơn vị thuộc Sở"),
    "biên bản": drafts.minutes,
    "kế hoạch có phụ lục": drafts.with_appendix,
    "hướng dẫn": lambda: of_kind("HƯỚNG DẪN", "HD", "Thực hiện chế độ báo cáo", "Q. GIÁM ĐỐC"),
}
WAYS = {
    "bảng": Way(),
    "tab": Way("tabs", "defaults", "underline"),
    "khung chữ": Way("boxes", "style", "vml"),
    "kiểu": Way("table", "style", "dashes"),
    "mặc định": Way("table", "defaults", "border"),
}


def told(data: bytes) -> list[tuple[str, str, str, str]]:
    return [(f.rule, f.found.vi, f.wanted.vi, f.text[:60]) for f in formats.check(data)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_word_document_is_clean(name: str, way: str) -> None:
    assert told(docx(RIGHT[name](), WAYS[way])) == []


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_pdf_is_clean(name: str) -> None:
    assert told(pdf(RIGHT[name]())) == []
