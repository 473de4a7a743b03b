"""Proactive services of a citizen: what they agree to, what is used for it, what was done by it, and its undoing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles
from procedures.citizens import proactive
from procedures.citizens.proactive import Rule
from procedures.vocabulary.proactive import CONTEXT_WORDS, LEVELS
from web.citizen.room import blueprint, citizen_only, me
from web.house import database
from web.i18n import pick
from web.once import once
from web.refusals import sentence

SEPARATOR = "/"


@blueprint.route("/cong-dan/chu-dong", methods=["GET", "POST"])
@citizen_only
@once
def proactive_rules() -> Any:
    """Everything that can be agreed to, off until it is; with what each reads."""
    if request.method == "POST":
        wanted = {(one.partition(SEPARATOR)[0], one.partition(SEPARATOR)[2]) for one in request.form.getlist("dong_y")}
        proactive.agree(database(), me().citizen, wanted, me().level)
        flash(_("Đã lưu lựa chọn của bạn."), "success")
        return redirect(url_for("citizen.proactive_rules"))
    with database().begin() as tx:
        agreed = proactive.agreed(tx, me().citizen)
        rules = [
            (procedure, rule, _used(tx, procedure, rule), agreed.get((procedure.code, rule.code)) == rule.level)
            for procedure, rule in proactive.offered(tx)
        ]
        made = proactive.offers(tx, me().citizen)
    return render_template("citizen/proactive.html", rules=rules, made=made, levels=LEVELS, states=_states())


def _states() -> dict[str, str]:
    return {
        proactive.OPEN: _("Chờ bạn xem"),
        proactive.DONE: _("Đã xem xong"),
        proactive.REFUSED: _("Bạn đã từ chối"),
    }


def _used(tx: Tx, procedure: bundles.Procedure, rule: Rule) -> list[str]:
    """What a rule reads, in words: labels of the declaration, then what else."""
    form = bundles.form(tx, procedure.version, procedure.form_key)
    names, labels = rule.reads(), form.labels() if form is not None else {}
    return [label for key, label in labels.items() if key in names] + [
        pick(word) for key, word in CONTEXT_WORDS.items() if key in names
    ]


@blueprint.route("/cong-dan/chu-dong/<id>", methods=["GET", "POST"])
@citizen_only
@once
def proactive_offer(id: str) -> Any:
    """What was prepared or done, and the one press that puts it back."""
    with database().begin() as tx:
        found = proactive.offer(tx, me().citizen, id)
        if found is None:
            abort(404)
        ways = proactive.ways(tx, me().citizen, found) if found.rule.options else []
        published = {one.code: one for one in bundles.published(tx)}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            if request.form.get("lam") == "xong":
                proactive.end(database(), me().citizen, id)
                flash(_("Đã cất khỏi danh sách việc."), "success")
            else:
                proactive.refuse(database(), me().citizen, id)
                flash(_("Đã hủy, mọi thứ trở lại như trước."), "success")
        except Refusal as refused:
            errors = {"": sentence(refused)}
        else:
            return redirect(url_for("citizen.mine"))
    page = render_template(
        "citizen/proactive_offer.html",
        one=found,
        ways=ways,
        target=published.get(found.rule.procedure),
        sent=proactive.sent_code(database(), found),
        states=_states(),
        errors=errors,
    )
    return (page, 422) if errors else page
