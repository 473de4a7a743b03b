"""To another version: which step becomes which, a rehearsal over all that runs, a part first, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine import migration
from engine.migration import Draft, Plan
from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, reading, steering
from web.account.people import actor
from web.house import database
from web.paging import number_of, shown_at, within
from web.people import names_of
from web.permissions import allowed
from web.present import Tag
from web.refusals import sentence
from web.work.confirming import ask, went_back
from web.workbench import KEEPERS, blueprint
from web.workbench.running import state_tag
from web.workbench.words import kind_words

PER_PAGE = 50
UNMAPPED = "-"  # a step that is left without a counterpart on purpose
KEEPING = {"keep": _l("Giữ như đang chạy"), "recompute": _l("Tính lại theo phiên bản mới")}
#: Where an instance stands under a plan: words, tone, icon.
STANDINGS = {
    "open": (_l("Chưa chạy thử"), "paused", "clock"),
    "rehearsed": (_l("Đã chạy thử"), "info", "check"),
    "waiting": (_l("Chờ chuyển"), "info", "clock"),
    "done": (_l("Đã chuyển"), "kept", "check"),
    "refused": (_l("Không chuyển được"), "late", "cross"),
    "undoing": (_l("Chờ hoàn tác"), "info", "clock"),
    "undone": (_l("Đã hoàn tác"), "paused", "check"),
}
#: Filters of the table of instances: what they ask for.
FILTERS: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "": (_l("Tất cả"), {}),
    "vua": (_l("Chuyển được"), {"status": "rehearsed", "fits": True}),
    "khong-vua": (_l("Không chuyển được"), {"status": "rehearsed", "fits": False}),
    "chua-thu": (_l("Chưa chạy thử"), {"status": "open"}),
    "cho": (_l("Chờ chuyển"), {"status": "waiting"}),
    "da-chuyen": (_l("Đã chuyển"), {"status": "done"}),
    "tu-choi": (_l("Bị từ chối"), {"status": "refused"}),
    "hoan-tac": (_l("Đã hoàn tác"), {"status": "undone"}),
}


@dataclass(frozen=True)
class Chosen:
    """What was chosen on the page of a plan, as `engine.migration` takes it."""

    by_hand: dict[str, str | None]
    processes: dict[str, str | None]
    timers: str
    deadlines: str
    note: str

    def plan(self) -> dict[str, Any]:
        return {
            "by_hand": self.by_hand,
            "processes": self.processes,
            "timers": self.timers,
            "deadlines": self.deadlines,
            "note": self.note,
        }


def _posted() -> Chosen:
    by_hand: dict[str, str | None] = {}
    processes: dict[str, str | None] = {}
    for name, value in request.form.items():
        kind, _slash, key = name.partition("/")
        if kind == "buoc" and value:
            by_hand[key] = None if value == UNMAPPED else value
        elif kind == "quy-trinh" and value:
            processes[key] = None if value == UNMAPPED else value
    timers, deadlines = (request.form.get(name, "keep") for name in ("hen_gio", "han"))
    return Chosen(
        by_hand,
        processes,
        timers if timers in KEEPING else "keep",
        deadlines if deadlines in KEEPING else "keep",
        request.form.get("ghi_chu", "").strip()[:500],
    )


def _of(plan: Plan) -> Chosen:
    return Chosen(dict(plan.by_hand), dict(plan.processes), plan.timers, plan.deadlines, plan.note)


def name_of(tx: Tx, version: str) -> tuple[Any, int]:
    """The name of a version's procedure or model, and its number."""
    try:
        found = bundles.any_version(tx, version)
    except LookupError:
        return version, 0
    return found.name, found.number


def _plan(tx: Tx, plan: str) -> Plan:
    try:
        return migration.plan(tx, plan)
    except Refusal:
        abort(404)


@blueprint.get("/quy-trinh/<version>/chuyen-phien-ban")
@allowed(*KEEPERS)
def migration_begin(version: str) -> str | Response:
    """Which version to go to, and the plans that were made before."""
    with database().begin() as tx:
        known = {one.id: one for one in migration.versions(tx)}
        if version not in known:
            abort(404)
        others = [one for one in known.values() if one.key == known[version].key and one.id != version]
        target = request.args.get("den", "")
        if target in {one.id for one in others}:
            return redirect(url_for("workbench.migration_draft", version=version, target=target))
        made = migration.plans(tx, source=version)
        return render_template(
            "workbench/migration_begin.html",
            version=known[version],
            name=name_of(tx, version)[0],
            others=others,
            plans=made,
            known=known,
            progress={one.id: migration.progress(tx, one.id) for one in made[:20]},
            people=names_of(tx, (one.made_by for one in made)),
            asked="den" in request.args,
        )


