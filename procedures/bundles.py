"""Bundles: a folder with a procedure (or a route) drawn as a model, its form, letters, rules and facts.

A bundle is loaded, checked, deployed and retired as one. A dossier stays on the version it started on: what it needs
to know of its procedure it asks for by that version (`of_version`), never by the newest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, update

from engine.calendar import VIETNAM, Term
from engine.model.definition import Finding
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from engine.store.tables import content, deployment, process_definition
from procedures import agencies, catalogue, forms
from procedures.actor import Actor
from procedures.bundle_check.errors import BundleError
from procedures.bundle_check.files import HEADS
from procedures.bundle_check.reading import read_description
from procedures.forms.conditions import Scope
from procedures.store.dossier import procedure_version
from procedures.vocabulary.channels import ONLINE
from procedures.vocabulary.units import UNITS

__all__ = [
    "Bundle",
    "BundleError",
    "Deployed",
    "Procedure",
    "deploy",
    "deploy_all",
    "file_of",
    "form",
    "load",
    "of_version",
    "procedure",
    "published",
    "retire",
    "versions",
]

LARGEST = 5 * 1024 * 1024
SUFFIXES = {".bpmn", ".dmn", ".form", ".typ", ".yaml", ".yml", ".json", ".md"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as its folder has it: the description (``procedure.yaml`` or ``route.yaml``) and every file."""

    folder: str
    description: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def code(self) -> str:
        return str(self.description["code"])

    @property
    def effective_from(self) -> date:
        return date.fromisoformat(str(self.description["effective_from"]))


