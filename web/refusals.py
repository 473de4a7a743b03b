"""Refusals of the houses below, in the language of the page."""

from engine.refusal import Refusal
from web.i18n import pick


def sentence(refusal: Refusal) -> str:
    """Why it was refused, for the person who asked."""
    return pick(refusal.vi, refusal.en)
