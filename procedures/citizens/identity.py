"""Signing in by an electronic identity: which account it opens, and what it says of its owner."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from engine.store import Tx
from engine.store.joining import command
from procedures.citizens import people, signing_in
from procedures.citizens.people import IDENTITY
from procedures.citizens.signing_in import Session
from procedures.dossiers.values import Applicant
from procedures.store.citizens import submission, submission_file, upload
from procedures.vocabulary import assurance


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider vouches for. key: by which it knows its owner for ever (issuer and TechID)."""

    key: str
    person: Applicant


@command
def sign_in(tx: Tx, identity: Identity, here: Session | None = None) -> tuple[str, Session]:
    """The account of an identity, made where there is none; the session's token, and the session.

    here: the session of the browser, by code: what was begun in it goes on. Its account becomes the identity's where
    the identity itself names the phone by which it is signed in to, and neither has another: else whoever signed in
    here before, and was not signed out, could open by their phone all that the identity does from now on. Otherwise
    its drafts go to the identity's account."""
    found = people.by_key(tx, IDENTITY, identity.key)
    before = here.citizen if here is not None and here.alive else None
    if found is None:
        mine = before if before == _of_phone(tx, identity.person.phone) else None
        found = mine if mine is not None and not people.has_identity(tx, mine) else people.add(tx, identity.person)
        people.add_key(tx, found, IDENTITY, identity.key)
    if before is not None and before != found and not people.has_identity(tx, before):
        for table in (submission_file, upload, submission):
            mine_only = table.c.citizen == before
            moved = mine_only & (table.c.dossier.is_(None)) if table is submission else mine_only
            tx.execute(update(table).where(moved).values(citizen=found))
    known = people.get(tx, found)
    if known is not None:
        people.keep_person(tx, found, _told(known.person, identity.person))
    return signing_in.begin(tx, found, assurance.IDENTITY), Session(found, assurance.IDENTITY)


def _of_phone(tx: Tx, said: str) -> str | None:
    """The account that is signed in to by the phone that an identity names."""
    try:
        kind, value = signing_in.contact_of(said)
    except signing_in.Refused:
        return None
    return people.by_key(tx, kind, value) if kind == signing_in.PHONE else None


def _told(known: Applicant, said: Applicant) -> Applicant:
    """Name and number are the identity's; phone, address and the like stay as their owner gave them here."""
    return Applicant(
        said.name or known.name,
        said.id_number or known.id_number,
        known.phone or said.phone,
        known.email or said.email,
        known.address or said.address,
    )
