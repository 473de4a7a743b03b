"""What models of Camunda 7, Operaton, Flowable, Activiti and Camunda 8 do here, through the scenario door."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine import scenario
from engine.model import read
from engine.model.names import DIALECTS
from tests.engine.model.shapes import HEAD, condition, ext, flow, line, process, task
from tests.engine.run.world import World

SPACES = {name: uri for uri, name in DIALECTS.items() if "fox" not in uri}
#: Dialects that have what the case shows; `{d}` in a case stands for each.
ALL = ("camunda", "operaton", "flowable", "activiti")
FLOW = ("flowable", "activiti")
CAM = ("camunda", "operaton")
Steps = list[dict[str, Any]]

CALLED = ('<bpmn:process id="q"><bpmn:startEvent id="qs"/><bpmn:userTask id="qu"/><bpmn:endEvent id="qe"/>'
          + flow("qs", "qu") + flow("qu", "qe") + "</bpmn:process>")  # fmt: skip
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="one" name="one"><decisionTable hitPolicy="{hit}"><input><inputExpression><text>n</text></inputExpression>
</input><output name="v"/>{second}<rule><inputEntry><text>&gt; 0</text></inputEntry><outputEntry><text>"a"</text>
</outputEntry>{more}</rule><rule><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>"b"</text>
</outputEntry>{more}</rule></decisionTable></decision></definitions>"""


def run(tmp_path, xml: str, steps: Steps, variables: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    dmn = more.pop("dmn", None)
    for name in ("camunda", "flowable"):
        xml = xml.replace(f' xmlns:{name}="{SPACES[name]}"', "")
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in SPACES.items())
    xml = xml.replace(' targetNamespace="urn:test"', f'{spaces} targetNamespace="urn:test"', 1)
    files = [tmp_path / "m.bpmn"]
    files[0].write_text(xml)
    if dmn:
        files.append(tmp_path / "d.dmn")
        files[1].write_text(dmn)
    return scenario.run_files(files, {"process": "p", "variables": variables or {}, "steps": steps, **more})


def case(
    id: str, xml: str, steps: Steps, variables: dict[str, Any] | None = None, dialects: tuple[str, ...] = ALL,
    **more: Any,
) -> list[Any]:  # fmt: skip
    return [pytest.param(xml.replace("{d}", d), steps, variables, more, id=f"{d}: {id}") for d in dialects]


def loop(attributes: str = "", inside: str = "") -> str:
    return f"<b:multiInstanceLoopCharacteristics {attributes}>{inside}</b:multiInstanceLoopCharacteristics>"


def around(attributes: str = "", events: str = "", many: str = "") -> str:
    """start → subprocess x (task u → end with the events) → task after → end."""
    inside = (f'{many}<b:startEvent id="i"/><b:userTask id="u"/><b:endEvent id="o">{events}</b:endEvent>'
              + flow("i", "u") + flow("u", "o"))  # fmt: skip
    return process(
        f'<b:startEvent id="s"/><b:subProcess id="x" {attributes}>{inside}</b:subProcess><b:userTask id="after"/>'
        f'<b:endEvent id="e"/>{flow("s", "x")}{flow("x", "after")}{flow("after", "e")}'
    )


def call(inside: str = "", attributes: str = "", many: str = "") -> str:
    body = task((ext(inside) if inside else "") + many, "callActivity", f'calledElement="q" {attributes}')
    return line(body).replace("</bpmn:definitions>", CALLED + "</bpmn:definitions>")


CAUGHT = ('<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:errorEventDefinition errorRef="E1" '
          '{d}:errorCodeVariable="ma"/></bpmn:boundaryEvent><bpmn:userTask id="y"/>' + flow("b", "y"))  # fmt: skip
