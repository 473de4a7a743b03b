"""Elements of models in words: their kinds, and what people call those that have no name."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procedures.steering import StepPlace

KINDS = {
    "task": _l("việc"),
    "userTask": _l("việc do người làm"),
    "manualTask": _l("việc làm tay"),
    "serviceTask": _l("gọi dịch vụ"),
    "sendTask": _l("gửi thông điệp"),
    "receiveTask": _l("chờ thông điệp"),
    "scriptTask": _l("tính toán"),
    "businessRuleTask": _l("tra bảng quyết định"),
    "callActivity": _l("gọi quy trình"),
    "subProcess": _l("nhóm bước"),
    "transaction": _l("giao dịch"),
    "adHocSubProcess": _l("nhóm việc tự chọn"),
    "startEvent": _l("bắt đầu"),
    "endEvent": _l("kết thúc"),
    "boundaryEvent": _l("sự kiện biên"),
    "intermediateCatchEvent": _l("chờ sự kiện"),
    "intermediateThrowEvent": _l("phát sự kiện"),
    "exclusiveGateway": _l("cổng chọn một nhánh"),
    "inclusiveGateway": _l("cổng chọn nhiều nhánh"),
    "parallelGateway": _l("cổng song song"),
    "complexGateway": _l("cổng phức hợp"),
    "eventBasedGateway": _l("cổng chờ sự kiện"),
}


def kind_words(kind: str) -> str:
    """A kind of element (its local name in BPMN) as people call it."""
    return str(KINDS.get(kind, kind))


def labels(places: Mapping[str, StepPlace]) -> dict[str, str]:
    """Element → what people call it: its name, or what it is and where it stands."""
    return {element: label(place) for element, place in places.items()}


def label(place: StepPlace) -> str:
    """One of them."""
    said = place.name or kind_words(place.kind)
    if place.name and not place.twin:
        return said
    if place.after and place.kind == "boundaryEvent":
        return _("%(name)s ở “%(other)s”", name=said, other=place.after)
    if place.after:
        return _("%(name)s sau “%(other)s”", name=said, other=place.after)
    return _("%(name)s trước “%(other)s”", name=said, other=place.before) if place.before else said
