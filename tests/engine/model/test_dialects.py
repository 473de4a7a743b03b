"""Models of Camunda 7, Operaton, Flowable and Activiti mean the same here, or are refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.model import export, read
from engine.model.source import juel
from engine.run.tasks import names as offered
from tests.engine.model.shapes import ext, line, task


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("${a}", "a"),
        ("#{a.b['c'].d}", "a.b.c.d"),
        ("${a == 'x' && !b}", '((a = "x") and not(b))'),
        ("${a ne 5 or b le 2.50 and c}", "((a != 5) or ((b <= 2.50) and c))"),
        ("${(a > 1) == true}", "((a > 1) = true)"),
        ("${a == null}", "(a = null)"),
        ("${-1 < a}", "(-1 < a)"),
        ("${a['b-c'].d['in']}", 'get value(get value(a, "b-c").d, "in")'),
        ("\\${x} là ${y}", '"${x} là " + string(y)'),
        ("${!a and b}", "(not(a) and b)"),
        ("${a == 'x\\\\y'}", '(a = "x\\\\y")'),
        ("kermit_${loopCounter}", '"kermit_" + string((loopCounter - 1))'),
        ("${nrOfCompletedInstances == 5}", "(numberOfCompletedInstances = 5)"),
        ('${a == "it\'s \\"ok\\""}', '(a = "it\'s \\"ok\\"")'),
        ("${empty a}", '(a = null or string(a) = "" or string(a) = "[]" or string(a) = "{}")'),
    ],
)
def test_the_simple_subset_is_translated(text, feel):
    assert juel.translate(text) == feel


@pytest.mark.parametrize(
    "text",
    ["${a + 1}", "${a ? b : c}", "${bean.go()}", "${a[0]}", "${execution.id}", "${fn:x(a)}", "${a = 1}", "${", "${}",
     "${a == 'x\\ny'}", "${5L > a}", "${-a}", "${a[b]}", "${a.b()}", "${task.name}", "${a in b}",
     "${a < b < c}", "${a; b}", "${if}", "${'x' 'y'}", "${" + "(" * 80 + "a" + ")" * 80 + "}",
     "${" + "!" * 5000 + "a}", "${" + "empty " * 5000 + "a}", "${empty (a && b)}", "${a" + "['b c']" * 80 + "}"],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(juel.Untranslatable):
        juel.translate(text)


_ATOMS = st.sampled_from([("a", 1), ("b", 2), ("c.d", 3), ("-4", -4), ("5", 5), ("2.50", 2.5)])
_FLAGS = st.sampled_from([("p", True), ("o['q r']", False), ("true", True), ("false", False)])
_COMPARED = {"==": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge"}


@st.composite
def _said(draw, depth: int = 3):
    """An expression of the subset with as few brackets as its precedence needs: text, value, how closely it binds."""
    kind = draw(st.sampled_from(["flag", "compare"] + (["not", "and", "or"] if depth else [])))
    if kind == "flag":
        text, value = draw(_FLAGS)
        return text, value, 4
    if kind == "compare":
        (left, x), (right, y) = draw(_ATOMS), draw(_ATOMS)
        sign = draw(st.sampled_from(sorted(_COMPARED)))
        value = {"==": x == y, "!=": x != y, "<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}[sign]
        return f"{left} {draw(st.sampled_from([sign, _COMPARED[sign]]))} {right}", value, 3
    text, value, binds = draw(_said(depth=depth - 1))
    if kind == "not":
        text = f"({text})" if binds < 4 else text
        return f"{draw(st.sampled_from(['!', 'not ']))}{text}", not value, 4
    other, second, loose = draw(_said(depth=depth - 1))
    need = 2 if kind == "and" else 1
    left, right = (f"({each})" if bound < need else each for each, bound in ((text, binds), (other, loose)))
    word = draw(st.sampled_from(["&&", "and"] if kind == "and" else ["||", "or"]))
    return f"{left} {word} {right}", (value and second) if kind == "and" else (value or second), need


@settings(deadline=None)
@given(_said())
def test_precedence_is_that_of_the_other_language(said):
    text, value, _ = said
    data = {"a": 1, "b": 2, "c": {"d": 3}, "p": True, "o": {"q r": False}}
    assert feel.evaluate(juel.translate(f"${{{text}}}"), data) is value, text


def test_the_translation_of_the_subset_is_feel():
    assert feel.evaluate(juel.translate("${a == 'x' && !b}"), {"a": "x", "b": False}) is True
    for value, empty in ((None, True), ("", True), ([], True), ({}, True), ("a", False), ([1], False)):
        assert feel.evaluate(juel.translate("${empty a}"), {"a": value}) is empty


def model(xml: str):
    found = read(xml.encode(), "m.bpmn")
    return found, next(iter(found.processes.values())).node("x")


def test_assignments_forms_and_due_dates():
    found, node = model(line(task(attributes='camunda:assignee="${nguoi}" camunda:candidateGroups="mot_cua" '
                                  'camunda:dueDate="${han}" flowable:formKey="to-khai"')))  # fmt: skip
    assert not found.errors
    assert (node.assignment.assignee.text, node.assignment.candidate_groups) == ("nguoi", "mot_cua")
    assert (node.assignment.due.text, node.form) == ("han", "to-khai")
    assert found.translated[0] == {
        "dialect": "camunda", "element": "x", "line": "4", "effect": "translated",
        "from": 'camunda:assignee="${nguoi}"', "to": 'zeebe:assignmentDefinition assignee="= nguoi"'}  # fmt: skip


def test_owners_written_as_users_and_groups():
    inside = "<b:potentialOwner><b:resourceAssignmentExpression><b:formalExpression>user(an), group(mot_cua), van_thu"
    inside += "</b:formalExpression></b:resourceAssignmentExpression></b:potentialOwner>"
    _, node = model(line(task(inside)))
    assert (node.assignment.candidate_users, node.assignment.candidate_groups) == ("an", "mot_cua,van_thu")


def test_a_call_passes_what_it_names():
    _, node = model(line(task(ext('<camunda:in source="a" target="b"/><camunda:out sourceExpression="${c}" target="d"/>'
                                  '<camunda:in businessKey="#{execution.processBusinessKey}"/>'), "callActivity",
                              'calledElement="q"')))  # fmt: skip
    assert [(a.source.text, a.target) for a in node.inputs] == [("a", "b")]
    assert [(a.source.text, a.target) for a in node.outputs] == [("c", "d")]
    assert (node.propagate_all_parent, node.propagate_all_child) == (False, False)
    _, node = model(line(task(ext('<camunda:in variables="all"/>'), "callActivity", 'calledElement="q"')))
    assert (node.propagate_all_parent, node.propagate_all_child) == (True, False)


def test_parameters_become_mappings():
    inside = ext(
        '<camunda:inputOutput><camunda:inputParameter name="a">${b}</camunda:inputParameter><camunda:inputParameter '
        'name="l"><camunda:list><camunda:value>x</camunda:value><camunda:value>${y}</camunda:value></camunda:list>'
        '</camunda:inputParameter><camunda:outputParameter name="m"><camunda:map><camunda:entry key="k">v'
        "</camunda:entry>"
        "</camunda:map></camunda:outputParameter></camunda:inputOutput>"
    )
    found, node = model(line(task(inside)))
    assert not found.errors
    assert [(a.target, a.source.text) for a in node.inputs] == [("a", "b"), ("l", '["x", y]')]
    assert [(a.target, a.source.text) for a in node.outputs] == [("m", '{"k": "v"}')]


def test_an_expression_that_does_nothing_is_allowed_and_one_that_gives_a_value_writes_it():
    found, node = model(line(task(kind="serviceTask", attributes='flowable:expression="${true}"')))
    assert not found.errors and node.connector is None
    said = 'camunda:expression="${a == b}" camunda:resultVariable="c"'
    _, node = model(line(task(kind="serviceTask", attributes=said)))
    assert [(a.target, a.source.text) for a in node.outputs] == [("c", "(a = b)")]


def test_a_data_object_brings_its_value_and_a_simple_type():
    value = '<b:dataObject id="do" name="so" itemSubjectRef="xsd:int">' + ext("<flowable:value>5</flowable:value>")
    xml = line(task(), extra=value + "</b:dataObject>").replace("<bpmn:definitions", '<bpmn:definitions xmlns:xsd='
                                                                '"http://www.w3.org/2001/XMLSchema"', 1)  # fmt: skip
    found, _ = model(xml)
    assert not found.errors
    assert found.processes["p"].scope.data["so"].text == "5"


def test_a_meaning_of_another_engine_is_refused():
    found, _ = model(line(task(kind="serviceTask", attributes='flowable:triggerable="true"')))
    assert [f.rule for f in found.errors] == ["foreign-meaning"]


def test_an_external_task_is_a_connector():
    _, node = model(line(task(kind="serviceTask", attributes='camunda:type="external" camunda:topic="thue"')))
    assert node.connector == "thue"


@pytest.mark.parametrize(
    ("xml", "rule", "named"),
    [
        (task(kind="serviceTask", attributes='camunda:delegateExpression="${d}"'),
         "java-implementation", "delegateExpression"),
        (task(ext('<flowable:executionListener event="start" class="a.B"/>')),
         "listener", "flowable:executionListener"),
        (task(ext("<camunda:connector/>"), "serviceTask"), "java-implementation", "camunda:connector"),
        (task(attributes='camunda:assignee="${users.next()}"'), "foreign-expression", "users.next()"),
        (task(kind="businessRuleTask", attributes='camunda:decisionRef="d" camunda:resultVariable="r"'),
         "decision-result", "resultList"),
    ],
)  # fmt: skip
def test_code_is_refused_by_name(xml, rule, named):
    found, _ = model(line(xml))
    told = [f for f in found.errors if f.rule == rule]
    assert told and told[0].element == "x" and named in told[0].message


def test_a_translated_model_is_exported_as_it_came_with_all_that_its_engine_wrote():
    inside = ext('<camunda:inputOutput><camunda:inputParameter name="a">${b}</camunda:inputParameter>'
                 '</camunda:inputOutput><flowable:executionListener event="start" class="a.B"/>')  # fmt: skip
    xml = line(task(inside, attributes='camunda:assignee="${nguoi}" flowable:async="true" camunda:owner="x"'))
    out = export(xml.encode()).decode()
    for part in ('camunda:assignee="${nguoi}"', 'flowable:async="true"', 'camunda:owner="x"', 'class="a.B"',
                 '<camunda:inputParameter name="a">${b}</camunda:inputParameter>'):  # fmt: skip
        assert part in out


@pytest.mark.parametrize("name", ["my-var", "a b", "2x", "in", "execution"])
def test_a_plain_name_that_feel_reads_otherwise_is_refused(name):
    for xml in (task(ext(f'<camunda:in source="{name}" target="b"/>'), "callActivity", 'calledElement="q"'),
                task(f'<b:multiInstanceLoopCharacteristics flowable:collection="{name}"/>')):  # fmt: skip
        assert "foreign-expression" in {f.rule for f in read(line(xml).encode(), "m").errors}


def test_what_is_read_twice_is_said_once():
    event = '<b:intermediateCatchEvent id="x"><b:signalEventDefinition signalRef="g"/></b:intermediateCatchEvent>'
    found = read(line(event, '<b:signal id="g" name="${ten}"/>').encode(), "m")
    assert [(row["element"], row["from"], row["to"]) for row in found.translated] == [("g", "${ten}", "= ten")]


@pytest.mark.parametrize(
    ("text", "data", "names"),
    [
        ("a, b", {}, ["a", "b"]),
        ("${x}", {"x": ["a", "b"]}, ["a", "b"]),
        ("${x}", {"x": "a, b"}, ["a", "b"]),
        ("a, ${x}", {"x": ["b", "c"]}, ["a", "b", "c"]),
        ("a,${x},d", {"x": "b , c"}, ["a", "b", "c", "d"]),
        ("a, ${x}", {"x": None}, ["a"]),
        ("to_${x}, ${o['k,1']}", {"x": "b", "o": {"k,1": "c"}}, ["to_b", "c"]),
    ],
)
def test_candidates_are_a_list_however_they_are_written(text, data, names):
    inside = f"<b:formalExpression>{text}</b:formalExpression>"
    owner = f"<b:resourceAssignmentExpression>{inside}</b:resourceAssignmentExpression>"
    owned = task(f"<b:potentialOwner>{owner}</b:potentialOwner>")
    for xml in (task(attributes=f'camunda:candidateGroups="{text}"'), owned):
        found, node = model(line(xml))
        assert not found.errors
        asked = node.assignment.candidate_groups
        value = asked if isinstance(asked, str) else feel.evaluate(asked.text, data)
        assert offered(value) == names
