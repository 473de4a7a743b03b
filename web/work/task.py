"""The task page: everything a person needs to decide, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.store import Tx
from procedures import agencies, bundles, deadlines, dossiers, drawings, fees, files, forms, letters, steering, tasks
from procedures import worklist as work
from procedures.dossiers.result import template_of
from procedures.dossiers.values import FIELD_MARK
from procedures.rights import Unseen
from procedures.rights import dossiers as rights
from procedures.tasks import Task
from procedures.vocabulary.outcomes import asks_supplement
from web import model_form
from web.account.people import actor
from web.account.typed import typed_before
from web.documents.shown import shown_document, usual
from web.files import send, send_pdf
from web.house import database
from web.i18n import pick
from web.people import keepers, names_of, remaining_minutes
from web.permissions import allowed
from web.work import OFFICIALS, blueprint, signing
from web.work.phrases import known_phrases
from web.work.shown import affirmative_first, history_items, result_items, scan_items, to_sign_items, with_loads


def task_view(
    tx: Tx,
    task: Task,
    *,
    errors: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    chosen: str = "",
    said: Mapping[str, Any] | None = None,
) -> str:
    """The page, fresh or with what was wrong in it. typed: what was posted from the step's form; said: from one of the
    others (a comment, handing on, sending back), by its own names."""
    item = task.item
    dossier = dossiers.get(tx, item.root_id) if task.of_dossier else None
    previous, following = work.neighbours(tx, current_user.username, item.id)
    intake = bundles.form(tx, dossier.version, bundles.of_version(tx, dossier.version).form_key) if dossier else None
    ticked = model_form.values_of(typed or {}, "thieu")
    clock = deadlines.of(tx, item.root_id) if dossier else None
    filled = {
        **(dict(dossier.form) if dossier is not None else {}),
        **tasks.variables(tx, task),
        **model_form.shown_again(task.form, typed or {}),
    }
    paper = shown_document(tx, item.root_id) if task.home is not None and dossier is None else None
    if paper is not None:
        filled = {**usual(tx, task, paper["document"], actor()), **{key: one for key, one in filled.items() if one}}
    for field in task.form.inputs() if task.form is not None else ():
        if field.read_only and isinstance(filled.get(field.key), str):
            filled[field.key] = agencies.in_prose(tx, filled[field.key])
    papers = dossiers.results(tx, item.root_id) if dossier else []
    to_sign = tasks.to_sign(tx, task, actor()) if "complete" in task.acts else []
    components = dossiers.components(tx, item.root_id) if dossier else []
    made = to_sign_items(item.id, to_sign) or (result_items(papers, dossier.code) if dossier else [])
    return render_template(
        "work/task.html",
        task=task,
        acts=task.acts,
        at_desk=dossier is not None and "return" in rights.acts(tx, dossier.id, actor()),
        item=item,
        dossier=dossier,
        outcomes=[
            one for one in affirmative_first(task.outcomes or drawings.outcomes(None)) if not task.hands_over_by(one.id)
        ],
        reason_hint=_reason_hint(task),
        form=task.form,
        values=filled,
        errors=errors or {},
        chosen=chosen,
        said=said or {},
        typed_reason=(typed or {}).get("ly_do", ""),  # not that of an earlier decision
        pickers={
            key: with_loads(tx, many) for key, many in forms.offered(tx, task.form, task.agency, task.unit).items()
        },
        phrases=known_phrases(tx),
        intake=intake,
        changed=dossiers.changed_fields(tx, item.root_id) if dossier else {},
        components=components,
        beside=made + scan_items(components, dossier.code) if dossier else [],
        history=history_items(dossiers.history(tx, item.root_id)) if dossier else [],
        given_back=dossiers.given_back(tx, item.root_id, item.id),
        absent=dossiers.absent_papers(tx, item.root_id) if dossier else [],
        asked_to_mend=dossiers.asked_to_mend(tx, item.root_id) if dossier and "complete" in task.acts else "",
        may_mend=dossier is not None and "mend" in rights.acts(tx, dossier.id, actor()),
        answers=dossiers.answers(tx, item.root_id) if dossier else [],
        comments=dossiers.comments(tx, item.root_id) if dossier else [],
        letters=letters.issued(tx, item.root_id) if dossier else [],
        results=made,
        shown=[one.sha256 for one in to_sign],
        **signing.asked(tx, bool(to_sign)),
        fees=fees.assessed(tx, item.root_id) if dossier else [],
        templated=bool(dossier and any(template_of(tx, dossier.version, code) for code in task.result_codes)),
        previewed=request.form.get("lam") in ("lap", "tai"),
        clock=clock,
        field_mark=FIELD_MARK,
        ticked=ticked,
        fields_ticked=any(code.startswith(FIELD_MARK) for code in ticked),
        intake_pickers=forms.offered(tx, intake, task.agency),
        remaining=remaining_minutes(tx, task.agency, dossier.due) if dossier and not dossier.paused else None,
        stuck=keepers(tx) if dossier and steering.incidents_of(tx, item.root_id) else [],
        process="" if dossier is not None else tasks.process_name(tx, task),
        drawing=drawings.of_dossier(tx, item.root_id),
        paper=paper,
        previous=previous,
        following=following,
        names=names_of(tx, [item.assignee, *(change.who for change in (clock.changes if clock else ()))]),
        ways_back=tasks.ways_back(tx, task) if "send_back" in task.acts else [],
        colleagues=with_loads(tx, tasks.colleagues(tx, task)) if "reassign" in task.acts else [],
    )


def _reason_hint(task: Task) -> str:
    """For which ways to end the task a reason must be given, and for which it stands elsewhere."""
    needed = [one for one in task.outcomes if one.reason]
    elsewhere = [one for one in needed if task.of_dossier and asks_supplement(task.node, one.id)]
    said = {
        _("Bắt buộc khi chọn: %(names)s."): [one for one in needed if one not in elsewhere],
        _("Không bắt buộc khi chọn: %(names)s, nếu đã ghi lý do ở từng mục."): elsewhere,
    }
    return " ".join(
        text % {"names": ", ".join(pick(one.label, one.label_en) for one in ones)}
        for text, ones in said.items()
        if ones
    )


def over(task: str, unseen: Unseen) -> str:
    """What became of a task that is done, with the way to its dossier; raises `unseen` where nothing is known."""
    found = tasks.done(database(), task, actor())
    if found is None:
        raise unseen
    return render_template("work/task_done.html", found=found)


@blueprint.get("/cong-viec/<task>/trinh-ky/<sha256>")
@allowed(*OFFICIALS)
def task_to_sign(task: str, sha256: str) -> Response:
    """A paper as this person would sign it; 404 where it says something else by now."""
    with database().begin() as tx:
        papers = tasks.to_sign(tx, tasks.find(tx, task, actor()), actor())
        found = next((one for one in papers if one.sha256 == sha256), None)
        if found is None:
            abort(404)
        return send_pdf(found.body or files.read(tx, sha256), f"{found.code}.pdf")


@blueprint.get("/cong-viec/<task>/trinh-ky/<sha256>/chu-ky")
@allowed(*OFFICIALS)
def task_signature(task: str, sha256: str) -> Response:
    """Where the signatures will stand on a paper, and how they will look; 404 where nothing will be seen of them."""
    with database().begin() as tx:
        found = tasks.find(tx, task, actor())
        paper = next((one for one in tasks.to_sign(tx, found, actor()) if one.sha256 == sha256), None)
        if paper is None:
            abort(404)
        body = paper.body or files.read(tx, sha256)
    image = dossiers.seen(database(), actor(), found.agency, body)
    if image is None:
        abort(404)
    return send(image, "image/png", f"{paper.code}.png")


@blueprint.get("/cong-viec/<task>")
@allowed(*OFFICIALS, "quan_tri")
def task_page(task: str) -> str:
    typed = typed_before()
    try:
        with database().begin() as tx:
            found = tasks.find(tx, task, actor())
            page = task_view(tx, found, typed=typed, chosen=str(typed.get("hanh_dong") or ""))
    except Unseen as unseen:
        return over(task, unseen)
    if found.item.assignee in (None, current_user.username):
        work.see(database(), found.item.root_id, task, current_user.username)
    return page
