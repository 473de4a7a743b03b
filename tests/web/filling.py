"""A form of a page as somebody fills it in: every field that can be seen, read from the page itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

#: What a person types nothing into.
UNTYPED = ("hidden", "submit", "button", "file", "password")


@dataclass
class Seen:
    """A field: its kind, and what it shows. A box shows the values that are ticked; options: what may be chosen."""

    kind: str
    shown: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    is_day: bool = False


@dataclass
class Filled:
    """A form: its fields by name, and what it carries unseen."""

    action: str
    fields: dict[str, Seen] = field(default_factory=dict)
    carried: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Filled] = []
        self._form: Filled | None = None
        self._select = ""
        self._text: Seen | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self._form = Filled(said.get("action", ""))
            self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and name:
            self._input(self._form, name, said, "checked" in said)
        elif tag == "select":
            self._select = name
            self._form.fields[name] = Seen("select")
        elif tag == "option" and self._select:
            seen = self._form.fields[self._select]
            seen.options.append(said.get("value", ""))
            if "selected" in said:
                seen.shown = [said.get("value", "")]
        elif tag == "textarea":
            self._text = self._form.fields[name] = Seen("textarea", [""])

    def _input(self, form: Filled, name: str, said: dict[str, str], checked: bool) -> None:
        kind = said.get("type", "text")
        if kind in UNTYPED:
            if kind == "hidden":
                form.carried.append((name, said.get("value", "")))
        elif kind in ("radio", "checkbox"):
            seen = form.fields.setdefault(name, Seen(kind))
            seen.options.append(said.get("value", "on"))
            if checked:
                seen.shown.append(said.get("value", "on"))
        else:
            form.fields[name] = Seen("text", [said.get("value", "")], is_day="data-day" in said)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.shown = [(self._text.shown[0] + data).removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = None


def form_of(page: str, having: str) -> Filled:
    """The form of a page that has a field of that name."""
    found = [one for one in Forms(page).found if having in one.fields or having in dict(one.carried)]
    assert found, f"no form has a field {having}"
    return found[0]


def typed_into(form: Filled, number: int = 0) -> dict[str, list[str]]:
    """Something else than the page shows, in every field: the last choice, each box the other way round."""
    said: dict[str, list[str]] = {}
    for name, seen in form.fields.items():
        number += 1
        if seen.kind in ("select", "radio"):
            said[name] = [seen.options[-1]]
        elif seen.kind == "checkbox":
            said[name] = [one for one in seen.options if one not in seen.shown]
        elif seen.is_day:
            said[name] = ["31/02/2026"]
        else:
            said[name] = [f"Chữ {number}"]
    return said


def posted(form: Filled, said: dict[str, list[str]], **pressed: str) -> dict[str, Any]:
    """What a browser sends of that: what the form carries, every field, the button."""
    data: dict[str, Any] = {}
    for name, value in form.carried:
        data.setdefault(name, []).append(value)
    return {**data, **said, **{name: [value] for name, value in pressed.items()}}
