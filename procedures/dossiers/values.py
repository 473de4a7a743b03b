"""What a dossier is to those who ask and answer: plain values under the names of the glossary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person or organisation whose dossier it is (chủ hồ sơ), or who hands it in for them (người nộp)."""

    name: str
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    def variables(self) -> dict[str, str]:
        """As the process variable ``ho_so.nguoi_nop``."""
        return {
            "ho_ten": self.name,
            "so_dinh_danh": self.id_number,
            "dien_thoai": self.phone,
            "email": self.email,
            "dia_chi": self.address,
        }


@dataclass(frozen=True, slots=True)
class Tick:
    """A component as handed in: how many originals and copies, and the scanned files (SHA-256 of each)."""

    code: str
    originals: int = 0
    copies: int = 0
    files: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a desk clerk or a citizen hands in.

    channel: ``truc_tiep`` (desk), ``truc_tuyen`` (online) or ``buu_chinh`` (post).
    request: what is asked for, in words (Mẫu 01: nội dung yêu cầu giải quyết).
    form: the filled form, by field key.  amounts: variables of the fee formulas, e.g. ``so_ban``, ``so_trang``.
    submitter: who hands it in, where that is another than the applicant.
    outage: what kept the portal from taking it, where the law opens this channel only then.
    """

    procedure: str
    agency: str
    applicant: Applicant
    channel: str = "truc_tiep"
    case: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    components: tuple[Tick, ...] = ()
    request: str = ""
    submitter: Applicant | None = None
    sets: int = 1
    amounts: Mapping[str, Any] = field(default_factory=dict)
    return_place: str = ""
    outage: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What an intake made: the dossier's id (also the root of its process), its code, the promised date (None
    while it is only registered), and the token of its Mẫu 01 (`letters.pdf(tx, token)`)."""

    id: str
    code: str
    due: datetime | None
    letter: str | None


#: Stands before the key of a field among the codes of what lacks.
FIELD_MARK = "muc."


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that lacks: a component (`kind` "component") or a field of the form ("field"), why, and how to
    mend it."""

    code: str
    name: str
    reason: str
    mend: str = ""
    kind: str = "component"
    legal_basis: str = ""

    @property
    def mark(self) -> str:
        """Its name among all that can lack: a field may have the code of a component."""
        return FIELD_MARK + self.code if self.kind == "field" else self.code

    def variables(self) -> dict[str, str]:
        """As an item of the process variable ``thieu``."""
        return {
            "ma": self.code,
            "ten": self.name,
            "ly_do": self.reason,
            "cach_khac_phuc": self.mend,
            "loai": self.kind,
            "can_cu": self.legal_basis,
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What came in online waits for the desk's answer: by when it is promised, and how that stands (open, near,
    past)."""

    by: datetime
    state: Literal["open", "near", "past"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as it stands. Times are aware, in +07:00. `settings` are those of the version it started on
    (`procedures.bundles.Settings`)."""

    id: str
    code: str
    procedure: str
    procedure_name: str
    version: str
    field: str
    case: str | None
    agency: str
    channel: str
    applicant: Applicant
    submitter: Applicant | None
    request: str
    form: Mapping[str, Any]
    amounts: Mapping[str, Any]
    sets: int
    return_place: str
    received_by: str
    registered_at: datetime
    received_at: datetime | None
    status: int
    status_since: datetime
    original_due: datetime | None
    due: datetime | None
    paused: bool
    progress: str  # as in `procedures.dossiers.pace`
    stage: str  # label of where it is now, in plain words
    finished_at: datetime | None
    returned_at: datetime | None
    closed_at: datetime | None  # 9, 10, 7, or 8 for good: the clock has ended
    refused: bool = False  # its result is a refusal
    waiting: Waiting | None = None  # for the desk's answer

    @property
    def status_name(self) -> str:
        from procedures.vocabulary.statuses import said

        return said(self.status, self.refused).vi


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier in a list: what a list shows, no more."""

    id: str
    code: str
    procedure: str
    procedure_name: str
    field: str
    agency: str
    applicant: str
    phone: str
    channel: str
    status: int
    stage: str
    received_at: datetime | None
    due: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    paused: bool
    progress: str  # early | on_time | late | open | near | over | paused | "" (not received)
    refused: bool = False  # its result is a refusal
    waiting: Waiting | None = None  # for the desk's answer

    @property
    def status_name(self) -> str:
        from procedures.vocabulary.statuses import said

        return said(self.status, self.refused).vi


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `total` counts all that match. partial: no row has every word that was looked for; these
    have some, those with most of them first. more: more match than are counted and can be paged through."""

    rows: tuple[Row, ...]
    total: int
    number: int
    size: int
    partial: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class Double:
    """A dossier that may be the same as one being handed in, and why it seems so."""

    id: str
    code: str
    applicant: str
    received_at: datetime | None
    status: int
    reason: str
    refused: bool = False  # its result is a refusal


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a dossier, for people: a status, a step, a letter, a change of the clock."""

    at: datetime
    who: str
    what: Mapping[str, str]  # {"vi", "en"}
    kind: str
    note: str = ""
    note_en: str = ""  # the same in English, as far as the house has written it; empty where people have


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the citizen must do now. action: ``confirm`` | ``supplement`` | ``pay``; doing it sends `message`. note:
    what the official says to them with it."""

    action: str
    message: str
    label: Mapping[str, str]
    lacks: tuple[Lack, ...] = ()
    until: datetime | None = None
    amount: int = 0
    silence: str = ""
    since: datetime | None = None  # when the wait began
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the citizen sees behind code and second fact. `explanation` is `engine.calendar`'s, as stored."""

    dossier: Dossier
    agency_name: str
    stage: str
    holder: str  # the unit that holds it
    holder_since: datetime | None
    next_steps: tuple[NextStep, ...]
    held: bool  # its process is suspended by hand: nothing can be sent to it
    history: tuple[HistoryLine, ...]
    explanation: tuple[Mapping[str, Any], ...]
    changes: tuple[Mapping[str, Any], ...]
    letters: tuple[Mapping[str, Any], ...]  # {template, title, number, issued_at, token}
    results: tuple[Mapping[str, Any], ...]
    fees: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who took the result: name, the paper shown (its number), and the signature drawn on the pad (file's SHA-256)."""

    name: str
    id_number: str = ""
    relation: str = ""  # to the applicant, where another
    signature: str | None = None
    note: str = ""
    way: str = ""  # of `procedures.vocabulary.returns.WAYS`; empty where it was not said
    proof: str = ""  # what shows it: the authority of a proxy, the number of what was posted
    unsigned: str = ""  # of `UNSIGNED`: why there is no drawn signature
