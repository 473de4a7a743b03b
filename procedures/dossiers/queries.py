"""Looking at dossiers. What a person may see is part of each query, never filtered afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true

from engine import audit
from engine.audit import history as logged_history
from engine.calendar import VIETNAM
from engine.refusal import Lang, Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.types import Moment
from procedures import absences, files, officials, reading, words
from procedures.actor import Actor
from procedures.dossiers import pace, serving
from procedures.dossiers.answering import waiting
from procedures.dossiers.answers import ABSENT_ACCEPTED, accepted_in_words, in_words
from procedures.dossiers.clock_words import LAPSED
from procedures.dossiers.counted import Counted, held_by
from procedures.dossiers.refusals import refused
from procedures.dossiers.searched import search
from procedures.dossiers.supplements import lacking
from procedures.dossiers.values import Applicant, Dossier, HistoryLine, Page, Recipient, Row, Waiting
from procedures.rights import dossiers as rights
from procedures.store.dossier import comment as comments_table
from procedures.store.dossier import component, dossier, dossier_state, handover
from procedures.store.papers import letter
from procedures.vocabulary.statuses import REGISTERED, Status
from procedures.vocabulary.statuses import said as said_status
from procedures.vocabulary.units import in_units

ROWS = select(
    dossier.c.id,
    dossier.c.code,
    dossier.c.procedure,
    dossier.c.procedure_name,
    dossier.c.field,
    dossier.c.agency,
    dossier.c.applicant_name,
    dossier.c.applicant_phone,
    dossier.c.channel,
    dossier.c.received_at,
    dossier.c.registered_at,
    dossier_state.c.status,
    dossier_state.c.since,
    dossier_state.c.due,
    dossier_state.c.finished_at,
    dossier_state.c.returned_at,
    dossier_state.c.paused,
    dossier_state.c.closed_at,
).join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)


@query
def get(tx: Tx, dossier_id: str, by: Actor | None = None) -> Dossier:
    """A dossier; with `by`, if that person may see it. Refuses (in the same words) one that is unknown or out of
    reach."""
    return _one(tx, dossier.c.id == dossier_id, by)


@query
def by_code(tx: Tx, code: str, by: Actor | None = None) -> Dossier:
    """The same by its code."""
    return _one(tx, dossier.c.code == code.strip(), by)


@query
def id_of(tx: Tx, code: str) -> str | None:
    """The id of the dossier with that code, without looking at what is in it; None where there is none."""
    id: str | None = tx.read(select(dossier.c.id).where(dossier.c.code == code.strip())).scalar()
    return id


@query
def codes(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """The codes of these dossiers, by id; what is no dossier is left out."""
    known = sorted(ids)
    found: dict[str, str] = {}
    for start in range(0, len(known), 500):
        rows = tx.read(select(dossier.c.id, dossier.c.code).where(dossier.c.id.in_(known[start : start + 500])))
        found |= {row.id: row.code for row in rows}
    return found


def _one(tx: Tx, condition: ColumnElement[bool], by: Actor | None) -> Dossier:
    found = tx.read(
        select(dossier, dossier_state)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(condition, rights.scope(by) if by else true())
    ).first()
    if found is None:
        raise Refusal(
            "Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi được xem.",
            "There is no such dossier, or it is not yours to see.",
        )
    r = found
    reading.shown(r.id)
    person = Applicant(
        r.applicant_name, r.applicant_id_number, r.applicant_phone, r.applicant_email, r.applicant_address
    )
    declined = bool(refused(tx, [r.id]))
    said = r.submitter
    submitter = (
        Applicant(said["ho_ten"], said["so_dinh_danh"], said["dien_thoai"], said["email"], said["dia_chi"])
        if said
        else None
    )
    return Dossier(
        id=r.id,
        code=r.code,
        procedure=r.procedure,
        procedure_name=r.procedure_name,
        version=r.procedure_version,
        field=r.field,
        case=r.case_code,
        agency=r.agency,
        channel=r.channel,
        applicant=person,
        submitter=submitter,
        request=r.request,
        form=r.form,
        amounts=r.amounts,
        sets=r.sets,
        return_place=r.return_place,
        received_by=r.received_by or "",
        registered_at=_local(r.registered_at),
        received_at=_local(r.received_at),
        status=r.status,
        status_since=_local(r.since),
        original_due=_local(r.original_due),
        due=_local(r.due),
        paused=r.paused,
        progress=pace.of(r, pace.clock(tx)),
        stage=stage(tx, r.id, said_status(r.status, declined)),
        finished_at=_local(r.finished_at),
        returned_at=_local(r.returned_at),
        closed_at=_local(r.closed_at),
        refused=declined,
        waiting=_waiting(tx, r),
    )


def _waiting(tx: Tx, row: Any) -> Waiting | None:
    return waiting(tx, row.agency, row.since) if row.status == REGISTERED else None


def _local(moment: datetime | None) -> Any:
    return None if moment is None else moment.astimezone(VIETNAM)


def stage(tx: Tx, dossier_id: str, status: Status) -> str:
    """Where it is now, in plain words: the open steps, or the status."""
    return stages(tx, [dossier_id]).get(dossier_id) or status.vi


def stages(tx: Tx, ids: list[str]) -> dict[str, str]:
    """The same for many: names of the open tasks."""
    from engine.store.tables import work_item

    answer: dict[str, list[str]] = {}
    for row in tx.read(
        select(work_item.c.root_id, work_item.c.name)
        .where(work_item.c.root_id.in_(ids))
        .order_by(work_item.c.opened_at, work_item.c.id)
    ):
        answer.setdefault(row.root_id, []).append(row.name)
    return {id: "; ".join(dict.fromkeys(names)) for id, names in answer.items()}


def row_of(tx: Tx, found: Any, clock: pace.Clock, names: dict[str, str], declined: bool) -> Row:
    reading.shown(found.id)
    return Row(
        found.id,
        found.code,
        found.procedure,
        found.procedure_name,
        found.field,
        found.agency,
        found.applicant_name,
        found.applicant_phone,
        found.channel,
        found.status,
        names.get(found.id) or said_status(found.status, declined).vi,
        _local(found.received_at),
        _local(found.due),
        _local(found.finished_at),
        _local(found.returned_at),
        found.paused,
        pace.of(found, clock),
        declined,
        _waiting(tx, found),
    )


@query
def find(tx: Tx, by: Actor, text: str, page: int = 1, size: int = 20) -> Page:
    """Search by code, name, number, phone or what the declaration says, without diacritics: the very code first, then
    the codes that end so, then the newest; `gpxd` finds by the initials of the procedure's name."""
    return listing(tx, by, text=text, order="newest", page=page, size=size)


