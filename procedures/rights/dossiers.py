"""Who may do what to a dossier, and who sees it. This is the only place that says so: the commands of
`procedures.dossiers` and `procedures.fees` ask it before they write, and the desk's page offers what it allows
(`docs/reference/authority.md`). What is done to a dossier's tasks stands in `rights.tasks`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from engine.store import Tx
from engine.store.joining import query
from procedures import officials
from procedures.actor import Actor, Kind
from procedures.rights import NotAllowed, Unseen
from procedures.store.dossier import dossier, dossier_party


class Stand(Enum):
    """How somebody stands to a dossier: by a role at the dossier's own agency, or otherwise."""

    DESK = "mot_cua"
    OFFICIAL = "chuyen_vien"
    HEAD = "truong_don_vi"
    LEADER = "lanh_dao"
    REGISTRY = "van_thu"
    READER = "reader"  # of an agency that takes part, or above; or of the own agency without one of these roles
    OVERSEER = "overseer"  # administrator
    CITIZEN = "citizen"  # whose dossier it is, known by its code and a second fact


OWN = {one.value: one for one in (Stand.DESK, Stand.OFFICIAL, Stand.HEAD, Stand.LEADER, Stand.REGISTRY)}
WORKS = frozenset(OWN.values())
DESK = frozenset({Stand.DESK})

#: Act → who may. A role counts at the dossier's own agency only: that of an agency that is consulted, or above, reads
#: and comments.
ACTS: Mapping[str, frozenset[Stand]] = {
    "look": WORKS | {Stand.READER, Stand.OVERSEER},
    "comment": WORKS | {Stand.READER},
    "accept": DESK,  # an online submission is complete, or refused
    "correct": DESK,
    "mend": DESK | {Stand.OFFICIAL},  # the declaration, as the citizen asks who was shown a draft
    "take_fee": DESK,
    "reduce_fee": DESK,
    "propose_refund": DESK,
    "decide_refund": frozenset({Stand.HEAD, Stand.LEADER}),
    "pay_refund": DESK,
    "return": DESK,
    "supplement": DESK | {Stand.CITIZEN},
    "withdraw": DESK | {Stand.CITIZEN},
    "confirm": DESK | {Stand.CITIZEN},
    "rate": frozenset({Stand.CITIZEN}),  # how they were served, when it is over
    "propose_extension": DESK | {Stand.OFFICIAL, Stand.HEAD},
    "decide_extension": frozenset({Stand.LEADER}),
    "stop": frozenset({Stand.LEADER}),
}
_SAID = {
    "look": ("xem hồ sơ này", "see this dossier"),
    "comment": ("ghi ý kiến vào hồ sơ này", "comment on this dossier"),
    "accept": ("tiếp nhận hồ sơ trực tuyến này", "accept this online submission"),
    "correct": ("sửa tiếp nhận của hồ sơ này", "correct the intake of this dossier"),
    "mend": ("sửa tờ khai của hồ sơ này", "correct the declaration of this dossier"),
    "take_fee": ("thu phí của hồ sơ này", "take the fee of this dossier"),
    "reduce_fee": ("miễn, giảm phí của hồ sơ này", "reduce the fee of this dossier"),
    "propose_refund": ("đề nghị hoàn phí của hồ sơ này", "propose a refund for this dossier"),
    "decide_refund": ("duyệt hoàn phí của hồ sơ này", "decide a refund for this dossier"),
    "pay_refund": ("chi hoàn phí của hồ sơ này", "pay out a refund for this dossier"),
    "return": ("trả kết quả hồ sơ này", "hand over the result of this dossier"),
    "supplement": ("nhận bổ sung cho hồ sơ này", "take a supplement to this dossier"),
    "withdraw": ("ghi nhận rút hồ sơ này", "record the withdrawal of this dossier"),
    "confirm": ("trả lời thay công dân ở hồ sơ này", "answer for the citizen in this dossier"),
    "rate": ("đánh giá hồ sơ này", "rate this dossier"),
    "propose_extension": ("đề nghị gia hạn hồ sơ này", "propose to extend this dossier"),
    "decide_extension": ("quyết định gia hạn hồ sơ này", "decide to extend this dossier"),
    "stop": ("dừng giải quyết hồ sơ này", "stop this dossier"),
}
_WHOSE = {
    Stand.DESK: ("cán bộ một cửa", "a desk clerk"),
    Stand.OFFICIAL: ("công chức chuyên môn", "an official"),
    Stand.HEAD: ("trưởng đơn vị", "a head of unit"),
    Stand.LEADER: ("lãnh đạo", "a leader"),
    Stand.CITIZEN: ("người nộp hồ sơ", "whoever handed it in"),
}


