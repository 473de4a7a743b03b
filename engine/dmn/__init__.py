"""Decisions: DMN 1.1 to 1.5 models, loaded safely and evaluated with FEEL (docs/reference/feel.md)."""

from engine.dmn.consistency import consistency
from engine.dmn.errors import DmnError
from engine.dmn.finding import Finding
from engine.dmn.load import Clock, Decisions, load, parse
from engine.dmn.review import review
from engine.dmn.tables import Rules, tables

__all__ = ["Clock", "Decisions", "DmnError", "Finding", "Rules", "consistency", "load", "parse", "review", "tables"]
