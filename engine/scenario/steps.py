"""The steps of a scenario: what each does, and what it calls a failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from engine import commands, feel, iso8601
from engine.refusal import Refusal
from engine.scenario.reading import ScenarioError, Step, moment, spoken
from engine.scenario.world import World

Named = TypeVar("Named")


class Failed(Exception):
    """A step did not do what it should, in a Vietnamese and an English sentence."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en


class Play:
    """A scenario at play: the world, and the process that the scenario names."""

    def __init__(self, world: World, process: str | None, auto: bool) -> None:
        self.world = world
        self.process = process
        self.auto = auto

    @property
    def root(self) -> str | None:
        """The root of that process, once it has begun."""
        return self.world.root_of(self.process)

    def do(self, step: Step) -> None:
        """Does one step. Raises Failed, or Refusal from the command behind it."""
        self.world.forget()
        _DO[step.kind](self, step.value, step.more)
        self.world.rest(self.auto)

    # -- what is done -------------------------------------------------------------------------------------------------

    def complete(self, name: str, more: Mapping[str, Any]) -> None:
        variables = more.get("variables") or {}
        tasks = self.world.open_tasks()
        task = _the_one(self.world.drawn(name), tasks, lambda one: (one.element, one.name))
        if task is not None:
            commands.complete(self.world.database, task.id, variables, more.get("action"))
            return
        call = _the_one(name, [] if name == "*" and tasks else self.world.calls(), lambda one: (one[2], one[3]))
        if call is None:
            raise Failed(
                f"Không có công việc “{name}” đang mở; đang mở: {_names(tasks)}.",
                f"No task '{name}' is open; open are: {_names(tasks)}.",
            )
        commands.complete_call(self.world.database, call[0], call[1], variables, element=call[2])

    def variables(self, value: Mapping[str, Any], _more: Mapping[str, Any]) -> None:
        named = self.root
        active = [one.root_id for one in commands.find(self.world.database, status="active", per_page=1_000_000)]
        begun = self.world.watch(value)
        for root in active if named is None else [named]:
            # An instance that ended is no hindrance to the next, where conditions begin them.
            if root in active or self.process not in self.world.conditional:
                commands.set_variables(self.world.database, root, value)
        for process, element in begun:
            self.world.begin(process, element)

    def advance(self, value: str, _more: Mapping[str, Any]) -> None:
        until = iso8601.add(self.world.now, value)
        if until < self.world.now:
            raise Failed("Đồng hồ không đi lùi.", "The clock does not go back.")
        self.world.advance(until, self.auto)

    def message(self, name: str, more: Mapping[str, Any]) -> None:
        correlation = more.get("correlation")
        if isinstance(correlation, Mapping):
            correlation = {key: _text(one) for key, one in correlation.items()}
        elif correlation is not None:
            correlation = _text(correlation)
        name = self.world.addressed("message", name)
        commands.message(self.world.database, name, correlation, more.get("variables") or {})

    def signal(self, name: str, more: Mapping[str, Any]) -> None:
        if not commands.signal(self.world.database, self.world.addressed("signal", name), more.get("variables") or {}):
            raise Failed(f"Không có gì đang chờ tín hiệu “{name}”.", f"Nothing waits for the signal '{name}'.")

    def fail(self, name: str, more: Mapping[str, Any]) -> None:
        error, variables = more.get("error"), more.get("variables") or {}
        error = _text(error) if error is not None else None
        call = _the_one(name, self.world.calls(), lambda one: (one[2], one[3]))
        if call is not None:
            self.world.fail(call[0], call[1], call[2], error, variables)
            return
        task = _the_one(self.world.drawn(name), self.world.open_tasks(), lambda one: (one.element, one.name))
        if task is not None and error is None:
            raise Failed(
                f"Công việc “{name}” chỉ kết thúc bằng lỗi có mã.",
                f"The open task '{name}' can only end in an error with a code.",
            )
        stopped = self.world.stopped(name) if task is None and error is not None else None
        if task is not None and error is not None:
            commands.throw_error(self.world.database, task.id, error, variables)
        elif stopped is not None and error is not None:
            commands.throw_error_at_incident(self.world.database, stopped, error, variables)
        elif self.world.knows(name):
            self.world.to_fail.append((spoken(name), error, variables))
        else:
            raise Failed(f"Không có phần tử “{name}”.", f"There is no element '{name}'.")

    def escalate(self, name: str, more: Mapping[str, Any]) -> None:
        tasks = self.world.open_tasks()
        task = _the_one(self.world.drawn(name), tasks, lambda one: (one.element, one.name))
        if task is None:
            raise Failed(
                f"Không có công việc “{name}” đang mở; đang mở: {_names(tasks)}.",
                f"No task '{name}' is open; open are: {_names(tasks)}.",
            )
        code = more.get("code")
        commands.escalate(self.world.database, task.id, _text(code) if code is not None else None)

    # -- what is expected ---------------------------------------------------------------------------------------------

    def expect_open(self, value: Sequence[str], _more: Mapping[str, Any]) -> None:
        tasks = self.world.open_tasks()
        left = [(task.element, spoken(task.name)) for task in tasks]
        for name in map(self.world.drawn, value):
            found = next((one for one in left if spoken(name) in one), None)
            if found is None:
                raise Failed(
                    f"Kịch bản cần việc đang mở: {_list(value)}; thực tế: {_names(tasks)}.",
                    f"Expected open: {_list(value)}; but open are: {_names(tasks)}.",
                )
            left.remove(found)
        if left:
            raise Failed(
                f"Kịch bản cần việc đang mở: {_list(value)}; thực tế: {_names(tasks)}.",
                f"Expected open: {_list(value)}; but open are: {_names(tasks)}.",
            )

    def expect_open_count(self, value: int, _more: Mapping[str, Any]) -> None:
        tasks = self.world.open_tasks()
        if len(tasks) != value:
            raise Failed(
                f"Kịch bản cần {value} việc đang mở; thực tế {len(tasks)}: {_names(tasks)}.",
                f"Expected {value} open tasks; there are {len(tasks)}: {_names(tasks)}.",
            )

    def expect_variables(self, value: Mapping[str, Any], _more: Mapping[str, Any]) -> None:
        root = self.root
        held = feel.to_json(commands.variables_of(self.world.database, root)) if root is not None else {}
        wrong = [name for name, one in value.items() if not _same(held.get(name), one)]
        if wrong:
            said = "; ".join(f"{name} = {_short(held.get(name))} ≠ {_short(value[name])}" for name in wrong)
            raise Failed(f"Biến không như chờ đợi: {said}.", f"Variables are not as expected: {said}.")

    def expect_status(self, value: Any, _more: Mapping[str, Any]) -> None:
        setting = self._setting()
        status = setting.status(self.world.database, self.root)
        if status != _text(value):
            raise Failed(
                f"Kịch bản cần trạng thái {value}; thực tế {status}.", f"Expected status {value}; it is {status}."
            )

    def expect_due(self, value: Any, _more: Mapping[str, Any]) -> None:
        setting = self._setting()
        due: datetime | None = setting.due(self.world.database, self.root)
        if due != (moment(value, "expect_due") if value is not None else None):
            shown = due.astimezone(iso8601.HOME).isoformat() if due else None
            raise Failed(f"Kịch bản cần hẹn trả {value}; thực tế {shown}.", f"Expected due {value}; it is {shown}.")

    def _setting(self) -> Any:
        if self.world.setting is None or self.root is None:
            raise Failed(
                "Bên cạnh mô hình không có mô tả của gói.",
                "There is no description of a bundle beside the model.",
            )
        return self.world.setting

    def expect_path(self, value: Sequence[str], _more: Mapping[str, Any]) -> None:
        path = iter([(one["element"], spoken(one["name"])) for one in self.world.trace if one["event"] == "entered"])
        for name in value:
            if not any(spoken(name) in one for one in path):
                taken = [one["element"] for one in self.world.trace if one["event"] == "entered"]
                raise Failed(
                    f"Không đi qua “{name}” theo đúng thứ tự; đã đi qua: {_list(taken)}.",
                    f"'{name}' was not entered in that order; entered were: {_list(taken)}.",
                )

    def expect_ended(self, value: bool, _more: Mapping[str, Any]) -> None:
        ended = self.world.ended()
        if ended != value:
            tasks = self.world.open_tasks()
            raise Failed(
                f"Kịch bản cần {'đã' if value else 'chưa'} kết thúc; thực tế ngược lại, đang mở: {_names(tasks)}.",
                f"Expected {'to have' if value else 'not to have'} ended; it is the other way, open: {_names(tasks)}.",
            )


