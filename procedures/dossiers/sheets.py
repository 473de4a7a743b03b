"""Control sheet (Mẫu 06) and register (Mẫu 07): views of what is there, as rows, as a spreadsheet, as PDF."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from sqlalchemy import func, select

from engine import audit
from engine.calendar import VIETNAM, classify
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import work_item
from procedures import agencies, citizen_terms, officials, reading, settings, words
from procedures.actor import Actor
from procedures.dossiers.answers import ABSENT_ACCEPTED, accepted_in_words
from procedures.dossiers.queries import get
from procedures.dossiers.returned import returns
from procedures.letters.issuing import heading, of_dossier
from procedures.letters.rendering import NATIONAL, national, render
from procedures.rights.dossiers import scope
from procedures.store.clock import clock_pause, step_term
from procedures.store.dossier import dossier, dossier_party, dossier_state, handover, supplement_item
from procedures.vocabulary.channels import CHANNELS

RESULTS = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn", "open": "Đang xử lý"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its title: `rows` are texts in the order of `columns`. `data` is what the printed form shows."""

    template: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    total: int = 0  # lines of the whole, where this is a page of it

    def pdf(self) -> bytes:
        """The national form, printed."""
        return render(national(self.template), self.data, at=self.at, address=self.data.get("dia_chi_xac_minh", ""))

    def xlsx(self) -> bytes:
        """A spreadsheet: title, head, rows; texts stay texts, so that nothing in them is taken for a formula."""
        out = io.BytesIO()
        # each row goes to a temporary file when the next begins: a register may have hundreds of thousands
        book = xlsxwriter.Workbook(
            out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        page = book.add_worksheet(self.title[:31].replace("/", "-"))
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8EEF4"}
        )
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        page.write_string(0, 0, self.title, book.add_format({"bold": True, "font_size": 14}))
        for x, name in enumerate(self.columns):
            widest = max([len(name), *(len(row[x]) for row in self.rows)], default=10)
            page.set_column(x, x, min(max(widest, 8), 40))
            page.write_string(2, x, name, bold)
        for y, row in enumerate(self.rows, 3):
            for x, text in enumerate(row):
                page.write_string(y, x, text, cell)
        page.freeze_panes(3, 0)
        book.set_properties({"title": self.title, "created": self.at.replace(tzinfo=None)})
        book.close()
        return out.getvalue()


