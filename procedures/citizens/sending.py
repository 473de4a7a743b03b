"""From a draft to a dossier: all of it checked once more, registered, and its receipt written, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, fees, forms, letters, words
from procedures.actor import CITIZEN
from procedures.citizens import drafts, pages, people
from procedures.citizens.pages import Outline
from procedures.dossiers import (
    Applicant,
    Intake,
    Tick,
    answer_by,
    get,
    log,
    people_of,
    plausible,
    register_online,
)
from procedures.dossiers.admissible import receives
from procedures.store.citizens import dossier_owner, submission
from procedures.vocabulary.assurance import ACTING, COMPANY, LEVELS, SELF
from procedures.vocabulary.channels import ONLINE

#: The letter that says what came in, and when.
RECEIPT = "xac-nhan-nop"
#: Names of the fields of a person, by the field of the pages.
PERSON = {
    "ho_ten": "name",
    "so_dinh_danh": "id_number",
    "dien_thoai": "phone",
    "thu_dien_tu": "email",
    "dia_chi": "address",
}
#: Before the code of a paper: the field that brings its files.
FILE = "tep-"
FILLED = "Khai trực tuyến"  # what stands beside a paper for which the form on the pages stands
NUMBERS = {
    False: "Số định danh cá nhân gồm 12 chữ số; không có thì ghi số hộ chiếu, ví dụ B1234567.",
    True: "Mã số thuế gồm 10 hoặc 13 chữ số.",
}
PHRASES = {
    "ho_ten": "Nhập họ và tên.",
    "dia_chi": "Nhập địa chỉ.",
    "dien_thoai": "Nhập số điện thoại: cơ quan gọi số này khi cần.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a submission."""

    dossier: str
    code: str


def person(said: Mapping[str, Any] | None) -> Applicant:
    """A person as the pages keep one."""
    known = said or {}
    return Applicant(**{name: str(known.get(field) or "").strip() for field, name in PERSON.items()})


def person_faults(one: Applicant, *, reached: bool, company: bool) -> dict[str, str]:
    """What is wrong with a person, by field in the order of the page. reached: the office must reach them."""
    needed = {"ho_ten": one.name, "dia_chi": one.address, **({"dien_thoai": one.phone} if reached else {})}
    wrong = {field: PHRASES[field] for field, value in needed.items() if not value}
    try:
        plausible(Intake("", "", one))
    except forms.Invalid as said:
        wrong = {**{key: text[0] for key, text in said.errors.items()}, **wrong}
    if "so_dinh_danh" in wrong:
        wrong["so_dinh_danh"] = NUMBERS[company]
    return {field: wrong[field] for field in PERSON if field in wrong}


def require_level(procedure: bundles.Procedure, level: int) -> None:
    """Refuses a session that is less sure than the procedure asks for."""
    if level < procedure.assurance:
        wanted = LEVELS[procedure.assurance]
        raise Refusal(
            f"Thủ tục này cần đăng nhập bằng {wanted.vi}. Nội dung đã soạn được giữ lại.",
            f"This procedure asks you to sign in by {wanted.en}. What you have typed is kept.",
        )


def faults(tx: Tx, shape: Outline, draft: drafts.Draft) -> dict[str, str]:
    """What keeps a draft from being sent: the name of a page → what is to be done there, in the order of the pages."""
    wrong = {}
    for page in shape.pages:
        said = page_faults(tx, shape, page, draft)
        if said:
            wrong[page.name] = next(iter(said.values()))
    if not wrong and shape.form is not None:  # rules that read fields of several pages
        try:
            shape.form.validate(shape.typed, offered=shape.offered, now=tx.now)
        except forms.Invalid as invalid:
            for key, text in invalid.first.items():
                page_of = shape.page_of(key)
                wrong.setdefault(page_of.name if page_of is not None else pages.CHECK, text)
    return wrong


