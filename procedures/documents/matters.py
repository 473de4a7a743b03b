"""Matters: routes that an official begins from a page, with the form of the route and a document that it is about
(submission, invitation, task from a directive, consultation, recall or correction, copy).

Which there are, who begins them, and how they run say the bundles (`bpmn/routes`): ``starters`` of `route.yaml`, and
``register: {kind: viec | sao, about: di | moi, meeting: true, concerns: certificate}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from engine import audit, commands
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, files, forms, working_time
from procedures.actor import Actor, acting
from procedures.documents import incoming, outgoing, sending, versions
from procedures.documents.queries import locked
from procedures.documents.values import Document, document_of
from procedures.dossiers import log
from procedures.rights import NotAllowed
from procedures.rights import documents as rights
from procedures.store.documents import document
from procedures.store.matters import document_link, document_matter
from procedures.vocabulary.documents import BEGUN, DISPATCHED, ELECTRONIC, LETTER, ON_ROUTE, OUTGOING, URGENCIES
from procedures.work_files import keeping

#: What a matter may carry as its paper.
PAPERS = (files.PDF, files.DOCX, *files.IMAGES)
#: What a route may be about: a document that the agency has sent out, or any that has a file.
ABOUT_SENT, ABOUT_ANY = "di", "moi"
#: Fields of a form that say by when a matter is to be done.
DUE = ("han_xu_ly", "han_tra_loi", "ngay_hop")


def about_of(route: bundles.Procedure) -> str:
    """What a route has to be about: `ABOUT_SENT`, `ABOUT_ANY`; empty where it may stand for itself."""
    return str((route.data.get("register") or {}).get("about") or "")


def meets(route: bundles.Procedure) -> bool:
    """Whether a route calls a meeting."""
    return bool((route.data.get("register") or {}).get("meeting"))


def concerns(route: bundles.Procedure) -> str:
    """Whose page offers a route as well: ``certificate`` is that of one's certificates; empty for none."""
    return str((route.data.get("register") or {}).get("concerns") or "")


@query
def offered(tx: Tx, by: Actor) -> list[tuple[bundles.Procedure, list[str]]]:
    """The routes that this person may begin, each with the agencies for which, the home agency first."""
    held = rights.held(tx, by)
    found = []
    for route in bundles.published(tx, kind="route"):
        if (route.data.get("register") or {}).get("kind") not in BEGUN:
            continue
        codes = {agency for role, agency in held if role in (route.data.get("starters") or ())}
        places = sorted((code for code in codes if _level(tx, code, route)), key=lambda one: (one != by.agency, one))
        if places:
            found.append((route, places))
    return found


def _level(tx: Tx, agency: str, route: bundles.Procedure) -> bool:
    place = agencies.last_known(tx, agency)
    return not route.agencies or (place is not None and place.level in route.agencies)


@query
def route_for(tx: Tx, code: str, agency: str, by: Actor) -> bundles.Procedure:
    """The route in force that this person may begin for an agency. Raises `NotAllowed` for any other."""
    for route, places in offered(tx, by):
        if route.code == code and agency in places:
            return route
    raise NotAllowed(
        "Bạn không có quyền mở công việc này cho cơ quan đã chọn.",
        "You may not begin this for the agency that was chosen.",
    )


@query
def form_of(tx: Tx, route: bundles.Procedure) -> forms.Form | None:
    """The form by which a route is begun."""
    return bundles.form(tx, route.version, route.form_key)


