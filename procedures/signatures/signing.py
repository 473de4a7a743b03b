"""PAdES: a person's signature, then the agency's, each an increment; what was shown stays as it is, byte for byte."""

from __future__ import annotations

import asyncio
import io
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pkcs11
import typst
from asn1crypto import keys as asn1_keys
from asn1crypto import pem, x509
from pkcs11 import exceptions as token_errors
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, PdfTBSDocument, TimestampDSSContentSettings
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.refusal import Refusal
from procedures.signatures import csc
from procedures.signatures import trust as trusting
from procedures.signatures.csc import TOKEN, Told, says_nothing
from procedures.signatures.keys import HERE, PHONE, Key
from procedures.signatures.loops import without_loop
from procedures.signatures.placing import MM, Place, of_seal, of_signer
from procedures.signatures.trust import TEST_MARK, Trust

#: What names of signature fields begin with: a person's, an agency's.
PERSON, AGENCY = "NguoiKy", "CoQuan"
DIGEST = "sha256"


class Pen(Protocol):
    """What puts one person's signature under papers. most: how many it takes at a time."""

    @property
    def most(self) -> int: ...

    def sign(self, bodies: Sequence[bytes]) -> list[bytes | Refusal]:
        """Each paper signed, or why it is not."""


@contextmanager
def pen(key: Key, code: str, name: str, trust: Trust, way: str = HERE, told: Told = says_nothing) -> Iterator[Pen]:
    """A person's key, unlocked once for any number of papers. way: by what it signs (`keys.HERE`, `keys.PHONE`); told:
    whom to tell what the person has to do on another device. Refuses a PIN that is wrong, a token or service that is
    not there, a certificate that may not sign any more."""
    if way == PHONE:
        service = csc.Service(key.service)
        found = csc.credential(service)
        _require(found.certificate, trust)
        yield csc.Remote(service, found, code, told, partial(_prepared, key=key, name=name), _finished)
        return
    with unlocked(key, code, trust) as signer:
        yield Held(key, signer, name)


@without_loop
def _prepared(body: bytes, signer: ExternalSigner, key: Key, name: str) -> csc.Prepared:
    """A paper with room for a signature, and what is to be signed for it."""
    place = of_signer(body, name) if key.image is not None else None
    with _drawn(key, place) as style, _explained():
        made = _maker(f"{PERSON}{1 + len(_fields(body))}", signer, name, place, style)
        digest, _document, output = asyncio.run(
            made.async_digest_doc_for_signing(IncrementalPdfFileWriter(io.BytesIO(body)), output=io.BytesIO())
        )
        attributes = asyncio.run(signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True))
    return csc.Prepared(attributes.dump(), digest, output, attributes)


@without_loop
def _finished(paper: csc.Prepared, signer: ExternalSigner) -> bytes:
    made = asyncio.run(signer.async_sign_prescribed_attributes(DIGEST, paper.attributes))
    PdfTBSDocument.finish_signing(paper.output, paper.digest, made)
    return paper.output.getvalue()


def seal_as_agency(body: bytes, key: Key, name: str, trust: Trust) -> bytes:
    """The PDF with the agency's signature: B-LTA where its key has a timestamp authority, else B-B. What bears it as
    the last of its signatures stays as it is; one that came before a person's was another agency's."""
    signed = [one for one in _fields(body) if one.startswith((PERSON, AGENCY))]
    if signed and signed[-1].startswith(AGENCY):
        return body
    seals = sum(one.startswith(AGENCY) for one in signed)
    leader = _leader(body) if key.image is not None else None
    place = of_seal(leader, key.width_mm) if leader is not None else None
    with unlocked(key, "", trust) as signer:
        field = f"{AGENCY}{1 + seals}" if seals else AGENCY
        return _signed(body, signer, field, name, key, place, trust if key.timestamp else None)


@dataclass(frozen=True, slots=True)
class Held:
    """A key that this host reaches: in a token, or for tests in a file. It signs one paper after another."""

    key: Key
    signer: Any
    name: str
    most: int = 1

    def sign(self, bodies: Sequence[bytes]) -> list[bytes | Refusal]:
        """Each paper with this person's signature, B-B, or why not. `about` of the reason is `TOKEN` where the token
        is gone: nothing else will be signed by it either."""
        return [self._one(body) for body in bodies]

    def _one(self, body: bytes) -> bytes | Refusal:
        try:
            place = of_signer(body, self.name) if self.key.image is not None else None
            field = f"{PERSON}{1 + len(_fields(body))}"
            return _signed(body, self.signer, field, self.name, self.key, place, None)
        except Refusal as refusal:
            return refusal
        except pkcs11.PKCS11Error:
            return _gone()


