"""Migration of running instances to another version: a plan, its rehearsal, doing it, and taking it back.

A plan is kept and checked (`planning`, `checking`), an instance is judged, migrated and taken back in one transaction
(`doing`), many of them by jobs (`many`). What happens to the tokens is `engine.run.migrating`'s; who else goes with an
instance to another version is one of the followers of `engine.hooks`.
"""

from engine.migration.doing import migrate, rehearse, undo
from engine.migration.many import (
    count_standings,
    migrate_many,
    migrate_some,
    progress,
    rehearse_all,
    rehearse_some,
    standings,
    undo_many,
    undo_some,
)
from engine.migration.planning import change, draft, draft_of, plan, plans, save, versions
from engine.migration.values import Draft, Finding, Judgement, Plan, Progress, Row, Standing, Version
from engine.run.fitting import Reason, Unfit
from engine.run.lines import Line

__all__ = [
    "Draft",
    "Finding",
    "Judgement",
    "Line",
    "Plan",
    "Progress",
    "Reason",
    "Row",
    "Standing",
    "Unfit",
    "Version",
    "change",
    "count_standings",
    "draft",
    "draft_of",
    "migrate",
    "migrate_many",
    "migrate_some",
    "plan",
    "plans",
    "progress",
    "rehearse",
    "rehearse_all",
    "rehearse_some",
    "save",
    "standings",
    "undo",
    "undo_many",
    "undo_some",
    "versions",
]
