"""Writes docs/reference/bpmn-support.md: `python -m tests.engine.specification.support`. A test compares the two.

Every element of the interchange schema of BPMN 2.0.2 is here: executed, with the cases that show it; refused, with the
rule; shown as a part of another element; or kept in the file because it says nothing to an execution.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from engine.model.checks import schema
from engine.model.findings.rules import RULES
from tests.engine.specification.refused import REFUSALS, Refusal
from tests.engine.specification.tables import CASES
from tests.engine.specification.writing import Case

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "bpmn-support.md"

#: Element → the element whose cases show it.
PARTS = {
    "activationCondition": "complexGateway", "assignment": "dataStoreReference", "from": "dataStoreReference",
    "to": "dataStoreReference", "cancelEventDefinition": "transaction", "childLaneSet": "laneSet",
    "flowNodeRef": "laneSet", "completionCondition": "multiInstanceLoopCharacteristics",
    "complexBehaviorDefinition": "multiInstanceLoopCharacteristics",
            "loopCardinality": "multiInstanceLoopCharacteristics",
    "loopDataInputRef": "multiInstanceLoopCharacteristics", "loopDataOutputRef": "multiInstanceLoopCharacteristics",
    "inputDataItem": "multiInstanceLoopCharacteristics", "outputDataItem": "multiInstanceLoopCharacteristics",
    "implicitThrowEvent": "multiInstanceLoopCharacteristics", "loopCondition": "standardLoopCharacteristics",
    "condition": "conditionalEventDefinition", "conditionalEventDefinition": "intermediateCatchEvent",
    "timerEventDefinition": "intermediateCatchEvent", "messageEventDefinition": "intermediateCatchEvent",
    "signalEventDefinition": "intermediateCatchEvent", "linkEventDefinition": "intermediateThrowEvent",
    "errorEventDefinition": "boundaryEvent", "escalationEventDefinition": "boundaryEvent",
    "compensateEventDefinition": "boundaryEvent", "terminateEventDefinition": "endEvent",
    "timeDate": "timerEventDefinition", "timeCycle": "timerEventDefinition", "timeDuration": "timerEventDefinition",
    "source": "intermediateThrowEvent", "target": "intermediateThrowEvent", "expression": "conditionExpression",
    "formalExpression": "conditionExpression", "script": "scriptTask", "errorRef": "operation",
    "inMessageRef": "operation", "outMessageRef": "operation", "operationRef": "messageEventDefinition",
    "interface": "operation", "incoming": "flowNode", "outgoing": "flowNode",
            "dataOutputAssociation": "dataInputAssociation",
    "sourceRef": "dataInputAssociation", "targetRef": "dataInputAssociation", "transformation": "dataInputAssociation",
    "dataInputRefs": "ioSpecification", "dataOutputRefs": "ioSpecification", "inputSet": "ioSpecification",
    "outputSet": "ioSpecification", "inputSetRefs": "ioSpecification", "outputSetRefs": "ioSpecification",
    "optionalInputRefs": "ioSpecification", "optionalOutputRefs": "ioSpecification",
    "whileExecutingInputRefs": "ioSpecification", "whileExecutingOutputRefs": "ioSpecification",
    "collaboration": "participant", "participantMultiplicity": "participant", "participantRef": "conversation",
    "messageFlowRef": "conversation", "correlationProperty": "message", "correlationPropertyRef": "correlationKey",
    "correlationPropertyRetrievalExpression": "message", "messagePath": "message",
    "correlationPropertyBinding": "correlationSubscription", "dataPath": "correlationSubscription",
    "potentialOwner": "resource", "humanPerformer": "resource", "performer": "resource", "resourceRole": "resource",
    "resourceAssignmentExpression": "resource", "resourceRef": "resource", "resourceParameter": "resource",
    "resourceParameterBinding": "resource", "supports": "process", "globalBusinessRuleTask": "businessRuleTask",
    "text": "textAnnotation", "innerParticipantRef": "participantAssociation",
    "outerParticipantRef": "participantAssociation", "callChoreography": "choreographyTask",
    "subChoreography": "choreographyTask", "globalChoreographyTask": "choreography",
            "globalConversation": "conversation",
    "subConversation": "conversation", "choreographyRef": "choreography", "conversationAssociation": "conversation",
    "category": "group", "categoryValue": "group", "categoryValueRef": "group", "dataState": "dataObjectReference",
    "dataStore": "dataStoreReference", "auditing": "documentation", "monitoring": "documentation",
    "extension": "relationship", "import": "relationship", "itemDefinition": "dataInputAssociation",
    "supportedInterfaceRef": "operation", "interfaceRef": "operation", "ioBinding": "operation",
}  # fmt: skip
#: Elements that are kept as they are and say nothing to an execution.
KEPT = {
    "endPoint": "Where a service is reached; connectors say that here.",
    "endPointRef": "As endPoint.",
    "partitionElement": "What a lane stands for in another model.",
    "partnerRole": "A name of who takes part.",
    "rendering": "How a form is drawn elsewhere; forms are form-js here.",
    "BPMNDiagram": "The drawing: every coordinate is kept (interchange, BPMN DI).",
}

_HEAD = """# What of BPMN 2.0.2 is executed, and what is refused

