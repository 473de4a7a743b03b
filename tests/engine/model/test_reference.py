"""The reference pages and the files for modelers say what the code does."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from engine.model.checks.profile import MC_ELEMENTS, ZEEBE_ELEMENTS
from engine.model.findings.rules import page

DOCS = Path(__file__).parents[3] / "docs" / "reference"
MODEL = files("engine.model")
SCHEMA = etree.XMLSchema(etree.fromstring(MODEL.joinpath("mc.xsd").read_bytes()))


def test_the_page_of_checks_lists_every_rule():
    assert (DOCS / "checks.md").read_text("utf-8") == page()


def test_the_profile_names_every_extension_element_and_attribute():
    text = (DOCS / "profile.md").read_text("utf-8")
    for name, attributes in MC_ELEMENTS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `mc:{name}`"))
        assert all(f"`{attribute}`" in row for attribute in attributes), name
    assert all(f"`{name}`" in text for name in ZEEBE_ELEMENTS)


def test_the_schema_and_the_descriptor_know_the_same_elements():
    descriptor = json.loads(MODEL.joinpath("mc.json").read_text("utf-8"))
    told = {t["name"][0].lower() + t["name"][1:]: {p["name"] for p in t["properties"]} for t in descriptor["types"]}
    assert {n: a - {"body"} for n, a in told.items()} == {n: set(a) for n, a in MC_ELEMENTS.items()}
    schema = etree.fromstring(MODEL.joinpath("mc.xsd").read_bytes())
    xs = "{http://www.w3.org/2001/XMLSchema}"
    for element in schema.findall(f"{xs}element"):
        attributes = {a.get("name"): a.get("use") == "required" for a in element.iter(f"{xs}attribute")}
        wanted = {a: pattern.startswith("!") for a, pattern in MC_ELEMENTS[element.get("name")].items()}
        assert attributes == wanted, element.get("name")


@pytest.mark.parametrize("name", sorted(MC_ELEMENTS))
def test_a_value_that_the_check_takes_the_schema_takes_too(name):
    samples = {"code": "4", "value": "2", "unit": "WORKING_HOUR", "id": "dat", "to": "x", "reason": "true",
               "action": "pay", "level": "leader", "kind": "fee", "tone": "warning", "on": "complete",
               "reminder": "PT30M", "resultVariable": "a"}  # fmt: skip
    element = etree.Element(f"{{http://motcua.vn/schema/1.0/mc}}{name}")
    for attribute, pattern in MC_ELEMENTS[name].items():
        value = samples.get(attribute, "chu")
        assert re.fullmatch(pattern.lstrip("!"), value)
        element.set(attribute, value)
    SCHEMA.assertValid(element)
