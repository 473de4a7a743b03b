"""Namespaces and small readers of BPMN XML that every room of `engine.model` needs."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

#: Namespaces of the dialects that are translated at import → the name findings and reports use.
DIALECTS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}

TASKS = frozenset(
    ["task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"]
)
SUBPROCESSES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset(["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"])
EVENTS = frozenset(["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"])
CATCHES = frozenset(("startEvent", "intermediateCatchEvent", "boundaryEvent"))
THROWS = frozenset(("endEvent", "intermediateThrowEvent"))
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def q(name: str, namespace: str = BPMN) -> str:
    return f"{{{namespace}}}{name}"


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def bpmn_name(element: etree._Element) -> str:
    """Its local name where it is an element of BPMN, else nothing."""
    tag = element.tag
    if isinstance(tag, str) and tag.startswith("{" + BPMN + "}"):
        return tag[len(BPMN) + 2 :]
    return ""


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Child elements: comments and processing instructions are no part of a model."""
    for child in parent:
        if isinstance(child.tag, str):
            yield child


def kids(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(q(name))


def kid(parent: etree._Element, name: str) -> etree._Element | None:
    return parent.find(q(name))


def text_of(element: etree._Element | None) -> str:
    """All text inside it, without the white space around."""
    return "" if element is None else "".join(str(part) for part in element.itertext(with_tail=False)).strip()


def ref(value: str | None) -> str:
    """The id a QName or IDREF names: ``tns:order`` and ``order`` are the same here."""
    return (value or "").strip().rpartition(":")[2]


def line_of(element: etree._Element | None) -> int:
    line = None if element is None else element.sourceline
    return line if isinstance(line, int) else 0


def flag(value: str | None, default: bool = False) -> bool:
    return default if value is None else value.strip() in ("true", "1")


def is_marked(element: etree._Element) -> bool:
    """Whether the process around it is marked executable."""
    process = next((a for a in (element, *element.iterancestors()) if bpmn_name(a) == "process"), None)
    return process is not None and flag(process.get("isExecutable"))


def of_dialect(root: etree._Element) -> bool:
    """Whether the file declares the namespace of another engine, which lets some references be names of variables."""
    return bool(set(root.nsmap.values()) & DIALECTS.keys())


def owner_id(element: etree._Element | None) -> str:
    """Its id, or that of the nearest element around it that has one."""
    while element is not None:
        found = element.get("id")
        if found:
            return found
        element = element.getparent()
    return ""


def extensions(element: etree._Element) -> Iterator[etree._Element]:
    """What stands in its `bpmn:extensionElements`."""
    for holder in kids(element, "extensionElements"):
        yield from elements(holder)


def extension(element: etree._Element, name: str, space: str = ZEEBE) -> etree._Element | None:
    return next((e for e in extensions(element) if e.tag == q(name, space)), None)
