"""What goes with a dossier, or a document, when its process goes to another version: the version it asks its forms,
letters and steps of, the terms of its open steps, and the place that holds its clock.

Its legal deadline does not: it was received under the rules of its day. Only where the plan says so is it counted by
the new version's. What the new step would do on entering (a status, a letter) is not done: the step was entered before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.calendar import VIETNAM
from engine.commands import definitions
from engine.hooks import Follower, Following
from engine.model.definition import Node
from engine.refusal import Refusal
from engine.run.lines import How, Line, What
from engine.store import Tx
from procedures import bundles, deadlines, step_terms
from procedures.actor import SYSTEM
from procedures.dossiers import log
from procedures.store.clock import clock_pause
from procedures.store.documents import document
from procedures.store.dossier import component, dossier, dossier_state


def keep(tx: Tx, following: Following) -> dict[str, Any] | None:
    """What taking it back will need; None for an instance behind which nothing stands."""
    home = log.home(tx, following.root_id)
    if home is None:
        return None
    id = following.root_id
    kept: dict[str, Any] = {"version": home.version, "terms": step_terms.kept(tx, id)}
    if home.dossier:
        row = tx.execute(select(dossier.c.term_version).where(dossier.c.id == id)).one()
        kept |= {
            "term_version": row.term_version,
            "recompute": following.recompute,
            "places": [
                [deadlines.place(after, token), deadlines.place(before, token)]
                for token, before, after in following.tokens
                if before != after and _holding(tx, id, deadlines.place(before, token))
            ],
        }
    return kept


def follow(tx: Tx, following: Following) -> list[Line]:
    """Takes the dossier or document along: the system does, whoever migrates."""
    with tx.acting(SYSTEM):
        return _follow(tx, following)


def _follow(tx: Tx, following: Following) -> list[Line]:
    id = following.root_id
    home = log.home(tx, id)
    if home is None:
        return []
    log.hold(tx, id)
    old, new = bundles.of_version(tx, home.version), _target(tx, following)
    if (old.code, old.kind) != (new.code, new.kind):
        raise Refusal(
            f"“{old.name['vi']}” ({old.code}) không chuyển sang thủ tục khác ({new.code}) được.",
            f"'{old.name['vi']}' ({old.code}) cannot become another procedure ({new.code}).",
        )
    lines = [
        _line(
            "dossier",
            "changed",
            f"Theo phiên bản {new.number} của thủ tục (trước là {old.number}).",
            f"Follows version {new.number} of the procedure (it was {old.number}).",
            str(old.number),
            str(new.number),
        )
    ]
    if home.dossier:
        lines += _dossier(tx, following, new)
    else:
        _version(tx, following, new.version)
    lines += _steps(tx, following)
    return lines


def back(tx: Tx, following: Following, kept: Mapping[str, Any] | None) -> None:
    """Puts everything back as it was kept."""
    if kept is not None:
        with tx.acting(SYSTEM):
            _back(tx, following, kept)


def _back(tx: Tx, following: Following, kept: Mapping[str, Any]) -> None:
    id = following.root_id
    log.hold(tx, id)
    _version(tx, following, kept["version"])
    if "term_version" in kept:
        tx.execute(update(dossier).where(dossier.c.id == id).values(term_version=kept["term_version"]))
        for now, before in kept["places"]:
            deadlines.held_elsewhere(tx, id, now, before)
        if kept["recompute"]:
            deadlines.recompute(tx, id, following.reason, SYSTEM)
    step_terms.put_back(tx, id, kept["terms"])


FOLLOWER = Follower(keep, follow, back)


def _target(tx: Tx, following: Following) -> bundles.Procedure:
    try:
        return bundles.of_version(tx, following.target)
    except LookupError:
        raise Refusal(
            "Phiên bản mới không phải là phiên bản của thủ tục hay luồng văn bản nào.",
            "The new version is not one of a procedure or a document route.",
        ) from None


def _version(tx: Tx, following: Following, version: str) -> None:
    id = following.root_id
    tx.execute(update(dossier).where(dossier.c.id == id).values(procedure_version=version))
    tx.execute(update(document).where(document.c.id == id).values(route_version=version))
    log.forget(tx, id)


def _holding(tx: Tx, id: str, place: str) -> list[Any]:
    return list(
        tx.execute(
            select(clock_pause).where(
                clock_pause.c.dossier_id == id, clock_pause.c.place == place, clock_pause.c.end.is_(None)
            )
        )
    )


def _dossier(tx: Tx, following: Following, new: bundles.Procedure) -> Iterator[Line]:
    id = following.root_id
    row = tx.execute(
        select(dossier, dossier_state.c.due, dossier_state.c.closed_at)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == id)
    ).one()
    if row.case_code and new.case(row.case_code) is None:
        raise Refusal(
            f"Hồ sơ {row.code} thuộc trường hợp “{row.case_code}”, mà phiên bản mới không có trường hợp này.",
            f"Dossier {row.code} is of the case '{row.case_code}', which the new version does not have.",
        )
    _version(tx, following, new.version)
    rules = row.term_version or row.procedure_version
    tx.execute(update(dossier).where(dossier.c.id == id).values(term_version=None if following.recompute else rules))
    yield from _deadline(tx, following, row)
    yield from _papers(tx, id, row, new)
    yield from _places(tx, following, row.code)


def _deadline(tx: Tx, following: Following, row: Any) -> Iterator[Line]:
    if row.received_at is None or row.closed_at is not None:
        return
    if not following.recompute:
        said = _date(row.due) or "đang tạm dừng"
        yield _line(
            "deadline",
            "kept",
            f"Hạn trả kết quả giữ nguyên theo quy định khi tiếp nhận: {said}.",
            f"The legal deadline stays by the rules of its receipt: {_date(row.due) or 'it stands'}.",
            _iso(row.due),
            _iso(row.due),
        )
        return
    deadlines.recompute(tx, row.id, following.reason, SYSTEM)
    due = tx.execute(select(dossier_state.c.due).where(dossier_state.c.dossier_id == row.id)).scalar()
    how: How = "kept" if due == row.due else "changed"
    yield _line(
        "deadline",
        how,
        f"Hạn trả kết quả tính lại theo phiên bản mới: {_date(row.due)} thành {_date(due)}.",
        f"The legal deadline by the new version: {_date(row.due)} becomes {_date(due)}.",
        _iso(row.due),
        _iso(due),
    )


def _papers(tx: Tx, id: str, row: Any, new: bundles.Procedure) -> Iterator[Line]:
    """What the new version asks for at intake and this dossier does not have: nobody is asked for it afterwards."""
    had = set(tx.execute(select(component.c.code).where(component.c.dossier_id == id)).scalars())
    for one in new.components(row.case_code):
        if one.get("required", True) and one["code"] not in had:
            yield _line(
                "dossier",
                "told",
                f"Phiên bản mới có thêm giấy tờ “{one['name']}”; hồ sơ này không phải nộp.",
                f"The new version asks for '{one['name']}' as well; this dossier need not bring it.",
            )
    form = bundles.form(tx, new.version, new.form_key)
    known = row.form or {}
    missing = (
        [field.label or field.key for field in form.inputs() if field.required and field.key not in known]
        if form is not None
        else []
    )
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        yield _line(
            "dossier",
            "told",
            f"Tờ khai của phiên bản mới có thêm mục bắt buộc: {names}; hồ sơ này để trống.",
            f"The new version's form has more required fields: {names}; they are empty in this dossier.",
        )


def _places(tx: Tx, following: Following, code: str) -> Iterator[Line]:
    """What holds the clock goes on holding it, and what a step does on entering is told where it is not done."""
    before, after = _nodes(tx, following.source), _nodes(tx, following.target)
    for token, a, b in following.tokens:
        old, new = before.get(a), after.get(b)
        if old is None or new is None:
            continue
        place = deadlines.place(a, token)
        if _holding(tx, following.root_id, place):
            if not any(one.name == "pause" for one in new.extensions):
                raise Refusal(
                    f"Đồng hồ của hồ sơ {code} đang dừng ở “{old.name or a}”, mà bước “{new.name or b}” của phiên bản "
                    "mới không dừng đồng hồ: chuyển xong đồng hồ sẽ không chạy lại.",
                    f"The clock of dossier {code} stands at '{old.name or a}', and '{new.name or b}' of the new "
                    "version does not stop it: it would never go on.",
                )
            if a != b:
                deadlines.held_elsewhere(tx, following.root_id, place, deadlines.place(b, token))
        had = {(one.name, tuple(sorted(one.attributes.items()))) for one in old.extensions}
        for one in new.extensions:
            if (
                one.name in _ON_ENTERING
                and one.attributes.get("on", "enter") == "enter"
                and (one.name, tuple(sorted(one.attributes.items()))) not in had
            ):
                vi, en = _ON_ENTERING[one.name]
                yield Line(
                    "dossier",
                    "told",
                    a,
                    b,
                    f"Bước “{new.name or b}” {vi} khi bắt đầu; hồ sơ đã ở trong bước nên việc này không tự làm.",
                    f"'{new.name or b}' {en} when it begins; the dossier is in it already, so that is not done.",
                    id=token,
                )


_ON_ENTERING = {
    "status": ("ghi trạng thái", "sets a status"),
    "letter": ("in văn bản", "issues a letter"),
    "pause": ("dừng đồng hồ", "stops the clock"),
}


def _nodes(tx: Tx, deployment: str) -> dict[str, Node]:
    return {
        node.id: node
        for process in definitions.deployed(tx, deployment).processes.values()
        for node in process.scope.walk()
    }


def _steps(tx: Tx, following: Following) -> Iterator[Line]:
    for before, after in following.tasks:
        moved = step_terms.renewed(tx, following.root_id, before, after)
        if moved is not None and moved[0] != moved[1]:
            name = after.name or after.element
            yield Line(
                "deadline",
                "changed",
                before.element,
                after.element,
                f"Hạn của bước “{name}”: {_date(moved[0]) or 'không có'} thành {_date(moved[1]) or 'không có'}.",
                f"The step '{name}' is due {_date(moved[1]) or 'at no time'} (was {_date(moved[0]) or 'none'}).",
                _iso(moved[0]),
                _iso(moved[1]),
                after.id,
            )


def _line(what: What, how: How, vi: str, en: str, before: str | None = None, after: str | None = None) -> Line:
    return Line(what, how, "", "", vi, en, before, after)


def _date(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
