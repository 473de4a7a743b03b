"""Anyone may send in a file to have its digital signatures judged. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from procedures import letters
from procedures.signatures import Verifier
from web.house import database, house
from web.i18n import pick
from web.permissions import public
from web.portal.room import blueprint
from web.portal.verifying import verify_page
from web.present import moment

#: So many files at once in a server process, and so many seconds one waits for its turn.
_AT_ONCE, _TURN = BoundedSemaphore(2), 5.0


@blueprint.post("/xac-minh", strict_slashes=False)
@public
def judge_file() -> Any:
    """The verdict on a file: who signed it, when, and whether it is what was signed."""
    upload = request.files.get("tep")
    if upload is None or not upload.filename:
        return _again(_("Chọn tệp cần kiểm tra")), 422
    if not _AT_ONCE.acquire(timeout=_TURN):
        return _again(_("Hệ thống đang kiểm tra nhiều tệp khác. Hãy thử lại sau ít phút.")), 503
    try:
        with Verifier(house().config.trusted) as verifier:
            judged = verifier.judge_stream(upload.stream)
    finally:
        _AT_ONCE.release()
    upload.stream.seek(0)
    body = upload.stream.read()
    return render_template(
        "portal/judged.html",
        name=upload.filename,
        verdict=judged["verdict"],
        reasons=[pick(one["vi"], one["en"]) for one in judged["reasons"]],
        signatures=[_shown(one) for one in judged["signatures"]],
        ours=letters.verify_file(database(), body),
        message=b"AttachmentEncoded" in body and b"edXML" in body[:4096],
    )


def _again(error: str) -> str:
    return verify_page({}, {"tep": error})


def _shown(one: Mapping[str, Any]) -> dict[str, Any]:
    """A signature as facts and sentences."""
    codes = {each["code"] for each in one["reasons"]}
    return {
        "title": _("Dấu thời gian") if one["kind"] == "timestamp" else one["signer"] or _("Không rõ người ký"),
        "verdict": one["verdict"],
        "facts": [
            (_("Người ký"), one["signer"]),
            (_("Nơi cấp chứng thư"), one["issuer"]),
            (_("Thời điểm ký"), _when(one)),
            (_("Phạm vi"), _covered(one, codes)),
            (_("Sau khi ký"), _changed(one, codes)),
            (_("Chứng thư"), _chain(one["chain"])),
            (_("Tình trạng thu hồi"), _revocation(one["revocation"])),
            (_("Thuật toán"), _strength(one)),
        ],
        "reasons": [pick(each["vi"], each["en"]) for each in one["reasons"]],
    }


def _when(one: Mapping[str, Any]) -> str:
    if not one["time"]:
        return _("Không rõ")
    at = moment(datetime.fromisoformat(one["time"]))
    return _("%(at)s, có dấu thời gian", at=at) if one["time_proven"] else _("%(at)s, do người ký tự ghi", at=at)


def _covered(one: Mapping[str, Any], codes: set[str]) -> str:
    """How much of the file was signed. What was altered since is not what was signed, whatever the signature covers."""
    if codes & {"altered", "broken", "unreadable"}:
        return _("Không xác định được")
    return _("Toàn bộ tệp") if one["covers_whole"] else _("Một phần tệp, xem mục sau khi ký")


def _changed(one: Mapping[str, Any], codes: set[str]) -> str:
    """What came after the signing, and never "nothing" where a reason says otherwise."""
    said = [_after(what) for what in one["changes_after"]]
    if "altered" in codes and "content" not in one["changes_after"]:
        said.append(_after("content"))
    if codes & {"unsigned-tail", "part-only", "coverage"} and not said:
        said.append(_("có phần không ai ký"))
    whole = "; ".join(said)
    return whole[:1].upper() + whole[1:] or _("Không có thay đổi")


def _strength(one: Mapping[str, Any]) -> str:
    """The algorithm, and how strong it is in a word."""
    word = {"strong": _("Đủ mạnh"), "weak": _("Yếu"), "forbidden": _("Không được phép dùng")}[one["strength"]]
    mechanism, *rest = one["algorithm"].split(", ")
    kind = next((known for known in ("rsassa_pss", "ecdsa", "ed25519", "rsa", "dsa") if known in mechanism), mechanism)
    name = ", ".join([kind.upper(), *(part.upper().replace("SHA", "SHA-") for part in rest if "bit" not in part)])
    name += "".join(f", {part}" for part in rest if "bit" in part)
    return f"{word} ({name})" if one["algorithm"] else word


def _after(what: str) -> str:
    return {
        "signature": _("có thêm chữ ký khác"),
        "timestamp": _("có thêm dấu thời gian hoặc dữ liệu lưu trữ của chữ ký"),
        "form": _("có ô của biểu mẫu được điền thêm"),
        "annotation": _("có ghi chú được thêm"),
        "content": _("nội dung hoặc hình hiển thị bị sửa"),
    }[what]


def _chain(state: str) -> str:
    return {
        "trusted": _("Do nơi được tin cậy cấp"),
        "unknown": _("Chưa rõ nơi cấp có đáng tin không"),
        "expired": _("Ngoài thời hạn"),
        "broken": _("Không hợp lệ"),
    }[state]


def _revocation(state: str) -> str:
    return {"good": _("Chưa bị thu hồi"), "revoked": _("Đã bị thu hồi"), "unknown": _("Chưa rõ")}[state]
