"""The choices of fields that name people or agencies (custom property ``mc``)."""

from __future__ import annotations

from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, officials
from procedures.forms.form import Form
from procedures.forms.values import Choices


@query
def offered(tx: Tx, form: Form | None, agency: str) -> Choices:
    """What such fields offer for work at an agency: officials of a role there (or of ``role@agency``), agencies of a
    level other than this one. Pages show these; `Form.validate` takes nothing else."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field in form.inputs() if form is not None else ():
        wanted = field.properties.get("mc")
        if wanted == "official":
            role = field.properties.get("role", "chuyen_vien")
            found[field.key] = [
                (one.username, f"{one.name}" + (f" – {one.title}" if one.title else ""))
                for one in officials.officials_in(tx, role if "@" in role else f"{role}@{agency}")
            ]
        elif wanted == "agency":
            level = field.properties.get("level")
            found[field.key] = [(one.code, one.name) for one in agencies.find(tx, level=level) if one.code != agency]
    return found
