"""What makes a function a command: it works in the transaction it is given, or in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from engine.store import Database, Tx

P = ParamSpec("P")
Answer = TypeVar("Answer")


def command(function: Callable[Concatenate[Tx, P], Answer]) -> Callable[Concatenate[Database | Tx, P], Answer]:
    """A command's first argument is a Database (one transaction of its own, tried again where another command was
    faster) or a Tx (it joins: its changes stand in the transaction when it returns, and are committed with the rest).
    """

    @wraps(function)
    def do(where: Database | Tx, /, *arguments: P.args, **named: P.kwargs) -> Answer:
        if isinstance(where, Tx):
            answer = function(where, *arguments, **named)
            where.flush()
            return answer
        return where.run(lambda tx: function(tx, *arguments, **named))

    return do
