"""The province's service bus (LGSP): a token by OAuth2 client credentials, kept until it runs out, and calls under it.
Each day's documents, ratings and figures are sent there once the day is over."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from sqlalchemy import func, select

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.store.joining import query
from procedures import settings
from procedures.actor import Actor, Kind
from procedures.dossiers import total_of
from procedures.exchange.connectors.calling import DONE, Answer, Asked, Turned, Unreadable, call
from procedures.exchange.connectors.configured import LGSP, Connector
from procedures.exchange.connectors.routes import LOG
from procedures.store.connectors import connector_call
from procedures.store.documents import document
from procedures.store.rating import rating
from procedures.vocabulary.documents import INCOMING, KINDS, OUTGOING

JOB = "lgsp-statistics"
TOKEN, STATISTIC, DOCUMENTS = "Token", "Statistic", "Document/SyncDocument"
VOTE = "Vote"
#: Degrees of a rating, as the bus names them.
DEGREES = {5: "RatHaiLong", 4: "HaiLong", 3: "BinhThuong", 2: "KhongHaiLong", 1: "RatKhongHaiLong"}
PORTION = 500  # documents in one call
BACK = 30  # days whose figures are sent again where they did not get there
EARLY = timedelta(seconds=60)  # a token is renewed that much before it runs out
#: Whose eyes the figures are seen with: all of the province's.
EVERYTHING = Actor("", kind=Kind.SYSTEM, everything=True)


def token(where: Database, line: Connector, *, fresh: bool = False) -> str:
    """A token that is good now; asked for where there is none. Raises what `calling.call` raises."""
    kept = line.kept.get("token")
    if kept is not None and not fresh and kept[1] > where.clock():
        return str(kept[0])
    pair = f"{quote(line.told['client_id'], safe='')}:{quote(line.told['client_secret'], safe='')}"
    form = {"grant_type": "client_credentials", **({"scope": line.told["scope"]} if "scope" in line.told else {})}
    head = {
        "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    asked = Asked(TOKEN, line.told.get("token_path", "/token"), body=urlencode(form).encode(), headers=head)

    def read(answer: Answer) -> tuple[str, int]:
        said = _document(line, answer)
        if not isinstance(said.get("access_token"), str) or str(said.get("token_type", "")).lower() != "bearer":
            raise Unreadable("không có thẻ truy cập")
        seconds = said.get("expires_in", 300)
        return said["access_token"], seconds if isinstance(seconds, int) else 300

    text, seconds = call(where, line, asked, read)
    line.kept["token"] = (text, where.clock() + timedelta(seconds=seconds) - EARLY)
    return text


def ask(where: Database, line: Connector, operation: str, path: str, body: Mapping[str, Any], *, about: str) -> Any:
    """What a service of the bus answers, as JSON. A token that is no longer taken is renewed once."""
    try:
        return _ask(where, line, operation, path, body, about, token(where, line))
    except Turned as no:
        if no.status != 401:
            raise
    return _ask(where, line, operation, path, body, about, token(where, line, fresh=True))


def _ask(
    where: Database, line: Connector, operation: str, path: str, body: Mapping[str, Any], about: str, bearer: str
) -> Any:
    head = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json", "Idempotency-Key": about}
    asked = Asked(operation, path, body=orjson.dumps(body), headers=head, about=about, answered=frozenset({401}))
    return call(where, line, asked, lambda answer: _document(line, answer))


def _document(line: Connector, answer: Answer) -> dict[str, Any]:
    if answer.status >= 400:
        raise Turned(line, f"mã {answer.status}", answer.status)
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise Unreadable("trả lời không phải JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("trả lời không đúng dạng")
    return found


# -- figures ----------------------------------------------------------------------------------------------------------


def due(where: Database) -> None:
    """Orders that yesterday's figures are sent, where there is a bus and they have not been; and those of the days
    before that have been tried and never got there."""
    if LGSP not in settings.current(where).connectors:
        return
    today = where.clock().astimezone(VIETNAM).date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(1, BACK + 1)]
    with where.begin() as tx:
        calls = tx.read(
            select(connector_call.c.about, connector_call.c.outcome).where(
                connector_call.c.connector == LGSP,
                connector_call.c.operation == STATISTIC,
                connector_call.c.about.in_(days),
            )
        ).all()
        sent = {row.about for row in calls if row.outcome == DONE}
        since = min((row.about for row in calls), default=days[0])
        for day in days:
            if day not in sent and (day >= since or day == days[0]):
                jobs.add(tx, LOG, JOB, payload={"day": day}, dedupe_key=f"{JOB}:{day}", retries=12)


def _send(job: Job, database: Database) -> None:
    known = settings.current(database)
    line = known.connectors.get(LGSP)
    if line is None:
        return
    day = date.fromisoformat(job.payload["day"])
    _send_documents(database, line, day, str(known.province["code"]))
    if votes := _votes(database, day):
        rated = {"MaDonVi": known.province["code"], "Ngay": f"{day:%Y%m%d}", "DanhGia": votes}
        ask(database, line, VOTE, "/Vote", rated, about=job.payload["day"])
    figures = total_of(database, EVERYTHING, day, day)
    said = {
        "MaDonVi": known.province["code"],
        "Ngay": f"{day:%Y%m%d}",
        "TiepNhan": figures.received,
        "DaGiaiQuyet": figures.done,
        "TruocHan": figures.early,
        "DungHan": figures.on_time,
        "QuaHan": figures.late,
        "DangGiaiQuyet": figures.open,
    }
    ask(database, line, STATISTIC, "/Statistic", said, about=job.payload["day"])


def _send_documents(database: Database, line: Connector, day: date, unit: str) -> None:
    """What was entered in the registers on a day, in portions; a portion that comes again is known by its key. The
    figures, which go last, say that the day is done."""
    told = _documents(database, day)
    for first in range(0, len(told), PORTION):
        said = {"MaDonVi": unit, "Ngay": f"{day:%Y%m%d}", "VanBan": told[first : first + PORTION]}
        about = f"{day.isoformat()}/{first // PORTION + 1}"
        ask(database, line, DOCUMENTS, "/Document/SyncDocument", said, about=about)


@query
def _documents(tx: Tx, day: date) -> list[dict[str, Any]]:
    """The fields by which others know a document (NĐ 30/2020/NĐ-CP, Phụ lục VI): of what was registered as incoming,
    and of what went out."""
    first = datetime.combine(day, time(), VIETNAM)
    within = [column.between(first, first + timedelta(days=1) - timedelta(microseconds=1)) for column in
              (document.c.numbered_at, document.c.dispatched_at)]  # fmt: skip
    wanted = ((document.c.register == INCOMING) & within[0]) | ((document.c.register == OUTGOING) & within[1])
    rows = tx.read(select(document).where(wanted).order_by(document.c.agency, document.c.register, document.c.number))
    return [
        {
            "MaVanBan": row.code,
            "MaDonVi": row.agency,
            "Loai": "DEN" if row.register == INCOMING else "DI",
            "So": row.number,
            "SoKyHieu": row.notation,
            "NgayBanHanh": f"{row.issued_on:%Y%m%d}" if row.issued_on else "",
            "CoQuanBanHanh": row.issuer,
            "TenLoai": KINDS[row.kind].vi if row.kind in KINDS else row.kind,
            "TrichYeu": row.subject,
            "DoKhan": row.urgency,
        }
        for row in rows
    ]


@query
def _votes(tx: Tx, day: date) -> list[dict[str, Any]]:
    """How people rated each agency's service on a day: how many gave each of the five degrees, nothing of anybody."""
    first = datetime.combine(day, time(), VIETNAM)
    within = (rating.c.at >= first) & (rating.c.at < first + timedelta(days=1))
    counted = select(rating.c.agency, rating.c.service, func.count().label("many")).where(within)
    found: dict[str, Counter[int]] = {}
    for row in tx.read(counted.group_by(rating.c.agency, rating.c.service)):
        found.setdefault(row.agency, Counter())[row.service] = row.many
    return [
        {"MaDonVi": agency, "SoPhieu": degrees.total(), **{name: degrees[degree] for degree, name in DEGREES.items()}}
        for agency, degrees in sorted(found.items())
    ]


HANDLERS = {JOB: Handler(outside=_send, opens=True)}
