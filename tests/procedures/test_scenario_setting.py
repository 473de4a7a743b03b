"""Scenarios of a bundle ask the real projections, moved by the real hooks."""

from __future__ import annotations

from pathlib import Path

from engine import scenario
from procedures import scenario_setting
from tests.procedures.town import bundle

STEPS = """
Qua bổ sung đến trả kết quả:
  process: cap_the
  now: 2026-03-02T09:00:00+07:00
  variables: {ho_so: {ma: T-1}}
  steps:
    - expect_status: "4"
    - expect_due: 2026-03-05T17:00:00+07:00
    - {complete: xem_xet, action: bo_sung}
    - expect_status: "5"
    - expect_due: null
    - advance: P1D
    - {message: cong_dan_bo_sung, correlation: T-1}
    - expect_status: "4"
    - expect_due: 2026-03-06T17:00:00+07:00
    - {complete: "*", action: dat}
    - {complete: "*", action: trinh}
    - {complete: "*", action: ky}
    - expect_status: "9"
    - {complete: "*", action: da_tra}
    - expect_status: "10"
    - expect_ended: true
Một lượt bổ sung nữa bị từ chối:
  process: cap_the
  variables: {ho_so: {ma: T-1}}
  steps:
    - {complete: xem_xet, action: bo_sung}
    - {message: cong_dan_bo_sung, correlation: T-1}
    - {complete: xem_xet, action: bo_sung}
"""


def test_status_and_due_date_follow_the_model(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "b")
    (folder / "scenarios.yaml").write_text(STEPS, encoding="utf-8")
    answer = scenario.test_paths([folder], setting=scenario_setting.for_bundle)
    assert answer["passed"] == 1
    (refused,) = answer["failed"]
    assert refused["step"] == 2 and "số lần tối đa" in refused["message"]


def test_a_folder_without_a_description_has_no_setting(tmp_path: Path) -> None:
    assert scenario_setting.for_bundle(tmp_path) is None
