"""The citizens' room: everything here is open to anyone."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item
from web.portal.following import named

blueprint = Blueprint("portal", __name__)
blueprint.url_defaults(named)
NAVIGATION = [
    Item(_l("Trang chủ"), "portal.home", section="portal.home"),
    Item(_l("Thủ tục hành chính"), "portal.procedures", section="portal.procedure"),
    Item(_l("Tra cứu hồ sơ"), "portal.track", section="portal.track"),
    Item(_l("Kiểm tra giấy tờ"), "portal.verify_form", section="portal.verify"),
]
