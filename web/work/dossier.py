"""Dossiers: found, listed, and one of them with everything that happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import worklist as open_work
from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, deadlines, dossiers, drawings, fees, files, forms, letters, steering
from procedures.dossiers.counted import ANYBODY, Counted, Period
from procedures.dossiers.values import Dossier
from procedures.letters.printing import with_print_dialogue
from procedures.rights import Unseen
from procedures.rights import dossiers as rights
from procedures.vocabulary.progress import FIGURES, PROGRESS, SERVING, STANDING, TOGETHER
from procedures.vocabulary.statuses import STATUSES
from web.account.people import actor
from web.files import letter_file, send, send_pdf
from web.forms import posted_day
from web.house import database, now
from web.i18n import pick
from web.model_form import posted_values
from web.once import once
from web.paging import number_of, within
from web.people import groups_of_me, keepers, names_of, remaining_minutes
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint
from web.work.extension import extension_of
from web.work.shown import history_items, result_items

FILTERS = ("tim", "thu-tuc", "co-quan", "linh-vuc", "tinh-trang", "tien-do", "chi-tieu", "giu-boi")


def seen(tx: Tx, code: str) -> Dossier:
    """The dossier of that code, if the person may see it; 404 else, as if it were not there."""
    try:
        return dossiers.by_code(tx, code, actor())
    except Refusal:
        abort(404)


@blueprint.get("/ho-so")
@allowed(*OFFICIALS, "quan_tri")
def dossiers_list() -> str:
    """The dossiers a person may see, by filters that stand in the address."""
    args = request.args
    with database().begin() as tx:
        me = actor()
        status, progress = args.get("tinh-trang", ""), args.get("tien-do")
        counted, holder = _counted(), args.get("giu-boi") or None
        page = dossiers.listing(
            tx,
            me,
            status=int(status) if status in {str(n) for n in STATUSES} else None,
            procedure=args.get("thu-tuc") or None,
            agency=args.get("co-quan") or None,
            field=args.get("linh-vuc") or None,
            progress=progress if progress in PROGRESS or progress in TOGETHER else None,
            counted=counted,
            holder=holder,
            text=args.get("tim", ""),
            page=number_of(args.get("trang")),
        )
        pages = max(1, -(-page.total // page.size))
        within(number_of(args.get("trang")), pages)
        published = bundles.published(tx)
        procedures = [(p.code, p.name["vi"]) for p in published]
        fields = sorted({(p.field["code"], p.field.get("name", "")) for p in published if p.field.get("code")})
        known = agencies.names(tx) if me.everything else agencies.names(tx, me.visible)
        minutes = {
            row.id: remaining_minutes(tx, row.agency, row.due)
            for row in page.rows
            if row.due and not row.paused and row.finished_at is None
        }
        holders = names_of(tx, [holder]) if holder else {}
    return render_template(
        "work/dossiers.html",
        narrowed=_narrowed(counted, holder, holders),
        page=page,
        procedures=procedures,
        minutes=minutes,
        statuses=list(STATUSES),
        paces=[
            *((name, pick(word)) for name, (word, _) in TOGETHER.items()),
            *((name, pick(word)) for name, word in PROGRESS.items()),
        ],
        pages=pages,
        fields=fields,
        agencies=sorted(known.items(), key=lambda pair: pair[1]),
        filtered=any(args.get(n) for n in FILTERS),
    )


def _counted() -> Counted | None:
    """The figure of the board that this list was opened from."""
    figure = request.args.get("chi-tieu", "")
    first, last = (posted_day(request.args.get(name)) for name in ("tu-ngay", "den-ngay"))
    if figure not in {*FIGURES, *SERVING}:
        return None
    today = now().date()
    return Counted(figure, Period(first or today.replace(day=1), last or today))


def _narrowed(counted: Counted | None, holder: str | None, names: Mapping[str, str]) -> list[str]:
    """What narrows the list beside the filters of the form, in words."""
    said = []
    if counted is not None:
        word, period = pick({**FIGURES, **SERVING}[counted.figure]), counted.period
        if counted.figure not in STANDING:
            word = _(
                "%(figure)s, từ %(first)s đến %(last)s",
                figure=word,
                first=f"{period.first:%d/%m/%Y}",
                last=f"{period.last:%d/%m/%Y}",
            )
        said.append(word)
    if holder == ANYBODY:
        said.append(_("có người đang giữ việc"))
    elif holder:
        said.append(_("%(name)s đang giữ việc", name=names.get(holder, holder)))
    return said


@blueprint.get("/ho-so/<code>")
@allowed(*OFFICIALS, "quan_tri")
def dossier_page(code: str) -> str:
    return dossier_view(code)


def dossier_view(code: str, errors: dict[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong with what was posted from it."""
    with database().begin() as tx:
        dossier = seen(tx, code)
        acts = rights.acts(tx, dossier.id, actor())
        procedure = bundles.of_version(tx, dossier.version)
        intake = bundles.form(tx, dossier.version, procedure.form_key)
        open_now, clock = open_work.of_instance(tx, dossier.id), deadlines.of(tx, dossier.id)
        running = steering.of_root(tx, dossier.id)
        mine = {
            item.id
            for item in open_work.open_tasks(tx, who=actor().username, groups=groups_of_me(), root_id=dossier.id).items
        }
        return render_template(
            "work/dossier.html",
            dossier=dossier,
            procedure=procedure,
            intake=intake,
            changed=dossiers.changed_fields(tx, dossier.id),
            pickers=forms.offered(tx, intake, dossier.agency),
            components=dossiers.components(tx, dossier.id),
            answers=dossiers.answers(tx, dossier.id),
            history=history_items(dossiers.history(tx, dossier.id)),
            comments=dossiers.comments(tx, dossier.id),
            letters=letters.issued(tx, dossier.id),
            results=result_items(dossiers.results(tx, dossier.id), code),
            recipient=dossiers.recipient(tx, dossier.id),
            fees=fees.assessed(tx, dossier.id),
            clock=clock,
            extension=extension_of(tx, dossier, acts),
            errors=errors or {},
            typed=posted_values() if errors else {},
            acts=acts,
            incidents=steering.incidents_of(tx, dossier.id),
            keepers=keepers(tx),
            remaining=None if dossier.paused else remaining_minutes(tx, dossier.agency, dossier.due),
            drawing=drawings.of_dossier(tx, dossier.id),
            open_now=open_now,
            mine=mine,
            next_steps=dossiers.next_steps(tx, dossier.id),
            steers=running is not None and steering.may_look(tx, dossier.id, actor()),
            suspended=dossiers.held(tx, dossier.id),
            names=names_of(tx, [*(i.assignee for i in open_now), *(change.who for change in clock.changes)]),
        )


