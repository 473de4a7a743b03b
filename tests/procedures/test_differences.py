"""What an approver is told of a new version: each kind of file in its own terms."""

from __future__ import annotations

import json
from pathlib import Path

from procedures import authoring, differences
from procedures.bundles import load

FOLDER = Path(__file__).parents[2] / "bpmn" / "procedures" / "chung-thuc-ban-sao"
MODEL, RULES = "chung-thuc-ban-sao.bpmn", "decisions/phi-chung-thuc.dmn"


def files() -> dict[str, str]:
    return authoring.texts(load(FOLDER).files)


def changes(change: dict[str, str | None]) -> dict[str, list[tuple[str, str, str, str]]]:
    after = {name: text for name, text in {**files(), **change}.items() if text is not None}
    found = differences.between(files(), after)
    return {one.file: [(c.how, c.what, c.before, c.after) for c in one.changes] for one in found}


def test_the_same_is_no_difference() -> None:
    assert differences.between(files(), files()) == ()


def test_a_form_field_by_field() -> None:
    form = json.loads(files()["forms/doi-chieu.form"])
    gone = form["components"].pop(0)
    form["components"][0] |= {"label": "Nhãn mới", "validate": {"required": True, "maxLength": 7}}
    form["components"].append({"type": "textfield", "key": "them", "label": "Trường thêm"})
    found = changes({"forms/doi-chieu.form": json.dumps(form)})["forms/doi-chieu.form"]
    assert ("removed", gone["label"], "", "") in found and ("added", "Trường thêm", "", "") in found
    assert any(how == "changed" and what == "Nhãn mới › nhãn" and after == "Nhãn mới" for how, what, _, after in found)
    assert any("điều kiện › dài nhất" in what and after == "7" for _, what, _, after in found)


def test_a_decision_row_by_row() -> None:
    text = files()[RULES]
    start = text.index("<rule"), text.index("</rule>") + len("</rule>")
    row = text[start[0] : start[1]]
    before = differences._tables(text)
    found = changes({RULES: text.replace(row, row + row.replace("<rule", "<rule", 1), 1)})[RULES]
    assert len(before) >= 1 and [how for how, *_ in found] == ["added"] and "→" in found[0][3]
    (other,) = changes({RULES: text.replace("2000", "2500", 1)})[RULES][:1]
    assert other[0] == "changed" and "2000" in other[2] and "2500" in other[3] and "dòng" in other[1]


def test_a_letter_line_by_line_and_the_record_entry_by_entry() -> None:
    name = next(one for one in files() if one.endswith(".typ"))
    lines = files()[name].splitlines()
    found = changes({name: "\n".join(["// khác", *lines[1:], "= Thêm"])})[name]
    assert [how for how, *_ in found] == ["changed", "added"] and found[0][1] == "dòng 1"
    text = files()["procedure.yaml"].replace("extension: {value: '2'", "extension: {value: '3'")
    text = text.replace("name: Phí chứng thực bản sao", "name: Phí chứng thực")
    said = changes({"procedure.yaml": text})["procedure.yaml"]
    assert ("changed", "gia hạn › trị số", "2", "3") in said
    assert any(how == "removed" and "Phí chứng thực bản sao" in what for how, what, *_ in said)


def test_the_drawing_has_its_marks_and_what_cannot_be_read_is_compared_by_lines() -> None:
    text = files()[MODEL]
    changed = text.replace('name="Ký chứng thực, đóng dấu"', 'name="Ký"')
    (part,) = differences.between(files(), {**files(), MODEL: changed})
    assert differences.marks(part) == {"ky_duyet": "changed"} and part.kind == "drawing"
    assert changes({MODEL: "không phải XML"})[MODEL][0][0] == "changed"
    assert changes({"scenarios.yaml": files()["scenarios.yaml"].replace("dung", "dungg", 1)})["scenarios.yaml"]
    assert changes({"letters/moi.typ": "= Mới"})["letters/moi.typ"] == [("added", "dòng 1", "", "= Mới")]
    whole = differences.between({}, files(), "en")
    assert {one.how for one in whole} == {"added"} and whole[0].kind == "drawing" and whole[0].changes


def test_what_the_terms_of_a_file_leave_out_is_told_too() -> None:
    rules = files()[RULES]
    for old, new in (('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'), ('name="phi"', 'name="le_phi"')):
        assert changes({RULES: rules.replace(old, new)})[RULES]
    form = json.loads(files()["forms/doi-chieu.form"])
    assert changes({"forms/doi-chieu.form": json.dumps({**form, "title": "Tên khác"})})["forms/doi-chieu.form"]
    record = "channels: [truc_tiep, truc_tuyen]\ncopies: 1\n"
    (part,) = differences.between(
        {"procedure.yaml": record}, {"procedure.yaml": "channels: [truc_tuyen, truc_tiep]\ncopies: 0\n"}
    )
    said = [(one.what, one.before, one.after) for one in part.changes]
    assert said == [
        ("số bản sao", "1", "0"),
        ("hình thức nộp › thứ tự", "truc_tiep, truc_tuyen", "truc_tuyen, truc_tiep"),
    ]
    assert changes({"procedure.yaml": files()["procedure.yaml"] + "# ghi chú\n"})["procedure.yaml"]
