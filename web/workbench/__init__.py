"""The analysts' and administrators' room: deployed versions with their drawing and running dossiers, incidents."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("workbench", __name__)
KEEPERS = ("phan_tich", "quan_tri")

NAVIGATION = [
    Item(_l("Quy trình"), "workbench.versions", KEEPERS, "workbench.version"),
    Item(_l("Sự cố"), "workbench.incidents", KEEPERS, "workbench.incident"),
]

from web.workbench import incidents, versions  # noqa: E402, F401 - their views join the blueprint
