"""Messages by which what a citizen does reaches a model, where no `mc:citizen` gives the wait another one."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

#: What the citizen does → the message (docs/reference/bundles.md).
MESSAGES = {
    "confirm": "cong_dan_xac_nhan",
    "supplement": "cong_dan_bo_sung",
    "pay": "cong_dan_da_nop_phi",
    "withdraw": "cong_dan_rut",
}
#: What comes with the citizen's answer to a draft: whether it is right, and what is not, in their words.
AGREES, WRONG = "dong_y", "gop_y"
#: What a step that waits for one of them waits for, in words.
AWAITED: Mapping[str, Word] = {
    "cong_dan_xac_nhan": Word("Chờ người nộp xác nhận", "Waits for the applicant to confirm"),
    "cong_dan_bo_sung": Word("Chờ người nộp bổ sung hồ sơ", "Waits for the applicant's supplement"),
    "cong_dan_da_nop_phi": Word("Chờ người nộp nộp phí, lệ phí", "Waits for the fee"),
    "cong_dan_rut": Word("Dừng khi người nộp rút hồ sơ", "Stops when the applicant withdraws"),
}
