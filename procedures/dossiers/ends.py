"""How a dossier ends otherwise than by its model's own flow, and how its result is given out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import commands
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import instance, work_item
from procedures import deadlines, fees, files, words
from procedures.actor import Actor
from procedures.dossiers import log, queries, status
from procedures.dossiers import result as results
from procedures.dossiers.next_steps import message_of, require_not_held
from procedures.dossiers.nodes import node_of
from procedures.dossiers.values import Recipient
from procedures.letters import drafting
from procedures.rights import dossiers as rights
from procedures.store.dossier import handover
from procedures.vocabulary.outcomes import affirmative
from procedures.vocabulary.returns import POST, PROXY, UNSIGNED, WAYS
from procedures.vocabulary.statuses import STATUSES


@command
def withdraw(tx: Tx, dossier_id: str, reason: str, by: Actor) -> None:
    """The citizen takes the dossier back: where the model waits for that it goes its way there, else everything stops
    with status 7 and Mẫu 05. Refuses a dossier that is handled."""
    log.act(tx, by)
    rights.require(tx, "withdraw", dossier_id, by)
    row = _open(tx, dossier_id)
    reason = reason.strip() or "Ông/Bà đề nghị rút hồ sơ"
    log.record(tx, dossier_id, "dossier.withdrawal", {"reason": reason})
    deadlines.end(tx, dossier_id, "Công dân rút hồ sơ")
    message = message_of(tx, dossier_id, "withdraw")
    if message is not None:
        require_not_held(tx, dossier_id)
        commands.message(tx, message, row.code, {"ly_do": reason}, by.who, root=dossier_id)
        return
    _cancel(tx, dossier_id, reason, by.who)
    status.set_status(tx, dossier_id, 7, reason)
    if row.received_at is not None:
        drafting.issue(tx, "mau-05", dossier_id, {"ly_do": reason, "nguoi_yeu_cau": "người nộp hồ sơ"})


@command
def stop(tx: Tx, dossier_id: str, reason: str, asked_by: str, by: Actor) -> str:
    """The agency stops the dossier for good: status 8, Mẫu 05, the clock ends; the letter's token. Refuses without a
    reason, and a dossier that is handled."""
    log.act(tx, by)
    rights.require(tx, "stop", dossier_id, by)
    _open(tx, dossier_id)
    if not reason.strip():
        raise Refusal("Dừng giải quyết phải nêu lý do.", "Stopping needs a reason.")
    stage = tx.execute(select(work_item.c.name).where(work_item.c.root_id == dossier_id)).scalars().first() or ""
    deadlines.end(tx, dossier_id, "Cơ quan dừng giải quyết hồ sơ")
    _cancel(tx, dossier_id, reason, by.username)
    status.set_status(tx, dossier_id, 8, reason, final=True)
    return drafting.issue(tx, "mau-05", dossier_id, {"ly_do": reason, "nguoi_yeu_cau": asked_by, "giai_doan": stage})


@command
def return_result(tx: Tx, dossier_id: str, recipient: Recipient, by: Actor) -> None:
    """The result is handed over: who took it, the paper shown, the signature. The desk's open task for that is
    completed with it; status 10. Being overdue never hinders it. Refuses before there is a result, and twice."""
    log.act(tx, by)
    rights.require(tx, "return", dossier_id, by)
    log.locked(tx, dossier_id)
    hindered = unreturnable(tx, dossier_id)
    if hindered is not None:
        raise hindered
    if not recipient.name.strip():
        raise Refusal("Phải ghi họ tên người nhận.", "Who takes it must be named.")
    _require_proof(recipient)
    if recipient.signature is not None:
        stored = files.info(tx, recipient.signature)
        if stored is None or stored.type not in files.IMAGES:
            raise Refusal("Chữ ký người nhận phải là ảnh.", "The recipient's signature must be an image.")
        files.attach(tx, dossier_id, recipient.signature, purpose="signature", name="chu-ky-nguoi-nhan.png", by=by)
    tx.execute(
        handover.insert().values(
            dossier_id=dossier_id,
            at=tx.now,
            who=by.username,
            who_name=by.name,
            recipient=recipient.name.strip(),
            recipient_id_number=recipient.id_number.strip(),
            relation=recipient.relation.strip(),
            signature=recipient.signature,
            note=recipient.note.strip(),
            way=recipient.way or None,
            proof=" ".join(recipient.proof.split()) or None,
            unsigned=None if recipient.signature else recipient.unsigned or None,
        )
    )
    log.record(tx, dossier_id, "dossier.returned", {"signature": recipient.signature, "note": recipient.note})
    task = return_task(tx, dossier_id)
    if task is not None:
        id, outcome = task
        commands.complete(tx, id, {"nguoi_nhan": recipient.name.strip(), "ngay_tra": tx.now}, outcome, by.username)
    status.set_status(tx, dossier_id, 10)


def _require_proof(recipient: Recipient) -> None:
    """Refuses a way that there is none of, a proxy without the authority, and post without its number."""
    if recipient.way and recipient.way not in WAYS:
        raise Refusal(
            "Hình thức trả không có trong danh sách.", "There is no such way to return it.", about="hinh_thuc_tra"
        )
    if recipient.unsigned and recipient.unsigned not in UNSIGNED:
        raise Refusal("Lý do không ký không có trong danh sách.", "There is no such reason.", about="khong_ky")
    if recipient.way == PROXY and not recipient.proof.strip():
        raise Refusal(
            "Ghi giấy ủy quyền mà người nhận xuất trình: số, ngày, nơi chứng thực.",
            "Say by which authority the proxy takes it.",
            about="chung_cu",
        )
    if recipient.way == POST and not recipient.proof.strip():
        raise Refusal("Ghi số hiệu bưu gửi.", "Say the number under which it was posted.", about="chung_cu")


@query
def unreturnable(tx: Tx, dossier_id: str) -> Refusal | None:
    """Why the result of a dossier cannot be handed over now, and what to do; None where nothing hinders it. Being
    overdue does not."""
    row = queries.get(tx, dossier_id)
    if row.status == 10:
        return Refusal(f"Hồ sơ {row.code} đã trả kết quả rồi.", f"Dossier {row.code} has been returned already.")
    if row.status != 9:
        return Refusal(f"Hồ sơ {row.code} chưa có kết quả để trả.", f"Dossier {row.code} has no result to return yet.")
    owed = fees.owed(tx, dossier_id)
    if owed:
        return Refusal(
            f"Hồ sơ {row.code} còn {words.money(owed)} đồng phí, lệ phí chưa thu: hãy thu trước khi trả kết quả.",
            f"Dossier {row.code} still owes {words.money(owed)} VND: take it before the result is handed over.",
        )
    return results.unsigned(tx, dossier_id)


def return_task(tx: Tx, dossier_id: str) -> tuple[str, str | None] | None:
    """The open task at which the model returns the result, and its affirmative outcome."""
    for item in tx.execute(select(work_item).where(work_item.c.root_id == dossier_id)):
        node = node_of(tx, dossier_id, item.element)
        if node is not None and any(e.name == "return" for e in node.extensions):
            outcome = affirmative(node)
            return item.id, outcome.id if outcome is not None else None
    return None


def _open(tx: Tx, dossier_id: str) -> Any:
    row = log.locked(tx, dossier_id)
    if row.closed_at is not None:
        name = STATUSES[row.status]
        raise Refusal(f"Hồ sơ {row.code} đã ở trạng thái “{name['vi']}”.", f"Dossier {row.code} is '{name['en']}'.")
    return row


def _cancel(tx: Tx, dossier_id: str, reason: str, who: str | None) -> None:
    running = tx.execute(select(instance.c.status).where(instance.c.root_id == dossier_id)).scalar()
    if running in ("active", "suspended"):
        commands.cancel_instance(tx, dossier_id, who, reason)
