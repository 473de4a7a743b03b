"""A bundle is checked as a whole; differences and sentences say what a reader needs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from engine.model import check, describe, diff, read
from engine.model.definition import Assignment, Flow, Node, Process
from engine.model.words.parts import FIELDS
from engine.yaml import Document, Unreadable
from tests.engine.model.shapes import condition, ext, line, split, task

HEAD = """kind: procedure
code: '9.999999'
name: {vi: Thử, en: Trial}
effective_from: 2026-07-01
process: p
form: to-khai
agencies: [xa]
term: {value: '0', unit: WORKING_DAY, start: statutory, cutoff: '15:00'}
components: [{code: a, name: A}]
fees: [{name: Phí, formula: = so_ban * 8000}]
results: [{code: giay, name: Giấy}]
"""
MODEL = line(task(ext('<zeebe:assignmentDefinition candidateGroups="mot_cua"/><zeebe:formDefinition formId="to-khai"/>'
                      '<mc:letter template="mau-02"/><mc:result code="giay"/>'
                      '<mc:signature level="leader"/><mc:finish/><mc:fee/><mc:return/>')))  # fmt: skip
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="urn:d">'
    '<inputData id="i" name="so"><variable name="so" typeRef="number"/></inputData><decision id="phi" name="Phí">'
    '<variable name="Phí" typeRef="number"/><informationRequirement><requiredInput href="#i"/></informationRequirement>'
    '<decisionTable><input><inputExpression typeRef="number"><text>so</text></inputExpression></input><output/>'
    "<rule><inputEntry>{}</inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"
    "</definitions>"
)
BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
SCENARIOS = "Một:\n  process: p\n  steps:\n    - complete: x\n    - expect_ended: true\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "thu"
    (folder / "forms").mkdir(parents=True)
    (folder / "procedure.yaml").write_text(HEAD, "utf-8")
    (folder / "thu.bpmn").write_text(MODEL, "utf-8")
    (folder / "forms" / "to-khai.form").write_text('{"components": []}', "utf-8")
    (folder / "scenarios.yaml").write_text(SCENARIOS, "utf-8")
    return folder


def rules(folder: Path) -> set[str]:
    return {finding.rule for finding in check([folder])}


def test_a_whole_bundle_is_clean(bundle):
    assert check([bundle]) == []
    assert check([bundle.parent]) == []  # a folder of bundles


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("procedure.yaml", "process: p", "process: q", "bundle-process"),
        ("procedure.yaml", "form: to-khai", "form: khac", "form-missing"),
        ("procedure.yaml", "unit: WORKING_DAY", "unit: WEEK", "bundle-field"),
        ("procedure.yaml", "= so_ban * 8000", "= so_ban **", "bundle-field"),
        ("procedure.yaml", "kind: procedure", "kind: [", "bundle-file"),
        ("procedure.yaml", "code: giay", "code: khac", "result-unknown"),
        ("procedure.yaml", "2026-07-01", "sớm", "bundle-field"),
        ("thu.bpmn", 'formId="to-khai"', 'formId="khac"', "form-missing"),
        ("thu.bpmn", "mau-02", "giay-moi", "letter-missing"),
        ("thu.bpmn", 'candidateGroups="mot_cua"', "", "task-without-group"),
        ("thu.bpmn", 'isExecutable="true"', "", "nothing-executable"),
        ("forms/to-khai.form", "[]", "[", "form-json"),
        ("scenarios.yaml", "complete: x", "complete: y", "scenario-element"),
        ("scenarios.yaml", "steps:", "buoc:", "bundle-field"),
    ],
)
def test_what_one_file_says_of_another_is_checked(bundle, file, old, new, rule):
    path = bundle / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    found = [finding for finding in check([bundle]) if finding.rule == rule]
    assert found and found[0].file.startswith(str(bundle)) and found[0].line >= 1 and found[0].fix


def test_a_called_process_or_decision_may_lie_beside(bundle):
    call = task(kind="callActivity", attributes='calledElement="con"')
    (bundle / "goi.bpmn").write_text(line(call).replace('id="p"', 'id="cha"'), "utf-8")
    assert "called-elsewhere" in rules(bundle)
    (bundle / "con.bpmn").write_text(MODEL.replace('id="p"', 'id="con"'), "utf-8")
    assert "called-elsewhere" not in rules(bundle)
    asks = task(ext('<zeebe:calledDecision decisionId="phi" resultVariable="r"/>'), "businessRuleTask")
    (bundle / "hoi.bpmn").write_text(line(asks).replace('id="p"', 'id="hoi"'), "utf-8")
    assert "decision-missing" in rules(bundle)
    (bundle / "decisions").mkdir()
    (bundle / "decisions" / "phi.dmn").write_text(TABLE.format("<text>&gt;= 1</text>"), "utf-8")
    assert "decision-missing" not in rules(bundle)


def test_the_rules_of_a_decision_are_looked_at(bundle):
    (bundle / "decisions").mkdir()
    path = bundle / "decisions" / "phi.dmn"
    path.write_text(TABLE.format("<text>&lt; 5</text>"), "utf-8")
    assert {"dmn-gap"} <= rules(bundle)
    path.write_text(TABLE.format("<text>&lt; &lt;</text>"), "utf-8")
    assert {f.severity for f in check([bundle]) if f.rule.startswith("dmn-")} == {"error"}
    path.write_text("<definitions/>", "utf-8")
    assert "dmn-unreadable" in rules(bundle)


def test_the_same_process_twice_is_told_of(bundle):
    (bundle / "hai.bpmn").write_text(MODEL, "utf-8")
    assert "duplicate-process" in rules(bundle)


def test_files_that_are_only_checked_side_by_side_are_no_deployment(tmp_path):
    paths = [tmp_path / "mot.bpmn", tmp_path / "hai.bpmn"]
    for path in paths:
        path.write_text(MODEL, "utf-8")
    assert [f for f in check(paths) if f.severity == "error"] == []


def test_a_published_bundle_may_not_have_an_empty_service(bundle):
    (bundle / "dich-vu.bpmn").write_text(line(task(kind="serviceTask")).replace('id="p"', 'id="dv"'), "utf-8")
    assert [f.severity for f in check([bundle])] == ["warning"]
    assert [f.severity for f in check([bundle], published=True)] == ["error"]


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    assert [f.rule for f in check([tmp_path / "none.bpmn"], "en")] == ["bundle-file"]


def test_yaml_has_only_the_types_of_json():
    document = Document("a: no\nb: 04\nc: 2026-02-14\nd: true\ne: 1.5\nf:\ng: [x, 1e3, ~]\nh: &h {i: 1}\nk: [*h, *h]\n")
    assert document.value == {"a": "no", "b": "04", "c": "2026-02-14", "d": True, "e": 1.5, "f": None,
                              "g": ["x", 1000.0, "~"], "h": {"i": 1}, "k": [{"i": 1}, {"i": 1}]}  # fmt: skip
    assert document.line(["g", 1]) == 7
    for text in ("a: [", "a: &x [*x]", "a: 1\na: 2", BOMB, "a: !!python/object/apply:os.system ['x']"):
        with pytest.raises(Unreadable):
            Document(text)


def test_differences_are_told_by_element_and_not_by_line():
    before = read(split().encode(), "a")
    assert diff(before, read(("\n\n" + split()).encode(), "b")) == []
    changed = split(first=condition("a = 2")).replace('<bpmn:task id="b"/>', '<bpmn:userTask id="b" name="Duyệt"/>')
    found = {(c["element"], c["field"]): c for c in diff(before, read(changed.encode(), "b"))}
    assert found["f_x_a", "condition"]["after"] == "= a = 2"
    assert {("b", "kind"), ("b", "name")} <= set(found)
    assert "Duyệt" in found["b", "name"]["message"]
    assert diff(before, read(changed.encode(), "b"), "en")[0]["message"].startswith("Changed")
    gone = diff(before, read(line(task()).encode(), "c"))
    assert {(c["kind"], c["element"]) for c in gone} >= {("removed", "a"), ("removed", "f_x_a")}


def test_each_of_the_project_s_own_elements_differs_by_itself_in_words():
    hours = line(
        task(
            ext(
                '<mc:status code="3"/><mc:term value="1" unit="WORKING_HOUR"/>'
                '<zeebe:assignmentDefinition assignee="= ai" candidateGroups="mot_cua"/>'
            )
        )
    )
    other = hours.replace('value="1"', 'value="2"').replace('<mc:status code="3"/>', "").replace("mot_cua", "van_thu")
    found = {c["field"]: c for c in diff(read(hours.encode(), "a"), read(other.encode(), "b"))}
    assert set(found) == {"mc:term", "mc:status", "candidate_groups"}
    assert found["mc:term"]["message"] == (
        "Đổi thời hạn của bước «x» (x): từ thời hạn 1 giờ làm việc thành thời hạn 2 giờ làm việc."
    )
    assert found["mc:status"]["after"] == "—"
    english = {c["field"]: c for c in diff(read(hours.encode(), "a"), read(other.encode(), "b"), "en")}
    assert "the candidate groups" in english["candidate_groups"]["message"]


def test_a_timer_that_changes_is_told_in_words():
    timer = (
        '<b:intermediateCatchEvent id="x" name="Chưa nộp phí"><b:timerEventDefinition id="t"><b:timeDuration>P5D'
        "</b:timeDuration></b:timerEventDefinition></b:intermediateCatchEvent>"
    )
    [found] = diff(read(line(timer).encode(), "a"), read(line(timer.replace("P5D", "P7D")).encode(), "b"))
    assert "5 ngày" in found["message"] and "7 ngày" in found["message"] and "duration" not in found["message"]


def test_every_field_of_a_model_has_words():
    told = {f.name for kind in (Node, Flow, Process, Assignment) for f in fields(kind)}
    assert told - FIELDS.keys() <= {"id", "line", "file", "incoming", "outgoing", "boundaries", "lane_path",
                                    "extensions", "assignment", "version"}  # fmt: skip


def test_a_model_is_told_in_sentences_in_both_languages():
    model = read(MODEL.encode(), "m")
    told = describe(model)
    assert any("nhóm nhận việc: Cán bộ một cửa" in line_ and "biểu mẫu «to-khai»" in line_ for line_ in told)
    assert any("offered to: One-stop desk clerk" in line_ for line_ in describe(model, "en"))
    assert any("còn lại thì" in line_ for line_ in describe(read(split().encode(), "m")))
