"""What the 29 kinds of administrative documents have in their heads and bodies, and with what a draft of each begins
(NĐ 30/2020/NĐ-CP, Điều 7, Phụ lục III, mục II)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procedures.vocabulary.documents import LETTER, NOTE, kind_name


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is composed. letter: its subject stands under its notation, no title. bases: it rests on bases, above
    which the authority stands; decides: the word under them. addressed: words before the addressees; empty without.
    second: what stands above who signs at the left, first: at the right; chairs: that stands there instead of a
    capacity. begin: what the body of a draft begins with."""

    letter: bool = False
    bases: bool = False
    decides: str = ""
    addressed: str = ""
    second: str = ""
    first: str = ""
    chairs: bool = False
    begin: str = ""


_POINTS = "I. MỤC ĐÍCH, YÊU CẦU\n1. …\nII. NỘI DUNG\n1. …\nIII. TỔ CHỨC THỰC HIỆN\n1. …"
_ARTICLES = (
    "Điều 1. …\nĐiều 2. Quyết định này có hiệu lực kể từ ngày ký.\n"
    "Điều 3. Các ông (bà) … và tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này."
)
_CHAPTERS = "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\n…\nĐiều 2. Đối tượng áp dụng\n…"
_SIDES = (
    "Hôm nay, ngày … tháng … năm …, tại …, chúng tôi gồm:\n1. Bên A: …\n2. Bên B: …\nHai bên thống nhất:\nĐiều 1. …"
)
_SLIP = "1. …\n2. …"
_PERSON = "Họ và tên: …\nChức vụ: …"

FORMS: Mapping[str, Form] = {
    LETTER: Form(letter=True, addressed="Kính gửi", begin="…\nTrân trọng."),
    NOTE: Form(letter=True, addressed="Kính gửi", begin="…\nTrân trọng."),
    "NQ": Form(bases=True, decides="QUYẾT NGHỊ:", begin="Điều 1. …\nĐiều 2. …"),
    "QĐ": Form(bases=True, decides="QUYẾT ĐỊNH:", begin=_ARTICLES),
    "CT": Form(begin="…\n1. …\n2. …\nYêu cầu các cơ quan, đơn vị nghiêm túc thực hiện Chỉ thị này."),
    "QC": Form(begin=_CHAPTERS),
    "QyĐ": Form(begin=_CHAPTERS),
    "TC": Form(begin="…"),
    "TB": Form(begin="…"),
    "HD": Form(begin="1. …\n2. …"),
    "CTr": Form(begin=_POINTS),
    "KH": Form(begin=_POINTS),
    "PA": Form(begin=_POINTS),
    "ĐA": Form(begin=_POINTS),
    "DA": Form(begin=_POINTS),
    "BC": Form(begin="I. KẾT QUẢ THỰC HIỆN\n1. …\nII. TỒN TẠI, HẠN CHẾ\n1. …\nIII. PHƯƠNG HƯỚNG, NHIỆM VỤ\n1. …"),
    "BB": Form(
        second="THƯ KÝ",
        first="CHỦ TỌA",
        chairs=True,
        begin=(
            "Thời gian bắt đầu: … giờ …, ngày … tháng … năm …\nĐịa điểm: …\nThành phần tham dự: …\nChủ trì: …\n"
            "Thư ký (người ghi biên bản): …\nNội dung: …\nCuộc họp kết thúc vào … giờ …, ngày … tháng … năm …"
        ),
    ),
    "TTr": Form(
        addressed="Kính gửi", begin="I. SỰ CẦN THIẾT\n…\nII. NỘI DUNG TRÌNH\n…\nKính đề nghị xem xét, quyết định."
    ),
    "HĐ": Form(second="ĐẠI DIỆN BÊN B", first="ĐẠI DIỆN BÊN A", begin=_SIDES),
    "CĐ": Form(addressed="Điện", begin="…\nYêu cầu các đồng chí khẩn trương thực hiện."),
    "BGN": Form(second="ĐẠI DIỆN BÊN B", first="ĐẠI DIỆN BÊN A", begin=_SIDES),
    "BTT": Form(second="ĐẠI DIỆN BÊN B", first="ĐẠI DIỆN BÊN A", begin=_SIDES),
    "GUQ": Form(
        begin="1. Người ủy quyền: …\n2. Người được ủy quyền: …\n3. Nội dung ủy quyền: …\n4. Thời hạn ủy quyền: …"
    ),
    "GM": Form(
        begin="Trân trọng kính mời: …\nTới dự: …\nChủ trì: …\nThời gian: … giờ …, ngày … tháng … năm …\nĐịa điểm: …"
    ),
    "GGT": Form(
        begin=f"Trân trọng giới thiệu:\n{_PERSON}\nĐược cử đến: …\nVề việc: …\nGiấy này có giá trị đến hết ngày …"
    ),
    "GNP": Form(begin=f"Xét đơn đề nghị nghỉ phép, cấp cho:\n{_PERSON}\nNghỉ phép từ ngày … đến hết ngày … tại …"),
    "PG": Form(begin=_SLIP),
    "PC": Form(begin=_SLIP),
    "PB": Form(begin=_SLIP),
}


def title(kind: str) -> str:
    """What stands above the subject; empty for letters."""
    return "" if FORMS[kind].letter else kind_name(kind).upper()
