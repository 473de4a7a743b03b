"""The ticking process: it looks what is due, claims it root by root, and does it. Any number of them may run."""

from __future__ import annotations

import contextlib
import errno
import logging
import random
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from os import getpid

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from engine import jobs
from engine.actor import SYSTEM
from engine.jobs import Fenced, Job
from engine.refusal import Later, Refusal
from engine.store import Busy, Database, Tx, Unavailable
from engine.store.bell import SOON, Ear

log = logging.getLogger("motcua.worker")
LEASE = timedelta(seconds=20)
#: What a disk says that is full for now: the job waits that many seconds, as often as it takes, and loses no try.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
ROOM_SECONDS = 30.0


class Worker:
    """Does due jobs of a database under a name of its own.

    lease: how long a claim holds without a sign of life. A job outside the database renews it while it runs.
    """

    def __init__(
        self, database: Database, name: str | None = None, *, lease: timedelta = LEASE, batch: int = 50
    ) -> None:
        self.database = database
        self.name = name or f"{socket.gethostname()}:{getpid()}"
        self.lease = lease
        self.batch = batch
        self._stop = threading.Event()
        self._rung = threading.Event()

    def tick(self) -> int:
        """Does what is due now; how many jobs were done or tried. What becomes due on the way waits for the next."""
        with self.database.begin() as tx:
            roots = jobs.due_roots(tx, self.batch)
            dead = not roots and jobs.dead_claims(tx)
        if dead:
            self.database.run(jobs.bury)
        tried = 0
        for root_id in roots:
            if self._stop.is_set():
                break
            tried += self.work(root_id)
        return tried

    def work(self, root_id: str) -> int:
        """Does the due jobs of one root, in the order of their dates: those that need no claim at once, the others
        when it is claimed; how many it did or tried, 0 where another worker has it."""
        done = self._at_once(root_id)
        if done is not None:
            return done
        claimed = self.database.run(lambda tx: jobs.claim(tx, root_id, self.name, self.lease))
        if not claimed:
            return 0
        token = claimed[0].lock_token or ""
        try:
            for job in claimed:
                try:
                    perform(self.database, job, self.lease)
                except Fenced:
                    log.info("job %s of %s is done or lost: nothing written", job.id, root_id)
        finally:
            self.database.run(lambda tx: jobs.release(tx, root_id, token))
        return len(claimed)

    def _at_once(self, root_id: str) -> int | None:
        """Does them without a claim, where the guarded write of the family is claim enough for each and nothing went
        wrong so far; None where the root has to be claimed."""
        with self.database.begin() as tx:
            due = jobs.due(tx, root_id)
        installed = self.database.installation.handlers
        if not due or any(one.attempts or one.kind not in installed or not installed[one.kind].guarded for one in due):
            return None
        for one in due:
            if not _done_at_once(self.database, one):
                return None
        return len(due)

    def run(self, every: float = 0.5, idle: float = 2.0, asleep: float = SOON.total_seconds()) -> None:
        """Ticks until `stop`. With nothing to do the pause between two ticks grows from `every` to `idle` seconds, and
        where it hears the bell (PostgreSQL) to `asleep`, or to when the next job is due."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is skipped is made good by the next
        scheduler = BackgroundScheduler(timezone="UTC")
        pause, away, longest = every, False, idle

        def heard() -> None:
            self._rung.set()
            with contextlib.suppress(JobLookupError):
                scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

        def tick() -> None:
            nonlocal pause, away, longest
            done, longest = 0, idle
            try:
                more = 1
                while more and not self._stop.is_set():  # what is due does not wait for a pause
                    self._rung.clear()
                    done += (found := self.tick())
                    more = found or int(self._rung.is_set())
                if ear.listening and not done:
                    longest = self._until_due(asleep)
                if away:
                    log.warning("the database is back")
                away = False
            except Unavailable as gone:
                if not away:  # one line for the whole time that it is away
                    log.warning("the database is away, trying again until it is back: %s", gone)
                away = True
            except (DBAPIError, Busy):
                log.warning("the database could not be used; trying again", exc_info=True)
            wanted = every if done else max(every, min(longest, pause * 1.5))
            if wanted != pause and not self._stop.is_set():
                pause = wanted
                scheduler.reschedule_job("tick", trigger="interval", seconds=pause)

        scheduler.add_job(
            tick, "interval", seconds=every, id="tick", coalesce=True, max_instances=1, misfire_grace_time=None
        )
        scheduler.add_job(
            self._seal,
            "interval",
            hours=1,
            id="seal",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),  # a worker that is started anew each day seals, too
        )
        ear = Ear(self.database, heard)
        scheduler.start()
        try:
            self._stop.wait()
        finally:
            ear.close()
            scheduler.shutdown(wait=True)

    def _until_due(self, longest: float) -> float:
        """Seconds until something is due, so many at most; what is due already and was not done is looked at often."""
        with self.database.begin() as tx:
            due = jobs.next_due(tx)
            wait = longest if due is None else (due - tx.now).total_seconds()
        return min(longest, wait) if wait > 0 else 2.0

    def _seal(self) -> None:
        with contextlib.suppress(DBAPIError, Busy, Unavailable):  # another worker does it, or the next hour does
            self.database.installation.seal(self.database)

    def stop(self) -> None:
        """Lets the job at hand end, and `run` return."""
        self._stop.set()


def perform(database: Database, job: Job, lease: timedelta = LEASE) -> None:
    """Does one claimed job and ends it. Raises Fenced where it turned out to be another's; nothing is written then."""
    if not job.genuine:
        log.error("job %s (%s) of %s is not of this system: refused", job.id, job.kind, job.root_id)
        database.run(lambda tx: jobs.refuse(tx, job), SYSTEM)
        return
    try:
        how = database.installation.handler(job.kind)
        if how.outside is not None:
            with _beating(database, job, lease):
                answer = how.outside(job, database) if how.opens else how.outside(job)

            def end(tx: Tx) -> None:
                jobs.finish(tx, job)
                if how.done is not None:
                    how.done(tx, job, answer)

            database.run(end, SYSTEM)
        else:

            def do(tx: Tx) -> None:
                jobs.finish(tx, job)
                if how.inside is not None:
                    how.inside(tx, job)

            database.run(do, SYSTEM)
    except (Fenced, Unavailable):
        raise  # of the second, the lock runs out, and the job is taken again: it costs no try
    except Busy:
        database.run(lambda tx: jobs.put_back(tx, job, random.uniform(0.2, 2.0)))
    except Later as later:
        seconds, why_later = later.seconds, str(later)
        database.run(lambda tx: jobs.put_back(tx, job, seconds, why_later))
    except Refusal as refusal:
        message = str(refusal)
        log.warning("job %s (%s) of %s was refused", job.id, job.kind, job.root_id)
        database.run(lambda tx: jobs.fail(tx, job, message), SYSTEM)
    except OSError as error:
        if error.errno not in NO_ROOM:
            _failed(database, job, error)
            return
        why = str(error)
        log.warning("job %s (%s) of %s waits for room on the disk: %s", job.id, job.kind, job.root_id, why)
        database.run(lambda tx: jobs.put_back(tx, job, ROOM_SECONDS, why))
    except Exception as error:
        _failed(database, job, error)


