"""Signing in by an electronic identity (OpenID Connect, code flow with PKCE, state and nonce)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from procedures.citizens import identity
from procedures.dossiers.values import Applicant
from web.citizen.provider import NotVouched, Provider
from web.citizen.room import begin, blueprint, known
from web.house import database, house
from web.logs import log
from web.permissions import public
from web.refusals import sentence
from web.security import safe_return

KEPT = "citizen_identity"
CITIZEN = "1"  # LoaiTaiKhoan of a person; others are organisations


def provider() -> Provider | None:
    """The provider of this house; None where none is configured."""
    config = house().config
    if not config.oidc_issuer:
        return None
    found: Provider | None = current_app.extensions.get("motcua_identity")
    if found is None:
        found = Provider(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret)
        current_app.extensions["motcua_identity"] = found
    return found


def _back() -> str:
    return f"{house().config.base_url}{url_for('citizen.identity_back')}"


@blueprint.get("/cong-dan/dang-nhap/dinh-danh")
@public
def identity_begin() -> Any:
    """To the provider; what comes back has to name this browser's state."""
    asked = provider()
    if asked is None:
        abort(404)
    onward = safe_return(request.args.get("tiep"))
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    try:
        there = asked.authorization(_back(), state, nonce, verifier)
    except Refusal as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("citizen.sign_in", tiep=onward, muc=2))
    session[KEPT] = {"state": state, "nonce": nonce, "verifier": verifier, "tiep": onward}
    return redirect(there)


@blueprint.get("/cong-dan/dang-nhap/tro-ve")
@public
def identity_back() -> Any:
    """Back from the provider: good once, for the browser that went there."""
    asked, kept = provider(), session.pop(KEPT, None)
    if asked is None:
        abort(404)
    if not isinstance(kept, dict) or not _same(kept["state"], request.args.get("state", "")):
        abort(400)
    onward = safe_return(kept["tiep"])
    code = request.args.get("code", "")
    if not code:
        flash(_("Bạn chưa đồng ý đăng nhập. Đăng nhập lại, hoặc dùng mã."), "warning")
        return redirect(url_for("citizen.sign_in", tiep=onward, muc=2))
    try:
        claims = asked.claims(code, _back(), kept["nonce"], kept["verifier"])
    except Refusal as refused:
        log.warning("identity not taken", why=getattr(refused, "why", ""), forged=isinstance(refused, NotVouched))
        flash(sentence(refused), "error")
        return redirect(url_for("citizen.sign_in", tiep=onward, muc=2))
    token, _session = identity.sign_in(database(), _identity(asked.issuer, claims), known())
    begin(token)
    return redirect(onward or url_for("citizen.mine"))


def _same(kept: str, said: str) -> bool:
    return hmac.compare_digest(kept.encode(), said.encode())  # as bytes: what a stranger says is any text


def _identity(issuer: str, claims: Mapping[str, Any]) -> identity.Identity:
    """What the claims say of their owner, as an account keeps it."""

    def text(name: str, longest: int) -> str:
        value = claims.get(name)
        return value.strip()[:longest] if isinstance(value, str) else ""

    company = str(claims.get("LoaiTaiKhoan", CITIZEN)) != CITIZEN
    address = claims.get("address")
    formatted = address.get("formatted") if isinstance(address, Mapping) else address
    return identity.Identity(
        f"{issuer}\0{claims['TechID']}",
        Applicant(
            text("name", 150),
            text("MaSoThue" if company else "SoDinhDanh", 20),
            text("phone_number", 20),
            text("email", 120),
            formatted.strip()[:250] if isinstance(formatted, str) else "",
        ),
    )
