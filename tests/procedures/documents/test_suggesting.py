"""What a document's words suggest: texts as PDF readers and recognisers give them, of many kinds and issuers."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from procedures.documents.suggesting import Suggested, suggested, written

LETTER = """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH HƯNG YÊN Độc lập - Tự do - Hạnh phúc
Số: 1204/UBND-NC Hưng Yên, ngày 20 tháng 07 năm 2026
V/v báo cáo cải cách hành
chính quý IV
KHẨN
Kính gửi: Ủy ban nhân dân các xã, phường
Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020, đề nghị báo cáo trước ngày 15/8/2026.
Nơi nhận: TM. ỦY BAN NHÂN DÂN
- Như trên; KT. CHỦ TỊCH
- UBND tỉnh Hưng Yên; PHÓ CHỦ TỊCH
- Lưu: VT, NC. Nguyễn Văn An
"""
NOTICE = """UBND TỈNH HƯNG YÊN
SỞ XÂY DỰNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 88 /TB-SXD
Hưng Yên, ngày 03 tháng 02 năm 2026
THÔNG BÁO
Kết luận cuộc họp về cấp phép xây dựng
trên địa bàn tỉnh Hưng Yên

Ngày 01/02/2026, tại trụ sở Sở đã họp.
GIÁM ĐỐC

Phạm Đức Thắng
"""
DECISION = """ỦY BAN NHÂN DÂN
XÃ ĐÔNG HƯNG
Số: 05/QĐ-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Đông Hưng, ngày 12 tháng 01 năm 2026
QUYẾT ĐỊNH
Về việc kiện toàn Ban Chỉ đạo chuyển đổi số
CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ
Căn cứ Luật Tổ chức chính quyền địa phương;
CHỦ TỊCH
Trần Thị Bích
"""
INVITATION = """BỘ NỘI VỤ
CỤC VĂN THƯ VÀ LƯU TRỮ NHÀ NƯỚC
Số: 17/GM-VTLTNN
Hà Nội, ngày 5 tháng 6 năm 2026
HỎA TỐC
GIẤY MỜI
Họp trực tuyến về chuyển đổi số
Trân trọng kính mời đại diện lãnh đạo dự họp.
KT. CỤC TRƯỞNG
PHÓ CỤC TRƯỞNG
Đặng Thị Hoa
"""
RECOGNISED = """ỦY BAN NHÂN DÂN | CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHƯỜNG PHỐ HIẾN Độc lập – Tự do – Hạnh phúc

Số : 245 / KH - UBND Phố Hiến, ngày  09 tháng 11 năm 2026

KẾ HOẠCH
Kiểm tra trật tự xây dựng cuối năm

I. MỤC ĐÍCH
"""
CASES: list[tuple[str, dict[str, Any]]] = [
    (
        LETTER,
        {
            "notation": "1204/UBND-NC",
            "issuer": "Ủy ban nhân dân tỉnh Hưng Yên",
            "subject": "báo cáo cải cách hành chính quý IV",
            "kind": "CV",
            "issued_on": date(2026, 7, 20),
            "urgency": 1,
            "signer": "Nguyễn Văn An",
            "position": "Phó Chủ tịch",
            "due": date(2026, 8, 15),
        },
    ),
    (
        NOTICE,
        {
            "notation": "88/TB-SXD",
            "issuer": "Sở Xây dựng",
            "subject": "Kết luận cuộc họp về cấp phép xây dựng trên địa bàn tỉnh Hưng Yên",
            "kind": "TB",
            "issued_on": date(2026, 2, 3),
            "signer": "Phạm Đức Thắng",
            "position": "Giám đốc",
        },
    ),
    (
        DECISION,
        {
            "notation": "05/QĐ-UBND",
            "issuer": "Ủy ban nhân dân xã Đông Hưng",
            "subject": "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số",
            "kind": "QĐ",
            "issued_on": date(2026, 1, 12),
            "signer": "Trần Thị Bích",
            "position": "Chủ tịch",
        },
    ),
    (
        INVITATION,
        {
            "notation": "17/GM-VTLTNN",
            "issuer": "Cục Văn thư và lưu trữ nhà nước",
            "subject": "Họp trực tuyến về chuyển đổi số",
            "kind": "GM",
            "issued_on": date(2026, 6, 5),
            "urgency": 3,
            "signer": "Đặng Thị Hoa",
            "position": "Phó Cục trưởng",
        },
    ),
    (
        RECOGNISED,
        {
            "notation": "245/KH-UBND",
            "issuer": "Ủy ban nhân dân phường Phố Hiến",
            "subject": "Kiểm tra trật tự xây dựng cuối năm",
            "kind": "KH",
            "issued_on": date(2026, 11, 9),
        },
    ),
    ("SỞ NÔNG NGHIỆP VÀ MÔI\nTRƯỜNG\nSố: /BC", {"issuer": "Sở Nông nghiệp và môi trường"}),
    ("Chào bạn,\nhẹn gặp hôm nay nhé.", {}),
    ("Số:      /UBND-NC\nHưng Yên, ngày    tháng 7 năm 2026", {}),
]


@pytest.mark.parametrize(("text", "said"), CASES)
def test_a_document_says_what_its_fields_are(text: str, said: dict[str, Any]) -> None:
    assert suggested(text) == Suggested(**said)


def test_a_stranger_s_text_without_end_takes_no_time() -> None:
    begun = time.process_time()
    assert suggested("CHỦ TỊCH\n" + "a" * 60_000).position == "Chủ tịch"
    assert time.process_time() - begun < 3


def test_a_notation_in_the_body_is_none_of_the_document() -> None:
    assert suggested("Kính gửi: Sở Nội vụ\nCăn cứ Văn bản\nsố 12/QĐ-UBND của Ủy ban").notation == ""


def test_a_name_in_capitals_is_written_as_in_a_sentence() -> None:
    assert written("CHI CỤC THUẾ KHU VỰC IV") == "Chi cục Thuế khu vực IV"
    assert written("UBND THÀNH PHỐ HÀ NỘI") == "Ủy ban nhân dân thành phố Hà Nội"
