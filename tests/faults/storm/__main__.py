"""``python -m tests.faults.storm [--seed N] [--seeds N] [--minutes M] [--servers S] [--workers W] [--clients C]``."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from procedures.store.dossier import dossier
from tests.conftest import Server
from tests.faults.storm import aftermath, people, weather
from tests.journeys import births
from tests.journeys.rest import Client
from tests.journeys.system import Host, System, sample


def storm(
    seed: int, seconds: float, servers: int, workers: int, clients: int, say: Callable[[str], None] = print
) -> list[str]:
    """One storm; what is wrong afterwards, a sentence each."""
    chance, began = random.Random(seed), time.monotonic()

    def told(what: str) -> None:
        say(f"{time.monotonic() - began:6.1f}  {what}")

    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="motcua-storm-"))
        far = stack.enter_context(weather.far_host())
        told(f"seed {seed}: {servers} servers, {workers} workers, {clients} clients, {seconds / 60:.1f} minutes")
        if far is None:
            told("no second host: this user may not make a network namespace")
        near = weather.NEAR if far else "127.0.0.1"
        safe = {"fsync": "on", "full_page_writes": "on"}
        server = Server({**safe, "listen_addresses": weather.NEAR} if far else safe, [weather.NETWORK])
        stack.callback(server.stop)
        server.sql("CREATE DATABASE storm")
        url = server.url("storm")
        known = sample(home, 6, url)
        post = stack.enter_context(people.Post(near))
        system = System(
            home,
            known,
            url,
            servers=servers,
            workers=workers,
            hosts=_far_ones(far, servers, workers),
            settings={"MOTCUA_SMTP_HOST": near, "MOTCUA_SMTP_PORT": f"{post.port}", "MOTCUA_SMTP_TLS": "none"},
        )
        database = system.open()
        stack.callback(database.close)
        people.deploy(database)
        with system:
            births.register(Client(system), 0)
            aftermath.drained(database)
            calm = aftermath.said(post, 0)
            with database.begin() as tx:
                before = tx.read(select(func.count()).select_from(dossier)).scalar_one()
            crowd = people.People(system, chance, clients)
            sky = weather.Weather(system, server, post, random.Random(chance.random()), far is not None, told)
            at_work, above = crowd.start(), threading.Thread(target=sky.run)
            above.start()
            end = time.monotonic() + seconds
            while time.monotonic() < end and not crowd.failures and sky.failure is None:
                time.sleep(0.5)
            sky.stop.set()
            above.join()
            told("calm")
            crowd.stop.set()
            for thread in at_work:
                thread.join()
            wrong = [f"a client: {failure!r}" for failure in crowd.failures]
            if sky.failure is not None:
                wrong.append(f"the weather: {sky.failure!r}")
            if not aftermath.drained(database):
                wrong.append(f"not everything was done within {aftermath.CALM:.0f} s of calm")
        wrong += aftermath.faults(system, before, crowd, post, calm)
        told(
            f"{len(crowd.codes)} dossiers, {crowd.calls} calls and {crowd.repeats} repeats, {len(crowd.roots)} timers,"
            f" {post.received} mails; {', '.join(f'{n} × {kind}' for kind, n in sorted(sky.count.items()))}"
        )
        told("nothing is wrong" if not wrong else f"{len(wrong)} faults:")
        for one in wrong:
            say(f"        {one}")
        if wrong:
            say(f"        what the processes said is kept in {home}")
        else:
            shutil.rmtree(home)
        return wrong


def _far_ones(far: Host | None, servers: int, workers: int) -> dict[str, Host]:
    """Every second process runs on the second host, over the network."""
    if far is None:
        return {}
    over = Host(far.address, far.prefix, f"postgresql+psycopg://postgres@{weather.NEAR}/storm")
    names = [f"server-{number}" for number in range(2, servers + 1, 2)]
    return dict.fromkeys([*names, *(f"worker-{number}" for number in range(2, workers + 1, 2))], over)


def main() -> int:
    """The command: exit status 1 where anything is wrong."""
    asked = argparse.ArgumentParser(prog="storm", description=__doc__)
    asked.add_argument("--seed", type=int, help="the first; by chance where it is not given")
    asked.add_argument("--seeds", type=int, default=1, help="so many storms, one after the other")
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--servers", type=int, default=2)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--clients", type=int, default=4)
    said = asked.parse_args()
    first = random.randrange(10**6) if said.seed is None else said.seed
    wrong = {
        seed: storm(seed, said.minutes * 60, said.servers, said.workers, said.clients)
        for seed in range(first, first + said.seeds)
    }
    bad = [f"{seed}" for seed, faults in wrong.items() if faults]
    print(f"{len(wrong) - len(bad)} of {len(wrong)} storms passed" + (f"; not: {', '.join(bad)}" if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
