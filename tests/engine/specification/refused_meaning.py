"""Models whose expressions, work and endings mean nothing, or never end: each with its mended twin."""

from __future__ import annotations

from tests.engine.specification.refusals import LOOP, Refusal, line, refused
from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    catch,
    extensions,
    flows,
    gateway,
    marks,
    node,
    process,
    script,
    sub,
    users,
    what,
)


def chosen(condition: str) -> str:
    """A choice of two tasks by a condition."""
    ways = flows("s>x", f"x>a ? {condition}", "x>b", "a>e", "b>e")
    return S + E + gateway("exclusive", "x", "x-b") + users("a b") + ways


def times(cardinality: str) -> str:
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{cardinality}</loopCardinality>"
    return line(users("a", f"{loop}</multiInstanceLoopCharacteristics>"), "a")


def waits(kind: str, text: str) -> str:
    return line(catch("k", f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"), "k")


def due(text: str, name: str = "dueDate") -> str:
    return line(users("a", extensions(f'<zeebe:taskSchedule {name}="{text}"/>')), "a")


def served(definition: str) -> str:
    return line(node("serviceTask", "a", extensions(f"<zeebe:taskDefinition {definition}/>")), "a")


def ruled(attributes: str) -> str:
    return line(node("businessRuleTask", "a", extensions(f'<zeebe:calledDecision decisionId="d" {attributes}/>')), "a")


def round_about(inside: str, *ways: str) -> str:
    """A loop from a gateway ``y`` through ``a`` to a gateway ``x``, whose ways lead back or out."""
    return S + E + gateway("exclusive", "y") + gateway("exclusive", "x", "x-y") + inside + flows("s>y>a>x", *ways)


def inner(body: str) -> str:
    return sub("a", node("startEvent", "i") + body + node("endEvent", "o") + flows("i>m>o"))


def split(kind: str, default: str = "", first: str = "x>a", second: str = "x>b", join: str = "parallel") -> str:
    """Two branches from a gateway ``x`` to a gateway ``y``."""
    ways = flows("s>x", first, second, "a>y", "b>y", "y>c>e")
    return S + E + gateway(kind, "x", default) + gateway(join, "y") + users("a b c") + ways


def early(way: str, body: str, *more: str) -> str:
    """A parallel split whose second branch has a choice ``z`` before the join ``y``."""
    merge = gateway("exclusive", "z2") if more else ""
    onward = "z>z2" if more else "z>y"
    ways = flows("s>x", "x>a>y", "x>b>z", onward, way, *more, "y>e")
    gates = gateway("parallel", "x") + gateway("parallel", "y") + gateway("exclusive", "z", onward.replace(">", "-"))
    return S + E + gates + merge + users("a b") + body + ways


def branches(*ways: str, kind: str = "exclusive", default: str = "") -> str:
    """A gateway with the steps a, b and, where it has a default flow, c."""
    more = ["x>c", "c>e"] if default else []
    return (
        S + E + gateway(kind, "x", default) + users("a b c" if default else "a b")
        + flows("s>x", *ways, *more, "a>e", "b>e")
    )  # fmt: skip


def sorted_out(second: str) -> str:
    """Two gateways on `n`: to the second one come only cases above five."""
    return (
        S + E + gateway("exclusive", "x", "x-y") + gateway("exclusive", "y", "y-c") + users("z a b c")
        + flows("s>x", "x>z ? n <= 5", "x>y", f"y>a ? {second}", "y>b ? n <= 8", "y>c", "z>e", "a>e", "b>e", "c>e")
    )  # fmt: skip


FUNCTION = "10.3.4 of DMN"

REFUSALS: tuple[Refusal, ...] = (
    # expressions
    refused("conditionExpression", FUNCTION, "a function that FEEL does not have", "function-unknown",
            chosen('kontains(ten, "a")'), chosen('contains(ten, "a")')),
    refused("conditionExpression", FUNCTION, "a function that only the filter calls", "function-unknown",
            chosen("count(ds[dài(ten) > 3]) > 0"), chosen("count(ds[string length(ten) > 3]) > 0")),
    refused("script", FUNCTION, "a function of another language", "function-unknown",
            line(script("a", '{n: parseInt("1")}'), "a"), line(script("a", '{n: number("1")}'), "a")),
    refused("script", FUNCTION, "a function that the text defines itself", "function-unknown",
            line(script("a", "{n: gap(1)}"), "a"), line(script("a", "{gap: function(x) 2 * x, n: gap(1)}"), "a")),
    refused("conditionExpression", FUNCTION, "too few arguments", "function-arguments", chosen("contains(ten)"),
            chosen('contains(ten, "a")')),
    refused("conditionExpression", FUNCTION, "too many arguments", "function-arguments", chosen("not(a, b)"),
            chosen("not(a)")),
    refused("conditionExpression", FUNCTION, "an argument of a kind that is never taken", "function-arguments",
            chosen('starts with(ten, 1)'), chosen('starts with(ten, "1")')),
    refused("conditionExpression", FUNCTION, "arguments of names that the function does not have",
            "function-arguments", chosen('contains(chuoi: ten, match: "a")'),
            chosen('contains(string: ten, match: "a")')),
    refused("conditionExpression", "8.4.8", "a number as a condition", "condition-never-boolean", chosen("so_ngay + 1"),
            chosen("so_ngay > 1")),
    refused("conditionExpression", "8.4.8", "a text as a condition", "condition-never-boolean",
            chosen('if dung then "có" else "không"'), chosen("if dung then true else false")),
    refused("conditionalEventDefinition", "10.5.5", "a date as a condition", "condition-never-boolean",
            line(catch("k", what("conditional", text="today()")), "k"),
            line(catch("k", what("conditional", text="today() > han")), "k")),
    refused("standardLoopCharacteristics", "10.3.8", "a list as a loop's condition", "condition-never-boolean",
            line(users("a", LOOP.format("<loopCondition>[con]</loopCondition>")), "a"),
            line(users("a", LOOP.format("<loopCondition>con</loopCondition>")), "a")),
    # numbers and times
    refused("loopCardinality", "10.3.8", "a negative number of instances", "cardinality-value", times("-1"),
            times("0")),
    refused("loopCardinality", "10.3.8", "half an instance", "cardinality-value", times("5 / 2"), times("6 / 2")),
    refused("loopCardinality", "10.3.8", "a text as a number of instances", "cardinality-value", times('"ba"'),
            times("so_ban")),
    refused("timeDuration", "10.5.5", "a duration that leads back", "timer-backwards", waits("timeDuration", "-PT1H"),
            waits("timeDuration", "PT1H")),
    refused("timeDuration", "10.5.5", "a duration by FEEL that leads back", "timer-backwards",
            waits("timeDuration", '= duration("-P1D")'), waits("timeDuration", '= duration("P1D")')),
    refused("timeCycle", "10.5.5", "a cycle that leads back", "timer-backwards", waits("timeCycle", "R3/-PT1H"),
            waits("timeCycle", "R3/PT1H")),
    refused("timeCycle", "10.5.5", "a cycle of no length", "timer-backwards", waits("timeCycle", "R/PT0S"),
            waits("timeCycle", "R/PT10S")),
    refused("userTask", "10.3.3", "a due date that is none", "due-value", due("ngày mai"), due("2026-12-01")),
    refused("userTask", "10.3.3", "a due date that the calendar does not have", "due-value", due("2026-02-30"),
            due("2026-02-28T17:00:00+07:00")),
    refused("userTask", "10.3.3", "a number as a due date", "due-value", due("= 5"), due("= han")),
    refused("userTask", "10.3.3", "a follow-up date that is none", "due-value", due("P", "followUpDate"),
            due("P1D", "followUpDate")),
    refused("serviceTask", "10.3.3", "retries that are no number", "number-value", served('type="thue" retries="ba"'),
            served('type="thue" retries="3"')),
    # work
    refused("scriptTask", "10.3.3", "no script", "script-empty", line(node("scriptTask", "a"), "a"),
            line(script("a", "{n: 1}"), "a")),
    refused("scriptTask", "10.3.3", "a value without a variable", "script-result-lost", line(script("a", "1 + 1"), "a"),
            line(script("a", "{n: 1 + 1}"), "a")),
    refused("businessRuleTask", "10.3.3", "a decision whose value nobody gets", "decision-result-lost", ruled(""),
            ruled('resultVariable="muc"')),
    refused("serviceTask", "10.3.3", "a task definition without a type", "connector-without-type", served(""),
            served('type="thue"')),
    refused("flowNode", "8.3.13", "no id", "node-without-id", line(users("a"), "a") + '<userTask name="Ký"/>',
            line(users("a"), "a")),
    refused("process", "10.2.1", "no id", "process-without-id",
            process(line(users("a"), "a")).replace('id="main"', "", 1), process(line(users("a"), "a"))),
    # what stands still
    refused("inclusiveGateway", "10.6.3", "one branch or the default, and a parallel join", "join-never-opens",
            split("inclusive", "x-b", "x>a ? n = 1"), split("inclusive", "x-b", "x>a ? n = 1", join="inclusive")),
    refused("inclusiveGateway", "10.6.3", "any of the branches, and a parallel join", "join-may-stand",
            split("inclusive", "", "x>a ? n = 1", "x>b ? n = 2"),
            split("inclusive", "", "x>a ? n = 1", "x>b ? n = 2", join="inclusive")),
    refused("parallelGateway", "10.6.4", "a loop back into a parallel join", "join-never-opens",
            S + E + gateway("parallel", "y") + users("a") + gateway("exclusive", "x", "x-e")
            + flows("s>y>a>x", "x>y ? lai", "x>e"),
            S + E + gateway("exclusive", "y") + users("a") + gateway("exclusive", "x", "x-e")
            + flows("s>y>a>x", "x>y ? lai", "x>e")),
    refused("parallelGateway", "10.6.4", "a branch that may end before its join", "join-may-stand",
            early("z>f ? bo", node("endEvent", "f")), early("z>f ? bo", users("f"), "f>z2", "z2>y")),
    refused("parallelGateway", "10.6.4", "a branch that a timer leads past its join", "join-may-stand",
            split("parallel") + boundary("q", "a", what("timer")) + node("endEvent", "f") + flows("q>f"),
            split("parallel") + boundary("q", "a", what("timer"), interrupts=False) + node("endEvent", "f")
            + flows("q>f")),
    refused("sequenceFlow", "13.2.1", "branches that meet without a join", "runs-twice",
            split("parallel", join="exclusive"), split("parallel")),
    # conditions that leave a case out, or hold together
    refused("exclusiveGateway", "10.6.2", "a case that no condition takes", "conditions-gap",
            branches("x>a ? n < 10 and not(gap)", "x>b ? n > 10 or gap"),
            branches("x>a ? n < 10 and not(gap)", "x>b ? n >= 10 or gap")),
    refused("inclusiveGateway", "10.6.3", "a case that no condition takes", "conditions-gap",
            branches("x>a ? gap", "x>b ? gap and n > 1", kind="inclusive"),
            branches("x>a ? gap", "x>b ? not(gap)", kind="inclusive")),
    refused("exclusiveGateway", "10.6.2", "a case that two conditions take", "conditions-overlap",
            branches("x>a ? n in [1..10]", "x>b ? n >= 10", default="x-c"),
            branches("x>a ? n in [1..10)", "x>b ? n >= 10", default="x-c")),
    refused("exclusiveGateway", "10.6.2", "a case that two conditions take, though a gateway before sorts cases out",
            "conditions-overlap",
            sorted_out("n > 3"), sorted_out("n > 8")),
    # what never ends
    refused("sequenceFlow", "13.2.1", "a loop without a wait or a way out", "endless-loop",
            S + gateway("exclusive", "y") + marks("a") + flows("s>y>a>y"),
            S + gateway("exclusive", "y") + users("a") + flows("s>y>a>y")),
    refused("sequenceFlow", "13.2.1", "a loop whose way out is always shut", "endless-loop",
            round_about(marks("a"), "x>y", "x>e ? 1 > 2"), round_about(marks("a"), "x>y", "x>e ? n > 2")),
    refused("sequenceFlow", "13.2.1", "a loop through a subprocess that waits for nothing", "endless-loop",
            S + gateway("exclusive", "y") + inner(marks("m")) + flows("s>y>a>y"),
            S + gateway("exclusive", "y") + inner(users("m")) + flows("s>y>a>y")),
    refused("standardLoopCharacteristics", "10.3.8", "a repetition that never stops", "endless-repetition",
            line(marks("a", LOOP.format("<loopCondition>true</loopCondition>")), "a"),
            line(marks("a", LOOP.format("<loopCondition>n &lt; 3</loopCondition>")), "a")),
)  # fmt: skip
