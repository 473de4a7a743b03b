"""Citizens: how they sign in, what they have begun to hand in, and the dossiers that are theirs.

A citizen is known by an id that only a session gives; every statement here that reads or writes what is theirs names
it. What somebody else's id would find is not found.
"""

from procedures.citizens.people import Citizen, get, keep_person
from procedures.citizens.signing_in import Asked, Refused, Session, ask_code, enter_code, session, sign_out

__all__ = [
    "Asked",
    "Citizen",
    "Refused",
    "Session",
    "ask_code",
    "enter_code",
    "get",
    "keep_person",
    "session",
    "sign_out",
]
