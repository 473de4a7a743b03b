"""The door: what can be read, what is refused, what the command prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from procedures.documents import format as formats
from procedures.documents.format.reference import page
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format.word import docx
from web.cli.documents import documents

ROOT = Path(__file__).parents[4]


def test_the_reference_names_every_rule() -> None:
    assert (ROOT / "docs/reference/document-format.md").read_text("utf-8") == page()


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"PK\x03\x04broken", b"%PDF-1.7\nbroken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
)
def test_what_cannot_be_read_is_said_in_both_languages(data: bytes) -> None:
    with pytest.raises(formats.Unreadable) as refused:
        formats.check(data)
    assert refused.value.vi and refused.value.en and refused.value.vi != refused.value.en


def test_the_command_lists_faults_and_says_by_its_status(tmp_path: Path) -> None:
    draft = drafts.decision()
    draft.left[2].text = "Số: 5/QĐ-SNV"
    wrong, right = tmp_path / "wrong.docx", tmp_path / "right.docx"
    wrong.write_bytes(docx(draft))
    right.write_bytes(docx(drafts.decision()))
    told = CliRunner().invoke(documents, ["check", str(wrong), str(right), "--json"])
    (fault,) = json.loads(told.output)
    assert told.exit_code == 1 and set(fault) == {"file", "page", "rule", "found", "wanted", "text"}
    assert (fault["file"], fault["rule"], fault["page"]) == (str(wrong), "number-zero", 1)
    made = tmp_path / "made.docx"
    mended = CliRunner().invoke(documents, ["mend", str(wrong), "-o", str(made), "--json"])
    assert mended.exit_code == 0 and json.loads(mended.output) == {"mended": 1, "left": []}
    assert formats.check(made) == []
    clean = CliRunner().invoke(documents, ["check", str(right), "--json"])
    assert clean.exit_code == 0 and json.loads(clean.output) == []
