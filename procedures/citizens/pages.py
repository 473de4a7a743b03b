"""The pages of a submission: one thing on each, in the order in which a person would tell it, made of the procedure's
own form, papers and cases. Which there are depends on what was answered: a group that its conditions hide has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import agencies, bundles, fees, forms
from procedures.dossiers import receives
from procedures.forms import Choices, Field, Form
from procedures.forms.conditions import read_by
from procedures.forms.sameness import APPLICANT, SUBMITTER
from procedures.vocabulary.assurance import SELF
from procedures.vocabulary.channels import ONLINE
from procedures.vocabulary.words import Word

PLACE, WHOSE, MINE, THEIRS, CHECK = "noi-nop", "cho-ai", "nguoi-nop", "chu-ho-so", "kiem-tra"
FORM, PAPER, OTHERS = "to-khai", "giay-to", "giay-to-khac"

#: The parts of a submission, as a page tells where one is: they are the same whatever is answered.
STAGES: Mapping[str, Word] = {
    "people": Word("Nơi nộp và người nộp", "Where, and who you are"),
    "form": Word("Tờ khai", "Declaration"),
    "papers": Word("Giấy tờ", "Papers"),
    "check": Word("Kiểm tra và nộp", "Check and send"),
}
_STAGE = {"place": "people", "whose": "people", "mine": "people", "theirs": "people", "paper": "papers"}


class Typed(dict[str, Any]):
    """What was typed into a form, as a browser sends it: texts, several of one name as a list."""

    def getlist(self, key: str) -> list[str]:
        """All values of a name."""
        found = self.get(key)
        return list(found) if isinstance(found, list) else [] if found in (None, "") else [str(found)]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. kind: place, whose, mine, theirs, form, paper or check. fields: of the form. components: the papers;
    one that must come has a page of its own, those that may stand together on one."""

    name: str
    kind: str
    title: str = ""
    fields: tuple[Field, ...] = ()
    components: tuple[Mapping[str, Any], ...] = ()

    @property
    def keys(self) -> set[str]:
        """The fields of the form on it that hold data."""
        return {one.key for one in Form("", "", self.fields).inputs()}

    @property
    def stage(self) -> str:
        """The part of the submission to which it belongs, as in `STAGES`."""
        return _STAGE.get(self.kind, self.kind)

    def component(self, code: str) -> Mapping[str, Any] | None:
        """One of its papers; without a code its only one."""
        if not code and len(self.components) == 1:
            return self.components[0]
        return next((one for one in self.components if one["code"] == code), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """A submission as its procedure shapes it today. hidden: keys of fields that the answers hide. same: what the form
    would ask and is known already, by field. typed: the form with that filled in. acting: for whom is handed in."""

    procedure: bundles.Procedure
    form: Form | None
    pages: tuple[Page, ...]
    offered: Choices
    hidden: frozenset[str]
    known: Mapping[str, Any]
    same: Mapping[str, str]
    typed: Typed
    acting: str

    def page(self, name: str) -> Page | None:
        """The page of that name."""
        return next((one for one in self.pages if one.name == name), None)

    def after(self, name: str) -> Page:
        """The page after that one; the check after the last."""
        names = [one.name for one in self.pages]
        return self.pages[min(names.index(name) + 1, len(names) - 1)] if name in names else self.pages[0]

    def before(self, name: str) -> Page | None:
        """The page before that one."""
        names = [one.name for one in self.pages]
        at = names.index(name) if name in names else 0
        return self.pages[at - 1] if at else None

    def step(self, page: Page) -> tuple[int, int]:
        """Which part of how many a page belongs to: those that the procedure has, whatever is answered."""
        papers = [one for one in self.procedure.components() if not one.get("form")]
        there = [one for one in STAGES if (one != "form" or self.form) and (one != "papers" or papers)]
        return there.index(page.stage) + 1, len(there)

    def page_of(self, key: str) -> Page | None:
        """The page on which a field of the form stands."""
        return next((one for one in self.pages if key in one.keys), None)

    def asked_amounts(self) -> list[str]:
        """Counts that fees are computed from and that the form does not ask for itself."""
        return fees.asked(self.procedure, self.form)


def outline(
    tx: Tx, procedure: bundles.Procedure, answers: Mapping[str, Any], me: Mapping[str, str] | None = None
) -> Outline:
    """The pages that these answers call for. me: who hands in, where more is known than what they typed."""
    form = bundles.form(tx, procedure.version, procedure.form_key)
    offered = forms.offered(tx, form, str(answers.get("co_quan") or ""))
    said = typed(answers)
    known, hidden = declared(form, said, offered, tx)
    same = _same(form, known, _people(procedure, answers, me), tx)
    if same:
        said = Typed({**said, **same})
        known, hidden = declared(form, said, offered, tx)
        same = {key: value for key, value in same.items() if key in known and key not in hidden}
    pages = [Page(PLACE, "place")]
    pages += [] if procedure.people.get("relation") else [Page(WHOSE, "whose")]
    pages.append(Page(MINE, "mine"))
    if acting(procedure, answers) != SELF:
        pages.append(Page(THEIRS, "theirs"))
    pages += of_form(form, hidden | same.keys())
    pages += _of_papers(papers(procedure, answers, known))
    pages.append(Page(CHECK, "check"))
    return Outline(
        procedure, form, tuple(pages), offered, frozenset(hidden), known, same, said, acting(procedure, answers)
    )


def acting(procedure: bundles.Procedure, answers: Mapping[str, Any]) -> str:
    """For whom is handed in. Where the form asks what the submitter is to the one it is about, nothing more is asked:
    who hands in does it in their own name."""
    return SELF if procedure.people.get("relation") else str(answers.get("cho_ai") or SELF)


def _people(procedure: bundles.Procedure, answers: Mapping[str, Any], me: Mapping[str, str] | None) -> forms.People:
    mine = me if me is not None else answers.get("nguoi_nop") or {}
    theirs = mine if acting(procedure, answers) == SELF else answers.get("chu_ho_so") or {}
    return {SUBMITTER: mine, APPLICANT: theirs}


def _same(form: Form | None, known: Mapping[str, Any], people: forms.People, tx: Tx) -> dict[str, str]:
    return forms.repeated(form, known, people, tx.now.astimezone(VIETNAM)) if form is not None else {}


def _of_papers(wanted: list[Mapping[str, Any]]) -> list[Page]:
    """A page for each paper that must come, and one for all that may."""
    needed = [one for one in wanted if one.get("required", True)]
    rest = tuple(one for one in wanted if not one.get("required", True))
    pages = [Page(f"{PAPER}-{at}", "paper", components=(one,)) for at, one in enumerate(needed, 1)]
    return [*pages, Page(OTHERS, "paper", components=rest)] if rest else pages


def of_form(form: Form | None, hidden: set[str]) -> list[Page]:
    """Each group of the form a page, and what stands between groups another; none for what is hidden as a whole."""
    parts: list[tuple[str, list[Field]]] = []
    for field in form.fields if form is not None else ():
        if field.role == "box" and field.label:
            parts.append((field.label, [field]))
        elif parts and not parts[-1][0]:
            parts[-1][1].append(field)
        else:
            parts.append(("", [field]))
    pages: list[Page] = []
    for title, fields in parts:
        made = tuple(replace(one, label="") if one.role == "box" and one.label == title else one for one in fields)
        page = Page(f"{FORM}-{len(pages) + 1}", "form", title or (form.title if form is not None else ""), made)
        if page.keys - hidden:
            pages.append(page)
    return pages


def papers(
    procedure: bundles.Procedure, answers: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> list[Mapping[str, Any]]:
    """The papers that are to be uploaded: those of the case, but for the one that the form itself stands for. known:
    what the form says, where some are wanted only by that."""
    return [one for one in procedure.components(answers.get("truong_hop") or None, known) if not one.get("form")]


def called(component: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call a paper, ``{vi, en}``: its short name, where the procedure has one."""
    name = str(component["name"])
    return component.get("short") or {"vi": name, "en": name}


def typed(answers: Mapping[str, Any]) -> Typed:
    """What was typed into the form so far."""
    return Typed(answers.get("to_khai") or {})


def declared(form: Form | None, said: Typed, offered: Choices, tx: Tx) -> tuple[dict[str, Any], set[str]]:
    """What is filled in and right so far, and the keys of the fields that it hides."""
    if form is None:
        return {}, set()
    now = tx.now.astimezone(VIETNAM)
    filled = Typed({name: value for name, value in said.items() if value})
    known: dict[str, Any] = {}
    for _again in range(2):
        try:
            known = form.validate(filled, partial=True, offered=offered, now=now)
            break
        except forms.Invalid as wrong:
            for key in wrong.errors:
                filled.pop(key, None)
    return known, form.hidden({**{one.key: None for one in form.inputs()}, **known}, now)


def check_page(shape: Outline, page: Page, tx: Tx) -> dict[str, str]:
    """What is wrong with one page of the form, by field. A rule that reads a field of a page which is still to come is
    not broken yet; the whole is checked before it is sent."""
    if shape.form is None:
        return {}
    others = {key: value for key, value in shape.known.items() if key not in page.keys}
    try:
        shape.form.validate(
            shape.typed, only=page.keys, known=others, offered=shape.offered, now=tx.now.astimezone(VIETNAM)
        )
    except forms.Invalid as wrong:
        later = _later(shape, page)
        return {key: said[0] for key, said in wrong.errors.items() if not _waits(shape.form, key, said[0], later)}
    return {}


def _later(shape: Outline, page: Page) -> set[str]:
    names = [one.name for one in shape.pages]
    after = shape.pages[names.index(page.name) + 1 :]
    return {key for one in after for key in one.keys} - shape.known.keys()


def _waits(form: Form, key: str, said: str, later: set[str]) -> bool:
    field = next((one for one in form.inputs() if one.key == key), None)
    rule = field.properties.get("mc:rule") if field is not None else None
    return bool(rule and read_by(rule) & later and field is not None and said == field.properties.get("mc:ruleMessage"))


def places(tx: Tx, procedure: bundles.Procedure) -> Sequence[tuple[str, str]]:
    """The agencies that receive this procedure online, by name."""
    found = [one for one in agencies.find(tx) if not procedure.agencies or one.level in procedure.agencies]
    return sorted(((one.code, one.name) for one in found if receives(tx, procedure, one.code)), key=lambda one: one[1])


def offers(procedure: bundles.Procedure) -> bool:
    """Whether a procedure is handed in online, on every day."""
    return procedure.kind == "procedure" and ONLINE in procedure.usual_channels