@blueprint.route("/quy-trinh/<version>/chuyen-phien-ban/<target>", methods=["GET", "POST"])
@allowed(*KEEPERS)
def migration_draft(version: str, target: str) -> str | Response:
    """The plan: both steps side by side, mapped by themselves or by hand, and what the check says."""
    said = _posted() if request.method == "POST" else Chosen({}, {}, "keep", "keep", "")
    with database().begin() as tx:
        try:
            found = migration.draft(tx, version, target, said.by_hand, said.processes)
        except Refusal:
            abort(404)
    errors: dict[str, str] = {}
    if request.form.get("lam") == "luu":
        try:
            plan = steering.save_plan(database(), version, target, actor(), **said.plan())
        except Refusal as refusal:
            errors[""] = sentence(refusal)
        else:
            flash(_("Đã lưu kế hoạch. Hãy chạy thử trước khi chuyển."), "success")
            return redirect(url_for("workbench.migration_plan", plan=plan.id))
    return _draft_page(found, said, errors, url_for("workbench.version_page", version=version), None)


@blueprint.route("/chuyen-phien-ban/<plan>/sua", methods=["GET", "POST"])
@allowed(*KEEPERS)
def migration_edit(plan: str) -> str | Response:
    """Another mapping, while nothing has been taken over by the plan."""
    with database().begin() as tx:
        kept = _plan(tx, plan)
        said = _posted() if request.method == "POST" else _of(kept)
        found = migration.draft(tx, kept.source, kept.target, said.by_hand, said.processes)
    back, errors = url_for("workbench.migration_plan", plan=plan), {}
    if request.form.get("lam") == "luu":
        try:
            steering.change_plan(database(), plan, actor(), **said.plan())
        except Refusal as refusal:
            errors[""] = sentence(refusal)
        else:
            flash(_("Đã sửa kế hoạch; kết quả chạy thử trước đó bị bỏ, hãy chạy thử lại."), "success")
            return redirect(back)
    return _draft_page(found, said, errors, back, kept)


def _draft_page(found: Draft, said: Chosen, errors: Mapping[str, str], back: str, plan: Plan | None) -> str:
    """Rows that need an eye first (no counterpart, by hand, tokens there now), the others folded away."""
    rows = [row for row in found.rows if row.how != "id" or row.standing or row.scope_changes]
    with database().begin() as tx:
        name = name_of(tx, found.source.id)[0]
    return render_template(
        "workbench/migration_draft.html",
        draft=found,
        said=said,
        errors=errors,
        back=back,
        plan=plan,
        name=name,
        rows=rows,
        others=[row for row in found.rows if row not in rows],
        keeping=KEEPING,
        unmapped=UNMAPPED,
        several=len(found.processes) > 1,
        kind_words=kind_words,
    )


@blueprint.get("/chuyen-phien-ban/<plan>")
@allowed(*KEEPERS)
def migration_plan(plan: str) -> str:
    """What would become of each instance, and what has: filtered, page by page."""
    return _plan_page(plan)


