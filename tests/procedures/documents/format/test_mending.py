"""What is certain is mended, what is right stays as it was, and words are left to their writer."""

from __future__ import annotations

import pytest

from procedures.documents import format as formats
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format.test_planted import PLANTS
from tests.procedures.documents.format.test_right import RIGHT, WAYS
from tests.procedures.documents.format.word import docx

#: What only a writer can mend.
WRITERS = (
    "missing", "form", "text", "rule", "kind", "kept", "end", "number-capitals", "signer-name-capitals",
    "page-number-place", "page-number-first", "page-number-missing", "body-italic",
)  # fmt: skip
CERTAIN = [name for name in PLANTS if not any(word in name.split()[0] for word in WRITERS)]


@pytest.mark.parametrize("name", [*CERTAIN, "kind-bold look", "kind-size look", "kind-align kind_to_the_left"])
def test_what_is_certain_is_mended(name: str) -> None:
    wrong = docx(PLANTS[name][1]())
    assert formats.check(wrong) and formats.check(formats.mend(wrong)) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["quyết định", "công văn", "biên bản"])
def test_a_right_document_stays_right(name: str, way: str) -> None:
    assert formats.check(formats.mend(docx(RIGHT[name](), WAYS[way]))) == []


def test_words_are_left_to_their_writer() -> None:
    draft = drafts.decision()
    draft.right[2].text = "Phú An, 05/01/2026"
    assert [fault.rule for fault in formats.check(formats.mend(docx(draft)))] == ["place-date-form"]
