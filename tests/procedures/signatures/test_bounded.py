"""Verifying in a process of its own: as in this one, and an end for what takes too much."""

from __future__ import annotations

import io
import os
import random
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from procedures.signatures import Verifier, xades
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key
from procedures.signatures.trust import Trust
from tests.procedures.signatures.test_pdf import mutated
from tests.procedures.signatures.test_xml import MESSAGE, canonical


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


@pytest.mark.parametrize("count", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_changed_file_is_believed_and_each_answer_says_why_within_bounds(
    tmp_path: Path, signed: bytes, leader: Issued, authority: Authority, trusted: Trust, count: int
) -> None:
    """Signed messages and signed PDFs from the wire, in the process that judges them: seconds are its own (a busy host
    is not the file's fault), memory is the most that it ever held."""
    authority.save(leader, "day")
    names = {"certificate": authority.folder / "day.pem", "key": authority.folder / "day.key"}
    message = xades.sign(MESSAGE.encode(), Key({}, names, None, 0, ""), trusted, datetime.now(UTC))
    chance, path, slowest = random.Random(count), tmp_path / "tep", 0.0
    with Verifier(str(authority.folder / "trusted")) as verifier:
        for n in range(2 * count):
            good = (message, signed)[n % 2]
            body = mutated(good, chance)
            path.write_bytes(body)
            before = _seconds(verifier)
            told = verifier.judge(path)
            slowest = max(slowest, _seconds(verifier) - before)
            reasons = [*told["reasons"], *(each for one in told["signatures"] for each in one["reasons"])]
            assert told["verdict"] != "valid" or body == good or (n % 2 == 0 and canonical(body) == canonical(good))
            assert told["verdict"] == "valid" or (all(one["vi"] and one["en"] for one in reasons) and reasons)
        assert verifier._process is not None
        status = Path(f"/proc/{verifier._process.pid}/status").read_text("ascii")
        most = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])
    assert slowest < 2 and most < 256 * 1024, (slowest, most)


def _seconds(verifier: Verifier) -> float:
    """Of the processor, that the judging process has used; none before it runs."""
    if verifier._process is None:
        return 0.0
    fields = Path(f"/proc/{verifier._process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
