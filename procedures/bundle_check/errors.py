"""A bundle that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.definition import Finding
from engine.refusal import Refusal


class BundleError(Refusal):
    """A bundle with errors: `findings` are those of `models check`, errors only, with the files' paths in the bundle.
    english: the same in English, where they are at hand."""

    def __init__(self, findings: Sequence[Finding], english: Sequence[Finding] = ()) -> None:
        super().__init__(_listed(findings), _listed(english or findings))
        self.findings = tuple(findings)
        self.english = tuple(english or findings)


def _listed(findings: Sequence[Finding]) -> str:
    return "\n".join(f"{one.file}:{one.line}: {one.message} {one.fix}".strip() for one in findings)
