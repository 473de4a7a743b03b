"""What a declaration may say: numbers without names, ages that cannot be, days that have not come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.calendar import VIETNAM
from procedures import bundles, fees, forms
from tests.bundles.shipped import ROOT

BUNDLES = ROOT / "bpmn" / "procedures"
NOW = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
BIRTH = {
    "quan_he": "me",
    "ho_ten_tre": "Nguyễn Minh An",
    "gioi_tinh": "nu",
    "ngay_sinh_tre": "2026-11-09",
    "noi_sinh": "Bệnh viện Đa khoa tỉnh Hưng Yên",
    "ho_ten_me": "Trần Thị Hoa",
    "ngay_sinh_me": "1996-03-12",
    "so_dinh_danh_me": "033196000001",
    "noi_cu_tru_me": "Xã Tân Hưng",
}
LINKED = {
    **BIRTH,
    "ho_ten_chu_ho": "Trần Văn Hải",
    "dia_chi_dang_ky": "Xã Tân Hưng",
    "quan_he_chu_ho": "Cháu",
    "noi_kham_ban_dau": "Trạm y tế xã",
}
MARRIAGE = {
    "ho_ten_nam": "Trần Văn Hải",
    "ngay_sinh_nam": "1996-03-12",
    "so_dinh_danh_nam": "033096000001",
    "noi_cu_tru_nam": "Xã Tân Hưng",
    "ho_ten_nu": "Lê Thị Mai",
    "ngay_sinh_nu": "1998-05-01",
    "noi_cu_tru_nu": "Xã Tân Hưng",
    "cam_doan": True,
}
EXTRACT = {
    "loai_viec": "khai_sinh",
    "ho_ten_nguoi_dang_ky": "Trần Văn Hải",
    "noi_dang_ky": "Xã Tân Hưng",
    "quan_he": "Bản thân",
    "so_ban": 1,
}
LINKED.pop("quan_he")
GOOD = {
    "dang-ky-khai-sinh": BIRTH,
    "lien-thong-khai-sinh": LINKED,
    "dang-ky-ket-hon": MARRIAGE,
    "trich-luc-ho-tich": EXTRACT,
}
FATHER = {"ho_ten_cha": "Nguyễn Văn Bình", "ngay_sinh_cha": "1994-01-01", "so_dinh_danh_cha": "033094000001"}


def refused(name: str, **more: Any) -> set[str]:
    """The fields of the declaration that are refused."""
    body = (BUNDLES / name / "forms" / "to-khai.form").read_bytes()
    try:
        forms.read(body).validate({**GOOD[name], **more}, now=NOW)
    except forms.Invalid as wrong:
        return set(wrong.errors)
    return set()


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_is_taken(name: str) -> None:
    assert refused(name) == set()
    if "khai-sinh" in name:
        assert refused(name, **FATHER) == set()


@pytest.mark.parametrize("name", ["dang-ky-khai-sinh", "lien-thong-khai-sinh"])
def test_a_father_has_a_name_and_parents_are_of_an_age_with_their_child(name: str) -> None:
    for key, value in {**FATHER, "dan_toc_cha": "Kinh", "noi_cu_tru_cha": "Xã Tân Hưng"}.items():
        assert refused(name, **{key: value}) == (set() if key == "ho_ten_cha" else {key})
    assert refused(name, **FATHER | {"so_dinh_danh_cha": BIRTH["so_dinh_danh_me"]}) == {"so_dinh_danh_cha"}
    for day in ("2020-01-01", "1930-01-01"):
        assert refused(name, ngay_sinh_me=day) == {"ngay_sinh_me"}
        assert ("ngay_sinh_cha" in refused(name, **FATHER | {"ngay_sinh_cha": day})) == (day > "2000")
    for child in ("2026-12-24", "2199-11-09", "1026-11-09"):  # parents are not measured against a wrong date
        assert refused(name, **FATHER | {"ngay_sinh_tre": child}) == {"ngay_sinh_tre"}
    for child in ("9.11", "2027-05-05"):  # both wrong dates are told in one round
        young = FATHER | {"ngay_sinh_cha": "2025-01-01", "ngay_sinh_tre": child}
        assert refused(name, **young) == {"ngay_sinh_cha", "ngay_sinh_tre"}
        assert refused(name, ngay_sinh_me="2025-01-01", ngay_sinh_tre=child) == {"ngay_sinh_me", "ngay_sinh_tre"}


def test_who_says_to_be_the_father_gives_the_father() -> None:
    assert refused("dang-ky-khai-sinh", quan_he="cha") == {"quan_he"}
    assert refused("dang-ky-khai-sinh", quan_he="cha", **FATHER) == set()


def test_the_two_who_marry_are_two_and_have_lived(name: str = "dang-ky-ket-hon") -> None:
    assert refused(name, so_dinh_danh_nu=MARRIAGE["so_dinh_danh_nam"]) == {"so_dinh_danh_nu"}
    assert refused(name, ngay_sinh_nam="1026-03-12") == {"ngay_sinh_nam"}
    assert refused(name, ngay_sinh_nu="2010-05-01") == {"ngay_sinh_nu"}


def test_an_event_is_registered_after_the_birth_and_before_tomorrow(name: str = "trich-luc-ho-tich") -> None:
    assert refused(name, nam_dang_ky=2027) == {"nam_dang_ky"}
    assert refused(name, nam_dang_ky=1990, ngay_sinh="1996-03-12") == {"nam_dang_ky"}
    assert refused(name, nam_dang_ky=1996, ngay_sinh="1996-03-12") == set()


@pytest.mark.parametrize("name", ["dang-ky-khai-sinh", "dang-ky-ket-hon"])
def test_copies_cost_by_the_table_and_the_registrar_sees_how_many(name: str) -> None:
    procedure = bundles.Procedure("", 1, bundles.load(BUNDLES / name).description, NOW.date())
    assert sum(one.amount or 0 for one in fees.quote(procedure, {"so_luong_trich_luc": 3})) == 24_000
    assert sum(one.amount or 0 for one in fees.quote(procedure, {})) == 0
    form = forms.read((BUNDLES / name / "forms" / "ghi-so.form").read_bytes())
    (field,) = [one for one in form.inputs() if one.key == "so_luong_trich_luc"]
    assert field.read_only


#: Days that may well lie ahead.
AHEAD = {"tu_ngay", "den_ngay"}


@pytest.mark.parametrize(
    "path", sorted(BUNDLES.glob("*/forms/*.form")), ids=lambda path: f"{path.parents[1].name}-{path.stem}"
)
def test_no_day_of_the_past_lies_ahead(path: Any) -> None:
    ahead = [
        one.key
        for one in forms.read(path.read_bytes()).inputs()
        if one.kind == "datetime" and not one.read_only and one.properties.get("mc:past") != "true"
    ]
    assert set(ahead) <= AHEAD
