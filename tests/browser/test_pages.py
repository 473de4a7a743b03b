"""Every page that somebody may open, as a person of the role sees it, at the width of a screen and of a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.routing import Rule

from tests.browser.conftest import listen
from tests.browser.looking import WIDTHS, wrong_with
from tests.browser.people import Person
from tests.browser.sample import AGENCY, Sample, Values
from tests.browser.steered import seed
from tests.journeys.system import System, copied
from web.app import create_app
from web.config import load
from web.workbench import help

pytestmark = pytest.mark.browser
ROLES = ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "van_thu", "phan_tich", "quan_tri")
#: Addresses that name something: how it is found in the sample, and who looks (the first role where none is named).
NAMED: dict[str, tuple[Callable[[Sample, str], Values], tuple[str, ...]]] = {
    "account.absence": (lambda s, _: s.officials()[:1], ("quan_tri",)),
    "account.reset_password": (lambda s, _: s.reset(), ()),
    "admin.agency": (lambda s, _: [{"code": AGENCY}], ()),
    "admin.agency_close": (lambda s, _: [{"code": AGENCY}], ()),
    "admin.agency_edit": (lambda s, _: [{"code": AGENCY}], ()),
    "admin.agency_hours": (lambda s, _: [{"code": AGENCY}], ()),
    "admin.client_acts_for": (lambda s, _: s.programs(), ()),
    "admin.client_quota": (lambda s, _: s.programs(), ()),
    "admin.connector_journal": (lambda s, _: [], ()),  # the sample has no line (tests/web/test_connectors.py)
    "admin.client_secret": (lambda s, _: s.programs(), ()),
    "admin.client_state": (lambda s, _: s.programs(), ()),
    "admin.official": (lambda s, _: s.officials(), ()),
    "admin.official_account": (lambda s, _: s.officials(), ()),
    "admin.official_reset": (lambda s, _: s.officials(), ()),
    "admin.official_edit": (lambda s, _: s.officials(), ()),
    "admin.official_give_back": (lambda s, _: s.grants(), ()),
    "admin.official_stay": (lambda s, _: s.officials(), ()),
    "admin.official_leave": (lambda s, _: s.officials(), ()),
    "admin.official_revoke": (lambda s, _: s.grants(), ()),
    "desk.dossier_correct": (lambda s, _: s.dossiers(2, 4)[:1], ()),
    "desk.dossier_label": (lambda s, _: s.dossiers(9, 10)[:1], ()),
    "desk.dossier_page": (lambda s, _: s.dossiers(), ()),
    "desk.intake_new": (lambda s, _: s.procedures(), ()),
    "desk.intake_list": (lambda s, _: s.procedures()[:1], ()),
    "desk.paper_file": (lambda s, _: s.letters(), ()),
    "desk.paper_made": (lambda s, _: s.letters()[:1], ()),
    "documents.axis_message": (lambda s, _: [], ()),  # the sample has no axis (tests/web/test_axis_pages.py)
    "documents.book_page": (
        lambda s, _: [{"which": one} for one in ("den", "di", "theo-doi")],
        ("van_thu", "lanh_dao"),
    ),
    "documents.figure_documents": (lambda s, _: [{"figure": "den"}], ("van_thu",)),
    "documents.compose_page": (lambda s, _: s.documents("du_thao")[:1], ("chuyen_vien",)),
    "documents.draft_word": (lambda s, _: s.documents("du_thao")[:1], ("chuyen_vien",)),
    "documents.format_page": (lambda s, _: s.documents("da_phat_hanh")[:1], ("van_thu",)),
    "documents.remarks_page": (lambda s, _: s.documents("dang_trinh")[:1], ("truong_don_vi",)),
    "documents.template_file": (lambda s, _: [{"kind": "QĐ"}], ("van_thu",)),
    "documents.versions_page": (lambda s, _: s.documents("da_phat_hanh")[:1], ("van_thu",)),
    "documents.matter_begin": (
        lambda s, _: [{"route": one} for one in ("to-trinh", "giay-moi", "lay-y-kien")],
        ("chuyen_vien",),
    ),
    "documents.meeting_page": (lambda s, _: [], ()),  # the sample has no meeting (tests/web/test_matter_pages.py)
    "documents.work_file_handover": (lambda s, _: [], ()),  # and no work file (there, too)
    "documents.work_file_index": (lambda s, _: [], ()),
    "documents.work_file_package": (lambda s, _: [], ()),
    "documents.work_file_page": (lambda s, _: [], ()),
    "documents.disposal_certificate": (lambda s, _: [], ()),
    "documents.document_file": (lambda s, _: s.document_files(), ("van_thu",)),
    "documents.document_page": (lambda s, _: s.documents(), ("van_thu",)),
    "documents.document_signature": (
        lambda s, _: [],
        (),
    ),  # where keys have images (tests/web/test_signed_documents.py)
    "documents.document_slip": (lambda s, _: s.documents("dang_xu_ly"), ("van_thu",)),
    "documents.register_page": (lambda s, _: s.documents("cho_dang_ky"), ("van_thu",)),
    "money.closing_page": (lambda s, _: [], ()),  # of one's own closing (tests/web/test_money.py)
    "portal.machine": (lambda s, _: [], ()),  # by the hall's key (tests/web/test_queue.py)
    "portal.screen": (lambda s, _: [], ()),
    "portal.voice": (lambda s, _: [], ()),
    "portal.procedure": (lambda s, _: s.procedures(), ()),
    "portal.procedure_papers": (lambda s, _: s.procedures(), ()),
    "portal.procedure_model": (lambda s, _: s.procedures(), ()),
    "portal.verify": (lambda s, _: s.papers(), ()),
    "work.dossier_control_sheet": (lambda s, _: s.dossiers()[:1], ("chuyen_vien",)),
    "work.dossier_file": (lambda s, _: s.result_files(), ("chuyen_vien",)),
    "work.dossier_model": (lambda s, _: s.dossiers()[:1], ("chuyen_vien",)),
    "work.dossier_page": (lambda s, _: s.dossiers(), ("chuyen_vien",)),
    "work.letter": (lambda s, _: s.letters()[:1], ("chuyen_vien",)),
    "work.slip_page": (lambda s, _: [], ()),  # of one's own slip (tests/web/test_slips.py)
    "work.task_page": (lambda s, role: s.tasks(role), ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao")),
    "work.declaration": (lambda s, _: [], ()),  # opens only while a citizen asks (tests/web/test_draft.py)
    "work.signing_page": (lambda s, _: [], ()),  # of one's own run (tests/web/test_signed_results.py)
    "work.task_signature": (lambda s, _: [], ()),  # where keys have images (tests/web/test_signed_results.py)
    "work.task_to_sign": (lambda s, _: s.to_sign(), ("lanh_dao",)),
    "workbench.draft_archive": (lambda s, _: s.authored()[:1], ()),
    "workbench.draft_example": (lambda s, _: [], ()),  # of a draft with a fault (tests/web/test_draft_example.py)
    "workbench.draft_form": (lambda s, _: [], ()),  # within the pages of drafts, of the file that they name
    "workbench.draft_file": (lambda s, _: [], ()),  # of the file that is named (tests/web/test_drafting.py)
    "workbench.draft_help": (lambda s, _: [{"topic": one} for one in help.PAGES], ()),
    "workbench.draft_letter": (lambda s, _: [], ()),
    "workbench.draft_letter_png": (lambda s, _: [], ()),
    "workbench.draft_page": (lambda s, _: s.authored(), ()),
    "workbench.heat_dossiers": (lambda s, _: s.drafts()[:1], ()),
    "workbench.heat_page": (lambda s, _: s.drafts()[:1], ()),
    "workbench.log_heat": (lambda s, _: s.foreign_logs(), ()),
    "workbench.log_list": (lambda s, _: s.foreign_logs(), ()),
    "workbench.log_map": (lambda s, _: s.foreign_logs(), ()),
    "workbench.draft_scene": (lambda s, _: [], ()),  # a play is begun by hand (tests/web/test_draft_scenarios.py)
    "workbench.draft_scene_letter": (lambda s, _: [], ()),
    "workbench.draft_past": (lambda s, _: s.authored()[:1], ()),
    "workbench.draft_propose": (lambda s, _: s.authored()[:1], ()),
    "workbench.draft_scenario": (lambda s, _: [], ()),  # asks for the name of a scenario in its address
    "workbench.draft_simulation": (lambda s, _: s.authored()[:1], ()),
    "workbench.draft_stage": (lambda s, _: s.authored()[:1], ()),
    "workbench.draft_trial": (lambda s, _: [], ()),  # ordered by hand (tests/web/test_draft_scenarios.py)
    "workbench.migration_begin": (lambda s, _: [{"version": s.drafts()[0]["version"]}], ()),
    "workbench.migration_draft": (lambda s, _: s.drafts(), ()),
    "workbench.migration_edit": (lambda s, _: s.plans()[:1], ()),
    "workbench.migration_plan": (lambda s, _: s.plans(), ()),
    "workbench.running_branch_data": (lambda s, _: s.branch("SC-7", "tinh"), ("quan_tri",)),
    "workbench.running_cancel": (lambda s, _: s.active(), ("lanh_dao",)),
    "workbench.running_data": (lambda s, _: [*s.active(), *s.running("")[-3:-2]], ("quan_tri",)),
    "workbench.running_error": (lambda s, _: s.incident(), ()),
    "workbench.running_model": (lambda s, _: s.active(), ("lanh_dao",)),
    "workbench.running_move": (lambda s, _: s.branch("HG-1", "a"), ()),
    "workbench.running_page": (lambda s, role: s.running(role), ("phan_tich", "quan_tri", "lanh_dao")),
    "workbench.running_resume": (lambda s, _: s.active(), ("lanh_dao",)),
    "workbench.running_retry": (lambda s, _: s.incident(), ()),
    "workbench.running_suspend": (lambda s, _: s.active(), ("lanh_dao",)),
    "workbench.running_terminate": (lambda s, _: s.branch("HG-1", "a"), ()),
    "workbench.running_timer": (lambda s, _: [{"root": s.steered.root("HG-1"), "timer": s.steered.timer()}], ()),
    "workbench.version_model": (lambda s, _: s.versions()[:1], ()),
    "workbench.version_page": (lambda s, _: s.versions(), ()),
}
#: What only a citizen with code and second fact sees: opened after `look_up` below.
TRACKED = (
    "portal.tracked",
    "portal.tracked_supplement",
    "portal.tracked_withdraw",
    "portal.tracked_paper",
    "portal.tracked_rate",
    "portal.tracked_confirm",
)
#: Pages of signed-in citizens and their payments, looked at in `test_handing_in`.
OF_CITIZENS = ("citizen.", "portal.payment")
NO_PAGES = ("static", "api.openapi", "health.alive", "health.ready", "health.metrics")


@pytest.fixture(scope="module")
def house(sample_home: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One server for all pages: they are only looked at."""
    template, known = sample_home
    system = System(copied(template, tmp_path_factory.mktemp("pages") / "home"), known, workers=0)
    database = system.open()
    seed(database)
    database.close()
    with system as running:
        yield running


