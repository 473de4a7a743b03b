"""One rule of `models check`: how grave it is, its sentence and its mend, in both languages.

The sentences are format strings; `element` and the facts that a check gives fill them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    severity: Literal["error", "warning"]
    vi: str
    en: str
    fix_vi: str
    fix_en: str
