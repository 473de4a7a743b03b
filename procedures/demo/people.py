"""Invented applicants and what they write into forms. Names are common ones put together by chance."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import re2

from procedures.dossiers import admissible
from procedures.dossiers.values import Applicant, Intake
from procedures.forms import Field, Form, repeated
from procedures.forms.national import NATIONAL
from procedures.search import fold

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Đào", "Đinh")
MIDDLE = {"nam": ("Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân"), "nu": ("Thị", "Thu", "Ngọc", "Thanh", "Hồng", "Kim")}
GIVEN = {
    "nam": ("An", "Bình", "Cường", "Dũng", "Hải", "Hùng", "Khánh", "Long", "Nam", "Phúc", "Sơn", "Tùng"),
    "nu": ("Anh", "Chi", "Dung", "Hà", "Hạnh", "Hương", "Lan", "Linh", "Mai", "Nhung", "Thảo", "Yến"),
}
STREETS = ("Nguyễn Trãi", "Lê Lợi", "Trưng Trắc", "Điện Biên", "Phạm Ngũ Lão", "Tô Hiệu", "Hải Thượng Lãn Ông")


#: Last part of a key → the sex of the person whose name it asks for.
SEXES = {"me": "nu", "nu": "nu", "vo": "nu", "cha": "nam", "nam": "nam", "chong": "nam"}


def name(chance: random.Random, sex: str = "", family: str = "") -> str:
    """A full name, of that sex and family where they are given."""
    sex = sex or chance.choice(("nam", "nu"))
    return f"{family or chance.choice(FAMILY)} {chance.choice(MIDDLE[sex])} {chance.choice(GIVEN[sex])}"


def applicant(chance: random.Random, place: str) -> Applicant:
    """Somebody who lives in `place`; the mail address goes nowhere (domain .example)."""
    full = name(chance)
    mailbox = fold(full).replace(" ", ".")
    return Applicant(
        full,
        f"033{chance.randrange(10**9):09d}",
        f"09{chance.randrange(10**8):08d}",
        f"{mailbox}{chance.randrange(100)}@thu.example" if chance.random() < 0.8 else "",
        f"Số {chance.randrange(1, 200)}, đường {chance.choice(STREETS)}, {place}",
    )


def filled(
    form: Form | None,
    chance: random.Random,
    today: date,
    pickers: Mapping[str, list[str]] | None = None,
    person: Applicant | None = None,
) -> dict[str, Any]:
    """Plausible data for every field; `pickers`: choices of the fields that name officials or agencies. person: who
    hands in; what a form asks of them once more is the same."""
    found = {
        f.key: value
        for f in (form.inputs() if form is not None else ())
        if not f.read_only and (value := _value(f, chance, today, (pickers or {}).get(f.key))) is not None
    }
    found = _one_family(found, chance)
    return found | _the_same(form, found, person) if form is not None and person is not None else found


def _the_same(form: Form, found: dict[str, Any], person: Applicant) -> dict[str, Any]:
    """What the form repeats of who hands in; a parent's relation is that of their sex."""
    said = {}
    if found.get("quan_he") in ("cha", "me"):
        said["quan_he"] = "me" if set(person.name.split()) & set(MIDDLE["nu"]) else "cha"
    people = admissible.people(Intake("", "", person))
    return said | repeated(form, {**found, **said}, people)


def _one_family(found: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The names of a declaration agree with sex and family: a mother's is a woman's, a child bears its father's family
    name and one of its own sex."""
    named = {}
    for key in (one for one in found if one.startswith("ho_ten")):
        sex = SEXES.get(key.rpartition("_")[2])
        if sex is not None:
            named[key] = name(chance, sex)
    if "ho_ten_tre" in found:
        family = named.get("ho_ten_cha", "").partition(" ")[0]
        named["ho_ten_tre"] = name(chance, str(found.get("gioi_tinh") or ""), family)
    return found | named


def _value(field: Field, chance: random.Random, today: date, picked: list[str] | None) -> Any:
    if field.properties.get("mc") in NATIONAL:
        return NATIONAL[field.properties["mc"]][0]
    options = picked if picked is not None else [value for value, _ in field.options]
    if field.kind in ("select", "radio"):
        return chance.choice(options) if options else None
    if field.kind in ("checklist", "taglist"):
        return chance.sample(options, min(len(options), 2)) if options else None
    if field.kind == "checkbox":
        return True
    if field.kind == "number":
        low = int(field.validate.get("min") or 1)
        if low >= 1900:  # a year
            return today.year
        high = int(field.validate.get("max") or low + 2)
        return chance.randint(low, min(high, low + 2))
    if field.kind == "datetime":
        days = chance.randrange(3, 40)
        words = fold(f"{field.label} {field.key.replace('_', ' ')}").split()
        if "sinh" in words and not {"tre", "con"} & set(words):
            days += chance.randrange(8000, 16000)  # a grown-up's date of birth
        return {"time": "08:30", "datetime": f"{today.isoformat()}T09:00"}.get(
            field.subtype, (today - timedelta(days=days)).isoformat()
        )
    return _text(field, chance)


def _text(field: Field, chance: random.Random) -> str:
    """By the pattern where there is one, else by what the label asks for."""
    asked = fold(f"{field.label} {field.key.replace('_', ' ')}")
    candidates = [
        f"033{chance.randrange(10**9):09d}",
        f"09{chance.randrange(10**8):08d}",
        f"{chance.randrange(1, 400)}",
        f"{chance.randrange(1, 90):02d}/2026",
        "2026",
        "01/2026",
        "A1",
    ]
    if "ho ten" in asked or "ho va ten" in asked or "ho chu dem" in asked or asked.startswith("nguoi"):
        candidates.insert(0, name(chance))
    elif any(word in asked for word in ("dia chi", "noi ", "que quan", "cu tru", "thuong tru")):
        candidates.insert(0, f"Đường {chance.choice(STREETS)}, tỉnh Hưng Yên")
    elif field.validate.get("validationType") == "email":
        candidates.insert(0, "cong.dan@thu.example")
    elif not any(word in asked for word in ("so ", "dien thoai", "ma ")):
        candidates.insert(0, "Theo hồ sơ và giấy tờ kèm theo")
    if "quyen" in asked:
        candidates.insert(0, "01/2026")
    elif asked.startswith("so ") and "dinh danh" not in asked and "dien thoai" not in asked:
        candidates.insert(0, f"{chance.randrange(1, 400)}")
    pattern = str(field.validate.get("pattern") or "")
    shortest, longest = int(field.validate.get("minLength") or 0), int(field.validate.get("maxLength") or 4000)
    fitting = [c for c in candidates if shortest <= len(c) <= longest and (not pattern or re2.fullmatch(pattern, c))]
    return fitting[0] if fitting else candidates[0][:longest]
