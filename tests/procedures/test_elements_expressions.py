"""The expressions in the system's own elements are looked at like those of BPMN."""

from __future__ import annotations

import pytest

from engine.model import read
from tests.engine.specification.refusals import line, plain
from tests.engine.specification.writing import definitions, extensions, users


@pytest.mark.parametrize(
    ("value", "rules"),
    [("= kon(1)", ["function-unknown"]), ("= abs()", ["function-arguments"]), ("= abs(1)", []), ("3", [])],
)
def test_a_term_that_calls_what_feel_does_not_have_is_told(value: str, rules: list[str]) -> None:
    model = line(users("a", extensions(f'<mc:term value="{value}" unit="DAY"/>')), "a")
    found = read(plain(definitions(model)).encode(), "m.bpmn").findings
    assert [each.rule for each in found if each.rule.startswith("function-")] == rules
