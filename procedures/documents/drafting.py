"""A draft is composed of its parts in the browser: .docx and PDF of one content, as another version of the document;
the same parts fill the Word template for who writes there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from engine.store import Database, Tx
from engine.store.joining import query
from procedures import absences, agencies, files, officials
from procedures.actor import Actor
from procedures.documents import capacity, notation, queries, templates, versions
from procedures.documents.composing import kinds, making
from procedures.documents.composing.content import Content, checked, content_of
from procedures.documents.values import Document
from procedures.letters import issuing
from procedures.store.documents import document_version


@query
def begun(tx: Tx, found: Document) -> Content:
    """What the parts of a draft are to begin with: those of its last version that was composed here, else what is known
    of the document and what its kind asks for."""
    kept = tx.read(
        select(document_version.c.content)
        .where(document_version.c.root_id == found.id, document_version.c.content.is_not(None))
        .order_by(document_version.c.number.desc())
        .limit(1)
    ).scalar()
    superior, issuer = templates.head(tx, found.agency)
    if kept is not None:
        return replace(content_of(kept), kind=found.kind, subject=found.subject, urgency=_stamp(found))
    form = kinds.FORMS[found.kind]
    names = tuple(filter(None, found.recipients.split("\n")))
    signer = next(iter(signers(tx, found.agency)), None)
    title = signer.title if signer is not None else ""
    return Content(
        kind=found.kind,
        superior=superior,
        issuer=issuer,
        place=issuing.place(tx, issuer),
        mark=mark(tx, found),
        subject=found.subject,
        body=form.begin,
        block=capacity.lines(capacity.proposed(title, issuer, None), title, issuer) if signer is not None else (),
        signer=signer.name if signer is not None else "",
        addressees=names if form.addressed else (),
        authority=f"{capacity.head_of(issuer)} {issuer}".strip()
        if found.kind == "QĐ"
        else issuer
        if form.bases
        else "",
        bases=("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",) if form.bases else (),
        recipients=("Như trên",) if form.addressed else ("Như Điều 3",) if found.kind == "QĐ" else names,
        kept=f"VT, {found.unit}" if found.unit else "VT",
        urgency=_stamp(found),
    )


def _stamp(found: Document) -> int:
    return min(found.urgency, 3)


@query
def mark(tx: Tx, found: Document) -> str:
    """The notation of a document without its number."""
    short = notation.abbreviation(agencies.name(tx, found.agency))
    return notation.notation(0, found.kind, short, found.unit).partition("/")[2]


@query
def signers(tx: Tx, agency: str) -> list[officials.Official]:
    """Who signs for an agency: its leaders, heads before deputies."""
    found = officials.officials_in(tx, f"{absences.LEADER}@{agency}")
    return sorted(found, key=lambda one: (capacity.is_deputy(one.title), one.name))


def compose(database: Database, code: str, said: Content, note: str, by: Actor) -> int:
    """Makes another version of a draft of these parts; its number. Refuses who is not its author, parts that make no
    document, and once it is submitted."""
    with database.begin() as tx:
        row = queries.row_of(tx, code, by, "write")
        versions.require_draft(row)
        said = checked(replace(said, kind=row.kind, number=None, day=None))
        own, at = templates.body_of(tx, row.agency, row.kind), tx.now
    word, pdf = making.docx(said, own), making.pdf(said, at)
    name = f"{row.kind}-{code}"
    kept = files.put(database, word, f"{name}.docx", (files.DOCX,))
    shown = files.put(database, pdf, f"{name}.pdf", (files.PDF,))
    return versions.add_version(database, code, shown, note, by, content=said.kept_in_json(), word=kept)


def as_word(database: Database, code: str, by: Actor) -> bytes:
    """The Word template of a draft's kind, filled with what is known of it, for who writes there."""
    with database.begin() as tx:
        row = queries.row_of(tx, code, by, "write")
        said, own = begun(tx, queries.find(tx, code, by)), templates.body_of(tx, row.agency, row.kind)
    return making.docx(said, own)


def with_number(
    tx: Tx, id: str, agency: str, sha256: str | None, number: int, whole: str, day: date, by: Actor
) -> None:
    """A version that was composed here, and that nobody has signed, is printed anew with its number and date."""
    row = tx.execute(
        select(document_version)
        .where(document_version.c.root_id == id)
        .order_by(document_version.c.number.desc())
        .limit(1)
    ).first()
    if row is None or row.content is None or row.sha256 != sha256:
        return
    said = replace(content_of(row.content), number=number, day=day, mark=whole.partition("/")[2])
    own = templates.body_of(tx, agency, said.kind)
    word = files.put(tx, making.docx(said, own), f"{whole.replace('/', '-')}.docx", (files.DOCX,))
    shown = files.put(tx, making.pdf(said, tx.now), f"{whole.replace('/', '-')}.pdf", (files.PDF,))
    text = versions.text_of(tx, shown)
    versions.add(tx, id, shown, text, "Ghi số, ngày tháng", by, content=said.kept_in_json(), word=word)
