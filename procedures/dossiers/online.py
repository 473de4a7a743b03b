"""What a citizen hands in online: registered, then received or refused by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command
from procedures import bundles, clients, forms, payments
from procedures.actor import Actor, Kind
from procedures.dossiers import log, opening, status, supplements
from procedures.dossiers.admissible import check
from procedures.dossiers.desk_papers import want_reason
from procedures.dossiers.values import Intake, Lack, Received
from procedures.letters.issuing import issue
from procedures.rights import dossiers as rights
from procedures.store.connectors import portal_dossier
from procedures.vocabulary.channels import ARRIVED
from procedures.vocabulary.statuses import STATUSES


@command
def register_online(tx: Tx, intake: Intake, by: Actor) -> Received:
    """A citizen hands in online: a code and status 1; the desk answers within 8 working hours. Scanned files stand for
    the papers. The clock begins when the desk accepts it. A program hands in as itself at any agency that receives the
    procedure; for an official, where that official receives."""
    log.act(tx, by)
    if by.kind is Kind.OFFICIAL or (by.kind is Kind.CLIENT and not clients.is_own(tx, by)):
        rights.require_desk(tx, intake.agency, by)
    procedure = bundles.procedure(tx, intake.procedure)
    form = check(tx, procedure, intake, papers=False)
    id, code = opening.open_dossier(tx, procedure, intake, form, 1)
    from procedures import notices

    notices.status_changed(tx, id, 1)
    return Received(id, code, None, None)


@command
def register_arrived(tx: Tx, intake: Intake, by: Actor) -> Received:
    """What was handed in on another portal: registered with what came of its declaration. What our form wants besides
    the desk asks for before it receives the dossier."""
    log.act(tx, by)
    procedure = bundles.procedure(tx, intake.procedure)
    form = check(tx, procedure, intake, papers=False, whole=False)
    id, code = opening.open_dossier(tx, procedure, intake, form, 1)
    return Received(id, code, None, None)


@command
def accept_online(tx: Tx, dossier_id: str, by: Actor) -> Received:
    """The desk receives what was registered online. Refuses any other dossier, and one that arrived from another
    portal without what its form wants."""
    log.act(tx, by)
    rights.require(tx, "accept", dossier_id, by)
    row = _registered(tx, dossier_id)
    procedure = bundles.of_version(tx, row.procedure_version)
    _require_declared(tx, row, procedure)
    status.set_status(tx, dossier_id, 2)
    return opening.accept(tx, dossier_id, row.code, procedure, by, notify=False)


@command
def refuse_online(tx: Tx, dossier_id: str, reason: str, legal_basis: str, by: Actor, guidance: str = "") -> str:
    """The desk does not receive what was registered online: status 3 and Mẫu 03; its token."""
    log.act(tx, by)
    rights.require(tx, "accept", dossier_id, by)
    _registered(tx, dossier_id)
    want_reason(reason)
    token = issue(tx, "mau-03", dossier_id, data={"ly_do": reason, "can_cu": legal_basis, "huong_dan": guidance})
    status.set_status(tx, dossier_id, 3, reason)
    payments.give_back(tx, dossier_id, "Hồ sơ không được tiếp nhận")
    return token


@command
def ask_online(tx: Tx, dossier_id: str, lacks: Sequence[Lack], by: Actor, note: str = "") -> str:
    """What was registered online lacks something: Mẫu 02 and status 5, before it is received; its token. The clock does
    not run yet; what the citizen brings makes it wait for the desk again. Refuses an empty list, and a part that the
    dossier does not have or that has no reason."""
    log.act(tx, by)
    rights.require(tx, "accept", dossier_id, by)
    _registered(tx, dossier_id)
    checked = supplements.check_lacks(lacks, *supplements.parts(tx, dossier_id))
    supplements.keep_round(tx, dossier_id, checked, None)
    data = {
        "thieu": [one.variables() for one in checked],
        "ly_do": note,
        "hau_qua": "Thời hạn giải quyết được tính từ khi hồ sơ được tiếp nhận.",
    }
    token = issue(tx, "mau-02", dossier_id, data=data)
    status.set_status(tx, dossier_id, 5, "; ".join(one.name for one in checked))
    return token


def _require_declared(tx: Tx, row: Any, procedure: bundles.Procedure) -> None:
    arrived = select(portal_dossier.c.dossier_id).where(
        portal_dossier.c.dossier_id == row.id, portal_dossier.c.origin == ARRIVED
    )
    form = bundles.form(tx, procedure.version, procedure.form_key)
    if form is None or tx.read(arrived).first() is None:
        return
    try:
        form.validate(row.form, offered=forms.offered(tx, form, row.agency), now=tx.now)
    except forms.Invalid as invalid:
        labels = form.labels()
        said = "; ".join(labels.get(key, key) for key in invalid.first)
        raise Refusal(
            f"Hồ sơ {row.code} chuyển từ Cổng Dịch vụ công quốc gia còn thiếu: {said}. Yêu cầu bổ sung trước khi nhận.",
            f"Dossier {row.code} came from the national portal without: {said}. Ask for it before you receive it.",
        ) from None


def _registered(tx: Tx, dossier_id: str) -> Any:
    row = log.locked(tx, dossier_id)
    if row.status != 1:
        name = STATUSES[row.status]
        raise Refusal(
            f"Hồ sơ {row.code} đang ở trạng thái “{name['vi']}”, không còn chờ tiếp nhận.",
            f"Dossier {row.code} is '{name['en']}': it does not wait to be received.",
        )
    return row
