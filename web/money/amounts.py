"""Amounts as people type them."""

from __future__ import annotations

import re

_TYPED = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d{1,13}")


def posted_amount(text: str | None) -> int | None:
    """Whole đồng: ``120000``, ``120.000`` or ``120 000``, with or without "đ"; None for whatever else."""
    typed = (text or "").strip().removesuffix("đồng").removesuffix("đ").strip()
    return int(re.sub(r"[. ]", "", typed)) if _TYPED.fullmatch(typed) and typed.isascii() else None
