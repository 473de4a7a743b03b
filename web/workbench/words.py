"""Kinds of BPMN elements in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {
    "task": _l("việc"), "userTask": _l("việc của người"), "manualTask": _l("việc làm tay"),
    "serviceTask": _l("gọi dịch vụ"), "sendTask": _l("gửi thông điệp"), "receiveTask": _l("chờ thông điệp"),
    "scriptTask": _l("tính toán"), "businessRuleTask": _l("tra bảng quyết định"), "callActivity": _l("gọi quy trình"),
    "subProcess": _l("nhóm bước"), "transaction": _l("giao dịch"), "adHocSubProcess": _l("nhóm việc tự chọn"),
    "startEvent": _l("bắt đầu"), "endEvent": _l("kết thúc"), "boundaryEvent": _l("sự kiện biên"),
    "intermediateCatchEvent": _l("chờ sự kiện"), "intermediateThrowEvent": _l("phát sự kiện"),
    "exclusiveGateway": _l("cổng chọn một nhánh"), "inclusiveGateway": _l("cổng chọn nhiều nhánh"),
    "parallelGateway": _l("cổng song song"), "complexGateway": _l("cổng phức hợp"),
    "eventBasedGateway": _l("cổng chờ sự kiện"),
}


def kind_words(kind: str) -> str:
    """A kind of element (its local name in BPMN) as people call it."""
    return str(KINDS.get(kind, kind))
