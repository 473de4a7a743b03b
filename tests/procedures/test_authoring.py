"""Drafts of bundles: two write at once and nothing is lost; another person publishes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import yaml

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from procedures import authoring, bundles, from_record
from procedures.actor import Actor
from procedures.bundle_check.errors import BundleError
from procedures.proving import kept, scenarios

EXTRACT = Path(__file__).parents[2] / "bpmn" / "procedures" / "trich-luc-ho-tich"
LAN, BINH, CHI = Actor("lan"), Actor("binh"), Actor("chi")
MODEL = "trich-luc-ho-tich.bpmn"


def files() -> dict[str, str]:
    return authoring.texts(bundles.load(EXTRACT).files)


@pytest.fixture
def draft(database: Database) -> str:
    return authoring.begin(database, "Bản sao trích lục, sửa", files(), "", by=LAN)


def text(database: Database, draft: str, name: str) -> str | None:
    return authoring.files_of(database, draft).get(name)


def test_what_goes_out_as_an_archive_comes_in_the_same(database: Database, draft: str) -> None:
    found = authoring.files_of(database, draft)
    assert authoring.unpacked(authoring.packed(found, "goi")) == found == files()


def damaged() -> bytes:
    """An archive whose list of files is whole, and whose packed bytes are not."""
    made, name = io.BytesIO(), "goi/procedure.yaml"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "code: x\n" * 100, zipfile.ZIP_DEFLATED)
    body = bytearray(made.getvalue())
    body[30 + len(name) : 34 + len(name)] = b"\xff" * 4
    return bytes(body)


@pytest.mark.parametrize("body", [b"x", authoring.packed({"a.bpmn": "<x/>"}, "goi"), damaged()])
def test_an_archive_that_is_no_bundle_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        authoring.unpacked(body)


@pytest.mark.parametrize(
    "name", ["../a.bpmn", "/a.bpmn", "a.exe", ".an.yaml", "a/b/c/d.form", "a\\b.form", "", "a\0.md", "ấ" * 100 + ".md"]
)
def test_names_that_leave_the_folder_are_refused(database: Database, draft: str, name: str) -> None:
    with pytest.raises(Refusal):
        authoring.save(database, draft, 1, {name: "x"}, by=LAN)


def test_no_name_is_that_of_a_file_and_of_a_folder(database: Database, draft: str) -> None:
    authoring.save(database, draft, 1, {"a.md": "x"}, by=LAN)
    with pytest.raises(Refusal, match="vừa là tệp vừa là thư mục"):
        authoring.save(database, draft, 2, {"a.md/b.md": "x"}, by=LAN)
    with pytest.raises(Refusal, match="vừa là tệp vừa là thư mục"):
        authoring.begin(database, "Thử", {"b.md": "", "b.md/c.md": ""}, "", by=LAN)


def test_two_who_step_one_play_are_told_and_each_keeps_their_own(
    database: Database, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kept.MOST, "play", 1)
    id = kept.add(database, draft, "play", 1, {"steps": []}, LAN, result={})
    kept.add(database, draft, "play", 1, {"steps": []}, BINH, result={})
    read = kept.get(database, id)
    kept.moved(database, read, {"steps": [{"advance": "P1D"}]}, 1)
    with pytest.raises(Refusal, match="vừa làm tiếp"):
        kept.moved(database, read, {"steps": [{"advance": "P2D"}]}, 1)
    assert kept.get(database, id).asked == {"steps": [{"advance": "P1D"}]}


def test_scenarios_that_take_too_long_in_all_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authoring, "SECONDS", -1.0)
    monkeypatch.setattr(scenarios, "SECONDS", -1.0)
    with pytest.raises(Refusal, match="các kịch bản chạy quá"):
        authoring._played(files())


def test_saves_of_different_files_join(database: Database, draft: str) -> None:
    authoring.save(database, draft, 1, {"forms/moi.form": "{}"}, by=LAN)
    later = authoring.save(database, draft, 1, {"letters/moi.typ": "= Chào"}, by=BINH)
    assert not later.beside
    assert text(database, draft, "forms/moi.form") == "{}" and text(database, draft, "letters/moi.typ") == "= Chào"


def test_the_later_save_of_the_same_file_is_kept_beside_until_somebody_chooses(database: Database, draft: str) -> None:
    authoring.save(database, draft, 1, {"letters/a.typ": "của Lan"}, by=LAN)
    beside = authoring.save(database, draft, 1, {"letters/a.typ": "của Bình"}, by=BINH)
    assert beside.beside and text(database, draft, "letters/a.typ") == "của Lan"
    with pytest.raises(Refusal, match="chờ chọn"):
        authoring.submit(database, draft, by=LAN)
    authoring.save(database, draft, 2, {"letters/b.typ": "thêm"}, by=LAN)
    authoring.choose(database, draft, beside.number, True, by=LAN)
    assert text(database, draft, "letters/a.typ") == "của Bình" and text(database, draft, "letters/b.typ") == "thêm"
    assert authoring.files_of(database, draft, 2)["letters/a.typ"] == "của Lan"  # it is still there
    with pytest.raises(Refusal):
        authoring.choose(database, draft, beside.number, False, by=LAN)


def test_a_bundle_does_not_grow_past_its_limit_by_small_saves(database: Database, draft: str) -> None:
    half = bundles.LARGEST // 2
    with pytest.raises(Refusal, match="5 MB"):
        for letter in "abc":
            head = authoring.draft(database, draft).head
            authoring.save(database, draft, head, {f"{letter}.md": letter * half}, LAN)
    assert {"a.md", "b.md", "c.md"} & authoring.files_of(database, draft).keys() == {"a.md"}


def test_the_same_text_again_is_no_save(database: Database, draft: str) -> None:
    assert authoring.save(database, draft, 1, {MODEL: files()[MODEL]}, by=LAN).number == 1
    assert authoring.save(database, draft, 1, {MODEL: None}, by=LAN).number == 2
    assert text(database, draft, MODEL) is None
    authoring.go_back(database, draft, 1, by=BINH)
    assert authoring.files_of(database, draft) == files()
    assert [one.by for one in authoring.saves(database, draft)] == ["binh", "lan", "lan"]


def test_those_who_are_at_it_are_told_of_each_other(database: Database, draft: str) -> None:
    assert authoring.visit(database, draft, by=LAN) == []
    assert authoring.visit(database, draft, by=BINH) == ["lan"]


def test_a_draft_with_an_error_or_a_failing_scenario_is_not_submitted(database: Database, draft: str) -> None:
    broken = files()["scenarios.yaml"].replace("expect_status: '9'", "expect_status: '3'")
    authoring.save(database, draft, 1, {"scenarios.yaml": broken}, by=LAN)
    with pytest.raises(Refusal, match="kịch bản chưa đạt"):
        authoring.submit(database, draft, by=LAN)
    nobody = files()[MODEL].replace('candidateGroups="lanh_dao"', 'candidateGroups="vua"')
    authoring.save(database, draft, 2, {MODEL: nobody}, by=LAN)
    with pytest.raises(BundleError, match="vua"):
        authoring.submit(database, draft, by=LAN)
    authoring.drop(database, draft, by=LAN)
    with pytest.raises(Refusal):
        authoring.save(database, draft, 3, {"letters/a.typ": ""}, by=LAN)


def test_what_no_scenario_touches_is_waived_with_a_reason_or_not_submitted(database: Database) -> None:
    short = from_record.of_shape("mot-duong", "T-1", "Thử", date(2026, 11, 30))
    told = yaml.safe_load(short["scenarios.yaml"])
    told.pop("Công dân rút hồ sơ")
    few = yaml.safe_dump(told, allow_unicode=True)
    draft = authoring.begin(database, "Thử", {**short, "scenarios.yaml": few}, "", by=LAN)
    with pytest.raises(Refusal, match="căn cứ pháp lý"):
        authoring.submit(database, draft, by=LAN)
    record = short["procedure.yaml"].replace("legal_basis: []", "legal_basis: [{code: 1/2026/QĐ-UBND, name: Thử}]")
    authoring.save(database, draft, 1, {"procedure.yaml": record}, by=LAN)
    with pytest.raises(Refusal, match="chưa đi qua") as refused:
        authoring.submit(database, draft, by=LAN)
    assert refused.value.about == "mien"
    authoring.submit(database, draft, by=LAN, waived="Rút hồ sơ đã thử ở thủ tục khác")
    assert authoring.waived(database, draft) == "Rút hồ sơ đã thử ở thủ tục khác"
    done = authoring.approve(database, draft, by=CHI)
    (approved,) = [one.data for one in audit.history(database, done.version) if one.kind == "procedure.approved"]
    assert approved["waived"].startswith("Rút") and len(approved["hash"]) == 64 and approved["authors"] == ["lan"]
    (sent,) = [one.data for one in audit.history(database, draft) if one.kind == "draft.submitted"]
    assert sent["hash"] == approved["hash"], "what was approved is what was submitted"


def test_another_person_publishes(database: Database, draft: str) -> None:
    authoring.save(database, draft, 1, {MODEL: files()[MODEL].replace("Ký bản sao trích lục", "Ký bản sao")}, by=BINH)
    authoring.submit(database, draft, by=LAN)
    for author in (LAN, BINH):
        with pytest.raises(Refusal, match="không được tự duyệt"):
            authoring.approve(database, draft, by=author)
    with pytest.raises(Refusal, match="lý do"):
        authoring.send_back(database, draft, " ", by=CHI)
    done = authoring.approve(database, draft, by=CHI)
    assert authoring.draft(database, draft).version == done.version
    assert bundles.procedure(database, done.code).version == done.version
    assert b'K\xc3\xbd b\xe1\xba\xa3n sao"' in bundles.files_of(database, done.version)[MODEL]
    with pytest.raises(Refusal):
        authoring.approve(database, draft, by=CHI)


def test_what_is_sent_back_can_be_written_again(database: Database, draft: str) -> None:
    authoring.submit(database, draft, by=LAN)
    with pytest.raises(Refusal):
        authoring.save(database, draft, 1, {"letters/a.typ": "x"}, by=LAN)
    authoring.send_back(database, draft, "Thiếu căn cứ", by=CHI)
    assert authoring.draft(database, draft).reason == "Thiếu căn cứ"
    assert authoring.save(database, draft, 1, {"letters/a.typ": "x"}, by=LAN).number == 2
