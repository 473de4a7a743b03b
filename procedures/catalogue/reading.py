"""From a national record, as it came, to a procedure that can be read. Raises ValidationError for what is no record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procedures.catalogue.clean import blocks, plain
from procedures.catalogue.life_events import events_of
from procedures.catalogue.notes import note_flags
from procedures.catalogue.open_points import cases_of, fee_flags, fee_of, term_of, whole_term
from procedures.catalogue.schema import SCHEMA
from procedures.catalogue.values import (
    Channel,
    Component,
    ComponentGroup,
    LegalBasis,
    Procedure,
    Step,
)
from procedures.search import fold

# Folded words of the executing agency → level.
LEVEL_WORDS = {
    "xa": ("cap xa", "xa", "phuong", "phong kinh te", "phong tu phap", "khu vuc"),
    "tinh": ("cap tinh", "so", "tinh", "thanh pho", "van phong dang ky dat dai"),
    "trung_uong": ("bo", "cuc", "tong cuc"),
    "nuoc_ngoai": ("co quan dai dien",),
}


def read_record(record: Mapping[str, Any]) -> Procedure:
    """The procedure that a record tells of, with all that is open in it flagged."""
    data: dict[str, Any] = SCHEMA.load(record)
    name, category = plain(data["name"]), data["category"] or {}
    channels = data["channels"] or []
    cases, case_flags = cases_of(data["processing_cases"] or [])
    term, term_flags = whole_term(cases, channels)
    read_channels = tuple(_channel(one) for one in channels)
    known = (term, *(case.term for case in cases), *(channel.term for channel in read_channels))
    field_name = plain(category.get("name"))
    executing = tuple(
        dict.fromkeys(text for part in (data["executing_agency"] or "").split(";") if (text := plain(part)))
    )
    source = data["source"] or {}
    return Procedure(
        code=data["code"],
        name=name,
        field_code=plain(category.get("code")),
        field_name=field_name,
        promulgating=plain(data["promulgating_agency"]),
        executing=executing,
        levels=_levels(executing),
        subjects=tuple(plain(text) for text in data["subject_types"] or () if plain(text)),
        term=term,
        cases=cases,
        channels=read_channels,
        groups=tuple(group for one in data["checklist_raw"] or () if (group := _group(one)).components or group.name),
        steps=tuple(Step(plain(one["name"]), blocks(one["text"])) for one in data["steps_raw"] or ()),
        results=tuple(dict.fromkeys(text for one in data["results"] or () if (text := plain(one)))),
        requirements=blocks(data["requirements"]),
        legal_basis=tuple(LegalBasis(plain(one["code"]), plain(one["name"])) for one in data["legal_basis"] or ()),
        life_events=events_of(name, field_name),
        flags=(*case_flags, *term_flags, *note_flags(read_channels, known), *fee_flags(channels)),
        source=str(source.get("url") or ""),
        updated_at=str(source.get("updated_at") or ""),
    )


def _channel(one: Mapping[str, Any]) -> Channel:
    processing = one["processing"] or {}
    return Channel(
        one["method"],
        term_of(processing.get("qty"), processing.get("unit")),
        tuple(fee_of(fee) for fee in one["fees"] or ()),
        blocks(one["note"]),
    )


def _group(one: Mapping[str, Any]) -> ComponentGroup:
    return ComponentGroup(
        plain(one["group"]).lstrip("* ").rstrip(" :"),
        tuple(
            Component(
                code=item["code"] or "",
                name=plain(item["name"]),
                originals=item["original_qty"] or 0,
                copies=item["copy_qty"] or 0,
                electronic_form=bool(item["has_electronic_form"]),
                result_of_another=bool(item["is_processing_result"]),
                templates=tuple(name for file in item["attachments"] or () if (name := plain(file["fileName"]))),
            )
            for item in one["items"] or ()
            if plain(item["name"])
        ),
    )


def _levels(executing: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for level, phrases in LEVEL_WORDS.items():
        for text in executing:
            padded = f" {fold(text.split(' - ')[0])} "
            if any(f" {phrase} " in padded for phrase in phrases) and not (
                level == "tinh" and " cap xa " in padded and " cap tinh " not in padded
            ):
                found.append(level)
                break
    return tuple(found)
