"""The national portal, over real lines that break: nothing is lost or doubled, nothing is noted of people."""

from __future__ import annotations

from sqlalchemy import select

from engine.worker import drain
from procedures.exchange.connectors import lines, telling_portal
from procedures.store.connectors import connector_call
from procedures.store.dossier import dossier_status
from tests.procedures.town import Town
from web.simulators.portal import Portal


def statuses(town: Town, id: str) -> list[str]:
    """The statuses that a dossier went through here."""
    with town.database.begin() as tx:
        return [
            str(one)
            for one in tx.read(
                select(dossier_status.c.status).where(dossier_status.c.dossier_id == id).order_by(dossier_status.c.seq)
            ).scalars()
        ]


def test_each_status_reaches_the_portal_once_and_in_order_whatever_breaks(town: Town, portal: Portal) -> None:
    made = town.receive()
    acts = {"lost": lambda: town.do("chi", made.id, "dat"), "slow": lambda: town.to_leader(town.receive().id)}
    for fault in ("lost", "down", "cut", "none", "wrong", "elsewhere", "slow"):
        portal.fault = fault
        drain(town.database)
        acts.get(fault, lambda: None)()
        with town.database.begin() as tx:
            telling_portal.tell(tx, made.id, again=True)
        town.move(minutes=40)
    portal.fault = "none"
    for _pass in range(12):  # what rested goes on
        town.move(hours=3)
        drain(town.database)
    assert [one["TrangThai"] for one in portal.progress[made.code]] == statuses(town, made.id)
    assert len(portal.dossiers) == 2
    assert portal.dossiers[made.code]["TrangThaiHoSo"] == str(town.status(made.id))
    line = lines.listing(town.database)[0]
    assert (line.stands, line.waiting, line.stuck) == (lines.WELL, 0, 0)
    with town.database.begin() as tx:
        told = [dict(row) for row in tx.read(select(connector_call)).mappings()]
    assert {one["outcome"] for one in told} >= {"done", "failed"}
    said = repr(told)
    assert not any(secret in said for secret in ("Hoàng", "033190001234", "0912", "mat-khau"))