def _plan_page(plan: str, errors: Mapping[str, str] | None = None) -> str:
    shown_at("workbench.migration_plan")
    page = number_of(request.args.get("trang"))
    chosen = request.args.get("loc", "")
    wanted = FILTERS.get(chosen, FILTERS[""])[1]
    with database().begin() as tx:
        kept = _plan(tx, plan)
        total = migration.count_standings(tx, plan, **wanted)
        pages = max(1, -(-total // PER_PAGE))
        within(page, pages)
        rows = migration.standings(tx, plan, page=page, per_page=PER_PAGE, **wanted)
        reading.shown(*(row.root_id for row in rows))
        done = migration.progress(tx, plan)
        return render_template(
            "workbench/migration_plan.html",
            plan=kept,
            source=name_of(tx, kept.source),
            target=name_of(tx, kept.target),
            rows=rows,
            total=total,
            page=page,
            pages=pages,
            filters=FILTERS,
            chosen=chosen,
            done=done,
            busy=done.rehearsing or done.waiting or done.undoing,
            standing_tag=standing_tag,
            state_tag=state_tag,
            people=names_of(tx, [kept.made_by, *(row.who for row in rows)]),
            keeping=KEEPING,
            errors=errors or {},
            ticked=request.form.getlist("phien"),
            reason=request.form.get("ly_do", ""),
        )


def standing_tag(row: Any) -> Tag:
    """Where an instance stands under a plan."""
    if row.status == "rehearsed" and row.judgement is not None:
        return (
            Tag(_("Chuyển được"), "kept", "check")
            if row.judgement.fits
            else Tag(_("Không chuyển được"), "late", "cross")
        )
    text, tone, icon = STANDINGS[row.status]
    return Tag(str(text), tone, icon)


@blueprint.post("/chuyen-phien-ban/<plan>/chay-thu")
@allowed(*KEEPERS)
def migration_rehearse(plan: str) -> Response:
    """Every open instance is tried, and nothing of it is kept but what was said."""
    with database().begin() as tx:
        _plan(tx, plan)
    count = steering.rehearse_plan(database(), plan, actor())
    flash(
        ngettext(
            "Đang chạy thử %(num)d phiên; không phiên nào bị thay đổi.",
            "Đang chạy thử %(num)d phiên; không phiên nào bị thay đổi.",
            count,
        ),
        "success",
    )
    return redirect(url_for("workbench.migration_plan", plan=plan))


@blueprint.post("/chuyen-phien-ban/<plan>/chuyen")
@allowed(*KEEPERS)
def migration_run(plan: str) -> str | Response:
    """The chosen instances, or all that fit by the rehearsal, each in its own transaction."""
    ids = _fitting(plan) if request.form.get("lam") == "tat-ca" else request.form.getlist("phien")
    refused = _asked(plan, ids, _("Đánh dấu ít nhất một phiên chạy, hoặc chạy thử rồi chọn chuyển tất cả."))
    if refused is not None:
        return refused
    question = ngettext(
        "Chuyển %(num)d phiên chạy sang phiên bản mới?", "Chuyển %(num)d phiên chạy sang phiên bản mới?", len(ids)
    )
    sure = ask(
        question,
        [
            _(
                "Mỗi phiên được xét lại rồi chuyển trong một giao dịch riêng; phiên nào không chuyển được thì giữ "
                "nguyên và nói rõ vì sao."
            ),
            _("Việc đang mở, hẹn giờ và hạn trả đi theo như kết quả chạy thử đã nêu."),
            _("Hoàn tác được chừng nào phiên chạy chưa đi tiếp ở phiên bản mới."),
            _("Lý do ghi vào nhật ký: “%(reason)s”", reason=request.form["ly_do"].strip()),
        ],
        _("Chuyển phiên bản"),
        title=_("Điều sẽ xảy ra"),
    )
    if sure is not None:
        return sure
    count = steering.migrate(database(), plan, ids, request.form["ly_do"], actor())
    flash(
        ngettext(
            "Đang chuyển %(num)d phiên chạy; xem kết quả từng phiên bên dưới.",
            "Đang chuyển %(num)d phiên chạy; xem kết quả từng phiên bên dưới.",
            count,
        ),
        "success",
    )
    return redirect(url_for("workbench.migration_plan", plan=plan))


@blueprint.post("/chuyen-phien-ban/<plan>/hoan-tac")
@allowed(*KEEPERS)
def migration_undo(plan: str) -> str | Response:
    """Back to the version before, where nothing has moved since."""
    every = request.form.get("lam") == "tat-ca"
    ids = request.form.getlist("phien")
    refused = _asked(plan, ids, _("Đánh dấu ít nhất một phiên chạy đã chuyển.") if not every else "")
    if refused is not None:
        return refused
    sure = ask(
        _("Hoàn tác tất cả các phiên đã chuyển?")
        if every
        else ngettext("Hoàn tác %(num)d phiên chạy?", "Hoàn tác %(num)d phiên chạy?", len(ids)),
        [
            _("Phiên chạy trở lại đúng như trước khi chuyển: bước, hẹn giờ, hạn trả."),
            _("Phiên đã đi tiếp từ khi chuyển thì không hoàn tác được và giữ nguyên ở phiên bản mới."),
            _("Lý do ghi vào nhật ký: “%(reason)s”", reason=request.form["ly_do"].strip()),
        ],
        _("Hoàn tác"),
        title=_("Điều sẽ xảy ra"),
    )
    if sure is not None:
        return sure
    count = steering.undo_migration(database(), plan, None if every else ids, request.form["ly_do"], actor())
    flash(
        ngettext(
            "Đang hoàn tác %(num)d phiên chạy; xem kết quả từng phiên bên dưới.",
            "Đang hoàn tác %(num)d phiên chạy; xem kết quả từng phiên bên dưới.",
            count,
        ),
        "success",
    )
    return redirect(url_for("workbench.migration_plan", plan=plan))


def _asked(plan: str, ids: list[str], nothing: str) -> str | None:
    """The page of the plan with what is missing beside its field, or with all that was typed where the person went
    back; None where all is there."""
    errors: dict[str, str] = {}
    if not ids and nothing:
        errors["phien"] = nothing
    if not request.form.get("ly_do", "").strip():
        errors["ly_do"] = _("Ghi lý do; lý do được lưu trong nhật ký cùng tên bạn.")
    return _plan_page(plan, errors) if errors or went_back() else None


def _fitting(plan: str) -> list[str]:
    """All that the rehearsal found to fit."""
    found: list[str] = []
    with database().begin() as tx:
        _plan(tx, plan)
        count = migration.count_standings(tx, plan, status="rehearsed", fits=True)
        for page in range(1, -(-count // 500) + 1):
            found += [
                row.root_id
                for row in migration.standings(tx, plan, status="rehearsed", fits=True, page=page, per_page=500)
            ]
    return found
