"""Kinds of agencies, and the two tiers of local administration (Law 72/2025/QH15): there is no district any more."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

TIERS: Mapping[str, Word] = {
    "tinh": Word("Cấp tỉnh", "Province"),
    "xa": Word("Cấp xã", "Commune"),
}

#: A people's committee heads its letters with its own name alone; whoever stands below one, with that one's above it.
COMMITTEE, OTHER = "ubnd", "khac"
KINDS: Mapping[str, Word] = {
    COMMITTEE: Word("Ủy ban nhân dân", "People's committee"),
    "van_phong": Word("Văn phòng", "Office"),
    "so": Word("Sở, ban, ngành", "Department of the province"),
    "phong": Word("Phòng chuyên môn", "Division of a commune"),
    "trung_tam": Word("Trung tâm, đơn vị sự nghiệp", "Centre, public service unit"),
    "cong_an": Word("Công an", "Police"),
    "bhxh": Word("Bảo hiểm xã hội", "Social insurance"),
    OTHER: Word("Cơ quan, đơn vị khác", "Another agency or unit"),
}
