"""What stands in each national letter of a dossier: gathered from its record, its clock and the process's variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from engine import values
from engine.model.definition import Node
from engine.store import Tx
from procedures import absences, agencies, citizen_terms, officials, words
from procedures.actor import Kind, acting
from procedures.dossiers.values import Lack
from procedures.letters.issuing import issue as issue_letter
from procedures.letters.issuing import replace
from procedures.store.clock import clock_change
from procedures.store.dossier import component, dossier, dossier_state
from procedures.store.papers import fee, letter
from procedures.vocabulary.units import UNITS


def issue(tx: Tx, template: str, root_id: str, variables: Mapping[str, Any], node: Node | None = None) -> str:
    """The letter that a model asks for at a node (`mc:letter`); its token."""
    if template == "mau-01":
        return receipt(tx, root_id)
    name, title = signer(tx, template, root_id)
    data = contents(tx, template, root_id, variables, node)
    return issue_letter(tx, template, root_id, signer=name, data={**data, "chuc_vu": title})


def contents(
    tx: Tx, template: str, root_id: str, variables: Mapping[str, Any], node: Node | None = None
) -> dict[str, Any]:
    """What a letter that a model asks for at a node says beside its heading and the dossier."""
    builder = {"mau-04": apology, "mau-05": stop}.get(template)
    data = builder(tx, root_id, variables) if builder else {}
    if template == "mau-02":
        data = supplement(tx, root_id, variables, node)
    if template == "mau-01":
        return receipt_contents(tx, root_id)
    own = {"bien": values.plain(dict(variables))} if template.startswith("letters/") else {}
    return {**data, **own, **({"buoc": node.name} if node else {})}


#: What stands on Mẫu 01 in the place of who received, where a program has, for the agency.
BY_SYSTEM = "Hệ thống tiếp nhận"
#: Letters that the leader of the agency signs.
LEADERS = ("mau-04", "mau-05")


def signer(tx: Tx, template: str, root_id: str) -> tuple[str, str]:
    """Name and title under a letter: of who acts, where they may sign it. Empty, to be signed by hand, where the
    leader signs and somebody else has acted, and where a program, the citizen or the clock has: no letter bears the
    name of somebody who has not approved it."""
    by = acting(tx)
    if by.kind is not Kind.OFFICIAL:
        return "", ""
    if template in LEADERS:
        agency = tx.read(select(dossier.c.agency).where(dossier.c.id == root_id)).scalar()
        if ("lanh_dao", agency) not in officials.roles_of(tx, by.username):
            return "", ""
        return by.name, absences.title(tx, str(agency), by)
    return by.name, by.title


def receipt(tx: Tx, id: str, reason: str = "") -> str:
    """Mẫu 01, or its next version after a correction, which takes the place of the one before."""
    before = tx.execute(
        select(letter.c.token, letter.c.number)
        .where(letter.c.root_id == id, letter.c.template == "mau-01")
        .order_by(letter.c.position.desc())
    ).all()
    current = next((one for one in before), None)
    token = issue_letter(
        tx,
        "mau-01",
        id,
        number=current.number if current else None,
        data={**receipt_contents(tx, id), "lan": len(before) + 1, "ly_do_cap_lai": reason},
    )
    if current is not None:
        replace(tx, current.token, token)
    return token


def receipt_contents(tx: Tx, id: str) -> dict[str, Any]:
    """What Mẫu 01 says when it is given for the first time."""
    from procedures import deadlines, fees

    row = tx.execute(
        select(dossier, dossier_state.c.due, dossier_state.c.original_due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == id)
    ).one()
    procedure = deadlines.rules(tx, row)
    papers = tx.execute(select(component).where(component.c.dossier_id == id).order_by(component.c.position)).all()
    owed = tx.execute(select(func.sum(fee.c.amount)).where(fee.c.dossier_id == id)).scalar() or 0
    return {
        "thanh_phan": [
            {"ten": p.name, "ban_chinh": p.originals, "ban_sao": p.copies, "ghi_chu": p.note}
            for p in papers
            if p.originals or p.copies or p.note
        ],
        "so_bo": f"{row.sets:02d}",
        "thoi_han": procedure.term_words(row.case_code),
        "tra_luc": words.moment(row.due) or "theo thông báo của cơ quan",
        "noi_tra": row.return_place or desk(tx, row.agency),
        "le_phi": fees.in_words(int(owed), fees.unknown(procedure, row.channel, row.case_code)),
        "quyen_so": row.volume or "",
        "so_thu_tu": str(row.serial or ""),
        "nguoi_nhan": acting(tx).signature or BY_SYSTEM,
        "lan": 1,
        "ly_do_cap_lai": "",
    }


def desk(tx: Tx, agency: str) -> str:
    """The one-stop desk of an agency, as a place."""
    return f"Bộ phận Một cửa {agencies.names(tx, [agency]).get(agency, agency)}"


def supplement(tx: Tx, id: str, variables: Mapping[str, Any], node: Node | None) -> dict[str, Any]:
    """Mẫu 02: what lacks, why, how to mend it, by when. node: where the model waits for it."""
    from procedures.dossiers import supplements

    said = citizen_terms.until(variables.get("han_bo_sung"))
    until = supplements.limit(tx, id, variables, node) if node is not None else said
    lacks = lacks_of(variables)
    return {
        "thieu": [one.variables() for one in lacks],
        "han_bo_sung": citizen_terms.written(until),
        "ly_do": "" if any(one.reason for one in lacks) else str(variables.get("ly_do") or ""),
        "hau_qua": _effect(tx, id),
    }


def _effect(tx: Tx, id: str) -> str:
    from procedures import deadlines

    effect = deadlines.rules_of(tx, id).policy("supplement")["effect"]
    return {
        "pause": "Thời gian chờ bổ sung không tính vào thời hạn giải quyết hồ sơ.",
        "restart": "Thời hạn giải quyết được tính lại từ khi nhận đủ hồ sơ bổ sung.",
        "none": "Thời hạn giải quyết hồ sơ không thay đổi.",
    }[effect]


def lacks_of(variables: Mapping[str, Any]) -> list[Lack]:
    """The variable ``thieu`` as what lacks; without it one line of the reason given."""
    found = [
        Lack(
            code=str(one.get("ma") or ""),
            name=str(one.get("ten") or one.get("ma") or ""),
            reason=str(one.get("ly_do") or ""),
            mend=str(one.get("cach_khac_phuc") or ""),
            kind=str(one.get("loai") or "component"),
            legal_basis=str(one.get("can_cu") or ""),
        )
        for one in variables.get("thieu") or ()
        if isinstance(one, Mapping)
    ]
    reason = str(variables.get("ly_do") or "")
    return found or [Lack("", "Nội dung hồ sơ", reason or "Cần làm rõ", kind="field")]


def apology(tx: Tx, id: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Mẫu 04: the due date before and after, why, and the history."""
    changes = tx.execute(
        select(clock_change)
        .where(clock_change.c.dossier_id == id, clock_change.c.kind == "extended")
        .order_by(clock_change.c.seq)
    ).all()
    last = changes[-1] if changes else None
    term = last.term if last else None
    return {
        "han_cu": words.moment(last.before if last else None),
        "han_moi": words.moment(last.after if last else None),
        "gia_han": f"{str(term['value']).zfill(2)} {UNITS[term['unit']].vi}" if term else "",
        "ly_do": _inside(last.reason if last else str(variables.get("ly_do") or "")),
        "lich_su": [{"truoc": words.short(c.before), "sau": words.short(c.after), "ly_do": c.reason} for c in changes],
    }


def _inside(sentence: str) -> str:
    """A reason as it stands inside a sentence: no full stop, small first letter unless it begins a name."""
    text = sentence.strip().rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def stop(tx: Tx, id: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Mẫu 05: who asked, how far it has come, the decision, the money."""
    paid = (
        tx.execute(select(func.sum(fee.c.amount)).where(fee.c.dossier_id == id, fee.c.paid_at.is_not(None))).scalar()
        or 0
    )
    status = tx.execute(select(dossier_state.c.status).where(dossier_state.c.dossier_id == id)).scalar()
    reason = str(variables.get("ly_do") or "")
    if not reason:
        reason = "Ông/Bà đề nghị rút hồ sơ" if status == 7 else "hết thời hạn bổ sung mà hồ sơ chưa được bổ sung"
    return {
        "ly_do": _inside(reason),
        "dung_luc": words.moment(tx.now),
        "nguoi_yeu_cau": str(variables.get("nguoi_yeu_cau") or ("người nộp hồ sơ" if status == 7 else "")),
        "giai_doan": str(variables.get("giai_doan") or ""),
        "tien": f"đã thu {words.money(int(paid))} đồng" if paid else "không phát sinh",
    }
