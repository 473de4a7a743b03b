"""What the one check of a bundle finds, as a page says it: by the names of things, and with what to press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.definition import Finding
from procedures.differences import WORDS
from procedures.vocabulary.roles import ROLES
from web.i18n import language, pick
from web.workbench.words import worded

#: Rule → what to press on the page, where the check speaks of files.
MENDS = {
    "bundle-field": _l("Sửa ô này ở phần Bản ghi; mục không có ở đó thì bỏ đi, ở “Sửa như văn bản”."),
    "form-type": _l("Ở phần Biểu mẫu, bỏ trường này và kéo một thành phần trong bảng vào thay."),
    "form-missing": _l("Bấm bước này, nhóm Thủ tục, chọn một biểu mẫu có sẵn; hoặc thêm biểu mẫu ấy ở phần Biểu mẫu."),
    "letter-missing": _l("Bấm bước này, nhóm Thủ tục, chọn một giấy tờ có sẵn; hoặc thêm giấy tờ ấy ở phần Giấy tờ."),
    "never-finished": _l("Bấm bước có kết quả, nhóm Thủ tục, đánh dấu “Xong bước này là giải quyết xong hồ sơ”."),
    "result-unsigned": _l("Bấm bước ký duyệt, nhóm Thủ tục, chọn ở “Ký số”."),
    "outcome-unknown": _l("Bấm luồng ấy, chọn lại ở “Đi đường này khi”; hoặc thêm lựa chọn cho bước đứng trước."),
    "role-unknown": _l("Bấm bước này, nhóm Thủ tục, chọn lại “Người thực hiện”."),
    "scenario-outcome": _l("Mở kịch bản ấy, chọn lại ở cột “Kèm theo”; hoặc chơi lại rồi lưu."),
}
_QUOTED = re.compile(r"«([^»]+)»")
_ENTRY = re.compile(r"(?:procedure|route)\.yaml, (?:mục|entry) «([^»]+)»")


def told(one: Finding, places: Mapping[str, str], unnamed: Mapping[str, str]) -> Finding:
    """A finding in the words of a page. places: element → its name; unnamed: those that are called by where they
    stand."""
    message = _ENTRY.sub(lambda found: _("Bản ghi, mục “%(name)s”", name=_entry(found[1])), one.message)
    message = _QUOTED.sub(lambda found: f"«{places.get(found[1]) or found[1]}»", worded(message, unnamed))
    if one.rule == "role-unknown":
        known = re.compile(r"(?<![\w«])(?:" + "|".join(ROLES) + r")(?!\w)")
        message = known.sub(lambda found: pick(ROLES[found[0]]), message)
    return replace(one, message=message, fix=str(MENDS.get(one.rule) or worded(one.fix, unnamed)))


def _entry(path: str) -> str:
    """A place in the record in words: ``fees.0.amount`` is *phí, lệ phí 1 › mức thu*."""
    said: list[str] = []
    for part in path.split("."):
        if part.isdigit() and said:
            said[-1] += f" {int(part) + 1}"
        else:
            said.append(WORDS[part][language() == "en"] if part in WORDS else part)
    return " › ".join(said)
