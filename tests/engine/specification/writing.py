"""A short hand for models, and what a case of the specification is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:mc="http://motcua.vn/schema/1.0/mc"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn"'
    ' xmlns:activiti="http://activiti.org/bpmn" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)
NOW = "2026-11-23T08:00:00+07:00"
#: Every thing that events name, declared once.
ROOTS = (
    '<message id="M" name="tin"/><message id="M2" name="tin2"/><signal id="G" name="còi"/><signal id="G2" name="còi2"/>'
    '<error id="R" errorCode="LỖI"/><error id="R2" errorCode="LỖI2"/>'
    '<escalation id="H" escalationCode="QUÁ_HẠN"/><escalation id="H2" escalationCode="KHÁC"/>'
)


@dataclass(frozen=True, slots=True)
class Case:
    """One model and what must come of it.

    `done`: ids of the script tasks that complete, each as often as it does; None where only the steps speak.
    `incidents`: the kinds. `scenario`: what contracts.md §3 has in a scenario, beside the steps.
    """

    element: str
    clause: str
    says: str
    model: str
    done: Sequence[str] | None
    steps: Sequence[Mapping[str, Any]] = ()
    scenario: Mapping[str, Any] = field(default_factory=dict)
    errors: Sequence[str] = ()
    incidents: Sequence[str] = ()
    ended: bool = True


def case(element: str, clause: str, says: str, body: str, done: str | None, *steps: Mapping[str, Any],
         roots: str = ROOTS, errors: Sequence[str] = (), incidents: Sequence[str] = (), ended: bool = True,
         **scenario: Any) -> Case:  # fmt: skip
    """A case around the inside of a process ``main``, or around whole processes."""
    return Case(
        element,
        clause,
        says,
        definitions(body, roots),
        None if done is None else sorted(done.split()),
        steps,
        {"process": "main", "now": NOW, **scenario},
        tuple(errors),
        tuple(incidents),
        ended,
    )


def definitions(body: str, roots: str = ROOTS) -> str:
    if "<process" not in body and "<global" not in body.split(">", 1)[0]:
        body = process(body)
    return f'<definitions {NAMESPACES} id="file" targetNamespace="urn:x">{roots}{body}</definitions>'


def process(body: str, id: str = "main", attributes: str = "") -> str:
    return f'<process id="{id}" isExecutable="true" {attributes}>{body}</process>'


def node(kind: str, id: str, inside: str = "", attributes: str = "") -> str:
    return f'<{kind} id="{id}" {attributes}>{inside}</{kind}>'


def marks(ids: str, inside: str = "", attributes: str = "") -> str:
    """Script tasks, which complete by themselves and are counted."""
    return "".join(node("scriptTask", id, f"{inside}<script>null</script>", attributes) for id in ids.split())


def users(ids: str, inside: str = "", attributes: str = "") -> str:
    return "".join(node("userTask", id, inside, attributes) for id in ids.split())


def script(id: str, feel: str, inside: str = "", attributes: str = "") -> str:
    return node("scriptTask", id, f"{inside}<script>{escape(feel)}</script>", f'scriptFormat="feel" {attributes}')


def gateway(kind: str, id: str, default: str = "", inside: str = "", attributes: str = "") -> str:
    mark = f'default="{default}"' if default else ""
    return node(f"{kind}Gateway", id, inside, f"{mark} {attributes}")


def flows(*paths: str) -> str:
    """``"s>a>b"`` is two flows, ``s-a`` and ``a-b``; ``"x>a ? n = 1"`` has a condition in FEEL."""
    made = []
    for path in paths:
        ends, _, condition = path.partition("?")
        names = [name.strip() for name in ends.split(">")]
        inside = node("conditionExpression", "", escape(condition.strip()), 'xsi:type="tFormalExpression"').replace(
            'id="" ', "") if condition else ""  # fmt: skip
        for source, target in pairwise(names):
            made.append(f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}'
                        "</sequenceFlow>")  # fmt: skip
    return "".join(made)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def what(kind: str, reference: str = "", text: str = "") -> str:
    """An event definition: ``message``, ``timer`` with a duration, date or cycle as `text`, ``conditional``, …"""
    known = {"message": "M", "signal": "G", "error": "R", "escalation": "H"}
    if kind in known:
        return f'<{kind}EventDefinition {kind}Ref="{reference or known[kind]}"/>'
    if kind == "timer":
        text = text or "PT1H"
        place = "timeCycle" if text.startswith("R") else "timeDuration" if text.startswith("P") else "timeDate"
        return f"<timerEventDefinition><{place}>{text}</{place}></timerEventDefinition>"
    if kind == "conditional":
        inside = f'<condition xsi:type="tFormalExpression">{escape(text or "c = 1")}</condition>'
        return f"<conditionalEventDefinition>{inside}</conditionalEventDefinition>"
    if kind == "link":
        return f'<linkEventDefinition name="{reference or "L"}"/>'
    if kind == "compensate":
        where = f'activityRef="{reference}"' if reference else ""
        return f"<compensateEventDefinition {where}/>"
    return f"<{kind}EventDefinition/>"


def start(id: str, inside: str = "", attributes: str = "") -> str:
    return node("startEvent", id, inside, attributes)


def end(id: str, inside: str = "") -> str:
    return node("endEvent", id, inside)


def throw(id: str, inside: str = "") -> str:
    return node("intermediateThrowEvent", id, inside)


def catch(id: str, inside: str, attributes: str = "") -> str:
    return node("intermediateCatchEvent", id, inside, attributes)


def boundary(id: str, host: str, inside: str, interrupts: bool = True, attributes: str = "") -> str:
    stays = "" if interrupts else 'cancelActivity="false"'
    return node("boundaryEvent", id, inside, f'attachedToRef="{host}" {stays} {attributes}')


def sub(id: str, body: str, kind: str = "subProcess", attributes: str = "") -> str:
    return node(kind, id, body, attributes)


def event_sub(id: str, trigger: str, body: str, interrupts: bool = True) -> str:
    """An event subprocess whose start is ``<id>_s``; `body` starts from there."""
    stays = "" if interrupts else 'isInterrupting="false"'
    return sub(id, start(f"{id}_s", trigger, stays) + body, attributes='triggeredByEvent="true"')


def undoes(host: str, handler: str, inside: str = "") -> str:
    """A compensation boundary event of `host` with its handler, a script task."""
    return (boundary(f"{host}_b", host, what("compensate")) + marks(handler, inside, 'isForCompensation="true"')
            + f'<association id="{host}_as" sourceRef="{host}_b" targetRef="{handler}"/>')  # fmt: skip


def many(text: str = "", attributes: str = "", cardinality: str = "3") -> str:
    inside = f"<loopCardinality>{cardinality}</loopCardinality>" if cardinality else ""
    return f"<multiInstanceLoopCharacteristics {attributes}>{inside}{text}</multiInstanceLoopCharacteristics>"


def done_when(condition: str) -> str:
    return f"<completionCondition>{escape(condition)}</completionCondition>"


def extensions(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def collection(name: str, element: str = "", output: str = "", output_element: str = "", attributes: str = "",
               more: str = "") -> str:  # fmt: skip
    parts = (f'inputElement="{element}"' if element else "") + (
        f' outputCollection="{output}" outputElement="= {output_element}"' if output else "")  # fmt: skip
    inside = extensions(f'<zeebe:loopCharacteristics inputCollection="= {name}" {parts}/>')
    return f"<multiInstanceLoopCharacteristics {attributes}>{inside}{more}</multiInstanceLoopCharacteristics>"


S, E = start("s"), end("e")
