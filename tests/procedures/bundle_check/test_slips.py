"""Every slip in a bundle is told at its place, and by all who look: the check, the scenarios, deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import model, scenario
from engine.store import Database
from procedures import bundles, checked, scenario_setting
from procedures.actor import SYSTEM
from procedures.bundle_check.letters import DOSSIER
from procedures.installation import rehearsal
from procedures.letters import issuing
from tests.procedures.town import bundle

LETTER = """// Thẻ thư viện
#import "national.typ": *
#show: letter
#header()
#line-of([Họ tên], d.to_khai.ho_ten)
#line-of([Số năm], d.bien.so_nam)
"""
SCENARIOS = """Đạt:
  process: cap_the
  variables: {ho_so: {ma: T-1}, to_khai: {ho_ten: An, ngay_sinh: '1990-01-01', so_nam: 2}}
  steps:
    - {complete: xem_xet, action: bo_sung, variables: {han_bo_sung: '2026-03-10'}}
    - {message: cong_dan_bo_sung, correlation: T-1}
    - {complete: xem_xet, action: dat}
    - {complete: lam_the, action: trinh}
    - {complete: ky, action: ky}
    - {complete: tra, action: da_tra}
    - expect_ended: true
"""
FORM = "forms/don.form"
YAML, BPMN, PLAY, TYP = "procedure.yaml", "cap-the.bpmn", "scenarios.yaml", "letters/the-thu-vien.typ"
#: (file, what stands there, the slip, rule, severity, line of the slip or 0 where another line tells it)
SLIPS = [
    pytest.param(YAML, "agencies: [xa]", "agencies: [huyen]", "bundle-field", "error", id="a tier that does not exist"),
    pytest.param(YAML, "channels: [truc_tiep,", "channels: [online,", "bundle-field", "error", id="a channel"),
    pytest.param(YAML, "2026-01-01", "01/01/2026", "bundle-field", "error", id="a date in another notation"),
    pytest.param(YAML, "code: anh", "code: don", "bundle-field", "error", id="two papers under one code"),
    pytest.param(YAML, "amount: 20000", 'amount: "20.000 đồng"', "bundle-field", "error", id="a fee as text"),
    pytest.param(
        YAML, "code: anh", "short: {vi: Ảnh, 3 x 4}, code: anh", "bundle-field", "error", id="a comma in a text"
    ),
    pytest.param(YAML, "term: {", "thoi_han: {", "bundle-field", "error", id="an unknown key"),
    pytest.param(YAML, "WORKING_DAY", "NGAY_LAM_VIEC", "bundle-field", "error", id="an unknown unit"),
    pytest.param(YAML, "supplement: {", "supplement:\n\t- {", "bundle-file", "error", id="a tab"),
    pytest.param(YAML, "process: cap_the", "process: cap_tha", "bundle-process", "error", id="a process"),
    pytest.param(YAML, "form: don", "form: dan", "form-missing", "error", id="a form that is missing"),
    pytest.param(YAML, "PT30M", "30 phút", "bundle-field", "error", id="a reminder that is no duration"),
    pytest.param(FORM, "textfield", "richtext", "form-type", "error", id="a field type"),
    pytest.param(FORM, "{", "{,", "form-json", "error", id="a form that is no JSON"),
    pytest.param(
        YAML, "amount: 8000, per: copy", 'formula: "= so_nam * 2"', "fee-fraction", "error", id="a fee by parts"
    ),
    pytest.param(BPMN, "mau-02", "mau-99", "letter-missing", "error", id="a letter"),
    pytest.param(BPMN, 'code="5"', 'code="55"', "extension-value", "error", id="a status"),
    pytest.param(BPMN, '"chuyen_vien"', '"chuyenvien"', "role-unknown", "error", id="a role"),
    pytest.param(BPMN, '= "bo_sung"', '= "bosung"', "outcome-unknown", "error", id="a condition on an outcome"),
    pytest.param(BPMN, "= hanh_dong", "= hanhdong", "name-slip", "warning", id="a variable that nothing writes"),
    pytest.param(BPMN, "<mc:finish />", "", "never-finished", "warning", id="nothing finishes the dossier"),
    pytest.param(BPMN, '<mc:signature level="leader" />', "", "result-unsigned", "warning", id="nobody signs"),
    pytest.param(BPMN, "<mc:return />", "", "fee-never-taken", "warning", id="nothing takes the fee"),
    pytest.param(BPMN, 'code="the_thu_vien"', 'code="the"', "result-unknown", "error", id="a result"),
    pytest.param(BPMN, 'correlationKey="= ho_so.ma"', "", "message-without-key", "error", id="a message without key"),
    pytest.param(BPMN, "<mc:finish />", '<mc:finish on="enter" />', "extension-value", "error", id="an idle moment"),
    pytest.param(TYP, "d.to_khai.ho_ten", "d.to_khai.hoten", "letter-broken", "error", id="a field of a letter"),
    pytest.param(TYP, "d.bien.so_nam", "d.bien.so_nam.so", "letter-broken", "error", id="a letter that cannot be made"),
    pytest.param(PLAY, "action: ky", "action: duyet", "scenario-outcome", "error", id="a scenario's outcome"),
    pytest.param(PLAY, "complete: lam_the", "complete: lam_tha", "scenario-element", "warning", id="a scenario's step"),
    pytest.param(PLAY, "so_nam: 2", "so_nam: '2'", "scenario-type", "warning", id="a scenario's number as text"),
    pytest.param(PLAY, "'2026-03-10'", "'2026-03-10T17:00:00'", "scenario-type", "warning", id="a day with a time"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = bundle(tmp_path / "the")
    (made / "letters").mkdir()
    (made / TYP).write_text(LETTER, "utf-8")
    (made / PLAY).write_text(SCENARIOS, "utf-8")
    return made


def test_a_right_bundle_is_clean_passes_and_is_deployed(folder: Path) -> None:
    assert model.check([folder]) == [] and checked.of_files(bundles.load(folder).files) == ()
    assert scenario.test_paths([folder], setting=scenario_setting.for_bundle) == {"passed": 1, "failed": []}


@pytest.mark.parametrize(("file", "right", "slip", "rule", "severity"), SLIPS)
def test_a_slip_is_told_at_its_line_by_all_who_look(
    folder: Path, file: str, right: str, slip: str, rule: str, severity: str
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, slip, 1), "utf-8")
    line = text[: text.index(right)].count("\n") + 1
    for lang in ("vi", "en"):
        found = [one for one in model.check([folder], lang) if one.rule == rule]  # type: ignore[arg-type]
        assert [(one.file, one.severity) for one in found[:1]] == [(str(path), severity)]
        assert found[0].message and found[0].fix
        if rule not in ("never-finished", "result-unsigned", "fee-never-taken", "message-without-key"):
            assert abs(found[0].line - line) <= 6, (found[0].line, line)  # a node is told at its own first line

    database = rehearsal().open("sqlite://")
    database.create(every_table=True)
    if severity == "error":
        with pytest.raises(bundles.BundleError) as refused:
            bundles.deploy(database, folder, SYSTEM)
        assert rule in {one.rule for one in refused.value.findings}
        failed = scenario.test_paths([folder], setting=scenario_setting.for_bundle)["failed"]
        assert failed and not any("Error" in one["message"] for one in failed)
    else:
        assert bundles.deploy(database, folder, SYSTEM).changed
        version = bundles.versions(database)[0].version
        assert rule in {one.rule for one in checked.findings(database, version, "vi")}
    database.close()


def test_sample_letters_are_given_what_real_ones_are() -> None:
    row = {
        "submitter": None, "code": "", "applicant_name": "", "applicant_address": "", "applicant_phone": "",
        "applicant_email": "", "applicant_id_number": "", "request": "", "procedure_name": "", "form": {},
        "received_at": None,
    }  # fmt: skip
    assert {*DOSSIER, "to_khai"} == set(issuing.of_dossier(row))


def test_deployment_of_the_same_content_asks_the_check_once(folder: Path) -> None:
    database: Database = rehearsal().open("sqlite://")
    database.create(every_table=True)
    assert bundles.deploy(database, folder, SYSTEM).changed and not bundles.deploy(database, folder, SYSTEM).changed
    database.close()


def test_a_symbolic_link_is_not_followed_out_of_a_bundle(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ngoai.typ").write_text("#panic()", "utf-8")
    (folder / "letters" / "ngoai.typ").symlink_to(tmp_path / "ngoai.typ")
    (told,) = model.check([folder], "vi")
    assert told.rule == "bundle-file" and "letters/ngoai.typ" in told.message and "liên kết tượng trưng" in told.message
    with pytest.raises(bundles.BundleError, match=r"letters/ngoai\.typ.*liên kết tượng trưng"):
        bundles.load(folder)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("42/2022/NĐ-CP, from: 2026-07-01", "law-ended"),
        ("Luật số 81/2006/QH11", "law-end-unsure"),
        ("175/2024/NĐ-CP, from: 2026-07-01", "law-part-ended"),
        ("60/2014/QH13", ""),
        ("60/2014/QH13, effective_to: 2027-03-31", "law-ends"),
        ("60/2014/QH13, until: '2027-02-28'", ""),
        ("60/2014/QH13, effective_to: 2027-02-28", ""),
        ("03/2026/QH16", "law-not-yet"),
        ("68/2020/QH14", ""),
    ],
)
def test_a_basis_that_is_not_in_force_is_told_at_its_line(folder: Path, code: str, told: str) -> None:
    head = folder / YAML
    basis, _, more = code.partition(", ")
    text = head.read_text("utf-8").replace("46/2019/QH14", f"{basis}, {more}" if more.startswith("until") else basis)
    if more.startswith("from"):
        text = text.replace("2026-01-01", more[6:])
    elif more.startswith("effective"):
        text = f"{text}{more}\n"
    head.write_text(text, "utf-8")
    found = [one for lang in ("vi", "en") for one in model.check([folder], lang)]
    line = text[: text.index("legal_basis")].count("\n") + 1
    assert [(one.rule, one.line) for one in found] == [(told, line)] * 2 * bool(told)
    assert all(basis.removeprefix("Luật số ") in one.message and one.fix for one in found)


#: Conditions of the two branches after the first step, and what is told of them. The field `loai` is a choice of two,
#: `so_nam` a number from 1 to 5.
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ('to_khai.loai = "doc"', 'to_khai.loai = "muon"', ""),
        ('to_khai.loai = "doc"', 'to_khai.loai = "khac"', "conditions-gap"),
        ('to_khai.loai = "doc"', 'to_khai.loai != "muon"', "conditions-gap conditions-overlap"),
        ("to_khai.so_nam <= 3", "to_khai.so_nam in [4..5]", ""),
        ("to_khai.so_nam < 3", "to_khai.so_nam in [4..5]", "conditions-gap"),
        ("to_khai.so_nam in (1, 2)", "to_khai.so_nam > 2", ""),
        ("to_khai.so_nam = 1", "to_khai.so_nam in [2..4]", "conditions-gap"),
        ("to_khai.so_nam <= 3", 'to_khai.so_nam > 2 or to_khai.loai = "doc"', "conditions-overlap"),
    ],
)
def test_the_forms_say_which_cases_there_are(folder: Path, first: str, second: str, told: str) -> None:
    path = folder / BPMN
    text = path.read_text("utf-8").replace(' default="f5"', "")
    ways = {'hanh_dong = "bo_sung"': first.replace("<", "&lt;")}
    for before, after in ways.items():
        text = text.replace(before, after, 1)
    other = f"<bpmn:conditionExpression>= {second.replace('<', '&lt;')}</bpmn:conditionExpression>"
    flow = '<bpmn:sequenceFlow id="f5" sourceRef="re" targetRef="lam_the" />'
    path.write_text(text.replace(flow, f"{flow[:-3]}>{other}</bpmn:sequenceFlow>"), "utf-8")
    found = [one for one in model.check([folder], "vi") if one.rule.startswith("conditions-")]
    assert {one.rule for one in found} == set(told.split())
    assert all(one.element == "re" and one.message and one.fix for one in found)


@pytest.mark.parametrize(
    ("digits", "told"), [("", True), (', "decimalDigits": 2', True), (', "decimalDigits": 0', False)]
)
def test_what_a_fee_counts_is_a_whole_number(folder: Path, digits: str, told: bool) -> None:
    text = (folder / FORM).read_text("utf-8")
    (folder / FORM).write_text(text.replace('"key": "so_nam"', f'"key": "so_ban"{digits}'), "utf-8")
    assert ("fee-fraction" in {one.rule for one in model.check([folder], "vi")}) is told
