"""Many dossiers of one procedure from a spreadsheet: tried first, each row with what is wrong in it; then received,
each by itself, so that a bad row keeps back no other."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from flask import Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, dossiers, fees, forms, spreadsheets
from procedures.dossiers import admissible
from procedures.dossiers.values import Applicant, Intake, Tick
from procedures.search import fold
from procedures.vocabulary.channels import DESK
from web import model_form
from web.account.people import actor
from web.desk import CLERK, apart, blueprint
from web.desk.intake import receiving
from web.files import disposition, file_name
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.sheets import XLSX

KEPT_SECONDS = 4 * 3600
TICKED = ("co", "x", "1", "true", "dung")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: the name of the field on the intake page, its head, and what may stand in it."""

    name: str
    head: str
    required: bool = False
    field: forms.Field | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Line:
    """A row: its number in the sheet, what it says, what is wrong with it, what came of it."""

    number: int
    typed: Mapping[str, str]
    intake: Intake | None = None
    errors: list[str] = field(default_factory=list)
    doubles: tuple[str, ...] = ()
    code: str = ""


@blueprint.get("/mot-cua/tiep-nhan/<code>/danh-sach")
@allowed(CLERK)
def intake_list(code: str) -> str | Response:
    """How a list is handed in, with the spreadsheet to fill (``?dang=xlsx``)."""
    with database().begin() as tx:
        procedure, columns, _form, _place = _asked(tx, code)
    if request.args.get("dang") == "xlsx":
        answer = Response(_template(procedure.name["vi"], columns), content_type=XLSX)
        answer.headers["Content-Disposition"] = disposition("attachment", file_name(f"danh-sach-{code}", XLSX))
        return answer
    return _page(procedure, columns)


@blueprint.post("/mot-cua/tiep-nhan/<code>/danh-sach")
@allowed(CLERK)
@once
def intake_list_post(code: str) -> str | Response:
    """Tries the list, or receives the rows in which nothing is wrong."""
    receives = request.form.get("lam") == "tiep-nhan"
    with database().begin() as tx:
        procedure, columns, form, place = _asked(tx, code)
    try:
        found = _kept(code) if receives else _sent()
        lines = _read(found, columns)
    except Refusal as refusal:
        return _page(procedure, columns, errors={"tep": sentence(refusal)})
    with database().begin() as tx:
        _judge(tx, lines, procedure, columns, form, place)
    if not receives:
        return _page(procedure, columns, lines=lines, seal=_seals().dumps([current_user.username, code, found]))
    for line in lines:
        if line.intake is None or (line.doubles and not request.form.get("ca_dong_trung")):
            continue
        try:
            line.code = dossiers.receive(database(), line.intake, actor()).code
        except forms.Invalid as wrong:
            line.errors += [said[0] for said in wrong.errors.values()]
        except Refusal as refusal:
            line.errors.append(sentence(refusal))
    return _page(procedure, columns, lines=lines, done=True)


def _page(
    procedure: Any,
    columns: Sequence[Column],
    *,
    lines: Sequence[Line] = (),
    seal: str = "",
    done: bool = False,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "desk/list.html",
        procedure=procedure,
        columns=columns,
        lines=lines,
        seal=seal,
        done=done,
        errors=dict(errors or {}),
        most=spreadsheets.MOST_ROWS,
        right=[one for one in lines if one.intake is not None and not one.doubles],
        doubled=[one for one in lines if one.intake is not None and one.doubles],
    )


