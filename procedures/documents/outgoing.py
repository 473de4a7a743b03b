"""A document that is to go out is drafted: opened with its kind, its recipients and its route, which begins with its
author (NĐ 30/2020/NĐ-CP, Điều 10). The order of the steps is the route's (`bpmn/routes`); what a step does to the
document stands in `approval`, `numbering` and `sending`, called by `mc:document`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine import audit, commands
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, files, officials
from procedures.actor import Actor
from procedures.documents import incoming, notation, versions
from procedures.documents.values import Document, document_of
from procedures.dossiers import log
from procedures.exchange.axis import reached
from procedures.rights import documents as rights
from procedures.store.documents import document, document_recipient
from procedures.vocabulary.documents import (
    BOTH,
    DISPATCHED,
    DRAFT,
    ELECTRONIC,
    KINDS,
    LETTER,
    OUTGOING,
    PAPER,
    URGENCIES,
)

DRAFTS = (files.DOCX, files.PDF)
DRAFTERS = rights.DRAFTERS


@dataclass(frozen=True, slots=True)
class Draft:
    """What the author says of a document to be. unit: the notation of the drafting unit, in that of a công văn.
    recipients: agencies of this system by their codes; others: names of who stands outside it, one a line; who is
    reached by the axis goes by code or name. answers: code of the incoming document that it answers. replaces: code of
    the outgoing one whose place it takes. corrects: of the one whose format or slip of the pen it mends
    (đính chính)."""

    agency: str
    kind: str
    subject: str
    urgency: int = 0
    unit: str = ""
    recipients: Sequence[str] = ()
    others: str = ""
    medium: str = ELECTRONIC
    note: str = ""
    answers: str = ""
    replaces: str = ""
    corrects: str = ""


@query
def may_draft(tx: Tx, said: Draft, by: Actor) -> None:
    """Refuses who does not draft for that agency, and a draft that cannot become a document: asked before its file is
    kept."""
    rights.require_drafter(tx, said.agency, by)
    _check(tx, said)
    incoming.route_of(tx, said.agency, OUTGOING)
    _recipients(tx, said)
    _answered(tx, said, by)
    _out(tx, said.replaces, said, by)
    _out(tx, said.corrects, said, by)


@command
def draft(tx: Tx, said: Draft, file: files.Stored | None, by: Actor) -> Document:
    """Opens a draft, with its first version where there is one, and its route, which begins with the author."""
    log.act(tx, by)
    may_draft(tx, said, by)
    text = versions.text_of(tx, file) if file is not None else ""  # before the series is locked
    route = incoming.route_of(tx, said.agency, OUTGOING)
    id, code = tx.database.new_id(), incoming.new_code(tx, said.agency, OUTGOING)
    names = _recipients(tx, said)
    issuer = agencies.name(tx, said.agency)
    source = _answered(tx, said, by)
    replaced, corrected = _out(tx, said.replaces, said, by), _out(tx, said.corrects, said, by)
    tx.execute(
        document.insert().values(
            id=id,
            code=code,
            route=route.code,
            route_version=route.version,
            agency=said.agency,
            register=OUTGOING,
            state=DRAFT,
            notation="",
            issuer=issuer,
            kind=said.kind,
            subject=said.subject.strip(),
            urgency=said.urgency,
            medium=said.medium,
            unit=said.unit.strip() or None,
            recipients="\n".join(name for _agency, name in names) or None,
            note=said.note.strip() or None,
            answers=source,
            replaces=replaced,
            corrects=corrected,
            folded=incoming.folded(code, said.subject, issuer, *(name for _agency, name in names)),
            received_at=tx.now,
            received_by=by.username,
        )
    )
    for position, (agency, name) in enumerate(names, 1):
        tx.execute(document_recipient.insert().values(root_id=id, position=position, agency=agency, name=name))
        if agency is None:
            reached.note(tx, id, position, name)
    audit.append(tx, id, "document.drafted", by.username, {"code": code, "kind": said.kind})
    if file is not None:
        versions.add(tx, id, file, text, "", by)
    commands.start(
        tx,
        route.process,
        {
            "van_ban": {
                "ma": code,
                "loai": said.kind,
                "trich_yeu": said.subject.strip(),
                "do_khan": str(said.urgency),
                "co_quan": said.agency,
                "nguoi_soan": by.username,
                "don_vi_soan": unit_of(tx, said.agency, by),
            }
        },
        business_key=code,
        by=by.username,
        root_id=id,
        deployment=route.version,
    )
    return document_of(tx.execute(select(document).where(document.c.id == id)).one())


def _check(tx: Tx, said: Draft) -> None:
    if said.kind not in KINDS:
        raise Refusal("Chọn tên loại văn bản trong danh sách.", "Unknown kind of document.", "kind")
    subject = said.subject.strip()
    if not subject:
        raise Refusal("Nhập trích yếu nội dung.", "The document has no subject.", "subject")
    if len(subject) > incoming.LENGTHS["subject"]:
        raise Refusal("Trích yếu dài quá 500 ký tự.", "The subject is longer than 500 letters.", "subject")
    if not 0 <= said.urgency < len(URGENCIES):
        raise Refusal("Chọn độ khẩn trong danh sách.", "Unknown urgency.", "urgency")
    if said.medium not in (ELECTRONIC, BOTH, PAPER):
        raise Refusal("Chọn hình thức gửi trong danh sách.", "Unknown medium.", "medium")
    if said.unit.strip() and not notation.is_unit(said.unit.strip()):
        raise Refusal(
            "Ký hiệu đơn vị soạn thảo viết liền, chữ in hoa đứng đầu, ví dụ NC, VP, KTHT.",
            "The notation of the unit is one word that begins with a capital, such as NC, VP.",
            "unit",
        )
    if said.kind == LETTER and not said.unit.strip():
        raise Refusal(
            "Công văn ghi ký hiệu đơn vị soạn thảo, ví dụ NC trong 45/UBND-NC.",
            "A công văn names its drafting unit, such as NC in 45/UBND-NC.",
            "unit",
        )


def _recipients(tx: Tx, said: Draft) -> list[tuple[str | None, str]]:
    """Agency (or None) and name of each recipient. Refuses an agency that there is none, and a draft without any."""
    found: list[tuple[str | None, str]] = []
    known = agencies.names(tx, said.recipients)
    for code in dict.fromkeys(said.recipients):
        if code not in known or code == said.agency:
            raise Refusal("Chọn nơi nhận trong danh sách.", "Choose the recipients from the list.", "recipients")
        found.append((code, known[code]))
    found += [(None, line.strip()[:200]) for line in said.others.splitlines() if line.strip()]
    return found


def _answered(tx: Tx, said: Draft, by: Actor) -> str | None:
    if not said.answers:
        return None
    row = tx.read(select(document).where(document.c.code == said.answers)).first()
    rights.require(tx, "look", row, by)
    return str(row.id) if row is not None else None


def _out(tx: Tx, code: str, said: Draft, by: Actor) -> str | None:
    """The document whose place a draft takes, or which it corrects: of the same agency, and out; what takes its place
    is of the same kind, what corrects it a công văn (NĐ 30/2020/NĐ-CP, Điều 18)."""
    if not code:
        return None
    row = tx.read(select(document).where(document.c.code == code)).first()
    rights.require(tx, "look", row, by)
    assert row is not None  # else it was refused
    if row.register != OUTGOING or row.state != DISPATCHED or row.agency != said.agency:
        raise Refusal(
            "Chỉ thay thế, đính chính được văn bản đã phát hành của chính cơ quan.",
            "Only a document that the agency itself has sent out is replaced or corrected.",
        )
    if code == said.replaces and row.kind != said.kind:
        raise Refusal(
            f"Văn bản thay thế phải cùng tên loại với văn bản {row.notation}.",
            f"What replaces {row.notation} is of the same kind.",
            "kind",
        )
    if code == said.corrects and said.kind != LETTER:
        raise Refusal(
            "Đính chính bằng công văn; sai nội dung thì soạn văn bản thay thế.",
            "A correction is a công văn; wrong content is replaced.",
            "kind",
        )
    return str(row.id)


def unit_of(tx: Tx, agency: str, by: Actor) -> str:
    """The unit whose head initials: where the author works, as far as somebody heads it; else the agency."""
    below = agencies.subtree(tx, agency)
    home = by.agency if by.agency in below else agency
    return home if officials.officials_in(tx, f"truong_don_vi@{home}") else agency
