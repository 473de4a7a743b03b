"""The key that signs the seals: Ed25519, kept outside the database, so that who can write there cannot sign.

The private key is a PEM file that only its owner reads. Beside it stands a file ``.pub`` with every public key there
was, a line each: ``<first seal it signs> <public key, base64> <made at>``. That file is what the verifier wants.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from engine.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs. `name` is the beginning of the SHA-256 of its public key."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def name(self) -> str:
        return sha256(self.public).hexdigest()[:16]

    def sign(self, text: str) -> str:
        return base64.b64encode(self.private.sign(text.encode())).decode()


def ring_of(path: Path) -> Path:
    """The file of the public keys that belongs to a private one."""
    return path.with_name(path.name + ".pub")


def lines_of(path: Path) -> Path:
    """The file of the lines of all seals that belongs to a private key."""
    return path.with_name(path.name + ".seals")


def load(path: Path) -> Signer | None:
    """The key in force; None where none was made. Refuses a file that others may read, or that is no such key."""
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise Refusal(
            f"Khóa ký nhật ký {path} đang để người khác đọc được; hãy đặt quyền 0600 (chmod 600) rồi thử lại.",
            f"The log's key {path} can be read by others; set its mode to 0600 (chmod 600) and try again.",
        )
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise Refusal(
            f"Tệp {path} không phải khóa Ed25519; tạo khóa mới bằng “motcua audit key”.",
            f"The file {path} is no Ed25519 key; make one with 'motcua audit key'.",
        )
    return Signer(private)


def make(path: Path, first: int, now: datetime) -> Signer:
    """Makes a key that signs from seal number `first` on. One that is there already is put aside for good: its private
    half is overwritten, its public half stays in the ring."""
    signer = Signer(Ed25519PrivateKey.generate())
    body = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{first} {base64.b64encode(signer.public).decode()} {now.astimezone(UTC).isoformat(timespec='seconds')}\n"
    with ring_of(path).open("a", encoding="ascii") as ring:  # first: a key without its public half verifies nothing
        ring.write(line)
        ring.flush()
        os.fsync(ring.fileno())
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return signer