def _asked(tx: Tx, code: str) -> tuple[Any, list[Column], forms.Form | None, str]:
    """The procedure, what its list has columns for, its form and where this clerk receives it."""
    me = actor()
    procedure = bundles.procedure(tx, code)
    form = bundles.form(tx, procedure.version, procedure.form_key)
    places = receiving(tx, procedure, me)
    place = places[0] if places else me.agency
    offered = forms.offered(tx, form, place)
    columns = [
        Column("ho_ten", "Họ tên người nộp, tên tổ chức", True),
        Column("so_dinh_danh", "Số định danh, mã số thuế"),
        Column("dien_thoai", "Điện thoại"),
        Column("thu_dien_tu", "Thư điện tử"),
        Column("dia_chi", "Địa chỉ"),
    ]
    if len(procedure.cases) > 1:
        columns.append(Column("truong_hop", "Mã trường hợp", True))
    for one in form.inputs() if form is not None else ():
        if not one.read_only:
            options = tuple(offered.get(one.key) or one.options)
            columns.append(Column(apart.name_of(one.key), one.label or one.key, one.required, one, options))
    names = {"so_ban": "Số bản", "so_trang": "Số trang mỗi bản"}
    columns += [Column(name, names[name]) for name in fees.asked(procedure, form)]
    return procedure, _distinct(columns), form, place


def _distinct(columns: Sequence[Column]) -> list[Column]:
    """Heads that come twice are told apart by a number."""
    seen: dict[str, int] = {}
    found = []
    for one in columns:
        seen[one.head] = seen.get(one.head, 0) + 1
        head = one.head if seen[one.head] == 1 else f"{one.head} ({seen[one.head]})"
        found.append(Column(one.name, head, one.required, one.field, one.options))
    return found


def _template(title: str, columns: Sequence[Column]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("Danh sách")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E8EEF4"})
    text = book.add_format({"num_format": "@"})  # numbers of identity keep their zeros
    for x, one in enumerate(columns):
        page.set_column(x, x, min(max(len(one.head), 12), 34), text)
        page.write_string(0, x, f"{one.head} *" if one.required else one.head, bold)
        labels = [label for _value, label in one.options]
        if labels and len(",".join(labels)) <= 255:
            page.data_validation(1, x, spreadsheets.MOST_ROWS, x, {"validate": "list", "source": labels})
    page.freeze_panes(1, 1)
    book.set_properties({"title": title})
    book.close()
    return out.getvalue()


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="desk-list")


def _kept(code: str) -> list[tuple[int, list[str]]]:
    """The rows that were tried, as they were."""
    try:
        who, what, found = _seals().loads(request.form.get("hang", ""), max_age=KEPT_SECONDS)
    except (BadSignature, ValueError) as error:
        raise _again() from error
    if (who, what) != (current_user.username, code):
        raise _again()
    return [(int(number), list(texts)) for number, texts in found]


def _again() -> Refusal:
    return Refusal(
        "Danh sách đã thử quá lâu: chọn lại tệp rồi thử lần nữa.", "The list was tried too long ago: send it again."
    )


def _sent() -> list[tuple[int, list[str]]]:
    upload = request.files.get("tep")
    if upload is None or not upload.filename:
        raise Refusal("Chọn tệp bảng tính .xlsx của danh sách.", "Choose the spreadsheet (.xlsx) of the list.")
    return spreadsheets.rows(upload.read())


def _read(found: Sequence[tuple[int, list[str]]], columns: Sequence[Column]) -> list[Line]:
    """The lines under the heads. Refuses a sheet without one of the heads that must be there, or without a line."""
    heads = [_plain(text) for text in found[0][1]] if found else []
    places = {one.name: heads.index(_plain(one.head)) for one in columns if _plain(one.head) in heads}
    lacking = [one.head for one in columns if one.required and one.name not in places]
    if lacking:
        raise Refusal(
            f"Dòng đầu của bảng tính thiếu cột: {'; '.join(lacking)}. Dùng bảng mẫu, không đổi tên cột.",
            f"The first row lacks columns: {'; '.join(lacking)}. Use the template, with its heads.",
        )
    if len(found) < 2:
        raise Refusal("Danh sách chưa có dòng nào dưới dòng tên cột.", "The list has no row under its heads.")
    return [
        Line(number, {name: texts[x] for name, x in places.items() if x < len(texts)}) for number, texts in found[1:]
    ]


