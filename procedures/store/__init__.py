"""The tables of public administration, a file per theme; they join the one MetaData of `engine.store`."""

from __future__ import annotations

import importlib
import pkgutil


def every() -> None:
    """All of them join now, and with them what the log holds of each: a process that knows a part only would take rows
    of the others for missing."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
