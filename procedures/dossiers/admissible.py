"""Whether an intake can be received: channel, case, papers, and what its form says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, fees, forms, officials
from procedures.dossiers.applicants import plausible
from procedures.dossiers.values import Intake, Lack
from procedures.exchange.connectors import routes
from procedures.forms.sameness import APPLICANT, SUBMITTER
from procedures.vocabulary.channels import CHANNELS


class NotReceiving(forms.Invalid):
    """The agency that is to receive is none that receives this procedure."""

    def __init__(self, agency: str) -> None:
        said = f"“{agency}” không phải cơ quan đang tiếp nhận thủ tục này: chọn cơ quan có Bộ phận Một cửa nhận."
        super().__init__({"co_quan": [said]})


def receives(tx: Tx, procedure: bundles.Procedure, agency: str) -> bool:
    """Whether an agency receives this procedure today: it is in force, of a level that the procedure names, and has a
    desk with somebody at it. Pages offer by this, and nothing is received against it."""
    unit = agencies.get(tx, agency)
    if unit is None or (procedure.agencies and unit.level not in procedure.agencies):
        return False
    return bool(officials.officials_in(tx, f"mot_cua@{agency}"))


def check(tx: Tx, procedure: bundles.Procedure, intake: Intake, *, papers: bool, whole: bool = True) -> dict[str, Any]:
    """Whether this can be received; the form's data as variables. whole: every field that the form wants is there."""
    if procedure.kind != "procedure":
        raise Refusal(
            f"“{procedure.name['vi']}” không phải thủ tục hành chính.",
            f"'{procedure.name['en']}' is no administrative procedure.",
        )
    routes.require_ours(tx, procedure.code)
    if intake.channel not in procedure.channels:
        called = CHANNELS[intake.channel].vi if intake.channel in CHANNELS else intake.channel
        raise Refusal(
            f"Thủ tục không nhận hồ sơ qua hình thức “{called}”.",
            f"The procedure takes no dossiers by '{intake.channel}'.",
        )
    if intake.channel in procedure.outage_only and not intake.outage.strip():
        said = "Thủ tục này nộp trên Cổng dịch vụ công; chỉ nhận cách khác khi Cổng gặp sự cố: ghi rõ sự cố."
        raise forms.Invalid({"su_co": [said]})
    if procedure.cases and intake.case is None and len(procedure.cases) > 1 and procedure.term() is None:
        raise Refusal("Hãy chọn trường hợp của thủ tục.", "Choose a case of the procedure.")
    if intake.case is not None and procedure.case(intake.case) is None:
        raise Refusal(f"Thủ tục không có trường hợp {intake.case}.", f"The procedure has no case {intake.case}.")
    if not intake.applicant.name.strip():
        raise Refusal("Phải có họ tên người nộp hoặc tên tổ chức.", "The applicant's name is missing.")
    plausible(intake)
    if not intake.agency:
        raise Refusal("Phải chọn cơ quan tiếp nhận.", "Choose the agency that receives it.")
    if not receives(tx, procedure, intake.agency):
        raise NotReceiving(intake.agency)
    if papers:
        lacks = missing(procedure, intake)
        if lacks:
            raise Refusal(
                f"Còn thiếu giấy tờ bắt buộc: {'; '.join(one.name for one in lacks)}. Lập Mẫu 02 để yêu cầu bổ sung.",
                f"Required papers are missing: {'; '.join(one.name for one in lacks)}.",
            )
    form = bundles.form(tx, procedure.version, procedure.form_key)
    refuse_undeclared(form, intake)
    if form is None:
        return {}
    return _declared(tx, form, intake, whole)


def _declared(tx: Tx, form: forms.Form, intake: Intake, whole: bool) -> dict[str, Any]:
    """What the form says. A field that repeats what is said of the people, and stands empty, says the same; one that
    says something else is refused."""
    offered, known = forms.offered(tx, form, intake.agency), people(intake)
    filled = forms.filled(form, intake.form, known, tx.now)
    said = form.validate(filled, partial=not whole, offered=offered, now=tx.now)
    against = forms.contradictions(form, said, known, tx.now)
    if against:
        raise forms.Invalid(against)
    return said


def people(intake: Intake) -> forms.People:
    """Who hands in, and whose matter it is, under the names that forms know them by."""
    return {
        who: {
            "ho_ten": one.name,
            "so_dinh_danh": one.id_number,
            "dien_thoai": one.phone,
            "thu_dien_tu": one.email,
            "dia_chi": one.address,
        }
        for who, one in ((APPLICANT, intake.applicant), (SUBMITTER, intake.submitter or intake.applicant))
    }


def refuse_undeclared(form: forms.Form | None, intake: Intake) -> None:
    """What becomes variables of a process is what its form declares, and the counts that fees are computed from: whole
    numbers from one on; where the form asks for one itself, the form's counts. Raises forms.Invalid with every other
    name."""
    declared = {entry.key for entry in form.inputs()} if form is not None else set()
    wrong = {name: ["Tờ khai không có mục này."] for name in intake.form if name not in declared}
    for name, value in intake.amounts.items():
        if name not in fees.COUNTS:
            wrong[name] = ["Không phải số liệu tính phí của thủ tục này."]
        elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
            wrong[name] = ["Phải là số nguyên từ 1 đến 10.000."]
    if wrong:
        raise forms.Invalid(wrong)


def missing(procedure: bundles.Procedure, intake: Intake) -> list[Lack]:
    """The required papers that are not ticked, for Mẫu 02."""
    had = {tick.code for tick in intake.components if tick.originals or tick.copies or tick.files}
    return [
        Lack(one["code"], one["name"], "Chưa có trong hồ sơ nộp", f"Nộp {_counts(one)}" if _counts(one) else "")
        for one in procedure.components(intake.case, intake.form)
        if one.get("required", True) and one["code"] not in had
    ]


def _counts(one: Mapping[str, Any]) -> str:
    parts = [f"{one.get('originals', 0):02d} bản chính"] if one.get("originals") else []
    return ", ".join([*parts, f"{one['copies']:02d} bản sao"] if one.get("copies") else parts)
