"""Stand-ins for systems of others, each a small server of its own: for demonstrations and for tests."""
