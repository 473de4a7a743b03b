"""What is measured, each rule with its place in the decree (NĐ 30/2020/NĐ-CP, Phụ lục I).

The table is the only place where a range or a look stands; the reference page is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.refusal import Lang
from procedures.documents.format.layout import Align
from procedures.documents.format.parts import Part


@dataclass(frozen=True)
class Said:
    """A few words in both languages."""

    vi: str
    en: str

    def within(self, lang: Lang) -> str:
        """In the reader's language."""
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True)
class Rule:
    """A rule: what it is about, and its clause in the decree's first appendix (`I.3` is part I, section I, no. 3)."""

    name: str
    about: Said
    wanted: Said
    clause: str


@dataclass(frozen=True)
class Look:
    """How a part's letters look; None is what the decree leaves open. size: from, to, in points."""

    title: Said
    clause: str
    size: tuple[float, float] | None = None
    bold: bool | None = None
    italic: bool | None = None
    upper: bool | None = None
    align: Align | None = None


LOOKS: dict[Part, Look] = {
    Part.NATIONAL: Look(Said("Quốc hiệu", "national name"), "I.II.1", (12, 13), True, False, True, "center"),
    Part.MOTTO: Look(Said("Tiêu ngữ", "motto"), "I.II.1", (13, 14), True, False, None, "center"),
    Part.SUPERIOR: Look(
        Said("Tên cơ quan chủ quản", "superior agency"), "I.II.2", (12, 13), False, False, True, "center"
    ),
    Part.ISSUER: Look(Said("Tên cơ quan ban hành", "issuing agency"), "I.II.2", (12, 13), True, False, True, "center"),
    Part.NUMBER: Look(Said("Số và ký hiệu", "number and notation"), "I.II.3", (13, 13), False, False),
    Part.DATE: Look(Said("Địa danh và thời gian", "place and date"), "I.II.4", (13, 14), False, True),
    Part.KIND: Look(Said("Tên loại văn bản", "kind"), "I.II.5", (13, 14), True, False, True, "center"),
    Part.SUBJECT: Look(Said("Trích yếu", "subject"), "I.II.5", (13, 14), True, False, None, "center"),
    Part.LETTER_SUBJECT: Look(Said("Trích yếu công văn", "subject of a letter"), "I.II.5", (12, 13), False, False),
    Part.ISSUING: Look(
        Said("Thẩm quyền ban hành", "issuing authority"), "I.II.6", (13, 14), True, False, True, "center"
    ),
    Part.BASIS: Look(Said("Căn cứ ban hành", "legal basis"), "I.II.6", (13, 14), None, True),
    Part.HEADING: Look(Said("Tiêu đề trong nội dung", "heading of the text"), "I.II.6", (13, 14)),
    Part.BODY: Look(Said("Nội dung", "body"), "I.II.6", (13, 14)),
    Part.ADDRESSEE: Look(Said("Kính gửi", "addressees"), "I.II.9", (13, 14), None, False),
    Part.AUTHORITY: Look(
        Said("Quyền hạn, chức vụ người ký", "authority of the signer"), "I.II.7", (13, 14), True, False, True
    ),
    Part.NAME: Look(Said("Họ tên người ký", "name of the signer"), "I.II.7", (13, 14), True, False, False),
    Part.SENT_TO: Look(Said("Từ “Nơi nhận”", 'the words "Nơi nhận"'), "I.II.9", (12, 12), True, True),
    Part.RECIPIENT: Look(Said("Danh sách nơi nhận", "list of recipients"), "I.II.9", (11, 11), False, False),
    Part.APPENDIX: Look(Said("Từ “Phụ lục”", 'the word "Phụ lục"'), "I.III.1", (14, 14), True, False, None, "center"),
    Part.APPENDIX_TITLE: Look(Said("Tên phụ lục", "title of the appendix"), "I.III.1", (13, 14)),
}

