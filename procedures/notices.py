"""Mail at each change, through the outbox: written in the transaction, sent by the worker, at least once.

A mail carries the dossier's code and what has changed, no name of a paper's content and no number of a person: who
wants more opens the tracking page with a second fact.
"""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import tempfile
import urllib.request
from collections.abc import Collection
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.tables import job
from procedures import agencies, settings, words
from procedures.settings import Settings
from procedures.store.documents import document
from procedures.store.dossier import dossier, dossier_state

#: What a citizen reads when the dossier's status changes: subject and what it means, in Vietnamese and English.
_STATUS: dict[int, tuple[str, str, str]] = {
    1: (
        "Đã đăng ký hồ sơ",
        ("Hồ sơ của Ông/Bà đã được gửi đến cơ quan và đang chờ tiếp nhận."),
        "Your dossier has been registered and waits to be received.",
    ),
    2: ("Đã tiếp nhận hồ sơ", "Hồ sơ của Ông/Bà đã được tiếp nhận.", "Your dossier has been received."),
    3: (
        "Hồ sơ chưa được tiếp nhận",
        "Hồ sơ của Ông/Bà chưa được tiếp nhận. Lý do được ghi trong phiếu trả lời.",
        "Your dossier has not been received. The reason is in the letter.",
    ),
    4: ("Hồ sơ đang được giải quyết", "Hồ sơ của Ông/Bà đang được giải quyết.", "Your dossier is being worked on."),
    5: (
        "Cần bổ sung hồ sơ",
        ("Hồ sơ của Ông/Bà cần bổ sung giấy tờ. Danh sách giấy tờ, lý do và cách bổ sung có trên trang tra cứu."),
        "Your dossier lacks papers. What, why and how is on the tracking page.",
    ),
    6: (
        "Cần nộp phí, lệ phí hoặc thuế",
        "Hồ sơ của Ông/Bà đang chờ thực hiện nghĩa vụ tài chính.",
        "Your dossier waits for a payment.",
    ),
    7: ("Đã ghi nhận yêu cầu rút hồ sơ", "Cơ quan đã ghi nhận việc Ông/Bà rút hồ sơ.", "Your dossier is withdrawn."),
    8: (
        "Dừng giải quyết hồ sơ",
        "Việc giải quyết hồ sơ của Ông/Bà đã dừng. Lý do được ghi trong thông báo.",
        "Your dossier has been stopped. The reason is in the notice.",
    ),
    9: (
        "Đã có kết quả",
        "Hồ sơ của Ông/Bà đã có kết quả. Mời Ông/Bà nhận kết quả tại nơi đã đăng ký.",
        "The result of your dossier is ready.",
    ),
    10: ("Đã trả kết quả", "Kết quả hồ sơ đã được trả. Cảm ơn Ông/Bà.", "The result has been handed over. Thank you."),
}

#: The same where the result is a refusal.
_REFUSED: dict[int, tuple[str, str, str]] = {
    9: (
        "Từ chối giải quyết hồ sơ",
        (
            "Cơ quan đã từ chối giải quyết hồ sơ của Ông/Bà. Lý do được ghi trong thông báo từ chối; Ông/Bà xem trên "
            "trang tra cứu hoặc nhận tại nơi trả kết quả."
        ),
        "Your dossier has been refused. The reason is in the notice, on the tracking page and at the desk.",
    ),
    10: (
        "Đã trả thông báo từ chối",
        "Thông báo từ chối giải quyết hồ sơ đã được trao cho người nhận.",
        "The notice of the refusal has been handed over.",
    ),
}


def status_changed(tx: Tx, dossier_id: str, status: int, *, refused: bool = False) -> None:
    """The citizen learns of a new status, where there is an address to write to. refused: what was asked for is not
    granted."""
    subject, vi, en = (_REFUSED if refused else _STATUS)[status]
    row = _row(tx, dossier_id)
    lines = [vi]
    if status == 1:
        from procedures.dossiers.answering import answer_by

        lines.append(f"Cơ quan trả lời trước {words.moment(answer_by(tx, row.agency, tx.now))}.")
    if status == 2 and row.due is not None:
        lines.append(f"Thời gian hẹn trả kết quả: {words.moment(row.due)}.")
    citizen(tx, row, subject, lines, en)


def due_changed(tx: Tx, dossier_id: str, reason: str) -> None:
    """The citizen learns of a new promised date (Mẫu 04)."""
    row = _row(tx, dossier_id)
    citizen(
        tx,
        row,
        "Xin lỗi và hẹn lại ngày trả kết quả",
        [
            "Cơ quan xin lỗi Ông/Bà vì chưa giải quyết xong hồ sơ đúng thời gian đã hẹn.",
            f"Lý do: {reason}.",
            f"Thời gian hẹn trả kết quả mới: {words.moment(row.due)}.",
        ],
        "We apologise: the promised date of your dossier has changed.",
    )


def to_do(tx: Tx, dossier_id: str, label: str, label_en: str) -> None:
    """The citizen learns that something waits for them, which is no change of status (a draft to confirm)."""
    citizen(
        tx,
        _row(tx, dossier_id),
        label,
        [f"Hồ sơ của Ông/Bà đang chờ Ông/Bà: {label.lower()}."],
        label_en or "Something waits for you.",
    )


