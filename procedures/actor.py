"""Who acts on a dossier: an official, a program for an official, a citizen, the system itself, or who runs a command.

Every act has its actor. A transaction knows it (`Tx.actor`), so that the hooks that the engine calls on the way know it
too; one in which nobody was named refuses to write, instead of leaving an act that nobody did.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.actor import System
from engine.store import Tx


class Kind(Enum):
    """What sort of actor it is."""

    OFFICIAL = "official"
    CLIENT = "client"
    CITIZEN = "citizen"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Citizens, the system and who runs commands on the server have no account, no agency and no roles.

    username: the account, of an official or of the official for whom a client acts; of an operator, the user of the
    server and the command.
    agency: code of the agency whose desk or unit the person works at.
    agencies: codes of every agency whose dossiers the person may see (own, and below for those who lead).
    everything: sees every dossier of the province (auditor, administrator).
    client: the program that calls, where the kind is CLIENT.
    """

    username: str
    name: str = ""
    title: str = ""
    agency: str = ""
    roles: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    everything: bool = False
    kind: Kind = Kind.OFFICIAL
    client: str = ""

    def __post_init__(self) -> None:
        if bool(self.username) is not (self.has_account or self.kind is Kind.OPERATOR) or bool(self.client) is not (
            self.kind is Kind.CLIENT
        ):
            raise ValueError(f"this is no {self.kind.value}: account {self.username!r}, client {self.client!r}")

    @property
    def has_account(self) -> bool:
        """Whether the act is done under an official's account: their own hand, or a program for them."""
        return self.kind in (Kind.OFFICIAL, Kind.CLIENT)

    @property
    def signature(self) -> str:
        """The name that a paper prints under what was done: of the official who did it with their own hand. Empty where
        a program has, whomever it acted for: nobody's name stands under what they have not seen."""
        return self.name if self.kind is Kind.OFFICIAL else ""

    @property
    def who(self) -> str | None:
        """The name in the log and in the columns that say who did it; None for citizens and for the system."""
        return self.username or None

    @property
    def visible(self) -> frozenset[str]:
        return self.agencies | ({self.agency} if self.agency else frozenset())


CITIZEN = Actor("", kind=Kind.CITIZEN)
SYSTEM = Actor("", kind=Kind.SYSTEM)


def operator(user: str, command: str) -> Actor:
    """Whoever runs a command on the server: no official of the house; the log names the user and the command."""
    return Actor(f"{user} (motcua {command})", kind=Kind.OPERATOR)


def acting(tx: Tx) -> Actor:
    """Who acts in this transaction. Raises LookupError where nobody was named: nothing is done by nobody."""
    if isinstance(tx.actor, Actor):
        return tx.actor
    if isinstance(tx.actor, System):  # a job of the engine's: timers, retries
        return SYSTEM
    raise LookupError("nobody acts in this transaction: give it an actor")
