"""Proactive services (NĐ 224/2026, Đ.16): what a rule of a bundle may react to, how far it may go, what it may read."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

REMIND, PREPARE, COMPARE, CARRY_OUT = 1, 2, 3, 4

#: How far a rule goes, as a citizen reads it before they agree.
LEVELS: Mapping[int, Word] = {
    REMIND: Word("Nhắc bạn khi đến lúc", "Reminds you when it is time"),
    PREPARE: Word("Soạn sẵn hồ sơ để bạn xem và nộp", "Prepares the dossier for you to look at and send"),
    COMPARE: Word("So sánh các cách làm để bạn chọn", "Compares the ways, and you choose"),
    CARRY_OUT: Word("Làm thay bạn và báo lại; bạn hủy được", "Does it for you and tells you; you can undo it"),
}

#: What a rule waits for (`on`) → the national status with which it has come.
EVENTS: Mapping[str, int] = {"received": 2, "handled": 9, "returned": 10}

#: What an expression may read besides the fields of the declaration: the dossier, the events of its log, the citizen.
CONTEXT = frozenset(("ho_so", "su_kien", "cong_dan"))

#: The same in words, for the page on which one agrees.
CONTEXT_WORDS: Mapping[str, Word] = {
    "ho_so": Word("nơi nộp, ngày nộp và hạn của hồ sơ", "where and when the dossier was handed in, and its due date"),
    "su_kien": Word("các mốc giải quyết hồ sơ", "what has happened to the dossier"),
    "cong_dan": Word("thông tin tài khoản của bạn", "what your account says of you"),
}
