"""Models that were written before an attribute existed, and what they are read as having. Nowhere else is this guessed.

A version stays as it was deployed, and dossiers run on it for months. Two attributes of `mc:outcome` came late, and a
model that uses one of them nowhere was written without it:

- `affirmative`: the affirmative outcome was the first with the tone "primary", else the first of all;
- `supplement`: the outcome that asks the citizen for more was known by the words "bo_sung" in its id ("Yêu cầu bổ
  sung"); an id that denies them ("khong_bo_sung") never meant it.

A model in which any outcome says the attribute is taken at its word, and its ids mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from lxml import etree

_ASKING = ("bo", "sung")
_DENYING = frozenset(("khong", "chua", "mien", "da"))


def outcome(root: etree._Element, element: etree._Element) -> Mapping[str, str]:
    """What an `mc:outcome` that leaves those attributes out is read as saying."""
    found: dict[str, str] = {}
    every = list(root.iter(str(element.tag)))
    if not any(one.get("affirmative") is not None for one in every) and _first(element):
        found["affirmative"] = "true"
    if not any(one.get("supplement") is not None for one in every) and _asks(element.get("id") or ""):
        found["supplement"] = "true"
    return found


def _first(element: etree._Element) -> bool:
    holder = element.getparent()
    rows = [] if holder is None else holder.findall(str(element.tag))
    primary = [row for row in rows if row.get("tone") == "primary"]
    return element is (primary or rows)[0]


def _asks(id: str) -> bool:
    words = id.lower().replace("-", "_").split("_")
    pairs = list(pairwise(words))
    return _ASKING in pairs and _DENYING.isdisjoint(words[: pairs.index(_ASKING)])
