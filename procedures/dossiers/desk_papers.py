"""What the desk answers without receiving: Mẫu 02 for what lacks, Mẫu 03 for what is not admissible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, reading
from procedures.actor import Actor
from procedures.dossiers import applicants, log, supplements
from procedures.dossiers.values import Intake, Lack
from procedures.letters.issuing import issue
from procedures.rights import dossiers as rights
from procedures.store.dossier import desk_paper


def want_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Phải nêu lý do.", "Give a reason.")


@command
def refuse_intake(tx: Tx, intake: Intake, reason: str, legal_basis: str, by: Actor, guidance: str = "") -> str:
    """Not admissible: Mẫu 03 with a number of its own and no dossier code; its token. Refuses without a reason."""
    want_reason(reason)
    return _desk_paper(
        tx, "refusal", "mau-03", intake, by, reason, {"ly_do": reason, "can_cu": legal_basis, "huong_dan": guidance}
    )


@command
def ask_at_desk(
    tx: Tx,
    intake: Intake,
    lacks: Sequence[Lack],
    by: Actor,
    note: str = "",
    typed: Mapping[str, Any] | None = None,
) -> str:
    """Papers lack at the desk: Mẫu 02 with a number of its own, no dossier code yet; its token. `typed` is kept for
    when the papers come (`typed_at_intake`). Refuses an empty list."""
    procedure = bundles.procedure(tx, intake.procedure)
    form = bundles.form(tx, procedure.version, procedure.form_key)
    checked = supplements.check_lacks(
        lacks, {one["code"]: one["name"] for one in procedure.components(intake.case)}, form.labels() if form else {}
    )
    return _desk_paper(
        tx,
        "supplement",
        "mau-02",
        intake,
        by,
        "; ".join(one.name for one in checked),
        {
            "thieu": [one.variables() for one in checked],
            "ly_do": note,
            "hau_qua": "Thời hạn giải quyết được tính từ khi hồ sơ được nộp đầy đủ, hợp lệ.",
        },
        typed,
    )


@query
def typed_at_intake(tx: Tx, letter: str, by: Actor) -> Mapping[str, Any] | None:
    """What was typed before a Mẫu 02 was made of it, with the procedure's code as ``thu_tuc``; None for any other
    letter, one of another agency, and after 90 days."""
    row = tx.read(select(desk_paper).where(desk_paper.c.letter == letter, desk_paper.c.kind == "supplement")).first()
    if row is None or row.typed is None or row.at < tx.now - timedelta(days=90):
        return None
    if not by.everything and row.agency not in by.visible:
        return None
    reading.shown(row.id)
    return {**row.typed, "thu_tuc": row.procedure}


def _desk_paper(
    tx: Tx,
    kind: str,
    template: str,
    intake: Intake,
    by: Actor,
    reason: str,
    data: Mapping[str, Any],
    typed: Mapping[str, Any] | None = None,
) -> str:
    log.act(tx, by)
    rights.require_desk(tx, intake.agency, by)
    applicants.plausible(intake)
    procedure = bundles.procedure(tx, intake.procedure)
    id, person = tx.database.new_id(), intake.applicant
    token = issue(
        tx,
        template,
        id,
        agency=intake.agency,
        data={
            "ho_ten": person.name,
            "dia_chi": person.address,
            "dien_thoai": person.phone,
            "email": person.email,
            "nguoi_nop": (intake.submitter or person).name,
            "noi_dung": intake.request or procedure.name["vi"],
            **data,
        },
    )
    tx.execute(
        desk_paper.insert().values(
            id=id,
            kind=kind,
            agency=intake.agency,
            procedure=procedure.code,
            applicant_name=person.name,
            folded=applicants.folded("", person, intake.submitter, {}),
            reason=reason,
            at=tx.now,
            who=by.username,
            letter=token,
            typed=dict(typed) if typed else None,
        )
    )
    audit.append(
        tx, id, f"desk.{kind}", by.username, {"procedure": procedure.code, "agency": intake.agency, "letter": token}
    )
    return token
