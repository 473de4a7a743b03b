"""The silent faults of SpiffWorkflow's own BPMN layer, shown on it, and the same models here: right, or refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser
from SpiffWorkflow.util.task import TaskState

from engine import dmn
from engine.run import Run
from engine.scenario import run_files
from tests.engine.run.world import World
from tests.engine.run.world import model as processes
from tests.engine.specification.writing import (
    NOW,
    E,
    S,
    boundary,
    catch,
    definitions,
    end,
    event_sub,
    flows,
    gateway,
    node,
    sub,
    throw,
    users,
    what,
)


def stock(body: str, kind: type = BpmnWorkflow) -> Any:
    parser = BpmnParser()
    parser.add_bpmn_str(definitions(body).encode())
    workflow = kind(parser.get_spec("main"), parser.get_subprocess_specs("main"))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: Any) -> list[str]:
    return sorted(task.task_spec.bpmn_id for task in workflow.get_tasks(state=TaskState.READY))


def ours(body: str, folder: Path, *steps: Any) -> dict[str, Any]:
    file = folder / "m.bpmn"
    file.write_text(definitions(body))
    return run_files([file], {"process": "main", "now": NOW, "steps": list(steps)}, lang="en")


def opened(answer: dict[str, Any]) -> list[str]:
    assert answer["ok"], answer["failures"]
    return sorted(task["element"] for task in answer["open"])


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


def test_1_flows_without_an_id(tmp_path: Path) -> None:
    body = (S + E + users("u") + flows("s>u>e")).replace('id="s-u" ', "").replace('id="u-e" ', "")
    assert stock(body).is_completed()
    assert opened(ours(body, tmp_path)) == ["u"]


def test_2_links(tmp_path: Path) -> None:
    body = S + E + throw("w", what("link")) + catch("k", what("link")) + users("u") + flows("s>w", "k>u>e")
    assert stock(body).is_completed()
    assert opened(ours(body, tmp_path)) == ["u"]


def test_3_signal_ends_and_compensation_throws(tmp_path: Path) -> None:
    body = (S + E + gateway("parallel", "p") + users("t a") + boundary("b", "t", what("signal"))
            + end("x", what("signal")) + flows("s>p", "p>t>e", "p>x", "b>a>e"))  # fmt: skip
    assert ready(stock(body)) == ["t"]
    assert opened(ours(body, tmp_path)) == ["a"]
    undone = (boundary("ab", "a", what("compensate")) + users("ax", attributes='isForCompensation="true"')
              + '<association id="as" sourceRef="ab" targetRef="ax"/>')  # fmt: skip
    assert stock(line(throw("w", what("compensate")), "w")).is_completed()
    assert opened(ours(line(users("a") + undone + throw("w", what("compensate")), "a", "w"), tmp_path,
                       {"complete": "a"})) == ["ax"]  # fmt: skip


def test_4_the_condition_of_an_only_flow(tmp_path: Path) -> None:
    body = S + E + users("a b") + flows("s>a", "a>b ? false", "b>e")
    workflow = stock(body)
    workflow.get_next_task(state=TaskState.READY).run()
    workflow.do_engine_steps()
    assert ready(workflow) == ["b"]
    assert [one["rule"] for one in ours(body, tmp_path)["failures"]] == ["single-conditional-flow"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_5_starts_of_event_subprocesses(kind: str, tmp_path: Path) -> None:
    handler = event_sub("ev", what(kind), users("u") + end("eo") + flows("ev_s>u>eo"))
    body = line(users("a") + handler, "a")
    assert ready(stock(body)) == ["a", "u"], "nothing was thrown, and its handler is at work"
    assert opened(ours(body, tmp_path)) == ["a"]


def test_5_signals_in_a_nested_event_subprocess(tmp_path: Path) -> None:
    handler = event_sub("ev", what("signal"), users("u") + end("eo") + flows("ev_s>u>eo"))
    body = line(sub("p", start_i() + throw("w", what("signal")) + users("k") + end("o") + flows("i>w>k>o") + handler),
                "p")  # fmt: skip
    assert ready(stock(body)) == ["k"]
    assert opened(ours(body, tmp_path)) == ["u"]


def start_i() -> str:
    return node("startEvent", "i")


def test_6_what_interrupts_from_inside(tmp_path: Path) -> None:
    script = "<script>ran = 1</script>"
    body = line(
        sub("p", start_i() + throw("w", what("signal")) + node("scriptTask", "k", script) + end("o") + flows("i>w>k>o"))
        + users("y")
        + boundary("b", "p", what("signal"))
        + flows("b>y>e"),
        "p",
    )
    workflow = stock(body)
    assert any(task.task_spec.bpmn_id == "k" and task.state == TaskState.COMPLETED for task in workflow.get_tasks())
    answer = ours(body.replace("ran = 1", "{ran: 1}"), tmp_path)
    assert opened(answer) == ["y"] and not [one for one in answer["trace"] if one["element"] == "k"]


def test_7_hundreds_of_returns() -> None:
    body = (
        S
        + E
        + gateway("exclusive", "m")
        + users("u")
        + gateway("exclusive", "x", "x-m")
        + flows("s>m>u>x", "x>e ? xong", "x>m")
    )
    workflow = stock(body.replace(">xong<", ">False<"))
    for _ in range(520):
        if workflow.is_completed():
            break
        workflow.get_next_task(state=TaskState.READY).run()
        workflow.do_engine_steps()
    assert workflow.is_completed(), "its iterators have stopped, and a task is still to be done"
    world = World(processes(body))
    run = world.start(variables={"xong": False})
    for _ in range(520):
        world.complete("u")
    assert world.open == ["u"] and not run.ended


def test_8_an_instance_changes_the_model_of_the_next(tmp_path: Path) -> None:
    again = ('<standardLoopCharacteristics loopMaximum="3"><loopCondition xsi:type="tFormalExpression">n > 0'
             "</loopCondition></standardLoopCharacteristics>")  # fmt: skip
    body = line(sub("h", '<dataObject id="dd" name="dd"/>' + users("a") + users("b", again)
                    + '<completionCondition xsi:type="tFormalExpression">n > 9</completionCondition>',
                    "adHocSubProcess"), "h")  # fmt: skip
    parser = BpmnParser()
    parser.add_bpmn_str(definitions(body).encode())
    specs = parser.get_spec("main"), parser.get_subprocess_specs("main")

    def begun() -> Any:
        workflow = BpmnWorkflow(*specs)
        workflow.task_tree.data.update(n=0)
        workflow.do_engine_steps()
        return workflow

    first = begun()
    assert ready(first) == ["a"]
    task = first.get_next_task(state=TaskState.READY)
    task.data["n"] = 1
    task.run()
    assert ready(begun()) == ["a", "b"], "the same model and data as the first"
    processes_ = processes(body)
    for _ in range(2):
        world = World(processes_)
        world.start(variables={"n": 0})
        assert world.open == ["a", "b"]
        world.complete("a", {"n": 1})
    file = tmp_path / "m.bpmn"
    file.write_text(definitions(body))
    assert opened(run_files([file], {"process": "main", "also_start": ["main"], "variables": {"n": 0}})) == list("aabb")


def test_9_messages_without_correlation_take_everything(tmp_path: Path) -> None:
    body = line(catch("k", what("message")) + users("u"), "k", "u")
    workflow = stock(body)
    waiting = workflow.get_next_task(spec_name="k")
    workflow.catch(BpmnEvent(waiting.task_spec.event_definition, {}, correlations={"khoá": {"mã": "của người khác"}}))
    workflow.do_engine_steps()
    assert ready(workflow) == ["u"]
    keyed = ('<message id="M" name="tin"><extensionElements><zeebe:subscription correlationKey="= &quot;A&quot;"/>'
             "</extensionElements></message>")  # fmt: skip
    file = tmp_path / "m.bpmn"
    file.write_text(definitions(body, keyed))
    answer = run_files([file], {"process": "main", "steps": [{"message": "tin", "correlation": "B"}]})
    assert not answer["ok"] and not answer["open"]


TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'
    '<inputData id="i0" name="n"><variable id="v0" name="n" typeRef="number"/></inputData><decision id="x" name="x">'
    '<variable id="v" name="x" typeRef="string"/><informationRequirement id="ir"><requiredInput href="#i0"/>'
    '</informationRequirement><decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression id="ie" '
    'typeRef="number"><text>n</text></inputExpression></input><output id="o" name="x" typeRef="string"/>'
    '<rule id="r1"><inputEntry id="a1"><text>&gt; 1</text></inputEntry><outputEntry id="b1"><text>"một"</text>'
    '</outputEntry></rule><rule id="r2"><inputEntry id="a2"><text>&gt; 2</text></inputEntry><outputEntry id="b2">'
    '<text>"hai"</text></outputEntry></rule></decisionTable></decision></definitions>'
)


def test_10_two_rules_of_a_unique_table_hold(tmp_path: Path) -> None:
    parser = BpmnDmnParser()
    parser.add_dmn_xml(etree.fromstring(TABLE.encode()), "d.dmn")
    task = SimpleNamespace(data={"n": 5}, workflow=SimpleNamespace(script_engine=PythonScriptEngine()))
    assert parser.get_engine("x", "x").result(task) == {"x": "một"}, "the first, unchecked"
    file = tmp_path / "d.dmn"
    file.write_text(TABLE)
    assert dmn.load(file).decide("x", {"n": 5}) is None
    assert dmn.load(file).decide("x", {"n": 2}) == "một"


def test_11_a_loaded_workflow_evaluates_python_again() -> None:
    class Ours(PythonScriptEngine):
        pass

    body = line(users("u") + node("scriptTask", "k", "<script>n = [].__class__.__name__</script>"), "u", "k")
    workflow = stock(body)
    workflow.script_engine = Ours()
    serializer = BpmnWorkflowSerializer()
    loaded = serializer.deserialize_json(serializer.serialize_json(workflow))
    assert type(loaded.script_engine) is PythonScriptEngine
    loaded.get_next_task(state=TaskState.READY).run()
    loaded.do_engine_steps()
    assert loaded.data["n"] == "list", "Python of the model has run"
    world = World(
        processes(
            line(users("u") + node("scriptTask", "k", "<script>{n: x.__class__}</script>"), "u", "k").replace(
                "x.__class__", "x.lớp"
            )
        )
    )
    run = world.start()
    again = Run.load(run.dump(), world)
    again.complete(again.open_tasks[0].id)
    assert again.variables["n"] is None
