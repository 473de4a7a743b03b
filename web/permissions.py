"""Who may open a view. Every view says so with one of three decorators; a test on the code itself holds it.

``@public`` anyone · ``@signed_in`` any official who is signed in · ``@allowed("mot_cua", …)`` who has one of the
roles at some agency. That a dossier or task of that agency is meant is decided where it is read: in the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from procedures.vocabulary.roles import ROLES

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """What a view's decorator says: `kind` is public, signed_in, roles or client (of the API)."""

    kind: str
    roles: tuple[str, ...] = ()


class SignedIn(UserMixin):
    """The official who is signed in, as views and templates see him. `roles` are pairs (role, agency code)."""

    def __init__(
        self,
        username: str,
        name: str,
        roles: Iterable[tuple[str, str]],
        *,
        title: str = "",
        agency: str = "",
        must_change_password: bool = False,
    ) -> None:
        self.id = username
        self.username = username
        self.name = name
        self.roles = frozenset(roles)
        self.title = title
        self.agency = agency  # code of the home agency
        self.must_change_password = must_change_password

    def has(self, *roles: str) -> bool:
        """Whether he has one of these roles at any agency."""
        return any(role in roles for role, _ in self.roles)

    def agencies(self, *roles: str) -> list[str]:
        """Codes of the agencies where he has one of these roles (any role when none is named), sorted."""
        return sorted({agency for role, agency in self.roles if not roles or role in roles})

    @property
    def groups(self) -> list[str]:
        """His candidate groups as tasks name them: ``role@agency``, and the role alone, as a process names it behind
        which no agency stands (that of a dossier or document means the role at its agency)."""
        return sorted({f"{role}@{agency}" for role, agency in self.roles} | {role for role, _ in self.roles})

    def role_names(self) -> list[str]:
        """His roles in words, in the order of `ROLES`."""
        from web.i18n import pick

        held = {role for role, _ in self.roles}
        return [pick(*names) for role, names in ROLES.items() if role in held]


def public(view: View) -> View:
    """Anyone may open it."""
    view.access = Access("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Any official who is signed in."""
    return _guarded(view, Access("signed_in"))


def allowed(*roles: str) -> Callable[[View], View]:
    """Who has one of these roles. Others get 403; who is not signed in gets the sign-in page."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise ValueError(f"no such role: {unknown}")
    return lambda view: _guarded(view, Access("roles", roles))


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return sign_in_first()
        if access.roles and not current_user.has(*access.roles):
            abort(403)
        return current_app.ensure_sync(view)(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def sign_in_first() -> Response:
    """To the sign-in page, and afterwards back here."""
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("account.sign_in", tiep=back or None))
