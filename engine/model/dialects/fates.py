"""What becomes here of each name that Camunda 7, Operaton, Flowable, Activiti and Camunda 8 add to BPMN.

The tables behind docs/reference/dialects.md. A name that is in none of them is told of as unknown.

- *read*: it means something here; `dialects`, `loops`, `events` and `reader` translate it.
- *kept*: it steers the other engine's job executor, history, versions or tools; it stays in the file, and the report
  says that it has no effect.
- *told*: it would change what somebody sees; the model runs without it, with a warning that says what is lost.
- *refused*: it would change what the model does in a way that BPMN has no words for, or that is not certain.
- *code*: it names code of the other engine.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.model.names import ACTIVITIES, EVENTS, GATEWAYS

Effect = Literal["read", "kept", "told", "refused", "code", "listener", "form"]

_SERVICES = frozenset(("serviceTask", "sendTask", "businessRuleTask"))
_MESSAGE = frozenset(("messageEventDefinition",))
_SENDERS = _SERVICES | _MESSAGE
_USER = frozenset(("userTask", "globalUserTask"))
_CALL = frozenset(("callActivity",))
_LOOP = frozenset(("multiInstanceLoopCharacteristics",))
_RULE = frozenset(("businessRuleTask", "globalBusinessRuleTask"))
_SCRIPT = frozenset(("scriptTask", "globalScriptTask"))
_ERROR = frozenset(("errorEventDefinition",))
_TERMINATE = frozenset(("terminateEventDefinition",))
_CONDITIONAL = frozenset(("conditionalEventDefinition",))


class Fate(NamedTuple):
    """on: the BPMN elements where it means this; empty: anywhere. value: the only value that means it (another one is
    *kept*). vi, en: what is lost, where it is told."""

    effect: Effect
    on: frozenset[str] = frozenset()
    value: str | None = None
    vi: str = ""
    en: str = ""


def _all(effect: Effect, names: str, on: frozenset[str] = frozenset()) -> dict[str, tuple[Fate, ...]]:
    return {name: (Fate(effect, on),) for name in names.split()}


LATEST = ("luôn dùng phiên bản được triển khai cùng, hoặc mới nhất",
          "the version deployed with it, or the latest, is used")  # fmt: skip
_STAYS = "biến vẫn ở lại trong tiến trình", "the variable stays in the process"
_SEEN_ALWAYS = ("điều kiện được xem lại khi bất kỳ dữ liệu nào đổi",
                "the condition is looked at whenever any data change")  # fmt: skip
_NO_VARIABLE = "biến này không được đặt", "this variable is not set"

#: Attribute → what becomes of it, by the element it stands on.
ATTRIBUTES: dict[str, tuple[Fate, ...]] = {
    **_all(
        "kept",
        "async asyncBefore asyncAfter asyncLeave exclusive jobPriority taskPriority historyTimeToLive "
        "versionTag isStartableInTasklist candidateStarterUsers candidateStarterGroups diagramRelationId "
        "modelerTemplate modelerTemplateVersion modelerTemplateIcon formFieldValidation sameDeployment category "
        "formRefBinding formRefVersion autoStoreVariables fallbackToDefaultTenant isEagerExecutionFetching "
        "enabledScriptTask calledElementTenantId decisionRefTenantId tenantId includeInHistory "
        "noWaitStatesAsyncLeave parallelInSameTransaction completeAsync processInstanceName businessKey "
        "inheritBusinessKey id useFormsAsInputOutput isExclusive errorCode",
    ),
    **_all("read", "assignee candidateUsers candidateGroups dueDate followUpDate priority", _USER),
    "formKey": (
        Fate("read", _USER),
        Fate(
            "told",
            frozenset(("startEvent",)),
            None,
            "biểu mẫu mở đầu do thủ tục của gói quy định",
            "the form at the start is the procedure's",
        ),
    ),
    "formRef": (
        Fate("read", _USER),
        Fate(
            "told",
            frozenset(("startEvent",)),
            None,
            "biểu mẫu mở đầu do thủ tục của gói quy định",
            "the form at the start is the procedure's",
        ),
    ),
    "owner": (
        Fate(
            "told",
            _USER,
            None,
            "việc không có chủ riêng bên cạnh người làm",
            "a task has no owner beside the one who does it",
        ),
    ),
    **_all("read", "type topic expression", _SENDERS),
    **_all("read", "resultVariable resultVariableName", _SENDERS | _SCRIPT),
    **_all("read", "decisionRef mapDecisionResult", _RULE),
    **_all("read", "collection elementVariable elementIndexVariable", _LOOP),
    **_all("read", "errorCodeVariable errorMessageVariable errorVariableName", _ERROR),
    "escalationCodeVariable": (Fate("read", frozenset(("escalationEventDefinition",))),),
    "inheritVariables": (Fate("read", _CALL),),
    "messageExpression": (Fate("read", frozenset(("messageEventDefinition",))),),
    "signalExpression": (Fate("read", frozenset(("signalEventDefinition",))),),
    "scope": (Fate("read", frozenset(("signal",)), "processInstance"),),
    "terminateAll": (Fate("read", _TERMINATE, "true"),),
    "terminateMultiInstance": (Fate("read", _TERMINATE, "true"),),
    "decisionRefBinding": (Fate("told", _RULE, "version", *LATEST), Fate("told", _RULE, "versionTag", *LATEST)),
    "calledElementBinding": (Fate("told", _CALL, "version", *LATEST), Fate("told", _CALL, "versionTag", *LATEST)),
    **_all("kept", "decisionRefVersion decisionRefVersionTag", _RULE),
    **_all("kept", "calledElementVersion calledElementVersionTag", _CALL),
    "initiator": (Fate("told", frozenset(("startEvent",)), None, *_NO_VARIABLE),),
    "taskIdVariableName": (Fate("told", _USER, None, *_NO_VARIABLE),),
    "idVariableName": (Fate("told", _CALL, None, *_NO_VARIABLE),),
    "processInstanceIdVariableName": (Fate("told", _CALL, None, *_NO_VARIABLE),),
    "variableName": (Fate("told", _CONDITIONAL, None, *_SEEN_ALWAYS),),
    "variableEvents": (Fate("told", _CONDITIONAL, None, *_SEEN_ALWAYS),),
    "useLocalScopeForResultVariable": (Fate("told", frozenset(), "true", *_STAYS),),
    "storeResultVariableAsTransient": (Fate("told", frozenset(), "true", *_STAYS),),
    "useLocalScopeForOutParameters": (Fate("told", _CALL, "true", *_STAYS),),
    "errorVariableLocalScope": (Fate("told", _ERROR, "true", *_STAYS),),
    "errorVariableTransient": (Fate("told", _ERROR, "true", *_STAYS),),
    "errorMessage": (Fate("told", frozenset(("error",)), None, "chỉ mã lỗi được mang đi", "only the code is carried"),),
    "triggerable": (Fate("refused", frozenset(), "true"),),
    "sameScope": (Fate("refused", frozenset(), "true"),),
    "calledElementType": (Fate("refused", _CALL, "id"),),
    **_all(
        "refused",
        "skipExpression businessCalendarName endDate resource extensionId caseRef caseBinding "
        "caseVersion caseTenantId caseDefinitionKey caseInstanceName rules ruleVariablesInput exclude "
        "dueDateExtension",
    ),
    **_all("code", "class variableMappingClass variableMappingDelegateExpression formHandlerClass"),
    "delegateExpression": (Fate("read", _MESSAGE), Fate("code")),
}

#: Element inside `extensionElements` → what becomes of it, by the BPMN element it belongs to.
ELEMENTS: dict[str, tuple[Fate, ...]] = {
    **_all("listener", "executionListener taskListener eventListener"),
    **_all("code", "mapException failedJobRetryHandler httpRequestHandler httpResponseHandler"),
    "connector": (Fate("read", _MESSAGE), Fate("code")),
    **_all(
        "refused",
        "errorEventDefinition eventType triggerEventType eventCorrelationParameter eventInParameter "
        "eventOutParameter triggerEventCorrelationParameter startEventCorrelationConfiguration channelKey "
        "triggerChannelKey variableListenerEventDefinition",
    ),
    "collection": (Fate("refused", _LOOP),),
    "in": (Fate("read", _CALL | {"signalEventDefinition"}),),
    "out": (Fate("read", _CALL),),
    "inputOutput": (Fate("read", ACTIVITIES | EVENTS),),
    "failedJobRetryTimeCycle": (Fate("read", ACTIVITIES | EVENTS), Fate("kept", GATEWAYS)),
    "variableAggregation": (Fate("read", _LOOP),),
    "value": (Fate("read", frozenset(("dataObject",))),),
    **_all("form", "formData formProperty", _USER | {"startEvent"}),
    "customResource": (
        Fate(
            "told",
            frozenset(),
            None,
            "quan hệ riêng với công việc không được biết",
            "the relation to the task is not known",
        ),
    ),
    **_all(
        "kept",
        "properties potentialStarter localization customProperties validation field sendSynchronously "
        "constraint diagramRelationId",
    ),
}

#: Types of service tasks that are work for a connector: an outsider takes it by its topic and reports back.
EXTERNAL = frozenset(("external", "external-worker"))

#: Namespaces in which modelers keep what only they need.
TOOLS = frozenset(
    ("http://flowable.org/design", "http://flowable.org/modeler", "http://activiti.com/modeler",
     "http://camunda.org/schema/modeler/1.0", "http://bpmn.io/schema/bpmn/biocolor/1.0",
     "http://www.omg.org/spec/BPMN/non-normative/color/1.0")
)  # fmt: skip

#: `zeebe:` element → its attributes that are read or have no effect.
ZEEBE_ELEMENTS: dict[str, frozenset[str]] = {
    name: frozenset(attributes.split()) for name, attributes in {
        "taskDefinition": "type retries",
        "taskHeaders": "", "header": "key value id",
        "assignmentDefinition": "assignee candidateGroups candidateUsers",
        "taskSchedule": "dueDate followUpDate",
        "priorityDefinition": "priority",
        "formDefinition": "formId formKey externalReference bindingType versionTag",
        "calledDecision": "decisionId resultVariable retries bindingType versionTag",
        "calledElement": "processId propagateAllParentVariables propagateAllChildVariables "
                         "bindingType versionTag",
        "ioMapping": "", "input": "source target", "output": "source target",
        "subscription": "correlationKey",
        "loopCharacteristics": "inputCollection inputElement outputCollection outputElement",
        "script": "expression resultVariable",
        "properties": "", "property": "name value",
        "userTask": "", "versionTag": "value",
    }.items()
}  # fmt: skip
ZEEBE_LISTENERS = frozenset(("executionListeners", "taskListeners", "executionListener", "taskListener"))
#: `zeebe:` element → what is lost without it.
ZEEBE_TOLD = {
    "linkedResources": ("tài nguyên kèm theo không được dùng", "the resource is not used"),
    "conditionalFilter": _SEEN_ALWAYS,
    "userTaskForm": ("biểu mẫu vẽ trong mô hình không được dùng", "a form drawn inside the model is not used"),
    "jobPriorityDefinition": ("không có mức ưu tiên cho lời gọi", "calls have no priority"),
}
#: `zeebe:` elements that change what a model does in a way that BPMN has no words for.
ZEEBE_REFUSED = frozenset(("adHoc",))


def fate(table: dict[str, tuple[Fate, ...]], name: str, on: str, value: str | None = None) -> Fate | None:
    """What becomes of a name on that BPMN element; None where it is not known there."""
    kept: Fate | None = None
    for each in table.get(name, ()):
        if each.on and on not in each.on:
            continue
        if each.value is None or value == each.value:
            return each
        kept = Fate("kept")
    return kept
