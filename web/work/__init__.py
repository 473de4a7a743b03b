"""The officials' room: worklist, task, dossier, control sheet and register."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("work", __name__)

#: Who works on dossiers; which of them, the queries decide.
OFFICIALS = ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "van_thu")

NAVIGATION = [
    Item(_l("Công việc"), "work.worklist", OFFICIALS, "work.worklist"),
    Item(_l("Hồ sơ"), "work.dossiers_list", OFFICIALS, "work.dossier"),
    Item(_l("Sổ theo dõi"), "work.register", OFFICIALS, "work.register"),
]

from web.work import actions, dossier, sheets, task, worklist  # noqa: E402, F401 - their views join the blueprint
