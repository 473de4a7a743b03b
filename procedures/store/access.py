"""How a function of this house joins a transaction: given one, or making its own on a database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from engine.store import Database, Tx, joined

P = ParamSpec("P")
Answer = TypeVar("Answer")


def command(function: Callable[Concatenate[Tx, P], Answer]) -> Callable[Concatenate[Database | Tx, P], Answer]:
    """A function that changes things: one transaction of its own, tried again where somebody was faster; or part
    of the one it is given."""

    @wraps(function)
    def run(where: Database | Tx, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        if isinstance(where, Tx):
            return function(where, *args, **kwargs)
        return where.run(lambda tx: function(tx, *args, **kwargs))

    return run


def query(function: Callable[Concatenate[Tx, P], Answer]) -> Callable[Concatenate[Database | Tx, P], Answer]:
    """A function that only reads."""

    @wraps(function)
    def run(where: Database | Tx, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        with joined(where) as tx:
            return function(tx, *args, **kwargs)

    return run


def row(result: Any) -> Any:
    """The first row of a result as a mapping, or None."""
    found = result.mappings().first()
    return dict(found) if found is not None else None
