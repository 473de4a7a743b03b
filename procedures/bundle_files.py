"""What the description of a bundle may say, and whether its files agree with it: each fault with its place and mend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow
from marshmallow import fields, validate

from engine.calendar.terms import EFFECTS, STARTS, UNITS, ClockError, Term
from engine.yaml import Unreadable, loads
from procedures import forms

DESCRIPTIONS = ("procedure.yaml", "route.yaml")
LETTER = re.compile(r"mau-0[1-7]|bien-lai|letters/[\w.-]+\.typ")


class BundleError(Exception):
    """A bundle that cannot be used. `findings`: [{file, where, message, fix}]."""

    def __init__(self, findings: list[dict[str, str]]) -> None:
        super().__init__(
            "\n".join(
                f"{f['file']}: {f['where'] + ': ' if f['where'] else ''}{f['message']} {f['fix']}" for f in findings
            )
        )
        self.findings = findings

    @classmethod
    def one(cls, file: str, where: str, message: str, fix: str) -> BundleError:
        return cls([{"file": file, "where": where, "message": message, "fix": fix}])


class _Text(fields.Field):
    """Text; a number will do, as it was written."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise marshmallow.ValidationError("phải là văn bản.")
        return str(value).strip()


class _Names(fields.Field):
    """``{vi, en}``, or a text that is both."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, str]:
        if isinstance(value, str):
            return {"vi": value, "en": value}
        if isinstance(value, Mapping) and value.get("vi"):
            return {"vi": str(value["vi"]), "en": str(value.get("en") or value["vi"])}
        raise marshmallow.ValidationError("phải là văn bản hoặc {vi: …, en: …}.")


class _Closed(marshmallow.Schema):
    error_messages = {"unknown": "không có mục này trong mô tả thủ tục."}


class _TermSchema(_Closed):
    value = _Text(allow_none=True)
    unit = fields.String(
        allow_none=True, validate=validate.OneOf(UNITS, error=f"phải là một trong {', '.join(UNITS)}.")
    )
    start = fields.String(validate=validate.OneOf(STARTS, error=f"phải là một trong {', '.join(STARTS)}."))
    cutoff = fields.String(
        allow_none=True, validate=validate.Regexp(r"[0-2]\d:[0-5]\d$", error="phải viết dạng HH:MM.")
    )

    @marshmallow.validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("value") not in (None, "") and data.get("unit"):
            try:
                Term.of(data["value"], data["unit"])
            except ClockError as error:
                raise marshmallow.ValidationError(error.vi, "value") from None


class _Basis(_Closed):
    code = _Text(required=True)
    name = _Text(load_default="")


class _Field(_Closed):
    code = _Text(required=True)
    name = _Text(required=True)


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


class _Fee(_Closed):
    name = _Text(required=True)
    amount = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0))
    per = fields.String(
        load_default="dossier",
        validate=validate.OneOf(("dossier", "copy", "page"), error="phải là dossier, copy hoặc page."),
    )
    formula = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    case = _Text(allow_none=True)
    legal_basis = _Text()
    note = _Text()


class _Policy(_Closed):
    effect = fields.String(validate=validate.OneOf(EFFECTS, error=f"phải là một trong {', '.join(EFFECTS)}."))
    max_rounds = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=0))


class _Steps(_Closed):
    reminder = fields.String(
        validate=validate.Regexp(
            r"P(?=.)(\d+D)?(T(\d+H)?(\d+M)?)?$", error="phải là khoảng thời gian ISO 8601, ví dụ PT30M."
        )
    )
    escalate_to = fields.String()


class _Description(_Closed):
    kind = fields.String(
        required=True, validate=validate.OneOf(("procedure", "route"), error="phải là procedure hoặc route.")
    )
    code = _Text(required=True)
    name = _Names(required=True)
    field = fields.Nested(_Field)
    legal_basis = fields.List(fields.Nested(_Basis), load_default=list)
    effective_from = _Text(required=True)
    process = fields.String(required=True)
    form = fields.String(allow_none=True)
    agencies = fields.List(fields.String())
    term = fields.Nested(_TermSchema, allow_none=True)
    cases = fields.List(fields.Nested(_Case))
    components = fields.List(fields.Nested(_Component))
    fees = fields.List(fields.Nested(_Fee))
    results = fields.List(fields.Nested(_Field))
    supplement = fields.Nested(_Policy)
    fee_wait = fields.Nested(_Policy)
    suspension = fields.Nested(_Policy)
    channels = fields.List(
        fields.String(
            validate=validate.OneOf(
                ("truc_tiep", "truc_tuyen", "buu_chinh"), error="phải là truc_tiep, truc_tuyen hoặc buu_chinh."
            )
        )
    )
    letters = fields.Dict(keys=fields.String(), values=fields.String())
    steps = fields.Nested(_Steps)
    catalogue = fields.String()
    record = fields.Raw()
    register = fields.Raw()  # of a route: its register of documents

    @marshmallow.validates("effective_from")
    def _date(self, value: str, **_: Any) -> None:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise marshmallow.ValidationError("phải là ngày dạng 2026-07-01.") from None


def read_description(source: bytes, name: str) -> dict[str, Any]:
    """The description as plain data. Raises BundleError."""
    try:
        raw = loads(source.decode("utf-8"))
    except (Unreadable, UnicodeDecodeError) as error:
        raise BundleError.one(
            name,
            f"dòng {error.line}" if isinstance(error, Unreadable) else "",
            "Tệp không phải YAML hợp lệ.",
            "Kiểm tra thụt dòng và dấu hai chấm quanh dòng này.",
        ) from None
    if not isinstance(raw, Mapping):
        raise BundleError.one(name, "", "Tệp phải là một bảng tên: giá trị.", "Bắt đầu bằng kind: procedure.")
    try:
        loaded: dict[str, Any] = _Description().load(dict(raw))
    except marshmallow.ValidationError as error:
        raise BundleError(
            [
                {
                    "file": name,
                    "where": where,
                    "message": _sentence(said),
                    "fix": "Sửa mục này theo docs/reference/bundles.md.",
                }
                for where, said in _flat(error.messages)
            ]
        ) from None
    return loaded


def _sentence(said: str) -> str:
    known = {
        "Missing data for required field.": "Thiếu mục bắt buộc này.",
        "Field may not be null.": "Không được để trống.",
        "Not a valid integer.": "Phải là số nguyên.",
        "Not a valid list.": "Phải là một danh sách.",
        "Not a valid string.": "Phải là văn bản.",
        "Not a valid boolean.": "Phải là true hoặc false.",
        "Not a valid mapping type.": "Phải là một bảng tên: giá trị.",
        "Invalid input type.": "Sai kiểu dữ liệu.",
    }
    said = known.get(said, said)
    return said[:1].upper() + said[1:]


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        return [
            pair
            for key, value in messages.items()
            for pair in _flat(value, path if key == "_schema" else f"{path}.{key}" if path else str(key))
        ]
    return [(path, str(said)) for said in messages]


def check(data: Mapping[str, Any], files: Mapping[str, bytes], name: str) -> None:
    """Whether what the description names is in the bundle and can be read. Raises BundleError with every fault."""
    found: list[dict[str, str]] = []

    def fault(where: str, message: str, fix: str, file: str = name) -> None:
        found.append({"file": file, "where": where, "message": message, "fix": fix})

    if not any(path.endswith(".bpmn") for path in files):
        fault("", "Thư mục không có mô hình .bpmn.", "Thêm mô hình của quy trình.")
    form = data.get("form")
    if form and f"forms/{form}.form" not in files:
        fault("form", f"Không có tệp forms/{form}.form.", "Thêm biểu mẫu hoặc bỏ mục form.")
    for path, body in files.items():
        if path.startswith("forms/"):
            for one in forms.check(body, path):
                if one.severity == "error":
                    fault(f"dòng {one.line}", one.message, one.fix, path)
        if path.endswith(".typ") and (b"@preview" in body or b"@local" in body):
            fault("", "Mẫu văn bản dùng gói ngoài.", "Chỉ dùng national.typ và nội dung của chính mẫu.", path)
    for key, path in (data.get("letters") or {}).items():
        if not LETTER.fullmatch(key) and not LETTER.fullmatch(path):
            fault(f"letters.{key}", "Tên mẫu không rõ.", "Dùng mau-01 … mau-05 hoặc letters/<tên>.typ.")
        if path not in files:
            fault(f"letters.{key}", f"Không có tệp {path}.", "Thêm tệp mẫu vào thư mục letters.")
    for group in ("components", "results", "cases"):
        codes = [entry["code"] for entry in data.get(group) or ()]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            fault(group, f"Mã “{code}” dùng hai lần.", "Đặt mã khác nhau.")
    cases = {case["code"] for case in data.get("cases") or ()}
    for group in ("components", "fees"):
        for i, entry in enumerate(data.get(group) or ()):
            if entry.get("case") and entry["case"] not in cases:
                fault(f"{group}.{i}.case", f"Không có trường hợp {entry['case']}.", "Khai báo ở mục cases.")
    _check_formulas(data, fault)
    if found:
        raise BundleError(found)


def _check_formulas(data: Mapping[str, Any], fault: Any) -> None:
    from engine import feel

    for i, fee in enumerate(data.get("fees") or ()):
        if fee.get("formula"):
            try:
                feel.compile(str(fee["formula"]).strip().removeprefix("="))
            except feel.FeelSyntaxError as error:
                fault(
                    f"fees.{i}.formula", f"Công thức sai: {error.message} (cột {error.column}).", "Sửa biểu thức FEEL."
                )
        elif fee.get("amount") is None:
            continue  # left to prose by the record: to be configured, never taken for zero
