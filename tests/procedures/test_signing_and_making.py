"""A result that is made and signed at one task is made before it is signed, in whatever order the model says it."""

from __future__ import annotations

import pytest

from procedures import bundles, dossiers
from procedures.actor import SYSTEM
from tests.procedures.town import MODEL, Town, bundle

LETTER = '// Thẻ\n#import "national.typ": *\n#show: letter\n#line-of([Họ tên], d.to_khai.ho_ten)\n'
BOTH = ('<mc:result code="the_thu_vien" />', '<mc:signature level="leader" />')


@pytest.mark.parametrize("order", [BOTH, BOTH[::-1]], ids=["result first", "signature first"])
def test_result_and_signature_on_one_task_work_in_any_order(town: Town, order: tuple[str, str]) -> None:
    made, signed = BOTH
    model = MODEL.replace(signed, "").replace(made, "".join(order))
    folder = bundle(town.folder / "bundle", model=model)
    (folder / "letters").mkdir(exist_ok=True)
    (folder / "letters" / "the-thu-vien.typ").write_text(LETTER, "utf-8")
    bundles.deploy(town.database, folder, SYSTEM)
    id = town.receive().id
    town.do("chi", id, "dat")
    town.do("chi", id, "trinh")
    (paper,) = dossiers.results(town.database, id)
    assert paper["current"] and paper["approved_at"] is not None and "Chi" in paper["approver"]
