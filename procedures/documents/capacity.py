"""In whose name a document is signed (NĐ 30/2020/NĐ-CP, Điều 13; Phụ lục I, II.7): what stands above the signer's name,
and whether that person may sign so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from procedures import absences, agencies, officials
from procedures.actor import Actor
from procedures.vocabulary.documents import CAPACITIES, DIRECT, WITH_BASIS

#: How the name of an agency begins, the post of its head, and whether it decides as a collective.
_HEADS = (
    ("Ủy ban nhân dân", "Chủ tịch", True),
    ("Hội đồng nhân dân", "Chủ tịch", True),
    ("Ủy ban", "Chủ tịch", True),
    ("Hội đồng", "Chủ tịch", True),
    ("Văn phòng", "Chánh Văn phòng", False),
    ("Thanh tra", "Chánh Thanh tra", False),
    ("Sở", "Giám đốc", False),
    ("Trung tâm", "Giám đốc", False),
    ("Phòng", "Trưởng phòng", False),
    ("Chi cục", "Chi cục trưởng", False),
    ("Cục", "Cục trưởng", False),
    ("Công an", "Trưởng Công an", False),
    ("Ban", "Trưởng ban", True),
)


@dataclass(frozen=True, slots=True)
class Signing:
    """In which capacity a person signs, the paper that it rests on, and the lines above the name."""

    capacity: str
    basis: str
    lines: tuple[str, ...]


def head_of(agency: str) -> str:
    """The post of who heads an agency of that name; empty where nothing is settled."""
    return next((post for begin, post, _ in _HEADS if agency.startswith(begin)), "")


def is_collective(agency: str) -> bool:
    """Whether an agency of that name decides as a collective, so that TM. is signed in its name."""
    return next((collective for begin, _, collective in _HEADS if agency.startswith(begin)), False)


def post(title: str, agency: str) -> str:
    """A title without the agency, which stands in the head already: "Chủ tịch" of "Chủ tịch UBND xã Đông Hưng"."""
    bare = re.sub(r"\s+(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)\b.*$", "", title.strip())
    words, own = bare.split(), agency.lower()
    at = next((i for i in range(1, len(words)) if own.startswith(" ".join(words[i:]).lower())), None)
    return (
        bare
        if at is None or " ".join(words[at:]).lower() in ("văn phòng", "thanh tra", "công an")
        else " ".join(words[:at])
    )


def lines(capacity: str, title: str, agency: str) -> tuple[str, ...]:
    """What stands above the name of somebody with that title who signs so for an agency of that name."""
    own = post(title, agency)
    head = head_of(agency) or re.sub(r"(?i)^phó\s+", "", own)
    deputy = is_deputy(title)
    if capacity == "TM":
        collective = next((begin for begin, _, together in _HEADS if together and agency.startswith(begin)), agency)
        whole = agency if collective in ("Ủy ban", "Hội đồng", "Ban") else collective
        return (f"TM. {whole}", f"KT. {head}", own) if deputy else (f"TM. {whole}", own)
    if capacity == "Q":
        return (f"Q. {re.sub(r'(?i)^(quyền|q[.])[ ]*', '', own)}",)
    if capacity in ("KT", "TL", "TUQ"):
        return (f"{capacity}. {head}", own)
    return (own,)


def is_deputy(title: str) -> bool:
    """Whether a title is that of a deputy."""
    return title.strip().lower().startswith("phó ")


def proposed(title: str, agency: str, lent: absences.Absence | None) -> str:
    """The capacity in which somebody with that title most likely signs."""
    if lent is not None and lent.capacity:
        return lent.capacity
    if title.lower().startswith(("quyền ", "q.")):
        return "Q"
    if is_deputy(title):
        return "TM" if is_collective(agency) else "KT"
    return "TM" if is_collective(agency) else DIRECT


@query
def signing(tx: Tx, agency: str, capacity: str, basis: str, by: Actor) -> Signing:
    """How this person signs a document of that agency. Refuses a capacity that their post, or the absence by which they
    stand in for a leader, does not give them, and one that rests on a paper without naming it."""
    if capacity not in CAPACITIES:
        raise Refusal("Chọn thẩm quyền ký trong danh sách.", "Choose the capacity of the signer.", "tham_quyen")
    name = agencies.name(tx, agency)
    lent = absences.behalf(tx, {f"{absences.LEADER}@{agency}"}, (), by)
    if lent is not None and lent.capacity:
        if capacity != lent.capacity:
            raise Refusal(
                f"Bạn ký thay theo phân công {lent.basis}: thẩm quyền là {lent.capacity}., không phải {capacity}.",
                f"You sign for who is away, by {lent.basis}: in the capacity {lent.capacity}., not {capacity}.",
                "tham_quyen",
            )
        person = officials.get(tx, lent.official)
        head = post(person.title, name) if person is not None else head_of(name)
        return Signing(capacity, lent.basis, (f"{capacity}. {head}", post(by.title, name)))
    _standing(name, capacity, by.title)
    basis = basis.strip()[:200]
    if capacity in WITH_BASIS and not basis:
        raise Refusal(
            f"Ký {capacity}. phải có văn bản giao quyền: ghi số, ký hiệu văn bản đó.",
            f"Signing {capacity}. rests on a paper: give its notation.",
            "can_cu_tham_quyen",
        )
    return Signing(capacity, basis, lines(capacity, by.title, name))


def _standing(agency: str, capacity: str, title: str) -> None:
    """Refuses a capacity that does not go with a title at an agency of that name."""
    wrong: tuple[str, str] | None = None
    head = head_of(agency)
    heads = bool(head) and post(title, agency).lower() == head.lower()
    if capacity == "KT" and not is_deputy(title):
        wrong = ("KT. chỉ dành cho cấp phó", "KT. is for a deputy")
    elif capacity == DIRECT and is_deputy(title):
        wrong = (
            "cấp phó không ký trực tiếp: chọn KT. hoặc TM.",
            "a deputy does not sign as the head: choose KT. or TM.",
        )
    elif capacity == "TM" and head and not is_collective(agency):
        wrong = (
            "TM. chỉ dùng cho cơ quan làm việc theo chế độ tập thể",
            "TM. is for agencies that decide as a collective",
        )
    elif capacity == "Q" and not title.lower().startswith(("quyền ", "q.")):
        wrong = ("Q. chỉ dành cho người được giao quyền đứng đầu", "Q. is for who acts as the head")
    elif capacity in WITH_BASIS and heads:
        wrong = (
            f"người đứng đầu không ký {capacity}. trong cơ quan mình: chọn TM. hoặc ký trực tiếp",
            f"who heads the agency does not sign {capacity}. in it",
        )
    if wrong is not None:
        raise Refusal(
            f"Chức vụ của bạn là “{title}”: {wrong[0]}.", f"Your post is “{title}”: {wrong[1]}.", "tham_quyen"
        )
