"""Records into the catalogue: new ones, new versions of known ones, and a list of what could not go in and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from marshmallow import ValidationError
from sqlalchemy import select

from engine import audit
from engine.libraries import of_file, of_json
from engine.store import Database, Tx
from engine.store.joining import command
from procedures import zipped
from procedures.actor import Actor
from procedures.catalogue.reading import read_record
from procedures.catalogue.schema import reasons
from procedures.catalogue.values import Procedure
from procedures.search import fold, fold_all
from procedures.store.catalogue import catalogue_entry, catalogue_version

LOG = "administration/catalogue"
LARGEST = 8 * 1024 * 1024  # bytes of a file
MOST_FILES, LARGEST_ARCHIVE = 2000, 64 * 1024 * 1024  # of an archive of records


def import_files(where: Database | Tx, paths: Iterable[str | Path], *, lang: str = "vi", by: Actor) -> dict[str, Any]:
    """Reads files (of a folder: its `*.json`) of one record or a list of records each, in one transaction.

    `{imported, updated, unchanged, rejected: [{file, reason}], flagged: [{file, reason}]}`: a bad record is
    rejected with its reason and the rest go in; flagged is what must be configured or contradicts itself.
    """
    rejected: list[dict[str, str]] = []
    records: list[tuple[str, Any]] = []
    for path in _files(paths):
        try:
            found = _read(path, lang)
        except ValueError as wrong:
            rejected.append({"file": str(path), "reason": str(wrong)})
            continue
        records += [(str(path), record) for record in found]
    done = import_records(where, records, lang=lang, by=by)
    done["rejected"] = rejected + done["rejected"]
    return done


@command
def import_records(tx: Tx, records: Iterable[tuple[str, Any]], *, lang: str = "vi", by: Actor) -> dict[str, Any]:
    """The same for records already read: pairs of where a record comes from and the record."""
    counts = {"imported": 0, "updated": 0, "unchanged": 0}
    rejected: list[dict[str, str]] = []
    flagged: list[dict[str, str]] = []
    for file, record in records:
        try:
            procedure = read_record(record)
            orjson.dumps(record)
        except ValidationError as wrong:
            rejected.append({"file": file, "reason": "; ".join(reasons(wrong.messages, lang))[:1000]})
            continue
        except (TypeError, OverflowError):  # numbers past 64 bits, broken letters: no database would keep them
            rejected.append(
                {
                    "file": file,
                    "reason": "chứa số hoặc ký tự không hợp lệ"
                    if lang == "vi"
                    else "holds numbers or letters that are not valid",
                }
            )
            continue
        counts[_put(tx, file, record, procedure, by)] += 1
        if procedure.flags:
            texts = [flag.en if lang == "en" else flag.vi for flag in procedure.flags]
            flagged.append({"file": file, "reason": "; ".join(dict.fromkeys(texts))})
    return {**counts, "rejected": rejected, "flagged": flagged}


def content_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a record says. When it was crawled is not what it says."""
    said = dict(record)
    if isinstance(said.get("source"), Mapping):
        said["source"] = {key: value for key, value in said["source"].items() if key != "crawled_at"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _put(tx: Tx, file: str, record: Mapping[str, Any], procedure: Procedure, by: Actor) -> str:
    hash = content_hash(record)
    key = catalogue_version.c.code == procedure.code
    last = tx.execute(
        select(catalogue_version.c.version, catalogue_version.c.hash)
        .where(key)
        .order_by(catalogue_version.c.version.desc())
        .limit(1)
    ).first()
    if last is not None and last.hash == hash:
        return "unchanged"
    version = last.version + 1 if last is not None else 1
    tx.execute(
        catalogue_version.insert().values(
            code=procedure.code,
            version=version,
            hash=hash,
            file=Path(file).name,
            record=dict(record),
            imported_at=tx.now,
        )
    )
    values = {
        "name": procedure.name,
        "field_code": procedure.field_code or None,
        "field_name": procedure.field_name or None,
        "levels": _between_commas(procedure.levels),
        "life_events": _between_commas(procedure.life_events),
        "folded_name": fold(procedure.name),
        "folded_rest": _rest(procedure),
        "version": version,
        "flags": len(procedure.flags),
        "imported_at": tx.now,
    }
    if last is None:
        tx.execute(catalogue_entry.insert().values(code=procedure.code, **values))
    else:
        tx.execute(catalogue_entry.update().where(catalogue_entry.c.code == procedure.code).values(**values))
    audit.append(tx, LOG, "record_imported", by.who, {"code": procedure.code, "version": version, "hash": hash})
    return "imported" if last is None else "updated"


def _rest(procedure: Procedure) -> str:
    papers = [component.name for group in procedure.groups for component in group.components]
    return fold_all([procedure.field_name, *procedure.results, *procedure.executing, *papers])[:20_000]


def _between_commas(keys: Iterable[str]) -> str:
    return "," + "".join(f"{key}," for key in keys)


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(path.glob("*.json"))
        else:
            yield path


def _read(path: Path, lang: str) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("tệp quá lớn" if lang == "vi" else "the file is too large")
        return _records(path.read_bytes(), lang)
    except OSError as wrong:
        why = of_file(wrong)
        raise ValueError(
            f"the file cannot be read: {why.en}" if lang == "en" else f"không đọc được tệp: {why.vi}"
        ) from None


def _records(body: bytes, lang: str) -> list[Any]:
    try:
        found = json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as wrong:
        why = of_json(wrong)
        raise ValueError(f"not valid JSON: {why.en}" if lang == "en" else f"không phải JSON hợp lệ: {why.vi}") from None
    return found if isinstance(found, list) else [found]


@command
def import_sent(tx: Tx, sent: Iterable[tuple[str, bytes]], *, lang: str = "vi", by: Actor) -> dict[str, Any]:
    """The same for files that were sent: (name, bytes) of JSON files and of ZIP archives of them. `codes` are those of
    the records that are in the catalogue now. Raises Refusal for an archive that is none."""
    rejected: list[dict[str, str]] = []
    records: list[tuple[str, Any]] = []
    for name, body in sent:
        for file, one in _sent(name, body):
            try:
                records += [(file, record) for record in _records(one, lang)]
            except ValueError as wrong:
                rejected.append({"file": file, "reason": str(wrong)})
    done = import_records(tx, records, lang=lang, by=by)
    refused = {one["file"] for one in done["rejected"]}
    codes = [str(record["code"]) for file, record in records if file not in refused]
    return {**done, "rejected": rejected + done["rejected"], "codes": codes}


def _sent(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    if not name.lower().endswith(".zip"):
        yield name, body
        return
    for file, one in zipped.read(body, MOST_FILES, LARGEST_ARCHIVE).items():
        if file.lower().endswith(".json"):
            yield PurePosixPath(file).name, one