@query
def listing(
    tx: Tx,
    by: Actor,
    *,
    status: int | None = None,
    procedure: str | None = None,
    field: str | None = None,
    agency: str | None = None,
    channel: str | None = None,
    progress: str | None = None,
    received_from: date | None = None,
    received_to: date | None = None,
    counted: Counted | None = None,
    holder: str | None = None,
    text: str = "",
    order: str = "due",
    page: int = 1,
    size: int = 20,
) -> Page:
    """A page of the dossiers that this person may see. order: ``due``, ``newest``, ``code``. Dates are of receipt
    (of registration where not received yet), both included. counted: what a figure of the board counts. holder: the
    account of an official who holds a task of it, `counted.ANYBODY` for whoever."""
    clock = pace.clock(tx)
    wanted = _given(
        (dossier_state.c.status, status),
        (dossier.c.procedure, procedure),
        (dossier.c.field, field),
        (dossier.c.agency, agency),
        (dossier.c.channel, channel),
    )
    if progress:
        wanted.append(pace.holds(progress, clock))
    if counted is not None:
        wanted += serving.behind(tx, counted, clock)
    if holder is not None:
        wanted.append(held_by(holder))
    came = func.coalesce(dossier.c.received_at, dossier.c.registered_at, type_=Moment())
    if received_from is not None:
        wanted.append(came >= datetime.combine(received_from, time(), VIETNAM))
    if received_to is not None:
        wanted.append(came < datetime.combine(received_to + timedelta(days=1), time(), VIETNAM))
    query = ROWS.where(*wanted)
    looked, partial = search(tx, text), False
    parts = _parts(order)
    # a figure of the board opens the list that it counts, to the last one
    most = None if counted is not None or holder is not None else MOST
    if text.strip():
        found = query.where(or_(looked.every, looked.of_code))
        total = _counted(tx, found, by, most)
        if not total and len(looked.words) > 1:
            found, partial = query.where(or_(looked.some, looked.of_code)), True
            total = _counted(tx, found, by, most)
            parts = [(true(), [looked.rank, looked.many.desc(), *then]) for _, then in parts[:1]]
        else:
            coded = (looked.of_code, [looked.rank, *parts[0][1]])
            parts = [coded, *((and_(part, not_(looked.of_code)), then) for part, then in parts)]
        query = found
    else:
        total = _counted(tx, query, by, most)
    rows = _page(tx, query.where(rights.scope(by)), parts, (max(page, 1) - 1) * size, size) if total else []
    ids = [one.id for one in rows]
    names, declined = stages(tx, ids), refused(tx, ids)
    shown = total if most is None else min(total, most)
    lines = tuple(row_of(tx, one, clock, names, one.id in declined) for one in rows)
    return Page(lines, shown, page, size, partial and total > 0, shown < total)


