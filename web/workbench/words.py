"""Elements of models in words: their kinds, and what people call those that have no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.definition import Process
from procedures import steering
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


def unnamed(processes: Iterable[Process]) -> dict[str, str]:
    """What is drawn without a name → what people call it: steps by where they stand, flows by their ends."""
    drawn = list(processes)
    steps = steering.places_in(drawn)
    called = labels(steps)
    found = {id: called[id] for id, place in steps.items() if not place.name}
    for process in drawn:
        for scope in (process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)):
            for flow in scope.flows.values():
                if not flow.name:
                    found[flow.id] = _("luồng từ “%(a)s” đến “%(b)s”", a=called[flow.source], b=called[flow.target])
    return found


def worded(text: str, unnamed: Mapping[str, str]) -> str:
    """A sentence in which what has no name is called as people call it, not by its id."""
    return re.sub(r"[^\W\d][\w.-]*", lambda one: unnamed.get(one[0], one[0]), text) if unnamed else text
