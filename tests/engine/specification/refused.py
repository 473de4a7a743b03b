"""All broken models that are reported, of every table."""

from __future__ import annotations

from tests.engine.specification import refusals, refused_exchange, refused_meaning
from tests.engine.specification.refusals import Refusal

REFUSALS: tuple[Refusal, ...] = (*refusals.REFUSALS, *refused_exchange.REFUSALS, *refused_meaning.REFUSALS)

__all__ = ["REFUSALS", "Refusal"]
