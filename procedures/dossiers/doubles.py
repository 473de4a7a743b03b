"""Whether the same has been handed in not long ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.store import Tx
from engine.store.joining import query
from procedures import reading
from procedures.actor import Actor
from procedures.dossiers.applicants import digits
from procedures.dossiers.refusals import refused
from procedures.dossiers.values import Double, Intake
from procedures.store.dossier import dossier, dossier_state

#: All that is said of a dossier at an agency whose dossiers one may not see.
ELSEWHERE = Double("", "", "", None, 0, "Có một hồ sơ cùng số định danh ở cơ quan khác")


@query
def doubles(tx: Tx, intake: Intake, by: Actor, days: int = 90) -> list[Double]:
    """Dossiers of the same procedure and the same identity number, not long ago: those of the agencies that `by` sees
    with what they are, of all others no more than that there is one."""
    id_number = digits(intake.applicant.id_number)
    if not id_number:
        return []
    rows = tx.read(
        select(dossier, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(
            dossier.c.procedure == intake.procedure,
            dossier.c.applicant_id_number == id_number,
            dossier_state.c.status.not_in((3, 7)),
            dossier.c.registered_at > tx.now - timedelta(days=days),
        )
        .order_by(dossier.c.registered_at.desc())
        .limit(50)
    ).all()
    seen = by.visible | {intake.agency}
    own = [row for row in rows if by.everything or row.agency in seen]
    for row in own[:10]:
        reading.shown(row.id)
    declined = refused(tx, [row.id for row in own[:10]])
    answer = [
        Double(
            row.id,
            row.code,
            row.applicant_name,
            row.received_at,
            row.status,
            "Cùng số định danh",
            refused=row.id in declined,
        )
        for row in own
    ]
    return answer[:10] if len(own) == len(rows) else [*answer[:10], ELSEWHERE]
