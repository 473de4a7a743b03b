"""Results: PDF files stored by content, approved by a person whose name and time stand beside the hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select, update

from engine import commands, values
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import event
from procedures import absences, agencies, bundles, files, numbering
from procedures.actor import Actor, acting
from procedures.dossiers import log, signed
from procedures.letters.issuing import address, new_token
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import result
from procedures.store.signing import signing
from procedures.vocabulary.statuses import OVER


def attach(tx: Tx, dossier_id: str, code: str, sha256: str) -> str:
    """Puts a stored PDF to a dossier as a result of that code; its token. A later one is a new version and takes the
    place of the one before. Refuses what is no PDF that can be opened, no result of the procedure, and a dossier that
    is done with."""
    log.hold(tx, dossier_id)
    row = _dossier(tx, dossier_id)
    stored = files.info(tx, sha256)
    if stored is None or stored.type != files.PDF:
        raise Refusal("Kết quả phải là tệp PDF đã tải lên.", "A result must be an uploaded PDF.")
    if not files.pages(files.read(tx, sha256)):
        raise Refusal(
            "Tệp PDF này hỏng hoặc không có trang nào nên không trình ký được: xuất lại tệp rồi tải lên lần nữa.",
            "This PDF is damaged or has no page, so it cannot be signed: open it, save it anew and upload it again.",
        )
    return _add(tx, row, code, sha256, new_token())


def produce(tx: Tx, dossier_id: str, code: str, filled: Mapping[str, Any] | None = None) -> str:
    """Makes the result from the bundle's template of its name (``letters/<code>.typ`` or with dashes), the dossier's
    data and what is `filled` in so far; its token. Refuses where the bundle has no such template.

    What is made so is a preview: it is made anew when its step is completed, and signed when it is approved."""
    log.hold(tx, dossier_id)
    row = _dossier(tx, dossier_id)
    token = new_token()
    sha256 = _make(tx, row, code, token, {**commands.variables_of(tx, dossier_id), **dict(filled or {})})
    return _add(tx, row, code, sha256, token, produced=True)


def _make(tx: Tx, row: Any, code: str, token: str, variables: Mapping[str, Any]) -> str:
    """Renders the template with these variables and keeps the file; its SHA-256."""
    return _keep(tx, code, _render(tx, row, code, token, variables, tx.now))


def _keep(tx: Tx, code: str, body: bytes) -> str:
    return files.put(tx, body, f"{code}.pdf", allowed=(files.PDF,)).sha256


def _render(
    tx: Tx, row: Any, code: str, token: str, variables: Mapping[str, Any], at: datetime, signer: Actor | None = None
) -> bytes:
    """The PDF that the template makes of these variables, under the name of who signs: the same bytes for the same
    data on the same day. at: the moment that it bears as a file."""
    from procedures.letters.issuing import heading, of_dossier
    from procedures.letters.rendering import render

    source = template_of(tx, row.procedure_version, code)
    if source is None:
        raise Refusal(
            "Thủ tục chưa có mẫu cho kết quả này: hãy tải lên tệp PDF.",
            "The procedure has no template for this result: upload a PDF.",
        )
    known = values.plain(dict(variables))
    mapping = dict(row._mapping)
    data = {
        **heading(tx, row.agency),
        **of_dossier(mapping),
        "bien": known,
        "so": _number(tx, row, code),
        "tieu_de": _name(tx, row, code),
        "to_khai": known.get("to_khai") or mapping["form"],
        "nguoi_ky": signer.name if signer else "",
        "chuc_vu": absences.title(tx, row.agency, signer) if signer else "",
        "dia_chi_xac_minh": address(tx, token),
    }
    return render(source, data, at=at, address=address(tx, token))


def _notation(tx: Tx, row: Any, code: str) -> str:
    """What stands behind the number of this result, empty where its paper bears none (`notation` in `results`)."""
    known = {one["code"]: one for one in bundles.of_version(tx, row.procedure_version).results}
    return str(known.get(code, {}).get("notation") or "")


def _number(tx: Tx, row: Any, code: str) -> str:
    """The number that the paper bears: none where it bears none, a blank to see before it is handed on."""
    notation = _notation(tx, row, code)
    if not notation:
        return ""
    taken = tx.local(Numbers).taken.get((row.id, code)) or next(
        (
            said["number"]
            for one in tx.read(
                select(event.c.data)
                .where(event.c.root_id == row.id, event.c.kind == "dossier.result")
                .order_by(event.c.seq.desc())
            )
            if (said := orjson.loads(one.data)).get("code") == code and said.get("number")
        ),
        "",
    )
    return taken or f"......../{notation}"


@dataclass(slots=True)
class Numbers:
    """The numbers that this transaction has given to results, by dossier and code (`Tx.local`)."""

    taken: dict[tuple[str, str], str] = field(default_factory=dict)


def _give_number(tx: Tx, row: Any, code: str) -> None:
    """The paper is handed on to be signed: it has its number from now on, the same one if it comes again. One series a
    year for each agency and notation."""
    notation = _notation(tx, row, code)
    if notation and _number(tx, row, code).startswith("."):
        count = numbering.take(tx, f"ket_qua:{notation}", row.agency, f"{agencies.today(tx).year}")
        tx.local(Numbers).taken[row.id, code] = numbering.letter_number(count, notation)


def template_of(tx: Tx, version: str, code: str) -> bytes | None:
    """The bundle's template for a result, where it has one."""
    for name in (code, code.replace("_", "-")):
        found = bundles.file_of(tx, version, f"letters/{name}.typ")
        if found is not None:
            return found
    return None


