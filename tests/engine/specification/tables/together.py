"""Features that meet: scopes in scopes, repeated and called, left by events of every kind (13.3, 13.5)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    ROOTS,
    E,
    S,
    boundary,
    case,
    catch,
    collection,
    done_when,
    end,
    event_sub,
    flows,
    gateway,
    many,
    marks,
    node,
    process,
    script,
    start,
    sub,
    throw,
    undoes,
    users,
    what,
)

UNDO = what("compensate")
TERMINATE = what("terminate")
LOOP = "<standardLoopCharacteristics {0}><loopCondition xsi:type='tFormalExpression'>{1}</loopCondition></standardLoopCharacteristics>"  # noqa: E501
IN_TURN = many(attributes='isSequential="true"')
SIGNAL = '<signalEventDefinition id="sd1" signalRef="G"/>'


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


def box(id: str, body: str, *names: str, kind: str = "subProcess", attributes: str = "") -> str:
    """A subprocess from ``<id>_i`` to ``<id>_o`` through those nodes, or with flows of its own."""
    way = flows(">".join((f"{id}_i", *names, f"{id}_o"))) if names else ""
    return sub(id, start(f"{id}_i") + end(f"{id}_o") + body + way, kind, attributes)


def leads(body: str, last: str, kind: str) -> str:
    """A subprocess ``p`` whose only end throws."""
    return sub("p", start("p_i") + body + end("p_o", what(kind)) + flows(f"p_i>{last}>p_o" if last else "p_i>p_o"))


def fork(*branches: str) -> str:
    return gateway("parallel", "f") + flows(*(f"f>{branch}" for branch in branches))


def caught(kind: str, inside: str, host: str = "p", interrupts: bool = True) -> str:
    """`inside`, then ``z``; what it throws is caught at its border and leads to ``y``."""
    return line(inside + boundary("b", host, what(kind), interrupts) + marks("y z") + flows("b>y>e"), host, "z")


def called(body: str, *names: str, last: str = "") -> str:
    """A process ``q1`` that is called."""
    way = flows(">".join(("qs", *names, "qe")))
    return process(start("qs") + body + end("qe", last) + way, "q1")


CALL = node("callActivity", "k", attributes='calledElement="q1"')
CALLS = node("callActivity", "k", many(), 'calledElement="q1"')
HEARS = event_sub("h", what("signal"), marks("hm") + end("ho") + flows("h_s>hm>ho"))
WAITS = called(users("u") + HEARS, "u")

CASES = [
    case("subProcess: event, signal", "13.5.4", "in a called process in each instance of a subprocess",
         process(caught("timer", box("p", CALL + many(), "k"))) + WAITS, "hm hm hm z",
         {"expect_open": ["u", "u", "u"]}, {"signal": "còi"}),
    case("boundaryEvent: timer", "13.5.3", "ends called processes in instances of a subprocess",
         process(caught("timer", box("p", CALL + many(), "k"))) + WAITS, "y",
         {"complete": "u"}, {"advance": "PT1H"}),
    case("boundaryEvent: error", "10.5.6", "an error of a called process ends all instances around the call",
         process(caught("error", box("p", CALL + many(), "k"))) + called(users("u"), "u", last=what("error")), "y",
         {"complete": "u"}),
    case("boundaryEvent: escalation", "10.5.6", "beside each instance that escalates, in parallel",
         caught("escalation", box("p", throw("w", what("escalation")) + marks("a") + many(), "w", "a"),
                interrupts=False), "a a a y y y z"),
    case("boundaryEvent: escalation", "10.5.6", "beside each instance that escalates, one after the other",
         caught("escalation", box("p", throw("w", what("escalation")) + users("u") + IN_TURN, "w", "u"),
                interrupts=False), "y y y z", {"complete": "u"}, {"complete": "u"}, {"complete": "u"}),
    case("boundaryEvent: escalation", "10.5.6", "the first instance that escalates ends them all, at once",
         caught("escalation", box("p", throw("w", what("escalation")) + marks("a") + many(), "w", "a")), "y"),
    case("callActivity", "10.5.6", "each of its instances escalates to its border",
         process(caught("escalation", CALLS, "k", interrupts=False)) + called(marks("a"), "a", last=what("escalation")),
         "a a a y y y z"),
    case("boundaryEvent: signal", "10.5.5", "beside a subprocess, for each instance that throws it",
         caught("signal", box("p", throw("w", what("signal")) + marks("a") + many(), "w", "a"), interrupts=False),
         "a a a y y y z"),
    case("boundaryEvent: conditional", "10.5.5", "interrupts as soon as a script inside makes it true",
         caught("conditional", box("p", script("k", "{c: 1}") + marks("n"), "k", "n")), "k y"),
    case("boundaryEvent: message", "13.5.3", "of a task in each instance: one message reaches one, the oldest",
         line(box("p", users("u") + boundary("b", "u", what("message"), False) + marks("y") + flows("b>y>p_o") + many(),
                  "u"), "p"), "y", {"message": "tin"}, {"complete": "u"}, {"complete": "u"}, {"complete": "u"}),
    # event subprocesses in event subprocesses
    case("subProcess: event", "13.5.4", "one inside another waits from the moment the other runs",
         line(users("u") + event_sub("g", what("message"), users("v") + end("go") + flows("g_s>v>go") + HEARS), "u"),
         "hm", {"message": "tin"}, {"expect_open": ["v"]}, {"signal": "còi"}),
    case("subProcess: event", "13.5.4", "of several runs of one, each has its own inside it",
         line(users("u") + event_sub("g", what("message"), users("v") + end("go") + flows("g_s>v>go") + HEARS, False),
              "u"), "hm hm", {"message": "tin"}, {"message": "tin"}, {"expect_open": ["u", "v", "v"]},
         {"signal": "còi"}, {"expect_open": ["u"]}, {"complete": "u"}),
    case("subProcess: event", "13.5.4", "one that interrupts disarms the others of its scope",
         line(users("u") + event_sub("g", what("message"), users("v") + end("go") + flows("g_s>v>go")) + HEARS, "u"),
         "", {"message": "tin"}, {"expect_open": ["v"]}, {"complete": "v"}),
    case("subProcess: event", "13.5.4", "one that does not interrupt keeps its scope open, and goes on waiting",
         line(users("u") + event_sub("g", what("message"), users("v") + end("go") + flows("g_s>v>go"), False), "u"),
         "", {"message": "tin"}, {"complete": "u"}, {"expect_open": ["v"]}, {"message": "tin"},
         {"expect_open": ["v", "v"]}, {"complete": "v"}, {"complete": "v"}),
    case("subProcess: event, escalation", "10.5.6", "what it throws itself goes outside, also where it would catch it",
         caught("escalation", box("p", throw("x", what("escalation")) + marks("a") + event_sub(
             "h", what("escalation"), marks("hm") + end("ho", what("escalation")) + flows("h_s>hm>ho"), False),
             "x", "a"), interrupts=False), "a hm y z"),
    case("subProcess: event, error", "10.5.6", "catches the error of another event subprocess of its scope",
         line(users("u") + event_sub("h", what("message"), end("ho", what("error")) + flows("h_s>ho"), False)
              + event_sub("g", what("error"), marks("gm") + end("go") + flows("g_s>gm>go")), "u"), "gm",
         {"message": "tin"}),
    case("subProcess: event, timer", "10.5.5", "a cycle that does not interrupt starts it each time",
         line(users("u") + event_sub("h", what("timer", text="R2/PT1H"), marks("hm") + end("ho") + flows("h_s>hm>ho"),
                                     False), "u"), "hm hm", {"advance": "PT9H"}, {"complete": "u"}),
    case("subProcess: event, parallel multiple", "10.5.5", "starts anew when all its events have happened again",
         line(users("u") + sub("h", start("hs", what("message") + what("signal"),
                                          'parallelMultiple="true" isInterrupting="false"') + marks("y") + end("ho")
                               + flows("hs>y>ho"), attributes='triggeredByEvent="true"'), "u"), "y y",
         {"message": "tin"}, {"signal": "còi"}, {"message": "tin"}, {"signal": "còi"}, {"complete": "u"}),
    case("boundaryEvent: parallel multiple", "10.5.5", "a condition in it has to become true anew each time",
         line(users("u") + boundary("b", "u", what("conditional") + what("signal"), False, 'parallelMultiple="true"')
              + marks("y") + flows("b>y>e"), "u"), "y y", {"variables": {"c": 1}}, {"signal": "còi"},
         {"signal": "còi"}, {"variables": {"c": 2}}, {"variables": {"c": 1}}, {"complete": "u"}),
    # what ends a scope
    case("endEvent: terminate", "13.5.6", "in an instance of a subprocess ends that instance only",
         line(box("p", fork("u>p_o", "x") + users("u") + end("x", TERMINATE) + flows("p_i>f") + many()) + marks("z"),
              "p", "z"), "z"),
    case("endEvent: terminate", "13.5.6", "in a called process ends no more than that",
         process(S + E + fork("u>e", "k>z>e") + users("u") + CALL + marks("z") + flows("s>f"))
         + process(start("qs") + fork("v", "qt").replace('"f', '"qf') + users("v") + end("qt", TERMINATE)
                   + flows("qs>qf"), "q1"), "z", {"expect_open": ["u"]}, {"complete": "u"}),
    case("endEvent: terminate", "13.5.6", "in an event subprocess lets its scope go on",
         line(users("u") + event_sub("h", what("message"), fork("v", "ht") + users("v") + end("ht", TERMINATE)
                                     + flows("h_s>f"), False), "u"), "", {"message": "tin"}, {"expect_open": ["u"]},
         {"complete": "u"}),
    case("endEvent: terminate", "13.5.6", "at the top ends subprocesses and event subprocesses",
         S + E + fork("p>e", "w>x") + box("p", users("u"), "u") + users("w") + end("x", TERMINATE) + flows("s>f")
         + event_sub("h", what("message"), users("v") + end("ho") + flows("h_s>v>ho"), False), "",
         {"message": "tin"}, {"expect_open": ["u", "v", "w"]}, {"complete": "w"}),
    case("endEvent: terminate", "13.3.6", "in a round of a loop ends that round",
         line(sub("p", start("i") + script("a", "{n: n + 1}") + end("o", TERMINATE) + flows("i>a>o")
                  + LOOP.format("", "n &lt; 3")), "p"), "a a a", variables={"n": 0}),
    case("endEvent: several events", "10.5.3", "throws its signal before it terminates",
         process(S + E + fork("u>e", "x") + users("u") + end("x", what("signal") + TERMINATE) + flows("s>f"))
         + process(start("rs", what("signal")) + marks("r") + end("re") + flows("rs>r>re"), "q2"), "r"),
    case("endEvent: error", "13.5.6", "of a called process that nothing catches ends the caller's other branches too",
         process(S + E + fork("u>e", "k>e") + users("u") + CALL + flows("s>f")) + called("", last=what("error")), "",
         errors=["LỖI"]),
    case("standardLoopCharacteristics", "13.3.6", "an error in a round ends the loop",
         caught("error", sub("p", start("i") + gateway("exclusive", "x", "x-o") + end("o") + end("er", what("error"))
                             + script("a", "{n: n + 1}") + flows("i>a>x", "x>er ? n = 2", "x>o")
                             + LOOP.format("", "true"))), "a a y", variables={"n": 0}),
    case("standardLoopCharacteristics", "13.3.6", "a timer at its border runs through all its rounds",
         line(users("u", LOOP.format("", "true")) + boundary("b", "u", what("timer")) + marks("y") + flows("b>y>e"),
              "u"), "y", {"complete": "u"}, {"complete": "u"}, {"expect_open": ["u"]}, {"advance": "PT1H"}),
    case("callActivity", "10.5.2", "triggers one of several plain start events, the first",
         process(line(CALL + marks("z"), "k", "z")) + process(
             start("q1s") + start("q2s") + marks("a b") + end("qe") + flows("q1s>a>qe", "q2s>b>qe"), "q1"), "a z"),
    case("callActivity", "13.3.4", "without start events all its activities without incoming flow begin",
         process(line(CALL + marks("z"), "k", "z")) + process(marks("a b c") + flows("a>c"), "q1"), "a b c z"),
    case("standardLoopCharacteristics", "13.3.6", "repeats a call",
         process(line(node("callActivity", "k", LOOP.format('loopMaximum="3"', "n &lt; 2"), 'calledElement="q1"'), "k"))
         + called(script("q", "{n: n + 1}"), "q"), "q q", variables={"n": 0}),
    # compensation
    case("boundaryEvent: compensation", "13.5.5", "instances of a subprocess are undone inside, from outside",
         line(box("p", marks("a") + undoes("a", "ax") + many(), "a") + throw("w", UNDO), "p", "w"),
         "a a a ax ax ax"),
    case("boundaryEvent: compensation", "13.5.5", "each instance undoes its own",
         line(box("p", marks("a") + undoes("a", "ax") + throw("w", UNDO) + many(), "a", "w"), "p"), "a a a ax ax ax"),
    case("boundaryEvent: compensation", "13.5.5", "each round of a loop is undone",
         line(script("a", "{n: n + 1}", LOOP.format("", "n &lt; 3")) + undoes("a", "ax") + throw("w", UNDO), "a", "w"),
         "a a a ax ax ax", variables={"n": 0}),
    case("boundaryEvent: compensation", "13.5.5", "a task that ran twice is undone twice",
         S + E + gateway("exclusive", "m") + script("a", "{n: n + 1}") + undoes("a", "ax")
         + gateway("exclusive", "x", "x-w") + throw("w", UNDO) + flows("s>m>a>x", "x>m ? n < 2", "x>w>e"),
         "a a ax ax", variables={"n": 0}),
    case("boundaryEvent: compensation", "13.5.5", "a subprocess that was interrupted is not undone",
         line(leads(marks("a") + undoes("a", "ax"), "a", "error") + boundary("b", "p", what("error"))
              + throw("w", UNDO) + end("e2") + flows("b>w>e2"), "p"), "a"),
    case("boundaryEvent: compensation", "13.5.5", "a named subprocess is undone inside, in reverse order",
         line(box("p", marks("a b") + undoes("a", "ax") + undoes("b", "bx"), "a", "b") + marks("c") + undoes("c", "cx")
              + throw("w", what("compensate", "p")), "p", "c", "w"), "a b c bx ax", {"expect_path": ["bx", "ax"]}),
    case("boundaryEvent: compensation", "13.5.5", "the handler may be a call activity",
         process(line(marks("a") + boundary("ab", "a", UNDO)
                      + node("callActivity", "ax", attributes='calledElement="q1" isForCompensation="true"')
                      + '<association id="as" sourceRef="ab" targetRef="ax"/>' + throw("w", UNDO), "a", "w"))
         + called(marks("q"), "q"), "a q"),
    case("boundaryEvent: compensation", "13.5.5", "an error in a handler is caught like any other",
         caught("error", box("p", marks("a k") + boundary("ab", "a", UNDO) + sub(
             "ax", start("i") + end("x", what("error")) + flows("i>x"), attributes='isForCompensation="true"')
             + '<association id="as" sourceRef="ab" targetRef="ax"/>' + throw("w", UNDO), "a", "w", "k")), "a y"),
    case("subProcess: event, compensation", "13.5.5", "may throw compensation for what completed in it",
         line(box("p", marks("a") + undoes("a", "ax") + event_sub(
             "h", UNDO, marks("hm") + throw("hw", UNDO) + end("ho") + flows("h_s>hm>hw>ho")), "a") + throw("w", UNDO),
             "p", "w"), "a hm ax"),
    case("subProcess: event, compensation", "13.5.5", "is not what a throw inside the running subprocess means",
         line(box("p", marks("a") + undoes("a", "ax") + throw("w", UNDO) + event_sub(
             "h", UNDO, marks("hm") + end("ho") + flows("h_s>hm>ho")), "a", "w"), "p"), "a ax"),
    case("subProcess: event, message", "13.5.5", "may undo what completed around it, which goes on",
         line(marks("a") + undoes("a", "ax") + users("u") + event_sub(
             "h", what("message"), throw("hw", UNDO) + end("ho") + flows("h_s>hw>ho"), False), "a", "u"), "a ax",
         {"message": "tin"}, {"expect_open": ["u"]}, {"complete": "u"}),
    case("transaction: cancel", "13.5.6", "of an inner transaction leaves the outer one alone",
         line(box("t", marks("a y") + undoes("a", "ax") + sub(
             "t2", start("i") + marks("b") + undoes("b", "bx") + end("o", what("cancel")) + flows("i>b>o"),
             "transaction") + boundary("cb", "t2", what("cancel")) + flows("cb>y>t_o"), "a", "t2", kind="transaction"),
             "t"), "a b bx y"),
    case("transaction: cancel", "13.5.6", "undoes instances, and subprocesses inside",
         S + E + sub("t", start("i") + marks("a", many()) + undoes("a", "ax") + box("p", marks("b") + undoes(
             "b", "bx"), "b") + end("o", what("cancel")) + flows("i>a>p>o"), "transaction")
         + boundary("cb", "t", what("cancel")) + marks("y") + flows("s>t>e", "cb>y>e"), "a a a ax ax ax b bx y"),
    case("transaction", "13.5.5", "that completed is undone inside by a later throw",
         line(box("t", marks("a") + undoes("a", "ax"), "a", kind="transaction") + throw("w", UNDO), "t", "w"), "a ax"),
    # repeated activities and what they bring
    case("multiInstanceLoopCharacteristics", "13.3.7", "in one another",
         line(box("p", marks("a", many(cardinality="2")) + many(), "a"), "p"), "a a a a a a"),
    case("multiInstanceLoopCharacteristics", "13.3.7", "each receive task takes one message",
         line(node("receiveTask", "r", many(), 'messageRef="M"') + marks("z"), "r", "z"), "z",
         {"message": "tin"}, {"message": "tin"}, {"message": "tin"}),
    case("multiInstanceLoopCharacteristics", "13.3.7", "outputs of what was ended early are null",
         line(users("u", collection("ds", "x", "kq", "x * 2", more=done_when("numberOfCompletedInstances = 2"))), "u"),
         "", {"complete": "u"}, {"complete": "u"}, {"expect_variables": {"kq": [2, 4, None]}},
         variables={"ds": [1, 2, 3]}),
    case("multiInstanceLoopCharacteristics: behaviour One", "10.3.8", "its event may end the whole activity",
         caught("signal", box("p", users("u") + many(attributes='behavior="One" oneBehaviorEventRef="sd1"'), "u")), "y",
         {"complete": "u"}, roots=ROOTS + SIGNAL),
    case("activity: completionQuantity", "13.3.2", "of a multi-instance activity, once for all instances",
         line(marks("u", many(cardinality="2"), 'completionQuantity="2"') + marks("a"), "u", "a"), "u u a a"),
    case("activity: startQuantity", "13.3.2", "four tokens begin a task of two twice",
         line(marks("u", attributes='completionQuantity="4"') + marks("a", attributes='startQuantity="2"'), "u", "a"),
         "u a a"),
    case("activity: completionQuantity", "13.4.1", "each of its tokens opens a parallel join",
         S + E + marks("u", attributes='completionQuantity="2"') + fork("a>j", "b>j") + marks("a b z")
         + gateway("parallel", "j") + flows("s>u>f", "j>z>e"), "u a a b b z z"),
    # gateways
    case("inclusiveGateway", "13.4.3", "a join waits for a token that a pair of links will bring",
         S + E + fork("a>j", "u>w") + users("u") + throw("w", what("link")) + catch("k", what("link"))
         + gateway("inclusive", "j") + marks("a z") + flows("s>f", "k>j", "j>z>e"), "a z", {"complete": "u"}),
    case("inclusiveGateway", "13.4.3", "a join waits for a branch that goes round in a loop",
         S + E + fork("a>j", "m>u>q") + gateway("exclusive", "m") + users("u") + gateway("exclusive", "q", "q-j")
         + gateway("inclusive", "j") + marks("a z") + flows("s>f", "q>m ? again", "q>j", "j>z>e"), "a z",
         {"complete": "u", "variables": {"again": True}}, {"complete": "u", "variables": {"again": False}}),
    case("complexGateway", "13.4.5", "in a loop it is reset before it starts again",
         S + E + gateway("exclusive", "m") + fork("a>j", "b>j") + users("a b k") + gateway("complex", "j", inside=(
             "<activationCondition>activationCount >= 1</activationCondition>")) + marks("z")
         + gateway("exclusive", "q", "q-e") + flows("s>m>f", "j>z>k>q", "q>m ? again", "q>e"), "z z",
         {"complete": "a"}, {"complete": "b"}, {"complete": "k", "variables": {"again": True}}, {"complete": "b"},
         {"complete": "a"}, {"complete": "k", "variables": {"again": False}}),
    case("eventBasedGateway", "13.4.4", "in each instance of a subprocess it waits for its own event",
         line(sub("p", start("i") + end("o") + gateway("eventBased", "x") + catch("t", what("timer"))
                  + catch("k", what("message")) + marks("a b") + flows("i>x", "x>t>a>o", "x>k>b>o") + many()), "p"),
         "a a b", {"message": "tin"}, {"advance": "PT1H"}),
    case("sequenceFlow", "13.3.1", "an activity is completed before its flows are asked",
         S + E + marks("a b c") + flows("s>a", "a>b ? false", "a>c ? false", "b>e", "c>e"), "a",
         incidents=["no_flow"], ended=False),
    case("scriptTask", "13.3.3", "a function is no value of a variable: the name is one of FEEL's own",
         line(script("a", "{n: log}") + marks("z"), "a", "z"), "", incidents=["expression"], ended=False),
    # starts
    case("startEvent: conditional", "10.5.2", "begins an instance whenever its condition becomes true",
         process(start("s", what("conditional")) + marks("a") + E + flows("s>a>e")), "a a", {"variables": {"c": 1}},
         {"variables": {"c": 1}}, {"variables": {"c": 0}}, {"variables": {"c": 1}}),
    case("startEvent: message", "13.2", "waits beside a plain start, for instances of its own",
         S + start("s2", what("message")) + E + marks("a b") + flows("s>a>e", "s2>b>e"), "a b b", {"message": "tin"},
         {"message": "tin"}),
    case("startEvent: timer", "10.5.2", "several of one process fire in the order of their dates",
         process(start("s", what("timer", text="PT5H")) + start("s2", what("timer", text="PT3H")) + marks("a b") + E
                 + flows("s>a>e", "s2>b>e")), "a b", {"advance": "PT6H"}, {"expect_path": ["b", "a"]}),
    case("startEvent: signal", "10.5.5", "begins one instance of each process, beside what waits in others",
         process(line(users("u") + event_sub("h", what("signal"), marks("hm") + end("ho") + flows("h_s>hm>ho"), False),
                      "u")) + process(start("qs", what("signal")) + marks("q") + end("qe") + flows("qs>q>qe"), "q1")
         + process(start("rs", what("signal")) + marks("r") + end("re") + flows("rs>r>re"), "q2"), "hm hm q q r r",
         {"signal": "còi"}, {"signal": "còi"}, {"complete": "u"}),
    case("intermediateCatchEvent: timer", "10.5.5", "timers born on the way fire in their turn",
         line(users("u") + boundary("b", "u", what("timer", text="PT2H"), False) + catch("k", what("timer"))
              + boundary("b3", "u", what("timer", text="PT4H")) + marks("y z") + flows("b>k>y>e", "b3>z>e"), "u"),
         "y z", {"advance": "PT10H"}, {"expect_path": ["b", "k", "y", "b3", "z"]}),
]  # fmt: skip