ENDED: Steps = [{"expect_ended": True}]
DONE: Steps = [{"complete": "*"}, *ENDED]
CASES = [
    # who, when, with what
    *case("candidates, dates and priority may be expressions",
          line(task(attributes='{d}:assignee="${ai}" {d}:candidateGroups="a, ${nhom}" {d}:candidateUsers="u1,u2" '
                    '{d}:dueDate="${han}" {d}:priority="${uu_tien}"')), DONE,
          {"ai": "an", "nhom": "b", "han": "2026-12-01", "uu_tien": 70}),
    *case("a name is evaluated when the task opens",
          line(task(loop('isSequential="true" {d}:collection="xs" {d}:elementVariable="y"'),
                    attributes='name="Duyệt ${y}"')),
          [{"expect_open": ["Duyệt an"]}, {"expect_open": ["Duyệt ${y}"]}, {"complete": "Duyệt an"},
           {"complete": "Duyệt ${y}"}, *ENDED],
          {"xs": ["an", "bình"]}),
    *case("tasks of one element are alike, whatever they are called",
          line(task(loop('{d}:collection="xs" {d}:elementVariable="y"'), attributes='name="Duyệt ${y}"')),
          [{"complete": "*"}, {"complete": "*"}, *ENDED], {"xs": ["an", "bình"]}),
    *case("a due date may be a duration", line(task(attributes='{d}:dueDate="P2D"')), DONE),
    # instances
    *case("a collection by its name or in signs",
          line(task(loop('{d}:collection="xs" {d}:elementVariable="x"'))),
          [{"expect_open_count": 2}, {"complete": "x"}, {"complete": "x"}, *ENDED], {"xs": [1, 2]}),
    *case("the name of the collection may be an input's text",
          line(task(loop(inside="<b:loopDataInputRef>xs</b:loopDataInputRef><b:inputDataItem name='x'/>"))),
          [{"expect_open_count": 2}], {"xs": [1, 2]}),
    *case("a cardinality in signs, counters and a condition to end by",
          line(task(loop('isSequential="true"', "<b:loopCardinality>${n}</b:loopCardinality><b:completionCondition>"
                         "${nrOfCompletedInstances ge 2 and nrOfInstances == 5}</b:completionCondition>"))),
          [{"complete": "x"}, {"complete": "x"}, *ENDED], {"n": 5}),
    *case("the counter begins at nought",
          line(task(ext('<{d}:inputOutput><{d}:outputParameter name="so">${loopCounter}</{d}:outputParameter>'
                        "</{d}:inputOutput>")
                    + loop('isSequential="true"', "<b:loopCardinality>3</b:loopCardinality>"))),
          [{"complete": "x"}, {"expect_variables": {"so": 0}}, {"complete": "x"}, {"expect_variables": {"so": 1}}],
          dialects=CAM),
    *case("the index has the name that the loop gives it",
          line(task(loop('isSequential="true" {d}:collection="xs" {d}:elementVariable="y" '
                         '{d}:elementIndexVariable="i"') + "<b:script>{t: append(t, i)}</b:script>", "scriptTask")),
          [{"expect_variables": {"t": [0, 1, 2]}}, *ENDED], {"xs": ["a", "b", "c"], "t": []}, FLOW),
    *case("what the instances bring is gathered",
          line(task(loop('{d}:collection="xs" {d}:elementVariable="y"',
                         ext('<{d}:variableAggregation target="ds"><variable source="diem" target="d"/><variable '
                             'source="y"/></{d}:variableAggregation>')))),
          [{"complete": "x", "variables": {"diem": 5}}, {"complete": "x", "variables": {"diem": 7}},
           {"expect_variables": {"ds": [{"d": 5, "y": "a"}, {"d": 7, "y": "b"}], "diem": None}}],
          {"xs": ["a", "b"]}, FLOW),
    # calls
    *case("without mappings everything passes both ways", call(),
          [{"complete": "qu", "variables": {"w": 1}}, {"expect_variables": {"w": 1, "a": 2}}], {"a": 2}),
    *case("with mappings nothing else passes",
          call('<{d}:in source="a" target="b"/><{d}:out source="w" target="m"/>'),
          [{"complete": "qu", "variables": {"w": 1, "z": 2, "a": 9}},
           {"expect_variables": {"m": 1, "z": None, "a": 2}}],
          {"a": 2}),
    *case("a key of the business changes nothing",
          call('<{d}:in businessKey="#{execution.processBusinessKey}"/>'),
          [{"complete": "qu", "variables": {"w": 1}}, {"expect_variables": {"w": 1}}]),
    *case("everything in, one thing out",
          call('<{d}:in variables="all"/><{d}:out sourceExpression="${a == 2}" target="m"/>'),
          [{"complete": "qu", "variables": {"w": 1}}, {"expect_variables": {"m": True, "w": None}}], {"a": 2}, CAM),
    *case("all variables are inherited", call('<{d}:out source="a" target="m"/>', '{d}:inheritVariables="true"'),
          [{"complete": "qu", "variables": {"w": 1}}, {"expect_variables": {"m": 2, "w": None}}], {"a": 2}, FLOW),
    *case("the parameters of a call",
          call('<{d}:in variables="all" local="true"/><{d}:inputOutput><{d}:inputParameter name="b">${a}'
               '</{d}:inputParameter></{d}:inputOutput><{d}:out source="b" target="m"/>'),
          [{"complete": "qu"}, {"expect_variables": {"m": 2}}], {"a": 2}, CAM),
    *case("a call for each element hands the element in",
          call('<{d}:in source="y" target="v"/><{d}:in source="loopCounter" target="i"/>'
               '<{d}:out source="i" target="m"/>',
               many=loop('isSequential="true" {d}:collection="xs" {d}:elementVariable="y"')),
          [{"complete": "qu"}, {"expect_variables": {"m": 0}}, {"complete": "qu"}, {"expect_variables": {"m": 1}}],
          {"xs": ["a", "b"]}),
    # parameters
    *case("parameters are the task's own, and what a completion brings leaves beside them",
          line(task(ext('<{d}:inputOutput><{d}:inputParameter name="v">${n}</{d}:inputParameter><{d}:inputParameter '
                        'name="rỗng"/><{d}:outputParameter name="m">${v}</{d}:outputParameter></{d}:inputOutput>'))),
          [{"complete": "x", "variables": {"v": 9, "w": 5}},
           {"expect_variables": {"m": 9, "w": 5, "v": None, "n": 4}}],
          {"n": 4}, CAM),
    *case("lists, maps and scripts in FEEL",
          line(task(ext('<{d}:inputOutput><{d}:outputParameter name="m"><{d}:map><{d}:entry key="a"><{d}:list>'
                        '<{d}:value>${n}</{d}:value><{d}:value>x</{d}:value><{d}:script scriptFormat="feel">n + 1'
                        '</{d}:script></{d}:list></{d}:entry><{d}:entry key="b">${n == 4}</{d}:entry></{d}:map>'
                        "</{d}:outputParameter>"
                        "</{d}:inputOutput>"))),
          [{"complete": "x"}, {"expect_variables": {"m": {"a": [4, "x", 5], "b": True}}}], {"n": 4}, CAM),
    # services
    *case("an expression with a result", line(task(kind="serviceTask", attributes='{d}:expression="${n == 4}" '
          '{d}:resultVariable="m"')), [{"expect_variables": {"m": True}}], {"n": 4}),
    *case("an expression without signs is a text", line(task(kind="serviceTask", attributes='{d}:expression="abc" '
          '{d}:resultVariableName="m"')), [{"expect_variables": {"m": "abc"}}]),
    *case("an external task waits for who works on its topic",
          line(task(kind="serviceTask", attributes='{d}:type="external" {d}:topic="thue"')),
          [{"expect_ended": False}, {"complete": "x"}, *ENDED], dialects=CAM, hold=["x"]),
    *case("so does the task of an external worker",
          line(task(kind="serviceTask", attributes='{d}:type="external-worker" {d}:topic="${t}"')),
          [{"expect_ended": False}, {"complete": "x"}, *ENDED], {"t": "thue"}, FLOW, hold=["x"]),
    *case("a script's result", line(task("<b:script>n * 2</b:script>", "scriptTask", 'scriptFormat="feel" '
          '{d}:resultVariable="m"')), [{"expect_variables": {"m": 8}}], {"n": 4}),
    # decisions
    *case("a decision's only value", line(task(kind="businessRuleTask", attributes='{d}:decisionRef="one" '
          '{d}:resultVariable="r" {d}:mapDecisionResult="singleEntry"')), [{"expect_variables": {"r": "a"}}], {"n": 1},
          CAM, dmn=DMN.format(hit="FIRST", second="", more="")),
    *case("a decision's values as a list, also of one",
          line(task(kind="businessRuleTask", attributes='{d}:decisionRef="one" {d}:resultVariable="r" '
                    '{d}:mapDecisionResult="collectEntries"')), [{"expect_variables": {"r": ["a"]}}],
          {"n": 1}, CAM, dmn=DMN.format(hit="FIRST", second="", more="")),
    *case("a decision's values as a list", line(task(kind="businessRuleTask", attributes='{d}:decisionRef="one" '
          '{d}:resultVariable="r" {d}:mapDecisionResult="collectEntries"')), [{"expect_variables": {"r": ["a", "b"]}}],
          {"n": 9}, CAM, dmn=DMN.format(hit="COLLECT", second="", more="")),
    *case("a decision's outputs by their names", line(task(kind="businessRuleTask", attributes='{d}:decisionRef="one" '
          '{d}:resultVariable="r" {d}:mapDecisionResult="singleResult"')),
          [{"expect_variables": {"r": {"v": "a", "w": 1}}}], {"n": 1}, CAM,
          dmn=DMN.format(hit="FIRST", second='<output name="w"/>', more="<outputEntry><text>1</text></outputEntry>")),
    *case("a result that nobody asks for stays in the task",
          line(task(kind="businessRuleTask", attributes='{d}:decisionRef="one"')),
          [{"expect_variables": {"v": None, "w": None, "decisionResult": None}}, *ENDED], {"n": 1}, CAM,
          dmn=DMN.format(hit="FIRST", second='<output name="w"/>', more="<outputEntry><text>1</text></outputEntry>")),
    # events
    *case("a terminate of all ends all", around(events='<b:terminateEventDefinition {d}:terminateAll="true"/>'),
          [{"complete": "u"}, *ENDED], dialects=FLOW),
    *case("a terminate of its own scope only", around(events='<b:terminateEventDefinition {d}:terminateAll="false"/>'),
          [{"complete": "u"}, {"expect_open": ["after"]}], dialects=FLOW),
    *case("a terminate of all instances",
          around(events='<b:terminateEventDefinition {d}:terminateMultiInstance="true"/>',
                 many=loop(inside="<b:loopCardinality>3</b:loopCardinality>")),
          [{"expect_open_count": 3}, {"complete": "u"}, {"expect_open": ["after"]}], dialects=FLOW),
    *case("a signal named by an expression",
          line('<b:intermediateCatchEvent id="x"><b:signalEventDefinition {d}:signalExpression="${g}"/>'
               "</b:intermediateCatchEvent>"), [{"signal": "G"}, *ENDED], {"g": "G"}, FLOW),
    *case("a message named by an expression",
          line('<b:intermediateCatchEvent id="x"><b:messageEventDefinition {d}:messageExpression="tin_${g}"/>'
               "</b:intermediateCatchEvent>"), [{"message": "tin_G"}, *ENDED], {"g": "G"}, FLOW),
    *case("a signal takes along what it names",
          line('<b:intermediateThrowEvent id="x"><b:signalEventDefinition signalRef="g">'
               + ext('<{d}:in source="a" target="b"/>') + "</b:signalEventDefinition></b:intermediateThrowEvent>",
               '<b:signal id="g" name="G"/>',
               extra='<b:subProcess id="z" triggeredByEvent="true"><b:startEvent id="zs" isInterrupting="false">'
                     '<b:signalEventDefinition signalRef="g"/></b:startEvent><b:task id="zt"/>' + flow("zs", "zt")
                     + "</b:subProcess>"),
          [{"complete": "zt"}, {"expect_variables": {"b": 3}}, *ENDED], {"a": 3}, CAM),
    *case("a message that an expression stands for needs no message",
          line('<b:intermediateThrowEvent id="x"><b:messageEventDefinition {d}:expression="${true}"/>'
               "</b:intermediateThrowEvent>"), ENDED, dialects=CAM),
    *case("such an expression may give a result",
          line('<b:intermediateThrowEvent id="x"><b:messageEventDefinition {d}:expression="${n == 1}" '
               '{d}:resultVariable="r"/></b:intermediateThrowEvent>'),
          [{"expect_variables": {"r": True}}, *ENDED], {"n": 1}, CAM),
    *case("a timer in signs", line('<b:intermediateCatchEvent id="x"><b:timerEventDefinition><b:timeDuration>PT${n}H'
          "</b:timeDuration></b:timerEventDefinition></b:intermediateCatchEvent>"),
          [{"advance": "PT1H"}, {"expect_ended": False}, {"advance": "PT1H"}, *ENDED], {"n": 2}),
    *case("an error's code, also of an error that is not declared",
          around(events='<b:errorEventDefinition errorRef="E1"/>').replace("</bpmn:process>",
                                                                           CAUGHT + "</bpmn:process>"),
          [{"complete": "u"}, {"expect_open": ["y"]}, {"expect_variables": {"ma": "E1"}}]),
    *case("an escalation's code",
          line(task() + '<b:boundaryEvent id="b" attachedToRef="x"><b:escalationEventDefinition '
               '{d}:escalationCodeVariable="ma"/></b:boundaryEvent><b:userTask id="y"/>' + flow("b", "y")),
          [{"escalate": "x", "code": "C1"}, {"expect_open": ["y"]}, {"expect_variables": {"ma": "C1"}}], dialects=CAM),
    *case("a data object with its value and type",
          line(task(), extra='<b:dataObject id="d" name="so" itemSubjectRef="xsd:int">'
               + ext("<{d}:value>5</{d}:value>") + "</b:dataObject>").replace(HEAD, HEAD[:-1] + ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'),
          [{"expect_variables": {"so": 5}}], dialects=FLOW),
    *case("conditions on flows", process(
          '<b:startEvent id="s"/><b:exclusiveGateway id="x" default="f_x_b"/><b:task id="a"/><b:task id="b"/>'
          + flow("s", "x") + flow("x", "b")
          + flow("x", "a", inside=condition("${o['k-1'] == 'đ' &amp;&amp; !empty xs}"))),
          [{"expect_open": ["a"]}], {"o": {"k-1": "đ"}, "xs": [1]}),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "steps", "variables", "more"), CASES)