def scope(by: Actor) -> ColumnElement[bool]:
    """What this person may see: dossiers of the agencies in reach, and those in which one of them takes part."""
    return or_(*scope_parts(by)) if not by.everything else true()


def scope_parts(by: Actor) -> tuple[ColumnElement[bool], ...]:
    """The same in parts that have nothing in common, each found by an index of its own."""
    if by.everything:
        return (true(),)
    codes = sorted(by.visible)
    if not codes:
        return (false(),)
    own = dossier.c.agency.in_(codes)
    taking_part = select(dossier_party.c.dossier_id).where(dossier_party.c.agency.in_(codes))
    return (own, and_(dossier.c.agency.not_in(codes), dossier.c.id.in_(taking_part)))


@query
def may_see(tx: Tx, dossier_id: str, by: Actor) -> bool:
    """Whether this person may see that dossier."""
    return tx.read(select(dossier.c.id).where(dossier.c.id == dossier_id, scope(by))).first() is not None


@query
def acts(tx: Tx, dossier_id: str, by: Actor) -> frozenset[str]:
    """What this person may do to a dossier, whatever its state."""
    standing = _stands(tx, dossier_id, by)
    return frozenset(act for act, who in ACTS.items() if not who.isdisjoint(standing))


@query
def require(tx: Tx, act: str, dossier_id: str, by: Actor) -> None:
    """Raises `NotAllowed` where this person may not do that to that dossier, `Unseen` where it is not theirs to see."""
    standing = _stands(tx, dossier_id, by)
    if not ACTS[act].isdisjoint(standing):
        return
    if not standing:
        raise unseen()
    vi, en = _SAID[act]
    who = [_WHOSE[one] for one in _WHOSE if one in ACTS[act]]
    raise NotAllowed(
        f"Chỉ {', '.join(name for name, _ in who)} của chính cơ quan giải quyết được {vi}.",
        f"Only {', '.join(name for _, name in who)} of the dossier's own agency may {en}.",
    )


def unseen() -> Unseen:
    """There is no such dossier for this person."""
    return Unseen(
        "Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi được xem.",
        "There is no such dossier, or it is not yours to see.",
    )


@query
def require_desk(tx: Tx, agency: str, by: Actor) -> None:
    """Raises `NotAllowed` for who is no desk clerk of that agency: only they receive for it."""
    if ("mot_cua", agency) not in (officials.roles_of(tx, by.username) if by.has_account else ()):
        raise NotAllowed(
            "Chỉ cán bộ một cửa của chính cơ quan tiếp nhận lập được hồ sơ và phiếu tại quầy.",
            "Only a desk clerk of the agency that receives takes an intake.",
        )


def _stands(tx: Tx, dossier_id: str, by: Actor) -> Collection[Stand]:
    from procedures.dossiers import log  # whose commands ask here

    if by.kind is Kind.CITIZEN:
        return {Stand.CITIZEN}
    home = log.home(tx, dossier_id)
    if home is None or not home.dossier or not by.has_account:
        return set()
    roles = officials.roles_of(tx, by.username)
    found = {OWN[role] for role, agency in roles if agency == home.agency and role in OWN}
    if any(role == "quan_tri" for role, _ in roles):
        found.add(Stand.OVERSEER)
    if not found and may_see(tx, dossier_id, by):
        found.add(Stand.READER)
    return found
