"""From a document and what is to be said of it to the fields of an edXML message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import agencies, files, officials, settings
from procedures.exchange.axis.outbox import BUSINESS, STATUS
from procedures.exchange.edxml.fields import BUSINESS as NAMES
from procedures.exchange.edxml.fields import STATUSES
from procedures.store.axis import axis_document, axis_recipient
from procedures.store.documents import document
from procedures.vocabulary.documents import BOTH, KINDS


def compose(tx: Tx, message: Any) -> tuple[str, dict[str, Any]]:
    """The agency that says it, and the message, its attachments as files of the store. message: a row of the outbox."""
    if message.content is not None:
        return str(message.content["From"]["OrganId"]), {"MessageHeader": dict(message.content)}
    row = tx.read(select(document).where(document.c.id == message.root_id)).one()
    known = tx.read(select(axis_document).where(axis_document.c.root_id == message.root_id)).one()
    if message.kind == STATUS:
        about = {
            "OrganId": known.organ,
            "Code": row.notation,
            "DocumentId": known.document_id,
            "PromulgationDate": _day(row.issued_on),
        }
        return row.agency, {"MessageHeader": status(tx, row.agency, about, message)}
    return row.agency, _document(tx, row, known, message)


def status(tx: Tx, agency: str, about: dict[str, str], message: Any) -> dict[str, Any]:
    """The header of a status message from that agency. message: with `code`, `text`, `ordered_at`, `ordered_by`."""
    return {
        "From": organ(tx, agency),
        "ResponseFor": [_full(about)],
        "StatusCode": message.code,
        "Description": message.text or STATUSES[message.code][0].capitalize(),
        "Timestamp": _time(message.ordered_at),
        "StaffInfo": _staff(tx, agency, message.ordered_by),
    }


def organ(tx: Tx, code: str) -> dict[str, str]:
    """An agency of ours as messages name it."""
    one = agencies.last_known(tx, code)
    if one is None:
        return {"OrganId": code}
    known = settings.current(tx).province.get("name", "")
    said = {
        "OrganId": code,
        "OrganizationInCharge": known,
        "OrganName": one.name,
        "OrganAdd": one.address or "",
        "Email": one.email or "",
        "Telephone": one.phone or "",
    }
    return _full(said)


def _document(tx: Tx, row: Any, known: Any, message: Any) -> dict[str, Any]:
    number, _slash, notation = row.notation.partition("/")
    to = tx.read(
        select(axis_recipient).where(axis_recipient.c.root_id == row.id).order_by(axis_recipient.c.position)
    ).all()
    code = BUSINESS[message.kind]
    capacity, _dot, position = (row.position or "").rpartition(". ")
    header: dict[str, Any] = {
        "From": organ(tx, row.agency),
        "To": [{"OrganId": one.organ, "OrganName": one.name} for one in to],
        "DocumentId": known.document_id,
        "Code": {"CodeNumber": number, "CodeNotation": notation},
        "PromulgationInfo": {
            "Place": settings.current(tx).province.get("place", ""),
            "PromulgationDate": _day(row.issued_on),
        },
        "DocumentType": {"Type": "1", "TypeName": KINDS[row.kind].vi if row.kind in KINDS else row.kind},
        "Subject": row.subject,
        "SignerInfo": _full(
            {"Competence": f"{capacity}." if capacity else "", "Position": position, "FullName": row.signer or ""}
        ),
        "OtherInfo": _full({"Priority": str(row.urgency), "PageAmount": str(row.pages or "")}),
        "ToPlaces": {"Place": [one.name for one in to]},
    }
    if answered := _answered(tx, row.answers):
        header["ResponseFor"] = [answered]
    business: dict[str, Any] = {
        "DocumentId": known.document_id,
        "BussinessDocType": code,
        "BussinessDocReason": message.text or NAMES[code][1].capitalize(),
        "Paper": "1" if row.medium == BOTH else "0",
        "StaffInfo": _staff(tx, row.agency, message.ordered_by),
    }
    if message.kind == "replace":
        business["ReplacementInfoList"] = {"ReplacementInfo": [_replaced(tx, row.replaces)]}
    made: dict[str, Any] = {
        "MessageHeader": header,
        "TraceHeaderList": {
            "TraceHeader": [{"OrganId": row.agency, "Timestamp": _time(message.ordered_at)}],
            "Bussiness": business,
        },
    }
    if message.kind != "recall" and row.sha256:
        made |= _attached(tx, row)
    return made


def _attached(tx: Tx, row: Any) -> dict[str, Any]:
    stored = files.info(tx, row.sha256)
    kind = stored.type if stored is not None else "application/octet-stream"
    ending = (row.file_name or "").rpartition(".")[2] if "." in (row.file_name or "") else "pdf"
    told = {
        "ContentId": f"cid:{row.sha256[:32]}",
        "ContentType": kind,
        "AttachmentName": f"{row.notation.replace('/', '-')}.{ending}",
    }
    entry = {
        "ContentId": told["ContentId"],
        "type": kind,
        "name": told["AttachmentName"],
        "file": str(files.place(tx, row.sha256)),
        "sha256": row.sha256,
    }
    return {"edXMLManifest": {"version": "1.0", "Reference": [told]}, "attachments": [entry]}


def _answered(tx: Tx, root_id: str | None) -> dict[str, str]:
    """The document of another system that this one answers."""
    if root_id is None:
        return {}
    row = tx.read(
        select(axis_document, document.c.notation, document.c.issued_on)
        .join(document, document.c.id == axis_document.c.root_id)
        .where(axis_document.c.root_id == root_id)
    ).first()
    if row is None:
        return {}
    said = {
        "OrganId": row.organ,
        "Code": row.notation,
        "DocumentId": row.document_id,
        "PromulgationDate": _day(row.issued_on),
    }
    return _full(said)


def _replaced(tx: Tx, root_id: str) -> dict[str, Any]:
    id = tx.read(select(axis_document.c.document_id).where(axis_document.c.root_id == root_id)).scalar_one()
    to = tx.read(select(axis_recipient.c.organ).where(axis_recipient.c.root_id == root_id)).scalars().all()
    return {"DocumentId": id, "OrganIdList": {"OrganId": list(to)}}


def _staff(tx: Tx, agency: str, username: str | None) -> dict[str, str]:
    named = agencies.names(tx, [agency]).get(agency, agency)
    said = {"Department": named, "Staff": officials.names(tx, {username}).get(username, "") if username else ""}
    return _full(said)


def _full(said: dict[str, str]) -> dict[str, str]:
    """Without what is empty."""
    return {name: text for name, text in said.items() if text}


def _day(day: Any) -> str:
    return f"{day:%Y/%m/%d}" if day is not None else ""


def _time(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y/%m/%d %H:%M:%S}"
