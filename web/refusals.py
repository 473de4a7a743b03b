"""Refusals of the houses below, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.refusal import Refusal
from procedures.forms import Invalid
from procedures.rights import NotAllowed, Unseen
from web.i18n import pick


class Told(Protocol):
    """What is told in both languages."""

    vi: str
    en: str


def sentence(refusal: Told) -> str:
    """Why it was refused, for the person who asked."""
    return pick(refusal.vi, refusal.en)


def beside(refusal: Refusal, fields: Mapping[str, str]) -> dict[str, str]:
    """The sentence as an error of the field that it is about; of the form as a whole (key ``""``) where it is about
    none. fields: argument of the command → name of the field."""
    return {fields.get(refusal.about, ""): sentence(refusal)}


def told(wrong: Invalid | Refusal) -> dict[str, str]:
    """What is wrong, for a form that is shown again: beside its fields, or over the form as a whole (key ``""``)."""
    return wrong.first if isinstance(wrong, Invalid) else {"": sentence(wrong)}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: who may not, what is not there, else how the thing stands."""
    return 403 if isinstance(refusal, NotAllowed) else 404 if isinstance(refusal, Unseen) else 409
