"""No model and no data can hang, exhaust or crash a decision."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.dmn import DmnError, consistency, parse, review
from engine.feel import dumps
from tests.engine.dmn.build import decision, inputs, literal, model, table

NESTED: Any = 1
for _ in range(60):
    NESTED = {"a": NESTED, "b": NESTED}
TYPES = "".join(
    f'<itemDefinition name="t{i}">'
    + "".join(f'<itemComponent name="{name}"><typeRef>t{i + 1}</typeRef></itemComponent>' for name in "ab")
    + "</itemDefinition>"
    for i in range(60)
)
KNOWLEDGE = (
    '<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic><formalParameter name="a"/>'
    + literal("k(a) + k(a)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def doubling(kind: str) -> str:
    """Decisions that each have the one before twice."""
    return decision("d0", literal("[1, 1]")) + "".join(
        decision(f"d{i}", literal(f"[d{i - 1}, d{i - 1}]"), f"!d{i - 1}", kind=kind) for i in range(1, 60)
    )


ATTACKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "doubling": (doubling(""), "d59", {}),
    "doubling of a type": (doubling("list"), "d59", {}),
    "diamonds": (
        decision("a0", literal("1"))
        + decision("b0", literal("1"))
        + "".join(
            decision(f"{x}{i}", literal(f"a{i - 1} + b{i - 1}"), f"!a{i - 1}", f"!b{i - 1}")
            for i in range(1, 80)
            for x in "ab"
        ),
        "a79",
        {},
    ),
    "types of types": (TYPES + inputs("x: t0") + decision("d", literal("x"), "x"), "d", {"x": NESTED}),
    "a type of itself": (
        '<itemDefinition name="t"><itemComponent name="a"><typeRef>t</typeRef></itemComponent></itemDefinition>'
        + inputs("x: t")
        + decision("d", literal("x"), "x"),
        "d",
        {"x": {"a": {"a": {"a": None}}}},
    ),
    "knowledge that calls itself": (KNOWLEDGE + decision("d", literal("k(1)"), knows=("k",)), "d", {}),
    "a service that calls itself": (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d"/></decisionService>'
        + decision("d", literal("s() + s()"), knows=("s",)),
        "d",
        {},
    ),
    "a circle of many": (
        "".join(decision(f"d{i}", literal(f"d{(i + 1) % 2000}"), f"!d{(i + 1) % 2000}") for i in range(2000)),
        "d0",
        {},
    ),
    "cells without an index": (
        inputs("x")
        + decision(
            "d", table("COLLECT", ["x"], [[f"? > {i} and count([?]) = 1", str(i)] for i in range(1500)], ["o"]), "x"
        ),
        "d",
        {"x": 9999},
    ),
    "many columns": (
        inputs("x")
        + decision("d", table("UNIQUE", ["x"] * 30, [["[1..2]"] * 30 + [str(i)] for i in range(250)], ["o"]), "x"),
        "d",
        {"x": 5},
    ),
    "many imports": (
        "".join(f'<import name="k{i}" namespace="urn:k{i}" importType="DMN"/>' for i in range(3000))
        + decision("d", literal("1")),
        "d",
        {},
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_time(name: str) -> None:
    body, asked, data = ATTACKS[name]
    begin = time.process_time()
    loaded = parse(model(body))
    value, diagnostics = loaded.diagnose(asked, data)
    dumps(value)
    read = time.process_time() - begin
    assert all(finding.message for finding in [*consistency(loaded), *review(loaded)])
    assert read < 10 and time.process_time() - begin < 25  # without bounds: minutes, or no end
    assert all(each["message"] and each["code"] != "internal" for each in diagnostics)


SAMPLE = etree.fromstring(
    model(
        '<itemDefinition name="t"><itemComponent name="a"><typeRef>t</typeRef></itemComponent></itemDefinition>'
        + KNOWLEDGE
        + inputs("x: number", "y")
        + decision(
            "a", table("FIRST", ["x", "y"], [["< 5", '"a"', "1"], ["-", "not(1)", "x + y"]], ["o = 1, 2"]), "x", "y"
        )
        + decision("b", literal("for i in [1..3] return i + a"), "!a", kind="list", knows=("k",))
        + decision(
            "c",
            "<context><contextEntry><variable name='m'/>"
            + literal("b[1]")
            + "</contextEntry><contextEntry>"
            + literal("m * 2")
            + "</contextEntry></context>",
            "!b",
        )
    )
)
NAMES = ["", "x", "a", "#a", "#x", "#b", "number", "list", "tKhông", "COLLECT", "SUM", "true", "Java", "juel"]
TEXTS = ["", "-", "not(", "1 +", "null", "? > 1", "[1..", "for i in 1..1e12 return i", "function(q) q", "k(x)", '"']
TAGS = ["list", "context", "decisionTable", "relation", "invocation", "for", "filter", "conditional", "decisionService"]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.integers(0, 200),
        st.sampled_from(["drop", "copy", "move", "attribute", "text", "tag"]),
        st.sampled_from(NAMES),
        st.sampled_from(TEXTS),
        st.sampled_from(TAGS),
    ),
    min_size=1,
    max_size=5,
)
DATA = st.fixed_dictionaries({name: st.sampled_from([None, 1, "a", [1], {"a": 1}, True, []]) for name in "xy"})


def changed(changes: list[Any]) -> bytes:
    """The sample with some of its elements dropped, copied, moved or written anew."""
    root = etree.fromstring(etree.tostring(SAMPLE))
    for at, to, kind, name, text, tag in changes:
        elements = list(root.iter())
        element, other = elements[at % len(elements)], elements[to % len(elements)]
        parent = element.getparent()
        if kind == "drop" and parent is not None:
            parent.remove(element)
        elif kind == "copy" and parent is not None:
            parent.append(etree.fromstring(etree.tostring(element)))
        elif kind == "move" and parent is not None and element not in [other, *other.iterancestors()]:
            other.append(element)
        elif kind == "attribute" and element.attrib:
            element.set(sorted(element.attrib)[to % len(element.attrib)], name)
        elif kind == "text" and element.text:
            element.text = text
        elif kind == "tag":
            element.tag = element.tag.rpartition("}")[0] + "}" + tag
    return etree.tostring(root)


@settings(max_examples=150, deadline=None)
@given(CHANGES, DATA)
def test_any_model_decides_or_is_refused(changes: list[Any], data: dict[str, Any]) -> None:
    try:
        loaded = parse(changed(changes))
    except DmnError as error:
        assert error.sentence() and error.sentence("en")
        return
    loaded.faults()
    assert all(finding.message for finding in [*consistency(loaded), *review(loaded)])
    for name in [*loaded.decisions, *loaded.services]:
        value, diagnostics = loaded.diagnose(name, data)
        dumps(value)
        assert all(each["code"] != "internal" for each in diagnostics)
