"""The reference of bundles names all that a description may say."""

from __future__ import annotations

from procedures import bundle_files
from tests.bundles.shipped import ROOT


def test_the_reference_names_every_key_of_a_description() -> None:
    text = (ROOT / "docs" / "reference" / "bundles.md").read_text("utf-8")
    schema = bundle_files._Description()
    nested = [field.inner.schema if hasattr(field, "inner") and hasattr(field.inner, "schema") else field.schema
              for field in schema.fields.values()
              if hasattr(field, "schema") or hasattr(getattr(field, "inner", None), "schema")]
    keys = {key for one in (schema, *nested) for key in one.fields}
    assert keys
    assert {key for key in keys if key not in text} == set()
