"""Each name that another engine adds to BPMN, in each dialect: translated, kept, told of, or refused by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model import read
from engine.model.dialects.fates import (
    ATTRIBUTES,
    ELEMENTS,
    ZEEBE_ELEMENTS,
    ZEEBE_LISTENERS,
    ZEEBE_REFUSED,
    ZEEBE_TOLD,
    Fate,
    fate,
)
from engine.model.names import DIALECTS
from tests.engine.model.shapes import HEAD, ext, file, flow, line, task

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "dialects.md"
SPACES = {name: uri for uri, name in DIALECTS.items() if "modeler" not in uri and "fox" not in uri}
PREFIXES = sorted(SPACES)
#: What is said of a name, by what becomes of it: the rule, and how grave it is.
SAID = {
    "told": ("foreign-without-effect", "warning"), "refused": ("foreign-meaning", "error"),
    "code": ("java-implementation", "error"), "listener": ("listener", "error"), "form": ("embedded-form", "warning"),
}  # fmt: skip
#: An element to write the name on, where it is meant for none in particular.
ANYWHERE = "userTask"


def written(kind: str, attributes: str = "", inside: str = "") -> str:
    """A model with an element of that kind that has the attributes and the extension elements."""
    extensions = ext(inside) if inside else ""
    definitions = {
        "messageEventDefinition": 'messageRef="m"', "signalEventDefinition": 'signalRef="g"',
        "errorEventDefinition": 'errorRef="err"', "escalationEventDefinition": 'escalationRef="esc"',
    }  # fmt: skip
    roots = (f'<b:message id="m" name="M"/><b:signal id="g" name="G" {attributes if kind == "signal" else ""}/>'
             f'<b:error id="err" errorCode="E" {attributes if kind == "error" else ""}/>'
             '<b:escalation id="esc" escalationCode="C"/>')  # fmt: skip
    if kind in ("signal", "error"):
        body = line(task(), roots)
    elif kind == "multiInstanceLoopCharacteristics":
        loop = f"<b:{kind} {attributes}>{extensions}<b:loopCardinality>2</b:loopCardinality></b:{kind}>"
        body = line(task(loop), roots)
    elif kind == "terminateEventDefinition":
        end = f'<b:endEvent id="t"><b:{kind} {attributes}/></b:endEvent>'
        body = line(task(), roots, extra=f'<b:task id="y"/>{end}{flow("y", "t")}')
    elif kind in ("errorEventDefinition", "escalationEventDefinition"):
        caught = f"<b:{kind} {definitions[kind]} {attributes}/>"
        event = f'<b:boundaryEvent id="b" attachedToRef="x">{caught}</b:boundaryEvent>'
        body = line(task(kind="subProcess", inside='<b:task id="i"/>'), roots,
                    extra=f'{event}<b:task id="y"/>{flow("b", "y")}')  # fmt: skip
    elif kind in ("messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"):
        condition = "<b:condition>a</b:condition>" if kind.startswith("cond") else ""
        event = f"<b:{kind} {definitions.get(kind, '')} {attributes}>{extensions}{condition}</b:{kind}>"
        body = line(f'<b:intermediateCatchEvent id="x">{event}</b:intermediateCatchEvent>', roots)
    elif kind == "startEvent":
        start = f'<bpmn:startEvent id="s" {attributes}>{extensions}</bpmn:startEvent>'
        body = line(task(), roots).replace('<bpmn:startEvent id="s"/>', start)
    elif kind == "dataObject":
        body = line(task(), roots, extra=f'<b:dataObject id="d" name="d">{extensions}</b:dataObject>')
    else:
        called = 'calledElement="p"' if kind == "callActivity" else ""
        body = line(task(extensions, kind, f"{called} {attributes}"), roots)
    head = HEAD.replace(' xmlns:flowable="http://flowable.org/bpmn"', "").replace(
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"', "")  # fmt: skip
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in SPACES.items())
    return body.replace("<b:", "<bpmn:").replace("</b:", "</bpmn:").replace(HEAD, head.replace(
        ' targetNamespace="urn:test"', f'{spaces} targetNamespace="urn:test"'))  # fmt: skip


def cases(table: dict[str, tuple[Fate, ...]]) -> list[object]:
    found = []
    for name, fates in sorted(table.items()):
        for each in fates:
            kind = sorted(each.on)[0].replace("globalUserTask", ANYWHERE) if each.on else ANYWHERE
            kind = {"globalBusinessRuleTask": "businessRuleTask", "globalScriptTask": "scriptTask"}.get(kind, kind)
            kind = "serviceTask" if "serviceTask" in each.on else kind
            found += [pytest.param(name, each, kind, prefix, id=f"{prefix}:{name} {each.effect} on {kind}")
                      for prefix in PREFIXES]  # fmt: skip
    return found


def says(xml: str, effect: str, what: str) -> None:
    """The model is read, and what is said of `what` is what is said of names with that effect."""
    model = read(xml.encode(), "m.bpmn")
    found = [(f.rule, f.severity) for f in model.findings if what in f.message]
    foreign = [pair for pair in found if pair[0] in {rule for rule, _ in SAID.values()} | {"unknown-extension"}]
    assert foreign == ([SAID[effect]] if effect in SAID else []), (what, model.findings)
    rows = [row for row in model.translated if row["from"].startswith(what)]
    if effect in ("kept", "told"):
        assert [row["effect"] for row in rows] == ["none"], model.translated
    elif effect == "read" and not what.endswith((":type", ":inputOutput", ":value")):
        assert "translated" in {row["effect"] for row in rows}, model.translated


@pytest.mark.parametrize(("name", "which", "kind", "prefix"), cases(ATTRIBUTES))
def test_an_attribute_has_its_fate_in_every_dialect(name, which, kind, prefix):
    value = which.value or {"type": "external", "mapDecisionResult": "singleEntry"}.get(name, "v")
    beside = f'{prefix}:resultVariable="r"' if name == "expression" else ""
    says(written(kind, f'{prefix}:{name}="{value}" {beside}'), which.effect, f"{prefix}:{name}")


@pytest.mark.parametrize(("name", "which", "kind", "prefix"), cases(ELEMENTS))
def test_an_extension_element_has_its_fate_in_every_dialect(name, which, kind, prefix):
    inside = {
        "in": f'<{prefix}:in source="a" target="b"/>', "out": f'<{prefix}:out source="a" target="b"/>',
        "failedJobRetryTimeCycle": f"<{prefix}:failedJobRetryTimeCycle>R5/PT1M</{prefix}:failedJobRetryTimeCycle>",
        "variableAggregation": f'<{prefix}:variableAggregation target="t"><variable source="a"/>'
                               f"</{prefix}:variableAggregation>",
    }.get(name, f"<{prefix}:{name}/>")  # fmt: skip
    says(written(kind, inside=inside), which.effect, f"{prefix}:{name}")


@pytest.mark.parametrize(
    ("on", "name", "value"),
    [("terminateEventDefinition", "terminateAll", "false"), ("userTask", "triggerable", "false"),
     ("callActivity", "calledElementBinding", "latest"), ("callActivity", "calledElementBinding", "deployment"),
     ("businessRuleTask", "decisionRefBinding", "latest"), ("callActivity", "calledElementType", "key")],
)  # fmt: skip
def test_a_name_that_says_what_is_so_anyway_changes_nothing(on, name, value):
    assert fate(ATTRIBUTES, name, on, value) == Fate("kept")
    assert not read(written(on, f'flowable:{name}="{value}"').encode(), "m").errors


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("on", "attributes", "inside"),
    [("serviceTask", '{0}:assignee="a"', ""), ("userTask", '{0}:mới="a"', ""), ("userTask", "", "<{0}:mới/>"),
     ("userTask", "", '<{0}:in source="a" target="b"/>'), ("userTask", '{0}:terminateAll="true"', "")],
)  # fmt: skip
def test_a_name_that_nobody_knows_there_is_told_of(on, attributes, inside, prefix):
    found = read(written(on, attributes.format(prefix), inside.format(prefix)).encode(), "m").findings
    assert [f.severity for f in found if f.rule == "unknown-extension"] == ["warning"]


@pytest.mark.parametrize("name", sorted(ZEEBE_LISTENERS | ZEEBE_REFUSED | set(ZEEBE_TOLD)))
def test_an_element_of_camunda_8_that_is_not_executed_is_named(name):
    inside = f'<zeebe:{name} activeElementsCollection="=a" variableNames="b"/>'
    found = read(line(task(ext(inside))).encode(), "m").findings
    expected = ("listener" if name in ZEEBE_LISTENERS else "foreign-meaning" if name in ZEEBE_REFUSED
                else "foreign-without-effect")  # fmt: skip
    assert expected in {f.rule for f in found if f"zeebe:{name}" in f.message}


@pytest.mark.parametrize(
    ("name", "attribute"), [(name, each) for name, known in sorted(ZEEBE_ELEMENTS.items()) for each in sorted(known)]
)
def test_an_attribute_of_camunda_8_is_known_and_another_one_is_told_of(name, attribute):
    def told(said: str) -> bool:
        found = read(line(task(ext(f'<zeebe:{name} {said}="1"/>'))).encode(), "m").findings
        return any(f.rule == "unknown-extension" for f in found)

    assert not told(attribute)
    assert told(attribute + "Mới")


def test_a_version_of_camunda_8_by_its_tag_is_told_of():
    inside = ext('<zeebe:calledElement processId="p" bindingType="versionTag" versionTag="1"/>')
    found = read(line(task(inside, "callActivity")).encode(), "m").findings
    assert "foreign-without-effect" in {f.rule for f in found}


def test_what_is_lost_is_told_in_both_languages():
    xml = written("startEvent", 'flowable:initiator="ai"').encode()
    (vi,) = [f for f in read(xml, "m").findings if f.rule == "foreign-without-effect"]
    (en,) = [f for f in read(xml, "m", "en").findings if f.rule == "foreign-without-effect"]
    assert "biến này không được đặt" in vi.message and "this variable is not set" in en.message


def test_what_only_a_modeler_needs_is_not_told_of():
    inside = ext('<design:stencilid xmlns:design="http://flowable.org/design">x</design:stencilid>')
    assert not [f for f in read(line(task(inside)).encode(), "m").findings if f.rule == "unknown-extension"]


def test_the_page_of_dialects_names_every_name():
    page = PAGE.read_text("utf-8")
    names = {*ATTRIBUTES, *ELEMENTS, *ZEEBE_ELEMENTS, *ZEEBE_LISTENERS, *ZEEBE_TOLD, *ZEEBE_REFUSED}
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_a_file_without_another_dialect_has_nothing_translated():
    assert read(file('<b:process id="p"><b:task id="x"/></b:process>').encode(), "m").translated == ()
