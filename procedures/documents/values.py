"""What is said of a document by who enters it, and a document as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from procedures.vocabulary.documents import ELECTRONIC, INCOMING, LETTER, NUMBER_WIDTH, ON_ROUTE


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the registry clerk enters of what came (PL VI). notation, issuer, subject: as its issuer wrote them.
    urgency: 0–4 (`vocabulary.documents.URGENCIES`). secrecy: what the stamp says, empty without one. due: by when it
    asks for an answer. more: further variables of the route (under ``van_ban``)."""

    notation: str
    issuer: str
    subject: str
    kind: str = LETTER
    issued_on: date | None = None
    urgency: int = 0
    secrecy: str = ""
    medium: str = ELECTRONIC
    signer: str = ""
    position: str = ""
    pages: int | None = None
    copies: int | None = None
    due: date | None = None
    note: str = ""
    more: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document, coming or going. number: in its register, None until it is entered there. notation: empty until an
    outgoing one has its number. sha256: of its scan, or of the version in force. channel: how it came
    (`vocabulary.documents.CHANNELS`). suggested: fields that nobody has looked over yet, and by what they were read.
    """

    id: str
    code: str
    agency: str
    register: str
    state: str
    series: str | None
    year: int | None
    number: int | None
    notation: str
    issuer: str
    issued_on: date | None
    kind: str
    subject: str
    urgency: int
    medium: str
    signer: str
    position: str
    recipients: str
    pages: int | None
    copies: int | None
    due: date | None
    note: str
    sender: str | None
    source: str | None
    answers: str | None
    replaces: str | None
    corrects: str | None
    sha256: str | None
    file_name: str
    received_at: datetime
    received_by: str | None
    numbered_at: datetime | None
    numbered_by: str | None
    acknowledged_at: datetime | None
    ended_at: datetime | None
    reason: str
    unit: str
    capacity: str
    approved_at: datetime | None
    dispatched_at: datetime | None
    channel: str
    suggested: Mapping[str, str]
    double_reason: str

    @property
    def incoming(self) -> bool:
        return self.register == INCOMING

    @property
    def shown_number(self) -> str:
        """The number in the register as it is written: below 10 with a zero."""
        return "" if self.number is None else f"{self.number:0{NUMBER_WIDTH}d}"


def document_of(row: Any) -> Document:
    """The document of a row of its table."""
    said = {name: getattr(row, name) for name in Document.__slots__}
    for name in (
        "signer",
        "position",
        "recipients",
        "note",
        "file_name",
        "reason",
        "unit",
        "capacity",
        "channel",
        "double_reason",
    ):
        said[name] = said[name] or ""
    said["suggested"] = row.suggested or {}
    said["state"] = row.state or ON_ROUTE
    said["medium"] = row.medium or ELECTRONIC
    return Document(**said)
