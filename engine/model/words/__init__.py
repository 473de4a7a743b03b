"""A model, and the difference between two, in plain sentences."""
