"""A mistaken intake is put right; the record as it was is kept."""

from __future__ import annotations

from sqlalchemy import select, update

from engine import commands, values
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command
from procedures import bundles, deadlines, fees
from procedures.actor import Actor
from procedures.dossiers import applicants, log, opening, supplements, versions
from procedures.dossiers.admissible import check
from procedures.dossiers.desk_papers import want_reason
from procedures.dossiers.values import Intake, Received
from procedures.letters import drafting
from procedures.rights import dossiers as rights
from procedures.store.dossier import component, dossier, dossier_state
from procedures.vocabulary.statuses import STATUSES


@command
def correct(tx: Tx, dossier_id: str, changes: Intake, reason: str, by: Actor) -> Received:
    """A mistaken intake is put right: the record as it was is kept, Mẫu 01 is issued anew and takes the place of the
    earlier one. The procedure and the agency cannot change (that is another dossier). Refuses a dossier whose result
    is there, and one without a reason."""
    log.act(tx, by)
    rights.require(tx, "correct", dossier_id, by)
    row = log.locked(tx, dossier_id)
    if row.status in (3, 7, 9, 10) or row.received_at is None:
        raise Refusal(
            f"Hồ sơ {row.code} ở trạng thái “{STATUSES[row.status]['vi']}”, không sửa tiếp nhận được.",
            f"Dossier {row.code} is '{STATUSES[row.status]['en']}': its intake cannot be corrected.",
        )
    want_reason(reason)
    if (changes.procedure, changes.agency) != (row.procedure, row.agency):
        raise Refusal(
            "Nhầm thủ tục hoặc cơ quan thì phải lập hồ sơ mới, không sửa hồ sơ này.",
            "Another procedure or agency is another dossier.",
        )
    procedure = bundles.of_version(tx, row.procedure_version)
    form = check(tx, procedure, changes, papers=True)
    last = versions.keep(tx, dossier_id, reason)
    tx.execute(
        update(dossier)
        .where(dossier.c.id == dossier_id)
        .values(
            **applicants.columns(changes.applicant),
            folded=applicants.folded(row.code, changes.applicant, changes.submitter, form),
            submitter=changes.submitter.variables() if changes.submitter else None,
            case_code=changes.case,
            request=changes.request.strip() or row.request,
            form=values.plain(dict(form)),
            amounts=values.plain(dict(changes.amounts)),
            sets=max(changes.sets, 1),
            return_place=changes.return_place or row.return_place,
        )
    )
    tx.execute(update(component).where(component.c.dossier_id == dossier_id).values(originals=0, copies=0))
    for tick in changes.components:
        supplements.take_component(tx, dossier_id, tick)
    fees.assess(
        tx,
        dossier_id,
        fees.quote(deadlines.rules(tx, row), fees.counted(form, changes.amounts), changes.channel, changes.case),
    )
    log.record(tx, dossier_id, "dossier.corrected", {"version": last, "reason": reason})
    deadlines.recompute(tx, dossier_id, f"Sửa tiếp nhận: {reason}", by)
    new = tx.execute(select(dossier).where(dossier.c.id == dossier_id)).one()
    if tx.execute(select(dossier_state.c.closed_at).where(dossier_state.c.dossier_id == dossier_id)).scalar() is None:
        commands.set_variables(
            tx, dossier_id, opening.variables(tx, new, procedure), by.username, f"Sửa tiếp nhận: {reason}"
        )
    letter = drafting.receipt(tx, dossier_id, reason)
    due = tx.execute(select(dossier_state.c.due).where(dossier_state.c.dossier_id == dossier_id)).scalar()
    return Received(dossier_id, row.code, due, letter)