def _add(tx: Tx, row: Any, code: str, sha256: str, token: str, *, produced: bool = False) -> str:
    name = _name(tx, row, code)
    before = tx.execute(
        select(result).where(result.c.dossier_id == row.id, result.c.code == code).order_by(result.c.version.desc())
    ).first()
    if before is not None and before.current and before.approved_at is not None:
        raise Refusal(
            f"Kết quả “{name}” đã được duyệt, không thay được nữa.",
            f"The result '{name}' has been approved: it cannot be replaced.",
        )
    tx.execute(update(result).where(result.c.dossier_id == row.id, result.c.code == code).values(current=False))
    version = before.version + 1 if before else 1
    tx.execute(
        result.insert().values(
            token=token,
            dossier_id=row.id,
            code=code,
            name=name,
            version=version,
            sha256=sha256,
            attached_at=tx.now,
            attached_by=acting(tx).who,
            approved_at=None,
            approved_by=None,
            approver=None,
            level=None,
            current=True,
            produced=produced,
        )
    )
    number = tx.local(Numbers).taken.get((row.id, code))
    said = {
        "code": code,
        "version": version,
        "sha256": sha256,
        "token": token,
        **({"number": number} if number else {}),
    }
    log.record(tx, row.id, "dossier.result", said)
    return token


def _name(tx: Tx, row: Any, code: str) -> str:
    known = {str(one["code"]): str(one["name"]) for one in bundles.of_version(tx, row.procedure_version).results}
    if code not in known:
        raise Refusal(f"Thủ tục không có kết quả mang mã “{code}”.", f"The procedure has no result '{code}'.")
    return known[code]


