"""How long files are kept (Luật Lưu trữ 33/2024/QH15: for ever, or for a term of 2 to 70 years), and the states of a
work file."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

FOR_EVER = "vinh_vien"
#: Class → what it is called; the number is the years that it is kept after the year in which it was closed.
RETENTION: Mapping[str, Word] = {
    FOR_EVER: Word("Vĩnh viễn", "For ever"),
    **{years: Word(f"{years} năm", f"{years} years") for years in ("70", "50", "20", "10", "5", "2")},
}

OPEN, CLOSED, OFFERED, ARCHIVED, DESTROYED = "dang_mo", "da_dong", "cho_nop", "da_nop", "da_huy"
STATES: Mapping[str, Word] = {
    OPEN: Word("Đang mở", "Open"),
    CLOSED: Word("Đã đóng", "Closed"),
    OFFERED: Word("Chờ lưu trữ nhận", "Offered to the archive"),
    ARCHIVED: Word("Đã nộp lưu trữ", "In the archive"),
    DESTROYED: Word("Đã tiêu hủy", "Destroyed"),
}
#: How far a file may be used.
LIMITED, FREE = "han_che", "rong_rai"
RIGHTS: Mapping[str, Word] = {
    LIMITED: Word("Hạn chế", "Restricted"),
    FREE: Word("Rộng rãi trong cơ quan", "Open within the agency"),
}
#: A closed file goes to the archive within so many years; who keeps it is told so many days before.
YEARS_TO_ARCHIVE, NOTICE_DAYS = 1, 30
DOCUMENT, DOSSIER = "document", "dossier"
PROPOSED, APPROVED, DONE, REFUSED = "proposed", "approved", "done", "refused"
DISPOSALS: Mapping[str, Word] = {
    PROPOSED: Word("Chờ duyệt lần thứ nhất", "Waits for the first approval"),
    APPROVED: Word("Chờ duyệt lần thứ hai", "Waits for the second approval"),
    DONE: Word("Đã tiêu hủy", "Carried out"),
    REFUSED: Word("Không tiêu hủy", "Refused"),
}
