"""What goes in and out of the API."""

from __future__ import annotations

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.payments import CASH, PAYMENTS
from web.api.fields import Free, Text


class In(Schema):
    """A body: unknown fields are refused, so that a misspelt one is not lost in silence."""

    class Meta:
        unknown = RAISE


class ProblemSchema(Schema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), metadata={"description": "what is wrong, by field"})


class KeyHeader(Schema):
    """The header that makes a POST happen once."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$"),
        metadata={"description": "Kept for 24 hours by client and path."},
    )


class PageQuery(Schema):
    """Which page of a list, and for whom it is asked."""

    class Meta:
        unknown = RAISE

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100000))
    page_size = fields.Integer(load_default=20, validate=validate.Range(1, 100))
    on_behalf_of = Text(longest=100, metadata={"description": "Username of the official acted for (scope act_for)."})


class ForWhomQuery(Schema):
    """For whom something is read."""

    class Meta:
        unknown = RAISE

    on_behalf_of = Text(longest=100)


class PersonSchema(In):
    """Applicant or submitter."""

    name = Text(required=True, shortest=1, longest=200)
    id_number = Text(load_default="", longest=20)
    phone = Text(load_default="", longest=20)
    email = Text(load_default="", longest=200)
    address = Text(load_default="", longest=500)


class PaperSchema(In):
    """A component handed in."""

    code = Text(required=True, shortest=1, longest=100)
    originals = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 1000))
    copies = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 1000))
    note = Text(load_default="", longest=500)


class ActForSchema(In):
    """Bodies may name the official acted for."""

    on_behalf_of = Text(longest=100, metadata={"description": "Username of the official acted for (scope act_for)."})


class DossierInSchema(ActForSchema):
    """An intake. channel truc_tuyen registers (status 1); the others are received at the desk (status 2)."""

    procedure = Text(required=True, shortest=1, longest=50)
    agency = Text(required=True, shortest=1, longest=64)
    channel = fields.String(load_default="truc_tiep", validate=validate.OneOf(tuple(CHANNELS)))
    case = Text(allow_none=True, load_default=None, longest=50)
    applicant = fields.Nested(PersonSchema, required=True)
    submitter = fields.Nested(PersonSchema, allow_none=True, load_default=None)
    form = Free(load_default=dict, metadata={"type": "object"})
    components = fields.List(fields.Nested(PaperSchema), load_default=list, validate=validate.Length(max=200))
    request = Text(load_default="", longest=1000)
    sets = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 100))
    amounts = Free(load_default=dict, metadata={"type": "object"})
    return_place = Text(load_default="", longest=500)


class StatusSchema(Schema):
    """A national status."""

    code = fields.String()
    name = fields.String()


class PersonOutSchema(Schema):
    """Applicant or submitter, as kept."""

    name = fields.String()
    id_number = fields.String()
    phone = fields.String()
    email = fields.String()
    address = fields.String()


class NextStepSchema(Schema):
    """What the citizen must do now."""

    action = fields.String()
    message = fields.String()
    label = fields.Dict(keys=fields.String(), values=fields.String())
    until = fields.AwareDateTime(allow_none=True)
    lacks = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class DossierSchema(Schema):
    """A dossier as it stands."""

    id = fields.String()
    code = fields.String()
    procedure = fields.String()
    procedure_name = fields.String()
    agency = fields.String()
    channel = fields.String()
    case = fields.String(allow_none=True)
    applicant = fields.Nested(PersonOutSchema)
    status = fields.Nested(StatusSchema)
    stage = fields.String()
    registered_at = fields.AwareDateTime(allow_none=True)
    received_at = fields.AwareDateTime(allow_none=True)
    original_due = fields.AwareDateTime(allow_none=True)
    due = fields.AwareDateTime(allow_none=True)
    paused = fields.Boolean()
    refused = fields.Boolean(metadata={"description": "Its result is a refusal; the national status is 9 or 10."})
    finished_at = fields.AwareDateTime(allow_none=True)
    returned_at = fields.AwareDateTime(allow_none=True)
    next_steps = fields.List(fields.Nested(NextStepSchema))


class AbsentSchema(In):
    """Something that was asked for and cannot be brought, with why."""

    code = Text(required=True, shortest=1, longest=200)
    kind = fields.String(load_default="component", validate=validate.OneOf(("component", "field")))
    reason = Text(required=True, shortest=1, longest=1000)


class SupplementSchema(ActForSchema):
    """What the citizen brings: papers and fields that were asked for. Whatever was asked for and is not brought stands
    among the absent with why; else it is refused."""

    components = fields.List(fields.Nested(PaperSchema), load_default=list, validate=validate.Length(max=200))
    form = Free(load_default=dict, metadata={"type": "object"})
    absent = fields.List(fields.Nested(AbsentSchema), load_default=list, validate=validate.Length(max=200))


class SaidSchema(In):
    """What a citizen may say to a next step."""

    dong_y = fields.Boolean(allow_none=True, metadata={"description": "agrees to the draft"})
    gop_y = Text(allow_none=True, longest=2000, metadata={"description": "what is to be mended"})


class ConfirmSchema(ActForSchema):
    """The citizen's answer to a next step."""

    message = Text(required=True, shortest=1, longest=200)
    variables = fields.Nested(SaidSchema, load_default=dict)