@pytest.fixture(scope="module")
def sample(house: System) -> Iterator[Sample]:
    database = house.open()
    yield Sample(database)
    database.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def person(request: pytest.FixtureRequest, browser: Browser, house: System, complaints: list[str]) -> Iterator[Person]:
    """Somebody of the role that the test is for, "" for a citizen, with a browser session."""
    role = request.getfixturevalue("role") if "role" in request.fixturenames else ""
    context = browser.new_context(base_url=house.address, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    context.set_default_timeout(30_000)
    page = context.new_page()
    listen(page, role or "citizen", complaints)
    somebody = Person(page, house)
    if role:
        somebody.sign_in(house.account(role))
    yield somebody
    context.close()


@cache
def routes() -> list[tuple[Rule, Any]]:
    """Every route that answers GET, with who may open it."""
    with TemporaryDirectory() as home:
        app = create_app(load({"MOTCUA_HOME": home}))
        app.extensions["motcua"].database.close()
    return [
        (rule, getattr(app.view_functions[rule.endpoint], "access", None))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(OF_CITIZENS)
    ]


def addresses(role: str, sample: Sample) -> list[str]:
    """Where a person of the role may go, "" for who has not signed in."""
    found = []
    for rule, access in routes():
        if access is None or rule.endpoint in (*TRACKED, *NO_PAGES) or access.kind == "client":
            continue
        opens = {"public": ("",), "signed_in": ("chuyen_vien",), "roles": access.roles}[access.kind]
        values, who = NAMED.get(rule.endpoint, (lambda *_: [{}], opens))
        if role in (who or opens[:1]):
            for value in values(sample, role):
                path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name, value=value: value[name[1]], rule.rule)  # type: ignore[misc]
                found.append(path)
    return sorted(found)