@dataclass(frozen=True, slots=True)
class Deployed:
    """`version` is the deployment's id; `changed` is False where the same content was there already."""

    code: str
    version: str
    number: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure (or route) at one version: what intake, fees, letters and the clock need to know of it."""

    version: str
    number: int
    data: Mapping[str, Any] = field(repr=False)
    effective_from: date
    retired_on: date | None = None

    @property
    def code(self) -> str:
        return str(self.data["code"])

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def name(self) -> Mapping[str, str]:
        return self.data["name"]  # type: ignore[no-any-return]

    @property
    def field(self) -> Mapping[str, str]:
        return self.data.get("field") or {"code": "", "name": ""}

    @property
    def purpose(self) -> str:
        """``complaint`` or ``suggestion``; empty for all others (`procedures.vocabulary.purposes`)."""
        return str(self.data.get("purpose") or "")

    @property
    def process(self) -> str:
        return str(self.data["process"])

    @property
    def form_key(self) -> str | None:
        return self.data.get("form")

    @property
    def agencies(self) -> tuple[str, ...]:
        """Levels of agencies that receive it: ``tinh``, ``xa``."""
        return tuple(self.data.get("agencies") or ())

    @property
    def cases(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.data.get("cases") or ())

    @property
    def results(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.data.get("results") or ())

    @property
    def fees(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.data.get("fees") or ())

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self.data.get("channels") or ("truc_tiep",))

    @property
    def outage_only(self) -> tuple[str, ...]:
        """Channels that the law opens only while the portal is out of order."""
        return tuple(self.data.get("outage_only") or ())

    @property
    def part_process(self) -> Mapping[str, str] | None:
        """Why not all of it can be done online, as Đ.14 of NĐ 224/2026 wants it told; None where all can, or where
        nobody has said so."""
        return self.data.get("part_process") or None

    @property
    def usual_channels(self) -> tuple[str, ...]:
        """The channels that are open on every day, not only while the portal is out of order."""
        return tuple(one for one in self.channels if one not in self.outage_only)

    @property
    def desk_channels(self) -> tuple[str, ...]:
        """The channels that a clerk takes dossiers by: what comes online is registered by who sends it."""
        return tuple(one for one in self.channels if one != ONLINE)

    @property
    def assurance(self) -> int:
        """How surely it has to know who hands in online (`procedures.vocabulary.assurance`)."""
        return int(self.data.get("assurance") or 1)

    @property
    def working_days(self) -> int:
        """How many working days from its receipt a dossier's process is told of, for terms that the model draws."""
        return int(self.data.get("working_days") or 0)

    @property
    def letters(self) -> Mapping[str, str]:
        return self.data.get("letters") or {}

    @property
    def steps(self) -> Mapping[str, str]:
        """Default service levels of its steps: ``reminder``, ``escalate_to``."""
        return self.data.get("steps") or {}

    @property
    def legal_basis(self) -> tuple[Mapping[str, str], ...]:
        return tuple(self.data.get("legal_basis") or ())

    @property
    def basis_ending(self) -> tuple[date, str] | None:
        """The last day on which every act that it rests on is in force, and the act that ends with it; None where no
        end is told."""
        return _basis_ending(self.data)

    @property
    def ended_by_law(self) -> bool:
        """Whether its last day is that of an act that it rests on."""
        ending = self.basis_ending
        return ending is not None and self.retired_on == ending[0] + timedelta(days=1)

    def policy(self, kind: str) -> Mapping[str, Any]:
        """What a pause of this kind (supplement, fee, legal) does to the clock, and how often it may be asked for."""
        key = {"supplement": "supplement", "fee": "fee_wait", "legal": "suspension"}[kind]
        return {"effect": "pause", "max_rounds": None, "term": None, **(self.data.get(key) or {})}

    def case(self, code: str | None) -> Mapping[str, Any] | None:
        return next((case for case in self.cases if case["code"] == code), None)

    @property
    def people(self) -> Mapping[str, str]:
        """Which fields of the form say who the people are: ``relation`` (what the submitter is to the one it is about)
        and ``about`` (that one's name)."""
        return self.data.get("people") or {}

    def components(
        self, case: str | None = None, said: Mapping[str, Any] | None = None
    ) -> tuple[Mapping[str, Any], ...]:
        """The papers of a case: those of every case, and its own. said: what the form says; a paper that is wanted only
        under a condition is among them where that holds."""
        of_case = (c for c in self.data.get("components") or () if c.get("case") in (None, "", case))
        if said is None:
            return tuple(of_case)
        scope = Scope(said)
        return tuple(one for one in of_case if not one.get("when") or scope.holds(one["when"]))

    def term(self, case: str | None = None) -> Mapping[str, Any] | None:
        """``{value, unit, start, cutoff}`` of a case, or None where the term is still to be configured."""
        own = (self.case(case) or {}).get("term") or {}
        term = {"start": "statutory", "cutoff": None, **(self.data.get("term") or {}), **own}
        return term if term.get("value") not in (None, "") and term.get("unit") else None

    def term_words(self, case: str | None = None) -> str:
        """The term in Vietnamese words, for Mẫu 01 and the portal."""
        term = self.term(case)
        if term is None:
            return "theo thông báo của cơ quan"
        if Term.of(term["value"], term["unit"]).value == 0:
            if not term["cutoff"]:
                return "trong ngày làm việc"
            return f"trong ngày làm việc; tiếp nhận từ {_hour(term['cutoff'])} thì trả trong ngày làm việc tiếp theo"
        number = str(term["value"]).replace(".", ",")
        return f"{number.zfill(2) if number.isdigit() else number} {UNITS[term['unit']].vi}"


def _basis_ending(data: Mapping[str, Any]) -> tuple[date, str] | None:
    told = [
        (date.fromisoformat(one["until"]), one["code"]) for one in data.get("legal_basis") or () if one.get("until")
    ]
    return min(told, default=None)


def _received_until(data: Mapping[str, Any]) -> date | None:
    """The last day on which a dossier is received: that of the bundle, or of the first act to end that it rests on."""
    ending = _basis_ending(data)
    own = date.fromisoformat(data["effective_to"]) if "effective_to" in data else None
    return min((day for day in (own, ending and ending[0]) if day is not None), default=None)


def _hour(text: str) -> str:
    hour, minute = text.split(":")
    return f"{int(hour)} giờ" + (f" {minute}" if minute != "00" else "")


