"""What a list of choices did not offer changes nothing, in every form of every page of every role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from engine import worklist
from engine.store import Database
from engine.store.tables import event
from procedures import bundles, officials
from tests.web.conftest import sign_in
from tests.web.test_work import assigned

ROLES = ("motcua", "chuyenvien", "truongdonvi", "lanhdao", "quantri")
#: So many lists are found at least, else the test has gone blind.
LEAST = {"motcua": 25, "chuyenvien": 6, "truongdonvi": 4, "lanhdao": 1, "quantri": 10}
STRANGE = "khong-duoc-chon"
SKIPPED = ("static", "account.sign_out")
#: What a field of text takes, by its name or kind.
TYPED = {"dien_thoai": "0912345678", "so_dinh_danh": "033190001234", "gio": "08:00"}


def addresses(app: Flask, values: dict[str, list[str]]) -> Iterator[str]:
    """Every page, with all that is there to fill its address with."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in SKIPPED or rule.rule.startswith("/api/"):
            continue
        names = sorted(rule.arguments)
        for filled in product(*(values.get(name, [STRANGE]) for name in names)):
            try:
                yield adapter.build(rule.endpoint, dict(zip(names, filled, strict=True)), method="GET")
            except Exception:  # a number is wanted there
                continue


def filled(form: Any) -> list[tuple[str, str]]:
    """What a browser would send of a form whose empty fields were filled with something that fits, without buttons."""
    sent: list[tuple[str, str]] = []
    for field in form.iter("input", "select", "textarea"):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.get("disabled") is not None or kind in ("file", "submit", "button"):
            continue
        if field.tag == "select":
            options = field.xpath(".//option/@value")
            chosen = field.xpath(".//option[@selected]/@value") or [one for one in options if one][:1]
            sent += [(name, one) for one in chosen[:1]]
        elif kind in ("radio", "checkbox"):
            first = not any(known == name for known, _ in sent)
            if field.get("checked") is not None or (kind == "radio" and first) or kind == "checkbox":
                sent = [one for one in sent if kind != "radio" or one[0] != name]
                sent.append((name, field.get("value", "on")))
        else:
            known = field.get("value") if field.tag == "input" else field.text_content().strip()
            sent.append((name, known or _typed(field, name)))
    return sent


def _typed(field: Any, name: str) -> str:
    for part, text in TYPED.items():
        if part in name:
            return text
    if field.get("data-day") is not None:
        return "22/11/2026"
    if field.get("inputmode") in ("numeric", "decimal") or field.get("type") == "number":
        return "1"
    return "a@thu.vn" if field.get("type") == "email" else "Thử"


def choices(form: Any) -> set[str]:
    """The names of the lists of a form: selects, radios, and boxes of which several bear one name."""
    found = {one.get("name") for one in form.iter("select")} | set(form.xpath('.//input[@type="radio"]/@name'))
    boxes = form.xpath('.//input[@type="checkbox"]/@name')
    return {name for name in found | {one for one in boxes if boxes.count(one) > 1} if name}


def buttons(form: Any, address: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Where each button of a form sends it, with what it says."""
    for button in form.xpath('.//button[not(@type="button")][not(@disabled)]'):
        said = [(button.get("name"), button.get("value", ""))] if button.get("name") else []
        yield button.get("formaction") or form.get("action") or address, said


def events(database: Database) -> int:
    with database.begin() as tx:
        return int(tx.execute(select(func.count()).select_from(event)).scalar_one())


@pytest.fixture
def values(
    signed_in: Callable[[str], FlaskClient], database: Database, receive: Callable[..., Any]
) -> dict[str, list[str]]:
    """What is there: dossiers and tasks in several states, procedures, versions, agencies, officials, programs."""
    made = [
        assigned(signed_in, database, receive)[0],
        receive("dang_ky_khai_sinh"),
        receive("cap_ban_sao_trich_luc"),
        receive("cap_giay_phep_xay_dung", channel="truc_tuyen"),
    ]
    published = bundles.published(database)
    return {
        "code": [one.code for one in made] + [one.code for one in published] + ["H31.11"],
        "task": [item.id for one in made for item in worklist.of_instance(database, one.id)],
        "root": [one.id for one in made],
        "username": ["motcua"],
        "id": ["motcua-demo", made[0].id],
        "grant_id": [officials.all_grants(database, "motcua")[0].id],
        "version": [published[0].version],
    }


def reads(endpoint: str, name: str, act: str) -> bool:
    """Whether this act looks at that field at all: another act's field stands in the same form."""
    if endpoint == "desk.intake_post" and act == "bo-sung":  # the slip says what lacks: the declaration is not kept
        return name in ("kenh", "co_quan", "truong_hop", "can_them")
    if endpoint == "desk.intake_post":
        return name != "can_them"
    if endpoint == "work.task_bulk" and name == "nguoi":
        return act.endswith("chuyen")
    return endpoint != "work.task_claim" and act != "lap"  # `lap`: the result as far as the form is filled


@pytest.mark.parametrize("who", ROLES)
def test_what_was_not_offered_changes_nothing(
    app: Flask, database: Database, values: dict[str, list[str]], who: str
) -> None:
    browser, seen, adapter = sign_in(app.test_client(), who), set(), app.url_map.bind("localhost")
    for address in addresses(app, values):
        page = browser.get(address)
        if page.status_code != 200 or "html" not in page.content_type:
            continue
        for form in html.fromstring(page.text).xpath('//form[@method="post"]'):
            for name, (target, said) in product(sorted(choices(form)), buttons(form, address)):
                endpoint, filled_by = adapter.match(urlsplit(target).path, method="POST")
                act = said[0][1] if said else ""
                once = filled_by.get("code") if endpoint.startswith("desk.intake") else ""
                key = (endpoint, once, re.sub(r"\d+", "", name), act)
                if key in seen or not reads(endpoint, name, act):
                    continue
                seen.add(key)
                before, sent = events(database), MultiDict([*filled(form), *said])
                sent.setlist(name, [STRANGE])
                answer = browser.post(target, data=sent)
                assert answer.status_code < 500 and events(database) == before, (target, name, said)
    assert len(seen) >= LEAST.get(who, 0), seen
