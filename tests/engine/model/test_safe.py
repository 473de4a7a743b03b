"""Files from strangers: nothing is resolved, fetched or unfolded, nothing takes long, and the finding says what is
wrong and where."""

from __future__ import annotations

import time

import pytest

from engine.model import ModelError, check, read
from tests.engine.model.shapes import line, task

OK = line(task())
NAMED = OK.replace('id="x" ', 'id="x" name="Tiếp nhận" ')
LINES = "<!-- một\nhai -->\n"


def declared(encoding: str, text: str = NAMED) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)


def first(data: bytes | str, lang: str = "vi"):
    try:
        found = read(data.encode() if isinstance(data, str) else data, "m", lang).findings
    except ModelError as error:
        found = error.findings
    return found[0] if found else None


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbf" + NAMED.encode(), NAMED.encode("utf-16"), b"\xfe\xff" + NAMED.encode("utf-16-be"),
    NAMED.encode("utf-32"), declared("UTF-8"), declared("windows-1258", OK), declared("ISO-8859-1", OK),
], ids=["mark", "utf-16", "utf-16-be", "utf-32", "utf-8", "windows-1258", "latin"])  # fmt: skip
def test_every_usual_encoding_is_read(data):
    assert first(data) is None


@pytest.mark.parametrize(("data", "rule", "place", "says"), [
    (b"", "not-xml", 1, "rỗng"),
    (b"PK\x03\x04...", "not-xml", 1, "không có thẻ"),
    (OK.replace("</bpmn:process>", "</bpmn:proces>"), "not-xml", 6, "không khớp"),
    (OK[: OK.index("<bpmn:endEvent")], "not-xml", 5, "cắt cụt"),
    (NAMED.replace("ế", "e").replace("ậ", "é").encode("latin-1"), "not-xml", 4, "bảng mã"),
    (b'<?xml version="1.0" encoding="x-la"?>' + OK.encode(), "not-xml", 1, "bảng mã"),
    (OK.replace('id="x" ', 'id="x" name="&la;" '), "not-xml", 4, "chưa khai báo"),
    (OK.replace('id="x" ', 'id="x" la:name="a" '), "not-xml", 4, "chưa khai báo"),
    (OK.replace('id="x" ', 'id="x" id="y" '), "not-xml", 4, "hai lần"),
    (LINES + '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a">' + OK, "doctype", 3, "DOCTYPE"),
    (LINES + "<!doctype a>" + OK, "doctype", 3, "DOCTYPE"),
    (declared("utf-16", "<!DOCTYPE a [<!ENTITY b 'c'>]>" + OK), "doctype", 1, "DOCTYPE"),
    (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-' + OK.encode(), "doctype", 1, "DOCTYPE"),
    (OK + " " * 17_000_000, "too-large", 1, "16 MB"),
    (OK.replace('id="x" ', f'id="x" name="{"a" * 11_000_000}" '), "too-long", 4, "10 MB"),
    (line(task("<b:extensionElements>" + "<a>" * 400 + "</a>" * 400 + "</b:extensionElements>")), "too-deep", 4, "100"),
    (OK.replace('id="x" ', 'id="x" ' + " ".join(f'a{n}="1"' for n in range(5000))), "too-many-attributes", 4, "200"),
    (OK.replace("<bpmn:startEvent", "<bpmn:task/>" * 200_001 + "<bpmn:startEvent"), "too-many-elements", 3, "200000"),
])  # fmt: skip
def test_what_is_not_safe_or_no_xml_is_refused_with_its_line(data, rule, place, says):
    began = time.process_time()
    found = first(data)
    assert time.process_time() - began < 5
    assert (found.rule, found.line, found.severity) == (rule, place, "error")
    assert says in found.message and found.fix
    english = first(data, "en")
    assert says == "DOCTYPE" or says[0].isdigit() or says not in english.message


def test_nothing_is_included(tmp_path):
    (tmp_path / "secret").write_text("bí mật", "utf-8")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{tmp_path}/secret"/>'
    path = tmp_path / "m.bpmn"
    path.write_text(line(task(f"<b:extensionElements>{include}</b:extensionElements>")), "utf-8")
    assert not [f for f in check([path]) if "bí mật" in f.message]
    assert first(line(task(include))).rule == "foreign-element"


@pytest.mark.parametrize("many", [
    "".join(f'<b:intermediateThrowEvent id="k{n}"><b:linkEventDefinition name="L"/></b:intermediateThrowEvent>'
            f'<b:intermediateCatchEvent id="c{n}"><b:linkEventDefinition name="L"/></b:intermediateCatchEvent>'
            for n in range(2000)),
    "".join(f'<b:boundaryEvent id="k{n}" attachedToRef="x"><b:compensateEventDefinition/></b:boundaryEvent>'
            f'<b:association id="a{n}" sourceRef="k{n}" targetRef="x"/>' for n in range(2000)),
    '<b:eventBasedGateway id="g"/>' + "".join(
        f'<b:receiveTask id="k{n}"/><b:sequenceFlow sourceRef="g" targetRef="k{n}"/>' for n in range(2000)),
    "".join('<b:sequenceFlow sourceRef="s" targetRef="x"/>' for _ in range(5000)),
    "".join(f'<b:dataObject id="o{n}"/><b:dataObjectReference id="r{n}" dataObjectRef="o{n}"/>' for n in range(4000)),
    '<b:inclusiveGateway id="g"/>' + "".join(
        f'<b:userTask id="k{n}"/><b:sequenceFlow id="f{n}" sourceRef="g" targetRef="k{n}"/>' for n in range(500)),
    "".join(f'<b:endEvent id="k{n}"><b:errorEventDefinition/></b:endEvent>' for n in range(3000)),
], ids=["links", "compensation", "event gateway", "flows without ids", "data", "inclusive", "errors"])  # fmt: skip
def test_no_heap_of_one_thing_takes_long(many):
    began = time.process_time()
    first(line(task(), extra=many))
    assert time.process_time() - began < 5
