"""A test authority, made once, and files that it signed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
import typst
from pkcs11 import Attribute
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

from procedures.signatures import judging, trust
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.loops import without_loop
from procedures.signatures.verdicts import Judged

Sign = Callable[..., bytes]
LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def leader(authority: Authority) -> Issued:
    return authority.issue("Trần Thị Mẫu", "Sở Tư pháp")


@pytest.fixture(scope="session")
def trusted(authority: Authority, leader: Issued) -> trust.Trust:
    return trust.load(str(authority.folder / "trusted"))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("typ") / "a.typ"
    path.write_text("= Quyết định\nVề việc thử nghiệm.", "utf-8")
    return typst.compile(str(path))


@pytest.fixture(scope="session")
def sign(authority: Authority) -> Sign:
    """Signs a PDF: `sign(body, by, field, stamped=…, **metadata)`."""

    @without_loop
    def signed(body: bytes, by: Issued, field: str = "Ky", stamped: Any = None, **more: Any) -> bytes:
        into = io.BytesIO()
        metadata = {"field_name": field, "subfilter": SigSeedSubFilter.PADES, "md_algorithm": "sha256", **more}
        signers.PdfSigner(
            signers.PdfSignatureMetadata(**metadata),
            signers.SimpleSigner(by.asn1, by.asn1_key, authority.store()),
            timestamper=stamped,
            new_field_spec=SigFieldSpec(field, on_page=0, box=(10, 10, 90, 40)),
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(body)), output=into)
        return into.getvalue()

    return signed


@pytest.fixture(scope="session")
def signed(sign: Sign, plain: bytes, leader: Issued) -> bytes:
    return sign(plain, leader)


@pytest.fixture(scope="session")
def judge(trusted: trust.Trust) -> Callable[[bytes], Judged]:
    return lambda body: judging.judge(io.BytesIO(body), trusted)


def codes(judged: Judged) -> set[str]:
    return {one.code for one in [*judged.reasons, *(each for told in judged.signatures for each in told.reasons)]}


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory, leader: Issued) -> Iterator[dict[str, str]]:
    """A soft token with the leader's key in it, which cannot be taken out."""
    if not Path(LIBRARY).exists() or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not here")
    folder = tmp_path_factory.mktemp("tokens")
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        command = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "lanhdao",
            "--pin",
            "123456",
            "--so-pin",
            "4321",
        ]
        subprocess.run(command, check=True, capture_output=True)
        library = pkcs11.lib(LIBRARY)
        library.reinitialize()
        with library.get_token(token_label="lanhdao").open(rw=True, user_pin="123456") as session:
            private = decode_rsa_private_key(leader.asn1_key["private_key"].parsed.dump())
            hidden = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.ID: b"1"}
            session.create_object({**private, Attribute.TOKEN: True, Attribute.LABEL: "ky", **hidden})
            public = decode_x509_certificate(leader.asn1.dump())
            session.create_object({**public, Attribute.TOKEN: True, Attribute.LABEL: "ky", Attribute.ID: b"1"})
        yield {"module": LIBRARY, "token": "lanhdao", "certificate": "ky", "key": "ky"}
