"""The reference of bundles names all that a description may say, and the catalogue takes their records."""

from __future__ import annotations

from engine.installation import alone
from procedures import bundles
from procedures.actor import SYSTEM
from procedures.bundle_check import description
from procedures.catalogue import importing
from tests.bundles.shipped import BUNDLES, ROOT


def test_the_reference_names_every_key_of_a_description() -> None:
    text = (ROOT / "docs" / "reference" / "bundles.md").read_text("utf-8")
    schema = description._Description()
    nested = [
        field.inner.schema if hasattr(field, "inner") and hasattr(field.inner, "schema") else field.schema
        for field in schema.fields.values()
        if hasattr(field, "schema") or hasattr(getattr(field, "inner", None), "schema")
    ]
    keys = {key for one in (schema, *nested) for key in one.fields}
    assert keys
    assert {key for key in keys if key not in text} == set()


def test_the_catalogue_takes_every_record_that_a_bundle_brings() -> None:
    database = alone().open("sqlite://")
    database.create(every_table=True)
    described = [bundles.load(bundle).description for bundle in BUNDLES]
    records = [(one["code"], one["record"]) for one in described if "record" in one]
    answer = importing.import_records(database, records, by=SYSTEM)
    assert (answer["imported"], answer["rejected"]) == (6, [])
    assert all(record["code"] == code for code, record in records)