def load(folder: str | Path) -> Bundle:
    """The bundle in a folder, with its description. Raises BundleError where the description cannot be read; whether
    the bundle can be used as a whole `checked.of_files` says, and `deploy` asks it."""
    folder = Path(folder)
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            name = path.relative_to(folder).as_posix()
            raise _unusable(name, "Gói không được có liên kết tượng trưng.", "A bundle has no symbolic links.")
        if path.is_file() and path.suffix in SUFFIXES and not path.name.startswith("."):
            name = path.relative_to(folder).as_posix()
            if path.stat().st_size > LARGEST:
                raise _unusable(name, "Tệp lớn hơn 5 MB.", "The file is larger than 5 MB.")
            files[name] = path.read_bytes()
    head = next((name for name in HEADS if name in files), None)
    if head is None:
        raise _unusable(
            folder.name,
            "Thư mục không có procedure.yaml hoặc route.yaml.",
            "The folder has neither procedure.yaml nor route.yaml.",
        )
    return Bundle(str(folder), read_description(files[head], head), files)


def _unusable(file: str, vi: str, en: str) -> BundleError:
    found = (Finding(file, 1, "", "bundle-file", "error", said, "") for said in (vi, en))
    return BundleError([next(found)], [next(found)])


def folders(path: str | Path) -> Iterator[Path]:
    """Every bundle folder at or below a path."""
    path = Path(path)
    found = {file.parent for name in HEADS for file in path.rglob(name)}
    yield from sorted(found)


@command
def deploy(tx: Tx, source: str | Path | Bundle, by: Actor, forced: str = "") -> Deployed:
    """Checks a bundle and publishes it as a new version; the same content again is no new version. forced: why it is
    published though a scenario of it fails; that is logged.

    Raises BundleError with every error that `models check` finds."""
    from engine import audit, commands
    from procedures import checked

    bundle = source if isinstance(source, Bundle) else load(source)
    checked.refuse_errors(bundle.files)
    data = bundle.description
    effective, last = date.fromisoformat(str(data["effective_from"])), _received_until(data)
    id = commands.deploy(
        tx,
        dict(bundle.files),
        key=bundle.code,
        legal_basis=list(data.get("legal_basis") or ()),
        effective_from=effective,
        by=by.who,
    ).id
    known = tx.execute(select(procedure_version.c.version).where(procedure_version.c.id == id)).scalar()
    if known is not None:
        return Deployed(bundle.code, id, known, False)
    number = tx.execute(select(deployment.c.version).where(deployment.c.id == id)).scalar_one()
    tx.execute(
        procedure_version.insert().values(
            id=id,
            code=bundle.code,
            version=number,
            kind=data["kind"],
            settings=data,
            effective_from=effective,
            deployed_at=tx.now,
            deployed_by=by.who,
            retired_on=last + timedelta(days=1) if last is not None else None,
        )
    )
    if forced:
        audit.append(tx, id, "procedure.forced", by.who, {"code": bundle.code, "reason": forced.strip()})
    if data["kind"] == "procedure" and catalogue.procedure(tx, bundle.code) is None:
        record = data.get("record") or catalogue.record_of(data)
        catalogue.import_records(tx, [(bundle.folder, record)], by=by)  # until the national record comes
    return Deployed(bundle.code, id, number, True)


def deploy_all(where: Database | Tx, folder: str | Path, by: Actor) -> list[Deployed]:
    """Deploys every bundle at or below a folder, each in a transaction of its own where a database is given."""
    return [deploy(where, path, by) for path in folders(folder)]


@query
def undeployed(tx: Tx, folder: str | Path) -> list[Bundle]:
    """The bundles at or below a folder that were never deployed as they stand there, though their procedures were:
    after an upgrade they wait for somebody to deploy them. What this installation never had is not among them."""
    had: dict[str, set[str]] = {}
    for row in tx.read(select(deployment.c.key, deployment.c.hash)):
        had.setdefault(row.key, set()).add(row.hash)
    return [one for one, hash in _shipped(str(folder)) if one.code in had and hash not in had[one.code]]


@lru_cache(maxsize=2)
def _shipped(folder: str) -> tuple[tuple[Bundle, str], ...]:
    """What came with the release does not change while it runs: each bundle with the hash of its content."""
    from engine.commands.deploy import content_hash

    loaded = [load(path) for path in folders(folder)]
    return tuple((one, content_hash(one.files)) for one in loaded)


