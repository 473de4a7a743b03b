"""Sound models that a hasty check would accuse: what interrupts, what runs beside, what is thrown and caught, what is
joined elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from tests.engine.soundness.unsound import decided
from tests.engine.specification.writing import (
    E,
    S,
    boundary,
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

TWICE = (
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
    "<completionCondition>numberOfCompletedInstances &gt; 1</completionCondition></multiInstanceLoopCharacteristics>"
)


FORK = gateway("parallel", "f") + gateway("parallel", "y")


class Sound(NamedTuple):
    name: str
    body: str


def sound() -> list[Sound]:
    return [
        Sound("a reminder beside a step, with an end of its own", (
            S + E + end("e2") + users("a b") + boundary("t", "a", what("timer"), interrupts=False)
            + flows("s>a>e", "t>b>e2"))),
        Sound("a reminder that repeats, before a parallel join", (
            S + E + end("e2") + FORK + users("a b") + marks("n")
            + boundary("t", "a", what("timer", "", "R3/PT1H"), interrupts=False)
            + flows("s>f>a>y", "f>b>y", "y>e", "t>n>e2"))),
        Sound("a date that gives a branch another way to the same join", (
            S + E + FORK + gateway("exclusive", "m") + users("a b c")
            + boundary("t", "a", what("timer")) + flows("s>f>a>m", "t>c>m", "m>y", "f>b>y", "y>e"))),
        Sound("an event subprocess that ends all", (
            S + E + FORK + users("a b") + flows("s>f>a>y", "f>b>y", "y>e")
            + event_sub("h", what("message"), users("c") + end("h_e") + flows("h_s>c>h_e")))),
        Sound("an event subprocess beside a wait", (
            S + E + users("a") + flows("s>a>e")
            + event_sub("h", what("timer"), users("c") + end("h_e") + flows("h_s>c>h_e"), interrupts=False))),
        Sound("the first of three consultations is enough", (
            S + E + node("userTask", "a", TWICE) + users("b") + flows("s>a>b>e"))),
        Sound("a subprocess for each, which an error leaves", (
            S + E + end("e2")
            + node("subProcess", "p", TWICE + start("i") + end("o") + end("bad", what("error")) + users("c")
                   + gateway("exclusive", "x", "x-o") + flows("i>c>x", "x>o", "x>bad ? hong"))
            + boundary("b", "p", what("error")) + flows("s>p>e", "b>e2"))),
        Sound("a called process whose error is caught", (
            process(S + E + node("callActivity", "g", "", 'calledElement="con"') + users("a")
                    + boundary("b", "g", what("error")) + flows("s>g>e", "b>a>e"))
            + process(start("ks") + end("ke") + end("kr", what("error")) + users("ka")
                      + gateway("exclusive", "kx", "kx-ke")
                      + flows("ks>ka>kx", "kx>ke", "kx>kr ? hong"), "con"))),
        Sound("two pools that speak to each other", (
            process(S + E + throw("t", what("message")) + catch("k", what("message", "M2")) + flows("s>t>k>e"))
            + process(start("ps", what("message")) + users("pa") + end("pe", what("message", "M2"))
                      + flows("ps>pa>pe"), "kia"))),
        Sound("whichever comes first", (
            S + E + gateway("eventBased", "x") + catch("m", what("message")) + catch("t", what("timer")) + users("a")
            + gateway("exclusive", "y") + flows("s>x", "x>m>a>y", "x>t>y", "y>e"))),
        Sound("an inclusive split that an inclusive join waits for", (
            S + E + gateway("inclusive", "x", "x-c") + gateway("inclusive", "y") + users("a b c d")
            + flows("s>x", "x>a ? mot", "x>b ? hai", "x>c", "a>y", "b>y", "c>y", "y>d>e"))),
        Sound("an inclusive join inside a loop", (
            S + E + gateway("exclusive", "m") + gateway("inclusive", "x", "x-a") + gateway("inclusive", "y")
            + users("a b") + decided("d", "lai", "xong") + gateway("exclusive", "z", "z-e")
            + flows("s>m>x", "x>a", "x>b ? them", "a>y", "b>y", "y>d>z", 'z>m ? hanh_dong = "lai"', "z>e"))),
        Sound("an escalation that brings the leader in beside", (
            S + E + end("e2") + sub("p", start("i") + end("o") + users("c") + throw("u", what("escalation"))
                                    + flows("i>u>c>o")) + users("a")
            + boundary("b", "p", what("escalation"), interrupts=False) + flows("s>p>e", "b>a>e2"))),
        Sound("a link out of a branch into its join", (
            S + E + FORK + users("a b") + throw("lt", what("link"))
            + catch("lc", what("link")) + flows("s>f>a>lt", "lc>y", "f>b>y", "y>e"))),
        Sound("compensation of what was done", (
            S + E + users("a") + node("userTask", "u", "", 'isForCompensation="true"')
            + boundary("k", "a", what("compensate"))
            + '<association id="as" sourceRef="k" targetRef="u" associationDirection="One"/>'
            + throw("t", what("compensate")) + flows("s>a>t>e"))),
        Sound("branches that choose alike, by one answer", (
            S + E + FORK + decided("a", "day", "kia") + gateway("exclusive", "x", "x-e2") + end("e2") + users("b c")
            + flows("s>a>x", 'x>f ? hanh_dong = "day"', "x>e2", "f>b>y", "f>c>y", "y>e"))),
        Sound("an end of all while others are at work", (
            S + gateway("parallel", "f") + users("a b") + end("e1") + end("e2", what("terminate"))
            + flows("s>f>a>e1", "f>b>e2"))),
        Sound("a signal that releases a waiting branch", (
            S + E + FORK + users("a") + throw("t", what("signal"))
            + catch("k", what("signal")) + boundary("w", "c", what("timer")) + users("c") + gateway("exclusive", "m")
            + flows("s>f>a>t>y", "f>c>k>m>y", "w>m", "y>e"))),
        Sound("a transaction that is cancelled", (
            S + E + end("e2") + sub("p", start("i") + end("o") + end("h", what("cancel")) + decided("c", "dat", "huy")
                                    + gateway("exclusive", "x", "x-o")
                                    + flows("i>c>x", "x>o", 'x>h ? hanh_dong = "huy"'),
                                    "transaction")
            + boundary("b", "p", what("cancel")) + flows("s>p>e", "b>e2"))),
        Sound("steps beside each other that meet at the end", (
            S + E + gateway("parallel", "f") + gateway("exclusive", "m") + users("a b")
            + flows("s>f>a>m", "f>b>m", "m>e"))),
        Sound("a split of a split, joined in two steps", (
            S + E + FORK + gateway("parallel", "g") + gateway("parallel", "z")
            + users("a b c") + flows("s>f>g", "f>c>z", "g>a>y", "g>b>y", "y>z>e"))),
        Sound("conditional flows out of a step, joined inclusively", (
            S + E + node("userTask", "t", "", 'default="t-c"') + users("a b c") + gateway("inclusive", "y")
            + flows("s>t", "t>a ? mot", "t>b ? hai", "t>c", "a>y", "b>y", "c>y", "y>e"))),
    ]  # fmt: skip