def page_faults(tx: Tx, shape: Outline, page: pages.Page, draft: drafts.Draft) -> dict[str, str]:
    """What is wrong with one page of a draft, by field."""
    answers = draft.answers
    if page.kind == "place":
        return _place_faults(tx, shape, answers)
    if page.kind == "whose":
        return _whose_faults(answers)
    if page.kind == "mine":
        return person_faults(mine(tx, draft), reached=True, company=False)
    if page.kind == "theirs":
        company = answers.get("cho_ai") == COMPANY
        return person_faults(person(answers.get("chu_ho_so")), reached=False, company=company)
    if page.kind == "form":
        return pages.check_page(shape, page, tx)
    if page.kind == "paper":
        return _paper_faults(page.components, {one.component for one in drafts.papers(tx, draft.citizen, draft.id)})
    return {}


def _place_faults(tx: Tx, shape: Outline, answers: Mapping[str, Any]) -> dict[str, str]:
    wrong = {}
    agency = str(answers.get("co_quan") or "")
    if not agency or not receives(tx, shape.procedure, agency):
        wrong["co_quan"] = "Chọn cơ quan nhận hồ sơ."
    cases = {one["code"] for one in shape.procedure.cases}
    if len(cases) > 1 and answers.get("truong_hop") not in cases:
        wrong["truong_hop"] = "Chọn trường hợp của bạn."
    for name in shape.asked_amounts():
        text = str(answers.get(name) or "")
        if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 10_000):
            wrong[name] = "Nhập số nguyên từ 1 trở lên."
    return wrong


def _whose_faults(answers: Mapping[str, Any]) -> dict[str, str]:
    acting = answers.get("cho_ai")
    if acting not in ACTING:
        return {"cho_ai": "Cho biết bạn nộp hồ sơ cho ai."}
    if acting != SELF and not str(answers.get("can_cu") or "").strip():
        return {"can_cu": "Ghi rõ bạn nộp thay theo quan hệ hoặc giấy tờ nào."}
    return {}


def _paper_faults(components: Sequence[Mapping[str, Any]], there: set[str]) -> dict[str, str]:
    lacking = [one for one in components if one.get("required", True) and one["code"] not in there]
    return {f"{FILE}{one['code']}": f"Chụp hoặc chọn tệp {pages.called(one)['vi']}." for one in lacking}


@command
def send(tx: Tx, citizen_id: str, id: str, level: int, *, true: bool) -> Sent:
    """Hands in a draft: a registered dossier, its owner, and the letter that confirms it. Sent twice is sent once.

    Refuses what is incomplete, what is not said to be true, and a session below the procedure's level of assurance."""
    own = (submission.c.citizen == citizen_id) & (submission.c.id == id)
    tx.execute(select(submission.c.id).where(own).with_for_update())
    draft = drafts.get(tx, citizen_id, id)
    if draft is None:
        raise Refusal("Không còn bản soạn này.", "This draft is no more.")
    if draft.dossier is not None:
        return Sent(draft.dossier, get(tx, draft.dossier).code)
    procedure = bundles.procedure(tx, draft.procedure)
    require_level(procedure, level)
    shape = shaped(tx, procedure, draft)
    wrong = faults(tx, shape, draft)
    if wrong:
        raise Refusal("Còn mục chưa đủ hoặc chưa đúng.", "Something is missing or wrong.")
    if not true:
        raise Refusal(
            "Đánh dấu vào lời cam đoan trước khi nộp.", "Tick the statement that all is true before you send."
        )
    made = register_online(tx, intake(tx, shape, draft), CITIZEN)
    answers = draft.answers
    acting = pages.acting(procedure, answers)
    tx.execute(
        dossier_owner.insert().values(
            dossier_id=made.id,
            citizen=citizen_id,
            acting=acting,
            basis=str(answers.get("can_cu") or "").strip() if acting != SELF else "",
            level=level,
            at=tx.now,
        )
    )
    log.record(tx, made.id, "dossier.declared_true", {"acting": acting, "level": level})
    tx.execute(update(submission).where(own).values(state=drafts.SENT, dossier=made.id, answers={}, touched_at=tx.now))
    people.keep_person(tx, citizen_id, mine(tx, draft))
    _receipt(tx, made.id, shape, draft)
    drafts.forget_papers(tx, citizen_id, id)
    return Sent(made.id, made.code)


@query
def shaped(tx: Tx, procedure: bundles.Procedure, draft: drafts.Draft) -> Outline:
    """The pages of a draft, with what is known of its owner filled in."""
    return pages.outline(tx, procedure, draft.answers, fields_of(mine(tx, draft)))


