"""Scans chosen at the counter outlive a page that came back with an error: they are stored at once, and the page names
them and posts their seals again. A seal is good for the clerk who uploaded the scan, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import current_app, g, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.refusal import Refusal
from web.files import receive_upload
from web.refusals import sentence

KEPT_SECONDS = 12 * 3600


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="desk-upload")


def scans(codes: Iterable[str], errors: dict[str, str]) -> Mapping[str, list[str]]:
    """Component → hashes of its scans: those of this request and those that an earlier one kept. What cannot be
    stored is said in `errors`. Read once for each request."""
    if "scans" not in g:
        g.scans, g.scan_errors = {}, {}
        for code in codes:
            g.scans[code] = _kept(code) + _sent(code, g.scan_errors)
    errors.update(g.scan_errors)
    return {code: [sha256 for sha256, _name in found] for code, found in g.scans.items() if found}


def _kept(code: str) -> list[tuple[str, str]]:
    found = []
    for seal in request.form.getlist(f"da_tai_{code}"):
        try:
            sha256, name, who = _seals().loads(seal, max_age=KEPT_SECONDS)
        except (BadSignature, ValueError):
            continue
        if who == current_user.username:
            found.append((sha256, name))
    return found


def _sent(code: str, errors: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for upload in request.files.getlist(f"tep_{code}"):
        if upload and upload.filename:
            try:
                found.append((receive_upload(upload).sha256, upload.filename))
            except Refusal as refused:
                errors[f"tep_{code}"] = f"{upload.filename}: {sentence(refused)}"
    return found


def kept() -> dict[str, list[tuple[str, str]]]:
    """Component → (name, seal) of its scans, for the page that is shown again."""
    seals = _seals()
    return {
        code: [(name, str(seals.dumps([sha256, name, current_user.username]))) for sha256, name in found]
        for code, found in g.get("scans", {}).items()
        if found
    }
