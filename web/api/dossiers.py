"""Dossiers over the API: handed in, read, supplemented, finished."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

from flask import abort
from flask_smorest import Blueprint
from marshmallow import RAISE

from engine.refusal import Refusal
from engine.store import Tx
from procedures import dossiers, fees, files, tasks
from procedures.dossiers.values import Applicant, Intake, Lack, Recipient, Tick
from procedures.vocabulary.channels import ONLINE
from procedures.vocabulary.statuses import STATUSES
from web.api.access import act_as, actor, scoped
from web.api.once import Stop, once
from web.api.problems import problem
from web.api.schemas import (
    ConfirmSchema,
    DossierInSchema,
    DossierSchema,
    FeeSchema,
    ForWhomQuery,
    KeyHeader,
    ReasonSchema,
    ResultInSchema,
    ResultSchema,
    ReturnSchema,
    SupplementSchema,
)
from web.house import database

blueprint = Blueprint("api_dossiers", __name__, url_prefix="/api/v1", description="Hồ sơ")
PROBLEMS = {
    400: "not readable",
    401: "no valid token",
    403: "not allowed",
    404: "not found, or not yours to see",
    409: "its state does not allow it",
    413: "too large",
    415: "not JSON",
    422: "not valid",
    503: "busy, try again",
}


def described(*statuses: int) -> Any:
    """Documents these problems."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(status, schema=None, description=PROBLEMS[status])(view)
        return view

    return decorate


@blueprint.post("/dossiers")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(DossierInSchema)
@blueprint.response(201, DossierSchema)
@described(400, 401, 403, 409, 413, 415, 503)
def receive(header: dict[str, Any], asked: dict[str, Any]) -> Any:
    """Hand in a dossier: received with code, due date and Mẫu 01 (desk, post), or registered (online)."""
    act_as(asked.get("on_behalf_of"))
    intake = Intake(
        procedure=asked["procedure"],
        agency=asked["agency"],
        applicant=Applicant(**asked["applicant"]),
        channel=asked["channel"],
        case=asked["case"],
        form=asked["form"],
        components=_ticks(asked["components"]),
        request=asked["request"],
        submitter=Applicant(**asked["submitter"]) if asked["submitter"] else None,
        sets=asked["sets"],
        amounts=asked["amounts"],
        return_place=asked["return_place"],
    )

    def work(tx: Tx) -> tuple[str, dict[str, Any]]:
        take = dossiers.register_online if asked["channel"] == ONLINE else dossiers.receive
        try:
            made = take(tx, intake, actor())
        except dossiers.NotReceiving as refused:
            (said,) = refused.errors["co_quan"]
            raise Stop(422, said, {"agency": [said]}) from refused
        return made.id, out(tx, dossiers.get(tx, made.id))

    answer = once(header["key"], DossierSchema(), 201, work, refused=422)
    if answer.status_code == 201:
        answer.headers["Location"] = f"/api/v1/dossiers/{(answer.get_json() or {})['code']}"
    return answer


@blueprint.get("/dossiers/<code>")
@scoped("dossiers")
@blueprint.arguments(ForWhomQuery, location="query", unknown=RAISE)
@blueprint.response(200, DossierSchema)
@described(401, 403, 404)
def read(asked: dict[str, Any], code: str) -> Any:
    """A dossier by its code, where the official may see it."""
    act_as(asked.get("on_behalf_of"))
    with database().begin() as tx:
        return out(tx, _visible(tx, code))


def _unbrought(said: list[dict[str, Any]]) -> dict[str, str]:
    return {Lack(one["code"], "", one["reason"], kind=one["kind"]).mark: one["reason"] for one in said}


