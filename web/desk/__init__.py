"""The one-stop desk: intake, fees, supplements, withdrawal, return of results."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from web.navigation import Item

blueprint = Blueprint("desk", __name__)
CLERK = "mot_cua"

NAVIGATION = [Item(_l("Một cửa"), "desk.home", (CLERK,))]

from web.desk import counter, fees, finding, home, intake, listed, queue, shift  # noqa: E402, F401 - their views join the blueprint
