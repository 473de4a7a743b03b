"""Which passwords are refused, how they are kept, and which came with the sample data."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.refusal import Refusal
from procedures.search import fold

SHORTEST, LONGEST = 12, 200  # letters of a password
_hasher = PasswordHasher()
#: Salt of the sample's passwords: whoever finds it in an account knows that its password is printed in the demo.
_SAMPLE = b"motcua-sample-pw"
_LOOKS_LIKE = str.maketrans("0134578@$!|+", "oleastbasiit")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)


def refuse_weak(password: str, username: str = "", about: Iterable[str] = ()) -> None:
    """Raises Refusal where a password is too short, too long, or among the first that anybody would try. about: what
    everybody knows of the person: their name, title and agency."""
    if len(password) < SHORTEST:
        raise Refusal(f"Mật khẩu phải có ít nhất {SHORTEST} ký tự.", f"A password has at least {SHORTEST} letters.")
    if len(password) > LONGEST:
        raise Refusal("Mật khẩu quá dài.", "The password is too long.")
    if len(set(password)) < 5 or (username and fold(username) in fold(password)):
        raise Refusal("Mật khẩu này dễ đoán, hãy chọn mật khẩu khác.", "This password is easy to guess.")
    if _common(password, frozenset(_known(about))):
        raise Refusal(
            "Mật khẩu này nằm trong số mật khẩu hay bị thử nhất. Hãy chọn ba, bốn từ không liên quan đến nhau.",
            "This is among the passwords that are tried first. Choose three or four words that have nothing in common.",
        )


def _known(about: Iterable[str]) -> Iterator[str]:
    """The words of what is known, and those next to one another as they are written together."""
    for text in about:
        words = re.findall("[a-z]+", fold(text))
        yield from words
        yield from ("".join(pair) for pair in pairwise(words))


def _common(password: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether nothing is in it but words that everybody uses, runs of keys, numbers and signs."""
    letters = "".join(fold(letter) or letter for letter in password)  # signs stay: they stand for letters
    plain = re.sub(r"[^a-z0-9@$!|+]", "", letters)
    inner = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    if len(re.sub(r"\d{8,}", "", plain)) <= 4:  # a telephone, a date or an identity number, and what rules ask for
        return True
    return any(_worn(text, known) for text in {plain, inner.translate(_LOOKS_LIKE)})


def _worn(text: str, known: frozenset[str]) -> bool:
    return all(_pieces(part, known) for part in re.findall(r"[a-z]+", text))


def _pieces(part: str, known: frozenset[str]) -> bool:
    """Whether a run of letters is put together of common words and runs of keys."""
    ends = {0}
    for end in range(1, len(part) + 1):
        pieces = (part[start:end] for start in range(end) if start in ends)
        if any(piece in known or piece in _words() or _run(piece) for piece in pieces):
            ends.add(end)
    return len(part) in ends


def _run(text: str) -> bool:
    """Three keys or more beside one another, forwards or backwards, or one key again and again."""
    if len(text) < 3:
        return False
    return len(set(text)) == 1 or any(text in row or text[::-1] in row for row in _ROWS)


@cache
def _words() -> frozenset[str]:
    text = (resources.files("procedures") / "common_passwords.txt").read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def hashed(password: str) -> str:
    """As it is kept: argon2id with a salt of its own."""
    return _hasher.hash(password)


@cache
def sample(password: str) -> str:
    """One hash for all the accounts of a sample: fifty of them would take seconds."""
    return _hasher.hash(password, salt=_SAMPLE)


def sample_mark() -> str:
    """What stands in the hash of every password of the sample."""
    return f"${b64encode(_SAMPLE).decode().rstrip('=')}$"


#: Hashes at once in a process, and seconds in which one must begin: each takes a thread, 64 MiB and a good part of the
#: machine, and whoever only reads pages is not to wait for a flood of tries.
AT_ONCE = 2
TURN = 0.5
_turns = BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[bool]:
    """Whether it is one's turn to have a password hashed."""
    mine = _turns.acquire(timeout=TURN)
    try:
        yield mine
    finally:
        if mine:
            _turns.release()


def right(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is none."""
    nobody = _nobody()
    try:
        return _hasher.verify(stored if stored is not None else nobody, password[:1000])
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))
