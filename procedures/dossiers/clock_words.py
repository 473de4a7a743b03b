"""What the house itself says of why a clock moved or an extension lapsed, in both languages: the log keeps the
Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

#: Why an extension that nobody decided waits no more; by what the log says.
LAPSED: Mapping[str, Word] = {
    "thời hạn tạm dừng": Word("thời hạn tạm dừng", "the clock stands"),
    "hồ sơ đã kết thúc": Word("hồ sơ đã kết thúc", "the dossier has ended"),
}
_CLOCK = (
    Word("Chờ bổ sung hồ sơ", "Waiting for the supplement"),
    Word("Chờ thực hiện nghĩa vụ tài chính", "Waiting for the payment"),
    Word("Tạm dừng theo quy định", "Paused as the law says"),
    Word("Công dân đã bổ sung hồ sơ", "The citizen has supplemented the dossier"),
    Word("Hết hạn bổ sung mà công dân chưa bổ sung", "The time for the supplement is over without one"),
    Word("Cơ quan kết thúc việc chờ bổ sung", "The agency has ended the wait for a supplement"),
    Word("Đã thực hiện nghĩa vụ tài chính", "Paid"),
    Word("Hết thời gian chờ thực hiện nghĩa vụ tài chính", "The time for the payment is over"),
    Word("Cơ quan kết thúc việc chờ thực hiện nghĩa vụ tài chính", "The agency has ended the wait for the payment"),
    Word("Hết thời gian tạm dừng", "The pause is over"),
    Word("Công dân rút hồ sơ", "The citizen has withdrawn the dossier"),
    Word("Cơ quan dừng giải quyết hồ sơ", "The agency has stopped the dossier"),
)
#: The reasons of the clock that the house writes; a person's own are not among them.
CLOCK: Mapping[str, Word] = {word.vi: word for word in _CLOCK}
