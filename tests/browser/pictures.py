"""Takes the pictures of the documentation anew: `python -m tests.browser.pictures` (about a minute).

Each shows the demo as it is after `make run`, at 1280 pixels; they are kept small enough to be read in the repository.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, NAMES, SIZES
from tests.browser.people import Person
from tests.browser.test_main_journey import BIRTH, ask_for_birth_certificate, assign
from tests.journeys.system import ROOT, System, sample

FOLDER = ROOT / "docs" / "images"


def take(page: Page, name: str, height: int = 900) -> None:
    """One picture, from the top of the page."""
    page.set_viewport_size({"width": 1280, "height": height})
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png: {(FOLDER / f'{name}.png').stat().st_size // 1024} KiB")


def main() -> None:
    """Plays the first steps of the tutorial and takes a picture at each that it shows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        with System(Path(home), sample(Path(home), 200)) as system:
            people = {}
            for role in ("mot_cua", "truong_don_vi", "chuyen_vien", "phan_tich", ""):
                context = browser.new_context(base_url=system.address, viewport=SIZES["wide"], locale="vi-VN")
                people[role] = Person(context.new_page(), system)
                if role:
                    people[role].sign_in(system.account(role))
            clerk, head, official, citizen = (people[r] for r in ("mot_cua", "truong_don_vi", "chuyen_vien", ""))
            clerk.choose_procedure("kha", BIRTH)
            clerk.take_down_birth()
            take(clerk.page, "intake", 1000)
            code = clerk.receive()
            take(clerk.page, "received", 760)
            assign(head, official, code)
            official.page.goto("/cong-viec")
            take(official.page, "worklist", 800)
            official.open_task(code, "Thẩm tra hồ sơ")
            take(official.page, "task", 1000)
            ask_for_birth_certificate(official, code)
            citizen.look_up(code)
            take(citizen.page, "tracking", 1000)
            analyst = people["phan_tich"].page
            analyst.goto("/quy-trinh")
            analyst.get_by_role("link", name=BIRTH, exact=True).first.click()
            take(analyst, "version", 900)
        browser.close()


if __name__ == "__main__":
    main()
