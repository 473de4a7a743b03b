"""Acts of law with the days on which they are in force, as far as they are known. The list is acts.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from engine.yaml import loads

_CODE = re.compile(r"\d+[\w.]*\s*/\s*\d{4}\s*/\s*[^\W\d_][\w-]*")


@dataclass(frozen=True)
class Act:
    """`begins` and `ends`: the first and the last day in force, None where not known. by: the code of what takes its
    place. part, part_en: what alone the end holds for, where that is not the whole act. verified: whether somebody has
    read these days in the act itself."""

    code: str
    name: str
    source: str
    verified: bool
    begins: date | None = None
    ends: date | None = None
    by: str = ""
    part: str = ""
    part_en: str = ""


def act(code: str) -> Act | None:
    """An act by its code, which may stand in a text ("Nghị định số 42/2022/NĐ-CP"); None where it is not listed."""
    found = _CODE.search(code)
    return _acts().get(re.sub(r"\s", "", found[0]).upper()) if found is not None else None


@cache
def _acts() -> Mapping[str, Act]:
    text = Path(__file__).with_name("acts.yaml").read_text("utf-8")
    found = {}
    for code, said in loads(text).items():
        begins, ends = (date.fromisoformat(said[key]) if key in said else None for key in ("from", "until"))
        more = {key: said.get(key, "") for key in ("by", "part", "part_en")}
        found[code.upper()] = Act(code, said["name"], said["source"], said["verified"], begins, ends, **more)
    return found
