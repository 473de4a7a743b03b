"""Small models for tests: a process around given nodes, and bits that occur in many."""

from __future__ import annotations

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:mc="http://motcua.vn/schema/1.0/mc"'
    ' xmlns:flowable="http://flowable.org/bpmn" targetNamespace="urn:test">'
)


def file(inside: str, head: str = HEAD) -> str:
    """A whole file; `bpmn:` may be left out before the names of elements written as ``<b:…>``."""
    return f"{head}\n{inside}\n</bpmn:definitions>".replace("<b:", "<bpmn:").replace("</b:", "</bpmn:")


def process(inside: str, roots: str = "", attributes: str = 'isExecutable="true"', id: str = "p") -> str:
    return file(f'{roots}<bpmn:process id="{id}" {attributes}>\n{inside}\n</bpmn:process>')


def flow(source: str, target: str, id: str | None = None, inside: str = "", attributes: str = "") -> str:
    id = id or f"f_{source}_{target}"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{id}" {ends} {attributes}>{inside}</bpmn:sequenceFlow>'


def condition(text: str) -> str:
    return f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'


def line(node: str, roots: str = "", id: str = "x", extra: str = "") -> str:
    """start → node → end, each on a line of its own: the node stands on line 4."""
    return process(
        f'<bpmn:startEvent id="s"/>\n{node}\n<bpmn:endEvent id="e"/>{flow("s", id)}{flow(id, "e")}{extra}', roots
    )


def task(inside: str = "", kind: str = "userTask", attributes: str = "") -> str:
    return f'<bpmn:{kind} id="x" {attributes}>{inside}</bpmn:{kind}>'


def ext(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def split(kind: str = "exclusiveGateway", join: str = "exclusiveGateway", first: str = condition("a = 1"),
          default: str = "f_x_b", attributes: str = "") -> str:  # fmt: skip
    """start → x → a | b → j → end."""
    mark = f'default="{default}"' if default else ""
    return process(
        f'<bpmn:startEvent id="s"/><bpmn:{kind} id="x" {mark} {attributes}/>\n<bpmn:task id="a"/><bpmn:task id="b"/>\n'
        f'<bpmn:{join} id="j"/><bpmn:endEvent id="e"/>\n'
        + "\n".join((flow("s", "x"), flow("x", "a", inside=first), flow("x", "b"), flow("a", "j"), flow("b", "j")))
        + flow("j", "e")
    )
