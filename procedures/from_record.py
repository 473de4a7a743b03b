"""How a bundle begins: from a shape (drawing, forms, letters and scenarios that pass every check), from a record of the
national catalogue (its facts in `procedure.yaml`, on a shape; what the record does not say with certainty is left open
for the analyst), or from another procedure under a code of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from engine.refusal import Refusal
from procedures import authoring
from procedures.bundle_check.files import HEADS
from procedures.bundle_check.reading import read_description
from procedures.bundles import load
from procedures.catalogue.acts import act
from procedures.catalogue.own_record import METHODS
from procedures.catalogue.values import FEE_KINDS, Component, Fee, Procedure, TermOf

#: The shapes, bundles of their own, the usual one first.
SHAPES = Path(__file__).parent / "shapes"
NAMES = ("tham-dinh", "mot-duong", "tai-quay", "lay-y-kien", "lien-thong")
#: Working hours of a day, and of the other units about as many, for the terms of steps that a first draft proposes.
_HOURS = {"WORKING_HOUR": 1.0, "WORKING_DAY": 8.0, "DAY": 8.0 * 5 / 7, "MONTH": 8.0 * 21}
_TERM = re.compile(r'<mc:term value="(\d+)" unit="(\w+)"')
_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?")
LONGEST_NAME = 200


@lru_cache(maxsize=len(NAMES))
def _shape(shape: str) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """The files of a shape and its description. Raises LookupError."""
    if shape not in NAMES:
        raise LookupError(shape)
    found = load(SHAPES / shape)
    return authoring.texts(found.files), found.description


def process_of(code: str) -> str:
    """The id of the process of a procedure with this code."""
    return f"thu_tuc_{re.sub('[^0-9A-Za-z]', '_', code)}"


def of_shape(shape: str, code: str, name: str, today: date) -> dict[str, str]:
    """The files of a new procedure on a shape. Raises Refusal for a code that is none, LookupError for no shape."""
    files, said = _shape(shape)
    found = _drawn(files, said, process_of(_proper(code)), name.strip(), "")
    kept = {
        **said,
        "code": code.strip(),
        "name": {"vi": name.strip(), "en": name.strip()},
        "effective_from": today.isoformat(),
        "process": process_of(code.strip()),
    }
    return found | {"procedure.yaml": f"# Lập từ mẫu “{said['name']['vi']}”.\n{_written(kept)}"}


def files_of(record: Procedure, today: date, shape: str = NAMES[0]) -> dict[str, str]:
    """The files of a bundle for the procedure of a record, path → text."""
    files, said = _shape(shape)
    steps = "\n".join(block.text for step in record.steps for block in step.text)
    process = process_of(record.code)
    found = _drawn(files, said, process, record.name, steps, _hours(record))
    return found | {
        "procedure.yaml": f"# Lập từ bản ghi quốc gia {record.code}; chỗ còn trống là chỗ bản ghi không nói rõ.\n"
        f"{_written(_description(record, said, process, today))}"
    }


def copied(files: Mapping[str, str], code: str, name: str, today: date) -> dict[str, str]:
    """The files of another procedure under a code and name of its own: its processes have ids of their own, and what
    the national catalogue says of the other one is left out. Raises Refusal."""
    code = _proper(code)
    head = next((name for name in HEADS if name in files), HEADS[0])
    said = dict(read_description(files.get(head, "").encode(), head))
    known = {id for text in files.values() for id in re.findall(r'<(?:\w+:)?process\b[^>]*?\bid="([^"]+)"', text)}
    process = process_of(code)
    ids = {id: process if id == said["process"] else f"{process}_{id}" for id in known}
    found = {}
    for file, text in files.items():
        if file.endswith((".bpmn", "scenarios.yaml")):
            for id, own in ids.items():
                text = re.sub(rf"(?<![\w.-]){re.escape(id)}(?![\w.-])", own, text)
        found[file] = text
    said.pop("record", None)
    said |= {"code": code, "name": {"vi": name.strip(), "en": name.strip()}, "process": process}
    said["effective_from"] = today.isoformat()
    return found | {head: _written(said)}


def _proper(code: str) -> str:
    code = code.strip()
    if _CODE.fullmatch(code) is None:
        raise Refusal(
            "Nhập mã thủ tục gồm chữ không dấu, số, dấu chấm, gạch nối (ví dụ 1.004884, TINH-01).",
            "Give a code of letters without marks, digits, dots and hyphens (1.004884, TINH-01).",
            about="ma_moi",
        )
    return code


def _written(said: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=120)


def _drawn(
    files: Mapping[str, str], said: Mapping[str, Any], process: str, name: str, steps: str, hours: float = 0
) -> dict[str, str]:
    """A shape's files under the procedure's name, with the record's steps to be read in the drawing, and terms of steps
    that fit the legal one, where that is told."""
    found = {file: text.replace(said["process"], process) for file, text in files.items()}
    model = next(file for file in found if file.endswith(".bpmn"))
    quoted = escape(name, {'"': "&quot;"})
    text = found[model].replace(f'name="{said["name"]["vi"]}"', f'name="{quoted}"')
    if steps:
        told = escape(f"{name}\n{steps}".strip())
        text = re.sub(
            r"(?s)(<bpmn:documentation>).*?(</bpmn:documentation>)", lambda m: m[1] + told + m[2], text, count=1
        )
    whole = float(said["term"]["value"]) * _HOURS[said["term"]["unit"]]

    def fitting(term: re.Match[str]) -> str:
        value = max(1, int(int(term[1]) * _HOURS[term[2]] * hours / whole))
        return f'<mc:term value="{value}" unit="WORKING_HOUR"'

    found[model] = _TERM.sub(fitting, text) if hours else text
    return found


def _hours(record: Procedure) -> float:
    """The shortest term of the record in working hours, 0 where it tells none."""
    terms = [record.term, *(case.term for case in record.cases)]
    return min((float(one.value) * _HOURS[one.unit] for one in terms if one.value and one.unit), default=0.0)


def _description(record: Procedure, shape: Mapping[str, Any], process: str, today: date) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": "procedure",
        "code": record.code,
        "name": {"vi": record.name, "en": record.name},
        "field": {"code": record.field_code or "chua-ro", "name": record.field_name or "Chưa rõ"},
        "legal_basis": _once(_basis(one.code, one.name, today) for one in record.legal_basis),
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
    first, *others = shape["results"]
    said["results"] = [{**first, "name": next(iter(record.results), record.name)}, *others]
    for key in ("supplement", "working_days"):
        if key in shape:
            said[key] = shape[key]
    ways = {method: name for name, method in METHODS.items()}
    said["channels"] = list(dict.fromkeys(ways[one.method] for one in record.channels)) or ["truc_tiep"]
    said["steps"] = shape["steps"]
    return said


def _basis(code: str, name: str, today: date) -> dict[str, Any]:
    """An act with its last day, where that is known for sure and still to come: nothing is received after it. One that
    has ended the check tells."""
    known = act(code)
    sure = known is not None and known.verified and not known.part
    coming = known is not None and known.ends is not None and sure and known.ends >= today
    return {
        "code": code,
        "name": name,
        **({"until": known.ends.isoformat()} if known and known.ends and coming else {}),
    }


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
