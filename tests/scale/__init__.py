"""How the pages stand with very many dossiers: measured by hand (`docs/reference/bench.md`), plans held by tests."""