@command
def retire(tx: Tx, code: str, on: date, by: Actor) -> int:
    """From that date on no dossier of this procedure is received; those that run go on. Returns how many versions
    were in force, or had a later end."""
    from engine import audit

    in_force = (
        tx.execute(
            select(procedure_version.c.id).where(
                procedure_version.c.code == code,
                or_(procedure_version.c.retired_on.is_(None), procedure_version.c.retired_on > on),
            )
        )
        .scalars()
        .all()
    )
    if not in_force:
        raise Refusal(
            f"Thủ tục {code} không có phiên bản nào đang áp dụng.", f"Procedure {code} has no version in force."
        )
    tx.execute(update(procedure_version).where(procedure_version.c.id.in_(in_force)).values(retired_on=on))
    for version in in_force:
        tx.database.definitions.pop(f"procedure_version:{version}", None)
        audit.append(tx, version, "procedure.retired", by.who, {"code": code, "on": on.isoformat()})
    return len(in_force)


def _in_force(on: date) -> Any:
    return (procedure_version.c.effective_from <= on) & or_(
        procedure_version.c.retired_on.is_(None), procedure_version.c.retired_on > on
    )


def _read(found: Any) -> Procedure:
    return Procedure(found.id, found.version, found.settings, found.effective_from, found.retired_on)


@query
def published(tx: Tx, on: date | None = None, kind: str | None = "procedure") -> list[Procedure]:
    """The version in force of each procedure (kind None: and each route), by code."""
    day = on or agencies.today(tx)
    newest: dict[str, Procedure] = {}
    for found in _known(tx, day):
        if found.retired_on is None or found.retired_on > day:
            newest[found.code] = found
        elif found.ended_by_law:  # what it took over from does not come back
            newest.pop(found.code, None)
    return [found for found in newest.values() if kind is None or found.kind == kind]


def _known(tx: Tx, day: date) -> Iterator[Procedure]:
    """The versions that apply from that day or before, by code, the newest last."""
    order = (procedure_version.c.code, procedure_version.c.effective_from, procedure_version.c.version)
    asked = select(procedure_version).where(procedure_version.c.effective_from <= day).order_by(*order)
    return (_read(row) for row in tx.read(asked))


@query
def procedure(tx: Tx, code: str, on: date | None = None) -> Procedure:
    """The version in force of a procedure. Raises Refusal where there is none."""
    day = on or agencies.today(tx)
    asked = select(procedure_version).where(procedure_version.c.code == code, procedure_version.c.effective_from <= day)
    newest = asked.order_by(procedure_version.c.effective_from.desc(), procedure_version.c.version.desc())
    row = tx.read(newest.limit(1)).first()
    found = _read(row) if row is not None else None
    if found is not None and found.ended_by_law and found.retired_on is not None and found.retired_on <= day:
        assert found.basis_ending is not None
        last, act = found.basis_ending
        raise Refusal(
            f"Thủ tục {code} không tiếp nhận hồ sơ nữa: căn cứ {act} hết hiệu lực sau ngày {last:%d/%m/%Y}, chưa có "
            "phiên bản theo văn bản mới. Báo cho bộ phận kiểm soát thủ tục hành chính.",
            f"Procedure {code} is no longer received: {act} ended with {last:%d/%m/%Y}, and there is no version by the "
            "act in its place yet. Tell those who keep the procedures.",
        )
    if found is None or (found.retired_on is not None and found.retired_on <= day):
        row = tx.read(newest.where(_in_force(day)).limit(1)).first()
        found = _read(row) if row is not None else None
    if found is None:
        raise Refusal(
            f"Thủ tục {code} chưa được triển khai hoặc đã ngừng áp dụng.",
            f"Procedure {code} is not deployed, or is retired.",
        )
    return found


@query
def ended_by_law(tx: Tx, within: timedelta = timedelta()) -> list[Procedure]:
    """The version of each procedure that is received no longer because an act that it rests on has ended, where no
    later one applies; `within`: those, too, of which that comes in that time from now."""
    day = agencies.today(tx) + within
    newest = {found.code: found for found in _known(tx, day)}
    return [one for one in newest.values() if one.ended_by_law and one.retired_on is not None and one.retired_on <= day]


@query
def of_version(tx: Tx, version: str) -> Procedure:
    """A procedure at the version a dossier started on. Raises LookupError for an unknown one."""
    cache: dict[str, Any] = tx.database.definitions
    key = f"procedure_version:{version}"
    if key not in cache:
        found = tx.read(select(procedure_version).where(procedure_version.c.id == version)).first()
        if found is None:
            raise LookupError(version)
        cache[key] = _read(found)
    return cache[key]  # type: ignore[no-any-return]


