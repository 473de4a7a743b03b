"""What the standard and the engine ask of a model; each file one clause of it."""
