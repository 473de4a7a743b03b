"""From XML to a definition: safe parse, profile, translation of other dialects, normalising, checks, and a
plain-language reading of a model."""

from __future__ import annotations

from engine.model.bundle import check
from engine.model.definition import Finding, Model
from engine.model.drawing.arrangement import layout
from engine.model.drawing.svg import draw
from engine.model.exchange.export import export, inventory, outline
from engine.model.load import ModelError, read
from engine.model.words.difference import Change, diff
from engine.model.words.sentences import describe, described

__all__ = [
    "Change", "Finding", "Model", "ModelError",
    "check", "describe", "described", "diff", "draw", "export", "inventory", "layout", "outline", "read",
]  # fmt: skip
