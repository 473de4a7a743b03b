"""What the citizen says is wrong in a draft is put right in the declaration; the record as it was is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from engine import commands, values
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, deadlines, fees, forms
from procedures.actor import Actor
from procedures.dossiers import applicants, log, queries, versions
from procedures.rights import dossiers as rights
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.messages import WRONG

#: What kind of event says that it was done.
MENDED = "dossier.mended"


@query
def asked_to_mend(tx: Tx, dossier_id: str) -> str:
    """What the citizen says is wrong in what they were shown, in their words, while nobody has sent it anew; empty
    where nothing is."""
    closed = tx.read(select(dossier_state.c.closed_at).where(dossier_state.c.dossier_id == dossier_id)).scalar()
    if closed is not None:
        return ""
    known = commands.variables_of(tx, dossier_id)
    return str(known.get(WRONG) or "").strip()


@command
def mend(tx: Tx, dossier_id: str, posted: Mapping[str, Any], by: Actor) -> list[str]:
    """The declaration put right as the citizen asked: the keys of the fields that now say something else.

    The declaration as it was is kept, the process has the new one, and a fee that is computed from it is assessed anew.
    Refuses where the citizen asked for nothing, and where nothing changes; raises `forms.Invalid` by field."""
    log.act(tx, by)
    rights.require(tx, "mend", dossier_id, by)
    row = log.locked(tx, dossier_id)
    asked = asked_to_mend(tx, dossier_id)
    procedure = bundles.of_version(tx, row.procedure_version)
    form = bundles.form(tx, procedure.version, procedure.form_key)
    if not asked or form is None:
        raise Refusal(
            f"Công dân không đề nghị sửa gì ở hồ sơ {row.code}.",
            f"The citizen has asked to correct nothing in dossier {row.code}.",
        )
    known, before = dict(row.form), queries.get(tx, dossier_id)
    sent = form.validate(
        {**known, **form.sent(posted)}, known=known, offered=forms.offered(tx, form, row.agency), now=tx.now
    )
    changed = {key: value for key, value in sent.items() if values.plain(value) != known.get(key)}
    gone = form.hidden({**known, **sent}, tx.now) & known.keys()
    changed |= {key: None for key in gone if known[key] is not None}
    if not changed:
        raise Refusal(
            "Tờ khai chưa có gì thay đổi: sửa chỗ công dân nêu, hoặc gửi lại dự thảo kèm lời giải thích.",
            "Nothing has changed: correct what the citizen names, or send the draft again with an explanation.",
        )
    reason = f"Công dân đề nghị sửa: {asked}"
    versions.keep(tx, dossier_id, reason)
    new = {**known, **changed}
    tx.execute(
        update(dossier)
        .where(dossier.c.id == dossier_id)
        .values(form=values.plain(new), folded=applicants.folded(row.code, before.applicant, before.submitter, new))
    )
    quotes = fees.quote(deadlines.rules(tx, row), fees.counted(new, row.amounts or {}), row.channel, row.case_code)
    fees.assess(tx, dossier_id, quotes)
    log.record(tx, dossier_id, MENDED, {"fields": sorted(changed), "reason": asked})
    commands.set_variables(tx, dossier_id, {"to_khai": new}, by.username, reason)
    return sorted(changed)