def fields_of(one: Applicant) -> dict[str, str]:
    """A person under the names that the pages give to their fields."""
    return {field: getattr(one, name) for field, name in PERSON.items()}


@query
def mine(tx: Tx, draft: drafts.Draft) -> Applicant:
    """Who hands in: what the draft's owner has said of themselves. Where an electronic identity stands behind the
    account, name and number are the identity's, whatever was typed: nobody hands in as somebody else."""
    said, known = person(draft.answers.get("nguoi_nop")), people.get(tx, draft.citizen)
    if known is None or not people.has_identity(tx, draft.citizen):
        return said
    vouched = known.person
    return replace(said, name=vouched.name or said.name, id_number=vouched.id_number or said.id_number)


def intake(tx: Tx, shape: Outline, draft: drafts.Draft) -> Intake:
    """A draft as what is handed in."""
    answers = draft.answers
    me = mine(tx, draft)
    another = pages.acting(shape.procedure, answers) != SELF
    by_component: dict[str, list[str]] = {}
    for one in drafts.papers(tx, draft.citizen, draft.id):
        by_component.setdefault(one.component, []).append(one.sha256)
    return Intake(
        procedure=draft.procedure,
        agency=str(answers.get("co_quan") or ""),
        applicant=person(answers.get("chu_ho_so")) if another else me,
        channel=ONLINE,
        case=_case(shape, answers),
        form=_form(shape),
        components=tuple(
            Tick(one["code"], copies=1, files=tuple(by_component.get(one["code"], ())), note=FILLED if form else "")
            for one in shape.procedure.components(answers.get("truong_hop") or None, shape.known)
            if (form := bool(one.get("form"))) or one["code"] in by_component
        ),
        submitter=me if another else None,
        amounts={name: int(answers[name]) for name in shape.asked_amounts() if answers.get(name)},
    )


def _form(shape: Outline) -> Mapping[str, Any]:
    """What was typed and what was known, of the fields that the form has today."""
    declared = {one.key for one in shape.form.inputs()} if shape.form is not None else set()
    return pages.Typed({key: value for key, value in shape.typed.items() if key in declared})


def _case(shape: Outline, answers: Mapping[str, Any]) -> str | None:
    cases = [one["code"] for one in shape.procedure.cases]
    return str(answers["truong_hop"]) if answers.get("truong_hop") in cases else cases[0] if len(cases) == 1 else None


def quote(shape: Outline, answers: Mapping[str, Any]) -> list[fees.Quote]:
    """What it will cost, by the procedure's rules; empty while an answer that the fee is counted by is missing."""
    typed = {name: str(answers.get(name) or "") for name in shape.asked_amounts()}
    counts = {name: int(text) for name, text in typed.items() if text.isdecimal() and len(text) <= 5}
    try:
        return fees.quote(shape.procedure, fees.counted(shape.known, counts), ONLINE, _case(shape, answers))
    except Refusal:
        return []


def _receipt(tx: Tx, dossier_id: str, shape: Outline, draft: drafts.Draft) -> None:
    """The letter: what came in, when, from whom, and when there is an answer."""
    count: dict[str, int] = {}
    for one in drafts.papers(tx, draft.citizen, draft.id):
        count[one.component] = count.get(one.component, 0) + 1
    owed, made = fees.owed(tx, dossier_id), get(tx, dossier_id)
    people = people_of(tx, made)
    letters.issue(
        tx,
        RECEIPT,
        dossier_id,
        number="",
        signer="",
        data={
            "giay_to": [
                {"ten": one["name"], "so_tep": str(count.get(one["code"], 0))}
                for one in pages.papers(shape.procedure, draft.answers)
                if count.get(one["code"])
            ],
            "nop_luc": words.moment(tx.now),
            "tra_loi_truoc": words.moment(answer_by(tx, made.agency, tx.now)),
            "nguoi_nop_day_du": people.submitter.name + (f" ({people.relation})" if people.relation else ""),
            "nop_cho": people.about,
            "le_phi": f"{words.money(owed)} đồng" if owed else "Không",
        },
    )
