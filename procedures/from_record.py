"""The first draft of a bundle from a record of the national catalogue: its facts in `procedure.yaml`, and the drawing,
forms, letters and scenarios of a shape. What the record does not say with certainty is left open for the analyst."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from procedures import authoring
from procedures.bundles import load
from procedures.catalogue.own_record import METHODS
from procedures.catalogue.values import FEE_KINDS, Component, Fee, Procedure, TermOf

SHAPES = Path(__file__).parent / "shapes"
#: The process of each shape, and its name in the drawing.
_PROCESS, _NAME = "quy_trinh_mau", "Thẩm định có bổ sung"
_DOCUMENTATION = ("<bpmn:documentation>", "</bpmn:documentation>")
#: Working hours of a day, and of the other units about as many, for the terms of steps that a first draft proposes.
_HOURS = {"WORKING_HOUR": 1.0, "WORKING_DAY": 8.0, "DAY": 8.0 * 5 / 7, "MONTH": 8.0 * 21}
#: What part of the legal term a step has at first.
_PARTS = {'value="24" unit="WORKING_HOUR"': 0.6, 'value="2" unit="WORKING_HOUR"': 0.15}
LONGEST_NAME = 200


def files_of(record: Procedure, today: date, shape: str = "tham-dinh") -> dict[str, str]:
    """The files of a bundle for this procedure, path → text."""
    files = authoring.texts(load(SHAPES / shape).files)
    process = f"thu_tuc_{record.code.replace('.', '_').replace('-', '_')}"
    steps = "\n".join(block.text for step in record.steps for block in step.text)
    for name, text in files.items():
        files[name] = text.replace(_PROCESS, process)
    model = next(name for name in files if name.endswith(".bpmn"))
    files[model] = _drawn(files[model], record, steps)
    description = yaml.safe_dump(_description(record, process, today), allow_unicode=True, sort_keys=False, width=120)
    files["procedure.yaml"] = (
        f"# Lập từ bản ghi quốc gia {record.code}; chỗ còn trống là chỗ bản ghi không nói rõ.\n{description}"
    )
    return files


def _drawn(text: str, record: Procedure, steps: str) -> str:
    """The drawing under the procedure's name, with the record's steps to be read beside it, and terms of steps that fit
    the legal one."""
    begin, end = (text.index(mark) for mark in _DOCUMENTATION)
    told = escape(f"{record.name}\n{steps}".strip())
    text = f"{text[: begin + len(_DOCUMENTATION[0])]}{told}{text[end:]}"
    text = text.replace(f'name="{_NAME}"', f'name="{escape(record.name, {chr(34): "&quot;"})}"')
    hours = _hours(record)
    for said, part in _PARTS.items():
        value = max(1, int(hours * part)) if hours else 0
        text = text.replace(said, f'value="{value}" unit="WORKING_HOUR"') if value else text
    return text


def _hours(record: Procedure) -> float:
    """The shortest term of the record in working hours, 0 where it tells none."""
    terms = [record.term, *(case.term for case in record.cases)]
    return min((float(one.value) * _HOURS[one.unit] for one in terms if one.value and one.unit), default=0.0)


def _description(record: Procedure, process: str, today: date) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": "procedure",
        "code": record.code,
        "name": {"vi": record.name, "en": record.name},
        "field": {"code": record.field_code or "chua-ro", "name": record.field_name or "Chưa rõ"},
        "legal_basis": _once({"code": one.code, "name": one.name} for one in record.legal_basis),
        "effective_from": today.isoformat(),
        "process": process,
        "form": "to-khai",
        "agencies": [one for one in record.levels if one in ("tinh", "xa")] or ["tinh", "xa"],
    }
    term = _term(record.term)
    if term:
        said["term"] = term
    cases = [{"code": one.code, **({"term": _term(one.term)} if _term(one.term) else {})} for one in record.cases]
    if len(cases) > 1:
        said["cases"] = _once(cases)
    said["components"] = list(_components(record))
    said["fees"] = list(_fees(record))
    said["results"] = [
        {"code": "ket_qua", "name": next(iter(record.results), record.name)},
        {
            "code": "thong_bao_tu_choi",
            "name": "Thông báo từ chối giải quyết hồ sơ",
            "refusal": True,
            "notation": "TB-TCGQ",
        },
    ]
    said["supplement"] = {"effect": "pause", "max_rounds": 1}
    ways = {method: name for name, method in METHODS.items()}
    said["channels"] = list(dict.fromkeys(ways[one.method] for one in record.channels)) or ["truc_tiep"]
    said["steps"] = {"reminder": "PT4H", "escalate_to": "truong_don_vi"}
    return said


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of rows with one code the first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["code"], row)
    return list(found.values())


def _term(term: TermOf) -> dict[str, str] | None:
    known = term.term
    return None if known is None else {"value": str(float(known.value)).removesuffix(".0"), "unit": str(term.unit)}


def _components(record: Procedure) -> Iterable[dict[str, Any]]:
    """The papers, each under a code of its own. Where the record has groups, they are for one case each or of several
    kinds: which of them is required the analyst says."""
    papers: list[tuple[str, Component]] = [(group.name, one) for group in record.groups for one in group.components]
    for number, (group, one) in enumerate(papers, 1):
        yield {
            "code": f"giay_to_{number}",
            "name": one.name,
            "originals": min(one.originals, 99),
            "copies": min(one.copies, 99),
            "required": len(record.groups) == 1,
            **({"note": group} if group else {}),
            **({"form": "to-khai"} if number == 1 else {}),
        }


def _fees(record: Procedure) -> Iterable[dict[str, Any]]:
    """The fees of all ways to hand in, each once."""
    known: dict[tuple[str, int | None, str], Fee] = {}
    for channel in record.channels:
        for fee in channel.fees:
            known.setdefault((fee.kind, fee.amount, fee.text), fee)
    for fee in known.values():
        short = fee.text if 0 < len(fee.text) <= LONGEST_NAME else FEE_KINDS.get(fee.kind, FEE_KINDS["FEE"])[0]
        yield {"name": short, "amount": fee.amount, **({"note": fee.text} if fee.text and fee.text != short else {})}