_BOLD = {True: Said("đậm", "bold"), False: Said("không đậm", "not bold")}
_ITALIC = {True: Said("nghiêng", "italic"), False: Said("đứng", "upright")}
_UPPER = {True: Said("chữ in hoa", "capitals"), False: Said("chữ in thường", "not all in capitals")}
ALIGNS: dict[Align, Said] = {
    "left": Said("căn trái", "left"),
    "right": Said("căn phải", "right"),
    "center": Said("căn giữa", "centred"),
    "justify": Said("căn đều hai lề", "justified"),
}
ASPECTS = {
    "size": Said("cỡ chữ", "size"),
    "bold": Said("kiểu chữ đậm", "weight"),
    "italic": Said("kiểu chữ đứng, nghiêng", "slant"),
    "capitals": Said("kiểu chữ in hoa", "capitals"),
    "align": Said("căn dòng", "alignment"),
}


def points(size: float) -> str:
    """A size as people write it."""
    return f"{size:.1f}".removesuffix(".0")


def span_of(low: float, high: float, unit: str) -> str:
    """A range as people write it."""
    return f"{low:g} {unit}" if low == high else f"{low:g}–{high:g} {unit}"


def bold(value: bool) -> Said:
    """Whether letters are bold, in words."""
    return _BOLD[value]


def italic(value: bool) -> Said:
    """Whether letters are slanted, in words."""
    return _ITALIC[value]


def upper(value: bool) -> Said:
    """Whether letters are capitals, in words."""
    return _UPPER[value]


def _plain(text: str) -> Said:
    return Said(text, text)


def _of_looks() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for part, look in LOOKS.items():
        wanted = {
            "size": _plain(span_of(*look.size, "pt")) if look.size else None,
            "bold": None if look.bold is None else bold(look.bold),
            "italic": None if look.italic is None else italic(look.italic),
            "capitals": None if look.upper is None else upper(look.upper),
            "align": ALIGNS[look.align] if look.align else None,
        }
        for aspect, said in wanted.items():
            if said is not None:
                name = f"{part.value}-{aspect}"
                about = Said(
                    f"{look.title.vi}: {ASPECTS[aspect].vi}",
                    f"{ASPECTS[aspect].en.capitalize()} of the {look.title.en}",
                )
                rules[name] = Rule(name, about, said, look.clause)
    return rules


def _rule(name: str, vi: str, en: str, wanted_vi: str, wanted_en: str, clause: str) -> Rule:
    return Rule(name, Said(vi, en), Said(wanted_vi, wanted_en or wanted_vi), clause)


#: side → from, to, in millimetres
MARGINS = {"top": (20.0, 25.0), "bottom": (20.0, 25.0), "left": (30.0, 35.0), "right": (15.0, 20.0)}
SIDES = {
    "top": Said("Lề trên", "Top margin"),
    "bottom": Said("Lề dưới", "Bottom margin"),
    "left": Said("Lề trái", "Left margin"),
    "right": Said("Lề phải", "Right margin"),
}
INDENT = (1.0, 1.27)  # centimetres
GAP = 6.0  # points
SPACING = (1.0, 1.5)  # single lines
PAGE_NUMBER = (13.0, 14.0)
ISSUER_RULE = (1 / 3, 1 / 2)  # of the line of text
#: Stamp, folded → width and height in millimetres
STAMPS = {"hoa toc": (30.0, 8.0), "thuong khan": (40.0, 8.0), "khan": (20.0, 8.0)}
SCAN_DPI, SCAN_VERSION = 200, 1.4

