"""What a document's own words say its fields are, as suggestions that the clerk looks over: read by the layout of
administrative documents (NĐ 30/2020/NĐ-CP, Phụ lục I). Where the words say nothing clear, nothing is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date

from procedures.search import fold
from procedures.vocabulary.documents import KINDS, LETTER, URGENCIES

MOST_SUBJECT = 500
_HEAD = 30  # lines in which notation, date, issuer, kind and stamps stand
_MOST_LINES = 5  # of a trích yếu

_NOTATION = re.compile(
    r"^\W{0,3}S[ốôo]\s*[:.;]?\s*(\d[\d ]{0,6}\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ][\wĐ&.]*(?:\s*[-–/]\s*[A-ZĐ][\wĐ&.]*)*)",
    re.MULTILINE,
)
_WRITTEN = r"(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})"
_FIGURES = r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})"
_DAY = re.compile(rf"ng[àa]y\s+{_WRITTEN}", re.IGNORECASE)
_PLACE_AND_DAY = re.compile(rf"[^\n,;]{{2,40}},\s*ng[àa]y\s+{_WRITTEN}", re.IGNORECASE)
_DUE = re.compile(
    r"(?:trước|chậm nhất(?:\s+là)?|muộn nhất(?:\s+là)?|hạn\s+(?:cuối|chót)|(?:hoàn thành|gửi)[^.;\n]{0,60}trong)"
    rf"\s+(?:vào\s+|hết\s+)?(?:\d{{1,2}}\s*(?:giờ|h)\s*(?:\d{{2}})?,?\s*)?ngày\s+(?:{_WRITTEN}|{_FIGURES})",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"V\s*/\s*v\s*:?\s*(.+)", re.IGNORECASE | re.DOTALL)
#: What begins the body, wherever the trích yếu ends.
_BODY = re.compile(
    r"(?:Kính gửi|Căn cứ|Thực hiện|Nơi nhận|Theo |Ngày \d|Để |Xét |Hôm nay|Trân trọng kính mời|Điều 1|Phần |Chương |"
    r"[IVX]{1,4}\.|\d{1,2}\.)"
)
_COUNTRY = re.compile(r"C[ỘO]NG\s+H(?:[ÒO]A|O[ÀA])\s+X[ÃA].*$", re.IGNORECASE)
_MOTTO = re.compile(r"Đ[ộo]c\s+l[ậa]p\s*[-–—].*$", re.IGNORECASE)
_PARTY = re.compile(r"Đ[ẢA]NG\s+C[ỘO]NG\s+S[ẢA]N\s+VI[ỆE]T\s+NAM.*$")
#: What an agency's name begins with. Of the lines of a heading the last that does begins the issuer; those above it are
#: who stands above.
_AGENCIES = re.compile(
    r"^(?:ỦY BAN|UỶ BAN|UBND|HĐND|HỘI ĐỒNG|HỘI|SỞ|BỘ|PHÒNG|BAN|VĂN PHÒNG|CHI CỤC|CỤC|TỔNG CỤC|TRUNG TÂM|CÔNG AN|"
    r"TÒA ÁN|TOÀ ÁN|VIỆN|KHO BẠC|BẢO HIỂM|NGÂN HÀNG|TRƯỜNG|BỆNH VIỆN|THANH TRA|CÔNG TY|TỔNG CÔNG TY|LIÊN ĐOÀN|ĐẢNG ỦY|"
    r"TỈNH ỦY|MẶT TRẬN|ĐOÀN|CHÍNH PHỦ|THỦ TƯỚNG|QUỐC HỘI|CHI NHÁNH|THUẾ|HẢI QUAN|BỘ CHỈ HUY)\b"
)
_WHOLE_PARTS = ("VĂN PHÒNG", "THANH TRA")  # a name that goes on in the next line: of whom
#: A line that ends so goes on in the next: "SỞ NÔNG NGHIỆP VÀ MÔI" - "TRƯỜNG".
_GOES_ON = frozenset(("VÀ", "MÔI", "CỦA", "CHO", "CÁC", "KHU", "ĐỐI"))
_PLACES = frozenset(("tỉnh", "xã", "phường", "huyện", "quận", "thị", "trấn", "thành", "phố"))
_KINDS_OF_PLACES = (("thị", "trấn"), ("thành", "phố"), ("thị", "xã"))
_ABBREVIATED = (("ubnd", "ủy ban nhân dân"), ("hđnd", "hội đồng nhân dân"), ("uỷ", "ủy"))
#: Positions that sign, the longest of each family first.
POSITIONS = (
    "Phó Thủ tướng",
    "Thủ tướng",
    "Phó Chủ tịch Thường trực",
    "Phó Chủ tịch",
    "Chủ tịch",
    "Phó Giám đốc",
    "Giám đốc",
    "Phó Chánh Văn phòng",
    "Chánh Văn phòng",
    "Phó Chánh Thanh tra",
    "Chánh Thanh tra",
    "Phó Chánh án",
    "Chánh án",
    "Phó Chi cục trưởng",
    "Chi cục trưởng",
    "Phó Cục trưởng",
    "Cục trưởng",
    "Phó Vụ trưởng",
    "Vụ trưởng",
    "Phó Viện trưởng",
    "Viện trưởng",
    "Phó Hiệu trưởng",
    "Hiệu trưởng",
    "Phó Trưởng phòng",
    "Trưởng phòng",
    "Phó Trưởng ban",
    "Trưởng ban",
    "Phó Trưởng Công an",
    "Trưởng Công an",
    "Thứ trưởng",
    "Bộ trưởng",
    "Phó Bí thư",
    "Bí thư",
    "Tổng Giám đốc",
)
_SURNAMES = frozenset(
    fold(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đinh Đoàn Lâm Mai Trịnh Trương Tạ "
        "Tô Hà Cao Chu Lương Lưu Vương Quách Phùng Thái Tống Đàm Kiều Nghiêm Khuất Doãn Giang Tăng Ninh Quản Bạch "
        "Triệu La Mạc Âu Châu Diệp Khổng Lã Lục Nhữ Tiêu Từ Vi Cù Hứa Thân Ma Nông Hầu Phí Lại Đồng Ngụy Trà"
    ).split()
)
_MOST_NAME = 120  # letters at the end of a line in which a name is looked for
_NAME = re.compile(r"((?:[^\W\d_]+ ){1,4}[^\W\d_]+)\s*$")


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a document's own words say its fields are; empty (urgency: 0, dates: None) where they say nothing clear."""

    notation: str = ""
    issuer: str = ""
    subject: str = ""
    kind: str = ""
    issued_on: date | None = None
    urgency: int = 0
    signer: str = ""
    position: str = ""
    due: date | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """The names of the fields that are suggested."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name))


def suggested(text: str) -> Suggested:
    """What a document says of itself. text: its words, a line each; of a scan as they were recognised."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    head = "\n".join(lines[:_HEAD])
    found = _NOTATION.search(head)
    notation = re.sub(r"\s+", "", found[1]).replace("–", "-").rstrip(".,;-/") if found else ""
    dated = _DAY.search(head)
    day = _date(dated.groups()) if dated else None
    place, kind = _kind(lines[:_HEAD], notation)
    signer, position = _signer(lines)
    due = _due(text, day)
    return Suggested(
        notation[:30],
        _issuer(lines[:_HEAD])[:200],
        _subject(lines, place)[:MOST_SUBJECT],
        kind,
        day,
        _urgency(lines[:_HEAD]),
        signer[:50],
        position,
        due,
    )