@query
def control_sheet(tx: Tx, dossier_id: str) -> Sheet:
    """Mẫu 06: a row for each handover, from whom to whom, when, and whether the step was early, on time or late."""
    found = get(tx, dossier_id)
    steps = tx.read(
        select(step_term).where(step_term.c.root_id == dossier_id).order_by(step_term.c.opened_at, step_term.c.task_id)
    ).all()
    done, back = _ways_out(tx, dossier_id)
    logged = audit.history(tx, dossier_id)
    without = {str(one.data["task"]): accepted_in_words(one.data) for one in logged if one.kind == ABSENT_ACCEPTED}
    took_back = [one for one in logged if one.kind == "dossier.withdrawal"]
    open_ones = tx.read(select(work_item.c.id, work_item.c.assignee).where(work_item.c.root_id == dossier_id))
    held = {row.id: row.assignee for row in open_ones}
    takers = {row.task_id: row.closed_by or held.get(row.task_id) or "" for row in steps}
    names = officials.names(
        tx, {*filter(None, takers.values()), found.received_by, *(one.who or "" for one in took_back)}
    )
    citizens: list[_Wait | _Withdrawal | _Papers] = [
        *_papers(tx, dossier_id),
        *_waits(tx, dossier_id, withdrawn=bool(took_back)),
        *(_Withdrawal(one.at, names.get(one.who or "", "") or DESK, one.data["reason"]) for one in took_back),
    ]
    citizens.sort(key=lambda one: one.at)
    rows: list[tuple[str, ...]] = []
    giver = names.get(found.received_by, found.received_by) or DESK
    for row in steps:
        while citizens and citizens[0].at <= row.opened_at:
            act = citizens.pop(0)
            rows.append(act.line(giver))
            giver = act.holder(giver)
        taker = names.get(takers[row.task_id], takers[row.task_id]) or "(chưa có người nhận)"
        if row.closed_at is None:
            result = "Quá hạn" if row.due and row.due < tx.now else RESULTS["open"]
        elif row.task_id in done and row.task_id not in back:
            result = RESULTS[classify(row.due, row.closed_at, tx.now, to_the_minute=True)] if row.due else ""
        else:  # sent back, or nothing that anybody did: neither early nor late
            result = ""
        rows.append(
            (
                giver,
                f"{taker} – {row.name}",
                words.short(row.opened_at),
                words.short(row.due),
                words.short(row.closed_at),
                result,
                ". ".join(
                    note for note in (_how_left(row, done, back), without.get(row.task_id), _escalated(row)) if note
                ),
            )
        )
        giver = taker if row.closed_at else giver
    for act in citizens:
        rows.append(act.line(giver))
        giver = act.holder(giver)
    handed = tx.read(select(handover).where(handover.c.dossier_id == dossier_id)).first()
    if handed is not None:
        rows.append(
            (handed.who_name, f"{handed.recipient} – Nhận kết quả", words.short(handed.at), "", "", "", handed.note)
        )
    others = tx.read(select(dossier_party.c.agency).where(dossier_party.c.dossier_id == dossier_id)).scalars().all()
    known = agencies.names(tx, others)
    own = tx.read(select(dossier).where(dossier.c.id == dossier_id)).mappings().one()
    data = {
        **heading(tx, found.agency),
        **of_dossier(own),
        "tieu_de": NATIONAL["mau-06"]["vi"],
        "so": "",
        "noi_dung": found.procedure_name,
        "phoi_hop": "; ".join(known.get(code, code) for code in others),
        "tra_luc": words.moment(found.due),
        "dia_chi_xac_minh": f"{settings.current(tx).public_url}/tra-cuu?ma={found.code}",
        "dong": [dict(zip(("giao", "nhan", "luc", "han", "xong", "ket_qua", "ghi_chu"), r, strict=True)) for r in rows],
    }
    return Sheet(
        "mau-06",
        f"Phiếu kiểm soát hồ sơ {found.code}",
        ("Người giao", "Người nhận, công việc", "Giao, nhận lúc", "Hạn của bước", "Xong lúc", "Kết quả", "Ghi chú"),
        tuple(rows),
        tx.now,
        data,
    )


@query
def postal_label(tx: Tx, dossier_id: str) -> bytes:
    """The label under which a result is posted to the applicant, as PDF (A6); its QR code leads to tracking."""
    own = tx.read(select(dossier).where(dossier.c.id == dossier_id)).mappings().one()
    reading.shown(dossier_id)
    data = {**heading(tx, own["agency"]), **of_dossier(own), "tieu_de": NATIONAL["nhan-gui"]["vi"]}
    address = f"{settings.current(tx).public_url}/tra-cuu?ma={own['code']}"
    return render(national("nhan-gui"), data, at=tx.now, address=address)


#: Who hands over what was asked for, and who takes it where no official is named.
CITIZEN_NAME = "Người nộp hồ sơ"
DESK = "Bộ phận Một cửa"


@dataclass(frozen=True, slots=True)
class _Wait:
    """The citizen holds the dossier: it was handed to them to be supplemented, and came back, or the wait ended without
    that (the citizen withdrew, the term was over), or it lasts."""

    at: datetime
    until: datetime | None
    brought_at: datetime | None
    ended_at: datetime | None
    withdrawn: bool
    names: str

    def line(self, giver: str) -> tuple[str, ...]:
        """Its row on the sheet. The term of the citizen is none of an official's steps: no verdict."""
        if self.brought_at is not None:
            result = ""
        elif self.ended_at is None:
            result = "Chờ bổ sung"
        else:
            result = "Rút hồ sơ" if self.withdrawn else "Không bổ sung"
        done = self.brought_at or self.ended_at
        times = (words.short(self.at), citizen_terms.short(self.until), words.short(done))
        return (giver, f"{CITIZEN_NAME} – Bổ sung hồ sơ", *times, result, self.names)

    def holder(self, giver: str) -> str:
        """Who hands over next."""
        return CITIZEN_NAME if self.brought_at is not None else giver