_DO: dict[str, Callable[[Play, Any, Mapping[str, Any]], None]] = {
    name: getattr(Play, name)
    for name in (
        "complete",
        "variables",
        "advance",
        "message",
        "signal",
        "fail",
        "escalate",
        "expect_open",
        "expect_open_count",
        "expect_variables",
        "expect_status",
        "expect_due",
        "expect_path",
        "expect_ended",
    )
}


def _the_one(name: str, among: Sequence[Named], names: Callable[[Named], tuple[str, str]]) -> Named | None:
    """The oldest that is meant; for ``*`` the only one, or the oldest of several alike."""
    if name != "*":
        return next((one for one in among if spoken(name) in map(spoken, names(one))), None)
    kinds = sorted({spoken(names(one)[1]) or names(one)[0] for one in among})
    if len(kinds) > 1 and len({names(one)[0] for one in among}) > 1:
        raise Failed(
            f"“*” không rõ là việc nào trong: {_list(kinds)}.", f"'*' does not say which of these: {_list(kinds)}."
        )
    return among[0] if among else None


def _same(held: Any, wanted: Any) -> bool:
    """Whether two values are equal; numbers by value, a boolean is no number."""
    numbers = (int, float, Decimal)
    if isinstance(held, bool) or isinstance(wanted, bool):
        return held is wanted
    if isinstance(held, numbers) and isinstance(wanted, numbers):
        return Decimal(str(held)) == Decimal(str(wanted))
    if isinstance(held, list) and isinstance(wanted, list):
        return len(held) == len(wanted) and all(map(_same, held, wanted))
    if isinstance(held, dict) and isinstance(wanted, dict):
        return held.keys() == wanted.keys() and all(_same(held[key], wanted[key]) for key in held)
    return type(held) is type(wanted) and bool(held == wanted)


def _text(value: Any) -> str:
    """A scalar as text: a correlation, a code, a status may be written as a number."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (str, int, float, Decimal)):
        return str(value)
    raise ScenarioError(f"Cần một đoạn chữ: {value!r}.", f"A text was expected: {value!r}.")


def _short(value: Any) -> str:
    shown = repr(value) if not isinstance(value, Decimal) else str(value)
    return shown if len(shown) <= 200 else shown[:200] + "…"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "∅"


def _names(tasks: Sequence[Any]) -> str:
    return _list([task.name or task.element for task in tasks])


__all__ = ["Failed", "Play", "Refusal"]
