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

#: What the figures of the board count, in words for the list that each opens.
FIGURES: Mapping[str, Word] = {
    "received": Word("Tiếp nhận trong kỳ", "Received in the period"),
    "direct": Word("Tiếp nhận trực tiếp trong kỳ", "Received at the desk in the period"),
    "online": Word("Tiếp nhận trực tuyến trong kỳ", "Received online in the period"),
    "post": Word("Tiếp nhận qua bưu chính trong kỳ", "Received by post in the period"),
    "carried": Word("Kỳ trước chuyển sang", "Carried over from before the period"),
    "done": Word("Đã xong trong kỳ", "Done in the period"),
    "early": Word("Trả trước hạn trong kỳ", "Returned early in the period"),
    "on_time": Word("Trả đúng hạn trong kỳ", "Returned on time in the period"),
    "kept": Word("Trả đúng và trước hạn trong kỳ", "Returned in time in the period"),
    "late": Word("Trả muộn trong kỳ", "Returned late in the period"),
    "withdrawn": Word("Rút trong kỳ", "Withdrawn in the period"),
    "open": Word("Đang xử lý", "In progress"),
    "near": Word("Sắp đến hạn", "Due soon"),
    "over": Word("Quá hạn", "Overdue"),
    "timely_came": Word("Đang xử lý, còn hạn, tiếp nhận trong kỳ", "In progress and in time, received in the period"),
    "over_came": Word("Quá hạn, tiếp nhận trong kỳ", "Overdue, received in the period"),
    "paused": Word("Tạm dừng", "Paused"),
    "paused_over": Word("Tạm dừng, đã quá hạn ban đầu", "Paused, past the original date"),
}
#: What the indicators of service count beside those, in the same way (`procedures.dossiers.serving`).
SERVING: Mapping[str, Word] = {
    "told": Word("Tiếp nhận trong kỳ, Cổng dịch vụ công quốc gia đã biết", "Received, known to the national portal"),
    "came_kept": Word(
        "Tiếp nhận trong kỳ, đã trả đúng và trước hạn", "Received in the period and returned in time already"
    ),
    "whole": Word("Tiếp nhận trong kỳ, thủ tục toàn trình", "Received, of procedures that are wholly online"),
    "whole_online": Word("Thủ tục toàn trình, nộp trực tuyến", "Of procedures wholly online, handed in online"),
    "with_papers": Word("Tiếp nhận trong kỳ, có giấy tờ nộp", "Received with papers in the period"),
    "digitised": Word("Giấy tờ nộp đã có đủ bản điện tử", "All papers are there as files"),
    "handled": Word("Giải quyết xong trong kỳ", "Handled in the period"),
    "digital_result": Word("Kết quả có bản điện tử", "The result is there as a file"),
    "produced": Word("Kết quả do hệ thống lập từ mẫu", "The result was made by the system from its template"),
    "rated": Word("Được đánh giá trong kỳ", "Rated in the period"),
    "pleased": Word("Được đánh giá hài lòng trong kỳ", "Rated as satisfied in the period"),
    "paid": Word("Nộp phí, lệ phí trong kỳ", "Fees paid in the period"),
    "paid_online": Word("Nộp phí, lệ phí trực tuyến trong kỳ", "Fees paid online in the period"),
}
#: Those that the period does not bound: counted as of now.
STANDING = frozenset({"open", "near", "over", "paused", "paused_over"})
