"""The administrators' room: agencies, officials and their roles, working time, programs that call the API."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("admin", __name__)
NAVIGATION = [
    Item(_l("Quản trị"), "admin.overview", roles=("quan_tri",)),
    Item(_l("Nhật ký truy cập"), "admin.reads_list", roles=("kiem_tra",), section="admin.reads"),
    Item(_l("Kiểm tra nhật ký"), "admin.log_check", roles=("kiem_tra",), section="admin.log"),
]
