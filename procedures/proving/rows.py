"""A scenario as the rows of a table, and back: of each step its kind, what it is about, what goes with it, its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from engine.refusal import Refusal
from engine.scenario.reading import STEPS, ScenarioError, read
from engine.yaml import Unreadable, dumps, loads
from procedures.vocabulary.words import Word

#: What each kind of step is called, in the order in which they are offered.
KINDS: Mapping[str, Word] = {
    "complete": Word("Hoàn thành việc", "Complete a task"),
    "advance": Word("Cho đồng hồ chạy", "Move the clock on"),
    "message": Word("Nhận thông điệp", "A message comes"),
    "signal": Word("Nhận tín hiệu", "A signal comes"),
    "variables": Word("Đổi dữ liệu", "Change the data"),
    "fail": Word("Báo lỗi", "Fail"),
    "escalate": Word("Báo vượt cấp", "Escalate"),
    "expect_open": Word("Chờ đợi: việc đang mở", "Expect: open tasks"),
    "expect_open_count": Word("Chờ đợi: số việc đang mở", "Expect: number of open tasks"),
    "expect_status": Word("Chờ đợi: trạng thái", "Expect: status"),
    "expect_due": Word("Chờ đợi: hẹn trả", "Expect: due date"),
    "expect_variables": Word("Chờ đợi: dữ liệu", "Expect: data"),
    "expect_path": Word("Chờ đợi: đã đi qua", "Expect: passed"),
    "expect_ended": Word("Chờ đợi: đã kết thúc", "Expect: ended"),
}
assert set(KINDS) == set(STEPS)
#: The member that stands beside a step of a kind: its outcome, key, error or code.
_BESIDE = {"complete": "action", "message": "correlation", "fail": "error", "escalate": "code"}
_LISTS, _MAPS = ("expect_open", "expect_path"), ("variables", "expect_variables")


class Row(NamedTuple):
    """One step as text."""

    kind: str = ""
    what: str = ""
    beside: str = ""
    data: str = ""


def of(said: Mapping[str, Any]) -> list[Row]:
    """The steps of a scenario as rows."""
    found = []
    for step in said.get("steps") or ():
        kind = next((kind for kind in KINDS if kind in step), "")
        value = step.get(kind)
        data = step.get("variables") if kind != "variables" else None
        beside = step.get(_BESIDE.get(kind, ""))
        found.append(
            Row(
                kind,
                "" if kind in _MAPS else ", ".join(map(str, value)) if isinstance(value, list) else _text(value),
                "" if beside is None else _text(beside),
                _inner(value if kind in _MAPS else data),
            )
        )
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else dumps(value)


def _inner(value: Any) -> str:
    return dumps(value)[1:-1] if isinstance(value, dict) and value else ""


def made(head: Mapping[str, str], rows: Sequence[Row], before: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario of what was typed. head: ``process``, ``now``, ``description`` and ``variables`` as text; what the
    table does not show (`hold`, `auto`, …) stays as it was. Raises Refusal for what cannot be read, about ``buoc-N`` or
    a name of the head."""
    found = {key: value for key, value in before.items() if key not in ("steps", *head)}
    for key in ("process", "now", "description"):
        if head.get(key, "").strip():
            found[key] = head[key].strip()
    variables = _map(head.get("variables", ""), "variables")
    if variables:
        found["variables"] = variables
    found["steps"] = [_step(row, index) for index, row in enumerate(rows) if row.kind]
    try:
        read(found)
    except ScenarioError as error:
        raise Refusal(error.vi, error.en) from error
    return found


def _step(row: Row, index: int) -> dict[str, Any]:
    about = f"buoc-{index + 1}"
    if row.kind not in KINDS:
        raise Refusal(f"Bước {index + 1}: chọn loại bước.", f"Step {index + 1}: choose its kind.", about=about)
    if row.kind in _MAPS:
        return {row.kind: _map(row.data, about)}
    what = row.what.strip()
    value: Any = what
    if row.kind in _LISTS:
        value = [one.strip() for one in what.split(",") if one.strip()]
    elif row.kind == "expect_ended":
        value = what not in ("false", "không", "no")
    elif row.kind == "expect_open_count":
        value = int(what) if what.isdecimal() and len(what) < 10 else what
    step: dict[str, Any] = {row.kind: value}
    if row.beside.strip() and row.kind in _BESIDE:
        step[_BESIDE[row.kind]] = row.beside.strip()
    data = _map(row.data, about)
    if data and not row.kind.startswith("expect_"):
        step["variables"] = data
    return step


def _map(text: str, about: str) -> dict[str, Any]:
    """``a: 1, b: [x]`` or a line for each name; empty for nothing."""
    text = text.strip()
    if not text:
        return {}
    for tried in (text, "{" + text + "}"):
        try:
            found = loads(tried)
        except Unreadable:
            continue
        if isinstance(found, dict):
            return found
    raise Refusal(
        f"Không đọc được dữ liệu “{text[:60]}”: viết như “le_phi: 8000, hop_le: true”.",
        f"The data '{text[:60]}' cannot be read: write them like 'le_phi: 8000, hop_le: true'.",
        about=about,
    )
