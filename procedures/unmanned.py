"""Steps of a bundle that are offered to a role that nobody holds at an agency that receives the procedure: work would
be made there that reaches nobody. Who holds what the installation alone knows, so `models check` does not tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import exists, select

from engine import model
from engine.model.definition import Finding, Node
from engine.refusal import Lang, Refusal
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, authoring, officials
from procedures.bundle_check.rules import RULES
from procedures.store.dossier import dossier
from procedures.store.places import agency
from procedures.vocabulary.roles import ROLES

#: So many agencies are named in one sentence.
NAMED = 5
RULE = "role-unmanned"


@query
def findings(tx: Tx, files: Mapping[str, str], lang: Lang) -> list[Finding]:
    """A warning at each such step. The agencies are those of the bundle's tiers to which a dossier of any procedure has
    come."""
    try:
        tiers = authoring.bundle_of(files).description.get("agencies") or ()
    except Refusal:
        return []
    places = _receiving(tx, tiers)
    held = officials.manned(tx) if places else frozenset()
    rule, found = RULES[RULE], []
    for file, node, roles in _offered(files):
        missing = [name for code, name in places.items() if not any((role, code) in held for role in roles)]
        if missing:
            facts = {
                "name": node.name or node.id,
                "role": " / ".join(ROLES[role][lang] for role in roles),
                "agencies": _listed(missing, lang),
            }
            said, fix = (rule.vi, rule.fix_vi) if lang == "vi" else (rule.en, rule.fix_en)
            found.append(Finding(file, node.line, node.id, RULE, "warning", said.format(**facts), fix.format(**facts)))
    return found


def _listed(names: list[str], lang: Lang) -> str:
    more = len(names) - NAMED
    said = ", ".join(names[:NAMED])
    if more <= 0:
        return said
    return f"{said} và {more} cơ quan khác" if lang == "vi" else f"{said} and {more} more"


def _receiving(tx: Tx, tiers: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Code → name."""
    asked = select(agency.c.code).where(exists(select(dossier.c.id).where(dossier.c.agency == agency.c.code)))
    used = set(tx.read(asked).scalars())
    return {unit.code: unit.name for tier in tiers for unit in agencies.listing(tx, level=tier) if unit.code in used}


def _offered(files: Mapping[str, str]) -> Iterator[tuple[str, Node, list[str]]]:
    """The steps that are offered to roles of the dossier's own agency alone; any of these roles will do."""
    for file, text in sorted(files.items()):
        if not file.endswith(".bpmn"):
            continue
        try:
            read = model.read(text.encode(), file, bundled=True)
        except model.ModelError:
            continue
        for process in read.processes.values():
            for node in process.scope.walk():
                groups = node.assignment.candidate_groups
                roles = [one.strip() for one in groups.split(",")] if isinstance(groups, str) else []
                if roles and all(any(role == known for known in ROLES) for role in roles):
                    yield file, node, roles
