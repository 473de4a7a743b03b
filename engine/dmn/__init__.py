"""Decisions: DMN 1.1 to 1.5 models, loaded safely and evaluated with FEEL (docs/reference/feel.md)."""

from engine.dmn.errors import DmnError
from engine.dmn.load import Decisions, load, parse

__all__ = ["Decisions", "DmnError", "load", "parse"]