def _plain(head: str) -> str:
    return fold(head.removesuffix("*").strip())


def _judge(
    tx: Tx, lines: Sequence[Line], procedure: Any, columns: Sequence[Column], form: forms.Form | None, place: str
) -> None:
    """Says of each line what is wrong, as the intake page and its command would; else what would be received."""
    me = actor()
    seen: dict[Any, int] = {}
    known = {one.name: one for one in columns}
    for line in lines:
        same = tuple(sorted(line.typed.items()))
        if same in seen:
            line.errors.append(_("Giống hệt dòng %(n)s.", n=seen[same]))
            continue
        seen[same] = line.number
        intake = _intake(tx, line, procedure, known, form, place)
        if line.errors:
            continue
        try:
            admissible.check(tx, procedure, intake, papers=True)
        except forms.Invalid as wrong:
            labels = {key: one.head for key, one in known.items()}
            line.errors += [f"{labels.get(apart.name_of(key), key)}: {said[0]}" for key, said in wrong.errors.items()]
            continue
        except Refusal as refusal:
            line.errors.append(sentence(refusal))
            continue
        line.intake = intake
        line.doubles = tuple(one.code for one in dossiers.doubles(tx, intake, me))


def _intake(
    tx: Tx, line: Line, procedure: Any, known: Mapping[str, Column], form: forms.Form | None, place: str
) -> Intake:
    said = line.typed
    applicant = Applicant(*(said.get(name, "").strip() for name in _PERSON))
    if not applicant.name:
        line.errors.append(_("Nhập họ tên người nộp hoặc tên tổ chức."))
    if not applicant.phone and not applicant.id_number:
        line.errors.append(_("Nhập số điện thoại hoặc số định danh: công dân cần một trong hai để tra cứu."))
    posted: MultiDict[str, str] = MultiDict()
    for name, text in said.items():
        column = known[name]
        if column.field is not None and text:
            posted.setlist(name, _values(column, text))
    filled: dict[str, Any] = {}
    if form is not None:
        people = dossiers.people(Intake("", "", applicant))
        declared = forms.filled(form, apart.posted(posted, form), people)
        try:
            filled = form.validate(declared, offered=forms.offered(tx, form, place))
        except forms.Invalid as wrong:
            line.errors += model_form.named(wrong.first, form).values()
    case = said.get("truong_hop") or (procedure.cases[0]["code"] if len(procedure.cases) == 1 else None)
    amounts = {}
    for name in fees.asked(procedure, form):
        if text := said.get(name, ""):
            if text.isdigit() and 0 < int(text) < 10_000:
                amounts[name] = int(text)
            else:
                line.errors.append(_("%(what)s phải là số nguyên từ 1 đến 9999.", what=known[name].head))
    ticks = tuple(
        Tick(one["code"], int(one.get("originals") or 0), int(one.get("copies") or 0) or int(not one.get("originals")))
        for one in procedure.components(case, filled)
        if one.get("required", True)
    )
    channel = DESK if DESK in procedure.desk_channels else next(iter(procedure.desk_channels), DESK)
    return Intake(procedure.code, place, applicant, channel, case, filled, ticks, amounts=amounts)


_PERSON = ("ho_ten", "so_dinh_danh", "dien_thoai", "thu_dien_tu", "dia_chi")


def _values(column: Column, text: str) -> list[str]:
    """What the page would post for a cell: choices by their words or codes, a box where it says yes."""
    asked = column.field
    if asked is not None and asked.kind == "checkbox":
        return ["true"] if fold(text) in TICKED else []
    if not column.options:
        return [text]
    codes = {fold(label): value for value, label in column.options} | {value: value for value, _ in column.options}
    parts = text.split(";") if asked is not None and asked.kind in ("checklist", "taglist") else [text]
    return [codes.get(fold(one.strip()), codes.get(one.strip(), one.strip())) for one in parts]
