"""The choices of fields that name people or agencies (custom property ``mc``)."""

from __future__ import annotations

from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, officials
from procedures.forms.form import Form
from procedures.forms.national import NATIONAL
from procedures.forms.values import Choices

HEAD = "truong_don_vi"


@query
def offered(tx: Tx, form: Form | None, agency: str, unit: str = "") -> Choices:
    """What such fields offer for work at an agency: officials of a role there (or of ``role@agency``), agencies of a
    level other than this one, units of the agency (itself and those below it) that have a head in office. unit: where
    the step lies, where that is another than the agency; its officials are offered. Pages show these; `Form.validate`
    takes nothing else. Lists of the nation are the same everywhere."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field in form.inputs() if form is not None else ():
        wanted = field.properties.get("mc", "")
        if wanted == "official":
            role = field.properties.get("role", "chuyen_vien")
            found[field.key] = [
                (one.username, f"{one.name}" + (f" – {one.title}" if one.title else ""))
                for one in officials.officials_in(tx, role if "@" in role else f"{role}@{unit or agency}")
            ]
        elif wanted == "agency":
            level = field.properties.get("level")
            found[field.key] = [(one.code, one.name) for one in agencies.find(tx, level=level) if one.code != agency]
        elif wanted in NATIONAL:
            found[field.key] = [(one, one) for one in NATIONAL[wanted]]
        elif wanted == "unit":
            below = agencies.subtree(tx, agency)
            headed = {place for place in below if officials.officials_in(tx, f"{HEAD}@{place}")}
            found[field.key] = [(one.code, one.name) for one in agencies.find(tx) if one.code in headed]
    return found
