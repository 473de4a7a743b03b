"""A running installation and people in front of it, each with a browser session of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.browser.people import Person
from tests.journeys.system import System, copied, sample

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the test fails: `make browser` brings it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    assert program, "no Chromium on this machine: run `make browser`"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demo province with a few dossiers, made once."""
    home = tmp_path_factory.mktemp("sample")
    return home, sample(home, 20)


@pytest.fixture
def system(sample_home: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[System]:
    """A server and a worker of its own for the test, over a copy of the sample."""
    template, known = sample_home
    with System(copied(template, tmp_path / "home"), known) as running:
        yield running


Enter = Callable[..., Person]


@pytest.fixture
def enter(browser: Browser, system: System) -> Iterator[Enter]:
    """`enter("mot_cua")` signs that role in, in a session of its own; `enter()` is a citizen. Whatever their consoles
    and servers complained about fails the test at its end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_session(role: str = "", *, javascript: bool = True, size: str = "wide") -> Person:
        context = browser.new_context(
            base_url=system.address,
            java_script_enabled=javascript,
            viewport=SIZES[size],
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        listen(page, role or "citizen", complaints)
        person = Person(page, system)
        if role:
            person.sign_in(system.account(role))
        return person

    yield open_session
    for context in contexts:
        context.close()
    assert complaints == [], system.log()


def listen(page: Page, who: str, complaints: list[str]) -> None:
    """Notes errors of scripts, of the console (but for lines that a test breaks), and answers of 500 and above."""
    page.on("pageerror", lambda error: complaints.append(f"{who}: {page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{who}: {page.url}: {said.text}")
            if said.type == "error" and not re.search(r"status of (4\d\d)|net::ERR_FAILED", said.text)
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: complaints.append(f"{who}: {answer.status} {answer.url}") if answer.status >= 500 else None,
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failed test says what each person had on the screen."""
    report = yield
    if report.when == "call" and report.failed:
        for page in [page for context in _contexts(item) for page in context.pages]:
            report.sections.append((page.url, _words(page)))
    return report


def _words(page: Page) -> str:
    """What stands on a page; a file that is shown as one has none."""
    try:
        return page.inner_text("main", timeout=1000)[:1500]
    except Error as error:
        return f"({error.message.splitlines()[0]})"


def _contexts(item: pytest.Item) -> list[BrowserContext]:
    browser = getattr(item, "funcargs", {}).get("browser")
    return browser.contexts if isinstance(browser, Browser) else []
