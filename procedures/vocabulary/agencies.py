"""The two tiers of local administration (Law 72/2025/QH15): there is no district between them any more."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

TIERS: Mapping[str, Word] = {
    "tinh": Word("Cấp tỉnh", "Province"),
    "xa": Word("Cấp xã", "Commune"),
}
