"""Messages with large attachments are signed and judged by pieces: the same as if they were held, in bounded memory."""

from __future__ import annotations

import io
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest
from lxml import etree

from procedures.exchange import edxml
from procedures.signatures import judging, streaming, trust, xades
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.bounded import Verifier
from procedures.signatures.keys import Key
from procedures.signatures.verdicts import Judged
from tests.procedures.signatures.conftest import codes

MIB = 1024 * 1024
SAMPLES = sorted(Path(__file__).parents[3].parent.joinpath("shared/data/edxml").glob("*.edxml"))
TRICKY = """<?xml version="1.0"?><?first a?><!-- no --><a xmlns="urn:u" xmlns:x="urn:v" x:b="1&#9;2" c="&lt;&quot;'&gt;"
 xmlns:unused="urn:n"><x:d>t&amp;&gt;\r\n&#13;é</x:d><e xmlns=""><f xmlns="urn:u" xml:lang="vi"/></e><?pi data?>
<!-- c --><x:g xmlns:x="urn:w" xmlns:y="urn:q" y:z="1" b:z="2" xmlns:b="urn:a" a="2"/><![CDATA[<&]]></a>
<?last?>""".encode()


@pytest.fixture(scope="module")
def key(authority: Authority, leader: Issued) -> Key:
    authority.save(leader, "thong-diep-lon")
    names = {"certificate": authority.folder / "thong-diep-lon.pem", "key": authority.folder / "thong-diep-lon.key"}
    return Key({}, names, None, 0, "")


def written(into: IO[bytes], paper: Path) -> None:
    header = {
        "From": {"OrganId": "H31.12", "OrganName": "Ủy ban nhân dân xã"},
        "To": [{"OrganId": "H31.13"}],
        "Subject": "Về việc gửi bản vẽ quy hoạch",
    }
    entry = {"name": "ban-ve.zip", "type": "application/zip", "file": paper.name}
    edxml.write({"MessageHeader": header, "attachments": [entry]}, into, paper.parent)


def signed(folder: Path, size: int, key: Key, known: trust.Trust) -> Path:
    """A message with an attachment of so many bytes, signed."""
    paper, plain, into = folder / "ban-ve.zip", folder / "tho.edxml", folder / "ky.edxml"
    with paper.open("wb") as body:
        for at in range(size // MIB):
            body.write(at.to_bytes(4) * (MIB // 4))
    with plain.open("wb") as body:
        written(body, paper)
    with plain.open("rb") as body, into.open("wb") as out:
        xades.sign_large(body, out, key, known, datetime.now(UTC))
    return into


@pytest.mark.parametrize("body", [TRICKY, *(path.read_bytes() for path in SAMPLES)], ids=lambda one: str(len(one)))
@pytest.mark.parametrize("exclusive", [True, False])
def test_by_pieces_is_canonical_as_it_is_whole(body: bytes, exclusive: bool) -> None:
    try:
        tree = etree.fromstring(body).getroottree()
    except etree.XMLSyntaxError:
        pytest.skip("its namespaces are not declared")
    whole = etree.tostring(tree, method="c14n", exclusive=exclusive, with_comments=False)
    parts: list[bytes] = []
    streaming._Canonical(parts.append, exclusive, [], None).read(io.BytesIO(body))
    assert b"".join(parts) == whole


def test_what_is_too_large_to_be_held_is_signed_and_judged(
    tmp_path: Path, key: Key, trusted: trust.Trust, authority: Authority
) -> None:
    path = signed(tmp_path, 4 * MIB, key, trusted)
    assert path.stat().st_size > judging.LARGE
    judged = judging.judge_file(path, trusted)
    assert judged.verdict == "valid" and judged.signatures[0].covers_whole and judged.signatures[0].time, judged
    body = path.read_bytes()
    at = body.index(b"ContentTransferEncoded>") + 3 * MIB
    changed = body[:at] + (b"B" if body[at : at + 1] != b"B" else b"C") + body[at + 1 :]
    assert "altered" in codes(_judged(changed, trusted))
    for hidden in (b"</ds:KeyInfo>", b"</xades:QualifyingProperties>", b"</ds:X509Data>"):
        stuffed = body.replace(hidden, b"A" * (2 * streaming.LONG) + hidden)
        assert _judged(stuffed, trusted).verdict == "invalid", hidden
    if shutil.which("xmlsec1"):
        roots = [one for one in (authority.folder / "trusted").glob("*") if b"CERTIFICATE" in one.read_bytes()]
        told = [part for one in roots for part in ("--trusted-pem", str(one))]
        call = ["xmlsec1", "--verify", *told, str(path)]
        ran = subprocess.run(call, check=False, capture_output=True)
        assert ran.returncode == 0, ran.stderr


def _judged(body: bytes, known: trust.Trust) -> Judged:
    return judging.judge(io.BytesIO(body), known)


@pytest.mark.parametrize("text", ["<!DOCTYPE a><a/>", "<a><b></a>", "<x:a/>", ""])
def test_what_is_no_xml_or_not_safe_is_not_hashed(text: str) -> None:
    with pytest.raises(streaming.Unreadable):
        streaming.digest(io.BytesIO(text.encode()), "sha256", exclusive=True)


@pytest.mark.slow
def test_a_hundred_megabytes_are_signed_and_judged_in_bounded_memory(
    tmp_path: Path, key: Key, trusted: trust.Trust, authority: Authority, judge: Callable[[bytes], Judged]
) -> None:
    """The judge's process is the one that the axis uses: its memory is bounded by the system."""
    tracemalloc.start()
    path = signed(tmp_path, 100 * MIB, key, trusted)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 * MIB, f"{peak >> 20} MB"
    with Verifier(str(authority.folder / "trusted")) as verifier:
        said = verifier.judge(path)
    assert said["verdict"] == "valid", said
