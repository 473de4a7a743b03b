"""Supplements: what is asked for, exactly, and what the citizen brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any

from sqlalchemy import func, select, update

from engine import feel, iso8601
from engine.calendar import VIETNAM
from engine.model.definition import Expression, Node
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, bundles, citizen_terms, files, working_time
from procedures.actor import acting
from procedures.dossiers.nodes import deployment_of, processes_of, timers_beside
from procedures.dossiers.values import Lack, Tick
from procedures.store.dossier import component, dossier, dossier_state, supplement_item


def asked(tx: Tx, dossier_id: str, variables: Mapping[str, Any], node: Node) -> None:
    """A node that waits for a supplement was entered: what is asked for is kept as the next round."""
    from procedures.letters.drafting import lacks_of

    keep_round(tx, dossier_id, lacks_of(variables), limit(tx, dossier_id, variables, node))


def keep_round(tx: Tx, dossier_id: str, lacks: Iterable[Lack], until: datetime | None) -> None:
    """What is asked for, as the next round; until: the end of the citizen's term, where there is one."""
    last = (
        tx.execute(select(func.max(supplement_item.c.round)).where(supplement_item.c.dossier_id == dossier_id)).scalar()
        or 0
    )
    for position, lack in enumerate(lacks, 1):
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
                until=until,
                brought_at=None,
            )
        )


def limit(tx: Tx, dossier_id: str, variables: Mapping[str, Any], node: Node) -> datetime | None:
    """Until when the citizen may supplement at this node: what whoever asks has set (``han_bo_sung``), else when the
    model itself ends the wait; None where nothing ends it."""
    said = citizen_terms.until(variables.get("han_bo_sung"))
    return said if said is not None else _ended_by_timer(tx, dossier_id, variables, node)


def _ended_by_timer(tx: Tx, dossier_id: str, variables: Mapping[str, Any], node: Node) -> datetime | None:
    """The first timer that ends the wait at a node, as it will be armed there. What cannot be told is left out: the
    engine makes an incident of it."""
    now, found = tx.now.astimezone(VIETNAM), []  # models read the clock of the law
    for process in (one for _, one in processes_of(tx, deployment_of(tx, dossier_id)) if one.node(node.id) is node):
        for timer in timers_beside(process, node):
            event = timer.event("timer")
            if event is None or event.timer == "cycle" or (timer.attached_to and not timer.interrupting):
                continue
            try:
                value = event.value
                if isinstance(value, Expression):
                    value = feel.evaluate(value.text, variables, now=lambda: now)
                due = iso8601.after(now, value) if event.timer == "duration" else iso8601.moment(value)
            except (feel.FeelError, iso8601.NoTime):
                continue
            found.append(due)
    return min(found, default=None)


@query
def last_day(tx: Tx, dossier_id: str) -> date | None:
    """The last day on which the citizen may supplement what is asked for today, where the law of the procedure gives
    the term (it ends at 24:00, Civil Code 148.6); None where whoever asks sets it."""
    from procedures import deadlines

    agency = tx.read(select(dossier.c.agency).where(dossier.c.id == dossier_id)).scalar()
    term = deadlines.rules_of(tx, dossier_id).policy("supplement")["term"] if agency is not None else None
    if agency is None or term is None:
        return None
    today = agencies.today(tx)
    if term["unit"] == "DAY":
        return today + timedelta(days=term["value"])
    return working_time.working_days(tx, agency, today, term["value"])[-1]


@query
def earliest_day(tx: Tx, dossier_id: str) -> date:
    """The earliest last day that whoever asks may set: the day of asking does not count (Civil Code 147.2), and the
    citizen has a whole working day of the agency to bring what is asked for."""
    agency = tx.read(select(dossier.c.agency).where(dossier.c.id == dossier_id)).scalar_one()
    return working_time.working_days(tx, agency, agencies.today(tx), 1)[-1]


@query
def lacking(tx: Tx, dossier_id: str) -> list[Lack]:
    """What the dossier still lacks: the last round's items, while it waits for them; nothing once it has ended."""
    rows = tx.read(
        select(supplement_item)
        .join(dossier_state, dossier_state.c.dossier_id == supplement_item.c.dossier_id)
        .where(
            supplement_item.c.dossier_id == dossier_id,
            supplement_item.c.brought_at.is_(None),
            dossier_state.c.closed_at.is_(None),
        )
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
            name=shorten(row.name, 80, placeholder="…"),
            by=acting(tx),
        )
