"""Steering by hand: a branch is ended, a token is moved to another node."""

from __future__ import annotations

from typing import Any

from engine.refusal import Refusal
from engine.run import compensation
from engine.run.machine import STARTED, Machine, Token


def terminate(token: Token) -> None:
    """End a branch: the token and all in it; a scope that is empty then goes on as if its tokens had ended."""
    machine: Machine = token.workflow
    above = token.above
    assert above is not None
    token.cancel()
    if token.progress.undoes:
        compensation.handled(machine, token.progress.undoes)
    if above.task_spec.is_body and above._state == STARTED and not above._children:
        machine.guard(above, above.task_spec.complete, above)


def way(token: Token, element: str) -> tuple[Token, list[Any], Any]:
    """How a token gets to a node: the live scope that they share, the subprocesses to open, the node's spec.
    Refused where the node is not in the token's process."""
    machine: Machine = token.workflow
    spec = token.task_spec.process.task_specs.get(element)
    if spec is None or element not in token.task_spec.process.level_of or spec.is_boundary:
        name = token.task_spec.process.definition.name or token.task_spec.process.definition.id
        raise Refusal(
            f"Quy trình «{name}» không có nút «{element}» để chuyển đến.",
            f"The process '{name}' has no node '{element}' to move to.",
        )
    if token.task_spec.is_process:
        raise Refusal(
            "Không chuyển được cả quy trình, chỉ chuyển một bước đang mở.",
            "A whole process cannot be moved, only an open step.",
        )
    chain: list[Any] = []
    owner = spec.level.owner
    while owner is not None:
        chain.insert(0, owner)
        owner = owner.level.owner
    scopes: dict[Any, Token] = {}
    at = machine.scope(token)
    while True:
        scopes[None if at.task_spec.is_process else at.task_spec] = at
        if at.task_spec.is_process:
            break
        at = machine.scope(at)
    shared = at
    while chain and chain[0] in scopes:
        shared = scopes[chain.pop(0)]
    if any(each.body is not None for each in chain):
        raise Refusal(
            f"Không chuyển được vào trong hoạt động lặp tới «{element}».",
            f"Nothing can be moved into an activity that repeats, to '{element}'.",
        )
    return shared, chain, spec


def move(token: Token, steps: tuple[Token, list[Any], Any]) -> None:
    shared, chain, spec = steps
    machine: Machine = token.workflow
    scope = shared
    for owner in chain:
        inside = machine.token(owner, scope)
        machine.tell(inside, "entered")
        inside._state = STARTED
        owner.open(inside)
        scope = inside
    target = spec.body or spec
    # A plain token, whatever gathers at the node: who moves it wants it to run.
    moved = machine.token(target, scope)
    machine.queue(moved)
    outermost = token
    above = token.above
    while above is not None and above is not shared:
        if len(above._children) > 1 and not above.task_spec.is_body:
            break
        outermost, above = above, above.above
    outermost.cancel()
    if outermost.progress.undoes:  # what undoes something is not waited for any more
        compensation.handled(machine, outermost.progress.undoes)