@blueprint.post("/dossiers/<code>/supplement")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(SupplementSchema)
@blueprint.response(200, DossierSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def supplement(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """Bring what was asked for."""
    return _on_dossier(
        code,
        header,
        asked,
        lambda tx, id: dossiers.bring_supplement(
            tx, id, _ticks(asked["components"]), asked["form"] or None, absent=_unbrought(asked["absent"]), by=actor()
        ),
    )


@blueprint.post("/dossiers/<code>/confirm")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(ConfirmSchema)
@blueprint.response(200, DossierSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def confirm(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """Do what one of the dossier's next steps asks of the citizen."""
    return _on_dossier(
        code, header, asked, lambda tx, id: dossiers.confirm(tx, id, asked["message"], asked["variables"], by=actor())
    )


@blueprint.post("/dossiers/<code>/withdraw")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, DossierSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def withdraw(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """The citizen takes the dossier back."""
    return _on_dossier(code, header, asked, lambda tx, id: dossiers.withdraw(tx, id, asked["reason"], actor()))


@blueprint.post("/dossiers/<code>/results")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(ResultInSchema)
@blueprint.response(201, ResultSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def result(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """Attach a result, at the step that makes it: the PDF given, or one made from the procedure's template."""
    act_as(asked.get("on_behalf_of"))

    def work(tx: Tx) -> tuple[str, dict[str, Any]]:
        found = _found(tx, code)
        id = found.id
        task = tasks.making(tx, id, asked["code"])
        if stored is None:
            token = tasks.produce_result(tx, task, actor(), asked["code"])
        else:
            token = tasks.attach_result(tx, task, stored.sha256, actor(), asked["code"])
        return id, {"dossier": code, "code": asked["code"], "token": token}

    try:  # before the call's transaction: a scanner takes its time
        stored = _pdf(asked["pdf"], asked["code"]) if asked["pdf"] is not None else None
    except ValueError:
        return problem(422, "pdf is not base64.", errors={"pdf": ["Not base64."]})
    except Refusal as refusal:
        return problem(409, refusal.vi)
    return once(header["key"], ResultSchema(), 201, work)


@blueprint.post("/dossiers/<code>/fees")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(FeeSchema)
@blueprint.response(200, DossierSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def take_fee(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """The desk takes all that is owed; the numbered receipt is among the dossier's letters."""
    return _on_dossier(code, header, asked, lambda tx, id: fees.take(tx, id, actor(), method=asked["method"]))


@blueprint.post("/dossiers/<code>/return")
@scoped("dossiers")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(ReturnSchema)
@blueprint.response(200, DossierSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def give_back(header: dict[str, Any], asked: dict[str, Any], code: str) -> Any:
    """The result is handed over."""
    person = Recipient(asked["recipient"], asked["id_number"], asked["relation"], note=asked["note"])
    return _on_dossier(code, header, asked, lambda tx, id: dossiers.return_result(tx, id, person, actor()))


def _on_dossier(code: str, header: dict[str, Any], asked: dict[str, Any], act: Any) -> Any:
    """What the citizen does through the desk: only a desk clerk of the dossier's agency may send it."""
    act_as(asked.get("on_behalf_of"))

    def work(tx: Tx) -> tuple[str, dict[str, Any]]:
        found = _found(tx, code)
        act(tx, found.id)
        return found.id, out(tx, dossiers.get(tx, found.id))

    return once(header["key"], DossierSchema(), 200, work)


def _found(tx: Tx, code: str) -> Any:
    """The dossier inside a call with a key: what is not found is an answer that is kept."""
    try:
        return dossiers.by_code(tx, code, actor())
    except Refusal as refusal:
        raise Stop(404, refusal.vi) from refusal


def _visible(tx: Tx, code: str) -> Any:
    try:
        return dossiers.by_code(tx, code, actor())
    except Refusal as refusal:
        abort(404, refusal.vi)


def _ticks(papers: list[dict[str, Any]]) -> tuple[Tick, ...]:
    return tuple(Tick(**paper) for paper in papers)


def _pdf(text: str, code: str) -> files.Stored:
    """The file that a call carries, looked at and kept. Raises ValueError for what is not base64."""
    return files.receive(database(), BytesIO(b64decode(text, validate=True)), f"{code}.pdf", (files.PDF,))


def out(tx: Tx, dossier: Any) -> dict[str, Any]:
    """A dossier for `DossierSchema`."""
    plain = {
        name: getattr(dossier, name) for name in DossierSchema._declared_fields if name not in ("status", "next_steps")
    }
    steps = [
        {
            "action": step.action,
            "message": step.message,
            "label": step.label,
            "until": step.until,
            "lacks": [
                {"code": one.code, "name": one.name, "kind": one.kind, "reason": one.reason} for one in step.lacks
            ],
        }
        for step in dossiers.next_steps(tx, dossier.id)
    ]
    return {**plain, "status": {"code": str(dossier.status), "name": STATUSES[dossier.status].vi}, "next_steps": steps}
