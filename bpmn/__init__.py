"""The models: one bundle folder each for procedures and document routes, shipped with the package."""