def look(person: Person, paths: list[str], complaints: list[str]) -> list[str]:
    """What is wrong with the pages; a paper (PDF, XML) only has to come."""
    faults: list[str] = []
    page = person.page
    for path in paths:
        plain = page.context.request.get(path, max_redirects=0)
        if plain.status != 200 and not (plain.status in (302, 303) and path == "/bat-dau"):
            faults.append(f"{path}: status {plain.status}")
        if "text/html" in plain.headers.get("content-type", ""):
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            page.goto(path)
            faults += wrong_with(page, brief=path != paths[0])
            picture(person, path)
    return faults + complaints


def picture(person: Person, path: str) -> None:
    """Keeps a screenshot at each width where MOTCUA_PICTURES names a folder: to be looked at by people."""
    folder = os.environ.get("MOTCUA_PICTURES")
    for width in WIDTHS if folder else ():
        person.page.set_viewport_size({"width": width, "height": 900})
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        person.page.screenshot(path=Path(folder or "") / f"{name}-{width}.png", full_page=True)


def test_every_address_that_names_something_is_in_the_table() -> None:
    named = {
        rule.endpoint
        for rule, access in routes()
        if rule.arguments
        and access is not None
        and access.kind != "client"
        and rule.endpoint not in (*TRACKED, *NO_PAGES)
    }
    assert named == set(NAMED)
    assert {rule.endpoint for rule, _ in routes()} >= {*TRACKED, *NO_PAGES}


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_fit_and_can_be_used_by_everyone(
    role: str, person: Person, sample: Sample, complaints: list[str]
) -> None:
    assert look(person, addresses(role, sample), complaints) == []


