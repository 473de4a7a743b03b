"""What a form asks of somebody who has said it already: a field that repeats what is known of who hands in, or of whose
matter it is, is filled from there, and never says something else. What is known and the field's own rules refuse (a tax
code where a person's number is asked) is not repeated: the field is asked like any other.

A field names what it repeats by ``mc:same`` (``nguoi_nop.ho_ten``), and when by ``mc:sameWhen`` (FEEL over the form);
always, where nothing is said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from procedures.forms.conditions import Scope
from procedures.forms.form import Form
from procedures.forms.validating import takes
from procedures.forms.values import Field

SUBMITTER, APPLICANT = "nguoi_nop", "chu_ho_so"
FACTS = ("ho_ten", "so_dinh_danh", "dien_thoai", "thu_dien_tu", "dia_chi")
IDENTIFYING = ("ho_ten", "so_dinh_danh")
SOURCES = tuple(f"{who}.{fact}" for who in (SUBMITTER, APPLICANT) for fact in FACTS)

#: A person under the names of `FACTS`, by who they are to the dossier.
People = Mapping[str, Mapping[str, str]]


def repeated(form: Form, values: Mapping[str, Any], people: People, now: datetime | None = None) -> dict[str, str]:
    """Field key → what is known already, of the fields that repeat it by these typed values."""
    scope = Scope({**{one.key: None for one in form.inputs()}, **values}, now)
    found = {}
    for field in form.inputs():
        known = _known(field, people)
        if known and _holds(field, scope) and takes(field, known, scope):
            found[field.key] = known
    return found


def filled(form: Form, posted: Any, people: People, now: datetime | None = None) -> Any:
    """What was posted (a mapping, or what a web form sends), with the facts known already where nothing was."""
    known = repeated(form, posted, people, now)
    empty = {key: value for key, value in known.items() if posted.get(key) in (None, "")}
    if not empty:
        return posted
    whole = copy(posted)
    for key, value in empty.items():
        whole[key] = value
    return whole


def contradictions(
    form: Form, values: Mapping[str, Any], people: People, now: datetime | None = None
) -> dict[str, list[str]]:
    """A sentence for each field whose value is another than the fact that it repeats: a name or a number. An address
    is written in many ways."""
    asked = {one.key for one in form.inputs() if one.properties.get("mc:same", "").partition(".")[2] in IDENTIFYING}
    return {
        key: [f"Không khớp với “{known}” đã khai ở phần người nộp. Sửa lại một trong hai chỗ."]
        for key, known in repeated(form, values, people, now).items()
        if key in asked and values.get(key) not in (None, "") and not alike(str(values[key]), known)
    }


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same: case, spaces and the signs between digits aside."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _known(field: Field, people: People) -> str:
    who, _, fact = field.properties.get("mc:same", "").partition(".")
    return str((people.get(who) or {}).get(fact) or "").strip()


def _holds(field: Field, scope: Scope) -> bool:
    when = field.properties.get("mc:sameWhen", "")
    return not when or scope.holds(when)
