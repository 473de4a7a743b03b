"""Digital signatures: judged (PDF, XML, edXML), and made."""

from procedures.signatures.bounded import Verifier

__all__ = ["Verifier"]
