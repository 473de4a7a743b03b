"""`motcua signatures verify`, `motcua test-authority …` (contracts.md §2, docs/reference/signatures.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from web.cli.open import config
from web.cli.output import Misuse, existing, options, print_json, say, stop

_VERDICTS = {
    "valid": {"vi": "Hợp lệ", "en": "Valid"},
    "invalid": {"vi": "Không hợp lệ", "en": "Not valid"},
    "indeterminate": {"vi": "Chưa kết luận được", "en": "Cannot be judged"},
}


@click.group()
def signatures() -> None:
    """Chữ ký số | Digital signatures."""


@signatures.command()
@click.argument("files", nargs=-1, required=True)
@options
def verify(files: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Judge the signatures of PDF, XML and edXML files: who signed, when, the whole file or not, what came after."""
    from procedures.signatures import Verifier

    paths = [existing(file) for file in files]
    for file, path in zip(files, paths, strict=True):
        if not path.is_file():
            raise Misuse(f"“{file}” không phải tệp", f"“{file}” is no file")
    with Verifier(config().trusted) as verifier:
        told = [_told(file, verifier.judge(path), lang) for file, path in zip(files, paths, strict=True)]
    if as_json:
        print_json(told)
    else:
        for one in told:
            _say(one, lang)
    stop(0 if all(one["verdict"] == "valid" for one in told) else 1)


@signatures.command()
def refresh() -> None:
    """Đọc lại chứng thư, tải danh sách thu hồi | Read certificates and revocation lists again, as a worker does."""
    from procedures import certificates
    from web.cli.open import database

    with database() as opened:
        for one in certificates.watch(opened):
            say(f"{one.said}: {one.address}")


def _told(file: str, judged: dict[str, Any], lang: str) -> dict[str, Any]:
    """The answer with its sentences in one language."""
    return {
        "file": file,
        "verdict": judged["verdict"],
        "reasons": [one[lang] for one in judged["reasons"]],
        "codes": [one["code"] for one in judged["reasons"]],
        "signatures": [
            {
                **one,
                "reasons": [each[lang] for each in one["reasons"]],
                "codes": [each["code"] for each in one["reasons"]],
            }
            for one in judged["signatures"]
        ],
    }


def _say(told: dict[str, Any], lang: str) -> None:
    say(f"{told['file']}: {_VERDICTS[told['verdict']][lang]}")
    for sentence in told["reasons"]:
        say(f"  {sentence}")
    for one in told["signatures"]:
        say(f"  • {one['signer'] or '?'} · {_local(one['time'])} · {_VERDICTS[one['verdict']][lang]}")
        for sentence in one["reasons"]:
            say(f"    {sentence}")


def _local(time: str | None) -> str:
    from datetime import datetime

    from engine.calendar import VIETNAM

    return f"{datetime.fromisoformat(time).astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}" if time else "?"


@click.group("test-authority")
def test_authority() -> None:
    """Cơ quan chứng thực THỬ NGHIỆM | A TEST certification authority, without legal value."""


@test_authority.command()
@click.argument("folder")
@click.option("--address", default="", help="địa chỉ ghi trong chứng thư | address written into certificates")
@options
def init(folder: str, address: str, as_json: bool, lang: str) -> None:
    """Make the certificates and revocation lists of the authority in FOLDER, where they are not there."""
    from procedures.signatures.authority import Authority

    trusted = Authority(Path(folder), address).folder / "trusted"
    if as_json:
        print_json({"trusted": str(trusted)})
    else:
        told = {
            "vi": "Cơ quan chứng thực THỬ NGHIỆM, không có giá trị pháp lý.",
            "en": "A TEST authority, no legal value.",
        }
        say(f"{told[lang]}\nMOTCUA_SIGNATURE_TRUST={trusted}")


@test_authority.command()
@click.argument("folder")
@click.argument("name")
@click.option("--organisation", default="", help="cơ quan | organisation")
@click.option("--days", default=365, help="số ngày hiệu lực | days of validity")
@options
def issue(folder: str, name: str, organisation: str, days: int, as_json: bool, lang: str) -> None:
    """Issue a certificate that signs documents, for a person or an agency; prints where it and its key are kept."""
    from procedures.signatures.authority import Authority

    authority = Authority(Path(folder))
    issued = authority.issue(name, organisation, days=days)
    stem = f"{issued.certificate.serial_number:x}"[:16]
    authority.save(issued, stem)
    paths = {"certificate": str(authority.folder / f"{stem}.pem"), "key": str(authority.folder / f"{stem}.key")}
    if as_json:
        print_json(paths)
    else:
        say("\n".join(paths.values()))


@test_authority.command()
@click.argument("folder")
@click.argument("certificate")
@options
def revoke(folder: str, certificate: str, as_json: bool, lang: str) -> None:
    """Revoke the certificate of a PEM file, and publish the revocation list."""
    from cryptography import x509

    from procedures.signatures.authority import Authority

    try:
        found = x509.load_pem_x509_certificate(existing(certificate).read_bytes())
    except ValueError:
        raise Misuse(f"“{certificate}” không phải chứng thư PEM", f"“{certificate}” is no PEM certificate") from None
    authority = Authority(Path(folder))
    authority.revoke(found)
    if as_json:
        print_json({"revoked": authority.revoked()})
    else:
        say({"vi": "Đã thu hồi.", "en": "Revoked."}[lang])


@test_authority.command()
@click.argument("folder")
@click.option("--port", default=8899, help="cổng | port")
@options
def serve(folder: str, port: int, as_json: bool, lang: str) -> None:
    """Serve revocation lists, OCSP and timestamps on this host: /root.crl, /ca.crl, /ocsp, /tsa."""
    from procedures.signatures.authority import Authority
    from procedures.signatures.authority_server import made

    address = f"http://127.0.0.1:{port}"
    server = made(Authority(Path(folder), address), port)
    if as_json:
        print_json({"address": address})
    else:
        say(address)
    server.serve_forever()