def _date(said: tuple[str | None, ...]) -> date | None:
    numbers = [int(one) for one in said if one]
    try:
        return date(numbers[2], numbers[1], numbers[0])
    except (ValueError, IndexError):
        return None


def _due(text: str, issued_on: date | None) -> date | None:
    """By when it asks for an answer: a day after its own."""
    for found in _DUE.finditer(" ".join(text.split())):
        day = _date(found.groups())
        if day is not None and (issued_on is None or day >= issued_on):
            return day
    return None


# -- who, what kind ---------------------------------------------------------------------------------------------------


def _issuer(lines: list[str]) -> str:
    """The lines of capitals above the number, without the country's name and its motto: from the last that begins an
    agency's name on."""
    found: list[str] = []
    for line in lines:
        if re.match(r"\W{0,3}S[ốôo]\s*[:.;]?\s*(?:\d|/|\.|…)", line):
            break
        name = _PARTY.sub("", _COUNTRY.sub("", _MOTTO.sub("", line))).strip(" *_-–—|.:")
        if len(name) > 2 and name.isupper() and fold(name) not in _STAMPS and sum(map(str.isalpha, name)) > 2:
            found.append(name)
    begins = [
        n
        for n, name in enumerate(found)
        if _AGENCIES.match(name) and not (n and (" " not in name or found[n - 1].split()[-1] in _GOES_ON))
    ]
    if not begins:
        return ""
    start = begins[-1]
    if len(begins) > 1 and found[start - 1] in _WHOLE_PARTS:
        start -= 1
    return written(" ".join(found[start:]))


_STAMPS = frozenset(fold(one.vi) for one in URGENCIES) | {fold(one.vi) for one in KINDS.values()}


