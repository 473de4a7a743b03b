"""What there is to administer, and what a new installation lacks."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from procedures import agencies, bundles, clients, condition, officials
from web.admin.room import blueprint
from web.house import database, shipped_bundles
from web.permissions import allowed
from web.present import moment


@blueprint.get("/quan-tri")
@allowed("quan_tri")
def overview() -> Any:
    """Figures with their pages, and the next steps of the first use."""
    with database().begin() as tx:
        units, people = agencies.listing(tx), officials.find(tx)
        published, programs = bundles.published(tx), clients.listing(tx)
        waiting = bundles.undeployed(tx, shipped_bundles())
        points = condition.points(tx)
    lacking = []
    if len(units) < 2:
        lacking.append((_("Thêm các cơ quan tiếp nhận hồ sơ"), "admin.agencies_list"))
    if len(people) < 2:
        lacking.append((_("Thêm cán bộ và giao vai trò"), "admin.officials_list"))
    return render_template(
        "admin/overview.html",
        units=units,
        people=people,
        published=published,
        programs=programs,
        lacking=lacking,
        undeployed=waiting,
        points=[(one, *_said(one)) for one in points],
    )


def _said(point: condition.Point) -> tuple[str, str, str]:
    """What it is, how it stands, and the page behind it (none where none is)."""
    n, of = point.number, point.of
    match point.what:
        case condition.WORK:
            what, page = _("Việc chạy nền (thư báo, đồng hồ, gửi đi)"), ""
            if point.bad:
                said = _("%(n)s việc chưa chạy, việc cũ nhất từ %(at)s: kiểm tra tiến trình motcua worker", n=n,
                         at=moment(point.since))  # fmt: skip
            else:
                said = _("%(n)s việc đang chờ đến lượt", n=n) if n else _("Không có việc nào chờ")
        case condition.INCIDENTS:
            what, page = _("Sự cố"), "workbench.incidents"
            said = _("%(n)s hồ sơ không tự chạy tiếp được", n=n) if n else _("Không có sự cố")
        case condition.CONNECTORS:
            what, page = _("Kết nối liên thông"), "admin.connectors_list"
            said = (
                _("%(n)s trong %(of)s kết nối đang lỗi", n=n, of=of) if n else _("%(of)s kết nối đều hoạt động", of=of)
            )
        case condition.TRAYS:
            what, page = _("Hộp thư, thư mục quét"), ""
            said = _("%(n)s trong %(of)s nơi không đọc được", n=n, of=of) if n else _("%(of)s nơi đều đọc được", of=of)
        case _:
            what, page = _("Chứng thư số"), "admin.certificates_list"
            said = (
                _("%(n)s trong %(of)s chứng thư sắp hết hạn, đã hết hạn hoặc bị thu hồi", n=n, of=of)
                if n
                else _("%(of)s chứng thư đều còn hiệu lực", of=of)
            )
    return what, said, page
