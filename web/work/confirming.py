"""The step before what cannot be undone: what is about to happen, in words, and a second button that does it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from web.security import FORM_MARKS

#: Posted with the second button, and with the one that goes back to what was typed.
SURE, BACK = "chac_chan", "quay_lai"


def went_back() -> bool:
    """Whether the person said no to the question: then the view shows its page again, with all that was typed."""
    return bool(request.form.get(BACK))


def ask(question: str, consequences: Sequence[str], button: str, title: str = "") -> str | None:
    """None where the person has confirmed; else the page that asks. It carries all that was posted, so that nothing is
    lost either way: who asks looks at `went_back` first. `title` stands above the consequences of what can be undone.
    """
    if request.form.get(SURE):
        return None
    posted = [(name, value) for name, values in request.form.lists() if name not in FORM_MARKS for value in values]
    return render_template(
        "work/confirm.html",
        question=question,
        consequences=consequences,
        button=button,
        posted=posted,
        title=title,
        sure=SURE,
        back_name=BACK,
    )
