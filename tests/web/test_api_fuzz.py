"""The API under arbitrary input made from its description: no fault, no undocumented answer, no bad input taken."""

from __future__ import annotations

import itertools
import random
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from procedures import bundles
from procedures.demo import people as invented
from tests.web import conftest
from tests.web.test_api import Caller
from web.app import create_app
from web.bootstrap import installation

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
keys = itertools.count()
KEY = re.compile(r"[\x21-\x7e]{1,200}")


@pytest.fixture(scope="module")
def fuzzed(province_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A program at an application of its own, with a dossier in it."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "motcua.db"
    shutil.copy(province_template, path)
    known = conftest.settings(folder)
    database = installation(known).open(f"sqlite:///{path}")
    app = create_app(known, database)
    caller = Caller(app)
    procedure = next(one for one in bundles.published(database) if len(one.components()) < 3)
    form = bundles.form(database, procedure.version, procedure.form_key)
    caller.post(
        "/dossiers",
        {
            "procedure": procedure.code,
            "agency": "H31.11",
            "applicant": {"name": "Thử"},
            "amounts": {"so_ban": 1},
            "form": invented.filled(form, random.Random(1), date(2026, 11, 20)),
            "components": [{"code": one["code"], "originals": 1} for one in procedure.components()],
        },
    )
    yield caller
    database.close()


OPERATIONS = [
    "POST /api/v1/oauth/token",
    "GET /api/v1/procedures",
    "POST /api/v1/dossiers",
    "GET /api/v1/dossiers/{code}",
    "POST /api/v1/dossiers/{code}/supplement",
    "POST /api/v1/dossiers/{code}/confirm",
    "POST /api/v1/dossiers/{code}/withdraw",
    "POST /api/v1/dossiers/{code}/results",
    "POST /api/v1/dossiers/{code}/fees",
    "POST /api/v1/dossiers/{code}/return",
    "GET /api/v1/data/dossiers/{code}",
    "GET /api/v1/data/statistics",
    "GET /api/v1/tasks",
    "POST /api/v1/tasks/{id}/claim",
    "POST /api/v1/tasks/{id}/complete",
]


def operations(fuzzed: Caller) -> dict[str, Any]:
    """Label → operation, of the whole description."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", fuzzed.browser.application)
    found = [result.ok() for result in schema.get_all_operations()]
    return {one.label: one for one in found}


def test_every_operation_is_fuzzed(fuzzed: Caller) -> None:
    assert sorted(operations(fuzzed)) == sorted(OPERATIONS)


@pytest.mark.parametrize(
    ("mode", "label"),
    [
        pytest.param(mode, label, id=f"{said}-{label}")
        for said, mode in (
            ("right", schemathesis.GenerationMode.POSITIVE),
            ("wrong", schemathesis.GenerationMode.NEGATIVE),
        )
        for label in OPERATIONS
        if (said, label)
        != ("wrong", "GET /api/v1/data/dossiers/{code}")  # any text is a code, and it asks nothing else
    ],
)
def test_no_input_brings_the_api_out_of_its_description(
    fuzzed: Caller, label: str, mode: schemathesis.GenerationMode
) -> None:
    operation = operations(fuzzed)[label]

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        headers = {**(case.headers or {}), **fuzzed.headers}
        if case.method == "POST" and KEY.fullmatch(str(headers.get("Idempotency-Key", ""))):
            headers["Idempotency-Key"] = f"k{next(keys)}"  # a key that was used would be answered from memory
        case.call_and_validate(headers=headers, checks=CHECKS)

    run()


HEADERS = ("Authorization", "Idempotency-Key", "Content-Type", "Accept", "Accept-Language", "Content-Length", "Cookie")
VALUES = (
    *("", " ", "\xff", "é", "=?utf-8?q?=00?=", "x" * 5000, "-1", "9" * 400, "text/html;charset=\xff", "*/*;q=x"),
    *("Basic /////w==", "Basic gA==", "Basic é", "Basic", "Bearer /////w==", "Bearer é", "Bearer a.b.c", "Digest \xff"),
    *("application/json;charset=khong-co", "multipart/form-data;boundary=\xff", "session=\xff.\xff", "chunked"),
)


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_header_is_a_fault(fuzzed: Caller, label: str, name: str) -> None:
    method, path = label.split(" ", 1)
    browser, address = fuzzed.browser, path.replace("{code}", "khong-co").replace("{id}", "khong-co")
    for value in VALUES:
        for own in ({}, fuzzed.headers):
            answer = browser.open(address, method=method, headers={**own, name: value})
            assert answer.status_code < 500, f"{label} with {name}: {value!r}"
            answer.close()
