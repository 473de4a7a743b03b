"""The catalogue as citizens read it: found by words or by what has happened, read as a person would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, catalogue, citizen_steps, drawings
from procedures.catalogue.values import FEE_KINDS, METHODS
from procedures.citizens.pages import offers
from procedures.vocabulary.agencies import TIERS
from procedures.vocabulary.channels import CHANNELS, DESK, ONLINE, POST
from web.house import database, now
from web.i18n import pick
from web.paging import number_of, within
from web.permissions import public
from web.portal import desks
from web.portal.room import blueprint
from web.present import money

PER_PAGE = 20


@blueprint.get("/")
@public
def home() -> Any:
    """Search first, then life events and what can be handed in here."""
    with database().begin() as tx:
        return render_template(
            "portal/home.html",
            events=catalogue.events_with_content(tx),
            fields=catalogue.fields(tx),
            offered=[(one, usual_words(one)) for one in bundles.published(tx)],
        )


@blueprint.get("/thu-tuc")
@public
def procedures() -> Any:
    """Found procedures, best first."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("tim", "linh_vuc", "su_kien", "cap")}
    with database().begin() as tx:
        found = catalogue.find(
            tx,
            asked["tim"],
            field=asked["linh_vuc"] or None,
            life_event=asked["su_kien"] or None,
            level=asked["cap"] or None,
            page=number_of(request.args.get("trang")),
            size=PER_PAGE,
        )
        within(number_of(request.args.get("trang")), found.pages)
        fields = catalogue.fields(tx)
        published = bundles.published(tx)
        events = catalogue.events_with_content(tx) if not found.hits else ()
        offered = {one.code: usual_words(one) for one in published}
    event = next((one for one in catalogue.life_events() if one.key == asked["su_kien"]), None)
    return render_template(
        "portal/procedures.html",
        found=found,
        asked=asked,
        fields=fields,
        event=event,
        events=events,
        offered=offered,
        english={one.code: one.name["en"] for one in published},
        levels=[(key, pick(*names)) for key, names in TIERS.items()],
    )


@dataclass(frozen=True)
class Deployed:
    """The bundle behind a catalogue page, where one is in force."""

    procedure: Any
    drawing: Any
    path: citizen_steps.Path | None
    places: list[agencies.Agency]


@blueprint.get("/thu-tuc/<code>")
@public
def procedure(code: str) -> Any:
    """Who, what to bring, how long, how much, step by step; of one that is retired, since when and what to do."""
    return _page(code, "portal/procedure.html")


@blueprint.get("/thu-tuc/<code>/danh-muc-giay-to")
@public
def procedure_papers(code: str) -> Any:
    """What to bring, on one sheet to print and to tick."""
    return _page(code, "portal/papers.html")


def _page(code: str, template: str) -> Any:
    with database().begin() as tx:
        record, deployed = catalogue.procedure(tx, code), _deployed(tx, code)
        absent = None if deployed is not None else _absent(tx, code)
        wanted = request.args.get("noi", "")[:64]
        place = _place(tx, deployed, wanted) if deployed is not None else None
    own = deployed.procedure if deployed is not None else absent.procedure if absent is not None else None
    if record is None and absent is not None and own is not None and not own.data.get("record"):
        return render_template("portal/absent.html", absent=absent)
    if record is None and own is not None:  # the bundle's own, where none is imported
        record = catalogue.read_record(own.data.get("record") or catalogue.record_of(own.data))
    if record is None:
        abort(404)
    return render_template(
        template,
        p=record,
        deployed=deployed,
        online=deployed is not None and offers(deployed.procedure),
        place=place,
        absent=absent,
        methods=METHODS,
        fee_kinds=FEE_KINDS,
        copies=copies,
        fee_words=fee_words,
        fee_when=fee_when,
        ways=ways_in(deployed.procedure) if deployed is not None else (),
        templates=_templates(record),
        source=record.source if record.source.startswith("https://") else "",
        events={one.key: one for one in catalogue.life_events()},
    )


def _place(tx: Tx, deployed: Deployed, wanted: str) -> desks.Desk | None:
    """The desk that was chosen; the only one where there is no choice."""
    places = deployed.places
    chosen = places[0] if len(places) == 1 else next((one for one in places if one.code == wanted), None)
    return desks.desk(tx, chosen, now().date()) if chosen is not None else None


