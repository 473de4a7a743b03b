"""The people of a dossier: who hands in, what they are to the one it is about, and who that is."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store import Tx
from engine.store.joining import query
from procedures import bundles
from procedures.dossiers.values import Applicant, Dossier


@dataclass(frozen=True, slots=True)
class People:
    """submitter: who hands in. relation: what they are to the one it is about, in words. about: that one's name, where
    it is another than the submitter."""

    submitter: Applicant
    relation: str
    about: str


@query
def people_of(tx: Tx, found: Dossier) -> People:
    """The people of a dossier, by the fields of its form that its procedure names for them."""
    procedure = bundles.of_version(tx, found.version)
    named = procedure.people
    submitter = found.submitter or found.applicant
    about = str(found.form.get(named.get("about", "")) or "") or found.applicant.name
    return People(submitter, _relation(tx, procedure, found), "" if about == submitter.name else about)


def _relation(tx: Tx, procedure: bundles.Procedure, found: Dossier) -> str:
    key = procedure.people.get("relation", "")
    said = str(found.form.get(key) or "")
    form = bundles.form(tx, procedure.version, procedure.form_key) if said else None
    field = next((one for one in form.inputs() if one.key == key), None) if form is not None else None
    return dict(field.options).get(said, said) if field is not None else said