def citizen(tx: Tx, row: Any, subject: str, lines: list[str], english: str) -> None:
    """A mail to the applicant, and to the submitter where that is another; who has given no address, and a mobile
    number, gets a text message: which dossier, what has changed and where to read on, and nothing of the person."""
    addresses = {row.applicant_email, (row.submitter or {}).get("email") or ""} - {""}
    _texts(tx, row, subject, lines)
    if not addresses:
        return
    name = agencies.names(tx, [row.agency]).get(row.agency, row.agency)
    url = f"{settings.current(tx).public_url}/tra-cuu?ma={row.code}"
    body = "\n\n".join(
        [
            "Kính gửi Ông/Bà,",
            f"Hồ sơ mã số {row.code} nộp tại {name}:",
            *lines,
            f"Xem chi tiết: {url}",
            f"Trân trọng,\n{name}",
            "---",
            english,
        ]
    )
    for address in sorted(addresses):
        mail(tx, row.id, address, f"[{row.code}] {subject}", body)


def _texts(tx: Tx, row: Any, subject: str, lines: list[str]) -> None:
    said = row.submitter or {}
    people = ((row.applicant_email, row.applicant_phone), (said.get("email"), said.get("dien_thoai")))
    numbers = {mobile(phone or "") for email, phone in people if not email} - {""}
    when = next((one for one in lines[1:] if "hẹn" in one or "trước" in one), "")
    for number in sorted(numbers):
        url = f"{settings.current(tx).public_url}/tra-cuu?ma={row.code}"
        text(tx, row.id, number, " ".join(filter(None, (f"Hồ sơ {row.code}: {subject}.", when, f"Xem: {url}"))))


def mobile(number: str) -> str:
    """A number that takes text messages, as the gateway wants it; empty for any other (Vietnamese mobile numbers have
    ten digits and begin with 03, 05, 07, 08 or 09)."""
    digits = re.sub(r"\D", "", number)
    digits = "0" + digits.removeprefix("84") if digits.startswith("84") and len(digits) == 11 else digits
    return digits if re.fullmatch(r"0[35789]\d{8}", digits) else ""


def undelivered(tx: Tx, dossier_id: str) -> list[tuple[str, str]]:
    """The messages of a dossier that did not arrive however often they were tried: by what (``mail``, ``sms``), and
    the end of the address or number, by which the desk knows which one it is."""
    rows = tx.read(
        select(job.c.kind, job.c.payload)
        .where(job.c.root_id == dossier_id, job.c.kind.in_(("mail", "sms")), job.c.retries_left <= 0)
        .order_by(job.c.id)
    )
    return list(dict.fromkeys((row.kind, "…" + str(jobs.unpack(row.payload)["to"])[-4:]) for row in rows))


def step(tx: Tx, root_id: str, kind: str, term: Any, addresses: Collection[str]) -> None:
    """Officials learn that a step is due soon, or overdue."""
    if not addresses:
        return
    code = _code(tx, root_id)
    if kind == "reminder":
        subject, said = "Sắp đến hạn xử lý", f"Bước “{term.name}” cần xong trước {words.short(term.due)}."
    else:
        subject, said = "Quá hạn xử lý", f"Bước “{term.name}” đã quá hạn lúc {words.short(term.due)}."
    url = f"{settings.current(tx).public_url}/cong-viec/{term.task_id}"
    for address in sorted(set(addresses)):
        mail(tx, root_id, address, f"[{code}] {subject}", f"{said}\n\nMã: {code}\nMở việc: {url}\n")


def _code(tx: Tx, root_id: str) -> str:
    """The code of the dossier, or of the document, behind a root."""
    found = (
        tx.execute(select(dossier.c.code).where(dossier.c.id == root_id)).scalar()
        or tx.execute(select(document.c.code).where(document.c.id == root_id)).scalar()
    )
    return str(found or root_id)


def mail(tx: Tx, root_id: str, to: str, subject: str, body: str, *, calendar: tuple[str, str] | None = None) -> None:
    """Puts a mail into the outbox of a root. calendar: the method and the text of an iCalendar file that it carries."""
    if "\n" in to or "\r" in to or "@" not in to:
        return
    jobs.add(
        tx,
        root_id,
        "mail",
        payload={
            "to": to,
            "subject": subject,
            "body": body,
            "id": tx.database.new_id(),
            "at": tx.now.isoformat(),
            **({"method": calendar[0], "calendar": calendar[1]} if calendar is not None else {}),
        },
        retries=6,
    )


def text(tx: Tx, root_id: str, to: str, body: str) -> None:
    """Puts a text message into the outbox of a root."""
    jobs.add(tx, root_id, "sms", payload={"to": to, "text": body, "id": tx.database.new_id()}, retries=6)


