"""The citizens' own room: signing in, what they have begun to hand in, and their dossiers."""

from web.citizen import appointments, drafts, identity, mine, mydata, proactive, signing_in, uploads
from web.citizen.room import NAVIGATION, TOKEN, blueprint

__all__ = [
    "NAVIGATION",
    "TOKEN",
    "appointments",
    "blueprint",
    "drafts",
    "identity",
    "mine",
    "mydata",
    "proactive",
    "signing_in",
    "uploads",
]