def test_a_model_of_another_engine_runs_as_it_means(tmp_path, xml, steps, variables, more):
    answer = run(tmp_path, xml, steps, variables, **dict(more))
    assert answer["ok"] and not answer["incidents"], (answer["failures"], answer["incidents"])


@pytest.mark.parametrize("prefix", FLOW)
@pytest.mark.parametrize(("scope", "left"), [("processInstance", ["u", "qu"]), ("global", ["u"])])
def test_a_signal_of_one_instance_stays_in_it(tmp_path, prefix, scope, left):
    """It reaches its own process's boundary event, but neither another process nor one that is called."""
    wait = ('<bpmn:boundaryEvent id="{0}b" attachedToRef="{0}u"><bpmn:signalEventDefinition signalRef="g"/>'
            "</bpmn:boundaryEvent>")  # fmt: skip
    other = CALLED.replace("</bpmn:process>", wait.format("q") + flow("qb", "qe") + "</bpmn:process>")
    xml = process(
        '<b:startEvent id="s"/><b:parallelGateway id="g1"/><b:callActivity id="c" calledElement="q"/>'
        '<b:userTask id="w"/><b:userTask id="t"/>'
        '<b:intermediateThrowEvent id="x"><b:signalEventDefinition signalRef="g"/>'
        '</b:intermediateThrowEvent><b:userTask id="u"/><b:endEvent id="e"/>'
        '<b:boundaryEvent id="wb" attachedToRef="w"><b:signalEventDefinition signalRef="g"/></b:boundaryEvent>'
        + flow("s", "g1") + flow("g1", "c") + flow("g1", "w") + flow("g1", "t") + flow("t", "x") + flow("x", "u")
        + flow("c", "e") + flow("w", "e") + flow("wb", "e") + flow("u", "e"),
        f'<b:signal id="g" name="G" {prefix}:scope="{scope}"/>',
    ).replace("</bpmn:definitions>", other + "</bpmn:definitions>")  # fmt: skip
    answer = run(tmp_path, xml, [{"complete": "t"}, {"expect_open": left}])
    assert answer["ok"], answer["failures"]


