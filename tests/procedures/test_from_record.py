"""A draft from a national record passes every check, and its scenarios pass."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from engine.model import check
from engine.refusal import Refusal
from engine.store import Database
from procedures import authoring, bundles, checked, dossiers, from_record, sample_province
from procedures.actor import SYSTEM
from procedures.bundle_check.reading import read_description
from procedures.bundles import load
from procedures.catalogue.reading import read_record
from procedures.demo.play import Clock, Play
from procedures.installation import install
from procedures.settings import Settings
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary import elements

RECORDS = sorted((Path(__file__).parents[3] / "shared" / "data" / "tthc").glob("*.json"))
TODAY = date(2026, 11, 30)
RECORD = {
    "code": "9.000001", "name": 'Cấp "Giấy & tờ" thử <một>', "category": {"code": "G99", "name": "Thử"},
    "channels": [
        {"method": "ONLINE", "processing": {"qty": 6.5, "unit": "WORKING_DAY"}, "note": "",
         "fees": [{"type": "FEE", "value_vnd": 50000, "text": ""}]},
        {"method": "DIRECT", "processing": {"qty": 6.5, "unit": "WORKING_DAY"}, "note": "",
         "fees": [{"type": "FEE", "value_vnd": 50000, "text": ""}]},
    ],
    "processing_cases": [{"case_code": "9.000001.01", "qty": 6.5, "unit": "WORKING_DAY"}],
    "legal_basis": [{"code": "1/2026/NĐ-CP", "name": "Nghị định: thử"}] * 2,
    "steps_raw": [{"name": "Bước 1", "text": "Nộp hồ sơ & chờ"}],
    "checklist_raw": [{"group": "", "items": [{"code": "A", "name": "Đơn", "original_qty": 1, "copy_qty": 0}]}],
    "results": ["Giấy"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    elements.install()


def test_the_shapes_pass_every_check_and_their_scenarios() -> None:
    assert {one.name for one in from_record.SHAPES.iterdir()} == set(from_record.NAMES)
    assert check(sorted(from_record.SHAPES.iterdir())) == []
    for shape in from_record.NAMES:
        answer = authoring.play(from_record.of_shape(shape, "T-1", 'Thử "mẫu"', TODAY), "vi")
        assert answer["passed"] >= 3 and answer["failed"] == []


@pytest.mark.parametrize("shape", from_record.NAMES)
def test_what_the_record_says_is_filled_in_on_each_shape(shape: str) -> None:
    files = from_record.files_of(read_record(RECORD), TODAY, shape)
    assert checked.of_files({name: body.encode() for name, body in files.items()}) == ()


@pytest.mark.parametrize("code", ["", "mã lạ", "-1", "a b", "x" * 65])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(Refusal, match="Nhập mã thủ tục"):
        from_record.of_shape("tai-quay", code, "Thử", TODAY)


@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted((Path(__file__).parents[2] / "bpmn/procedures").iterdir()), ids=str)
def test_a_shipped_procedure_under_another_code_has_nothing_to_mend(folder: Path) -> None:
    files = from_record.copied(authoring.texts(load(folder).files), "T-1", "Thử", TODAY)
    assert checked.of_files({name: body.encode() for name, body in files.items()}) == ()
    assert authoring.play(files, "vi")["failed"] == []


def test_a_route_is_copied_under_a_code_of_its_own() -> None:
    files = authoring.texts(load(Path(__file__).parents[2] / "bpmn/routes/van-ban-di").files)
    copy = from_record.copied(files, "T-1", "Thử", TODAY)
    assert copy.keys() == files.keys()
    assert checked.of_files({name: body.encode() for name, body in copy.items()}) == ()


def test_what_the_record_says_is_filled_in() -> None:
    files = from_record.files_of(read_record(RECORD), TODAY)
    assert checked.of_files({name: body.encode() for name, body in files.items()}) == ()
    assert authoring.play(files, "vi")["failed"] == []
    said = read_description(files["procedure.yaml"].encode(), "procedure.yaml")
    assert said["term"] == {"value": "6.5", "unit": "WORKING_DAY"} and said["process"] == "thu_tuc_9_000001"
    assert [one["name"] for one in said["components"]] == ["Đơn"] and len(said["legal_basis"]) == 1
    assert [(one["name"], one["amount"]) for one in said["fees"]] == [("Phí", 50000)]
    assert said["channels"] == ["truc_tuyen", "truc_tiep"] and said["results"][0]["name"] == "Giấy"
    model = files["tham-dinh.bpmn"]
    assert "Nộp hồ sơ &amp; chờ" in model and 'value="31" unit="WORKING_HOUR"' in model and "BPMNDiagram" in model


@pytest.mark.skipif(not RECORDS, reason="the third-party material is not here")
@pytest.mark.parametrize("path", [pytest.param(one, marks=() if n % 60 == 0 else (pytest.mark.slow,))
                                  for n, one in enumerate(RECORDS)], ids=lambda path: path.stem)  # fmt: skip
def test_a_draft_of_a_national_record_has_nothing_to_mend(path: Path) -> None:
    files = from_record.files_of(read_record(json.loads(path.read_text("utf-8"))), TODAY)
    found = checked.of_files({name: body.encode() for name, body in files.items()})
    ended = (
        "law-ended",
        "law-part-ended",
        "law-not-yet",
        "law-end-unsure",
        "law-begin-unsure",
    )  # records cite acts that have ended
    assert [one for one in found if one.rule not in ended] == []
    assert yaml.safe_load(files["procedure.yaml"])["code"] == path.stem


class Steady(random.Random):
    """No chance at all: everything goes the usual way."""

    def random(self) -> float:
        return 0.5


@pytest.mark.skipif(not RECORDS, reason="the third-party material is not here")
@pytest.mark.parametrize("every", [75, pytest.param(1, marks=pytest.mark.slow)])
def test_each_national_record_is_received_processed_and_returned(
    every: int, sqlite_url: str, open_database: Callable[..., Database], tmp_path: Path
) -> None:
    """On a generic bundle (the shapes in turn), with the record's own papers, terms and fees."""
    database = open_database(sqlite_url)
    database.installation = install(Settings(home=tmp_path))
    begin = datetime(2026, 7, 6, 1, 0, tzinfo=UTC)
    database.clock = clock = Clock(begin)
    sample_province.make(database, password="motcua-thu")
    records = [read_record(json.loads(path.read_text("utf-8"))) for path in RECORDS[::every]]
    for n, record in enumerate(records):
        folder = tmp_path / record.code
        for name, text in from_record.files_of(record, begin.date(), from_record.NAMES[n % 5]).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        bundles.deploy(database, folder, SYSTEM)
    end = begin + timedelta(weeks=26)
    play = Play(database, clock, end, lambda text: None, Steady(), weeks=25)
    play.run(len(records))
    assert play.refused == []
    with database.begin() as tx:
        rows = {
            row.procedure: row
            for row in tx.read(
                select(dossier, dossier_state).join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
            ).mappings()
        }
        for record in records:
            made = rows[record.code]
            assert made["status"] == 10, record.code
            papers = {one.name for group in record.groups for one in group.components}
            assert {one["name"] for one in dossiers.components(tx, made["id"])} <= papers, record.code
            if record.term.term is not None and not record.cases:
                assert made["original_due"] is not None, record.code
