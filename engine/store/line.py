"""Statements straight to PostgreSQL, for the path of every step.

On a connection of the pool, but past SQLAlchemy and the driver's cursor, which together cost more than the step itself
(docs/decisions/0002): each statement is prepared once a connection and then named, parameters go as the server's own
text, rows come back binary through the driver's transformer, and what belongs together goes in one round trip.
Errors are those that SQLAlchemy raises, so that nobody has to know which way a statement took.
"""

from __future__ import annotations

import select as waiting
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from engine.store.faults import broken_off, without_details

#: A prepared statement that the server has forgotten meanwhile (its "DISCARD ALL", a pooler's other server).
_FORGOTTEN = b"26000"
_NAME = "line"
_NUL = "PostgreSQL text fields cannot contain NUL (0x00) bytes"
#: Statements that a connection holds ready; the server keeps a plan of some ten kilobytes for each.
PREPARED = 150


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError(_NUL)
    return value.encode()


def _array(values: Sequence[str]) -> bytes:
    together = "".join(values)
    if "\\" in together or '"' in together:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return _text('{"' + '","'.join(values) + '"}') if values else b"{}"


#: How a parameter is written, by its type; each statement casts its places, so that nothing is guessed.
_WRITTEN: dict[type, Callable[[Any], bytes | None]] = {
    type(None): lambda value: None,
    str: _text,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    datetime: lambda value: value.isoformat().encode(),
    bytes: lambda value: value,
    list: _array,
}