#: One session of a token in this process at a time: who ends theirs would lock the other's, too.
_SESSIONS: dict[tuple[str, str], threading.Lock] = {}
_WAIT = 10.0  # seconds for somebody else's session to end


@contextmanager
def unlocked(key: Key, pin: str, trust: Trust) -> Iterator[Any]:
    """pyHanko's signer of a key; the token's session ends with it."""
    if key.file:
        signer = _from_file(key, trust)
        _require(signer.signing_cert, trust)
        yield signer
        return
    pin_file = key.token.get("pin_file")
    pin = _pin_in(Path(pin_file)) if pin_file else pin
    if not pin:
        raise Refusal("Nhập mã PIN của thiết bị ký số.", "Enter the PIN of the signing token.", "pin")
    lock = _SESSIONS.setdefault((key.token["module"], key.token["token"]), threading.Lock())
    if not lock.acquire(timeout=_WAIT):
        raise Refusal(
            "Thiết bị ký số này đang ký một đợt khác: chờ đợt đó xong rồi ký lần nữa. Chưa có gì được ký.",
            "This token is signing something else: wait until that is done. Nothing has been signed.",
        )
    try:
        session = _opened(key, pin)
        try:
            chain = {*trust.roots, *trust.others}
            signer = PKCS11Signer(
                session, cert_label=key.token["certificate"], key_label=key.token["key"], ca_chain=chain
            )
            _require(_certificate_of(signer), trust)
            yield signer
        finally:
            with suppress(pkcs11.PKCS11Error):  # the token may be gone by now
                session.close()
    finally:
        lock.release()


def _pin_in(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            "Không đọc được tệp mã PIN của khóa cơ quan trên máy chủ: kiểm tra đường dẫn và quyền đọc tệp.",
            "The PIN file of the agency's key cannot be read on the server: look at its path and its rights.",
        ) from error


def _opened(key: Key, pin: str) -> pkcs11.Session:
    try:
        return pkcs11.lib(key.token["module"]).get_token(token_label=key.token["token"]).open(user_pin=pin)
    except (token_errors.PinIncorrect, token_errors.PinInvalid, token_errors.PinLenRange):
        raise Refusal(
            "Mã PIN không đúng: chưa có gì được ký.", "The PIN is wrong: nothing has been signed.", "pin"
        ) from None
    except token_errors.PinLocked:
        raise Refusal(
            "Thiết bị ký số đã bị khóa vì nhập sai mã PIN nhiều lần: liên hệ nơi cấp để mở khóa.",
            "The signing token is locked after too many wrong PINs: ask its issuer to unlock it.",
            "pin",
        ) from None
    except pkcs11.PKCS11Error:
        raise _gone() from None


def _certificate_of(signer: PKCS11Signer) -> x509.Certificate:
    try:
        found = signer.signing_cert
    except pkcs11.PKCS11Error:
        raise _gone() from None
    if found is None:
        raise _gone()
    return found


def _gone() -> Refusal:
    return Refusal(
        "Không kết nối được thiết bị ký số: cắm lại thiết bị rồi ký lần nữa. Bản này chưa được ký.",
        "The signing token cannot be reached: plug it in and sign again. This has not been signed.",
        TOKEN,
    )


def _require(certificate: x509.Certificate, trust: Trust) -> None:
    """Refuses to sign by a certificate under which the signature would not be believed."""
    refusal = trusting.hindrance(certificate, trust)
    if refusal is not None:
        raise refusal


def _from_file(key: Key, trust: Trust) -> Any:
    try:
        files = {name: pem.unarmor(path.read_bytes())[2] for name, path in key.file.items()}
        certificate = x509.Certificate.load(files["certificate"], strict=True)
        private = asn1_keys.PrivateKeyInfo.load(files["key"], strict=True)
    except (OSError, ValueError, TypeError) as error:
        raise Refusal(
            "Không đọc được tệp khóa ký trên máy chủ: kiểm tra đường dẫn và quyền đọc tệp. Chưa có gì được ký.",
            "The file of the signing key cannot be read on the server: look at its path and its rights. Nothing has "
            "been signed.",
        ) from error
    if TEST_MARK not in trusting.name_of(certificate.issuer):
        raise Refusal(
            "Khóa ký lưu trong tệp chỉ dùng để thử nghiệm: khóa thật phải nằm trong thiết bị ký số.",
            "A signing key in a file is for tests only: a real one has to be in a token.",
        )
    store = SimpleCertificateStore()
    store.register_multiple([*trust.roots, *trust.others])
    return signers.SimpleSigner(certificate, private, store)


