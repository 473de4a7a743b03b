"""Bundles: loaded, checked with a place and a mend for each fault, versioned, retired."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import audit, commands
from engine.refusal import Refusal
from procedures import bundles, catalogue, checked, files, forms, tasks
from procedures.actor import SYSTEM, Actor, operator
from procedures.bundles import BundleError
from procedures.dossiers.values import Lack
from procedures.store.dossier import procedure_version
from tests.procedures.town import CODE, DESCRIPTION, Town, bundle


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        (("kind: procedure", "kind: thing"), "kind", "phải là một trong procedure, route"),
        (("unit: WORKING_DAY", "unit: TUAN"), "term.unit", "phải là một trong"),
        (('value: "3"', 'value: "ba"'), "term.value", "Thời hạn phải là số"),
        (("effective_from: 2026-01-01", "effective_from: mai"), "effective_from", "phải là ngày"),
        (("form: don", "form: khac"), "form", "không có trong forms/"),
        (("code: anh", "code: don"), "components.1.code", "đã dùng ở trên"),
        (("max_rounds: 1", "max_rounds: một"), "supplement.max_rounds", "phải là số nguyên"),
        (("process: cap_the", "lạ: 1\nprocess: cap_the"), "lạ", "không có mục này"),
        (("per: dossier}", 'per: dossier, formula: "= 1 +"}'), "fees.0.formula", "fees.0.formula"),
    ],
)
def test_a_fault_in_the_description_names_its_place_and_how_to_mend_it(
    tmp_path: Path, change: tuple[str, str], where: str, said: str
) -> None:
    changed = DESCRIPTION.replace(*change, 1)
    folder = bundle(tmp_path / "b", changed)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
    with pytest.raises(BundleError) as wrong:
        checked.refuse_errors(files)
    (found,) = wrong.value.findings
    assert found.element == where and said in found.message and found.fix and found.file == "procedure.yaml"
    assert change[1].split("\n")[0].split(": ")[0].strip() in changed.splitlines()[found.line - 1]


def test_yaml_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"procedure\.yaml:2: "):
        bundles.load(bundle(tmp_path / "b", "kind: [\nx: y: z"))
    with pytest.raises(BundleError, match=r"procedure\.yaml"):
        bundles.load(tmp_path)


def test_codes_stay_text_even_without_quotes(tmp_path: Path) -> None:
    loaded = bundles.load(bundle(tmp_path / "b", DESCRIPTION.replace(f'code: "{CODE}"', "code: 1.10")))
    assert loaded.code == "1.10"


def test_the_same_content_again_is_no_new_version_and_a_dossier_stays_on_its_own(town: Town) -> None:
    again = bundles.deploy(town.database, town.folder / "bundle", SYSTEM)
    assert (again.version, again.changed) == (town.version, False)
    first = town.receive().id
    longer = DESCRIPTION.replace('value: "3"', 'value: "5"')
    changed = bundles.deploy(town.database, bundle(town.folder / "bundle", longer), SYSTEM)
    assert changed.number == 2
    second = town.receive(name="Sau").id
    from procedures import dossiers

    dues = [dossiers.get(town.database, id).due for id in (first, second)]
    assert [due.day if due else 0 for due in dues] == [5, 9]
    assert bundles.procedure(town.database, CODE).number == 2


def test_a_retired_procedure_takes_no_new_dossiers_and_finishes_the_old(town: Town) -> None:
    id = town.receive().id
    bundles.retire(town.database, CODE, date(2026, 3, 2), Actor("quantri"))
    with pytest.raises(Refusal, match="ngừng áp dụng"):
        town.receive()
    assert bundles.published(town.database) == []
    town.do("chi", id, "dat")
    with pytest.raises(Refusal):
        bundles.retire(town.database, CODE, date(2026, 3, 2), Actor("quantri"))


def test_nothing_is_received_on_an_act_that_has_ended(town: Town) -> None:
    """The version before does not come back, and who asks is told which act it was."""
    ending = DESCRIPTION.replace("name: Luật Thư viện}", "name: Luật Thư viện, until: '2026-03-01'}")
    bundles.deploy(town.database, bundle(town.folder / "bundle", ending), SYSTEM)
    assert bundles.procedure(town.database, CODE, date(2026, 3, 1)).number == 2
    with pytest.raises(Refusal, match="căn cứ 46/2019/QH14 hết hiệu lực sau ngày 01/03/2026"):
        bundles.procedure(town.database, CODE, date(2026, 3, 2))
    assert bundles.published(town.database, date(2026, 3, 2)) == []
    (ended,) = bundles.ended_by_law(town.database)
    assert ended.number == 2 and ended.basis_ending == (date(2026, 3, 1), "46/2019/QH14")
    with pytest.raises(Refusal, match="46/2019/QH14"):
        town.receive()
    later = DESCRIPTION.replace("effective_from: 2026-01-01", "effective_from: 2026-03-02")
    bundles.deploy(town.database, bundle(town.folder / "bundle", later), SYSTEM)
    assert bundles.procedure(town.database, CODE, date(2026, 3, 2)).number == 3
    assert bundles.ended_by_law(town.database) == []


def test_what_is_in_force_later_is_not_offered_before(town: Town) -> None:
    later = DESCRIPTION.replace("effective_from: 2026-01-01", "effective_from: 2026-04-01").replace(
        "Cấp thẻ", "Cấp lại thẻ"
    )
    bundles.deploy(town.database, bundle(town.folder / "bundle", later), SYSTEM)
    assert bundles.procedure(town.database, CODE).name["vi"] == "Cấp thẻ thư viện"
    assert bundles.procedure(town.database, CODE, date(2026, 4, 1)).name["vi"] == "Cấp lại thẻ thư viện"
    assert town.status(town.receive().id) == 4


@pytest.mark.parametrize(
    "folder", sorted(str(path.parent) for name in ("procedure.yaml", "route.yaml") for path in Path("bpmn").rglob(name))
)
def test_every_shipped_bundle_loads(folder: str) -> None:
    assert bundles.load(folder).code


def test_terms_read_as_people_write_them() -> None:
    def said(term: dict[str, object] | None) -> str:
        data = {"code": "x", "kind": "procedure", "term": term}
        return bundles.Procedure("v", 1, data, date(2026, 1, 1)).term_words()

    assert said({"value": "3", "unit": "WORKING_DAY"}) == "03 ngày làm việc"
    assert said({"value": "6.5", "unit": "WORKING_DAY"}) == "6,5 ngày làm việc"
    assert said({"value": "0", "unit": "WORKING_DAY", "cutoff": "15:00"}).endswith(
        "từ 15 giờ thì trả trong ngày làm việc tiếp theo"
    )
    assert said(None) == said({"value": "", "unit": "DAY"}) == "theo thông báo của cơ quan"


def test_the_version_of_the_day_is_the_one_that_began_last_whatever_was_deployed_last(town: Town) -> None:
    since = DESCRIPTION.replace("effective_from: 2026-01-01", "effective_from: 2026-07-01")
    until = DESCRIPTION.replace("effective_from: 2026-01-01", "effective_from: 2026-01-02\neffective_to: 2026-06-30")
    new = bundles.deploy(town.database, bundle(town.folder / "moi", since), SYSTEM).version
    old = bundles.deploy(town.database, bundle(town.folder / "cu", until), SYSTEM).version
    assert bundles.procedure(town.database, CODE, date(2026, 6, 30)).version == old
    assert bundles.procedure(town.database, CODE, date(2026, 7, 1)).version == new
    assert [one.version for one in bundles.published(town.database, date(2026, 7, 1))] == [new]


def test_a_channel_for_outages_wants_the_outage_and_the_log_keeps_it(town: Town) -> None:
    bundles.deploy(town.database, bundle(town.folder / "bundle", DESCRIPTION + "outage_only: [truc_tiep]\n"), SYSTEM)
    with pytest.raises(forms.Invalid, match="sự cố"):
        town.receive()
    id = town.receive(outage="Cổng ngừng từ 08:00 ngày 02/3/2026").id
    opened = next(one for one in audit.history(town.database, id) if one.kind == "dossier.opened")
    assert opened.data["outage"] == "Cổng ngừng từ 08:00 ngày 02/3/2026"


def test_a_process_is_told_the_working_days_that_its_bundle_asks_for(town: Town) -> None:
    bundles.deploy(town.database, bundle(town.folder / "bundle", DESCRIPTION + "working_days: 6\n"), SYSTEM)
    said = commands.variables_of(town.database, town.receive().id)["ho_so"]["ngay_lam_viec"]
    assert said == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10"]


def test_the_term_that_the_law_gives_the_citizen_is_nobodys_to_change(town: Town) -> None:
    by_law = "supplement: {effect: pause, max_rounds: 1, term: {value: 2, unit: WORKING_DAY}}"
    changed = DESCRIPTION.replace("supplement: {effect: pause, max_rounds: 1}", by_law)
    bundles.deploy(town.database, bundle(town.folder / "bundle", changed), SYSTEM)
    id = town.receive().id
    lacks = [Lack("anh", "Ảnh 3x4", "Ảnh mờ", "Nộp ảnh khác")]
    with pytest.raises(forms.Invalid, match="đến hết ngày 04/03/2026"):
        tasks.complete(
            town.database,
            town.task(id).id,
            "bo_sung",
            {},
            town["chi"],
            reason="Mờ",
            lacks=lacks,
            until=date(2026, 3, 9),
        )
    tasks.complete(town.database, town.task(id).id, "bo_sung", {}, town["chi"], reason="Mờ", lacks=lacks)
    assert commands.variables_of(town.database, id)["han_bo_sung"] == "2026-03-04"


def test_what_is_ticked_as_lacking_is_not_lost_to_another_outcome(town: Town) -> None:
    id = town.receive().id
    lacks = [Lack("anh", "Ảnh 3x4", "Ảnh mờ", "Nộp ảnh khác")]
    with pytest.raises(forms.Invalid, match="Đã đánh dấu mục cần bổ sung"):
        tasks.complete(town.database, town.task(id).id, "dat", {}, town["chi"], lacks=lacks)
    assert town.task(id).name == "Xem xét"


def test_nothing_is_deployed_retired_or_imported_by_nobody(town: Town) -> None:
    for act in (bundles.deploy, bundles.deploy_all, bundles.retire, catalogue.import_files, catalogue.import_records):
        asked = inspect.signature(act).parameters["by"]
        assert asked.default is inspect.Parameter.empty
    assert inspect.signature(files.attach).parameters["by"].default is inspect.Parameter.empty
    changed = bundle(town.folder / "bundle", DESCRIPTION + "working_days: 7\n")
    bundles.deploy(town.database, changed, operator("root", "models deploy"))
    with town.database.begin() as tx:
        said = tx.read(select(procedure_version.c.deployed_by).order_by(procedure_version.c.version.desc())).scalar()
    assert said == "root (motcua models deploy)"
