"""Proactive rules of a bundle: each has what its level needs, and reads nothing but what is there to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import feel
from engine.model.findings.report import Report
from engine.model.source.expressions import mistake
from engine.yaml import Document
from procedures.bundle_check.files import Files
from procedures.vocabulary.proactive import CARRY_OUT, COMPARE, CONTEXT, PREPARE

#: A way to say what is wrong: where, in Vietnamese, in English.
Said = tuple[tuple[str | int, ...], str, str]


def check(files: Files, document: Document, data: Mapping[str, Any], report: Report) -> None:
    """Reports what is wrong with the rules of a description."""
    form = files.forms.get(str(data.get("form") or ""))
    known = CONTEXT | ({entry.key for entry in form.inputs()} if form is not None else set())
    papers = {str(one["code"]) for one in data.get("components") or ()}
    seen: set[str] = set()
    for i, rule in enumerate(data.get("proactive") or ()):
        faults = [*_shape(rule, seen, str(data["code"])), *_papers(rule, papers)]
        faults += [one for path, text in expressions(rule) for one in _expression(path, text, known)]
        seen.add(rule["code"])
        for path, vi, en in faults:
            where = ("proactive", i, *path)
            name, field = files.head.name, ".".join(map(str, where))
            report.put("bundle-field", document.line(where), field, name=name, field=field, reason=vi, reason_en=en)


def expressions(rule: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where a rule has FEEL, and its text."""
    for key in ("when", "at"):
        if rule.get(key):
            yield (key,), str(rule[key])
    for key, text in (rule.get("fill") or {}).items():
        if str(text).lstrip().startswith("="):
            yield ("fill", key), str(text)
    for n, option in enumerate(rule.get("options") or ()):
        if option.get("best"):
            yield ("options", n, "best"), str(option["best"])


def _shape(rule: Mapping[str, Any], seen: set[str], own: str) -> Iterator[Said]:
    if rule["code"] in seen:
        yield ("code",), f"mã “{rule['code']}” đã dùng ở trên", f"the code “{rule['code']}” is used above"
    if rule["level"] in (PREPARE, CARRY_OUT) and not rule.get("procedure"):
        yield ("procedure",), "mức 2 và mức 4 phải nêu thủ tục sẽ soạn", "levels 2 and 4 name the procedure to prepare"
    if rule["level"] in (PREPARE, CARRY_OUT) and rule.get("procedure") == own:
        yield ("procedure",), "không được là chính thủ tục này", "it cannot be this procedure itself"
    if rule["level"] == COMPARE and len(rule.get("options") or ()) < 2:
        yield ("options",), "mức 3 phải có ít nhất hai cách để so sánh", "level 3 has at least two ways to compare"


def _papers(rule: Mapping[str, Any], papers: set[str]) -> Iterator[Said]:
    for key, source in (rule.get("papers") or {}).items():
        if source not in papers and source != "ket_qua":
            vi = f"không có giấy tờ “{source}” ở mục components; “ket_qua” là kết quả của hồ sơ"
            yield ("papers", key), vi, f"components has no “{source}”; “ket_qua” is the result of the dossier"


def _expression(path: tuple[str | int, ...], text: str, known: frozenset[str] | set[str]) -> Iterator[Said]:
    plain = text.lstrip().removeprefix("=").strip()
    trouble = mistake(plain)
    if trouble is not None:
        yield path, trouble.vi, trouble.en
        return
    for name in sorted(feel.names(plain) - known):
        vi = f"không có “{name}”: dùng khóa của tờ khai, hoặc {', '.join(sorted(CONTEXT))}"
        yield path, vi, f"there is no “{name}”: use keys of the declaration, or {', '.join(sorted(CONTEXT))}"