def written(capitals: str) -> str:
    """An agency's name as it is written in a sentence: "SỞ XÂY DỰNG TỈNH HƯNG YÊN" is "Sở Xây dựng tỉnh Hưng Yên"."""
    words = capitals.lower().split()
    made: list[str] = []
    proper = False  # what follows "tỉnh", "xã" is a name: each of its words is written large
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        word = dict(_ABBREVIATED).get(word, word)
        named = before in _PLACES and (before, word) not in _KINDS_OF_PLACES
        proper = (named or (proper and word not in _PLACES)) and word not in ("và", "của", "nước", "cộng")
        field = place == 1 and before in ("sở", "bộ", "phòng", "ban", "cục", "viện") and word not in ("chỉ",)
        word = word.upper() if re.fullmatch(r"[ivx]{1,5}", word) else word  # of a region
        large = place == 0 or proper or field or (place == 2 and words[0] in ("chi", "tổng") and words[1] == "cục")
        made.append(word[:1].upper() + word[1:] if large else word)
    return " ".join(made).replace("Việt nam", "Việt Nam")


def _kind(lines: list[str], notation: str) -> tuple[int | None, str]:
    """The line that is the name of a kind in capitals (None: there is none), and the kind. Where the notation names a
    kind, that counts; one that begins with an agency is a công văn's."""
    names = {fold(word.vi).replace(" ", ""): code for code, word in KINDS.items() if code != LETTER}
    place, kind = None, ""
    for number, line in enumerate(lines):
        bare = line.strip(" *_.:-–")
        if bare.isupper() and (code := names.get(fold(bare).replace(" ", ""))):
            place, kind = number, code
            break
    part = re.split(r"[-/]", notation.partition("/")[2])
    part = part[1:] if part and part[0].isdigit() else part
    said = next((code for code in KINDS if part and code.lower() == part[0].lower() and code != LETTER), "")
    if said:
        return place, said
    return place, kind or (LETTER if notation else "")


def _subject(lines: list[str], kind_at: int | None) -> str:
    """What stands under the name of the kind; else what stands after "V/v"."""
    if kind_at is not None:
        return _run(lines[kind_at + 1 :])
    head = _PLACE_AND_DAY.sub("", "\n".join(lines[: _HEAD + _MOST_LINES]))
    about = _ABOUT.search(head)
    return _run(about[1].split("\n"), letter=True) if about else ""


def _run(lines: list[str], *, letter: bool = False) -> str:
    """A trích yếu: the lines that go on with it. letter: of a công văn, which stands in the left column alone."""
    said: list[str] = []
    for line in lines:
        line = _MOTTO.sub("", _COUNTRY.sub("", line)).strip()
        bare = line.strip(" _-–—=*.")
        if not bare:
            if said:
                break
            continue
        body = _BODY.match(bare) is not None and bool(said or letter)
        capitals = bare.isupper() and bool(said) and (len(bare) > 8 or fold(bare) in _STAMPS)
        begins = bool(said) and bare[:1].isupper() and len(bare) > 60 and said[-1][-1:] not in ",-–"
        if body or capitals or begins or len(said) == _MOST_LINES:
            break
        said.append(bare)
    return " ".join(said)


def _urgency(lines: list[str]) -> int:
    """By a stamp on a line of its own."""
    for line in lines:
        bare = line.strip(" *_.:-–|[]")
        if bare.isupper():
            folded = fold(bare)
            for code in range(len(URGENCIES) - 1, 0, -1):
                stamp = fold(URGENCIES[code].vi)
                if folded == stamp or (code == len(URGENCIES) - 1 and folded.startswith(stamp)):
                    return code
    return 0


# -- who signed -------------------------------------------------------------------------------------------------------


def _signer(lines: list[str]) -> tuple[str, str]:
    """The name under the authority, and the position: both stand at the right, beside the recipients, at the end."""
    position, at = "", 0
    for number, line in enumerate(lines):
        tail = line.strip(" *_.:-–|")
        for one in POSITIONS:
            if tail.endswith(one.upper()) and re.search(rf"(?:^|[\s.;:]){re.escape(one.upper())}$", tail):
                position, at = one, number
                break
    if not position:
        return "", ""
    for line in lines[at + 1 : at + 25]:
        found = _NAME.search(line.rstrip(" .*_|")[-_MOST_NAME:])
        words = found[1].split() if found else []
        for start in range(len(words) - 1):
            name = words[start:]
            if fold(name[0]) in _SURNAMES and all(_large(word) for word in name):
                return " ".join(name), position
    return "", position


def _large(word: str) -> bool:
    return word[:1].isupper() and (len(word) == 1 or word[1:].islower())
