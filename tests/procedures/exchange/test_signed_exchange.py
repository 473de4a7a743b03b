"""A letter from another province is verified, registered, worked and answered; the answer is signed by a token,
numbered, sealed and dispatched; the other province holds a message whose signatures independent tools verify."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Database
from procedures import files
from procedures.documents import outgoing
from procedures.documents.outgoing import Draft
from procedures.exchange import edxml
from procedures.exchange.axis import receiving, tracked
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
from procedures.store.axis import axis_document, axis_inbox
from tests.procedures.exchange.provinces import NORTH, SOUTH, Nation, Verifier, nation
from tests.procedures.signatures.conftest import authority, leader, token  # noqa: F401
from web.simulators.axis import FAULTS


@pytest.fixture(params=[(), pytest.param(FAULTS, marks=pytest.mark.slow)], ids=["calm", "storm"])
def between(
    request: pytest.FixtureRequest,
    sqlite_template: Path,
    open_database: Callable[..., Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    authority: Authority,  # noqa: F811
    token: dict[str, str],  # noqa: F811
) -> Iterator[Nation]:
    monkeypatch.setattr(receiving, "Verifier", Verifier)
    paths = [shutil.copy(sqlite_template, tmp_path / f"{name}.db") for name in ("bac", "nam")]
    first, second = (open_database(f"sqlite:///{path}") for path in paths)
    seal = _kept(tmp_path, authority.issue("Ủy ban nhân dân tỉnh", "Con dấu"))
    with nation(first, second, tmp_path, request.param) as made:
        for one in (made.north, made.south):
            one.now = datetime.now(UTC)
            keys = Keys({"lanhdao": Key(token, {}, None, 0, "")}, {one.code: seal})
            known = replace(one.settings, signing_keys=keys, signature_trust=str(authority.folder / "trusted"))
            one.settings = one.database.installation.settings = known  # type: ignore[attr-defined]
        yield made


def _kept(folder: Path, issued: Issued) -> Key:
    """The agency's key in files, as tests have it."""
    for name, body in (("dau.crt", issued.pem), ("dau.key", issued.key_pem)):
        (folder / name).write_bytes(body)
    return Key({}, {"certificate": folder / "dau.crt", "key": folder / "dau.key"}, None, 0, "")


