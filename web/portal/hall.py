"""What stands in the hall of a one-stop desk: the ticket machine, and the screen that says who is called where.

Both are opened by an address with a key, which the desk's own page shows: from outside nobody takes tickets.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from procedures import agencies
from procedures.queue import tickets
from web.files import send
from web.house import database, house
from web.once import once
from web.permissions import public
from web.portal.room import blueprint
from web.refusals import sentence

TICKET = "ve"  # of the session: the number that this machine has just given
VOICES = "voice"  # the folder of recordings, in MOTCUA_HOME
#: What a recording may be called: the words around a number, its digits, and the words before a counter.
RECORDINGS = ("moi-so", "den-quay", *(str(digit) for digit in range(10)))
TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav"}


def key_of(agency: str) -> str:
    """The key of a hall's addresses."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"hall\0{agency}".encode(), hashlib.sha256).hexdigest()[:24]


def _name(agency: str, key: str) -> str:
    """The hall's name; 404 where the key is not its own."""
    if not hmac.compare_digest(key_of(agency).encode(), key.encode()):
        abort(404)
    names = agencies.names(database(), [agency])
    if agency not in names:
        abort(404)
    return str(names[agency])


@blueprint.route("/sanh/<agency>/<key>/lay-so", methods=["GET", "POST"])
@public
@once
def machine(agency: str, key: str) -> Any:
    """The ticket machine: one big button, and the code of an appointment."""
    name = _name(agency, key)
    errors: dict[str, str] = {}
    values = {"ma": request.form.get("ma", "").strip()[:12]}
    if request.method == "POST":
        wants_code = request.form.get("lam") == "hen"
        if wants_code and not values["ma"]:
            errors = {"ma": _("Nhập mã lịch hẹn gồm 6 chữ số")}
        else:
            try:
                given = tickets.take(database(), agency, values["ma"] if wants_code else "")
            except Refusal as refused:
                errors = {refused.about: sentence(refused)}
            else:
                session[TICKET] = given.number
                return redirect(url_for("portal.machine", agency=agency, key=key))
    number = session.pop(TICKET, None) if request.method == "GET" else None
    before = tickets.ahead(database(), agency, number) if number is not None else None
    page = render_template("portal/machine.html", name=name, number=number, before=before, values=values, errors=errors)
    return (page, 422) if errors else page


@blueprint.get("/sanh/<agency>/<key>/man-hinh")
@public
def screen(agency: str, key: str) -> Any:
    """The screen: the latest calls, large; it looks again every few seconds and says a new call aloud."""
    name = _name(agency, key)
    state = tickets.hall(database(), agency)
    return render_template(
        "portal/screen.html",
        name=name,
        calls=[one for one in state.called if one.state == tickets.CALLED][: tickets.SHOWN],
        waiting=len(state.waiting),
        wait=state.wait,
        recorded=sorted(_recordings()),
        voice_address=url_for("portal.voice", agency=agency, key=key, name="_"),
    )


@blueprint.get("/sanh/<agency>/<key>/giong/<name>")
@public
def voice(agency: str, key: str, name: str) -> Response:
    """A recording of the province's own voice."""
    _name(agency, key)
    path = _recordings().get(name)
    if path is None:
        abort(404)
    return send(path.read_bytes(), TYPES[path.suffix], path.name)


def _recordings() -> dict[str, Path]:
    """What was recorded, by name; all of it, or none is used."""
    folder = Path(house().config.folder) / VOICES
    found = {name: path for name in RECORDINGS for ending in TYPES if (path := folder / f"{name}{ending}").is_file()}
    return found if len(found) == len(RECORDINGS) else {}
