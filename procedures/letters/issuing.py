"""Issuing a letter: its row in the command's transaction, its PDF from that row whenever it is wanted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import content
from procedures import agencies, bundles, files, numbering, reading, settings, words
from procedures.actor import acting
from procedures.dossiers import log, signed
from procedures.letters.rendering import NATIONAL, national, render
from procedures.store.dossier import dossier
from procedures.store.papers import file
from procedures.store.papers import letter as letters
from procedures.vocabulary.agencies import COMMITTEE

#: Notations of the numbers of national letters; one series a year for each agency and kind.
NOTATIONS = {
    "mau-01": "TNHS",
    "mau-02": "HDHS",
    "mau-03": "TCTN",
    "mau-04": "PXL",
    "mau-05": "TB-DHS",
    "phieu-hoan": "PCH",
    "phieu-chot": "BBCQ",
    "phieu-giao": "PGN",
}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was issued. `replaced_by`: the token of the one that took its place. `pdf`: hash of the archived
    PDF, None until the worker has made it."""

    token: str
    dossier_id: str | None
    template: str
    title: str
    number: str
    agency: str
    issued_at: datetime
    issued_by: str | None
    signer: str
    replaced_by: str | None
    pdf: str | None


def new_token() -> str:
    """What a QR code names a paper by: 14 signs that cannot be guessed (70 bits), in groups for reading aloud."""
    signs = "".join(secrets.choice(_LETTERS) for _ in range(14))
    return f"{signs[:5]}-{signs[5:10]}-{signs[10:]}"


def token_as_typed(text: str) -> str:
    """A code as people type it, in the form it was given: capitals, in its groups, without anything else."""
    signs = "".join(c for c in text.upper() if c.isalnum())
    return f"{signs[:5]}-{signs[5:10]}-{signs[10:]}" if len(signs) == 14 else text.strip()


def issue(
    tx: Tx,
    template: str,
    root_id: str,
    *,
    data: Mapping[str, Any],
    number: str | None = None,
    agency: str | None = None,
    dossier_id: str | None = None,
    signer: str | None = None,
) -> str:
    """Issues a letter in this transaction; its token. `template` is a national one (``mau-02``, ``bien-lai``) or a
    bundle's own (``letters/<name>.typ``); the procedure may override a national one. signer: None for who acts with
    their own hand, empty where the place is left to be signed.

    Raises Refusal where the template is not there."""
    row = tx.execute(select(dossier).where(dossier.c.id == root_id)).mappings().first()
    if row is not None:
        dossier_id, agency = row["id"], row["agency"]
    if agency is None:
        raise ValueError("a letter needs an agency")
    source, title = _source(tx, template, row)
    number = number if number is not None else _number(tx, template, agency)
    token = new_token()
    signer = acting(tx).signature if signer is None else signer
    filled = _filled(tx, row, agency, title, data, number=number, signer=signer, address=address(tx, token))
    hash = _keep_source(tx, source)
    last = tx.execute(select(func.max(letters.c.position)).where(letters.c.root_id == root_id)).scalar() or 0
    tx.execute(
        letters.insert().values(
            token=token,
            root_id=root_id,
            dossier_id=dossier_id,
            template=template,
            source=hash,
            title=title,
            number=number,
            agency=agency,
            data=filled,
            position=last + 1,
            issued_at=tx.now,
            issued_by=acting(tx).who,
            signer=signer,
            replaced_by=None,
            pdf=None,
        )
    )
    jobs.add(tx, root_id, "letter.archive", payload={"token": token}, dedupe_key=f"letter:{token}")
    log.record(tx, root_id, "dossier.letter", {"template": template, "number": number, "token": token})
    return token


