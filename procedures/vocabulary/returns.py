"""How a result is returned (NĐ 118/2025/NĐ-CP), and why one is taken without a signature on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

DESK, PROXY, POST, ONLINE = "tai_quay", "uy_quyen", "buu_chinh", "truc_tuyen"
WAYS: Mapping[str, Word] = {
    DESK: Word("Tại quầy", "At the desk"),
    PROXY: Word("Tại quầy, người được ủy quyền nhận", "At the desk, by a proxy"),
    POST: Word("Qua dịch vụ bưu chính", "By post"),
    ONLINE: Word("Bản điện tử", "Electronically"),
}
#: Ways by which somebody stands at the desk and signs.
IN_PERSON = (DESK, PROXY)
IN_BOOK = "ky_so"
UNSIGNED: Mapping[str, Word] = {
    IN_BOOK: Word("Ký vào sổ giấy", "Signed in the paper register"),
    "khong_ky_duoc": Word("Không ký được", "Cannot sign"),
    "tu_choi_ky": Word("Từ chối ký", "Declines to sign"),
}
