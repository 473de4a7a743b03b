"""Every rule that a model breaks is reported, where it says; its mended twin is not refused."""

from __future__ import annotations

import pytest

from engine.model import ModelError, read
from engine.model.definition import Finding
from engine.model.findings.rules import RULES
from tests.engine.specification.refused import REFUSALS, Refusal


def findings(model: str) -> tuple[Finding, ...]:
    try:
        return read(model.encode(), "m.bpmn").findings
    except ModelError as error:
        return tuple(error.findings)


@pytest.mark.parametrize("refusal", [pytest.param(r, id=f"{r.element}: {r.says}: {r.rule}") for r in REFUSALS])
def test_what_breaks_a_rule_is_reported_and_its_twin_is_accepted(refusal: Refusal) -> None:
    found = [each for each in findings(refusal.broken) if each.rule == refusal.rule]
    assert found, findings(refusal.broken)
    assert found[0].severity == RULES[refusal.rule].severity and found[0].fix
    twin = findings(refusal.twin)
    assert not [each for each in twin if each.severity == "error" or each.rule == refusal.rule], twin
