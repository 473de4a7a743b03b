"""A declaration may have fields of the names that the intake page has itself: neither is taken for the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from engine.store import Database
from procedures import bundles, dossiers
from procedures.actor import SYSTEM
from tests.procedures.town import CODE, bundle
from tests.web.conftest import post
from web.desk.apart import OWN

POSTED: dict[str, Any] = {
    "ho_ten": "Đặng Thị Nộp", "so_dinh_danh": "033190009876", "dien_thoai": "0987654321",
    "to_khai-ho_ten": "Lê Văn Đọc", "loai": "doc", "co_don": "1", "co_anh": "1", "lam": "tiep-nhan",
}  # fmt: skip


def test_the_applicant_and_a_field_of_the_same_name_are_kept_apart(
    signed_in: Callable[[str], FlaskClient], database: Database, tmp_path: Path
) -> None:
    bundles.deploy(database, bundle(tmp_path / "the"), SYSTEM)
    clerk, address = signed_in("motcua"), f"/mot-cua/tiep-nhan/{CODE}"
    page = clerk.get(address).text
    assert [page.count(f'name="{name}"') for name in ("ho_ten", "to_khai-ho_ten")] == [1, 1]

    wrong = post(clerk, address, {**POSTED, "to_khai-ho_ten": ""}, page=address).text
    assert 'href="#to_khai-ho_ten"' in wrong and 'href="#ho_ten"' not in wrong and 'value="Đặng Thị Nộp"' in wrong

    answer = post(clerk, address, POSTED, page=address)
    assert answer.status_code == 302, answer.text
    code = answer.location.rsplit("/", 1)[-1]
    taken = dossiers.by_code(database, code)
    assert (taken.applicant.name, taken.form["ho_ten"]) == ("Đặng Thị Nộp", "Lê Văn Đọc")

    correcting = clerk.get(f"/mot-cua/ho-so/{code}/sua").text
    shown = dict(re.findall(r'name="((?:to_khai-)?ho_ten)"[^>]*value="([^"]*)"', correcting))
    assert shown == {"ho_ten": "Đặng Thị Nộp", "to_khai-ho_ten": "Lê Văn Đọc"}


def test_every_name_of_the_page_is_known_to_be_its_own(
    signed_in: Callable[[str], FlaskClient], database: Database, tmp_path: Path
) -> None:
    bundles.deploy(database, bundle(tmp_path / "the"), SYSTEM)
    page = signed_in("motcua").get(f"/mot-cua/tiep-nhan/{CODE}").text
    form = page[page.index('action="' if 'enctype="multipart/form-data"' not in page else "multipart/form-data") :]
    names = set(re.findall(r'name="([^"]+)"', form[: form.index("</form>")]))
    declared = {"to_khai-ho_ten", "ngay_sinh", "loai", "so_nam"}
    by_paper = {
        name for name in names if re.fullmatch(r"(co|chinh|sao|tep|ghi_chu|giu|vi_sao|khac_phuc)_(don|anh|khac)", name)
    }
    assert declared <= names and names - declared - by_paper - {"so_ban", "so_trang"} <= OWN