def _written(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The parameters, and which of them are binary. The kinds that most are of are written here, without a call."""
    written: list[Any] = []
    binary = [0] * len(values)
    for value in values:
        kind = value.__class__
        if kind is str:
            if "\0" in value:
                raise psycopg.DataError(_NUL)
            written.append(value.encode())
        elif value is None:
            written.append(None)
        elif kind is bytes:
            binary[len(written)] = 1
            written.append(value)
        else:
            written.append((_WRITTEN.get(kind) or _way(value))(value))
    return written, binary


def _way(value: Any) -> Callable[[Any], bytes | None]:
    """For what is one of these by descent (an enumeration)."""
    for kind, written in _WRITTEN.items():
        if isinstance(value, kind):
            return written
    raise TypeError(f"{type(value).__name__} is no parameter of a hot statement")


class Asked:
    """A query made ready once: its text for this way, the order of its parameters, and what its columns become."""

    def __init__(self, query: Select[Any]) -> None:
        dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        compiled = query.compile(dialect=dialect)
        self.query = query
        self.statement = " ".join(compiled.string.split())
        self.names: list[str] = list(compiled.positiontup or ())
        self.fixed = compiled.params  # what stands in the query itself
        self.processors = [
            (number, processor)
            for number, column in enumerate(query.selected_columns)
            if (processor := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def values(self, values: Mapping[str, Any]) -> list[Any]:
        """Its parameters in their order."""
        return [values[name] if name in values else self.fixed[name] for name in self.names]

    def rows(self, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The driver's rows as SQLAlchemy would give them."""
        if not self.processors:
            return found
        made = []
        for row in found:
            values = list(row)
            for number, processor in self.processors:
                if values[number] is not None:
                    values[number] = processor(values[number])
            made.append(tuple(values))
        return made


class Line:
    """One connection's prepared statements. Nobody else uses the connection meanwhile: it is checked out."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.pgconn = connection.pgconn
        self.names: OrderedDict[str, bytes] = OrderedDict()
        self.made = 0
        self.transformer = Transformer(connection)
        self.poll = waiting.poll()
        self.poll.register(self.pgconn.socket, waiting.POLLIN)

    def run(self, statement: str, parameters: Sequence[Any]) -> pq.abc.PGresult:
        """Runs a statement whose places are ``$1, $2, …``. Raises psycopg.Error."""
        result = self.pgconn.exec_prepared(self._named(statement), *_written(parameters), 1)
        if self._forgotten(result):
            result = self.pgconn.exec_prepared(self._named(statement), *_written(parameters), 1)
        return _sound(result)

    def pair(
        self, statement: str, parameters: Sequence[Any], query: str, values: Sequence[Any]
    ) -> tuple[pq.abc.PGresult, pq.abc.PGresult]:
        """A statement and a query after it in one round trip and one transaction, which is committed when this
        returns. Raises psycopg.Error, and then neither has happened."""
        first, second, end = self._pair(statement, parameters, query, values)
        if self._forgotten(first) or self._forgotten(second):
            first, second, end = self._pair(statement, parameters, query, values)
        for result in (first, second, end):
            _sound(result)
        return first, second

    def _pair(
        self, statement: str, parameters: Sequence[Any], query: str, values: Sequence[Any]
    ) -> tuple[pq.abc.PGresult, pq.abc.PGresult, pq.abc.PGresult]:
        # Whatever may be refused on this side is refused before anything is sent.
        sent = [(self._named(statement), *_written(parameters)), (self._named(query), *_written(values))]
        self.pgconn.enter_pipeline_mode()
        try:
            for one in sent:
                self.pgconn.send_query_prepared(*one, 1)
            self.pgconn.pipeline_sync()
            return self._next(), self._next(), self._next()
        finally:
            if self.pgconn.status == pq.ConnStatus.OK:
                self.pgconn.exit_pipeline_mode()

    def loaded(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        """The rows of a result, as the driver converts them."""
        self.transformer.set_pgresult(result)
        return self.transformer.load_rows(0, result.ntuples, tuple)

    def _named(self, statement: str) -> bytes:
        name = self.names.get(statement)
        if name is not None:
            self.names.move_to_end(statement)
            return name
        while len(self.names) >= PREPARED:
            self.command(b"DEALLOCATE " + self.names.popitem(last=False)[1])
        self.made += 1
        name = b"line%d" % self.made
        _sound(self.pgconn.prepare(name, statement.encode()))
        self.names[statement] = name
        return name

    def command(self, text: bytes) -> None:
        """Runs BEGIN, COMMIT and the like: nothing to prepare. Raises psycopg.Error."""
        _sound(self.pgconn.exec_(text))

    def _next(self) -> pq.abc.PGresult:
        """The next result of a pipeline; the lock of the interpreter is free while the server works."""
        pgconn = self.pgconn
        while True:
            while pgconn.is_busy():
                self.poll.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is not None:
                return result

    def _forgotten(self, result: pq.abc.PGresult) -> bool:
        """Whether the server knows our statements no more, and nothing is lost by preparing them again."""
        if result.error_field(pq.DiagnosticField.SQLSTATE) != _FORGOTTEN:
            return False
        self.names.clear()
        return self.pgconn.transaction_status == pq.TransactionStatus.IDLE


_SOUND = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.PIPELINE_SYNC)


def _sound(result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status not in _SOUND:
        raise psycopg.errors.error_from_result(result)
    return result


# -- as the store uses it ---------------------------------------------------------------------------------------------


def run(connection: Connection, statement: str, parameters: Sequence[Any]) -> int:
    """Runs a statement; how many rows it wrote. Raises what SQLAlchemy would."""
    try:
        _told(connection, (statement, parameters))
        return _line(connection).run(statement, parameters).command_tuples or 0
    except psycopg.Error as error:
        raise _raised(connection, error) from error


def ask(connection: Connection, asked: Asked, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query. Raises what SQLAlchemy would."""
    parameters = asked.values(values)
    try:
        _told(connection, (asked.statement, parameters))
        line = _line(connection)
        return asked.rows(line.loaded(line.run(asked.statement, parameters)))
    except psycopg.Error as error:
        raise _raised(connection, error) from error


def run_and_ask(
    connection: Connection, statement: str, parameters: Sequence[Any], asked: Asked, values: Mapping[str, Any]
) -> tuple[int, list[tuple[Any, ...]]]:
    """Both in one round trip; where no transaction is open they are one, and it is committed."""
    query = asked.values(values)
    try:
        _told(connection, (statement, parameters), (asked.statement, query))
        line = _line(connection)
        first, second = line.pair(statement, parameters, asked.statement, query)
        return first.command_tuples or 0, asked.rows(line.loaded(second))
    except psycopg.Error as error:
        raise _raised(connection, error) from error


def say(connection: Connection, words: str) -> None:
    """BEGIN, COMMIT or ROLLBACK. Raises what SQLAlchemy would."""
    try:
        _line(connection).command(words.encode())
    except psycopg.Error as error:
        raise _raised(connection, error) from error


def _line(connection: Connection) -> Line:
    """The line of a checked-out connection: it stays with the driver's connection, for as long as that lives."""
    line: Line | None = connection.info.get(_NAME)
    if line is None:
        line = connection.info[_NAME] = Line(connection.connection.dbapi_connection)  # type: ignore[arg-type]
    return line


def _told(connection: Connection, *said: tuple[str, Sequence[Any]]) -> None:
    """Whoever listens to the pool's statements hears of these as well."""
    listening = connection.engine.dispatch.before_cursor_execute
    if listening:
        for statement, parameters in said:
            listening(connection, None, statement, tuple(parameters), None, False)


def _raised(connection: Connection, error: psycopg.Error) -> BaseException:
    """The driver's error as SQLAlchemy raises it, without what was written; a lost connection is given up."""
    without_details(error)
    gone = broken_off(error) or connection.connection.dbapi_connection.closed  # type: ignore[union-attr]
    raised = DBAPIError.instance(
        None,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )
    if gone:
        connection.invalidate(error)
    return raised
