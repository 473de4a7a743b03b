"""The progress table, the groups of QĐ 766 and the indicators of NĐ 224 on one page; each figure opens its dossiers."""

from __future__ import annotations

from flask import Response, render_template, request

from procedures import agencies, dossiers
from procedures.dossiers import serving, serving_sheets
from procedures.dossiers.board import Group
from web.account.people import actor
from web.board import LEADERS, blueprint
from web.forms import asked_period
from web.house import now, reports
from web.i18n import pick
from web.permissions import allowed
from web.sheets import as_file

#: In addresses: what the tables are grouped by, and the filter of the list of dossiers that names a line.
GROUPS: dict[str, tuple[Group, str]] = {
    "co-quan": ("agency", "co-quan"),
    "linh-vuc": ("field", "linh-vuc"),
    "thu-tuc": ("procedure", "thu-tuc"),
}


@blueprint.get("/bang-dieu-hanh/chi-so")
@allowed(*LEADERS)
def figures() -> str | Response:
    """This month unless the address says another period; `bang` and `dang` name a table and a kind of file."""
    today = now().date()
    first, last = asked_period(today.replace(day=1), lambda _first: today)
    asked = request.args.get("theo", "")
    asked = asked if asked in GROUPS else "co-quan"
    group, place = GROUPS[asked]
    with reports().begin() as tx:
        me = actor()
        names = agencies.names(tx) if me.everything else agencies.names(tx, me.visible)
        chosen = request.args.get("co-quan", "")
        chosen = chosen if chosen in names else ""
        if (kind := request.args.get("dang")) in ("pdf", "xlsx"):
            table = request.args.get("bang", "")
            name = table if table in ("chi-so", "dich-vu") else "tien-do"
            if name == "chi-so":
                sheet = serving_sheets.points_sheet(tx, me, first, last, chosen or None)
            elif name == "dich-vu":
                sheet = serving_sheets.service_sheet(tx, me, first, last, group, chosen or None)
            else:
                sheet = serving_sheets.progress_sheet(tx, me, first, last, group, chosen or None)
            return as_file(sheet, kind, f"{name}-{first}-{last}")
        progress = dossiers.progress_table(tx, me, first, last, group, chosen or None)
        total = dossiers.total_of(tx, me, first, last, chosen or None)
        lines = serving.lines(tx, me, first, last, group, chosen or None)
    rules = serving.rules()
    return render_template(
        "board/figures.html",
        period=(first, last),
        agencies=sorted(names.items(), key=lambda pair: pair[1]),
        chosen=chosen,
        group=asked,
        groups=[(code, pick(serving_sheets.GROUPS[one])) for code, (one, _place) in GROUPS.items()],
        place=place,
        progress=progress,
        total=total,
        columns=[(name, pick(word)) for name, word in serving_sheets.PROGRESS_COLUMNS.items()],
        lines=lines,
        rules=rules,
        names={share: pick(serving_sheets.word_of(share)) for ring in rules.rings for share in ring.shares},
        how=pick(serving_sheets.HOW),
        score=serving_sheets.score(lines[-1]),
    )
