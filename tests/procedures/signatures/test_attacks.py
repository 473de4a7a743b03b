"""Known attacks on signed PDF files, by a signature that everybody trusts: none is believed, each says why."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import NameObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from procedures.signatures.verdicts import Judged
from tests.procedures.signatures.conftest import codes

Judge = Callable[[bytes], Judged]


def dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})


def replaced_page(writer: Any) -> None:
    """Shadow attack, "replace": another content under the same page."""
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def other_pages(writer: Any) -> None:
    """Shadow attack, "hide and replace": the catalogue leads to another tree of pages."""
    blank = dictionary(Type=NameObject("/Page"), MediaBox=generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))))
    kid = writer.add_object(blank)
    tree = dictionary(Type=NameObject("/Pages"), Count=generic.NumberObject(1), Kids=generic.ArrayObject([kid]))
    writer.root["/Pages"] = writer.add_object(tree)
    writer.update_root()


def hidden_layer(writer: Any) -> None:
    """Shadow attack, "hide": what was covered is shown by switching a layer."""
    writer.root["/OCProperties"] = dictionary(OCGs=generic.ArrayObject(), D=dictionary(BaseState=NameObject("/OFF")))
    writer.update_root()


def another_font(writer: Any) -> None:
    """The same codes are other letters: fonts of the page are replaced."""
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Resources"] = dictionary(Font=dictionary())
    writer.update_container(page)


def script(writer: Any) -> None:
    """Something is run when the file is opened."""
    writer.root["/OpenAction"] = dictionary(S=NameObject("/JavaScript"), JS=pdf_string("app.alert(1)"))
    writer.update_root()


def overlay(writer: Any) -> None:
    """An annotation lies over the text."""
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 700)))
    note = dictionary(Type=NameObject("/Annot"), Subtype=NameObject("/FreeText"), Rect=box, Contents=pdf_string("0"))
    page = writer.find_page_for_modification(0)[0].get_object()
    page.setdefault("/Annots", generic.ArrayObject()).append(writer.add_object(note))
    writer.update_container(page)


def emptied(writer: Any) -> None:
    """Universal forgery: the signature's dictionary is replaced by one that says nothing."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/V"] = writer.add_object(dictionary(Type=NameObject("/Sig"), Filter=NameObject("/Adobe.PPKLite")))
    writer.update_container(field)


def unsigned_field(writer: Any) -> None:
    """The field of the signature is taken out of the form."""
    writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject()
    writer.update_container(writer.root["/AcroForm"])


AFTERWARDS = (replaced_page, other_pages, hidden_layer, another_font, script, overlay, emptied, unsigned_field)


@pytest.mark.parametrize("attack", AFTERWARDS, ids=lambda one: one.__name__)
def test_nothing_is_changed_in_a_later_revision(attack: Callable[[Any], None], signed: bytes, judge: Judge) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    attack(writer)
    into = io.BytesIO()
    writer.write(into)
    judged = judge(into.getvalue())
    assert into.getvalue().startswith(signed) and judged.verdict != "valid" and codes(judged)


RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\]")


def ranges(signed: bytes) -> list[bytes]:
    """The file with other byte ranges, of the same length as text: shorter, overlapping, longer than the file, moved,
    negative, and with three parts."""
    found = RANGE.search(signed)
    assert found is not None
    zero, first, second, length = (int(one) for one in found[1].split())
    tried = (
        (zero, first, second, length - 1),
        (zero, first - 1, second, length),
        (zero, first, second + 1, length - 1),
        (zero, second, second, length),
        (zero, first, second, length * 9),
        (1, first - 1, second, length),
        (zero, first, first, len(signed) - first),
        (zero, -1, second, length),
        (zero, first, second),
        (zero, first, second, 0),
    )
    made = []
    for numbers in tried:
        text = " ".join(map(str, numbers)).encode()
        if len(text) <= len(found[1]):
            made.append(signed[: found.start(1)] + text.ljust(len(found[1])) + signed[found.end(1) :])
    return made


def test_no_other_byte_range_is_believed(signed: bytes, judge: Judge) -> None:
    made = ranges(signed)
    assert len(made) >= 7
    for body in made:
        judged = judge(body)
        assert judged.verdict == "invalid" and codes(judged)


def test_a_signature_is_not_carried_to_another_file(signed: bytes, plain: bytes, judge: Judge) -> None:
    """Its bytes stand before or after another document: what is read is not what was signed."""
    for body in (plain + signed, signed + plain, plain + signed[len(plain) :] + plain):
        assert judge(body).verdict != "valid"


def test_signed_twice_stays_valid_and_only_by_whoever_signed_whole(
    signed: bytes, sign: Any, leader: Any, judge: Judge
) -> None:
    twice = sign(signed, leader, "Ky2")
    assert judge(twice).verdict == "valid" and twice.startswith(signed)
    assert judge(twice[: len(signed)]).verdict == "valid", "the first revision is a file of its own"
    assert judge(twice[:-200]).verdict != "valid"
    at = len(signed) + (len(twice) - len(signed)) // 2
    assert judge(twice[:at] + bytes([twice[at] ^ 1]) + twice[at + 1 :]).verdict != "valid"
