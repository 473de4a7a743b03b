"""Verifying in a process of its own: as in this one, and an end for what takes too much."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

from procedures.signatures import Verifier
from procedures.signatures.authority import Authority


def bomb() -> bytes:
    """A PDF whose table of objects unpacks to 300 MB."""
    packer = zlib.compressobj(9)
    zeros = b"\0" * 1_000_000
    packed = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
    head = b"%PDF-1.7\n"
    names = b"/Type /XRef /W [1 2 1] /Size 3 /Root 1 0 R /Filter /FlateDecode /Length %d" % len(packed)
    body = b"2 0 obj\n<< " + names + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    return head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


def test_it_says_the_same_for_any_number_of_files_and_goes_on_after_a_bomb(
    tmp_path: Path, signed: bytes, plain: bytes, authority: Authority
) -> None:
    good, none, bad = (tmp_path / name for name in ("ký.pdf", "b.pdf", "c.pdf"))
    good.write_bytes(signed)
    none.write_bytes(plain)
    bad.write_bytes(bomb())
    with Verifier(str(authority.folder / "trusted")) as verifier:
        assert verifier.judge(good)["verdict"] == "valid"
        first = verifier._process
        assert verifier.judge(none)["verdict"] == "indeterminate" and verifier._process is first
        told = verifier.judge(bad)
        assert told["verdict"] == "invalid" and told["reasons"][0]["code"] in ("too-slow", "unreadable")
        assert verifier.judge(good)["signatures"][0]["signer"] == "Trần Thị Mẫu, Sở Tư pháp"
        assert verifier.judge_stream(io.BytesIO(signed))["verdict"] == "valid"


def test_a_process_that_falls_is_an_answer_and_is_replaced(tmp_path: Path, plain: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(plain)
    with Verifier("") as verifier:
        verifier.judge(file)
        assert verifier._process is not None
        verifier._process.kill()
        verifier._process.wait()
        assert verifier.judge(file)["verdict"] == "invalid"
        assert verifier.judge(file)["verdict"] == "indeterminate"