@pytest.mark.parametrize("prefix", CAM)
def test_a_decision_that_does_not_fit_its_shape_is_an_incident_at_the_task(tmp_path, prefix):
    said = f'{prefix}:decisionRef="one" {prefix}:resultVariable="r" {prefix}:mapDecisionResult="singleResult"'
    answer = run(tmp_path, line(task(kind="businessRuleTask", attributes=said)), [], {"n": 1},
                 dmn=DMN.format(hit="FIRST", second="", more=""))  # fmt: skip
    assert [(each["element"], each["kind"]) for each in answer["incidents"]] == [("x", "mapping")]


ZEEBE = [
    ("input mappings of each instance see its element",
     line(task(ext('<zeebe:ioMapping><zeebe:input source="= y + loopCounter" target="v"/><zeebe:output source="= v" '
                   'target="m"/></zeebe:ioMapping>') + loop('isSequential="true"', ext(
                       '<zeebe:loopCharacteristics inputCollection="= xs" inputElement="y" outputCollection="r" '
                       'outputElement="= v"/>')), "manualTask")),
     [{"complete": "x"}, {"complete": "x"}, {"expect_variables": {"r": [11, 22], "m": 22}}], {"xs": [10, 20]}),
    ("with output mappings nothing else leaves",
     line(task(ext('<zeebe:ioMapping><zeebe:output source="= a" target="m"/></zeebe:ioMapping>'))),
     [{"complete": "x", "variables": {"a": 1, "b": 2}}, {"expect_variables": {"m": 1, "b": None}}], {}),
    ("a called process that gives nothing back",
     line(task(ext('<zeebe:calledElement processId="q" propagateAllChildVariables="false"/>'), "callActivity")).replace(
         "</bpmn:definitions>", CALLED + "</bpmn:definitions>"),
     [{"complete": "qu", "variables": {"w": 1}}, {"expect_variables": {"w": None}}, *ENDED], {}),
    ("a user task of the newer kind, with its form, candidates and dates",
     line(task(ext('<zeebe:userTask/><zeebe:formDefinition externalReference="f" bindingType="latest"/>'
                   '<zeebe:assignmentDefinition assignee="= ai" candidateGroups="= nhom" candidateUsers="a, b"/>'
                   '<zeebe:taskSchedule dueDate="= now() + duration(&quot;P1D&quot;)" followUpDate="2026-01-01"/>'
                   '<zeebe:priorityDefinition priority="= 60"/>'))), DONE, {"ai": "an", "nhom": ["g"]}),
    ("a message with its key",
     line('<b:intermediateCatchEvent id="x"><b:messageEventDefinition messageRef="m"/></b:intermediateCatchEvent>',
          '<b:message id="m" name="M">' + ext('<zeebe:subscription correlationKey="= so"/>') + "</b:message>"),
     [{"message": "M", "correlation": "7"}, *ENDED], {"so": 7}),
    ("a script's result", line(task(ext('<zeebe:script expression="= 1 + 1" resultVariable="r"/>'), "scriptTask")),
     [{"expect_variables": {"r": 2}}], {}),
    ("a job of a service", line(task(ext('<zeebe:taskDefinition type="= t" retries="= 2"/>'), "serviceTask")),
     [{"expect_ended": True}], {"t": "thue"}),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "steps", "variables"), [pytest.param(*row[1:], id=row[0]) for row in ZEEBE])
