"""Constructs that are saved halfway: a small model each, and what happens until it is saved."""

from __future__ import annotations

from typing import NamedTuple

from tests.engine.replay.marks import CATCHES, COMPENSATE, DEFINITIONS, ELEMENTS, HEAD, extension, script
from tests.engine.run.world import flows

Do = tuple[str, str]  # what, at which element (or with which name)

#: Variables that every instance begins with: one of each type.
VALUES = (
    '{n: 1, ma: "H1", thap_phan: 8000.50, lon: 12345678901234567890, ngay: date("2026-02-14"), '
    'gio: time("15:20:00+07:00"), luc: date and time("2026-02-14T15:20:00@Asia/Ho_Chi_Minh"), '
    'han: duration("P1DT2H"), nam: duration("P1Y2M"), khoang: [1..5), ds: [1, {a: null, b: [true]}], '
    '"hôm nay": "chữ có dấu", xa: date("99999-01-01")}'
)


class Case(NamedTuple):
    """The inside of a process, the steps until it is saved, processes of another file that it calls."""

    body: str
    steps: tuple[Do, ...] = ()
    other: str = ""


def users(*ids: str) -> str:
    return "".join(f'<userTask id="{id}" name="Việc {id}"/>' for id in ids)


def gateways(kind: str, *ids: str, inside: str = "") -> str:
    return "".join(f'<{kind}Gateway id="{id}">{inside}</{kind}Gateway>' for id in ids)


def sub(id: str, body: str, kind: str = "subProcess", more: str = "") -> str:
    return f'<{kind} id="{id}" {more}>{body}</{kind}>'


def edge(id: str, host: str, event: str, stops: bool = True) -> str:
    return (
        f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{str(stops).lower()}">'
        f"{CATCHES.get(event, event)}</boundaryEvent>"
    )


def beside(id: str, event: str, body: str, stops: bool = True) -> str:
    start = f'<startEvent id="{id}_s" isInterrupting="{str(stops).lower()}">{CATCHES[event]}</startEvent>'
    return sub(id, start + body, more='triggeredByEvent="true"')


def catch(id: str, event: str, more: str = "") -> str:
    return f'<intermediateCatchEvent id="{id}" {more}>{CATCHES.get(event, event)}</intermediateCatchEvent>'


def throw(id: str, event: str) -> str:
    return f'<intermediateThrowEvent id="{id}">{event}</intermediateThrowEvent>'


def undone(id: str) -> str:
    return (
        f'{users(id)}<userTask id="x_{id}" isForCompensation="true"/><boundaryEvent id="c_{id}" '
        f'attachedToRef="{id}">{COMPENSATE}</boundaryEvent><association id="as_{id}" '
        f'associationDirection="One" sourceRef="c_{id}" targetRef="x_{id}"/>'
    )


def many(inside: str, turn: bool = False) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(turn).lower()}">{inside}'
        "</multiInstanceLoopCharacteristics>"
    )


S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'
THREE = "<loopCardinality>3</loopCardinality>"
FORK = flows("s>p", "p>a", "p>b", "p>c", "a>j", "b>j", "c>j", "j>z", "z>e")
SERVICE = extension(
    '<zeebe:taskDefinition type="thue" retries="2"/>'
    '<zeebe:ioMapping><zeebe:input source="= n" target="vao"/></zeebe:ioMapping>'
)
FAILS = f'<scriptTask id="t">{script("1 / (n - 1)", "kq")}</scriptTask>'
BADLY = extension('<zeebe:ioMapping><zeebe:output source="= 1 / (n - 1)" target="kq"/></zeebe:ioMapping>')
TRANSACTION = (
    S
    + E
    + sub(
        "t",
        '<startEvent id="ts"/><endEvent id="te"><cancelEventDefinition/></endEvent>'
        + undone("a")
        + users("b")
        + flows("ts>a", "a>b", "b>te"),
        "transaction",
    )
    + edge("h", "t", "<cancelEventDefinition/>")
    + users("z")
    + flows("s>t", "t>e", "h>z", "z>e")
)

