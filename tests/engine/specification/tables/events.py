"""Events: starts, intermediate, boundary, ends, event subprocesses (10.5, 13.5)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    case,
    catch,
    end,
    event_sub,
    flows,
    gateway,
    marks,
    node,
    process,
    start,
    sub,
    throw,
    users,
    what,
)

SECOND = start("qs", "{}") + marks("q") + end("qe") + flows("qs>q>qe")
#: kind → what makes it happen from outside.
OUTSIDE = {
    "message": {"message": "tin"}, "signal": {"signal": "còi"}, "timer": {"advance": "PT1H"},
    "conditional": {"variables": {"c": 1}},
}  # fmt: skip
HOSTS = {"a task": users("u"), "a subprocess": sub("u", start("ui") + users("v") + end("uo") + flows("ui>v>uo"))}


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


def guarded(host: str, kind: str, interrupts: bool) -> str:
    return (line(host + marks("a"), "u", "a") + boundary("b", "u", what(kind), interrupts) + marks("y") + end("e2")
            + flows("b>y>e2"))  # fmt: skip


def inside(kind: str, thrower: str, interrupts: bool) -> str:
    """A subprocess with a thrower, then script k; an event subprocess inside it; then z."""
    return line(sub("p", start("i") + end("o") + thrower + marks("k") + flows("i>w>k>o")
                    + event_sub("ev", what(kind), marks("y") + end("evo") + flows("ev_s>y>evo"), interrupts))
                + marks("z"), "p", "z")  # fmt: skip


def waiting(kind: str, interrupts: bool, nested: bool) -> str:
    handler = event_sub("ev", what(kind), marks("y") + end("evo") + flows("ev_s>y>evo"), interrupts)
    if not nested:
        return line(users("u") + marks("a"), "u", "a") + handler
    return line(sub("p", start("i") + users("u") + end("o") + flows("i>u>o") + handler) + marks("a"), "p", "a")


CASES = [
    # throwing to another process
    case("intermediateThrowEvent: message", "10.5.5", "starts the process that waits for its name",
         process(line(throw("w", what("message")) + marks("a"), "w", "a"))
         + process(SECOND.format(what("message")), "q1"), "a q"),
    case("endEvent: message", "10.5.3", "starts the process that waits for its name",
         process(S + marks("a") + end("e", what("message")) + flows("s>a>e"))
         + process(SECOND.format(what("message")), "q1"), "a q"),
    case("intermediateCatchEvent: message", "10.5.5", "waits for the message that another process sends",
         process(line(throw("w", what("message")), "w"))
         + process(start("qs") + catch("k", what("message")) + marks("q") + end("qe") + flows("qs>k>q>qe"), "q1"), "q",
         also_start=["q1"]),
    case("startEvent: message", "10.5.2", "a message begins an instance",
         process(S.replace("</startEvent>", what("message") + "</startEvent>") + E + marks("a") + flows("s>a>e")), "a",
         {"message": "tin", "variables": {"n": 1}}, process=None),
    case("startEvent: signal", "10.5.2", "a signal thrown elsewhere begins an instance in each process that waits",
         process(line(throw("w", what("signal")) + marks("a"), "w", "a"))
         + process(SECOND.format(what("signal")), "q1") + process(
             SECOND.format(what("signal")).replace("qs", "rs").replace('"q"', '"r"').replace("qe", "re").replace(
                 "rs-q", "rs-r").replace("q-re", "r-re"), "q2"), "a q r"),
    case("endEvent: signal", "10.5.3", "a signal end throws",
         process(S + marks("a") + end("e", what("signal")) + flows("s>a>e"))
         + process(SECOND.format(what("signal")), "q1"), "a q"),
    case("intermediateCatchEvent: signal", "10.5.5", "every instance that waits takes it",
         process(line(throw("w", what("signal")), "w"))
         + process(start("qs") + catch("k", what("signal")) + marks("q") + end("qe") + flows("qs>k>q>qe"), "q1"), "q q",
         also_start=["q1", "q1"]),
    case("startEvent: timer", "10.5.2", "begins an instance when its date comes",
         process(start("s", what("timer", text="2026-11-23T09:00:00+07:00")) + E + marks("a") + flows("s>a>e")), "a",
         {"advance": "PT2H"}, process=None),
    case("startEvent: timer", "10.5.2", "a cycle begins as many instances as it says",
         process(start("s", what("timer", text="R3/PT1H")) + E + marks("a") + flows("s>a>e")), "a a a",
         {"advance": "P1D"}, process=None),
    case("startEvent: timer", "10.5.2", "a monthly cycle from the 31st counts each date from its start",
         process(start("s", what("timer", text="R3/2026-12-31T09:00:00+07:00/P2M")) + E + users("u") + flows("s>u>e")),
         "", {"advance": "P98D"}, {"expect_open_count": 2}, {"advance": "P59D"}, {"expect_open_count": 2},
         {"advance": "P2D"}, {"expect_open_count": 3}, process=None, ended=False),
    case("startEvent: timer", "10.5.2", "a cycle may begin at a date whose zone has a name, as FEEL prints it",
         process(start("s", what("timer", text="R2/2026-11-24T09:00:00@Asia/Ho_Chi_Minh/P2D")) + E + marks("a")
                 + flows("s>a>e")), "a a", {"advance": "P4D"}, process=None),
    case("startEvent: conditional", "10.5.2", "a process may have a plain start beside it",
         process(S + E + start("s2", what("conditional")) + marks("a b") + flows("s>a>e", "s2>b>e")), "a"),
    case("startEvent", "10.5.2", "of several plain starts one begins the instance: all their paths are its own",
         S + E + marks("a b") + start("s2", what("message")) + flows("s>a>e", "s2>b>e"), "a b", {"message": "tin"}),
    case("intermediateCatchEvent: timer", "10.5.5", "waits a duration",
         line(catch("k", what("timer")) + marks("a"), "k", "a"), "a", {"advance": "PT59M"}, {"expect_ended": False},
         {"advance": "PT1M"}),
    case("intermediateCatchEvent: timer", "10.5.5", "waits for a date",
         line(catch("k", what("timer", text="2026-11-24T08:00:00+07:00")) + marks("a"), "k", "a"), "a",
         {"advance": "PT23H"}, {"expect_ended": False}, {"advance": "PT1H"}),
    case("intermediateCatchEvent: timer", "10.5.5", "a date of the past fires at once",
         line(catch("k", what("timer", text="2020-01-01T00:00:00Z")) + marks("a"), "k", "a"), "a",
         {"advance": "PT0S"}),
    case("intermediateCatchEvent: timer", "10.5.5", "the duration may be FEEL",
         line(catch("k", what("timer").replace(">PT1H", '>= duration("PT" + string(n) + "H")')) + marks("a"), "k",
              "a"), "a", {"advance": "PT2H"}, variables={"n": 2}),
    case("intermediateCatchEvent: conditional", "10.5.5", "goes on at once where its condition holds",
         line(catch("k", what("conditional")) + marks("a"), "k", "a"), "a", variables={"c": 1}),
    case("intermediateCatchEvent: conditional", "10.5.5", "waits for the data to change",
         line(catch("k", what("conditional")) + marks("a"), "k", "a"), "a", {"expect_ended": False},
         {"variables": {"c": 2}}, {"expect_ended": False}, {"variables": {"c": 1}}),
    case("intermediateCatchEvent: link", "10.5.5", "a link goes on at its catch",
         S + E + throw("w", what("link")) + catch("k", what("link")) + marks("a") + flows("s>w", "k>a>e"), "a"),
    case("intermediateThrowEvent: link", "10.5.5", "several throws lead to one catch",
         S + E + gateway("parallel", "x") + throw("w", what("link")) + throw("w2", what("link"))
         + catch("k", what("link")) + marks("a") + flows("s>x", "x>w", "x>w2", "k>a>e"), "a a"),
    case("intermediateThrowEvent", "10.5.5", "a plain throw event throws nothing and goes on",
         line(throw("w") + marks("a"), "w", "a"), "a"),
    case("endEvent: terminate", "13.5.6", "ends all branches of the process",
         S + gateway("parallel", "x") + users("u") + marks("a") + E + end("t", what("terminate"))
         + flows("s>x", "x>u>e", "x>a>t"), "a"),
    case("endEvent: terminate", "13.5.6", "called processes are cancelled too, the caller of a called process is not",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a"), "k", "a"))
         + process(start("qs") + gateway("parallel", "x") + users("u") + end("qe") + end("qt", what("terminate"))
                   + flows("qs>x", "x>u>qe", "x>qt"), "q1"), "a"),
    case("endEvent: error", "10.5.3", "an error that nothing catches ends the instance and is listed",
         S + gateway("parallel", "x") + users("u") + marks("a") + E + end("t", what("error"))
         + flows("s>x", "x>u>e", "x>a>t"), "a", errors=["LỖI"]),
    case("endEvent: escalation", "10.5.3", "an escalation that nothing catches is nothing",
         S + marks("a") + end("e", what("escalation")) + flows("s>a>e"), "a"),
    case("endEvent: escalation", "10.5.3", "ends its branch and is caught at the border, which does not interrupt",
         line(sub("p", start("i") + gateway("parallel", "x") + marks("k") + end("o") + end("w", what("escalation"))
                  + flows("i>x", "x>k>o", "x>w")) + marks("a"), "p", "a")
         + boundary("b", "p", what("escalation"), False) + marks("y") + end("e2") + flows("b>y>e2"), "k y a"),
    # boundary events by what comes from outside
    *[case(f"boundaryEvent: {kind}", "13.5.3",
           f"{'interrupts' if stops else 'adds a branch to'} {where}", guarded(host, kind, stops),
           "y" if stops else "a y", happens, *([] if stops else [{"complete": "*"}]), {"expect_ended": True})
      for kind, happens in OUTSIDE.items() for stops in (True, False) for where, host in HOSTS.items()],
    *[case(f"boundaryEvent: {kind}", "13.5.3", f"{where} that completes first disarms it", guarded(host, kind, True),
           "a", {"complete": "*"}, {"advance": "P1D"}, {"expect_ended": True})
      for kind in ("timer", "conditional") for where, host in HOSTS.items()],
    case("boundaryEvent: timer", "13.5.3", "a cycle that does not interrupt fires each time",
         line(users("u"), "u") + boundary("b", "u", what("timer", text="R3/PT1H"), False) + marks("y") + end("e2")
         + flows("b>y>e2"), "y y y", {"advance": "P1D"}, {"complete": "u"}),
    case("boundaryEvent: message", "13.5.3", "fires each time its message comes, while it does not interrupt",
         guarded(users("u"), "message", False), "y y a", {"message": "tin"}, {"message": "tin"}, {"complete": "u"}),
    case("boundaryEvent", "13.5.3", "two on one activity: the first that fires disarms the other",
         line(users("u"), "u") + boundary("b", "u", what("message")) + boundary("b2", "u", what("message", "M2"))
         + users("y1 y2") + end("e2") + flows("b>y1>e2", "b2>y2>e2"), "", {"message": "tin2"}, {"expect_open": ["y2"]},
         {"complete": "y2"}),
    case("boundaryEvent", "13.5.3", "reminder and deadline: one does not interrupt, one does",
         line(users("u"), "u") + boundary("b", "u", what("timer", text="PT1H"), False)
         + boundary("b2", "u", what("timer", text="PT2H")) + users("y1 y2") + end("e2") + flows("b>y1>e2", "b2>y2>e2"),
         "", {"advance": "PT1H"}, {"expect_open": ["u", "y1"]}, {"advance": "PT1H"}, {"expect_open": ["y1", "y2"]},
         {"complete": "y1"}, {"complete": "y2"}),
    case("boundaryEvent: signal", "13.5.3", "what it interrupts never runs another step",
         line(sub("p", start("i") + throw("w", what("signal")) + marks("k") + end("o") + flows("i>w>k>o"))
              + marks("a"), "p", "a") + boundary("b", "p", what("signal")) + marks("y") + end("e2") + flows("b>y>e2"),
         "y"),
    case("boundaryEvent: signal", "13.5.3", "not interrupting, both go on",
         line(sub("p", start("i") + throw("w", what("signal")) + marks("k") + end("o") + flows("i>w>k>o"))
              + marks("a"), "p", "a") + boundary("b", "p", what("signal"), False) + marks("y") + end("e2")
         + flows("b>y>e2"), "k a y"),
    case("boundaryEvent: message", "13.5.3", "its message may be thrown inside",
         line(sub("p", start("i") + throw("w", what("message")) + marks("k") + end("o") + flows("i>w>k>o"))
              + marks("a"), "p", "a") + boundary("b", "p", what("message")) + marks("y") + end("e2") + flows("b>y>e2"),
         "y"),
    # errors
    *[case("boundaryEvent: error", "10.5.6", f"catches {says}",
           line(sub("p", start("i") + marks("k") + end("o", what("error")) + flows("i>k>o")) + marks("a"), "p", "a")
           + boundary("b", "p", caught) + marks("y") + end("e2") + flows("b>y>e2"), done, errors=errors)
      for says, caught, done, errors in (
          ("the error of its code", what("error"), "k y", []), ("every code without a reference",
           "<errorEventDefinition/>", "k y", []), ("no other code", what("error", "R2"), "k", ["LỖI"]))],
    case("boundaryEvent: error", "10.5.6", "its own code comes before one of every code",
         line(sub("p", start("i") + end("o", what("error")) + flows("i>o")), "p") + boundary("b", "p", what("error"))
         + boundary("b2", "p", "<errorEventDefinition/>") + marks("y1 y2") + end("e2") + flows("b>y1>e2", "b2>y2>e2"),
         "y1"),
    case("boundaryEvent: error", "10.5.6", "an error goes out through the scopes to the nearest catcher",
         line(sub("p", start("i") + end("o") + sub("q", start("i2") + end("o2", what("error")) + flows("i2>o2"))
                  + flows("i>q>o")), "p") + boundary("b", "p", what("error")) + marks("y") + end("e2")
         + flows("b>y>e2"), "y"),
    case("boundaryEvent: error", "10.5.6", "a task that reports an error is left by its boundary event",
         line(users("u"), "u") + boundary("b", "u", what("error")) + marks("y") + end("e2") + flows("b>y>e2"), "y",
         {"fail": "u", "error": "LỖI"}),
    case("boundaryEvent: error", "10.5.6", "a service that reports an error is left by its boundary event",
         line(node("serviceTask", "u"), "u") + boundary("b", "u", what("error")) + marks("y") + end("e2")
         + flows("b>y>e2"), "y", {"fail": "u", "error": "LỖI"}, hold=["u"]),
    # escalations
    *[case("boundaryEvent: escalation", "10.5.6", f"catches {says}",
           line(sub("p", start("i") + throw("w", what("escalation")) + marks("k") + end("o") + flows("i>w>k>o"))
                + marks("a"), "p", "a") + boundary("b", "p", caught, stops) + marks("y") + end("e2")
           + flows("b>y>e2"), done)
      for says, caught, stops, done in (
          ("and interrupts", what("escalation"), True, "y"), ("beside what goes on", what("escalation"), False,
           "k a y"), ("every code without a reference", "<escalationEventDefinition/>", True, "y"),
          ("no other code", what("escalation", "H2"), True, "k a"))],
    case("boundaryEvent: escalation", "10.5.6", "a task of a person escalates",
         line(users("u") + marks("a"), "u", "a") + boundary("b", "u", what("escalation"), False) + marks("y")
         + end("e2") + flows("b>y>e2"), "y a", {"escalate": "u", "code": "QUÁ_HẠN"}, {"complete": "u"}),
    case("boundaryEvent: escalation", "10.5.6", "of a called process reaches the call activity",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a"), "k", "a")
                 + boundary("b", "k", what("escalation"), False) + marks("y") + end("e2") + flows("b>y>e2"))
         + process(start("qs") + throw("w", what("escalation")) + marks("q") + end("qe") + flows("qs>w>q>qe"), "q1"),
         "q a y"),
    # event subprocesses
    *[case(f"subProcess: event, {kind}", "13.5.4",
           f"{'interrupts' if stops else 'runs beside'} its {'subprocess' if nested else 'process'}",
           waiting(kind, stops, nested), ("y a" if nested else "y") if stops else "y a", happens,
           *([] if stops else [{"complete": "u"}]), {"expect_ended": True})
      for kind, happens in OUTSIDE.items() for stops in (True, False) for nested in (True, False)],
    *[case(f"subProcess: event, {kind}", "13.5.4", f"thrown inside, {'interrupts' if stops else 'runs beside'}",
           inside(kind, throw("w", what(kind)), stops), "y z" if stops else "k y z")
      for kind in ("signal", "escalation", "message") for stops in (True, False)],
    case("subProcess: event, error", "13.5.4", "an error thrown inside is handled in its scope, which completes",
         line(sub("p", start("i") + end("o", what("error")) + marks("k") + flows("i>k>o")
                  + event_sub("ev", what("error"), marks("y") + end("evo") + flows("ev_s>y>evo"))) + marks("z"), "p",
              "z"), "k y z"),
    case("subProcess: event, error", "13.5.4", "of the process handles what a subprocess throws",
         line(sub("p", start("i") + end("o", what("error")) + flows("i>o")) + marks("a"), "p", "a")
         + event_sub("ev", what("error"), marks("y") + end("evo") + flows("ev_s>y>evo")), "y"),
    case("subProcess: event, error", "13.5.4", "may throw its error on to the border",
         line(sub("p", start("i") + end("o", what("error")) + flows("i>o")
                  + event_sub("ev", what("error"), marks("y") + end("evo", what("error")) + flows("ev_s>y>evo"))), "p")
         + boundary("b", "p", what("error")) + marks("z") + end("e2") + flows("b>z>e2"), "y z"),
    case("subProcess: event, message", "13.5.4", "not interrupting, runs once for each message",
         waiting("message", False, False), "y y a", {"message": "tin"}, {"message": "tin"}, {"complete": "u"}),
    case("subProcess: event, message", "13.5.4", "the scope waits for it when its own branches are done",
         line(users("u"), "u") + event_sub("ev", what("message"), users("v") + end("evo") + flows("ev_s>v>evo"), False),
         "", {"message": "tin"}, {"complete": "u"}, {"expect_ended": False}, {"complete": "v"}),
    case("subProcess: event, timer", "13.5.4", "is disarmed when its scope ends", waiting("timer", True, True), "a",
         {"complete": "u"}, {"advance": "P1D"}),
    # several definitions
    case("intermediateCatchEvent: multiple", "10.5.5", "any of its events",
         line(catch("k", what("message") + what("signal")) + marks("a"), "k", "a"), "a", {"signal": "còi"}),
    case("intermediateCatchEvent: parallel multiple", "10.5.5", "all of its events",
         line(catch("k", what("message") + what("signal"), 'parallelMultiple="true"') + marks("a"), "k", "a"), "a",
         {"signal": "còi"}, {"expect_ended": False}, {"message": "tin"}),
    case("intermediateThrowEvent: multiple", "10.5.5", "all of its events are thrown",
         process(line(throw("w", what("message") + what("signal")), "w")) + process(SECOND.format(what("message")),
         "q1")
         + process(SECOND.format(what("signal")).replace("qs", "rs").replace('"q"', '"r"').replace("qe", "re").replace(
             "rs-q", "rs-r").replace("q-re", "r-re").replace(">q<", ">r<"), "q2"), None, {"expect_path": ["qs", "rs"]}),
    case("endEvent: multiple", "10.5.3", "all of its events are thrown",
         process(S + end("e", what("message") + what("signal")) + flows("s>e"))
         + process(SECOND.format(what("message")), "q1"), "q"),
    case("startEvent: multiple", "10.5.2", "any of its events begins an instance",
         process(start("s", what("message") + what("signal")) + E + marks("a") + flows("s>a>e")), "a a",
         {"message": "tin"}, {"signal": "còi"}, process=None),
    case("startEvent: parallel multiple", "10.5.2", "all of its events begin one instance",
         process(start("s", what("message") + what("signal"), 'parallelMultiple="true"') + E + marks("a")
                 + flows("s>a>e")), "a", {"message": "tin"}, {"signal": "còi"}, process=None),
    case("boundaryEvent: multiple", "13.5.3", "any of its events",
         line(users("u"), "u") + boundary("b", "u", what("message") + what("timer")) + marks("y") + end("e2")
         + flows("b>y>e2"), "y", {"advance": "PT1H"}),
    *[case("boundaryEvent: parallel multiple", "10.5.5", f"an escalation counts as one of its events, {order}",
           S + E + sub("p", start("i") + users("v") + throw("w", what("escalation")) + users("u") + flows("i>v>w>u"))
           + boundary("b", "p", what("escalation") + what("message"), attributes='parallelMultiple="true"') + marks("y")
           + end("e2") + flows("s>p>e", "b>y>e2"), "y", *steps, {"expect_ended": True})
      for order, steps in (
          ("the first", ({"complete": "v"}, {"expect_open": ["u"]}, {"message": "tin"})),
          ("the last", ({"message": "tin"}, {"expect_open": ["v"]}, {"complete": "v"})),
      )],
    case("boundaryEvent: parallel multiple", "10.5.5", "that does not interrupt wants all its events anew",
         S + E + sub("p", start("i") + users("v") + throw("w", what("escalation")) + users("u") + flows("i>v>w>u"))
         + boundary("b", "p", what("escalation") + what("message"), False, 'parallelMultiple="true"') + marks("y")
         + end("e2") + flows("s>p>e", "b>y>e2"), "y", {"complete": "v"}, {"message": "tin"}, {"message": "tin"},
         {"complete": "u"}),
    case("boundaryEvent: parallel multiple", "13.5.3", "all of its events",
         line(users("u"), "u")
         + boundary("b", "u", what("message") + what("signal"), attributes='parallelMultiple="true"') + marks("y")
         + end("e2") + flows("b>y>e2"), "y", {"signal": "còi"}, {"expect_open": ["u"]}, {"message": "tin"}),
    case("eventDefinitionRef", "10.5.1", "an event may refer to a definition of the file",
         line(catch("k", "<eventDefinitionRef>sd</eventDefinitionRef>") + marks("a"), "k", "a"), "a", {"signal": "còi"},
         roots='<signal id="G" name="còi"/><signalEventDefinition id="sd" signalRef="G"/>'),
    # correlation
    case("message: correlation", "8.4.2", "of two that wait, the one whose key is equal goes on",
         process(start("s", what("message", "M2")) + E + catch("k", what("message")) + marks("a") + flows("s>k>a>e")),
         "a", {"message": "tin2", "variables": {"mã": "A"}}, {"message": "tin2", "variables": {"mã": "B"}},
         {"message": "tin", "correlation": "B"}, {"expect_ended": False}, process=None, ended=False,
         roots='<message id="M" name="tin"><extensionElements><zeebe:subscription correlationKey="= mã"/>'
               '</extensionElements></message><message id="M2" name="tin2"/>'),
]  # fmt: skip
