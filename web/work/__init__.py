"""The officials' room: worklist, task, dossier, control sheet and register."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from procedures.vocabulary import outcomes
from web import model_form
from web.navigation import Item

blueprint = Blueprint("work", __name__)

#: Who works on dossiers; which of them, the queries decide.
OFFICIALS = ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "van_thu")

NAVIGATION = [
    Item(_l("Công việc"), "work.task_list", OFFICIALS, "work.task"),
    Item(_l("Hồ sơ"), "work.dossiers_list", OFFICIALS, "work.dossier"),
    Item(_l("Giao nhận"), "work.slips_page", OFFICIALS, "work.slip"),
    Item(_l("Sổ theo dõi"), "work.register", OFFICIALS, "work.register"),
]


def setup(app: Flask) -> None:
    """Filters that the forms of the models need on every page."""
    model_form.register(app)
    app.jinja_env.globals.update(
        asks_supplement=outcomes.asks_supplement,
        result_items=shown.result_items,
        history_items=shown.history_items,
        clock_change=shown.clock_change,
        returned_how=shown.returned_how,
    )


from web.work import (  # noqa: E402 - their views join the blueprint
    actions,  # noqa: F401
    bulk,  # noqa: F401
    dossier,  # noqa: F401
    extending,  # noqa: F401
    many,  # noqa: F401
    mending,  # noqa: F401
    phrases,  # noqa: F401
    sheets,  # noqa: F401
    shown,
    signing,  # noqa: F401
    slips,  # noqa: F401
    task,  # noqa: F401
    views,  # noqa: F401
    worklist,  # noqa: F401
)
