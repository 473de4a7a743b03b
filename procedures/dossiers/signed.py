"""Results are signed: by the leader's key when he approves what he was shown, then by the agency's, in a job; letters
by the agency's alone.

Where an installation names no key, approval is what it was: name, time and hash in the log. What signs is loaded when
it is needed (`procedures.signatures.signing`): most processes never sign.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from engine import jobs
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.store.joining import query
from procedures import agencies, files, settings
from procedures.actor import Actor, Kind
from procedures.dossiers import log
from procedures.signatures import keys
from procedures.signatures.keys import Key
from procedures.store.dossier import dossier
from procedures.store.papers import result

if TYPE_CHECKING:
    from procedures.signatures.signing import Pen

SEAL = "result.seal"
#: Bytes of a paper with its signatures: it was taken within the limit of what is handed in, and each adds to it.
MOST = 1 << 30


def _keys(where: Tx | Database) -> keys.Keys:
    found = settings.installation(where).settings
    return found.signing_keys if found is not None else keys.NONE


def key_of(where: Tx | Database, by: Actor) -> Key | None:
    """The key by which this person signs, where the installation has one for them."""
    return _keys(where).officials.get(by.username)


@query
def asks_pin(tx: Tx, by: Actor) -> bool:
    """Whether this person has a token to unlock before they sign."""
    key = key_of(tx, by)
    return key is not None and key.asks_pin


@query
def ways(tx: Tx, by: Actor) -> tuple[str, ...]:
    """By what this person signs here (`keys.HERE`, `keys.PHONE`), the usual one first; empty where they have no key."""
    key = key_of(tx, by)
    return key.ways if key is not None else ()


@query
def seen(tx: Tx, by: Actor, agency: str, body: bytes) -> bytes | None:
    """What will be seen of this person's and that agency's signatures on a paper, as PNG; None where nothing will."""
    key = key_of(tx, by)
    if key is None or key.image is None:
        return None
    from procedures.signatures import showing

    return showing.shown(body, by.name, key, _keys(tx).agencies.get(agency))


@query
def has_image(tx: Tx, by: Actor) -> bool:
    """Whether this person's signature is seen on paper."""
    key = key_of(tx, by)
    return key is not None and key.image is not None


def pen(
    where: Tx | Database, by: Actor, code: str, way: str = "", told: Callable[[str, str], None] | None = None
) -> AbstractContextManager[Pen]:
    """This person's key, unlocked: to be opened outside any transaction. way: one of `ways`, the first where nothing is
    said. told: whom to tell what they have to do on another device. Raises LookupError where they have no such key;
    what it refuses when it is opened is said before anything is signed."""
    key = key_of(where, by)
    way = way or next(iter(key.ways if key is not None else ()), "")
    if key is None or by.kind is not Kind.OFFICIAL or way not in key.ways:
        raise LookupError(f"{by.username} has no such key")
    from procedures.signatures import csc, signing, trust

    known = trust.load(settings.current(where).signature_trust)
    return signing.pen(key, code, by.name, known, way, told or csc.says_nothing)


def order_seal(tx: Tx, dossier_id: str, token: str, sha256: str) -> None:
    """The agency's signature is put under an approved result soon, where the agency has a key."""
    agency = tx.execute(select(dossier.c.agency).where(dossier.c.id == dossier_id)).scalar_one()
    order(tx, dossier_id, SEAL, token, sha256, agency)


def order(tx: Tx, root_id: str, kind: str, token: str, sha256: str, agency: str) -> None:
    """A job of that kind which seals a kept paper (`seal`), where the agency has a key."""
    if agency in _keys(tx).agencies:
        payload = {"token": token, "sha256": sha256, "agency": agency}
        jobs.add(tx, root_id, kind, payload=payload, dedupe_key=f"seal:{token}")


def seal(job: Job, database: Database, before: Callable[[bytes], bytes] = lambda body: body) -> bytes | None:
    """The sealed paper; None where the agency's key is gone. before: what is done to it first. Raises a Refusal where
    it cannot be sealed now."""
    from procedures.signatures import signing, trust

    key = _keys(database).agencies.get(job.payload["agency"])
    if key is None:
        return None
    with database.begin() as tx:
        name = agencies.names(tx, [job.payload["agency"]]).get(job.payload["agency"], job.payload["agency"])
        body = files.read(tx, job.payload["sha256"])
    known = trust.load(settings.current(database).signature_trust)
    return signing.seal_as_agency(before(body), key, name, known)


def _sealed(tx: Tx, job: Job, body: Any) -> None:
    """What was sealed takes the place of what was only signed, where that still stands."""
    row = tx.execute(select(result).where(result.c.token == job.payload["token"])).one()
    if body is None or row.sha256 != job.payload["sha256"]:
        return
    sha256 = files.put(tx, body, f"{row.code}.pdf", allowed=(files.PDF,), max_bytes=MOST).sha256
    tx.execute(update(result).where(result.c.token == row.token).values(sha256=sha256))
    said = {"code": row.code, "version": row.version, "sha256": sha256, "signed": row.sha256}
    log.record(tx, row.dossier_id, "dossier.result_sealed", {**said, "agency": job.payload["agency"]})


HANDLERS = {SEAL: Handler(outside=seal, done=_sealed, opens=True)}
