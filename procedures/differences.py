"""What one bundle says otherwise than another: the drawing element by element, forms field by field, decisions row by
row, letters line by line, the record entry by entry. For who approves, before the press."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any, Literal

from lxml import etree

from engine import model
from engine.dmn import xml
from engine.dmn.errors import DmnError
from engine.refusal import Lang
from engine.yaml import Unreadable, loads
from procedures.bundle_check.files import HEADS

How = Literal["added", "removed", "changed"]
Kind = Literal["drawing", "form", "decision", "letter", "record", "scenarios", "text"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. what: which it is, in words; element: of the drawing, where it is one."""

    how: How
    what: str
    before: str = ""
    after: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What differs in one file. how: of the file as a whole."""

    kind: Kind
    file: str
    how: How
    changes: tuple[Change, ...]


def between(before: Mapping[str, str], after: Mapping[str, str], lang: Lang = "vi") -> tuple[Part, ...]:
    """The files (path → text) that differ, the drawing first. A file that cannot be read, or whose
    text says nothing else in its own terms, is compared line by line."""
    found = []
    for file in sorted(before.keys() | after.keys()):
        old, new = before.get(file), after.get(file)
        if old == new:
            continue
        kind, compare = _kind(file)
        try:
            changes = tuple(compare(old, new, lang)) or tuple(_lines(old, new, lang))
        except (ValueError, LookupError, TypeError, AttributeError, model.ModelError, DmnError, Unreadable):
            changes = tuple(_lines(old, new, lang))
        how: How = "added" if old is None else "removed" if new is None else "changed"
        if changes or how != "changed":
            found.append(Part(kind, file, how, changes))
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.kind)))


def marks(part: Part) -> dict[str, How]:
    """Element of a drawing → what became of it."""
    return {one.element: one.how for one in reversed(part.changes) if one.element}


_ORDER: tuple[Kind, ...] = ("drawing", "form", "decision", "letter", "record", "scenarios", "text")
Compare = Callable[[str | None, str | None, Lang], Iterator[Change]]


def _kind(file: str) -> tuple[Kind, Compare]:
    if file in HEADS:
        return "record", _record
    if file == "scenarios.yaml":
        return "scenarios", _scenarios
    kinds: dict[str, tuple[Kind, Compare]] = {
        ".bpmn": ("drawing", _drawing),
        ".form": ("form", _form),
        ".dmn": ("decision", _decisions),
        ".typ": ("letter", _lines),
    }
    return kinds.get(PurePosixPath(file).suffix, ("text", _lines))


def _drawing(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    if before is None or after is None:
        text = after if before is None else before
        for line in model.describe(model.read((text or "").encode(), bundled=True), lang):
            yield Change("added", line) if before is None else Change("removed", line)
        return
    old, new = (model.read(text.encode(), bundled=True) for text in (before, after))
    for one in model.diff(old, new, lang):
        how: How = "added" if one["kind"] == "added" else "removed" if one["kind"] == "removed" else "changed"
        what = one["called"][:1].upper() + one["called"][1:]
        yield Change(how, what, one["before"], one["after"], element=one["element"])


# by their names -----------------------------------------------------------------------------------------------------


def _form(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    """Fields by their keys; what has none (headings, groups' own text) by what it says."""
    forms = [json.loads(text) if text else {} for text in (before, after)]
    old, new = map(_fields, forms)
    heads = [_flat({name: one for name, one in form.items() if name != "components"}) for form in forms]
    yield from _entries(heads[0], heads[1], "", lang) if before and after else ()
    for key in [*old, *(key for key in new if key not in old)]:
        a, b = old.get(key), new.get(key)
        name = str((b or a or {}).get("label") or key)
        if a is None or b is None:
            yield Change("added" if a is None else "removed", name)
        else:
            yield from _entries(_flat(a), _flat(b), name, lang)
    if old and new and list(old) != list(new) and set(old) == set(new):
        yield Change("changed", {"vi": "Thứ tự các trường", "en": "Order of the fields"}[lang])


def _fields(form: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for one in form.get("components") or ():
        own = {name: value for name, value in one.items() if name not in ("components", "id", "layout")}
        found[str(one.get("key") or one.get("path") or one.get("label") or one.get("text") or one.get("id"))] = own
        found |= _fields(one)
    return found


def _record(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    old, new = (loads(text) if text else {} for text in (before, after))
    yield from _entries(_flat(old), _flat(new), "", lang)
    was = dict(_orders(old))
    for path, now in _orders(new):
        if was.get(path, now) != now and sorted(was[path]) == sorted(now):
            what = " › ".join(_word(part, lang) for part in path)
            order = {"vi": "thứ tự", "en": "order"}[lang]
            yield Change("changed", f"{what} › {order}", ", ".join(was[path]), ", ".join(now))


def _scenarios(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    old, new = (dict(loads(text) or {}) if text else {} for text in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new or name not in old:
            yield Change("removed" if name not in new else "added", str(name))
        elif old[name] != new[name]:
            yield Change("changed", str(name))


def _flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Every single value, under the way to it; members of lists by their code, key or name, not by their place."""
    if isinstance(value, Mapping):
        return {k: v for name, one in value.items() for k, v in _flat(one, (*path, str(name))).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        found: dict[tuple[str, ...], str] = {}
        for one in value:
            place = (*path, _key(one))
            found |= {place: ""} if not _is_map(one) else {}
            found |= _flat(one, place) if _is_map(one) else {}
        return found
    return {path: _said(value)}


def _key(one: Any) -> str:
    """What a member of a list is known by."""
    return str(next((one[k] for k in ("code", "key", "value", "name") if one.get(k)), "") if _is_map(one) else one)


def _orders(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every list, under the way to it: by what its members are known."""
    if _is_map(value):
        for name, one in value.items():
            yield from _orders(one, (*path, str(name)))
    elif isinstance(value, list):
        yield path, [_key(one) for one in value]
        for one in value:
            yield from _orders(one, (*path, _key(one)))


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _said(value: Any) -> str:
    if value is None:
        return "–"
    return ("✓" if value else "✗") if isinstance(value, bool) else str(value)


def _entries(
    old: Mapping[tuple[str, ...], str], new: Mapping[tuple[str, ...], str], name: str, lang: Lang
) -> Iterator[Change]:
    for path in [*old, *(path for path in new if path not in old)]:
        a, b = old.get(path), new.get(path)
        if a == b:
            continue
        what = " › ".join(filter(None, (name, *(_word(part, lang) for part in path))))
        how: How = "added" if a is None else "removed" if b is None else "changed"
        yield Change(how, what, a or "", b or "")


#: What entries of forms and records are called.
WORDS = {
    "agencies": ("cơ quan tiếp nhận", "agencies"), "amount": ("mức thu", "amount"), "case": ("trường hợp", "case"),
    "cases": ("trường hợp", "cases"), "channels": ("hình thức nộp", "channels"), "code": ("mã", "code"),
    "components": ("giấy tờ", "papers"), "copies": ("số bản sao", "copies"), "cutoff": ("giờ chốt", "cut-off"),
    "defaultValue": ("giá trị có sẵn", "default"), "description": ("chú thích", "description"),
    "effect": ("tác dụng lên thời hạn", "effect on the clock"), "effective_from": ("áp dụng từ", "in force from"),
    "en": ("tiếng Anh", "English"), "extension": ("gia hạn", "extension"), "fees": ("phí, lệ phí", "fees"),
    "field": ("lĩnh vực", "field"), "form": ("biểu mẫu", "form"), "formula": ("công thức", "formula"),
    "kind": ("loại", "kind"), "label": ("nhãn", "label"), "legal_basis": ("căn cứ pháp lý", "legal basis"),
    "letters": ("văn bản", "letters"), "max": ("lớn nhất", "maximum"), "maxLength": ("dài nhất", "longest"),
    "max_rounds": ("số lần", "rounds"), "min": ("nhỏ nhất", "minimum"), "minLength": ("ngắn nhất", "shortest"),
    "name": ("tên", "name"), "note": ("ghi chú", "note"), "originals": ("số bản chính", "originals"),
    "options": ("các cách", "ways"), "proactive": ("dịch vụ chủ động", "proactive services"), "level": ("mức", "level"),
    "per": ("tính theo", "per"), "process": ("quy trình", "process"), "properties": ("tính chất", "properties"),
    "readonly": ("chỉ xem", "read only"), "required": ("bắt buộc", "required"), "results": ("kết quả", "results"),
    "start": ("tính từ", "counted from"), "steps": ("các bước", "steps"), "supplement": ("bổ sung", "supplement"),
    "term": ("thời hạn", "term"), "title": ("tên biểu mẫu", "title of the form"),
    "type": ("kiểu", "type"), "unit": ("đơn vị", "unit"),
    "until": ("hết hiệu lực", "in force until"), "validate": ("điều kiện", "validation"), "value": ("trị số", "value"),
    "values": ("lựa chọn", "choices"), "vi": ("tiếng Việt", "Vietnamese"),
}  # fmt: skip


def _word(part: str, lang: Lang) -> str:
    return WORDS[part][lang == "en"] if part in WORDS else part


# by their rows ------------------------------------------------------------------------------------------------------


def _lines(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    word = {"vi": "dòng", "en": "line"}[lang]
    yield from _rows((before or "").splitlines(), (after or "").splitlines(), word)


def _decisions(before: str | None, after: str | None, lang: Lang) -> Iterator[Change]:
    old, new = (_tables(text) if text else {} for text in (before, after))
    word = {"vi": "dòng", "en": "row"}[lang]
    for name in [*old, *(name for name in new if name not in old)]:
        a, b = old.get(name, []), new.get(name, [])
        if name not in old or name not in new:
            yield Change("added" if name not in old else "removed", name)
        yield from _rows(a, b, f"{name}: {word}")


def _tables(text: str) -> dict[str, list[str]]:
    """Decision → its head and rules, each as it is read: conditions, then what follows of them."""
    found: dict[str, list[str]] = {}
    for decision in xml.read(text.encode()).iter("{*}decision"):
        rows = [f"{_cells(rule, 'inputEntry')} → {_cells(rule, 'outputEntry')}" for rule in decision.iter("{*}rule")]
        heads = [_head(table) for table in decision.iter("{*}decisionTable")]
        texts = [e.text or "" for e in decision.iterfind("{*}literalExpression/{*}text")]
        found[decision.get("name") or decision.get("id") or ""] = [*heads, *rows, *texts]
    return found


def _head(table: etree._Element) -> str:
    """What a table reads and answers, and how its rows are chosen."""
    chosen = " ".join(filter(None, (table.get("hitPolicy") or "UNIQUE", table.get("aggregation"))))
    answers = ", ".join(
        " ".join(filter(None, (one.get("label") or one.get("name"), one.get("typeRef")))) or "-"
        for one in table.iterfind("{*}output")
    )
    return f"{_cells(table, 'input')} → {answers} ({chosen})"


def _cells(parent: etree._Element, name: str) -> str:
    texts = (" ".join("".join(map(str, e.itertext())).split()) for e in parent.iterfind(f"{{*}}{name}"))
    return ", ".join(text or "-" for text in texts)


def _rows(old: Sequence[str], new: Sequence[str], word: str) -> Iterator[Change]:
    """Rows by what they say; a row in place of another one is that one changed."""
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            continue
        pairs = min(b - a, d - c)
        for n in range(pairs):
            yield Change("changed", f"{word} {c + n + 1}", old[a + n], new[c + n])
        for n in range(a + pairs, b):
            yield Change("removed", f"{word} {n + 1}", before=old[n])
        for n in range(c + pairs, d):
            yield Change("added", f"{word} {n + 1}", after=new[n])