@query
def versions(tx: Tx, code: str | None = None) -> list[Procedure]:
    """Every version ever deployed, newest first."""
    asked = select(procedure_version).order_by(procedure_version.c.code, procedure_version.c.version.desc())
    return [_read(found) for found in tx.read(asked if code is None else asked.where(procedure_version.c.code == code))]


@query
def loose(tx: Tx, version: str | None = None, code: str | None = None) -> list[Procedure]:
    """Versions of models that were deployed by themselves, without the description of a procedure, newest first; only
    that one, or those of one key, where it is given."""
    asked = (
        select(deployment)
        .where(deployment.c.id.not_in(select(procedure_version.c.id)))
        .order_by(deployment.c.key, deployment.c.version.desc())
    )
    for column, wanted in ((deployment.c.id, version), (deployment.c.key, code)):
        asked = asked if wanted is None else asked.where(column == wanted)
    rows = tx.read(asked).all()
    named: dict[str, tuple[str, str]] = {}
    for row in tx.read(
        select(process_definition)
        .where(process_definition.c.deployment.in_([one.id for one in rows]))
        .order_by(process_definition.c.process)
    ):
        named.setdefault(row.deployment, (row.process, row.name or row.process))
    return [
        Procedure(
            row.id,
            row.version,
            {
                "code": row.key,
                "kind": "process",
                "process": named[row.id][0],
                "name": {"vi": named[row.id][1], "en": named[row.id][1]},
            },
            row.effective_from or row.deployed_at.astimezone(VIETNAM).date(),
            row.retired_at.astimezone(VIETNAM).date() if row.retired_at is not None else None,
        )
        for row in rows
        if row.id in named
    ]


@query
def any_version(tx: Tx, version: str) -> Procedure:
    """A version of a procedure, a route, or a model that was deployed by itself. Raises LookupError."""
    try:
        return of_version(tx, version)
    except LookupError:
        found = loose(tx, version)
        if not found:
            raise
        return found[0]


@query
def files_of(tx: Tx, version: str) -> dict[str, bytes]:
    """Every file of a bundle as it was deployed, by its path in the folder; empty for an unknown version."""
    asked = select(deployment.c.files).where(deployment.c.id == version)
    return {path: file_of(tx, version, path) or b"" for path in tx.read(asked).scalar() or {}}


@query
def form_keys(tx: Tx, version: str) -> list[str]:
    """The keys of the forms that a bundle has at this version, in the order of their names."""
    known, listed = tx.database.definitions, f"files:{version}"
    if listed not in known:
        known[listed] = tx.read(select(deployment.c.files).where(deployment.c.id == version)).scalar() or {}
    paths = sorted(known[listed])
    return [one.removeprefix("forms/").removesuffix(".form") for one in paths if one.endswith(".form")]


@query
def file_of(tx: Tx, version: str, path: str) -> bytes | None:
    """A file of a bundle as it was deployed, by its path in the folder. A version never changes: what it has is read
    once, and so are the templates of letters and results."""
    known = tx.database.definitions
    listed, kept = f"files:{version}", f"template:{version}:{path}"
    if kept in known:
        return bytes(known[kept])
    if listed not in known:
        files = tx.read(select(deployment.c.files).where(deployment.c.id == version)).scalar()
        if files is None:
            return None
        known[listed] = files
    hash = known[listed].get(path)
    body = None if hash is None else tx.read(select(content.c.body).where(content.c.hash == hash)).scalar()
    if body is not None and path.endswith(".typ"):
        known[kept] = bytes(body)
    return None if body is None else bytes(body)


@query
def form(tx: Tx, version: str, key: str | None) -> forms.Form | None:
    """The form that a model names ``key`` (``forms/<key>.form``) at this version; None where it names none. A version
    never changes: its forms are read once."""
    if not key:
        return None
    cache: dict[str, Any] = tx.database.definitions
    known = f"form:{version}:{key}"
    if known not in cache:
        source = file_of(tx, version, f"forms/{key}.form")
        cache[known] = None if source is None else _form(source, key)
    return cache[known]  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _form(source: bytes, key: str) -> forms.Form:
    return forms.read(source, key)