def drafted(tx: Tx, root_id: str, source: bytes, template: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The title of a letter and what it would be filled with if it were issued now; nothing is kept and no number is
    taken. Raises LookupError where there is no such dossier."""
    row = tx.execute(select(dossier).where(dossier.c.id == root_id)).mappings().first()
    if row is None:
        raise LookupError(root_id)
    title = _title(source, template)
    return title, _filled(tx, row, row["agency"], title, data, number="", signer="", address="")


def _filled(
    tx: Tx,
    row: RowMapping | None,
    agency: str,
    title: str,
    data: Mapping[str, Any],
    *,
    number: str,
    signer: str,
    address: str,
) -> dict[str, Any]:
    """What a letter's template reads."""
    return {
        **heading(tx, agency),
        **(of_dossier(row) if row else {}),
        "so": number,
        "tieu_de": title,
        "nguoi_ky": signer,
        "dia_chi_xac_minh": address,
        **data,
    }


def replace(tx: Tx, old: str, new: str) -> None:
    """A letter takes the place of another: the old one is no longer valid."""
    tx.execute(update(letters).where(letters.c.token == old).values(replaced_by=new))


def address(tx: Tx, token: str) -> str:
    """Where anyone checks the paper."""
    return f"{settings.current(tx).public_url}/xac-minh/{token}"


def _source(tx: Tx, template: str, row: RowMapping | None) -> tuple[bytes, str]:
    version = row["procedure_version"] if row else None
    path = template
    if version is not None:
        path = bundles.of_version(tx, version).letters.get(template, template)
    if version is not None and path.startswith("letters/"):
        body = bundles.file_of(tx, version, path)
        if body is not None:
            return body, _title(body, template)
        raise Refusal(f"Thủ tục không có mẫu văn bản {path}.", f"The procedure has no letter template {path}.")
    try:
        return national(path), NATIONAL[path]["vi"]
    except LookupError:
        raise Refusal(f"Không có mẫu văn bản {template}.", f"There is no letter template {template}.") from None


def _title(source: bytes, template: str) -> str:
    """The title of a bundle's template: its first line, ``// <title>``, else the title of the form it stands for."""
    first = source.decode("utf-8", "replace").split("\n", 1)[0]
    if first.startswith("//"):
        return first.removeprefix("//").strip()
    return NATIONAL.get(template, {"vi": template.rsplit("/", 1)[-1].removesuffix(".typ")})["vi"]


def _number(tx: Tx, template: str, agency: str) -> str:
    notation = NOTATIONS.get(template)
    if notation is None:
        return ""
    return numbering.letter_number(numbering.take(tx, template, agency, f"{agencies.today(tx).year}"), notation)


def _keep_source(tx: Tx, source: bytes) -> str:
    hash = hashlib.sha256(source).hexdigest()
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(content)
    tx.execute(insert.values(hash=hash, body=source).on_conflict_do_nothing())
    return hash


def heading(tx: Tx, agency: str) -> dict[str, Any]:
    unit = agencies.last_known(tx, agency)
    above = agencies.last_known(tx, unit.parent) if unit is not None and unit.parent else None
    name = unit.name if unit else agency
    local = tx.now.astimezone(VIETNAM)
    # A people's committee heads its letters with its own name alone (NĐ 30/2020/NĐ-CP, Phụ lục I).
    own = unit is not None and unit.kind == COMMITTEE
    return {
        "co_quan": name,
        "chu_quan": above.name if above and not own else "",
        "bo_phan": f"Bộ phận Một cửa {name}",
        "dia_danh": place(tx, name),
        "dien_thoai_lien_he": (unit.phone if unit else "") or "",
        "ngay": f"{local:%d}",
        "thang": f"{local:%m}",
        "nam": f"{local:%Y}",
    }


def place(tx: Tx, agency_name: str) -> str:
    """The place a letter is written at: the commune's own name, else the province's."""
    for kind in ("xã ", "phường ", "đặc khu ", "thị trấn ", "tỉnh "):
        _, found, rest = agency_name.partition(kind)
        if found and rest:
            return rest.strip()
    return settings.current(tx).province["name"].removeprefix("tỉnh ").removeprefix("Tỉnh ").strip()


def of_dossier(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    submitter = row["submitter"] or {}
    return {
        "ma_ho_so": row["code"],
        "ho_ten": row["applicant_name"],
        "dia_chi": row["applicant_address"],
        "dien_thoai": row["applicant_phone"],
        "email": row["applicant_email"],
        "so_dinh_danh": row["applicant_id_number"],
        "noi_dung": row["request"] or row["procedure_name"],
        "thu_tuc": row["procedure_name"],
        "to_khai": row["form"],
        "nhan_luc": words.moment(row["received_at"]),
        "nguoi_nop": submitter.get("ho_ten") or row["applicant_name"],
        "nguoi_nop_thay": submitter.get("ho_ten") or "",
    }


def _letter(row: Any) -> Letter:
    return Letter(
        row.token,
        row.dossier_id,
        row.template,
        row.title,
        row.number,
        row.agency,
        row.issued_at,
        row.issued_by,
        row.signer,
        row.replaced_by,
        row.pdf,
    )


@query
def issued(tx: Tx, root_id: str) -> list[Letter]:
    """The letters of a dossier, the oldest first."""
    return [
        _letter(row)
        for row in tx.read(select(letters).where(letters.c.root_id == root_id).order_by(letters.c.position))
    ]


@query
def letter(tx: Tx, token: str) -> Letter | None:
    """A letter by its token; None for an unknown one."""
    row = tx.read(select(letters).where(letters.c.token == token)).first()
    if row is None:
        return None
    reading.shown(row.root_id)
    return _letter(row)


@query
def pdf(tx: Tx, token: str) -> bytes:
    """A letter's PDF: the archived one, or made from its row. Raises LookupError for an unknown token."""
    row = tx.read(select(letters).where(letters.c.token == token)).first()
    if row is None:
        raise LookupError(token)
    reading.shown(row.root_id)
    return files.read(tx, row.pdf) if row.pdf else _render(tx, row)


def _render(tx: Tx, row: Any) -> bytes:
    source = tx.read(select(content.c.body).where(content.c.hash == row.source)).scalar_one()
    return render(bytes(source), row.data, at=row.issued_at, address=row.data.get("dia_chi_xac_minh", ""))


@command
def archive(tx: Tx, token: str) -> str:
    """Makes the letter's PDF and keeps it; its SHA-256. Once kept, that is what is shown for good, with the agency's
    signature after it where the agency has a key."""
    row = tx.execute(select(letters).where(letters.c.token == token)).one()
    if row.pdf:
        return str(row.pdf)
    body = _render(tx, row)
    hash = files.keep(tx, body)
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(file)
    tx.execute(insert.values(sha256=hash, type=files.PDF, size=len(body), stored_at=tx.now).on_conflict_do_nothing())
    tx.execute(update(letters).where(letters.c.token == token).values(pdf=hash))
    log.record(tx, row.root_id, "dossier.letter_archived", {"token": token, "sha256": hash})
    return hash


def _archive_job(tx: Tx, job: Job) -> None:
    sha256 = archive(tx, job.payload["token"])
    row = tx.execute(select(letters).where(letters.c.token == job.payload["token"])).one()
    signed.order(tx, row.root_id, SEAL, row.token, sha256, row.agency)


def _sealed(tx: Tx, job: Job, body: Any) -> None:
    """The letter under the agency's signature takes the place of the one without."""
    row = tx.execute(select(letters).where(letters.c.token == job.payload["token"])).one()
    if body is None or row.pdf != job.payload["sha256"]:
        return
    sha256 = files.put(tx, body, f"{row.template}.pdf", allowed=(files.PDF,), max_bytes=signed.MOST).sha256
    tx.execute(update(letters).where(letters.c.token == row.token).values(pdf=sha256))
    said = {"token": row.token, "sha256": sha256, "signed": row.pdf, "agency": row.agency}
    log.record(tx, row.root_id, "dossier.letter_sealed", said)


#: The job by which the agency's signature is put under a kept letter.
SEAL = "letter.seal"
HANDLERS = {
    "letter.archive": Handler(inside=_archive_job),
    SEAL: Handler(outside=signed.seal, done=_sealed, opens=True),
}
