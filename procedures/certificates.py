"""Certificates of officials and agencies: which there are, until when, and whether their authority took one back.

They are read from where they are: the tokens, services and files that the signing keys name (no PIN is needed for
that), or a file that somebody uploads. A worker looks every hour: it fetches what authorities say, and tells owners 30
and 7 days before a certificate ends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import agencies, notices, officials, settings
from procedures.dossiers.sheets import Sheet
from procedures.store.certificates import certificate
from procedures.store.people import official, role_grant

if TYPE_CHECKING:
    from procedures.signatures.fetching import Fetched

LOG = "administration/certificates"
#: What a route that asks for certificates says that it concerns.
ROUTE = "certificate"
OFFICIAL, AGENCY = "official", "agency"
#: States, in the order in which a list has them, with what they are called.
STATES: Mapping[str, tuple[str, str]] = {
    "revoked": ("Đã thu hồi", "Revoked"),
    "expired": ("Đã hết hạn", "Expired"),
    "near": ("Sắp hết hạn", "Ends soon"),
    "early": ("Chưa có hiệu lực", "Not valid yet"),
    "valid": ("Đang hiệu lực", "Valid"),
}
#: Where a certificate was read.
SOURCES: Mapping[str, tuple[str, str]] = {
    "token": ("Thiết bị ký số", "Signing token"),
    "phone": ("Ký từ xa", "Remote signing"),
    "file": ("Tệp khóa thử nghiệm", "Test key in a file"),
    "upload": ("Tệp tải lên", "Uploaded file"),
}
#: Days before its end at which a certificate's owner is told; it is near its end from the first on.
TOLD = (30, 7)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and whose it is: an official's by user name, an agency's by code. current: it signs now, as far as
    is known; another took its place otherwise."""

    id: str
    kind: str
    owner: str
    subject: str
    issuer: str
    serial: str
    first: datetime
    last: datetime
    source: str
    revoked_at: datetime | None
    current: bool
    seen_at: datetime

    def state(self, now: datetime) -> str:
        """One of `STATES`."""
        if self.revoked_at is not None:
            return "revoked"
        if now > self.last:
            return "expired"
        if now < self.first:
            return "early"
        return "near" if self.last - now <= timedelta(days=TOLD[0]) else "valid"

    def days_left(self, now: datetime) -> int:
        return max(0, (self.last - now).days)


@query
def listing(tx: Tx, kind: str = "", owner: str = "") -> list[Certificate]:
    """All, or one owner's: those that end first before the others."""
    mine = (certificate.c.kind == kind) & (certificate.c.owner == owner) if owner else certificate.c.id.is_not(None)
    rows = tx.read(select(certificate).where(mine).order_by(certificate.c.last, certificate.c.id))
    return [Certificate(**{name: row[name] for name in Certificate.__slots__}) for row in rows.mappings()]


def counts(found: list[Certificate], now: datetime) -> dict[str, int]:
    """How many there are in each state, of those that sign now."""
    return {state: sum(one.current and one.state(now) == state for one in found) for state in STATES}


def lines(where: Database | Tx, found: list[Certificate], now: datetime) -> list[tuple[Certificate, str, int, str]]:
    """Each with its state, the days that are left and the name of its owner: what signs first, what ends soonest."""
    people = officials.names(where, [one.owner for one in found if one.kind == OFFICIAL])
    units = agencies.names(where, [one.owner for one in found if one.kind == AGENCY])
    names = {OFFICIAL: people, AGENCY: units}
    made = [(one, one.state(now), one.days_left(now), names[one.kind].get(one.owner, one.owner)) for one in found]
    return sorted(made, key=lambda line: not line[0].current)


def workbook(where: Database | Tx) -> bytes:
    """The register as a spreadsheet, with how many there are in each state."""
    now = datetime.now(UTC)
    found = listing(where)
    rows = [
        (
            name,
            "Cán bộ" if one.kind == OFFICIAL else "Cơ quan",
            one.subject,
            one.serial,
            one.issuer,
            f"{one.first.astimezone(VIETNAM):%d/%m/%Y}",
            f"{one.last.astimezone(VIETNAM):%d/%m/%Y}",
            STATES[state][0] if one.current else f"{STATES[state][0]}, không còn dùng",
            SOURCES[one.source][0],
        )
        for one, state, _left, name in lines(where, found, now)
    ]
    rows += [("", "", "", "", "", "", "", f"{STATES[state][0]}: {n}", "") for state, n in counts(found, now).items()]
    columns = (
        "Của ai",
        "Loại",
        "Chứng thư",
        "Số sê-ri",
        "Nơi cấp",
        "Từ ngày",
        "Đến ngày",
        "Tình trạng",
        "Nơi giữ khóa",
    )
    return Sheet("", "Chứng thư số", columns, tuple(rows), now).xlsx()


@command
def upload(tx: Tx, kind: str, owner: str, body: bytes, by: str) -> str:
    """Enters a certificate from a file (PEM or DER); its id. Refuses what is none, and an owner that is not there."""
    from procedures.signatures import trust

    there = officials.names(tx, [owner]) if kind == OFFICIAL else agencies.names(tx, [owner])
    if kind not in (OFFICIAL, AGENCY) or owner not in there:
        raise Refusal(
            f"Không có cán bộ hay cơ quan nào mang mã “{owner}”.", f"There is no official or agency '{owner}'.", "owner"
        )
    found = trust.certificate_in(body)
    if found is None:
        raise Refusal(
            "Tệp này không phải chứng thư số (PEM hoặc DER).", "This file is no certificate (PEM or DER).", "body"
        )
    return _enter(tx, kind, owner, found, "upload", by)


