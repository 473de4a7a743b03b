"""What `procedure.yaml` and `route.yaml` must say, as far as a model hangs on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.libraries import Said
from engine.model.findings.report import Report
from engine.model.source.expressions import mistake
from engine.yaml import Document

#: What is wanted, where it is a word.
_WANTED = {"text": "chữ", "list": "danh sách"}
_UNITS = ("WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH")


def check_procedure(report: Report, document: Document, processes: set[str], forms: set[str]) -> None:
    """Reports what is missing or wrong in the head of a bundle."""
    value: dict[str, Any] = document.value

    def wrong(field: str, reason: str | Said, *path: str | int) -> None:
        line, name = document.line(path or [field]), report.file.rpartition("/")[2]
        said = reason if isinstance(reason, Said) else Said(_WANTED.get(reason, reason), reason)
        report.put("bundle-field", line, field, name=name, field=field, reason=said.vi, reason_en=said.en)

    if value.get("kind") not in ("procedure", "route"):
        wrong("kind", "procedure | route")
    if value.get("kind") == "procedure" and not isinstance(value.get("code"), str):
        wrong("code", "text")
    name = value.get("name")
    if not isinstance(name, dict) or not name.get("vi"):
        wrong("name", "{vi, en}")
    process = value.get("process")
    if not isinstance(process, str):
        wrong("process", "text")
    elif process not in processes:
        report.put("bundle-process", document.line(["process"]), process, name=process)
    if value.get("form") is not None and str(value["form"]).removesuffix(".form") not in forms:
        report.put("form-missing", document.line(["form"]), "form", form=value["form"])
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value.get("effective_from") or "")):
        wrong("effective_from", "YYYY-MM-DD")
    if value.get("term") is not None:
        _term(value["term"], "term", wrong, ("term",))
    _lists(value, wrong)
    _policies(value, wrong)


def _term(term: Any, field: str, wrong: Callable[..., None], path: tuple[str | int, ...]) -> None:
    if not isinstance(term, dict):
        wrong(field, "{value, unit, start}", *path)
        return
    if term.get("value") is not None and not re.fullmatch(r"\d+(?:\.\d+)?", str(term["value"])):
        wrong(f"{field}.value", "0, 1, 6.5, …", *path, "value")
    if term.get("unit") is not None and term["unit"] not in _UNITS:
        wrong(f"{field}.unit", " | ".join(_UNITS), *path, "unit")
    if term.get("start") not in (None, "statutory", "working_hours"):
        wrong(f"{field}.start", "statutory | working_hours", *path, "start")
    if term.get("cutoff") is not None and not re.fullmatch(r"\d{2}:\d{2}", str(term["cutoff"])):
        wrong(f"{field}.cutoff", "HH:MM", *path, "cutoff")


def _lists(value: dict[str, Any], wrong: Callable[..., None]) -> None:
    for field, key in (("components", "code"), ("results", "code"), ("cases", "code"), ("fees", "name")):
        rows = value.get(field)
        if rows is None:
            continue
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            wrong(field, "list")
            continue
        seen: set[tuple[str, str]] = set()
        for index, row in enumerate(rows):
            label = str(row.get(key) or ""), str(row.get("case") or "")
            if not label[0]:
                wrong(f"{field}.{key}", "text", field, index)
            elif label in seen and field != "fees":
                wrong(f"{field}.{key}", f"2 × {label[0]}", field, index)
            seen.add(label)
            if field == "cases" and row.get("term") is not None:
                _term(row["term"], "cases.term", wrong, (field, index, "term"))
            formula = row.get("formula")
            if field == "fees" and formula is not None:
                trouble = mistake(str(formula).lstrip().removeprefix("=").strip())
                if trouble:
                    wrong("fees.formula", trouble, field, index, "formula")


def _policies(value: dict[str, Any], wrong: Callable[..., None]) -> None:
    supplement = value.get("supplement")
    if supplement is not None and (
        not isinstance(supplement, dict) or supplement.get("effect") not in (None, "pause", "restart", "none")
    ):
        wrong("supplement.effect", "pause | restart | none", "supplement")
    for level in value.get("agencies") or []:
        if level not in ("tinh", "xa"):
            wrong("agencies", "tinh | xa")
    for channel in value.get("channels") or []:
        if channel not in ("truc_tiep", "truc_tuyen", "buu_chinh"):
            wrong("channels", "truc_tiep | truc_tuyen | buu_chinh")
