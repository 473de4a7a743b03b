"""What the description of a bundle may say: `procedure.yaml`, `route.yaml`. Each fault has its line and its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow
from marshmallow import fields, validate

from engine.calendar.terms import EFFECTS, STARTS, UNITS, ClockError, Term
from engine.model.extensions import KINDS, is_span
from engine.model.findings.report import Report
from engine.model.source.expressions import mistake
from engine.yaml import Document
from procedures.vocabulary.agencies import TIERS
from procedures.vocabulary.assurance import LEVELS
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.proactive import EVENTS
from procedures.vocabulary.proactive import LEVELS as HOW_FAR
from procedures.vocabulary.purposes import PURPOSES
from procedures.vocabulary.roles import ROLES

LETTER = re.compile(r"mau-0[1-7]|bien-lai|letters/[\w.-]+\.typ")
#: Stands between the two languages of a sentence on its way through marshmallow, which knows one text only.
_AND = "\x1f"


def _both(vi: str, en: str) -> str:
    return f"{vi}{_AND}{en}"


def _one_of(*names: str) -> validate.OneOf:
    listed = ", ".join(names)
    return validate.OneOf(names, error=_both(f"phải là một trong {listed}", f"must be one of {listed}"))


class _Text(fields.Field[str]):
    """Text; a number will do, as it was written."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise marshmallow.ValidationError(_both("phải là chữ", "must be text"))
        return str(value).strip()


