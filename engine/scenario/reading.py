"""Reading a scenario: YAML with JSON's types only, and its shape checked before anything runs (contracts.md §3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine import iso8601
from engine.libraries import of
from engine.yaml import Unreadable, loads

STEPS = (
    "complete",
    "message",
    "signal",
    "fail",
    "escalate",
    "advance",
    "expect_open",
    "expect_open_count",
    "expect_variables",
    "expect_status",
    "expect_due",
    "expect_path",
    "expect_ended",
    "variables",
)
_MORE = {
    "complete": {"action", "variables"},
    "message": {"correlation", "variables"},
    "signal": {"variables"},
    "fail": {"error", "variables"},
    "escalate": {"code"},
}
_KEYS = {"process", "also_start", "variables", "auto", "hold", "now", "steps", "name", "description"}


class ScenarioError(Exception):
    """A scenario that cannot be read; the command ends with status 2. `str()` gives the Vietnamese sentence."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi, self.en = vi, en

    def sentence(self, lang: str = "vi") -> str:
        """What is wrong, in the language asked for."""
        return self.en if lang == "en" else self.vi

    def within(self, where: str) -> ScenarioError:
        """The same, with the file or scenario it is about."""
        return ScenarioError(f"{where}: {self.vi}", f"{where}: {self.en}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its kind, what it says, and its further members."""

    index: int
    kind: str
    value: Any
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, read. `now` is aware, or None: the moment of the start."""

    process: str | None
    also_start: tuple[str, ...]
    variables: Mapping[str, Any]
    auto: bool
    hold: frozenset[str]
    now: datetime | None
    steps: tuple[Step, ...]


def load(path: str | Path) -> Any:
    """The contents of a YAML or JSON file, with JSON's types (numbers with a fraction as Decimal).
    Raises ScenarioError."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        if str(path).endswith(".json"):
            return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        return loads(text)
    except Unreadable as error:
        name, line, column, said = Path(path).name, error.line, error.column, error.said
        raise ScenarioError(
            f"{name}: không đọc được, dòng {line}, cột {column} ({said.vi}).",
            f"{name}: cannot be read, line {line}, column {column} ({said.en}).",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        said, name = of(error), Path(path).name
        raise ScenarioError(f"{name}: không đọc được ({said.vi}).", f"{name}: cannot be read ({said.en}).") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def read(said: Any) -> Scenario:
    """A scenario from its contents. Raises ScenarioError that names what is wrong."""
    if not isinstance(said, dict):
        raise ScenarioError(
            "Kịch bản phải là một bảng khóa – giá trị (process, variables, steps…).",
            "A scenario is a map (process, variables, steps…).",
        )
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise ScenarioError(
            f"Kịch bản có khóa không rõ: {', '.join(map(str, unknown))}.",
            f"Unknown key of a scenario: {', '.join(map(str, unknown))}.",
        )
    process = said.get("process")
    variables = said.get("variables") or {}
    also, hold, steps = (said.get(name) or [] for name in ("also_start", "hold", "steps"))
    also, hold = ([one] if isinstance(one, str) else one for one in (also, hold))
    auto = said.get("auto")
    if not (process is None or isinstance(process, str)):
        raise ScenarioError("“process” phải là id của một quy trình.", "'process' is the id of a process.")
    if not isinstance(variables, dict):
        raise ScenarioError("“variables” phải là một bảng khóa – giá trị.", "'variables' is a map.")
    if not all(isinstance(one, list) and all(isinstance(name, str) for name in one) for one in (also, hold)):
        raise ScenarioError(
            "“also_start” và “hold” phải là danh sách tên.", "'also_start' and 'hold' are lists of names."
        )
    if auto not in (None, True, False):
        raise ScenarioError("“auto” phải là true hoặc false.", "'auto' is true or false.")
    if not isinstance(steps, list):
        raise ScenarioError("“steps” phải là danh sách các bước.", "'steps' is a list.")
    return Scenario(
        process,
        tuple(also),
        variables,
        bool(auto),
        frozenset(map(spoken, hold)),
        _start(said.get("now")),
        tuple(_step(index, step) for index, step in enumerate(steps)),
    )


def spoken(name: str) -> str:
    """A name as people say it: whatever space or line break a modeler put between its words is one space."""
    return " ".join(name.split())


def _start(value: Any) -> datetime | None:
    """Where the clock stands, in the years that can be counted on from. Raises ScenarioError."""
    found = moment(value, "now")
    if found is not None and not 1000 <= found.year <= 9000:
        raise ScenarioError("“now” phải từ năm 1000 đến năm 9000.", "'now' lies between the years 1000 and 9000.")
    return found


def moment(value: Any, what: str) -> datetime | None:
    """A date and time in ISO 8601, +07:00 where it has no offset. Raises ScenarioError."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ScenarioError(
            f"“{what}” phải là ngày giờ ISO 8601: {value!r}.", f"'{what}' is a date and time in ISO 8601: {value!r}."
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=iso8601.HOME)


def _step(index: int, said: Any) -> Step:
    if not isinstance(said, dict) or not said:
        raise ScenarioError(f"Bước {index}: mỗi bước là một bảng khóa – giá trị.", f"Step {index}: a step is a map.")
    kind = next((kind for kind in STEPS if kind in said), None)
    if kind is None:
        raise ScenarioError(
            f"Bước {index}: không rõ bước “{', '.join(map(str, said))}”.",
            f"Step {index}: unknown step: {', '.join(map(str, said))}.",
        )
    more = {name: value for name, value in said.items() if name != kind}
    unknown = sorted(set(more) - _MORE.get(kind, set()))
    if unknown:
        raise ScenarioError(
            f"Bước {index}: “{kind}” không nhận “{', '.join(map(str, unknown))}”.",
            f"Step {index}: '{kind}' does not take {', '.join(map(str, unknown))}.",
        )
    value = said[kind]
    wrong = _wrong(kind, value, more)
    if wrong:
        raise ScenarioError(f"Bước {index}: {wrong[0]}", f"Step {index}: {wrong[1]}")
    return Step(index, kind, value, more)


def _wrong(kind: str, value: Any, more: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a step's shape, if anything."""
    if kind in ("complete", "message", "signal", "fail", "escalate", "advance") and not isinstance(value, str):
        return f"“{kind}” cần một đoạn chữ.", f"'{kind}' takes a text."
    if kind in ("expect_open", "expect_path") and not (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    ):
        return f"“{kind}” cần một danh sách tên.", f"'{kind}' takes a list of names."
    if kind == "expect_open_count" and (not isinstance(value, int) or isinstance(value, bool)):
        return f"“{kind}” cần một số nguyên.", f"'{kind}' takes a whole number."
    if kind == "expect_ended" and not isinstance(value, bool):
        return f"“{kind}” cần true hoặc false.", f"'{kind}' takes true or false."
    if kind in ("variables", "expect_variables") and not isinstance(value, dict):
        return f"“{kind}” cần một bảng khóa – giá trị.", f"'{kind}' takes a map."
    if not isinstance(more.get("variables", {}) or {}, dict):
        return "“variables” phải là một bảng khóa – giá trị.", "'variables' is a map."
    if kind == "advance":
        try:
            iso8601.add(datetime(2026, 1, 1, tzinfo=iso8601.HOME), value)
        except ValueError:
            return (
                "“advance” cần một thời lượng ISO 8601, ví dụ P3D hay PT2H.",
                "'advance' takes an ISO 8601 duration, such as P3D or PT2H.",
            )
    return None
