"""Supplements: what is asked for, exactly, and what the citizen brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from engine import commands, values
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, files, forms, working_time
from procedures.actor import Actor, acting
from procedures.dossiers import log, versions
from procedures.dossiers.values import Lack, Tick
from procedures.rights import dossiers as rights
from procedures.store.dossier import component, dossier, dossier_state, supplement_item

MESSAGE = "cong_dan_bo_sung"


def asked(tx: Tx, dossier_id: str, variables: Mapping[str, Any]) -> None:
    """A node that waits for a supplement was entered: what is asked for is kept as the next round."""
    from procedures.letters.drafting import lacks_of, until_of

    last = (
        tx.execute(select(func.max(supplement_item.c.round)).where(supplement_item.c.dossier_id == dossier_id)).scalar()
        or 0
    )
    for position, lack in enumerate(lacks_of(variables), 1):
        tx.execute(
            supplement_item.insert().values(
                dossier_id=dossier_id,
                round=last + 1,
                position=position,
                kind=lack.kind,
                code=lack.code,
                name=lack.name,
                reason=lack.reason,
                mend=lack.mend,
                legal_basis=lack.legal_basis,
                asked_at=tx.now,
                until=until_of(variables.get("han_bo_sung")),
                brought_at=None,
            )
        )


@query
def last_day(tx: Tx, dossier_id: str) -> date | None:
    """The last day on which the citizen may supplement what is asked for today, where the law of the procedure gives
    the term (it ends at 24:00, Civil Code 148.6); None where whoever asks sets it."""
    row = tx.read(select(dossier.c.agency, dossier.c.procedure_version).where(dossier.c.id == dossier_id)).first()
    term = bundles.of_version(tx, row.procedure_version).policy("supplement")["term"] if row is not None else None
    if row is None or term is None:
        return None
    today = bundles.today(tx)
    if term["unit"] == "DAY":
        return today + timedelta(days=term["value"])
    return working_time.working_days(tx, row.agency, today, term["value"])[-1]


@query
def lacking(tx: Tx, dossier_id: str) -> list[Lack]:
    """What the dossier still lacks: the last round's items, while it waits for them."""
    rows = tx.read(
        select(supplement_item)
        .where(supplement_item.c.dossier_id == dossier_id, supplement_item.c.brought_at.is_(None))
        .order_by(supplement_item.c.round, supplement_item.c.position)
    ).all()
    newest = max((row.round for row in rows), default=0)
    return [Lack(r.code, r.name, r.reason, r.mend, r.kind, r.legal_basis) for r in rows if r.round == newest]


@query
def parts(tx: Tx, dossier_id: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What a supplement can ask for: components and fields of the form, each code → name."""
    row = tx.read(select(dossier.c.procedure_version, dossier.c.case_code).where(dossier.c.id == dossier_id)).one()
    procedure = bundles.of_version(tx, row.procedure_version)
    form = bundles.form(tx, row.procedure_version, procedure.form_key)
    papers = {one["code"]: one["name"] for one in procedure.components(row.case_code)}
    return papers, form.labels() if form else {}


def check_lacks(lacks: Iterable[Lack], papers: Mapping[str, str], fields: Mapping[str, str]) -> list[Lack]:
    """The lacks with the names of their components and fields. Refuses an empty list, a component or field that the
    dossier does not have, and one without a reason."""
    answer: list[Lack] = []
    for lack in lacks:
        names = papers if lack.kind == "component" else fields
        name = names.get(lack.code)
        if name is None:
            raise Refusal(
                f"Hồ sơ không có thành phần hoặc mục “{lack.name or lack.code}”.",
                f"The dossier has no component or field '{lack.name or lack.code}'.",
            )
        if not lack.reason.strip():
            raise Refusal(f"Phải nêu lý do cần bổ sung “{name}”.", f"Say why '{name}' must be supplemented.")
        answer.append(Lack(lack.code, name, lack.reason.strip(), lack.mend.strip(), lack.kind, lack.legal_basis))
    if not answer:
        raise Refusal("Phải chọn ít nhất một giấy tờ hoặc mục cần bổ sung.", "Choose at least one thing that lacks.")
    return answer


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
    lacks = [one for one in lacking(tx, dossier_id) if one.kind == "field"]
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
    by: Actor,
) -> None:
    """The citizen (or the desk for them) brings what was asked for: papers, and fields of the form. Only what was asked
    for may change; fields that were asked for are checked by the form (raises `forms.Invalid`), and the declaration as
    it was is kept. Refuses while nothing is asked for, and when nothing is brought or mended."""
    log.act(tx, by)
    rights.require(tx, "supplement", dossier_id, by)
    log.hold(tx, dossier_id)
    row = tx.execute(
        select(dossier, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    open_items = lacking(tx, dossier_id)
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
    if not mended and not ticks:
        raise Refusal(
            "Chưa có giấy tờ hoặc nội dung nào được bổ sung: hãy sửa mục hoặc nộp giấy tờ được yêu cầu.",
            "Nothing has been brought: mend the fields or hand in the papers that were asked for.",
        )
    for tick in ticks:
        take_component(tx, dossier_id, tick, purpose="supplement")
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
    log.record(tx, dossier_id, "dossier.supplemented", {"components": brought, "fields": sorted(mended)})
    commands.message(
        tx,
        MESSAGE,
        row.code,
        {"to_khai": changed, "bo_sung": {"thanh_phan": brought, "muc": sorted(mended)}},
        by.who,
        root=dossier_id,
    )


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


def take_component(tx: Tx, dossier_id: str, tick: Tick, *, purpose: str = "component") -> None:
    """Counts and files of one component, added to what is there."""
    key = (component.c.dossier_id == dossier_id) & (component.c.code == tick.code)
    row = tx.execute(select(component).where(key)).first()
    if row is None:
        raise Refusal(f"Hồ sơ không có thành phần “{tick.code}”.", f"The dossier has no component '{tick.code}'.")
    tx.execute(
        update(component)
        .where(key)
        .values(
            originals=max(row.originals, tick.originals),
            copies=max(row.copies, tick.copies),
            note=tick.note or row.note,
        )
    )
    for sha256 in tick.files:
        files.attach(
            tx,
            dossier_id,
            sha256,
            component=tick.code,
            purpose=purpose,
            name=row.name[:80],
            by=acting(tx).who,
        )
