"""What is done with a draft as a whole: handing it in, approving it, going back, putting it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from engine.store import Database
from procedures import authoring
from procedures.bundle_check.errors import BundleError
from web.account.people import actor
from web.house import database
from web.once import once
from web.paging import row_number
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import Page, page


@blueprint.post("/soan-thao/<draft>/viec")
@allowed(*KEEPERS)
@once
def draft_act(draft: str) -> Any:
    """What is done with a draft as a whole, by the button that was pressed."""
    act, by = request.form.get("viec", ""), actor()
    number = row_number(request.form.get("so")) or 0
    acts: dict[str, tuple[Callable[[Database], Any], str]] = {
        "trinh": (
            lambda where: authoring.submit(where, draft, by, request.form.get("mien", "")),
            _("Đã trình duyệt. Một người khác sẽ duyệt."),
        ),
        "tra-lai": (
            lambda where: authoring.send_back(where, draft, request.form.get("ly_do", ""), by),
            _("Đã trả lại người soạn."),
        ),
        "duyet": (lambda where: authoring.approve(where, draft, by), _("Đã ban hành.")),
        "dung-ban-nay": (
            lambda where: authoring.choose(where, draft, number, True, by),
            _("Đã dùng bản được giữ riêng."),
        ),
        "bo-ban-nay": (lambda where: authoring.choose(where, draft, number, False, by), _("Đã giữ bản đang có.")),
        "ve-ban-nay": (lambda where: authoring.go_back(where, draft, number, by), _("Đã trở về lần lưu này.")),
        "bo": (lambda where: authoring.drop(where, draft, by), _("Đã bỏ bản nháp.")),
    }
    if act not in acts:
        abort(400)
    work, said = acts[act]
    try:
        work(database())
    except LookupError:
        abort(404)
    except BundleError as error:
        return page(draft, Page("kiem-tra"), {"": sentence(error)})
    except Refusal as refusal:
        if refusal.about == "legal_basis":  # rows of the record; the first one's code stands for them
            return page(draft, Page("ban-ghi", "procedure.yaml"), {"legal_basis.0.code": sentence(refusal)})
        tab = "kich-ban" if act == "trinh" and not refusal.about else "lich-su" if number else "kiem-tra"
        return page(draft, Page(tab), {refusal.about: sentence(refusal)})
    flash(said, "success")
    if act == "bo":
        return redirect(url_for("workbench.drafts"))
    return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su" if number else "kiem-tra"))
