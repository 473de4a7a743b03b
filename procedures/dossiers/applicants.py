"""Who hands in: what can be a name, a number, an address; how it is kept and found again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from procedures import forms
from procedures.dossiers.values import Applicant, Intake
from procedures.search import fold_all, texts_of

#: How long what a paper must carry may be, by the field of the pages.
LONGEST = {"ho_ten": 150, "dia_chi": 250, "thu_dien_tu": 120, "noi_dung": 500, "noi_tra": 250}


def plausible(intake: Intake) -> None:
    """Whether the applicant can be what is typed: the phone and the identity number are what one tracks a dossier by,
    so they must be such numbers; names and addresses must find room on Mẫu 01. Raises forms.Invalid."""
    wrong: dict[str, list[str]] = {}
    for person in filter(None, (intake.applicant, intake.submitter)):
        if person.phone.strip() and not re.fullmatch(r"\+?[0-9]{8,15}", digits(person.phone)):
            wrong["dien_thoai"] = ["Số điện thoại gồm 8 đến 15 chữ số, ví dụ 0912 345 678."]
        if person.id_number.strip() and not re.fullmatch(r"[A-Z]{0,2}[0-9]{6,14}", digits(person.id_number)):
            wrong["so_dinh_danh"] = ["Số định danh gồm 12 chữ số; mã số thuế 10 hoặc 13 chữ số; hộ chiếu như B1234567."]
        if person.email.strip() and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", person.email.strip()):
            wrong["thu_dien_tu"] = ["Địa chỉ thư điện tử không đúng, ví dụ: ten@vidu.vn."]
        if person.name.strip() and not any(c.isalnum() for c in person.name):
            wrong["ho_ten"] = ["Họ tên hoặc tên tổ chức phải có chữ đọc được."]
        said = {"ho_ten": person.name, "dia_chi": person.address, "thu_dien_tu": person.email}
        wrong |= _too_long(said)
    wrong |= _too_long({"noi_dung": intake.request, "noi_tra": intake.return_place})
    if wrong:
        raise forms.Invalid(wrong)


def _too_long(said: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        key: [f"Không quá {LONGEST[key]} ký tự; hiện có {len(text.strip())}."]
        for key, text in said.items()
        if len(text.strip()) > LONGEST[key]
    }


def digits(text: str) -> str:
    """A number as it is kept and compared: without spaces, dots and dashes."""
    return "".join(c for c in text if c.isalnum() or c == "+").upper()


def _seen(text: str) -> str:
    """A text without the marks that nobody sees (Unicode's Cf), by which two that look alike would differ."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def columns(person: Applicant) -> dict[str, str]:
    return {
        "applicant_name": " ".join(_seen(person.name).split()),
        "applicant_id_number": digits(person.id_number),
        "applicant_phone": digits(person.phone),
        "applicant_email": person.email.strip(),
        "applicant_address": _seen(person.address).strip(),
    }


def folded(code: str, person: Applicant, submitter: Applicant | None, form: Mapping[str, Any]) -> str:
    """What a search looks in: code, people with their numbers, and what the declaration says."""
    people = [person, *([submitter] if submitter else [])]
    named = [part for one in people for part in (one.name, digits(one.id_number), digits(one.phone))]
    return " ".join((fold_all([code, *named]), texts_of(form)))