#: So many dossiers of a list are counted, and can be paged through; who wants others says more of them.
MOST = 5000


def _counted(tx: Tx, query: Select[Any], by: Actor, most: int | None) -> int:
    """How many rows of a query this person may see; where there are more than `most`, one more than that."""
    total = 0
    for part in rights.scope_parts(by):
        rows = query.where(part).with_only_columns(dossier.c.id, maintain_column_froms=True)
        if most is not None:
            rows = rows.limit(most + 1 - total)
        total += int(tx.read(select(func.count()).select_from(rows.subquery())).scalar_one())
        if most is not None and total > most:
            break
    return total


Part = tuple[ColumnElement[bool], list[Any]]


def _parts(order: str) -> list[Part]:
    """The parts of a list that follow each other, each in an order that an index has. By due date those that are open
    come first, then those whose clock has ended."""
    if order == "newest":
        return [(true(), [dossier.c.id.desc()])]
    if order == "code":
        return [(true(), [dossier.c.code])]
    state = dossier_state.c
    by = [state.due.nulls_last(), state.dossier_id]
    return [(state.closed_at.is_(None), by), (state.closed_at.is_not(None), by)]


def _page(tx: Tx, query: Select[Any], parts: Sequence[Part], start: int, size: int) -> list[Any]:
    """The rows of one page of a list. A part is read only where the page reaches it."""
    rows: list[Any] = []
    for condition, order in parts:
        part = query.where(condition)
        found = tx.read(part.order_by(*order).limit(size - len(rows)).offset(start)).all()
        rows += found
        if len(rows) == size:
            break
        start = 0 if found or not start else max(0, start - _all(tx, part))
    return rows


def _all(tx: Tx, query: Select[Any]) -> int:
    return int(tx.read(select(func.count()).select_from(query.subquery())).scalar_one())


