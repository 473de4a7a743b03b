"""Which passwords are refused, and that nobody waits longer for a name that is not there."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from argon2 import Type

from engine.refusal import Refusal
from procedures import passwords
from tests import quick

TRIED_FIRST = (
    "Password2026!",
    "P@ssw0rd1234",
    "Matkhau@12345",
    "MậtKhẩu@2026!",
    "HungYen@2026!!",
    "UBND@hungyen2026",
    "Admin@123456",
    "123456789012",
    "98127340918273",
    "qwertyuiop123",
    "1qaz2wsx3edc",
    "abcd1234ABCD",
    "aaaaabbbbbccccc1",
    "0987654321aA@",
    "toiyeuvietnam",
    "laclongquan99",
    "nguyenvanan1",
    "tiepnhanhoso",
)


@pytest.mark.parametrize("password", TRIED_FIRST)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(Refusal):
        passwords.refuse_weak(password)


@pytest.mark.parametrize(
    "password", ["HaTang@2026!!!", "UBND@phohien1", "phohien@2026!", "Chuyen.Vien.99", "H@Tang123456"]
)
def test_what_everybody_knows_of_a_person_is_no_password(password: str) -> None:
    with pytest.raises(Refusal):
        passwords.refuse_weak(password, "ht01", ("Hà Văn Tặng Tang", "Chuyên viên", "Ủy ban nhân dân phường Phố Hiến"))
    passwords.refuse_weak("Cây hồng trước phường 3", "ht01", ("Hà Văn Tặng", "Chuyên viên", "Phường Phố Hiến"))


@pytest.mark.parametrize(
    "password", ["mật khẩu của bài thử 7", "Xe đạp màu tím 17 cây", "kJ8#vQ2!pLz9", "TrongVuon3CayNhan"]
)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    passwords.refuse_weak(password)


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed as in the product; other tests do it cheaply."""
    monkeypatch.setattr(passwords, "_hasher", quick.HASHER)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


def test_a_guess_is_dear() -> None:
    assert quick.HASHER.type is Type.ID
    assert (quick.HASHER.memory_cost, quick.HASHER.time_cost) >= (19 * 1024, 2), "what OWASP asks at least"


@pytest.mark.usefixtures("dear")
def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    stored = passwords.hashed("một câu dài dễ nhớ")
    passwords.right(None, "x")  # the first call makes the hash that is compared with
    spent = []
    for hash in (stored, None):
        begun = time.process_time()
        for _ in range(5):
            assert not passwords.right(hash, "sai")
        spent.append(time.process_time() - begun)
    assert 0.5 < spent[0] / spent[1] < 2
