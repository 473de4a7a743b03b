"""What is always null or never true is a warning in a file by itself, where a name may be a function of the data, and
an error in a bundle, whose neighbours are known."""

from __future__ import annotations

from pathlib import Path

from engine.model import check, read
from tests.engine.dmn.build import decision, literal, model
from tests.engine.specification.refusals import plain
from tests.engine.specification.writing import E, S, definitions, flows, gateway, script, users

HEAD = "kind: route\nkey: thu\nname: {vi: Thử}\nprocess: main\neffective_from: 2026-01-01\n"


def chosen(condition: str, before: str = "{n: 1}") -> str:
    ways = flows("s>w>x", f"x>a ? {condition}", "x>b", "a>e", "b>e")
    return plain(definitions(S + E + script("w", before) + gateway("exclusive", "x", "x-b") + users("a b") + ways))


def graded(paths: list[Path]) -> list[tuple[str, str, str]]:
    rules = ("function-unknown", "function-arguments", "dmn-function")
    return [(each.rule, each.severity, each.element) for each in check(paths, "en") if each.rule in rules]


def test_a_function_that_feel_does_not_have_is_an_error_in_a_bundle_and_a_warning_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "procedure.yaml").write_text(HEAD)
    (tmp_path / "m.bpmn").write_text(chosen("kontains(n)"))
    (tmp_path / "d.dmn").write_bytes(model(decision("q", literal("contains(1)"))))
    assert graded([tmp_path / "m.bpmn"]) == [("function-unknown", "warning", "x-a")]
    assert graded([tmp_path / "d.dmn"]) == [("dmn-function", "warning", "q")]
    assert graded([tmp_path]) == [("dmn-function", "error", "q"), ("function-unknown", "error", "x-a")]
    (tmp_path / "m.bpmn").write_text(chosen("contains(n)"))
    assert graded([tmp_path])[1:] == [("function-arguments", "error", "x-a")]


def test_a_function_that_a_script_writes_is_known() -> None:
    found = read(chosen("gap(1) = 2", "{gap: function(x) 2 * x}").encode(), "m.bpmn").findings
    assert [each for each in found if each.rule.startswith("function-")] == []
    lost = read(chosen("gap(1) = 2", "{gấp: function(x) 2 * x}").encode(), "m.bpmn").findings
    assert [each.rule for each in lost if each.rule.startswith("function-")] == ["function-unknown"]


def test_the_place_in_the_text_is_told_in_the_language_asked_for() -> None:
    text = chosen("n > 1 and\n  kontains(n)").encode()
    vi, en = read(text, "m.bpmn", "vi").findings, read(text, "m.bpmn", "en").findings
    told = [each.message for each in vi + en if each.rule == "function-unknown"]
    assert ["Không có hàm nào tên «kontains» (2:3)" in told[0], "No function is named" in told[1]] == [True, True]
