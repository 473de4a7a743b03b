"""Variables belong to scopes: reading along the chain of scopes, writing to the nearest that has the name.

A scope is whatever token has `data`: the process, a subprocess, an activity with input mappings, an instance of a
multi-instance activity. What one branch writes the others of the scope see at once (10.4, 13.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine import feel
from engine.feel.messages import MISSING
from engine.model.definition import Assign, Expression, Value
from engine.run.failure import Failure
from engine.run.machine import Token, context


def write(token: Token, name: str, value: Any) -> None:
    """To the nearest scope, from that token on, that has the name; else to its process."""
    at = token
    while name not in at.data and not at.task_spec.is_process:
        assert at.above is not None
        at = at.above
    at.data[name] = value
    at.packed = None
    machine = token.workflow
    if machine.conditions:
        machine.changed = True


def write_all(token: Token, variables: Mapping[str, Any] | None) -> None:
    if variables:
        for name, value in variables.items():
            write(token, name, value)


def write_local(token: Token, name: str, value: Any) -> None:
    token.data[name] = value
    token.packed = None
    if token.workflow.conditions:
        token.workflow.changed = True


def assign(token: Token, path: str, value: Any, *, local: bool) -> None:
    """Write to a name or to a path of names (``a.b``): contexts on the way are copied, not shared."""
    first, *rest = path.split(".")
    if rest:
        old = token.data.get(first) if local else context(token).get(first)
        value = _inside(old, rest, value)
    if local:
        write_local(token, first, value)
    else:
        write(token, first, value)


def _inside(old: Any, names: list[str], value: Any) -> dict[str, Any]:
    new = dict(old) if isinstance(old, Mapping) else {}
    first, *rest = names
    new[first] = _inside(new.get(first), rest, value) if rest else value
    return new


def evaluate(
    token: Token, expression: Expression, kind: str = "expression", extra: Mapping[str, Any] | None = None
) -> Any:
    """The value of an expression at that token. What FEEL calls an error (null with a diagnostic that is not just a
    missing name), a syntax error, a bound that is hit, and a function in the place of a value are failures."""
    seen = context(token, extra)
    now = token.workflow.host.now
    try:
        compiled = ready(expression.text, seen)
        value = compiled.evaluate(seen, now=now)
        if value is None:
            why = serious(compiled.diagnose(seen, now=now)[1])
            if why:
                why_en = serious(compiled.diagnose(seen, now=now, language="en")[1])
                raise Failure(
                    kind,
                    f"Biểu thức «{short(expression.text)}» không tính được: {why}",
                    f"The expression '{short(expression.text)}' cannot be evaluated: {why_en}",
                )
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        raise Failure(
            kind,
            f"Biểu thức «{short(expression.text)}» không tính được: {error.sentence('vi')}",
            f"The expression '{short(expression.text)}' cannot be evaluated: {error.sentence('en')}",
        ) from None
    if _function_in(value):
        raise Failure(
            kind,
            f"Biểu thức «{short(expression.text)}» cho một hàm, không phải một giá trị; tên không có "
            "biến nào có thể là tên của một hàm có sẵn.",
            f"The expression '{short(expression.text)}' gives a function, not a value; a name without a "
            "variable may be that of a built-in function.",
        )
    return value


def _function_in(value: Any) -> bool:
    """Whether a value is a function or holds one: no variable can, for functions are not stored."""
    if isinstance(value, list | tuple):
        return any(map(_function_in, value))
    if isinstance(value, Mapping):
        return any(map(_function_in, value.values()))
    return isinstance(value, feel.Function)


def condition(
    token: Token, expression: Expression, kind: str = "condition", extra: Mapping[str, Any] | None = None
) -> bool:
    """A condition is true or false; anything else is a failure that says why."""
    seen = context(token, extra)
    now = token.workflow.host.now
    try:
        compiled = ready(expression.text, seen)
        value = compiled.evaluate(seen, now=now)
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        raise Failure(
            kind,
            f"Điều kiện «{short(expression.text)}» không tính được: {error.sentence('vi')}",
            f"The condition '{short(expression.text)}' cannot be evaluated: {error.sentence('en')}",
        ) from None
    if value is True or value is False:
        return bool(value)
    why, why_en = (
        reasons(compiled.diagnose(seen, now=now, language=each)[1]) if value is None else "" for each in ("vi", "en")
    )
    said = "null" if value is None else type(value).__name__
    raise Failure(
        kind,
        f"Điều kiện «{short(expression.text)}» không đúng cũng không sai ({said}). {why}".strip(),
        f"The condition '{short(expression.text)}' is neither true nor false ({said}). {why_en}".strip(),
    )


def ready(text: str, seen: Mapping[str, Any]) -> feel.Compiled:
    """The expression compiled; data whose names have signs in them help to read it."""
    try:
        return feel.compile(text)
    except feel.FeelSyntaxError:
        known = feel.names_in(seen)
        if not known:
            raise
        return feel.compile(text, known)


def quietly(token: Token, expression: Expression) -> bool:
    """A condition of a conditional event: what is not true is false, for it looks again at the next change."""
    try:
        return bool(evaluate(token, expression) is True)
    except Failure:
        return False


def value_of(token: Token, value: Value, kind: str = "expression") -> Any:
    """A literal as it stands, an expression evaluated."""
    return evaluate(token, value, kind) if isinstance(value, Expression) else value


def text_of(token: Token, value: Value, kind: str = "expression") -> str | None:
    found = value_of(token, value, kind)
    return None if found is None else as_text(found)


def as_text(value: Any) -> str:
    """How keys are compared: text as it is, numbers and truth as FEEL writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(feel.to_json(value))


def map_inputs(token: Token, inputs: tuple[Assign, ...]) -> None:
    """`zeebe:input`: evaluated outside, written into the activity's own scope."""
    for each in inputs:
        assign(token, each.target, evaluate(token, each.source, "mapping"), local=True)


def map_outputs(token: Token, outputs: tuple[Assign, ...]) -> None:
    """`zeebe:output`: evaluated inside the activity, written outside; what an instance of a multi-instance activity
    is to hand in (`own`) stays its own."""
    assert token.above is not None
    own = token.progress.own
    for each in outputs:
        at = token if own is not None and each.target.split(".")[0] == own else token.above
        assign(at, each.target, evaluate(token, each.source, "mapping"), local=False)


def utc(token: Token) -> datetime:
    now: datetime = token.workflow.host.now()
    return now.astimezone(UTC)


def short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "…"


def serious(diagnostics: list[Any]) -> str:
    """What went wrong; where something is only not there, null is a value like another and nothing is said."""
    return reasons([each for each in diagnostics if code_of(each) not in MISSING])


def reasons(diagnostics: list[Any]) -> str:
    return "; ".join(dict.fromkeys(_said(each) for each in diagnostics))[:600]


def code_of(diagnostic: Any) -> str:
    return str(diagnostic["code"] if isinstance(diagnostic, Mapping) else diagnostic.code)


def _said(diagnostic: Any) -> str:
    return str(diagnostic["message"] if isinstance(diagnostic, Mapping) else diagnostic.message)
