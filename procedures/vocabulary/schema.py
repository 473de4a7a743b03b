"""The `mc:` elements for tools of others: an XML schema, and the descriptor that bpmn-io modelers read.

Both are printed from the entries. `mc.xsd` and `mc.json` beside this file are kept so that they can be fetched without
Python; a test holds them equal to what is printed here. ``python -m procedures.vocabulary.schema`` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from engine.model.extensions import KINDS, Attribute, Element
from procedures.vocabulary.elements import ENTRIES, NAMESPACE

FOLDER = Path(__file__).parent
#: Kinds of values that XML Schema has a type for.
_TYPES = {"id": "xs:NCName", "name": "xs:NCName", "boolean": "xs:boolean", "integer": "xs:integer"}


def _elements() -> list[Element]:
    return [entry.element for entry in ENTRIES.values()]


def xsd() -> str:
    """The XML schema of the elements."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- What administration adds to BPMN, in bpmn:extensionElements; docs/reference/profile.md explains it. -->",
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"',
        '           elementFormDefault="qualified">',
    ]
    for element in _elements():
        lines += _element(element)
    return "\n".join([*lines, "</xs:schema>", ""])


def _element(element: Element) -> Iterator[str]:
    places = ", ".join(sorted(element.places)) or "any flow node"
    yield f"  <!-- at: {places} -->"
    if element.text:
        yield f'  <xs:element name="{element.name}" type="xs:string"/>'
        return
    yield f'  <xs:element name="{element.name}">'
    yield "    <xs:complexType>"
    for name, attribute in element.attributes.items():
        yield from _attribute(name, attribute)
    yield "    </xs:complexType>"
    yield "  </xs:element>"


def _attribute(name: str, attribute: Attribute) -> Iterator[str]:
    need = ' use="required"' if attribute.required else ""
    need += f" default={quoteattr(attribute.default)}" if attribute.default and not attribute.required else ""
    plain = _TYPES.get(attribute.kind)
    if plain is not None and (not attribute.choices or attribute.kind == "boolean"):
        yield f'      <xs:attribute name="{name}" type="{plain}"{need}/>'
        return
    yield f'      <xs:attribute name="{name}"{need}>'
    yield '        <xs:simpleType><xs:restriction base="xs:string">'
    if attribute.choices:
        yield "          " + "".join(f"<xs:enumeration value={quoteattr(one)}/>" for one in attribute.choices)
    else:
        yield f"          <xs:pattern value={quoteattr(_pattern(attribute))}/>"
    yield "        </xs:restriction></xs:simpleType>"
    yield "      </xs:attribute>"


def _pattern(attribute: Attribute) -> str:
    """The pattern as XML Schema writes it, which has no look-ahead: the check itself is a little stricter."""
    return KINDS[attribute.kind][0].replace(r"(?=[\dT])", "").replace(r"(?=\d)", "")


def descriptor() -> str:
    """The descriptor for bpmn-io modelers (moddle), as JSON."""
    types, choices = [], {}
    for element in _elements():
        properties: list[dict[str, Any]] = []
        for name, attribute in element.attributes.items():
            kind = {"boolean": "Boolean", "integer": "String"}.get(attribute.kind, "String")
            if attribute.choices and attribute.kind == "choice":
                kind = _called(element.name) + _called(name)
                choices[kind] = attribute.choices
            said: dict[str, Any] = {"name": name, "isAttr": True, "type": kind}
            if attribute.default:
                said["default"] = attribute.default == "true" if kind == "Boolean" else attribute.default
            properties.append(said)
        if element.text:
            properties.append({"name": "body", "isBody": True, "type": "String"})
        places = sorted(f"bpmn:{_called(place)}" for place in element.places) or ["bpmn:FlowNode"]
        types.append(
            {
                "name": _called(element.name),
                "superClass": ["Element"],
                "meta": {"allowedIn": places},
                "properties": properties,
            }
        )
    whole = {
        "name": "Một Cửa",
        "uri": NAMESPACE,
        "prefix": "mc",
        "xml": {"tagAlias": "lowerCase"},
        "associations": [],
        "enumerations": [
            {"name": name, "literalValues": [{"name": one} for one in values]} for name, values in choices.items()
        ],
        "types": types,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _called(name: str) -> str:
    return name[0].upper() + name[1:]


if __name__ == "__main__":
    FOLDER.joinpath("mc.xsd").write_text(xsd(), "utf-8")
    FOLDER.joinpath("mc.json").write_text(descriptor(), "utf-8")
