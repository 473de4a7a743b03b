"""Prints of work files: the yearly list, and the record of a hand-over to the archive."""

from __future__ import annotations

from typing import Any

from engine.store import Tx
from engine.store.joining import query
from procedures import officials, words
from procedures.actor import Actor
from procedures.letters.issuing import heading
from procedures.letters.rendering import national, render
from procedures.vocabulary.retention import RETENTION
from procedures.work_files import keeping
from procedures.work_files.values import WorkFile


@query
def yearly_list(tx: Tx, agency: str, year: int, by: Actor) -> bytes:
    """The yearly list (danh mục hồ sơ), as PDF."""
    listed = keeping.headings(tx, agency, year)
    names = officials.names(tx, {one.keeper for one in listed})
    approved = keeping.approved(tx, agency, year)
    data: dict[str, Any] = {
        **heading(tx, agency),
        "tieu_de": f"Danh mục hồ sơ năm {year}",
        "ky": f"Phê duyệt lúc {words.moment(approved[0])}" if approved else "Dự thảo, chưa phê duyệt",
        "cot": ["Ký hiệu", "Tiêu đề hồ sơ", "Thời hạn bảo quản", "Người lập hồ sơ", "Ghi chú"],
        "rong": [26, 0, 32, 52, 40],
        "dong": [
            [one.notation, one.title, RETENTION[one.retention].vi, names.get(one.keeper, one.keeper), ""]
            for one in listed
        ],
        "chuc_danh": "Người lập danh mục",
        "nguoi_ky": by.name,
    }
    return render(national("bang-ke"), data, at=tx.now)


@query
def handover(tx: Tx, found: WorkFile, by: Actor) -> bytes:
    """The record of a hand-over (biên bản giao nhận hồ sơ, tài liệu), as PDF, as far as this person may see."""
    lying = keeping.items(tx, found.id, by)
    names = officials.names(tx, {one for one in (found.offered_by, found.archived_by) if one})
    data: dict[str, Any] = {
        **heading(tx, found.agency),
        "tieu_de": "Biên bản giao nhận hồ sơ, tài liệu",
        "ky": f"Hồ sơ {found.notation}, năm {found.year}: {found.title}",
        "cot": ["STT", "Số, ký hiệu", "Ngày tháng", "Trích yếu nội dung", "Số tệp"],
        "rong": [14, 42, 26, 0, 20],
        "dong": [
            [str(n), one.notation, f"{one.day:%d/%m/%Y}" if one.day else "", one.subject, str(len(one.files))]
            for n, one in enumerate(lying, 1)
        ],
        "ket": [
            f"Thời hạn bảo quản: {RETENTION[found.retention].vi}.",
            f"Giao lúc {words.moment(found.offered_at)}, nhận lúc {words.moment(found.archived_at)}.",
            f"Mã băm SHA-256 của gói lưu trữ: {found.package or '–'}",
        ],
        "hai_nguoi": [
            ["Bên giao", names.get(found.offered_by or "", "")],
            ["Bên nhận", names.get(found.archived_by or "", "")],
        ],
    }
    return render(national("bang-ke"), data, at=found.archived_at or tx.now)