class _Names(fields.Field[dict[str, str]]):
    """``{vi, en}``, or a text that is both."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, str]:
        if isinstance(value, str):
            return {"vi": value, "en": value}
        if isinstance(value, Mapping) and (other := [str(key) for key in value if key not in ("vi", "en")]):
            vi = (
                f"có mục lạ “{other[0]}”: trong {{…}} dấu phẩy kết thúc câu chữ; câu có dấu phẩy phải ở trong ngoặc kép"
            )
            en = f"has a strange key “{other[0]}”: within {{…}} a comma ends a text; a text with commas needs quotes"
            raise marshmallow.ValidationError(_both(vi, en))
        if isinstance(value, Mapping) and value.get("vi"):
            return {"vi": str(value["vi"]), "en": str(value.get("en") or value["vi"])}
        raise marshmallow.ValidationError(_both("phải là chữ, hoặc {vi: …, en: …}", "must be text, or {vi: …, en: …}"))


class _Closed(marshmallow.Schema):
    error_messages = {"unknown": _both("không có mục này trong mô tả", "a description has no such key")}


class _TermSchema(_Closed):
    value = _Text(allow_none=True)
    unit = fields.String(allow_none=True, validate=_one_of(*UNITS))
    start = fields.String(validate=_one_of(*STARTS))
    cutoff = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"(?:[01]\d|2[0-3]):[0-5]\d$", error=_both("phải viết dạng HH:MM", "must be HH:MM")),
    )

    @marshmallow.validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("value") not in (None, "") and data.get("unit"):
            try:
                Term.of(data["value"], data["unit"])
            except ClockError as error:
                raise marshmallow.ValidationError(_both(error.vi, error.en), "value") from None


class _Basis(_Closed):
    code = _Text(required=True)
    name = _Text(load_default="")
    until = _Text()  # the last day on which the act is in force


class _Field(_Closed):
    code = _Text(required=True)
    name = _Text(required=True)


class _Result(_Field):
    refusal = fields.Boolean()  # what was asked for is not granted
    notation = _Text()  # its paper bears a number of this notation


class _Case(_Closed):
    code = _Text(required=True)
    name = _Text(load_default="")
    term = fields.Nested(_TermSchema, allow_none=True)


class _Component(_Closed):
    code = _Text(required=True)
    name = _Text(required=True)
    originals = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 99))
    copies = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 99))
    required = fields.Boolean(load_default=True)
    case = _Text(allow_none=True)
    note = _Text()
    form = _Text()
    short = _Names()  # what people call it
    when = fields.String()  # FEEL over the form: asked for where it is true


class _People(_Closed):
    relation = fields.String()  # the field of the form that says what the submitter is to the one it is about
    about = fields.String()  # the field that names the one it is about, where that is not the applicant


class _Fee(_Closed):
    name = _Text(required=True)
    amount = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0))
    per = fields.String(
        load_default="dossier",
        validate=_one_of("dossier", "copy", "page"),
    )
    formula = fields.String(allow_none=True)
    channel = fields.String(allow_none=True, validate=_one_of(*CHANNELS))
    case = _Text(allow_none=True)
    legal_basis = _Text()
    note = _Text()


class _Extension(_Closed):
    value = fields.String(required=True, validate=validate.Regexp(r"[1-9]\d{0,2}$", error="phải là số nguyên dương."))
    unit = fields.String(required=True, validate=_one_of(*UNITS))


class _CitizenTerm(_Closed):
    value = fields.Integer(required=True, strict=True, validate=validate.Range(1, 366))
    unit = fields.String(required=True, validate=_one_of("WORKING_DAY", "DAY"))


class _Policy(_Closed):
    effect = fields.String(validate=_one_of(*EFFECTS))
    max_rounds = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0))
    term = fields.Nested(_CitizenTerm)  # what the law gives the citizen: ends at 24:00 of its last day


class _Steps(_Closed):
    reminder = fields.String()
    escalate_to = fields.String()

    @marshmallow.validates("reminder")
    def _span(self, value: str, **_: Any) -> None:
        if not is_span(value):
            raise marshmallow.ValidationError(
                _both(f"phải là {KINDS['duration'][1][0]}", f"must be {KINDS['duration'][1][1]}")
            )


class _Option(_Closed):
    procedure = _Text(required=True)
    name = _Names(required=True)
    best = fields.String()  # FEEL: true where this way suits best


class _Proactive(_Closed):
    """A rule of NĐ 224/2026, Đ.16 (docs/reference/proactive.md)."""

    code = _Text(required=True, validate=validate.Length(1, 64))
    level = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min(HOW_FAR), max(HOW_FAR), error=_both("phải từ 1 đến 4", "must be 1 to 4")),
    )
    on = fields.String(required=True, validate=_one_of(*EVENTS))
    when = fields.String()
    at = fields.String()
    title = _Names(required=True)
    text = _Names(required=True)
    procedure = _Text()  # what is prepared or carried out; of a reminder, what it leads to
    fill = fields.Dict(keys=fields.String(), values=_Text())
    papers = fields.Dict(keys=fields.String(), values=_Text())
    options = fields.List(fields.Nested(_Option))
    legal_basis = _Text(required=True)


class _Description(_Closed):
    kind = fields.String(required=True, validate=_one_of("procedure", "route"))
    code = _Text(required=True)
    name = _Names(required=True)
    field = fields.Nested(_Field)
    purpose = fields.String(validate=_one_of(*PURPOSES))  # a complaint, a suggestion
    legal_basis = fields.List(fields.Nested(_Basis), load_default=list)
    effective_from = _Text(required=True)
    effective_to = _Text()  # the last day on which dossiers are received on it
    working_days = fields.Integer(strict=True, validate=validate.Range(1, 90))
    process = fields.String(required=True)
    form = fields.String(allow_none=True)
    agencies = fields.List(fields.String(validate=_one_of(*TIERS)))
    term = fields.Nested(_TermSchema, allow_none=True)
    cases = fields.List(fields.Nested(_Case))
    components = fields.List(fields.Nested(_Component))
    people = fields.Nested(_People)
    fees = fields.List(fields.Nested(_Fee))
    results = fields.List(fields.Nested(_Result))
    supplement = fields.Nested(_Policy)
    fee_wait = fields.Nested(_Policy)
    extension = fields.Nested(_Extension)
    suspension = fields.Nested(_Policy)
    channels = fields.List(fields.String(validate=_one_of(*CHANNELS)))
    part_process = _Names()  # why not all of it can be done online (NĐ 224/2026, Đ.14)
    assurance = fields.Integer(strict=True, validate=validate.Range(min(LEVELS), max(LEVELS)))
    outage_only = fields.List(fields.String(validate=_one_of(*CHANNELS)))
    letters = fields.Dict(keys=fields.String(), values=fields.String())
    proactive = fields.List(fields.Nested(_Proactive))
    steps = fields.Nested(_Steps)
    catalogue = fields.String()
    record = fields.Raw()
    register = fields.Raw()  # of a route: its register of documents
    starters = fields.List(fields.String(validate=_one_of(*ROLES)))  # of a route: whose officials begin it from a page

    @marshmallow.validates_schema
    def _in_force(self, data: dict[str, Any], **_: Any) -> None:
        """Nothing is received on an act that has ended."""
        last = data.get("effective_to", data.get("effective_from", ""))
        for one in data.get("legal_basis", ()):
            if one.get("until", last) < last:
                vi = f"{one['code']} hết hiệu lực sau ngày {one['until']}, trước ngày {last} của gói này"
                en = f"{one['code']} ends with {one['until']}, before {last} of this bundle"
                raise marshmallow.ValidationError(_both(vi, en), "legal_basis")

    @marshmallow.validates("effective_from", "effective_to")
    def _date(self, value: str, **_: Any) -> None:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise marshmallow.ValidationError(
                _both("phải là ngày dạng 2026-07-01", "must be a date such as 2026-07-01")
            ) from None


def read(document: Document, report: Report, name: str) -> dict[str, Any] | None:
    """The description as plain data; None where it is not one, which is reported."""
    try:
        loaded: dict[str, Any] = _Description().load(dict(document.value))
    except marshmallow.ValidationError as error:
        for path, said in _flat(error.messages, ()):
            vi, _, en = said.partition(_AND)
            field = ".".join(map(str, path))
            report.put("bundle-field", document.line(path), field, name=name, field=field,
                       reason=vi.rstrip("."), reason_en=(en or vi).rstrip("."))  # fmt: skip
        return None
    return loaded


#: marshmallow's own sentences.
_KNOWN = {
    "Missing data for required field.": ("thiếu mục bắt buộc này", "it is missing"),
    "Field may not be null.": ("không được để trống", "it must not be empty"),
    "Not a valid integer.": ("phải là số nguyên, không kèm chữ hay dấu chấm", "must be a whole number, no text"),
    "Not a valid list.": ("phải là một danh sách", "must be a list"),
    "Not a valid string.": ("phải là chữ", "must be text"),
    "Not a valid boolean.": ("phải là true hoặc false", "must be true or false"),
    "Not a valid mapping type.": ("phải gồm các mục «tên: giá trị»", "must be a map"),
    "Invalid input type.": ("sai kiểu dữ liệu", "has a wrong type"),
}


def _flat(messages: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            yield from _flat(value, path if key == "_schema" else (*path, key))
        return
    for said in messages:
        text = str(said)
        if text in _KNOWN:
            yield path, _both(*_KNOWN[text])
        elif _AND in text:
            yield path, text
        else:
            yield path, _both("giá trị không hợp lệ", "the value is not valid")


def check(document: Document, data: Mapping[str, Any], report: Report, name: str, files: frozenset[str]) -> None:
    """Whether its parts agree with each other and with the bundle's files (paths within the folder)."""

    def fault(path: tuple[str | int, ...], vi: str, en: str) -> None:
        field = ".".join(map(str, path))
        report.put("bundle-field", document.line(path), field, name=name, field=field, reason=vi, reason_en=en)

    form = data.get("form")
    if form and f"forms/{form}.form" not in files:
        report.put("form-missing", document.line(["form"]), "form", form=form)
    for key, path in (data.get("letters") or {}).items():
        if not LETTER.fullmatch(key):
            fault(("letters", key), "tên mẫu không rõ; dùng mau-01 … mau-07 hoặc letters/<tên>.typ", "no known letter")
        if path not in files:
            fault(("letters", key), f"không có tệp {path}", f"there is no file {path}")
    for group in ("components", "results", "cases"):
        seen: set[tuple[str, str]] = set()
        for i, entry in enumerate(data.get(group) or ()):
            said = entry["code"], str(entry.get("case") or "")
            if said in seen:
                fault((group, i, "code"), f"mã “{said[0]}” đã dùng ở trên", f"the code “{said[0]}” is used above")
            seen.add(said)
    cases = {case["code"] for case in data.get("cases") or ()}
    for group in ("components", "fees"):
        for i, entry in enumerate(data.get(group) or ()):
            if entry.get("case") and entry["case"] not in cases:
                case = entry["case"]
                fault((group, i, "case"), f"không có trường hợp {case} ở mục cases", f"cases has no “{case}”")
    for group, key in (("fees", "formula"), ("components", "when")):
        for i, entry in enumerate(data.get(group) or ()):
            if entry.get(key):
                trouble = mistake(str(entry[key]).lstrip().removeprefix("=").strip())
                if trouble is not None:
                    fault((group, i, key), trouble.vi, trouble.en)
