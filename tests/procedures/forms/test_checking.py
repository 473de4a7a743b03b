"""A form is checked before it is deployed: whatever it says that would have no effect is named at its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from procedures import bundles, forms, installation
from procedures.actor import SYSTEM


def found(*components: dict[str, Any]) -> list[tuple[str, str]]:
    source = json.dumps({"components": list(components)}, ensure_ascii=False)
    return [(one.rule, one.severity) for one in forms.check(source, "f.form")]


def field(**more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": "a", "label": "A", **more}


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        ({"type": "expression", "key": "a", "expression": "=1"}, "form-type"),
        ({"type": "filepicker", "key": "a"}, "form-type"),
        ({"type": "dynamiclist", "components": []}, "form-type"),
        (field(key="họ tên"), "form-key"),
        (field(validate={"pattern": "^(?!0000)[0-9]{4}$"}), "form-pattern"),
        (field(validate={"min": 3}), "form-rule"),
        (field(validate={"minLength": "hai"}), "form-limit"),
        (field(validate={"maxLength": -1}), "form-limit"),
        (field(validate={"minLength": 5, "maxLength": 2}), "form-limit"),
        (field(validate={"required": "=true"}), "form-limit"),
        (field(validate={"validationType": "iban"}), "form-limit"),
        (field(validate={"maxLength": "=1 +"}), "form-feel"),
        (field(conditional={"hide": "=a >"}), "form-feel"),
        (field(conditional={"hide": "=khac = 1"}), "form-name"),
        (field(readonly="=true"), "form-setting"),
        (field(label='="A"'), "form-setting"),
        (field(valuesExpression="=x"), "form-setting"),
        (field(properties={"mc:pats": "true"}), "form-property"),
        (field(properties={"mc": "person"}), "form-property"),
        (field(properties={"mc:rule": "=b"}), "form-name"),
        ({"type": "number", "key": "a", "serializeToString": True}, "form-setting"),
        ({"type": "number", "key": "a", "validate": {"max": 2}, "defaultValue": 3}, "form-default"),
        ({"type": "datetime", "key": "a", "timeSerializingFormat": "utc_offset"}, "form-setting"),
        ({"type": "select", "key": "a"}, "form-choices"),
        ({"type": "select", "key": "a", "values": [{"value": "x"}, {"value": "x"}]}, "form-choice-twice"),
    ],
)
def test_what_would_have_no_effect_is_an_error(component: dict[str, Any], rule: str) -> None:
    assert (rule, "error") in found(component)


def test_a_key_belongs_to_one_field() -> None:
    assert found(field(), field(type="textarea")) == [("form-key-twice", "error")]


def test_what_is_said_rightly_is_no_finding() -> None:
    assert (
        found(
            field(validate={"pattern": "^[0-9]{12}$", "maxLength": "=10 + 2"}, properties={"mc:patternMessage": "x"}),
            {"type": "number", "key": "b", "decimalDigits": 2, "validate": {"min": 0}, "defaultValue": 1},
            {"type": "select", "key": "c", "properties": {"mc": "official", "role": "chuyen_vien"}, "values": []},
            {"type": "group", "label": "G", "conditional": {"hide": "=b = 1"}, "components": [field(key="d")]},
            {"type": "text", "text": "Ghi chú"},
        )
        == []
    )


def test_a_finding_stands_at_the_line_of_the_form_and_speaks_both_languages() -> None:
    lines = ["{", '"components": [', "{", '\t"type": "textfield",', '"key": "a",', '"validate": {', '"pattern": "("']
    source = "\n".join([*lines, "}", "}", "]", "}"])
    vi, en = forms.check(source, "x/f.form"), forms.check(source, "x/f.form", "en")
    assert [(one.file, one.line, one.element, one.rule) for one in vi] == [("x/f.form", 7, "a", "form-pattern")]
    assert "không đọc được" in vi[0].message and "cannot be read" in en[0].message and vi[0].fix != en[0].fix
    assert forms.check("{\n[", "f.form")[0].line == 2


def test_every_shipped_form_is_in_order() -> None:
    paths = list(Path("bpmn").rglob("*.form"))
    assert paths
    assert [one for path in paths for one in forms.check(path.read_bytes(), str(path))] == []


def test_a_bundle_with_such_a_form_is_not_deployed(tmp_path: Path) -> None:
    source = Path("bpmn/procedures/trich-luc-ho-tich")
    for path in source.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    form = tmp_path / "forms" / "to-khai.form"
    said = json.loads(form.read_text())
    said["components"].append(field(key="them", validate={"pattern": "(?=x)"}))
    form.write_text(json.dumps(said, ensure_ascii=False, indent=1))
    database = installation.rehearsal().open("sqlite://")
    database.create(every_table=True)
    with pytest.raises(bundles.BundleError, match="Mẫu so khớp"):
        bundles.deploy(database, tmp_path, SYSTEM)
