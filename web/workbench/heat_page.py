"""The heat map of a version: on its drawing and in a table, how often each step was passed, how long it took and for
whom it waited; and the dossiers behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import agencies, bundles, drawings, reading, steering
from procedures.mining import foreign, heat, passages
from procedures.mining.heat import Outlier
from procedures.mining.passages import Asked, Case, Passage
from web.forms import posted_day
from web.house import database, now
from web.paging import slice_of
from web.permissions import allowed
from web.workbench import KEEPERS, blueprint
from web.workbench.words import labels

PER_PAGE = 50
MEASURES = {
    "count": _l("Số lượt qua"),
    "now": _l("Đang ở bước"),
    "median": _l("Thời gian: một nửa số lượt"),
    "p90": _l("Thời gian: chín phần mười số lượt"),
    "late": _l("Số lượt quá hạn"),
}
#: What a number of the table leads to.
LISTS = {
    "tat-ca": _l("Đã qua"),
    "dang-o": _l("Đang ở"),
    "qua-han": _l("Quá hạn"),
    "su-co": _l("Đang có sự cố"),
    "ngoai-le": _l("Khác thường"),
}


@dataclass(frozen=True)
class Seen:
    """What was looked at. more: there are older cases than those that are looked at."""

    version: bundles.Procedure
    asked: Asked
    cases: dict[str, Case]
    passages: list[Passage]
    steps: Mapping[str, str]
    more: bool


def _seen(tx: Tx, version: str) -> Seen:
    try:
        found = bundles.any_version(tx, version)
    except LookupError:
        abort(404)
    asked = Asked(
        version, _midnight(request.args.get("tu", "")), _midnight(request.args.get("den", ""), 1),
        request.args.get("co_quan", "").strip(),
    )  # fmt: skip
    cases = passages.cases(tx, asked, found.code)
    kept = cases[: passages.MOST]
    rows = passages.of_cases(tx, version, [one.root for one in kept])
    steps = labels(steering.step_places(tx, version))
    return Seen(found, asked, {one.root: one for one in kept}, rows, steps, len(cases) > len(kept))


def _midnight(typed: str, after: int = 0) -> datetime | None:
    """The midnight at which a typed day begins, or so many days after; None where none is typed. What is no day is
    told."""
    day = posted_day(typed)
    if day is None:
        if typed.strip():
            flash(
                _("“%(typed)s” không phải là ngày nên không được tính. Nhập ngày như 22/11/2026.", typed=typed[:40]),
                "warning",
            )
        return None
    return datetime.combine(day + timedelta(days=after), time(), VIETNAM)


@blueprint.get("/quy-trinh/<version>/ban-do-nhiet")
@allowed(*KEEPERS)
def heat_page(version: str) -> str:
    """The drawing with how warm each step is, and the table beside it. Names no dossier."""
    chosen = request.args.get("do", "")
    measure = next((one for one in heat.MEASURES if one == chosen), heat.MEASURES[0])
    with database().begin() as tx:
        seen = _seen(tx, version)
        found = heat.warmth(seen.passages, now())
        marks = {element: f"heat-{grade}" for element, grade in heat.grades(found, measure).items()}
        return render_template(
            "workbench/heat.html",
            version=seen.version,
            seen=seen,
            drawing=drawings.of_version(tx, version, seen.version.process, marks),
            rows=sorted(found.values(), key=lambda one: (-one.measured(measure), seen.steps.get(one.element, ""))),
            measure=measure,
            measures=MEASURES,
            incidents={element: len(roots) for element, roots in passages.stopped(tx, version, seen.cases).items()},
            unusual=len({one.case for one in heat.outliers(seen.passages, now())}),
            agencies=_agencies(tx, seen.version),
            spread=spread,
            foreign=foreign.of(tx, version),
            most=passages.MOST,
        )


def _agencies(tx: Tx, version: bundles.Procedure) -> list[tuple[str, str]]:
    names = {one.code: one.name for one in agencies.listing(tx)}
    return [(code, names.get(code, code)) for code in passages.agencies_of(tx, version.version, version.code)]


def spread(one: heat.Spread | None) -> str:
    """The middle and what nine of ten stay within; a dash for nothing."""
    return "–" if one is None else _("%(half)s; %(most)s", half=span(one.median), most=span(one.p90))


def span(seconds: float) -> str:
    """How long something took by the calendar: ``3 ngày 4 giờ``, ``2 giờ 5 phút``."""
    minutes = round(seconds / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)d ngày", "%(num)d ngày", days))
    if hours:
        parts.append(ngettext("%(num)d giờ", "%(num)d giờ", hours))
    if (left and not days) or not parts:
        parts.append(ngettext("%(num)d phút", "%(num)d phút", left))
    return " ".join(parts)


@blueprint.get("/quy-trinh/<version>/ban-do-nhiet/ho-so")
@allowed(*KEEPERS)
def heat_dossiers(version: str) -> str:
    """The dossiers behind a number of the map, exactly these; of those outside the usual, why."""
    step, which = request.args.get("buoc", ""), request.args.get("loai", "")
    which = which if which in LISTS else "tat-ca"
    with database().begin() as tx:
        seen = _seen(tx, version)
        whys = _whys(seen, heat.outliers(seen.passages, now())) if which == "ngoai-le" else {}
        if which == "su-co":
            stopped = passages.stopped(tx, version, seen.cases)
            here = {root for element, roots in stopped.items() if step in ("", element) for root in roots}
            roots = [root for root in seen.cases if root in here]
        else:
            roots = list(whys) if which == "ngoai-le" else _roots(seen, step, which)
        part = slice_of([seen.cases[root] for root in roots], request.args.get("trang"), PER_PAGE)
        reading.shown(*(one.root for one in part.rows))
        return render_template(
            "workbench/heat_dossiers.html",
            version=seen.version,
            step=seen.steps.get(step, step),
            which=LISTS[which],
            part=part,
            whys=whys,
            names={one.code: one.name for one in agencies.listing(tx)},
        )


def _roots(seen: Seen, step: str, which: str) -> list[str]:
    """The cases with such a passage of the step (of any, where none is named), newest first."""
    moment = now()
    meant: dict[str, Callable[[Passage], bool]] = {
        "tat-ca": lambda one: True,
        "dang-o": lambda one: one.left is None,
        "qua-han": lambda one: one.late(moment),
    }
    if not step and which == "tat-ca":
        return list(seen.cases)
    found = {one.case for one in seen.passages if (not step or one.element == step) and meant[which](one)}
    return [root for root in seen.cases if root in found]


def _whys(seen: Seen, found: list[Outlier]) -> dict[str, list[str]]:
    whys: dict[str, list[str]] = {}
    for one in found:
        whys.setdefault(one.case, []).append(_why(one, seen.steps.get(one.element, one.element)))
    return whys


def _why(one: Outlier, step: str) -> str:
    if one.kind == "often":
        return _(
            "Qua “%(step)s” %(n)s lần; một nửa số hồ sơ qua không quá %(half)s lần.",
            step=step, n=round(one.value), half=round(one.usual),
        )  # fmt: skip
    return _(
        "Ở “%(step)s” %(long)s; một nửa số lượt không quá %(half)s, chín phần mười không quá %(most)s.",
        step=step, long=span(one.value), half=span(one.usual), most=span(one.most),
    )  # fmt: skip
