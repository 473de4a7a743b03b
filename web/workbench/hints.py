"""What to do about an incident, by its kind: told beside the sentence that says what happened."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

KINDS = {
    "expression": _l("Biểu thức"),
    "condition": _l("Điều kiện"),
    "no_flow": _l("Không có nhánh để đi"),
    "call": _l("Lời gọi dịch vụ"),
    "mapping": _l("Ánh xạ dữ liệu"),
    "decision": _l("Quyết định"),
    "limit": _l("Vượt giới hạn"),
    "job": _l("Việc chạy nền"),
    "hook": _l("Tác vụ của hồ sơ"),
}


def kind_of(kind: str) -> str:
    """The kind of an incident in words."""
    return str(KINDS.get(kind, kind))


def hint_of(kind: str) -> str:
    """How an incident of that kind is usually mended."""
    if kind in ("expression", "condition", "mapping"):
        return _(
            "Xem dữ liệu mà biểu thức dùng: nếu thiếu hoặc sai kiểu thì sửa dữ liệu rồi cho chạy lại. Nếu biểu "
            "thức viết sai thì sửa mô hình, triển khai phiên bản mới rồi chuyển phiên chạy sang phiên bản đó."
        )
    if kind == "no_flow":
        return _(
            "Không điều kiện nào của các nhánh đúng: sửa dữ liệu cho đúng một nhánh rồi cho chạy lại, hoặc chuyển "
            "thẳng đến bước cần làm. Về lâu dài, đặt cho cổng một nhánh mặc định."
        )
    if kind == "call":
        return _(
            "Kiểm tra dịch vụ được gọi còn hoạt động không rồi cho chạy lại. Nếu dịch vụ từ chối vì nghiệp vụ, "
            "báo lỗi cho mô hình để đi nhánh xử lý lỗi."
        )
    if kind == "decision":
        return _("Kiểm tra bảng quyết định đã được triển khai và dữ liệu đưa vào đủ chưa, rồi cho chạy lại.")
    if kind == "limit":
        return _("Mô hình lặp mà không có bước chờ: xem điều kiện thoát của vòng lặp, sửa dữ liệu hoặc sửa mô hình.")
    return _("Xem nguyên nhân, khắc phục rồi cho chạy lại.")
