"""The scenarios of a draft: which there are, what each came to, and what they touch of the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from engine import scenario
from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring
from procedures.proving import kept, scenarios
from web.account.people import actor
from web.house import database
from web.i18n import language
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import Opened, Page, draft_of, page, shows


@dataclass(frozen=True)
class Row:
    """A scenario on the page. played: what it came to, None where it was not played yet."""

    name: str
    steps: int
    description: str
    played: scenarios.Played | None


@shows("kich-ban")
def _shows(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    last = next(iter(kept.of(tx, opened.draft.id, "scenarios")), None)
    played = {name: scenarios.Played.of(one) for name, one in last.result["played"].items()} if last else {}
    try:
        written, unreadable = scenarios.written(opened.files), ""
    except scenario.ScenarioError as error:
        written, unreadable = {}, sentence(error)
    rows = [
        Row(name, len(said.get("steps") or ()), str(said.get("description") or ""), played.get(name))
        for name, said in written.items()
        if isinstance(said, dict)
    ]
    found = scenarios.coverage(opened.files, {one.name: one.played for one in rows if one.played}, language())
    return {
        "rows": rows,
        "unreadable": unreadable,
        "last": last,
        "coverage": found,
        "untouched": [(one, one.sentence(language())) for one in found.untouched],
        "drawings": scenarios.drawings(opened.files, found) if last else [],
        "scenario_file": scenarios.FILE,
    }


@blueprint.post("/soan-thao/<draft>/choi-kich-ban")
@allowed(*KEEPERS)
def draft_play(draft: str) -> Any:
    """Plays the scenarios of the draft, or the one that is named; what they came to is kept beside the draft."""
    only = request.form.get("ten")
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
        last = next(iter(kept.of(tx, draft, "scenarios")), None)
    try:
        played = scenarios.play(files, language(), [only] if only else None)
    except (scenario.ScenarioError, Refusal) as error:
        return page(draft, Page("kich-ban"), {"noi_dung": sentence(error)})
    results = {name: one.kept() for name, one in played.items() if one.played}
    if only and last is not None and last.save == found.head:
        results = {**last.result["played"], **results}
    kept.add(database(), draft, "scenarios", found.head, {}, actor(), result={"played": results})
    _tell(played)
    return redirect(url_for("workbench.draft_page", draft=draft, phan="kich-ban"))


def _tell(played: Mapping[str, scenarios.Played]) -> None:
    failed = sum(1 for one in played.values() if one.failures)
    left = sum(1 for one in played.values() if not one.played)
    said = _("%(passed)s kịch bản đạt, %(failed)s chưa đạt.", passed=len(played) - failed - left, failed=failed)
    if left:
        said += " " + _("%(n)s kịch bản chưa chơi vì hết thời gian: chơi riêng từng kịch bản.", n=left)
    flash(said, "warning" if failed or left else "success")
