"""The words of documents (văn bản): kinds, urgency, secrecy, states, roles of who receives, capacities of who signs
(NĐ 30/2020/NĐ-CP)."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

NUMBER_WIDTH = 2  # numbers below 10 are written with a zero
GENERAL = "chung"  # the series of a register that has one
INCOMING, OUTGOING, MATTER, COPY = "den", "di", "viec", "sao"
REGISTERS: Mapping[str, Word] = {
    INCOMING: Word("Văn bản đến", "Incoming documents"),
    OUTGOING: Word("Văn bản đi", "Outgoing documents"),
    MATTER: Word("Công việc", "Matters"),
    COPY: Word("Bản sao", "Copies"),
}
#: What is begun by an official from a page, by the form of its route.
BEGUN = (MATTER, COPY)
#: Forms of copies (Điều 25); they share one series.
COPIES: Mapping[str, Word] = {
    "SY": Word("Sao y", "True copy"),
    "TrS": Word("Trích sao", "Extract"),
    "SL": Word("Sao lục", "Copy of a copy"),
}

#: The 29 kinds of administrative documents (Điều 7) by their abbreviations (Phụ lục III); công văn and thư công have
#: none in a notation, and are told apart here by a word.
LETTER, NOTE = "CV", "ThC"
KINDS: Mapping[str, Word] = {
    LETTER: Word("Công văn", "Official letter"),
    "NQ": Word("Nghị quyết", "Resolution"),
    "QĐ": Word("Quyết định", "Decision"),
    "CT": Word("Chỉ thị", "Directive"),
    "QC": Word("Quy chế", "Regulation"),
    "QyĐ": Word("Quy định", "Rules"),
    "TC": Word("Thông cáo", "Communiqué"),
    "TB": Word("Thông báo", "Notice"),
    "HD": Word("Hướng dẫn", "Guidance"),
    "CTr": Word("Chương trình", "Programme"),
    "KH": Word("Kế hoạch", "Plan"),
    "PA": Word("Phương án", "Scheme"),
    "ĐA": Word("Đề án", "Project scheme"),
    "DA": Word("Dự án", "Project"),
    "BC": Word("Báo cáo", "Report"),
    "BB": Word("Biên bản", "Minutes"),
    "TTr": Word("Tờ trình", "Submission"),
    "HĐ": Word("Hợp đồng", "Contract"),
    "CĐ": Word("Công điện", "Telegram"),
    "BGN": Word("Bản ghi nhớ", "Memorandum"),
    "BTT": Word("Bản thỏa thuận", "Agreement"),
    "GUQ": Word("Giấy ủy quyền", "Authorization"),
    "GM": Word("Giấy mời", "Invitation"),
    "GGT": Word("Giấy giới thiệu", "Letter of introduction"),
    "GNP": Word("Giấy nghỉ phép", "Leave form"),
    "PG": Word("Phiếu gửi", "Dispatch slip"),
    "PC": Word("Phiếu chuyển", "Transfer slip"),
    "PB": Word("Phiếu báo", "Notification slip"),
    NOTE: Word("Thư công", "Official note"),
}

#: By its place: the code in messages (0–4); 4 is read as 3 with an hour.
URGENCIES: tuple[Word, ...] = (
    Word("Thường", "Normal"),
    Word("Khẩn", "Urgent"),
    Word("Thượng khẩn", "Very urgent"),
    Word("Hỏa tốc", "Most urgent"),
    Word("Hỏa tốc hẹn giờ", "Most urgent, by the hour"),
)
#: Stamps of a state secret: such a document must not enter this system.
SECRET = ("mat", "toi mat", "tuyet mat")

ELECTRONIC, BOTH, PAPER = "dien_tu", "song_song", "giay"
MEDIA: Mapping[str, Word] = {
    ELECTRONIC: Word("Điện tử", "Electronic"),
    BOTH: Word("Điện tử kèm bản giấy", "Electronic and on paper"),
    PAPER: Word("Bản giấy", "On paper"),
}

UPLOAD, SCAN, MAIL, AXIS, SYSTEM = "upload", "scan", "mail", "axis", "system"
#: How a document came into the tray.
CHANNELS: Mapping[str, Word] = {
    UPLOAD: Word("Tải lên", "Uploaded"),
    SCAN: Word("Máy quét", "Scanner"),
    MAIL: Word("Thư điện tử", "Mail"),
    AXIS: Word("Trục liên thông", "Document axis"),
    SYSTEM: Word("Hệ thống", "This system"),
}

WAITING, ON_ROUTE, DONE, RETURNED, RECALLED = "cho_dang_ky", "dang_xu_ly", "hoan_thanh", "tra_lai", "thu_hoi"
#: States of what came; `ON_ROUTE` is also what an older row says by saying nothing.
STATES_IN: Mapping[str, Word] = {
    WAITING: Word("Chờ đăng ký", "To be registered"),
    ON_ROUTE: Word("Đang xử lý", "Being handled"),
    DONE: Word("Hoàn thành", "Done"),
    RETURNED: Word("Đã trả lại nơi gửi", "Returned to the sender"),
    RECALLED: Word("Nơi gửi đã thu hồi", "Recalled by the sender"),
}

LEAD, HELP, KNOW = "chu_tri", "phoi_hop", "de_biet"
#: How a unit stands to an incoming document: its line of receipt.
RECEIPTS: Mapping[str, Word] = {
    LEAD: Word("Chủ trì", "Lead"),
    HELP: Word("Phối hợp", "Co-operates"),
    KNOW: Word("Để biết", "To know"),
}


def kind_name(code: str) -> str:
    """What a kind is called; as it stands where it is none of the 29 (an issuer abroad, an older row)."""
    return KINDS[code].vi if code in KINDS else code


DRAFT, SUBMITTED, APPROVED, NUMBERED, DISPATCHED, DROPPED = (
    "du_thao",
    "dang_trinh",
    "da_duyet",
    "da_cap_so",
    "da_phat_hanh",
    "bo_du_thao",
)
#: States of what goes out.
STATES_OUT: Mapping[str, Word] = {
    DRAFT: Word("Dự thảo", "Draft"),
    SUBMITTED: Word("Đang trình", "Submitted"),
    APPROVED: Word("Đã duyệt, chờ cấp số", "Approved, to be numbered"),
    NUMBERED: Word("Đã cấp số, chờ phát hành", "Numbered, to be dispatched"),
    DISPATCHED: Word("Đã phát hành", "Dispatched"),
    RECALLED: Word("Đã thu hồi", "Recalled"),
    DROPPED: Word("Không ban hành", "Not issued"),
}

DIRECT = "TT"
#: In whose name a leader signs (Điều 13): what stands before the authority. The last ones want their basis in writing.
CAPACITIES: Mapping[str, Word] = {
    DIRECT: Word("Ký trực tiếp (người đứng đầu)", "Head of the agency"),
    "TM": Word("TM. (thay mặt tập thể)", "TM. (on behalf of the collective)"),
    "Q": Word("Q. (quyền)", "Q. (acting)"),
    "KT": Word("KT. (ký thay)", "KT. (in place of the head)"),
    "TL": Word("TL. (thừa lệnh)", "TL. (by order)"),
    "TUQ": Word("TUQ. (thừa ủy quyền)", "TUQ. (by authorization)"),
}
#: Capacities that rest on a paper of their own, which is named.
WITH_BASIS = ("TL", "TUQ")
RESERVED, VOID, FILLED = "reserved", "void", "filled"
