"""One rule of `models check`: how grave it is, its sentence and its mend, in both languages.

The sentences are format strings; `element` and the facts that a check gives fill them. `in_bundle`: how grave it is in
a bundle, where that is another grade than in a file by itself, whose neighbours nobody knows.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    severity: Literal["error", "warning"]
    vi: str
    en: str
    fix_vi: str
    fix_en: str
    in_bundle: Literal["error"] | None = None

    def grade(self, bundled: bool = False) -> Literal["error", "warning"]:
        """How grave it is, in a bundle or in a file by itself."""
        return self.in_bundle or self.severity if bundled else self.severity
