"""The worklist: what I hold, what my unit may take, what waits for somebody else, what I have done.

Filters, order and columns stand in the address: what the address names can be kept as a view (`web.work.views`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.store import Tx
from procedures import absences, agencies, bundles, dossiers, narrowing, officials
from procedures import worklist as work
from procedures.documents import signing
from procedures.narrowing import Days, Narrow
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.statuses import STATUSES
from web.account.people import actor
from web.forms import posted_day
from web.house import database
from web.i18n import pick
from web.model_form import values_of
from web.paging import address, number_of, shown_at, within
from web.people import groups_of_me, names_of, remaining_minutes
from web.permissions import allowed
from web.present import number
from web.work import OFFICIALS, blueprint
from web.work.columns import chosen_columns, heads
from web.work.shown import with_loads
from web.work.views import known_views, start_of, units_led

TABS: dict[str, work.Tab] = {"cua-toi": "mine", "don-vi": "unit", "dang-cho": "waiting", "da-xong": "done"}
PROGRESS = {"qua-han": "over", "sap-den-han": "near", "buoc-qua-han": "step"}
#: Names in the address → the dates that narrow a list.
DATES = {"han": "step", "den": "opened", "hen": "promised", "nhan": "received"}
#: Lines of a page, as the address may ask for; the first where it does not.
SIZES = (30, 100, 200)


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


def date_names(tab: str) -> list[tuple[str, str]]:
    """The dates that narrow a tab: name in the address, label."""
    known = [
        ("han", _("Hạn của bước")),
        ("den", _("Đến lúc")),
        ("hen", _("Hẹn trả")),
        ("nhan", _("Tiếp nhận")),
    ]
    return [pair for pair in known if tab in ("cua-toi", "don-vi") or not narrowing.DATES[DATES[pair[0]]][1]]


@blueprint.get("/cong-viec")
@allowed(*OFFICIALS)
def task_list() -> str | Response:
    """One tab of the list. Who comes without saying what they want gets the view that they begin with."""
    if not request.args:
        begun = start_of(current_user.username)
        if begun is not None:
            return redirect(f"{url_for('work.task_list')}?{begun}")
    return list_view()


def tab_here() -> str:
    """The tab that the address names."""
    tab = request.args.get("muc", "cua-toi")
    return tab if tab in TABS else "cua-toi"


def narrowed() -> Narrow:
    """What the address narrows the list to; a date that is none is told and not taken for another."""
    args = request.args
    status = args.get("tinh-trang", "")
    days: dict[str, Days] = {}
    for name, of in DATES.items():
        typed = [args.get(f"{name}-{end}", "").strip() for end in ("tu", "den")]
        first, last = (posted_day(one) for one in typed)
        for one in typed:
            if one and posted_day(one) is None:
                flash(
                    _("“%(typed)s” không phải là ngày: bộ lọc theo ngày này chưa được dùng.", typed=one[:40]), "warning"
                )
        if first is not None or last is not None:
            days[of] = (first, last)
    return Narrow(
        text=args.get("tim", ""),
        procedure=args.get("thu-tuc", ""),
        field=args.get("linh-vuc", ""),
        agency=args.get("co-quan", ""),
        channel=args.get("hinh-thuc", ""),
        step=args.get("buoc", ""),
        status=int(status) if status in {str(n) for n in STATUSES} else None,
        progress=PROGRESS.get(args.get("tien-do", ""), ""),
        fresh=bool(args.get("chua-mo")),
        days=days,
    )


def list_view(typed: Mapping[str, Any] | None = None, error: str = "") -> str:
    """The list that the address names, fresh or with what was typed below it and what is wrong with that."""
    shown_at("work.task_list")
    tab = tab_here()
    me, groups = current_user.username, groups_of_me()
    narrow = narrowed()
    with database().begin() as tx:
        page = work.listing(
            tx,
            me,
            groups,
            TABS[tab],
            narrow=narrow,
            order=request.args.get("xep", ""),
            page=number_of(request.args.get("trang")),
            size=_size(),
        )
        within(page.number, page.pages)
        counts = work.counts(tx, me, groups)
        others = work.others(tx, me, groups, TABS[tab], text=narrow.text) if narrow == Narrow(text=narrow.text) else []
        minutes = {
            row.dossier: remaining_minutes(tx, row.agency, row.due) for row in page.rows if row.due and not row.paused
        }
        leads = current_user.agencies("lanh_dao") if tab == "cua-toi" else []
        extensions = dossiers.waiting_extensions(tx, leads) if leads else []
        unsigned = signing.waiting(tx, actor()) if tab == "cua-toi" else []
        standing_in, away = absences.stood_in_for(tx, me), absences.away(tx, [me]).get(me)
        people = [one.official for one in standing_in] + ([away.substitute] if away is not None else [])
        names = names_of(tx, [*people, *(row.assignee for row in page.rows), *(one.who for _code, one in extensions)])
        steps = {(row.dossier, row.element): _step(tx, row) for row in page.rows} if tab == "da-xong" else {}
        awaited = {row.dossier: dossiers.next_steps(tx, row.dossier) for row in page.rows if tab == "dang-cho"}
        held = {group for row in page.rows for group in row.groups} if tab == "cua-toi" else set()
        colleagues = with_loads(tx, [pair for pair in officials.among(tx, held) if pair[0] != me])
        choices = _choices(tx, me, groups, tab)
        columns = chosen_columns(tab)
        kept, led = known_views(tx), units_led(tx)
    return render_template(
        "work/worklist.html",
        tab=tab,
        tabs=tab_names(),
        keys=TABS,
        counts={key: f"{number(one.n)}+" if one.more else number(one.n) for key, one in counts.items()},
        page=page,
        minutes=minutes,
        names=names,
        progress=progress_names(),
        dates=date_names(tab),
        narrowed_by=_narrowed_by(),
        colleagues=colleagues,
        steps=steps,
        awaited=awaited,
        extensions=extensions,
        unsigned=unsigned,
        standing_in=standing_in,
        away=away,
        typed=typed or {},
        ticked=values_of(typed or {}, "viec"),
        error=error,
        query=request.query_string.decode("ascii", "replace"),
        others=others,
        columns=columns,
        sizes=SIZES,
        size=_size(),
        heads=heads(tab),
        sort_address=_sort_address,
        views=kept,
        units_led=led,
        **choices,
    )


def _choices(tx: Tx, me: str, groups: list[str], tab: str) -> dict[str, Any]:
    """What the filters offer."""
    published = bundles.published(tx)
    known = agencies.names(tx, set(current_user.agencies()))
    return {
        "procedures": work.procedures_of(tx, me, groups, TABS[tab])
        or [(one.code, one.name["vi"]) for one in published],
        "steps_known": [(name, name) for name in work.steps_of(tx, me, groups, TABS[tab])],
        "fields": sorted({(p.field["code"], p.field.get("name", "")) for p in published if p.field.get("code")}),
        "agencies": sorted(known.items(), key=lambda pair: pair[1]),
        "channels": [(code, pick(word)) for code, word in CHANNELS.items()],
        "statuses": list(STATUSES),
    }


def _sort_address(key: str) -> str:
    """This list by that column; once more the other way round."""
    now = request.args.get("xep", "")
    return address(xep=f"-{key}" if now == key else key, trang=None)


def _step(tx: Tx, row: work.Work) -> str:
    """The name of the step that a line is about, as the model has it."""
    node = dossiers.node_of(tx, row.dossier, row.element)
    return str(node.name) if node is not None and node.name else ""


def _size() -> int:
    typed = request.args.get("so-dong", "")
    return int(typed) if typed in {str(one) for one in SIZES} else SIZES[0]


def _narrowed_by() -> int:
    """How many filters narrow the list."""
    names = ["tim", "thu-tuc", "linh-vuc", "co-quan", "hinh-thuc", "buoc", "tinh-trang", "tien-do", "chua-mo"]
    names += [f"{name}-{end}" for name in DATES for end in ("tu", "den")]
    return sum(bool(request.args.get(name)) for name in names)
