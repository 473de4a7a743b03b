"""Messages by which what a citizen does reaches a model, where no `mc:citizen` gives the wait another one."""

from __future__ import annotations

#: What the citizen does → the message (docs/reference/bundles.md).
MESSAGES = {
    "confirm": "cong_dan_xac_nhan",
    "supplement": "cong_dan_bo_sung",
    "pay": "cong_dan_da_nop_phi",
    "withdraw": "cong_dan_rut",
}
