"""The worklist: what I hold, what my unit may take, what waits for somebody else, what I have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from engine.store import Tx
from procedures import dossiers, officials
from procedures import worklist as work
from web.house import database
from web.model_form import values_of
from web.paging import number_of, shown_at, within
from web.people import groups_of_me, names_of, remaining_minutes
from web.permissions import allowed
from web.work import OFFICIALS, blueprint

TABS: dict[str, work.Tab] = {"cua-toi": "mine", "don-vi": "unit", "dang-cho": "waiting", "da-xong": "done"}
PROGRESS = {"qua-han": "over", "sap-den-han": "near", "buoc-qua-han": "step"}


def tab_names() -> dict[str, str]:
    return {
        "cua-toi": _("Của tôi"),
        "don-vi": _("Đơn vị chưa nhận"),
        "dang-cho": _("Đang chờ"),
        "da-xong": _("Đã xong"),
    }


def progress_names() -> list[tuple[str, str]]:
    return [
        ("qua-han", _("Quá hạn trả")),
        ("sap-den-han", _("Còn dưới hai ngày")),
        ("buoc-qua-han", _("Bước đã quá hạn")),
    ]


@blueprint.get("/cong-viec")
@allowed(*OFFICIALS)
def task_list() -> str:
    """One tab of the list; the filters stand in the address, so that a view can be kept and shared."""
    return list_view()


def list_view(typed: Mapping[str, Any] | None = None, error: str = "") -> str:
    """The list that the address names, fresh or with what was typed below it and what is wrong with that."""
    shown_at("work.task_list")
    tab = request.args.get("muc", "cua-toi")
    tab = tab if tab in TABS else "cua-toi"
    me, groups = current_user.username, groups_of_me()
    with database().begin() as tx:
        page = work.listing(
            tx,
            me,
            groups,
            TABS[tab],
            text=request.args.get("tim", ""),
            procedure=request.args.get("thu-tuc", ""),
            progress=PROGRESS.get(request.args.get("tien-do", ""), ""),
            order=request.args.get("xep", "due"),
            page=number_of(request.args.get("trang")),
        )
        within(page.number, page.pages)
        counts = work.counts(tx, me, groups)
        others = {key: work.others(tx, me, groups, key, text=request.args.get("tim", "")) for key in ("mine", "unit")}
        counts = {key: count + len(others.get(key, ())) for key, count in counts.items()}
        choices = work.procedures_of(tx, me, groups)
        minutes = {
            row.dossier: remaining_minutes(tx, row.agency, row.due) for row in page.rows if row.due and not row.paused
        }
        leads = current_user.agencies("lanh_dao") if tab == "cua-toi" else []
        extensions = dossiers.waiting_extensions(tx, leads) if leads else []
        names = names_of(tx, [*(row.assignee for row in page.rows), *(one.who for _code, one in extensions)])
        steps = {(row.dossier, row.element): _step(tx, row) for row in page.rows} if tab == "da-xong" else {}
        awaited = {row.dossier: dossiers.next_steps(tx, row.dossier) for row in page.rows if tab == "dang-cho"}
        held = {group for row in page.rows for group in row.groups} if tab == "cua-toi" else set()
        colleagues = [pair for pair in officials.among(tx, held) if pair[0] != me]
    return render_template(
        "work/worklist.html",
        tab=tab,
        tabs=tab_names(),
        keys=TABS,
        counts=counts,
        page=page,
        choices=choices,
        minutes=minutes,
        names=names,
        progress=progress_names(),
        filtered=_filtered(),
        colleagues=colleagues,
        steps=steps,
        awaited=awaited,
        extensions=extensions,
        typed=typed or {},
        ticked=values_of(typed or {}, "viec"),
        error=error,
        query=request.query_string.decode("ascii", "replace"),
        others=others.get(TABS[tab], []) if not request.args.get("thu-tuc") else [],
    )


def _step(tx: Tx, row: work.Work) -> str:
    """The name of the step that a line is about, as the model has it."""
    node = dossiers.node_of(tx, row.dossier, row.element)
    return str(node.name) if node is not None and node.name else ""


def _filtered() -> bool:
    return any(request.args.get(name) for name in ("tim", "thu-tuc", "tien-do"))
