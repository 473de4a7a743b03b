"""How a fee is paid, as the receipt says it, and who may take it that way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procedures.vocabulary.words import Word


@dataclass(frozen=True, slots=True)
class Payment(Word):
    """desk: whether the desk can take it; what is paid online comes from the payment platform."""

    desk: bool = True


CASH = "tien_mat"
TRANSFER = "chuyen_khoan"
ONLINE = "truc_tuyen"
EXEMPT = "mien"  # nothing is asked, by a rule
PAYMENTS: Mapping[str, Payment] = {
    CASH: Payment("Tiền mặt", "Cash"),
    TRANSFER: Payment("Chuyển khoản", "Bank transfer"),
    ONLINE: Payment("Thanh toán trực tuyến", "Online payment", desk=False),
    EXEMPT: Payment("Được miễn", "Exempt", desk=False),
}
