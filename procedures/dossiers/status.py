"""The ten national statuses: the one projection that citizens and officials both see (domain.md §3)."""

from __future__ import annotations

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from procedures.dossiers import log
from procedures.dossiers.refusals import refused
from procedures.store.dossier import dossier, dossier_state, dossier_status
from procedures.vocabulary.statuses import OF_REFUSALS, STATUSES


def set_status(tx: Tx, dossier_id: str, status: int, reason: str = "", *, final: bool = False) -> bool:
    """Gives a dossier a status; False where it has it already. final: a stop (8) that ends the clock.

    Refuses an unknown status and any change of a dossier whose result has been returned."""
    if status not in STATUSES:
        raise Refusal(f"Không có trạng thái hồ sơ số {status}.", f"There is no dossier status {status}.")
    state = tx.execute(
        select(dossier_state.c.status, dossier.c.code)
        .join(dossier, dossier.c.id == dossier_state.c.dossier_id)
        .where(dossier.c.id == dossier_id)
    ).one()
    if state.status == status and not final:
        return False
    if state.status == 10:
        raise Refusal(
            f"Hồ sơ {state.code} đã trả kết quả, không thể chuyển sang “{STATUSES[status]['vi']}”.",
            f"Dossier {state.code} has been returned and cannot become '{STATUSES[status]['en']}'.",
        )
    declined = status in OF_REFUSALS and bool(refused(tx, [dossier_id]))
    log.record(
        tx,
        dossier_id,
        "dossier.status",
        {
            "n": log.number(tx, dossier_status, dossier_status.c.seq, dossier_id),
            "status": status,
            "from": state.status,
            "reason": reason,
            **({"final": True} if final else {}),
            **({"refused": True} if declined else {}),
        },
    )
    from procedures import notices
    from procedures.dossiers import extensions

    if log.closes(status, final):
        extensions.lapse(tx, dossier_id, "hồ sơ đã kết thúc")
    notices.status_changed(tx, dossier_id, status, refused=declined)
    return True