def _dossier(tx: Tx, dossier_id: str) -> Any:
    row = tx.execute(
        select(dossier, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).first()
    if row is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    if row.status in OVER:
        raise Refusal(f"Hồ sơ {row.code} đã kết thúc, không thêm kết quả nữa.", f"Dossier {row.code} is done with.")
    return row


@query
def results(tx: Tx, dossier_id: str) -> list[dict[str, Any]]:
    """The results of a dossier, current ones first: ``{token, code, name, version, sha256, attached_at, attached_by,
    approved_at, approved_by, approver, level, current}``."""
    rows = tx.read(
        select(result)
        .where(result.c.dossier_id == dossier_id)
        .order_by(result.c.current.desc(), result.c.code, result.c.version.desc())
    )
    return [{key: value for key, value in row.items() if key != "dossier_id"} for row in rows.mappings()]


def complete(tx: Tx, dossier_id: str, code: str, variables: Mapping[str, Any]) -> None:
    """The step that makes this result is completed: what came from the template is made anew with all that the step
    brought. Refuses where there is neither a result nor a template."""
    there = tx.execute(
        select(result.c.produced, result.c.approved_at).where(
            result.c.dossier_id == dossier_id, result.c.code == code, result.c.current
        )
    ).first()
    if there is not None and there.approved_at is not None:
        return  # what has been approved stays as it is
    row = _dossier(tx, dossier_id)
    if template_of(tx, row.procedure_version, code) is not None and (there is None or there.produced):
        token = new_token()
        _give_number(tx, row, code)
        _add(tx, row, code, _make(tx, row, code, token, variables), token, produced=True)
    elif there is None:
        name = _name(tx, row, code)
        raise Refusal(
            f"Chưa có kết quả “{name}”: hãy lập hoặc tải lên tệp PDF trước khi hoàn thành bước này.",
            f"The result '{name}' is not there yet: make or upload its PDF before completing this step.",
        )


def last_word(tx: Tx, dossier_id: str, node: str) -> bool:
    """Whether nobody signs after this step what it made, though the model has others signed before: the step of another
    agency, whose paper it is. A step inside a part of the model waits for what follows the part."""
    scope = commands.process_of(tx, dossier_id).scope
    if node not in scope.nodes or not any(one.name == "signature" for n in scope.walk() for one in n.extensions):
        return False
    ahead, seen = [node], set()
    while ahead:
        here = scope.nodes[ahead.pop()]
        inside = (here, *(here.scope.walk() if here.scope is not None else ()))
        if any(one.name == "signature" for n in inside for one in n.extensions):
            return False
        seen.add(here.id)
        onward = (scope.flows[flow].target for at in (here.id, *here.boundaries) for flow in scope.nodes[at].outgoing)
        ahead += [one for one in onward if one not in seen]
    return True


def approve(
    tx: Tx, dossier_id: str, level: str, variables: Mapping[str, Any] | None = None, only: str | None = None
) -> None:
    """The actor approves the current results: name, title and time are kept beside each file's hash. What was shown to
    them is what is signed (`seal`). only: the one of that code."""
    by, sealed, seen = acting(tx), tx.local(Sealed).files, tx.local(Sealed).shown
    approver = ", ".join(part for part in (by.name, by.title) if part)
    open_ones = [result.c.dossier_id == dossier_id, result.c.current, result.c.approved_at.is_(None)]
    if only is not None:
        open_ones.append(result.c.code == only)
    for row in tx.execute(select(result).where(*open_ones)).all():
        sha256 = row.sha256
        if row.token in sealed:
            sha256 = sealed[row.token]
        elif row.produced and variables is not None:
            body = _render(tx, _dossier(tx, dossier_id), row.code, row.token, variables, row.attached_at, by)
            sha256 = _keep(tx, row.code, body)
        tx.execute(
            update(result)
            .where(result.c.token == row.token)
            .values(
                approved_at=tx.now,
                approved_by=by.who,
                approver=approver,
                level=level,
                sha256=sha256,
            )
        )
        log.record(
            tx,
            dossier_id,
            "dossier.result_approved",
            {
                "code": row.code,
                "version": row.version,
                "sha256": sha256,
                "level": level,
                "approver": approver,
                **({"shown": seen[row.token]} if row.token in seen else {}),
            },
        )
        signed.order_seal(tx, dossier_id, row.token, sha256)


@dataclass(frozen=True, slots=True)
class ToSign:
    """A result that waits for a signature, byte for byte as it will be signed. body: None for an uploaded file, which
    is kept already."""

    token: str
    code: str
    name: str
    sha256: str
    body: bytes | None


@query
def to_sign(tx: Tx, dossier_id: str, by: Actor, variables: Mapping[str, Any]) -> list[ToSign]:
    """What this person would sign now: an uploaded file as it is, one from the template with their name and title and
    these variables. It is what the page shows, and nothing else is signed (`seal`)."""
    waiting = tx.read(
        select(result)
        .where(result.c.dossier_id == dossier_id, result.c.current, result.c.approved_at.is_(None))
        .order_by(result.c.code)
    ).all()
    answer = []
    for one in waiting:
        body = None
        if one.produced:
            body = _render(tx, _dossier(tx, dossier_id), one.code, one.token, variables, one.attached_at, by)
        sha256 = one.sha256 if body is None else hashlib.sha256(body).hexdigest()
        answer.append(ToSign(one.token, one.code, one.name, sha256, body))
    return answer


@dataclass(slots=True)
class Sealed:
    """The results that this transaction signs, token → SHA-256 of the very file (`Tx.local`). shown: of the file that
    was on the screen, where a digital signature has been put under it since."""

    files: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)


