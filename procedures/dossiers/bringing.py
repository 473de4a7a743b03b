"""What the citizen brings of what was asked for, and what they say they cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from engine import commands, values
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, forms
from procedures.actor import Actor
from procedures.dossiers import log, status, supplements, versions
from procedures.dossiers.answers import Answer
from procedures.dossiers.next_steps import message_of, require_not_held
from procedures.dossiers.values import Lack, Tick
from procedures.rights import dossiers as rights
from procedures.store.dossier import dossier, supplement_item
from procedures.vocabulary.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Correction:
    """What may be mended in a declaration while a supplement is awaited. open: keys of the fields that were asked for,
    with those that show or hide by them. reasons: key → what lacks there. values: the declaration as it stands."""

    form: forms.Form
    open: frozenset[str]
    reasons: Mapping[str, Lack]
    values: Mapping[str, Any]
    offered: forms.Choices


@query
def correction(tx: Tx, dossier_id: str) -> Correction | None:
    """The fields of the declaration that are asked for now; None where only papers are, or nothing is."""
    row = tx.read(
        select(dossier.c.form, dossier.c.procedure_version, dossier.c.agency).where(dossier.c.id == dossier_id)
    ).first()
    lacks = [one for one in supplements.lacking(tx, dossier_id) if one.kind == "field"]
    if row is None or not lacks:
        return None
    form = bundles.form(tx, row.procedure_version, bundles.of_version(tx, row.procedure_version).form_key)
    if form is None:
        return None
    mendable = {one.key for one in form.inputs() if not one.read_only}
    named = {one.code: one for one in lacks if one.code in mendable}
    everything = any(one.code == "" for one in lacks)  # a reason without a place: whatever it was, it may be mended
    opened = mendable if everything else (named.keys() | form.depending_on(set(named))) & mendable
    if not opened:
        return None
    return Correction(form, frozenset(opened), named, dict(row.form), forms.offered(tx, form, row.agency))


@command
def bring_supplement(
    tx: Tx,
    dossier_id: str,
    components: Sequence[Tick] = (),
    form: Mapping[str, Any] | None = None,
    *,
    absent: Mapping[str, str] | None = None,
    by: Actor,
) -> None:
    """The citizen (or the desk for them) brings what was asked for: papers, and fields of the form. Only what was asked
    for may change; fields that were asked for are checked by the form, and the declaration as it was is kept.

    absent: what they cannot bring or mend, by `Lack.mark`, each with why. Raises `forms.Invalid` for a field that the
    form refuses, for what was asked for and is neither brought nor said to be absent (``chua_nop_<mark>``), and for an
    absence without a reason (``ly_do_chua_nop_<mark>``). Refuses while nothing is asked for."""
    log.act(tx, by)
    rights.require(tx, "supplement", dossier_id, by)
    row = log.locked(tx, dossier_id)
    require_not_held(tx, dossier_id)
    open_items = supplements.lacking(tx, dossier_id)
    if not open_items or row.status != 5:
        raise Refusal(f"Hồ sơ {row.code} hiện không chờ bổ sung.", f"Dossier {row.code} waits for no supplement now.")
    wanted = {one.code for one in open_items if one.kind == "component"}
    anything = any(one.code == "" for one in open_items)
    ticks = [
        tick
        for tick in components
        if (anything or tick.code in wanted) and (tick.files or tick.originals or tick.copies)
    ]
    mended = _mended(tx, dossier_id, form)
    answered = _answered(open_items, ticks, mended, absent or {})
    for tick in ticks:
        supplements.take_component(tx, dossier_id, tick, purpose="supplement")
    changed = {**row.form, **mended}
    if mended:
        versions.keep(tx, dossier_id, "Bổ sung theo yêu cầu")
        tx.execute(update(dossier).where(dossier.c.id == dossier_id).values(form=values.plain(changed)))
    tx.execute(
        update(supplement_item)
        .where(supplement_item.c.dossier_id == dossier_id, supplement_item.c.brought_at.is_(None))
        .values(brought_at=tx.now)
    )
    brought = [tick.code for tick in ticks]
    log.record(
        tx,
        dossier_id,
        "dossier.supplemented",
        {"components": brought, "fields": sorted(mended), "answers": [one.logged() for one in answered]},
    )
    if row.received_at is None:  # the desk asked before it received: it looks again
        status.set_status(tx, dossier_id, 1)
        return
    commands.message(
        tx,
        message_of(tx, dossier_id, "supplement") or MESSAGES["supplement"],
        row.code,
        {
            "to_khai": changed,
            "bo_sung": {
                "thanh_phan": brought,
                "muc": sorted(mended),
                "chua_nop": [
                    {"ma": one.code, "ten": one.name, "ly_do": one.why_not} for one in answered if not one.brought
                ],
            },
        },
        by.who,
        root=dossier_id,
    )


def _answered(
    asked: Sequence[Lack], ticks: Sequence[Tick], mended: Collection[str], absent: Mapping[str, str]
) -> list[Answer]:
    """What came of each thing that was asked for; what is wrong with it is raised together."""
    papers = {tick.code for tick in ticks}
    answer: list[Answer] = []
    errors: dict[str, list[str]] = {}
    for one in asked:
        if one.code == "":  # a reason without a place is answered by anything
            brought = bool(papers or mended)
        else:
            brought = one.code in (papers if one.kind == "component" else mended)
        why_not = "" if brought else absent.get(one.mark, "").strip()
        if not brought and not why_not:
            if one.mark in absent:
                errors[f"ly_do_chua_nop_{one.mark}"] = [f"Ghi lý do chưa bổ sung được “{one.name}”."]
            else:
                errors[f"chua_nop_{one.mark}"] = [
                    f"Nộp “{one.name}”, hoặc đánh dấu chưa có giấy tờ này và ghi lý do."
                    if one.kind == "component"
                    else f"Sửa “{one.name}”, hoặc đánh dấu chưa sửa được nội dung này và ghi lý do."
                ]
        answer.append(Answer(one.code, one.name, one.kind, brought, why_not[:1000]))
    if errors:
        raise forms.Invalid(errors)
    return answer


def _mended(tx: Tx, dossier_id: str, posted: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields that now say something else, checked by the form; of those that were asked for, and no other."""
    found = correction(tx, dossier_id)
    if found is None or posted is None:
        return {}
    sent = found.form.validate(
        {**found.values, **found.form.sent(posted)},
        only=set(found.open),
        known=found.values,
        offered=found.offered,
        now=tx.now,
    )
    answer = {key: value for key, value in sent.items() if values.plain(value) != found.values.get(key)}
    gone = found.form.hidden({**found.values, **sent}, tx.now) & found.values.keys()
    return {**answer, **{key: None for key in gone if found.values[key] is not None}}
