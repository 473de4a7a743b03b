"""The database's host is lost for good, and its synchronous replica takes its place: what was acknowledged is there."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from procedures.store.dossier import dossier
from tests.conftest import Replica, Server
from tests.faults.storm import aftermath, people
from tests.journeys import births
from tests.journeys.rest import Client
from tests.journeys.system import System, sample

SYNCHRONOUS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@pytest.fixture
def pair() -> Iterator[tuple[Server, Replica]]:
    """A PostgreSQL that acknowledges a commit when its replica has it as well, and the replica."""
    first = Server(SYNCHRONOUS)
    try:
        first.sql("CREATE DATABASE province")
        second = Replica(first)
        try:
            first.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            first.sql("SELECT pg_reload_conf()")
            deadline = time.monotonic() + 30
            while not _follows(first):
                assert time.monotonic() < deadline, "the replica does not follow"
                time.sleep(0.1)
            yield first, second
        finally:
            second.stop()
    finally:
        first.stop()


def _follows(first: Server) -> bool:
    return bool(first.ask("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'"))


def url(first: Server, second: Server) -> str:
    """As docs/how-to/high-availability.md says: both hosts, and whichever takes writes."""
    return (
        f"postgresql+psycopg://postgres@/province?host={first.folder},{second.folder}&target_session_attrs=read-write"
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_when_the_replica_takes_over(pair: tuple[Server, Replica], tmp_path: Path) -> None:
    first, second = pair
    known = sample(tmp_path / "home", 6, url(first, second))
    with people.Post("127.0.0.1") as post:
        system = System(
            tmp_path / "home",
            known,
            url(first, second),
            servers=2,
            workers=2,
            settings={
                "MOTCUA_SMTP_HOST": "127.0.0.1",
                "MOTCUA_SMTP_PORT": f"{post.port}",
                "MOTCUA_SMTP_TLS": "none",
            },
        )
        database = system.open()
        people.deploy(database)
        with system:
            births.register(Client(system), 0)
            aftermath.drained(database)
            calm = aftermath.said(post, 0)
            with database.begin() as tx:
                before = tx.read(select(func.count()).select_from(dossier)).scalar_one()
            crowd = people.People(system, random.Random(1), 4)
            at_work = crowd.start()
            time.sleep(15)
            finished = len(crowd.codes)
            first.halt()
            time.sleep(2)
            second.promote()
            time.sleep(20)
            crowd.stop.set()
            for thread in at_work:
                thread.join()
            assert not crowd.failures
            assert len(crowd.codes) > finished > 0, "there was work before and after"
            assert aftermath.drained(database)
        assert list(aftermath.faults(system, before, crowd, post, calm)) == []
        database.close()
