"""The columns of a worklist: those that a person may choose, and those that are there where nobody has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Column:
    """key: in the address and in the template. order: of `narrowing.ORDERS`, empty where the list is not ordered by it.
    tabs: those that have it."""

    key: str
    label: Any
    order: str = ""
    tabs: tuple[str, ...] = ("cua-toi", "don-vi", "dang-cho", "da-xong")
    first: bool = False


_TASKS = ("cua-toi", "don-vi")
COLUMNS = (
    Column("viec", _l("Việc"), "step", first=True),
    Column("ho-so", _l("Hồ sơ"), "code", first=True),
    Column("nguoi-nop", _l("Người nộp"), "applicant", first=True),
    Column("thu-tuc", _l("Thủ tục"), "procedure"),
    Column("tinh-trang", _l("Tình trạng"), "status", first=True, tabs=("dang-cho", "da-xong")),
    Column("trang-thai", _l("Trạng thái hồ sơ"), "status", tabs=_TASKS),
    Column("den-luc", _l("Đến lúc"), "opened", tabs=_TASKS),
    Column("han-buoc", _l("Hạn của bước"), "due", tabs=_TASKS, first=True),
    Column("tiep-nhan", _l("Tiếp nhận"), "received"),
    Column("hen-tra", _l("Hẹn trả"), "promised", tabs=(*_TASKS, "dang-cho"), first=True),
    Column("xong-luc", _l("Hoàn thành lúc"), tabs=("da-xong",), first=True),
    Column("hinh-thuc", _l("Hình thức nộp")),
    Column("co-quan", _l("Cơ quan")),
)


def heads(tab: str) -> list[Column]:
    """The columns that a tab has."""
    return [one for one in COLUMNS if tab in one.tabs]


def chosen_columns(tab: str) -> list[Column]:
    """Those that the address names, or the usual ones; the first two are always there: they open the line."""
    asked = set(request.args.getlist("cot"))
    known = heads(tab)
    chosen = [one for one in known if one.key in asked]
    if not chosen:
        return [one for one in known if one.first]
    return [one for one in known if one.key in asked or one.key in ("viec", "ho-so")]
