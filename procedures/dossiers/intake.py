"""Receiving: at the desk, by post, online; correcting a mistaken intake; refusing; spotting doubles.

Number, record, clock, Mẫu 01 and process come to be in one transaction, or none of them does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from engine import audit, commands, values
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, deadlines, fees, forms, numbering, reading, settings, working_time
from procedures.actor import Actor
from procedures.dossiers import log, status, supplements, versions
from procedures.dossiers.values import Applicant, Double, Intake, Lack, Received
from procedures.letters import drafting
from procedures.letters.issuing import issue
from procedures.rights import dossiers as rights
from procedures.search import fold_all, texts_of
from procedures.store.dossier import component, desk_paper, dossier, dossier_state
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.statuses import STATUSES

#: All that is said of a dossier at an agency whose dossiers one may not see.
ELSEWHERE = Double("", "", "", None, 0, "Có một hồ sơ cùng số định danh ở cơ quan khác")


@command
def receive(tx: Tx, intake: Intake, by: Actor) -> Received:
    """Receives a dossier: code, status 2, clock, fees, Mẫu 01, and its process started.

    Refuses a procedure that is not in force, a channel or case it does not have, and an intake that lacks a required
    paper (ask for it with Mẫu 02, or refuse with Mẫu 03). Raises `forms.Invalid` for the form's data."""
    log.act(tx, by)
    rights.require_desk(tx, intake.agency, by)
    procedure = bundles.procedure(tx, intake.procedure)
    form = check(tx, procedure, intake, papers=True)
    id, code = _open(tx, procedure, intake, form, 2)
    return _accept(tx, id, code, procedure, by)


@command
def register_online(tx: Tx, intake: Intake, by: Actor) -> Received:
    """A citizen hands in online: a code and status 1; the desk answers within 8 working hours. Scanned files stand for
    the papers. The clock begins when the desk accepts it."""
    log.act(tx, by)
    procedure = bundles.procedure(tx, intake.procedure)
    form = check(tx, procedure, intake, papers=False)
    id, code = _open(tx, procedure, intake, form, 1)
    from procedures import notices

    notices.status_changed(tx, id, 1)
    return Received(id, code, None, None)


@command
def accept_online(tx: Tx, dossier_id: str, by: Actor) -> Received:
    """The desk receives what was registered online. Refuses any other dossier."""
    log.act(tx, by)
    rights.require(tx, "accept", dossier_id, by)
    row = _registered(tx, dossier_id)
    procedure = bundles.of_version(tx, row.procedure_version)
    status.set_status(tx, dossier_id, 2)
    return _accept(tx, dossier_id, row.code, procedure, by, notify=False)


@command
def refuse_online(tx: Tx, dossier_id: str, reason: str, legal_basis: str, by: Actor, guidance: str = "") -> str:
    """The desk does not receive what was registered online: status 3 and Mẫu 03; its token."""
    log.act(tx, by)
    rights.require(tx, "accept", dossier_id, by)
    _registered(tx, dossier_id)
    _want_reason(reason)
    token = issue(tx, "mau-03", dossier_id, data={"ly_do": reason, "can_cu": legal_basis, "huong_dan": guidance})
    status.set_status(tx, dossier_id, 3, reason)
    return token


