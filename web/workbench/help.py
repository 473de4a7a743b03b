"""The how-to pages on authoring, at hand where one authors: the texts of docs/how-to."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from flask import abort, render_template, url_for
from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from engine.refusal import Lang
from web.i18n import language
from web.permissions import allowed
from web.workbench import KEEPERS, blueprint

#: The pages in the order in which one learns, by their address: the file, and what it is called.
PAGES = {
    "soan": ("author", _l("Soạn và ban hành một thủ tục")),
    "thu-tuc-dau-tien": ("draw-first", _l("Thủ tục đầu tiên từ một bản ghi quốc gia")),
    "bo-sung": ("draw-supplement", _l("Yêu cầu bổ sung và tạm dừng thời hạn")),
    "quyet-dinh-va-phi": ("draw-decision", _l("Bảng quyết định và phí")),
    "giay-to": ("draw-letter", _l("Một giấy tờ")),
    "chung-to": ("prove", _l("Chứng tỏ quy trình chạy đúng")),
    "ban-hanh": ("draw-publish", _l("Kiểm tra, trình duyệt, ban hành")),
    "phien-ban-hai": ("draw-version", _l("Phiên bản thứ hai và chuyển hồ sơ")),
}
#: Which page helps at a tab of a draft.
AT = {
    "so-do": "bo-sung",
    "bieu-mau": "thu-tuc-dau-tien",
    "quyet-dinh": "quyet-dinh-va-phi",
    "giay-to": "giay-to",
    "kich-ban": "chung-to",
    "ban-ghi": "thu-tuc-dau-tien",
    "khac-biet": "ban-hanh",
    "kiem-tra": "ban-hanh",
    "lich-su": "soan",
}


@blueprint.get("/soan-thao/huong-dan/<topic>")
@allowed(*KEEPERS)
def draft_help(topic: str) -> str:
    """A how-to page. 404 where there is none."""
    if topic not in PAGES:
        abort(404)
    links = {f"{file}{end}.md": url_for("workbench.draft_help", topic=key)
             for key, (file, _name) in PAGES.items() for end in ("", ".en")}  # fmt: skip
    title, body = _shown(PAGES[topic][0], language(), tuple(links.items()))
    return render_template("workbench/help.html", title=title, body=body, pages=PAGES, topic=topic)


def folder() -> Path:
    """Where the texts stand: beside the source, or where they were installed."""
    places = (Path(__file__).parents[2] / "docs" / "how-to", Path(sys.prefix) / "share" / "motcua" / "how-to")
    return next((one for one in places if one.is_dir()), places[0])


@lru_cache(maxsize=64)
def _shown(file: str, lang: Lang, links: tuple[tuple[str, str], ...]) -> tuple[str, Markup]:
    """The title of a text, and the rest of it as HTML: what it links to that is no page here is named only."""
    text = (folder() / (f"{file}.en.md" if lang == "en" else f"{file}.md")).read_text("utf-8")
    head, _line, rest = text.partition("\n")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(rest)
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "govuk-table mc-table")
        if token.type == "fence":
            token.attrSet("tabindex", "0")
        if token.children:
            token.children = list(_linked(token.children, dict(links)))
    return head.lstrip("# "), Markup(reader.renderer.render(tokens, reader.options, {}))


def _linked(tokens: list[Token], links: dict[str, str]) -> list[Token]:
    kept, named = [], False
    for token in tokens:
        if token.type == "link_open":
            target = links.get(str(token.attrGet("href")).rpartition("/")[2])
            named = target is None
            if target is not None:
                token.attrSet("href", target)
        if token.type in ("link_open", "link_close") and named:
            continue
        kept.append(token)
    return kept
