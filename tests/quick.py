"""What makes a test cheap without making it another: work that each of thousands would do again is done once.

Every test has an application and people of its own. The product compiles its templates and addresses when it starts,
and hashes a password so that a guess is dear; neither is what those tests are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from procedures import passwords


class _Compiled(BytecodeCache):
    """Templates of this process as they were compiled first: each is known by its source's checksum."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of the same source."""
        checksum, code = self.kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        self.kept[bucket.key] = (bucket.checksum, bucket.code)


#: How the product hashes passwords.
HASHER = passwords._hasher
_builders: dict[tuple[object, ...], Callable[..., Any]] = {}
_compile = Rule._compile_builder


def _builder(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The function that writes addresses by a rule: it takes the rule as its first argument, so that all applications
    may use the same one."""
    key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(self, append_unknown)
    return _builders[key]


def hurry() -> None:
    """From now on, in this process. `tests/procedures/test_passwords.py` holds what a hash costs in the product."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    Rule._compile_builder = _builder  # type: ignore[method-assign]
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
