"""A database and its transactions.

Connections stand in autocommit; a transaction says BEGIN itself, and only when the first statement that writes comes.
So a command that needs nothing but its guarded write is one statement and one commit on the wire.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, CursorResult, ExceptionContext, Executable, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from engine.actor import Actor
from engine.store import faults, ids, kept, line, records
from engine.store.bell import SOON, Bell
from engine.store.family import Family, Hot
from engine.store.faults import Busy, Unavailable
from engine.store.line import Asked
from engine.store.tables import ENGINE_TABLES, metadata
from engine.store.write import Afterwards, LostGuard, write

if TYPE_CHECKING:
    from engine.installation import Installation

Answer = TypeVar("Answer")
Local = TypeVar("Local")
BUSY_SECONDS = 20.0
#: Nobody waits for a lock for ever, and a transaction that was forgotten does not hold one for ever.
_SESSION = f"-c lock_timeout={int(BUSY_SECONDS * 1000)} -c idle_in_transaction_session_timeout=120000"
TRIES = 8


class Locals:
    """Has room for what the rooms above know of it: one of each class, gone when it goes."""

    def __init__(self) -> None:
        self._locals: dict[type, Any] = {}

    def local(self, kind: type[Local]) -> Local:
        """The one of that class, made when it is first asked for."""
        found: Local | None = self._locals.get(kind)
        if found is None:
            found = self._locals.setdefault(kind, kind())
        return found


class Database(Locals):
    """A database by its SQLAlchemy URL, with the families that are hot in this process.

    clock: the time of every command, aware; a scenario puts a virtual one here.
    new_id: makes ids; a scenario makes them repeatable.
    actor: who acts in transactions that name nobody. Only a scenario's database has one: it is nobody's.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 16,
        clock: Callable[[], datetime] | None = None,
        new_id: Callable[[], str] = ids.new_id,
        hot_size: int = 2000,
        actor: Actor | None = None,
    ) -> None:
        super().__init__()
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed.render_as_string(hide_password=False)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        # What is written is personal data: an error of the database must not carry it into a log.
        options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "hide_parameters": True}
        self._memory = self.sqlite and parsed.database in (None, "", ":memory:")
        if self._memory:
            options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        elif self.sqlite:
            if parsed.database is not None and not parsed.database.startswith("file:"):
                _owner_only(parsed.database)
            options |= {"pool_size": pool_size, "max_overflow": pool_size, "connect_args": {"timeout": BUSY_SECONDS}}
        else:
            connect: dict[str, Any] = {"prepare_threshold": 1}
            if "options" not in parsed.query:
                connect["options"] = _SESSION
            options |= {
                "pool_size": pool_size,
                "max_overflow": pool_size,
                "pool_use_lifo": True,
                "connect_args": connect,
            }
        self.pool = create_engine(parsed, **options)
        if self.sqlite:
            event.listen(self.pool, "connect", self._prepare_sqlite)
        else:
            event.listen(self.pool, "handle_error", _understood)
            event.listen(self.pool, "checkin", _used)
            event.listen(self.pool, "checkout", self._check_idle)
        self.clock = clock or (lambda: datetime.now(UTC))
        self.new_id = new_id
        self.actor = actor
        self.hot = Hot(hot_size)
        self.bell = Bell()
        self.definitions: dict[str, Any] = {}  # what `engine.commands` caches of deployments
        self.told: dict[str, Any] = {}  # what `engine.audit.told` has read of the log
        self._installation: Installation | None = None
        self.ping_after = 5.0  # seconds without use, after which a connection is asked whether it lives
        self._idle: list[tuple[Connection, float]] = []  # checked out, and at rest since; the last used is taken first
        self._writer = threading.Lock()  # of a SQLite file: waiting here is fairer than its busy loop

    def _prepare_sqlite(self, connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        if not self._memory:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        cursor.close()

    def _check_idle(self, connection: Any, record: Any, _proxy: Any) -> None:
        """A connection that has not been used for a while may be dead: it is asked before a command relies on it."""
        if time.monotonic() - record.info.get("used", time.monotonic()) >= self.ping_after:
            try:
                connection.execute("SELECT 1")
            except Exception as error:
                raise DisconnectionError from error  # the pool takes another

    @property
    def installation(self) -> Installation:
        """What is in force around it. Raises RuntimeError where it was opened by no installation: such a one is good
        for migrations and for looking."""
        if self._installation is None:
            raise RuntimeError("this database was opened without an installation (engine.installation)")
        return self._installation

    @installation.setter
    def installation(self, installation: Installation) -> None:
        self._installation = installation

    def connect(self) -> Connection:
        """A connection of the pool, in autocommit. Raises Unavailable where there is none to be had."""
        while self._idle:
            connection, since = self._idle.pop()
            if time.monotonic() - since < self.ping_after or self._lives(connection):
                return connection
        try:
            return self.pool.connect()
        except (SQLAlchemyError, DisconnectionError) as error:
            gone = faults.unavailable(error, connecting=True)
            if gone is None:
                raise
            raise gone from error

    def give_back(self, connection: Connection) -> None:
        """Takes a connection at rest, on which nothing went wrong: whoever comes next has it as it is, without the
        pool's way in and out."""
        if self.sqlite or len(self._idle) >= self.pool.pool.size():  # type: ignore[attr-defined]
            connection.close()
        else:
            self._idle.append((connection, time.monotonic()))

    def _lives(self, connection: Connection) -> bool:
        """Whether a connection that has not been used for a while is still there; if not, it is given up."""
        try:
            connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            connection.close()
            return False
        return True

    def _give_up_idle(self) -> None:
        """The server was lost on one connection: the others are no better."""
        while self._idle:
            with suppress(SQLAlchemyError):
                self._idle.pop()[0].close()

    def begin(self, actor: Actor | None = None) -> Tx:
        """A transaction, as a context manager: it commits at its end, and rolls back on an exception."""
        return Tx(self, actor=actor)

    @contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """A transaction in which all that is read is of one moment, however long it takes; it writes nothing, and
        nobody waits for it."""
        with Tx(self) as tx:
            if self.sqlite:
                tx.reader.exec_driver_sql("BEGIN")
                tx.reader.exec_driver_sql("SELECT count(*) FROM sqlite_schema")  # the moment is that of the first query
            else:
                tx.reader.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                tx.reader.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
                tx.reader.exec_driver_sql("SELECT 1")
            tx.begun = True
            yield tx

    def run(self, work: Callable[[Tx], Answer], actor: Actor | None = None) -> Answer:
        """Does `work` in a transaction of its own, again from the beginning where somebody else was faster.

        The first try trusts the hot copy and locks nothing; the next ones take the root's lock first.
        Raises Busy when that does not help, and Unavailable where the database is not there.
        """
        for attempt in range(TRIES):
            tx = Tx(self, actor=actor, optimistic=attempt == 0)
            try:
                with tx:
                    return work(tx)
            except LostGuard:
                continue
            except Unavailable as gone:
                if tx.wrote or not gone.reached:  # what was written may have been committed all the same
                    raise
            except DBAPIError as error:
                if faults.waited(error):
                    raise Busy(str(error.orig)) from error
                if not faults.transient(error):
                    raise
            faults.pause(attempt)
        raise Busy("the instance is busy")

    def create(self, *, every_table: bool = False) -> None:
        """Creates the engine's tables (or all that are known) where they are missing: for scratch databases.
        A database that is kept is made by `engine.store.upgrade`."""
        metadata.create_all(self.pool, tables=None if every_table else ENGINE_TABLES)

    def close(self) -> None:
        self.hot.clear()
        self._give_up_idle()
        self.pool.dispose()

    def __repr__(self) -> str:
        return f"Database({make_url(self.url).set(query={})!r})"  # hides the password, wherever it stands


class Tx(Locals):
    """One transaction. Commands join it: what they do is committed or lost together.

    now: its one time. actor: who acts in it, for what is called on the way (hooks); None where nobody has been named
    yet. optimistic: a hot copy is trusted until the guarded write proves it.
    """

    def __init__(self, database: Database, *, actor: Actor | None = None, optimistic: bool = False) -> None:
        super().__init__()
        self.database = database
        self.now = database.clock()
        self.actor = actor or database.actor
        self.optimistic = optimistic
        self.begun = False
        self.wrote = False
        self.families: dict[str, Family] = {}
        self.told: kept.Told = {}  # rows of kept tables written, and not in the log yet
        self._connection: Connection | None = None
        self._has_writer = False
        self._after: list[Callable[[], None]] = []
        self._afterwards: list[Afterwards] = []
        self._changes: list[tuple[str, Any]] = []
        self._soon = False

    # -- what goes with it --------------------------------------------------------------------------------------------

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """Another acts for a while: what the system does by itself in an official's transaction."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    # -- statements ---------------------------------------------------------------------------------------------------

    @property
    def reader(self) -> Connection:
        """The connection, whether or not a transaction is open on it yet."""
        if self._connection is None:
            self._connection = self.database.connect()
        return self._connection

    @property
    def connection(self) -> Connection:
        """The connection with the transaction open on it."""
        connection = self.reader
        if not self.begun:
            if self.database.sqlite:
                self._has_writer = self.database._writer.acquire(timeout=BUSY_SECONDS)
                if not self._has_writer:
                    raise Busy("another transaction of this process holds the database")
            self._say("BEGIN IMMEDIATE" if self.database.sqlite else "BEGIN")
            self.begun = self.wrote = True
        return connection

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Runs a statement inside the transaction; what it writes of kept tables goes to the log (`kept`)."""
        return kept.execute(self, statement, parameters)

    def read(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Runs a query: inside the transaction where it is open, else by itself, without opening it."""
        return self.reader.execute(statement, parameters)

    def ask(self, asked: Asked, values: Mapping[str, Any]) -> Sequence[Any]:
        """Runs a query that is made ready for it, by the shortest way there is (`engine.store.line`)."""
        if self.database.sqlite:
            return self.read(asked.query, values).all()
        return line.ask(self.reader, asked, values)

    def afterwards(self, asked: Asked, values: Mapping[str, Any], take: Callable[[Sequence[Any]], None]) -> None:
        """Asks it when all is written, in the round trip of the write where it is a single one; `take` is given the
        rows once it is committed."""
        self._afterwards.append(Afterwards(asked, values, take))

    def _say(self, words: str) -> None:
        """BEGIN, COMMIT or ROLLBACK."""
        if self.database.sqlite:
            self.reader.exec_driver_sql(words)
        else:
            line.say(self.reader, words)

    # -- the end ------------------------------------------------------------------------------------------------------

    def after_commit(self, function: Callable[[], None]) -> None:
        """Calls it once all this is committed: for caches and wake-ups, never for what must not be lost."""
        self._after.append(function)

    def due(self, at: datetime) -> None:
        """Work is written that is due then: once it is committed the workers are woken, if that is soon."""
        self._soon = self._soon or at - self.now <= SOON

    def changed(self, root_id: str, changes: Any) -> None:
        """Tells the database's observers, after the commit."""
        if self.database.installation.observers:
            self._changes.append((root_id, changes))

    def flush(self) -> None:
        """Writes what is pending of the families, inside the transaction."""
        records.told(self)
        for family in self.families.values():
            if family.dirty:
                write(self.connection, family)
                family.written()

    def __enter__(self) -> Tx:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        sound = False
        try:
            if kind is None:
                self._commit()
            else:
                self._roll_back()
            sound = True
        except BaseException as failure:
            self._roll_back()
            self._tell(failure)
            raise
        finally:
            self._leave(sound)
        if error is not None:
            self._tell(error)
        if kind is None:
            for root_id, changes in self._changes:
                for observer in self.database.installation.observers:
                    observer(root_id, changes)
            for one in self._afterwards:
                one.take(one.rows)
            for function in self._after:
                function()
            if self._soon:
                self.database.bell.ring(self.database)

    def _commit(self) -> None:
        records.told(self)
        dirty = [family for family in self.families.values() if family.dirty]
        asking = self._afterwards
        if len(dirty) == 1 and not self.begun and not self.database.sqlite:
            self.wrote = True
            write(self.reader, dirty[0], asking[0] if asking else None)  # one statement commits itself
            dirty[0].written()
            asking = asking[1:]
        elif dirty:
            self.flush()
        for one in asking:
            one.rows = self.ask(one.asked, one.values)
        if self.begun:
            self._say("COMMIT")
            self.begun = False
        for family in self.families.values():
            if family.run is not None and family.ended_at is None:
                self.database.hot.put(family)
        self.families = {}

    def _roll_back(self) -> None:
        self.families = {}  # whatever they hold was not written: nobody may use them again
        if self.begun and self._connection is not None:
            self.begun = False
            if self._connection.invalidated:  # the server has rolled it back; asking for it would hide the cause
                return
            try:
                self._say("ROLLBACK")
            except SQLAlchemyError:
                self._connection.invalidate()

    @staticmethod
    def _tell(error: BaseException) -> None:
        """Says in our own words that the database is gone, with the driver's error as the cause."""
        gone = faults.unavailable(error)
        if gone is not None:
            raise gone from error

    def _leave(self, sound: bool) -> None:
        if self._connection is not None:
            if sound and not self._connection.invalidated:
                self.database.give_back(self._connection)
            else:
                if self._connection.invalidated:
                    self.database._give_up_idle()
                self._connection.close()
            self._connection = None
        if self._has_writer:
            self._has_writer = False
            self.database._writer.release()


def _owner_only(path: str) -> None:
    """Makes the file of a SQLite database readable by its owner alone; its journal takes the same mode. A folder that
    is not there, or a file of somebody else, is told when it is opened."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        os.chmod(path, 0o600)


def _understood(context: ExceptionContext) -> None:
    """An error of a statement that SQLAlchemy ran: without the rows that it quotes, a lost line as such."""
    if faults.broken_off(context.original_exception):
        context.is_disconnect = True
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            faults.without_details(error)


def _used(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()
