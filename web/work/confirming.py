"""The step before what cannot be undone: what is about to happen, in words, and a second button that does it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from web.security import FORM_MARKS

#: Posted with the second button, and with the one that goes back to what was typed.
SURE, BACK = "chac_chan", "quay_lai"


def ask(question: str, consequences: Sequence[str], button: str, back: str = "", title: str = "") -> str | None:
    """None where the person has confirmed; else the page that asks. It carries all that was posted, so that nothing is
    lost. `back` is the address that leads away without anything done; without one, the view shows its page again when
    `BACK` is posted. `title` stands above the consequences of what can be undone."""
    if request.form.get(SURE):
        return None
    posted = [(name, value) for name, values in request.form.lists() if name not in FORM_MARKS for value in values]
    return render_template(
        "work/confirm.html",
        question=question,
        consequences=consequences,
        button=button,
        back=back,
        posted=posted,
        title=title,
        sure=SURE,
        back_name=BACK,
    )
