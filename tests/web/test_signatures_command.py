"""`motcua signatures verify` and `motcua test-authority`: the shape of the answer, exit status, both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procedures.signatures.authority import Authority
from tests.procedures.signatures.conftest import authority, leader, plain, sign, signed  # noqa: F401
from web.cli import root


def run(*words: str, trust: str = "") -> Result:
    return CliRunner(env={"MOTCUA_SIGNATURE_TRUST": trust}).invoke(root, list(words))


def test_the_answer_has_the_shape_of_the_contract(tmp_path: Path, authority: Authority, signed: bytes) -> None:  # noqa: F811
    file, other = tmp_path / "a.pdf", tmp_path / "b.txt"
    file.write_bytes(signed)
    other.write_text("chữ", "utf-8")
    trust = str(authority.folder / "trusted")
    answer = run("signatures", "verify", str(file), "--json", trust=trust)
    assert answer.exit_code == 0
    (one,) = json.loads(answer.stdout)
    assert (one["file"], one["verdict"]) == (str(file), "valid")
    (told,) = one["signatures"]
    names = {"signer", "time", "covers_whole", "changes_after", "chain", "revocation", "strength", "reasons"}
    assert names <= set(told) and all(isinstance(sentence, str) for sentence in told["reasons"])
    answer = run("signatures", "verify", str(file), str(other), "--json", "--lang", "en", trust=trust)
    assert answer.exit_code == 1
    assert [one["verdict"] for one in json.loads(answer.stdout)] == ["valid", "indeterminate"]
    spoken = run("signatures", "verify", str(file), str(other), trust=trust).stdout
    assert "Hợp lệ" in spoken and "không có giá trị pháp lý" in spoken and "Chưa kết luận được" in spoken


def test_without_trusted_authorities_the_answer_says_whom_it_does_not_know(tmp_path: Path, signed: bytes) -> None:  # noqa: F811
    file = tmp_path / "a.pdf"
    file.write_bytes(signed)
    answer = run("signatures", "verify", str(file), "--lang", "en")
    assert answer.exit_code == 1 and "not among the authorities" in answer.stdout


def test_a_test_authority_issues_and_revokes(tmp_path: Path) -> None:
    folder = str(tmp_path / "ca")
    made = run("test-authority", "init", folder)
    assert made.exit_code == 0 and "THỬ NGHIỆM" in made.stdout and "MOTCUA_SIGNATURE_TRUST=" in made.stdout
    paths = json.loads(run("test-authority", "issue", folder, "Ông A", "--organisation", "Sở X", "--json").stdout)
    assert Path(paths["key"]).stat().st_mode & 0o077 == 0
    answer = json.loads(run("test-authority", "revoke", folder, paths["certificate"], "--json").stdout)
    assert len(answer["revoked"]) == 1


@pytest.mark.parametrize("words", [("signatures", "verify", "khong-co.pdf"), ("signatures", "verify", "/")])
def test_what_is_no_file_is_misuse(words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(root, list(words), standalone_mode=False)
    assert answer.return_value == 2