@blueprint.post("/ho-so/<code>/y-kien")
@allowed(*OFFICIALS)
@once
def dossier_comment(code: str) -> Any:
    """A remark for colleagues; one that is not taken stays in its field."""
    try:
        with database().begin() as tx:
            dossiers.comment(tx, seen(tx, code).id, request.form.get("y_kien", ""), actor())
    except Unseen:
        raise
    except Refusal as refusal:
        return dossier_view(code, {"y_kien": sentence(refusal)})
    return redirect(url_for("work.dossier_page", code=code) + "#y-kien")


@blueprint.get("/ho-so/<code>/tep/<sha256>")
@allowed(*OFFICIALS, "quan_tri")
def dossier_file(code: str, sha256: str) -> Response:
    """A paper of this dossier, shown in place or saved."""
    with database().begin() as tx:
        dossier = seen(tx, code)
        known = {f["sha256"]: f for c in dossiers.components(tx, dossier.id) for f in c["files"]}
        known |= {r["sha256"]: r for r in dossiers.results(tx, dossier.id)}
        if sha256 not in known:
            abort(404)
        info = files.info(tx, sha256)
        if info is None:
            abort(404)
        return send(files.read(database(), sha256), info.type, str(known[sha256].get("name") or info.name))


@blueprint.get("/ho-so/<code>/mo-hinh")
@allowed(*OFFICIALS, "quan_tri")
def dossier_model(code: str) -> Response:
    """The BPMN model that the dossier runs on, for the movable drawing."""
    with database().begin() as tx:
        drawing = drawings.of_dossier(tx, seen(tx, code).id)
        body = bundles.file_of(tx, drawing.version, drawing.file) if drawing is not None else None
        if body is None:
            abort(404)
        return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/phieu/<token>")
@allowed(*OFFICIALS, "quan_tri")
def letter(token: str) -> Response:
    """A letter that was issued, as PDF; one that opens with its print dialogue where the address says ``?in=1``."""
    with database().begin() as tx:
        found, me = letters.letter(tx, token), actor()
        if found is None:
            abort(404)
        if not (
            dossiers.may_see(tx, found.dossier_id, me)
            if found.dossier_id
            else me.everything or found.agency in me.visible
        ):
            abort(404)
        body = letters.pdf(tx, token)
        return send_pdf(with_print_dialogue(body) if request.args.get("in") else body, letter_file(found))