def test_public_pages_fit_and_can_be_used_by_everyone(person: Person, sample: Sample, complaints: list[str]) -> None:
    paths = [*addresses("", sample), "/thu-tuc?tim=ho+tich", "/xac-minh?ma=", "/khong-co-trang-nay"]
    expected = ["/xac-minh?ma=: status 422", "/khong-co-trang-nay: status 404"]
    assert look(person, paths, complaints) == expected


def test_the_citizens_own_pages_fit(person: Person, sample: Sample, complaints: list[str]) -> None:
    from sqlalchemy import select

    from procedures.store.dossier import dossier

    faults: list[str] = []
    for one in sample.dossiers():
        phone = sample.ask(
            lambda tx, code=one["code"]: tx.read(
                select(dossier.c.applicant_phone).where(  # type: ignore[misc]
                    dossier.c.code == code
                )
            ).scalar_one()
        )
        person.look_up(one["code"], phone)
        faults += wrong_with(person.page)
        picture(person, f"tra-cuu-{one['code']}")
        for name in ("Nộp bổ sung trực tuyến", "Rút hồ sơ"):
            link = person.page.locator("main a", has_text=name)
            if link.count():
                person.page.goto(link.first.get_attribute("href") or "")
                faults += wrong_with(person.page)
                picture(person, f"tra-cuu-{one['code']}-{name}")
                person.page.goto("/tra-cuu/ho-so")
    assert faults + complaints == []


@pytest.mark.parametrize("role", ["mot_cua", "lanh_dao", "quan_tri"])
def test_in_english_the_pages_fit_too(role: str, person: Person, sample: Sample, complaints: list[str]) -> None:
    person.page.get_by_role("button", name="English").click()
    faults = []
    for path in addresses(role, sample):
        if "text/html" in person.page.context.request.get(path).headers["content-type"]:
            person.page.goto(path)
            assert person.page.locator("html").get_attribute("lang") == "en"
            faults += wrong_with(person.page, axe=False)
    assert faults + complaints == []


def test_a_page_of_another_role_stays_shut(browser: Browser, house: System) -> None:
    context: BrowserContext = browser.new_context(base_url=house.address)
    try:
        assert "/dang-nhap" in context.request.get("/quan-tri").url
        Person(context.new_page(), house).sign_in(house.account("van_thu"))
        for path in ("/quan-tri", "/quy-trinh", "/mot-cua", "/bang-dieu-hanh"):
            assert context.request.get(path).status == 403, path
    finally:
        context.close()
