"""Letters that are being written: made with sample data on each look, within bounds, since nobody has proven them yet;
and what their text may name."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import orjson

from engine import model
from engine.libraries import Said
from engine.model.bundle import Bundle
from engine.model.definition import Finding
from engine.refusal import Lang
from procedures import checked, forms
from procedures.bundle_check import letters, scenarios
from procedures.bundle_check.errors import BundleError
from procedures.bundle_check.files import HEADS, Files, read_forms
from procedures.bundle_check.rules import RULES
from procedures.letters.rendering import LetterError, trial
from procedures.vocabulary.words import Word

ADDRESS = "https://motcua.example/xac-minh/x"
#: Seconds that the letters of a bundle may be tried for in one go.
SECONDS = 60.0
#: What every letter of a dossier is given, in words, in the order of the list.
DOSSIER: Mapping[str, Word] = {
    "ma_ho_so": Word("Mã hồ sơ", "Code of the dossier"),
    "thu_tuc": Word("Tên thủ tục", "Name of the procedure"),
    "noi_dung": Word("Nội dung hồ sơ", "What the dossier is about"),
    "ho_ten": Word("Họ tên người nộp", "Name of the applicant"),
    "so_dinh_danh": Word("Số định danh của người nộp", "Identity number of the applicant"),
    "dia_chi": Word("Địa chỉ người nộp", "Address of the applicant"),
    "dien_thoai": Word("Điện thoại người nộp", "Phone of the applicant"),
    "email": Word("Thư điện tử người nộp", "Mail of the applicant"),
    "nguoi_nop": Word("Người đến nộp", "Who handed in"),
    "nguoi_nop_thay": Word("Người nộp thay", "Who handed in for another"),
    "nhan_luc": Word("Lúc tiếp nhận", "When it was received"),
    "co_quan": Word("Tên cơ quan", "Name of the agency"),
    "bo_phan": Word("Bộ phận Một cửa", "One-stop desk"),
    "so": Word("Số văn bản", "Number of the letter"),
    "nguoi_ky": Word("Người ký", "Who signs"),
    "chuc_vu": Word("Chức vụ người ký", "Title of who signs"),
    "buoc": Word("Tên bước", "Name of the step"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A letter made with sample data, or the line at which it could not be (0: it takes too much), and why."""

    pdf: bytes = b""
    line: int = 0
    why: Said | None = None


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a letter may name: its words, and how it is written there."""

    label: str
    typst: str


_LATER = Said(
    "chưa kịp lập thử vì gói có nhiều văn bản tốn thời gian; mở lại trang để thử tiếp",
    "there was no time left to try it, since many letters of the bundle take long; open the page again to go on",
)


def made(files: Mapping[str, str], name: str) -> Made:
    """The letter of that name. Raises LookupError."""
    plain, labelled = _data(_content(files))
    source = files[name].encode()
    shown = _made(source, labelled)
    return shown if shown.why is None or not shown.line else _made(source, plain)


def findings(files: Mapping[str, str], lang: Lang) -> tuple[Finding, ...]:
    """What the one check of a bundle says, errors first. A letter that nobody could make within its bounds is told of,
    and kept from the check, which has none."""
    heavy = _heavy(files)
    kept = {name: "" if name in heavy else body for name, body in files.items()}
    found = checked.of_files({name: body.encode() for name, body in kept.items()}, lang)
    rule = RULES["letter-broken"]
    said, fix = (rule.vi, rule.fix_vi) if lang == "vi" else (rule.en, rule.fix_en)
    told = [
        Finding(name, 1, PurePosixPath(name).stem, "letter-broken", "error",
                said.format(reason=why.vi if lang == "vi" else why.en), fix)
        for name, why in heavy.items()
    ]  # fmt: skip
    return tuple(sorted([*told, *found], key=lambda one: one.severity != "error"))


def refuse_errors(files: Mapping[str, str]) -> None:
    """Raises BundleError with every error of a bundle."""
    errors = [one for one in findings(files, "vi") if one.severity == "error"]
    if errors:
        raise BundleError(errors, [one for one in findings(files, "en") if one.severity == "error"])


def _heavy(files: Mapping[str, str]) -> dict[str, Said]:
    """The letters that take more time or memory than one may, with either sample; and those for which no time was
    left. What was tried once is not tried again, so the next look comes further."""
    written = [name for name in files if name.endswith(".typ")]
    samples = _data(_content(files)) if written else ()
    found: dict[str, Said] = {}
    ends = time.monotonic() + SECONDS
    for name in written:
        for data in samples:
            if time.monotonic() > ends:
                found[name] = _LATER
                break
            line, why = _fault(files[name].encode(), data)
            if why is not None and not line:
                found[name] = why
                break
    return found


def at_hand(files: Mapping[str, str], lang: Lang) -> list[tuple[Word, list[AtHand]]]:
    """What a letter may name, in groups: of the dossier, of its declaration, of the other forms and the process."""
    declaration, known = _forms(_content(files))
    own = [AtHand(word[lang], f'#get("{key}")') for key, word in DOSSIER.items()]
    said = list(_fields(known[declaration], "field")) if declaration in known else []
    others = [one for name, form in known.items() if name != declaration for one in _fields(form, "variable")]
    return [
        (Word("Hồ sơ và cơ quan", "Dossier and agency"), own),
        (Word("Tờ khai", "Declaration"), said),
        (Word("Biểu mẫu của các bước", "Forms of the steps"), list(dict.fromkeys(others))),
    ]


def _fields(form: forms.Form, function: str) -> Iterator[AtHand]:
    for one in form.inputs():
        written = f'{function}("{one.key}")'
        day = one.kind == "datetime" and one.subtype != "time"
        yield AtHand(one.label or one.key, f"#date-of({written})" if day else f"#{written}")


def _labelled(form: forms.Form) -> Iterator[tuple[str, Any]]:
    """A value for every field of a form: its label, where it is text."""
    labels = form.labels()
    for key, value in letters.sample(form):
        yield key, f"«{labels[key] or key}»" if value == "" else value


def _content(files: Mapping[str, str]) -> checked.Content:
    return checked.Content.of({name: body.encode() for name, body in files.items()})


@lru_cache(maxsize=32)
def _forms(said: checked.Content) -> tuple[str, dict[str, forms.Form]]:
    return _read(said)[:2]


@lru_cache(maxsize=32)
def _data(said: checked.Content) -> tuple[bytes, bytes]:
    """The sample data of a bundle's letters: as the check has it, and with the labels of what is text."""
    return _read(said)[2:]


