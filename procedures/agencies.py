"""Agencies as a tree with dates: units appear, merge, split and move, and what they were stays readable.

A date is a day in Vietnam; `valid_to` and the date of a change are the first day on which the new state holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.search import fold, fold_all
from procedures.store.places import agency, agency_change, agency_state
from procedures.vocabulary.agencies import COMMITTEE, KINDS, OTHER

LOG = "administration/agencies"  # root of their event log
#: A code stands in addresses, in file names and in dossier codes.
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
#: What may be one in a sentence: with letters and digits, so that no word and no number is taken for one.
_CODES = re.compile(r"(?<![\w.-])(?=[\w.-]*[0-9])(?=[\w.-]*[A-Za-z])[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?(?!\w)")


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as it was on a day. `parent` is a code; None at the top."""

    code: str
    name: str
    short_name: str
    kind: str
    level: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    old_code: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency with those under it."""

    agency: Agency
    children: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class AgencyChange:
    """A merger or a split: from one agency to another, on a day, on a legal basis."""

    on: date
    kind: str
    source: str
    target: str
    basis: str | None


def today(tx: Tx) -> date:
    """The day of the transaction in Vietnam."""
    return tx.now.astimezone(VIETNAM).date()


@command
def add(
    tx: Tx,
    code: str,
    name: str,
    *,
    level: str,
    kind: str | None = None,
    parent: str | None = None,
    since: date | None = None,
    short_name: str = "",
    old_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    by: str,
) -> str:
    """A new agency. Raises Refusal where the code is taken or no code, the parent is not there, or it would stand at
    the top beside the one that is there: hours and days off are those of the top, so a second one would have none."""
    code, name = code.strip(), name.strip()
    if not code or not name:
        lacking = "name" if code else "code"
        raise Refusal("Cơ quan phải có mã và tên.", "An agency needs a code and a name.", lacking)
    if not CODE.fullmatch(code):
        raise Refusal(
            f"Mã cơ quan “{code[:64]}” không hợp lệ: chỉ dùng chữ cái không dấu, chữ số, dấu chấm, gạch (như H31.12).",
            f"The agency code '{code[:64]}' is none: unaccented letters, digits, points and dashes, such as H31.12.",
            "code",
        )
    if tx.execute(select(agency.c.code).where(agency.c.code == code)).first():
        raise Refusal(f"Mã cơ quan {code} đã có.", f"The agency code {code} is taken.", "code")
    since = since or today(tx)
    _kind(kind)
    if kind is None:  # whoever adds it says no kind: what it is called tells, once
        kind = COMMITTEE if name.startswith(("Ủy ban nhân dân", "UBND")) else OTHER
    if parent is not None:
        _there(tx, parent, since, "parent")
    else:
        _only_top(tx, code, since)
    tx.execute(agency.insert().values(code=code, old_code=old_code, kind=kind, valid_from=since))
    state = {
        "name": name,
        "short_name": short_name or name,
        "level": level,
        "parent": parent,
        "address": address,
        "phone": phone,
        "email": email,
    }
    _put_state(tx, code, since, state)
    audit.append(tx, LOG, "agency_added", by, {"code": code, "since": since.isoformat(), "kind": kind, **state})
    return code


@command
def change(tx: Tx, /, code: str, *, since: date | None = None, by: str, reason: str = "", **changed: Any) -> None:
    """Another name, parent, level, address, phone or email from a day on; another kind for good, as it says what the
    agency always was. Raises Refusal for a ring in the tree."""
    unknown = changed.keys() - {"name", "short_name", "parent", "level", "address", "phone", "email", "kind"}
    if unknown:
        raise TypeError(f"no such property of an agency: {sorted(unknown)}")
    since = since or today(tx)
    before = _there(tx, code, since, "since")
    kind = changed.pop("kind", before.kind)
    _kind(kind)
    state = {
        key: value
        for key, value in asdict(before).items()
        if key in ("name", "short_name", "level", "parent", "address", "phone", "email")
    }
    after = {**state, **changed}
    if after["parent"] is not None:
        _there(tx, after["parent"], since, "parent")
        if after["parent"] in subtree(tx, code, since):
            raise Refusal("Cơ quan không thể nằm dưới chính nó.", "An agency cannot stand below itself.", "parent")
    else:
        _only_top(tx, code, since)
    tx.execute(agency_state.delete().where(agency_state.c.agency == code, agency_state.c.since == since))
    _put_state(tx, code, since, after)
    said = {"before": {k: state[k] for k in changed}, "after": dict(changed)}
    if kind != before.kind:
        tx.execute(update(agency).where(agency.c.code == code).values(kind=kind))
        said["before"]["kind"], said["after"]["kind"] = before.kind, kind
    audit.append(tx, LOG, "agency_changed", by, {"code": code, "since": since.isoformat(), "reason": reason, **said})


@command
def close(tx: Tx, code: str, on: date, *, by: str, reason: str = "") -> None:
    """The agency is no more from that day on. Raises Refusal while others stand below it."""
    may_close(tx, code, on)
    tx.execute(update(agency).where(agency.c.code == code).values(valid_to=on))
    audit.append(tx, LOG, "agency_closed", by, {"code": code, "on": on.isoformat(), "reason": reason})


@query
def may_close(tx: Tx, code: str, on: date) -> None:
    """Raises Refusal where the agency cannot end on that day."""
    _there(tx, code, on, "on")
    below = [unit.name for unit in children(tx, code, on)]
    if below:
        raise Refusal(
            f"Còn {len(below)} cơ quan trực thuộc đang hoạt động: {'; '.join(below)}. "
            "Ngừng hoặc chuyển các cơ quan này trước.",
            f"Agencies still stand below it ({len(below)}): {'; '.join(below)}. Close or move them first.",
        )


@command
def merge(tx: Tx, sources: Sequence[str], target: str, on: date, *, basis: str = "", by: str) -> None:
    """Agencies become one (which exists by then); what stood below them stands below it."""
    _there(tx, target, on)
    for source in sources:
        _there(tx, source, on)
        if source != target:
            for below in children(tx, source, on):
                change(tx, below.code, since=on, by=by, reason=basis, parent=target)
            close(tx, source, on, by=by, reason=basis)
        _record(tx, "merge", source, target, on, basis, by)


@command
def split(tx: Tx, source: str, targets: Sequence[str], on: date, *, basis: str = "", by: str) -> None:
    """An agency becomes several (which exist by then); it ends unless it is one of them."""
    _there(tx, source, on)
    for target in targets:
        _there(tx, target, on)
        _record(tx, "split", source, target, on, basis, by)
    if source not in targets:
        close(tx, source, on, by=by, reason=basis)


@query
def changes(tx: Tx, code: str) -> list[AgencyChange]:
    """Mergers and splits that the agency came from or went into, in order."""
    found = tx.read(
        select(agency_change)
        .where(or_(agency_change.c.from_code == code, agency_change.c.to_code == code))
        .order_by(agency_change.c.on_date, agency_change.c.id)
    )
    return [AgencyChange(row.on_date, row.kind, row.from_code, row.to_code, row.basis) for row in found]


@query
def successors(tx: Tx, code: str, at: date | None = None) -> list[str]:
    """Who does the agency's work on a day: itself while it exists, else those it went into, and theirs."""
    day, open_codes, seen = at or today(tx), [code], {code}
    found: list[str] = []
    while open_codes:
        current = open_codes.pop(0)
        if get(tx, current, day) is not None:
            found.append(current)
            continue
        for one in changes(tx, current):
            if one.source == current and one.on <= day and one.target not in seen:
                seen.add(one.target)
                open_codes.append(one.target)
    return found


