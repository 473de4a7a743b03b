"""Is this paper real? Anyone may ask, by the token in its QR code or by the file itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, files
from procedures.store.dossier import dossier
from procedures.store.papers import letter, result


@dataclass(frozen=True, slots=True)
class Verified:
    """What a paper is, whether it is valid, and who stands for it. No personal data: whoever finds a paper may ask.

    kind: ``letter`` or ``result``. state: ``valid``, ``replaced`` (a newer one took its place), ``draft`` (a result
    that nobody has approved), ``old_draft`` (one in whose place a newer one stands) or ``damaged`` (the file that is
    kept is not what was issued). sha256: of the PDF, where it is archived.
    """

    kind: str
    title: str
    number: str
    code: str
    agency: str
    issued_at: datetime
    signer: str
    state: str
    sha256: str | None
    token: str
    template: str = ""  # of a letter

    @property
    def valid(self) -> bool:
        return self.state == "valid"


@query
def verify(tx: Tx, token: str) -> Verified | None:
    """The paper of a token (upper or lower case); None where none was ever issued with it."""
    token = token.strip().upper()
    row = tx.read(
        select(letter, dossier.c.code)
        .join(dossier, dossier.c.id == letter.c.dossier_id, isouter=True)
        .where(letter.c.token == token)
    ).first()
    if row is not None:
        return Verified(
            "letter",
            row.title,
            row.number,
            row.code or "",
            _agency(tx, row.agency),
            row.issued_at,
            row.signer,
            _whole(tx, "replaced" if row.replaced_by else "valid", row.pdf),
            row.pdf,
            row.token,
            row.template,
        )
    found = tx.read(
        select(result, dossier.c.code.label("dossier_code"), dossier.c.agency)
        .join(dossier, dossier.c.id == result.c.dossier_id)
        .where(result.c.token == token)
    ).first()
    if found is None:
        return None
    draft, valid = ("draft", "valid") if found.current else ("old_draft", "replaced")
    state = draft if found.approved_at is None else valid
    return Verified(
        "result",
        found.name,
        "",
        found.dossier_code,
        _agency(tx, found.agency),
        found.approved_at or found.attached_at,
        found.approver or "",
        _whole(tx, state, found.sha256),
        found.sha256,
        found.token,
    )


@query
def verify_file(tx: Tx, body: bytes) -> Verified | None:
    """The paper whose archived PDF this is, byte for byte; None where it is none of ours, or was changed."""
    hash = hashlib.sha256(body).hexdigest()
    token = (
        tx.read(select(letter.c.token).where(letter.c.pdf == hash)).scalar()
        or tx.read(select(result.c.token).where(result.c.sha256 == hash).order_by(result.c.attached_at.desc())).scalar()
    )
    return None if token is None else verify(tx, token)


def _whole(tx: Tx, state: str, sha256: str | None) -> str:
    """The state, where what is kept is what was issued: only then is a paper said to be valid."""
    return state if state != "valid" or sha256 is None or files.whole(tx, sha256) else "damaged"


def _agency(tx: Tx, code: str) -> str:
    return agencies.names(tx, [code]).get(code, code)