_OTHERS = [
    _rule("paper-size", "Khổ giấy", "Paper size", "A4 (210 × 297 mm), đứng",
          "A4 (210 × 297 mm), upright", "I.I.1"),
    *(
        Rule(f"margin-{side}", SIDES[side], _plain(span_of(*MARGINS[side], "mm")), "I.I.3")
        for side in ("top", "bottom", "left", "right")
    ),
    _rule("font-family", "Phông chữ", "Font", "Times New Roman", "", "I.I.4"),
    _rule("font-colour", "Màu chữ", "Colour of the letters", "đen", "black", "I.I.4"),
    _rule("unicode", "Bộ mã ký tự", "Character encoding", "Unicode dựng sẵn (TCVN 6909:2001)",
          "precomposed Unicode (TCVN 6909:2001)", "I.I.4"),
    _rule("page-number-place", "Vị trí số trang", "Place of the page number", "ở lề trên", "in the top margin",
          "I.I.7"),
    _rule("page-number-align", "Căn số trang", "Alignment of the page number", "căn giữa", "centred", "I.I.7"),
    _rule("page-number-size", "Cỡ chữ số trang", "Size of the page number", span_of(*PAGE_NUMBER, "pt"), "", "I.I.7"),
    _rule("page-number-look", "Kiểu chữ số trang", "Look of the page number", "đứng, không đậm", "upright, not bold",
          "I.I.7"),
    _rule("page-number-first", "Số trang ở trang thứ nhất", "Page number on the first page", "không có",
          "none", "I.I.7"),
    _rule("page-number-missing", "Số trang", "Page number", "có từ trang thứ hai", "from the second page on", "I.I.7"),
    _rule("national-name-text", "Quốc hiệu: chữ", "Words of the national name",
          "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "",
          "I.II.1"),
    _rule("motto-text", "Tiêu ngữ: chữ", "Words of the motto", "Độc lập - Tự do - Hạnh phúc", "", "I.II.1"),
    _rule("motto-rule", "Đường kẻ dưới Tiêu ngữ", "Rule under the motto", "dài bằng dòng chữ",
          "as long as the line of text", "I.II.1"),
    _rule("issuer-rule", "Đường kẻ dưới tên cơ quan ban hành", "Rule under the issuing agency",
          "dài 1/3–1/2 dòng chữ", "1/3–1/2 of the line of text", "I.II.2"),
    _rule("number-form", "Cách viết số, ký hiệu", "Form of number and notation", "Số: 05/QĐ-UBND", "", "I.II.3"),
    _rule("number-blanks", "Dấu cách trong số, ký hiệu", "Blanks in number and notation",
          "không cách chữ trước và sau dấu / và -", "no blank before or after / and -", "I.II.3"),
    _rule("number-zero", "Số nhỏ hơn 10", "Numbers below ten", "có số 0 phía trước", "with a zero before", "I.II.3"),
    _rule("number-capitals", "Ký hiệu: kiểu chữ in hoa", "Capitals of the notation", "chữ in hoa", "capitals",
          "I.II.3"),
    _rule("number-kind", "Ký hiệu theo tên loại", "Notation by kind", "chữ viết tắt tên loại văn bản",
          "the abbreviation of the kind", "I.II.3"),
    _rule("place-date-form", "Cách viết địa danh và thời gian", "Form of place and date",
          "Hà Nội, ngày 05 tháng 01 năm 2026", "", "I.II.4"),
    _rule("place-date-zero", "Ngày nhỏ hơn 10, tháng 1, 2", "Days below ten, months 1 and 2", "có số 0 phía trước",
          "with a zero before", "I.II.4"),
    _rule("subject-missing", "Trích yếu nội dung", "Subject", "có", "there", "I.II.5"),
    _rule("basis-end", "Dấu cuối căn cứ", "End of a basis",
          "mỗi căn cứ kết thúc bằng dấu chấm phẩy, căn cứ cuối bằng dấu chấm",
          "each basis ends with a semicolon, the last with a full stop", "I.II.6"),
    _rule("body-align", "Căn dòng nội dung", "Alignment of the body", "căn đều hai lề", "justified", "I.II.6"),
    _rule("body-indent", "Lùi đầu dòng", "Indent of first lines", "1 cm hoặc 1,27 cm", "1 cm or 1.27 cm", "I.II.6"),
    _rule("body-gap", "Khoảng cách giữa các đoạn", "Gap between paragraphs", "tối thiểu 6 pt",
          "at least 6 pt", "I.II.6"),
    _rule("body-spacing", "Khoảng cách dòng", "Line spacing", "1–1,5 dòng", "1–1.5 lines", "I.II.6"),
    _rule("body-italic", "Nội dung: kiểu chữ đứng", "Slant of the body", "đứng", "upright", "I.II.6"),
    _rule("body-bold", "Nội dung: kiểu chữ không đậm", "Weight of the body", "không đậm", "not bold", "I.II.6"),
    _rule("addressee-form", "Cách viết Kính gửi", "Form of the addressees", "Kính gửi: …", "", "I.II.9"),
    _rule("recipients-head-form", "Cách viết Nơi nhận", "Form of Nơi nhận", "Nơi nhận:", "", "I.II.9"),
    _rule("recipients-end", "Dấu cuối dòng nơi nhận", "End of a recipient's line",
          "dấu chấm phẩy, dòng cuối là dấu chấm", "a semicolon, the last a full stop", "I.II.9"),
    _rule("recipients-kept", "Dòng cuối nơi nhận", "Last line of the recipients", "- Lưu: VT, …", "", "I.II.9"),
    _rule("stamp-size", "Khung dấu độ khẩn", "Frame of the urgency stamp",
          "HỎA TỐC 30 × 8, THƯỢNG KHẨN 40 × 8, KHẨN 20 × 8 mm", "", "I.III.2"),
    _rule("scan-version", "Phiên bản PDF của bản số hóa", "PDF version of a scan", "PDF 1.4 trở lên",
          "PDF 1.4 or newer",
          "Bản số hóa"),
    _rule("scan-resolution", "Độ phân giải của bản số hóa", "Resolution of a scan", "tối thiểu 200 dpi",
          "at least 200 dpi", "Bản số hóa"),
    _rule("scan-colour", "Màu của bản số hóa", "Colour of a scan", "ảnh màu", "a colour image", "Bản số hóa"),
]  # fmt: skip

