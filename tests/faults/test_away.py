"""The database is away for a while: everybody is told so and nothing is lost, and afterwards all goes on by itself."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import bindparam, delete, select

from engine import commands, jobs, store
from engine.jobs import Handler, Job
from engine.store import Database, Tx, Unavailable, tables
from engine.store.line import Asked
from engine.worker import Worker
from procedures import accounts, clients
from tests.conftest import Server
from tests.faults.storm import people
from tests.faults.test_workers import ROOT, wait_until
from tests.journeys.system import environment, free_port
from web.app import create_app
from web.bootstrap import installation
from web.config import load

PASSWORD = "mat-khau-cua-bai-thu-7"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL of this module's own, which may be stopped."""
    made = Server()
    made.sql("CREATE DATABASE own")
    database = Database(made.url("own"))
    store.upgrade(database)
    database.close()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def running(server: Server) -> Iterator[Server]:
    """The same, running again whatever a test did."""
    yield server
    with contextlib.suppress(RuntimeError):  # it runs already
        server.start()


@pytest.fixture
def app(running: Server, tmp_path: Path) -> Iterator[Flask]:
    config = load(
        {
            "MOTCUA_HOME": str(tmp_path),
            "MOTCUA_DATABASE": running.url("own"),
            "MOTCUA_SECRET_KEY": "k" * 40,
            "MOTCUA_LOG_LEVEL": "WARNING",
        }
    )
    database = installation(config).open(config.database)
    made = create_app(config, database)
    yield made
    database.close()


