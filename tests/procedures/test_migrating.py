"""A dossier goes to another version of its procedure: its forms and steps follow, its deadline stays by law."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, migration, projections, worklist
from engine.commands import Refusal
from engine.store.tables import job, work_item
from procedures import bundles, deadlines, dossiers
from procedures.actor import SYSTEM
from procedures.dossiers import supplements
from procedures.store.clock import clock_change, clock_pause, step_term
from procedures.store.documents import document
from procedures.store.dossier import dossier, dossier_state
from tests.procedures.documents.office import ROUTES, furnish, registered
from tests.procedures.town import CODE, DESCRIPTION, MODEL, Town, bundle

LONGER = DESCRIPTION.replace('value: "3"', 'value: "10"')
CHANGED = MODEL.replace('name="Xem xét"', 'name="Thẩm định"').replace(
    '<mc:term value="2" unit="WORKING_HOUR" />', '<mc:term value="1" unit="WORKING_DAY" />'
)


def plan(town: Town, description: str = LONGER, model: str = CHANGED, **more: Any) -> migration.Plan:
    """A plan from the town's version to another."""
    new = bundles.deploy(town.database, bundle(town.folder / "bundle", description, model), SYSTEM).version
    return migration.save(town.database, town.version, new, by="quan_tri", **more)


def kept(town: Town, id: str) -> dict[str, list[Any]]:
    """All that migrating a dossier may touch."""
    with town.database.begin() as tx:
        found = {
            table.name: sorted(map(tuple, tx.read(select(table).where(column == id))), key=repr)
            for table, column in (
                (dossier, dossier.c.id),
                (dossier_state, dossier_state.c.dossier_id),
                (clock_pause, clock_pause.c.dossier_id),
                (step_term, step_term.c.root_id),
                (work_item, work_item.c.root_id),
            )
        }
        return found | {
            "job": sorted(
                map(tuple, tx.read(select(job.c.kind, job.c.due_at, job.c.dedupe_key).where(job.c.root_id == id)))
            )
        }


def test_the_steps_follow_and_the_deadline_stays_by_law(either_town: Town) -> None:
    town = either_town
    id = town.receive().id
    due = dossiers.get(town.database, id).due
    chosen = plan(town)
    said = migration.rehearse(town.database, chosen.id, id)
    assert {(line.what, line.how) for line in said.lines} == {
        ("token", "kept"),
        ("task", "changed"),
        ("dossier", "changed"),
        ("deadline", "kept"),
        ("deadline", "changed"),
    }
    (step,) = [line for line in said.lines if (line.what, line.how) == ("deadline", "changed")]
    assert "11:00 02/03/2026 thành 09:00 03/03/2026" in step.vi
    migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    found = dossiers.get(town.database, id)
    assert (found.version, found.due) == (chosen.target, due)
    task = town.task(id)
    assert task.name == "Thẩm định" and task.due is not None and task.due.isoformat() == "2026-03-03T02:00:00+00:00"
    with town.database.begin() as tx:
        assert deadlines.recompute(tx, id, "Lịch đổi", SYSTEM) is False
    town.ask(id, reason="Thiếu ảnh")
    town.move(days=1)
    dossiers.bring_supplement(town.database, id, [dossiers.Tick("anh", 2)], by=town["an"])
    assert (dossiers.get(town.database, id).due or town.now).date().isoformat() == "2026-03-06"
    assert audit.verify(town.database)["broken"] == []


def test_the_deadline_is_counted_anew_where_the_plan_says_so_and_comes_back(town: Town) -> None:
    id = town.receive().id
    before = kept(town, id)
    chosen = plan(town, deadlines="recompute")
    migration.migrate(town.database, chosen.id, id, "Luật mới", "quan_tri")
    assert (dossiers.get(town.database, id).due or town.now).date().isoformat() == "2026-03-16"
    migration.undo(town.database, chosen.id, id, "Nhầm", "quan_tri")
    after = kept(town, id)
    before["dossier_state"] = [row[:6] + row[7:] for row in before["dossier_state"]]  # its reasons say when
    after["dossier_state"] = [row[:6] + row[7:] for row in after["dossier_state"]]
    assert after == before


def test_what_was_migrated_is_taken_back_with_its_terms(either_town: Town) -> None:
    town = either_town
    id = town.receive().id
    before = kept(town, id)
    chosen = plan(town)
    migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    assert kept(town, id) != before
    migration.undo(town.database, chosen.id, id, "Nhầm", "quan_tri")
    assert kept(town, id) == before


