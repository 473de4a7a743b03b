"""What is stored about a citizen, who read it and why, all of it to take away, and the way to have it corrected."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, render_template
from flask_babel import gettext as _

from procedures import bundles
from procedures.citizens import rights
from procedures.vocabulary.purposes import PERSONAL_DATA
from web.admin.reads import act_name
from web.citizen.room import blueprint, citizen_only, me
from web.files import send
from web.house import database
from web.present import day


@blueprint.get("/cong-dan/du-lieu")
@citizen_only
def my_data() -> Any:
    """The page of it; it prints."""
    with database().begin() as tx:
        held = rights.stored(tx, me().citizen)
        readers = rights.readers(tx, me().citizen)
        correction = next((one for one in bundles.published(tx) if one.purpose == PERSONAL_DATA), None)
    kinds = {"phone": _("số điện thoại"), "mail": _("thư điện tử"), "identity": _("tài khoản định danh điện tử")}
    return render_template(
        "citizen/mydata.html",
        held=held,
        readers=readers,
        acts=act_name,
        kinds=kinds,
        correction=correction,
        most=rights.MOST,
    )


@blueprint.get("/cong-dan/du-lieu/tai-ve")
@citizen_only
def my_data_file() -> Response:
    """The same as JSON, with what was declared, papers by name, and the history of each dossier."""
    with database().begin() as tx:
        body = orjson.dumps(rights.export(tx, me().citizen), option=orjson.OPT_INDENT_2, default=str)
        name = f"du-lieu-cua-toi {day(tx.now)}.json"
    return send(body, "application/json", name)
