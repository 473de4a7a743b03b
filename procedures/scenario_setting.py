"""What a bundle's scenarios need of this house: a dossier behind the process, so that `expect_status` and `expect_due`
ask the real projections, moved by the real hooks. Papers are taken as given; nobody writes letters in a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.calendar import VIETNAM
from engine.run.changes import Occurrence, OpenTask
from engine.store import Database, Tx
from engine.store.tables import instance
from procedures import agencies, bundles, deadlines, working_time
from procedures.dossiers import log
from procedures.installation import rehearsal
from procedures.settings import Installation
from procedures.store.dossier import component, dossier, dossier_state, procedure_version

VERSION = "scenario"


class BundleSetting:
    """The setting of one bundle (`engine.scenario.Setting`)."""

    every_table = True

    def __init__(self, bundle: bundles.Bundle) -> None:
        self.bundle = bundle
        self.process = str(bundle.description["process"])
        self.dossiers = bundle.description["kind"] == "procedure"
        self.ho_so: dict[str, Any] = {}
        self.form: dict[str, Any] = {}
        self.root: str | None = None

    def installation(self) -> Installation:
        made = rehearsal()
        hooks = made.hooks
        for name, functions in hooks.elements.items():
            hooks.elements[name] = [self._after_intake(function) for function in functions]
        hooks.groups = [self._groups(function) for function in hooks.groups]
        hooks.tasks = [self._task(function) for function in hooks.tasks]
        return made

    def prepare(self, database: Database) -> None:
        data = self.bundle.description
        with database.begin() as tx:
            tx.execute(
                procedure_version.insert().values(
                    id=VERSION,
                    code=self.bundle.code,
                    version=1,
                    kind=data["kind"],
                    settings=data,
                    effective_from=tx.now.astimezone(VIETNAM).date(),
                    deployed_at=tx.now,
                    deployed_by=None,
                    retired_on=None,
                )
            )

    def _after_intake(self, function: Any) -> Any:
        def occurred(tx: Tx, root_id: str, occurrence: Occurrence) -> Mapping[str, Any] | None:
            self._intake(tx, root_id)
            return function(tx, root_id, occurrence)  # type: ignore[no-any-return]

        return occurred

    def _groups(self, function: Any) -> Any:
        def resolve(tx: Tx, root_id: str, groups: tuple[str, ...]) -> tuple[str, ...]:
            self._intake(tx, root_id)
            return function(tx, root_id, groups)  # type: ignore[no-any-return]

        return resolve

    def _task(self, function: Any) -> Any:
        def opened(tx: Tx, root_id: str, task: OpenTask) -> OpenTask | None:
            self._intake(tx, root_id)
            return function(tx, root_id, task)  # type: ignore[no-any-return]

        return opened

    def variables(self, database: Database, process: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Those of the scenario, with what every dossier has."""
        if not self.dossiers or process != self.process:
            return variables
        self.ho_so = {
            "ma": "HS-0001",
            "thu_tuc": self.bundle.code,
            "truong_hop": None,
            "kenh": "truc_tiep",
            "co_quan": "",
            "nguoi_nop": {"ho_ten": "Người nộp hồ sơ"},
            **(variables.get("ho_so") or {}),
        }
        count = self.bundle.description.get("working_days")
        if count:
            with database.begin() as tx:
                days = working_time.working_days(tx, str(self.ho_so["co_quan"]), agencies.today(tx), count)
            self.ho_so["ngay_lam_viec"] = [day.isoformat() for day in days]
        self.form = dict(variables.get("to_khai") or {})
        return {"to_khai": self.form, **variables, "ho_so": self.ho_so}

    def started(self, database: Database, root_id: str) -> None:
        """A process that has met no `mc:` element yet has its dossier all the same."""
        with database.begin() as tx:
            self._intake(tx, root_id)

    def _intake(self, tx: Tx, root_id: str) -> None:
        """The dossier comes to be when its process first asks for it: received now, with all its papers."""
        if not self.dossiers or self.root is not None or not self._is_process(tx, root_id):
            return
        self.root = root_id
        log.forget(tx, root_id)
        data, said, person = self.bundle.description, self.ho_so, self.ho_so.get("nguoi_nop") or {}
        tx.execute(
            dossier.insert().values(
                id=root_id,
                code=str(said.get("ma")),
                procedure=self.bundle.code,
                procedure_version=VERSION,
                procedure_name=data["name"]["vi"],
                field=(data.get("field") or {}).get("code", ""),
                case_code=said.get("truong_hop"),
                agency=str(said.get("co_quan") or ""),
                channel=str(said.get("kenh") or "truc_tiep"),
                applicant_name=str(person.get("ho_ten") or ""),
                applicant_id_number="",
                applicant_phone="",
                applicant_email="",
                applicant_address="",
                submitter=None,
                folded="",
                request=data["name"]["vi"],
                form={},
                amounts={},
                sets=1,
                return_place="",
                registered_at=tx.now,
                received_at=tx.now,
                received_by=None,
                volume=None,
                serial=None,
            )
        )
        for position, one in enumerate(data.get("components") or (), 1):
            tx.execute(
                component.insert().values(
                    dossier_id=root_id,
                    code=one["code"],
                    position=position,
                    name=one["name"],
                    required=False,
                    asked_originals=0,
                    asked_copies=0,
                    originals=0,
                    copies=0,
                    note="",
                )
            )
        log.record(tx, root_id, "dossier.opened", {"n": 1, "status": 2, "code": str(said.get("ma"))})
        deadlines.begin(tx, root_id)

    def _is_process(self, tx: Tx, root_id: str) -> bool:
        family = tx.families.get(root_id)
        process = (
            family.process
            if family is not None
            else tx.read(select(instance.c.process).where(instance.c.root_id == root_id)).scalar()
        )
        return bool(process == self.process)

    def status(self, database: Database, root_id: str) -> str | None:
        found = self._state(database, root_id)
        return None if found is None else str(found.status)

    def due(self, database: Database, root_id: str) -> datetime | None:
        found = self._state(database, root_id)
        return None if found is None or found.due is None else found.due.astimezone(VIETNAM)

    def _state(self, database: Database, root_id: str) -> Any:
        with database.begin() as tx:
            return tx.read(select(dossier_state).where(dossier_state.c.dossier_id == root_id)).first()


def for_bundle(folder: str | Path) -> BundleSetting | None:
    """The setting of the bundle in a folder; None where there is no description. Raises `bundles.BundleError`."""
    from procedures.bundle_check.files import HEADS

    folder = Path(folder)
    if not any((folder / name).is_file() for name in HEADS):
        return None
    return BundleSetting(bundles.load(folder))