def _read(said: checked.Content) -> tuple[str, dict[str, forms.Form], bytes, bytes]:
    with said.folder() as folder:
        bundle = Bundle(folder)
        for path in folder.glob("*.bpmn"):
            try:
                bundle.models[path] = model.read(path.read_bytes(), path.name, bundled=True)
            except model.ModelError:
                continue  # the check says so
        files = Files(bundle, "vi")
        read_forms(files)
        head = next((folder / name for name in HEADS if (folder / name).exists()), None)
        document = files.yaml(files.report(head), head) if head is not None else None
        declaration = str(document.value.get("form") or "") if document is not None else ""
        given = scenarios.check(files, declaration) if head is not None else set()
        given |= {entry.key for form in files.forms.values() for entry in form.inputs()}
        plain = letters.data_of(files, declaration, given, letters.sample)
        labelled = letters.data_of(files, declaration, given, _labelled)
        words = {key: f"«{word.vi}»" for key, word in DOSSIER.items() if not labelled.get(key)}
        said_in = {"ho_so": labelled["bien"]["ho_so"], "to_khai": labelled["bien"]["to_khai"]}
        bien = {key: value if value != "" else f"«{key}»" for key, value in labelled["bien"].items()} | said_in
        return declaration, files.forms, orjson.dumps(plain), orjson.dumps({**labelled, **words, "bien": bien})


@lru_cache(maxsize=1024)
def _fault(source: bytes, data: bytes) -> tuple[int, Said | None]:
    """What goes wrong with a letter, without the letter."""
    made = _made(source, data)
    return made.line, made.why


@lru_cache(maxsize=16)  # of up to rendering.MOST_BYTES each
def _made(source: bytes, data: bytes) -> Made:
    try:
        return Made(trial(source, orjson.loads(data), at=letters.AT, address=ADDRESS))
    except LetterError as error:
        line, why = letters.fault(error)
        return Made(line=line, why=why)