def seal(
    tx: Tx,
    dossier_id: str,
    by: Actor,
    variables: Mapping[str, Any],
    shown: Collection[str] | None = None,
    digital: Mapping[str, str] | None = None,
    *,
    trial: bool = False,
) -> None:
    """Fixes what `approve` signs in this transaction, with the person's digital signature where they have a key.
    Refuses where a paper is not among those that the signer saw (SHA-256 of each; None: a program, which shows none):
    it was made anew, replaced, or says something else since. digital: SHA-256 of what was shown → of the same file
    with the signature, made before this transaction (`procedures.tasks.signing`); who has a key signs by nothing else.
    trial: nothing is kept in the end, and nothing need be signed."""
    log.locked(tx, dossier_id)
    papers, digital = to_sign(tx, dossier_id, by, variables), digital or {}
    changed = [one.name for one in papers if shown is not None and one.sha256 not in shown]
    if changed:
        raise Refusal(
            f"Bản trình ký đã thay đổi sau khi trang này mở ra ({', '.join(changed)}): hãy xem lại bản mới rồi ký.",
            f"What is to be signed has changed since this page was opened ({', '.join(changed)}): read it again first.",
        )
    sealed, seen = tx.local(Sealed).files, tx.local(Sealed).shown
    by_key = signed.key_of(tx, by) is not None and not trial
    unsigned = [one.name for one in papers if by_key and one.sha256 not in digital]
    if unsigned:
        raise Refusal(
            f"Chưa có chữ ký số trên {', '.join(unsigned)}: ký ở trang của việc này.",
            f"There is no digital signature on {', '.join(unsigned)}: sign on the page of this task.",
        )
    for one in papers:
        if by_key:
            seen[one.token], sealed[one.token] = one.sha256, digital[one.sha256]
        else:
            sealed[one.token] = one.sha256 if one.body is None else _keep(tx, one.code, one.body)
    tx.execute(delete(signing).where(signing.c.root_id == dossier_id))


def unsigned(tx: Tx, dossier_id: str) -> Refusal | None:
    """Why a result cannot be handed over: nobody has approved it, or what was made was sent back and nothing has taken
    its place. None where all is signed, and where the procedure makes no result here."""
    rows = tx.read(
        select(result.c.name, result.c.current, result.c.approved_at).where(result.c.dossier_id == dossier_id)
    ).all()
    current = [row for row in rows if row.current]
    names = sorted({row.name for row in (current or rows) if row.approved_at is None})
    if not names or (not current and any(row.approved_at is not None for row in rows)):
        return None
    return Refusal(
        f"Kết quả chưa được ký duyệt: {', '.join(names)}. Trình lãnh đạo ký rồi mới trả được.",
        f"The result has not been signed: {', '.join(names)}. It is handed over when the leader has signed it.",
    )


def sent_back(tx: Tx, dossier_id: str) -> None:
    """Who was to sign has not: the drafts are no results any more, whatever is decided next."""
    for row in tx.execute(
        select(result).where(result.c.dossier_id == dossier_id, result.c.current, result.c.approved_at.is_(None))
    ).all():
        tx.execute(update(result).where(result.c.token == row.token).values(current=False))
        log.record(tx, dossier_id, "dossier.result_sent_back", {"code": row.code, "version": row.version})


def require_approved(tx: Tx, dossier_id: str) -> None:
    """Refuses to finish without a result where the model asks for one; where it asks for nobody's signature, who
    finishes approves."""
    asked = {e.name for node in commands.process_of(tx, dossier_id).scope.walk() for e in node.extensions}
    if "result" not in asked:
        return
    current = tx.execute(select(result).where(result.c.dossier_id == dossier_id, result.c.current)).all()
    if not current:
        raise Refusal("Hồ sơ chưa có kết quả nên chưa thể xử lý xong.", "The dossier has no result yet.")
    if all(row.approved_at is None for row in current):
        if "signature" in asked:
            raise Refusal("Kết quả chưa được lãnh đạo duyệt.", "The result has not been approved.")
        approve(tx, dossier_id, "agency")
