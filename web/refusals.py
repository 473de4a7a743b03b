"""Refusals of the houses below, in the language of the page."""

from engine.refusal import Refusal
from procedures.rights import NotAllowed, Unseen
from web.i18n import pick


def sentence(refusal: Refusal) -> str:
    """Why it was refused, for the person who asked."""
    return pick(refusal.vi, refusal.en)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: who may not, what is not there, else how the thing stands."""
    return 403 if isinstance(refusal, NotAllowed) else 404 if isinstance(refusal, Unseen) else 409