def _templates(record: catalogue.Procedure) -> list[str]:
    """The names of the forms that a record publishes, each once."""
    components = (one for group in record.groups for one in group.components)
    return list(dict.fromkeys(name for one in components for name in one.templates))


@dataclass(frozen=True)
class Absent:
    """A procedure that was deployed and is not in force today: retired since a day, or to come on one."""

    procedure: bundles.Procedure
    since: date | None
    until: date | None


def _absent(tx: Tx, code: str) -> Absent | None:
    known = bundles.versions(tx, code)
    today = now().date()
    coming = [
        one
        for one in known
        if one.effective_from > today and (one.retired_on is None or one.retired_on > one.effective_from)
    ]
    gone = [one for one in known if one.retired_on is not None and one.retired_on <= today]
    if coming:
        next_one = min(coming, key=lambda one: one.effective_from)
        return Absent(next_one, None, next_one.effective_from)
    if gone:
        last = max(gone, key=lambda one: (one.retired_on, one.number))
        return Absent(last, last.retired_on, None)
    return None


@blueprint.get("/thu-tuc/<code>/mo-hinh")
@public
def procedure_model(code: str) -> Any:
    """What anybody may see of the model, as XML, for the drawing that can be moved."""
    with database().begin() as tx:
        try:
            found = bundles.procedure(tx, code)
        except Refusal:
            abort(404)
        body = drawings.public(tx, found.version, found.process)
    return Response(body, content_type="application/xml") if body is not None else abort(404)


def _deployed(tx: Tx, code: str) -> Deployed | None:
    try:
        found = bundles.procedure(tx, code)
    except Refusal:
        return None
    drawing = drawings.of_version(tx, found.version, found.process)
    return Deployed(found, drawing, citizen_steps.path(tx, found), desks.receiving(tx, found))


@dataclass(frozen=True)
class Way:
    """One way to hand in a dossier: its name, and where it leads. outage: only while the portal is out of order."""

    name: str
    where: str
    outage: bool


def ways_in(procedure: bundles.Procedure) -> list[Way]:
    """How a dossier of a procedure is handed in, those that are open every day first."""
    where = {
        DESK: _("tại bộ phận một cửa của cơ quan giải quyết."),
        ONLINE: _("ngay tại đây, hoặc trên Cổng Dịch vụ công quốc gia, dichvucong.gov.vn.")
        if offers(procedure)
        else _("trên Cổng Dịch vụ công quốc gia, dichvucong.gov.vn."),
        POST: _("gửi đến bộ phận một cửa qua dịch vụ bưu chính công ích."),
    }
    usual = procedure.usual_channels
    return [
        Way(pick(CHANNELS[one]), where[one], one not in usual)
        for one in (*usual, *(one for one in procedure.channels if one not in usual))
    ]


def usual_words(procedure: bundles.Procedure) -> str:
    """The ways that are open every day, in a few words: ``trực tiếp, trực tuyến``."""
    return ", ".join(pick(CHANNELS[one]).lower() for one in procedure.usual_channels)


def copies(component: Any) -> str:
    """``1 bản chính, 2 bản sao``, of a catalogue's component or a bundle's."""
    get = component.get if isinstance(component, dict) else lambda name, default=0: getattr(component, name, default)
    parts = []
    if get("originals", 0):
        parts.append(_("%(num)s bản chính", num=get("originals", 0)))
    if get("copies", 0):
        parts.append(_("%(num)s bản sao", num=get("copies", 0)))
    return ", ".join(parts)


def fee_words(fee: Any) -> str:
    """What a bundle's fee costs: an amount with what it is for, or that it is computed."""
    if fee.get("amount") is None:
        return _("tính theo hồ sơ cụ thể")
    if not int(fee["amount"]):
        return _("không thu")
    per = {"copy": _("mỗi bản"), "page": _("mỗi trang"), "dossier": ""}.get(fee.get("per", "dossier"), "")
    return " ".join(filter(None, (money(fee["amount"]), per)))


def fee_when(fee: Any, procedure: bundles.Procedure) -> str:
    """For which case or way of handing in a fee is; empty where it is for all."""
    case = procedure.case(fee.get("case"))
    channel = CHANNELS.get(fee.get("channel") or "")
    parts = [str(case["name"]) if case is not None else "", pick(channel).lower() if channel is not None else ""]
    return ", ".join(filter(None, parts))
