"""How the tables lie on a PostgreSQL of several nodes: all of a dossier, its log and its instance on one, by the root.

Tried on Citus 13 over PostgreSQL 15: the guarded statement of a step runs on one shard where every table that it writes
is distributed by its root, and unique keys hold where they contain that column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

import procedures.store
from engine.store import metadata

procedures.store.every()

#: by: its rows lie where those of their root lie, or spread by another column.  everywhere: a copy on each node, read
#: in every step and written seldom.  one: all of it on one node.
Kind = Literal["by", "everywhere", "one"]

ROOTS = ("root_id", "dossier_id")

#: What is not distributed by a root: kind, column, and why so (Vietnamese, English).
OTHERS: dict[str, tuple[Kind, str, str, str]] = {
    "dossier": ("by", "id", "mã số của hồ sơ là gốc của nó", "a dossier's id is its root"),
    **dict.fromkeys(
        ("content", "deployment", "process_definition", "start_event", "procedure_version"),
        ("everywhere", "", "mô hình được đọc ở mọi bước, chỉ ghi khi triển khai", "models are read in every step"),
    ),
    **dict.fromkeys(
        ("agency", "agency_change", "agency_hours", "agency_state", "day_override"),
        ("everywhere", "", "cơ quan và lịch được đọc ở mọi bước", "agencies and calendars are read in every step"),
    ),
    **dict.fromkeys(
        ("official", "role_grant", "absence", "client", "client_acts_for", "client_quota", "account"),
        ("everywhere", "", "ai được làm gì được đọc ở mọi bước", "who may do what is read in every step"),
    ),
    **dict.fromkeys(
        ("catalogue_entry", "catalogue_version"),
        ("everywhere", "", "danh mục quốc gia, chỉ đổi khi nhập", "the national catalogue changes by import only"),
    ),
    **dict.fromkeys(
        ("sign_in_session", "password_token", "look_up"),
        ("by", "hash", "mỗi lần đọc một dòng theo mã băm", "one row is read by its hash"),
    ),
    "failed_try": ("by", "key", "mỗi lần đọc vài dòng theo khóa", "a few rows are read by key"),
    "draft": ("by", "username", "của một cán bộ", "one official's"),
    "bundle_draft": ("by", "id", "gói thủ tục đang soạn, ít dòng", "bundles that are being written are few"),
    **dict.fromkeys(
        ("bundle_draft_save", "bundle_draft_visit"),
        ("by", "draft", "của một gói đang soạn", "one draft's"),
    ),
    "bundle_trial": ("by", "id", "lượt thử của gói đang soạn", "what a draft was tried with"),
    "foreign_log": ("by", "id", "nhật ký của hệ thống khác, ít dòng", "logs of other systems are few"),
    "bundle_draft_text": ("by", "hash", "mỗi nội dung một dòng", "one row for each content"),
    "citizen": ("by", "id", "tài khoản của công dân", "a citizen's account"),
    "citizen_key": ("by", "key", "mỗi lần đọc một dòng theo mã băm", "one row is read by its hash"),
    "citizen_code": ("by", "id", "mỗi lần đọc một dòng", "one row is read"),
    "citizen_session": ("by", "hash", "mỗi lần đọc một dòng theo mã băm", "one row is read by its hash"),
    **dict.fromkeys(
        ("submission", "submission_file", "upload"),
        ("by", "citizen", "hồ sơ đang soạn của một công dân", "what one citizen has begun"),
    ),
    **dict.fromkeys(
        ("proactive_consent", "proactive_offer"),
        ("by", "citizen", "điều một công dân đã đồng ý và việc đã làm theo đó", "what one citizen agreed to"),
    ),
    **dict.fromkeys(
        ("appointment", "ticket", "ticket_day"),
        ("by", "agency", "lịch hẹn và số của một nơi tiếp nhận", "one hall's appointments and numbers"),
    ),
    "signing_run": ("by", "id", "mỗi lần đọc một dòng", "one row is read"),
    "certificate_request": ("everywhere", "", "đề nghị về chứng thư số, ít dòng", "requests for certificates are few"),
    "certificate": ("everywhere", "", "chứng thư số, ít dòng", "certificates are few"),
    "outage": ("everywhere", "", "thông báo ngừng dịch vụ, ít dòng", "outages are few"),
    "phrase": ("everywhere", "", "câu mẫu của cán bộ, ít dòng", "phrases of officials are few"),
    "saved_view": ("everywhere", "", "cách xem danh sách, ít dòng", "views of the worklist are few"),
    "file": (
        "by",
        "sha256",
        "một dòng cho mỗi nội dung, đọc theo mã băm",
        "one row for each content, read by its hash",
    ),
    "idempotency": ("by", "key", "đọc theo khóa của lời gọi", "read by the call's key"),
    "read_log": ("by", "chain", "mỗi chuỗi do một tiến trình ghi", "each chain is one process's"),
    "document": ("by", "id", "văn bản không thuộc hồ sơ nào", "documents belong to no dossier"),
    "document_number": (
        "by",
        "agency",
        "số của một cơ quan, đọc và ghi cùng nhau",
        "one agency's numbers, read and written together",
    ),
    "tray_item": ("by", "agency", "thư và bản quét của một cơ quan", "one agency's mails and scans"),
    "document_template": (
        "everywhere",
        "",
        "mẫu văn bản của cơ quan, ít khi đổi",
        "templates of agencies change seldom",
    ),
    "axis_inbox": ("by", "axis_id", "mỗi thông điệp một dòng, đọc theo mã của trục", "one row is read by its id"),
    "axis_agency": ("everywhere", "", "đơn vị trên trục liên thông, ít khi đổi", "who is reached by the axis"),
    "handover_slip": ("by", "id", "phiếu giao nhận của một cơ quan", "slips of one agency"),
    "fee_closing": ("by", "id", "chốt quỹ của một người thu", "one cashier's closing"),
    "fee_closing_line": ("by", "paper", "mỗi biên lai chốt một lần", "each receipt is closed once"),
    "desk_paper": ("by", "id", "phiếu không thành hồ sơ", "slips that became no dossier"),
    "counter": (
        "one",
        "",
        "số thứ tự theo luật không được trống: mỗi cơ quan một dòng, khóa trong lúc cấp số",
        "legal numbers have no gap: one row for each agency and series, locked while a number is given",
    ),
    **dict.fromkeys(
        ("seal", "signed_seal", "sealed_head"),
        ("one", "", "niêm phong tính trên toàn hệ thống", "a seal is made over everything"),
    ),
    **dict.fromkeys(
        ("connector_state", "connector_call"),
        ("by", "connector", "của một kết nối", "one line's"),
    ),
    "client_use": ("by", "client", "mỗi lần ghi một dòng của một ứng dụng", "one row of one program is written"),
    "procedure_route": ("everywhere", "", "tuyến xử lý của thủ tục, ít dòng", "routes of procedures are few"),
    **dict.fromkeys(
        ("portal_arrival", "mirrored_dossier", "catalogue_difference"),
        ("by", "code", "mỗi lần đọc theo mã của Cổng", "read by the portal's code"),
    ),
    **dict.fromkeys(
        ("file_list", "file_heading", "disposal", "disposal_file", "destroyed_content", "work_file"),
        ("everywhere", "", "hồ sơ công việc và việc tiêu hủy, ít dòng", "work files and their disposal are few"),
    ),
    **dict.fromkeys(("work_file_item", "work_file_loan"), ("by", "file_id", "của một hồ sơ", "one work file's")),
    "meeting_resource": ("everywhere", "", "phòng họp, điểm cầu, ít dòng", "rooms and bridge points are few"),
    "migration_plan": ("everywhere", "", "kế hoạch chuyển đổi, ít dòng", "plans of migration are few"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table's rows lie. hindered_by: unique keys without the column, which have to be widened first."""

    table: str
    kind: Kind
    column: str
    vi: str
    en: str
    hindered_by: tuple[str, ...] = ()


def plan() -> list[Place]:
    """The place of every table. Raises LookupError for one that nobody has placed."""
    return [_place(table) for table in sorted(metadata.tables.values(), key=lambda one: one.name)]


def _place(table: Table) -> Place:
    if table.name in OTHERS:
        kind, column, vi, en = OTHERS[table.name]
    else:
        column = next((name for name in ROOTS if name in table.c), "")
        if not column:
            raise LookupError(f"the table {table.name} has no place on several nodes: say it in procedures.sharding")
        kind, vi, en = "by", "nằm cùng hồ sơ hoặc phiên chạy", "lies with its dossier or instance"
    return Place(table.name, kind, column, vi, en, tuple(_hindrances(table, column)))


def _hindrances(table: Table, column: str) -> Iterator[str]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and column:
            names = [one.name for one in constraint.columns]
            if column not in names:
                yield f"({', '.join(names)})"
    for index in table.indexes:
        if index.unique and column and column not in [one.name for one in index.columns]:
            yield f"({', '.join(one.name for one in index.columns)})"