def test_pages_and_programs_are_told_to_come_back_and_are_served_when_it_is_back(
    app: Flask, running: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    database = app.extensions["motcua"].database
    accounts.create_admin(database, "quantri", PASSWORD)
    secret = clients.create(database, "cong", "Cổng", scopes=["procedures"], official="quantri", by="thu")
    person, program = app.test_client(), app.test_client()
    token = person.get("/dang-nhap").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    person.post("/dang-nhap", data={"csrf_token": token, "ten_dang_nhap": "quantri", "mat_khau": PASSWORD})
    answer = program.post(
        "/api/v1/oauth/token",
        data={"grant_type": "client_credentials", "client_id": "cong", "client_secret": secret},
    )
    bearer = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    assert person.get("/quan-tri").status_code == person.get("/readyz").status_code == 200
    running.halt()
    capsys.readouterr()

    page = person.get("/quan-tri")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Chưa có gì bị mất" in page.text and "Traceback" not in page.text
    public = app.test_client().get("/thu-tuc")
    assert (public.status_code, public.headers["Retry-After"]) == (503, "5")
    said = program.get("/api/v1/procedures", headers=bearer)
    assert (said.status_code, said.headers["Retry-After"], said.mimetype) == (503, "5", "application/problem+json")
    lines = [line for line in "".join(capsys.readouterr()).splitlines() if line.strip()]
    assert len(lines) == 3 and all('"database away"' in line for line in lines), "one line for each, no stack trace"
    assert person.get("/healthz").status_code == 200
    assert person.get("/readyz").status_code == 503

    running.start()
    assert person.get("/readyz").status_code == 200
    assert person.get("/quan-tri").status_code == 200, "and whoever was signed in still is"
    assert program.get("/api/v1/procedures", headers=bearer).status_code == 200


def test_a_connection_lost_in_a_transaction_says_what_happened(
    running: Server, open_database: Callable[..., Database]
) -> None:
    database = open_database(running.url("own"))
    with pytest.raises(Unavailable) as gone, database.begin() as tx:
        tx.execute(select(tables.instance.c.root_id))
        running.halt()
        tx.execute(select(tables.instance.c.root_id))
    assert gone.value.__cause__ is not None and "rollback" not in str(gone.value).lower()
    with pytest.raises(Unavailable), database.begin() as tx:
        tx.read(select(tables.instance.c.root_id))
    running.start()
    with database.begin() as tx:
        tx.read(select(tables.instance.c.root_id))


ASKED = Asked(select(tables.instance.c.root_id).where(tables.instance.c.root_id == bindparam("root")))


@pytest.mark.parametrize(
    "go_on",
    [
        lambda tx: None,
        lambda tx: tx.execute(select(tables.instance.c.root_id)),
        lambda tx: tx.ask(ASKED, {"root": "r"}),
        lambda tx: tx.execute(tables.content.insert(), [{"hash": f"{n:064}", "body": bytes(10**6)} for n in range(9)]),
    ],
    ids=["commit", "statement", "prepared", "long"],
)
def test_a_line_that_is_reset_by_a_restart_is_lost_whatever_is_said_on_it_next(
    running: Server, open_database: Callable[..., Database], go_on: Callable[[Tx], object]
) -> None:
    database = open_database(running.url("own"))
    with pytest.raises(Unavailable), database.begin() as tx:
        tx.ask(ASKED, {"root": "r"})
        tx.execute(delete(tables.instance).where(tables.instance.c.root_id == "r"))
        running.halt()
        running.start()
        go_on(tx)
    with database.begin() as tx:
        tx.execute(select(tables.instance.c.root_id))


def test_the_loss_costs_a_job_no_try(running: Server, open_database: Callable[..., Database]) -> None:
    database = open_database(running.url("own"))
    done: list[str] = []

    def cut(tx: Tx, job: Job) -> None:
        if not done:
            done.append("cut")
            running.halt()
        tx.execute(select(tables.job.c.id))
        done.append("done")

    database.installation.handlers["cut"] = Handler(inside=cut)
    with database.begin() as tx:
        jobs.add(tx, "r", "cut", dedupe_key="cut")
    worker = Worker(database, "w", lease=timedelta(seconds=0.5))
    with pytest.raises(Unavailable):
        worker.tick()
    running.start()
    with database.begin() as tx:
        row = tx.read(select(tables.job).where(tables.job.c.root_id == "r")).one()
    assert (row.attempts, row.retries_left) == (0, 3)
    wait_until(lambda: bool(worker.tick()))
    assert done == ["cut", "done"]


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_who_starts_while_it_restarts_waits_for_it(running: Server, tmp_path: Path, command: str) -> None:
    running.halt()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "web", command],
        cwd=ROOT,
        env=environment(tmp_path, running.url("own"), MOTCUA_PORT=str(port), MOTCUA_LOG_LEVEL="WARNING"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert "đang chờ" in first and "Traceback" not in first
        if command == "serve":
            wait_until(lambda: answers(port, "/healthz") == 200, 60)
            assert answers(port, "/readyz") == 503
        running.start()
        if command == "serve":
            wait_until(lambda: answers(port, "/readyz") == 200, 60)
        assert process.poll() is None
    finally:
        process.terminate()
        process.communicate(timeout=30)


def answers(port: int, path: str) -> int:
    try:
        return requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
    except requests.RequestException:
        return 0


def test_a_wrong_password_is_told_and_nobody_waits(running: Server, tmp_path: Path) -> None:
    url = running.url("khong_co")
    done = subprocess.run(
        [sys.executable, "-m", "web", "serve"],
        cwd=ROOT,
        env=environment(tmp_path, url),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "Không kết nối được" in done.stderr and "Traceback" not in done.stderr


def test_the_claim_of_a_dead_worker_does_not_stay(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(
            tables.root_claim.insert().values(
                root_id="r", worker="dead", token="t", expires=tx.now - timedelta(seconds=1)
            )
        )
        tx.execute(
            tables.root_claim.insert().values(root_id="s", worker="w", token="u", expires=tx.now + timedelta(hours=1))
        )
    Worker(database, "alive").tick()
    with database.begin() as tx:
        assert tx.read(select(tables.root_claim.c.root_id)).scalars().all() == ["s"], "the living keep theirs"


def test_a_full_disk_is_waited_out_without_losing_a_try(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    full: list[Any] = [True]
    kept: list[str] = []
    now = [database.clock()]
    database.clock = lambda: now[0]

    def keep(tx: Tx, job: Job) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/kho")
        kept.append(job.id)

    database.installation.handlers["letter"] = Handler(inside=keep)
    with database.begin() as tx:
        jobs.add(tx, "r", "letter", dedupe_key="letter")
    worker = Worker(database, "w")
    for _ in range(10):
        worker.tick()
        now[0] += timedelta(minutes=1)
    with database.begin() as tx:
        row = tx.read(select(tables.job)).one()
    assert (row.attempts, row.retries_left) == (0, 3) and os.strerror(errno.ENOSPC) in row.last_error
    assert commands.incidents(database) == []
    full.clear()
    worker.tick()
    assert len(kept) == 1
    assert all(record.exc_info is None for record in caplog.records)


def test_a_server_that_takes_no_writes_is_left_for_the_one_that_does(
    postgresql: Server, postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    """After a fail-over, connections may still lead to the server that follows now."""
    name = postgresql_url.split("/")[3].split("?")[0]
    database = open_database(postgresql_url)
    people.deploy(database)
    postgresql.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    fresh = open_database(postgresql_url)
    with pytest.raises(Unavailable):
        commands.start(fresh, people.TIMED, {"cho": "PT1H"})
    postgresql.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    assert commands.start(fresh, people.TIMED, {"cho": "PT1H"})