@dataclass(frozen=True, slots=True)
class _Withdrawal:
    """The citizen took the dossier back. taker: who noted it."""

    at: datetime
    taker: str
    reason: str

    def line(self, giver: str) -> tuple[str, ...]:
        """Its row on the sheet."""
        at = words.short(self.at)
        return (CITIZEN_NAME, f"{self.taker} – Ghi nhận việc rút hồ sơ", at, "", at, "", f"Lý do rút: {self.reason}")

    def holder(self, giver: str) -> str:
        """Who hands over next."""
        return self.taker


@dataclass(frozen=True, slots=True)
class _Papers:
    """The papers went from hand to hand by a slip, or were not taken. The task stays with who has it."""

    at: datetime
    giver: str
    taker: str
    number: str
    decided_at: datetime | None
    refused: str

    def line(self, giver: str) -> tuple[str, ...]:
        """Its row on the sheet."""
        result = "Không nhận" if self.refused else ""
        note = ". ".join(part for part in (f"Phiếu {self.number}", self.refused) if part)
        times = (words.short(self.at), "", words.short(self.decided_at))
        return (self.giver, f"{self.taker} – Nhận hồ sơ giấy", *times, result, note)

    def holder(self, giver: str) -> str:
        """Who hands over next."""
        return giver


def _papers(tx: Tx, dossier_id: str) -> list[_Papers]:
    from procedures import slips  # which issues letters

    return [
        _Papers(one.at, one.giver_name, row.taker_name, one.number, row.decided_at, row.reason)
        for one, row in slips.handed(tx, dossier_id)
    ]


def _waits(tx: Tx, dossier_id: str, *, withdrawn: bool) -> list[_Wait]:
    ended = {
        row.start: row.end
        for row in tx.read(
            select(clock_pause.c.start, clock_pause.c.end).where(
                clock_pause.c.dossier_id == dossier_id, clock_pause.c.kind == "supplement"
            )
        )
    }
    asked: dict[int, list[Any]] = {}
    for row in tx.read(
        select(supplement_item)
        .where(supplement_item.c.dossier_id == dossier_id)
        .order_by(supplement_item.c.round, supplement_item.c.position)
    ):
        asked.setdefault(row.round, []).append(row)
    return [
        _Wait(
            items[0].asked_at,
            items[0].until,
            items[0].brought_at,
            ended.get(items[0].asked_at),
            withdrawn,
            "; ".join(one.name for one in items),
        )
        for items in asked.values()
    ]


def _ways_out(tx: Tx, dossier_id: str) -> tuple[set[str], dict[str, str]]:
    """The tasks that were completed, and those that gave the work back to an earlier step, with the reason."""
    done = {str(one.data.get("task")) for one in audit.history(tx, dossier_id) if one.kind == "complete"}
    return done, {task: one.reason for task, one in returns(tx, dossier_id).items()}


def _how_left(row: Any, done: set[str], back: dict[str, str]) -> str:
    if row.task_id in back:
        return f"Trả lại bước trước: {back[row.task_id]}" if back[row.task_id] else "Trả lại bước trước"
    if row.closed_at is None or row.task_id in done:
        return ""
    return "Bước không còn phải làm"


def _escalated(row: Any) -> str:
    return "Đã báo cấp trên" if row.escalated_at else ""


REGISTER = (
    "Số thứ tự",
    "Mã hồ sơ",
    "Tên thủ tục",
    "Tên tổ chức, cá nhân",
    "Cơ quan giải quyết",
    "Nhận hồ sơ",
    "Hẹn trả",
    "Trả kết quả",
    "Phương thức",
    "Ký nhận",
    "Ghi chú",
)


