"""The reference pages say what the code does."""

from __future__ import annotations

from pathlib import Path

from engine.model.checks.profile import ZEEBE_ELEMENTS
from engine.model.findings.rules import page

DOCS = Path(__file__).parents[3] / "docs" / "reference"


def test_the_page_of_checks_lists_every_rule():
    assert (DOCS / "checks.md").read_text("utf-8") == page()


def test_the_profile_names_every_extension_element_of_zeebe():
    text = (DOCS / "profile.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in ZEEBE_ELEMENTS)
