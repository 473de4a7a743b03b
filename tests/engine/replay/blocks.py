"""Blocks: what a random model is made of, before it is drawn. Every block has one way in and one way out."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st


class Block(NamedTuple):
    """A kind (a method of `drawing.Drawing`), a number that picks its variant, and what it is drawn around."""

    kind: str
    variant: int
    inside: tuple[Block, ...] = ()


class Sketch(NamedTuple):
    """All processes of a model: the one that is started, what happens beside it, one that it calls, one that begins
    by a message and one that begins by a signal or a timer."""

    main: Block
    beside: tuple[Block, ...]  # inside event subprocesses of the process
    called: Block
    answering: Block
    extra: Block


LEAVES = [
    "user",
    "user",
    "person",
    "script",
    "failing",
    "rule",
    "service",
    "send",
    "receive",
    "catch",
    "catch",
    "throw",
    "thrown_end",
    "thrown_end",
    "undoable",
    "many",
    "many",
    "loop",
    "call",
    "link",
    "quantity",
    "none",
]
ONE = [
    "sub",
    "sub",
    "again",
    "bounded",
    "bounded",
    "watched",
    "watched",
    "many_subs",
    "loop_sub",
    "transaction",
    "compensated",
    "mapped",
    "called_back",
]
SEVERAL = ["seq", "seq", "xor", "parallel", "inclusive", "complex", "events", "adhoc"]

INNER = ONE + SEVERAL * 2
NODES = LEAVES + INNER
VARIANTS = st.integers(0, 255)


def _block(draw: st.DrawFn, size: int) -> Block:
    """A block of at most that many leaves."""
    kind = draw(st.sampled_from(INNER if size > 3 else NODES if size > 1 else LEAVES))
    variant = draw(VARIANTS)
    if kind in ONE:
        return Block(kind, variant, (_block(draw, size - 1),))
    if kind in SEVERAL:
        number = draw(st.integers(2, 3)) if size > 2 else 2
        return Block(kind, variant, tuple(_block(draw, size // number) for _ in range(number)))
    return Block(kind, variant)


@st.composite
def sketches(draw: st.DrawFn, size: int = 9) -> Sketch:
    """A whole model, its main process of at most so many leaves."""
    main = _block(draw, size)
    beside = tuple(_block(draw, 2) for _ in range(draw(st.integers(0, 2))))
    return Sketch(main, beside, _block(draw, 3), _block(draw, 2), _block(draw, 2))
