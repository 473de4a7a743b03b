"""Receiving at the desk and by post.

Number, record, clock, Mẫu 01 and process come to be in one transaction, or none of them does.
"""

from __future__ import annotations

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command
from procedures import bundles
from procedures.actor import Actor
from procedures.dossiers import log, opening
from procedures.dossiers.admissible import check
from procedures.dossiers.values import Intake, Received
from procedures.rights import dossiers as rights
from procedures.vocabulary.channels import ONLINE


@command
def receive(tx: Tx, intake: Intake, by: Actor) -> Received:
    """Receives a dossier: code, status 2, clock, fees, Mẫu 01, and its process started.

    Refuses a procedure that is not in force, a channel or case it does not have, and an intake that lacks a required
    paper (ask for it with Mẫu 02, or refuse with Mẫu 03). Raises `forms.Invalid` for the form's data."""
    log.act(tx, by)
    rights.require_desk(tx, intake.agency, by)
    procedure = bundles.procedure(tx, intake.procedure)
    if intake.channel == ONLINE:
        raise Refusal(
            "Hồ sơ trực tuyến do người nộp gửi trên Cổng dịch vụ công, không lập tại quầy: chọn hình thức nộp khác.",
            "An online dossier is sent through the portal by who hands it in, not taken down at the desk.",
        )
    form = check(tx, procedure, intake, papers=True)
    id, code = opening.open_dossier(tx, procedure, intake, form, 2)
    return opening.accept(tx, id, code, procedure, by)
