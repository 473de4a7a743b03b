"""The step before an act of the administrator: what will happen, why, and only then the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import lazy_gettext as _l

from engine.refusal import Refusal
from web.forms import Form, read, text
from web.refusals import sentence


class ReasonForm(Form):
    """Why something changes."""

    ly_do = text(_l("Nhập lý do"), longest=500)


def asked(
    heading: str,
    lead: str,
    label: str,
    act: Callable[[str], Any],
    *,
    back: str,
    whose: str,
    done: str = "",
    more: Mapping[str, str] | None = None,
    shown: Callable[[Any], Any] | None = None,
) -> Any:
    """Asks once more and for the reason, then does `act` with it; a refusal is said on the same page.

    With `shown`, what the act gives is shown this once; else `done` is said where one goes `back` to. `whose` name
    stands above; `more` is what the page posts besides.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(ReasonForm, request.form)
        if not errors:
            try:
                given = act(values["ly_do"])
            except Refusal as refused:
                errors = {"": sentence(refused)}
            else:
                if shown is not None:
                    return shown(given)
                flash(done, "success")
                return redirect(back)
    page = render_template(
        "admin/asked.html",
        back=back,
        whose=whose,
        heading=heading,
        lead=lead,
        label=label,
        more=more or {},
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page