def _done_at_once(database: Database, job: Job) -> bool:
    """Does a job whose family's guard is its claim. Where somebody was faster, or it fails, nothing is written, and
    the usual way says what becomes of it."""

    def do(tx: Tx) -> None:
        inside = database.installation.handler(job.kind).inside
        if not tx.optimistic or inside is None:
            raise Fenced(job.id)  # the guard was lost: what is known of the job is of before
        inside(tx, job)

    try:
        database.run(do, SYSTEM)
    except Unavailable:
        raise
    except Exception:
        return False
    return True


def _failed(database: Database, job: Job, error: Exception) -> None:
    log.warning("job %s (%s) of %s failed", job.id, job.kind, job.root_id, exc_info=error)
    message = f"{type(error).__name__}: {error}"[:2000]
    database.run(lambda tx: jobs.fail(tx, job, message), SYSTEM)


@contextlib.contextmanager
def _beating(database: Database, job: Job, lease: timedelta) -> Iterator[None]:
    """Renews the claim of a job that works outside, so that it is not taken for dead."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(lease.total_seconds() / 3):
            with contextlib.suppress(DBAPIError, Busy, Unavailable):
                database.run(lambda tx: jobs.beat(tx, job.root_id, job.lock_token or "", lease))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def drain(database: Database, name: str = "drain", limit: int = 100_000) -> int:
    """Does all that is due by the database's clock, and what becomes due through it, until nothing is left."""
    worker = Worker(database, name)
    done = 0
    while done < limit:
        step = worker.tick()
        if not step:
            return done
        done += step
    return done