@query
def listing(tx: Tx, at: date | None = None, *, level: str | None = None) -> list[Agency]:
    """All agencies of a day (of a level), by code."""
    return sorted(
        (unit for unit in _states(tx, at or today(tx)).values() if level is None or unit.level == level),
        key=lambda unit: unit.code,
    )


@query
def get(tx: Tx, code: str, at: date | None = None) -> Agency | None:
    """The agency as it was on a day; None where it was not."""
    return _states(tx, at or today(tx), code).get(code)


@query
def last_known(tx: Tx, code: str) -> Agency | None:
    """The agency as it is or last was, by its new or old code: for the names on old papers."""
    found = tx.read(select(agency.c.code).where(or_(agency.c.code == code, agency.c.old_code == code))).scalar()
    return _states(tx, date.max, found, ended=True).get(found) if found else None


@query
def name(tx: Tx, code: str) -> str:
    """The name of an agency as it is or last was; its code where it is not known."""
    found = last_known(tx, code)
    return found.name if found is not None else code


@query
def names(tx: Tx, codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code → name, also of agencies that are no more."""
    units = _states(tx, date.max, ended=True)
    return {code: unit.name for code, unit in units.items() if codes is None or code in set(codes)}


@query
def in_prose(tx: Tx, text: str) -> str:
    """A text with the name of each agency in place of its code: models know agencies by their codes, people do not."""
    found = set(_CODES.findall(text))
    if not found:
        return text
    known = names(tx, found)
    return _CODES.sub(lambda one: known.get(one[0], one[0]), text)


@query
def children(tx: Tx, code: str | None, at: date | None = None) -> list[Agency]:
    """The agencies right below; of None those at the top."""
    return [unit for unit in listing(tx, at) if unit.parent == code]


@query
def ancestors(tx: Tx, code: str, at: date | None = None) -> list[Agency]:
    """The agency itself, its parent, and so on up to the top."""
    units = _states(tx, at or today(tx))
    chain: list[Agency] = []
    step: str | None = code
    while step is not None and step in units and len(chain) < len(units):
        chain.append(units[step])
        step = units[step].parent
    return chain


@query
def subtree(tx: Tx, code: str, at: date | None = None) -> frozenset[str]:
    """Codes of the agency and all below it."""
    units = _states(tx, at or today(tx))
    found, grew = {code}, True
    while grew:
        more = {unit.code for unit in units.values() if unit.parent in found} - found
        grew = bool(more)
        found |= more
    return frozenset(found)


@query
def tree(tx: Tx, at: date | None = None) -> list[Branch]:
    """The agencies of a day as trees, each level by name."""
    units = _states(tx, at or today(tx)).values()
    codes = {unit.code for unit in units}

    def below(parent: str | None) -> tuple[Branch, ...]:
        here = [unit for unit in units if unit.parent == parent or (parent is None and unit.parent not in codes)]
        return tuple(Branch(unit, below(unit.code)) for unit in sorted(here, key=lambda unit: fold(unit.name)))

    return list(below(None))


@query
def find(tx: Tx, text: str = "", *, level: str | None = None, at: date | None = None) -> list[Agency]:
    """Agencies by words of their name or code, without diacritics."""
    words = fold(text).split()
    return [
        unit
        for unit in listing(tx, at)
        if (level is None or unit.level == level)
        and all(word in fold_all((unit.name, unit.short_name, unit.code, unit.old_code)) for word in words)
    ]


def _only_top(tx: Tx, code: str, at: date) -> None:
    others = [unit for unit in children(tx, None, at) if unit.code != code]
    if others:
        raise Refusal(
            f"Chọn cơ quan cấp trên: đứng đầu tỉnh đã là {others[0].name} ({others[0].code}).",
            f"Choose the agency above it: {others[0].name} ({others[0].code}) stands at the top already.",
            "parent",
        )


def _kind(kind: str | None) -> None:
    if kind is not None and kind not in KINDS:
        raise Refusal(f"Không có loại cơ quan “{kind[:64]}”.", f"There is no kind of agency '{kind[:64]}'.", "kind")


def _there(tx: Tx, code: str, at: date, about: str = "") -> Agency:
    found = get(tx, code, at)
    if found is None:
        raise _not_then(tx, code, at, about)
    return found


def _not_then(tx: Tx, code: str, at: date, about: str) -> Refusal:
    """Why an agency is not there on a day: it did not yet exist, it does not any more, or it never did."""
    row = tx.read(select(agency.c.valid_from, agency.c.valid_to).where(agency.c.code == code)).first()
    known = last_known(tx, code)
    if row is None or known is None or (row.valid_to is None and at >= row.valid_from):
        return Refusal(f"Không có cơ quan mang mã {code}.", f"There is no agency {code}.", about)
    if at < row.valid_from:
        return Refusal(
            f"{known.name} hoạt động từ {row.valid_from:%d/%m/%Y}; ngày {at:%d/%m/%Y} trước ngày đó.",
            f"{known.name} exists since {row.valid_from:%d/%m/%Y}; {at:%d/%m/%Y} is before that.",
            about,
        )
    return Refusal(
        f"{known.name} đã ngừng hoạt động từ {row.valid_to:%d/%m/%Y}; ngày {at:%d/%m/%Y} không còn cơ quan này.",
        f"{known.name} ended on {row.valid_to:%d/%m/%Y}; it is no more on {at:%d/%m/%Y}.",
        about,
    )


def _states(tx: Tx, at: date, code: str | None = None, *, ended: bool = False) -> dict[str, Agency]:
    statement = (
        select(agency_state, agency.c.kind, agency.c.old_code, agency.c.valid_from, agency.c.valid_to)
        .join(agency, agency.c.code == agency_state.c.agency)
        .where(agency_state.c.since <= at)
        .order_by(agency_state.c.agency, agency_state.c.since)
    )
    if not ended:
        statement = statement.where(agency.c.valid_from <= at, or_(agency.c.valid_to.is_(None), agency.c.valid_to > at))
    if code is not None:
        statement = statement.where(agency_state.c.agency == code)
    found: dict[str, Agency] = {}
    for row in tx.read(statement).mappings():  # the later state takes the earlier one's place
        found[row["agency"]] = _agency(row)
    return found


def _agency(row: Mapping[Any, Any]) -> Agency:
    fields = (
        "name",
        "short_name",
        "kind",
        "level",
        "parent",
        "valid_from",
        "valid_to",
        "old_code",
        "address",
        "phone",
        "email",
    )
    return Agency(code=row["agency"], **{field: row[field] for field in fields})


def _put_state(tx: Tx, code: str, since: date, state: Mapping[str, Any]) -> None:
    folded = fold_all((state["name"], state["short_name"], code))
    tx.execute(agency_state.insert().values(agency=code, since=since, folded=folded, **state))


def _record(tx: Tx, kind: str, source: str, target: str, on: date, basis: str, by: str | None) -> None:
    tx.execute(
        agency_change.insert().values(
            id=tx.database.new_id(), on_date=on, kind=kind, from_code=source, to_code=target, basis=basis, by=by
        )
    )
    audit.append(tx, LOG, f"agency_{kind}", by, {"from": source, "to": target, "on": on.isoformat(), "basis": basis})


def __getattr__(name: str) -> Any:
    """The working time of agencies is a module of its own, which needs this one: reached from here, too."""
    if name in ("calendar_for", "set_hours", "hours_of", "set_override", "overrides"):
        from procedures import working_time

        return getattr(working_time, name)
    raise AttributeError(name)
