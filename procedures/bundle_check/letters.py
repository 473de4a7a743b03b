"""Letters of a bundle are made once with sample data: a missing field is told now, not when the leader signs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import typst

from engine.libraries import Said, told
from engine.model.checks.variables import written
from procedures import forms
from procedures.bundle_check.files import Files
from procedures.letters.rendering import LetterError, TrialError, render

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
_SAMPLES: Mapping[str, Any] = {
    "number": 1,
    "checkbox": True,
    "checklist": [],
    "taglist": [],
    "date": "2026-01-05",
    "time": "08:00:00",
    "datetime": "2026-01-05T08:00:00+07:00",
}
#: What every letter of a dossier is given (`procedures.letters.issuing`).
_HEADING = {
    "co_quan": "Ủy ban nhân dân xã",
    "chu_quan": "",
    "bo_phan": "Bộ phận Một cửa",
    "dia_danh": "Xã",
    "dien_thoai_lien_he": "",
    "ngay": "05",
    "thang": "01",
    "nam": "2026",
    "so": "1",
    "tieu_de": "Văn bản",
    "nguoi_ky": "Người ký",
    "chuc_vu": "Chủ tịch",
    "dia_chi_xac_minh": "https://motcua.example/xac-minh/x",
    "buoc": "Bước",
}
DOSSIER = (
    "ma_ho_so",
    "ho_ten",
    "dia_chi",
    "dien_thoai",
    "email",
    "so_dinh_danh",
    "noi_dung",
    "thu_tuc",
    "nhan_luc",
    "nguoi_nop",
    "nguoi_nop_thay",
)
#: What typst says → what a reader is told.
_TYPST = (
    (r'dictionary does not contain key "([^"]+)"', "không có trường “{0}”", "there is no field “{0}”"),
    (r"unknown variable: (\S+)", "không có tên “{0}”", "there is no name “{0}”"),
    (r"cannot access fields on type (\S+)", "giá trị này không có trường con", "this value has no fields"),
    (r"unclosed delimiter", "còn ngoặc chưa đóng", "a bracket is not closed"),
    (r"file not found", "không có tệp được nạp", "an imported file is not there"),
)
_OTHERWISE = Said("sai cú pháp hoặc kiểu dữ liệu của typst", "its typst has a wrong syntax or type")


def check(files: Files, declaration: str, given: set[str]) -> None:
    """Makes every letter once. declaration: the form of the intake, by name. given: names that forms and scenarios
    write."""
    if not files.letters:
        return
    data = orjson.dumps(data_of(files, declaration, given, sample), option=orjson.OPT_SORT_KEYS)
    for path in files.letters:
        report = files.report(path)
        trouble = _trouble(path.read_bytes(), data)
        if trouble is not None:
            line, said = trouble
            report.put("letter-broken", line, path.stem, reason=said.vi, reason_en=said.en)
        files.told(report)


def data_of(
    files: Files, declaration: str, given: set[str], sample: Callable[[forms.Form], Iterator[tuple[str, Any]]]
) -> dict[str, Any]:
    """What the letters of a bundle are made with: a value for all that is known when one is. sample: the values of a
    form's fields."""
    said = dict(sample(files.forms[declaration])) if declaration in files.forms else {}
    processes = [process for model in files.bundle.models.values() for process in model.processes.values()]
    known: dict[str, Any] = dict.fromkeys(written(processes) | given, "")
    for form in files.forms.values():
        known |= dict(sample(form))
    dossier = {"ma": "HS-0001", "nguoi_nop": {"ho_ten": "Người nộp"}, "co_quan": "", "thu_tuc": "", "kenh": "truc_tiep"}
    known |= {"to_khai": said, "ho_so": dossier}
    return {**dict.fromkeys(DOSSIER, ""), **_HEADING, "bien": known, "to_khai": said}


def sample(form: forms.Form) -> Iterator[tuple[str, Any]]:
    """A value for every field of a form, of the type that its page posts."""
    for entry in form.inputs():
        kind = entry.subtype or "date" if entry.kind == "datetime" else entry.kind
        yield (
            entry.key,
            entry.options[0][0] if entry.options and kind in ("select", "radio") else _SAMPLES.get(kind, ""),
        )


@lru_cache(maxsize=256)
def _trouble(source: bytes, data: bytes) -> tuple[int, Said] | None:
    """The line of what goes wrong, and what; None where the letter is made."""
    try:
        render(source, orjson.loads(data), at=AT, address="https://motcua.example/xac-minh/x")
    except LetterError as error:
        return fault(error)
    return None


def fault(error: LetterError) -> tuple[int, Said]:
    """The line at which a letter could not be made, and why; 0 where it takes more than a trial may."""
    cause = error.__cause__
    if isinstance(cause, subprocess.TimeoutExpired):
        return 0, Said("lập quá lâu: có vòng lặp quá dài", "it takes too long: a loop runs on")
    if not isinstance(cause, (typst.TypstError, TrialError)):
        line = re.search(r"dòng (\d+)", error.why)
        if line is None:
            return 0, Said("văn bản quá lớn", "the letter is too large")
        return int(line[1]), Said("mẫu nạp tệp hoặc gói ngoài", "it loads a file or package of others")
    place = re.search(r"main:(\d+):\d+", str(getattr(cause, "diagnostic", "")))
    return int(place[1]) if place else 1, told(_TYPST, error.why, _OTHERWISE)
