"""A letter from another province is verified, registered, worked and answered; the answer is signed by a token,
numbered, sealed and dispatched; the other province holds a message whose signatures independent tools verify."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.refusal import Refusal
from engine.store import Database
from procedures import files
from procedures.documents import outgoing
from procedures.documents.outgoing import Draft
from procedures.exchange import edxml
from procedures.exchange.axis import receiving, tracked
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
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
    done = subprocess.run(["xmlsec1", "--verify", *told, str(whole)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with whole.open("rb") as body:
        message = edxml.read(body, tmp_path).fields
    assert message["MessageHeader"]["ResponseFor"][0]["Code"] == letter.notation
    pdf = message["attachments"][0]["file"]
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