@command
def begin(
    tx: Tx,
    code: str,
    agency: str,
    posted: Mapping[str, Any],
    file: files.Stored | None,
    by: Actor,
    *,
    about: str = "",
    more: Mapping[str, Any] | None = None,
) -> Document:
    """Begins a route with what was entered in its form. about: code of the document that it is about. more: further
    values of the process. Raises `NotAllowed`, `forms.Invalid` by field, and a `Refusal` for a document that the route
    cannot be about."""
    log.act(tx, by)
    route = route_for(tx, code, agency, by)
    form = form_of(tx, route)
    said = form.validate(posted, partial=False, offered=forms.offered(tx, form, agency), now=tx.now) if form else {}
    subject = _about(tx, route, agency, about, by)
    text = versions.text_of(tx, file) if file is not None else ""  # before the series is locked
    id = _put(tx, route, agency, said, subject, by)
    if file is not None:
        versions.add(tx, id, file, text, "", by)
    days = working_time.working_days(tx, agency, agencies.today(tx), incoming.WORKING_DAYS)
    matter = tx.execute(select(document.c.code).where(document.c.id == id)).scalar_one()
    told = {
        **said,
        "ma": matter,
        "co_quan": agency,
        "nguoi_soan": by.username,
        "don_vi_soan": outgoing.unit_of(tx, agency, by),
        "do_khan": str(said.get("do_khan") or "0"),
        "ngay_lam_viec": [day.isoformat() for day in days],
        **(more or {}),
    }
    commands.start(
        tx,
        route.process,
        {"van_ban": told},
        business_key=matter,
        by=by.username,
        root_id=id,
        deployment=route.version,
    )
    keeping.collect(tx, id)
    return document_of(tx.execute(select(document).where(document.c.id == id)).one())


def _put(tx: Tx, route: bundles.Procedure, agency: str, said: Mapping[str, Any], subject: Any, by: Actor) -> str:
    register = route.data["register"]
    id, code = tx.database.new_id(), incoming.new_code(tx, agency, register["kind"])
    issuer = agencies.name(tx, agency)
    title = str(said.get("trich_yeu") or route.name["vi"])[: incoming.LENGTHS["subject"]]
    urgency = str(said.get("do_khan") or "0")
    texts = [str(value) for value in said.values() if isinstance(value, str)]
    tx.execute(
        document.insert().values(
            id=id,
            code=code,
            route=route.code,
            route_version=route.version,
            agency=agency,
            register=register["kind"],
            state=ON_ROUTE,
            notation="",
            issuer=issuer,
            kind=str(register.get("document") or LETTER),
            subject=title,
            urgency=int(urgency) if urgency in {str(n) for n in range(len(URGENCIES))} else 0,
            medium=ELECTRONIC,
            due=next((_day(said[key]) for key in DUE if said.get(key)), None),
            folded=incoming.folded(code, title, issuer, *texts),
            received_at=tx.now,
            received_by=by.username,
        )
    )
    tx.execute(document_matter.insert().values(root_id=id, fields=dict(said)))
    if subject is not None:
        tx.execute(document_link.insert().values(root_id=id, about=subject.id))
    audit.append(tx, id, "document.begun", by.username, {"code": code, "route": route.code})
    return id


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _about(tx: Tx, route: bundles.Procedure, agency: str, code: str, by: Actor) -> Any:
    """The row of the document that a route is about; None where it stands for itself."""
    wanted = about_of(route)
    if not code:
        if wanted:
            raise Refusal(
                "Chọn văn bản: mở văn bản đó rồi bắt đầu việc này từ trang của văn bản.",
                "Choose the document: open it and begin from its page.",
                "about",
            )
        return None
    row = tx.read(select(document).where(document.c.code == code)).first()
    rights.require(tx, "look", row, by)
    assert row is not None  # else it was refused
    sent = row.register == OUTGOING and row.state == DISPATCHED and row.agency == agency
    if wanted == ABOUT_SENT and not sent:
        raise Refusal(
            "Chỉ thu hồi, thay thế, đính chính được văn bản đã phát hành của chính cơ quan.",
            "Only what the agency itself has sent out is recalled, replaced or corrected.",
            "about",
        )
    if wanted == ABOUT_ANY and (not row.notation or row.sha256 is None or files.info(tx, row.sha256) is None):
        raise Refusal(
            "Chỉ sao được văn bản đã có số và có tệp trên hệ thống.",
            "Only a document that has its number and its file is copied.",
            "about",
        )
    return row


