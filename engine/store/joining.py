"""How a function of any room joins a transaction: given one, or making its own on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from engine.store.database import Database, Tx

P = ParamSpec("P")
Answer = TypeVar("Answer")


@contextmanager
def joined(where: Database | Tx) -> Iterator[Tx]:
    """The transaction given, or one of its own on the database given."""
    if isinstance(where, Tx):
        yield where
    else:
        with where.begin() as tx:
            yield tx


def command(function: Callable[Concatenate[Tx, P], Answer]) -> Callable[Concatenate[Database | Tx, P], Answer]:
    """A function that changes things. Its first argument is a Database (one transaction of its own, tried again where
    another command was faster) or a Tx (it joins: its changes stand in the transaction when it returns, for whoever
    reads there next, and are committed with the rest)."""

    @wraps(function)
    def do(where: Database | Tx, /, *arguments: P.args, **named: P.kwargs) -> Answer:
        if isinstance(where, Tx):
            answer = function(where, *arguments, **named)
            where.flush()
            return answer
        return where.run(lambda tx: function(tx, *arguments, **named))

    return do


def query(function: Callable[Concatenate[Tx, P], Answer]) -> Callable[Concatenate[Database | Tx, P], Answer]:
    """A function that only reads, in a transaction of its own or in the one given."""

    @wraps(function)
    def do(where: Database | Tx, /, *arguments: P.args, **named: P.kwargs) -> Answer:
        with joined(where) as tx:
            return function(tx, *arguments, **named)

    return do
