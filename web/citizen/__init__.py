"""The citizens' own room: signing in, what they have begun to hand in, and their dossiers."""

from web.citizen import drafts, identity, mine, signing_in, uploads
from web.citizen.room import NAVIGATION, TOKEN, blueprint

__all__ = ["NAVIGATION", "TOKEN", "blueprint", "drafts", "identity", "mine", "signing_in", "uploads"]
