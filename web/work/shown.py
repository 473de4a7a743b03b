"""What the houses below tell, as the components of a page want it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from procedures.dossiers.values import HistoryLine
from web.i18n import pick
from web.present import moment

STATES = {"late": "late", "overdue": "late", "pause": "paused", "supplement": "paused", "stop": "paused"}


def history_items(lines: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """The timeline, the latest first."""
    items = [{"title": pick(line.what), "meta": f"{moment(line.at)}{f' – {line.who}' if line.who else ''}",
              "note": line.note, "state": STATES.get(line.kind, "done")} for line in lines]
    return items[::-1]


def result_items(results: Iterable[Any], code: str) -> list[dict[str, Any]]:
    """Result papers as a list of files."""
    return [{"name": result["name"], "about": result.get("approved_by_name") or "", "kind": "PDF",
             "bytes": result.get("size"), "address": url_for("work.dossier_file", code=code, sha256=result["sha256"])}
            for result in results]
