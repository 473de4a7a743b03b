"""A bundle that nobody has seen is deployed beside a running server and works at once, without a line of code."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.journeys.rest import Client
from tests.journeys.system import System, motcua
from tests.procedures.town import CODE, PDF, bundle

CLERK, OFFICIAL, AGENCY = "motcua", "chuyenvien", "H31.11"


def test_a_new_bundle_goes_from_its_files_to_a_result_handed_over(on_sqlite: System, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "the-thu-vien")
    with on_sqlite as system:
        client = Client(system)
        assert CODE not in {one["code"] for one in client.get("/procedures", page_size=100)["items"]}
        assert motcua(system.home, "models", "check", str(folder)).returncode == 0
        deployed = motcua(system.home, "models", "deploy", str(folder), "--json")
        assert json.loads(deployed.stdout)["deployed"] == [{"key": CODE, "version": 1, "new": True}]
        again = motcua(system.home, "models", "deploy", str(folder), "--json")
        assert json.loads(again.stdout)["deployed"] == [{"key": CODE, "version": 1, "new": False}]
        (offered,) = [one for one in client.get("/procedures", page_size=100)["items"] if one["code"] == CODE]
        assert offered["name"] == "Cấp thẻ thư viện" and [c["code"] for c in offered["components"]] == [
            "don",
            "anh",
            "khac",
        ]

        made = client.post(
            "/dossiers",
            {
                "procedure": CODE,
                "agency": AGENCY,
                "on_behalf_of": CLERK,
                "form": {"ho_ten": "Hoàng Thị Hoa", "loai": "doc"},
                "applicant": {"name": "Hoàng Thị Hoa", "phone": "0912345678"},
                "components": [{"code": "don", "originals": 1}, {"code": "anh", "originals": 2}],
            },
            201,
        )
        code = made["code"]
        assert made["procedure_name"] == "Cấp thẻ thư viện" and made["due"]
        client.complete(
            code,
            "xem_xet",
            OFFICIAL,
            "bo_sung",
            {
                "thieu": [
                    {"ma": "anh", "ten": "Ảnh 3x4", "ly_do": "Ảnh chụp quá sáu tháng", "cach_khac_phuc": "Nộp ảnh mới"}
                ]
            },
            "Ảnh cũ",
        )
        (step,) = client.get(f"/dossiers/{code}")["next_steps"]
        assert step["action"] == "supplement" and step["label"]["vi"] == "Bổ sung giấy tờ"
        client.post(
            f"/dossiers/{code}/supplement", {"components": [{"code": "anh", "originals": 2}], "on_behalf_of": CLERK}
        )
        client.complete(code, "xem_xet", OFFICIAL, "dat")
        client.post(
            f"/dossiers/{code}/results",
            {"code": "the_thu_vien", "pdf": base64.b64encode(PDF).decode(), "on_behalf_of": OFFICIAL},
            201,
        )
        client.complete(code, "lam_the", OFFICIAL, "trinh")
        client.sign(code, "ky", "ky")
        assert client.get(f"/dossiers/{code}")["status"]["code"] == "9"
        client.post(f"/dossiers/{code}/fees", {"on_behalf_of": CLERK})
        done = client.post(f"/dossiers/{code}/return", {"recipient": "Hoàng Thị Hoa", "on_behalf_of": CLERK})
        assert done["status"]["code"] == "10"
    assert motcua(system.home, "audit", "verify").returncode == 0
