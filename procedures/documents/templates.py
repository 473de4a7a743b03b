"""Templates of documents: the shipped one of each kind, and the agency's own in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import agencies, files
from procedures.actor import Actor
from procedures.documents.composing import kinds, making, word
from procedures.documents.composing.content import Content
from procedures.dossiers import log
from procedures.rights import documents as rights
from procedures.store.documents import document_template
from procedures.vocabulary.documents import KINDS

MOST_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class Own:
    """An agency's own template of a kind."""

    kind: str
    sha256: str
    name: str
    at: datetime


@query
def own(tx: Tx, agency: str) -> Mapping[str, Own]:
    """The agency's own templates, by kind."""
    rows = tx.read(select(document_template).where(document_template.c.agency == agency))
    return {row.kind: Own(row.kind, row.sha256, row.name, row.at) for row in rows}


@query
def head(tx: Tx, agency: str) -> tuple[str, str]:
    """What the head of an agency's documents names: who stands above it, and itself. A committee's head names nobody
    above (NĐ 30/2020/NĐ-CP, Phụ lục I, II.2)."""
    name = agencies.name(tx, agency)
    above = agencies.ancestors(tx, agency)
    if name.startswith(("Ủy ban nhân dân", "Hội đồng nhân dân")) or not above:
        return "", name
    return above[0].name, name


@query
def body_of(tx: Tx, agency: str, kind: str) -> bytes | None:
    """The agency's own template of a kind; None where the shipped one serves."""
    found = own(tx, agency).get(kind)
    return files.read(tx, found.sha256) if found is not None else None


@query
def shown(tx: Tx, agency: str, kind: str, by: Actor) -> bytes:
    """The template that is in force, to be opened in Word."""
    rights.require_drafter(tx, agency, by)
    _known(kind)
    return body_of(tx, agency, kind) or word.template(kind, *head(tx, agency))


def tried(database: Database, agency: str, kind: str, body: bytes, by: Actor) -> bytes:
    """What that template makes of a sample. Refuses who keeps no registry there, and one that cannot be filled."""
    database.run(lambda tx: rights.require_registry(tx, agency, by))
    _known(kind)
    if len(body) > MOST_BYTES:
        raise Refusal("Mẫu Word lớn hơn 2 MB.", "The template is larger than 2 MB.", "template")
    if files.type_of(body) != files.DOCX:
        raise Refusal("Mẫu phải là tệp Word (.docx).", "The template is a Word file (.docx).", "template")
    superior, issuer = database.run(lambda tx: head(tx, agency))
    return making.docx(sample(kind, superior, issuer), body)


@command
def put(tx: Tx, agency: str, kind: str, file: files.Stored, by: Actor) -> None:
    """Takes a template that was tried as the agency's own."""
    log.act(tx, by)
    rights.require_registry(tx, agency, by)
    _known(kind)
    tx.execute(document_template.delete().where(*_key(agency, kind)))
    said = {"agency": agency, "kind": kind, "sha256": file.sha256, "name": file.name}
    tx.execute(document_template.insert().values(**said, at=tx.now, who=by.who))


@command
def back_to_shipped(tx: Tx, agency: str, kind: str, by: Actor) -> None:
    """The shipped template serves again."""
    log.act(tx, by)
    rights.require_registry(tx, agency, by)
    tx.execute(document_template.delete().where(*_key(agency, kind)))


def sample(kind: str, superior: str, issuer: str) -> Content:
    """Content by which a template is shown and tried."""
    form = kinds.FORMS[kind]
    return Content(
        kind=kind,
        superior=superior,
        issuer=issuer,
        place="Hưng Yên",
        mark=f"{kind}-UBND",
        subject="Về việc thực hiện nhiệm vụ được giao",
        body=form.begin.replace("…", "nội dung của văn bản"),
        block=("Chủ tịch",),
        signer="Nguyễn Văn An",
        addressees=("Các cơ quan, đơn vị",) if form.addressed else (),
        authority=issuer if form.bases else "",
        bases=("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",),
        recipients=("Như trên",),
        kept="VT",
        second="Trần Thị Bình" if form.second else "",
    )


def _key(agency: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    return document_template.c.agency == agency, document_template.c.kind == kind


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise Refusal("Chọn tên loại văn bản trong danh sách.", "Unknown kind of document.", "kind")
