"""Signatures of PDF files: pyHanko judges integrity and changes, `trust` the chain; stricter than the standard where it
leaves room that nothing protects."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from asn1crypto import cms, crl, ocsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel

from procedures.signatures import trust as trusting
from procedures.signatures.trust import Evidence, Trust
from procedures.signatures.verdicts import Judged, Signature, reason

_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_AFTER = {
    ModificationLevel.NONE: [],
    ModificationLevel.LTA_UPDATES: ["timestamp"],
    ModificationLevel.FORM_FILLING: ["form"],
    ModificationLevel.ANNOTATIONS: ["annotation"],
    ModificationLevel.OTHER: ["content"],
}


def judge(stream: IO[bytes], trust: Trust) -> Judged:
    """Every signature and document timestamp of a PDF. What goes wrong on the way is raised."""
    reader = PdfFileReader(stream, strict=True)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return Judged(reasons=[reason("no-signature")])
    evidence = _evidence(reader)
    stamps = [one for one in embedded if one.sig_object_type == "/DocTimeStamp"]
    last = max(one.signed_revision for one in embedded)
    proofs = [_judged_stamp(reader, one, trust, evidence) for one in stamps]
    proven = {one.signed_revision: at for one, (_told, at) in zip(stamps, proofs, strict=True) if at is not None}
    signatures = []
    for one in embedded:
        if one in stamps:
            told = proofs[stamps.index(one)][0]
        else:
            later = [at for revision, at in proven.items() if revision > one.signed_revision]
            told = _judged(reader, one, trust, evidence, min(later, default=None))
        _after(told, one, embedded, last, reader)
        signatures.append(told)
    return Judged(signatures)


def _evidence(reader: PdfFileReader) -> Evidence:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        list(store.load_certs()),
        [crl.CertificateList.load(one.get_object().data) for one in store.crls],
        [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps],
    )


def _judged(
    reader: PdfFileReader, embedded: Any, trust: Trust, evidence: Evidence, stamped: datetime | None
) -> Signature:
    told = Signature()
    found = Evidence([*evidence.certificates, *embedded.other_embedded_certs], evidence.crls, evidence.ocsps)
    claimed = embedded.self_reported_timestamp
    told.time = claimed.isoformat() if claimed else None
    context = trust.context(more=found.certificates, crls=found.crls, ocsps=found.ocsps)
    status = validate_pdf_signature(embedded, context, context, key_usage_settings=_USAGE)
    proven = _timestamp(told, status.timestamp_validity) or stamped
    if proven is not None:
        told.time, told.time_proven = proven.isoformat(), True
        context = trust.context(proven, more=found.certificates, crls=found.crls, ocsps=found.ocsps)
        now = trust.context(more=found.certificates, crls=found.crls, ocsps=found.ocsps)
        status = validate_pdf_signature(embedded, context, now, key_usage_settings=_USAGE)
    else:
        told.add("claimed-time")
    _integrity(told, reader, embedded, status)
    trusting.judge_chain(told, embedded.signer_cert, trust, found, proven)
    if told.verdict == "valid" and not status.bottom_line:
        told.add("not-confirmed")
    return told


def _judged_stamp(
    reader: PdfFileReader, embedded: Any, trust: Trust, evidence: Evidence
) -> tuple[Signature, datetime | None]:
    """A timestamp of the whole document, and the moment that it proves, where it holds."""
    told = Signature(kind="timestamp")
    found = Evidence([*evidence.certificates, *embedded.other_embedded_certs], evidence.crls, evidence.ocsps)
    status = validate_pdf_timestamp(
        embedded, trust.context(more=found.certificates, crls=found.crls, ocsps=found.ocsps)
    )
    told.time, told.time_proven = status.timestamp.isoformat(), bool(status.trusted)
    _integrity(told, reader, embedded, status)
    trusting.judge_chain(told, embedded.signer_cert, trust, found, None)
    told.reasons = [one for one in told.reasons if one.code != "revocation-unknown"]
    if told.verdict == "valid" and not (status.intact and status.valid and status.trusted):
        told.add("timestamp")
    return told, status.timestamp if told.verdict == "valid" else None


def _timestamp(told: Signature, status: Any) -> datetime | None:
    """The moment that the signature's own timestamp proves."""
    if status is None:
        return None
    if not (status.intact and status.valid):
        told.add("timestamp")
    elif not status.trusted:
        told.add("timestamp-untrusted")
    else:
        return status.timestamp  # type: ignore[no-any-return]
    return None


