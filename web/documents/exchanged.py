"""What the page of a document shows of the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from engine.store import Tx
from procedures.documents import tray
from procedures.documents.values import Document
from procedures.exchange.axis import outbox, tracked
from web.documents import blueprint
from web.house import database
from web.i18n import pick
from web.present import Tag


@blueprint.app_template_global()
def exchanges() -> bool:
    """Whether this person keeps the exchange with the axis in sight."""
    keeps = any(role in ("van_thu", "quan_tri") for role, _agency in getattr(current_user, "roles", ()))
    return keeps and outbox.offered(database())


def shown(tx: Tx, document: Document) -> dict[str, Any]:
    """What the page of a document shows of the axis; empty where it neither came by it nor went there."""
    if document.incoming:
        origin = tracked.origin(tx, document.id)
        if origin is None:
            return {}
        asked = tracked.requests(tx, document.id)
        return {"origin": origin, "requests": asked, "sendings": tracked.sendings(tx, document.id), **words()}
    readers = tracked.readers(tx, document.id)
    by_axis = {one.position: one.name for one in readers}
    if not outbox.is_out(tx, document.id):
        return {"by_axis": by_axis} if by_axis else {}
    return {
        "readers": readers,
        "by_axis": by_axis,
        "sendings": tracked.sendings(tx, document.id),
        **words(),
    }


def words() -> dict[str, Any]:
    """What templates name the parts of the exchange by."""
    return {"kinds": {code: pick(*name) for code, name in tracked.KINDS.items()}, "verdict": verdict}


def unsound(tx: Tx, roots: Sequence[str]) -> set[str]:
    """Those documents with which something came whose signature does not hold."""
    found = [*tracked.judged_of(tx, roots), *tray.judged_of(tx, roots)]
    return {root for root, judged in found if judged["verdict"] == "invalid"}


def verdict(judged: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was said of a file's signatures: a tag, who signed, and why it is so."""
    said = judged or {"verdict": "", "reasons": [], "signatures": []}
    tags = {
        "valid": Tag(_("Chữ ký số hợp lệ"), "kept", "check"),
        "invalid": Tag(_("Chữ ký số không hợp lệ"), "late", "alert"),
        "indeterminate": Tag(_("Chưa kết luận được"), "near", "alert"),
    }
    signers = [one for one in said["signatures"] if one["kind"] != "timestamp"]
    reasons = [*said["reasons"], *(each for one in said["signatures"] for each in one["reasons"])]
    told = dict.fromkeys(pick(one["vi"], one["en"]) for one in reasons)
    return {
        "tag": tags.get(said["verdict"]),
        "signers": [one["signer"] or _("Không rõ người ký") for one in signers],
        "reasons": list(told),
    }
