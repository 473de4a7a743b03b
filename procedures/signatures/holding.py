"""The certificate of a key, read from where it is: no PIN is asked, and nothing is signed."""

from __future__ import annotations

from contextlib import suppress

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, ObjectClass

from engine.refusal import Refusal
from procedures.signatures import csc, trust
from procedures.signatures.keys import Key


def certificate_of(key: Key, source: str) -> x509.Certificate:
    """From a `token`, a `phone`'s trust service, or a `file`. Refuses where it cannot be had."""
    if source == "phone":
        return csc.credential(csc.Service(key.service)).certificate
    body = _in_file(key) if source == "file" else _in_token(key)
    found = trust.certificate_in(body)
    if found is None:
        raise _unread()
    return found


def _in_file(key: Key) -> bytes:
    try:
        return key.file["certificate"].read_bytes()
    except OSError:
        raise Refusal(
            "Không đọc được tệp chứng thư của khóa ký: kiểm tra lại đường dẫn và quyền đọc tệp trên máy chủ.",
            "The certificate's file of the signing key cannot be read: look at its path and its rights on the server.",
        ) from None


def _in_token(key: Key) -> bytes:
    try:
        session = pkcs11.lib(key.token["module"]).get_token(token_label=key.token["token"]).open()
        try:
            wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: key.token["certificate"]}
            return next((bytes(one[Attribute.VALUE]) for one in session.get_objects(wanted)), b"")
        finally:
            with suppress(pkcs11.PKCS11Error):
                session.close()
    except pkcs11.PKCS11Error:
        raise _unread() from None


def _unread() -> Refusal:
    return Refusal(
        "Không đọc được chứng thư trong thiết bị ký số: cắm thiết bị vào máy chủ rồi đọc lại.",
        "The certificate in the signing token cannot be read: plug it into the server and read again.",
    )
