"""What the portal asks of an OpenID Connect provider: where it is, the tokens for a code, and whether they are good."""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.refusal import Refusal

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never one without a key, nor one whose key the client knows
KNOWN_FOR = 3600.0  # seconds for which addresses and keys are kept
LEEWAY = 60
PATIENCE = 10


class Away(Refusal):
    """The provider does not answer, or not as one does."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Dịch vụ định danh chưa trả lời. Thử lại sau ít phút, hoặc đăng nhập bằng mã.",
            f"The identity provider does not answer ({why}). Try again in some minutes, or sign in by a code.",
        )
        self.why = why


class NotVouched(Refusal):
    """What came back is not what was asked for, or nobody stands for it."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Không xác nhận được kết quả đăng nhập. Đăng nhập lại từ đầu.",
            "The sign-in cannot be confirmed. Begin again.",
        )
        self.why = why


@dataclass(slots=True)
class Provider:
    """A provider, by its issuer; what it says of itself is asked once an hour."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    said: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    asked_at: float = 0.0

    def authorization(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """Where the citizen signs in."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._known()['authorization_endpoint']}?{urlencode(query)}"

    def claims(self, code: str, redirect: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """Who has signed in. Raises NotVouched where the token is not good for this sign-in."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
        head = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        answer = _fetch(self._known()["token_endpoint"], urlencode(form).encode(), head)
        return self._checked(str(answer.get("id_token") or ""), nonce)

    def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        try:
            try:
                found = jwt.decode(token, self._keys(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):  # perhaps by a key that it has only now
                found = jwt.decode(token, self._keys(again=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                found.claims,
                found.header,
                options={
                    "iss": {"essential": True, "value": self._known()["issuer"]},
                    "aud": {"essential": True, "value": self.client_id},
                    "nonce": {"essential": True, "value": nonce},
                    "exp": {"essential": True},
                    "iat": {"essential": True},
                    "TechID": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self.client_id},
            )
            claims.validate(now=int(time.time()), leeway=LEEWAY)
        except Refusal:
            raise
        except Exception as error:  # whatever is wrong with a stranger's token, nobody is signed in by it
            raise NotVouched(f"{type(error).__name__}: {error}") from error
        return dict(claims)

    def _known(self) -> Mapping[str, Any]:
        if not self.said or time.monotonic() - self.asked_at > KNOWN_FOR:
            said = _fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if any(not isinstance(said.get(name), str) for name in wanted) or said["issuer"] != self.issuer:
                raise Away("configuration")
            self.said, self.asked_at, self.keys = said, time.monotonic(), None
        return self.said

    def _keys(self, *, again: bool = False) -> KeySet:
        if self.keys is None or again:
            self.keys = KeySet.import_key_set(_fetch(self._known()["jwks_uri"]))  # type: ignore[arg-type]
        return self.keys


def _fetch(address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, body, dict(headers or {})), timeout=PATIENCE
        ) as got:
            found = orjson.loads(got.read(1024 * 1024))
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise NotVouched("the code was not taken") from error
        raise Away(str(error.code)) from error
    except (OSError, ValueError) as error:
        raise Away(type(error).__name__) from error
    if not isinstance(found, dict):
        raise Away("answer")
    return found