def _integrity(told: Signature, reader: PdfFileReader, embedded: Any, status: Any) -> None:
    trusting.strength(told, status.md_algorithm, status.pkcs7_signature_mechanism, embedded.signer_cert)
    if not status.intact:
        told.add("altered")
    elif not status.valid:
        told.add("broken")
    told.covers_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        told.add("coverage")
    result = status.diff_result
    if result is not None and not isinstance(result, DiffResult):
        told.changes_after = ["content"]
        if status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION:
            told.add("changed-after")
    elif result is not None:
        told.changes_after = list(_AFTER[result.modification_level])
        allowed = result.modification_level is not ModificationLevel.OTHER
        if not (allowed if told.kind == "timestamp" else status.docmdp_ok):
            told.add("changed-after")
    _room(told, reader.stream, embedded)
    _envelope(told, embedded)


def _after(told: Signature, embedded: Any, every: list[Any], last: int, reader: PdfFileReader) -> None:
    """What came after: other signatures are no change of the content; what nobody signed is told."""
    later = [one for one in every if one.signed_revision > embedded.signed_revision]
    if later and told.changes_after == ["form"]:
        told.changes_after = [
            *(["signature"] if any(one.sig_object_type != "/DocTimeStamp" for one in later) else []),
            *(["timestamp"] if any(one.sig_object_type == "/DocTimeStamp" for one in later) else []),
            *(["form"] if _texts(reader.get_historical_root(embedded.signed_revision)) != _texts(reader.root) else []),
        ]
    elif embedded.signed_revision == last and not told.covers_whole and told.changes_after != ["timestamp"]:
        told.add("unsigned-tail")


def _texts(root: Any) -> dict[str, str]:
    """What stands in the fields of a form that hold text, choices or marks, by their names."""
    if "/AcroForm" not in root or "/Fields" not in root["/AcroForm"]:
        return {}
    fields = [one.get_object() for one in root["/AcroForm"]["/Fields"]]
    return {str(one.get("/T", "")): str(one.get("/V", "")) for one in fields if one.get("/FT") != "/Sig"}


def _room(told: Signature, stream: Any, embedded: Any) -> None:
    """The bytes that the byte range leaves out are the signature in hexadecimal, and nothing but it: no letter of it,
    no zero after it can be changed unseen."""
    numbers = [int(one) for one in embedded.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:
        told.add("coverage")
        return
    _zero, first, second, length = numbers
    end = stream.seek(0, 2)
    if second + length > end or second <= first:
        told.add("coverage")
        return
    stream.seek(first)
    left_out = stream.read(second - first)
    inner = left_out[1:-1]
    content = bytes(embedded.pkcs7_content)
    tidy = inner in (content.hex().encode(), content.hex().upper().encode())
    if not (left_out[:1] == b"<" and left_out[-1:] == b">" and tidy):
        told.add("gap")
        return
    size = len(cms.ContentInfo.load(content).dump())
    if content[size:].strip(b"\0"):
        told.add("gap")


def _envelope(told: Signature, embedded: Any) -> None:
    """The parts of the CMS message that its signature does not protect are what they must be."""
    data, signer = embedded.signed_data, embedded.signer_info
    content = data["encap_content_info"]
    if content["content_type"].native == "data" and content["content"].native is not None:
        told.add("content-inside")
    named = {one["algorithm"].native for one in data["digest_algorithms"]}
    if named != {signer["digest_algorithm"]["algorithm"].native}:
        told.add("stray", what="digest algorithms")
    if data["version"].native not in ("v1", "v3", "v4", "v5") or signer["version"].native not in ("v1", "v3"):
        told.add("stray", what="version")
