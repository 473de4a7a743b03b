"""The built-in functions of DMN 1.5 (10.3.4)."""

from engine.feel.builtins.registry import BUILTINS, Builtin, Refused

__all__ = ["BUILTINS", "Builtin", "Refused"]

from engine.feel.builtins import (  # noqa: F401 - each registers its functions
    contexts,
    conversion,
    dates,
    intervals,
    lists,
    numeric,
    sorting,
    strings,
)
