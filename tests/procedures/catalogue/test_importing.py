"""Importing, again and again; what is refused; the 301 national records; searching them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import audit
from engine.store import Database
from procedures import catalogue
from procedures.actor import SYSTEM
from tests.procedures.catalogue.record import channel, record
from tests.procedures.places import empty

NATIONAL = Path("../shared/data/tthc")
STARTER = Path("../shared/data/tthc-starter")


def counts(done: dict[str, Any]) -> tuple[int, ...]:
    return tuple(
        one if isinstance(one, int) else len(one)
        for one in (done[key] for key in ("imported", "updated", "unchanged", "rejected", "flagged"))
    )


def test_the_same_again_is_unchanged_and_another_is_a_version_with_its_history(tmp_path: Path) -> None:
    database, clock = empty()
    file = tmp_path / "a.json"
    file.write_text(json.dumps(record()))
    assert counts(catalogue.import_files(database, [file], by=SYSTEM)) == (1, 0, 0, 0, 0)
    file.write_text(json.dumps(record(source={**record()["source"], "crawled_at": "2026-09-01"}), indent=4))
    assert counts(catalogue.import_files(database, [file], by=SYSTEM)) == (0, 0, 1, 0, 0)
    clock.move(timedelta(days=1))
    file.write_text(json.dumps(record(name="Thủ tục cấp giấy phép khác")))
    assert counts(catalogue.import_files(database, [file], by=SYSTEM)) == (0, 1, 0, 0, 0)
    assert [(version, name) for version, _, name in catalogue.history(database, "9.000001")] == [
        (2, "a.json"),
        (1, "a.json"),
    ]
    new, old = catalogue.procedure(database, "9.000001"), catalogue.procedure(database, "9.000001", version=1)
    assert new is not None and new.version == 2 and new.name.endswith("khác")
    assert old is not None and old.name.endswith("mẫu")
    assert catalogue.find(database, "giay phep mau").total == 1  # by its result
    logged = [event for event in audit.history(database, "administration/catalogue") if event.kind == "record_imported"]
    assert [event.data["version"] for event in logged] == [1, 2]


def test_bad_records_are_listed_with_reasons_and_the_rest_go_in(tmp_path: Path) -> None:
    database, _ = empty()
    bad: dict[str, Any] = {
        "1-no-code.json": {key: value for key, value in record().items() if key != "code"},
        "2-name.json": record(name="  "),
        "3-code.json": record(code="../../etc"),
        "4-list.json": 3,
        "5-method.json": record(channels=[channel(1, "DAY", "PIGEON")]),
        "6-channels.json": record(channels="none"),
        "7-copies.json": record(checklist_raw=[{"group": "", "items": [{"name": "x", "original_qty": "nhiều"}]}]),
    }
    for name, content in bad.items():
        (tmp_path / name).write_text(json.dumps(content))
    bad["10-number.json"] = record(source={"big": 10**30})
    bad["11-letters.json"] = record(state="\ud800")
    for name in ("10-number.json", "11-letters.json"):
        (tmp_path / name).write_text(json.dumps(bad[name]))
    (tmp_path / "8-not.json").write_text("{không phải")
    (tmp_path / "9-binary.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "good.json").write_text(json.dumps([record(), record(code="9.000002")]))
    done = catalogue.import_files(database, [tmp_path, tmp_path / "missing.json"], by=SYSTEM)
    assert counts(done) == (2, 0, 0, 12, 0)
    reasons = {Path(one["file"]).name: one["reason"] for one in done["rejected"]}
    assert set(reasons) == {*bad, "8-not.json", "9-binary.json", "missing.json"} and all(reasons.values())
    assert "channels[0].method" in reasons["5-method.json"]


def test_what_is_to_configure_is_flagged_each_time(tmp_path: Path) -> None:
    database, _ = empty()
    file = tmp_path / "a.json"
    file.write_text(
        json.dumps(
            record(
                processing_cases=[],
                channels=[channel("Không quá 10 ngày", "OTHER", "DIRECT", (0, "Theo quy định của HĐND tỉnh"))],
            )
        )
    )
    for expected in ((1, 0, 0, 0, 1), (0, 0, 1, 0, 1)):
        done = catalogue.import_files(database, [file], by=SYSTEM)
        assert counts(done) == expected
        assert "Không quá 10 ngày" in done["flagged"][0]["reason"] and "HĐND" in done["flagged"][0]["reason"]
    assert "to configure" in catalogue.import_files(database, [file], lang="en", by=SYSTEM)["flagged"][0]["reason"]
    assert catalogue.find(database).hits[0].flags == 2


@pytest.fixture(scope="module")
def national() -> Database:
    if not NATIONAL.is_dir():
        pytest.skip("the national records are not here")
    database, _ = empty()
    done = catalogue.import_files(database, [NATIONAL], by=SYSTEM)
    assert (done["imported"], done["rejected"]) == (301, [])
    flagged = {Path(one["file"]).stem for one in done["flagged"]}
    assert {"1.013225", "1.000656"} <= flagged and 200 < len(flagged) < 301
    assert counts(catalogue.import_files(database, [STARTER], by=SYSTEM))[:4] == (5, 0, 3, 0)
    return database


@pytest.mark.parametrize("text", ["ho tich", "Hộ tịch", "HỘ  TỊCH", "Hộ tịch"])
def test_search_finds_with_and_without_diacritics(national: Database, text: str) -> None:
    found = catalogue.find(national, text)
    assert found.total > 20 and "hộ tịch" in (found.hits[0].name + str(found.hits[0].field_name)).lower()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("khai sinh", "1.001193"),
        ("Thủ tục đăng ký kết hôn", "1.000894"),
        ("1.013225", "1.013225"),
        ("trich luc ho tich ban sao", "2.000635"),
        ("dang ky khai tu", "1.000656"),
    ],
)
def test_the_best_answer_comes_first(national: Database, text: str, first: str) -> None:
    assert catalogue.find(national, text).hits[0].code == first


def test_a_building_permit_is_found_as_people_write_it(national: Database) -> None:
    found = catalogue.find(national, "cap giay phep xay dung")
    assert found.total >= 8 and all("giấy phép xây dựng" in hit.name.lower() for hit in found.hits[:5])
    assert found.hits[0].name.startswith("Cấp giấy phép xây dựng mới")


def test_lists_narrow_by_field_life_event_and_level_and_have_pages(national: Database) -> None:
    every = catalogue.find(national, size=50)
    assert every.total == 306 and every.pages == 7 and len(every.hits) == 50
    seen = {hit.code for page in range(1, 8) for hit in catalogue.find(national, size=50, page=page).hits}
    assert len(seen) == 306
    assert {name for _, name, _ in catalogue.fields(national)} >= {"Hộ tịch", "Đất đai", "Hoạt động xây dựng"}
    for code, _, number in catalogue.fields(national):
        assert catalogue.find(national, field=code).total == number
    assert "1.001193" in {hit.code for hit in catalogue.find(national, life_event="sinh_con").hits}
    assert 100 < catalogue.find(national, level="xa").total < 306
    assert catalogue.find(national, "%").total == 306 and catalogue.find(national, "_ %").total == 306
    assert catalogue.find(national, "tàu vũ trụ").total == 0 and catalogue.find(national, page=99).hits == ()


def test_every_record_can_be_read_out(national: Database) -> None:
    for hit in catalogue.find(national, size=400).hits:
        found = catalogue.procedure(national, hit.code)
        assert found is not None and found.name and found.channels and found.steps
        texts = [block.text for step in found.steps for block in step.text]
        assert not any("<" in text and ">" in text and "</" in text for text in texts)
        for fee in (fee for one in found.channels for fee in one.fees):
            assert fee.to_configure or fee.amount == 0 or (fee.amount or 0) >= 1000
    birth, permit = catalogue.procedure(national, "1.001193"), catalogue.procedure(national, "1.013225")
    assert birth is not None and birth.term.vi == "1 ngày làm việc" and birth.channels[0].fees[0].amount == 0
    assert permit is not None and permit.term.vi == "20 ngày" and len(permit.cases) == 1


def test_search_is_the_same_on_both_databases(database_url: str, open_database: Callable[..., Database]) -> None:
    database = open_database(database_url)
    catalogue.import_records(
        database, [("a", record()), ("b", record(code="9.000002", name="Đăng ký hộ tịch mẫu"))], by=SYSTEM
    )
    assert [hit.code for hit in catalogue.find(database, "ho tich").hits] == ["9.000002"]
    assert catalogue.find(database, "giay phep mau").hits[0].code == "9.000001"
    assert catalogue.fields(database) == [("G99-XX01", "Thử nghiệm", 2)]
    assert catalogue.find(database, level="xa", field="G99-XX01").total == 2
    found = catalogue.procedure(database, "9.000002")
    assert found is not None and found.imported_at is not None
    done = catalogue.import_records(database, [("a", record())], by=SYSTEM)
    assert done["unchanged"] == 1
