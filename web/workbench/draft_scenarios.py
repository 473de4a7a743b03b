"""The scenarios of a draft, played."""

from __future__ import annotations

from typing import Any

from engine import scenario
from procedures import authoring
from web.house import database
from web.i18n import language
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import Page, draft_of, page


@blueprint.post("/soan-thao/<draft>/choi-kich-ban")
@allowed(*KEEPERS)
def draft_play(draft: str) -> Any:
    """Plays the scenarios of the draft; nothing is kept."""
    with database().begin() as tx:
        draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
    try:
        played = authoring.play(files, language())
    except scenario.ScenarioError as error:
        return page(draft, Page("kich-ban"), {"noi_dung": sentence(error)})
    return page(draft, Page("kich-ban", more={"played": played}))
