"""Small models for the tests of the engine's commands."""

from __future__ import annotations

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:mc="http://motcua.vn/schema/1.0/mc" id="d" targetNamespace="urn:test">'
)


def model(body: str, id: str = "p", more: str = "") -> bytes:
    """A file of one process with that body; flows are written by `flow`."""
    return f'{HEAD}{more}<process id="{id}" isExecutable="true">{body}</process></definitions>'.encode()


def flow(*ids: str) -> str:
    """Sequence flows along these nodes."""
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))


def task(id: str, inside: str = "") -> str:
    return f'<userTask id="{id}" name="Việc {id}">{inside}</userTask>'


def timer(text: str, kind: str = "timeDuration") -> str:
    return f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{text}</{kind}></timerEventDefinition>'


def candidates(groups: str) -> str:
    return f'<extensionElements><zeebe:assignmentDefinition candidateGroups="{groups}"/></extensionElements>'


#: start → a → b → end
TWO = model(
    '<startEvent id="s"/>'
    + task("a", candidates("mot_cua,chuyen_vien"))
    + task("b")
    + '<endEvent id="e"/>'
    + flow("s", "a", "b", "e")
)

#: a task with a timer of a day on its edge, which interrupts it
TIMED = model(
    '<startEvent id="s"/>' + task("a") + f'<boundaryEvent id="late" attachedToRef="a">{timer("P1D")}'
    "</boundaryEvent>"
    + task("b")
    + '<endEvent id="e"/><endEvent id="e2"/>'
    + flow("s", "a", "e")
    + flow("late", "b", "e2")
)

#: waits a day, and counts how often it went on
WAIT = model(
    '<startEvent id="s"/><intermediateCatchEvent id="w">' + timer("P1D") + "</intermediateCatchEvent>"
    '<scriptTask id="count"><extensionElements><zeebe:script expression="= n + 1" resultVariable="n"/>'
    "</extensionElements></scriptTask>" + task("a") + '<endEvent id="e"/>' + flow("s", "w", "count", "a", "e")
)

#: a service task with a connector
SERVICE = model(
    '<startEvent id="s"/><serviceTask id="call" name="Gọi thuế"><extensionElements>'
    '<zeebe:taskDefinition type="thue" retries="2"/></extensionElements></serviceTask>'
    + task("a")
    + '<endEvent id="e"/>'
    + flow("s", "call", "a", "e")
)

#: waits for a message with a key
MESSAGE = model(
    '<startEvent id="s"/><intermediateCatchEvent id="m"><messageEventDefinition messageRef="msg"/>'
    '</intermediateCatchEvent><endEvent id="e"/>' + flow("s", "m", "e"),
    more='<message id="msg" name="xac_nhan"><extensionElements><zeebe:subscription correlationKey="= ma"/>'
    "</extensionElements></message>",
)

#: waits for a signal
SIGNAL = model(
    '<startEvent id="s"/><intermediateCatchEvent id="m"><signalEventDefinition signalRef="sig"/>'
    '</intermediateCatchEvent><endEvent id="e"/>' + flow("s", "m", "e"),
    id="q",
    more='<signal id="sig" name="khan_cap"/>',
)
