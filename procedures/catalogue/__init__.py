"""The catalogue of administrative procedures: national records in, what a citizen reads out.

What a record leaves open or contradicts is flagged and stands as "to configure": never guessed, never zero.
"""

from procedures.catalogue.importing import import_files, import_records, import_sent
from procedures.catalogue.life_events import LifeEvent, life_events
from procedures.catalogue.own_record import record_of
from procedures.catalogue.queries import Found, Hit, abbreviated, events_with_content, fields, find, history, procedure
from procedures.catalogue.reading import read_record
from procedures.catalogue.values import (
    Block,
    Case,
    Channel,
    Component,
    ComponentGroup,
    Fee,
    Flag,
    LegalBasis,
    Procedure,
    Step,
    TermOf,
)

__all__ = [
    "Block",
    "Case",
    "Channel",
    "Component",
    "ComponentGroup",
    "Fee",
    "Flag",
    "Found",
    "Hit",
    "LegalBasis",
    "LifeEvent",
    "Procedure",
    "Step",
    "TermOf",
    "abbreviated",
    "events_with_content",
    "fields",
    "find",
    "history",
    "import_files",
    "import_records",
    "import_sent",
    "life_events",
    "procedure",
    "read_record",
    "record_of",
]
