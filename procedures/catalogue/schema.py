"""The shape that a national record must have to go in at all (marshmallow); what is open inside it is flagged later."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from engine.libraries import Said, told

_TEXT: dict[str, Any] = {"load_default": "", "allow_none": True}


class _Lenient(Schema):
    """Unknown keys are left alone: the national data base adds some now and then."""

    class Meta:
        unknown = EXCLUDE


class _FeeSchema(_Lenient):
    type = fields.String(**_TEXT)
    value_vnd = fields.Raw(load_default=None, allow_none=True)
    text = fields.String(**_TEXT)


class _ProcessingSchema(_Lenient):
    qty = fields.Raw(load_default=None, allow_none=True)
    unit = fields.String(**_TEXT)


class _ChannelSchema(_Lenient):
    method = fields.String(required=True, validate=validate.OneOf(["DIRECT", "ONLINE", "POSTAL"]))
    processing = fields.Nested(_ProcessingSchema, load_default=None, allow_none=True)
    fees = fields.List(fields.Nested(_FeeSchema), load_default=list, allow_none=True)
    note = fields.String(**_TEXT)


class _CaseSchema(_Lenient):
    case_code = fields.String(**_TEXT)
    qty = fields.Raw(load_default=None, allow_none=True)
    unit = fields.String(**_TEXT)


class _AttachmentSchema(_Lenient):
    fileName = fields.String(**_TEXT)


class _ItemSchema(_Lenient):
    code = fields.String(**_TEXT)
    name = fields.String(**_TEXT)
    original_qty = fields.Integer(load_default=0, allow_none=True, validate=validate.Range(0, 1000))
    copy_qty = fields.Integer(load_default=0, allow_none=True, validate=validate.Range(0, 1000))
    has_electronic_form = fields.Boolean(load_default=False, allow_none=True)
    is_processing_result = fields.Boolean(load_default=False, allow_none=True)
    attachments = fields.List(fields.Nested(_AttachmentSchema), load_default=list, allow_none=True)


class _GroupSchema(_Lenient):
    group = fields.String(**_TEXT)
    items = fields.List(fields.Nested(_ItemSchema), load_default=list, allow_none=True)


class _StepSchema(_Lenient):
    name = fields.String(**_TEXT)
    text = fields.String(**_TEXT)


class _CodeName(_Lenient):
    code = fields.String(**_TEXT)
    name = fields.String(**_TEXT)


class RecordSchema(_Lenient):
    """A national procedure record."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z][0-9A-Za-z._-]{1,63}\Z"))
    name = fields.String(required=True, validate=[validate.Length(1, 4000), validate.Regexp(r"(?s).*\S")])
    category = fields.Nested(_CodeName, load_default=None, allow_none=True)
    promulgating_agency = fields.String(**_TEXT)
    executing_agency = fields.String(**_TEXT)
    subject_types = fields.List(fields.String(), load_default=list, allow_none=True)
    results = fields.List(fields.String(), load_default=list, allow_none=True)
    requirements = fields.String(**_TEXT)
    channels = fields.List(fields.Nested(_ChannelSchema), load_default=list, allow_none=True)
    processing_cases = fields.List(fields.Nested(_CaseSchema), load_default=list, allow_none=True)
    legal_basis = fields.List(fields.Nested(_CodeName), load_default=list, allow_none=True)
    steps_raw = fields.List(fields.Nested(_StepSchema), load_default=list, allow_none=True)
    checklist_raw = fields.List(fields.Nested(_GroupSchema), load_default=list, allow_none=True)
    source = fields.Dict(load_default=dict, allow_none=True)
    state = fields.String(**_TEXT)

    @pre_load
    def must_be_object(self, data: Any, **_: Any) -> Any:
        """A record is an object."""
        if not isinstance(data, dict):
            raise ValidationError(self.error_messages["type"])
        return data


SCHEMA = RecordSchema()


#: What marshmallow says of a value → what a reader is told; the first that fits.
_SAID = (
    (r"Missing data", "thiếu mục bắt buộc", "it is required and missing"),
    (r"may not be null", "không được để trống", "it must not be null"),
    (r"Not a valid (?:string|text)", "phải là chữ", "it must be text"),
    (r"Not a valid (?:integer|number)", "phải là số nguyên", "it must be a whole number"),
    (r"Not a valid boolean", "phải là true hoặc false", "it must be true or false"),
    (r"Not a valid list", "phải là danh sách", "it must be a list"),
    (r"Not a valid mapping|Invalid input type|Invalid type", "phải là đối tượng JSON", "it must be a JSON object"),
    (r"Must be one of: (.+?)\.?$", "phải là một trong: {0}", "it must be one of: {0}"),
    (r"greater than or equal to (\S+) and less than or equal to (\d+)", "phải từ {0} đến {1}",
     "it must be from {0} to {1}"),
    (r"Length must be between (\d+) and (\d+)", "phải dài từ {0} đến {1} ký tự", "it must have {0} to {1} characters"),
    (r"does not match expected pattern", "không đúng dạng", "it is not of the form wanted"),
    (r"too large", "số quá lớn", "the number is too large"),
)  # fmt: skip
_OTHERWISE = Said("giá trị không hợp lệ", "the value is not valid")


def reasons(messages: Any, lang: str = "vi", path: str = "") -> list[str]:
    """marshmallow's nested messages as "channels[0].method: …", one each, in the reader's language."""
    if isinstance(messages, dict):
        found: list[str] = []
        for key, inner in messages.items():
            step = f"[{key}]" if isinstance(key, int) else ("" if key == "_schema" else f".{key}" if path else str(key))
            found += reasons(inner, lang, path + step)
        return found
    said = messages if isinstance(messages, list) else [messages]
    texts = [told(_SAID, str(text), _OTHERWISE).within(lang) for text in said]
    return [f"{path}: {text}" if path else text for text in texts]
