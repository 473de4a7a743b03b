"""A name that an expression reads and nothing writes is told: in a bundle always, in a file by itself where it is a
slip of one that is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.model import check, read
from tests.engine.specification.refusals import plain
from tests.engine.specification.writing import (
    E,
    S,
    definitions,
    extensions,
    flows,
    gateway,
    node,
    script,
    users,
)

ROOT = Path(__file__).parents[3]
MAPPING = '<zeebe:ioMapping><zeebe:output source="= 1" target="muc.so"/></zeebe:ioMapping>'
HEAD = "kind: route\nkey: thu\nname: {vi: Thử}\nprocess: main\neffective_from: 2026-01-01\n"


def chosen(condition: str, before: str = "") -> str:
    ways = flows("s>t>x", f"x>a ? {condition}", "x>b", "a>e", "b>e")
    task = node("userTask", "t", extensions('<zeebe:formDefinition formId="hoi"/>' + before))
    return plain(definitions(S + E + task + gateway("exclusive", "x", "x-b") + users("a b") + ways))


def told(folder: Path, model: str, keys: tuple[str, ...] = (), scenarios: str = "") -> list[tuple[str, str, str]]:
    (folder / "forms").mkdir(exist_ok=True)
    components = [{"type": "textfield", "key": key} for key in keys]
    (folder / "forms" / "hoi.form").write_text(json.dumps({"type": "default", "components": components}))
    (folder / "procedure.yaml").write_text(HEAD)
    (folder / "scenarios.yaml").write_text(scenarios or "{}")
    (folder / "m.bpmn").write_text(model)
    return [
        (each.rule, each.severity, each.element)
        for each in check([folder], "en")
        if each.rule in ("name-unwritten", "name-slip")
    ]


def test_in_a_bundle_a_name_that_nothing_writes_is_told_where_it_is_read(tmp_path: Path) -> None:
    assert told(tmp_path, chosen("muc > 3")) == [("name-unwritten", "warning", "x-a")]
    assert told(tmp_path, chosen("muc > 3"), keys=("muc",)) == []
    scenario = "thu: {process: main, variables: {muc: 4}, steps: []}"
    assert told(tmp_path, chosen("muc > 3"), scenarios=scenario) == []
    step = "thu: {process: main, steps: [{complete: t, variables: {muc: 4}}]}"
    assert told(tmp_path, chosen("muc > 3"), scenarios=step) == []


def test_a_slip_is_told_with_the_name_that_is_meant(tmp_path: Path) -> None:
    assert told(tmp_path, chosen('ket_qau = "dat"'), keys=("ket_qua",)) == [("name-slip", "warning", "x-a")]
    found = check([tmp_path / "m.bpmn"], "en")
    assert [each for each in found if each.rule == "name-slip"] == []  # nothing in the file by itself writes ket_qua
    assert told(tmp_path, chosen('hanhdong = "dat"')) == [("name-slip", "warning", "x-a")]


@pytest.mark.parametrize(
    ("writer", "reads"),
    [
        (script("w", "{muc: 1}"), "muc"),
        (node("scriptTask", "w", extensions('<zeebe:script expression="= 1" resultVariable="muc"/>')), "muc"),
        (users("w", extensions(MAPPING)), "muc.so"),
        ('<dataObject id="muc"/>' + users("w"), "muc"),
    ],
)  # fmt: skip
def test_whatever_writes_a_name_is_known(tmp_path: Path, writer: str, reads: str) -> None:
    ways = flows("s>w>x", f"x>a ? {reads} = 1", "x>b", "a>e", "b>e")
    body = S + E + writer + gateway("exclusive", "x", "x-b") + users("a b") + ways
    assert told(tmp_path, plain(definitions(body))) == []
    other = body.replace(f"{reads} =", "khac =")
    assert told(tmp_path, plain(definitions(other))) == [("name-unwritten", "warning", "x-a")]


def test_where_a_service_brings_what_the_model_does_not_say_only_slips_are_told(tmp_path: Path) -> None:
    service = node("serviceTask", "w", extensions('<zeebe:taskDefinition type="thue"/>'))
    ways = flows("s>w>x", "x>a ? muc = 1", "x>b", "a>e", "b>e")
    body = S + E + service + gateway("exclusive", "x", "x-b") + users("a b") + ways
    assert told(tmp_path, plain(definitions(body))) == []
    assert told(tmp_path, plain(definitions(body)).replace("muc =", "hanhdong =")) == [("name-slip", "warning", "x-a")]


def test_in_a_file_by_itself_a_slip_of_a_written_name_is_told_and_nothing_else() -> None:
    ways = "s>w>x", "x>a ? {} = 1", "x>b", "a>e", "b>e"

    def slips(name: str) -> list[str]:
        body = S + E + script("w", "{tong_tien: 1}") + gateway("exclusive", "x", "x-b") + users("a b")
        model = plain(definitions(body + flows(*(way.format(name) for way in ways))))
        return [each.message for each in read(model.encode(), "m.bpmn", "en").findings if each.rule.startswith("name-")]

    assert ['"tong_tien" is meant' in said for said in slips("tong_tiên")] == [True]
    assert slips("tong_tien") == [] and slips("le_phi") == []


def test_the_bundles_read_nothing_that_is_not_written() -> None:
    found = check([ROOT / "bpmn"])
    assert [each for each in found if each.rule in ("name-unwritten", "name-slip")] == []
