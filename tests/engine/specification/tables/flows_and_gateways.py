"""Sequence flows and gateways: what a token may do between activities (10.5.1, 10.6, 13.3.1, 13.4)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    case,
    catch,
    end,
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


def choice(kind: str, join: str, default: str = "", third: str = "") -> str:
    return (S + E + gateway(kind, "x", default) + gateway(join, "j") + marks("a b c z")
            + flows("s>x", "x>a ? n = 1 or n = 12", "x>b ? n = 2 or n = 12", f"x>c{third}", "a>j", "b>j", "c>j",
            "j>z>e"))  # fmt: skip


def chosen(kind: str, join: str, says: str, clause: str, n: int, done: str, default: str = "x-c", third: str = "",
           **more: object):  # type: ignore[no-untyped-def]  # fmt: skip
    return case(f"{kind}Gateway", clause, f"{says} (n = {n})", choice(kind, join, default, third), done,
                variables={"n": n}, **more)  # fmt: skip


CASES = [
    case("sequenceFlow", "13.3.1", "one thing after the other", S + E + marks("a b") + flows("s>a>b>e"), "a b"),
    case("sequenceFlow", "13.3.1", "several flows out of an activity are a parallel split",
         S + E + marks("a b c") + flows("s>a", "a>b>e", "a>c>e"), "a b c"),
    case("sequenceFlow", "13.3.1", "several flows into an activity let every token pass",
         S + E + marks("a b c d") + flows("s>a", "a>b>d", "a>c>d", "d>e"), "a b c d d"),
    case("sequenceFlow", "10.5.1", "a conditional flow of an activity is taken when it is true, beside the others",
         S + E + marks("a b c") + flows("s>a", "a>b ? n = 1", "a>c", "b>e", "c>e"), "a b c", variables={"n": 1}),
    case("sequenceFlow", "10.5.1", "a conditional flow of an activity is not taken when it is false",
         S + E + marks("a b c") + flows("s>a", "a>b ? n = 1", "a>c", "b>e", "c>e"), "a c", variables={"n": 2}),
    case("sequenceFlow: default", "10.5.1", "the default flow of an activity is taken where no condition holds",
         S + E + marks("b c") + node("scriptTask", "a", "<script>1</script>", 'default="a-c"')
         + flows("s>a", "a>b ? n = 1", "a>c", "b>e", "c>e"), "a c", variables={"n": 2}),
    case("sequenceFlow: default", "10.5.1", "the default flow of an activity is not taken where a condition holds",
         S + E + marks("b c") + node("scriptTask", "a", "<script>1</script>", 'default="a-c"')
         + flows("s>a", "a>b ? n = 1", "a>c", "b>e", "c>e"), "a b", variables={"n": 1}),
    case("sequenceFlow", "10.5.1", "conditions out of a subprocess are read like those of a task",
         S + E + sub("p", start("i") + end("o") + flows("i>o"), attributes='default="p-b"') + marks("a b")
         + flows("s>p", "p>a ? n = 1", "p>b", "a>e", "b>e"), "a", variables={"n": 1}),
    case("sequenceFlow", "13.3.1", "an instance ends when no token is left, also without end events",
         S + marks("a b c") + flows("s>a", "a>b", "a>c"), "a b c"),
    case("sequenceFlow", "13.3.1", "several flows out of a start event are a parallel split",
         S + E + marks("a b") + flows("s>a>e", "s>b>e"), "a b"),
    case("sequenceFlow", "10.5.1", "a condition that is null stops its branch and is an incident",
         S + E + gateway("exclusive", "x", "x-b") + marks("a b") + flows("s>x", "x>a ? thiếu > 1", "x>b", "a>e", "b>e"),
         "", ended=False, incidents=["condition"]),
    case("sequenceFlow: default", "10.5.1", "a condition of the default flow is ignored",
         S + E + gateway("exclusive", "x", "x-b") + marks("a b") + flows("s>x", "x>b ? false", "x>a ? n = 1", "a>e",
         "b>e"),
         "b", variables={"n": 2}),
    case("sequenceFlow: default", "10.5.1", "a condition of the default flow is ignored also by an inclusive split",
         S + E + gateway("inclusive", "x", "x-b") + marks("a b") + flows("s>x", "x>b ? true", "x>a ? n = 1", "a>e",
         "b>e"),
         "a", variables={"n": 1}),
    # exclusive
    *[chosen("exclusive", "exclusive", "the first true flow is taken, else the default", "13.4.2", n, done)
      for n, done in ((1, "a z"), (2, "b z"), (12, "a z"), (3, "c z"))],
    case("exclusiveGateway", "13.4.2", "no flow to take is a runtime exception",
         S + E + gateway("exclusive", "x") + marks("a b") + flows("s>x", "x>a ? n = 1", "x>b ? n = 2", "a>e", "b>e"),
         "", variables={"n": 3}, incidents=["no_flow"], ended=False),
    case("exclusiveGateway", "13.4.2", "a merge lets each token pass: the branch after it runs twice",
         S + E + gateway("parallel", "x") + gateway("exclusive", "j") + marks("a b z")
         + flows("s>x", "x>a>j", "x>b>j", "j>z>e"), "a b z z"),
    case("exclusiveGateway: mixed", "13.4.2", "one gateway merges and chooses",
         S + E + gateway("parallel", "p") + gateway("exclusive", "x", "x-d") + marks("a b c d")
         + flows("s>p", "p>a>x", "p>b>x", "x>c ? n = 1", "x>d", "c>e", "d>e"), "a b c c", variables={"n": 1}),
    case("exclusiveGateway", "13.4.2", "an arbitrary cycle goes back until its condition holds",
         S + E + gateway("exclusive", "j") + gateway("exclusive", "x", "x-e") + marks("a")
         + node("scriptTask", "c", '<script>{n: n + 1}</script>')
         + flows("s>j", "j>a>c>x", "x>j ? n < 3", "x>e"), "a a a c c c", variables={"n": 0}),
    # parallel
    case("parallelGateway", "13.4.1", "splits to all and joins all",
         S + E + gateway("parallel", "x") + gateway("parallel", "j") + marks("a b c z")
         + flows("s>x", "x>a>j", "x>b>j", "x>c>j", "j>z>e"), "a b c z"),
    case("parallelGateway", "13.4.1", "waits for the slowest branch",
         S + E + gateway("parallel", "x") + gateway("parallel", "j") + users("a b") + marks("z")
         + flows("s>x", "x>a>j", "x>b>j", "j>z>e"), "z",
         {"expect_open": ["a", "b"]}, {"complete": "b"}, {"expect_open": ["a"]}, {"complete": "a"},
         {"expect_ended": True}),
    case("parallelGateway: mixed", "13.4.1", "one gateway joins and splits",
         S + E + gateway("parallel", "x") + gateway("parallel", "j") + marks("a b c d")
         + flows("s>x", "x>a>j", "x>b>j", "j>c>e", "j>d>e"), "a b c d"),
    case("parallelGateway", "13.4.1", "nested pairs join their own branches",
         S + E + "".join(gateway("parallel", i) for i in ("x", "x2", "j2", "j")) + marks("a b c z")
         + flows("s>x", "x>a>j", "x>x2", "x2>b>j2", "x2>c>j2", "j2>j", "j>z>e"), "a b c z"),
    case("parallelGateway", "13.4.1", "tokens on one flow gather; what the other flow brings joins one of them",
         S + gateway("parallel", "x") + gateway("parallel", "j") + gateway("exclusive", "m") + marks("a b c z")
         + flows("s>x", "x>a>m", "x>b>m", "x>c>j", "m>j", "j>z") + E + flows("z>e"), "a b c z", ended=False),
    # inclusive
    *[chosen("inclusive", "inclusive", "every true flow, joined", "13.4.3", n, done)
      for n, done in ((1, "a z"), (2, "b z"), (12, "a b z"), (3, "c z"))],
    case("inclusiveGateway", "13.4.3", "a split without flow to take is a runtime exception",
         S + E + gateway("inclusive", "x") + marks("a b") + flows("s>x", "x>a ? n = 1", "x>b ? n = 2", "a>e", "b>e"),
         "", variables={"n": 3}, incidents=["no_flow"], ended=False),
    *[case("inclusiveGateway", "13.4.3", f"a join after a parallel split waits for all ({kind} split)",
           S + E + gateway(kind, "x") + gateway("inclusive", "j") + users("a b") + marks("z")
           + flows("s>x", "x>a>j" if kind == "parallel" else "x>a ? true", *(() if kind == "parallel" else ("a>j",)),
                   "x>b>j" if kind == "parallel" else "x>b ? true", *(() if kind == "parallel" else ("b>j",)), "j>z>e"),
           "z", {"complete": "a"}, {"expect_open": ["b"]}, {"complete": "b"}) for kind in ("parallel", "inclusive")],
    case("inclusiveGateway", "13.4.3", "a join does not wait where no token can come any more",
         S + E + gateway("parallel", "p") + gateway("exclusive", "x", "x-e2") + end("e2") + gateway("inclusive", "j")
         + marks("a b z") + flows("s>p", "p>a>j", "p>x", "x>b ? n = 1", "x>e2", "b>j", "j>z>e"), "a z",
         variables={"n": 2}),
    case("inclusiveGateway", "13.4.3", "a synchronizing merge waits for a branch that only later turns away",
         S + E + gateway("parallel", "p") + users("u") + gateway("exclusive", "x", "x-e2") + end("e2")
         + gateway("inclusive", "j") + marks("a z") + flows("s>p", "p>a>j", "p>u>x", "x>j ? n = 1", "x>e2", "j>z>e"),
         "a z", {"expect_open": ["u"]}, {"expect_path": ["a"]}, {"complete": "u"}, variables={"n": 2}),
    case("inclusiveGateway", "13.4.3", "choice and parallel join: the join of what was not chosen waits for ever",
         S + E + gateway("inclusive", "x") + gateway("parallel", "j") + marks("a b z")
         + flows("s>x", "x>a ? n = 1", "x>b ? n = 2", "a>j", "b>j", "j>z>e"), "a", variables={"n": 1}, ended=False),
    case("inclusiveGateway", "13.4.3", "an implicit multi-choice of an activity is joined by an inclusive gateway",
         S + E + marks("k a b z") + gateway("inclusive", "j")
         + flows("s>k", "k>a ? n >= 1", "k>b ? n >= 2", "a>j", "b>j", "j>z>e"), "k a b z", variables={"n": 2}),
    case("inclusiveGateway", "13.4.3", "a join inside a loop fires once for each round",
         S + E + gateway("exclusive", "m") + gateway("inclusive", "x") + gateway("inclusive", "j")
         + gateway("exclusive", "y", "y-e") + marks("a b") + node("scriptTask", "c", "<script>{n: n + 1}</script>")
         + flows("s>m", "m>x", "x>a ? true", "x>b ? n = 0", "a>j", "b>j", "j>c>y", "y>m ? n < 2", "y>e"),
         "a a b c c", variables={"n": 0}),
    # exclusive split, inclusive join; parallel split, exclusive join
    case("exclusiveGateway", "13.4.2", "what it chose is joined by an inclusive gateway",
         choice("exclusive", "inclusive", "x-c"), "b z", variables={"n": 2}),
    # complex
    case("complexGateway", "13.4.5", "a discriminator starts with the first token and swallows the rest",
         S + E + gateway("parallel", "x") + users("a b c") + marks("z")
         + gateway("complex", "j", inside="<activationCondition>activationCount >= 1</activationCondition>")
         + flows("s>x", "x>a>j", "x>b>j", "x>c>j", "j>z ? waitingForStart", "z>e"), "z",
         {"complete": "b"}, {"expect_open": ["a", "c"]}, {"complete": "a"}, {"complete": "c"}),
    case("complexGateway", "13.4.5", "a partial join starts with two of three",
         S + E + gateway("parallel", "x") + users("a b c") + marks("z")
         + gateway("complex", "j", inside="<activationCondition>activationCount >= 2</activationCondition>")
         + flows("s>x", "x>a>j", "x>b>j", "x>c>j", "j>z>e"), "z",
         {"complete": "a"}, {"expect_path": ["a"]}, {"complete": "b"}, {"expect_open": ["c"]}, {"complete": "c"}),
    case("complexGateway", "13.4.5", "as a split it takes every flow whose condition holds",
         S + E + gateway("complex", "x") + gateway("inclusive", "j") + marks("a b z")
         + flows("s>x", "x>a ? n = 1", "x>b ? n >= 1", "a>j", "b>j", "j>z>e"), "a b z", variables={"n": 1}),
    case("complexGateway", "13.4.5", "as a split it takes its default where no condition holds",
         S + E + gateway("complex", "x", "x-b") + marks("a b") + flows("s>x", "x>a ? n = 1", "x>b", "a>e", "b>e"), "b",
         variables={"n": 4}),
    # event-based
    case("eventBasedGateway", "13.4.4", "the first event wins: a timer",
         S + E + gateway("eventBased", "x") + catch("t", what("timer")) + catch("k", what("signal")) + marks("a b")
         + flows("s>x", "x>t>a>e", "x>k>b>e"), "a", {"advance": "PT1H"}, {"expect_ended": True}),
    case("eventBasedGateway", "13.4.4", "the first event wins: a message",
         S + E + gateway("eventBased", "x") + catch("t", what("message")) + catch("k", what("message", "M2"))
         + marks("a b") + flows("s>x", "x>t>a>e", "x>k>b>e"), "b", {"message": "tin2"}, {"expect_ended": True}),
    case("eventBasedGateway", "13.4.4", "the first event wins: a signal thrown by another branch",
         S + E + gateway("parallel", "p") + gateway("eventBased", "x") + catch("t", what("signal"))
         + catch("k", what("signal", "G2")) + throw("w", what("signal", "G2")) + marks("a b c")
         + flows("s>p", "p>x", "p>c>w>e", "x>t>a>e", "x>k>b>e"), "b c"),
    case("eventBasedGateway", "13.4.4", "a condition that holds already wins at once",
         S + E + gateway("eventBased", "x") + catch("t", what("timer")) + catch("k", what("conditional")) + marks("a b")
         + flows("s>x", "x>t>a>e", "x>k>b>e"), "b", variables={"c": 1}),
    case("eventBasedGateway", "13.4.4", "receive tasks wait behind it as events do",
         S + E + gateway("eventBased", "x") + node("receiveTask", "t", attributes='messageRef="M"')
         + node("receiveTask", "k", attributes='messageRef="M2"') + marks("a b")
         + flows("s>x", "x>t>a>e", "x>k>b>e"), "a", {"message": "tin"}),
    case("eventBasedGateway: instantiating", "10.6.6", "any of its events begins an instance of its own",
         process(gateway("eventBased", "x", attributes='instantiate="true"') + catch("t", what("message"))
                 + catch("k", what("message", "M2")) + marks("a b") + E + flows("x>t>a>e", "x>k>b>e")), "a b",
         {"message": "tin"}, {"message": "tin2"}, process=None),
    case("eventBasedGateway: instantiating", "10.6.6", "of the type Parallel, one instance wants all its events",
         process(gateway("eventBased", "x", attributes='instantiate="true" eventGatewayType="Parallel"')
                 + catch("t", what("message")) + catch("k", what("message", "M2")) + marks("a b") + E
                 + flows("x>t>a>e", "x>k>b>e")), "a b",
         {"message": "tin2"}, {"expect_ended": False}, {"message": "tin"}, process=None),
    *(
        case("eventBasedGateway: instantiating", clause,
             f"of the type Parallel, {says}",
             process(gateway("eventBased", "x", attributes='instantiate="true" eventGatewayType="Parallel"')
                     + catch("t", what("message")) + catch("k", what("message", "M2")) + gateway(kind, "j") + marks("a")
                     + E + flows("x>t>j", "x>k>j>a>e")), "a",
             {"message": "tin2"}, {"expect_ended": False}, {"message": "tin"}, process=None)
        for kind, clause, says in (
            ("parallel", "13.4.1", "all its events bring a token to a parallel join"),
            ("inclusive", "13.4.3", "an inclusive join waits for the events that are still owed"),
        )
    ),
    # cancelling patterns
    case("exclusiveGateway", "13.4.2", "critical section and milestone: a signal lets the branch go on",
         S + E + gateway("parallel", "p") + gateway("parallel", "j") + users("u") + catch("k", what("signal"))
         + throw("w", what("signal")) + marks("a") + flows("s>p", "p>k>a>j", "p>u>w>j", "j>e"), "a",
         {"expect_ended": False}, {"complete": "u"}),
    case("parallelGateway", "13.4.1", "a cancelling discriminator: the first branch cancels the others",
         S + E + sub("q", start("i") + gateway("parallel", "p") + users("a b") + end("o", what("signal")) + end("o2")
                     + flows("i>p", "p>a>o", "p>b>o2")) + boundary("bd", "q", what("signal")) + marks("z y")
         + flows("s>q>y>e", "bd>z>e"), "z", {"complete": "a"}, {"expect_ended": True}),
]  # fmt: skip
