"""Extension with apology (Mẫu 04): before the due moment, once, with the reason and who signs."""

from __future__ import annotations

from datetime import datetime

from engine.store import Tx
from engine.store.joining import command
from procedures import deadlines, notices
from procedures.actor import Actor, acting
from procedures.dossiers import log
from procedures.letters import drafting
from procedures.letters.issuing import issue


@command
def extend(tx: Tx, dossier_id: str, value: str, unit: str, reason: str, by: Actor, signer: str = "") -> datetime:
    """Extends the legal term and issues Mẫu 04; the new due moment. Refuses what the law refuses: a second time, past
    the due moment, while the clock stands, without a reason."""
    log.act(tx, by)
    return extended(tx, dossier_id, value, unit, reason, signer=signer)


def extended(
    tx: Tx, dossier_id: str, value: str, unit: str, reason: str, *, letter: bool = True, signer: str = ""
) -> datetime:
    """The same inside a command that knows its actor (`mc:extension`)."""
    log.hold(tx, dossier_id)
    due = deadlines.extend(tx, dossier_id, value, unit, reason)
    if letter:
        name, title = drafting.leader(tx, dossier_id, acting(tx))
        issue(
            tx,
            "mau-04",
            dossier_id,
            signer=signer or name,
            data={**drafting.apology(tx, dossier_id, {"ly_do": reason}), "chuc_vu": "" if signer else title},
        )
        notices.due_changed(tx, dossier_id, reason)
    return due
