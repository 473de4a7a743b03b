"""The registry's room: what comes, what goes out, the books, the work files."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("documents", __name__)

#: Who works with documents; which of them, the queries decide.
READERS = ("van_thu", "lanh_dao", "truong_don_vi", "chuyen_vien", "mot_cua")

NAVIGATION = [Item(_l("Văn bản"), "documents.incoming_list", READERS, "documents.")]

from web.documents import (  # noqa: E402 - their views join the blueprint
    axis,  # noqa: F401
    books,  # noqa: F401
    calendar,  # noqa: F401
    composing,  # noqa: F401
    document,  # noqa: F401
    figures,  # noqa: F401
    incoming,  # noqa: F401
    matters,  # noqa: F401
    numbers,  # noqa: F401
    outgoing,  # noqa: F401
    remarks,  # noqa: F401
    searching,  # noqa: F401
    signing,  # noqa: F401
    templates,  # noqa: F401
    work_files,  # noqa: F401
)
