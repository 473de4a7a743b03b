"""The log of an instance for people: who did what and when, before and after, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.projections import LoggedEvent
from engine.store import Tx
from procedures import bundles, steering
from procedures.vocabulary.statuses import STATUSES
from web.i18n import pick
from web.people import names_of
from web.present import moment
from web.workbench.words import labels

#: What happened, in words; a kind that is not here is the system's own and shown by its steps.
KINDS = {
    "start": _l("Bắt đầu"),
    "complete": _l("Hoàn thành bước"),
    "claim": _l("Nhận việc"),
    "release": _l("Trả việc"),
    "reassign": _l("Chuyển người xử lý"),
    "set_due": _l("Đổi hạn của bước"),
    "back": _l("Chuyển trả bước trước"),
    "suspend": _l("Tạm ngừng"),
    "resume": _l("Cho đi tiếp"),
    "cancel": _l("Hủy"),
    "terminate": _l("Kết thúc nhánh"),
    "move": _l("Chuyển bước"),
    "set_timer": _l("Đổi hẹn giờ"),
    "set_variables": _l("Sửa dữ liệu"),
    "retry": _l("Cho chạy lại sự cố"),
    "error": _l("Báo lỗi cho mô hình"),
    "escalate": _l("Báo vượt cấp"),
    "timer": _l("Đến hẹn giờ"),
    "message": _l("Nhận thông điệp"),
    "signal": _l("Nhận tín hiệu"),
    "call": _l("Lời gọi dịch vụ xong"),
    "call_failed": _l("Lời gọi dịch vụ thất bại"),
    "job_failed": _l("Việc chạy nền thất bại"),
    "migrate": _l("Chuyển phiên bản"),
    "migrate_undo": _l("Hoàn tác chuyển phiên bản"),
    "dossier.opened": _l("Lập hồ sơ"),
    "dossier.status": _l("Chuyển trạng thái hồ sơ"),
    "dossier.paused": _l("Tạm dừng tính hạn"),
    "dossier.resumed": _l("Tính hạn tiếp"),
    "dossier.clock": _l("Tính hạn trả"),
    "dossier.letter": _l("Lập văn bản"),
    "dossier.letter_archived": _l("Lưu bản PDF của văn bản"),
    "dossier.letter_sealed": _l("Ký số văn bản"),
    "dossier.pause_place": _l("Bước chờ được chuyển"),
    "dossier.result_sent_back": _l("Trả lại kết quả trình ký"),
    "step.due": _l("Tính lại hạn của bước"),
    "dossier.result": _l("Có bản kết quả"),
    "dossier.result_approved": _l("Duyệt kết quả"),
    "dossier.result_sealed": _l("Ký số của cơ quan"),
    "dossier.returned": _l("Trả kết quả"),
    "dossier.withdrawal": _l("Yêu cầu rút hồ sơ"),
    "dossier.extension_proposed": _l("Đề nghị gia hạn"),
    "dossier.extension_decided": _l("Quyết định về đề nghị gia hạn"),
    "dossier.extension_lapsed": _l("Đề nghị gia hạn hết hiệu lực"),
    "dossier.supplemented": _l("Bổ sung hồ sơ"),
    "dossier.on_behalf": _l("Làm thay người vắng mặt"),
    "dossier.absent_accepted": _l("Giải quyết dù thiếu giấy tờ"),
    "dossier.corrected": _l("Sửa tiếp nhận"),
    "dossier.mended": _l("Sửa tờ khai theo đề nghị của công dân"),
    "dossier.papers_given": _l("Giao hồ sơ giấy"),
    "dossier.papers_taken": _l("Nhận hồ sơ giấy"),
    "dossier.papers_back": _l("Rút lại hồ sơ giấy đã giao"),
    "dossier.fee_taken": _l("Thu phí, lệ phí"),
    "dossier.fee_reduced": _l("Miễn, giảm phí, lệ phí"),
    "dossier.refund_proposed": _l("Đề nghị hoàn phí"),
    "dossier.refund_decided": _l("Quyết định hoàn phí"),
    "dossier.refund_paid": _l("Chi hoàn phí"),
    "dossier.confirmed": _l("Công dân trả lời"),
    "dossier.commented": _l("Ghi ý kiến"),
    "dossier.silence": _l("Hết hạn trả lời"),
    "step.reminder": _l("Nhắc sắp đến hạn"),
    "step.escalation": _l("Báo quá hạn lên cấp trên"),
    "rows": _l("Ghi dữ liệu vào sổ"),
}
STATES = {
    "active": _l("đang chạy"),
    "suspended": _l("tạm ngừng"),
    "ended": _l("đã kết thúc"),
    "cancelled": _l("đã hủy"),
}
#: Acts of steering: marked in the log.
STEERED = frozenset(
    {
        "suspend",
        "resume",
        "cancel",
        "terminate",
        "move",
        "set_timer",
        "set_variables",
        "retry",
        "migrate",
        "migrate_undo",
    }
)


#: Where a task's holder stands, before and after.
HOLDERS = ("before", "assignee")
MIGRATED = ("migrate", "migrate_undo")


@dataclass(frozen=True)
class Line:
    """One thing that happened. `by` is a name, empty for the system itself."""

    at: datetime
    by: str
    what: str
    step: str
    before: str
    after: str
    reason: str
    steered: bool


def lines(tx: Tx, events: Sequence[LoggedEvent], names: Mapping[str, str], *, data: bool) -> list[Line]:
    """Events of an instance as lines. names: element → name of the step; data: whether the values of variables may be
    shown."""
    people = names_of(tx, (name for one in events for name in (one.who, *_holders(one))))
    ids = {str(one.data.get(end)) for one in events if one.kind in MIGRATED for end in ("source", "target")}
    versions = {id: _version(tx, id) for id in ids}
    return [_line(one, people, names, data, versions) for one in events]


def _version(tx: Tx, id: str) -> tuple[str, Mapping[str, str]]:
    """A version in words, and what its steps are called."""
    try:
        number = bundles.any_version(tx, id).number
    except LookupError:
        return "", {}
    return _("phiên bản %(n)s", n=number), labels(steering.step_places(tx, id))


def _line(
    one: LoggedEvent,
    people: Mapping[str, str],
    names: Mapping[str, str],
    data: bool,
    versions: Mapping[str, tuple[str, Mapping[str, str]]],
) -> Line:
    said = one.data
    before, after = _migrated(one, versions) if one.kind in MIGRATED else _both(one, data, people)
    what = KINDS.get(one.kind)
    step = names.get(one.element or "", one.element or "")
    passed = _passed(said.get("steps", ()))
    if what is None or (not step and passed and one.kind not in STEERED):
        step = step or passed
    return Line(
        one.at,
        people.get(one.who or "", one.who or ""),
        str(what or one.kind),
        step,
        before,
        after,
        str(said.get("reason") or ""),
        one.kind in STEERED or (one.kind == "error" and "incident" in said),
    )


def _passed(steps: Iterable[Any]) -> str:
    """The named steps that were entered by it."""
    entered = [str(name) for what, _element, _type, name, _instance in steps if what == "entered" and name]
    return ", ".join(dict.fromkeys(entered[:4])) + ("…" if len(entered) > 4 else "")


def _both(one: LoggedEvent, data: bool, people: Mapping[str, str]) -> tuple[str, str]:
    """What was before and what came after, in words."""
    said = one.data
    if one.kind in ("suspend", "resume", "cancel"):
        return _state(said.get("before")), _state(said.get("after"))
    if one.kind in ("terminate", "move") or (one.kind == "error" and "incident" in said):
        return _message(said.get("before")), _named(said.get("after"))
    if one.kind == "set_timer":
        return moment(said.get("before")), moment(said.get("due"))
    if one.kind == "set_due":
        return moment(said.get("before")), moment(said.get("due"))
    if one.kind == "set_variables":
        return (_values(said.get("before"), data), _values(said.get("variables"), data))
    if one.kind == "retry":
        again = any(each.get("id") == said.get("incident") for each in said.get("incidents", ()))
        return _message(said.get("before")), _("dừng lại lần nữa") if again else _("đã chạy tiếp")
    if one.kind == "dossier.status":
        return _status(said.get("from")), _status(said.get("status"))
    if one.kind in ("claim", "release", "reassign"):
        before, after = (str(said.get(end) or "") for end in HOLDERS)
        return people.get(before, before), people.get(after, after)
    return "", _message(next(iter(said.get("incidents", ())), None))


def _migrated(one: LoggedEvent, versions: Mapping[str, tuple[str, Mapping[str, str]]]) -> tuple[str, str]:
    """The versions, and the steps that are others now."""
    (old, before), (new, after) = (versions.get(str(one.data.get(end)), ("", {})) for end in ("source", "target"))
    moved = [f"{before.get(a, a)} → {after.get(b, b)}" for a, b, *_n in one.data.get("moved", ()) if a != b]
    return old, "; ".join([new, *moved])


def _holders(one: LoggedEvent) -> list[str]:
    return [name for end in HOLDERS if isinstance(name := one.data.get(end), str)]


def _state(said: Any) -> str:
    return str(STATES.get(said.get("status", ""), "")) if isinstance(said, Mapping) else ""


def _named(said: Any) -> str:
    return str(said.get("name") or said.get("element") or "") if isinstance(said, Mapping) else ""


def _message(said: Any) -> str:
    if isinstance(said, Mapping) and said.get("message"):
        return pick(str(said["message"]), said.get("message_en"))
    return _named(said)


def _status(code: Any) -> str:
    found = STATUSES.get(int(code)) if str(code).isdecimal() else None
    return pick(found) if found is not None else ""


def _values(said: Any, data: bool) -> str:
    """``diem = 7; ten = An``; only the names where the values may not be seen."""
    if not isinstance(said, Mapping):
        return ""
    return "; ".join(f"{name} = {_short(value)}" if data else str(name) for name, value in said.items())


def _short(value: Any) -> str:
    text = _plain(value)
    return text if len(text) <= 160 else text[:157] + "…"


def _plain(value: Any) -> str:
    """A value as people read it: no brackets and quotes of a program."""
    if value is None:
        return _("trống")
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plain(inner)}" for name, inner in value.items()) or _("trống")
    if isinstance(value, (list, tuple)):
        return "; ".join(_plain(inner) for inner in value) or _("trống")
    return str(value)
