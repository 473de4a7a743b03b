"""Documents described by what stands on them, so that a fault can be planted before they become a .docx or a PDF."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

TEXT_WIDTH = {"left": 0.4, "right": 0.6}  # of the head's columns


@dataclass
class Line:
    """A paragraph. indent: centimetres; gap: points before; rule: of the text's length; bold_part: a bold beginning."""

    text: str
    size: float = 14
    bold: bool = False
    italic: bool = False
    align: str = "center"
    indent: float = 0
    gap: float = 0
    spacing: float = 1
    rule: float | None = None
    font: str = ""
    colour: str = ""
    bold_part: str = ""
    box: tuple[float, float] | None = None


@dataclass
class Draft:
    """A document. margins: top, bottom, left, right in millimetres; number: where page numbers stand."""

    left: list[Line]
    right: list[Line]
    body: list[Line]
    sent_to: list[Line]
    signer: list[Line]
    annex: list[Line] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)
    paper: tuple[float, float] = (210, 297)
    margins: tuple[float, float, float, float] = (20, 20, 30, 20)
    font: str = "Times New Roman"
    number: Line | None = field(default_factory=lambda: Line("", 13))
    number_at: str = "top"
    number_first: bool = False


def text(words: str, **looks: object) -> Line:
    """A paragraph of the body."""
    return replace(Line(words, 14, align="justify", indent=1.27, gap=6, spacing=1.1), **looks)  # type: ignore[arg-type]


LONG = (
    "Giao Văn phòng Sở chủ trì, phối hợp với các phòng, đơn vị liên quan tổ chức thực hiện, theo dõi, đôn đốc và tổng "
    "hợp kết quả, báo cáo Giám đốc Sở trước ngày 25 hằng tháng; kịp thời đề xuất biện pháp tháo gỡ khó khăn, vướng "
    "mắc phát sinh trong quá trình thực hiện, bảo đảm đúng quy định của pháp luật hiện hành."
)
BASES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Theo đề nghị của Chánh Văn phòng Sở.",
)


def head(notation: str, superior: str = "ỦY BAN NHÂN DÂN TỈNH PHÚ AN", issuer: str = "SỞ NỘI VỤ") -> list[Line]:
    """The left side of a head."""
    above = [Line(superior, 13)] if superior else []
    return [*above, Line(issuer, 13, bold=True, rule=0.4), Line(f"Số: {notation}", 13, gap=6)]


def nation(date: str = "Phú An, ngày 05 tháng 01 năm 2026") -> list[Line]:
    """The right side of a head."""
    return [
        Line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True),
        Line("Độc lập - Tự do - Hạnh phúc", 14, bold=True, rule=1.0),
        Line(date, 14, italic=True, gap=6),
    ]


def sent_to(*entries: str) -> list[Line]:
    """Whom it is sent to."""
    return [
        Line("Nơi nhận:", 12, bold=True, italic=True, align="left"),
        *(Line(entry, 11, align="left") for entry in entries or ("- Như Điều 3;", "- Lưu: VT, VP.")),
    ]


def signer(*capacity: str, name: str = "Nguyễn Văn An") -> list[Line]:
    """Who signs."""
    return [*(Line(one, 14, bold=True) for one in capacity or ("GIÁM ĐỐC",)), Line(name, 14, bold=True, gap=70)]


def decision(paragraphs: int = 3) -> Draft:
    """Quyết định of a head of department."""
    return Draft(
        head("05/QĐ-SNV"),
        nation(),
        [
            Line("QUYẾT ĐỊNH", 14, bold=True, gap=12),
            Line("Về việc ban hành Quy chế tiếp công dân", 14, bold=True, rule=0.4),
            Line("GIÁM ĐỐC SỞ NỘI VỤ", 14, bold=True, gap=12),
            *(text(one, italic=True) for one in BASES),
            Line("QUYẾT ĐỊNH:", 14, bold=True, gap=6),
            *(text(f"Điều {k + 1}. {LONG}", bold_part=f"Điều {k + 1}.") for k in range(paragraphs)),
        ],
        sent_to(),
        signer(),
    )


def official_letter() -> Draft:
    """Công văn."""
    draft = decision()
    draft.left = [
        *head("128/SNV-VP"),
        Line("V/v báo cáo kết quả tiếp công dân", 12),
        Line("sáu tháng đầu năm 2026", 12),
    ]
    draft.right = nation("Phú An, ngày 12 tháng 6 năm 2026")
    draft.body = [
        Line("Kính gửi: Ủy ban nhân dân các xã, phường", 14, gap=12),
        text("Thực hiện Kế hoạch số 15/KH-UBND ngày 02 tháng 02 năm 2026 của Ủy ban nhân dân tỉnh, " + LONG),
        text(f"1. {LONG}"),
        text("Trân trọng./."),
    ]
    draft.sent_to = sent_to("- Như trên;", "- Giám đốc Sở (để báo cáo);", "- Lưu: VT, VP.")
    draft.signer = signer("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", name="Trần Thị Bình")
    return draft


def of_kind(kind: str, mark: str, subject: str, *capacity: str, to: str = "", opening: str = "") -> Draft:
    """A document with a kind and no bases."""
    draft = decision()
    draft.left = head(f"27/{mark}-SNV")
    addressed = [Line(f"Kính gửi: {to}", 14, gap=12)] if to else []
    draft.body = [
        Line(kind, 14, bold=True, gap=12),
        Line(subject, 14, bold=True, rule=0.4),
        *addressed,
        text(opening or LONG),
        text("I. TÌNH HÌNH CHUNG", bold=True),
        text(f"1. {LONG}"),
        text(f"a) {LONG}"),
        text("II. TỔ CHỨC THỰC HIỆN", bold=True),
        text(f"2. {LONG}"),
    ]
    draft.sent_to = sent_to("- UBND tỉnh (để báo cáo);", "- Các phòng, đơn vị thuộc Sở;", "- Lưu: VT, TCCB.")
    draft.signer = signer(*capacity)
    return draft


def minutes() -> Draft:
    """Biên bản, signed by two."""
    draft = of_kind("BIÊN BẢN", "BB", "Họp đánh giá kết quả cải cách hành chính quý II")
    draft.body = [*draft.body[:2], text("Thời gian bắt đầu: 08 giờ 00."), *draft.body[2:]]
    draft.sent_to = []
    draft.signer = [Line("CHỦ TỌA", 14, bold=True), Line("Lê Văn Cường", 14, bold=True, gap=70)]
    draft.sent_to = [Line("THƯ KÝ", 14, bold=True), Line("Phạm Thị Dung", 14, bold=True, gap=70)]
    return draft


def with_appendix() -> Draft:
    """Kế hoạch with an appendix and a table."""
    draft = of_kind("KẾ HOẠCH", "KH", "Tuyên truyền cải cách hành chính năm 2026", "TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")
    draft.annex = [
        Line("Phụ lục I", 14, bold=True),
        Line("DANH MỤC NHIỆM VỤ", 14, bold=True),
        Line("(Kèm theo Kế hoạch số 27/KH-SNV ngày 05 tháng 01 năm 2026 của Sở Nội vụ)", 14, italic=True),
    ]
    draft.table = [
        ["TT", "Nhiệm vụ", "Hạn"],
        ["1", "Đăng tin trên Cổng thông tin", "Quý I"],
        ["2", "Tập huấn", "Quý II"],
    ]
    return draft
