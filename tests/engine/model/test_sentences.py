"""A model reads as an official would tell it: no codes of the profile, no FEEL where there are words for it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from engine.model import describe, read
from engine.model.words import phrases
from tests.engine.model.shapes import condition, ext, flow, line, process, split, task

MODELS = sorted((Path(__file__).parents[3] / "bpmn").rglob("*.bpmn"))


def told(xml: str, lang: str = "vi") -> str:
    return "\n".join(describe(read(xml.encode(), "m", lang), lang))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_bundles_read_without_codes(path, lang):
    text = "\n".join(describe(read(path), lang))
    leaks = re.findall(r"WORKING_\w+|hanh_dong|\bPT?\d+\w|\bif \w+ = null\b|\.typ\b|mau-\d|«»|\bNone\b", text)
    assert not leaks and len(text) > 500


def test_an_outcome_is_told_by_its_label_also_behind_other_gateways():
    outcomes = '<mc:outcome id="dat" label="Đạt yêu cầu" labelEn="Passed"/><mc:outcome id="loi" label="Có lỗi"/>'
    xml = process(
        '<b:startEvent id="s"/>' + task(ext(outcomes)) + '<b:exclusiveGateway id="g"/><b:exclusiveGateway id="h" '
        'name="Đủ?" default="f_h_b"/><b:task id="a" name="A"/><b:task id="b" name="B"/>' + flow("s", "x")
        + flow("x", "g") + flow("g", "h") + flow("h", "b")
        + flow("h", "a", inside=condition('hanh_dong = "dat" or hanh_dong = "khac"'), attributes='name="Được"')
    )  # fmt: skip
    assert "«Đủ?»: đi một nhánh: còn lại thì «B»; Được (nếu chọn «Đạt yêu cầu» hoặc «khac») thì «A»." in told(xml)
    assert "(if chosen: «Passed» or «khac»): «A»" in told(xml, "en")
    assert "khi xong thì chọn «Đạt yêu cầu» hoặc «Có lỗi». Tiếp theo: «Đủ?»." in told(xml)  # g only lets pass


@pytest.mark.parametrize(
    ("inside", "vi", "en"),
    [
        ('<mc:term value="3" unit="WORKING_HOUR"/>', "thời hạn 3 giờ làm việc", "term 3 working hours"),
        ('<mc:term value="1" unit="DAY"/>', "thời hạn 1 ngày", "term 1 day"),
        ('<mc:term value="= so" unit="WORKING_DAY"/>', "thời hạn so ngày làm việc", "term so working days"),
        ('<mc:status code="4"/>', "hồ sơ chuyển sang trạng thái 4 (Đang xử lý)",
         "the dossier's status is 4 (In progress)"),
        ('<mc:letter template="mau-02"/>', "lập Mẫu số 02", "makes form 02"),
        ('<mc:letter template="letters/du-thao.typ"/>', "lập văn bản «du-thao»", "makes the letter «du-thao»"),
        ('<mc:pause kind="fee"/>', "tạm dừng tính thời hạn trong lúc chờ nộp phí, lệ phí",
         "the legal term stands still while the fee is awaited"),
        ('<mc:signature level="agency"/>', "ký số của cơ quan", "sealed by the agency"),
        ('<mc:extension/>', "gia hạn thời hạn giải quyết", "the legal term is extended"),
        ('<zeebe:assignmentDefinition assignee="=nguoi" candidateGroups="=&quot;cv@&quot; + co_quan"/>',
         "giao cho người ghi ở nguoi; nhóm nhận việc: «cv@⟨co_quan⟩»",
         "assigned to whom nguoi names; offered to: «cv@⟨co_quan⟩»"),
        ('<zeebe:taskSchedule dueDate="P2D"/>', "hạn 2 ngày từ khi mở việc", "due 2 days after the task opens"),
    ],
)  # fmt: skip
def test_what_a_task_brings_is_told_in_words(inside, vi, en):
    xml = line(task(ext(inside)))
    assert vi in told(xml)
    assert en in told(xml, "en")


@pytest.mark.parametrize(
    ("timer", "vi", "en"),
    [
        ("<b:timeDuration>P12D</b:timeDuration>", "chờ hết 12 ngày", "waits for the end of 12 days"),
        ("<b:timeDuration>P1DT2H</b:timeDuration>", "chờ hết 1 ngày 2 giờ", "waits for the end of 1 day 2 hours"),
        ("<b:timeCycle>R3/PT1H</b:timeCycle>", "chờ cứ mỗi 1 giờ, 3 lần", "waits for every 1 hour, 3 times"),
        ('<b:timeDate>= now() + duration("P30D")</b:timeDate>', "chờ đến hạn (30 ngày kể từ lúc đó)",
         "waits for its date (30 days from then)"),
    ],
)  # fmt: skip
def test_a_timer_is_told_as_time(timer, vi, en):
    event = f"<b:timerEventDefinition>{timer}</b:timerEventDefinition>"
    xml = line(f'<b:intermediateCatchEvent id="x">{event}</b:intermediateCatchEvent>')
    assert vi in told(xml) and en in told(xml, "en")


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ('a = "x" and not(b)', "a là «x» và b không đúng", "a is «x» and b is not true"),
        ("a != null and (b < 2 or c >= 3)", "đã có a và (b nhỏ hơn 2 hoặc c không dưới 3)",
         "there is a and (b is less than 2 or c is at least 3)"),
        ("not(a = 1 and b)", "không phải (a là 1 và b đúng)", "it is not so that a is 1 and b is true"),
        ('a in ("x", "y")', "a là «x» hoặc «y»", "a is «x» or «y»"),
        ('list contains(["Saturday"], day of week(today()))', "hôm đó là thứ Bảy", "that day is Saturday"),
        ('a = ""', "a là trống", "a is empty"),
        ("some i in xs satisfies i > 1", "some i in xs satisfies i > 1", "some i in xs satisfies i > 1"),
        ("1 +", "1 +", "1 +"),
    ],
)  # fmt: skip
def test_a_condition_is_told_in_words_or_stays_as_it_is_written(text, vi, en):
    assert (phrases.condition(text), phrases.condition(text, "en")) == (vi, en)


def test_a_value_that_may_be_missing_is_told_with_what_stands_for_it():
    assert phrases.value("if xs = null then [] else xs") == "xs"
    assert phrases.value('if a = null then "b" else a') == "a, chưa có thì «b»"
    assert phrases.value('"cv" + (if a = null then "" else "@" + a)') == "«cv@⟨a⟩ (nếu có)»"
    assert phrases.value('duration("PT" + string(so) + "H")', "en") == "so hours"
    assert phrases.value("sum(xs)") == "sum(xs)"


def test_repeating_is_told():
    inside = ('<b:multiInstanceLoopCharacteristics isSequential="true"><b:loopCardinality>3</b:loopCardinality>'
              "<b:completionCondition>xong</b:completionCondition></b:multiInstanceLoopCharacteristics>")  # fmt: skip
    assert "lần lượt 3 lần, đủ khi xong đúng" in told(line(task(inside)))
    over = '<b:multiInstanceLoopCharacteristics camunda:collection="xs"/>'
    assert "at once for each of xs" in told(line(task(over)), "en")


def test_what_was_translated_stands_at_the_end_with_what_has_no_effect():
    xml = line(task(attributes='camunda:assignee="${nguoi}" camunda:asyncBefore="true" camunda:asyncAfter="true"'))
    sentences = describe(read(xml.encode(), "m"))
    assert sentences[-3:] == [
        "Chuyển từ camunda: 1 chỗ.",
        '  «x» (dòng 4): camunda:assignee="${nguoi}" → zeebe:assignmentDefinition assignee="= nguoi"',
        'Không có tác dụng ở đây: camunda:asyncAfter="true", camunda:asyncBefore="true".',
    ]
    assert describe(read(xml.encode(), "m"), "en")[-3] == "Translated from camunda: 1 place."
    assert not [text for text in describe(read(split().encode(), "m")) if "Chuyển từ" in text]


@pytest.mark.parametrize("text", [
    "not(" * 180 + "a" + ")" * 180, "if a = null then b else " * 150 + "a", "if a then b else " * 150 + "c",
    'duration("P" + ' * 80 + "a" + ")" * 80, "(" * 150 + "a" + ")" * 150, 'x + "' + "y" * 50_000 + '"',
    "(a and (b or " * 80 + "c" + "))" * 80,
])  # fmt: skip
def test_what_is_nested_is_told_in_no_time(text):
    began = time.monotonic()
    assert phrases.condition(text) and phrases.value(text, "en")
    assert time.monotonic() - began < 5
