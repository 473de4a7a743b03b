"""What there is to administer, and what a new installation lacks."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from procedures import agencies, bundles, clients, officials
from web.admin.room import blueprint
from web.house import database, shipped_bundles
from web.permissions import allowed


@blueprint.get("/quan-tri")
@allowed("quan_tri")
def overview() -> Any:
    """Figures with their pages, and the next steps of the first use."""
    with database().begin() as tx:
        units, people = agencies.listing(tx), officials.find(tx)
        published, programs = bundles.published(tx), clients.listing(tx)
        waiting = bundles.undeployed(tx, shipped_bundles())
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
    )
