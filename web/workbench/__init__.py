"""The analysts' and administrators' room: deployed versions with their drawing, what runs on them and how it is steered
by hand, incidents."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("workbench", __name__)
KEEPERS = ("phan_tich", "quan_tri")
STEERERS = (*KEEPERS, "lanh_dao")  # which instances and which acts, procedures.steering decides

NAVIGATION = [
    Item(_l("Quy trình"), "workbench.versions", KEEPERS, "workbench.version"),
    Item(_l("Soạn thảo"), "workbench.drafts", KEEPERS, "workbench.draft"),
    Item(_l("Phiên chạy"), "workbench.running_list", KEEPERS, "workbench.running"),
    Item(_l("Sự cố"), "workbench.incidents", KEEPERS, "workbench.incident"),
]

from web.workbench import (  # noqa: E402 - their views join the blueprint
    acts,  # noqa: F401
    data,  # noqa: F401
    draft_acts,  # noqa: F401
    draft_begin,  # noqa: F401
    draft_difference,  # noqa: F401
    draft_example,  # noqa: F401
    draft_forms,  # noqa: F401
    draft_letters,  # noqa: F401
    draft_play,  # noqa: F401
    draft_record,  # noqa: F401
    draft_scenarios,  # noqa: F401
    draft_trials,  # noqa: F401
    drafting,  # noqa: F401
    foreign_logs,  # noqa: F401
    heat_page,  # noqa: F401
    incidents,  # noqa: F401
    migration,  # noqa: F401
    running,  # noqa: F401
    versions,  # noqa: F401
)
