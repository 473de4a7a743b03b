"""Who read whose data: for who answers for personal data (Luật 91/2025/QH15)."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from engine.audit import reads
from procedures import dossiers, officials, reading
from procedures.documents import queries as documents
from web.admin.room import blueprint
from web.forms import posted_day
from web.house import ZONE, database, now
from web.paging import number_of, within
from web.permissions import allowed

SIZE = 50
DAYS = 30
AUDITORS = ("quan_tri", "kiem_tra")
#: What stands in the place of a dossier where the log itself is read.
THE_LOG = "administration/reads"
#: What a page is opened for, in words; another is told by its room.
ACTS = {
    "admin.connector_journal": _l("Xem nhật ký kết nối"),
    "admin.portal_dossiers": _l("Đối soát với Cổng Dịch vụ công quốc gia"),
    "admin.portal_tell_again": _l("Gửi lại hồ sơ lên Cổng Dịch vụ công quốc gia"),
    "documents.outgoing_list": _l("Danh sách văn bản đi"),
    "documents.axis_message": _l("Lưu một thông điệp của trục liên thông"),
    "documents.axis_page": _l("Xem thông điệp của trục liên thông"),
    "documents.book_page": _l("Xem sổ văn bản"),
    "documents.document_slip": _l("In phiếu giải quyết văn bản đến"),
    "documents.draft_page": _l("Mở trang soạn văn bản"),
    "documents.calendar_page": _l("Xem lịch tuần"),
    "documents.compose_page": _l("Mở trang soạn thể thức văn bản"),
    "documents.draft_word": _l("Tải dự thảo dạng Word"),
    "documents.format_page": _l("Kiểm tra thể thức dự thảo"),
    "documents.remarks_page": _l("Xem nhận xét về dự thảo"),
    "documents.versions_page": _l("So sánh các lần dự thảo"),
    "documents.figure_documents": _l("Mở văn bản của một số liệu"),
    "documents.matter_begin": _l("Mở trang bắt đầu công việc"),
    "documents.matter_list": _l("Danh sách công việc"),
    "documents.meeting_page": _l("Lịch họp"),
    "documents.work_file_handover": _l("In biên bản giao nhận hồ sơ"),
    "documents.work_file_index": _l("In mục lục hồ sơ công việc"),
    "documents.work_file_package": _l("Tải gói lưu trữ"),
    "documents.work_file_page": _l("Trang hồ sơ công việc"),
    "documents.incoming_list": _l("Danh sách văn bản đến"),
    "documents.search_page": _l("Tìm văn bản"),
    "documents.document_page": _l("Trang văn bản"),
    "documents.document_file": _l("Tệp của văn bản"),
    "documents.document_signature": _l("Xem nơi đặt chữ ký"),
    "documents.register_page": _l("Đăng ký văn bản đến"),
    "work.dossier_page": _l("Xem hồ sơ"),
    "work.declaration": _l("Mở tờ khai để sửa"),
    "work.dossiers_list": _l("Xem danh sách hồ sơ"),
    "work.dossier_file": _l("Mở giấy tờ trong hồ sơ"),
    "work.letter": _l("Mở văn bản của hồ sơ"),
    "work.dossier_model": _l("Xem sơ đồ quy trình của hồ sơ"),
    "work.dossier_control_sheet": _l("Xem phiếu kiểm soát"),
    "money.page": _l("Phí, lệ phí"),
    "work.slip_page": _l("Giao nhận hồ sơ giấy"),
    "work.slips_page": _l("Giao nhận hồ sơ giấy"),
    "work.register": _l("Xem sổ theo dõi hồ sơ"),
    "work.task_page": _l("Mở việc để xử lý"),
    "work.task_to_sign": _l("Xem văn bản trình ký"),
    "work.task_signature": _l("Xem nơi đặt chữ ký"),
    "work.task_list": _l("Xem danh sách việc"),
    "work.task_bulk": _l("Xử lý nhiều việc"),
    "desk.home": _l("Tìm tại quầy một cửa"),
    "desk.dossier_page": _l("Xem hồ sơ tại quầy"),
    "desk.intake_new": _l("Tiếp nhận: lấy lại thông tin người nộp"),
    "desk.intake_post": _l("Tiếp nhận: kiểm tra hồ sơ trùng"),
    "desk.dossier_label": _l("In nhãn bưu gửi"),
    "desk.dossier_correct": _l("Sửa thông tin tiếp nhận"),
    "desk.paper_made": _l("Xem văn bản lập tại quầy"),
    "desk.paper_file": _l("Mở văn bản lập tại quầy"),
    "workbench.running_page": _l("Xem phiên chạy"),
    "workbench.running_data": _l("Xem dữ liệu phiên chạy"),
    "workbench.running_model": _l("Xem sơ đồ phiên chạy"),
    "admin.reads_list": _l("Xem nhật ký truy cập"),
}
#: Of another page: the part of the house it stands in.
ROOMS = {
    "work": _l("Xử lý hồ sơ"),
    "desk": _l("Làm việc tại quầy một cửa"),
    "workbench": _l("Theo dõi quy trình đang chạy"),
    "board": _l("Xem bảng điều hành"),
    "portal": _l("Xem trang dành cho công dân"),
    "admin": _l("Xem trang quản trị"),
}


@blueprint.get("/quan-tri/nhat-ky")
@allowed(*AUDITORS)
def reads_list() -> str:
    """The records of some days, of one official or of one dossier; who looks at them leaves a record, too."""
    reading.shown(THE_LOG)
    today = now().date()
    last = _day("den-ngay", today)
    first = _day("tu-ngay", last - timedelta(days=DAYS))
    if last < first:
        first, last = last, first
    code, who = request.args.get("ho-so", "").strip(), request.args.get("can-bo", "").strip().lower()
    page = number_of(request.args.get("trang"))
    with database().begin() as tx:
        root_id = dossiers.id_of(tx, code) or documents.id_of(tx, code) if code else ""
        unknown = bool(code) and root_id is None
        found = (
            reads.Found((), 0)
            if unknown
            else reads.find(tx, first=first, last=last, zone=ZONE, who=who, root_id=root_id or "", page=page, size=SIZE)
        )
        subjects = {one for row in found.rows for one in row.subjects}
        codes = dossiers.codes(tx, subjects)
        numbers = documents.codes(tx, subjects - codes.keys())
        names = officials.names(tx, {row.who for row in found.rows})
    pages = max(1, -(-found.total // SIZE))
    within(page, pages)
    return render_template(
        "admin/reads.html",
        rows=found.rows,
        total=found.total,
        number=page,
        pages=pages,
        codes=codes,
        numbers=numbers,
        names=names,
        period=(first, last),
        code=code,
        who=who,
        unknown=unknown,
        acts=act_name,
        opens=current_user.has("quan_tri"),
        the_log=THE_LOG,
    )


def _day(name: str, other: date) -> date:
    """The day in the address, or the other one where there is none, or none that such a log can have."""
    found = posted_day(request.args.get(name))
    return found if found is not None and 2000 <= found.year <= 2100 else other


def act_name(row: reads.Read) -> str:
    """What it was read for, in words; through the API the program is named."""
    if row.said.get("client"):
        return _("Chương trình %(name)s gọi qua API", name=row.said["client"])
    known = ACTS.get(row.act)
    if known is not None:
        return str(known)
    return str(ROOMS.get(row.act.partition(".")[0], _("Xem một trang khác của hệ thống")))
