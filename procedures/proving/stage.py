"""The stage on which a draft is played: the setting of scenarios with an agency, an official for every role, the forms
and letters of the draft. It lies in a database in memory, so that nothing of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.model.definition import Extension
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Database, Tx
from engine.store.tables import content, deployment
from procedures import bundles
from procedures.agencies import Agency
from procedures.letters import drafting, issuing
from procedures.letters.rendering import national, trial
from procedures.scenario_setting import VERSION, BundleSetting
from procedures.search import fold
from procedures.settings import Installation, Settings
from procedures.store.people import official, role_grant
from procedures.store.places import agency, agency_state
from procedures.vocabulary.elements.entry import affirms, is_moment
from procedures.vocabulary.roles import ROLES, WATCHING

_FIRST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A letter or result of the play; `wrong` says why it could not be made."""

    at: datetime
    title: str
    template: str
    source: bytes
    data: Mapping[str, Any]
    wrong: tuple[str, str] | None = None

    def pdf(self) -> bytes:
        """Made within bounds, since nobody has proven its template yet. Raises LetterError."""
        return trial(self.source, self.data, at=self.at)


@dataclass
class Stage(BundleSetting):
    """places: the agencies of the play; the first one has the dossier. settings: those of the house, for the heading of
    letters."""

    bundle: bundles.Bundle
    places: Sequence[Agency]
    settings: Settings | None
    made: list[Made] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.bundle)

    def installation(self) -> Installation:
        made = super().installation()
        made.settings = self.settings
        made.hooks.elements.setdefault("letter", []).append(self._letter)
        made.hooks.elements.setdefault("result", []).append(self._result)
        return made

    def prepare(self, database: Database) -> None:
        super().prepare(database)
        with database.begin() as tx:
            self._files(tx)
            for place in self.places:
                _place(tx, place)
            for role in ROLES.keys() - WATCHING:
                _person(tx, role, self.places[0].code)

    def _files(self, tx: Tx) -> None:
        """The forms and letters of the draft, where those of a deployed version are looked for."""
        listed = {}
        for name, body in self.bundle.files.items():
            if not name.endswith((".bpmn", ".dmn")):
                listed[name] = hashlib.sha256(body).hexdigest()
        bodies = {listed[name]: self.bundle.files[name] for name in listed}
        for hash, body in bodies.items():
            tx.execute(content.insert().values(hash=hash, body=body))
        tx.execute(
            deployment.insert().values(
                id=VERSION, key=VERSION, version=1, hash="", files=listed, deployed_at=tx.now, retired_at=tx.now
            )
        )

    def _intake(self, tx: Tx, root_id: str) -> None:
        before = self.root
        super()._intake(tx, root_id)
        if self.root is not None and before is None:
            self._make(tx, root_id, "mau-01", drafting.receipt_contents(tx, root_id))

    def _letter(self, tx: Tx, root_id: str, occurrence: Occurrence) -> None:
        for said in _named(occurrence, "letter"):
            if root_id == self.root and is_moment(occurrence, said):
                template = said.attributes.get("template", "")
                try:
                    data = drafting.contents(tx, template, root_id, occurrence.variables, occurrence.node)
                except Refusal as refusal:
                    self.made.append(Made(tx.now, template, template, b"", {}, (refusal.vi, refusal.en)))
                else:
                    self._make(tx, root_id, template, data)

    def _result(self, tx: Tx, root_id: str, occurrence: Occurrence) -> None:
        for said in _named(occurrence, "result"):
            code = said.attributes.get("code", "")
            path = next(
                (
                    path
                    for path in (f"letters/{code}.typ", f"letters/{code.replace('_', '-')}.typ")
                    if path in self.bundle.files
                ),
                None,
            )
            if root_id == self.root and path is not None and occurrence.event == "completed" and affirms(occurrence):
                self._make(tx, root_id, path, drafting.contents(tx, path, root_id, occurrence.variables))

    def _make(self, tx: Tx, root_id: str, template: str, data: Mapping[str, Any]) -> None:
        path = (self.bundle.description.get("letters") or {}).get(template, template)
        source = self.bundle.files.get(path)
        try:
            source = national(path) if source is None else source
        except LookupError:
            said = (f"Không có mẫu văn bản {template}.", f"There is no letter template {template}.")
            self.made.append(Made(tx.now, template, template, b"", {}, said))
            return
        title, filled = issuing.drafted(tx, root_id, source, template, data)
        self.made.append(Made(tx.now, title, template, source, filled))


def _named(occurrence: Occurrence, name: str) -> list[Extension]:
    return [one for one in occurrence.extensions if one.name == name]


def _place(tx: Tx, place: Agency) -> None:
    tx.execute(agency.insert().values(code=place.code, kind=place.kind, valid_from=_FIRST))
    tx.execute(
        agency_state.insert().values(
            agency=place.code, since=_FIRST, name=place.name, short_name=place.short_name, level=place.level,
            parent=None, folded=fold(place.name),
        )
    )  # fmt: skip


def _person(tx: Tx, role: str, code: str) -> None:
    """Somebody who has a role at the agency of the play."""
    name = f"choi_thu_{role}"
    title = ROLES[role]["vi"]
    tx.execute(
        official.insert().values(
            username=name, name=f"{title} (chơi thử)", title=title, agency=code, valid_from=_FIRST, folded=fold(title)
        )
    )
    tx.execute(role_grant.insert().values(id=name, official=name, role=role, agency=code, valid_from=_FIRST, at=tx.now))
