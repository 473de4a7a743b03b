"""Words by which the parts of a document are known: its kinds (NĐ 30/2020, Đ.7 and PL III), agencies, posts."""

from __future__ import annotations

import difflib
import re
import unicodedata

NATIONAL_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

#: Kind, folded → how its notation begins.
KINDS = {
    "nghi quyet": "NQ", "quyet dinh": "QĐ", "chi thi": "CT", "quy che": "QC", "quy dinh": "QyĐ", "thong cao": "TC",
    "thong bao": "TB", "huong dan": "HD", "chuong trinh": "CTr", "ke hoach": "KH", "phuong an": "PA", "de an": "ĐA",
    "du an": "DA", "bao cao": "BC", "bien ban": "BB", "to trinh": "TTr", "hop dong": "HĐ", "cong dien": "CĐ",
    "ban ghi nho": "BGN", "ban thoa thuan": "BTT", "giay uy quyen": "GUQ", "giay moi": "GM",
    "giay gioi thieu": "GGT", "giay nghi phep": "GNP", "phieu gui": "PG", "phieu chuyen": "PC", "phieu bao": "PB",
    "thong tu": "TT", "nghi dinh": "NĐ", "lenh": "L", "thu cong": "",
}  # fmt: skip
#: Kinds that say in a line of their own what they are about.
WITH_SUBJECT = {
    "nghi quyet", "quyet dinh", "chi thi", "quy che", "quy dinh", "thong bao", "huong dan", "chuong trinh", "ke hoach",
    "phuong an", "de an", "du an", "bao cao", "to trinh", "thong tu",
}  # fmt: skip
#: Kinds that rest on a list of bases.
ON_BASES = {"nghi quyet", "quyet dinh", "thong tu", "nghi dinh"}

_AGENCY = re.compile(
    r"(?:uy ban|ubnd|hdnd|hoi dong|so|cuc|tong cuc|chi cuc|vu|phong|ban|trung tam|van phong|vien|truong|bo|thanh tra|"
    r"bao hiem|kho bac|cong an|toa an|benh vien|dai|quy|cong ty|tong cong ty|hat|doi|tram|chi nhanh|hoc vien|thu vien|"
    r"bao tang|tap doan|to cong tac|lien doan|hoi|nha xuat ban|tap chi|ngan hang|chinh phu)\b"
)
_CAPACITY = re.compile(r"(?:tm|kt|q|tl|tuq|t/m|k/t|tuq|ky thay|thay mat|thua lenh)\s*[./]")
_POST = re.compile(
    r"(?:(?:pho|quyen|q\.)\s+)?(?:chu tich|giam doc|tong giam doc|bo truong|thu truong|cuc truong|vu truong|chanh|"
    r"truong|pho|hieu truong|vien truong|chi cuc truong|tong cuc truong|thu tuong|hat truong|doi truong|chu toa|"
    r"thu ky|thu ky cuoc hop|nguoi lap|dai dien|ben a|ben b|tram truong|chu nhiem|kiem toan truong|tong thanh tra|"
    r"tong bien tap|uy vien)\b"
)


def fold(text: str) -> str:
    """Without marks, in small letters, with single spaces."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


def alike(text: str, pattern: str) -> float:
    """How alike two texts are without marks, blanks and strokes, from 0 to 1."""
    bare, wanted = (re.sub(r"[^a-z]", "", fold(one)) for one in (text, pattern))
    if not bare or abs(len(bare) - len(wanted)) > 0.45 * len(wanted):
        return 0.0
    return difflib.SequenceMatcher(None, bare, wanted, autojunk=False).ratio()


def kind_of(text: str) -> str:
    """The kind of document that this line names, folded; empty where it names none."""
    bare = fold(text).strip(" .:")
    if bare in KINDS:
        return bare
    words = bare.split()
    for count in (3, 2):
        begun = " ".join(words[:count])
        if begun in KINDS and text.upper() == text and len(words) <= 12:
            return begun
    return ""


def is_agency(text: str) -> bool:
    """Whether a name of an agency begins here."""
    return _AGENCY.match(fold(text)) is not None


def is_authority(text: str) -> bool:
    """Whether this is the capacity or the post of who signs."""
    bare = fold(text)
    return len(bare) < 90 and (_CAPACITY.match(bare) is not None or _POST.match(bare) is not None)


def is_post(text: str) -> bool:
    """Whether a post stands here, without a person's name."""
    bare = fold(text)
    return _CAPACITY.match(bare) is not None or _POST.match(bare) is not None


def is_upper(text: str) -> bool:
    """Whether its letters are capitals."""
    return text == text.upper() and text != text.lower()