def code(tx: Tx, root_id: str, kind: str, to: str, code: str) -> None:
    """The code by which a citizen signs in, to a ``phone`` or by ``mail``. It says what it is for, so that nobody is
    talked into telling it."""
    said = f"Mã đăng nhập Cổng dịch vụ công: {code}. Hiệu lực 10 phút. Không đưa mã này cho bất kỳ ai, kể cả cán bộ."
    if kind == "phone":
        text(tx, root_id, to, said)
    else:
        mail(tx, root_id, to, "Mã đăng nhập Cổng dịch vụ công", f"{said}\n\n---\n\nYour code to sign in: {code}.\n")


def unfinished(tx: Tx, root_id: str, email: str, phone: str, procedure: tuple[str, str], until: str, url: str) -> None:
    """Somebody has begun to hand in and not sent it: how long it is still kept. By mail, else by a text message."""
    vi, en = procedure
    said = (
        f"Hồ sơ “{vi}” Ông/Bà soạn dở được giữ đến hết ngày {until}, sau đó sẽ bị xóa. Soạn tiếp hoặc xóa ngay: {url}"
    )
    if email:
        told = f"Kính gửi Ông/Bà,\n\n{said}\n\n---\n\nWhat you have begun ({en}) is kept until {until}: {url}\n"
        mail(tx, root_id, email, "Hồ sơ soạn dở sắp hết hạn giữ", told)
    elif phone:
        text(tx, root_id, phone, said)


def _row(tx: Tx, dossier_id: str) -> Any:
    return tx.execute(
        select(dossier, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).one()


def _message(payload: dict[str, str], sender: str) -> EmailMessage:
    from datetime import datetime

    made = EmailMessage()
    made["From"] = sender
    made["To"] = payload["to"]
    made["Subject"] = " ".join(payload["subject"].split())
    made["Date"] = format_datetime(datetime.fromisoformat(payload["at"]).astimezone(VIETNAM))
    made["Message-ID"] = f"<{payload['id']}@motcua>"  # the same when it is sent again: a mail server can tell
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(payload["body"])
    if payload.get("calendar"):  # beside the text, for calendars; and as a file, for people
        body, method = payload["calendar"], payload["method"]
        made.add_alternative(body, subtype="calendar", params={"method": method, "name": "hop.ics"})
        made.add_attachment(body, subtype="calendar", filename="hop.ics", params={"method": method})
    return made


def deliver(job: Job, database: Database) -> None:
    """Sends a mail of the outbox."""
    _send(settings.current(database), job.payload)


def send(known: Settings, to: str, subject: str, body: str, *, id: str, at: str) -> None:
    """Sends a mail now, outside any transaction: for what has an outbox of its own. `at` is ISO text."""
    _send(known, {"to": to, "subject": subject, "body": body, "id": id, "at": at})


def _send(known: Settings, payload: dict[str, str]) -> None:
    """By SMTP, or as a file where no server is configured. Raises Refusal where the server does not take it."""
    configured, message = known.mail, _message(payload, known.mail.sender)
    if not configured.host:
        _write(bytes(message), configured.folder or known.home / "mail", payload["id"], ".eml")
        return
    try:
        with smtplib.SMTP(configured.host, configured.port, timeout=20) as server:
            if configured.starttls:
                server.starttls()
            if configured.username:
                server.login(configured.username, configured.password)
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise _not_taken(error) from error


def _not_taken(error: Exception) -> Refusal:
    """What an operator reads of a mail that did not go, without whom it was for: the outbox tries it again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = sorted({code for code, _ in error.recipients.values()})
        why = " ".join(f"{code}" for code in answers)
        return Refusal(
            f"Máy chủ thư không nhận địa chỉ của người nhận (mã {why}).",
            f"The mail server does not take the recipient's address (code {why}).",
        )
    code = f"mã {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
    return Refusal(
        f"Máy chủ thư chưa nhận thư ({code}).",
        f"The mail server has not taken the mail ({code.replace('mã', 'code')}).",
    )


def _write(message: bytes, folder: Path, id: str, ending: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{hashlib.sha256(id.encode()).hexdigest()[:24]}{ending}"
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        out.write(message)
    os.replace(temporary, folder / name)


def deliver_text(job: Job, database: Database) -> None:
    """Hands a text message to the gateway, or writes it as a file where none is configured. A gateway that knows the
    message's id sends it once. Raises Refusal where the gateway does not take it."""
    configured, payload = settings.current(database).sms, job.payload
    if not configured.url:
        folder = configured.folder or settings.current(database).home / "sms"
        _write(f"{payload['to']}\n{payload['text']}\n".encode(), folder, payload["id"], ".txt")
        return
    asked = urllib.request.Request(
        configured.url,
        orjson.dumps({"to": payload["to"], "text": payload["text"], "id": payload["id"]}),
        {"Content-Type": "application/json", "Authorization": f"Bearer {configured.token}"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=20):
            return
    except OSError as error:
        why = getattr(error, "code", type(error).__name__)
        raise Refusal(
            f"Cổng tin nhắn chưa nhận tin ({why}).", f"The gateway has not taken the message ({why})."
        ) from error


HANDLERS = {"mail": Handler(outside=deliver, opens=True), "sms": Handler(outside=deliver_text, opens=True)}
