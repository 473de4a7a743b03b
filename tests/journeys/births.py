"""Births over REST, from the counter to the result handed over, and what must stand in the database then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import yaml
from sqlalchemy import Table, select

from engine.store import Database, metadata
from tests.journeys.rest import Client
from tests.journeys.system import ROOT

AGENCY = "H31.11"
BIRTH = yaml.safe_load((ROOT / "bpmn/procedures/dang-ky-khai-sinh/procedure.yaml").read_text("utf-8"))
CLERK, HEAD, OFFICIAL = "motcua", "truongdonvi", "chuyenvien"
FORM = {
    "quan_he": "me",
    "ho_ten_tre": "Nguyễn Minh Khôi",
    "gioi_tinh": "nam",
    "ngay_sinh_tre": "2026-11-10",
    "noi_sinh": "Bệnh viện Đa khoa tỉnh Hưng Yên",
    "ho_ten_me": "Trần Thị Mai",
    "ngay_sinh_me": "1990-05-20",
    "noi_cu_tru_me": "Phường Phố Hiến, tỉnh Hưng Yên",
}
#: Tables that are read from the log again by `motcua db rebuild`: all that a rebuild must give back as they were.
DERIVED = (
    "dossier",
    "dossier_version",
    "dossier_party",
    "dossier_state",
    "dossier_status",
    "component",
    "supplement_item",
    "letter",
    "fee",
    "result",
    "work_item",
    "candidate",
    "clock_change",
    "clock_pause",
)
#: What tells where a check fails.
TOLD = ("id", "statuses", "results", "letters", "kinds", "series", "numbers")


def register(client: Client, number: int) -> str:
    """One birth from the counter to the result handed over; its code."""
    dossier = client.post(
        "/dossiers",
        {
            "procedure": BIRTH["code"],
            "agency": AGENCY,
            "on_behalf_of": CLERK,
            "form": FORM,
            "applicant": {"name": "Trần Thị Mai", "phone": f"0912{number:06d}", "email": f"mai{number}@example.vn"},
            "components": [{"code": c["code"], "originals": 1} for c in BIRTH["components"] if c["required"]],
        },
        201,
    )
    code: str = dossier["code"]
    assert dossier["status"]["code"] == "2" and dossier["due"]
    client.complete(code, "phan_cong", HEAD, "phan_cong", {"nguoi_xu_ly": OFFICIAL})
    client.complete(
        code,
        "tham_tra",
        OFFICIAL,
        "bo_sung",
        {
            "thieu": [
                {
                    "ma": "giay_chung_sinh",
                    "ten": "Giấy chứng sinh",
                    "ly_do": "Bản chụp mờ",
                    "cach_khac_phuc": "Nộp bản rõ",
                }
            ]
        },
        "Giấy chứng sinh chưa đọc được",
    )
    waiting = client.get(f"/dossiers/{code}")
    assert waiting["status"]["code"] == "5" and waiting["paused"] and waiting["due"] is None
    client.post(
        f"/dossiers/{code}/supplement",
        {"components": [{"code": "giay_chung_sinh", "originals": 1}], "on_behalf_of": CLERK},
    )
    client.complete(code, "tham_tra", OFFICIAL, "dat", {"nhan_xet": "Đã đối chiếu"})
    client.post(f"/dossiers/{code}/results", {"code": BIRTH["results"][0]["code"], "on_behalf_of": OFFICIAL}, 201)
    client.complete(
        code,
        "ghi_so",
        OFFICIAL,
        "trinh",
        {"so_dinh_danh_tre": f"033226{number:06d}", "so_dang_ky": str(number), "ngay_dang_ky": "2026-11-22"},
    )
    client.sign(code, "ky_duyet", "ky")
    done = client.post(f"/dossiers/{code}/return", {"recipient": "Trần Thị Mai", "on_behalf_of": CLERK})
    assert done["status"]["code"] == "10" and done["returned_at"]
    return code


def check(database: Database, codes: Collection[str]) -> None:
    """Nothing twice, nothing missing, no number left out."""
    wanted = set(codes)
    with database.begin() as tx:

        def rows(table: str) -> list[Any]:
            return list(tx.read(select(metadata.tables[table])).all())

        mine = {row.id: row.code for row in rows("dossier") if row.code in wanted}
        assert sorted(mine.values()) == sorted(codes)
        for id in mine:
            kinds = Counter(row.kind for row in rows("event") if row.root_id == id)
            once = ("dossier.opened", "dossier.supplemented", "dossier.result_approved", "dossier.returned")
            assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1), kinds
            statuses = [row.status for row in sorted(rows("dossier_status")) if row.dossier_id == id]
            assert statuses == [2, 4, 5, 4, 9, 10]
            letters = Counter(row.template for row in rows("letter") if row.dossier_id == id)
            assert letters == {"mau-01": 1, "mau-02": 1}
            results = sorted(
                (row.version, row.current, row.approved_at is not None)
                for row in rows("result")
                if row.dossier_id == id
            )
            assert results == [(1, False, False), (2, True, True)]  # the preview, and what was signed
        assert [row for row in rows("work_item") if row.root_id in mine] == []
        assert [row for row in rows("instance") if row.root_id in mine and row.status == "active"] == []
        every = defaultdict(list)
        for row in rows("dossier"):
            agency, day, number = row.code.rsplit("-", 2)
            every[f"{agency}-{day}"].append(int(number))
        for row in rows("letter"):
            if not row.number:  # a draft has none
                continue
            number, notation = row.number.split("/", 1)
            every[f"{row.agency} {row.issued_at.year} {notation}"].append(int(number))
        for series, numbers in every.items():
            assert sorted(numbers) == list(range(1, len(numbers) + 1)), series


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that a rebuild makes anew."""
    with database.begin() as tx:
        return {
            name: sorted((tuple(row) for row in tx.read(select(*columns(metadata.tables[name]))).all()), key=repr)
            for name in DERIVED
        }


def columns(table: Table) -> Any:
    """What is derived of a table: an archived PDF's hash is only a note of where it lies."""
    return [column for column in table.columns if (table.name, column.name) != ("letter", "pdf")]