Made by `python -m tests.engine.specification.support` from the tests under `tests/engine/specification`: each line is a
model that runs through the scenario door (`motcua models run`), straight and with the state stored and loaded after
every step, or one that `motcua models check` reports. Clauses are those of OMG formal/13-12-09; `profile.md` and
`contracts §2` mark what the profile or the contracts decide where the specification leaves it open.
How each element is executed is in [execution.md](execution.md), every rule with its mend in [checks.md](checks.md).
"""


def head(element: str) -> str:
    """The element of the schema that a case's label begins with."""
    return element.partition(":")[0]


def page() -> str:
    cases: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        cases[head(case.element)].append(case)
    refusals: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in REFUSALS:
        refusals[head(refusal.element)].append(refusal)
    parts = [_HEAD, f"{len(CASES)} cases are executed; {len(REFUSALS)} broken models are reported.\n", "## Elements\n",
             "| element | how | cases | rules |", "|---|---|---|---|"]  # fmt: skip
    for element in sorted((schema.known() - schema.ABSTRACT) | cases.keys() | refusals.keys(), key=str.lower):
        parts.append(_row(element, cases, refusals))
    parts += ["", "## Executed\n", "| element | clause | what the model shows |", "|---|---|---|"]
    for name in sorted(cases, key=str.lower):
        parts += [f"| `{case.element}` | {case.clause} | {_cell(case.says)} |" for case in cases[name]]
    parts += ["", "## Reported\n", "| element | clause | what is wrong | rule | |", "|---|---|---|---|---|"]
    for name in sorted(refusals, key=str.lower):
        parts += [f"| `{one.element}` | {one.clause} | {_cell(one.says)} | `{one.rule}` | {RULES[one.rule].severity} |"
                  for one in refusals[name]]  # fmt: skip
    return "\n".join(parts) + "\n"


def _row(element: str, cases: dict[str, list[Case]], refusals: dict[str, list[Refusal]]) -> str:
    rules = ", ".join(f"`{rule}`" for rule in sorted({one.rule for one in refusals.get(element, ())}))
    if element in cases:
        return f"| `{element}` | executed | {len(cases[element])} | {rules} |"
    if element in PARTS:
        return f"| `{element}` | with `{PARTS[element]}` | | {rules} |"
    if element in KEPT:
        return f"| `{element}` | kept: {KEPT[element]} | | {rules} |"
    return f"| `{element}` | checked | | {rules} |"


def unexplained() -> set[str]:
    """Elements of the schema that no case, rule or note speaks of."""
    told = {head(one.element) for one in (*CASES, *REFUSALS)} | PARTS.keys() | KEPT.keys()
    return set(schema.known() - schema.ABSTRACT - told)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
