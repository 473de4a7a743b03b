"""Public administration on the engine. Knows no Flask."""
