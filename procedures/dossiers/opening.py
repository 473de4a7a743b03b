"""A dossier comes to be, and is accepted: number, record, papers, fees; then clock, Mẫu 01 and process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine import commands, values
from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import agencies, bundles, deadlines, fees, numbering, settings, working_time
from procedures.actor import Actor
from procedures.dossiers import applicants, log, supplements
from procedures.dossiers.values import Applicant, Intake, Received
from procedures.letters import drafting
from procedures.store.dossier import component, dossier


def open_dossier(
    tx: Tx, procedure: bundles.Procedure, intake: Intake, form: Mapping[str, Any], first: int
) -> tuple[str, str]:
    id = tx.database.new_id()
    day = agencies.today(tx)
    number = numbering.take(tx, "ho_so", intake.agency, day.isoformat())
    code = numbering.dossier_code(settings.current(tx).dossier_code, intake.agency, day, number)
    person = intake.applicant
    tx.execute(
        dossier.insert().values(
            id=id,
            code=code,
            procedure=procedure.code,
            procedure_version=procedure.version,
            procedure_name=procedure.name["vi"],
            field=procedure.field["code"],
            case_code=intake.case,
            agency=intake.agency,
            channel=intake.channel,
            **applicants.columns(person),
            folded=applicants.folded(code, person, intake.submitter, form),
            submitter=intake.submitter.variables() if intake.submitter else None,
            request=intake.request.strip() or procedure.name["vi"],
            form=values.plain(dict(form)),
            amounts=values.plain(dict(intake.amounts)),
            sets=max(intake.sets, 1),
            return_place=intake.return_place,
            registered_at=tx.now,
            received_at=None,
            received_by=None,
            volume=None,
            serial=None,
        )
    )
    for position, one in enumerate(procedure.components(intake.case), 1):
        tx.execute(
            component.insert().values(
                dossier_id=id,
                code=one["code"],
                position=position,
                name=one["name"],
                required=one.get("required", True),
                asked_originals=one.get("originals", 0),
                asked_copies=one.get("copies", 0),
                originals=0,
                copies=0,
                note="",
            )
        )
    for tick in intake.components:
        supplements.take_component(tx, id, tick)
    fees.assess(tx, id, fees.quote(procedure, fees.counted(form, intake.amounts), intake.channel, intake.case))
    log.record(
        tx,
        id,
        "dossier.opened",
        {
            "n": 1,
            "status": first,
            "code": code,
            "procedure": procedure.code,
            "version": procedure.version,
            "agency": intake.agency,
            "channel": intake.channel,
            **({"outage": intake.outage.strip()} if intake.channel in procedure.outage_only else {}),
        },
    )
    return id, code


def accept(tx: Tx, id: str, code: str, procedure: bundles.Procedure, by: Actor, notify: bool = True) -> Received:
    row = tx.execute(select(dossier).where(dossier.c.id == id)).one()
    year = f"{agencies.today(tx).year}"
    serial = numbering.take(tx, "so_theo_doi", row.agency, year)
    tx.execute(
        update(dossier)
        .where(dossier.c.id == id)
        .values(received_at=tx.now, received_by=by.username, volume=f"01/{year}", serial=serial)
    )
    due = deadlines.begin(tx, id)
    letter = drafting.receipt(tx, id)
    if notify:
        from procedures import notices

        notices.status_changed(tx, id, 2)
    commands.start(
        tx,
        procedure.process,
        variables(tx, row, procedure),
        business_key=code,
        by=by.username,
        root_id=id,
        deployment=procedure.version,
    )
    return Received(id, code, due, letter)


def _calendar(tx: Tx, procedure: bundles.Procedure, agency: str, received: datetime) -> dict[str, Any]:
    """The working days after receipt as a process is told of them (``ho_so.ngay_lam_viec``), where the bundle asks."""
    if not procedure.working_days:
        return {}
    days = working_time.working_days(tx, agency, received.astimezone(VIETNAM).date(), procedure.working_days)
    return {"ngay_lam_viec": [day.isoformat() for day in days]}


def variables(tx: Tx, row: Any, procedure: bundles.Procedure) -> dict[str, Any]:
    """The variables that a dossier's process begins with."""
    person = Applicant(
        row.applicant_name, row.applicant_id_number, row.applicant_phone, row.applicant_email, row.applicant_address
    )
    return {
        "ho_so": {
            "ma": row.code,
            "thu_tuc": row.procedure,
            "truong_hop": row.case_code,
            "kenh": row.channel,
            "co_quan": row.agency,
            "nguoi_nop": person.variables(),
            **_calendar(tx, procedure, row.agency, row.received_at or tx.now),
        },
        "to_khai": dict(row.form),
        **dict(row.amounts),
    }
