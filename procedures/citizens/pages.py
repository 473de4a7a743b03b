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
from procedures.vocabulary.assurance import SELF
from procedures.vocabulary.channels import ONLINE

PLACE, WHOSE, MINE, THEIRS, CHECK = "noi-nop", "cho-ai", "nguoi-nop", "chu-ho-so", "kiem-tra"
FORM, PAPER = "to-khai", "giay-to"


class Typed(dict[str, Any]):
    """What was typed into a form, as a browser sends it: texts, several of one name as a list."""

    def getlist(self, key: str) -> list[str]:
        """All values of a name."""
        found = self.get(key)
        return list(found) if isinstance(found, list) else [] if found in (None, "") else [str(found)]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. kind: place, whose, mine, theirs, form, paper or check. fields: of the form. component: the paper."""

    name: str
    kind: str
    title: str = ""
    fields: tuple[Field, ...] = ()
    component: Mapping[str, Any] | None = None

    @property
    def keys(self) -> set[str]:
        """The fields of the form on it that hold data."""
        return {one.key for one in Form("", "", self.fields).inputs()}


@dataclass(frozen=True, slots=True)
class Outline:
    """A submission as its procedure shapes it today. hidden: keys of fields that the answers hide."""

    procedure: bundles.Procedure
    form: Form | None
    pages: tuple[Page, ...]
    offered: Choices
    hidden: frozenset[str]
    known: Mapping[str, Any]

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

    def number(self, name: str) -> tuple[int, int]:
        """Which page of how many, the check not counted."""
        names = [one.name for one in self.pages if one.kind != "check"]
        return (names.index(name) + 1 if name in names else len(names)), len(names)

    def page_of(self, key: str) -> Page | None:
        """The page on which a field of the form stands."""
        return next((one for one in self.pages if key in one.keys), None)

    def asked_amounts(self) -> list[str]:
        """Counts that fees are computed from and that the form does not ask for itself."""
        return fees.asked(self.procedure, self.form)


def outline(tx: Tx, procedure: bundles.Procedure, answers: Mapping[str, Any]) -> Outline:
    """The pages that these answers call for."""
    form = bundles.form(tx, procedure.version, procedure.form_key)
    offered = forms.offered(tx, form, str(answers.get("co_quan") or ""))
    known, hidden = declared(form, answers, offered, tx)
    pages = [Page(PLACE, "place"), Page(WHOSE, "whose"), Page(MINE, "mine")]
    if answers.get("cho_ai", SELF) != SELF:
        pages.append(Page(THEIRS, "theirs"))
    pages += _of_form(form, hidden)
    for position, one in enumerate(papers(procedure, answers), 1):
        pages.append(Page(f"{PAPER}-{position}", "paper", str(one["name"]), component=one))
    pages.append(Page(CHECK, "check"))
    return Outline(procedure, form, tuple(pages), offered, frozenset(hidden), known)


def _of_form(form: Form | None, hidden: set[str]) -> list[Page]:
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


def papers(procedure: bundles.Procedure, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The papers that are to be uploaded: those of the case, but for the one that the form itself stands for."""
    return [one for one in procedure.components(answers.get("truong_hop") or None) if not one.get("form")]


def typed(answers: Mapping[str, Any]) -> Typed:
    """What was typed into the form so far."""
    return Typed(answers.get("to_khai") or {})


def declared(
    form: Form | None, answers: Mapping[str, Any], offered: Choices, tx: Tx
) -> tuple[dict[str, Any], set[str]]:
    """What is filled in and right so far, and the keys of the fields that it hides."""
    if form is None:
        return {}, set()
    now = tx.now.astimezone(VIETNAM)
    filled = Typed({name: value for name, value in typed(answers).items() if value})
    known: dict[str, Any] = {}
    for _again in range(2):
        try:
            known = form.validate(filled, partial=True, offered=offered, now=now)
            break
        except forms.Invalid as wrong:
            for key in wrong.errors:
                filled.pop(key, None)
    return known, form.hidden({**{one.key: None for one in form.inputs()}, **known}, now)


def check_page(shape: Outline, page: Page, answers: Mapping[str, Any], tx: Tx) -> dict[str, str]:
    """What is wrong with one page of the form, by field. A rule that reads a field of a page which is still to come is
    not broken yet; the whole is checked before it is sent."""
    if shape.form is None:
        return {}
    others = {key: value for key, value in shape.known.items() if key not in page.keys}
    try:
        shape.form.validate(
            typed(answers), only=page.keys, known=others, offered=shape.offered, now=tx.now.astimezone(VIETNAM)
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