@query
def register_opens_on(tx: Tx, by: Actor) -> str:
    """The agency whose register this person sees first: the own one, or where that has received nothing (a
    province's leader, an administrator), the first in reach that has. The own one again where there is none."""
    received = select(dossier.c.agency).where(scope(by), dossier.c.received_at.is_not(None))
    if tx.read(received.where(dossier.c.agency == by.agency).limit(1)).first() is not None:
        return by.agency
    return tx.read(received.order_by(dossier.c.agency).limit(1)).scalar() or by.agency


@query
def register(
    tx: Tx,
    by: Actor,
    agency: str | None = None,
    from_: date | None = None,
    to: date | None = None,
    *,
    page: int = 1,
    size: int | None = None,
) -> Sheet:
    """Mẫu 07 of one agency (default: `register_opens_on`): what it received in a period (both days included), in the
    order and with the numbers of its register, as far as this person may see. size: lines of a page; None: all."""
    place = agency or register_opens_on(tx, by)
    wanted = [scope(by), dossier.c.agency == place, dossier.c.received_at.is_not(None)]
    if from_ is not None:
        wanted.append(dossier.c.received_at >= datetime.combine(from_, time(), VIETNAM))
    if to is not None:
        wanted.append(dossier.c.received_at < datetime.combine(to + timedelta(days=1), time(), VIETNAM))
    total = tx.read(select(func.count()).select_from(dossier).where(*wanted)).scalar_one()
    asked = (
        select(
            dossier.c.id,
            dossier.c.serial,
            dossier.c.code,
            dossier.c.procedure_name,
            dossier.c.applicant_name,
            dossier.c.agency,
            dossier.c.received_at,
            dossier.c.channel,
            dossier_state.c.due,
            dossier_state.c.status,
            dossier_state.c.returned_at,
            dossier_state.c.original_due,
            handover.c.recipient,
        )
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .join(handover, handover.c.dossier_id == dossier.c.id, isouter=True)
        .where(*wanted)
        .order_by(dossier.c.received_at, dossier.c.serial, dossier.c.id)
    )
    if size is not None:
        asked = asked.limit(size).offset((max(page, 1) - 1) * size)
    found = tx.read(asked).all()
    reading.shown(*(row.id for row in found))
    names = agencies.names(tx, {place})
    rows = tuple(_register_row(row, names) for row in found)
    period = " ".join(
        part for part in (f"Từ ngày {from_:%d/%m/%Y}" if from_ else "", f"đến ngày {to:%d/%m/%Y}" if to else "") if part
    )
    data = {
        **heading(tx, place),
        "tieu_de": NATIONAL["mau-07"]["vi"],
        "ky": period[:1].upper() + period[1:],
        "dong": [list(row) for row in rows],
        "nguoi_ky": by.name,
    }
    title = f"Sổ theo dõi hồ sơ, {names.get(place, place)}"
    return Sheet("mau-07", title, REGISTER, rows, tx.now, data, total)


def _register_row(row: Any, names: Mapping[str, str]) -> tuple[str, ...]:
    from procedures.vocabulary.statuses import STATUSES, STILL, WITHDRAWN

    note = STATUSES[row.status].vi if row.status in (*STILL, WITHDRAWN) else ""
    if row.due and row.original_due and row.due != row.original_due:
        note = f"{note + '. ' if note else ''}Hẹn ban đầu {words.short(row.original_due)}"
    return (
        "" if row.serial is None else str(row.serial),
        row.code,
        row.procedure_name,
        row.applicant_name,
        names.get(row.agency, row.agency),
        words.short(row.received_at),
        words.short(row.due),
        words.short(row.returned_at),
        CHANNELS[row.channel].vi if row.channel in CHANNELS else row.channel,
        row.recipient or "",
        note,
    )
