"""Bundles: loaded, checked with a place and a mend for each fault, versioned, retired."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.refusal import Refusal
from procedures import bundles, checked
from procedures.bundles import BundleError
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
    again = bundles.deploy(town.database, town.folder / "bundle")
    assert (again.version, again.changed) == (town.version, False)
    first = town.receive().id
    longer = DESCRIPTION.replace('value: "3"', 'value: "5"')
    changed = bundles.deploy(town.database, bundle(town.folder / "bundle", longer))
    assert changed.number == 2
    second = town.receive(name="Sau").id
    from procedures import dossiers

    dues = [dossiers.get(town.database, id).due for id in (first, second)]
    assert [due.day if due else 0 for due in dues] == [5, 9]
    assert bundles.procedure(town.database, CODE).number == 2


def test_a_retired_procedure_takes_no_new_dossiers_and_finishes_the_old(town: Town) -> None:
    id = town.receive().id
    bundles.retire(town.database, CODE, date(2026, 3, 2), "quantri")
    with pytest.raises(Refusal, match="ngừng áp dụng"):
        town.receive()
    assert bundles.published(town.database) == []
    town.do("chi", id, "dat")
    with pytest.raises(Refusal):
        bundles.retire(town.database, CODE, date(2026, 3, 2), "quantri")


def test_what_is_in_force_later_is_not_offered_before(town: Town) -> None:
    later = DESCRIPTION.replace("effective_from: 2026-01-01", "effective_from: 2026-04-01").replace(
        "Cấp thẻ", "Cấp lại thẻ"
    )
    bundles.deploy(town.database, bundle(town.folder / "bundle", later))
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
