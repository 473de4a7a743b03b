"""A record of the catalogue for a procedure that has no national one: what its bundle says of it, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

METHODS = {"truc_tiep": "DIRECT", "truc_tuyen": "ONLINE", "buu_chinh": "POSTAL"}


def record_of(description: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a bundle (`procedure.yaml`) in the national format. What it leaves open stays open."""
    term = description.get("term") or {}
    processing = {"qty": term.get("value"), "unit": term.get("unit")} if term.get("unit") else None
    field = description.get("field") or {}
    return {
        "code": str(description["code"]),
        "name": description["name"]["vi"],
        "category": {"code": field.get("code", ""), "name": field.get("name", "")},
        "channels": [
            {"method": METHODS[name], "processing": processing, "fees": [], "note": ""}
            for name in description.get("channels") or ("truc_tiep",)
        ],
        "processing_cases": [],
        "checklist_raw": [
            {
                "group": "",
                "items": [
                    {
                        "code": one["code"],
                        "name": one["name"],
                        "original_qty": one.get("originals", 0),
                        "copy_qty": one.get("copies", 0),
                    }
                    for one in description.get("components") or ()
                ],
            }
        ],
        "results": [one["name"] for one in description.get("results") or ()],
        "legal_basis": [
            {"code": one["code"], "name": one.get("name", "")} for one in description.get("legal_basis") or ()
        ],
    }
