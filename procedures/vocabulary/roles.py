"""The roles that officials hold at agencies: candidate groups of tasks name them, rights hang on them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.refusal import Lang
from procedures.vocabulary.words import Word

ROLES: Mapping[str, Word] = {
    "mot_cua": Word("Cán bộ một cửa", "One-stop desk clerk"),
    "truong_don_vi": Word("Trưởng đơn vị", "Head of unit"),
    "chuyen_vien": Word("Công chức chuyên môn", "Official"),
    "lanh_dao": Word("Lãnh đạo", "Leader"),
    "van_thu": Word("Văn thư", "Registry clerk"),
    "phan_tich": Word("Chuyên viên phân tích quy trình", "Process analyst"),
    "quan_tri": Word("Quản trị hệ thống", "Administrator"),
    "kiem_tra": Word("Kiểm tra, giám sát", "Auditor"),
}
#: Who watches over others takes part in nothing: such a role shows no dossier, and no task is offered to it.
WATCHING = frozenset({"kiem_tra"})
#: Who stands above whom, nearest first: a step past its due date escalates to the first of them that is held.
ABOVE: Mapping[str, tuple[str, ...]] = {
    "chuyen_vien": ("truong_don_vi", "lanh_dao"),
    "mot_cua": ("truong_don_vi", "lanh_dao"),
    "van_thu": ("truong_don_vi", "lanh_dao"),
    "truong_don_vi": ("lanh_dao",),
    "lanh_dao": (),
}


def called(group: str, lang: Lang) -> str:
    """A candidate group in words: the role, with the agency's code where one is named; itself where there is no such
    role."""
    role, _, agency = group.partition("@")
    known = ROLES.get(role.strip())
    if known is None:
        return group
    return f"{known[lang]} ({agency.strip()})" if agency.strip() else known[lang]


def role_of(group: str) -> str:
    """The role that a candidate group names: all of it, or what stands before its agency (``role@agency``)."""
    return group.partition("@")[0].strip()