def collect(database: Database, by: str | None) -> list[tuple[str, str, Refusal]]:
    """Reads the certificate of every configured key, outside any transaction. What could not be read: kind, owner and
    why."""
    keys = settings.current(database).signing_keys
    failed: list[tuple[str, str, Refusal]] = []
    if not (keys.officials or keys.agencies):
        return failed
    from procedures.signatures import holding

    for kind, those in ((OFFICIAL, keys.officials), (AGENCY, keys.agencies)):
        for owner, key in those.items():
            for way in key.sources:
                try:
                    found = holding.certificate_of(key, way)
                except Refusal as refusal:
                    failed.append((kind, owner, refusal))
                else:
                    database.run(lambda tx, k=kind, o=owner, c=found, w=way: _enter(tx, k, o, c, w, by))  # type: ignore[misc]
    return failed


def _enter(tx: Tx, kind: str, owner: str, found: Any, source: str, by: str | None) -> str:
    """Writes a certificate down, in the place of the one that its owner had from the same source."""
    from procedures.signatures import trust

    body = found.dump()
    id = hashlib.sha256(body).hexdigest()
    known = tx.execute(select(certificate.c.id).where(certificate.c.id == id)).first()
    same = (certificate.c.kind == kind) & (certificate.c.owner == owner) & (certificate.c.source == source)
    tx.execute(update(certificate).where(same, certificate.c.id != id).values(current=False))
    values = {"kind": kind, "owner": owner, "source": source, "current": True, "seen_at": tx.now}
    if known is not None:
        tx.execute(update(certificate).where(certificate.c.id == id).values(**values))
        return id
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(certificate)
    tx.execute(
        insert.values(
            id=id,
            subject=trust.name_of(found.subject)[:500],
            issuer=trust.name_of(found.issuer)[:500],
            serial=f"{found.serial_number:x}"[:64],
            first=found.not_valid_before,
            last=found.not_valid_after,
            body=body.hex(),
            revoked_at=None,
            told=None,
            **values,
        ).on_conflict_do_nothing()
    )
    said = {"id": id, "kind": kind, "owner": owner, "source": source, "serial": f"{found.serial_number:x}"[:64]}
    audit.append(tx, LOG, "certificate.entered", by, said)
    return id


# -- what a worker does -----------------------------------------------------------------------------------------------


def watch(database: Database) -> list[Fetched]:
    """Reads the keys' certificates again, fetches what is due of revocation, marks what was taken back, and tells the
    owners of what ends soon; what became of each address. Whatever is away is asked again the next time."""
    known = settings.current(database)
    collect(database, None)
    found = listing(database)
    if not found:
        return []
    from procedures.signatures import fetching, trust

    bodies = _bodies(database)
    place = trust.load(known.signature_trust)
    fetched = fetching.refresh(
        place, [trust.certificate_in(body) for body in bodies.values()], known.home / "revocation"
    )
    place, now = trust.load(known.signature_trust), datetime.now(UTC)
    for one in found:
        if one.revoked_at is None and one.last > now:
            since = trust.revoked_since(trust.certificate_in(bodies[one.id]), place, now)
            if since is not None:
                database.run(lambda tx, o=one, s=since: _revoked(tx, o, s))  # type: ignore[misc]
    database.run(_tell)
    return fetched


@query
def _bodies(tx: Tx) -> dict[str, bytes]:
    return {row.id: bytes.fromhex(row.body) for row in tx.read(select(certificate.c.id, certificate.c.body))}


def _revoked(tx: Tx, one: Certificate, since: datetime) -> None:
    tx.execute(update(certificate).where(certificate.c.id == one.id).values(revoked_at=since))
    audit.append(tx, LOG, "certificate.revoked", None, {"id": one.id, "owner": one.owner, "since": since.isoformat()})


def _tell(tx: Tx) -> None:
    """Who owns a certificate that ends soon is told once at each of the days."""
    soon = tx.now + timedelta(days=TOLD[0])
    rows = tx.execute(
        select(certificate).where(
            certificate.c.current, certificate.c.revoked_at.is_(None), certificate.c.last.between(tx.now, soon)
        )
    ).all()
    for row in rows:
        left = (row.last - tx.now).days
        due = min(days for days in TOLD if left < days or days == TOLD[0])
        if row.told is not None and row.told <= due:
            continue
        tx.execute(update(certificate).where(certificate.c.id == row.id).values(told=due))
        day = row.last.astimezone(VIETNAM)
        for address in _addresses(tx, row.kind, row.owner):
            notices.mail(
                tx,
                LOG,
                address,
                f"Chứng thư số sắp hết hạn ngày {day:%d/%m/%Y}",
                f"Chứng thư số của {row.subject} (số sê-ri {row.serial}) hết hạn ngày {day:%d/%m/%Y}.\n"
                "Sau ngày đó không ký số được nữa: hãy đề nghị gia hạn hoặc cấp mới trước khi hết hạn.\n\n"
                f"Xem chứng thư: {settings.current(tx).public_url}/tai-khoan/chung-thu\n",
            )


def _addresses(tx: Tx, kind: str, owner: str) -> list[str]:
    """Of the official; for an agency, of its clerks, who keep the seal."""
    which = official.c.username == owner
    if kind == AGENCY:
        clerks = select(role_grant.c.official).where(role_grant.c.role == "van_thu", role_grant.c.agency == owner)
        which = official.c.username.in_(clerks)
    return sorted({row.email for row in tx.execute(select(official.c.email).where(which)) if row.email})
