"""Who stands at the desk, by a number or by the QR of the citizen's card, for the script of the intake page; and what
is being typed there, kept while it is typed."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.store import Tx
from procedures import citizen_card, dossiers, drafts
from web.account.people import actor
from web.account.typed import typed_now
from web.desk import CLERK, blueprint
from web.house import database
from web.once import once
from web.permissions import allowed
from web.present import day


def person_of(tx: Tx, text: str) -> dict[str, Any]:
    """The fields of the applicant, by a number, a phone or the line of a card's QR: of a card what it says, and beside
    it what the newest dossier of that number has, of those that the clerk may see. Empty where nothing is known."""
    card = citizen_card.read(text)
    known = _earlier(tx, card.number if card is not None else text.strip())
    if card is None:
        return known
    said = {"ho_ten": card.name, "so_dinh_danh": card.number, "dia_chi": card.address}
    return known | {name: value for name, value in said.items() if value}


def _earlier(tx: Tx, text: str) -> dict[str, Any]:
    found = dossiers.find(tx, actor(), text, size=1).rows if text else ()
    if not found:
        return {}
    person = dossiers.get(tx, found[0].id).applicant
    return {
        "ho_ten": person.name,
        "so_dinh_danh": person.id_number,
        "dien_thoai": person.phone,
        "thu_dien_tu": person.email,
        "dia_chi": person.address,
    }


@blueprint.post("/mot-cua/nguoi-nop")
@allowed(CLERK)
@once
def applicant_known() -> Response:
    """What is known of who has that number or card: fields of the page by name, and the card as it was read."""
    text = request.form.get("so", "")[:400]
    card = citizen_card.read(text)
    with database().begin() as tx:
        fields = person_of(tx, text)
    read = (
        {
            "so_dinh_danh": card.number,
            "ho_ten": card.name,
            "ngay_sinh": day(card.born),
            "gioi_tinh": citizen_card.SEXES.get(card.sex.lower(), ""),
            "noi_cu_tru": card.address,
        }
        if card is not None
        else {}
    )
    return jsonify(fields=fields, card=read)


@blueprint.post("/mot-cua/tiep-nhan/<code>/dang-nhap-do")
@allowed(CLERK)
@once
def intake_typing(code: str) -> Response:
    """Keeps what is being typed, so that a tab that is closed loses nothing."""
    drafts.keep(database(), current_user.username, url_for("desk.intake_new", code=code), typed_now())
    return Response(status=204)
