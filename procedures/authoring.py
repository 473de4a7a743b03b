"""Bundles that are being written in the browser: a draft with every save of it, until another person approves it.

Nothing is lost where two write at once. A save says which save its author had before him. Where another one came
between, files that only one of the two changed are taken from him who changed them; where both changed the same file,
the later save is kept beside the draft until somebody chooses.
"""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, func, select, update

from engine import audit, scenario
from engine.commands.deploy import content_hash
from engine.refusal import Lang, Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import bundles, draft_letters, scenario_setting, zipped
from procedures.actor import Actor
from procedures.bundle_check.files import HEADS
from procedures.bundle_check.reading import read_description
from procedures.proving import scenarios
from procedures.proving.folder import laid_out
from procedures.store.authoring import bundle_draft, bundle_draft_save, bundle_draft_text, bundle_draft_visit

#: How long somebody who opened a draft counts as being at it.
AT_IT = timedelta(minutes=5)
MOST_FILES = 200
#: Bytes of a file's or folder's name: no disk keeps a longer one.
_LONGEST_PART = 255
#: Seconds in which all the scenarios of a draft are to be played.
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands. `authors`: everybody who saved something in it."""

    id: str
    name: str
    source: str
    state: str
    head: int
    created_by: str
    created_at: datetime
    submitted_by: str | None
    reason: str | None
    version: str | None
    authors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Save:
    """One save. `beside`: it waits for somebody to choose between it and the draft."""

    number: int
    base: int
    by: str
    at: datetime
    files: Mapping[str, str]
    beside: bool


# what a bundle's files are ----------------------------------------------------------------------------------------


def unpacked(body: bytes) -> dict[str, str]:
    """The files of a bundle in a ZIP archive, from the folder that has its description. Raises Refusal."""
    raw = zipped.read(body, MOST_FILES, bundles.LARGEST)
    heads = sorted((name for name in raw if PurePosixPath(name).name in HEADS), key=len)
    if not heads:
        raise Refusal(
            "Trong tệp nén không có procedure.yaml hoặc route.yaml.",
            "The archive has neither procedure.yaml nor route.yaml.",
        )
    folder = heads[0].removesuffix(PurePosixPath(heads[0]).name)
    return texts({name.removeprefix(folder): body for name, body in raw.items() if name.startswith(folder)})


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files of a bundle as text. Raises Refusal for one that is none."""
    found = {}
    for name, body in files.items():
        if PurePosixPath(name).suffix in bundles.SUFFIXES:
            _named(name)
            try:
                found[name] = body.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise Refusal(f"Tệp “{name}” không phải chữ UTF-8.", f"The file '{name}' is no UTF-8 text.") from error
    return found