@command
def attach(tx: Tx, code: str, file: files.Stored, note: str, by: Actor) -> int:
    """Adds a file to a matter that is not ended: a report, what was corrected; the newest is the one in force."""
    log.act(tx, by)
    row = locked(tx, code, by, "attach")
    if row.register not in BEGUN or row.ended_at is not None:
        raise Refusal("Công việc đã kết thúc: không thêm tệp được nữa.", "The matter is ended.", "file")
    return versions.add(tx, row.id, file, versions.text_of(tx, file), note, by)


@query
def fields_of(tx: Tx, document_id: str) -> Mapping[str, Any]:
    """What was entered in the form when a matter was begun."""
    found: Mapping[str, Any] | None = tx.read(
        select(document_matter.c.fields).where(document_matter.c.root_id == document_id)
    ).scalar()
    return found or {}


@query
def linked(tx: Tx, document_id: str, by: Actor) -> tuple[list[Document], list[Document]]:
    """The documents that one is about, and those that are about it or came of it; as far as this person sees them."""
    about = select(document_link.c.about).where(document_link.c.root_id == document_id)
    of_it = select(document_link.c.root_id).where(document_link.c.about == document_id)
    seen = document.c.id.is_not(None) if by.everything else rights.seen(tx, by)
    first, second = (
        [document_of(row) for row in tx.read(select(document).where(document.c.id.in_(ids), seen).limit(50))]
        for ids in (about, of_it)
    )
    return first, second


def subject_of(tx: Tx, id: str) -> Any:
    """The row of the document that a matter is about, to be changed. Refuses where there is none any more."""
    about = tx.execute(select(document_link.c.about).where(document_link.c.root_id == id).limit(1)).scalar()
    row = tx.execute(select(document).where(document.c.id == about)).first() if about is not None else None
    if row is None:
        raise Refusal("Công việc này không gắn với văn bản nào.", "The matter is about no document.")
    return row


# -- what the steps of routes do --------------------------------------------------------------------------------------


def withdraw(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The document that a matter is about is recalled, by the registry clerk who completes the step."""
    sending.recall(tx, subject_of(tx, id).code, str(fields_of(tx, id).get("ly_do_xu_ly") or ""), acting(tx))
    _finish(tx, id)


def amend(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """A draft is opened that replaces the document (of the same kind), or corrects it (a công văn, Điều 18)."""
    row, said, by = subject_of(tx, id), fields_of(tx, id), acting(tx)
    correcting = said.get("cach_xu_ly") == "dinh_chinh"
    unit = str(occurrence.variables.get("ky_hieu_don_vi") or row.unit or "")
    issued = f" ngày {row.issued_on:%d/%m/%Y}" if row.issued_on else ""
    head = f"Đính chính văn bản {row.notation}{issued}: " if correcting else ""
    subject = f"{head}{said.get('ly_do_xu_ly') if correcting else row.subject}"[: incoming.LENGTHS["subject"]]
    reached = sending.recipients(tx, row.id)
    made = outgoing.draft(
        tx,
        outgoing.Draft(
            row.agency,
            LETTER if correcting else row.kind,
            subject,
            unit=unit,
            recipients=tuple(one.agency for one in reached if one.agency),
            others="\n".join(one.name for one in reached if not one.agency),
            replaces="" if correcting else row.code,
        ),
        None,
        by,
    )
    for about in (id, row.id):
        tx.execute(document_link.insert().values(root_id=made.id, about=about))
    keeping.collect(tx, made.id)
    _finish(tx, id)


def _finish(tx: Tx, id: str) -> None:
    from procedures.documents import acts

    acts.done(tx, id)


@query
def route_codes(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """The code of the route of each of these documents."""
    rows = tx.read(select(document.c.id, document.c.route).where(document.c.id.in_(ids)))
    return {row.id: row.route or "" for row in rows}


@query
def version_of(tx: Tx, document_id: str) -> str:
    """The version of the route that a document is on."""
    return str(tx.read(select(document.c.route_version).where(document.c.id == document_id)).scalar_one())
