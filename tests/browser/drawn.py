"""What one does on the canvas of bpmn-js with the mouse: no id is typed, nothing is called from the page's scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

SAVED = re.compile("/luu$")


def element(page: Page, id: str) -> Locator:
    """What is drawn under this id."""
    return page.locator(f'.djs-element[data-element-id="{id}"]')


def middle(page: Page, id: str) -> tuple[float, float]:
    """The place on the screen in the middle of a step, or of a flow along its line."""
    return tuple(
        page.evaluate(
            """id => {
                const drawn = document.querySelector(`.djs-element[data-element-id="${id}"]`);
                const line = drawn.querySelector('.djs-visual > path');
                if (!drawn.classList.contains('djs-connection')) {
                    const box = drawn.querySelector('.djs-hit').getBoundingClientRect();
                    return [box.x + box.width / 2, box.y + box.height / 2];
                }
                const at = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
                return [at.x, at.y];
            }""",
            id,
        )
    )


def ready(page: Page) -> None:
    """The drawing is there, and the whole canvas on the screen."""
    page.locator("form.mc-author--drawn").wait_for(state="attached")
    page.get_by_role("button", name="Xem cả sơ đồ").click()
    page.locator(".mc-modeler").evaluate("one => one.scrollIntoView()")


def rename(page: Page, id: str, name: str) -> None:
    """Double click, another name, Enter."""
    element(page, id).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(name)
    with page.expect_response(SAVED):
        page.keyboard.press("Enter")


def put_on(page: Page, kind: str, flow: str) -> None:
    """Something of the palette onto a flow, which then leads through it."""
    page.locator(f'.djs-palette .entry[data-action="create.{kind}"]').click()
    x, y = middle(page, flow)
    page.mouse.move(x - 60, y - 40, steps=3)
    page.mouse.move(x, y, steps=3)
    with page.expect_response(SAVED):
        page.mouse.click(x, y)


def become(page: Page, kind: str) -> None:
    """What is selected becomes of another kind, by the menu at it."""
    page.locator('.djs-context-pad .entry[data-action="replace"]').click()
    with page.expect_response(SAVED):
        page.locator(f'.djs-popup [data-id="replace-with-{kind}"]').click()


def lead(page: Page, one: str, other: str) -> None:
    """A flow from one to another, drawn with the pad beside it."""
    element(page, one).click()
    page.locator('.djs-context-pad .entry[data-action="connect"]').click()
    x, y = middle(page, other)
    page.mouse.move(x - 20, y - 20, steps=3)
    page.mouse.move(x, y, steps=3)
    with page.expect_response(SAVED):
        page.mouse.click(x, y)


def remove(page: Page, id: str) -> None:
    """Selected, and gone by the key for it."""
    page.mouse.click(*middle(page, id))
    with page.expect_response(SAVED):
        page.keyboard.press("Delete")