def packed(files: Mapping[str, str], folder: str) -> bytes:
    """The ZIP archive of a bundle, with the folder that `bpmn/` has."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0)), body.encode())
    return made.getvalue()


def _named(name: str) -> None:
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and 0 < len(parts) <= 3 and not any(part.startswith((".", "/")) for part in parts)
    plain = plain and name.isprintable() and all(len(part.encode()) <= _LONGEST_PART for part in parts)
    if not plain or "\\" in name or len(name) > 200 or PurePosixPath(name).suffix not in bundles.SUFFIXES:
        raise Refusal(
            f"“{name}” không phải tên tệp của một gói (ví dụ forms/to-khai.form, letters/giay-moi.typ).",
            f"'{name}' is no name of a file in a bundle (forms/to-khai.form, letters/giay-moi.typ).",
            about="ten",
        )


def _side_by_side(names: Iterable[str]) -> None:
    """Raises Refusal where one name is that of a file and of a folder."""
    known = set(names)
    for name in sorted(known):
        for folder in map(str, PurePosixPath(name).parents):
            if folder in known:
                raise Refusal(
                    f"“{folder}” không thể vừa là tệp vừa là thư mục của “{name}”: đổi tên một trong hai.",
                    f"'{folder}' cannot be a file and the folder of '{name}': give one of them another name.",
                    about="ten",
                )


# drafts and saves -------------------------------------------------------------------------------------------------


@command
def begin(tx: Tx, name: str, files: Mapping[str, str], source: str, by: Actor) -> str:
    """A new draft with these files; its id."""
    if not name.strip():
        raise Refusal("Đặt tên cho bản nháp.", "Give the draft a name.", about="ten")
    for file in files:
        _named(file)
    id = tx.database.new_id()
    tx.execute(
        bundle_draft.insert().values(
            id=id, name=name.strip(), source=source, state="open", head=1, created_by=by.who, created_at=tx.now
        )
    )
    _write(tx, id, 1, 0, by, {file: _kept(tx, body) for file, body in files.items()}, beside=False)
    return id


def _kept(tx: Tx, body: str) -> str:
    """The hash of a text that is kept, once for each content."""
    hash = hashlib.sha256(body.encode()).hexdigest()
    if tx.read(select(bundle_draft_text.c.hash).where(bundle_draft_text.c.hash == hash)).first() is None:
        tx.execute(bundle_draft_text.insert().values(hash=hash, body=body))
    return hash


def _write(tx: Tx, id: str, number: int, base: int, by: Actor, files: Mapping[str, str], *, beside: bool) -> None:
    _side_by_side(files)
    tx.execute(
        bundle_draft_save.insert().values(
            draft=id, number=number, base=base, by=by.who, at=tx.now, files=dict(files), beside=beside
        )
    )


@query
def drafts(tx: Tx) -> list[Draft]:
    """Every draft that was not dropped, newest first."""
    rows = tx.read(
        select(bundle_draft).where(bundle_draft.c.state != "dropped").order_by(bundle_draft.c.created_at.desc())
    )
    return [_draft(tx, row) for row in rows.all()]


@query
def draft(tx: Tx, id: str) -> Draft:
    """A draft. Raises LookupError."""
    row = tx.read(select(bundle_draft).where(bundle_draft.c.id == id)).first()
    if row is None:
        raise LookupError(id)
    return _draft(tx, row)


def _draft(tx: Tx, row: Any) -> Draft:
    by = select(bundle_draft_save.c.by).where(bundle_draft_save.c.draft == row.id).distinct()
    return Draft(
        row.id, row.name, row.source, row.state, row.head, row.created_by, row.created_at, row.submitted_by,
        row.reason, row.version, frozenset(tx.read(by).scalars()),
    )  # fmt: skip


@query
def saves(tx: Tx, id: str) -> list[Save]:
    """Every save of a draft, newest first."""
    asked = select(bundle_draft_save).where(bundle_draft_save.c.draft == id)
    return [_save(row) for row in tx.read(asked.order_by(bundle_draft_save.c.number.desc()))]


def _save(row: Any) -> Save:
    return Save(row.number, row.base, row.by, row.at, row.files, row.beside)


@query
def save_of(tx: Tx, id: str, number: int) -> Save:
    """One save of a draft. Raises LookupError."""
    asked = select(bundle_draft_save).where(bundle_draft_save.c.draft == id, bundle_draft_save.c.number == number)
    row = tx.read(asked).first()
    if row is None:
        raise LookupError(f"{id}/{number}")
    return _save(row)


@query
def files_of(tx: Tx, id: str, number: int | None = None) -> dict[str, str]:
    """The files of a draft as it stands, or as one of its saves has them: path → text. Raises LookupError."""
    found = save_of(tx, id, number if number is not None else draft(tx, id).head).files
    asked = select(bundle_draft_text).where(bundle_draft_text.c.hash.in_(set(found.values())))
    bodies = {row.hash: row.body for row in tx.read(asked)}
    return {name: bodies[hash] for name, hash in sorted(found.items())}


def _open(tx: Tx, id: str) -> Draft:
    """A draft that may be written, locked."""
    row = tx.execute(select(bundle_draft).where(bundle_draft.c.id == id).with_for_update()).first()
    if row is None:
        raise LookupError(id)
    if row.state != "open":
        raise Refusal(
            f"Bản nháp “{row.name}” không còn sửa được: đã trình duyệt, ban hành hoặc bỏ.",
            f"The draft '{row.name}' can no longer be changed: it is submitted, published or dropped.",
        )
    return _draft(tx, row)


@command
def save(tx: Tx, id: str, base: int, changes: Mapping[str, str | None], by: Actor) -> Save:
    """Saves what was changed of the save `base` (None: the file is taken out). The answer says under which number, and
    whether it stands beside the draft because another one changed the same file meanwhile."""
    for name in changes:
        _named(name)
    found = _open(tx, id)
    before = save_of(tx, id, base).files
    mine = {name: None if body is None else _kept(tx, body) for name, body in changes.items()}
    mine = {name: hash for name, hash in mine.items() if before.get(name) != hash}
    now = save_of(tx, id, found.head)
    theirs = {name for name in before.keys() | now.files.keys() if before.get(name) != now.files.get(name)}
    met = {name for name in theirs & mine.keys() if now.files.get(name) != mine[name]}
    start = before if met else now.files
    files = {name: hash for name, hash in {**start, **mine}.items() if hash is not None}
    if files == dict(now.files):
        return now
    size = select(func.sum(func.length(bundle_draft_text.c.body))).where(
        bundle_draft_text.c.hash.in_(set(files.values()))
    )
    if (tx.execute(size).scalar() or 0) > bundles.LARGEST or len(files) > MOST_FILES:
        raise Refusal(
            "Gói lớn hơn 5 MB hoặc có quá nhiều tệp.", "The bundle is larger than 5 MB or has too many files."
        )
    return _next(tx, found, base, files, by, beside=bool(met))


def _next(tx: Tx, found: Draft, base: int, files: Mapping[str, str], by: Actor, *, beside: bool) -> Save:
    last = select(bundle_draft_save.c.number).where(bundle_draft_save.c.draft == found.id)
    number = 1 + int(tx.read(last.order_by(bundle_draft_save.c.number.desc()).limit(1)).scalar_one())
    _write(tx, found.id, number, base, by, files, beside=beside)
    if not beside:
        tx.execute(update(bundle_draft).where(bundle_draft.c.id == found.id).values(head=number))
    return save_of(tx, found.id, number)


@command
def choose(tx: Tx, id: str, number: int, take: bool, by: Actor) -> None:
    """Settles a save that stands beside the draft: its changes are taken over what the draft has now, or are left. It
    stays in the history either way."""
    found = _open(tx, id)
    waiting = save_of(tx, id, number)
    if not waiting.beside:
        raise Refusal("Lần lưu này đã được chọn xong.", "This save has been settled already.")
    where = (bundle_draft_save.c.draft == id) & (bundle_draft_save.c.number == number)
    tx.execute(update(bundle_draft_save).where(where).values(beside=False))
    if take:
        before, now = save_of(tx, id, waiting.base).files, save_of(tx, id, found.head).files
        changed = {name for name in before.keys() | waiting.files.keys() if before.get(name) != waiting.files.get(name)}
        wanted = {**now, **{name: waiting.files.get(name) for name in changed}}
        _next(tx, found, found.head, {name: hash for name, hash in wanted.items() if hash}, by, beside=False)


@command
def go_back(tx: Tx, id: str, number: int, by: Actor) -> None:
    """The draft becomes again what an earlier save had; what came after stays in the history."""
    found = _open(tx, id)
    _next(tx, found, found.head, save_of(tx, id, number).files, by, beside=False)


@command
def visit(tx: Tx, id: str, by: Actor) -> list[str]:
    """Notes that somebody has a draft open; the others who do, by their names of account."""
    mine = (bundle_draft_visit.c.draft == id) & (bundle_draft_visit.c.username == by.who)
    tx.execute(delete(bundle_draft_visit).where(mine))
    tx.execute(bundle_draft_visit.insert().values(draft=id, username=by.who, at=tx.now))
    asked = select(bundle_draft_visit.c.username).where(
        bundle_draft_visit.c.draft == id, bundle_draft_visit.c.username != by.who,
        bundle_draft_visit.c.at > tx.now - AT_IT,
    )  # fmt: skip
    return sorted(tx.read(asked).scalars())


@command
def drop(tx: Tx, id: str, by: Actor) -> None:
    """Puts a draft away; its saves stay."""
    _open(tx, id)
    tx.execute(update(bundle_draft).where(bundle_draft.c.id == id).values(state="dropped"))


# proving and publishing -------------------------------------------------------------------------------------------


def play(files: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """What the scenarios of a bundle come to, as `models test` tells it. Raises scenario.ScenarioError."""
    with laid_out(files) as folder:
        answer = scenario.test_paths([folder], setting=scenario_setting.for_bundle, lang=lang)
        for one in answer["failed"]:
            one["message"] = str(one["message"]).replace(f"{folder}/", "")
        return answer


def bundle_of(files: Mapping[str, str]) -> bundles.Bundle:
    """The bundle that these files are. Raises BundleError where its description cannot be read, Refusal where there is
    none."""
    head = next((name for name in HEADS if name in files), None)
    if head is None:
        raise Refusal(
            "Gói chưa có procedure.yaml hoặc route.yaml.", "The bundle has no procedure.yaml or route.yaml yet."
        )
    raw = {name: body.encode() for name, body in files.items()}
    return bundles.Bundle("", read_description(raw[head], head), raw)


def _proven(files: Mapping[str, str], waived: str = "") -> bundles.Bundle:
    """The bundle, if nothing is wrong with it, it names its legal basis, its scenarios pass, and they touch all of it.
    waived: why something that they do not touch may stay so; empty: nothing may."""
    bundle = bundle_of(files)
    draft_letters.refuse_errors(files)
    if bundle.description["kind"] == "procedure" and not bundle.description.get("legal_basis"):
        raise Refusal(
            "Chưa trình duyệt được: ghi căn cứ pháp lý ở mục Bản ghi.",
            "Not yet: write the legal basis in the record.",
            about="legal_basis",
        )
    played = _played(files)
    failed = next(((name, one.failures[0][1]) for name, one in played.items() if one.failures), None)
    if failed is not None or not played:
        said = f"{failed[0]}: {failed[1]}" if failed else ""
        raise Refusal(
            f"Chưa trình duyệt được: kịch bản chưa đạt. {said}".strip(),
            f"Not yet: the scenarios do not pass. {said}".strip(),
        )
    left = scenarios.coverage(files, played).untouched
    if left and not waived.strip():
        named = "; ".join(one.sentence("vi") for one in left[:3]), "; ".join(one.sentence("en") for one in left[:3])
        raise Refusal(
            f"Kịch bản chưa đi qua {len(left)} chỗ của gói, ví dụ: {named[0]}. Thêm kịch bản, hoặc ghi lý do được "
            "miễn.",
            f"The scenarios leave {len(left)} places of the bundle untouched, such as: {named[1]}. Add scenarios, or "
            "write why that is waived.",
            about="mien",
        )
    return bundle


def _played(files: Mapping[str, str]) -> dict[str, scenarios.Played]:
    """Every scenario played. Raises Refusal where all of them take longer than `SECONDS` together."""
    ends = time.monotonic() + SECONDS
    try:
        found = scenarios.play(files, "vi")
        while left := [name for name, one in found.items() if not one.played]:
            if time.monotonic() > ends:
                raise Refusal(
                    f"Chưa trình duyệt được: các kịch bản chạy quá {SECONDS:.0f} giây, còn {len(left)} kịch bản chưa "
                    "chơi. Rút ngắn hoặc bớt kịch bản.",
                    f"Not yet: the scenarios take more than {SECONDS:.0f} seconds, and {len(left)} are not played. "
                    "Make them shorter or fewer.",
                )
            found |= scenarios.play(files, "vi", left)
    except scenario.ScenarioError as error:
        raise Refusal(error.vi, error.en) from error
    return found


def submit(database: Database, id: str, by: Actor, waived: str = "") -> None:
    """Hands a draft in for approval. Raises BundleError or Refusal where something is wrong with it, its scenarios do
    not pass or leave something untouched that is not `waived` with a reason, or a save waits for a choice. The
    scenarios are played before the transaction, which is short."""
    head = draft(database, id).head
    if any(one.beside for one in saves(database, id)):
        raise Refusal(
            "Có lần lưu đang chờ chọn: chọn bản dùng trước khi trình duyệt.",
            "A save waits for a choice: choose before you submit.",
        )
    bundle = _proven(files_of(database, id, head), waived)
    _submit(database, id, head, by, waived.strip(), content_hash(bundle.files))


@query
def waived(tx: Tx, id: str) -> str:
    """Why what the scenarios of a submitted draft do not touch may stay so; empty where they touch all, or where it was
    not submitted."""
    told = [one for one in audit.history(tx, id) if one.kind == "draft.submitted"]
    return str(told[-1].data["waived"]) if told else ""


@command
def _submit(tx: Tx, id: str, head: int, by: Actor, waived: str, hash: str) -> None:
    if _open(tx, id).head != head:
        raise Refusal(
            "Bản nháp vừa có người sửa trong lúc kiểm tra: xem lại rồi trình.",
            "Somebody changed the draft while it was checked: look at it and submit again.",
        )
    where = bundle_draft.c.id == id
    tx.execute(update(bundle_draft).where(where).values(state="submitted", submitted_by=by.who, reason=None))
    audit.append(tx, id, "draft.submitted", by.who, {"save": head, "hash": hash, "waived": waived})


def _submitted(tx: Tx, id: str) -> Draft:
    row = tx.execute(select(bundle_draft).where(bundle_draft.c.id == id).with_for_update()).first()
    if row is None:
        raise LookupError(id)
    if row.state != "submitted":
        raise Refusal(f"Bản nháp “{row.name}” không chờ duyệt.", f"The draft '{row.name}' does not wait for approval.")
    return _draft(tx, row)


@command
def send_back(tx: Tx, id: str, reason: str, by: Actor) -> None:
    """Gives a submitted draft back to its authors, with the reason."""
    found = _submitted(tx, id)
    if not reason.strip():
        raise Refusal("Ghi lý do trả lại.", "Write why it goes back.", about="ly_do")
    tx.execute(update(bundle_draft).where(bundle_draft.c.id == found.id).values(state="open", reason=reason.strip()))


def approve(database: Database, id: str, by: Actor) -> bundles.Deployed:
    """Publishes a submitted draft. Nobody approves what he wrote or submitted himself. What is submitted cannot be
    changed, so it is proven before the transaction."""
    with database.begin() as tx:
        _may_approve(_submitted(tx, id), by)
    reason = waived(database, id)
    return _publish(database, id, _proven(files_of(database, id), reason), by, reason)


def _may_approve(found: Draft, by: Actor) -> None:
    if by.who in found.authors | {found.submitted_by}:
        raise Refusal(
            "Người soạn hoặc người trình không được tự duyệt: nhờ một người khác duyệt.",
            "Who wrote or submitted it must not approve it: ask somebody else.",
        )


@command
def _publish(tx: Tx, id: str, bundle: bundles.Bundle, by: Actor, waived: str) -> bundles.Deployed:
    found = _submitted(tx, id)
    _may_approve(found, by)
    if bundle.files != {name: body.encode() for name, body in files_of(tx, id).items()}:
        raise Refusal(
            "Bản nháp đã đổi trong lúc kiểm tra: xem lại rồi duyệt.",
            "The draft changed while it was checked: look at it and approve again.",
        )
    done = bundles.deploy(tx, bundle, by=by)
    where = bundle_draft.c.id == id
    tx.execute(update(bundle_draft).where(where).values(state="published", version=done.version))
    said = {"code": done.code, "draft": found.id, "save": found.head, "authors": sorted(found.authors)}
    said |= {"hash": content_hash(bundle.files), "waived": waived}
    audit.append(tx, done.version, "procedure.approved", by.who, said)
    return done