CASES: dict[str, Case] = {
    "task": Case(
        S
        + E
        + '<userTask id="a" name="Việc a">'
        + extension(
            '<zeebe:assignmentDefinition candidateGroups="mot_cua,chuyen_vien" candidateUsers="hoa"/>',
            '<zeebe:taskSchedule dueDate="P3D"/><zeebe:formDefinition formId="to-khai"/>',
            '<mc:outcome id="dat" label="Đạt"/><mc:outcome id="khong" label="Không đạt"/>',
        )
        + "</userTask>"
        + users("z")
        + flows("s>a", "a>z", "z>e"),
        (("claim", "a"), ("set_due", "a")),
    ),
    "parallel_join": Case(
        S + E + gateways("parallel", "p", "j") + users("a", "b", "c", "z") + FORK, (("complete", "b"),)
    ),
    "two_on_one_flow": Case(
        S
        + E
        + gateways("parallel", "p", "j")
        + gateways("exclusive", "m", "k")
        + users("a", "b", "c", "d", "z")
        + flows("s>p", *(f"p>{x}" for x in "abcd"), "a>m", "b>m", "c>k", "d>k", "m>j", "k>j", "j>z", "z>e"),
        (("complete", "a"), ("complete", "b")),
    ),
    "inclusive_join": Case(
        S
        + E
        + '<inclusiveGateway id="p" default="p-c"/><inclusiveGateway id="j"/>'
        + users("a", "b", "c", "z")
        + flows("s>p", "p>a:n = 1", "p>b:n < 5", "p>c", "a>j", "b>j", "c>j", "j>z", "z>e"),
        (("complete", "a"),),
    ),
    "complex_gateway": Case(
        S
        + E
        + gateways("parallel", "p")
        + gateways("complex", "j", inside="<activationCondition>= activationCount &gt;= 2</activationCondition>")
        + users("a", "b", "c", "z")
        + FORK,
        (("complete", "a"), ("complete", "b")),
    ),
    "complex_gateway_counting": Case(
        S
        + E
        + gateways("parallel", "p")
        + gateways("complex", "j", inside="<activationCondition>= activationCount &gt;= 2</activationCondition>")
        + users("a", "b", "c", "z")
        + FORK,
        (("complete", "a"),),
    ),
    "event_gateway": Case(
        S
        + E
        + '<eventBasedGateway id="g"/>'
        + catch("a", "timer")
        + catch("b", "keyed")
        + catch("c", "conditional")
        + catch("d", "signal")
        + users("z")
        + flows("s>g", *(f"g>{x}" for x in "abcd"), *(f"{x}>z" for x in "abcd"), "z>e")
    ),
    "many_parallel": Case(
        S + E + '<userTask id="a">' + many(ELEMENTS) + "</userTask>" + users("z") + flows("s>a", "a>z", "z>e"),
        (("complete", "a"),),
    ),
    "many_in_turn": Case(
        S + E + '<userTask id="a">' + many(ELEMENTS, True) + "</userTask>" + users("z") + flows("s>a", "a>z", "z>e"),
        (("complete", "a"),),
    ),
    "many_subprocesses": Case(
        S
        + E
        + sub("t", '<startEvent id="ts"/>' + users("a", "b") + flows("ts>a", "a>b") + many(THREE))
        + flows("s>t", "t>e"),
        (("complete", "a"), ("complete", "a"), ("complete", "b")),
    ),
    "loop": Case(
        S + E + '<userTask id="a"><standardLoopCharacteristics loopMaximum="3"/></userTask>' + flows("s>a", "a>e"),
        (("complete", "a"),),
    ),
    "boundaries": Case(
        S
        + E
        + users("a", "b", "c", "z")
        + edge("b1", "a", "timer")
        + edge("b2", "a", "cycle", False)
        + edge("b3", "a", "message", False)
        + flows("s>a", "a>e", "b1>b", "b>e", "b2>c", "c>e", "b3>z", "z>e"),
        (("timer", "b2"), ("message", "m1")),
    ),
    "event_subprocesses": Case(
        S
        + E
        + users("a")
        + beside("t1", "message", users("b") + flows("t1_s>b"), False)
        + beside("t2", "cycle", users("c") + flows("t2_s>c"), False)
        + beside("t3", "conditional", users("d") + flows("t3_s>d"))
        + flows("s>a", "a>e"),
        (("message", "m1"), ("timer", "t2_s")),
    ),
    "compensation_to_come": Case(
        S
        + E
        + undone("a")
        + sub("t", '<startEvent id="ts"/>' + undone("b") + flows("ts>b"))
        + users("k")
        + throw("h", COMPENSATE)
        + users("z")
        + flows("s>a", "a>t", "t>k", "k>h", "h>z", "z>e"),
        (("complete", "a"), ("complete", "b")),
    ),
    "compensation_at_work": Case(
        S
        + E
        + undone("a")
        + sub("t", '<startEvent id="ts"/>' + undone("b") + flows("ts>b"))
        + throw("h", COMPENSATE)
        + users("z")
        + flows("s>a", "a>t", "t>h", "h>z", "z>e"),
        (("complete", "a"), ("complete", "b")),
    ),
    "transaction": Case(TRANSACTION, (("complete", "a"),)),
    "transaction_cancelled": Case(TRANSACTION, (("complete", "a"), ("complete", "b"))),
    "call": Case(
        S
        + E
        + '<callActivity id="k">'
        + extension('<zeebe:calledElement processId="con"/>')
        + "</callActivity>"
        + users("z")
        + flows("s>k", "k>z", "z>e"),
        (("complete", "ca"),),
        S + E + users("ca", "cb") + flows("s>ca", "ca>cb", "cb>e"),
    ),
    "ad_hoc": Case(
        S
        + E
        + sub(
            "t",
            users("a", "b") + "<completionCondition>= n &gt; 4</completionCondition>",
            "adHocSubProcess",
            'ordering="Parallel"',
        )
        + users("z")
        + flows("s>t", "t>z", "z>e"),
        (("complete", "a"),),
    ),
    "ad_hoc_in_turn": Case(
        S
        + E
        + sub(
            "t",
            users("a", "b") + "<completionCondition>= n &gt; 4</completionCondition>",
            "adHocSubProcess",
            'ordering="Sequential"',
        )
        + users("z")
        + flows("s>t", "t>z", "z>e"),
        (("complete", "a"),),
    ),
    "incident": Case(S + E + FAILS + users("z") + flows("s>t", "t>z", "z>e")),
    "incident_of_a_mapping": Case(
        S + E + f'<userTask id="a">{BADLY}</userTask>' + users("z") + flows("s>a", "a>z", "z>e"), (("complete", "a"),)
    ),
    "incident_of_a_gateway": Case(
        S + E + gateways("exclusive", "g") + users("y", "z") + flows("s>g", "g>z:n = 5", "g>y:n = 6", "z>e", "y>e")
    ),
    "call_outside": Case(
        S + E + f'<serviceTask id="k">{SERVICE}</serviceTask>' + users("z") + flows("s>k", "k>z", "z>e")
    ),
    "call_that_failed": Case(
        S + E + f'<serviceTask id="k">{SERVICE}</serviceTask>' + users("z") + flows("s>k", "k>z", "z>e"),
        (("fail", "k"),),
    ),
    "suspended": Case(
        S + E + users("a") + edge("b", "a", "timer") + users("z") + flows("s>a", "a>e", "b>z", "z>e"),
        (("suspend", ""), ("wait", "PT2H")),
    ),
    "message": Case(
        S
        + E
        + catch("a", "keyed")
        + '<receiveTask id="b" messageRef="M"/>'
        + users("z")
        + flows("s>a", "a>b", "b>z", "z>e")
    ),
    "all_of_several": Case(
        S
        + E
        + catch("a", CATCHES["message"] + CATCHES["signal"], 'parallelMultiple="true"')
        + users("z")
        + flows("s>a", "a>z", "z>e"),
        (("signal", "s1"),),
    ),
    "quantity": Case(
        S
        + E
        + gateways("parallel", "p")
        + users("a", "b")
        + '<userTask id="z" startQuantity="2"/>'
        + flows("s>p", "p>a", "p>b", "a>z", "b>z", "z>e"),
        (("complete", "a"),),
    ),
    "moved_timer": Case(S + E + catch("a", "timer") + users("z") + flows("s>a", "a>z", "z>e"), (("set_timer", "a"),)),
    "ended": Case(S + E + users("a") + flows("s>a", "a>e"), (("complete", "a"),)),
}


def files(case: str) -> dict[str, bytes]:
    """The files of a case; what it calls lies in one of its own."""

    def one(id: str, body: str) -> bytes:
        process = f'<process id="{id}" isExecutable="true">{body}</process>'
        return f"<definitions {HEAD} id='defs'>{DEFINITIONS}{process}</definitions>".encode()

    made = {f"{case}.bpmn": one(case, CASES[case].body)}
    if CASES[case].other:
        made["con.bpmn"] = one("con", CASES[case].other)
    return made
