"""What only the files of one deployment together show."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model import check
from engine.model.definition import Finding
from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    definitions,
    end,
    event_sub,
    flows,
    gateway,
    marks,
    node,
    process,
    sub,
    throw,
    users,
    what,
)


def calls(id: str, called: str) -> str:
    return node("callActivity", id, "", f'calledElement="{called}"')


@pytest.fixture
def found(tmp_path: Path):
    def look(*bodies: str) -> list[tuple[str, str, str]]:
        paths = []
        for number, body in enumerate(bodies):
            paths.append(tmp_path / f"m{number}.bpmn")
            paths[-1].write_text(definitions(body))
        told: list[Finding] = check(paths, "en")
        wanted = ("calls-itself", "calls-itself-endlessly", "error-uncaught", "escalation-uncaught")
        return [(each.rule, each.severity, each.element) for each in told if each.rule in wanted]

    return look


def test_a_process_that_calls_itself_in_every_run_without_a_wait_is_refused(found) -> None:
    assert found(S + E + calls("a", "main") + flows("s>a>e")) == [("calls-itself-endlessly", "error", "a")]


def test_a_call_of_itself_that_a_person_or_a_condition_keeps_back_may_be_meant(found) -> None:
    waits = S + E + users("b") + calls("a", "main") + flows("s>b>a>e")
    asks = S + E + gateway("exclusive", "x", "x-e") + calls("a", "main") + flows("s>x", "x>a ? n > 0", "x>e", "a>e")
    assert found(waits) == [("calls-itself", "warning", "a")]
    assert found(asks) == [("calls-itself", "warning", "a")]


def test_processes_of_two_files_that_call_each_other_are_seen(found) -> None:
    one = process(S + E + calls("a", "other") + flows("s>a>e"))
    other = process(S + E + calls("a2", "main") + flows("s>a2>e"), id="other")
    assert found(one, other) == [("calls-itself-endlessly", "error", "a"), ("calls-itself-endlessly", "error", "a2")]


def test_a_call_of_another_process_is_no_call_of_itself(found) -> None:
    other = process(S + E + marks("b") + flows("s>b>e"), id="other")
    assert found(process(S + E + calls("a", "other") + flows("s>a>e")), other) == []


def inside(thrown: str, more: str = "") -> str:
    """A subprocess whose inside ends by throwing."""
    body = node("startEvent", "i") + end("o", thrown) + flows("i>o")
    return S + E + sub("p", body) + flows("s>p>e") + more


def test_an_error_that_nothing_catches_is_told_and_its_boundary_event_ends_that(found) -> None:
    assert found(inside(what("error"))) == [("error-uncaught", "warning", "o")]
    caught = boundary("q", "p", what("error")) + end("e2") + flows("q>e2")
    assert found(inside(what("error"), caught)) == []
    other = boundary("q", "p", what("error", "R2")) + end("e2") + flows("q>e2")
    assert found(inside(what("error"), other)) == [("error-uncaught", "warning", "o")]
    every = boundary("q", "p", "<errorEventDefinition/>") + end("e2") + flows("q>e2")
    assert found(inside(what("error"), every)) == []


def test_an_event_subprocess_catches_what_is_thrown_beside_it_but_not_what_it_throws_itself(found) -> None:
    handler = event_sub("h", what("error"), marks("m") + end("x2") + flows("h_s>m>x2"))
    assert found(inside(what("error"), handler)) == []
    itself = event_sub("h", what("error"), marks("m") + end("x2", what("error")) + flows("h_s>m>x2"))
    assert [each for each in found(inside(what("error"), itself)) if each[2] == "o"] == []
    assert ("error-uncaught", "warning", "x2") in found(inside(what("error"), itself))


def test_the_process_that_calls_catches_what_the_called_one_throws(found) -> None:
    thrown = process(S + end("e", what("error")) + users("b") + flows("s>b>e"), id="other")
    caught = boundary("q", "a", what("error")) + end("e2") + flows("q>e2")
    call = S + E + calls("a", "other") + flows("s>a>e")
    assert found(process(call), thrown) == [("error-uncaught", "warning", "e")]
    assert found(process(call + caught), thrown) == []


def test_an_escalation_that_nothing_catches_is_told(found) -> None:
    body = S + E + throw("t", what("escalation")) + flows("s>t>e")
    assert found(body) == [("escalation-uncaught", "warning", "t")]
    wrapped = sub("p", node("startEvent", "i") + throw("t", what("escalation")) + end("o") + flows("i>t>o"))
    caught = boundary("q", "p", what("escalation"), interrupts=False) + end("e2") + flows("q>e2")
    assert found(S + E + wrapped + caught + flows("s>p>e")) == []
