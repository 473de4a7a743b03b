"""Who a citizen is: what they have said of themselves, and what their electronic identity says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, update

from engine.store import Tx
from engine.store.joining import command, query
from procedures.dossiers.values import Applicant
from procedures.store.citizens import citizen, citizen_key

IDENTITY = "identity"  # what kind of key an electronic identity is


@dataclass(frozen=True, slots=True)
class Citizen:
    """An account. `person` is what it knows of its owner; empty text where nothing was said yet."""

    id: str
    person: Applicant


def key_of(kind: str, value: str) -> str:
    """Under which what one signs in by is kept: nobody reads a phone from it, and one is found by it."""
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()


@query
def get(tx: Tx, citizen_id: str) -> Citizen | None:
    """The account of that id."""
    row = tx.read(select(citizen).where(citizen.c.id == citizen_id)).first()
    if row is None:
        return None
    return Citizen(row.id, Applicant(row.name, row.id_number, row.phone, row.email, row.address))


def by_key(tx: Tx, kind: str, value: str) -> str | None:
    """Whose account is signed in to by that phone, address or identity."""
    found = tx.read(select(citizen_key.c.citizen).where(citizen_key.c.key == key_of(kind, value))).scalar()
    return None if found is None else str(found)


def has_identity(tx: Tx, citizen_id: str) -> bool:
    """Whether an electronic identity stands behind the account."""
    found = select(citizen_key.c.key).where(citizen_key.c.citizen == citizen_id, citizen_key.c.kind == IDENTITY)
    return tx.read(found).first() is not None


def add(tx: Tx, person: Applicant) -> str:
    """A new account; its id."""
    id = tx.database.new_id()
    tx.execute(citizen.insert().values(id=id, created_at=tx.now, **_columns(person)))
    return id


def add_key(tx: Tx, citizen_id: str, kind: str, value: str) -> None:
    """From now on that phone, address or identity opens this account."""
    tx.execute(citizen_key.insert().values(key=key_of(kind, value), kind=kind, citizen=citizen_id, added_at=tx.now))


@command
def keep_person(tx: Tx, citizen_id: str, person: Applicant) -> None:
    """What a citizen says of themselves, kept for the next time; nothing is written where nothing is new."""
    known = get(tx, citizen_id)
    if known is not None and known.person != person:
        tx.execute(update(citizen).where(citizen.c.id == citizen_id).values(**_columns(person)))


def _columns(person: Applicant) -> dict[str, str]:
    return {
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
    }