def test_a_model_of_camunda_8_runs_as_it_means(tmp_path, xml, steps, variables):
    answer = run(tmp_path, xml, steps, variables)
    assert answer["ok"] and not answer["incidents"], (answer["failures"], answer["incidents"])


WORKLOADS = Path(__file__).parents[4] / "shared" / "data" / "workloads"
#: What the models' Java would have set.
SET = {"firstGw": "A", "secondGw": "C", "var": 7}


@pytest.mark.parametrize("path", sorted(WORKLOADS.glob("*.xml")), ids=lambda path: path.name.partition(".")[0])
def test_a_workload_of_the_public_benchmarks_runs_to_its_end_or_its_java_is_named(tmp_path, path):
    """16 models of Flowable's and Activiti's benchmarks; those with Java run once it is a no-op."""
    text = path.read_text("utf-8")
    process = next(iter(read(path).processes))
    plain = re.sub(r'(flowable|activiti):class="[^"]*"', r'\1:expression="${true}"', text)
    if plain != text:
        assert {error.rule for error in read(path).errors} == {"java-implementation"}
    file = tmp_path / path.name
    file.write_text(plain)
    answer = scenario.run_files([file], {"process": process, "auto": True, "variables": SET})
    assert answer["ended"] and not answer["incidents"] and not answer["failures"], answer


@pytest.mark.parametrize("prefix", [*ALL, "zeebe"])
def test_the_form_may_be_chosen_as_the_task_opens(prefix):
    if prefix == "zeebe":
        body = task(ext('<zeebe:formDefinition formId="= if gap then &quot;nhanh&quot; else &quot;thường&quot;"/>'))
    else:
        body = task(attributes=f'{prefix}:formKey="to_{{}}"'.replace("{}", "${loai}"))
    xml = line(body).replace(' targetNamespace', "".join(f' xmlns:{n}="{SPACES[n]}"' for n in ("operaton", "activiti"))
                             + " targetNamespace", 1)  # fmt: skip
    found = read(xml.encode(), "m.bpmn")
    assert not found.errors
    run_ = World(found.processes).start("p", {"gap": True, "loai": "khai"})
    assert [each.form for each in run_.open_tasks] == ["nhanh" if prefix == "zeebe" else "to_khai"]
