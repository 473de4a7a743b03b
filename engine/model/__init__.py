"""From XML to a definition: safe parse, profile, translation of other dialects, normalising, checks, and a
plain-language reading of a model."""

from __future__ import annotations

from engine.model.arrangement import layout
from engine.model.bundle import check
from engine.model.definition import Finding, Model
from engine.model.difference import Change, diff
from engine.model.drawing import draw
from engine.model.interchange import export, inventory
from engine.model.reading import ModelError, read
from engine.model.sentences import describe

__all__ = [
    "Change", "Finding", "Model", "ModelError",
    "check", "describe", "diff", "draw", "export", "inventory", "layout", "read",
]  # fmt: skip
