"""What a bundle must have besides its drawing: forms for its tasks, letters that print, words in both languages."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import procedures.dossiers  # noqa: F401 - the room that letters belong to
from engine import model
from engine.scenario import load as load_scenarios
from procedures import bundles
from procedures.letters.rendering import render, text_of
from tests.bundles.shipped import BPMN, BUNDLES, MODELS, ROOT, named, nodes, parsed

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
MC = "{http://motcua.vn/schema/1.0/mc}"
every_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=named)
every_model = pytest.mark.parametrize("path", MODELS, ids=named)
LETTERS = sorted((ROOT / "bpmn").rglob("letters/*.typ"))


def test_twenty_three_bundles_are_shipped_and_on_no_day_are_two_of_one_code_in_force() -> None:
    described = [bundles.load(bundle).description for bundle in BUNDLES]
    assert len(described) == 23
    for one in described:
        others = [other for other in described if other is not one and other["code"] == one["code"]]
        for other in others:
            first, second = sorted((one, other), key=lambda each: each["effective_from"])
            assert first.get("effective_to", "9999") < second["effective_from"]


def test_no_bundle_in_force_rests_on_an_act_that_has_ended() -> None:
    on = "2026-11-29"
    for bundle in BUNDLES:
        data = bundles.load(bundle).description
        if data["effective_from"] <= on <= data.get("effective_to", "9999"):
            assert [one["code"] for one in data["legal_basis"] if one.get("until", "9999") < on] == []


def test_a_bundle_on_an_act_that_ends_before_it_is_refused(tmp_path: Path) -> None:
    source = next(bundle for bundle in BUNDLES if bundle.name == "giay-phep-xay-dung-2024")
    folder = Path(shutil.copytree(source, tmp_path / "goi"))
    head = folder / "procedure.yaml"
    head.write_text(head.read_text("utf-8").replace("to: '2026-06-30'", "to: '2026-12-31'"), "utf-8")
    with pytest.raises(bundles.BundleError, match="175/2024/NĐ-CP hết hiệu lực"):
        bundles.load(folder)


@every_bundle
def test_the_bundle_checks_clean(bundle: Path) -> None:
    assert [finding.as_dict() for finding in model.check([bundle])] == []


@every_bundle
def test_the_description_agrees_with_the_models(bundle: Path) -> None:
    loaded = bundles.load(bundle)
    described = loaded.description
    processes = {p.get("id") for path in bundle.glob("*.bpmn") for p in parsed(path).iter(f"{BPMN}process")}
    assert described["process"] in processes
    results = {one["code"] for one in described.get("results") or ()}
    asked = {r.get("code") for path in bundle.glob("*.bpmn") for r in parsed(path).iter(f"{MC}result")}
    assert asked == results
    for path in bundle.glob("*.bpmn"):
        for letter in parsed(path).iter(f"{MC}letter"):
            template = letter.get("template")
            assert re.fullmatch(r"mau-0[1-5]", template) or template in loaded.files, template


@every_bundle
def test_every_form_is_asked_for_and_every_form_asked_for_is_there(bundle: Path) -> None:
    asked = {f.get("formId") for path in bundle.glob("*.bpmn") for f in parsed(path).iter(f"{ZEEBE}formDefinition")}
    asked.add(bundles.load(bundle).description["form"])
    assert {path.stem for path in (bundle / "forms").glob("*.form")} == asked


@every_model
def test_every_user_task_says_who_does_it_by_when_and_how_it_can_end(path: Path) -> None:
    for id, node in nodes(path).items():
        if node.tag != f"{BPMN}userTask":
            continue
        assert next(node.iter(f"{ZEEBE}assignmentDefinition")).get("candidateGroups"), id
        assert any(True for _ in node.iter(f"{MC}term", f"{ZEEBE}taskSchedule")), id
        outcomes = list(node.iter(f"{MC}outcome"))
        assert outcomes, id
        assert all(o.get("label") and o.get("labelEn") for o in outcomes), id
        assert [o.get("tone") for o in outcomes].count("primary") == 1, id


@every_bundle
def test_a_procedure_returns_its_result_and_lets_the_citizen_withdraw(bundle: Path) -> None:
    if bundles.load(bundle).description["kind"] != "procedure":
        return
    main = next(p for p in bundle.glob("*.bpmn") if bundles.load(bundle).description["process"] in p.read_text("utf-8"))
    said = {e.tag.removeprefix(MC) for e in parsed(main).iter() if isinstance(e.tag, str) and e.tag.startswith(MC)}
    assert {"status", "finish", "return", "result", "signature", "term", "step"} <= said
    messages = {
        m.get("name"): next(m.iter(f"{ZEEBE}subscription")).get("correlationKey")
        for m in parsed(main).iter(f"{BPMN}message")
    }
    assert messages["cong_dan_rut"] == "= ho_so.ma"
    assert set(messages.values()) == {"= ho_so.ma"}


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.parent.name}: {path.stem}")
def test_a_letter_prints_on_one_page_with_and_without_data(path: Path) -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    heading = {
        "co_quan": "Ủy ban nhân dân xã Tân Hưng",
        "dia_danh": "Tân Hưng",
        "ngay": "25",
        "thang": "11",
        "nam": "2026",
        "ma_ho_so": "H31.13-261125-0001",
        "ho_ten": "Trần Thị Hoa",
        "nguoi_ky": "Vũ Đình Phong",
    }
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text_of(render(path.read_bytes(), heading, at=at))
    scenario = next(iter(load_scenarios(path.parent.parent / "scenarios.yaml").values()))
    filled = dict(scenario["variables"])
    for step in scenario["steps"]:
        filled |= step.get("variables") or {}
    text = text_of(render(path.read_bytes(), {**heading, "bien": filled}, at=at, address="https://motcua.example/x"))
    assert "Vũ Đình Phong" in text


def test_no_code_outside_the_bundles_names_a_procedure() -> None:
    """What the house does with a procedure it does with all: no Python file and no template knows one by its code."""
    described = [bundles.load(bundle) for bundle in BUNDLES]
    codes = [bundle.code for bundle in described if bundle.description["kind"] == "procedure"]
    house = [
        path
        for room in ("engine", "procedures", "web", "alembic")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html", ".jinja", ".txt", ".typ", ".sql", ".mako")
    ]
    assert house
    naming = [
        (str(path.relative_to(ROOT)), code)
        for path in house
        for code in codes
        if code in path.read_text("utf-8", "replace")
    ]
    assert naming == []
