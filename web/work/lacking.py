"""What an official ticks as lacking, as a page posts it (`lack_row` of work/parts.html)."""

from __future__ import annotations

from flask import request

from procedures.dossiers.values import FIELD_MARK, Lack


def lacks_posted() -> list[Lack]:
    """The components and fields ticked as lacking, each with why and how to mend it."""
    lacks = []
    for mark in request.form.getlist("thieu"):
        why, how = (request.form.get(f"thieu_{part}_{mark}", "").strip() for part in ("ly_do", "cach"))
        field = mark.startswith(FIELD_MARK)
        lacks.append(Lack(mark.removeprefix(FIELD_MARK), "", why, how, "field" if field else "component"))
    return lacks
