"""How a dossier comes in: at the desk, online, by post (NĐ 118/2025/NĐ-CP)."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

DESK, ONLINE, POST = "truc_tiep", "truc_tuyen", "buu_chinh"
#: Where a dossier was handed in, as the national portal is told of it: here, or there.
HERE, ARRIVED = "here", "portal"
CHANNELS: Mapping[str, Word] = {
    DESK: Word("Trực tiếp", "In person"),
    ONLINE: Word("Trực tuyến", "Online"),
    POST: Word("Bưu chính", "By post"),
}
