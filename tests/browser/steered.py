"""What the workbench steers, beside the demo's dossiers: an instance with an incident, one with a timer, and two
versions with plans between them, one rehearsed and begun, and the log of another system over the first of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine import commands, migration, worklist
from engine.store import Database
from procedures import authoring, bundles
from procedures.actor import Actor
from procedures.mining import foreign
from procedures.mining.logs import Happening
from tests.engine.commands.models import TIMED
from tests.engine.commands.test_steering import STOPS
from tests.journeys.system import ROOT
from tests.web.test_migration import NEW, OLD

CODES = ("SC-7", "HG-1", "CP-1", "CP-2", "CP-3")


def seed(database: Database) -> None:
    """Puts it into the database of an installation."""
    commands.deploy(database, {"dung.bpmn": STOPS}, key="dung", by="phantich")
    commands.start(database, "p", {"diem": "năm", "nguoi": {"ten": "An", "ds": [1, 2]}, "trong": None}, CODES[0])
    commands.deploy(database, {"hen.bpmn": TIMED}, key="hen", by="phantich")
    commands.start(database, "p", {}, CODES[1])
    old = commands.deploy(database, {"hai.bpmn": OLD}, key="hai", by="phantich").id
    roots = [commands.start(database, "p", {}, code) for code in CODES[2:]]
    (item,) = worklist.of_instance(database, roots[2])
    commands.complete(database, item.id)
    new = commands.deploy(database, {"hai.bpmn": NEW}, key="hai", by="phantich").id
    plan = migration.save(database, old, new, note="Đợt một", by="phantich")
    migration.rehearse_some(database, plan.id)
    migration.migrate(database, plan.id, roots[0], "Theo quy định mới", "phantich")
    migration.save(database, old, new, by_hand={"p/b": "b2"}, by="phantich")
    _written(database)
    happened = [
        Happening(str(n), name, datetime(2026, 11, n, 8 + at, tzinfo=UTC))
        for n in range(1, 10)
        for at, name in enumerate(("Việc b", "Việc khác"))
    ]
    foreign.add(database, old, "giay-phep.xes.gz", happened, Actor("phantich"))


def _written(database: Database) -> None:
    """A draft with a save that waits for a choice, and one that waits for approval."""
    one, two = Actor("phantich"), Actor("quantri")
    files = authoring.texts(bundles.load(ROOT / "bpmn" / "procedures" / "trich-luc-ho-tich").files)
    met = authoring.begin(database, "Hai người cùng sửa", files, "", by=one)
    for who in (one, two):
        authoring.save(database, met, 1, {"letters/moi.typ": f"= {who.who}"}, by=who)
    handed = authoring.begin(database, "Chờ duyệt", files, "", by=one)
    authoring.submit(database, handed, by=one)


@dataclass(frozen=True)
class Steered:
    """Finds it again."""

    database: Database

    def root(self, code: str) -> str:
        return commands.find(self.database, business_key=code)[0].root_id

    def token(self, code: str, element: str) -> str:
        with commands.run_of(self.database, self.root(code)) as run:
            return next(one.token for one in run.standing if one.node.id == element)

    def timer(self) -> str:
        with commands.run_of(self.database, self.root("HG-1")) as run:
            return run.timers[0].id

    def incident(self) -> str:
        return commands.incidents(self.database, root_id=self.root("SC-7"))[0].id

    def plans(self) -> list[migration.Plan]:
        return migration.plans(self.database)