_PLACES = {
    Part.NATIONAL: "right", Part.MOTTO: "right", Part.ISSUER: "left", Part.NUMBER: "left", Part.DATE: "right",
    Part.LETTER_SUBJECT: "left", Part.SENT_TO: "left",
}  # fmt: skip
_SIDE = {"left": Said("bên trái", "on the left"), "right": Said("bên phải", "on the right")}
PLACES = _PLACES
#: Parts that no document may lack, but for what `missing` leaves out.
NEEDED = (
    Part.NATIONAL, Part.MOTTO, Part.ISSUER, Part.NUMBER, Part.DATE, Part.KIND, Part.LETTER_SUBJECT, Part.AUTHORITY,
    Part.NAME, Part.SENT_TO,
)  # fmt: skip


def side(name: str) -> Said:
    """A side of the page, in words."""
    return _SIDE[name]


RULES: dict[str, Rule] = (
    _of_looks()
    | {rule.name: rule for rule in _OTHERS}
    | {
        f"{part.value}-place": Rule(
            f"{part.value}-place",
            Said(f"{LOOKS[part].title.vi}: vị trí", f"Place of the {LOOKS[part].title.en}"),
            side(where),
            "I.I.6",
        )
        for part, where in _PLACES.items()
    }
    | {
        f"{part.value}-missing": Rule(
            f"{part.value}-missing",
            Said(f"Thiếu: {LOOKS[part].title.vi}", f"Missing: {LOOKS[part].title.en}"),
            Said("có", "there"),
            LOOKS[part].clause,
        )
        for part in NEEDED
    }
)


@dataclass(frozen=True)
class Fault:
    """One fault at its place. text: what stands there."""

    page: int
    rule: str
    found: Said
    wanted: Said
    text: str = ""

    def as_dict(self, file: str, lang: Lang = "vi") -> dict[str, Any]:
        """As `documents check` prints it."""
        return {
            "file": file,
            "page": self.page,
            "rule": self.rule,
            "found": self.found.within(lang),
            "wanted": self.wanted.within(lang),
            "text": self.text,
        }