def test_a_letter_is_answered_and_what_goes_verifies_by_independent_tools(
    between: Nation,
    authority: Authority,  # noqa: F811
    tmp_path: Path,
) -> None:
    north, south = between.north, between.south
    letter = north.send("Về việc đề nghị phối hợp", SOUTH)
    between.settle()
    (came,) = south.tray()
    origin = tracked.origin(south.database, came.id)
    assert origin is not None and origin.judged is not None and origin.judged["verdict"] == "valid", origin
    south.work_through(came)

    made = outgoing.draft(
        south.database,
        Draft(south.code, "QĐ", "Về việc trả lời", others=NORTH, answers=came.code),
        files.Stored(came.sha256 or "", files.PDF, 1, "tra-loi.pdf"),
        south["chuyenvien"],
    )
    south.step(made.id, "soan_thao", "chuyenvien", "trinh")
    south.step(made.id, "ky_nhay_don_vi", "truong", "ky_nhay")
    south.step(made.id, "ky_nhay_van_phong", "truong", "ky_nhay")
    south.step(made.id, "ky_duyet", "lanhdao", "duyet", tham_quyen="TM")
    shown = south.document(made.code).sha256 or ""
    with pytest.raises(Refusal, match="PIN"):
        south.sign(made.code, pin="000000")
    with pytest.raises(Refusal, match="đã thay đổi"):
        south.sign(made.code, "0" * 64)
    assert south.document(made.code).sha256 == shown
    with pytest.raises(Refusal, match="chưa ký số"):
        south.step(made.id, "cap_so", "vanthu", "cap_so")
    south.sign(made.code)
    with pytest.raises(Refusal, match="một lần"):
        south.sign(made.code)
    south.step(made.id, "cap_so", "vanthu", "cap_so")
    with pytest.raises(Refusal, match="đang được đặt"):
        south.step(made.id, "phat_hanh", "vanthu", "phat_hanh")
    south.work()
    south.step(made.id, "phat_hanh", "vanthu", "phat_hanh")
    between.settle()

    held = next(one for one in between.axis.of_agency(NORTH) if one.said["kind"] == "document")
    whole = held.path
    roots = [path for path in (authority.folder / "trusted").glob("*") if b"CERTIFICATE" in path.read_bytes()]
    told = [part for path in roots for part in ("--trusted-pem", str(path))]
    if shutil.which("xmlsec1"):
        done = subprocess.run(["xmlsec1", "--verify", *told, str(whole)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with whole.open("rb") as body:
        message = edxml.read(body, tmp_path).fields
    assert message["MessageHeader"]["ResponseFor"][0]["Code"] == letter.notation
    pdf = message["attachments"][0]["file"]
    if shutil.which("pdfsig"):
        seen = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=False).stdout
        # The draft was what the north had sent: its two signatures still stand, and the south's are put under them.
        assert seen.count("Signature is Valid") == 4 and seen.count("Field Name: CoQuan") == 2, seen
    (back,) = north.tray()
    origin = tracked.origin(north.database, back.id)
    assert origin is not None and origin.judged is not None
    assert {origin.judged["verdict"], *(one.judged["verdict"] for one in origin.files)} == {"valid"}, origin
    north.work_through(back)
    between.settle()
    said = sorted(one.code for one in tracked.receipts(south.database, made.id))
    assert said == ["01", "03", "04", "05", "06"]


@pytest.mark.parametrize("many", [40, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_no_signed_message_that_was_changed_on_its_way_is_believed(between: Nation, many: int) -> None:
    """What still reads as a message and bears a signature is refused with its reason; what lost it is told to bear
    none; what is no message is kept and said to be unreadable. Nothing is recalled or renewed by such a message."""
    if between.axis.faults:
        pytest.skip("it is the message that is wrong here, not the axis")
    north, south, chance = between.north, between.south, random.Random(many)
    sent = north.send("Về việc đề nghị phối hợp", SOUTH)
    north.work()
    (held,) = [one for one in between.axis.held.values() if one.said["kind"] == "document"]
    good = held.path.read_bytes()
    names = [b"<edXML:Subject>", b"<edXML:OrganName>", b"<edXML:CodeNumber>", b"ContentTransferEncoded>"]
    for n in range(many):
        body = bytearray(good)
        if n % 2:  # what is signed, and still reads
            at = body.index(names[n // 2 % len(names)]) + len(names[n // 2 % len(names)])
            body[at] = ord("A") if body[at] != ord("A") else ord("B")
        else:
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        path = held.path.with_name(f"sua-{n}")
        path.write_bytes(body)
        between.axis.hold(path, (SOUTH,), NORTH)
    between.settle()
    page = tracked.inbox(south.database, south["vanthu"], ())
    assert all(row.vi and row.en for row in page.rows)
    came = [one for one in south.tray() if one.notation == sent.notation]
    assert len(came) == 1
    with south.database.begin() as tx:
        entered = tx.read(select(axis_document.c.message, axis_document.c.judged)).all()
    whole = [row for row in entered if row.judged["verdict"] == "valid"]
    assert all(_same(south.database, row.message, good) for row in whole)
    states = Counter(_states(south.database))
    assert states["refused"] >= many * 0.4, states


def _states(database: Database) -> list[str]:
    with database.begin() as tx:
        return list(tx.read(select(axis_inbox.c.state)).scalars())


def _same(database: Database, sha256: str, good: bytes) -> bool:
    """Whether a kept message says what was signed."""
    canonical = [io.BytesIO(), io.BytesIO()]
    for body, into in zip((files.place(database, sha256).read_bytes(), good), canonical, strict=True):
        etree.ElementTree(etree.fromstring(body)).write_c14n(into)
    return canonical[0].getvalue() == canonical[1].getvalue()
