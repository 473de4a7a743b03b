"""Two languages. The texts in code and templates are Vietnamese; English stands in ``translations/en/*.po``, one file
for each room, read as they are when the application starts: no compiled catalogue can lag behind its source."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, redirect, request, session
from flask_babel import Babel, get_babel, get_locale
from werkzeug.wrappers import Response

from engine.refusal import Lang
from procedures.vocabulary.words import Word
from web.permissions import public
from web.security import safe_return

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
FOLDER = Path(__file__).parent / "translations"

blueprint = Blueprint("language", __name__)


def chosen() -> str:
    """The language of this request: what the person chose, else Vietnamese, the language of the administration."""
    language = session.get("language", "vi")
    return language if language in LANGUAGES else "vi"


def language() -> Lang:
    """Two letters: the language in which this page is written."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "vi"


def pick(text: Any, other: Any = None) -> str:
    """The right one of a pair ``{"vi", "en"}`` or of two texts; Vietnamese where English is empty."""
    if isinstance(text, Word):
        text, other = text
    elif isinstance(text, Mapping):
        text, other = text.get("vi", ""), text.get("en", "")
    return str(other) if language() == "en" and other else str(text or "")


@cache
def catalogue(language: str) -> Translations:
    """Everything translated into `language`, of all rooms; read once by a process."""
    whole: Translations | None = None
    for path in sorted((FOLDER / language).glob("*.po")):
        packed = io.BytesIO()
        with path.open("rb") as file:
            write_mo(packed, read_po(file, locale=language))
        packed.seek(0)
        part = Translations(packed)
        whole = part if whole is None else whole.merge(part)
    return whole if whole is not None else Translations()


def speak(app: Flask) -> None:
    """Set up both languages and the switch between them."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Ho_Chi_Minh")
    Babel(app, locale_selector=chosen)  # type: ignore[no-untyped-call]
    with app.app_context():
        domain = get_babel(app).instance.domain_instance
    domain.cache["vi", "messages"] = NullTranslations()
    domain.cache["en", "messages"] = catalogue("en")
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(pick=pick, language=language)


@blueprint.post("/ngon-ngu")
@public
def switch() -> Response:
    """Keep the chosen language and go back to the page."""
    wanted = request.form.get("ngon_ngu", "vi")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(safe_return(request.form.get("tiep")) or "/")
