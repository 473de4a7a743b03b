"""The declaration put right as the citizen asks who was shown a draft."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from procedures import bundles, dossiers, forms
from procedures.rights import Unseen
from procedures.rights import dossiers as rights
from web.account.people import actor
from web.house import database
from web.model_form import posted_values, shown_again
from web.once import once
from web.permissions import allowed
from web.refusals import told
from web.work import OFFICIALS, blueprint
from web.work.dossier import seen


@blueprint.get("/ho-so/<code>/sua-to-khai")
@allowed(*OFFICIALS)
def declaration(code: str) -> str:
    """The declaration, to be mended; beside it what the citizen asks for."""
    return _page(code)


@blueprint.post("/ho-so/<code>/sua-to-khai")
@allowed(*OFFICIALS)
@once
def declaration_mended(code: str) -> str | Response:
    """Back to the task that it was opened from, else to the dossier."""
    try:
        with database().begin() as tx:
            dossiers.mend(tx, seen(tx, code).id, request.form, actor())
    except Unseen:
        raise
    except (forms.Invalid, Refusal) as wrong:
        return _page(code, told(wrong))
    flash(_("Đã sửa tờ khai; nội dung cũ vẫn lưu trong hồ sơ."), "success")
    return redirect(_back(code))


def _back(code: str) -> str:
    task = request.args.get("viec", "")
    return url_for("work.task_page", task=task) if task else url_for("work.dossier_page", code=code)


def _page(code: str, errors: dict[str, Any] | None = None) -> str:
    with database().begin() as tx:
        dossier = seen(tx, code)
        rights.require(tx, "mend", dossier.id, actor())
        form = bundles.form(tx, dossier.version, bundles.of_version(tx, dossier.version).form_key)
        asked = dossiers.asked_to_mend(tx, dossier.id)
        if form is None or not asked:
            abort(404)
        return render_template(
            "work/declaration.html",
            dossier=dossier,
            form=form,
            asked=asked,
            values={**dossier.form, **shown_again(form, posted_values())},
            pickers=forms.offered(tx, form, dossier.agency),
            errors=errors or {},
            back=_back(code),
        )
