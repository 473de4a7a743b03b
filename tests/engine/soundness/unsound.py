"""Models that are not sound, of each kind, each as small as it can be."""

from __future__ import annotations

from typing import NamedTuple

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    catch,
    end,
    extensions,
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


def decided(id: str, *outcomes: str) -> str:
    """A user task with outcomes; the chosen one becomes `hanh_dong`."""
    inside = "".join(f'<mc:outcome id="{each}" label="{each}" labelEn="{each}"/>' for each in outcomes)
    return node("userTask", id, extensions(inside))


class Unsound(NamedTuple):
    """What it shows, the kind that is found, the node it is found at, the model, and how the replay shows it."""

    name: str
    kind: str
    at: str
    body: str


def unsound() -> list[Unsound]:
    return [
        # a branch is missing
        Unsound("two branches that each choose a join of their own", "deadlock", "y", (
            S + E + gateway("parallel", "f") + gateway("parallel", "y") + gateway("parallel", "z")
            + gateway("exclusive", "m") + decided("a", "day", "kia") + gateway("exclusive", "x", "x-z")
            + decided("b", "day", "kia") + gateway("exclusive", "w", "w-z")
            + flows("s>f>a>x", 'x>y ? hanh_dong = "day"', "x>z", "f>b>w", 'w>y ? hanh_dong = "day"', "w>z",
                    "y>m", "z>m>e"))),
        Unsound("an inclusive split before a parallel join", "deadlock", "y", (
            S + E + gateway("inclusive", "x") + gateway("parallel", "y") + users("a b")
            + flows("s>x", "x>a ? lon", "x>b ? nho", "a>y", "b>y", "y>e"))),
        Unsound("a choice of flows that leave a step, before a parallel join", "deadlock", "y", (
            S + E + users("t a b c") + gateway("parallel", "y")
            + flows("s>t", "t>a", "t>b ? gap", "a>y", "b>y", "y>c>e"))),
        Unsound("an outcome that leaves the join without its branch", "improper-end", "y", (
            S + E + end("e2") + gateway("parallel", "f") + gateway("parallel", "y") + decided("a", "dat", "tra_lai")
            + gateway("exclusive", "x", "x-e2") + users("b")
            + flows("s>f>a>x", 'x>y ? hanh_dong = "dat"', "x>e2", "f>b>y", "y>e"))),
        Unsound("a date that takes a branch away from its join", "improper-end", "y", (
            S + E + end("e2") + gateway("parallel", "f") + gateway("parallel", "y") + users("a b")
            + boundary("d", "a", what("timer", "", "PT1H")) + flows("s>f>a>y", "f>b>y", "y>e", "d>e2"))),
        Unsound("a loop that passes a parallel join again", "improper-end", "y", (
            S + E + gateway("parallel", "f") + gateway("parallel", "y") + decided("a", "lai", "xong") + users("b")
            + gateway("exclusive", "m") + gateway("exclusive", "x", "x-e")
            + flows("s>f>m>a>x", "f>b>y", 'x>y ? hanh_dong = "lai"', "x>e", "y>m"))),
        Unsound("a standstill in a subprocess, after a date in it", "improper-end", "iy", (
            S + E + sub("p", start("i") + end("o") + end("o2") + gateway("parallel", "if") + gateway("parallel", "iy")
                        + users("a b") + boundary("d", "a", what("timer")) + flows("i>if>a>iy", "if>b>iy>o", "d>o2"))
            + flows("s>p>e"))),
        Unsound("a called process stands still", "improper-end", "ky", (
            process(S + E + node("callActivity", "g", "", 'calledElement="con"') + flows("s>g>e"))
            + process(start("ks") + end("ke") + end("ko") + users("ka kb") + boundary("kd", "ka", what("signal"))
                      + gateway("parallel", "kf") + gateway("parallel", "ky")
                      + flows("ks>kf>ka>ky", "kf>kb>ky>ke", "kd>ko"), "con"))),
        Unsound("an error's way does not come to the join", "improper-end", "y", (
            S + E + end("e2") + gateway("parallel", "f") + gateway("parallel", "y") + users("a b")
            + boundary("d", "a", what("error")) + flows("s>f>a>y", "f>b>y", "y>e", "d>e2"))),
        # no way is open
        Unsound("an outcome that no flow takes", "no-flow", "x", (
            S + E + decided("a", "dat", "khong_dat", "bo_sung") + gateway("exclusive", "x") + users("b")
            + flows("s>a>x", 'x>e ? hanh_dong = "dat"', 'x>b ? hanh_dong = "bo_sung"', "b>a"))),
        # two tokens where one is meant
        Unsound("parallel branches meet in an exclusive gateway", "no-sync", "c", (
            S + E + gateway("parallel", "f") + gateway("exclusive", "m") + users("a b c")
            + flows("s>f>a>m", "f>b>m", "m>c>e"))),
        Unsound("parallel branches meet in a step", "no-sync", "c", (
            S + E + gateway("parallel", "f") + users("a b c") + flows("s>f>a>c", "f>b>c>e"))),
        Unsound("an inclusive split and an exclusive join", "no-sync", "c", (
            S + E + gateway("inclusive", "x", "x-b") + gateway("exclusive", "m") + users("a b c")
            + flows("s>x", "x>a ? mot", "x>b", "x>b2 ? hai", "a>m", "b>m", "b2>m", "m>c>e") + users("b2"))),
        Unsound("a subprocess that runs twice at once", "no-sync", "p", (
            S + E + gateway("parallel", "f") + gateway("exclusive", "m") + users("a b")
            + sub("p", start("i") + end("o") + users("c") + flows("i>c>o")) + flows("s>f>a>m", "f>b>m", "m>p>e"))),
        # steps that nobody comes to
        Unsound("a condition on an outcome that the task does not have", "dead", "c", (
            S + E + decided("a", "dat", "tra_lai") + gateway("exclusive", "x", "x-e") + users("c")
            + flows("s>a>x", 'x>c ? hanh_dong = "chuyen"', "x>e", "c>e"))),
        Unsound("a condition that is never true", "dead", "c", (
            S + E + users("a c") + gateway("exclusive", "x", "x-e")
            + flows("s>a>x", "x>c ? 1 > 2", "x>e", "c>e"))),
        Unsound("an error that nothing inside throws", "dead", "c", (
            S + E + sub("p", start("i") + end("o", what("error")) + marks("k") + flows("i>k>o")) + users("c d")
            + boundary("b1", "p", what("error", "R2")) + boundary("b2", "p", what("error"))
            + flows("s>p>e", "b1>c>e", "b2>d>e"))),
        # no way to the end
        Unsound("a return that always returns", "livelock", "a", (
            S + E + decided("a", "lai") + users("b") + gateway("exclusive", "x", "x-b") + gateway("exclusive", "m")
            + flows("s>m>a>x", 'x>e ? hanh_dong = "xong"', "x>b>m"))),
        Unsound("waiting for the next date for ever", "livelock", "a", (
            S + E + users("a") + gateway("exclusive", "m") + catch("t", what("timer", "", "PT1H"))
            + gateway("exclusive", "x", "x-t") + flows("s>m>a>x", "x>e ? false", "x>t>m"))),
        # tokens without end
        Unsound("a loop that splits and sends a branch back", "unbounded", "b", (
            S + E + gateway("exclusive", "m") + users("a") + gateway("parallel", "f") + users("b")
            + flows("s>m>a>f", "f>m", "f>b>e"))),
        Unsound("every return brings a step beside it", "unbounded", "c", (
            S + E + gateway("exclusive", "m") + decided("a", "lai", "xong") + gateway("exclusive", "x", "x-e")
            + gateway("parallel", "f") + users("c")
            + flows("s>m>a>x", 'x>f ? hanh_dong = "lai"', "x>e", "f>m", "f>c>e"))),
        Unsound("a link that goes back beside what goes on", "unbounded", "b", (
            S + E + gateway("exclusive", "m") + users("a b") + gateway("parallel", "f")
            + throw("lt", what("link")) + catch("lc", what("link")) + flows("s>m>a>f", "f>lt", "f>b>e", "lc>m"))),
        Unsound("a loop in a subprocess that doubles itself", "unbounded", "b", (
            S + E + sub("p", start("i") + end("o") + gateway("exclusive", "m") + users("a b") + gateway("parallel", "f")
                        + flows("i>m>a>f", "f>m", "f>b>o")) + flows("s>p>e"))),
    ]  # fmt: skip
