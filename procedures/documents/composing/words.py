"""The words of a document as they are printed, part by part: what both the template and the PDF are filled with."""

from __future__ import annotations

from typing import Any

from procedures.documents.composing import kinds, structure
from procedures.documents.composing.content import Content
from procedures.vocabulary.documents import URGENCIES

BLANK = "\u00a0" * 6  # a number or a day that is not given yet


def words_of(said: Content) -> dict[str, Any]:
    """The words, by the names that templates use (docs/reference/documents.md)."""
    form = kinds.FORMS[said.kind]
    number = f"{said.number:02d}" if said.number is not None else BLANK
    return {
        "chu_quan": whole_name(said.superior).upper(),
        "co_quan": whole_name(said.issuer).upper(),
        "so_ky_hieu": f"Số: {number}/{said.mark}",
        "dia_danh_ngay": f"{said.place}, {_day(said)}",
        "do_khan": URGENCIES[said.urgency].vi.upper() if said.urgency else "",
        "ten_loai": kinds.title(said.kind),
        "trich_yeu": f"V/v {_about(said.subject)}" if form.letter else said.subject.strip(),
        "kinh_gui": _addressed(form.addressed, said.addressees),
        "tham_quyen": said.authority.upper() if form.bases else "",
        "can_cu": _bases(said.bases) if form.bases else [],
        "quyet_dinh": form.decides,
        "noi_dung": [{"kieu": one.look, "dan": one.lead, "loi": one.text} for one in structure.paragraphs(said.body)],
        "noi_nhan": [f"- {line};" for line in said.recipients] + ([f"- Lưu: {said.kept}."] if said.kept else []),
        "quyen_han": [line.upper() for line in _block(form, said)],
        "nguoi_ky": said.signer,
        "quyen_han_khac": [line.upper() for line in said.second_block or ((form.second,) if form.second else ())],
        "nguoi_ky_khac": said.second,
    }


def _block(form: kinds.Form, said: Content) -> tuple[str, ...]:
    """Above the signer's name: the side that they sign for, and their capacity; who chairs a meeting signs as that."""
    return (form.first,) if form.chairs else (form.first, *said.block) if form.first else said.block


def whole_name(agency: str) -> str:
    """An agency's name that breaks, where it has to, behind "Ủy ban nhân dân" and the like."""
    for begin in ("Ủy ban nhân dân", "Hội đồng nhân dân", "Trung tâm Phục vụ hành chính công"):
        rest = agency.removeprefix(f"{begin} ")
        if rest != agency:
            return f"{begin} " + rest.replace(" ", "\u00a0")
    return agency


def _day(said: Content) -> str:
    """Days below 10 and the months 1 and 2 with a zero (Phụ lục I, II.4)."""
    if said.day is None:
        return f"ngày{BLANK}tháng{BLANK}năm 20…"
    month = f"{said.day.month:02d}" if said.day.month < 3 else f"{said.day.month}"
    return f"ngày {said.day.day:02d} tháng {month} năm {said.day.year}"


def _about(subject: str) -> str:
    """The subject of a letter behind its "V/v"."""
    bare = subject.strip()
    for begin in ("Về việc ", "về việc ", "V/v "):
        bare = bare.removeprefix(begin)
    return bare[:1].lower() + bare[1:] if bare[1:2].islower() else bare


def _addressed(before: str, lines: tuple[str, ...]) -> list[str]:
    """One addressee behind the words, several beneath them with dashes."""
    if not before or not lines:
        return []
    if len(lines) == 1:
        return [f"{before}: {lines[0]}"]
    return [f"{before}:", *(f"- {line};" for line in lines[:-1]), f"- {lines[-1]}."]


def _bases(lines: tuple[str, ...]) -> list[str]:
    """Each ended by a semicolon, the last by a full stop."""
    return [f"{line};" for line in lines[:-1]] + [f"{lines[-1]}."] if lines else []
