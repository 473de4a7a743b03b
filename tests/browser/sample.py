"""What the sample province holds, for pages whose address names something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import worklist
from engine.store import Database, Tx
from procedures import accounts, authoring, bundles, clients, officials, tasks
from procedures.actor import Actor
from procedures.mining import foreign
from procedures.store.documents import document
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import letter, result
from tests.browser.steered import CODES, Steered

AGENCY = "H31.11"
Values = list[Mapping[str, str]]


@dataclass(frozen=True)
class Sample:
    """Looks things up in the database of a running installation."""

    database: Database

    def ask(self, question: Callable[[Tx], Any]) -> Any:
        with self.database.begin() as tx:
            return question(tx)

    def dossiers(self, *statuses: int) -> Values:
        """A dossier of the demo's commune for each status that occurs (of those named)."""
        rows = self.ask(
            lambda tx: tx.read(
                select(dossier.c.code, dossier_state.c.status)
                .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
                .where(dossier.c.agency == AGENCY)
                .order_by(dossier.c.code)
            ).all()
        )
        found = {row.status: row.code for row in rows if not statuses or row.status in statuses}
        assert found, f"the sample has no dossier in {statuses or 'any status'}"
        return [{"code": code} for code in found.values()]

    def documents(self, *states: str) -> Values:
        """A document of the demo's commune for each state that occurs (of those named)."""
        found = self._documents(*states)
        assert found, f"the sample has no document in {states or 'any state'}"
        return [{"code": row.code} for row in {(row.register, row.state): row for row in found}.values()]

    def document_files(self) -> Values:
        return [{"code": row.code, "sha256": row.sha256} for row in self._documents()[:1]]

    def _documents(self, *states: str) -> list[Any]:
        asked = select(document).where(document.c.agency == AGENCY).order_by(document.c.code)
        rows = self.ask(lambda tx: tx.read(asked).all())
        return [row for row in rows if not states or row.state in states]

    def tasks(self, role: str) -> Values:
        """An open task of each kind of step that an account of the role has or may take."""

        def look(tx: Tx) -> Any:
            who = {"quan_tri": "quantri"}.get(role, "")
            return worklist.open_tasks(
                tx, who=who, groups=[f"{role}@{AGENCY}"], everything=role == "quan_tri", per_page=200
            ).items

        items = self.ask(look)
        return [{"task": task} for task in {item.element: item.id for item in items}.values()][:4]

    def to_sign(self) -> Values:
        """What waits for the leader's signature."""

        def look(tx: Tx) -> Values:
            person = officials.get(tx, "lanhdao")
            leader = Actor(person.username, person.name, person.title)
            found = (tasks.find(tx, one["task"], leader) for one in self.tasks("lanh_dao"))
            papers = [(task, paper) for task in found for paper in tasks.to_sign(tx, task, leader)]
            return [{"task": task.item.id, "sha256": paper.sha256} for task, paper in papers[:1]]

        return list(self.ask(look))

    def versions(self) -> Values:
        """Two of procedures and two of routes (their drawings are held to rules of their own in `tests/bundles`), and
        those that belong to none."""
        known = self.ask(bundles.versions)
        few = [one for kind in ("procedure", "route") for one in [each for each in known if each.kind == kind][:2]]
        assert len(few) == 4
        return [{"version": one.version} for one in [*few, *self.ask(bundles.loose)]]

    def authored(self) -> Values:
        """A draft of each state: still written, with a save kept beside, and published."""
        return [{"draft": one.id} for one in self.ask(authoring.drafts)]

    @property
    def steered(self) -> Steered:
        return Steered(self.database)

    def running(self, role: str) -> Values:
        """An instance of a dossier of the demo's commune, under way and done; for who keeps the processes also those
        that stand still or wait."""
        rows = self.ask(
            lambda tx: tx.read(
                select(dossier.c.id, dossier_state.c.status)
                .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
                .where(dossier.c.agency == AGENCY, dossier_state.c.status.in_((4, 5, 10)))
            ).all()
        )
        found = list({row.status: row.id for row in rows}.values())
        if role != "lanh_dao":
            found += [self.steered.root(code) for code in CODES[:3]]
        return [{"root": root} for root in found]

    def active(self) -> Values:
        """A dossier of the demo's commune that is under way."""
        row = self.ask(
            lambda tx: tx.read(
                select(dossier.c.id)
                .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
                .where(dossier.c.agency == AGENCY, dossier_state.c.status == 4)
                .order_by(dossier.c.id)
            ).first()
        )
        return [{"root": row.id}]

    def branch(self, code: str, element: str) -> Values:
        return [{"root": self.steered.root(code), "token": self.steered.token(code, element)}]

    def incident(self) -> Values:
        return [{"root": self.steered.root("SC-7"), "incident": self.steered.incident()}]

    def plans(self) -> Values:
        return [{"plan": one.id} for one in self.steered.plans()]

    def drafts(self) -> Values:
        return [{"version": one.source, "target": one.target} for one in self.steered.plans()[:1]]

    def foreign_logs(self) -> Values:
        """The log of another system that lies over a version."""
        version = self.drafts()[0]["version"]
        return [{"version": version, "log": one.id} for one in self.ask(lambda tx: foreign.of(tx, version))]

    def procedures(self) -> Values:
        return [{"code": one.code} for one in self.ask(lambda tx: bundles.published(tx))]

    def letters(self) -> Values:
        """A letter of each kind."""
        rows = self.ask(
            lambda tx: tx.read(select(letter.c.template, letter.c.token).where(letter.c.agency == AGENCY)).all()
        )
        return [{"token": token} for token in dict(map(tuple, rows)).values()]

    def results(self) -> list[Any]:
        """Results with the code of their dossier."""
        return list(
            self.ask(
                lambda tx: tx.read(
                    select(result, dossier.c.code.label("dossier"))
                    .join(dossier, dossier.c.id == result.c.dossier_id)
                    .where(dossier.c.agency == AGENCY)
                ).all()
            )
        )

    def result_files(self) -> Values:
        return [{"code": one.dossier, "sha256": one.sha256} for one in self.results()[:1]]

    def papers(self) -> Values:
        """Tokens to check: a letter and a result."""
        return [*self.letters()[:1], *({"token": one.token} for one in self.results()[:1])]

    def officials(self) -> Values:
        return [{"username": one.username} for one in self.ask(lambda tx: officials.find(tx))[:1]]

    def grants(self) -> Values:
        """A role of the official above."""
        name = self.officials()[0]["username"]
        return [{"username": name, "grant_id": one.id} for one in self.ask(lambda tx: officials.grants(tx, name))[:1]]

    def programs(self) -> Values:
        """A program of another system."""
        return [{"id": one.id} for one in self.ask(lambda tx: clients.listing(tx))[:1]]

    def reset(self) -> Values:
        return [{"token": self.ask(lambda tx: accounts.begin_reset(tx, "chuyenvien2", by="quantri"))}]
