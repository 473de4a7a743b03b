"""Signed PDFs: what is valid, what is not and why; edge cases, and a thousand mutations of which none is believed."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from procedures.signatures import judging, trust
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.verdicts import REASONS, Judged
from tests.procedures.signatures.conftest import Sign, codes

Judge = Callable[[bytes], Judged]
EDGES = sorted(Path(__file__).parents[3].parent.joinpath("shared/data/signed-pdf").glob("*.pdf"))
NOW = datetime.now(UTC)


def test_a_whole_file_signed_by_whom_we_trust_is_valid(signed: bytes, judge: Judge) -> None:
    judged = judge(signed)
    (one,) = judged.signatures
    assert judged.verdict == "valid" and codes(judged) == {"claimed-time", "test"}
    assert one.signer == "Trần Thị Mẫu, Sở Tư pháp" and one.covers_whole and one.changes_after == []
    assert (one.chain, one.revocation, one.strength) == ("trusted", "good", "strong")
    assert one.time is not None and abs(datetime.fromisoformat(one.time) - datetime.now(UTC)) < timedelta(minutes=10)


def test_two_signatures_one_after_the_other_are_both_valid_and_the_first_says_what_came_after(
    signed: bytes, sign: Sign, authority: Authority, leader: Issued, judge: Judge
) -> None:
    seal = authority.issue("SỞ TƯ PHÁP", "UBND tỉnh", key=leader.key)
    judged = judge(sign(signed, seal, "Dau", authority.stamper()))
    first, second = judged.signatures
    assert judged.verdict == "valid"
    assert not first.covers_whole and first.changes_after == ["signature"]
    assert second.covers_whole and second.time_proven


def test_without_trusted_authorities_nothing_is_judged_valid(signed: bytes) -> None:
    judged = judging.judge(io.BytesIO(signed), trust.Trust())
    assert judged.verdict == "indeterminate" and "untrusted" in codes(judged)


def test_a_file_without_a_signature_cannot_be_judged(plain: bytes, judge: Judge) -> None:
    assert (judge(plain).verdict, codes(judge(plain))) == ("indeterminate", {"no-signature"})
    assert codes(judge(b"PK\x03\x04 docx")) == {"unknown-kind"} and judge(b"").verdict == "indeterminate"


def test_another_content_is_not_what_was_signed(signed: bytes, judge: Judge) -> None:
    at = signed.index(b"stream\n") + 40
    judged = judge(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
    assert judged.verdict == "invalid" and "altered" in codes(judged)


@pytest.mark.parametrize("what", ["content", "annotation"])
def test_what_is_added_after_the_signature_is_not_valid(what: str, signed: bytes, judge: Judge) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.find_page_for_modification(0)[0].get_object()
    if what == "content":
        added = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 100 400 300 40 re f Q"))
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), added])
        writer.update_container(page)
    else:
        note = {"/Type": "/Annot", "/Subtype": "/Text", "/Contents": "x", "/Rect": "r"}
        made = generic.DictionaryObject({generic.pdf_name(key): generic.pdf_name("/X") for key in note})
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(made)])
        writer.update_container(page)
    into = io.BytesIO()
    writer.write(into)
    judged = judge(into.getvalue())
    assert judged.verdict == "invalid" and judged.signatures[0].changes_after == ["content"]


@pytest.mark.parametrize("tail", [b"\n", b"\nthem vao cuoi tep", b"%PDF-1.7\n%%EOF\n"])
def test_bytes_after_the_end_are_told(tail: bytes, signed: bytes, judge: Judge) -> None:
    assert judge(signed + tail).verdict != "valid"


def test_the_room_of_the_signature_hides_nothing(signed: bytes, judge: Judge) -> None:
    """Neither a digit after the signature nor the case of one letter changes what is signed; both are told."""
    end = signed.index(b">", signed.index(b"/Contents <") + 12)
    for at, byte in ((end - 20, b"1"), (end - 1, b"f"), (signed.index(b"/Contents <") + 20, None)):
        old = signed[at : at + 1]
        new = byte or (old.upper() if old.islower() else old)
        if new == old:
            continue
        judged = judge(signed[:at] + new + signed[at + 1 :])
        assert judged.verdict == "invalid", at


def test_an_expired_certificate_is_told_by_when_it_signed(
    sign: Sign, plain: bytes, authority: Authority, leader: Issued, judge: Judge
) -> None:
    old = authority.issue("Đã Hết Hạn", start=NOW - timedelta(days=400), days=100, key=leader.key)
    assert "expired" in codes(judge(sign(plain, old)))
    assert judge(sign(plain, old)).verdict == "invalid"
    coming = authority.issue("Chưa Đến Hạn", start=NOW + timedelta(days=10), key=leader.key)
    assert "not-yet" in codes(judge(sign(plain, coming)))


def test_a_revoked_certificate_does_not_sign(sign: Sign, plain: bytes, authority: Authority, leader: Issued) -> None:
    revoked = authority.issue("Bị Thu Hồi", key=leader.key)
    body = sign(plain, revoked, stamped=authority.stamper(NOW - timedelta(hours=2)))
    authority.revoke(revoked.certificate, NOW - timedelta(hours=1))
    trusting = trust.load(str(authority.folder / "trusted"))
    judged = judging.judge(io.BytesIO(body), trusting)
    assert judged.verdict == "valid", "the timestamp is older than the revocation"
    judged = judging.judge(io.BytesIO(sign(plain, revoked)), trusting)
    assert judged.verdict == "invalid" and "revoked" in codes(judged)
    assert judged.signatures[0].revocation == "revoked"


def test_without_revocation_information_nobody_can_say(signed: bytes, trusted: trust.Trust) -> None:
    judged = judging.judge(io.BytesIO(signed), trust.Trust(trusted.roots, trusted.others))
    assert (judged.verdict, judged.signatures[0].revocation) == ("indeterminate", "unknown")


def test_an_authority_or_a_timestamper_signs_no_documents(
    sign: Sign, plain: bytes, authority: Authority, judge: Judge
) -> None:
    assert judge(sign(plain, authority.issuer)).verdict == "invalid"


def test_sha1_is_told_to_be_weak(sign: Sign, plain: bytes, leader: Issued, judge: Judge) -> None:
    judged = judge(sign(plain, leader, md_algorithm="sha1"))
    assert judged.verdict == "valid" and judged.signatures[0].strength == "weak" and "weak" in codes(judged)


@pytest.mark.skipif(not EDGES, reason="the edge cases are not here")
@pytest.mark.parametrize("path", EDGES, ids=lambda path: path.stem)
def test_an_edge_case_is_never_valid_and_says_why(path: Path, judge: Judge) -> None:
    judged = judge(path.read_bytes())
    sound = {"minimal-two-fields-signed-twice", "pades-lta-dss-indirect-arrs-test", "sig-no-signed-attrs"}
    assert judged.verdict == ("indeterminate" if path.stem in sound else "invalid")
    assert all(REASONS[code] for code in codes(judged))


def mutated(body: bytes, chance: random.Random) -> bytes:
    made = bytearray(body)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(made))
        kind = chance.randrange(4)
        if kind < 2:
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del made[at : at + chance.randrange(1, 50)]
        else:
            made[at:at] = made[at : at + chance.randrange(1, 50)]
    return bytes(made)


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_mutated_file_is_believed(count: int, signed: bytes, judge: Judge) -> None:
    chance = random.Random(count)
    believed: list[Any] = []
    for _ in range(count):
        body = mutated(signed, chance)
        judged = judge(body)
        if judged.verdict == "valid" and body != signed:
            believed.append([(i, a, b) for i, (a, b) in enumerate(zip(signed, body, strict=False)) if a != b][:5])
    assert believed == []


def test_where_an_event_loop_runs_it_is_signed_and_judged_all_the_same(
    sign: Sign, plain: bytes, leader: Issued, judge: Judge
) -> None:
    async def inside() -> str:
        return judge(sign(plain, leader)).verdict

    assert asyncio.run(inside()) == "valid"
