"""Rules that the code of the pages keeps, read from the code itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from web import untranslated

WEB = Path(untranslated.__file__).parent
ROOT = WEB.parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
NOT_OURS = {"static"}


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    open_views = [
        name for name, view in app.view_functions.items() if name not in NOT_OURS and not hasattr(view, "access")
    ]
    assert open_views == []


def test_every_address_is_in_kebab_case_without_marks(app: Flask) -> None:
    shape = re.compile(r"^(/|(/([a-z0-9]+(-[a-z0-9]+)*|<[a-z0-9_:]+>|openapi\.json|v1))+)$")
    strange = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not shape.match(re.sub(r"\.(pdf|xlsx|png|bpmn)$", "", rule.rule))
    ]
    assert strange == []


def test_what_changes_something_is_never_a_get(app: Flask) -> None:
    words = ("xoa", "thu-hoi", "mo-khoa", "rut", "dat-lai-mat-khau")
    risky = [rule for rule in app.url_map.iter_rules() if rule.rule.endswith(tuple(f"/{word}" for word in words))]
    assert risky
    assert [rule.rule for rule in risky if "POST" not in (rule.methods or ())] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_keeps_to_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "scripts are files"
    assert not re.search(r"\sstyle=", text), "styles are classes"
    assert not re.search(r"<[a-z][^<>{]*\son[a-z]+=", text), "no handlers in attributes"
    allowed = 1 if path.name == "dossier.html" and path.parent.name == "components" else 0
    assert text.count("|safe") <= allowed, "only the server's own drawing is trusted"


#: Forms with one button that does what people press Enter for: nothing of a dossier, a task or the house.
ENTER_SENDS = {
    "account/sign_in.html",
    "account/change_password.html",
    "account/reset_password.html",
    "portal/track.html",
    "citizen/sign_in.html",
    "citizen/code.html",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_every_posted_form_begins_with_its_token_and_enter_presses_none_of_its_buttons(path: Path) -> None:
    """A browser takes Enter in a field for the first button of the form. `csrf()` puts one there that does nothing;
    only where it is asked for, and the form has one button, Enter sends the form."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        buttons = [one.start() for one in re.finditer(r"<button(?! type=.button)|button\w*\(|submit\(", found[0])]
        first = re.search(r"\{\{ csrf\((enter=True)?\) \}\}", found[0])
        assert first is not None, f"a form without its token: {found[0][:100]}"
        assert all(first.start() < one for one in buttons), "the token and the idle button stand first"
        if first[1]:
            assert str(path.relative_to(WEB / "templates")) in ENTER_SENDS and len(buttons) == 1


def test_no_page_names_a_procedure() -> None:
    code = re.compile(r"\b[12]\.\d{6}\b")
    files = [*TEMPLATES, *WEB.rglob("*.py")]
    assert [str(path) for path in files if code.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "room",
    ["base", "portal", "citizen", "account", "admin", "desk", "work", "workbench", "board", "documents", "money"],
)
def test_every_text_has_its_english(room: str) -> None:
    assert untranslated.missing(room) == []


def test_a_translation_keeps_the_placeholders() -> None:
    holder = re.compile(r"%\(\w+\)[sd]")
    wrong = [vi for vi, en in untranslated.translated().items() if set(holder.findall(vi)) != set(holder.findall(en))]
    assert wrong == []


#: Commands that steer what runs: `procedures.steering` asks first whether the person may.
STEERING = {
    "suspend",
    "resume",
    "terminate",
    "move",
    "set_timer",
    "set_variables",
    "retry_incident",
    "retry_incidents",
    "throw_error_at_incident",
    "cancel_instance",
    "migrate",
    "migrate_many",
    "undo",
    "undo_many",
}
#: Who may call one: it, and what a dossier's own rules do (its ends, a corrected intake, a declaration that is mended).
ASK_THEMSELVES = {
    "procedures/steering.py",
    "procedures/dossiers/ends.py",
    "procedures/dossiers/correcting.py",
    "procedures/dossiers/mending.py",
}


def test_whoever_steers_asks_first_whether_he_may() -> None:
    call = re.compile(r"\b(?:commands|migration)\.(\w+)\(")
    found = {}
    for path in [*WEB.rglob("*.py"), *(WEB.parent / "procedures").rglob("*.py")]:
        name = path.relative_to(WEB.parent).as_posix()
        used = STEERING & set(call.findall(path.read_text(encoding="utf-8")))
        if used and name not in ASK_THEMSELVES and not name.startswith("web/cli/"):
            found[name] = used
    assert found == {}


def test_no_translation_outlives_its_text() -> None:
    said = {message[0] if isinstance(message, tuple) else message for _file, message in untranslated.texts()}
    assert [text for text in untranslated.translated() if text not in said] == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\b(tx|db|opened): Any\b", "a transaction and a database have their types"),
        (r"\bWeakKeyDictionary\b", "what belongs to a transaction or a database lives in it (`Locals.local`)"),
        (r"\bfind_spec\b", "what is there is imported"),
    ],
    ids=["types", "what belongs to a transaction", "imports"],
)
def test_state_and_context_are_said_openly(pattern: str, why: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in ("engine", "procedures", "web")
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], why
