"""FEEL, the expression language of DMN 1.5, and the only thing that evaluates text from a model.

The language, its bounds and types: docs/reference/feel.md.
"""

from engine.feel.api import (
    Compiled,
    certain_names,
    compile,
    compile_tests,
    constant,
    diagnose,
    doubts,
    evaluate,
    kinds,
    names,
    names_in,
    unary_test,
)
from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.functions import FeelFunction, Function
from engine.feel.output import dumps, to_json
from engine.feel.ranges import Range
from engine.feel.temporal import WideDate, WideDateTime, WideDuration, WideTime, YearsMonths
from engine.feel.temporal_text import parse_literal

__all__ = [
    "Compiled",
    "FeelError",
    "FeelFunction",
    "FeelLimitError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "WideDate",
    "WideDateTime",
    "WideDuration",
    "WideTime",
    "YearsMonths",
    "certain_names",
    "compile",
    "compile_tests",
    "constant",
    "diagnose",
    "doubts",
    "dumps",
    "evaluate",
    "kinds",
    "names",
    "names_in",
    "parse_literal",
    "to_json",
    "unary_test",
]
