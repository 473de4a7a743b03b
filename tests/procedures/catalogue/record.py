"""A national record of our own, whole and without contradiction, for tests to spoil."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

RECORD: dict[str, Any] = {
    "code": "9.000001",
    "name": "Thủ tục cấp giấy phép mẫu",
    "category": {"code": "G99-XX01", "name": "Thử nghiệm"},
    "promulgating_agency": "Bộ Mẫu",
    "executing_agency": "Ủy ban nhân dân cấp xã",
    "subject_types": ["Công dân Việt Nam"],
    "results": ["Giấy phép mẫu"],
    "requirements": "",
    "channels": [
        {
            "method": "DIRECT",
            "processing": {"qty": 5, "unit": "WORKING_DAY"},
            "note": "",
            "fees": [{"type": "FEE", "value_vnd": 8000, "text": "Phí cấp bản sao"}],
        },
        {"method": "ONLINE", "processing": {"qty": 5, "unit": "WORKING_DAY"}, "note": "", "fees": []},
    ],
    "processing_cases": [{"case_code": "9.000001.01", "qty": 5, "unit": "WORKING_DAY"}],
    "legal_basis": [{"code": "1/2026/NĐ-CP", "name": "Nghị định mẫu"}],
    "steps_raw": [{"name": "Bước 1:", "text": "- Nộp hồ sơ.\n+ Trực tiếp hoặc trực tuyến."}],
    "checklist_raw": [
        {
            "group": "* Giấy tờ phải nộp:",
            "items": [
                {
                    "code": "KQ.1",
                    "name": "Tờ khai",
                    "original_qty": 1,
                    "copy_qty": 0,
                    "has_electronic_form": True,
                    "is_processing_result": False,
                    "attachments": [{"fileName": "to-khai.docx"}],
                }
            ],
        }
    ],
    "state": "ACTIVE",
    "source": {"url": "https://example.vn/1", "crawled_at": "2026-07-18", "updated_at": "2026-07-01"},
}


def record(**changed: Any) -> dict[str, Any]:
    """A copy with some properties changed."""
    return {**deepcopy(RECORD), **changed}


def channel(quantity: Any, unit: str, method: str = "DIRECT", *fees: tuple[Any, str]) -> dict[str, Any]:
    """A channel with a term and fees (amount, text)."""
    return {
        "method": method,
        "processing": {"qty": quantity, "unit": unit},
        "note": "",
        "fees": [{"type": "FEE", "value_vnd": amount, "text": text} for amount, text in fees],
    }
