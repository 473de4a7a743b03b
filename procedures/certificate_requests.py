"""What officials asked the administration for before requests became a route of their own (`register: {concerns:
certificate}` of a bundle): a certificate, its renewal, its revocation. What waits is still answered here.

A request is sent on to the provider, then done; or refused with a reason. Each act is logged, and who asked is told by
mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import notices, settings
from procedures.certificates import LOG
from procedures.store.certificates import certificate_request
from procedures.store.people import official

#: What may be asked for; all but a new one are about a certificate that one has.
WISHES: Mapping[str, tuple[str, str]] = {
    "issue": ("Cấp chứng thư mới", "A new certificate"),
    "renew": ("Gia hạn chứng thư", "Renewal"),
    "revoke": ("Thu hồi chứng thư", "Revocation"),
}
STATES: Mapping[str, tuple[str, str]] = {
    "asked": ("Đang chờ", "Waiting"),
    "sent": ("Đã gửi nhà cung cấp", "Sent to the provider"),
    "done": ("Đã xong", "Done"),
    "refused": ("Không đồng ý", "Refused"),
}
#: State → what it may become.
MOVES: Mapping[str, tuple[str, ...]] = {"asked": ("sent", "refused"), "sent": ("done", "refused")}


@dataclass(frozen=True, slots=True)
class Request:
    """A request. certificate: id, empty for a new one; name: of who asked; said: what was answered."""

    id: str
    who: str
    name: str
    wish: str
    certificate: str
    reason: str
    state: str
    said: str
    asked_at: datetime
    changed_at: datetime

    @property
    def open(self) -> bool:
        return self.state in MOVES


@query
def listing(tx: Tx, who: str = "") -> list[Request]:
    """All requests, or one person's: those that wait first, then the newest."""
    wanted = select(certificate_request, official.c.name).join(
        official, official.c.username == certificate_request.c.who, isouter=True
    )
    rows = tx.read(wanted.where(certificate_request.c.who == who) if who else wanted).all()
    found = [
        Request(
            row.id,
            row.who,
            row.name or row.who,
            row.wish,
            row.certificate or "",
            row.reason,
            row.state,
            row.said,
            row.asked_at,
            row.changed_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.open, -one.asked_at.timestamp()))


@command
def move(tx: Tx, id: str, state: str, said: str, by: str) -> None:
    """The administration answers: sent on, done, or refused with a reason. Raises LookupError for no such request;
    refuses a step that does not follow."""
    row = tx.execute(select(certificate_request).where(certificate_request.c.id == id).with_for_update()).first()
    if row is None:
        raise LookupError(id)
    if state not in MOVES.get(row.state, ()):
        raise Refusal(
            f"Đề nghị này đang ở tình trạng “{STATES[row.state][0]}”, không chuyển như vậy được.",
            f"This request is '{STATES[row.state][1]}' and cannot go there.",
        )
    if state == "refused" and not said.strip():
        raise Refusal("Ghi lý do không đồng ý.", "Give the reason of the refusal.", "said")
    tx.execute(
        update(certificate_request)
        .where(certificate_request.c.id == id)
        .values(state=state, said=said.strip()[:1000], changed_at=tx.now)
    )
    audit.append(tx, LOG, "certificate.answered", by, {"id": id, "state": state, "said": said.strip()[:1000]})
    address = tx.execute(select(official.c.email).where(official.c.username == row.who)).scalar()
    if address:
        notices.mail(
            tx,
            LOG,
            address,
            f"Đề nghị về chứng thư số: {STATES[state][0].lower()}",
            f"{WISHES[row.wish][0]}: {STATES[state][0].lower()}. {said.strip()}\n\n"
            f"Xem: {settings.current(tx).public_url}/tai-khoan/chung-thu\n",
        )