def _given(*pairs: tuple[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in pairs if value not in (None, "")]


@query
def components(tx: Tx, dossier_id: str) -> list[dict[str, Any]]:
    """The papers of a dossier with their files, and what is said to lack."""
    lacks = {one.code: one for one in lacking(tx, dossier_id) if one.kind == "component"}
    had: dict[str, list[dict[str, Any]]] = {}
    for one in files.of_dossier(tx, dossier_id):
        had.setdefault(one["component"] or "", []).append(one)
    rows = tx.read(select(component).where(component.c.dossier_id == dossier_id).order_by(component.c.position))
    return [
        {
            **{key: value for key, value in row.items() if key != "dossier_id"},
            "files": had.get(row["code"], []),
            "lacking": row["code"] in lacks,
            "reason": lacks[row["code"]].reason if row["code"] in lacks else "",
        }
        for row in rows.mappings()
    ]


@command
def comment(tx: Tx, dossier_id: str, text: str, by: Actor) -> None:
    """An official's remark to the others; the citizen does not see it. Refuses an empty one."""
    rights.require(tx, "comment", dossier_id, by)
    if not text.strip():
        raise Refusal("Ý kiến không có nội dung.", "The comment is empty.")
    id = tx.database.new_id()
    audit.append(tx, dossier_id, "dossier.commented", by.who, {"comment": id})
    tx.execute(
        comments_table.insert().values(
            dossier_id=dossier_id,
            id=id,
            at=tx.now,
            who=by.username,
            who_name=by.name,
            text=text.strip()[:4000],
        )
    )


@query
def comments(tx: Tx, dossier_id: str) -> list[dict[str, Any]]:
    """The remarks, the oldest first: ``{id, at, who, who_name, text}``."""
    rows = tx.read(
        select(comments_table).where(comments_table.c.dossier_id == dossier_id).order_by(comments_table.c.id)
    )
    return [{key: value for key, value in row.items() if key != "dossier_id"} for row in rows.mappings()]


_SAID = {
    "dossier.status": ("Chuyển trạng thái", "Status"),
    "dossier.opened": ("Lập hồ sơ", "Opened"),
    "dossier.arrived": ("Chuyển đến từ Cổng Dịch vụ công quốc gia", "Came from the national portal"),
    "dossier.declared_true": ("Cam đoan nội dung nộp là đúng", "Declared true"),
    "dossier.proactive": ("Nộp tự động theo đồng ý của công dân", "Handed in by a rule that the citizen agreed to"),
    "dossier.corrected": ("Sửa tiếp nhận", "Intake corrected"),
    "dossier.mended": ("Sửa tờ khai theo đề nghị của công dân", "Declaration corrected as the citizen asked"),
    "dossier.letter": ("Lập văn bản", "Letter made"),
    "dossier.papers_given": ("Giao hồ sơ giấy", "Papers handed on"),
    "dossier.papers_taken": ("Nhận hồ sơ giấy", "Papers taken or refused"),
    "dossier.papers_back": ("Rút lại hồ sơ giấy đã giao", "Papers taken back"),
    "dossier.fee_taken": ("Thu phí, lệ phí", "Fee taken"),
    "dossier.fee_reduced": ("Miễn, giảm phí, lệ phí", "Fee reduced"),
    "dossier.refund_proposed": ("Đề nghị hoàn phí", "Refund proposed"),
    "dossier.refund_decided": ("Quyết định hoàn phí", "Refund decided"),
    "dossier.refund_paid": ("Chi hoàn phí", "Refund paid out"),
    "dossier.payment_begun": ("Bắt đầu thanh toán trực tuyến", "Online payment begun"),
    "dossier.payment": ("Thanh toán trực tuyến", "Online payment"),
    "dossier.supplemented": ("Bổ sung hồ sơ", "Supplemented"),
    ABSENT_ACCEPTED: ("Giải quyết dù thiếu giấy tờ", "Went on without papers"),
    absences.ON_BEHALF: ("Làm thay người vắng mặt", "Done for somebody who is away"),
    "dossier.result": ("Có bản kết quả", "Result attached"),
    "dossier.withdrawal": ("Yêu cầu rút hồ sơ", "Withdrawal"),
    "dossier.extension_proposed": ("Đề nghị gia hạn", "Extension proposed"),
    "dossier.extension_decided": ("Quyết định về đề nghị gia hạn", "Extension decided"),
    "dossier.extension_lapsed": ("Đề nghị gia hạn hết hiệu lực", "Proposed extension lapsed"),
    "dossier.result_approved": ("Duyệt kết quả", "Result approved"),
    "dossier.result_sealed": ("Ký số của cơ quan", "Signed by the agency"),
    "dossier.returned": ("Trả kết quả", "Returned"),
    "dossier.commented": ("Ghi ý kiến", "Comment written"),
    "dossier.silence": ("Hết hạn trả lời", "No answer in time"),
    "dossier.confirmed": ("Công dân trả lời", "Citizen answered"),
    "claim": ("Nhận việc", "Claimed"),
    "release": ("Trả việc về nhóm", "Released"),
    "reassign": ("Chuyển người xử lý", "Reassigned"),
    "back": ("Chuyển trả bước trước", "Handed back"),
    "complete": ("Hoàn thành bước", "Step completed"),
    "step.escalation": ("Báo quá hạn lên cấp trên", "Escalated"),
    "step.reminder": ("Nhắc sắp đến hạn", "Reminded"),
}


@query
def history(tx: Tx, dossier_id: str) -> list[HistoryLine]:
    """What happened, for people, the oldest first. `who` is a name where the person is known."""
    events = logged_history(tx, dossier_id)
    names = officials.names(tx, {one.who for one in events if one.who})
    steps = {
        task["id"]: task["name"] for one in events for task in one.data.get("opened", ()) if isinstance(task, dict)
    }
    titles = {
        row.token: row.title
        for row in tx.read(select(letter.c.token, letter.c.title).where(letter.c.root_id == dossier_id))
    }
    taken = recipient(tx, dossier_id)
    answer: list[HistoryLine] = []
    for one in events:
        if one.kind == "dossier.clock":
            if one.data["kind"] in ("received", "recomputed", "extended"):
                answer.append(
                    HistoryLine(
                        _local(one.at),
                        names.get(one.who or "", one.who or ""),
                        {"vi": "Thời hạn trả kết quả", "en": "Due date"},
                        one.kind,
                        _due_words(one.data, "vi"),
                        _due_words(one.data, "en"),
                    )
                )
            continue
        if one.kind not in _SAID:
            continue
        vi, en = _letter_made(one, titles) if one.kind == "dossier.letter" else _SAID[one.kind]
        returned = one.kind == "dossier.returned"
        answer.append(
            HistoryLine(
                _local(one.at),
                names.get(one.who or "", one.who or ""),
                {"vi": vi, "en": en},
                one.kind,
                _taken_by(taken, "vi") if returned else _note(one, steps, "vi"),
                _taken_by(taken, "en") if returned else _note(one, steps, "en"),
            )
        )
    return answer


@query
def recipient(tx: Tx, dossier_id: str) -> Recipient | None:
    """Who took the result; None while nobody has."""
    row = tx.read(select(handover).where(handover.c.dossier_id == dossier_id)).first()
    if row is None:
        return None
    return Recipient(row.recipient, row.recipient_id_number, row.relation, row.signature, row.note, *_how(row))


def _how(row: Any) -> tuple[str, str, str]:
    return row.way or "", row.proof or "", row.unsigned or ""


def _taken_by(person: Recipient | None, lang: Lang) -> str:
    if person is None:
        return ""
    said = {"vi": "Người nhận", "en": "Recipient"}[lang]
    return f"{said}: {person.name}" + (f" ({person.relation})" if person.relation else "")


def _letter_made(one: Any, titles: Mapping[str, str]) -> tuple[str, str]:
    """What was made, by its own name."""
    from procedures.letters.rendering import NATIONAL

    known = NATIONAL.get(one.data["template"], {})
    title = titles.get(one.data.get("token", "")) or known.get("vi", "")
    if not title:
        return _SAID[one.kind]
    return f"Lập {title[:1].lower()}{title[1:]}", f"Issued: {known.get('en') or title}"


def _due_words(data: Any, lang: Lang) -> str:
    unknown = "not known" if lang == "en" else "chưa xác định"
    after = words.short(datetime.fromisoformat(data["after"])) if data.get("after") else unknown
    return words.sentences(after, str(data.get("reason") or "")).rstrip(".")


def _note(one: Any, steps: dict[str, str], lang: Lang) -> str:
    """What more there is to say of an event; what people wrote stays as they wrote it."""
    data, english = one.data, lang == "en"
    if one.kind in ("dossier.status", "dossier.opened"):
        word = said_status(data["status"], bool(data.get("refused")))[lang]
        return ": ".join(part for part in (word, data.get("reason") or "") if part)
    if one.kind == "dossier.payment":
        from procedures.payments import STATES

        return words.sentences(STATES[data["state"]][lang], str(data.get("reason") or "")).rstrip(".")
    if one.kind in ("dossier.fee_reduced", "dossier.refund_decided"):
        return _of_money(one, lang)
    if one.kind == "dossier.letter":
        return f"{'No.' if english else 'Số'} {data['number']}" if data["number"] else ""
    if one.kind in ("complete", "back", "reassign", "release"):
        name = steps.get(data.get("task", ""), "")
        reason = data.get("reason") or (data.get("variables") or {}).get("ly_do") or ""
        return words.sentences(name, str(reason)).rstrip(".")
    if one.kind == absences.ON_BEHALF:
        return absences.in_words(data, lang)
    if one.kind == ABSENT_ACCEPTED:
        return accepted_in_words(data, lang)
    if one.kind == "dossier.extension_proposed":
        length = in_units(data["value"], data["unit"], lang)
        return f"{length} more. Reason: {data['reason']}" if english else f"Thêm {length}. Lý do: {data['reason']}"
    if one.kind == "dossier.extension_decided":
        agreed = (
            ("Approved" if data["approved"] else "Refused")
            if english
            else ("Đồng ý" if data["approved"] else "Không đồng ý")
        )
        return words.sentences(agreed, data["reason"]).rstrip(".")
    if one.kind == "dossier.extension_lapsed":
        return str(LAPSED[data["reason"]][lang] if data["reason"] in LAPSED else data["reason"])
    if one.kind == "dossier.supplemented":
        return in_words(list(data.get("answers") or ()), lang)
    return str(data.get("reason") or "")


def _of_money(one: Any, lang: Lang) -> str:
    """By how much a fee was reduced and why; whether it is given back."""
    data, english = one.data, lang == "en"
    if one.kind == "dossier.fee_reduced":
        return words.sentences(f"{data['fee']}: {data['percent']}%", data["basis"]).rstrip(".")
    agreed = ("Approved", "Refused") if english else ("Duyệt", "Không duyệt")
    return words.sentences(agreed[0 if data["approved"] else 1], data["reason"]).rstrip(".")
