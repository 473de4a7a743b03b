"""Every rule of `models check`, by its name. `docs/reference/checks.md` lists them; a test compares."""

from __future__ import annotations

from engine.model.rule import Rule
from engine.model.rules_bundle import BUNDLE
from engine.model.rules_reading import READING
from engine.model.rules_schema import SCHEMA
from engine.model.rules_structure import STRUCTURE

RULES: dict[str, Rule] = {**READING, **SCHEMA, **STRUCTURE, **BUNDLE}