def _registered(tx: Tx, dossier_id: str) -> Any:
    log.hold(tx, dossier_id)
    row = tx.execute(
        select(dossier, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    if row.status != 1:
        name = STATUSES[row.status]
        raise Refusal(
            f"Hồ sơ {row.code} đang ở trạng thái “{name['vi']}”, không còn chờ tiếp nhận.",
            f"Dossier {row.code} is '{name['en']}': it does not wait to be received.",
        )
    return row


def check(tx: Tx, procedure: bundles.Procedure, intake: Intake, *, papers: bool) -> dict[str, Any]:
    """Whether this can be received; the form's data as variables."""
    if procedure.kind != "procedure":
        raise Refusal(
            f"“{procedure.name['vi']}” không phải thủ tục hành chính.",
            f"'{procedure.name['en']}' is no administrative procedure.",
        )
    if intake.channel not in procedure.channels:
        called = CHANNELS[intake.channel].vi if intake.channel in CHANNELS else intake.channel
        raise Refusal(
            f"Thủ tục không nhận hồ sơ qua hình thức “{called}”.",
            f"The procedure takes no dossiers by '{intake.channel}'.",
        )
    if intake.channel in procedure.outage_only and not intake.outage.strip():
        said = "Thủ tục này nộp trên Cổng dịch vụ công; chỉ nhận cách khác khi Cổng gặp sự cố: ghi rõ sự cố."
        raise forms.Invalid({"su_co": [said]})
    if procedure.cases and intake.case is None and len(procedure.cases) > 1 and procedure.term() is None:
        raise Refusal("Hãy chọn trường hợp của thủ tục.", "Choose a case of the procedure.")
    if intake.case is not None and procedure.case(intake.case) is None:
        raise Refusal(f"Thủ tục không có trường hợp {intake.case}.", f"The procedure has no case {intake.case}.")
    if not intake.applicant.name.strip():
        raise Refusal("Phải có họ tên người nộp hoặc tên tổ chức.", "The applicant's name is missing.")
    plausible(intake)
    if not intake.agency:
        raise Refusal("Phải chọn cơ quan tiếp nhận.", "Choose the agency that receives it.")
    if papers:
        lacks = missing(procedure, intake)
        if lacks:
            raise Refusal(
                f"Còn thiếu giấy tờ bắt buộc: {'; '.join(one.name for one in lacks)}. Lập Mẫu 02 để yêu cầu bổ sung.",
                f"Required papers are missing: {'; '.join(one.name for one in lacks)}.",
            )
    form = bundles.form(tx, procedure.version, procedure.form_key)
    refuse_undeclared(form, intake)
    if form is None:
        return {}
    return form.validate(intake.form, offered=forms.offered(tx, form, intake.agency), now=tx.now)


def refuse_undeclared(form: forms.Form | None, intake: Intake) -> None:
    """What becomes variables of a process is what its form declares, and the counts that fees are computed from: whole
    numbers from one on; where the form asks for one itself, the form's counts. Raises forms.Invalid with every other
    name."""
    declared = {entry.key for entry in form.inputs()} if form is not None else set()
    wrong = {name: ["Tờ khai không có mục này."] for name in intake.form if name not in declared}
    for name, value in intake.amounts.items():
        if name not in fees.COUNTS:
            wrong[name] = ["Không phải số liệu tính phí của thủ tục này."]
        elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
            wrong[name] = ["Phải là số nguyên từ 1 đến 10.000."]
    if wrong:
        raise forms.Invalid(wrong)


#: How long what a paper must carry may be, by the field of the pages.
LONGEST = {"ho_ten": 150, "dia_chi": 250, "thu_dien_tu": 120, "noi_dung": 500, "noi_tra": 250}


def plausible(intake: Intake) -> None:
    """Whether the applicant can be what is typed: the phone and the identity number are what one tracks a dossier by,
    so they must be such numbers; names and addresses must find room on Mẫu 01. Raises forms.Invalid."""
    wrong: dict[str, list[str]] = {}
    for person in filter(None, (intake.applicant, intake.submitter)):
        if person.phone.strip() and not re.fullmatch(r"\+?[0-9]{8,15}", digits(person.phone)):
            wrong["dien_thoai"] = ["Số điện thoại gồm 8 đến 15 chữ số, ví dụ 0912 345 678."]
        if person.id_number.strip() and not re.fullmatch(r"[A-Z]{0,2}[0-9]{6,14}", digits(person.id_number)):
            wrong["so_dinh_danh"] = ["Số định danh gồm 12 chữ số; mã số thuế 10 hoặc 13 chữ số; hộ chiếu như B1234567."]
        if person.email.strip() and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", person.email.strip()):
            wrong["thu_dien_tu"] = ["Địa chỉ thư điện tử không đúng, ví dụ: ten@vidu.vn."]
        said = {"ho_ten": person.name, "dia_chi": person.address, "thu_dien_tu": person.email}
        wrong |= _too_long(said)
    wrong |= _too_long({"noi_dung": intake.request, "noi_tra": intake.return_place})
    if wrong:
        raise forms.Invalid(wrong)


def _too_long(said: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        key: [f"Không quá {LONGEST[key]} ký tự; hiện có {len(text.strip())}."]
        for key, text in said.items()
        if len(text.strip()) > LONGEST[key]
    }


def missing(procedure: bundles.Procedure, intake: Intake) -> list[Lack]:
    """The required papers that are not ticked, for Mẫu 02."""
    had = {tick.code for tick in intake.components if tick.originals or tick.copies or tick.files}
    return [
        Lack(one["code"], one["name"], "Chưa có trong hồ sơ nộp", f"Nộp {_counts(one)}" if _counts(one) else "")
        for one in procedure.components(intake.case)
        if one.get("required", True) and one["code"] not in had
    ]


def _counts(one: Mapping[str, Any]) -> str:
    parts = [f"{one.get('originals', 0):02d} bản chính"] if one.get("originals") else []
    return ", ".join([*parts, f"{one['copies']:02d} bản sao"] if one.get("copies") else parts)


def _open(tx: Tx, procedure: bundles.Procedure, intake: Intake, form: Mapping[str, Any], first: int) -> tuple[str, str]:
    id = tx.database.new_id()
    day = bundles.today(tx)
    number = numbering.take(tx, "ho_so", intake.agency, day.isoformat())
    code = numbering.dossier_code(settings.current(tx).dossier_code, intake.agency, day, number)
    person = intake.applicant
    tx.execute(
        dossier.insert().values(
            id=id,
            code=code,
            procedure=procedure.code,
            procedure_version=procedure.version,
            procedure_name=procedure.name["vi"],
            field=procedure.field["code"],
            case_code=intake.case,
            agency=intake.agency,
            channel=intake.channel,
            **_applicant(person),
            folded=folded(code, person, intake.submitter, form),
            submitter=intake.submitter.variables() if intake.submitter else None,
            request=intake.request.strip() or procedure.name["vi"],
            form=values.plain(dict(form)),
            amounts=values.plain(dict(intake.amounts)),
            sets=max(intake.sets, 1),
            return_place=intake.return_place,
            registered_at=tx.now,
            received_at=None,
            received_by=None,
            volume=None,
            serial=None,
        )
    )
    for position, one in enumerate(procedure.components(intake.case), 1):
        tx.execute(
            component.insert().values(
                dossier_id=id,
                code=one["code"],
                position=position,
                name=one["name"],
                required=one.get("required", True),
                asked_originals=one.get("originals", 0),
                asked_copies=one.get("copies", 0),
                originals=0,
                copies=0,
                note="",
            )
        )
    for tick in intake.components:
        supplements.take_component(tx, id, tick)
    fees.assess(tx, id, fees.quote(procedure, fees.counted(form, intake.amounts), intake.channel, intake.case))
    log.record(
        tx,
        id,
        "dossier.opened",
        {
            "n": 1,
            "status": first,
            "code": code,
            "procedure": procedure.code,
            "version": procedure.version,
            "agency": intake.agency,
            "channel": intake.channel,
            **({"outage": intake.outage.strip()} if intake.channel in procedure.outage_only else {}),
        },
    )
    return id, code


def _accept(tx: Tx, id: str, code: str, procedure: bundles.Procedure, by: Actor, notify: bool = True) -> Received:
    row = tx.execute(select(dossier).where(dossier.c.id == id)).one()
    year = f"{bundles.today(tx).year}"
    serial = numbering.take(tx, "so_theo_doi", row.agency, year)
    tx.execute(
        update(dossier)
        .where(dossier.c.id == id)
        .values(received_at=tx.now, received_by=by.username, volume=f"01/{year}", serial=serial)
    )
    due = deadlines.begin(tx, id)
    letter = drafting.receipt(tx, id)
    if notify:
        from procedures import notices

        notices.status_changed(tx, id, 2)
    commands.start(
        tx,
        procedure.process,
        variables(tx, row, procedure),
        business_key=code,
        by=by.username,
        root_id=id,
        deployment=procedure.version,
    )
    return Received(id, code, due, letter)


def _calendar_of(tx: Tx, procedure: bundles.Procedure, agency: str, received: datetime) -> dict[str, Any]:
    """The working days after receipt as a process is told of them (``ho_so.ngay_lam_viec``), where the bundle asks."""
    if not procedure.working_days:
        return {}
    days = working_time.working_days(tx, agency, received.astimezone(VIETNAM).date(), procedure.working_days)
    return {"ngay_lam_viec": [day.isoformat() for day in days]}


def variables(tx: Tx, row: Any, procedure: bundles.Procedure) -> dict[str, Any]:
    """The variables that a dossier's process begins with."""
    person = Applicant(
        row.applicant_name, row.applicant_id_number, row.applicant_phone, row.applicant_email, row.applicant_address
    )
    return {
        "ho_so": {
            "ma": row.code,
            "thu_tuc": row.procedure,
            "truong_hop": row.case_code,
            "kenh": row.channel,
            "co_quan": row.agency,
            "nguoi_nop": person.variables(),
            **_calendar_of(tx, procedure, row.agency, row.received_at or tx.now),
        },
        "to_khai": dict(row.form),
        **dict(row.amounts),
    }


def _applicant(person: Applicant) -> dict[str, str]:
    return {
        "applicant_name": " ".join(person.name.split()),
        "applicant_id_number": digits(person.id_number),
        "applicant_phone": digits(person.phone),
        "applicant_email": person.email.strip(),
        "applicant_address": person.address.strip(),
    }


def digits(text: str) -> str:
    """A number as it is kept and compared: without spaces, dots and dashes."""
    return "".join(c for c in text if c.isalnum() or c == "+").upper()


def folded(code: str, person: Applicant, submitter: Applicant | None, form: Mapping[str, Any]) -> str:
    """What a search looks in: code, people with their numbers, and what the declaration says."""
    people = [person, *([submitter] if submitter else [])]
    named = [part for one in people for part in (one.name, digits(one.id_number), digits(one.phone))]
    return " ".join((fold_all([code, *named]), texts_of(form)))


@command
def correct(tx: Tx, dossier_id: str, changes: Intake, reason: str, by: Actor) -> Received:
    """A mistaken intake is put right: the record as it was is kept, Mẫu 01 is issued anew and takes the place of the
    earlier one. The procedure and the agency cannot change (that is another dossier). Refuses a dossier whose result
    is there, and one without a reason."""
    log.act(tx, by)
    rights.require(tx, "correct", dossier_id, by)
    log.hold(tx, dossier_id)
    row = tx.execute(
        select(dossier, dossier_state.c.status, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    if row.status in (3, 7, 9, 10) or row.received_at is None:
        raise Refusal(
            f"Hồ sơ {row.code} ở trạng thái “{STATUSES[row.status]['vi']}”, không sửa tiếp nhận được.",
            f"Dossier {row.code} is '{STATUSES[row.status]['en']}': its intake cannot be corrected.",
        )
    _want_reason(reason)
    if (changes.procedure, changes.agency) != (row.procedure, row.agency):
        raise Refusal(
            "Nhầm thủ tục hoặc cơ quan thì phải lập hồ sơ mới, không sửa hồ sơ này.",
            "Another procedure or agency is another dossier.",
        )
    procedure = bundles.of_version(tx, row.procedure_version)
    form = check(tx, procedure, changes, papers=True)
    last = versions.keep(tx, dossier_id, reason)
    tx.execute(
        update(dossier)
        .where(dossier.c.id == dossier_id)
        .values(
            **_applicant(changes.applicant),
            folded=folded(row.code, changes.applicant, changes.submitter, form),
            submitter=changes.submitter.variables() if changes.submitter else None,
            case_code=changes.case,
            request=changes.request.strip() or row.request,
            form=values.plain(dict(form)),
            amounts=values.plain(dict(changes.amounts)),
            sets=max(changes.sets, 1),
            return_place=changes.return_place or row.return_place,
        )
    )
    tx.execute(update(component).where(component.c.dossier_id == dossier_id).values(originals=0, copies=0))
    for tick in changes.components:
        supplements.take_component(tx, dossier_id, tick)
    fees.assess(
        tx,
        dossier_id,
        fees.quote(deadlines.rules(tx, row), fees.counted(form, changes.amounts), changes.channel, changes.case),
    )
    log.record(tx, dossier_id, "dossier.corrected", {"version": last, "reason": reason})
    deadlines.recompute(tx, dossier_id, f"Sửa tiếp nhận: {reason}", by)
    new = tx.execute(select(dossier).where(dossier.c.id == dossier_id)).one()
    if tx.execute(select(dossier_state.c.closed_at).where(dossier_state.c.dossier_id == dossier_id)).scalar() is None:
        commands.set_variables(tx, dossier_id, variables(tx, new, procedure), by.username, f"Sửa tiếp nhận: {reason}")
    letter = drafting.receipt(tx, dossier_id, reason)
    due = tx.execute(select(dossier_state.c.due).where(dossier_state.c.dossier_id == dossier_id)).scalar()
    return Received(dossier_id, row.code, due, letter)


def _want_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Phải nêu lý do.", "Give a reason.")


@command
def refuse_intake(tx: Tx, intake: Intake, reason: str, legal_basis: str, by: Actor, guidance: str = "") -> str:
    """Not admissible: Mẫu 03 with a number of its own and no dossier code; its token. Refuses without a reason."""
    _want_reason(reason)
    return _desk_paper(
        tx, "refusal", "mau-03", intake, by, reason, {"ly_do": reason, "can_cu": legal_basis, "huong_dan": guidance}
    )


@command
def ask_at_desk(
    tx: Tx,
    intake: Intake,
    lacks: Sequence[Lack],
    by: Actor,
    note: str = "",
    typed: Mapping[str, Any] | None = None,
) -> str:
    """Papers lack at the desk: Mẫu 02 with a number of its own, no dossier code yet; its token. `typed` is kept for
    when the papers come (`typed_at_intake`). Refuses an empty list."""
    procedure = bundles.procedure(tx, intake.procedure)
    form = bundles.form(tx, procedure.version, procedure.form_key)
    checked = supplements.check_lacks(
        lacks, {one["code"]: one["name"] for one in procedure.components(intake.case)}, form.labels() if form else {}
    )
    return _desk_paper(
        tx,
        "supplement",
        "mau-02",
        intake,
        by,
        "; ".join(one.name for one in checked),
        {
            "thieu": [one.variables() for one in checked],
            "ly_do": note,
            "hau_qua": "Thời hạn giải quyết được tính từ khi hồ sơ được nộp đầy đủ, hợp lệ.",
        },
        typed,
    )


@query
def typed_at_intake(tx: Tx, letter: str, by: Actor) -> Mapping[str, Any] | None:
    """What was typed before a Mẫu 02 was made of it, with the procedure's code as ``thu_tuc``; None for any other
    letter, one of another agency, and after 90 days."""
    row = tx.read(select(desk_paper).where(desk_paper.c.letter == letter, desk_paper.c.kind == "supplement")).first()
    if row is None or row.typed is None or row.at < tx.now - timedelta(days=90):
        return None
    return {**row.typed, "thu_tuc": row.procedure} if by.everything or row.agency in by.visible else None


def _desk_paper(
    tx: Tx,
    kind: str,
    template: str,
    intake: Intake,
    by: Actor,
    reason: str,
    data: Mapping[str, Any],
    typed: Mapping[str, Any] | None = None,
) -> str:
    log.act(tx, by)
    rights.require_desk(tx, intake.agency, by)
    plausible(intake)
    procedure = bundles.procedure(tx, intake.procedure)
    id, person = tx.database.new_id(), intake.applicant
    token = issue(
        tx,
        template,
        id,
        agency=intake.agency,
        data={
            "ho_ten": person.name,
            "dia_chi": person.address,
            "dien_thoai": person.phone,
            "email": person.email,
            "nguoi_nop": (intake.submitter or person).name,
            "noi_dung": intake.request or procedure.name["vi"],
            **data,
        },
    )
    tx.execute(
        desk_paper.insert().values(
            id=id,
            kind=kind,
            agency=intake.agency,
            procedure=procedure.code,
            applicant_name=person.name,
            folded=folded("", person, intake.submitter, {}),
            reason=reason,
            at=tx.now,
            who=by.username,
            letter=token,
            typed=dict(typed) if typed else None,
        )
    )
    audit.append(
        tx, id, f"desk.{kind}", by.username, {"procedure": procedure.code, "agency": intake.agency, "letter": token}
    )
    return token


@query
def doubles(tx: Tx, intake: Intake, by: Actor, days: int = 90) -> list[Double]:
    """Dossiers of the same procedure and the same identity number, not long ago: those of the agencies that `by` sees
    with what they are, of all others no more than that there is one."""
    id_number = digits(intake.applicant.id_number)
    if not id_number:
        return []
    rows = tx.read(
        select(dossier, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(
            dossier.c.procedure == intake.procedure,
            dossier.c.applicant_id_number == id_number,
            dossier_state.c.status.not_in((3, 7)),
            dossier.c.registered_at > tx.now - timedelta(days=days),
        )
        .order_by(dossier.c.registered_at.desc())
        .limit(50)
    ).all()
    seen = by.visible | {intake.agency}
    own = [row for row in rows if by.everything or row.agency in seen]
    for row in own[:10]:
        reading.shown(row.id)
    answer = [
        Double(row.id, row.code, row.applicant_name, row.received_at, row.status, "Cùng số định danh") for row in own
    ]
    return answer[:10] if len(own) == len(rows) else [*answer[:10], ELSEWHERE]
