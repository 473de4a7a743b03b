"""From XML to a definition: safe parse, profile, translation of other dialects, normalising, checks, and a
plain-language reading of a model."""

from __future__ import annotations

from engine.model.bundle import check
from engine.model.definition import Finding, Model
from engine.model.interchange import export, inventory
from engine.model.reading import ModelError, read

__all__ = ["Finding", "Model", "ModelError", "check", "export", "inventory", "read"]
