"""A province at work, to try the system on: agencies and officials, and some two hundred dossiers in every state.

Everything is made through the commands that people use, under a clock that is moved from weeks ago to now; no procedure
is known by its code, any bundle that is deployed takes part.
"""

from procedures.demo.play import Made, make

__all__ = ["Made", "make"]
