"""The tables of public administration, a file per theme; they join the one MetaData of `engine.store`."""