class ReasonSchema(ActForSchema):
    """A reason."""

    reason = Text(required=True, shortest=1, longest=2000)


class ResultInSchema(ActForSchema):
    """A result of the dossier: a PDF in base64, or none to have it made from the procedure's own template."""

    code = Text(required=True, shortest=1, longest=100)
    pdf = Text(load_default=None, allow_none=True, longest=28_000_000, metadata={"format": "byte"})


class ResultSchema(Schema):
    """A result that was attached; `token` verifies it at /xac-minh/."""

    dossier = fields.String()
    code = fields.String()
    token = fields.String()


class FeeSchema(ActForSchema):
    """How what is owed was paid at the desk."""

    method = fields.String(load_default=CASH, validate=validate.OneOf([k for k, p in PAYMENTS.items() if p.desk]))


class ReturnSchema(ActForSchema):
    """Who took the result."""

    recipient = Text(required=True, shortest=1, longest=200)
    id_number = Text(load_default="", longest=20)
    relation = Text(load_default="", longest=100)
    note = Text(load_default="", longest=500)


class TaskQuery(PageQuery):
    """Filters of the list of open tasks."""

    assignee = fields.String(validate=validate.OneOf(("me", "nobody")))
    dossier = Text(longest=64, metadata={"description": "dossier code"})
    process = Text(longest=200)
    element = Text(longest=200)
    due_before = fields.AwareDateTime()
    order = fields.String(load_default="due", validate=validate.OneOf(("due", "opened", "priority")))


class ActionSchema(Schema):
    """One of a task's outcomes."""

    id = fields.String()
    label = fields.String()
    label_en = fields.String()
    reason = fields.Boolean(metadata={"description": "a reason is asked for"})


class TaskSchema(Schema):
    """An open task."""

    id = fields.String()
    name = fields.String()
    element = fields.String()
    process = fields.String()
    dossier = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    groups = fields.List(fields.String())
    form = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(allow_none=True)
    claimed_at = fields.AwareDateTime(allow_none=True)
    due = fields.AwareDateTime(allow_none=True)
    actions = fields.List(fields.Nested(ActionSchema))


class TaskListSchema(Schema):
    """One page of tasks."""

    items = fields.List(fields.Nested(TaskSchema))
    page = fields.Integer()
    page_size = fields.Integer()
    total = fields.Integer()


class ClaimSchema(ActForSchema):
    """A claim says no more than for whom."""


class CompleteSchema(ActForSchema):
    """How a task ends."""

    action = Text(allow_none=True, load_default=None, longest=200)
    variables = Free(load_default=dict, metadata={"type": "object"})
    reason = Text(load_default="", longest=4000)
    absent_accepted = Text(
        load_default="",
        longest=1000,
        metadata={"description": "Why the work is affirmed though papers that were asked for have not been brought."},
    )


class DoneSchema(Schema):
    """A completed task."""

    task = fields.String()
    dossier = fields.String(allow_none=True)


class ProcedureQuery(PageQuery):
    """Search among the procedures that can be handed in."""

    q = Text(longest=200)


class CodeNameSchema(Schema):
    """Something with a code and a name."""

    code = fields.String()
    name = fields.String()


class ComponentSchema(CodeNameSchema):
    """A paper to bring."""

    originals = fields.Integer()
    copies = fields.Integer()
    required = fields.Boolean()


class ProcedureSchema(Schema):
    """A procedure that can be handed in, at the version in force."""

    code = fields.String()
    name = fields.String()
    name_en = fields.String()
    field = fields.Nested(CodeNameSchema)
    version = fields.String()
    effective_from = fields.Date()
    term = fields.String(metadata={"description": "in Vietnamese words"})
    cases = fields.List(fields.Nested(CodeNameSchema))
    components = fields.List(fields.Nested(ComponentSchema))
    results = fields.List(fields.Nested(CodeNameSchema))
    channels = fields.List(fields.String())


class ProcedureListSchema(Schema):
    """One page of procedures."""

    items = fields.List(fields.Nested(ProcedureSchema))
    page = fields.Integer()
    page_size = fields.Integer()
    total = fields.Integer()


class TokenInSchema(Schema):
    """RFC 6749, 4.4: a form. The client names itself here or by HTTP Basic."""

    class Meta:
        unknown = EXCLUDE

    grant_type = Text(required=True, longest=100, metadata={"enum": ["client_credentials"]})
    scope = Text(longest=500)
    client_id = Text(longest=100)
    client_secret = Text(longest=500)


class TokenSchema(Schema):
    """A bearer token."""

    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer()
    scope = fields.String()