@without_loop
def _signed(
    body: bytes, signer: Any, field: str, name: str, key: Key, place: Place | None, lasting: Trust | None
) -> bytes:
    """One increment. lasting: whom to trust for what makes the signature last (timestamps, revocation), if it shall."""
    stamper = HTTPTimeStamper(key.timestamp) if lasting is not None else None
    into = io.BytesIO()
    with _drawn(key, place) as style, _explained():
        made = _maker(field, signer, name, place, style, lasting, stamper)
        made.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(body)), output=into)
    return into.getvalue()


def _maker(
    field: str,
    signer: Any,
    name: str,
    place: Place | None,
    style: Any,
    lasting: Trust | None = None,
    stamper: HTTPTimeStamper | None = None,
) -> signers.PdfSigner:
    """pyHanko's, for one signature of one paper."""
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        name=name,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=lasting is not None,
        use_pades_lta=lasting is not None,
        validation_context=lasting.context() if lasting is not None else None,
        # All that validates stands before the last timestamp: nothing of the file is left unsigned.
        dss_settings=DSSContentSettings(
            include_vri=False,
            next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        ),
    )
    spec = SigFieldSpec(field, on_page=place.page, box=place.box) if place is not None else SigFieldSpec(field)
    return signers.PdfSigner(metadata, signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)


@contextmanager
def _explained() -> Iterator[None]:
    """What the library cannot sign is refused in words."""
    try:
        yield
    except (Refusal, pkcs11.PKCS11Error):
        raise
    except Exception as error:
        raise Refusal(
            f"Không ký được tệp PDF này ({type(error).__name__}): tệp bị khóa, bị hỏng, hoặc chứng thư không hợp lệ.",
            f"This PDF cannot be signed ({type(error).__name__}): it is locked or damaged, or the certificate is not "
            "valid.",
        ) from error


@contextmanager
def _drawn(key: Key, place: Place | None) -> Iterator[Any]:
    """The image alone, as the decree wants: no text on a main document."""
    if key.image is None or place is None:
        yield None
        return
    width, height = (place.right - place.left) / MM, (place.top - place.bottom) / MM
    source = (
        f"#set page(width: {width:.2f}mm, height: {height:.2f}mm, margin: 0mm, fill: none)\n"
        '#place(center + horizon, image("hinh.png", width: 100%, height: 100%, fit: "contain"))'
    )
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "hinh.pdf"
        (Path(folder) / "hinh.png").write_bytes(key.image.read_bytes())
        (Path(folder) / "hinh.typ").write_text(source, "utf-8")
        drawn.write_bytes(typst.compile(Path(folder) / "hinh.typ", root=Path(folder), format="pdf", pdf_tags=False))
        yield StaticStampStyle.from_pdf_file(str(drawn), border_width=0, background_opacity=1)


def _fields(body: bytes) -> list[str]:
    try:
        return [str(one.field_name) for one in PdfFileReader(io.BytesIO(body)).embedded_signatures]
    except Exception as error:
        raise Refusal(
            f"Không đọc được tệp PDF cần ký ({type(error).__name__}): xuất lại tệp rồi trình ký lần nữa.",
            f"The PDF to be signed cannot be read ({type(error).__name__}): save it anew and hand it in again.",
        ) from error


def _leader(body: bytes) -> Place | None:
    """Where the last person's image stands."""
    reader = PdfFileReader(io.BytesIO(body))
    pages = {page.idnum: number for number, page in _pages(reader)}
    for one in reversed(reader.embedded_signatures):
        box, page = one.sig_field.get("/Rect"), one.sig_field.get_value_as_reference("/P", optional=True)
        if str(one.field_name).startswith(PERSON) and box and page is not None and page.idnum in pages:
            left, bottom, right, top = (float(value) for value in box)
            if right > left and top > bottom:
                return Place(pages[page.idnum], left, bottom, right, top)
    return None


def _pages(reader: PdfFileReader) -> Iterator[tuple[int, Any]]:
    for number in range(int(reader.root["/Pages"]["/Count"])):
        yield number, reader.find_page_for_modification(number)[0]
