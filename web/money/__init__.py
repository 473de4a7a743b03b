"""Money at the desk: what was taken, the day's closing, refunds that wait for a decision."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("money", __name__)
#: Who takes money, and who watches over it; at which agency, the commands decide.
KEEPERS = ("mot_cua", "truong_don_vi", "lanh_dao")

NAVIGATION = [Item(_l("Phí, lệ phí"), "money.page", KEEPERS)]

from web.money import closing, page  # noqa: E402, F401 - their views join the blueprint
