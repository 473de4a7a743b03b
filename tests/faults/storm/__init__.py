"""A storm: servers and workers on one PostgreSQL while processes are killed and frozen, the database is restarted, the
connections and the network of a host are cut, and the mail server is away. Afterwards everything that was acknowledged
is there exactly once.

`weather` breaks things, `people` goes on working, `aftermath` says what is wrong. ``python -m tests.faults.storm``.
"""