def test_the_projections_of_a_migrated_dossier_are_rebuilt_as_they_were(either_town: Town) -> None:
    town = either_town
    paused, running = town.receive().id, town.receive(name="Vũ Văn Nam").id
    town.ask(paused, reason="Thiếu ảnh")
    chosen = plan(town, model=CHANGED.replace('id="cho"', 'id="doi"').replace('"cho"', '"doi"'), by_hand={"cho": "doi"})
    for id in (paused, running):
        migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    with town.database.begin() as tx:
        places = tx.read(select(clock_pause.c.place)).scalars().all()
    assert [place.partition("/")[0] for place in places] == ["doi"]
    tables = (dossier_state, clock_pause, clock_change, work_item)

    def contents() -> list[Any]:
        with town.database.begin() as tx:
            return [sorted(map(tuple, tx.read(select(table))), key=repr) for table in tables]

    before = contents()
    projections.rebuild(town.database, ["engine", "dossier"])
    assert contents() == before
    town.move(days=1)
    dossiers.bring_supplement(town.database, paused, [dossiers.Tick("anh", 2)], by=town["an"])
    assert not dossiers.get(town.database, paused).paused


def test_a_clock_that_stands_at_a_step_which_no_longer_stops_it_is_no_migration(town: Town) -> None:
    id = town.receive().id
    town.ask(id, reason="Thiếu ảnh")
    chosen = plan(town, model=MODEL.replace('<mc:pause kind="supplement" />', ""))
    said = migration.rehearse(town.database, chosen.id, id)
    assert not said.fits and "đồng hồ sẽ không chạy lại" in said.reasons[0].vi
    with pytest.raises(Refusal):
        migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    assert dossiers.get(town.database, id).version == town.version


def test_what_the_new_step_would_do_on_entering_is_told_and_not_done(town: Town) -> None:
    id = town.receive().id
    chosen = plan(town, model=MODEL.replace('<mc:status code="4" />', '<mc:status code="2" />'))
    said = migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    assert [line.en for line in said.lines if line.how == "told"] == [
        "'Xem xét' sets a status when it begins; the dossier is in it already, so that is not done."
    ]
    assert town.status(id) == 4


def test_a_case_that_is_gone_and_another_procedure_are_refused(town: Town) -> None:
    cases = LONGER + "cases: [{code: nhanh, name: Nhanh}]\n"
    old = bundles.deploy(town.database, bundle(town.folder / "bundle", cases, MODEL), SYSTEM).version
    id = town.receive(case="nhanh").id
    new = bundles.deploy(town.database, bundle(town.folder / "bundle", LONGER, CHANGED), SYSTEM).version
    chosen = migration.save(town.database, old, new)
    assert [one.en for one in migration.rehearse(town.database, chosen.id, id).reasons] == [
        f"Dossier {dossiers.get(town.database, id).code} is of the case 'nhanh', which the new version does not have."
    ]
    other = bundles.deploy(
        town.database, bundle(town.folder / "other", cases.replace(CODE, "9.990002"), MODEL), SYSTEM
    ).version
    chosen = migration.save(town.database, old, other)
    assert [one.rule for one in migration.draft_of(town.database, chosen.id).findings] == ["other-key"]
    assert migration.rehearse(town.database, chosen.id, id).reasons[0].en == (
        f"'Cấp thẻ thư viện' ({CODE}) cannot become another procedure (9.990002)."
    )


def test_what_the_new_version_asks_for_at_intake_is_told_and_not_asked(town: Town) -> None:
    id = town.receive().id
    more = LONGER.replace("  - {code: khac", "  - {code: cam_ket, name: Bản cam kết, required: true}\n  - {code: khac")
    chosen = plan(town, more, MODEL)
    said = migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    assert [line.en for line in said.lines if line.how == "told"] == [
        "The new version asks for 'Bản cam kết' as well; this dossier need not bring it."
    ]
    town.to_leader(id)
    assert town.task(id).element == "ky"


def test_a_document_follows_its_route(town: Town) -> None:
    found = registered(furnish(town))
    with town.database.begin() as tx:
        before = tx.read(select(document.c.route_version).where(document.c.id == found.id)).scalar_one()
    folder = town.folder / "route"
    shutil.copytree(ROUTES / "van-ban-den", folder)
    for path in folder.glob("*.bpmn"):
        path.write_text(path.read_text("utf-8") + "<!-- bản mới -->\n", "utf-8")
    after = bundles.deploy(town.database, folder, SYSTEM).version
    chosen = migration.save(town.database, before, after)
    migration.migrate(town.database, chosen.id, found.id, "Luồng mới", "quan_tri")
    with town.database.begin() as tx:
        assert tx.read(select(document.c.route_version).where(document.c.id == found.id)).scalar_one() == after
    assert len(worklist.of_instance(town.database, found.id)) == 1
    migration.undo(town.database, chosen.id, found.id, "Nhầm", "quan_tri")
    with town.database.begin() as tx:
        assert tx.read(select(document.c.route_version).where(document.c.id == found.id)).scalar_one() == before


def test_the_day_to_supplement_by_is_that_of_the_rules_it_was_received_under(town: Town) -> None:
    id = town.receive().id
    two = DESCRIPTION.replace("max_rounds: 1", "max_rounds: 1, term: {value: 2, unit: DAY}")
    chosen = plan(town, description=two)
    migration.migrate(town.database, chosen.id, id, "Quy trình mới", "quan_tri")
    assert dossiers.get(town.database, id).version == chosen.target
    assert supplements.last_day(town.database, id) is None
