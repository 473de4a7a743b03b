"""Compensation (10.7, 13.5.5) and transactions (13.5.6)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    case,
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


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


CASES = [
    case("intermediateThrowEvent: compensation", "13.5.5", "undoes what completed before it",
         line(marks("a") + undoes("a", "a_x") + throw("w", UNDO) + marks("z"), "a", "w", "z"), "a a_x z"),
    case("intermediateThrowEvent: compensation", "13.5.5", "in reverse order of completion",
         line(marks("a b c") + undoes("a", "ax") + undoes("b", "bx") + undoes("c", "cx") + throw("w", UNDO), "a", "b",
              "c", "w"), "a b c ax bx cx", {"expect_path": ["a", "b", "c", "w", "cx", "bx", "ax"]}),
    case("intermediateThrowEvent: compensation", "13.5.5", "only the activity that it names",
         line(marks("a b") + undoes("a", "ax") + undoes("b", "bx") + throw("w", what("compensate", "a")), "a", "b",
              "w"), "a b ax"),
    case("intermediateThrowEvent: compensation", "13.5.5", "what has not completed is not undone",
         S + E + gateway("parallel", "x") + users("u") + marks("a") + undoes("u", "ux") + throw("w", UNDO)
         + flows("s>x", "x>u>e", "x>a>w>e"), "a", {"complete": "u"}),
    case("endEvent: compensation", "13.5.5", "at the top level",
         S + marks("a") + undoes("a", "ax") + end("e", UNDO) + flows("s>a>e"), "a ax"),
    case("endEvent: compensation", "13.5.5", "in a subprocess it undoes what completed there",
         line(marks("a") + undoes("a", "ax") + sub("p", start("i") + marks("b") + undoes("b", "bx") + end("o", UNDO)
                                                   + flows("i>b>o")), "a", "p"), "a b bx"),
    case("boundaryEvent: compensation", "13.5.5", "of a subprocess runs its handler instead of what is inside",
         line(sub("p", start("i") + marks("b") + end("o") + flows("i>b>o")) + undoes("p", "px") + throw("w", UNDO),
              "p", "w"), "b px"),
    case("boundaryEvent: compensation", "13.5.5", "a completed subprocess without a handler is undone inside",
         line(sub("p", start("i") + marks("b") + undoes("b", "bx") + end("o") + flows("i>b>o")) + throw("w", UNDO),
              "p", "w"), "b bx"),
    case("subProcess: event, compensation", "13.5.5", "runs when its completed subprocess is compensated",
         line(sub("p", start("i") + marks("b") + end("o") + flows("i>b>o")
                  + event_sub("ev", UNDO, marks("y") + end("evo") + flows("ev_s>y>evo"))) + throw("w", UNDO), "p",
              "w"), "b y"),
    case("subProcess: event, compensation", "13.5.5", "does not run where its subprocess is not compensated",
         line(sub("p", start("i") + marks("b") + end("o") + flows("i>b>o")
                  + event_sub("ev", UNDO, marks("y") + end("evo") + flows("ev_s>y>evo"))), "p"), "b"),
    case("boundaryEvent: compensation", "13.5.5", "each instance of a multi-instance activity is undone",
         line(marks("a", many(attributes='isSequential="true"')) + undoes("a", "ax") + throw("w", UNDO), "a", "w"),
         "a a a ax ax ax"),
    case("boundaryEvent: compensation", "13.5.5", "the handler may be a task of a person, and the throw waits for it",
         line(marks("a z") + boundary("ab", "a", UNDO) + users("u", attributes='isForCompensation="true"')
              + '<association id="as" sourceRef="ab" targetRef="u"/>' + throw("w", UNDO), "a", "w", "z"), "a z",
         {"expect_open": ["u"]}, {"complete": "u"}),
    case("boundaryEvent: compensation", "13.5.5", "the handler may be a subprocess",
         line(marks("a") + boundary("ab", "a", UNDO)
              + sub("q", start("i") + marks("k") + end("o") + flows("i>k>o"), attributes='isForCompensation="true"')
              + '<association id="as" sourceRef="ab" targetRef="q"/>' + throw("w", UNDO), "a", "w"), "a k"),
    case("boundaryEvent: compensation", "13.5.5", "a handler sees what the process knows",
         line(script("a", "{n: 1}") + boundary("ab", "a", UNDO)
              + script("ax", "{m: n + 1}", attributes='isForCompensation="true"')
              + '<association id="as" sourceRef="ab" targetRef="ax"/>' + throw("w", UNDO), "a", "w"), "a ax",
         {"expect_variables": {"m": 2}}),
    case("transaction: cancel", "13.5.6", "undoes in reverse order, then goes on at its border",
         S + E + sub("p", start("i") + marks("a b") + undoes("a", "ax") + undoes("b", "bx")
                     + end("o", what("cancel")) + flows("i>a>b>o"), "transaction")
         + boundary("c", "p", what("cancel")) + marks("y") + end("e2") + flows("s>p>e", "c>y>e2"), "a b ax bx y",
         {"expect_path": ["bx", "ax", "c", "y"]}),
    case("transaction: cancel", "13.5.6", "cancels what still runs in it",
         S + E + sub("p", start("i") + gateway("parallel", "x") + users("u") + end("o2") + end("o", what("cancel"))
                     + flows("i>x", "x>u>o2", "x>o"), "transaction")
         + boundary("c", "p", what("cancel")) + marks("y") + end("e2") + flows("s>p>e", "c>y>e2"), "y"),
    case("boundaryEvent: compensation", "13.5.5", "an error handler compensates what completed in its scope",
         line(sub("p", start("i") + marks("a") + undoes("a", "ax") + end("o", what("error")) + flows("i>a>o")
                  + event_sub("ev", what("error"), throw("w", UNDO) + end("evo") + flows("ev_s>w>evo"))), "p"), "a ax"),
    case("boundaryEvent: compensation", "13.5.5", "a called process that completed is undone inside",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + throw("w", UNDO), "k", "w"))
         + process(start("qs") + marks("q") + undoes("q", "qx") + end("qe") + flows("qs>q>qe"), "q1"), "q qx"),
    case("subProcess: event, compensation", "13.5.5", "of a called process that completed runs when that is undone",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + throw("w", UNDO), "k", "w"))
         + process(start("qs") + marks("q") + end("qe") + flows("qs>q>qe")
                   + event_sub("ev", UNDO, marks("y") + end("evo") + flows("ev_s>y>evo")), "q1"), "q y"),
    case("activity: isForCompensation", "10.7", "does not begin by itself",
         line(marks("a") + undoes("a", "ax"), "a"), "a"),
]  # fmt: skip
