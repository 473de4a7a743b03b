"""The examples of the how-to pages on drawing are what the product takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from engine import dmn, feel
from procedures import draft_letters, from_record
from procedures.proving import scenarios
from tests.bundles.shipped import ROOT
from web.workbench import help

PAGES = ROOT / "docs" / "how-to"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
LANGUAGES = ("", ".en")


def examples(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (PAGES / f"{page}.md").read_text("utf-8"), re.DOTALL)


def rows(page: str, columns: int) -> Iterator[list[str]]:
    """The rows of the page's tables that have that many columns."""
    for line in (PAGES / f"{page}.md").read_text("utf-8").splitlines():
        cells = [one.strip() for one in line.strip("| ").split(" |")]
        if line.startswith("|") and len(cells) == columns and "---" not in line:
            yield cells


def shape(name: str) -> dict[str, str]:
    return from_record.of_shape(name, "TINH-01", "Cấp giấy xác nhận", date(2026, 11, 25))


def errors(files: dict[str, str]) -> list[str]:
    return [one.message for one in draft_letters.findings(files, "vi") if one.severity == "error"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "of"), [("draw-first", "mot-duong"), ("draw-supplement", "tham-dinh"), ("draw-publish", "tham-dinh")]
)
def test_the_scenarios_play(page: str, of: str, language: str) -> None:
    (written,) = examples(f"{page}{language}", "yaml")
    played = scenarios.play({**shape(of), scenarios.FILE: written}, "vi")
    assert played and {name: one.failures for name, one in played.items()} == dict.fromkeys(played, ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_step_that_waits_and_its_timer_stand_in_a_model_without_errors(language: str) -> None:
    files = shape("tham-dinh")
    name = next(one for one in files if one.endswith(".bpmn"))
    root = etree.fromstring(files[name].encode())
    (written,), (day,) = (examples(f"draw-supplement{language}", kind) for kind in ("xml", "feel"))
    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in root.nsmap.items())
    step = etree.fromstring(f"<x {spaces}>{written}</x>")[0]
    old = root.find(f".//{BPMN}receiveTask[@id='{step.get('id')}']")
    assert old is not None
    old.getparent().replace(old, step)
    timer = root.find(f".//{BPMN}timeDate")
    assert timer is not None
    timer.text = day.strip()
    assert errors({**files, name: etree.tostring(root, encoding="unicode")}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shorter_term_is_one(language: str) -> None:
    files = shape("tham-dinh")
    name = next(one for one in files if one.endswith(".bpmn"))
    (written,) = examples(f"draw-version{language}", "xml")
    text, count = re.subn(r'<mc:term value="24"[^>]*/>', written.strip(), files[name])
    assert count == 1 and errors({**files, name: text}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_can_be_made(language: str) -> None:
    (written,) = examples(f"draw-letter{language}", "typst")
    files = {**shape("tham-dinh"), "letters/giay-moi.typ": written}
    assert draft_letters.made(files, "letters/giay-moi.typ").why is None
    assert errors(files) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fee_comes_to_what_the_page_says(language: str) -> None:
    (formula,) = examples(f"draw-decision{language}", "feel")
    said = [tuple(map(int, row)) for row in rows(f"draw-decision{language}", 3) if row[0].isdigit()]
    assert len(said) == 4
    for copies, pages, amount in said:
        values = {"so_ban": Decimal(copies), "so_trang": Decimal(pages)}
        assert feel.evaluate(formula.strip().removeprefix("="), values) == amount


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_that_of_the_shipped_procedure(language: str) -> None:
    path = next((ROOT / "bpmn" / "procedures" / "chung-thuc-ban-sao" / "decisions").glob("*.dmn"))
    text = etree.fromstring(path.read_bytes())
    shipped = [
        [cell.text for cell in rule.iter("{*}text")]
        for rule in next(iter(text.iter("{*}decisionTable"))).iter("{*}rule")
    ]
    written = [[one.strip("`") for one in row[:2]] for row in rows(f"draw-decision{language}", 3) if row[0][0] == "`"]
    assert written == shipped and dmn.load(path).callable


def test_every_page_is_at_hand_in_both_languages_and_leads_to_pages_that_are_there() -> None:
    for file, _name in help.PAGES.values():
        for language in LANGUAGES:
            text = (PAGES / f"{file}{language}.md").read_text("utf-8")
            for target in re.findall(r"\]\(([^)#]+?\.md)", text):
                assert (PAGES / target).is_file() or Path(PAGES / target).resolve().is_file(), (file, target)
