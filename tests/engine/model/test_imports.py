"""What a model imports is beside it, is what it is said to be, and answers its references."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model import read
from tests.engine.model.shapes import file, line, task

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSD = "http://www.w3.org/2001/XMLSchema"
WSDL = "http://www.w3.org/TR/wsdl20/"
OTHER = file('<b:message id="m9" name="tin"/>').replace('targetNamespace="urn:test"', 'targetNamespace="urn:other"')
TYPES = f'<schema xmlns="{XSD}" targetNamespace="urn:types"/>'


def model(namespace: str, kind: str, location: str = "kia.xml", reference: str = "") -> str:
    waits = task(kind="receiveTask", attributes=f'messageRef="{reference}"') if reference else task()
    imports = f'<b:import namespace="{namespace}" location="{location}" importType="{kind}"/>'
    return line(waits, imports).replace("<bpmn:definitions ", f'<bpmn:definitions xmlns:o="{namespace}" ', 1)


def errors(folder: Path, imported: str | None, xml: str) -> list[str]:
    if imported is not None:
        (folder / "kia.xml").write_text(imported, "utf-8")
    path = folder / "a.bpmn"
    path.write_text(xml, "utf-8")
    return [f.rule for f in read(path).errors]


def test_a_message_may_stand_in_an_imported_model(tmp_path):
    assert errors(tmp_path, OTHER, model("urn:other", BPMN, reference="o:m9")) == []
    assert errors(tmp_path, OTHER, model("urn:other", BPMN, reference="o:ma")) == ["unresolved-reference"]


def test_what_is_called_may_stand_in_an_imported_model(tmp_path):
    called = OTHER.replace("</bpmn:definitions>", '<bpmn:process id="q"/></bpmn:definitions>')
    calls = model("urn:other", BPMN).replace("<bpmn:userTask", '<bpmn:callActivity calledElement="o:q"').replace(
        "</bpmn:userTask>", "</bpmn:callActivity>")  # fmt: skip
    assert errors(tmp_path, called, calls) == []
    assert errors(tmp_path, called, calls.replace("o:q", "o:m9")) == ["wrong-reference"]
    assert errors(tmp_path, called, calls.replace("o:q", "o:ma")) == ["unresolved-reference"]


@pytest.mark.parametrize(("namespace", "kind", "imported", "rule"), [
    ("urn:other", BPMN, None, "import-missing"),
    ("urn:other", BPMN, "<không phải", "import-unreadable"),
    ("urn:other", BPMN, TYPES, "import-unreadable"),
    ("urn:other", BPMN, '<!DOCTYPE a [<!ENTITY b "c">]>' + OTHER, "import-unreadable"),
    ("urn:khac", BPMN, OTHER, "import-namespace"),
    ("urn:types", WSDL, TYPES, "import-unreadable"),
    ("urn:khac", XSD, TYPES, "import-namespace"),
    ("urn:types", "kiểu", TYPES, "import-type"),
])  # fmt: skip
def test_an_import_that_is_not_what_it_says_is_refused(tmp_path, namespace, kind, imported, rule):
    assert rule in errors(tmp_path, imported, model(namespace, kind))


def test_types_and_documents_of_other_kinds_are_taken_as_they_are(tmp_path):
    assert errors(tmp_path, TYPES, model("urn:types", XSD)) == []
    assert errors(tmp_path, "chữ", model("urn:x", "urn:mot:loai:khac")) == []


@pytest.mark.parametrize("location", ["http://127.0.0.1:9/a.wsdl", "//127.0.0.1/a.wsdl"])
def test_an_import_of_the_network_is_not_followed(tmp_path, location):
    assert errors(tmp_path, None, model("urn:other", WSDL, location)) == []


@pytest.mark.parametrize("location", ["../kia.xml", "/etc/passwd", "a/../../kia.xml", "%2e%2e/kia.xml"])
def test_an_import_does_not_leave_the_folder(tmp_path, location):
    (tmp_path / "kia.xml").write_text(OTHER, "utf-8")
    (tmp_path / "trong").mkdir()
    assert errors(tmp_path / "trong", None, model("urn:other", BPMN, location)) == ["import-missing"]
