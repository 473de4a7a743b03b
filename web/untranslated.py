"""Which texts of the pages lack English: ``python -m web.untranslated [room]`` prints them as entries for
``web/translations/en/<room>.po``. A test holds that there are none."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.i18n import FOLDER

HOUSE = Path(__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"newstyle_gettext": "1"}}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}
APART = ("cli", "static", "assets", "__pycache__")


def texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """`(file, text)` of every text in code and templates; a pair where it has a plural."""
    found = extract_from_dir(
        HOUSE,
        method_map=METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in APART,
    )
    for file, _line, message, _comments, _context in found:
        yield file, message


def translated() -> dict[str, str]:
    """Vietnamese → English, of every catalogue."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="en"):
                key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
                value = entry.string if isinstance(entry.string, str) else (entry.string or [""])[-1]
                if isinstance(key, str) and key and value and not entry.fuzzy:
                    found[key] = value
    return found


def missing(room: str | None = None) -> list[tuple[str, str | tuple[str, ...]]]:
    """What lacks English, once each, in the order of the files; of one room where `room` names it."""
    known, seen, lacking = translated(), set(), []
    for file, message in texts():
        key = message[0] if isinstance(message, tuple) else message
        if key in known or key in seen or (room and room_of(file) != room):
            continue
        seen.add(key)
        lacking.append((file, message))
    return lacking


def room_of(file: str) -> str:
    """The room that a file belongs to: its folder under `web` or under the templates; ``base`` for what all share."""
    parts = Path(file).parts
    parts = parts[1:] if parts[0] == "templates" else parts
    return parts[0] if len(parts) > 1 and parts[0] not in ("components", "errors") else "base"


def main() -> None:
    """Print them."""
    for file, message in missing(sys.argv[1] if len(sys.argv) > 1 else None):
        one, many = message if isinstance(message, tuple) else (message, None)
        quoted = re.sub(r'(["\\])', r"\\\1", one).replace("\n", "\\n")
        print(f'#: {file}\nmsgid "{quoted}"')
        print(f'msgid_plural "{many}"\nmsgstr[0] ""\nmsgstr[1] ""\n' if many else 'msgstr ""\n')


if __name__ == "__main__":
    main()
