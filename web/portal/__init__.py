"""The citizens' pages: procedures to read, dossiers to follow, papers to check."""

from web.portal import following, hall, judging, paying, procedures, saying, tracking, verifying
from web.portal.paying import setup
from web.portal.room import NAVIGATION, blueprint

__all__ = [
    "NAVIGATION",
    "blueprint",
    "following",
    "hall",
    "judging",
    "paying",
    "procedures",
    "saying",
    "setup",
    "tracking",
    "verifying",
]
