"""How a dossier stands to its term, in words; `procedures.dossiers.progress` decides which it is."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

PROGRESS: Mapping[str, Word] = {
    "over": Word("Quá hạn", "Overdue"),
    "near": Word("Sắp đến hạn", "Due soon"),
    "open": Word("Trong hạn", "In time"),
    "paused": Word("Tạm dừng", "Paused"),
    "early": Word("Trả trước hạn", "Returned early"),
    "on_time": Word("Trả đúng hạn", "Returned on time"),
    "late": Word("Trả muộn", "Returned late"),
}
#: Several at once, as figures count them: what is worked on, whether near, over, or neither.
TOGETHER: Mapping[str, tuple[Word, tuple[str, ...]]] = {
    "running": (Word("Đang xử lý", "In progress"), ("open", "near", "over")),
}
