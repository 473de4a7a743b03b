"""What is wrong with a page that a browser shows: its width, its accessibility, what its console says."""

from __future__ import annotations

from weakref import WeakSet

from playwright.sync_api import BrowserContext, Page

from tests.journeys.system import ROOT

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Rules whose answer another width of the same page can change: how large and how near things are, what scrolls.
OF_WIDTH = ["target-size", "scrollable-region-focusable"]
WIDTHS = (1280, 390)
#: Browser sessions whose pages bring axe with them: sending it to each page takes longer than running it.
_ready: WeakSet[BrowserContext] = WeakSet()


def wrong_with(
    page: Page, widths: tuple[int, ...] = WIDTHS, *, axe: bool = True, without: str = "", brief: bool = False
) -> list[str]:
    """Faults of the page as it stands, at each width, in words that name the place. without: what axe leaves alone, a
    canvas or an editor of others that has its words beside it. brief: after the first width axe asks only `OF_WIDTH`:
    for walks over many pages of one frame."""
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            faults.append(f"{page.url} at {width}: {over} px too wide: {', '.join(page.evaluate(WIDEST))}")
        twice = page.evaluate(IDS_TWICE)
        if twice:
            faults.append(f"{page.url}: ids that are there more than once: {', '.join(twice)}")
        if axe:
            _bring_axe(page)
            rules = OF_WIDTH if brief and width != widths[0] else RULES
            found = page.evaluate(RUN, {"rules": rules, "without": without})
            faults += [
                f"{page.url} at {width}: axe {one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
                for one in found["violations"]
            ]
    return faults


RUN = """({rules, without}) => axe.run(without ? {exclude: [without]} : document,
    {runOnly: rules, resultTypes: ['violations']})"""


def _bring_axe(page: Page) -> None:
    if page.context not in _ready:
        page.context.add_init_script(AXE)
        _ready.add(page.context)
    if not page.evaluate("'axe' in window"):  # the page stood before
        page.evaluate(f"(() => {{ {AXE} }})()")


#: Ids that more than one element bears: a label or an error's link then leads to the wrong one.
IDS_TWICE = """Object.entries(Object.groupBy(document.querySelectorAll('[id]'), one => one.id))
    .filter(([, all]) => all.length > 1).map(([id]) => id)"""

#: What reaches past the right edge, for the message.
WIDEST = """[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right >
    document.documentElement.clientWidth + 1).slice(0, 4).map(one => one.tagName + '.' + one.className)"""
