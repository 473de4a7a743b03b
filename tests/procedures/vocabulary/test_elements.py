"""An `mc:` element is one entry: the check, the files for tools, the reference and the hooks all go by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from engine.model import read
from engine.model.extensions import KINDS
from procedures.hooks import hooks
from procedures.vocabulary import schema
from procedures.vocabulary.elements import ENTRIES, NAMESPACE

DOCS = Path(__file__).parents[3] / "docs" / "reference"
SAMPLES = {"text": "Chữ", "id": "dat", "name": "ly_do_khac", "integer": "4", "boolean": "true", "amount": "2.5",
           "duration": "P1W", "path": "letters/du-thao.typ"}  # fmt: skip
WRONG = {"id": "1 2", "name": "a b", "integer": "x", "boolean": "yes", "amount": "hai", "duration": "90 phút",
         "choice": "khac", "path": "/x"}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [("mc.xsd", schema.xsd()), ("mc.json", schema.descriptor())])
def test_the_files_for_tools_are_printed_from_the_entries(name: str, text: str) -> None:
    assert schema.FOLDER.joinpath(name).read_text("utf-8") == text


@pytest.mark.parametrize("name", ENTRIES)
def test_a_value_that_the_check_takes_the_schema_takes_too_and_a_wrong_one_neither(name: str) -> None:
    known = etree.XMLSchema(etree.fromstring(schema.xsd().encode()))
    attributes = ENTRIES[name].element.attributes

    def element(**other: str) -> etree._Element:
        made = etree.Element(f"{{{NAMESPACE}}}{name}")
        for each, attribute in attributes.items():
            made.set(each, other.get(each) or (attribute.choices[0] if attribute.choices else SAMPLES[attribute.kind]))
        return made

    known.assertValid(element())
    for each, attribute in attributes.items():
        if attribute.kind in WRONG:
            wrong = WRONG[attribute.kind]
            assert not attribute.takes(wrong) and not known.validate(element(**{each: wrong})), each


def test_the_profile_names_every_element_and_attribute() -> None:
    text = (DOCS / "profile.md").read_text("utf-8")
    for name, entry in ENTRIES.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `mc:{name}`"))
        assert all(f"`{attribute}`" in row for attribute in entry.element.attributes), name


def test_every_element_is_called_something_in_both_languages_and_every_effect_is_in_force() -> None:
    made = hooks(rehearsal=False)
    for name, entry in ENTRIES.items():
        assert entry.element.vi and entry.element.en and entry.element.vi != entry.element.en
        assert (entry.effect is not None) == (name in made.elements), name
        assert all(attribute.kind in KINDS for attribute in entry.element.attributes.values())


MODEL = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:mc="{space}" id="d"
  targetNamespace="urn:t"><bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/><bpmn:userTask id="x"><bpmn:extensionElements>{inside}
  </bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="g" sourceRef="x" targetRef="e"/>
  <bpmn:endEvent id="e"/></bpmn:process></bpmn:definitions>"""


def said(inside: str) -> tuple[set[str], set[str]]:
    """The outcomes that are affirmative, and those that ask for a supplement."""
    model = read(MODEL.format(space=NAMESPACE, inside=inside).encode(), "m")
    node = model.processes["p"].node("x")
    assert node is not None and model.errors == []
    return (
        {one.id for one in node.outcomes if one.affirmative},
        {one.id for one in node.outcomes if one.said.get("supplement") == "true"},
    )


def test_an_outcome_says_itself_that_it_affirms_and_that_it_asks_for_a_supplement() -> None:
    inside = (
        '<mc:outcome id="bo_sung_xong" label="A" tone="primary" supplement="false"/>'
        '<mc:outcome id="thieu" label="B" supplement="true"/><mc:outcome id="c" label="C" affirmative="true"/>'
    )
    assert said(inside) == ({"c"}, {"thieu"})


@pytest.mark.parametrize(
    ("ids", "affirmative", "asking"),
    [
        ({"dat": "primary", "bo_sung": "secondary"}, {"dat"}, {"bo_sung"}),
        ({"yeu_cau_bo_sung": "warning", "khong_bo_sung": "warning"}, {"yeu_cau_bo_sung"}, {"yeu_cau_bo_sung"}),
        ({"da_bo_sung": "primary", "bo_sungs": "primary"}, {"da_bo_sung"}, set()),
    ],
)
def test_a_model_written_before_those_attributes_is_read_by_what_its_ids_and_tones_meant(
    ids: dict[str, str], affirmative: set[str], asking: set[str]
) -> None:
    assert said("".join(f'<mc:outcome id="{id}" label="L" tone="{tone}"/>' for id, tone in ids.items())) == (
        affirmative,
        asking,
    )
